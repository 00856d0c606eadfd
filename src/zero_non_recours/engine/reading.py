"""What a plan says of one household: exactly where it can, in bounds elsewhere, each part computed at its first use."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zero_non_recours.engine.graph import Slot
from zero_non_recours.engine.relevance import BOTH, UP, Way, looked_at, turned

if TYPE_CHECKING:
    from zero_non_recours.engine.plan import Answer, Plan
    from zero_non_recours.engine.refine import Open
    from zero_non_recours.engine.scalar_bounds import BoundsOfOne

Place = tuple[int, int | None]
"""A node, or a slot by its place among those of the plan, and the person it is about (`None`: the household)."""


class Reading:
    """The answers of a household read by a plan.

    Attributes:
        answers: for each slot, a number, a range (a pair), or NaN; one of them per person in a list.
        has_ranges: whether an answer is known within a range.
        lacking: for each result, whether an answer it needs is unknown, or is a range.
        incomplete: whether one of them lacks an answer.
        ends: the lowest and the highest value of each result; results that lack no answer are exact, with equal ends.
    """

    def __init__(
        self, plan: Plan, answers: Sequence[Answer], persons: int, tight: Iterable[Sequence[int]] | None = None
    ) -> None:
        """`tight`: the groups of results to bound as tightly as can be, by their ranks; `None`: each by itself."""
        self.plan = plan
        self.answers: Sequence[Any] = answers
        self.persons = persons
        self.numbers: Sequence[Any] = [_number(a) for a in answers]
        """The answers without their ranges: NaN in place."""
        self.has_ranges = self.numbers != answers
        if not self.has_ranges:
            results, self.lacking = plan.run(answers, persons)
            self.ends: list[tuple[Any, Any]] = [
                self.trace[root] if lacks else (value, value)
                for root, value, lacks in zip(plan.roots, results, self.lacking, strict=True)
            ]
        else:
            self.ends = [self.trace[root] for root in plan.roots]
            self.lacking = tuple(bool(unsettled(root, pair)) for root, pair in zip(plan.roots, self.ends, strict=True))
        self.incomplete = any(self.lacking)
        if self.incomplete:
            for results in [[rank] for rank in range(len(plan.roots))] if tight is None else tight:
                self._tighten(results)

    @cached_property
    def bounds(self) -> BoundsOfOne:
        """The interval of each node, computed when it is asked for; inputs say if they are known."""
        return self.plan.bounds_values(self.answers, self.persons)

    @cached_property
    def trace(self) -> Mapping[int, tuple[Any, Any]]:
        """The interval of every node behind the results."""
        return self.plan.shown(self.bounds)

    @property
    def tightened(self) -> Mapping[int, tuple[Any, Any]]:
        """The interval of every node behind the results, those of the results as tight as they are known."""
        return ChainMap(dict(zip(self.plan.roots, self.ends, strict=True)), self.trace)  # type: ignore[arg-type]

    @cached_property
    def supposed(self) -> Mapping[int, Any]:
        """What tells the values supposed."""
        return self.plan.supposed(self.numbers, self.persons)

    def open_answers(self, results: Iterable[int]) -> dict[Place, Way]:
        """The slots that leave some results open (their ranks among the plan's), unknown or known within a range.

        With each, how the results move with it.
        """
        nodes, trace = self.plan.graph.nodes, self.trace
        waiting = [(place, UP) for result in results for place in unsettled(self.plan.roots[result], self.ends[result])]
        seen: dict[Place, Way] = {}
        found: dict[Place, Way] = {}
        while waiting:
            place, way = waiting.pop()
            before = seen.get(place, 0)
            if way | before == before:
                continue
            seen[place] = way = way | before
            index, rank = place
            node = nodes[index]
            if node.op == "input":
                assert isinstance(node.value, Slot)
                found[self.plan.places[node.value], rank] = way
                continue
            arguments = looked_at(node, trace, rank)
            if node.op == "orelse" and isinstance(self._answer(node.args[0], rank), tuple):
                arguments = ((node.args[0], UP),)
            for arg, after in arguments:
                turn = turned(way, after)
                for other in unsettled(arg, trace[arg]):
                    if rank is None or other[1] is None or other[1] == rank:
                        waiting.append((other, turn))
        return found

    def _answer(self, node: int, rank: int | None) -> Any:
        """The answer that an input node reads."""
        slot = self.plan.graph.nodes[node].value
        assert isinstance(slot, Slot)
        answer = self.answers[self.plan.places[slot]]
        return answer if rank is None else answer[rank]

    def _tighten(self, group: Sequence[int]) -> None:
        """Replace the ends of some results that are open by tighter ones.

        Those that move one way with each answer are as tight as can be; otherwise, the answers that move them both
        ways are listed or cut.
        """
        results = [rank for rank in group if unsettled(self.plan.roots[rank], self.ends[rank])]
        mixed = [place for place, way in self.open_answers(results).items() if way == BOTH] if results else None
        if not mixed:
            return
        from zero_non_recours.engine.refine import Open

        opened: list[Open] = []
        for place, rank in mixed:
            answer = self.answers[place] if rank is None else self.answers[place][rank]
            opened.append(Open(place, rank, answer if isinstance(answer, tuple) else None))
        roots = [self.plan.roots[result] for result in results]
        refined = self.plan.refiner.ends(roots, opened, self.bounds)
        for result, pair in zip(results, refined, strict=True):
            self.ends[result] = within(pair, self.ends[result])


def unsettled(node: int, pair: tuple[Any, Any]) -> list[Place]:
    """A node with each person whose value is not settled (`None` for the household's), if any."""
    low, high = pair
    if isinstance(low, list):
        pairs = enumerate(zip(low, high, strict=True))
        return [(node, rank) for rank, (a, b) in pairs if a != b and (a == a or b == b)]
    return [(node, None)] if low != high and (low == low or high == high) else []


def within(tighter: tuple[Any, Any], known: tuple[Any, Any]) -> tuple[Any, Any]:
    """What both of two bounds of the same value allow."""
    if isinstance(known[0], list):
        pairs = [
            within(one, other) for one, other in zip(zip(*tighter, strict=True), zip(*known, strict=True), strict=True)
        ]
        return [low for low, _ in pairs], [high for _, high in pairs]
    if isinstance(known[0], bool):
        return tighter[0] or known[0], tighter[1] and known[1]
    low, high = max(tighter[0], known[0]), min(tighter[1], known[1])
    return (low, high) if low <= high else known


def _number(answer: Any) -> Any:
    if isinstance(answer, tuple):
        return math.nan
    return [_number(one) for one in answer] if isinstance(answer, list) else answer
