"""Reads a mapping file: other column names, columns to ignore, the file's own words for choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.rulebook.diagnostics import Report, nearest
from zero_non_recours.rulebook.reader import plain_data, read_text, read_yaml

_KEYS = ("colonnes", "ignorer", "valeurs")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a file names things: column → path, columns to ignore, path → (word → value)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shown: str = "correspondance"
    """The name of the mapping file, for messages."""


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file.

    Raises:
        CaseloadError: it does not read, or does not have the expected shape; all its problems at once.
    """
    report = Report()
    shown = path.name or str(path)
    text = read_text(path, shown, report)
    node = read_yaml(text, shown, report) if text is not None else None
    if report.items:
        raise CaseloadError("\n".join(item.render() for item in report.items))
    return mapping_of(None if node is None else plain_data(node), shown)


def mapping_of(data: Any, shown: str = "correspondance") -> ColumnMapping:
    """A mapping from plain data, checked."""
    problems: list[str] = []
    if not isinstance(data, dict):
        raise CaseloadError(f"{shown} : un dictionnaire est attendu, avec « colonnes », « ignorer » ou « valeurs ».")
    for key in data:
        if key not in _KEYS:
            advice = nearest(str(key), _KEYS) or f"Clés : {', '.join(_KEYS)}."
            problems.append(f"{shown} : clé inconnue « {str(key)[:40]} ». {advice}")
    columns = data.get("colonnes") or {}
    ignored = data.get("ignorer") or []
    values = data.get("valeurs") or {}
    if not isinstance(columns, dict) or not all(isinstance(path, str) for path in columns.values()):
        problems.append(f"{shown} : « colonnes » associe à un nom de colonne un chemin, « Loyer: logement.loyer ».")
    if not isinstance(ignored, list) or not all(isinstance(name, str | int | float) for name in ignored):
        problems.append(f"{shown} : « ignorer » est une liste de noms de colonnes.")
    if not isinstance(values, dict) or not all(
        isinstance(words, dict) and all(isinstance(value, str | bool) for value in words.values())
        for words in values.values()
    ):
        problems.append(f"{shown} : « valeurs » associe à un chemin ses mots, « activite: {{S: salarie}} ».")
    if problems:
        raise CaseloadError("\n".join(problems))
    return ColumnMapping(
        {str(name).strip(): path.strip() for name, path in columns.items()},
        frozenset(str(name).strip() for name in ignored),
        {path: {str(word): value for word, value in words.items()} for path, words in values.items()},
        shown,
    )
