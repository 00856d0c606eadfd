"""Months of the civil calendar, and the way dates are coded as numbers."""

from __future__ import annotations

import re
from calendar import monthrange

MONTH_PATTERN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")
DATE_PATTERN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")

DAYS_PER_MONTH = 31
DAYS_PER_YEAR = 12 * DAYS_PER_MONTH

Month = int
"""Months counted from year 0: `2026-11` is 2026 * 12 + 10."""


def parse_month(text: str) -> Month:
    """`"2026-11"` as a number; raises `ValueError` for anything else.

    >>> show_month(parse_month("2026-11") + 2)
    '2027-01'
    """
    match = MONTH_PATTERN.match(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"mois attendu sous la forme AAAA-MM, par exemple 2026-11 (reçu : {str(text)[:20]!r})")
    return int(match[1]) * 12 + int(match[2]) - 1


def show_month(month: Month) -> str:
    """The month as `AAAA-MM`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def date_code(year: int, month: int, day: int) -> float:
    """A date as a number on which calendar arithmetic is exact.

    Every month counts 31 days: completed years between two dates are `floor(difference / 372)`,
    completed months `floor(difference / 31)`, for any two civil dates.
    """
    return float(year * DAYS_PER_YEAR + (month - 1) * DAYS_PER_MONTH + day - 1)


def first_day(month: Month) -> float:
    """The code of the first day of a month."""
    return float(month * DAYS_PER_MONTH)


def last_day(month: Month) -> float:
    """The code of the last day of a month (day 31: no civil date of the month is later)."""
    return float(month * DAYS_PER_MONTH + DAYS_PER_MONTH - 1)


def show_date(code: float) -> str:
    """A date code as `AAAA-MM-JJ`; the last day of a month is its last civil day.

    >>> show_date(last_day(parse_month("2026-11")))
    '2026-11-30'
    """
    year, rest = divmod(int(code), DAYS_PER_YEAR)
    month = rest // DAYS_PER_MONTH + 1
    day = min(rest % DAYS_PER_MONTH + 1, monthrange(year, month)[1])
    return f"{year:04d}-{month:02d}-{day:02d}"
