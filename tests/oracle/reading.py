"""Reads a household profile (contract format, plain dicts) the same way for the peer and the exclusions."""

from __future__ import annotations

from datetime import date
from typing import Any

from .months import parts, reference_months, shifted_window

Profile = dict[str, Any]
Person = dict[str, Any]

MONTHLY_WORK = (
    "salaire_net",
    "stage_formation_pro",
    "chomage_partiel",
    "micro_vente_ca",
    "micro_service_ca",
    "micro_liberal_ca",
)
MICRO_KEPT = {"micro_vente_ca": 0.29, "micro_service_ca": 0.50, "micro_liberal_ca": 0.66}
PROFITS = ("benefice_reel", "benefice_agricole")
SICK_PAY = ("ijss_maladie", "ijss_at_mp", "ijss_maternite")
OTHER_REGULAR = (
    "pension_alimentaire_recue",
    "pension_invalidite",
    "prestation_compensatoire",
    "gains_exceptionnels",
    "revenus_locatifs",
    "revenus_capital",
)
BENEFITS = ("aah", "ass", "asi")


def adults(profile: Profile) -> list[Person]:
    """The claimant, and the partner if there is one."""
    return [person for person in profile["personnes"] if person["role"] in ("demandeur", "conjoint")]


def children(profile: Profile) -> list[Person]:
    return [person for person in profile["personnes"] if person["role"] == "enfant"]


def is_couple(profile: Profile) -> bool:
    return len(adults(profile)) == 2


def born(person: Person) -> date:
    return date.fromisoformat(person["date_naissance"])


def department(profile: Profile) -> str:
    return str(profile.get("logement", {}).get("code_insee") or "")[:2]


def is_shifted(profile: Profile, month: str) -> bool:
    return shifted_window(month, profile.get("organisme") or "caf", department(profile))


def quarter(profile: Profile, month: str) -> list[str]:
    """The reference months of this household for the right of `month`."""
    return reference_months(month, profile.get("organisme") or "caf", department(profile))


def monthly(value: Any, month: str) -> float:
    """What was received in that month; what is not written was not received."""
    if value is None:
        return 0.0
    if isinstance(value, dict):
        return float(value.get(month) or 0.0)
    return float(value)


def yearly(value: Any, year: int) -> float:
    """What was received in that year: the year's own figure if written, else the sum of its months."""
    if value is None:
        return 0.0
    if isinstance(value, dict):
        if str(year) in value:
            return float(value[str(year)] or 0.0)
        return sum(float(v or 0.0) for k, v in value.items() if len(k) == 7 and k.startswith(f"{year}-"))
    return 12 * float(value)


def income(person: Person, field: str, month: str) -> float:
    return monthly(person.get("revenus", {}).get(field), month)


def income_of_year(person: Person, field: str, year: int) -> float:
    return yearly(person.get("revenus", {}).get(field), year)


def received(profile: Profile, benefit: str, month: str) -> float:
    return monthly(profile.get("prestations_recues", {}).get(benefit), month)


def last_profit(person: Person, field: str, month: str) -> float:
    """Monthly share of the last known yearly profit: first positive among N, N-1, N-2."""
    year = parts(month)[0]
    for back in range(3):
        found = income_of_year(person, field, year - back)
        if found > 0:
            return found / 12
    return 0.0


def has_any_income(person: Person) -> bool:
    """Whether anything at all is written, other than zeros."""
    for value in person.get("revenus", {}).values():
        if any(value.values()) if isinstance(value, dict) else value:
            return True
    return False
