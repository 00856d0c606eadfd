"""Reads household files given on the command line, and says in French what is wrong with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.reader import plain_data, read_yaml

MAX_BYTES = 50_000_000
MAX_SHOWN = 20  # households with problems, per file
_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "ce fichier n'existe pas",
    IsADirectoryError: "c'est un dossier, pas un fichier",
    PermissionError: "lecture refusée",
}


class InputError(Exception):
    """A file that cannot be used; the message says what, where and how to mend, one problem per line."""


def read_households(path: Path, rulebook: Rulebook) -> Iterator[HouseholdBase]:
    """The households of a JSON, JSON Lines or YAML file (`-`: standard input), validated one by one.

    The story of a household (`scenarios/foyers`) is read too: its household stands under `profil`.

    Raises:
        InputError: the file does not read, or households are not valid: all their problems at once.
    """
    model = household_model(rulebook)
    problems: list[str] = []
    empty = True
    for place, data in _profiles(path):
        empty = False
        try:
            household = model.model_validate(data)
        except ValidationError as error:
            problems.append(problems_of(error, place))
            if len(problems) >= MAX_SHOWN:
                break
            continue
        if not problems:
            yield household
    if problems:
        raise InputError("\n".join(problems))
    if empty:
        raise InputError(f"{_shown(path)} : aucun ménage dans ce fichier.")


def problems_of(error: ValidationError, place: str) -> str:
    """Every problem of a household, one per line: place, field, cause and remedy."""
    lines = [f"{place} : {len(error.errors())} problème(s)"]
    lines += [f"  {field_name(item['loc'])} : {item['msg']}" for item in error.errors(include_url=False)]
    return "\n".join(lines)


def field_name(loc: tuple[int | str, ...]) -> str:
    """A place in a profile as people write it: `personnes[0].revenus.aah`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{_plain(part)}" for part in loc)
    return text.removeprefix(".") or "ménage"


def _plain(name: str) -> str:
    """A field name as written in a file, short and without what a terminal would obey."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:60])
    return shown + ("…" if len(name) > 60 else "")


def _profiles(path: Path) -> Iterator[tuple[str, Any]]:
    shown = _shown(path)
    text = read_text(path)
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield f"{shown}, ligne {number}", _json(line, shown, number)
        return
    data = read_data(text, path)
    if isinstance(data, list):
        for rank, item in enumerate(data, 1):
            yield f"{shown}, ménage {rank}", item
    else:
        is_story = isinstance(data, dict) and "profil" in data and "personnes" not in data
        yield shown, data["profil"] if is_story else data


def _shown(path: Path) -> str:
    return path.name or str(path) if str(path) != "-" else "entrée standard"


def read_text(path: Path) -> str:
    """The text of a file (`-`: standard input).

    Raises:
        InputError: it does not read, is too big, or is not UTF-8.
    """
    shown = _shown(path)
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1) if str(path) == "-" else _bytes(path)
    except OSError as error:
        raise InputError(f"{shown} : {_REASONS.get(type(error), 'lecture impossible')}. Vérifier le chemin.") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{shown} : fichier trop gros. Pour beaucoup de ménages : znr caseload {shown} --out DOSSIER")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{shown} : le fichier n'est pas en UTF-8. L'enregistrer en UTF-8.") from None


def read_data(text: str, path: Path) -> Any:
    """What a text says, as YAML or JSON after the name of its file.

    Raises:
        InputError: it is not well formed.
    """
    shown = _shown(path)
    return _yaml(text, shown) if path.suffix.lower() in (".yaml", ".yml") else _json(text, shown)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _json(text: str, shown: str, first_line: int = 1) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(
                f"{shown} : « {_plain(twice)} » est écrit deux fois au même endroit. Garder un seul des deux."
            )
        return found

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{shown}:{error.lineno + first_line - 1}:{error.colno} : ce n'est pas du JSON bien formé. "
            "Vérifier les virgules, les guillemets et les accolades à cet endroit."
        ) from None
    except RecursionError:
        raise InputError(f"{shown} : trop de niveaux imbriqués.") from None
    except ValueError:
        raise InputError(f"{shown} : un nombre a trop de chiffres. Vérifier les montants.") from None


def _yaml(text: str, shown: str) -> Any:
    report = Report()
    node = read_yaml(text, shown, report)
    if report.items:  # without the line itself: it may hold what a household says
        raise InputError("\n".join(replace(item, source_line="").render() for item in report.items))
    return None if node is None else plain_data(node)
