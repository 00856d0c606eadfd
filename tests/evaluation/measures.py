"""Measures of probabilities and of orders: arithmetic on arrays, no household."""

from __future__ import annotations

import numpy as np

BINS = 10
CENT = 0.005
"""Amounts that differ by less are the same."""


def calibration_error(chances: np.ndarray, outcomes: np.ndarray, bins: int = BINS) -> float:
    """ECE: the mean gap between probabilities and what happened, over bins of equal width, by their sizes."""
    place = np.minimum((chances * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, chances - outcomes, minlength=bins)
    return float(np.abs(gaps).sum() / len(chances))


def brier(chances: np.ndarray, outcomes: np.ndarray) -> float:
    """The mean square of the gaps."""
    return float(((chances - outcomes) ** 2).mean())


def first(keys: np.ndarray, count: int) -> np.ndarray:
    """The places of the largest keys, the earlier one among equals."""
    return np.argsort(-keys, kind="stable")[:count]


def discounted_gain(gains: np.ndarray, keys: np.ndarray, depth: int = 4) -> np.ndarray:
    """NDCG at a depth, for each column: the gains met in the order of the keys, discounted, over the best possible."""
    discount = 1 / np.log2(np.arange(2, 2 + min(depth, len(gains))))
    found = _in_order(gains, keys)[: len(discount)]
    best = _in_order(gains, gains)[: len(discount)]
    return (found * discount[:, None]).sum(axis=0) / (best * discount[:, None]).sum(axis=0)


def first_hit(gains: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Whether what comes first in each column brings something."""
    return _in_order(gains, keys)[0] > 0


def _in_order(values: np.ndarray, keys: np.ndarray) -> np.ndarray:
    return np.take_along_axis(values, np.argsort(-keys, axis=0, kind="stable"), axis=0)


def kendall(one: np.ndarray, two: np.ndarray) -> float:
    """Kendall's τ-a between two keys: the pairs in the same order less those in the opposite one, over all pairs."""
    places = np.triu_indices(len(one), 1)
    signs = np.sign(one[places[0]] - one[places[1]]) * np.sign(two[places[0]] - two[places[1]])
    return float(signs.mean())


def covered(
    draws: np.ndarray, weights: np.ndarray, truth: float, ends: tuple[float, float], ranks: tuple[float, float]
) -> float:
    """How much of a true value lies in an interval whose ends are the quantiles of weighted draws, of some ranks.

    A value that many draws share has several ranks at once (a full RSA is one number): when it is an end of the
    interval, it is inside by the part of its ranks that are. A calibrated interval then covers the difference of the
    ranks, whatever the ties.
    """
    low, high = ends
    if not low - CENT <= truth <= high + CENT:
        return 0.0
    if low + CENT < truth < high - CENT:
        return 1.0
    total = weights.sum()
    below, upto = weights[draws < truth - CENT].sum() / total, weights[draws <= truth + CENT].sum() / total
    if upto <= below:
        return 1.0
    return float(np.clip(min(upto, ranks[1]) - max(below, ranks[0]), 0.0, None) / (upto - below))
