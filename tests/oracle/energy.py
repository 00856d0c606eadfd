"""What the law on the chèque énergie says of a made-up household, for the peer's inputs and the exclusions.

Up to 2023 all the occupants of the dwelling count, and the sum of their tax incomes of the year before last; since 2025
the tax household of the holder of the electricity contract (code de l'énergie L124-1 and R124-1, of both times).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import facts
from .months import parts
from .reading import Person, Profile, is_couple

SAINT_MARTIN = "978"
BY_CONTRACT_SINCE = 2025


def home(profile: Profile) -> dict[str, Any]:
    return profile.get("logement") or {}


def year_of_income(month: str) -> int:
    return parts(month)[0] - 2


def by_contract(month: str) -> bool:
    return parts(month)[0] >= BY_CONTRACT_SINCE


def one_return(profile: Profile) -> bool:
    """All the occupants file one return: no unmarried partner, nobody else."""
    separate = is_couple(profile) and profile.get("union") == "union_libre"
    return not separate and not any(person["role"] == "autre" for person in profile["personnes"])


def present(profile: Profile, month: str) -> list[Person]:
    """Those who were there at the end of the year of income."""
    last_day = f"{year_of_income(month)}-12-31"
    return [person for person in profile["personnes"] if person["date_naissance"] <= last_day]


def shared(people: list[Person]) -> list[Person]:
    """Children in alternating residence."""
    return [person for person in people if person.get("garde_alternee")]


def income(profile: Profile, month: str) -> Fraction:
    """The sum of the tax incomes of all the occupants."""
    written = profile.get("fiscal") or {}
    year = str(year_of_income(month))
    fields = ("rfr", "rfr_conjoint", "rfr_autres_occupants")
    return sum((Fraction(str((written.get(field) or {}).get(year) or 0)) for field in fields), Fraction(0))


def units(profile: Profile, month: str) -> Fraction:
    """Consumption units: 1, then 0.5, then 0.3 each; half for a child in alternating residence, ranked last."""
    people = present(profile, month)
    halves = len(shared(people))
    weights = [Fraction(1)] * (len(people) - halves - 1) + [Fraction(1, 2)] * halves
    ranks = (Fraction(1, 2) if rank == 0 else Fraction(3, 10) for rank in range(len(weights)))
    return 1 + sum((weight * rank for weight, rank in zip(weights, ranks, strict=True)), Fraction(0))


def units_of_peer(people: list[Person]) -> Fraction:
    """Two children in alternating residence make one person."""
    persons = len(people) - Fraction(len(shared(people)), 2)
    second, others = min(persons, 2) - 1, max(persons - 2, 0)
    return 1 + Fraction(1, 2) * max(second, 0) + Fraction(3, 10) * others


def income_of_a_unit(profile: Profile, month: str) -> Fraction:
    return income(profile, month) / units(profile, month)


def distance_to_a_limit(profile: Profile, month: str) -> Fraction:
    """How far the income of a unit is from the nearest limit of OpenFisca's table."""
    each = income_of_a_unit(profile, month)
    return min(abs(each - limit) for limit in facts.in_force(facts.CHEQUE_ENERGIE_LIMITS, "2021-01"))


def has_aid_of_residences(profile: Profile, month: str) -> bool:
    """The manager receives another aid: homes under convention; since 2025 also dwellings sub-let by an association."""
    place = home(profile)
    in_home = place.get("statut") == "locataire_foyer" and place.get("conventionne")
    return bool(in_home or (by_contract(month) and place.get("intermediation_locative")))
