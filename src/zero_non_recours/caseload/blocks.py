"""A household of the input, or rows set aside: what every reader yields, in the order of the file."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from zero_non_recours.caseload.errors import OTHER_ROW, RefusedRow
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month
from zero_non_recours.profile.ranges import LOW, is_range

Problem = tuple[str, str, str]
"""Column, kind of value, reason."""
MAX_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that end together: all in the results (`household`) or all in quarantine (`refused`).

    Attributes:
        rows: how many rows of the input they are.
        is_household: whether they count as one household of the input.
    """

    rows: int
    household: HouseholdBase | None = None
    refused: tuple[RefusedRow, ...] = ()
    is_household: bool = True


def refused_block(key: str, rows: Sequence[int], problems: dict[int, list[Problem]], *, counts: bool = True) -> Block:
    """A household in quarantine: its faulty rows with their problems, the others because of them."""
    refused = tuple(
        RefusedRow(row, key, tuple(problems[row][:MAX_PROBLEMS]) if row in problems else (("", "", OTHER_ROW),))
        for row in rows
    )
    return Block(len(rows), None, refused, counts)


def problems_of(error: ValidationError) -> list[tuple[int | None, Problem]]:
    """The problems of a profile: rank of the person (`None`: the household), column, kind of value, reason."""
    found: list[tuple[int | None, Problem]] = []
    for item in error.errors(include_url=False):
        loc = item["loc"]
        rank = loc[1] if len(loc) > 1 and loc[0] == "personnes" and isinstance(loc[1], int) else None
        parts = list(loc)
        if item["type"] == "profil_extra_forbidden":
            parts[-1] = "(champ inconnu)"
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
        value = item.get("input")
        kind = value if isinstance(value, str) and value in _KINDS else ""
        reason = _REASONS.get(item["type"]) or item["msg"].rstrip(".")
        found.append((rank, (name, kind, reason)))
    return found


_REASONS = {"id_double": "deux personnes du ménage ont le même identifiant"}
_KINDS = {"rien", "vrai/faux", "nombre", "texte vide", "texte", "dictionnaire", "liste", "autre", "ménage"}


def last_day(month: Month) -> str:
    """The last day of a month, in the ISO form."""
    year, rank = divmod(month, 12)
    return f"{year:04d}-{rank + 1:02d}-{calendar.monthrange(year or 1, rank + 1)[1]:02d}"


def unborn(household: HouseholdBase, last: str) -> list[int]:
    """Ranks of the persons born after a day: a typing error, or someone who is not there yet."""
    births = [person.__dict__.get("date_naissance") for person in household.personnes]
    earliest = [birth.get(LOW) if is_range(birth) else birth for birth in births]
    return [place for place, birth in enumerate(earliest) if birth is not None and birth > last]


UNBORN: Problem = ("date_naissance", "date", "date de naissance après le mois du droit")
