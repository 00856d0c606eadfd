"""RSA and prime d'activité: differences about incomes and benefits received."""

from __future__ import annotations

from collections.abc import Callable

from ... import facts
from ...months import first_day, parts, shift
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
    income,
    income_of_year,
    is_couple,
    last_profit,
    quarter,
    received,
)
from ..registry import exclusion
from .readings import peer_age, sick_pay_as_work, watched

AT_WORK = ("salarie", "independant", "apprenti")
CAPITAL = ("revenus_locatifs", "revenus_capital")
FAMILY_BENEFITS = ("af", "cf", "asf", "paje_base", "paje_prepare")


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
