"""Months as text (`2026-11`), ages, and the reference quarter of RSA and prime d'activité."""

from __future__ import annotations

from datetime import date, timedelta

PILOT_DEPARTMENTS = ("06", "10", "34", "64", "85")


def parts(month: str) -> tuple[int, int]:
    """Year and month number."""
    return int(month[:4]), int(month[5:7])


def shift(month: str, by: int) -> str:
    """The month `by` months later (earlier when negative)."""
    year, number = parts(month)
    count = year * 12 + number - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = shift(first, 1)
    return found


def first_day(month: str) -> date:
    return date(*parts(month), 1)


def last_day(month: str) -> date:
    return first_day(shift(month, 1)) - timedelta(days=1)


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def age_on(birth: date, day: date) -> int:
    """Completed years on that day, negative before birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def shifted_window(month: str, body: str = "caf", department: str = "") -> bool:
    """Whether the quarter is M-4..M-2 (décret 2025-185; pilot: décret 2024-693) instead of M-3..M-1."""
    if body == "msa":
        return month >= "2025-07"
    if "2024-10" <= month <= "2025-02":
        return department in PILOT_DEPARTMENTS
    return month >= "2025-03"


def reference_months(month: str, body: str = "caf", department: str = "") -> list[str]:
    """The three months whose income counts for the right of `month`, oldest first."""
    lag = 4 if shifted_window(month, body, department) else 3
    return [shift(month, back) for back in range(-lag, -lag + 3)]
