"""Shares a capacity among households: the most useful steps first, a part at random, nobody without information.

A multiple-choice knapsack, solved by the greedy on each household's efficient frontier: it is the optimum of the
relaxed problem, where one household may be served in part, so that it loses at most what one household would gain. With
a limit of appointments and one of minutes, an appointment gets a price, the one at which about as many are wanted as
there are; at most two households are then served in part. Groups are unknown here: they are not in the table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from zero_non_recours.outreach.plan.frontier import Steps, steps_up
from zero_non_recours.outreach.plan.table import CandidateTable, at_choice, sorted_rows

PRICES = 30
"""Halvings of the interval in which the price of an appointment is looked for."""
_SLACK = 1e-9
"""What sums of floats may be wrong by."""


class Limits(NamedTuple):
    """What is left to share; infinite when it is not limited."""

    appointments: float
    minutes: float


@dataclass(slots=True)
class Allocation:
    """What each household of a table gets.

    Attributes:
        base: the option of a household that gets nothing scarce; -1: plain information, that is no option of it.
        chosen: the option that it gets.
        drawn: the households drawn at random.
        counted: minutes that each option takes from the capacity; information takes none.
    """

    table: CandidateTable
    base: np.ndarray
    chosen: np.ndarray
    drawn: np.ndarray
    counted: np.ndarray
    left: Limits

    @property
    def helped(self) -> np.ndarray:
        """The households that get more than information."""
        return (self.chosen >= 0) & ~at_choice(self.table.informs, self.chosen).astype(np.bool_)

    @property
    def met(self) -> np.ndarray:
        """The households that get an appointment."""
        return at_choice(self.table.appointments, self.chosen) > 0

    @property
    def gains(self) -> np.ndarray:
        """Euros expected from what each household gets."""
        return at_choice(self.table.gains, self.chosen)

    def give(self, row: int, option: int) -> bool:
        """Give an option to a household if the capacity allows, its own given back."""
        minutes, meets = self.counted[row], self.table.appointments[row]
        had = self.chosen[row]
        extra = float(minutes[option] - (minutes[had] if had >= 0 else 0.0))
        meeting = int(meets[option]) - int(had >= 0 and meets[had])
        left = Limits(self.left.appointments - meeting, self.left.minutes - extra)
        if min(left) < -_SLACK and (meeting > 0 or extra > 0):
            return False
        self.chosen[row], self.left = option, left
        return True

    def take_back(self, row: int) -> None:
        """Leave a household with its first information."""
        had, base = self.chosen[row], self.base[row]
        freed = float(self.counted[row, had] - (self.counted[row, base] if base >= 0 else 0.0))
        meets = self.table.appointments[row]
        met = int(meets[had]) - int(base >= 0 and meets[base])
        self.chosen[row], self.left = base, Limits(self.left.appointments + met, self.left.minutes + freed)


def allocate(
    table: CandidateTable, weights: np.ndarray, limits: Limits, random_share: float, minute_euros: float, seed: int
) -> Allocation:
    """What each household gets.

    Args:
        table: the candidates.
        weights: what a euro of each household counts for.
        limits: the capacity.
        random_share: see `drawn_capacity`.
        minute_euros: what a minute of work costs, to choose what is not limited (a message, a letter).
        seed: other draws.
    """
    timed = math.isfinite(limits.minutes)
    base = _base(table, timed, minute_euros)
    counted = np.where(table.informs, 0.0, table.minutes) if timed else np.zeros_like(table.minutes)
    kept = drawn_capacity(limits, random_share)
    work = Allocation(
        table, base, base.copy(), np.zeros(len(table), np.bool_), counted,
        Limits(limits.appointments - kept.appointments, limits.minutes - kept.minutes),
    )  # fmt: skip
    gains = table.gains * weights[:, None]
    _share(work, gains, timed)
    work.left = Limits(work.left.appointments + kept.appointments, work.left.minutes + kept.minutes)
    _draw(work, kept, seed)
    _fill(work, gains, timed, 0.0)
    return work


def drawn_capacity(limits: Limits, share: float) -> Limits:
    """The part of a capacity that is drawn at random: whole appointments and minutes; 0 of what is unlimited.

    When appointments are limited, the draw is of appointments; its minutes are only set aside for them.
    """
    met, minutes = (math.floor(share * part + _SLACK) if math.isfinite(part) else 0.0 for part in limits)
    return Limits(met, minutes if met or math.isinf(limits.appointments) else 0.0)


def best_help(table: CandidateTable, gains: np.ndarray, *, met: bool) -> np.ndarray:
    """For each household, the option of more than information (`met`: with an appointment) that brings most, or -1."""
    possible = table.exists & (table.appointments if met else ~table.informs)
    return _best(possible, gains, table.minutes)


def _base(table: CandidateTable, timed: bool, minute_euros: float) -> np.ndarray:
    """What a household gets without anything scarce: a message or a letter, the time of sending it deducted.

    When minutes are not counted, also what uses no appointment.
    """
    net = table.gains - minute_euros * table.minutes
    possible = table.informs if timed else table.informs | (~table.appointments & (net > 0))
    return _best(table.exists & possible, net, table.minutes)


def _share(work: Allocation, gains: np.ndarray, timed: bool) -> None:
    """The greedy, with a price of appointments when both limits hold."""
    if not (timed and math.isfinite(work.left.appointments)):
        _fill(work, gains, timed, 0.0)
        return
    low, high = 0.0, float(gains.max(initial=0.0))
    if _wanted(work, gains, low) > work.left.appointments:
        for _ in range(PRICES):
            middle = (low + high) / 2
            low, high = (middle, high) if _wanted(work, gains, middle) > work.left.appointments else (low, middle)
    start, left = work.chosen.copy(), work.left
    found: list[tuple[float, np.ndarray, Limits]] = []
    for price in (low, high):
        work.chosen, work.left = start.copy(), left
        _fill(work, gains, timed, price)
        _fill(work, gains, timed, 0.0)
        found.append((float(at_choice(gains, work.chosen).sum()), work.chosen, work.left))
    _, work.chosen, work.left = max(found, key=lambda choice: choice[0])


def _steps(work: Allocation, gains: np.ndarray, timed: bool, price: float) -> Steps:
    """The steps from what households have, best first, when an appointment has a price; not for those drawn."""
    table = work.table
    costs = work.counted if timed else table.appointments.astype(np.float64)
    priced = gains - price * table.appointments
    allowed = table.exists & ~work.drawn[:, None] & (~table.informs if timed else table.appointments)
    if work.left.appointments < 1:
        allowed &= ~table.appointments
    steps = steps_up(priced, costs, allowed, at_choice(priced, work.chosen), at_choice(costs, work.chosen))
    return steps.sorted_by(table.waiting)


def _wanted(work: Allocation, gains: np.ndarray, price: float) -> float:
    """How many appointments the greedy would give at a price, if only minutes were limited."""
    steps = _steps(work, gains, timed=True, price=price)
    before = np.where(steps.numbers == 0, work.chosen[steps.rows], -2)
    by_step = np.lexsort((steps.numbers, steps.rows))
    options = steps.options[by_step]
    before[by_step[1:]] = np.where(steps.numbers[by_step[1:]] == 0, before[by_step[1:]], options[:-1])
    table = work.table
    extra = at_choice(work.counted[steps.rows], steps.options) - at_choice(work.counted[steps.rows], before)
    meeting = at_choice(table.appointments[steps.rows], steps.options) - at_choice(
        table.appointments[steps.rows], before
    )
    return float(meeting[np.cumsum(extra) <= work.left.minutes + _SLACK].sum())


def _fill(work: Allocation, gains: np.ndarray, timed: bool, price: float) -> None:
    """Take the steps in order while the capacity allows; a household that a step does not fit stays where it is."""
    steps = _steps(work, gains, timed, price)
    blocked = np.zeros(len(work.table), np.bool_)
    rows, options = steps.rows.tolist(), steps.options.tolist()
    for row, option in zip(rows, options, strict=True):
        if work.left.minutes <= 0 or (work.left.appointments < 1 and not timed):
            break
        if not blocked[row] and not work.give(row, option):
            blocked[row] = True


def _draw(work: Allocation, kept: Limits, seed: int) -> None:
    """Draw households that could be entitled to something, and give them the most useful help."""
    if max(kept) <= 0:
        return
    table = work.table
    best = best_help(table, table.gains, met=kept.appointments > 0)
    remaining = np.flatnonzero(table.shown & ~work.helped & (best >= 0)).tolist()
    order = sorted_rows([table.candidates[row].key for row in remaining], "tirage", seed)
    left = kept
    for place in order:
        row = remaining[place]
        option = int(best[row])
        enough = left.appointments >= 1 if kept.appointments else work.counted[row, option] <= left.minutes + _SLACK
        if not enough or not work.give(row, option):
            break
        work.drawn[row] = True
        left = Limits(left.appointments - 1, left.minutes - float(work.counted[row, option]))


def _best(possible: np.ndarray, gains: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """For each row, the possible column of the highest gain, the least minutes among equals; -1 without any."""
    ranked = np.where(possible, gains, -np.inf)
    highest = ranked.max(axis=1, keepdims=True)
    place = np.where(possible & (ranked == highest), minutes, np.inf).argmin(axis=1)
    return np.where(possible.any(axis=1), place, -1)
