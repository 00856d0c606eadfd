"""Reads household files given on the command line, and says in French what is wrong with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.reader import plain_data, read_yaml

MAX_BYTES = 50_000_000
_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "ce fichier n'existe pas",
    IsADirectoryError: "c'est un dossier, pas un fichier",
    PermissionError: "lecture refusée",
}


class InputError(Exception):
    """A file that cannot be used; the message says what, where and how to mend, one problem per line."""


def read_households(path: Path, rulebook: Rulebook) -> Iterator[HouseholdBase]:
    """The households of a JSON, JSON Lines or YAML file (`-`: standard input), validated one by one.

    Raises:
        InputError: the file does not read, or a household is not valid: all its problems at once.
    """
    model = household_model(rulebook)
    for place, data in _profiles(path):
        try:
            yield model.model_validate(data)
        except ValidationError as error:
            raise InputError(problems_of(error, place)) from None


def problems_of(error: ValidationError, place: str) -> str:
    """Every problem of a household, one per line: place, field, cause and remedy."""
    lines = [f"{place} : {len(error.errors())} problème(s)"]
    lines += [f"  {field_name(item['loc'])} : {item['msg']}" for item in error.errors(include_url=False)]
    return "\n".join(lines)


def field_name(loc: tuple[int | str, ...]) -> str:
    """A place in a profile as people write it: `personnes[0].revenus.aah`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".") or "ménage"


def _profiles(path: Path) -> Iterator[tuple[str, Any]]:
    shown = path.name if str(path) != "-" else "entrée standard"
    text = _text(path, shown)
    if path.suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield f"{shown}, ligne {number}", _json(line, f"{shown}, ligne {number}")
        return
    data = _yaml(text, shown) if path.suffix in (".yaml", ".yml") else _json(text, shown)
    if isinstance(data, list):
        for rank, item in enumerate(data, 1):
            yield f"{shown}, ménage {rank}", item
    else:
        yield shown, data


def _text(path: Path, shown: str) -> str:
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


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _json(text: str, shown: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{shown}:{error.lineno}:{error.colno} : ce n'est pas du JSON bien formé. "
            "Vérifier les virgules, les guillemets et les accolades à cet endroit."
        ) from None
    except RecursionError:
        raise InputError(f"{shown} : trop de niveaux imbriqués.") from None


def _yaml(text: str, shown: str) -> Any:
    report = Report()
    node = read_yaml(text, shown, report)
    if report.items:
        raise InputError("\n".join(item.render() for item in report.items))
    return None if node is None else plain_data(node)
