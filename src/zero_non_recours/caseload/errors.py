"""What stops a caseload, and what puts a row aside; neither ever repeats a value of the file."""

from __future__ import annotations

from dataclasses import dataclass


class CaseloadError(Exception):
    """The caseload cannot be processed at all; the message says what, where and how to mend, in French."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell is refused: the kind of its value (not the value) and the reason, in French."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row of the quarantine; `problems` are (column, kind of value, reason), the first ones of the row."""

    row: int
    household: str
    problems: tuple[tuple[str, str, str], ...]


OTHER_ROW = "autre ligne du même ménage refusée"
NEIGHBOUR = "une ligne voisine, sans identifiant de ménage lisible, peut appartenir à ce ménage"
NO_KEY = "identifiant de ménage absent ou illisible"
REPEATED = "identifiant de ménage déjà utilisé ailleurs dans le fichier (lignes non contiguës ou ménage en double)"
TOO_MANY = "plus de {} personnes pour un même ménage"
"""Reasons that do not come from one cell."""
