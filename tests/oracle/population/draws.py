"""What every generator of made-up households draws from."""

from __future__ import annotations

import random
from datetime import date, timedelta

from ..months import age_on, first_day, last_day
from ..reading import Person


def birth(rng: random.Random, month: str, age: int) -> date:
    """A birth date that gives this age on the first day of `month`."""
    day = first_day(month)
    latest = day.replace(year=day.year - age)
    return latest - timedelta(days=rng.randrange(365))


def age_in(person: Person, month: str) -> int:
    return age_on(date.fromisoformat(person["date_naissance"]), last_day(month))


def euros(rng: random.Random, low: float, high: float) -> float:
    return round(rng.uniform(low, high), 2)
