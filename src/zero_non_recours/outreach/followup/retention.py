"""Until which day what was collected may be kept: a reminder, from durations that are data."""

from __future__ import annotations

import calendar
import datetime
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from zero_non_recours.outreach.parameters import FOLDER, Data, Figure, Text, read_family
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.loader import shipped_rules

_FILE = "conservation"
_MONTHS = 12


class Duration(Figure):
    """How many months something may be kept, and from when."""

    start: Text = Field(alias="a_partir_de")
    at_least: Figure | None = Field(None, alias="au_moins")


class Durations(Data):
    """`conservation.yaml`: how long data may be kept, by ground."""

    version: Text
    by_ground: dict[str, Duration] = Field(alias="durees")


@dataclass(frozen=True, slots=True)
class Retention:
    """What is said of data collected on a day."""

    ground: str
    label: str
    last_day: datetime.date
    """The last day on which it may be kept."""
    not_before: datetime.date | None
    """The day before which it must not be erased, when there is one."""
    start: str
    """What the duration counts from, in French."""
    source: str


def load_retention(folder: str | os.PathLike[str] | None = None) -> Durations:
    """Read the durations from a folder (default: the shipped `rules/non_recours`).

    Raises:
        RulebookError: with every problem of the file: its place, its cause, its remedy.
    """
    root = Path(folder) if folder is not None else shipped_rules() / FOLDER
    report = Report()
    found = read_family(root, _FILE, Durations, report)
    report.raise_if_any()
    assert found is not None
    return found[0]


@lru_cache(maxsize=1)
def default_retention() -> Durations:
    """The shipped durations, read once."""
    return load_retention()


def retention(collected: datetime.date, ground: str, *, durations: Durations | None = None) -> Retention:
    """Until when data may be kept, with its source.

    Args:
        collected: the day the duration counts from (`Retention.start`): collection, last contact, objection.
        ground: a key of `conservation.yaml`: `information`, `accompagnement`, `opposition`, `echanges`.
        durations: default: the shipped ones.

    Raises:
        ValueError: the ground is not in the file.
    """
    known = (durations or default_retention()).by_ground
    if ground not in known:
        raise ValueError(f"fondement inconnu ; connus : {', '.join(known)}")
    found = known[ground]
    at_least = found.at_least
    return Retention(
        ground=ground,
        label=found.label,
        last_day=months_after(collected, round(found.value)),
        not_before=None if at_least is None else months_after(collected, round(at_least.value)),
        start=found.start,
        source=found.source,
    )


def last_lawful_day(collected: datetime.date, ground: str, *, durations: Durations | None = None) -> datetime.date:
    """The last day on which data may be kept: a reminder, nothing is erased.

    Raises:
        ValueError: the ground is not in the file.

    >>> last_lawful_day(datetime.date(2026, 11, 22), "information")
    datetime.date(2027, 11, 22)
    """
    return retention(collected, ground, durations=durations).last_day


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The day of the same number some months later, or the last of the month when it has no such day.

    >>> months_after(datetime.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return datetime.date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
