"""Reads what came of telling households about rights: one case per household, right and unit."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from zero_non_recours.outreach.followup import cells
from zero_non_recours.outreach.followup.cells import Problem, read_cell
from zero_non_recours.outreach.followup.tables import FollowUpError, Row, TextTable, text_table
from zero_non_recours.outreach.followup.vocabulary import (
    AWARDED,
    CLAIMED,
    INFORMED,
    LOST,
    OBJECTED,
    OUTCOMES,
    REFUSED,
    folded,
    leaf_of,
    stands,
)
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook

if TYPE_CHECKING:
    import polars as pl

_ORDER = {code: rank for rank, code in enumerate(OUTCOMES)}
_MAY_MEET = (INFORMED, CLAIMED, LOST)
"""Outcomes that may bear the same date as another one of the same case."""
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one right of one unit of a household; `household` only tells one from another, it is no key."""

    household: int
    right: str
    territory: str | None
    leaf: str
    first: datetime.date
    last: datetime.date
    monthly: float | None
    """Euros a month, of an award whose amount is known."""
    reason: str | None
    p_missing: float | None
    p_eligible: float | None
    drawn: bool | None


@dataclass(frozen=True)
class Outcomes:
    """What a file of outcomes says, without the keys of the households."""

    cases: tuple[Case, ...]
    objections: int
    """Households that object: all that is kept of them."""
    problems: tuple[Problem, ...]
    rows: int
    rows_counted: int
    rows_set_aside: int
    rows_of_objections: int
    ignored: tuple[str, ...]
    """Columns that were not read."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The rights of the rulebook, and how they are called."""


class _Event(NamedTuple):
    """One row that reads."""

    row: int
    household: str
    right: str
    unit: str
    day: datetime.date
    outcome: str
    amount: float | None
    reason: str | None
    territory: str | None
    p_missing: float | None
    p_eligible: float | None
    drawn: bool | None


def read_outcomes(
    source: str | os.PathLike[str] | pl.DataFrame | Iterable[Mapping[str, Any]], *, rulebook: Rulebook | None = None
) -> Outcomes:
    """Read a table of outcomes: one row per household, right (and unit) and outcome.

    Several rows of a case are its history. A household with an `objected` row is counted as an objection and nothing
    else of it is kept. A row that does not read is set aside, with all its problems; the others are counted.

    Args:
        source: a CSV, Excel or Parquet file, a polars data frame, or rows as mappings from column to value.
        rulebook: whose rights may be named; default: the shipped rules.

    Raises:
        FollowUpError: the table cannot be used at all: it does not read, or lacks a required column.
    """
    rights = (rulebook or default_rulebook()).rights
    labels = {right.name: right.label for right in rights.values()}
    names = {folded(word): name for name, label in labels.items() for word in (label, label.partition("(")[0], name)}
    table = text_table(source)
    places, ignored = _columns(table)
    yearly = frozenset(right.name for right in rights.values() if right.amount_unit == "€/an")
    problems: dict[int, list[Problem]] = {}
    events: list[_Event] = []
    households: dict[int, str] = {}
    objecting: set[str] = set()
    rows = 0
    for row in table.rows:
        rows += 1
        found: list[Problem] = []
        texts = {name: row.cells[place] if place < len(row.cells) else "" for name, place in places.items()}
        households[row.number] = texts[cells.KEY]
        if _objects(row, texts):
            objecting.add(texts[cells.KEY])
        event = _event(row, texts, names, found)
        if found:
            problems[row.number] = found
        elif event is not None:
            events.append(event)
    for event in _contradictory(events):
        problems[event.row] = [_contradiction(event.row)]
    kept = [event for event in events if event.row not in problems and event.household not in objecting]
    aside = {number: found for number, found in problems.items() if households[number] not in objecting}
    return Outcomes(
        cases=_cases(kept, yearly),
        objections=len(objecting),
        problems=tuple(problem for _, found in sorted(aside.items()) for problem in found),
        rows=rows,
        rows_counted=len(kept),
        rows_set_aside=len(aside),
        rows_of_objections=rows - len(kept) - len(aside),
        ignored=ignored,
        labels=labels,
    )


