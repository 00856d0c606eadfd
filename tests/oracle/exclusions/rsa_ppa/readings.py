"""Readings of a household that several differences of RSA and prime d'activité rest on."""

from __future__ import annotations

from datetime import date

from ... import facts
from ...months import age_on, between, first_day, last_day, parts, shift
from ...reading import (
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
    is_couple,
    last_profit,
    quarter,
)

AGE_LIMIT_OF_CHILDREN = 25
LEARNERS = ("etudiant", "stagiaire", "apprenti")


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


def works(profile: Profile, month: str, months: list[str], month_of_floor: str | None) -> bool:
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
