"""Answers known within two ends: `{"min": 800, "max": 1000}`, `{"environ": 900}`, « environ 900 », a year of birth."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from zero_non_recours.profile.errors import fail

APPROXIMATELY = 0.1
"""How far from an approximate amount the true one may be, as a share of it."""
LOW, HIGH, ABOUT = "min", "max", "environ"
_KEYS = (LOW, HIGH, ABOUT)
_ABOUT_TEXT = re.compile(r"\s*(?:environ\b|env\.|[~≈])\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)
_DECIMALS = 6

Number = float | int
Range = dict[str, Any]
"""A validated range: `min`, `max` or both; an end that is absent is no limit."""


def is_range(answer: object) -> bool:
    """Whether a validated answer is a range."""
    return isinstance(answer, dict) and (LOW in answer or HIGH in answer)


def written_as_range(answer: Mapping[Any, Any]) -> bool:
    """Whether an answer, not yet validated, has a key of a range."""
    return any(key in answer for key in _KEYS)


def nearest_key(key: object, keys: Sequence[str] = _KEYS) -> str:
    """A sentence that gives the key of a range that looks like another, or an empty text."""
    near = get_close_matches(key[:20].strip().lower(), keys, n=1) if isinstance(key, str) else []
    return f" Clé la plus proche : « {near[0]} »." if near else ""


def approximate_part(text: str) -> str | None:
    """What follows « environ » or « ~ », `None` for a text that does not start so.

    >>> approximate_part("environ 1 200,50 €"), approximate_part("~900"), approximate_part("900")
    ('1 200,50 €', '900', None)
    """
    match = _ABOUT_TEXT.fullmatch(text)
    return match[1] if match else None


def around(number: Number, minimum: float | None, maximum: float | None, *, whole: bool = False) -> Number | Range:
    """The range of an approximate number, within the limits of its field; ends are whole numbers where answers are.

    >>> around(900, 0, None), around(2, 1, 3, whole=True)
    ({'min': 810.0, 'max': 990.0}, {'min': 1, 'max': 3})
    """
    low, high = sorted(round(number * share, _DECIMALS) for share in (1 - APPROXIMATELY, 1 + APPROXIMATELY))
    if whole:
        low, high = math.floor(low), math.ceil(high)
    low = low if minimum is None else max(low, minimum)
    high = high if maximum is None else min(high, maximum)
    return number if low == high else {LOW: low, HIGH: high}


def check_range(
    answer: Mapping[Any, Any],
    check: Callable[[Any, str], Any],
    limits: Mapping[str, Any],
    example: str,
    about: Callable[[Any], Any] | None = None,
) -> Any:
    """A range with its ends checked, the value alone when both are equal.

    Args:
        answer: `min`, `max` or both, or `environ` alone.
        check: validates an end, told which one.
        limits: what stands for an absent end, if anything.
        example: how to write one, for messages.
        about: validates what is said of `environ`; `None` where it is not accepted.

    Raises:
        PydanticCustomError: a key that does not exist, no end, an end that is refused, ends in the wrong order.
    """
    keys = _KEYS if about else _KEYS[:2]
    strange = [key for key in answer if key not in keys]
    if strange:
        known = ", ".join(f"« {key} »" for key in keys)
        advice = f"{nearest_key(strange[0], keys)} Par exemple {example}."
        raise fail("intervalle", f"une clé n'est pas de celles d'un intervalle ({known}).{advice}")
    if about and ABOUT in answer:
        if len(answer) > 1:
            raise fail("intervalle", f"« {ABOUT} » s'écrit seul, sans « {LOW} » ni « {HIGH} ».")
        return about(answer[ABOUT])
    if all(answer.get(key) is None for key in (LOW, HIGH)):
        raise fail("intervalle", f"un intervalle a au moins « {LOW} » ou « {HIGH} ». Par exemple {example}.")
    ends = {key: answer[key] for key in (LOW, HIGH) if answer.get(key) is not None}
    problems: list[str] = []
    code = "intervalle"
    for key, end in ends.items():
        try:
            ends[key] = check(end, key)
        except PydanticCustomError as error:
            code = error.type
            problems.append(f"{key} : {error.message()}")
    if problems:
        raise fail(code, " ".join(problems))
    found = {key: ends.get(key, limits.get(key)) for key in (LOW, HIGH)}
    low, high = found[LOW], found[HIGH]
    if low is None or high is None:
        return {key: end for key, end in found.items() if end is not None}
    if low > high:
        raise fail("intervalle", f"« {LOW} » est après « {HIGH} ». Les échanger, ou vérifier la saisie.")
    return low if low == high else found
