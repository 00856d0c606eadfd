"""The monthly resources of a household per consumption unit, as its file tells them."""

from __future__ import annotations

from typing import Any

from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import show_month
from zero_non_recours.profile.series import Span, amount_of

FIRST, OTHER, CHILD, CHILD_BEFORE = 1.0, 0.5, 0.3, 14
"""The modified OECD scale that Insee uses: the first person, others from 14 years on, younger ones."""


def equivalised_resources(household: HouseholdBase, month: int) -> float | None:
    """The last monthly incomes and benefits that are written, per consumption unit, in €.

    It measures how poor a household is said to be; no right is computed from it.

    Returns:
        `None` when nothing is written of the incomes of an adult who does not say that there are none.
    """
    total, units = 0.0, 0.0
    year = month // 12
    for person in household.personnes:
        child = _is_child(person, year)
        units += CHILD if child else OTHER if units else FIRST
        incomes = _amounts(person.revenus, month)
        if not incomes and not child and person.revenus_complets is not True:
            return None
        total += sum(incomes)
    return (total + sum(_amounts(getattr(household, "prestations_recues", None), month))) / max(FIRST, units)


def _amounts(part: Any, month: int) -> list[float]:
    """The last monthly amounts of a part of a profile."""
    if part is None:
        return []
    found = (_monthly(value, month) for value in part.__dict__.values() if value is not None)
    return [value for value in found if value is not None]


def _monthly(value: Any, month: int) -> float | None:
    """The amount of the last month that is written; a twelfth of the last year when there is no month."""
    if isinstance(value, dict) and not {"min", "max"} & value.keys():
        months = sorted(key for key in value if len(key) == 7 and key <= show_month(month))
        years = sorted(key for key in value if len(key) == 4)
        if months:
            return _monthly(value[months[-1]], month)
        found = _monthly(value[years[-1]], month) if years else None
        return None if found is None else found / 12
    try:
        amount = amount_of(value)
    except (TypeError, ValueError):
        return None
    if isinstance(amount, Span):
        return (amount.low + amount.high) / 2
    return float(amount) if amount == amount else None


def _is_child(person: Any, year: int) -> bool:
    born = str(person.date_naissance or "")[:4]
    return year - int(born) < CHILD_BEFORE if born.isdigit() else person.role == "enfant"
