"""Housing benefits: the differences that leave a household out.

CCH: code de la construction et de l'habitation. "Rows" are those of the dossier's table of differences.
"""

from __future__ import annotations

from .. import facts, housing
from ..housing import Law, home
from ..months import age_on, first_day, last_day, parts
from ..reading import (
    MICRO_KEPT,
    PROFITS,
    Profile,
    adults,
    born,
    children,
    income,
    income_of_year,
)
from .registry import exclusion

RIGHT = "aide_logement"


def reads_incomes(profile: Profile, month: str) -> bool:
    """A tenant whose own incomes decide: not a student with a lump sum."""
    return housing.is_tenant(profile) and not housing.student_by_law(profile, month)


# ------------------------------------------------------------------------------------- household and dependants


@exclusion(RIGHT, article="CCH R823-12, R823-13", row="D9")
def child_turns_21(profile: Profile, month: str) -> bool:
    """A child reaches 21 during M: no longer counted in law, counted by OpenFisca until the next month."""
    return housing.is_tenant(profile) and any(
        0 <= housing.peer_age(born(child), first_day(month)) < 21 <= age_on(born(child), last_day(month))
        and housing.pay_by_law(child, month) is not False
        for child in children(profile)
    )


@exclusion(RIGHT, article="CCH D861-9", row="new: overseas, 21 years")
def student_child_overseas(profile: Profile, month: str) -> bool:
    """Overseas, a child of 21 who studies or is unfit for work: dependent up to 22 in law, 21 in OpenFisca."""
    return housing.is_overseas(profile) and any(
        age_on(born(child), last_day(month)) == 21 and housing.child_by_law(child, profile, month)
        for child in children(profile)
    )


@exclusion(RIGHT, article="CCH R823-10", row="new: birth on the 1st")
def born_on_the_first(profile: Profile, month: str) -> bool:
    """A child born on the first or second day of M: counted from the next month in law, from M by OpenFisca."""
    return housing.is_tenant(profile) and any(
        born(child) >= first_day(month) and housing.peer_age(born(child), first_day(month)) >= 0
        for child in children(profile)
    )


@exclusion(RIGHT, article="CSS L512-3, R512-2", row="new: pay of a child")
def child_pay_across_the_limit(profile: Profile, month: str) -> bool:
    """A child's pay goes past 55 % of the SMIC, up or down: the pay of the month in law, the mean of six months in
    OpenFisca.
    """
    return housing.is_tenant(profile) and any(
        housing.pay_by_law(child, month) is not housing.pay_by_peer(child, month)
        for child in children(profile)
        if age_on(born(child), first_day(month)) < 22
    )


@exclusion(RIGHT, article="CCH R823-4 2° and 3°", row="D10")
def dependent_relative(profile: Profile, month: str) -> bool:
    """A relative other than a young child: dependent from 80 % of incapacity, with RSDAE, or an ascendant of 67 in law;
    over 80 %, or unfit for work, in OpenFisca.
    """
    others = [child for child in children(profile) if housing.peer_age(born(child), first_day(month)) >= 21]
    return housing.is_tenant(profile) and any(
        housing.dependent_relative_by_law(one, month) != housing.dependent_relative_by_peer(one, month)
        for one in (*others, *housing.relatives(profile, month))
    )


@exclusion(RIGHT, article="CCH R822-2, R822-6", row="new: other occupants")
def other_occupant_with_income(profile: Profile, month: str) -> bool:
    """Someone else in the dwelling has income: all of it counts in law, unless an old or disabled relative; OpenFisca
    does not know those who are no family, and takes off a share for relatives.
    """
    if home(profile).get("colocation") or not reads_incomes(profile, month):
        return False
    return any(
        housing.net_resources(one, month) > 0
        and one.get("lien_parente") != "descendant"
        and not housing.dependent_relative_by_law(one, month)
        for one in profile["personnes"]
        if one["role"] == "autre"
    )


@exclusion(RIGHT, article="CCH L823-2, R823-5; CE 21 July 2017 n° 398563", row="D21")
def shared_child(profile: Profile, month: str) -> bool:
    """A dependent child in alternating residence: counted for its share in law, in full by OpenFisca."""
    return housing.is_tenant(profile) and any(
        child.get("garde_alternee") and housing.child_by_law(child, profile, month) for child in children(profile)
    )


# ------------------------------------------------------------------------------------------------------ overseas


