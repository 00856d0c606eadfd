"""Reads an answer as numbers: a range as its ends, an answer that changes with months at a month or over a year."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from zero_non_recours.profile.periods import Month, show_month
from zero_non_recours.profile.ranges import HIGH, LOW, is_range

UNKNOWN = math.nan


class Span(NamedTuple):
    """An answer known within two ends, both possible; infinite where there is no limit."""

    low: float
    high: float


def amount_of(value: Any) -> float | Span:
    """A validated amount: a number, a range as a `Span`, NaN for a word that says that there is no answer."""
    if isinstance(value, dict):
        return Span(float(value.get(LOW, -math.inf)), float(value.get(HIGH, math.inf)))
    return UNKNOWN if isinstance(value, str) else float(value)


def value_of_month(
    raw: Any, month: Month, *, complete: bool, current: Month, yearly_source: bool = False
) -> float | Span:
    """The amount of a month, NaN when unknown.

    Args:
        raw: the validated answer: `None`, a number or a range (the same every month, each month on its own within the
            range) or a mapping by month and year to one of these, or to a word that says that there is no answer.
        month: the month asked for.
        complete: what is not written was not received (`revenus_complets`), but a month of a year whose total is
            written is in that total.
        current: the month of right; being under way, it is never taken as « not received » because it is not written.
        yearly_source: a year's total stands for months that are not written.
    """
    if raw is None:
        return 0.0 if complete else UNKNOWN
    if isinstance(raw, dict) and not is_range(raw):
        value = raw.get(show_month(month))
        if value is not None:
            return amount_of(value)
        if not complete or month >= current or f"{month // 12:04d}" in raw:
            return UNKNOWN
        if yearly_source and any(len(key) == 4 for key in raw):
            return UNKNOWN
        return 0.0
    return amount_of(raw)


def total_of_year(raw: Any, year: int, *, complete: bool, monthly: bool, yearly_source: bool = False) -> float | Span:
    """The total of a civil year, NaN when unknown.

    Args:
        raw: the validated answer, as in `value_of_month`.
        year: the civil year.
        complete: what is not written was not received.
        monthly: a lone number, or range, is an amount per month.
        yearly_source: the answer is given by years; one that is not written is not known yet.
    """
    if raw is None:
        return 0.0 if complete else UNKNOWN
    if isinstance(raw, dict) and not is_range(raw):
        written = raw.get(f"{year:04d}")
        if written is not None:
            return amount_of(written)
        months = [raw.get(f"{year:04d}-{month:02d}") for month in range(1, 13)]
        if complete and yearly_source and any(len(key) == 4 for key in raw):
            return UNKNOWN
        if complete or all(value is not None for value in months):
            return _sum(amount_of(value) for value in months if value is not None)
        return UNKNOWN
    amount = amount_of(raw)
    if not monthly:
        return amount
    return Span(amount.low * 12.0, amount.high * 12.0) if isinstance(amount, Span) else amount * 12.0


def _sum(amounts: Iterable[float | Span]) -> float | Span:
    """The sum of numbers and ranges, NaN when one is unknown."""
    low = high = 0.0
    for amount in amounts:
        ends = amount if isinstance(amount, Span) else (amount, amount)
        low, high = low + ends[0], high + ends[1]
    return low if low == high or low != low else Span(low, high)
