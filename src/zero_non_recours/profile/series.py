"""Reads an answer that changes with months: `900`, or `{"2026-08": 900, "2025": 9600}`."""

from __future__ import annotations

import math
from typing import Any

from zero_non_recours.profile.periods import Month, show_month

UNKNOWN = math.nan


def value_of_month(raw: Any, month: Month, *, complete: bool, current: Month, yearly_source: bool = False) -> float:
    """The amount of a month, NaN when unknown.

    Args:
        raw: the validated answer: `None`, a number (the same every month) or a mapping by month and year.
        month: the month asked for.
        complete: what is not written was not received (`revenus_complets`), but a month of a year whose total is
            written is in that total.
        current: the month of right; being under way, it is never taken as « not received » because it is not written.
        yearly_source: a year's total stands for months that are not written.
    """
    if raw is None:
        return 0.0 if complete else UNKNOWN
    if isinstance(raw, dict):
        value = raw.get(show_month(month))
        if value is not None:
            return float(value)
        if not complete or month >= current or f"{month // 12:04d}" in raw:
            return UNKNOWN
        if yearly_source and any(len(key) == 4 for key in raw):
            return UNKNOWN
        return 0.0
    return float(raw)


def total_of_year(raw: Any, year: int, *, complete: bool, monthly: bool, yearly_source: bool = False) -> float:
    """The total of a civil year, NaN when unknown.

    Args:
        raw: the validated answer.
        year: the civil year.
        complete: what is not written was not received.
        monthly: a lone number is an amount per month.
        yearly_source: the answer is given by years; one that is not written is not known yet.
    """
    if raw is None:
        return 0.0 if complete else UNKNOWN
    if isinstance(raw, dict):
        written = raw.get(f"{year:04d}")
        if written is not None:
            return float(written)
        months = [raw.get(f"{year:04d}-{month:02d}") for month in range(1, 13)]
        if complete and yearly_source and any(len(key) == 4 for key in raw):
            return UNKNOWN
        if complete or all(value is not None for value in months):
            return float(sum(value or 0.0 for value in months))
        return UNKNOWN
    return float(raw) * 12.0 if monthly else float(raw)
