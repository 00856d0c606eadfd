"""RSA and prime d'activité: differences about who may claim, and the amounts in force."""

from __future__ import annotations

from datetime import date

from ...months import age_on, between, first_day, last_day, shift
from ...reading import Profile, adults, born, children, income, is_couple, quarter
from ..registry import exclusion
from .readings import (
    april_before,
    counted_children,
    has_permit,
    isolated,
    professional_income,
    watched,
    work_income,
    works,
)

LEAVES = ("conge_parental", "conge_sans_solde")
SUSPENSIONS = ("detenu", "hospitalise")


def _rsa_claimant(
    profile: Profile, month: str, *, age_day: date, young_from: int, interns_out: bool, expected: bool
) -> bool:
    """Whether an adult meets the age, child and study conditions, under one reading of each."""
    opened = bool(counted_children(profile, month, month)) or (
        expected and any(adult.get("enceinte") for adult in adults(profile))
    )
    for adult in adults(profile):
        age = age_on(born(adult), age_day)
        young_worker = bool(adult.get("rsa_jeune_condition_travail")) and young_from <= age < 25
        out = adult.get("activite") == "etudiant" or (interns_out and adult.get("activite") == "stagiaire")
        if (opened or age >= 25 or young_worker) and not out:
            return True
    return False


def _rsa_reading_matters(profile: Profile, month: str, **law: object) -> bool:
    """Whether replacing OpenFisca's reading of one condition by the law's changes who may claim."""
    if isolated(profile, month, month):
        return False
    peer: dict[str, object] = {
        "age_day": first_day(month),
        "young_from": 19,
        "interns_out": False,
        "expected": False,
    }
    return _rsa_claimant(profile, month, **peer) != _rsa_claimant(profile, month, **{**peer, **law})  # type: ignore[arg-type]


@exclusion("rsa", article="CASF L262-4 1°", row="new: day of the age test")
def turns_25_in_month(profile: Profile, month: str) -> bool:
    """Someone reaches 25 during M, and RSA depends on it: open for M here, from the next month in
    OpenFisca.
    """
    return _rsa_reading_matters(profile, month, age_day=last_day(month))


@exclusion("rsa", article="CASF L262-7-1", row="18")
def young_worker_of_18(profile: Profile, month: str) -> bool:
    """Young-worker RSA at 18: the law says 18 or over, OpenFisca strictly over 18."""
    return _rsa_reading_matters(profile, month, young_from=18)


@exclusion("rsa", article="CASF L262-4 1°", row="6")
def expected_child(profile: Profile, month: str) -> bool:
    """Only an expected child opens RSA: enough in law, not in OpenFisca unless the mother is isolated."""
    return _rsa_reading_matters(profile, month, expected=True)


@exclusion("rsa", article="CASF L262-4 3°", row="new: interns")
def intern(profile: Profile, month: str) -> bool:
    """An intern: excluded from RSA as students are; OpenFisca excludes students only."""
    return _rsa_reading_matters(profile, month, interns_out=True)


@exclusion("rsa", "ppa", article="CASF L262-5, CSS L842-2", row="5")
def partner_without_permit(profile: Profile, month: str) -> bool:
    """One partner fails the permit condition: left out of the scale in law, counted by OpenFisca."""
    return is_couple(profile) and any(
        len({has_permit(adult, right) for adult in adults(profile)}) == 2 for right in ("rsa", "ppa")
    )


@exclusion("rsa", article="CASF L262-6", row="8")
def european_newcomer_at_work(profile: Profile, month: str) -> bool:
    """A European in France for less than three months who works, or worked and receives unemployment benefit
    or daily allowances: admitted in law, refused by OpenFisca.
    """
    if any(has_permit(adult, "rsa") for adult in adults(profile)):
        return False
    replaced = ("chomage_net", "ass", "ijss_maladie", "ijss_at_mp", "ijss_maternite")
    return any(
        adult.get("nationalite") in ("EEE", "CH")
        and any(
            work_income(adult, at) > 0 or any(income(adult, field, at) > 0 for field in replaced)
            for at in between(shift(month, -6), month)
        )
        for adult in adults(profile)
    )


@exclusion("rsa", article="CASF L262-6, by exception to L262-4 2°", row="8")
def european_newcomer_isolated(profile: Profile, month: str) -> bool:
    """An isolated European parent in France for less than three months: the waiver of isolated parents is one of
    the permit's duration, that Europeans do not need; OpenFisca waives both.
    """
    alone = not is_couple(profile) and bool(children(profile) or any(a.get("enceinte") for a in adults(profile)))
    return alone and any(
        adult.get("nationalite") in ("EEE", "CH") and not has_permit(adult, "rsa") for adult in adults(profile)
    )


