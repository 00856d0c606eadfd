"""RSA and prime d'activité of made-up households by OpenFisca-France 176.1.8.

Every benefit amount is an input here, so that only the two rights are compared. The household of month M
is given for all months (OpenFisca-France does not know entries and exits). From 2025-03 (Caf) or 2025-07
(MSA) the quarter M-4..M-2 is switched on with the input `departement_experimentation_rsa`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
from openfisca_france import CountryTaxBenefitSystem

from .. import facts
from ..comparison import Expected
from ..months import between, parts, shift
from ..reading import Person, Profile, adults, children, is_shifted, monthly
from .simulation import Inputs, assemble, one_group_each, statuses

MONTHS_BACK = 12  # 6 months of wages before the oldest month that the dependants' test reads
LONG_PERMIT = 50.0

# Monthly inputs of a person: OpenFisca-France's variable, and the field of the profile.
MONTHLY_INCOME = {
    "salaire_net": "salaire_net",
    "revenus_stage_formation_pro": "stage_formation_pro",
    "indemnites_volontariat": "service_civique",
    "indemnites_chomage_partiel": "chomage_partiel",
    "chomage_net": "chomage_net",
    "indemnites_journalieres_maladie": "ijss_maladie",
    "indemnites_journalieres_accident_travail": "ijss_at_mp",
    "indemnites_journalieres_maternite": "ijss_maternite",
    "retraite_nette": "retraite_nette",
    "pensions_invalidite": "pension_invalidite",
    "aah": "aah",
    "ass": "ass",
    "asi": "asi",
    "pensions_alimentaires_percues": "pension_alimentaire_recue",
    "prestation_compensatoire": "prestation_compensatoire",
    "gains_exceptionnels": "gains_exceptionnels",
    "rpns_auto_entrepreneur_CA_achat_revente": "micro_vente_ca",
    "rpns_auto_entrepreneur_CA_bic": "micro_service_ca",
    "rpns_auto_entrepreneur_CA_bnc": "micro_liberal_ca",
}
# Read month by month for the RSA, and over a whole year N-2 for the prime d'activité.
CAPITAL_INCOME = {"revenus_locatifs": "revenus_locatifs", "revenus_capital": "revenus_capital"}
YEARLY_INCOME = {
    "rpns_autres_revenus": "benefice_reel",
    "rpns_benefice_exploitant_agricole": "benefice_agricole",
}
# Would otherwise be computed from wages or tax returns that we do not give.
ALWAYS_ZERO = ("caah", "remuneration_apprenti", "bourse_recherche", "retraite_combattant")
SAVINGS = {
    "livret_a": "livret_a",
    "epargne_revenus_non_imposables": "epargne_non_imposable",
    "valeur_locative_immo_non_loue": "valeur_locative_immobilier_non_loue",
    "valeur_locative_terrains_non_loues": "valeur_locative_terrains_non_loues",
}
NATIONALITY = {"FR": "FR", "EEE": "DE", "CH": "CH", "AUTRE": "AF"}


def permit_years(person: Person) -> float:
    """Refugees and holders of a resident card are exempt by law; OpenFisca-France only knows a duration."""
    if person.get("refugie") or person.get("carte_resident"):
        return LONG_PERMIT
    return float(person.get("anciennete_titre_sejour_ans") or 0.0)


def recently_isolated(profile: Profile, month: str) -> bool:
    """OpenFisca-France takes a yes or no; from a date, the supplement is taken to run the twelve months
    that follow.
    """
    when = profile.get("date_isolement")
    if when:
        return shift(month, -12) <= when[:7]
    return bool(profile.get("isolement_recent"))


def build(tbs: CountryTaxBenefitSystem, profiles: Sequence[Profile], month: str) -> Any:
    """One simulation holding all these households, with everything the two rights read."""
    foyers = [adults(profile) + children(profile) for profile in profiles]
    people = [person for foyer in foyers for person in foyer]
    home_of = [number for number, foyer in enumerate(foyers) for _ in foyer]
    is_child = numpy.array([person["role"] == "enfant" for person in people])
    simulation = assemble(tbs, people, one_group_each(foyers))

    give = Inputs(simulation, tbs, between(shift(month, -MONTHS_BACK), month))
    year = parts(month)[0]
    _give_status(give, people, is_child, [any_french(foyer) for foyer in foyers], home_of)
    _give_income(give, [person.get("revenus") or {} for person in people], year)
    _give_savings(give, people, [profile.get("patrimoine") or {} for profile in profiles], home_of)
    _give_benefits(give, profiles, month)
    _give_dwelling(give, [profile.get("logement") or {} for profile in profiles], month)
    # Computed from tax returns if it were not given.
    for at in range(year - 3, year + 1):
        give.write("assiette_csg_plus_values", [str(at)], numpy.zeros(len(profiles)))
        give.write("rente_viagere_titre_onereux", between(f"{at}-01", f"{at}-12"), numpy.zeros(len(profiles)))
    return simulation


def any_french(foyer: Sequence[Person]) -> bool:
    return any((adult.get("nationalite") or "FR") == "FR" for adult in foyer if adult["role"] != "enfant")


def _give_status(
    give: Inputs, people: Sequence[Person], is_child: Any, french_home: Sequence[bool], home_of: Sequence[int]
) -> None:
    """Nationality, activity and the like. A child's nationality opens no right to the parents: it never
    helps here.
    """
    give.steady(
        "nationalite",
        (
            "AF" if child and not french_home[home] else NATIONALITY[person.get("nationalite") or "FR"]
            for person, child, home in zip(people, is_child, home_of, strict=True)
        ),
    )
    give.steady(
        "duree_possession_titre_sejour",
        (0.0 if child else permit_years(person) for person, child in zip(people, is_child, strict=True)),
    )
    for variable, activity in {
        "etudiant": "etudiant",
        "apprenti": "apprenti",
        "stagiaire": "stagiaire",
    }.items():
        give.steady(variable, (person.get("activite") == activity for person in people), bool)
    give.steady("enceinte", (bool(person.get("enceinte")) for person in people), bool)
    give.steady(
        "rsa_jeune_condition_heures_travail_remplie",
        (bool(person.get("rsa_jeune_condition_travail")) for person in people),
        bool,
    )


def _give_income(give: Inputs, incomes: Sequence[dict[str, Any]], year: int) -> None:
    for variable, field in {**MONTHLY_INCOME, **CAPITAL_INCOME}.items():
        give.by_month(variable, [income.get(field) for income in incomes])
    for variable, field in CAPITAL_INCOME.items():
        give.year_by_twelfths(variable, [income.get(field) for income in incomes], (year - 3, year - 2))
    for variable, field in YEARLY_INCOME.items():
        give.by_year(variable, [income.get(field) for income in incomes], range(year - 3, year + 1))
    give.by_year("rpns_micro_entreprise_benefice", [None for _ in incomes], range(year - 3, year + 1))
    for variable in ALWAYS_ZERO:
        give.steady(variable, (0.0 for _ in incomes))


def _give_savings(
    give: Inputs, people: Sequence[Person], savings: Sequence[dict[str, Any]], home_of: Sequence[int]
) -> None:
    """The household's savings are the claimant's."""
    for variable, field in SAVINGS.items():
        give.steady(
            variable,
            (
                float(savings[home].get(field) or 0.0) if person["role"] == "demandeur" else 0.0
                for person, home in zip(people, home_of, strict=True)
            ),
        )


def _give_benefits(give: Inputs, profiles: Sequence[Profile], month: str) -> None:
    received = [profile.get("prestations_recues") or {} for profile in profiles]
    give.steady("departement_experimentation_rsa", (is_shifted(profile, month) for profile in profiles), bool)
    give.steady("rsa_isolement_recent", (recently_isolated(profile, month) for profile in profiles), bool)
    for benefit in ("aide_logement", "asf", "paje_base", "af", "cf", "paje_prepare", "aspa"):
        give.by_month(benefit, [got.get(benefit) for got in received])
    for ended in ("paje_clca", "paje_colca"):
        give.steady(ended, (0.0 for _ in profiles))
    # Only the basic allowance and the ordinary CF count: what is received, within their full amounts.
    full = [facts.af_basic(children_under_20(profile, month), month) for profile in profiles]
    give.by_month(
        "af_base",
        [(got.get("af"), limit) if got.get("af") else None for got, limit in zip(received, full, strict=True)],
        lambda pair, at: min(monthly(pair[0], at), pair[1]),
    )
    for at in give.window:
        limit = facts.in_force(facts.BMAF, at) * facts.CF
        give.write(
            "cf_non_majore_avant_cumul",
            [at],
            numpy.array([min(monthly(got.get("cf"), at), limit) for got in received]),
        )


def _give_dwelling(give: Inputs, homes: Sequence[dict[str, Any]], month: str) -> None:
    give.steady(
        "statut_occupation_logement",
        statuses(homes),
    )
    give.steady("participation_frais", (bool(home.get("participation_frais")) for home in homes), bool)
    # An owner who repays a loan is told apart from one who does not by the monthly payment.
    give.steady(
        "loyer",
        ((monthly(home.get("loyer"), month) or 1.0) if home.get("statut") == "accedant" else 0.0 for home in homes),
    )


def children_under_20(profile: Profile, month: str) -> int:
    """Children who open the basic family allowance, which goes up to 20 years."""
    oldest = shift(month, -20 * 12)
    return sum(1 for child in children(profile) if child["date_naissance"][:7] > oldest)


def compute(
    profiles: Sequence[Profile], month: str, tbs: CountryTaxBenefitSystem, as_it_is: bool = False
) -> list[dict[str, Expected]]:
    """RSA and prime d'activité of each household for the right of `month`, per month, before CRDS."""
    simulation = build(tbs, profiles, month)
    rsa = simulation.calculate("rsa", month)
    ppa = simulation.calculate("ppa", month)
    return [
        {"rsa": Expected(float(first)), "ppa": Expected(float(second))} for first, second in zip(rsa, ppa, strict=True)
    ]
