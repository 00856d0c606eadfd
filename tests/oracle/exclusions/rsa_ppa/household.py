"""RSA and prime d'activité: differences about the household, its children and the isolation supplement."""

from __future__ import annotations

from ...months import age_on, first_day, last_day, shift
from ...reading import BENEFITS, Profile, adults, born, children, income, is_couple, quarter
from ..registry import exclusion
from .readings import (
    AGE_LIMIT_OF_CHILDREN,
    all_income,
    child_kept_by_income,
    counted_children,
    has_permit,
    isolated,
    peer_age,
    watched,
    works,
)


@exclusion("rsa", "ppa", article="CASF R262-4, CSS R843-1 II", row="12")
def composition_changes(profile: Profile, month: str) -> bool:
    """A child is born or turns 25 between the first reference month and M.

    The law takes the household of the last day of each reference month. OpenFisca takes that of M for RSA
    and, for the prime d'activité, counts a child even before its birth and looks at ages on the first day.
    """
    for child in children(profile):
        if child_kept_by_income(profile, child, month) is False:
            continue
        birth = born(child)
        by_law = [
            birth <= last_day(at) and age_on(birth, last_day(at)) < AGE_LIMIT_OF_CHILDREN
            for at in quarter(profile, month)
        ]
        by_peer = [age_on(birth, first_day(at)) < AGE_LIMIT_OF_CHILDREN for at in watched(profile, month)]
        if len(set(by_law + by_peer)) > 1:
            return True
    return False


@exclusion("rsa", "ppa", article="CASF R262-1, CSS D843-1", row="new: day counting")
def age_rounded(profile: Profile, month: str) -> bool:
    """A person reaches 3, 18, 20 or 25 within two days of the start of a month.

    OpenFisca counts an age in days over 365.2425 and can be a day or two early.
    """
    for person in [*adults(profile), *children(profile)]:
        for at in watched(profile, month):
            day = first_day(at)
            exact, rounded = age_on(born(person), day), peer_age(born(person), day)
            if exact != rounded and max(exact, rounded) in (3, 18, 20, 25):
                return True
    return False


@exclusion("rsa", "ppa", article="CE 21 July 2017 n° 398911", row="20")
def alternating_residence(profile: Profile, month: str) -> bool:
    """A child in alternating residence: half of the supplements in law, all of them in OpenFisca."""
    return any(child.get("garde_alternee") for child in counted_children(profile, month, month))


@exclusion("rsa", "ppa", article="CASF R262-3, CSS R842-3", row="11")
def child_income_undecided(profile: Profile, month: str) -> bool:
    """A child's own income is around the limit that takes the child out of the foyer, or crosses it.

    OpenFisca re-examines the child in each month with the three months before it, on the RSA base amount
    even for the prime d'activité; the law compares the household with and without the child at the review.
    """
    return any(child_kept_by_income(profile, child, month) is None for child in children(profile))


@exclusion("rsa", "ppa", article="CASF R262-3, CSS R842-3", row="new: AAH of a child")
def child_with_own_benefit(profile: Profile, month: str) -> bool:
    """A child receives AAH, ASS or ASI: income that can take the child out of the foyer.

    OpenFisca leaves these out of that test, so the child always stays and the benefit is counted.
    """
    return any(
        income(child, field, at) > 0
        for child in children(profile)
        for field in BENEFITS
        for at in watched(profile, month)
    )


@exclusion("ppa", article="CSS L842-3, R842-3", row="11")
def child_outside_with_income(profile: Profile, month: str) -> bool:
    """A child out of the foyer has income: ignored in law, added to the family's by OpenFisca."""
    for child in children(profile):
        too_old = age_on(born(child), last_day(month)) >= AGE_LIMIT_OF_CHILDREN
        outside = too_old or child_kept_by_income(profile, child, month) is False
        if outside and any(all_income(child, at) > 0 for at in quarter(profile, month)):
            return True
    return False


# --------------------------------------------------------------------------------------- isolation supplement


@exclusion("rsa", article="CASF L262-9, R262-4", row="12")
def isolation_supplement_changes(profile: Profile, month: str) -> bool:
    """The youngest child turns 3 between the first reference month and M: OpenFisca only looks at M."""
    return len({isolated(profile, at, month) for at in watched(profile, month)}) > 1


@exclusion("ppa", article="CSS L842-2, L842-7", row="4")
def isolation_opens_ppa_then_stops(profile: Profile, month: str) -> bool:
    """The isolation supplement, on which permit or student rules depend, changes between the reference
    months and M.

    The conditions are tested in M; OpenFisca tests the permit in each reference month.
    """
    changes = len({isolated(profile, at, month) for at in watched(profile, month)}) > 1
    permit = any(has_permit(adult, "ppa") for adult in adults(profile))
    return changes and not (permit and works(profile, month, quarter(profile, month), month_of_floor=None))


@exclusion("rsa", "ppa", article="CASF L262-9, R262-2; CSS D843-1", row="17")
def isolation_clock(profile: Profile, month: str) -> bool:
    """The date of the isolation decides: 12 months of supplement within 18 months of it. OpenFisca takes a
    yes or no.
    """
    when = profile.get("date_isolement")
    if not when or is_couple(profile) or not counted_children(profile, month, month):
        return False
    if all(isolated({**profile, "isolement_recent": False}, at, month) for at in watched(profile, month)):
        return False
    oldest = quarter(profile, month)[0]
    clearly_recent = when[:7] < oldest and month < shift(when[:7], 12)
    clearly_over = oldest > shift(when[:7], 18)
    return not clearly_recent and not clearly_over
