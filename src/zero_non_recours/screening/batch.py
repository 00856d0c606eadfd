"""Screens many households at once, in columns; the same answers as `Screener.screen` one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import BaseModel

from zero_non_recours.engine.columnar import COLUMNAR, Lanes
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Slot
from zero_non_recours.engine.plan import Plan
from zero_non_recours.engine.relevance import looked_at_where
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Right, Variable
from zero_non_recours.screening.answers import found_notes, only_other, table_readings, value_reader
from zero_non_recours.screening.claims import single, within
from zero_non_recours.screening.lookups import TableReading
from zero_non_recours.screening.result import Status
from zero_non_recours.screening.screen import RightPlan, Screener, euros, field_of

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
    label: list[str]
    outcome: list[str | None]
    """The code of the next steps' case that applies."""
    deadline: list[str | None]
    notes: list[str]
    """What to know of the answers looked for in tables."""


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
        self._tables = {part.right.name: self._tables_of(part) for part in screener.plans}

    def screen(self, households: Sequence[HouseholdBase]) -> list[RightColumns]:
        """The rights of validated households, in columns."""
        found = [RightColumns(right, *([] for _ in fields_of(RightColumns)[1:])) for right in self.screener.rights]
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
                piece = _Blocked(self.layout, households, answers, sizes, rows[start : start + BLOCKED])
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
            columns.label.extend(_labels(part, lows, highs, len(households)))
            outcomes, deadlines = part.steps.columns(lows, highs, len(households))
            columns.outcome.extend(outcomes)
            columns.deadline.extend(deadlines)
            missing: list[tuple[str, ...]] = [()] * len(households)
            for piece in blocked:
                for place, fields in piece.missing(part.roots, ~refused):
                    missing[place] = fields
            columns.missing.extend(missing)
            columns.notes.extend(self._notes(part, households))
        if blocked and self.screener.claims.claimable:
            self._as_claimed(households, found, [row for piece in blocked for row in piece.rows.tolist()])

    def _notes(self, part: RightPlan, households: Sequence[HouseholdBase]) -> list[str]:
        """What to know of the answers of each household that a right looks for in tables."""
        readings = self._tables[part.right.name]
        return [" ".join(found_notes(readings, h)) for h in households] if readings else [""] * len(households)

    def _tables_of(self, part: RightPlan) -> list[TableReading]:
        """How the answers of a right that can be read in tables are."""
        graph, tables = self.screener.plan.graph, self.layout.tables
        roots = [self.screener.plan.roots[place] for place in part.index.values()]
        nodes = (graph.nodes[n] for n in graph.reachable(roots)) if tables else ()
        read = {node.value.name for node in nodes if isinstance(node.value, Slot)}
        return [reading for name, reading in tables.items() if name in read]

    @cached_property
    def _claims_layout(self) -> AnswerLayout | None:
        reading = self.screener.claims.reading
        return None if reading is None else AnswerLayout(reading.plan)

    def _as_claimed(
        self, households: Sequence[HouseholdBase], found: Sequence[RightColumns], incomplete: Sequence[int]
    ) -> None:
        """Give the expected amounts that are known once the rights that may be received are supposed claimed.

        The block's households are the last ones of each column; some of them lack an answer.
        """
        claims, first = self.screener.claims, len(found[0].status) - len(households)
        waiting: list[tuple[RightColumns, int, int]] = []
        unanswered: dict[int, Mapping[str, Right]] = {}
        for columns in found:
            for row in incomplete:
                missing = columns.missing[first + row]
                if columns.expected[first + row] is not None or claims.claimable.keys().isdisjoint(missing):
                    continue
                if row not in unanswered:
                    unanswered[row] = claims.unanswered(households[row])
                if deciding := claims.deciding(columns.right.name, missing, unanswered[row]):
                    waiting.append((columns, row, len(deciding)))
        if not waiting or claims.reading is None or (layout := self._claims_layout) is None:
            return
        rows = sorted({row for _, row, _ in waiting})
        places = {row: place for place, row in enumerate(rows)}
        answers, sizes = layout.read([households[row] for row in rows])
        names = {right.name for right in claims.claimable.values()}
        supposed = [{right.name for right in unanswered[row].values()} for row in rows]
        chosen = {name: np.array([name in rights for rights in supposed]) for name in names}
        amounts = claims.reading.columns(answers, sizes, chosen)
        for columns, row, deciding in waiting:
            low, high = (float(ends[places[row]]) for ends in amounts[columns.right.name])
            expected, place = single((low, high)), first + row
            if expected is not None and within(expected, columns.low[place], columns.high[place]):
                columns.expected[place] = expected
                columns.assumptions[place] += deciding

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
        self._same_incomes(columns, people, complete)
        self._look_up(columns, households, people)
        return columns, np.array([len(h.personnes) for h in households], dtype=np.int64)

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

    def __init__(
        self,
        layout: AnswerLayout,
        households: Sequence[HouseholdBase],
        answers: Sequence[np.ndarray],
        sizes: np.ndarray,
        rows: np.ndarray,
    ) -> None:
        self.plan = plan = layout.plan
        self.tables = layout.tables
        self.households = [households[row] for row in rows.tolist()]
        self.rows = rows
        self.lanes = Lanes(sizes[rows])
        mine = np.zeros(len(sizes), np.bool_)
        mine[rows] = True
        persons = np.repeat(mine, sizes)
        self.answers = [a[persons if p else mine] for a, p in zip(answers, plan.levels, strict=True)]
        self.ends = plan.bounds_detail(self.lanes, self.answers)
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
            for arg, where in looked_at_where(node, self.ends):
                self._reach(reached, arg, mask & where, node.level)
        starts = lanes.starts
        by_household: dict[int, set[tuple[int, int, str]]] = {}
        for row, order, rank, field in fields:
            household = int(lanes.of_person[row]) if rank >= 0 else row
            at = row - int(starts[household]) if rank >= 0 else 0
            by_household.setdefault(household, set()).add((order, at, field))
        estimated = self.plan.rulebook.estimated
        for household, found in by_household.items():
            written = {(at, field) for _, at, field in found}
            asked = (
                field.replace("[]", f"[{at}]", 1)
                for _, at, field in sorted(found)
                if (at, estimated.get(field, "")) not in written
            )
            yield int(self.rows[household]), tuple(dict.fromkeys(asked))

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
        reading = self.tables.get(slot.name)
        if not variable.path and reading is None:
            return
        person = node.level == "personne"
        unknown = np.isnan(self.answers[self.plan.slots.index(slot)])
        for row in np.flatnonzero(mask & unknown).tolist():
            asked = variable
            if reading is not None:
                asked = reading.to_ask((self._people if person else self.households)[row].__dict__)
            if asked.path:
                yield row, variable.order, 0 if person else -1, asked.path if person else field_of(asked)

    @cached_property
    def _people(self) -> list[Any]:
        return [person for household in self.households for person in household.personnes]


def _labels(part: RightPlan, lows: Sequence[np.ndarray], highs: Sequence[np.ndarray], size: int) -> list[str]:
    """What the right is called for each household."""
    right = part.right
    if right.nature is None:
        return [right.label] * size
    low, high = lows[part.index[right.nature]], highs[part.index[right.nature]]
    settled = (low == high) & np.isfinite(low)
    ranks = np.where(settled, low, len(part.labels)).astype(np.int64)
    return np.array([*part.labels, right.label], dtype=object)[ranks].tolist()


def _finite(column: np.ndarray) -> list[float | None]:
    """A column as a list, `None` where there is no number, without the sign of a zero."""
    column = column + 0.0
    values: list[float | None] = column.tolist()
    for place in np.flatnonzero(~np.isfinite(column)).tolist():
        values[place] = None
    return values