def _columns(table: TextTable) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each known column stands, and the names of the others."""
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, name in enumerate(table.names):
        known = folded(name)
        if known not in cells.COLUMNS:
            ignored.append(name[:60])
        elif known in places:
            raise FollowUpError(f"La colonne {known} est écrite deux fois. En garder une.")
        else:
            places[known] = place
    if lacking := cells.missing_columns(places):
        raise FollowUpError(f"Colonnes absentes : {', '.join(lacking)}. Les ajouter, ou renommer celles du fichier.")
    return places, tuple(name for name in ignored if name)


def _objects(row: Row, texts: Mapping[str, str]) -> bool:
    """Whether a row is an objection: it needs a household and the word, nothing else."""
    ignored: list[Problem] = []
    said = read_cell(ignored, row.number, cells.OUTCOME, texts[cells.OUTCOME], cells.outcome)
    return said == OBJECTED and bool(texts[cells.KEY])


def _event(row: Row, texts: Mapping[str, str], names: Mapping[str, str], problems: list[Problem]) -> _Event | None:
    """A row that reads, or `None` with all its problems in the list."""
    if row.defect:
        remedy = "Corriger cette ligne dans le fichier ; une cellule tient sur une ligne."
        problems.append(Problem(row.number, "", "ligne", row.defect, remedy))
        return None

    def cell(column: str, read: Any, *more: Any) -> Any:
        return read_cell(problems, row.number, column, texts.get(column, ""), read, *more)

    outcome = cell(cells.OUTCOME, cells.outcome)
    event = _Event(
        row=row.number,
        household=cell(cells.KEY, cells.key),
        right=cell(cells.RIGHT, cells.right, names),
        unit=texts.get(cells.UNIT, ""),
        day=cell(cells.DATE, cells.day),
        outcome=outcome,
        amount=cell(cells.AMOUNT, cells.amount, outcome),
        reason=cell(cells.REASON, cells.reason, outcome),
        territory=cell(cells.TERRITORY, cells.territory),
        p_missing=cell(cells.P_MISSING, cells.probability),
        p_eligible=cell(cells.P_ELIGIBLE, cells.probability),
        drawn=cell(cells.RANDOM, cells.drawn),
    )
    return None if problems else event


def _histories(events: Iterable[_Event]) -> dict[tuple[str, str, str], list[_Event]]:
    """The rows of each case, by date; what a file's order says plays no part."""
    found: dict[tuple[str, str, str], list[_Event]] = {}
    for event in events:
        found.setdefault((event.household, event.right, event.unit), []).append(event)
    for history in found.values():
        history.sort(key=lambda e: (e.day, _ORDER[e.outcome], e.amount or 0.0, e.reason or "", e.territory or ""))
    return dict(sorted(found.items()))


def _contradictory(events: Iterable[_Event]) -> list[_Event]:
    """Rows that end the same case in two ways on the same day: nothing says which one is true."""
    wrong: list[_Event] = []
    for history in _histories(events).values():
        days: dict[datetime.date, set[str]] = {}
        for event in history:
            if event.outcome not in _MAY_MEET:
                days.setdefault(event.day, set()).add(event.outcome)
        wrong += [e for e in history if e.outcome not in _MAY_MEET and len(days[e.day]) > 1]
    return wrong


def _contradiction(row: int) -> Problem:
    return Problem(
        row,
        cells.OUTCOME,
        "texte",
        "deux issues différentes du même droit le même jour",
        "Garder la bonne, ou corriger une des deux dates.",
    )


def _cases(events: Iterable[_Event], yearly: frozenset[str]) -> tuple[Case, ...]:
    ranks: dict[str, int] = {}
    found: list[Case] = []
    for (household, right, _), history in _histories(events).items():
        last = history[0]
        for event in history[1:]:
            last = last if stands(last.outcome, event.outcome) else event
        leaf = leaf_of(last.outcome, frozenset(event.outcome for event in history))
        paid = [e.amount for e in history if e.outcome == AWARDED and e.amount is not None]
        amount = paid[-1] if paid and last.outcome == AWARDED else None
        found.append(
            Case(
                household=ranks.setdefault(household, len(ranks)),
                right=right,
                territory=next((e.territory for e in reversed(history) if e.territory), None),
                leaf=leaf,
                first=history[0].day,
                last=history[-1].day,
                monthly=amount / MONTHS_PER_YEAR if amount is not None and right in yearly else amount,
                reason=last.reason if last.outcome == REFUSED else None,
                p_missing=next((e.p_missing for e in history if e.p_missing is not None), None),
                p_eligible=next((e.p_eligible for e in history if e.p_eligible is not None), None),
                drawn=max((e.drawn for e in history if e.drawn is not None), default=None),
            )
        )
    return tuple(found)
