"""What a right is worth over the months to come, and what waiting costs; in euros, for a right and never a person."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, overload

from zero_non_recours.outreach.arrays import Numbers, finite, plain, probabilities

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@overload
def value_over_horizon(monthly: float, award: float, months: float) -> float: ...
@overload
def value_over_horizon(monthly: NDArray[np.float64], award: Numbers, months: Numbers) -> NDArray[np.float64]: ...
def value_over_horizon(monthly: Numbers, award: Numbers, months: Numbers) -> Numbers:
    """V = α T φ̂: what a monthly right that is probably missing is worth.

    Args:
        monthly: φ̂, what the right is expected to bring in the bundle, in € a month; negative when it displaces others.
        award: α, the probability that the claim succeeds.
        months: T, the months for which the right is kept on average: see `information.horizon`.

    Returns:
        Euros over the horizon; floats give a float. Values of the rights of a unit add up, for their φ̂ do.

    Raises:
        ValueError: an award that is no probability, a negative number of months, an amount that is not finite.

    >>> round(value_over_horizon(358.35, 0.9, 10.5537), 1)
    3403.7
    """
    return _expected(monthly, award, months)


@overload
def cost_of_waiting(monthly: float, award: float, *, month_ends: int) -> float: ...
@overload
def cost_of_waiting(monthly: NDArray[np.float64], award: Numbers, *, month_ends: int) -> NDArray[np.float64]: ...
def cost_of_waiting(monthly: Numbers, award: Numbers, *, month_ends: int) -> Numbers:
    """W = α φ̂ × month ends: what is lost when a monthly right that is not paid back is claimed later.

    It jumps at the end of a month: a claim on the 30th costs nothing more than one on the 1st, a day later it costs a
    whole month. A right that is paid back for the past loses nothing: do not ask.

    Args:
        monthly: φ̂, what the right is expected to bring in the bundle, in € a month.
        award: α, the probability that the claim succeeds.
        month_ends: the ends of months that pass before the claim: see `month_ends_between`.

    Returns:
        Euros; floats give a float.

    Raises:
        ValueError: an award that is no probability, a negative number of months, an amount that is not finite.

    >>> round(cost_of_waiting(358.35, 0.9, month_ends=1), 1)
    322.5
    """
    return _expected(monthly, award, month_ends)


def month_ends_between(start: date, end: date) -> int:
    """The ends of months that pass from one day to another: what waiting from one to the other costs, in months.

    Raises:
        ValueError: the end comes before the start.

    >>> (
    ...     month_ends_between(date(2026, 11, 30), date(2026, 12, 1)),
    ...     month_ends_between(date(2026, 12, 1), date(2026, 12, 31)),
    ... )
    (1, 0)
    """
    if end < start:
        raise ValueError("la fin d'une attente ne vient pas avant son début")
    return (end.year - start.year) * 12 + end.month - start.month


@overload
def lost_if_closed(yearly: float, award: float, *, closing: date, next_contact: date) -> float: ...
@overload
def lost_if_closed(
    yearly: NDArray[np.float64], award: Numbers, *, closing: date, next_contact: date
) -> NDArray[np.float64]: ...
def lost_if_closed(yearly: Numbers, award: Numbers, *, closing: date, next_contact: date) -> Numbers:
    """What waiting costs for a right paid once a year, that can be claimed until a closing date.

    Nothing while the next contact comes on the closing date or before, the whole year afterwards.

    Args:
        yearly: what the right is expected to bring, in € a year; 0 for one that is closed already.
        award: α, the probability that the claim succeeds.
        closing: the last day of the campaign, included.
        next_contact: the day when the household will next be seen.

    Returns:
        Euros; floats give a float.

    Raises:
        ValueError: an award that is no probability, an amount that is not finite.

    >>> lost_if_closed(150.0, 0.9, closing=date(2026, 12, 31), next_contact=date(2027, 1, 4))
    135.0
    >>> lost_if_closed(150.0, 0.9, closing=date(2026, 12, 31), next_contact=date(2026, 12, 31))
    0.0
    """
    return _expected(yearly, award, 1.0 if next_contact > closing else 0.0)


def _expected(amount: Numbers, award: Numbers, times: Numbers) -> Numbers:
    """An amount that is obtained with a probability, a number of times."""
    number = finite(times, "nombre de mois")
    if (number < 0).any():
        raise ValueError("nombre de mois : un nombre négatif n'a pas de sens")
    return plain(finite(amount, "montant") * probabilities(award, "probabilité d'obtention") * number)
