"""Screens many households at once, in columns; the same answers as `Screener.screen` one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from zero_non_recours.engine.columnar import COLUMNAR, Lanes
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.plan import Plan
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Right, Variable
from zero_non_recours.screening.answers import value_reader
from zero_non_recours.screening.result import Status
from zero_non_recours.screening.screen import Screener, euros, field_of

BLOCK = 2048
"""Households laid out together."""
BLOCKED = 512
"""Incomplete households bounded together: the bounds of every node stay in memory at once."""

Filler = tuple[int, Any]
"""A column and the function that reads one answer for it."""


@dataclass(frozen=True, slots=True)
class RightColumns:
    """One right of many households: every list has one item per household."""

    right: Right
    status: list[Status]
    low: list[float | None]
    expected: list[float | None]
    high: list[float | None]
    received: list[bool | None]
    received_amount: list[float | None]
    missing: list[tuple[str, ...]]
    """Fields of the answers that would settle it, in the order of the questions."""
    assumptions: list[int]
    """How many answers were supposed."""
    near_miss: list[str]


def screen_batch(screener: Screener, households: Sequence[HouseholdBase]) -> list[RightColumns]:
    """The rights of validated households, in columns, in the order of the screener's rights."""
    return BatchScreener(screener).screen(households)


class BatchScreener:
    """Screens batches of households; built once, used for many."""

    def __init__(self, screener: Screener) -> None:
        self.screener = screener
        self.layout = AnswerLayout(screener.plan)
        plan = screener.plan
        self.asked = sorted({f.asked for f in plan.fallbacks.values() if f.asked is not None})
        self._applies = compile_graph(plan.graph, self.asked, plan.inputs, COLUMNAR)

    def screen(self, households: Sequence[HouseholdBase]) -> list[RightColumns]:
        """The rights of validated households, in columns."""
        found = [RightColumns(right, [], [], [], [], [], [], [], [], []) for right in self.screener.rights]
        for first in range(0, len(households), BLOCK):
            self._block(households[first : first + BLOCK], found)
        return found

    def _block(self, households: Sequence[HouseholdBase], found: list[RightColumns]) -> None:
        plan = self.screener.plan
        answers, sizes = self.layout.read(households)
        results, incomplete = plan.columns(answers, sizes)
        lows, highs = results, results
        blocked: list[_Blocked] = []
        if incomplete.any():
            lows = [column.copy() for column in results]
            highs = [column.copy() for column in results]
            rows = np.flatnonzero(incomplete)
            for start in range(0, len(rows), BLOCKED):
                piece = _Blocked(plan, answers, sizes, rows[start : start + BLOCKED])
                piece.write(lows, highs)
                blocked.append(piece)
        lanes = Lanes(sizes)
        with np.errstate(all="ignore"):
            asked = dict(zip(self.asked, self._applies(lanes, answers), strict=True))
        for part, columns in zip(self.screener.plans, found, strict=True):
            right = part.right
            failing = [~lows[part.index[c]] & ~highs[part.index[c]] for c in right.conditions]
            low, high = lows[part.index[right.amount]] + 0.0, highs[part.index[right.amount]] + 0.0
            refused, eligible = high <= 0, low > 0
            for name, failed in zip(right.conditions, failing, strict=True):
                refused = refused | failed
                eligible = eligible & lows[part.index[name]] & highs[part.index[name]]
            low, high = np.where(refused, 0.0, low), np.where(refused, 0.0, high)
            status = np.where(refused, "not_eligible", np.where(eligible, "eligible", "undetermined"))
            columns.status.extend(status.tolist())
            columns.low.extend(_finite(low))
            columns.expected.extend(_finite(np.where(low == high, low, np.nan)))
            columns.high.extend(_finite(high))
            for household in households:
                received = self.screener.received_amount(right, household) if right.received else (None, None)
                columns.received.append(received[0])
                columns.received_amount.append(received[1])
            columns.assumptions.extend(self._assumptions(part.fallbacks, answers, lanes, asked))
            columns.near_miss.extend(self._near_misses(right, part.index, failing, lows, highs))
            missing: list[tuple[str, ...]] = [()] * len(households)
            for piece in blocked:
                for place, fields in piece.missing(part.roots, ~refused):
                    missing[place] = fields
            columns.missing.extend(missing)

    def _assumptions(
        self, fallbacks: Sequence[int], answers: Sequence[Any], lanes: Lanes, asked: Mapping[int, Any]
    ) -> list[int]:
        """How many answers of each household were supposed for a right."""
        plan = self.screener.plan
        supposed: dict[str, Any] = {}
        for node in fallbacks:
            slot, _, question = plan.fallbacks[node]
            place = self.layout.places[slot]
            unknown = np.isnan(answers[place])
            if question is not None:
                applies = np.asarray(asked[question])
                if applies.ndim and plan.levels[place] and plan.graph.nodes[question].level != "personne":
                    applies = lanes.project(applies)
                unknown = unknown & (applies != 0)
            supposed[slot.name] = supposed[slot.name] | unknown if slot.name in supposed else unknown
        count = np.zeros(lanes.households)
        for name, unknown in supposed.items():
            person = self.screener.rulebook.variables[name].level == "personne"
            count += lanes.sum(unknown) if person else unknown
        return count.astype(np.int64).tolist()

    def _near_misses(
        self,
        right: Right,
        index: Mapping[str, int],
        failing: Sequence[np.ndarray],
        lows: Sequence[np.ndarray],
        highs: Sequence[np.ndarray],
    ) -> list[str]:
        texts = [""] * len(lows[index[right.amount]])
        alone = sum((f.astype(np.int64) for f in failing), np.zeros(len(texts), np.int64)) == 1
        for name, failed in zip(right.conditions, failing, strict=True):
            condition = self.screener.rulebook.variables[name]
            if condition.excess is None:
                continue
            low, high = lows[index[condition.excess]], highs[index[condition.excess]]
            for place in np.flatnonzero(alone & failed & (low == high) & np.isfinite(low) & (low > 0)).tolist():
                texts[place] = condition.excess_phrase.replace("{}", euros(round(float(low[place]), 2)))
        return texts


