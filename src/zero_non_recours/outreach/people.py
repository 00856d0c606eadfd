"""What each adult of a dwelling is in the claims: who may make them, who signs, who is counted."""

from __future__ import annotations

from collections.abc import Iterable

from zero_non_recours.outreach.result import PersonRoles, Role
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.screening.result import RightResult

PARTS = {"conjoint": "partner", "enfant": "dependent", "autre": "dwelling_holder"}


def roles_of(
    household: HouseholdBase, rights: Iterable[RightResult], year: int, adult: float
) -> tuple[PersonRoles, ...]:
    """For each adult, what they are in the claim of each right.

    Who may claim is what the rules say (`claimants`); somebody whose age is not known is counted as an adult unless
    they are a child of the household.
    """
    results = list(rights)
    found: list[PersonRoles] = []
    for rank, person in enumerate(household.personnes):
        if not _adult(person, year, adult):
            continue
        name = str(person.id or f"personnes[{rank}]")
        roles: dict[str, Role] = {}
        for result in results:
            part: Role = PARTS.get(person.role, "claimant")  # type: ignore[assignment]
            roles[result.right] = "claimant" if name in result.claimants and part != "dwelling_holder" else part
        found.append(PersonRoles(name, roles))
    return tuple(found)


def _adult(person: object, year: int, adult: float) -> bool:
    """Whether somebody comes of age by the end of a year."""
    born = str(getattr(person, "date_naissance", None) or "")[:4]
    return year - int(born) >= adult if born.isdigit() else getattr(person, "role", None) != "enfant"
