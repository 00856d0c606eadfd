"""Households on which OpenFisca-France and the law are known to part, so that their amounts are not
compared.

Each predicate takes a profile and a month and says whether one named difference touches that household.
Its docstring gives the article and what each side does; `docs/differences.md` lists them for readers.
"OpenFisca" stands for OpenFisca-France 176.1.8.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from . import facts
from .months import age_on, between, first_day, last_day, parts, shift
from .reading import (
    BENEFITS,
    MICRO_KEPT,
    OTHER_REGULAR,
    PROFITS,
    SICK_PAY,
    Person,
    Profile,
    adults,
    born,
    children,
    has_any_income,
    income,
    income_of_year,
    is_couple,
    last_profit,
    quarter,
    received,
)

Predicate = Callable[[Profile, str], bool]
AT_WORK = ("salarie", "independant", "apprenti")
LEARNERS = ("etudiant", "stagiaire", "apprenti")
LEAVES = ("conge_parental", "conge_sans_solde")
SUSPENSIONS = ("detenu", "hospitalise")
AGE_LIMIT_OF_CHILDREN = 25
CAPITAL = ("revenus_locatifs", "revenus_capital")
FAMILY_BENEFITS = ("af", "cf", "asf", "paje_base", "paje_prepare")


@dataclass(frozen=True)
class Exclusion:
    name: str
    rights: tuple[str, ...]
    article: str
    row: str  # row of the dossier's table of differences, or "new"
    applies: Predicate


EXCLUSIONS: list[Exclusion] = []


def exclusion(*rights: str, article: str, row: str) -> Callable[[Predicate], Predicate]:
    """Registers a predicate for these rights."""

    def register(predicate: Predicate) -> Predicate:
        EXCLUSIONS.append(Exclusion(predicate.__name__, rights, article, row, predicate))
        return predicate

    return register


def excluded(profile: Profile, month: str) -> dict[str, list[str]]:
    """For each right, the names of the differences that touch this household."""
    found: dict[str, list[str]] = {"rsa": [], "ppa": []}
    for one in EXCLUSIONS:
        if one.applies(profile, month):
            for right in one.rights:
                found[right].append(one.name)
    return found


# -------------------------------------------------------------------------------------------- shared readings


def peer_age(birth: date, day: date) -> int:
    """The age as OpenFisca computes it: days, plus one, over the mean length of a year."""
    return int(((day - birth).days + 1) // 365.2425)


def has_permit(person: Person, right: str) -> bool:
    """The nationality and permit condition, without the exemption of isolated parents."""
    nationality = person.get("nationalite") or "FR"
    years = float(person.get("anciennete_titre_sejour_ans") or 0)
    if nationality == "FR" or person.get("refugie") or person.get("carte_resident"):
        return True
    if nationality in ("EEE", "CH"):
        return right == "ppa" or years >= 0.25
    return years >= 5


def work_income(person: Person, month: str) -> float:
    """Professional income of the month without AAH; sick pay counts as OpenFisca and R844-1 have it."""
    total = sum(income(person, field, month) for field in ("salaire_net", "stage_formation_pro", "chomage_partiel"))
    total += sum(kept * income(person, field, month) for field, kept in MICRO_KEPT.items())
    total += sum(last_profit(person, field, month) for field in PROFITS)
    return total + sick_pay_as_work(person, month)


def sick_pay_as_work(person: Person, month: str) -> float:
    """Sick pay counted as professional income: first three months, or while a wage is paid; maternity
    always.
    """
    sick = sum(income(person, field, month) for field in ("ijss_maladie", "ijss_at_mp"))
    before = sum(income(person, field, shift(month, -3)) for field in ("ijss_maladie", "ijss_at_mp"))
    still_first_months = before == 0 or income(person, "salaire_net", month) > 0
    return income(person, "ijss_maternite", month) + (sick if still_first_months else 0.0)


def professional_income(person: Person, month: str) -> float:
    """With AAH when the other professional income reaches 29 hours at the SMIC."""
    own = work_income(person, month)
    return own + (income(person, "aah", month) if own >= 29 * facts.in_force(facts.SMIC, month) else 0.0)


def all_income(person: Person, month: str) -> float:
    """Everything that decides whether a child stays in the foyer."""
    fields = (
        "salaire_net",
        "stage_formation_pro",
        "chomage_partiel",
        "chomage_net",
        "retraite_nette",
        *SICK_PAY,
        *OTHER_REGULAR,
    )
    return sum(income(person, field, month) for field in fields)


def opens_supplement(profile: Profile) -> bool:
    """A recently isolated parent with one child only: that child is kept up to a higher income."""
    young = [child for child in children(profile) if not child.get("enceinte")]
    return (
        not is_couple(profile)
        and bool(profile.get("isolement_recent"))
        and len(young) == 1
        and not any(adult.get("enceinte") for adult in adults(profile))
    )


def child_kept_by_income(profile: Profile, child: Person, month: str) -> bool | None:
    """Whether the child's own income leaves the child in the foyer; None when it depends on the month or
    the base chosen.
    """
    if not has_any_income(child):
        return True
    share = facts.LONE_CHILD_EXCLUDED_ABOVE if opens_supplement(profile) else facts.CHILD_EXCLUDED_ABOVE
    months = between(shift(month, -8), month)
    bases = [facts.in_force(table, at) for table in (facts.RSA_BASE, facts.PPA_BASE) for at in months]
    incomes = [all_income(child, at) for at in months]
    if max(incomes) < share * min(bases):
        return True
    if min(incomes) >= share * max(bases):
        return False
    return None


def counted_children(profile: Profile, at: str, month: str) -> list[Person]:
    """Children of the foyer by age in the month `at`, and by income for the right of `month`."""
    limit = last_day(at)
    return [
        child
        for child in children(profile)
        if age_on(born(child), limit) < AGE_LIMIT_OF_CHILDREN
        and child_kept_by_income(profile, child, month) is not False
    ]


def isolated(profile: Profile, at: str, month: str) -> bool:
    """Entitled to the isolation supplement in the month `at`."""
    if is_couple(profile):
        return False
    if any(adult.get("enceinte") for adult in adults(profile)):
        return True
    kept = counted_children(profile, at, month)
    young = any(age_on(born(child), first_day(at)) < 3 for child in kept)
    return bool(kept) and (young or bool(profile.get("isolement_recent")))


def april_before(month: str) -> str:
    """The last April not after `month`."""
    year, number = parts(month)
    return f"{year if number >= 4 else year - 1}-04"


def watched(profile: Profile, month: str) -> list[str]:
    """The reference months and M."""
    return [*quarter(profile, month), month]


# ------------------------------------------------------------------------------------- household and children


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
    return changes and not (permit and _works(profile, month, quarter(profile, month), month_of_floor=None))


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


# ------------------------------------------------------------------------------------------ who may claim RSA


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


def _works(profile: Profile, month: str, months: list[str], month_of_floor: str | None) -> bool:
    """An adult has professional income; a learner more than the floor in each month. Floor of one month,
    or of each.
    """
    for adult in adults(profile):
        earned = [professional_income(adult, at) for at in months]
        floors = [facts.learner_floor(month_of_floor or at) for at in months]
        above_floor = all(got > floor for got, floor in zip(earned, floors, strict=True))
        if above_floor or (adult.get("activite") not in LEARNERS and any(got > 0 for got in earned)):
            return True
    return False


@exclusion("ppa", article="CSS L842-1, L842-2 3°, R843-1", row="3")
def work_tested_elsewhere(profile: Profile, month: str) -> bool:
    """Having worked, or the students' floor, gives another answer over M-3..M-1 at the SMIC of M
    (OpenFisca) than over the quarter.
    """
    if isolated(profile, month, month):
        return False
    by_peer = _works(profile, month, [shift(month, -back) for back in (3, 2, 1)], month_of_floor=month)
    return by_peer != _works(profile, month, quarter(profile, month), month_of_floor=None)


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


# --------------------------------------------------------------------------------------------- neutralisation


def _replacement(person: Person, month: str) -> bool:
    """A replacement income is received in M or can be claimed."""
    fields = ("chomage_net", "ass", "retraite_nette", "pension_invalidite", *SICK_PAY)
    return bool(person.get("droit_chomage")) or any(income(person, field, month) > 0 for field in fields)


def _peer_replacement(person: Person, month: str) -> bool:
    return any(income(person, field, month) > 0 for field in ("chomage_net", "retraite_nette", *SICK_PAY))


def _stopped(person: Person, month: str) -> bool | None:
    """Whether work has stopped for certain; None when the file says two things."""
    if person.get("activite_interrompue"):
        return True
    written = (person.get("revenus") or {}).get("salaire_net")
    zero_in_month = isinstance(written, dict) and not written.get(month)
    return None if zero_in_month and person.get("activite") not in AT_WORK else False


@exclusion("rsa", article="CASF R262-13", row="9")
def work_interrupted(profile: Profile, month: str) -> bool:
    """Work income that one side ignores and not the other.

    In law it is ignored while work has stopped for certain and no replacement income can be claimed.
    OpenFisca ignores it when there is some in M-1, none in M, and no unemployment benefit, sick pay or
    pension in M, whatever the reason.
    """
    months = quarter(profile, month)
    last = shift(month, -1)
    for adult in adults(profile):
        stopped = _stopped(adult, month)
        by_law = None if stopped is None else stopped and not _replacement(adult, month)
        for field in ("salaire_net", "stage_formation_pro", "chomage_partiel", *MICRO_KEPT):
            if not any(income(adult, field, at) for at in months):
                continue
            by_peer = (
                income(adult, field, month) == 0
                and income(adult, field, last) > 0
                and not _peer_replacement(adult, month)
            )
            if by_law is None or by_peer != by_law:
                return True
        if by_law is not False and any(last_profit(adult, field, month) for field in PROFITS):
            return True
    return False


@exclusion("rsa", article="CASF R262-13", row="9")
def unemployment_benefit_ended(profile: Profile, month: str) -> bool:
    """Unemployment benefit received in the quarter and no longer in M: as for wages, the two sides ignore
    it in different cases.
    """
    return any(
        income(adult, "chomage_net", month) == 0
        and any(income(adult, "chomage_net", at) > 0 for at in quarter(profile, month))
        for adult in adults(profile)
    )


@exclusion("rsa", article="CASF R262-13", row="10")
def other_income_interrupted(profile: Profile, month: str) -> bool:
    """Another income stops in M: OpenFisca takes off up to a base amount a month per kind of income,
    without the law's conditions.
    """
    months, last = quarter(profile, month), shift(month, -1)
    regular = [field for field in OTHER_REGULAR if field not in CAPITAL]
    kinds: list[Callable[[Person, str], float]] = [_field(field) for field in (*regular, "retraite_nette")]
    kinds += [_capital, sick_pay_as_work, _sick_pay_otherwise]
    return any(
        read(person, month) == 0 and read(person, last) > 0 and any(read(person, at) > 0 for at in months)
        for person in [*adults(profile), *children(profile)]
        for read in kinds
    )


def _field(name: str) -> Callable[[Person, str], float]:
    return lambda person, at: income(person, name, at)


def _capital(person: Person, at: str) -> float:
    return sum(income(person, field, at) for field in CAPITAL)


def _sick_pay_otherwise(person: Person, at: str) -> float:
    return sum(income(person, field, at) for field in SICK_PAY) - sick_pay_as_work(person, at)


# ----------------------------------------------------------------------------------------------- other income


@exclusion("rsa", "ppa", article="CASF R262-19, CSS R845-2", row="19")
def profits_of_two_years(profile: Profile, month: str) -> bool:
    """Profits known for N-1 and N-2: OpenFisca takes the first positive among N, N-1 and N-2 of each month
    read.
    """
    year = parts(month)[0]
    return any(
        abs(last_profit(adult, field, at) - income_of_year(adult, field, year - 2) / 12) > 0.001
        for adult in adults(profile)
        for field in PROFITS
        for at in watched(profile, month)
    )


@exclusion("ppa", article="CSS R845-2", row="19")
def micro_turnover_varies(profile: Profile, month: str) -> bool:
    """Turnover of a micro-enterprise that varies: a third of the quarter each month in law, each month's
    own in OpenFisca.
    """
    return any(
        len({income(adult, field, at) for at in quarter(profile, month)}) > 1
        for adult in adults(profile)
        for field in MICRO_KEPT
    )


@exclusion("rsa", article="CASF R132-1", row="new: unlet property")
def unlet_property(profile: Profile, month: str) -> bool:
    """Unlet buildings or land: a share of the yearly rental value, by twelfths; OpenFisca counts the
    yearly share every month.
    """
    held = profile.get("patrimoine") or {}
    return any(
        held.get(field) for field in ("valeur_locative_immobilier_non_loue", "valeur_locative_terrains_non_loues")
    )


# ------------------------------------------------------------------------------------------ benefits received


@exclusion("rsa", article="CASF R262-7 II 3°", row="12")
def benefits_vary(profile: Profile, month: str) -> bool:
    """A family or housing benefit not the same in M and in each reference month: OpenFisca's RSA reads
    that of M.
    """
    months = watched(profile, month)
    return any(
        len({received(profile, benefit, at) for at in months}) > 1
        for benefit in (*FAMILY_BENEFITS, "aspa", "aide_logement")
    )


@exclusion("rsa", "ppa", article="CASF R262-11 3°, CSS R844-5", row="12")
def age_increase_as_a_child_turns_20(profile: Profile, month: str) -> bool:
    """Family allowance received with an age increase while a child turns 20 in the quarter.

    What is basic in the amount depends on the number of children of the month; one amount was declared.
    """
    basics = set()
    for at in watched(profile, month):
        under_20 = [child for child in children(profile) if child["date_naissance"][:7] > shift(at, -240)]
        basics.add(min(received(profile, "af", at), facts.af_basic(len(under_20), month)))
    return len(basics) > 1


@exclusion("rsa", "ppa", article="CASF R262-11 2°, CSS R844-5", row="new: first months of the PAJE")
def paje_of_first_months(profile: Profile, month: str) -> bool:
    """PAJE base left out for the month of birth, and for isolated parents up to the month the child is
    three months old.
    """
    months = quarter(profile, month)
    if not any(received(profile, "paje_base", at) > 0 for at in months):
        return False
    left_out = 0 if is_couple(profile) else 3
    return any(child["date_naissance"][:7] >= shift(months[0], -left_out) for child in children(profile))


@exclusion("rsa", "ppa", article="CASF R262-10-1, CSS R844-4", row="16")
def orphan_of_both_parents(profile: Profile, month: str) -> bool:
    """ASF of a child without both parents: counted at 30 % of BMAF in law, 22.5 % in OpenFisca."""
    return received(profile, "asf", month) > 0 and any(
        child.get("orphelin_deux_parents") for child in children(profile)
    )


@exclusion("rsa", "ppa", article="CASF R262-10-1, CSS R844-4", row="new: ASF of some children")
def asf_of_some_children(profile: Profile, month: str) -> bool:
    """ASF received for some of the children only: a flat part for each of them in law; OpenFisca caps the
    sum for all children.
    """
    amount = received(profile, "asf", month)
    if not amount or orphan_of_both_parents(profile, month):
        return False
    unit = round(facts.in_force(facts.BMAF, month) * facts.ASF_ONE_PARENT, 2)
    for at in watched(profile, month):
        eligible = 0
        for child in children(profile):
            earned = sum(income(child, "salaire_net", shift(at, -back)) for back in range(1, 7)) / 6
            eligible += 0 <= peer_age(born(child), first_day(at)) < 20 and earned < facts.learner_floor(at)
        if abs(amount - eligible * unit) > 0.02:
            return True
    return False
