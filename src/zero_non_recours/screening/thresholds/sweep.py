"""Reads a right of one household along the values of an answer, all at once, and finds where its status changes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from zero_non_recours.engine.graph import Domain
from zero_non_recours.engine.plan import Plan
from zero_non_recours.engine.reading import Place
from zero_non_recours.engine.refine import Open
from zero_non_recours.engine.relevance import BOTH, Way
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.screening.result import Status
from zero_non_recours.screening.screen import Screener
from zero_non_recours.screening.thresholds.varied import EVERYTHING, Varied, at_rank, places_of, replaced_at

CENTS = 100
FARTHEST = 1e7
"""Amounts without a limit are tried up to it, as many per order of magnitude."""
TRIED = 801
SPLIT, FINE_SPLIT = 96, 32
"""Parts that an interval between two values that differ is cut in, until they are next to each other."""
UNSURE_TRIED, FEWEST_UNSURE = 97, 33
"""Values where other missing answers decide that are read again, more finely in those answers: of all lines together,
and at least for each."""
MOST_OPEN = 16
"""Missing answers that are read finely; with more of them, fewer values have a sure status."""
STATUSES: tuple[Status, ...] = ("not_eligible", "undetermined", "eligible")
_REFUSED, _UNSURE, _OPEN = range(3)


class Line(NamedTuple):
    """An answer to vary.

    Attributes:
        domain: what the answer may be.
        scale: values are whole numbers divided by it.
        answers: what the household answers, with any value in the slots.
        slots: each slot as a start and a slope of the value.
        present: the value that the household gives, the mean of its months; `None` when it is not known.
        alone: whether the household's other answers are read as they were: such lines can be read together.
    """

    varied: Varied
    domain: Domain
    scale: int
    answers: Sequence[Any]
    slots: Mapping[Place, tuple[float, float]]
    present: float | None
    alone: bool

    def tried(self) -> np.ndarray:
        """The values to try first, whole."""
        if self.varied.is_choice:
            return np.arange(len(self.varied.codes))
        low, high = max(self.domain.low, 0.0) if self.domain.low < 0 else self.domain.low, self.domain.high
        if math.isfinite(high):
            values = np.linspace(low, high, TRIED)
        else:
            values = np.concatenate(([low], low + np.geomspace(1.0, FARTHEST, TRIED)))
        values = np.rint(values * self.scale).astype(np.int64)
        return np.unique(values if self.present is None else np.append(values, self.whole(self.present)))

    def whole(self, value: float) -> int:
        """The whole number that stands for a value."""
        return round(value * self.scale)


class Seen(NamedTuple):
    """What values, in order, make of a right: ranks of `STATUSES`, lowest and highest amounts."""

    values: np.ndarray
    status: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def changes(self) -> bool:
        """Whether the status is not always the same."""
        return bool((self.status != self.status[0]).any())

    def status_at(self, value: int) -> Status:
        """The status of one of the values."""
        return STATUSES[self.status[np.searchsorted(self.values, value)]]

    def pieces(self) -> list[tuple[int, int, Status]]:
        """The first and the last value of each status in turn; values between two tried ones may be undetermined."""
        starts = np.flatnonzero(np.diff(self.status, prepend=-1))
        ranks, first = self.status[starts].tolist(), self.values[starts].tolist()
        last = [*self.values[starts[1:] - 1].tolist(), self.values[-1].item()]
        for at in range(1, len(ranks)):
            if ranks[at] == _UNSURE:
                first[at] = last[at - 1] + 1
            else:
                last[at - 1] = first[at] - 1
        return [(low, high, STATUSES[rank]) for low, high, rank in zip(first, last, ranks, strict=True)]

    def between(self, near: int, parts: int) -> np.ndarray:
        """Values to try between two that differ, unless they are next to each other, or `near` and one is unsure."""
        gap, status = np.diff(self.values), self.status
        unsure = (status[1:] == _UNSURE) | (status[:-1] == _UNSURE)
        differ = np.flatnonzero((status[1:] != status[:-1]) & (gap > np.where(unsure, near, 1)))
        steps = np.arange(1, parts) / parts
        return np.unique((self.values[differ, None] + np.ceil(gap[differ, None] * steps)).astype(np.int64))

    def unsure(self, most: int) -> np.ndarray:
        """Some of the values where other answers decide: the ends of each part, and between them."""
        at = np.flatnonzero(self.status == _UNSURE)
        ends = np.flatnonzero(np.diff(at) > 1)
        evenly = np.linspace(0, len(at) - 1, most).astype(np.int64) if len(at) else at
        return self.values[at[np.unique(np.concatenate((ends, ends + 1, evenly)))]]

    def sure(self) -> Seen:
        """Without the values where other answers decide."""
        kept = self.status != _UNSURE
        return Seen(*(part[kept] for part in self))

    def with_more(self, other: Seen) -> Seen:
        """These values and others."""
        values, order = np.unique(np.concatenate((self.values, other.values)), return_index=True)
        return Seen(values, *(np.concatenate(pair)[order] for pair in zip(self[1:], other[1:], strict=True)))


def line_of(screener: Screener, household: HouseholdBase, answers: Sequence[Any], varied: Varied) -> Line:
    """The line of an answer, from what the household, whose answers are read, would answer with two of its values."""
    values = varied.codes[:2] if varied.is_choice else (1.0, 2.0)
    base = 0.0 if varied.is_choice else 1.0
    first, second = (screener.reader.read(varied.among(household, value))[0] for value in values)
    slots: dict[Place, tuple[float, float]] = {}
    for place in places_of(screener, varied):
        start, end = at_rank(first[place], varied.rank), at_rank(second[place], varied.rank)
        if _is_number(start) and _is_number(end) and start != end:
            slots[place, varied.rank] = start - (end - start) * base, end - start
    known = [at_rank(answers[place], rank) for place, rank in slots]
    present, told = None, bool(slots) and all(map(_is_number, known))
    if told and not varied.is_choice:
        present = math.fsum((one - start) / slope for one, (start, slope) in zip(known, slots.values(), strict=True))
        present /= len(known)
    moved = {place for place, _ in slots}
    others = (pair for place, pair in enumerate(zip(first, answers, strict=True)) if place not in moved)
    scale = 1 if varied.is_choice or varied.variable.whole else CENTS
    domain = screener.plan.domains[next(iter(moved), 0)]
    return Line(varied, domain, scale, first, slots, present, told and all(_same(*pair) for pair in others))


class Sweep:
    """Lines of one household read together: one answer varies, the others keep what the household says."""

    def __init__(
        self,
        plan: Plan,
        roots: Sequence[int],
        answers: Sequence[Any],
        persons: int,
        lines: Sequence[Line],
        ways: Mapping[Place, Way],
    ) -> None:
        """Several lines are all `alone`.

        Args:
            plan: what computes the right.
            roots: the conditions of the right, then its amount.
            answers: of the household; for a line that is not `alone`, its own.
            persons: how many they are.
            lines: one answer each.
            ways: every answer that may move the right while others vary; those that are known stay what they are.
        """
        self.plan = plan
        self.roots = roots
        self.lines = lines
        self.now = {slot: at_rank(answers[slot[0]], slot[1]) for line in lines for slot in line.slots}
        free = list(answers)
        for place, rank in self.now:
            free[place] = replaced_at(free[place], rank, EVERYTHING)
        self.plain = plan.bounds_values(free, persons)
        for root in roots:
            self.plain.read(root)
        mixed = [slot for slot, way in ways.items() if way == BOTH and slot not in self.now]
        others = ((slot, at_rank(answers[slot[0]], slot[1])) for slot in mixed)
        opened = [Open(*slot, one if isinstance(one, tuple) else None) for slot, one in others if not _is_number(one)]
        self.opened = opened if len(opened) <= MOST_OPEN else []

    def read(self) -> list[Seen]:
        """What the values of each line make of the right, with the values next to each change of status."""
        tried = [line.tried() for line in self.lines]
        if self.lines[0].varied.is_choice:
            return self._read(tried, self.opened)
        seen = self._read(tried)
        again = [one.unsure(max(FEWEST_UNSURE, UNSURE_TRIED // len(seen))) for one in seen]
        if not self.opened or not any(map(len, again)):
            return self._refined(seen)
        for at, line in enumerate(self.lines):
            if line.present is not None:
                again[at] = np.union1d(again[at], [line.whole(line.present)])
        finer = self._read(again, self.opened)
        return self._refined([one.sure().with_more(more) for one, more in zip(seen, finer, strict=True)], self.opened)

    def _refined(self, seen: list[Seen], opened: Sequence[Open] = ()) -> list[Seen]:
        """With the values next to each change; within one unit of it where it costs more to know."""
        parts = FINE_SPLIT if opened else SPLIT
        nears = [line.scale if opened else 1 for line in self.lines]
        while any(map(len, tried := [one.between(near, parts) for one, near in zip(seen, nears, strict=True)])):
            seen = [one.with_more(more) for one, more in zip(seen, self._read(tried, opened), strict=True)]
        return seen

    def _read(self, tried: Sequence[np.ndarray], opened: Sequence[Open] = ()) -> list[Seen]:
        """What some values of each line make of the right."""
        ends = np.cumsum([0, *map(len, tried)])
        given = {slot: np.full(ends[-1], now, np.float64) for slot, now in self.now.items()}
        parts = [slice(start, end) for start, end in pairwise(ends)]
        for line, values, part in zip(self.lines, tried, parts, strict=True):
            for slot, (start, slope) in line.slots.items():
                given[slot][part] = start + slope * (values / line.scale)
        *conditions, (low, high) = self.plan.refiner.along(self.roots, given, self.plain, opened)
        status = statuses(conditions, low, high)
        return [Seen(values, status[p], low[p], high[p]) for values, p in zip(tried, parts, strict=True)]


def statuses(conditions: Sequence[tuple[np.ndarray, np.ndarray]], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The ranks of statuses (`screen.status_of`) for many values of conditions and amount."""
    refused, sure = high <= 0, low > 0
    for surely, possibly in conditions:
        refused, sure = refused | ~possibly, sure & surely
    return np.where(refused, _REFUSED, np.where(sure, _OPEN, _UNSURE))


def _is_number(answer: Any) -> bool:
    return not isinstance(answer, tuple) and answer == answer


def _same(one: Any, other: Any) -> bool:
    """Whether two answers are the same; two unknown ones are."""
    if isinstance(one, list):
        return all(map(_same, one, other))
    return one == other or (one != one and other != other)
