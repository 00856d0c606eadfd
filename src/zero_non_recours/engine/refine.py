"""Tightens the bounds of one household: its open answers are listed or cut in pieces instead of being widened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zero_non_recours.engine.boxes import BOUNDS_OF_BOXES, Box, BoxValues, OpenAnswer, PlainBounds, Value, meet
from zero_non_recours.engine.graph import Domain, Graph
from zero_non_recours.engine.interpret import Operations, Program, Step, Values
from zero_non_recours.engine.linear import Rewritten, Sums, at
from zero_non_recours.engine.pieces import FINEST, Pieces, pieces_of
from zero_non_recours.profile.periods import last_day

if TYPE_CHECKING:
    from zero_non_recours.engine.plan import Plan

COMBINATIONS = 64
"""Combinations of listed answers at most; the answers that do not fit are cut like the others, one at a time."""
BOXES = 2048
"""Combinations times pieces at most."""
BOXES_ALONG = 64
"""The same, for each of the answers tried by `along`."""
Ends = tuple[Any, Any]


class Open(NamedTuple):
    """An answer that leaves a result open: its slot, whose it is, and the range that the profile gives, if any."""

    place: int
    rank: int | None
    span: tuple[float, float] | None = None


class _Program(Program):
    """Reads a graph on boxes, sums written again where it makes them tighter."""

    def __init__(self, graph: Graph, operations: Operations) -> None:
        super().__init__(graph, operations)
        self.sums = Sums(graph)

    def _step(self, index: int) -> Step:
        step, better = super()._step(index), self.sums.rewritten(index)
        if better is None:
            return step
        if self.graph.nodes[index].level != "personne":
            return lambda values: _tightened(step(values), better, values, None)
        return lambda values: [_tightened(value, better, values, rank) for rank, value in enumerate(step(values))]


def _tightened(value: Value, better: Rewritten, values: Values, rank: int | None) -> Value:
    """A value, as tight as the sum written again where that can matter."""
    if _is_one(value) or all(_is_one(at(values, node, rank)) for node in better.shared):
        return value
    return meet(value, better.read(values, rank))


def _is_one(value: Value) -> bool:
    return type(value) is tuple and value[0] == value[1]


class Refiner:
    """Tightens the results of a plan; built once per plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.program = _Program(plan.graph, BOUNDS_OF_BOXES)
        self._pieces: dict[tuple[int, int], Pieces] = {}
        self._weights: dict[int, int] = {}

    def ends(self, roots: Sequence[int], opened: Iterable[Open], plain: PlainBounds) -> list[Ends]:
        """The lowest and highest value of some nodes, whatever the open answers are.

        Args:
            roots: the nodes.
            opened: the answers to list or cut.
            plain: the bounds that this tightens.
        """
        values = BoxValues(self.program, self._inputs(opened, plain), plain)
        with np.errstate(all="ignore"):
            return [_ends(values.read(root)) for root in roots]

    def along(
        self,
        roots: Sequence[int],
        given: Mapping[tuple[int, int | None], np.ndarray],
        plain: PlainBounds,
        opened: Iterable[Open] = (),
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """The lowest and highest value of some household nodes for each of several answers.

        Args:
            roots: the nodes.
            given: for some slots (by place and rank of the person), the answers to try, the same number for each.
            plain: the bounds of the household where these slots may have any value: nothing that depends on them, nor
                on whether they are answered, is settled.
            opened: other answers to list or cut, in fewer pieces than `ends` does.
        """
        count = len(next(iter(given.values())))
        boxes = self._boxes(list(opened), BOXES_ALONG)
        listed = max((len(box.low) for box in boxes.values()), default=1)
        for one, box in boxes.items():
            if box.symbol is None:
                column = np.tile(box.low, (count, 1))
                boxes[one] = Box(column, column, None)
        for key, tried in given.items():
            column = np.repeat(tried, listed)[:, None]
            boxes[Open(*key)] = Box(column, column, None)
        values = BoxValues(self.program, self._placed(boxes, plain, known=given.keys()), plain)
        with np.errstate(all="ignore"):
            return [_by_row(values.read(root), count) for root in roots]

    def _inputs(self, opened: Iterable[Open], plain: PlainBounds) -> dict[int, Any]:
        return self._placed(self._boxes(list(opened)), plain)

    def _placed(
        self, boxes: Mapping[Open, Box], plain: PlainBounds, *, known: Collection[tuple[int, int | None]] = ()
    ) -> dict[int, Any]:
        """The input nodes of some slots, read as boxes; `known`: those that are answers given."""
        inputs: dict[int, Any] = {}
        for one, box in boxes.items():
            node = self.plan.inputs[one.place]
            answer = OpenAnswer(box, one.span is not None or (one.place, one.rank) in known)
            if one.rank is None:
                inputs[node] = answer
            else:
                people = inputs.setdefault(node, list(plain.given(node)))
                people[one.rank] = answer
        return inputs

    def _boxes(self, opened: Sequence[Open], most_boxes: int = BOXES) -> dict[Open, Box]:
        """What each open answer is in each box."""
        cuts = {one: self._cut(one, FINEST) for one in opened}
        listed: list[Open] = []
        count = 1
        for one in sorted((o for o in opened if cuts[o].exact), key=lambda o: (len(cuts[o]), self._name(o))):
            if count * len(cuts[one]) > min(COMBINATIONS, most_boxes):
                break
            count *= len(cuts[one])
            listed.append(one)
        found: dict[Open, Box] = {}
        repeat = 1
        for one in listed:
            column = np.tile(np.repeat(cuts[one].low, repeat), count // (repeat * len(cuts[one])))[:, None]
            found[one] = Box(column, column, None)
            repeat *= len(cuts[one])
        others = sorted((o for o in opened if o not in found), key=lambda o: (-self._weight(o.place), self._name(o)))
        most = max(1, min(FINEST, most_boxes // count))
        cut = [self._cut(one, most) for one in others]
        width = max(map(len, cut), default=1)
        for symbol, (one, pieces) in enumerate(zip(others, cut, strict=True)):
            low, high = (np.pad(ends, (0, width - len(ends)), mode="edge")[None, :] for ends in pieces[:2])
            found[one] = Box(low, high, symbol)
        return found

    def _cut(self, one: Open, most: int) -> Pieces:
        found = self._pieces.get((one.place, most)) if one.span is None else None
        if found is None:
            variable = self.plan.rulebook.variables[self.plan.slots[one.place].name]
            kind = "date" if variable.type == "date" else "number"
            if variable.values or variable.type == "booleen" or variable.whole:
                kind = "whole"
            domain = self.plan.domains[one.place]
            if one.span is not None:
                domain = Domain(max(one.span[0], domain.low), min(one.span[1], domain.high))
            found = pieces_of(domain, kind, last_day(self.plan.month), most)
            if one.span is None:
                self._pieces[one.place, most] = found
        return found

    def _name(self, one: Open) -> tuple[Any, ...]:
        return (*self.plan.slots[one.place], -1 if one.rank is None else one.rank)

    def _weight(self, place: int) -> int:
        """How many nodes depend on an answer."""
        found = self._weights.get(place)
        if found is None:
            seen = {self.plan.inputs[place]}
            waiting = list(seen)
            while waiting:
                for user in self._users.get(waiting.pop(), ()):
                    if user not in seen:
                        seen.add(user)
                        waiting.append(user)
            found = self._weights[place] = len(seen)
        return found

    @cached_property
    def _users(self) -> dict[int, list[int]]:
        users: dict[int, list[int]] = {}
        nodes = self.plan.graph.nodes
        for node in self.plan.detail:
            for arg in nodes[node].args:
                users.setdefault(arg, []).append(node)
        return users


def _by_row(value: Any, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The ends of a value for each of the answers that were tried, whatever the other ones are."""
    low, high = np.broadcast_arrays(*(value.low, value.high) if isinstance(value, Box) else np.atleast_2d(*value))
    if len(low) == 1:
        low, high = (np.broadcast_to(end, (count, end.shape[1])) for end in (low, high))
    whole = Box(low.reshape(count, -1), high.reshape(count, -1), None).whole
    return whole.low[:, 0], whole.high[:, 0]


def _ends(value: Any) -> Ends:
    if isinstance(value, list):
        pairs = [_ends(one) for one in value]
        return [low for low, _ in pairs], [high for _, high in pairs]
    return value.ends() if isinstance(value, Box) else value
