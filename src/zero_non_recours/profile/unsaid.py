"""Answers that a person does not know, or did not want to give: unknown, and who said what is kept.

Written in place of an answer, the word moves to `sans_reponse`, beside the answers of the same part of the profile:
`{"enceinte": "ne_veut_pas_dire"}` and `{"sans_reponse": {"enceinte": "ne_veut_pas_dire"}}` say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationInfo

from zero_non_recours.profile.errors import fail, kind_of

DOES_NOT_KNOW = "ne_sait_pas"
DOES_NOT_SAY = "ne_veut_pas_dire"
UNSAID = (DOES_NOT_KNOW, DOES_NOT_SAY)
FIELD = "sans_reponse"
"""The field of each part that keeps the words of its unknown answers, by the answer's name."""


def is_unsaid(value: object) -> bool:
    """Whether a word stands in place of an answer."""
    return isinstance(value, str) and value in UNSAID


def set_apart(data: dict[Any, Any], names: Collection[str]) -> dict[Any, Any]:
    """The data of a part with the words written in place of answers moved to `sans_reponse`; else the data itself."""
    words = {name: word for name, word in data.items() if isinstance(word, str) and word in UNSAID and name in names}
    if not words:
        return data
    rest: dict[Any, Any] = {name: value for name, value in data.items() if name not in words}
    kept = data.get(FIELD)
    if kept is None:
        rest[FIELD] = words
    elif isinstance(kept, dict):  # two different words for one answer: the check of `sans_reponse` refuses the pair
        rest[FIELD] = kept | {
            name: word if kept.get(name) in (None, word) else (kept[name], word) for name, word in words.items()
        }
    return rest


def unsaid_check(names: Sequence[str]) -> Callable[[Any, ValidationInfo], dict[str, str] | None]:
    """What validates `sans_reponse` once the answers of its part, `names`, are: their words, in the order of names."""

    def check(value: Any, info: ValidationInfo) -> dict[str, str] | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise fail(
                FIELD,
                f"un dictionnaire est attendu (reçu : {kind_of(value)}) : à un nom de champ, "
                f"« {DOES_NOT_KNOW} » ou « {DOES_NOT_SAY} ».",
            )
        problems: list[str] = []
        for name, word in value.items():
            if name not in names:
                near = get_close_matches(str(name)[:60], names, n=1) if isinstance(name, str) else []
                advice = f" Nom le plus proche : « {near[0]} »." if near else ""
                problems.append(f"un champ n'existe pas ici.{advice}")
            elif word is not None and not is_unsaid(word):
                problems.append(f"« {name} » : écrire un seul des mots « {DOES_NOT_KNOW} » et « {DOES_NOT_SAY} ».")
            elif word is not None and info.data.get(name) is not None:
                problems.append(f"« {name} » a une réponse : garder la réponse, ou ce mot.")
        if problems:
            raise fail(FIELD, " ".join(problems))
        return {name: value[name] for name in names if value.get(name) is not None} or None

    return check