@exclusion(RIGHT, article="arrêté of 27 September 2019, art. 46", row="D4")
def overseas_one_dependant(profile: Profile, month: str) -> bool:
    """Overseas with one dependant: the yearly allowance R0 is that of 2023 in OpenFisca."""
    return housing.is_tenant(profile) and housing.is_overseas(profile) and housing.dependants(profile, month) == 1


@exclusion(RIGHT, article="arrêté of 27 September 2019, art. 7 and 46", row="D5")
def overseas_many_dependants(profile: Profile, month: str) -> bool:
    """Overseas with more than six dependants: OpenFisca still stops the rents at six."""
    return housing.is_tenant(profile) and housing.is_overseas(profile) and housing.dependants(profile, month) > 6


@exclusion(RIGHT, article="arrêtés of 17 March 1978 and 27 September 2019, art. 46 and 49", row="D22, D23")
def commune_outside_the_table(profile: Profile, month: str) -> bool:
    """Saint-Pierre-et-Miquelon, Saint-Barthélemy, Saint-Martin: zone II by default in OpenFisca, and the wrong charges
    for the last two.
    """
    code = str(home(profile).get("code_insee") or "")
    return housing.is_tenant(profile) and code.startswith(housing.NOT_IN_TABLE)


# --------------------------------------------------------------------------------------- income that has stopped


