"""Housing benefits of made-up households by OpenFisca-France 176.1.8.

What decides is an input: incomes month by month, RSA of the month before, benefits received, the dwelling. Some
facts that OpenFisca-France reads otherwise are given to it as the law reads them (docs/differences.md, "Compared all
the same"); with `as_it_is` nothing is mended, and so the differences are measured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy
from openfisca_core import periods
from openfisca_france import CountryTaxBenefitSystem
from openfisca_france.model.base import TypesActivite
from openfisca_france.model.prestations.aides_logement import TypeEtatLogement, TypeEtatLogementFoyer
from openfisca_france.model.revenus.activite.salarie import TypesConges

from .. import housing
from ..comparison import TO_THE_CENT, Expected
from ..months import between, parts, shift
from ..reading import (
    Person,
    Profile,
    adults,
    children,
    income,
    income_of_year,
    is_couple,
    monthly,
    received,
)
from .simulation import assemble, one_group_each, statuses

ACTIVITY = {
    "salarie": TypesActivite.actif,
    "independant": TypesActivite.actif,
    "apprenti": TypesActivite.actif,
    "stagiaire": TypesActivite.inactif,
    "etudiant": TypesActivite.etudiant,
    "chomeur": TypesActivite.chomeur,
    "retraite": TypesActivite.retraite,
    "inactif": TypesActivite.inactif,
}
SAVINGS = {
    "livret_a": "livret_a",
    "epargne_revenus_non_imposables": "epargne_non_imposable",
    "epargne_revenus_imposables": "epargne_imposable",
    "valeur_patrimoine_loue": "valeur_immobilier_loue",
    "valeur_immo_non_loue": "valeur_immobilier_non_loue",
    "valeur_terrains_non_loues": "valeur_terrains_non_loues",
    "valeur_locative_immo_non_loue": "valeur_locative_immobilier_non_loue",
    "valeur_locative_terrains_non_loues": "valeur_locative_terrains_non_loues",
}
NOTHING_OF_THE_YEAR_BEFORE_LAST = (
    "rpns_pvce",
    "rpns_pvct",
    "rpns_exon",
    "moins_values_court_terme_non_salaries",
    "moins_values_long_terme_non_salaries",
)
LEAST_PAID = 10  # euros a month of ALF or ALS (CCH D823-16, arrêté art. 12)
CRDS_ONE_IN = 200  # 0.5 %
REDUCTION_TAKEN = 0.98  # share of the reduction of a social rent taken off the benefit (CCH L442-2-1)
# How many cents apart amounts before the last rounding may be, by roundings on the way; there are more in a flat-share.
UNSURE, UNSURE_IN_FLAT_SHARE = 2, 4


class Tables:
    """Writes arrays of inputs for one simulation."""

    def __init__(self, simulation: Any, people: Sequence[Person], profiles: Sequence[Profile]) -> None:
        self.simulation = simulation
        self.people = people
        self.profiles = profiles

    def of_people(self, variable: str, at: Sequence[str], read: Callable[[Person, str], Any]) -> None:
        for period in at:
            self.simulation.set_input(variable, period, numpy.array([read(person, period) for person in self.people]))

    def of_homes(self, variable: str, period: str, read: Callable[[Profile], Any]) -> None:
        self.simulation.set_input(variable, period, numpy.array([read(profile) for profile in self.profiles]))


def build(tbs: CountryTaxBenefitSystem, profiles: Sequence[Profile], month: str, as_it_is: bool = False) -> Any:
    """One simulation holding all these households, with everything housing benefits read."""
    foyers = [
        [
            *adults(profile),
            *children(profile),
            *({**one, "role": "enfant"} for one in housing.relatives(profile, month)),
        ]
        for profile in profiles
    ]
    people = [person for foyer in foyers for person in foyer]
    simulation = assemble(tbs, people, one_group_each(foyers))
    give = Tables(simulation, people, profiles)
    _give_status(give, month)
    _give_income(give, month, as_it_is)
    _give_savings(give, [profile for profile, foyer in zip(profiles, foyers, strict=True) for _ in foyer], month)
    _give_dwelling(give, month, as_it_is)
    give.of_homes("rsa", shift(month, -1), lambda profile: received(profile, "rsa", shift(month, -1)))
    give.of_homes("aeeh", month, lambda profile: received(profile, "aeeh", month))
    if as_it_is:
        give.of_people("enceinte", [month], lambda person, _: bool(person.get("enceinte")))
        give.of_people("handicap", [month], lambda person, _: bool(person.get("handicap")))
    else:
        _mend(give, foyers, month)
    return simulation


def _give_status(give: Tables, month: str) -> None:
    give.of_people("activite", [month], lambda person, _: ACTIVITY[person.get("activite") or "inactif"].index)
    give.of_people("boursier", [month], lambda person, _: bool(person.get("boursier")))
    give.of_people(
        "type_conges",
        [month],
        lambda person, _: (
            (TypesConges.conge_parental if person.get("conge_parental") else TypesConges.non_renseigne).index
        ),
    )
    give.of_people("inapte_travail", [month], lambda person, _: bool(person.get("inapte_travail")))
    give.of_people("taux_incapacite", [month], lambda person, _: float(person.get("taux_incapacite") or 0.0))
    give.simulation.set_input(
        "date_debut_chomage",
        "ETERNITY",
        numpy.array([person.get("date_debut_chomage") or date.max for person in give.people], "datetime64[D]"),
    )


def _give_income(give: Tables, month: str, as_it_is: bool) -> None:
    year = parts(month)[0]
    before, before_last = str(year - 1), str(year - 2)
    twelve = housing.window(month)
    with_now = [*twelve, shift(month, -1), month]
    give.of_people("salaire_imposable", with_now, lambda person, at: income(person, "salaire_imposable", at))
    give.of_people("chomage_imposable", with_now, lambda person, at: income(person, "chomage_imposable", at))
    last_six = between(shift(month, -6), shift(month, -1))
    give.of_people("salaire_net", last_six, lambda person, at: income(person, "salaire_net", at))
    if as_it_is:
        disability = between(f"{before_last}-01", f"{before_last}-12")
        give.of_people("retraite_imposable", twelve, lambda person, at: income(person, "retraite_imposable", at))
        give.of_people("pensions_invalidite", disability, lambda person, at: income(person, "pension_invalidite", at))
    else:
        give.of_people(
            "retraite_imposable",
            twelve,
            lambda person, at: income(person, "retraite_imposable", at) + income(person, "pension_invalidite", at),
        )
    give.of_people(
        "pensions_alimentaires_percues",
        between(f"{before}-01", f"{before}-12"),
        lambda person, _: income_of_year(person, "pension_alimentaire_recue", year - 1) / 12,
    )
    give.of_people("frais_reels", [before], lambda person, _: int(income_of_year(person, "frais_reels", year - 1)))
    give.of_people("rpns_imposables", [before_last], lambda person, _: housing.profits(person, month))
    give.of_people("rpns_imposables", [str(year)], lambda person, _: 0.0)
    for variable in NOTHING_OF_THE_YEAR_BEFORE_LAST:
        give.of_people(variable, [before_last], lambda person, _: 0.0)
    give.of_people("aah", [month], lambda person, at: income(person, "aah", at))
    give.of_people("ass", [month], lambda person, at: income(person, "ass", at))
    # Own resources of a disabled adult, set against a ceiling.
    give.of_people(
        "prestations_familiales_base_ressources_individu",
        [month],
        lambda person, _: housing.net_resources(person, month),
    )
    give.of_homes(
        "aide_logement_base_revenus_fiscaux",
        before_last,
        lambda profile: sum(
            income_of_year(adult, field, year - 2)
            for adult in adults(profile)
            for field in ("revenus_locatifs", "revenus_capital")
        ),
    )
    give.of_homes(
        "pensions_alimentaires_versees",
        before,
        lambda profile: (
            -sum(income_of_year(adult, "pension_alimentaire_versee", year - 1) for adult in adults(profile))
        ),
    )
    give.of_homes("abattements_speciaux_prestations_familiales", before_last, lambda profile: 0.0)


def _give_savings(give: Tables, profile_of: Sequence[Profile], month: str) -> None:
    """The household's savings are the claimant's."""
    for variable, field in SAVINGS.items():
        held = [
            float((profile.get("patrimoine") or {}).get(field) or 0.0) if person["role"] == "demandeur" else 0.0
            for person, profile in zip(give.people, profile_of, strict=True)
        ]
        give.simulation.set_input(variable, month, numpy.array(held))


def _give_dwelling(give: Tables, month: str, as_it_is: bool) -> None:
    homes = [housing.home(profile) for profile in give.profiles]
    lived_in = homes if as_it_is else [housing.as_lived_in(profile) for profile in give.profiles]
    give.simulation.set_input("statut_occupation_logement", month, numpy.array(statuses(lived_in)))
    give.simulation.set_input("depcom", month, numpy.array([home.get("code_insee") or "00000" for home in homes]))
    give.of_homes("loyer", month, lambda profile: monthly(housing.home(profile).get("loyer"), month))
    for variable, field in {"coloc": "colocation", "logement_chambre": "chambre", "logement_crous": "crous"}.items():
        give.of_homes(variable, month, lambda profile, field=field: bool(housing.home(profile).get(field)))
    give.of_homes("logement_conventionne", month, housing.has_convention if as_it_is else housing.under_convention)
    give.of_homes(
        "proprietaire_proche_famille",
        month,
        lambda profile: bool(housing.home(profile).get("proprietaire_proche_famille")),
    )
    simulation = give.simulation
    simulation.set_input(
        "aide_logement_date_pret",
        "ETERNITY",
        numpy.array([home.get("date_pret") or date.max for home in homes], "datetime64[D]"),
    )
    simulation.set_input(
        "aide_logement_est_pret_conventionne",
        "ETERNITY",
        numpy.array([bool(home.get("pret_conventionne")) for home in homes]),
    )
    old, new = (
        TypeEtatLogement.acquisition_sans_amelioration_logement_existant,
        TypeEtatLogement.construction_acquisition_logement_neuf,
    )
    give.of_homes(
        "etat_logement", month, lambda profile: (old if housing.home(profile).get("logement_ancien") else new).index
    )
    renovated = {
        None: TypeEtatLogementFoyer.non_renseigne,
        True: TypeEtatLogementFoyer.logement_rehabilite,
        False: TypeEtatLogementFoyer.logement_non_rehabilite,
    }
    give.of_homes(
        "etat_logement_foyer", month, lambda profile: renovated[housing.home(profile).get("chambre_rehabilitee")].index
    )


def _mend(give: Tables, foyers: Sequence[Sequence[Person]], month: str) -> None:
    """Gives the law's reading of a fact where OpenFisca-France has another one."""
    whole = [housing.rent_without_ceiling(profile, month) for profile in give.profiles]
    first_of_each = [person["role"] == "demandeur" for person in give.people]
    home_of = [number for number, foyer in enumerate(foyers) for _ in foyer]
    give.simulation.set_input(
        "handicap",
        month,
        numpy.array([first and whole[number] for first, number in zip(first_of_each, home_of, strict=True)]),
    )
    give.of_homes("al_couple", month, lambda profile: is_couple(profile) or housing.expecting_alone(profile, month))
    give.of_homes("aide_logement_biactivite", month, lambda profile: housing.two_earners(profile, month))
    reduced = give.simulation.calculate("reduction_loyer_solidarite", month)
    social = numpy.array([housing.social_landlord(profile) for profile in give.profiles])
    give.simulation.get_holder("reduction_loyer_solidarite").put_in_cache(
        numpy.where(social, reduced, 0), periods.period(month)
    )


