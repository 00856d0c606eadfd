"""The households of a batch that lack an answer: their bounds, and the answers that would settle them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from zero_non_recours.engine.bounds import Answer
from zero_non_recours.engine.columnar import Lanes
from zero_non_recours.engine.draws import Question
from zero_non_recours.engine.graph import Slot
from zero_non_recours.engine.plan import Plan
from zero_non_recours.engine.reading import within
from zero_non_recours.engine.refine import Open
from zero_non_recours.engine.relevance import looked_at_where
from zero_non_recours.engine.scalar_bounds import is_settled
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Variable
from zero_non_recours.screening.batch.layout import AnswerLayout, Spans
from zero_non_recours.screening.screen import field_of

BLOCKED = 1024
"""Incomplete households bounded together: the bounds of every node stay in memory at once."""
Masks = dict[int, list[Any]]
"""Where each node is reached: by a result that moves up with it, and by one that moves down."""


class Blocked:
    """Some households of a block, read in bounds."""

    def __init__(
        self,
        layout: AnswerLayout,
        households: Sequence[HouseholdBase],
        answers: Sequence[np.ndarray],
        sizes: np.ndarray,
        spans: Spans,
        rows: np.ndarray,
        tight: Iterable[Sequence[int]],
    ) -> None:
        """`tight`: the groups of results (nodes) to bound as tightly as can be."""
        self.plan = plan = layout.plan
        self.tables = layout.tables
        self.households = [households[row] for row in rows.tolist()]
        self.rows = rows
        self.lanes = Lanes(sizes[rows])
        mine = np.zeros(len(sizes), np.bool_)
        mine[rows] = True
        persons = np.repeat(mine, sizes)
        self.answers = [
            Answer(column[kept], domain, _ranges(spans.get(place), kept))
            for place, (column, domain, person) in enumerate(zip(answers, plan.domains, plan.levels, strict=True))
            for kept in (persons if person else mine,)
        ]
        self.ends = plan.bounds_detail(self.lanes, self.answers)
        self._open: dict[int, Any] = {}
        self.tightened = {root: self.ends[root] for root in plan.roots}
        for group in tight:
            self._tighten(group)

    def write(self, lows: Sequence[np.ndarray], highs: Sequence[np.ndarray]) -> None:
        """Put both ends of each household result in place of the exact ones; person results are left as they are."""
        for root, low, high in zip(self.plan.roots, lows, highs, strict=True):
            if self.plan.graph.nodes[root].level != "personne":
                low[self.rows], high[self.rows] = self.tightened[root]

    def of(self, node: int, row: int) -> tuple[Any, Any]:
        """Both ends of a household node, for one household."""
        low, high = self.ends[node]
        return _of(low, row), _of(high, row)

    def persons(self, row: int) -> int:
        """How many persons a household has."""
        return len(self.households[row].personnes)

    @cached_property
    def _with_span(self) -> set[int]:
        levels = zip(self.answers, self.plan.levels, strict=True)
        return {
            int(self.lanes.of_person[row]) if by_person else row
            for answer, by_person in levels
            for row in answer.ranges
        }

    def has_span(self, row: int) -> bool:
        """Whether a household has an answer known within a range."""
        return row in self._with_span

    # -- which answers matter ---------------------------------------------------------------------------

    def unsettled(self, node: int) -> Any:
        """Where both ends of a node differ: one truth per person or household, or `False` for all."""
        found = self._open.get(node)
        if found is None:
            found = self._open[node] = self._differ(node, self.ends[node])
        return found

    def _differ(self, node: int, ends: tuple[Any, Any]) -> Any:
        low, high = ends
        found = np.not_equal(low, high)
        if not self.plan.graph.nodes[node].boolean and np.any(found):
            found = found & ~(np.isnan(low) & np.isnan(high))
        return found if np.any(found) else False

    def _walk(self, roots: Sequence[int], where: Any) -> Iterator[tuple[int, Any, Any]]:
        """The input nodes behind some results, and where a result that is open moves up, and down, with them."""
        nodes = self.plan.graph.nodes
        reached: Masks = {}
        for root in dict.fromkeys(roots):
            open_ = self._differ(root, self.tightened[root])
            if open_ is not False:
                start = self.lanes.project(where) if nodes[root].level == "personne" else where
                self._add(reached, root, start & open_, False)
        for index in reversed(self.plan.detail):
            masks = reached.pop(index, None)
            if masks is None:
                continue
            node, (up, down) = nodes[index], masks
            if node.op == "input":
                yield index, up, down
                continue
            for arg, looked, (rises, falls) in looked_at_where(node, self.ends, self._unknown):
                self._reach(
                    reached,
                    arg,
                    ((up & rises) | (down & falls)) & looked,
                    ((up & falls) | (down & rises)) & looked,
                    node.level,
                )

    def _unknown(self, node: int) -> Any:
        """Where an input node has no answer."""
        slot: Any = self.plan.graph.nodes[node].value
        return self.answers[self.plan.places[slot]].unknown

    def _reach(self, reached: Masks, arg: int, up: Any, down: Any, level: str) -> None:
        open_ = self.unsettled(arg)
        if open_ is False:
            return
        arg_level = self.plan.graph.nodes[arg].level
        if level == "personne" and arg_level != "personne":
            up, down = self.lanes.any(up), self.lanes.any(down)
        elif level != "personne" and arg_level == "personne":
            up, down = self.lanes.project(up), self.lanes.project(down)
        self._add(reached, arg, up & open_, down & open_)

    @staticmethod
    def _add(reached: Masks, node: int, up: Any, down: Any) -> None:
        if np.any(up) or np.any(down):
            before = reached.setdefault(node, [False, False])
            before[0], before[1] = before[0] | up, before[1] | down

    def missing(self, roots: Sequence[int], wanted: np.ndarray) -> Iterator[tuple[int, tuple[str, ...]]]:
        """For each household of `wanted` with unsettled results, its place in the block and the fields behind them."""
        fields: list[tuple[int, int, int, str]] = []
        for index, up, down in self._walk(roots, wanted[self.rows]):
            fields += self._unanswered(index, up | down)
        starts = self.lanes.starts
        by_household: dict[int, set[tuple[int, int, str]]] = {}
        for row, order, rank, field in fields:
            household = int(self.lanes.of_person[row]) if rank >= 0 else row
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

    def _unanswered(self, index: int, mask: np.ndarray) -> Iterator[tuple[int, int, int, str]]:
        """Row, order of the question, rank (-1: the household's) and path of each reached answer that is open."""
        node = self.plan.graph.nodes[index]
        slot: Any = node.value
        variable: Variable = self.plan.rulebook.variables[slot.name]
        reading = self.tables.get(slot.name)
        if not variable.path and reading is None:
            return
        person = node.level == "personne"
        open_ = np.isnan(self.answers[self.plan.places[slot]].raw)
        for row in np.flatnonzero(mask & open_).tolist():
            asked = variable
            if reading is not None:
                asked = reading.to_ask((self._people if person else self.households)[row].__dict__)
            if asked.path:
                yield row, variable.order, 0 if person else -1, asked.path if person else field_of(asked)

    @cached_property
    def _people(self) -> list[Any]:
        return [person for household in self.households for person in household.personnes]

    def questions(self, roots: Sequence[int]) -> dict[int, set[Question]]:
        """For each household, the open questions behind some results."""
        found: dict[int, set[Question]] = {}
        for index, up, down in self._walk(roots, np.ones(len(self.rows), np.bool_)):
            node = self.plan.graph.nodes[index]
            assert isinstance(node.value, Slot)
            for row in np.flatnonzero(up | down).tolist():
                household, rank = self._household(row, node.level)
                found.setdefault(household, set()).add((node.value.name, rank))
        return found

    def _household(self, row: int, level: str) -> tuple[int, int | None]:
        """The household of a row, and the rank of its person."""
        if level != "personne":
            return row, None
        household = int(self.lanes.of_person[row])
        return household, row - int(self.lanes.starts[household])

    # -- tighter bounds ---------------------------------------------------------------------------------

    def _tighten(self, group: Sequence[int]) -> None:
        """Tighten some results of each household, that answers move both ways, as `Reading` does."""
        opened: dict[int, list[Open]] = {}
        for index, up, down in self._walk(group, np.ones(len(self.rows), np.bool_)):
            node = self.plan.graph.nodes[index]
            assert isinstance(node.value, Slot)
            place = self.plan.places[node.value]
            for row in np.flatnonzero(up & down).tolist():
                household, rank = self._household(row, node.level)
                opened.setdefault(household, []).append(Open(place, rank, self.answers[place].span(row)))
        differ = {root: found for root in dict.fromkeys(group) if (found := self.unsettled(root)) is not False}
        tightened = {root: self._copied(root) for root in differ} if opened else {}
        for row, answers in opened.items():
            roots = [root for root, found in differ.items() if _of(found, row)]
            refined = self.plan.refiner.ends(roots, answers, _Row(self, row))
            for root, pair in zip(roots, refined, strict=True):
                low, high = tightened[root]
                low[row], high[row] = within(pair, (low[row].item(), high[row].item()))
        self.tightened |= tightened

    def _copied(self, root: int) -> tuple[np.ndarray, np.ndarray]:
        low, high = self.tightened[root]
        return self.lanes.column(low, False).copy(), self.lanes.column(high, False).copy()


class _Row:
    """The plain bounds of one household of a block."""

    def __init__(self, block: Blocked, row: int) -> None:
        self.block = block
        self.row = row
        self.first = int(block.lanes.starts[row])
        self.last = int(block.lanes.starts[row + 1]) if row + 1 < block.lanes.households else block.lanes.persons
        self.persons = self.last - self.first
        self.nodes = block.plan.graph.nodes

    def settled(self, node: int) -> Any:
        """The value of a node that nothing unknown changes, else `None`."""
        pair = self.block.ends.get(node)
        if pair is None:
            return None
        found = self._value(pair, self.nodes[node].level == "personne")
        if isinstance(found, list):
            return found if all(map(is_settled, found)) else None
        return found if is_settled(found) else None

    def given(self, node: int) -> Any:
        """The bounds of an input node, each with whether the answer is given."""
        slot: Any = self.nodes[node].value
        answer = self.block.answers[self.block.plan.places[slot]]
        ends = (*answer.ends, np.logical_not(answer.unknown))
        return self._value(ends, self.nodes[node].level == "personne")

    def _value(self, ends: Sequence[Any], person: bool) -> Any:
        if not person:
            return tuple([_of(end, self.row) for end in ends])
        lists = [end[self.first : self.last].tolist() if np.ndim(end) else [_plain(end)] * self.persons for end in ends]
        return list(zip(*lists, strict=True))


def within_range(plan: Plan, spans: Spans, sizes: np.ndarray) -> np.ndarray:
    """Which households have an answer known within a range."""
    found = np.zeros(len(sizes), np.bool_)
    for place, rows in spans.items():
        at = np.fromiter(rows, np.int64, len(rows))
        found[np.repeat(np.arange(len(sizes)), sizes)[at] if plan.levels[place] else at] = True
    return found


def _ranges(spans: Any, kept: np.ndarray) -> dict[int, tuple[float, float]]:
    """The ranges of the rows that are kept, by their new row."""
    if not spans:
        return {}
    places = np.cumsum(kept) - 1
    return {int(places[row]): span for row, span in spans.items() if kept[row]}


def _of(end: Any, row: int) -> Any:
    """The value of a row, as a plain number or truth."""
    return end[row].item() if np.ndim(end) else _plain(end)


def _plain(end: Any) -> Any:
    return end.item() if isinstance(end, np.generic | np.ndarray) else end
