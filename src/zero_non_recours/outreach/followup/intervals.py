"""95 % intervals of a share and of a mean, computed the same way every time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, stdev

LEVEL = 0.95


def wilson(successes: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share after Wilson: it stays between 0 and 1, also for few trials.

    Source: E. B. Wilson, Journal of the American Statistical Association 22, 1927.

    Raises:
        ValueError: no trial, or more successes than trials.

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError("un nombre de succès entre 0 et le nombre d'essais est attendu, et un essai au moins")
    z = _normal(level)
    share, weight = successes / trials, z * z / trials
    middle = share + weight / 2
    width = z * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    return max(0.0, (middle - width) / (1 + weight)), min(1.0, (middle + width) / (1 + weight))


def mean_interval(values: Sequence[float], level: float = LEVEL) -> tuple[float, float]:
    """The interval of a mean, by Student's distribution.

    Raises:
        ValueError: fewer than eleven values: the quantile is not exact there.
    """
    if len(values) < 11:
        raise ValueError("onze valeurs au moins sont attendues")
    width = student(len(values) - 1, level) * stdev(values) / math.sqrt(len(values))
    return fmean(values) - width, fmean(values) + width


def student(freedom: int, level: float = LEVEL) -> float:
    """The two-sided quantile of Student's distribution, within 0.001 from ten degrees of freedom on.

    Source: Cornish-Fisher expansion, Abramowitz and Stegun 26.7.5.

    >>> round(student(10), 3), round(student(1000), 3)
    (2.228, 1.962)
    """
    z = _normal(level)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return math.fsum(term / freedom**power for power, term in enumerate(terms))


def _normal(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
