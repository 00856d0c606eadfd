"""What knowing an answer is worth: arithmetic on draws of what is not known, in euros; no law, no household."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

BINS = 8
"""The quantile bins in which the draws of a continuous answer are put."""
LEAST = 8
"""The fewest draws of a bin; a smaller one is merged with its neighbour."""


def horizon(monthly_hazard: float, months: int) -> float:
    """The months for which a right that may be lost is kept, on average, within a horizon.

    Args:
        monthly_hazard: λ, the rate at which the right is lost, per month.
        months: H, the months that are looked at, the first one included.

    Returns:
        T = Σ exp(-λ t) for t from 0 to H - 1, in months.

    Raises:
        ValueError: a negative rate or number of months.

    >>> round(horizon(-math.log(0.75) / 12, 12), 4)
    10.5537
    """
    if not monthly_hazard >= 0 or months < 0:
        raise ValueError("un taux de perte et un nombre de mois ne sont pas négatifs")
    return math.fsum(math.exp(-monthly_hazard * month) for month in range(months))


def value_of_information(
    values: ArrayLike,
    answers: ArrayLike,
    cost: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    continuous: bool = False,
    cross_fit: bool = True,
) -> float:
    """What knowing one answer brings on average, before a decision to pursue each right or not.

    A right is pursued when its mean value exceeds the cost of pursuing it. With the answer ω, the mean is that of the
    draws that have it: EVI = Σ over rights of E_ω[max(0, E[V | ω] - c)] - max(0, E[V] - c).

    Args:
        values: V, what each right is worth in each draw, in euros: (rights, draws), or (draws,) for one right.
        answers: the answer in each draw: codes of a choice, or numbers. NaN is an answer like another: « not asked ».
        cost: c, what pursuing a right costs, in euros: one number, or one per right.
        weights: the probability of each draw; default, all the same.
        continuous: whether the answers are numbers to put in bins (8 quantiles, of at least 8 draws each).
        cross_fit: for a sample of draws. The same draws must not choose a decision and judge it, for it then looks
            better than it is: each half of the draws (one in two of each answer) is decided with the means of the
            other. False for draws that are all the cases, with their weights: the result is then exact.

    Returns:
        Euros, never negative; 0 when the answer cannot change a decision.

    Raises:
        ValueError: arrays of sizes that do not match, weights that are not positive somewhere and negative nowhere.

    >>> value_of_information([900, 0], [1, 0], 150, weights=[0.3, 0.7], cross_fit=False)
    105.0
    """
    import numpy as np

    worth, costs, shares = _worth(values, cost, weights)
    groups = _groups(answers, shares, continuous=continuous)
    gains = worth - costs
    half = _every_other(groups)
    whole = np.ones_like(half)
    halves = [(half, ~half), (~half, half)] if cross_fit else [(whole, whole)]
    found = 0.0
    for chosen_with, judged_on in halves:
        informed, uninformed = _pursued(gains, groups, shares * chosen_with)
        changed = informed.astype(np.int8) - uninformed
        found += float((changed * gains * shares)[:, judged_on].sum())
    return max(0.0, found)


def share_of_perfect_information(
    values: ArrayLike,
    answers: ArrayLike,
    cost: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    continuous: bool = False,
    sample: bool = True,
) -> float:
    """What one answer brings as a part of knowing everything: its share of the value of perfect information.

    Asked alone, an answer may change no decision where several together would (two incomes, each small, that only
    add up to too much): its `value_of_information` is then 0, and nobody would ask anything. Knowing everything brings
    EVPI = E[max(0, V - c)] - max(0, E[V] - c); each answer has a part of it, the share of the variance of V that it
    explains on its own, Var(E[V | ω]) / Var(V): these shares do not add up to more than 1 for independent answers.

    Args:
        values: as in `value_of_information`, as well as `answers`, `cost`, `weights` and `continuous`.
        answers: the answer in each draw.
        cost: what pursuing a right costs, in euros.
        weights: the probability of each draw.
        continuous: whether the answers are numbers to put in bins.
        sample: take off what a sample of draws explains by chance. False for draws that are all the cases.

    Returns:
        Euros, never negative; 0 when even knowing everything would change nothing.

    Raises:
        ValueError: as `value_of_information`.

    >>> share_of_perfect_information([900, 0], [1, 0], 150, weights=[0.3, 0.7], sample=False)
    105.0
    """
    import numpy as np

    worth, costs, shares = _worth(values, cost, weights)
    groups = _groups(answers, shares, continuous=continuous)
    means = (worth * shares).sum(axis=1, keepdims=True)
    perfect = (np.maximum(0.0, worth - costs) * shares).sum(axis=1, keepdims=True) - np.maximum(0.0, means - costs)
    held = _sums(shares.reshape(1, -1), groups)
    sums = _sums((worth - means) * shares, groups)
    number = held.shape[1]
    between = (sums**2 / np.where(held > 0, held, 1.0)).sum(axis=1, keepdims=True)
    around = (((worth - means) ** 2) * shares).sum(axis=1, keepdims=True)
    if sample:  # as many groups as draws explain nothing
        chance = (number - 1) / max(1, len(shares) - number)
        between = (between - chance * (around - between)) * (number < len(shares))
    explained = np.clip(between / np.where(around > 0, around, 1.0), 0.0, 1.0)
    return float((np.maximum(0.0, perfect) * explained).sum())


def _worth(
    values: ArrayLike, cost: ArrayLike, weights: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The worth of each right in each draw, the cost of each right, the probability of each draw."""
    import numpy as np

    worth = np.atleast_2d(np.asarray(values, dtype=np.float64))
    costs = np.asarray(cost, dtype=np.float64).reshape(-1, 1)
    if worth.ndim != 2 or len(costs) not in (1, len(worth)):
        raise ValueError("une valeur par droit et par tirage, et un coût en tout ou par droit, sont attendus")
    return worth, costs, _shares(weights, worth.shape[1])


