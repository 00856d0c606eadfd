"""Cuts what an open answer may be into pieces: the values of a short list, or intervals that cover all the others."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from zero_non_recours.engine.graph import Domain

Kind = Literal["whole", "date", "number"]
MOST_VALUES = 12
"""A whole answer that has no more values than this is a list of values."""
FINEST = 256
"""Intervals at most for one answer."""
_LEVELS = range(8, -9, -1)
_FEWEST = 4
_LARGEST = 12e9
"""No answer is beyond it: the profile refuses amounts over a thousand million, and a year has twelve of them."""
_COARSE = 1.5
"""Ratio of the pieces of very large amounts: small enough for what a share of an amount adds to lose to the amount."""


class Pieces(NamedTuple):
    """The pieces of an answer: their lowest and highest values, and whether each is one value."""

    low: np.ndarray
    high: np.ndarray
    exact: bool

    def __len__(self) -> int:
        return len(self.low)


def pieces_of(domain: Domain, kind: Kind, today: float, most: int = FINEST) -> Pieces:
    """The pieces of an answer: no more than `most`, unless they are values.

    The pieces of a smaller domain are parts of those of a larger one: what is known better is never bounded worse.

    Args:
        domain: what it may be.
        kind: `whole` for yes/no, choices and whole numbers.
        today: the last day of the month of right, as a date code.
        most: how many pieces.
    """
    low, high = domain.low, domain.high
    if kind == "whole" and high - low < MOST_VALUES:
        values = np.arange(math.ceil(low), math.floor(high) + 1.0)
        return Pieces(values, values, True)
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    cut = _cut_dates if kind == "date" else _cut_amounts
    zero = kind != "date" and low <= 0.0 < high and most >= _FEWEST
    inner = _inside(cut, today, low, high, most - 2)
    starts = np.concatenate(([low], [0.0, np.nextafter(0.0, 1.0)] if zero else [], inner))
    if kind == "number":
        starts = np.unique(starts)
        return Pieces(starts, np.append(np.nextafter(starts[1:], -np.inf), high), False)
    starts = np.unique(np.ceil(starts))  # nothing stands between two days, nor between two whole numbers
    starts = starts[starts <= high]
    return Pieces(starts, np.append(starts[1:] - 1.0, math.floor(high)), False)


def _inside(cut: Callable[[float, int], np.ndarray], today: float, low: float, high: float, most: int) -> np.ndarray:
    """The finest cuts of a range that are few enough."""
    for level in _LEVELS:
        cuts = cut(today, level)
        first, last = np.searchsorted(cuts, (low, high), side="right")
        if last - first < most:
            return cuts[first:last]
    return np.zeros(0)


@lru_cache(maxsize=64)
def _cut_amounts(today: float, level: int) -> np.ndarray:
    return _at_level(_amounts(), level)


@lru_cache(maxsize=64)
def _cut_dates(today: float, level: int) -> np.ndarray:
    return _at_level(_dates(today), level)


def _at_level(cuts: np.ndarray, level: int) -> np.ndarray:
    """One cut in `2 ** -level`, or as many more between two cuts."""
    if level <= 0:
        return cuts[:: 2**-level]
    ranks = np.arange((len(cuts) - 1) * 2**level + 1) / 2**level
    return np.interp(ranks, np.arange(len(cuts)), cuts)


@lru_cache(maxsize=1)
def _amounts() -> np.ndarray:
    """Where amounts are cut: closely up to some thousands, then by larger and larger steps."""
    fine = 10.0 * (500.0 ** (np.arange(0, 201) / 200.0))
    count = math.ceil(math.log(_LARGEST / fine[-1]) / math.log(_COARSE))
    large = fine[-1] * _COARSE ** np.arange(1, count + 1)
    few = 10.0 ** np.arange(0, 10)
    return np.concatenate((-few[::-1], [0.0], fine, large))


def _dates(today: float) -> np.ndarray:
    """Where dates are cut: month by month for three years, by quarter up to thirty years, then by year."""
    months = np.concatenate((np.arange(-12, 36), np.arange(36, 360, 3), np.arange(360, 1500, 12)))
    return np.sort(today + 1.0 - 31.0 * months)
