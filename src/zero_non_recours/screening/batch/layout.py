"""Lays the answers of many households in columns, in the order of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from zero_non_recours.engine.plan import Plan
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.series import Span
from zero_non_recours.profile.unsaid import FIELD as UNSAID_FIELD
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.screening.answers import only_other, table_readings, value_reader

Spans = dict[int, dict[int, Span]]
"""The answers known within two ends: by the place of the slot, then by row of its column."""


class AnswerLayout:
    """Lays the answers of households in one float64 column per slot of a plan.

    A column starts as what its reader says of an absent answer; only the answers present in the profile are read.
    An answer known within two ends is unknown (NaN) in its column, and its ends are given apart.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.places = {slot: index for index, slot in enumerate(plan.slots)}
        self.blank: list[tuple[bool, float, float]] = []
        self.person: dict[str, Any] = {}
        self.household: dict[str, Any] = {}
        self.tables = table_readings(plan)
        self.same: dict[str, tuple[Callable[[Mapping[str, Any]], bool], list[int]]] = {}
        for place, (slot, person) in enumerate(zip(plan.slots, plan.levels, strict=True)):
            variable = plan.rulebook.variables[slot.name]
            if not variable.path:
                self.blank.append((person, np.nan, np.nan))
                continue
            if (other := only_other(plan.rulebook, variable)) is not None:
                self.same.setdefault(variable.name, (other, []))[1].append(place)
            field = profile_field(variable)
            read = value_reader(slot, variable, field, plan.month)
            absent: list[Any] = [read(None, {"revenus_complets": complete}) for complete in (None, True)]
            self.blank.append((person, absent[0], absent[1]))
            node = self.person if person else self.household
            *parents, last = field.parts
            for parent in parents:
                node = node.setdefault(parent, {})
            node.setdefault(last, []).append((place, read))
            node.setdefault(UNSAID_FIELD, _Unsaid()).setdefault(last, []).append(place)

    def read(self, households: Sequence[HouseholdBase]) -> tuple[list[np.ndarray], np.ndarray, Spans]:
        """The columns of a plan, the number of persons of each household, and the ranges: NaN in their column."""
        people: list[dict[str, Any]] = [p.__dict__ for h in households for p in h.personnes]
        complete = np.array([p["revenus_complets"] is True for p in people], dtype=np.bool_)
        columns: list[Any] = []
        for person, unknown, none in self.blank:
            size = len(people) if person else len(households)
            if person and not (unknown == none or none != none):
                columns.append(np.where(complete, none, unknown))
            else:
                columns.append(np.full(size, unknown))
        views = [memoryview(column) for column in columns]
        spans: Spans = {}
        row = 0
        for place, household in enumerate(households):
            _fill(household, household.__dict__, self.household, views, place, spans)
            for person in household.personnes:
                _fill(person, person.__dict__, self.person, views, row, spans)
                row += 1
        self._same_incomes(columns, people, complete)
        self._look_up(columns, households, people)
        return columns, np.array([len(h.personnes) for h in households], dtype=np.int64), spans

    def _same_incomes(self, columns: Sequence[np.ndarray], people: list[dict[str, Any]], complete: np.ndarray) -> None:
        """Forget the zeros of completeness where the same income is written as another input."""
        rows = np.flatnonzero(complete).tolist()
        for other, places in self.same.values():
            forgotten = [row for row in rows if other(people[row])]
            for place in places if forgotten else ():
                columns[place][forgotten] = np.nan

    def _look_up(
        self, columns: Sequence[np.ndarray], households: Sequence[HouseholdBase], people: Sequence[Mapping[str, Any]]
    ) -> None:
        """Read in tables the answers that can be, where they are not written."""
        for slot, place in self.places.items():
            reading = self.tables.get(slot.name)
            if reading is None:
                continue
            column, person = columns[place], self.plan.levels[place]
            for row in np.flatnonzero(np.isnan(column)).tolist():
                column[row] = reading.value(people[row] if person else households[row].__dict__)


class _Unsaid(dict[str, list[int]]):
    """The columns of each answer of a part, to forget where a word says why it is not given."""


def _fill(
    part: BaseModel,
    owner: Mapping[str, Any],
    fillers: Mapping[str, Any],
    views: list[memoryview],
    row: int,
    spans: Spans,
) -> None:
    """Read the answers present in a part of a profile."""
    values = part.__dict__
    for key in part.__pydantic_fields_set__:
        if key in fillers and (raw := values[key]) is not None:
            filler = fillers[key]
            if type(filler) is list:
                for column, read in filler:
                    value = read(raw, owner)
                    try:
                        views[column][row] = value
                    except TypeError:  # a range
                        views[column][row] = np.nan
                        spans.setdefault(column, {})[row] = value
            elif type(filler) is dict:
                _fill(raw, owner, filler, views, row, spans)
            else:
                for column in (column for name in raw for column in filler.get(name, ())):
                    views[column][row] = np.nan