@exclusion("ppa", article="CSS L842-2 2° a", row="8")
def european_newcomer(profile: Profile, month: str) -> bool:
    """A European in France for less than three months: no such delay for the prime d'activité, OpenFisca
    re-uses RSA's.
    """
    return any(has_permit(adult, "ppa") for adult in adults(profile)) and not any(
        has_permit(adult, "rsa") for adult in adults(profile)
    )


@exclusion("rsa", "ppa", article="CASF L262-4 4°, R262-43 to R262-45; CSS L842-2 5°, R846-8", row="14")
def leave_prison_hospital(profile: Profile, month: str) -> bool:
    """Unpaid or parental leave, prison or a long stay in hospital: not modelled by OpenFisca."""
    return any(adult.get(flag) for adult in adults(profile) for flag in (*LEAVES, *SUSPENSIONS))


@exclusion("ppa", article="CSS L842-2 4°", row="14")
def posted_worker(profile: Profile, month: str) -> bool:
    """A temporarily posted worker: excluded in law, not modelled by OpenFisca."""
    return any(adult.get("travailleur_detache") for adult in adults(profile))


@exclusion("rsa", "ppa", article="code du service national L120-11, L120-21", row="13")
def civic_service(profile: Profile, month: str) -> bool:
    """Service civique: both benefits are suspended and the indemnity ignored; OpenFisca counts it as
    earnings.
    """
    return any(
        income(person, "service_civique", at) > 0 for person in adults(profile) for at in watched(profile, month)
    )


@exclusion("rsa", "ppa", article="CASF R262-1 and L542-6, CSS L842-2 (Mayotte)", row="15")
def mayotte(profile: Profile, month: str) -> bool:
    """Mayotte: half amounts and 15 years of permit in law; OpenFisca has no such branch."""
    return str(profile.get("logement", {}).get("code_insee") or "").startswith("976")


# ------------------------------------------------------------------------------------ who may claim the prime


@exclusion("ppa", article="CSS L842-1, L842-2 3°, R843-1", row="3")
def work_tested_elsewhere(profile: Profile, month: str) -> bool:
    """Having worked, or the students' floor, gives another answer over M-3..M-1 at the SMIC of M
    (OpenFisca) than over the quarter.
    """
    if isolated(profile, month, month):
        return False
    by_peer = works(profile, month, [shift(month, -back) for back in (3, 2, 1)], month_of_floor=month)
    return by_peer != works(profile, month, quarter(profile, month), month_of_floor=None)


@exclusion("ppa", article="CSS L842-1", row="new: work of a child only")
def only_a_child_works(profile: Profile, month: str) -> bool:
    """An isolated parent without professional income whose dependent child has some.

    The claimant must have professional income; OpenFisca spares isolated parents the test and counts the
    child's.
    """
    months = quarter(profile, month)
    if not isolated(profile, month, month) or any(
        professional_income(adult, at) > 0 for adult in adults(profile) for at in months
    ):
        return False
    return any(professional_income(child, at) > 0 for child in children(profile) for at in months)


@exclusion("ppa", article="CSS L842-2 1°, R842-2", row="4")
def turned_18_since(profile: Profile, month: str) -> bool:
    """Of age in M but not yet in some reference month: open in law; OpenFisca tests each reference month."""
    of_age_in_month = any(age_on(born(adult), last_day(month)) >= 18 for adult in adults(profile))
    return of_age_in_month and any(
        all(age_on(born(adult), first_day(at)) < 18 for adult in adults(profile)) for at in quarter(profile, month)
    )


@exclusion("ppa", article="CSS L842-2 1°", row="4")
def minor_in_couple(profile: Profile, month: str) -> bool:
    """A couple with a partner under 18: the claimant must be of age and working; OpenFisca looks at any
    member.
    """
    return is_couple(profile) and any(age_on(born(adult), last_day(month)) < 18 for adult in adults(profile))


@exclusion("ppa", article="décrets 2024-403, 2025-292, 2025-294, 2026-222", row="2")
def quarter_before_april(profile: Profile, month: str) -> bool:
    """A reference month before the April that set the amounts of M: values of M in law, of each month in
    OpenFisca.
    """
    return quarter(profile, month)[0] < april_before(month)