def _matters(profile: Profile, month: str, law: Law) -> bool:
    """Whether one reading of the law changes what is kept of someone's former income."""
    return reads_incomes(profile, month) and any(
        housing.kept(adult, profile, month, Law()) != housing.kept(adult, profile, month, law)
        and housing.has_former_income(adult, month)
        for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH R822-15", row="D6")
def partner_of_unemployed(profile: Profile, month: str) -> bool:
    """One partner is unemployed without benefit: only that person's former income is ignored in law, both partners'
    by OpenFisca.
    """
    return _matters(profile, month, Law(partner=True))


@exclusion(RIGHT, article="CCH R822-14, R822-15", row="new: two months of unemployment")
def unemployed_for_two_months(profile: Profile, month: str) -> bool:
    """Unemployment that began in M-2: it lowers former income from the second month after in law, from the third in
    OpenFisca.
    """
    return _matters(profile, month, Law(two_months=True))


@exclusion(RIGHT, article="CCH R822-13", row="new: disability pension")
def disability_pension(profile: Profile, month: str) -> bool:
    """A disability pension after work: former income counts for 70 % in law, for all in OpenFisca."""
    return _matters(profile, month, Law(disability=True))


@exclusion(RIGHT, article="CCH R822-13", row="new: pension and old profits")
def pension_and_former_profits(profile: Profile, month: str) -> bool:
    """A retirement pension or AAH after self-employment, or AAH of someone at work or studying: OpenFisca lowers former
    income when there is no wage in M and no profit in N-2, whatever the person does.
    """
    return _matters(profile, month, Law(pension=True))


@exclusion(RIGHT, article="CCH R822-11 2° b", row="new: parental leave")
def parental_leave(profile: Profile, month: str) -> bool:
    """Parental leave: a partner's former income is ignored with a child under 3 or several children in law, anyone's by
    OpenFisca.
    """
    return _matters(profile, month, Law(leave=True))


@exclusion(RIGHT, article="CCH R822-11 2° a", row="new: partner in prison")
def partner_in_prison(profile: Profile, month: str) -> bool:
    """A partner in prison: former income ignored in law, counted by OpenFisca."""
    return _matters(profile, month, Law(prison=True))


@exclusion(RIGHT, article="CCH R822-16", row="new: long sick leave")
def long_sick_leave(profile: Profile, month: str) -> bool:
    """More than six months of sick leave: former income counts for 70 % in law, for all in OpenFisca."""
    return _matters(profile, month, Law(sickness=True))


# ------------------------------------------------------------------------------------------------- what counts


@exclusion(RIGHT, article="CCH R822-4 I", row="D16")
def daily_allowances(profile: Profile, month: str) -> bool:
    """Daily allowances of sickness, accident or maternity in the twelve months: counted in law, not by OpenFisca unless
    they are in the taxable wage.
    """
    return reads_incomes(profile, month) and any(
        housing.sick_pay(one, month) > 0 for one in [*adults(profile), *children(profile)]
    )


@exclusion(RIGHT, article="CCH R822-4 I, CGI 83 3°", row="new: expenses above pay")
def expenses_above_pay(profile: Profile, month: str) -> bool:
    """Deducted expenses exceed the year's pay: they bring it down to nothing here, below nothing in OpenFisca, which
    lowers the other incomes of the household.
    """
    return reads_incomes(profile, month) and any(
        0 < housing.paid(one, month) < housing.expenses(one, month)
        and housing.kept(one, profile, month)[0] > 0
        and housing.has_other_income(profile, one, month)
        for one in adults(profile)
    )


@exclusion(RIGHT, article="CCH R822-3, R822-15", row="new: ASS")
def solidarity_allowance(profile: Profile, month: str) -> bool:
    """ASS in the twelve months of someone whose benefits are not ignored: taxable, so counted in law, not by
    OpenFisca.
    """
    return reads_incomes(profile, month) and any(
        housing.over_window(adult, "ass", month) > 0 and housing.kept(adult, profile, month)[1] > 0
        for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH R822-4, CGI 158 5 a", row="D17")
def high_pensions(profile: Profile, month: str) -> bool:
    """Pensions whose deduction of a tenth reaches its yearly maximum: no maximum in OpenFisca."""
    return reads_incomes(profile, month) and any(
        sum(housing.over_window(adult, field, month) for field in ("retraite_imposable", "pension_invalidite"))
        + income_of_year(adult, "pension_alimentaire_recue", parts(month)[0] - 1)
        > 10 * facts.in_force(facts.PENSION_DEDUCTION_MAXIMUM, month) / len(adults(profile))
        for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH R822-5", row="D18")
def new_business(profile: Profile, month: str) -> bool:
    """Self-employed since N-2 or later: turnover of the twelve months in law, profits of N-2 in OpenFisca."""
    return reads_incomes(profile, month) and any(
        (adult.get("date_debut_activite_independante") or "0") >= str(parts(month)[0] - 2)
        and any((adult.get("revenus") or {}).get(field) for field in (*MICRO_KEPT, *PROFITS))
        for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH R822-18", row="new: professionalisation contract")
def professionalisation_contract(profile: Profile, month: str) -> bool:
    """A contrat de professionnalisation: the pay is ignored up to a SMIC a month in law, counted by OpenFisca."""
    return housing.is_tenant(profile) and any(
        adult.get("contrat_professionnalisation")
        and (adult.get("activite") == "etudiant" or housing.over_window(adult, "salaire_imposable", month) > 0)
        for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH R822-8", row="new: second dwelling for work")
def second_dwelling_for_work(profile: Profile, month: str) -> bool:
    """A second dwelling for work: 2 589 € a year taken off in law, nothing by OpenFisca."""
    return reads_incomes(profile, month) and any(adult.get("double_residence") for adult in adults(profile))


@exclusion(RIGHT, article="CCH R822-4 II 2°, CGI 157 bis", row="new: allowance of disabled people")
def disabled_taxpayer(profile: Profile, month: str) -> bool:
    """An adult with 80 % of incapacity, or born before 1931: an allowance on resources, that OpenFisca computes from a
    whole tax return, not given here.
    """
    return reads_incomes(profile, month) and any(
        (adult.get("taux_incapacite") or 0) >= housing.DISABLED_FROM or born(adult).year < 1931
        for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH L822-5", row="D24")
def savings_and_aah_of_a_child(profile: Profile, month: str) -> bool:
    """Assets of more than 30 000 € and AAH of someone other than the claimant and partner: they count in law, not in
    OpenFisca.
    """
    held = profile.get("patrimoine") or {}
    assets = sum(float(amount or 0) for field, amount in held.items() if not field.startswith("valeur_locative"))
    return (
        reads_incomes(profile, month)
        and assets > housing.ASSETS_IGNORED_UP_TO
        and not housing.rent_without_ceiling(profile, month)
        and any(income(child, "aah", month) > 0 for child in children(profile))
    )


# ------------------------------------------------------------------------------------------------------ students


@exclusion(RIGHT, article="CCH R822-20, circulars on grants", row="D13")
def age_of_students(profile: Profile, month: str) -> bool:
    """A student around 28: under 28 on 1 September, later for each child, without limit if disabled, in law; under 28
    on the first day of M in OpenFisca.
    """
    return housing.is_tenant(profile) and (
        housing.student_by_law(profile, month) != housing.student_by_peer(profile, month)
    )


@exclusion(RIGHT, article="loi n° 2026-103, art. 179; CCH L822-2 I 3°", row="D19")
def student_from_outside_europe(profile: Profile, month: str) -> bool:
    """From July 2026, holders of a student's permit from outside Europe without a grant: excluded in law, so that a
    partner claims if there is one; not in OpenFisca.
    """
    return month >= "2026-07" and housing.is_tenant(profile) and not _may_claim(adults(profile)[0])


def _lawful_stay(person: dict) -> bool:
    free = person.get("nationalite") != "AUTRE" or person.get("refugie") or person.get("carte_resident")
    return bool(free) or person.get("titre_sejour") != "sans_titre"


def _may_claim(person: dict) -> bool:
    return (
        person.get("nationalite") != "AUTRE"
        or bool(person.get("refugie") or person.get("carte_resident") or person.get("boursier"))
        or person.get("activite") != "etudiant"
        or person.get("titre_sejour") != "etudiant"
    )


# ---------------------------------------------------------------------------------- the dwelling and who may claim


@exclusion(RIGHT, article="CCH L822-2 I, CSS D512-1", row="D20")
def unlawful_stay(profile: Profile, month: str) -> bool:
    """No adult has a permit, or only the partner, and one of them studies: excluded in law, or the partner claims;
    OpenFisca has no such condition.
    """
    lawful = [adult for adult in adults(profile) if _lawful_stay(adult)]
    claimant = adults(profile)[0]
    studies = any(adult.get("activite") == "etudiant" for adult in adults(profile))
    return housing.is_tenant(profile) and (not lawful or (claimant not in lawful and studies))


@exclusion(RIGHT, article="CCH R822-23, R822-25, L822-4, L821-2", row="D20")
def conditions_of_the_dwelling(profile: Profile, month: str) -> bool:
    """Not the main home, too small, sub-let, or another dwelling is helped: excluded in law; no such condition in
    OpenFisca.
    """
    place = home(profile)
    small = not housing.in_a_home(profile) and (place.get("surface") or 1000) < housing.smallest_area(profile)
    elsewhere = place.get("residence_principale") is False or place.get("autre_aide_logement")
    return housing.is_tenant(profile) and bool(small or elsewhere or place.get("sous_location"))


@exclusion(RIGHT, article="CCH L822-8", row="D20")
def parents_with_wealth_tax(profile: Profile, month: str) -> bool:
    """Attached for tax to parents who pay the wealth tax: excluded in law; no such condition in OpenFisca."""
    return housing.is_tenant(profile) and any(
        adult.get("rattache_fiscal_parents") and adult.get("parents_ifi") for adult in adults(profile)
    )


@exclusion(RIGHT, article="CCH R823-10", row="new: month of entry")
def moved_in_this_month(profile: Profile, month: str) -> bool:
    """Moved in during M: due from the next month in law; OpenFisca knows no date."""
    return housing.is_tenant(profile) and (home(profile).get("date_entree") or "0")[:7] >= month


@exclusion(RIGHT, article="CCH L822-3", row="D12")
def landlord_of_the_family(profile: Profile, month: str) -> bool:
    """A parent or child lets a flat under convention: excluded in law; OpenFisca excludes only ALF and ALS."""
    return bool(home(profile).get("proprietaire_proche_famille")) and housing.under_convention(profile)


@exclusion(RIGHT, article="CCH D832-10 to D832-19, D842-6 to D842-12", row="new: loans")
def old_loan(profile: Profile, month: str) -> bool:
    """A loan old enough for the benefit of home buyers: OpenFisca has one table of instalments for all
    loans, and neither rounds nor caps as the law does.
    """
    place = home(profile)
    return place.get("statut") == "accedant" and (place.get("date_pret") or "9999") < "2020"


@exclusion(RIGHT, article="CCH D832-25 to D832-27, D842-15 to D842-17", row="D14")
def homes(profile: Profile, month: str) -> bool:
    """A home or a CROUS room: OpenFisca does not round nor cap K, has one scale for homes under convention, and no
    least net expense.
    """
    return housing.is_tenant(profile) and housing.in_a_home(profile)


@exclusion(RIGHT, article="arrêté of 27 September 2019, art. 8 and 16", row="new: room in a flat-share")
def room_in_a_flat_share(profile: Profile, month: str) -> bool:
    """A room in a flat-share: OpenFisca takes 90 % then 75 %; the text has one or the other."""
    return housing.is_tenant(profile) and bool(home(profile).get("colocation") and home(profile).get("chambre"))
