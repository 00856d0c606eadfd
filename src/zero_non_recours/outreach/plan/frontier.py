"""The efficient frontier of each household's options: which steps up are worth their cost, and how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Steps(NamedTuple):
    """Steps up the frontiers: from the option a household has to a more costly one that brings more.

    Attributes:
        rows: household of each step.
        numbers: 0 for the first step of a household, then 1, …
        options: the option reached.
        rates: extra gain per unit of extra cost, never rising along a household's steps; infinite when it is free.
    """

    rows: np.ndarray
    numbers: np.ndarray
    options: np.ndarray
    rates: np.ndarray

    def sorted_by(self, *ties: np.ndarray) -> Steps:
        """The steps, highest rate first; then by columns of the households, highest first; then by row and number."""
        keys = [self.numbers, self.rows, *(-tie[self.rows] for tie in reversed(ties)), -self.rates]
        order = np.lexsort(keys)
        return Steps(*(column[order] for column in self))


def steps_up(
    gains: np.ndarray, costs: np.ndarray, allowed: np.ndarray, start_gains: np.ndarray, start_costs: np.ndarray
) -> Steps:
    """The steps of the upper convex hull of each row's points (cost, gain), from a starting point.

    `gains`, `costs` and `allowed` have a row per household, a column per option; `start_gains` and `start_costs` say
    where each household starts from.

    From each point, the next one is the option with the largest extra gain per extra cost (the nearest of equals):
    what it jumps over would bring less per unit of cost, so it is never the best use of a capacity.
    """
    gain, cost = start_gains.astype(np.float64), start_costs.astype(np.float64)
    everyone = np.arange(len(gains))
    last = np.full(len(gains), np.inf)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    for number in range(gains.shape[1]):
        more, extra = gains - gain[:, None], costs - cost[:, None]
        better = allowed & (more > 0) & (extra >= 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            rates = np.where(better, more / extra, -np.inf)
        best = _first_best(rates, np.where(rates == np.inf, -more, extra))
        open_ = better[everyone, best]
        rows, options = everyone[open_], best[open_]
        if not len(rows):
            break
        last[rows] = np.minimum(last[rows], rates[rows, options])
        found.append((rows, np.full(len(rows), number), options, last[rows]))
        gain[rows], cost[rows] = gains[rows, options], costs[rows, options]
    if not found:
        nothing = np.zeros(0, np.int64)
        return Steps(nothing, nothing, nothing, np.zeros(0))
    return Steps(*(np.concatenate(columns) for columns in zip(*found, strict=True)))


def _first_best(rates: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """For each row, the column of the highest rate; the least cost among equals."""
    highest = rates.max(axis=1, keepdims=True)
    return np.where(rates == highest, costs, np.inf).argmin(axis=1)
