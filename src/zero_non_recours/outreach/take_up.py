"""How often eligible units do not take up a right: a base rate, moved by what is known, with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from zero_non_recours.outreach.arrays import Numbers, finite, plain, probabilities

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

SEVERAL = 0.5
"""κ with two covariates or more: published sub-groups overlap, adding their shifts in full would count twice."""
POINTS = 1 << 14
"""The points at which a distribution function is summed."""
FAR = 60.0
"""The log-odds, away from the mode, past which a tail is its own limit."""


@overload
def non_take_up(
    base: float,
    shifts: Sequence[float] = (),
    *,
    weight: float | None = None,
    slope: float = 0.0,
    amount: float | None = None,
    mean_amount: float = 0.0,
    recentring: float = 0.0,
) -> float: ...
@overload
def non_take_up(
    base: float,
    shifts: Sequence[Numbers] = (),
    *,
    weight: Numbers | None = None,
    slope: Numbers = 0.0,
    amount: NDArray[np.float64],
    mean_amount: Numbers = 0.0,
    recentring: Numbers = 0.0,
) -> NDArray[np.float64]: ...
@overload
def non_take_up(
    base: NDArray[np.float64],
    shifts: Sequence[Numbers] = (),
    *,
    weight: Numbers | None = None,
    slope: Numbers = 0.0,
    amount: Numbers | None = None,
    mean_amount: Numbers = 0.0,
    recentring: Numbers = 0.0,
) -> NDArray[np.float64]: ...
def non_take_up(
    base: Numbers,
    shifts: Sequence[Numbers] = (),
    *,
    weight: Numbers | None = None,
    slope: Numbers = 0.0,
    amount: Numbers | None = None,
    mean_amount: Numbers = 0.0,
    recentring: Numbers = 0.0,
) -> Numbers:
    """The probability that an eligible unit does not take up a right, before anything is known of its receipt.

    logit q = logit base + κ Σ shifts + slope (amount - mean amount) / 100 - recentring

    Every number may be a float or an array; arrays broadcast.

    Args:
        base: q̄, the published rate of non-take-up among eligible units; 0 and 1 stay what they are.
        shifts: for each covariate, logit(published rate of the sub-group) - logit(q̄); 0 where it says nothing.
        weight: κ, what is kept of the sum of the shifts; default, 1 with one covariate and 0.5 with several.
        slope: β, what 100 € a month more change, in logits.
        amount: what the right would bring, in € a month; `None` leaves the slope out.
        mean_amount: the amount at which the slope changes nothing, in € a month.
        recentring: κ0, what brings the mean over the reference population back to q̄, in logits.

    Returns:
        q, between 0 and 1; a float when every argument is one.

    Raises:
        ValueError: a base that is no probability, a number that is not finite.

    >>> round(non_take_up(0.34, [0.95, 1.11]), 3)  # no housing aid, owner
    0.591
    """
    import numpy as np

    rate = probabilities(base, "taux de base")
    kept = (1.0 if len(shifts) < 2 else SEVERAL) if weight is None else finite(weight, "poids des covariables")
    moved = -finite(recentring, "recentrage")
    for shift in shifts:
        moved = moved + kept * finite(shift, "décalage")
    if amount is not None:
        above = finite(amount, "montant") - finite(mean_amount, "montant moyen")
        moved = moved + finite(slope, "pente") * above / 100
    with np.errstate(divide="ignore"):  # the logit of 0 and of 1
        return plain(_expit(np.log(rate) - np.log1p(-rate) + moved))


@overload
def base_rate_quantiles(mean: float, size: float, ranks: float) -> float: ...
@overload
def base_rate_quantiles(
    mean: float, size: float, ranks: Sequence[float] | NDArray[np.float64]
) -> NDArray[np.float64]: ...
def base_rate_quantiles(mean: float, size: float, ranks: ArrayLike) -> Numbers:
    """The values that a base rate may have, at some ranks of its distribution.

    A published rate is known as if it had been counted on a few units: Beta(μ n, (1 - μ) n). Its distribution function
    is summed over log-odds, where the density has no spike at 0 nor at 1, and read backwards: no chance in it.

    Args:
        mean: μ, the published rate.
        size: n, the number of units it is worth.
        ranks: where to read, between 0 and 1 excluded: 0.1 is the value that one chance in ten stays under.

    Returns:
        The rates, within 0.0001; a float for one rank. A mean of 0 or 1 has no other value.

    Raises:
        ValueError: a mean that is no probability, a size that is not positive, a rank that is not between 0 and 1.

    >>> [round(float(rate), 2) for rate in base_rate_quantiles(0.34, 60, [0.1, 0.9])]
    [0.26, 0.42]
    """
    import numpy as np

    wanted = probabilities(ranks, "rang")
    if ((wanted == 0) | (wanted == 1)).any():
        raise ValueError("rang : un nombre strictement compris entre 0 et 1 est attendu")
    if not 0 < size < np.inf:
        raise ValueError("poids du taux : un nombre fini et positif est attendu")
    if probabilities(mean, "taux moyen") in (0, 1):
        return plain(np.full(wanted.shape, mean, dtype=np.float64))
    a, b = mean * size, (1 - mean) * size  # the two parameters of the Beta
    mode, around = np.log(a / b), 10 * np.sqrt(1 / a + 1 / b)
    odds = np.linspace(mode - min(FAR, around + 40 / a), mode + min(FAR, around + 40 / b), POINTS)
    logs = a * odds - size * np.logaddexp(0, odds)
    density = np.exp(logs - logs.max())
    steps = (density[1:] + density[:-1]) * (odds[1] - odds[0]) / 2
    # Past its ends, the density falls like exp(a x) and exp(-b x): what it holds there is known.
    below = density[0] / a + np.concatenate(([0.0], np.cumsum(steps)))
    return plain(_expit(np.interp(wanted, below / (below[-1] + density[-1] / b), odds)))


def _expit(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability whose log-odds these are, without overflow."""
    import numpy as np

    return np.exp(-np.logaddexp(0, -odds))
