"""What the law on housing benefits and OpenFisca-France make of a made-up household.

For the peer's inputs and the exclusions: written here away from the rulebook, so that the oracle does not lean on what
it tests. CCH: code de la construction et de l'habitation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from . import facts
from .months import age_on, between, first_day, last_day, month_of, parts, shift
from .reading import (
    MICRO_KEPT,
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
    received,
)

OVERSEAS = ("971", "972", "973", "974", "976", "977", "978")
NOT_IN_TABLE = ("975", "977", "978")
ABATED = 0.7
CHILD_LIMIT = 21  # CCH R823-4 1°
STUDENT_LIMIT = 28  # CCH R822-20, with the age condition of the grants
DISABLED_FROM = 0.8  # CCH R823-4 3°
OLD_FROM = 67  # CCH R823-4 2°, for an ascendant
ASSETS_IGNORED_UP_TO = 30000  # CCH R822-22


# ---------------------------------------------------------------------------------------------------- the dwelling


def home(profile: Profile) -> dict[str, Any]:
    return profile.get("logement") or {}


def is_tenant(profile: Profile) -> bool:
    """Pays a rent or a fee."""
    return str(home(profile).get("statut")).startswith("locataire")


def in_a_home(profile: Profile) -> bool:
    """In a home or a CROUS room: another formula (CCH D832-24, D842-15)."""
    place = home(profile)
    if place.get("crous"):
        return bool(place.get("chambre"))
    return place.get("statut") == "locataire_foyer" and place.get("type_residence") != "residence_universitaire"


def is_overseas(profile: Profile) -> bool:
    return str(home(profile).get("code_insee") or "").startswith(OVERSEAS)


def social_landlord(profile: Profile) -> bool:
    return home(profile).get("statut") == "locataire_hlm"


def has_convention(profile: Profile) -> bool:
    return social_landlord(profile) or bool(home(profile).get("conventionne"))


def under_convention(profile: Profile) -> bool:
    """APL, not ALF or ALS; overseas only in homes (CCH L861-6)."""
    return has_convention(profile) and (in_a_home(profile) or not is_overseas(profile))


def as_lived_in(profile: Profile) -> dict[str, Any]:
    """The dwelling, a flat of a students' residence being a flat (CCH D842-15)."""
    place = home(profile)
    if place.get("statut") == "locataire_foyer" and not in_a_home(profile):
        return {**place, "statut": "locataire_vide"}
    return place


def rent_without_ceiling(profile: Profile, month: str) -> bool:
    """AAH of the claimant or partner, or AEEH: a high rent takes nothing off (CCH D823-16)."""
    return any(income(adult, "aah", month) > 0 for adult in adults(profile)) or received(profile, "aeeh", month) > 0


def smallest_area(profile: Profile) -> int:
    """Square metres asked for that many occupants (CCH R822-25)."""
    flat_share = home(profile).get("colocation")
    occupants = sum(1 for one in profile["personnes"] if one["role"] != "autre" or not flat_share)
    return 9 if occupants == 1 else min(16 + 9 * (occupants - 2), 70)


# ------------------------------------------------------------------------------------------------------ the family


def relatives(profile: Profile, month: str) -> list[Person]:
    """Other grown relatives in the dwelling; OpenFisca knows them as children of the family."""
    return [
        one
        for one in profile["personnes"]
        if one["role"] == "autre"
        and one.get("lien_parente") not in (None, "aucun")
        and age_on(born(one), first_day(month)) >= CHILD_LIMIT
    ]


def pay_by_law(child: Person, month: str) -> bool | None:
    """Whether the child's pay is low enough to be dependent (CSS L512-3, R512-2); None if it was sometimes."""
    limit = facts.learner_floor(month)
    low = {income(child, "salaire_net", shift(month, -back)) <= limit for back in range(1, 7)}
    return low.pop() if len(low) == 1 else None


def pay_by_peer(child: Person, month: str) -> bool:
    """Net wages of six months under the limit, whatever the age."""
    return sum(income(child, "salaire_net", shift(month, -back)) for back in range(1, 7)) / 6 < facts.learner_floor(
        month
    )


def child_by_law(child: Person, profile: Profile, month: str) -> bool:
    """A dependent child (CCH R823-4 1°, R823-10, R823-12): from the month after the birth to the month before the
    21st birthday, the 22nd overseas for those who study.
    """
    learns = child.get("activite") in ("etudiant", "apprenti", "stagiaire") or child.get("inapte_travail")
    limit = CHILD_LIMIT + bool(is_overseas(profile) and learns)
    return (
        born(child) < first_day(month)
        and age_on(born(child), last_day(month)) < limit
        and pay_by_law(child, month) is not False
    )


