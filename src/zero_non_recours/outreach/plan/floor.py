"""An optional floor: no group is reached much less than the others, at a cost that is said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zero_non_recours.outreach.plan.allocate import Allocation, best_help
from zero_non_recours.outreach.plan.table import at_choice


@dataclass(frozen=True, slots=True)
class Floor:
    """What a floor changed.

    Attributes:
        family: the family of groups.
        reached: whether every group large enough for a verdict is now above the ratio.
        added: households that got help thanks to it; as many, or about, gave theirs back.
        cost: euros expected less than without it.
    """

    family: str
    reached: bool
    added: int
    cost: float


def raise_reach(
    work: Allocation, labels: np.ndarray, weights: np.ndarray, ratio: float, least: int, family: str
) -> Floor:
    """Give help to the best of the group that is reached least, in place of the last of the others, until it is enough.

    The reach of a group is the expected share of its missing rights whose household gets help; its ratio is to the
    reach of all the others. Households drawn at random keep their place.

    Args:
        work: what each household gets; changed in place.
        labels: group of each household, as numbers from 0.
        weights: what a euro of each household counts for.
        ratio: the least ratio to reach.
        least: size under which a group has no claim of its own.
        family: name of the family of groups.
    """
    table, before = work.table, float(work.gains.sum())
    groups = range(int(labels.max(initial=-1)) + 1)
    met = bool(np.isfinite(work.left.appointments))
    help_ = best_help(table, table.gains, met=met)
    gains = table.gains * weights[:, None]
    base = at_choice(gains, work.base)
    up, down = at_choice(gains, help_) - base, at_choice(gains, work.chosen) - base
    waiting = np.flatnonzero(~work.helped & (help_ >= 0) & table.shown)
    giving = np.flatnonzero(work.helped & ~work.drawn & (work.chosen != work.base))
    coming = {g: _ranked(waiting[labels[waiting] == g], -up) for g in groups}
    leaving = {g: _ranked(giving[labels[giving] == g], down) for g in groups}
    counts = np.bincount(labels, minlength=len(groups))
    held = np.bincount(labels, table.reach, minlength=len(groups))
    reached = np.bincount(labels, table.reach * work.helped, minlength=len(groups))
    added = 0
    while True:
        ratios = _ratios(reached, held)
        judged = [g for g in groups if counts[g] >= least and len(table) - counts[g] >= least and held[g] > 0]
        worst = min(judged, key=lambda g: ratios[g], default=-1)
        if worst < 0 or ratios[worst] >= ratio - 1e-9:
            return Floor(family, True, added, max(0.0, before - float(work.gains.sum())))
        if not coming[worst] or not _replace(work, coming[worst].pop(), int(worst), leaving, reached, help_, held):
            return Floor(family, False, added, max(0.0, before - float(work.gains.sum())))
        added += 1


def _replace(
    work: Allocation,
    row: int,
    group: int,
    leaving: dict[int, list[int]],
    reached: np.ndarray,
    help_: np.ndarray,
    held: np.ndarray,
) -> bool:
    """Give a household its help, others giving theirs back until there is room; whether this could be done."""
    reach = work.table.reach
    while not work.give(row, int(help_[row])):
        givers = [g for g, rows in leaving.items() if g != group and rows]
        if not givers:
            return False
        giver = max(givers, key=lambda g: _ratios(reached, held)[g])
        last = leaving[giver].pop()
        work.take_back(last)
        reached[giver] -= reach[last]
    reached[group] += reach[row]
    return True


def _ranked(rows: np.ndarray, keys: np.ndarray) -> list[int]:
    """Rows in the order that `pop` takes them: the smallest key first, the earlier row among equals."""
    return rows[np.argsort(keys[rows], kind="stable")][::-1].tolist()


def _ratios(reached: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Reach of each group over that of the others; infinite when nobody else is reached."""
    others = (reached.sum() - reached) / np.maximum(held.sum() - held, 1e-12)
    own = reached / np.maximum(held, 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(others > 1e-12, own / others, np.inf)