def _shares(weights: ArrayLike | None, draws: int) -> NDArray[np.float64]:
    """The probability of each draw; they add up to 1."""
    import numpy as np

    if weights is None:
        return np.full(draws, 1 / max(1, draws))
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (draws,) or not (given >= 0).all() or not 0 < given.sum() < math.inf:
        raise ValueError("un poids par tirage est attendu, jamais négatif, de somme positive")
    return given / given.sum()


def _groups(answers: ArrayLike, shares: NDArray[np.float64], *, continuous: bool) -> NDArray[np.intp]:
    """The group of each draw: those that have the same answer, or answers of the same bin."""
    import numpy as np

    cases = np.asarray(answers)
    if cases.shape != shares.shape:
        raise ValueError("une réponse par tirage est attendue")
    return _bins(cases.astype(np.float64), shares) if continuous else np.unique(cases, return_inverse=True)[1]


def _every_other(groups: NDArray[np.intp]) -> NDArray[np.bool_]:
    """One draw in two of each group, in the order of the draws."""
    import numpy as np

    order = np.argsort(groups, kind="stable")
    sizes = np.bincount(groups)
    chosen = np.empty(len(groups), dtype=bool)
    chosen[order] = (np.arange(len(groups)) - np.repeat(np.cumsum(sizes) - sizes, sizes)) % 2 == 1
    return chosen


def _sums(values: NDArray[np.float64], groups: NDArray[np.intp]) -> NDArray[np.float64]:
    """The sum over each group, (rights, groups)."""
    import numpy as np

    number = int(groups.max(initial=-1)) + 1
    found = np.empty((len(values), number))
    for row, sums in zip(values, found, strict=True):
        sums[:] = np.bincount(groups, row, number)
    return found


def _pursued(
    gains: NDArray[np.float64], groups: NDArray[np.intp], shares: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each right is pursued in each draw, knowing its group, and (rights, 1) knowing nothing.

    A group without any share is decided as if it were not known.
    """
    import numpy as np

    sums = _sums(gains * shares, groups)
    held = _sums(shares.reshape(1, -1), groups) > 0
    uninformed = sums.sum(axis=1, keepdims=True) > 0
    return np.where(held, sums > 0, uninformed)[:, groups], uninformed


def _bins(answers: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.intp]:
    """The bin of each draw: equal answers together, the bins in their order, each of enough draws."""
    import numpy as np

    order = np.argsort(answers, kind="stable")  # NaN last
    ordered = answers[order]
    _, first, equal = np.unique(ordered, return_index=True, return_inverse=True)
    below = np.concatenate(([0.0], np.cumsum(shares[order])))[first[equal]]
    quantile = np.minimum((below * BINS + 1e-9).astype(np.intp), BINS - 1)
    unasked = np.isnan(ordered)
    merged = np.empty(len(ordered), dtype=np.intp)
    number = count = 0
    for rank in np.unique(quantile[~unasked]):
        here = ~unasked & (quantile == rank)
        merged[here] = number
        count += int(here.sum())
        if count >= LEAST:
            number, count = number + 1, 0
    if count and number:  # the last bin is too small
        merged[~unasked & (merged == number)] = number - 1
    merged[unasked] = number + 1
    bins = np.empty(len(ordered), dtype=np.intp)
    bins[order] = merged
    return bins