def net_resources(person: Person, month: str) -> float:
    """Own resources, after the deduction of a tenth."""
    pensions = over_window(person, "retraite_imposable", month) + over_window(person, "pension_invalidite", month)
    paid = over_window(person, "salaire_imposable", month) + over_window(person, "chomage_imposable", month)
    return 0.9 * (paid + pensions) + profits(person, month)


def disabled_by_law(person: Person) -> bool:
    """Incapacity of 80 % or more, or RSDAE (CCH R823-4 3°)."""
    rate = person.get("taux_incapacite") or 0 if person.get("handicap") else 0
    return rate >= DISABLED_FROM or bool(person.get("restriction_emploi"))


def dependent_relative_by_law(person: Person, month: str) -> bool:
    """A grown child or another relative who counts in the scale; resources are taken to be low."""
    old = person.get("lien_parente") == "ascendant" and age_on(born(person), first_day(month)) >= OLD_FROM
    return old or disabled_by_law(person)


def dependent_relative_by_peer(person: Person, month: str) -> bool:
    """Strictly more than 80 %, or unfit for work, from 21 years."""
    grown = peer_age(born(person), first_day(month)) >= CHILD_LIMIT
    return grown and ((person.get("taux_incapacite") or 0) > DISABLED_FROM or bool(person.get("inapte_travail")))


def dependants(profile: Profile, month: str) -> int:
    """How many people count in the scale, by law."""
    grown = [child for child in children(profile) if not child_by_law(child, profile, month)]
    return (
        len(children(profile))
        - len(grown)
        + sum(
            dependent_relative_by_law(one, month)
            for one in (*grown, *relatives(profile, month))
            if born(one) < first_day(month)
        )
    )


def expecting_alone(profile: Profile, month: str) -> bool:
    """A woman alone without dependants, from the month after the fourth of the pregnancy, in a flat without
    convention: the couple's scale (CCH D841-1, R841-2). Overseas a pregnancy opens nothing (L861-6).
    """
    claimant = adults(profile)[0]
    return (
        not is_couple(profile)
        and not under_convention(profile)
        and not is_overseas(profile)
        and not dependants(profile, month)
        and bool(claimant.get("enceinte"))
        and (claimant.get("mois_grossesse") or 0) >= 4
    )


# ------------------------------------------------------------------------------------------------------- resources


def window(month: str) -> list[str]:
    """The twelve months whose wages, unemployment benefit and pensions count (CCH R822-3)."""
    return between(shift(month, -13), shift(month, -2))


def over_window(person: Person, field: str, month: str) -> float:
    return sum(income(person, field, at) for at in window(month))


def profits(person: Person, month: str) -> float:
    """Profits of the year before last (CCH R822-5)."""
    year = parts(month)[0] - 2
    kept = sum(share * income_of_year(person, field, year) for field, share in MICRO_KEPT.items())
    return kept + sum(income_of_year(person, field, year) for field in PROFITS)


def paid(person: Person, month: str) -> float:
    """Wages and unemployment benefit of the twelve months."""
    return over_window(person, "salaire_imposable", month) + over_window(person, "chomage_imposable", month)


def expenses(person: Person, month: str) -> float:
    """Deducted from pay: a tenth, with a least amount, or the real expenses of the year before (CCH R822-3 2°)."""
    least = facts.in_force(facts.EXPENSES_MINIMUM, month)
    real = income_of_year(person, "frais_reels", parts(month)[0] - 1)
    return max(round(max(0.1 * paid(person, month), least)), real)


def earned(person: Person, month: str) -> float:
    """Professional income after deduction of expenses."""
    wages = over_window(person, "salaire_imposable", month)
    return max(0.0, wages - expenses(person, month)) + profits(person, month)


def student_by_law(profile: Profile, month: str) -> bool:
    """The claimant studies, under 28 on 1 September of the academic year, one year more for each child; no limit
    with a disability (CCH R822-20).
    """
    claimant = adults(profile)[0]
    year, number = parts(month)
    begins = date(year if number >= 9 else year - 1, 9, 1)
    raised = sum(child_by_law(child, profile, month) for child in children(profile))
    young = age_on(born(claimant), begins) < STUDENT_LIMIT + raised or bool(claimant.get("handicap"))
    return claimant.get("activite") == "etudiant" and young and not claimant.get("contrat_professionnalisation")


def student_by_peer(profile: Profile, month: str) -> bool:
    claimant = adults(profile)[0]
    return claimant.get("activite") == "etudiant" and peer_age(born(claimant), first_day(month)) < STUDENT_LIMIT