def compute(
    profiles: Sequence[Profile], month: str, tbs: CountryTaxBenefitSystem, as_it_is: bool = False
) -> list[dict[str, Expected]]:
    """The housing benefit paid to each household for `month`, in euros a month."""
    simulation = build(tbs, profiles, month, as_it_is)
    if as_it_is:
        return [{"aide_logement": Expected(float(net))} for net in simulation.calculate("aide_logement", month)]
    gross = simulation.calculate("aide_logement_montant_brut", month)
    reduced = simulation.calculate("reduction_loyer_solidarite", month)
    return [
        {"aide_logement": _expected(profile, *map(float, amounts))}
        for profile, *amounts in zip(profiles, gross, reduced, strict=True)
    ]


def _expected(profile: Profile, gross: float, reduced: float) -> Expected:
    """What is paid of a gross amount; near a whole euro, the last rounding can go either way."""
    if housing.home(profile).get("proprietaire_proche_famille") and not housing.under_convention(profile):
        return Expected(0.0)
    least = 0 if housing.under_convention(profile) else LEAST_PAID
    unsure = UNSURE_IN_FLAT_SHARE if housing.home(profile).get("colocation") else UNSURE
    cents = round(100 * gross)
    low, amount, high = (paid(cents + step, reduced, least) for step in (-unsure, 0, unsure))
    return Expected(amount, max(high - low, 0.0) + TO_THE_CENT)


def paid(cents: int, reduced: float, least: float) -> float:
    """CRDS to the cent below, whole euros, then 98 % of the reduction of a social rent, then the least amount that is
    paid (CCH D823-16).
    """
    cents = max(cents, 0)
    tax = cents // CRDS_ONE_IN
    euros = (cents - tax) // 100
    before = 100 * euros + tax - round(REDUCTION_TAKEN * round(100 * reduced), 4)
    if before <= 0 or before < 100 * least:
        return 0.0
    return (before - before // CRDS_ONE_IN) / 100 if reduced else float(euros)