class AnswerLayout:
    """Lays the answers of households in one float64 column per slot of a plan.

    A column starts as what its reader says of an absent answer; only the answers present in the profile are read.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.places = {slot: index for index, slot in enumerate(plan.slots)}
        self.blank: list[tuple[bool, float, float]] = []
        self.person: dict[str, Any] = {}
        self.household: dict[str, Any] = {}
        for place, (slot, person) in enumerate(zip(plan.slots, plan.levels, strict=True)):
            variable = plan.rulebook.variables[slot.name]
            if not variable.path:
                self.blank.append((person, np.nan, np.nan))
                continue
            field = profile_field(variable)
            read = value_reader(slot, variable, field, plan.month)
            absent = [read(None, {"revenus_complets": complete}) for complete in (None, True)]
            self.blank.append((person, absent[0], absent[1]))
            node = self.person if person else self.household
            *parents, last = field.parts
            for parent in parents:
                node = node.setdefault(parent, {})
            node.setdefault(last, []).append((place, read))

    def read(self, households: Sequence[HouseholdBase]) -> tuple[list[np.ndarray], np.ndarray]:
        """The columns of a plan, and the number of persons of each household."""
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
        row = 0
        for place, household in enumerate(households):
            _fill(household, household.__dict__, self.household, views, place)
            for person in household.personnes:
                _fill(person, person.__dict__, self.person, views, row)
                row += 1
        return columns, np.array([len(h.personnes) for h in households], dtype=np.int64)


def _fill(
    part: BaseModel, owner: Mapping[str, Any], fillers: Mapping[str, Any], views: list[memoryview], row: int
) -> None:
    """Read the answers present in a part of a profile."""
    values = part.__dict__
    for key in part.__pydantic_fields_set__:
        if key in fillers and (raw := values[key]) is not None:
            filler = fillers[key]
            if type(filler) is dict:
                _fill(raw, owner, filler, views, row)
            else:
                for column, read in filler:
                    views[column][row] = read(raw, owner)


class _Blocked:
    """The households of a block that lack an answer: bounds of every node, and the answers that would settle them."""

    def __init__(self, plan: Plan, answers: Sequence[np.ndarray], sizes: np.ndarray, rows: np.ndarray) -> None:
        self.plan = plan
        self.rows = rows
        self.lanes = Lanes(sizes[rows])
        mine = np.zeros(len(sizes), np.bool_)
        mine[rows] = True
        persons = np.repeat(mine, sizes)
        self.answers = [a[persons if p else mine] for a, p in zip(answers, plan.levels, strict=True)]
        with np.errstate(all="ignore"):
            values = plan._bounds_trace(self.lanes, plan._intervals(self.answers))
        self.ends = {node: (pair[0], pair[1]) for node, pair in zip(plan.detail, values, strict=True)}
        self._open: dict[int, Any] = {}

    def write(self, lows: Sequence[np.ndarray], highs: Sequence[np.ndarray]) -> None:
        """Put both ends of each household result in place of the exact ones; person results are left as they are."""
        for root, low, high in zip(self.plan.roots, lows, highs, strict=True):
            if self.plan.graph.nodes[root].level != "personne":
                low[self.rows], high[self.rows] = self.ends[root]

    def unsettled(self, node: int) -> Any:
        """Where both ends of a node differ: one truth per person or household, or one for all."""
        found = self._open.get(node)
        if found is None:
            low, high = self.ends[node]
            found = np.not_equal(low, high)
            if not self.plan.graph.nodes[node].boolean and np.any(found):
                found = found & ~(np.isnan(low) & np.isnan(high))
            self._open[node] = found = found if np.any(found) else False
        return found

    def missing(self, roots: Sequence[int], wanted: np.ndarray) -> Iterator[tuple[int, tuple[str, ...]]]:
        """For each household of `wanted` with unsettled results, its place in the block and the fields behind them."""
        nodes, lanes = self.plan.graph.nodes, self.lanes
        reached: dict[int, np.ndarray] = {}
        mine = wanted[self.rows]
        for root in roots:
            self._reach(reached, root, mine, "menage")
        fields: list[tuple[int, int, int, str]] = []
        for index in reversed(self.plan.detail):
            mask = reached.get(index)
            if mask is None:
                continue
            node = nodes[index]
            if node.op == "input":
                fields += self._unanswered(index, mask)
                continue
            for arg in node.args:
                self._reach(reached, arg, mask, node.level)
        starts = lanes.starts
        by_household: dict[int, set[tuple[int, int, str]]] = {}
        for row, order, rank, field in fields:
            household = int(lanes.of_person[row]) if rank >= 0 else row
            at = row - int(starts[household]) if rank >= 0 else 0
            by_household.setdefault(household, set()).add((order, at, field.replace("[]", f"[{at}]", 1)))
        for household, found in by_household.items():
            yield int(self.rows[household]), tuple(field for _, _, field in sorted(found))

    def _reach(self, reached: dict[int, np.ndarray], arg: int, mask: np.ndarray, level: str) -> None:
        open_ = self.unsettled(arg)
        if open_ is False:
            return
        arg_level = self.plan.graph.nodes[arg].level
        if level == "personne" and arg_level != "personne":
            mask = self.lanes.any(mask)
        elif level != "personne" and arg_level == "personne":
            mask = self.lanes.project(mask)
        mask = mask & open_
        if mask.any():
            reached[arg] = reached[arg] | mask if arg in reached else mask

    def _unanswered(self, index: int, mask: np.ndarray) -> Iterator[tuple[int, int, int, str]]:
        """Row, order of the question, rank (-1: the household's) and path of each reached answer that is unknown."""
        node = self.plan.graph.nodes[index]
        slot: Any = node.value
        variable: Variable = self.plan.rulebook.variables[slot.name]
        if not variable.path:
            return
        person = node.level == "personne"
        unknown = np.isnan(self.answers[self.plan.slots.index(slot)])
        path = variable.path if person else field_of(variable)
        for row in np.flatnonzero(mask & unknown).tolist():
            yield row, variable.order, 0 if person else -1, path


def _finite(column: np.ndarray) -> list[float | None]:
    """A column as a list, `None` where there is no number, without the sign of a zero."""
    column = column + 0.0
    values: list[float | None] = column.tolist()
    for place in np.flatnonzero(~np.isfinite(column)).tolist():
        values[place] = None
    return values