def peer_age(birth: date, day: date) -> int:
    """The age as OpenFisca computes it: days, plus one, over the mean length of a year."""
    return int(((day - birth).days + 1) // 365.2425)


def on_rsa(profile: Profile, month: str) -> bool:
    return received(profile, "rsa", shift(month, -1)) > 0


@dataclass(frozen=True)
class Law:
    """Which readings of the law replace OpenFisca's in what is kept of a person's former income."""

    partner: bool = False  # unemployment without benefit: only the unemployed person's own income
    two_months: bool = False  # unemployment counts from the second month after it began
    disability: bool = False  # a disability pension, like a retirement pension
    pension: bool = False  # retirement and AAH: no work now, whatever the profits of the year before last
    leave: bool = False  # parental leave: only in a couple, with a child under three or several children
    prison: bool = False  # a partner in prison
    sickness: bool = False  # more than six months of sick leave


WHOLE_LAW = Law(True, True, True, True, True, True, True)


def kept(person: Person, profile: Profile, month: str, law: Law = WHOLE_LAW) -> tuple[float, float]:
    """The shares of professional income and of unemployment benefit that count (CCH R822-11 to R822-17)."""
    if on_rsa(profile, month):
        return 0.0, 0.0
    jobless = [one for one in adults(profile) if _without_benefit(one, month, law)]
    if person in jobless or (jobless and not law.partner):
        return 0.0, 0.0
    if person.get("conge_parental") and (not law.leave or _looks_after_children(profile, month)):
        return 0.0, 0.0
    if law.prison and person["role"] == "conjoint" and person.get("detenu"):
        return 0.0, 0.0
    if _stopped(person, month, law) or (law.sickness and _long_sick(person, month)):
        return ABATED, ABATED
    return (ABATED, 1.0) if _unemployed(person, month, law) else (1.0, 1.0)


def _unemployed(person: Person, month: str, law: Law) -> bool:
    began = person.get("date_debut_chomage")
    if person.get("activite") != "chomeur" or not began:
        return False
    if law.two_months:
        return month_of(date.fromisoformat(began)) <= shift(month, -2)
    return date.fromisoformat(began) < first_day(shift(month, -2))


def _without_benefit(person: Person, month: str, law: Law) -> bool:
    benefit = income(person, "chomage_imposable", month) > 0
    return _unemployed(person, month, law) and (not benefit or income(person, "ass", month) > 0)


def _looks_after_children(profile: Profile, month: str) -> bool:
    young = any(0 <= age_on(born(child), first_day(month)) < 3 for child in children(profile))
    several = sum(child_by_law(child, profile, month) for child in children(profile)) >= 2
    return is_couple(profile) and (young or several)


def _stopped(person: Person, month: str, law: Law) -> bool:
    """No longer at work, with a pension or AAH."""
    at_work = income(person, "salaire_imposable", month) > 0
    aah = income(person, "aah", month) > 0
    retired = person.get("activite") == "retraite"
    idle = person.get("activite") in ("inactif", "chomeur")
    if law.pension:
        granted = retired or (aah and idle)
    else:
        granted = (retired or aah) and profits(person, month) == 0
    if law.disability:
        granted = granted or (idle and income(person, "pension_invalidite", month) > 0)
    return granted and not at_work


def _long_sick(person: Person, month: str) -> bool:
    began = person.get("date_arret_maladie")
    return bool(began) and month_of(date.fromisoformat(began)) < shift(month, -6)


def retained(person: Person, profile: Profile, month: str) -> float:
    """Professional income that counts."""
    return earned(person, month) * kept(person, profile, month)[0]


def two_earners(profile: Profile, month: str) -> bool:
    """Both partners' professional income that counts reaches twelve times the BMAF (CCH R822-7)."""
    least = 12 * facts.in_force(facts.BMAF, month)
    return is_couple(profile) and all(retained(adult, profile, month) >= least for adult in adults(profile))


def has_former_income(person: Person, month: str) -> bool:
    """Income that a change of situation can lower."""
    paid = ("salaire_imposable", "chomage_imposable")
    return any(over_window(person, field, month) > 0 for field in paid) or profits(person, month) > 0


def has_other_income(profile: Profile, person: Person, month: str) -> bool:
    """The household has income besides this person's pay."""
    year = parts(month)[0]
    savings = any(float(amount or 0) > 0 for amount in (profile.get("patrimoine") or {}).values())
    return savings or any(
        (one is not person and paid(one, month) > 0)
        or net_resources(one, month) > 0.9 * paid(one, month)
        or income_of_year(one, "pension_alimentaire_recue", year - 1) > 0
        or any(income_of_year(one, field, year - 2) > 0 for field in ("revenus_locatifs", "revenus_capital"))
        for one in [*adults(profile), *children(profile)]
    )


def sick_pay(person: Person, month: str) -> float:
    return sum(over_window(person, field, month) for field in SICK_PAY)
