"""RSA and prime d'activité of made-up households by OpenFisca-France 176.1.8.

Every benefit amount is an input here, so that only the two rights are compared. The household of month M
is given for all months (OpenFisca-France does not know entries and exits). From 2025-03 (Caf) or 2025-07
(MSA) the quarter M-4..M-2 is switched on with the input `departement_experimentation_rsa`.

`python -m tests.oracle.peer` reads lines `{"month": …, "profile": …}` and writes lines `{"rsa": …, "ppa":
…}`, so that the peer can run in an environment of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_france import CountryTaxBenefitSystem
from openfisca_france.model.base import TypesStatutOccupationLogement

from . import facts
from .months import between, parts, shift
from .reading import (
    Person,
    Profile,
    adults,
    born,
    children,
    is_shifted,
    monthly,
    yearly,
)

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
HOUSING = {
    "locataire_hlm": TypesStatutOccupationLogement.locataire_hlm,
    "locataire_vide": TypesStatutOccupationLogement.locataire_vide,
    "locataire_meuble": TypesStatutOccupationLogement.locataire_meuble,
    "locataire_foyer": TypesStatutOccupationLogement.locataire_foyer,
    "proprietaire": TypesStatutOccupationLogement.proprietaire,
    "accedant": TypesStatutOccupationLogement.primo_accedant,
    "heberge_gratuit": TypesStatutOccupationLogement.loge_gratuitement,
    "sans_domicile": TypesStatutOccupationLogement.sans_domicile,
}
ROLES = {
    "famille": {"demandeur": "demandeur", "conjoint": "conjoint", "enfant": "enfant"},
    "foyer_fiscal": {
        "demandeur": "declarant_principal",
        "conjoint": "conjoint",
        "enfant": "personne_a_charge",
    },
    "menage": {"demandeur": "personne_de_reference", "conjoint": "conjoint", "enfant": "enfant"},
}
NATIONALITY = {"FR": "FR", "EEE": "DE", "CH": "CH", "AUTRE": "AF"}


@dataclass(frozen=True)
class Answer:
    """Amounts per month, before CRDS."""

    rsa: float
    ppa: float


def load() -> CountryTaxBenefitSystem:
    return CountryTaxBenefitSystem()


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


class Inputs:
    """Gives a simulation its inputs: arrays for all months at once, zeros left out where OpenFisca-France
    starts from zero anyway.
    """

    def __init__(self, simulation: Any, tbs: CountryTaxBenefitSystem, window: Sequence[str]) -> None:
        self.simulation = simulation
        self.tbs = tbs
        self.window = window

    def write(self, variable: str, periods: Iterable[str], array: Any) -> None:
        if not array.any() and not self.tbs.get_variable(variable).formulas:
            return
        for period in periods:
            self.simulation.set_input(variable, period, array)

    def steady(self, variable: str, values: Iterable[Any], dtype: Any = None) -> None:
        """The same value in every month."""
        self.write(variable, self.window, numpy.array(list(values), dtype=dtype))

    def by_month(self, variable: str, values: Sequence[Any], read: Callable[[Any, str], float] = monthly) -> None:
        """Values as written in profiles: a number, or a mapping by month."""
        given = [(row, value) for row, value in enumerate(values) if value]
        moving = any(not isinstance(value, (int, float)) for _, value in given)
        for months in [[at] for at in self.window] if moving else [self.window]:
            array = numpy.zeros(len(values))
            for row, value in given:
                array[row] = read(value, months[0])
            self.write(variable, months, array)

    def by_year(self, variable: str, values: Sequence[Any], years: Iterable[int]) -> None:
        for year in years:
            self.write(variable, [str(year)], numpy.array([yearly(value, year) for value in values]))

    def year_by_twelfths(self, variable: str, values: Sequence[Any], years: Iterable[int]) -> None:
        for year in years:
            self.write(
                variable,
                between(f"{year}-01", f"{year}-12"),
                numpy.array([yearly(value, year) / 12 for value in values]),
            )


def build(tbs: CountryTaxBenefitSystem, profiles: Sequence[Profile], month: str) -> Any:
    """One simulation holding all these households, with everything the two rights read."""
    foyers = [adults(profile) + children(profile) for profile in profiles]
    people = [person for foyer in foyers for person in foyer]
    home_of = [number for number, foyer in enumerate(foyers) for _ in foyer]
    roles = numpy.array([person["role"] for person in people])
    is_child = roles == "enfant"

    builder = SimulationBuilder()
    builder.create_entities(tbs)
    builder.declare_person_entity("individu", numpy.arange(len(people)))
    for entity, names in ROLES.items():
        group = builder.declare_entity(entity, numpy.arange(len(profiles)))
        in_group = numpy.array([names[role] for role in roles.tolist()])
        builder.join_with_persons(group, numpy.array(home_of), in_group)
    simulation = builder.build(tbs)
    simulation.set_input(
        "date_naissance", "ETERNITY", numpy.array([born(person) for person in people], "datetime64[D]")
    )

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
        (HOUSING[home.get("statut") or "locataire_vide"].index for home in homes),
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


def compute(profiles: Sequence[Profile], month: str, tbs: CountryTaxBenefitSystem | None = None) -> list[Answer]:
    """RSA and prime d'activité of each household for the right of `month`, before CRDS."""
    if not profiles:
        return []
    simulation = build(tbs or load(), profiles, month)
    rsa = simulation.calculate("rsa", month)
    ppa = simulation.calculate("ppa", month)
    return [Answer(float(first), float(second)) for first, second in zip(rsa, ppa, strict=True)]


def compute_many(cases: Sequence[tuple[str, Profile]], tbs: CountryTaxBenefitSystem | None = None) -> list[Answer]:
    """The same for cases of different months, in their order."""
    tbs = tbs or load()
    answers: dict[int, Answer] = {}
    for month in sorted({month for month, _ in cases}):
        rows = [row for row, case in enumerate(cases) if case[0] == month]
        found = compute([cases[row][1] for row in rows], month, tbs)
        answers.update(zip(rows, found, strict=True))
    return [answers[row] for row in range(len(cases))]


def main() -> None:
    cases = [(line["month"], line["profile"]) for line in map(json.loads, sys.stdin)]
    for answer in compute_many(cases):
        sys.stdout.write(json.dumps({"rsa": answer.rsa, "ppa": answer.ppa}) + "\n")


if __name__ == "__main__":
    main()
