"""Puts made-up households into one simulation of OpenFisca-France: who is in which group, and the arrays of inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_france import CountryTaxBenefitSystem
from openfisca_france.model.base import TypesStatutOccupationLogement

from ..months import between
from ..reading import Person, born, monthly, yearly

ROLES = {
    "famille": {"demandeur": "demandeur", "conjoint": "conjoint", "enfant": "enfant"},
    "foyer_fiscal": {
        "demandeur": "declarant_principal",
        "conjoint": "conjoint",
        "enfant": "personne_a_charge",
    },
    "menage": {"demandeur": "personne_de_reference", "conjoint": "conjoint", "enfant": "enfant"},
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

Groups = Mapping[str, tuple[int, Sequence[int], Sequence[str]]]
"""For each kind of group: how many there are, the group of each person, and the person's role in it."""


def load() -> CountryTaxBenefitSystem:
    return CountryTaxBenefitSystem()


def one_group_each(foyers: Sequence[Sequence[Person]]) -> Groups:
    """Every household is one family, one tax household and one dwelling."""
    home_of = [number for number, foyer in enumerate(foyers) for _ in foyer]
    roles = [person["role"] for foyer in foyers for person in foyer]
    return {entity: (len(foyers), home_of, [names[role] for role in roles]) for entity, names in ROLES.items()}


def assemble(tbs: CountryTaxBenefitSystem, people: Sequence[Person], groups: Groups) -> Any:
    """A simulation with these people, these groups and the dates of birth."""
    builder = SimulationBuilder()
    builder.create_entities(tbs)
    builder.declare_person_entity("individu", numpy.arange(len(people)))
    for entity, (count, group_of, roles) in groups.items():
        group = builder.declare_entity(entity, numpy.arange(count))
        builder.join_with_persons(group, numpy.array(group_of), numpy.array(roles))
    simulation = builder.build(tbs)
    simulation.set_input(
        "date_naissance", "ETERNITY", numpy.array([born(person) for person in people], "datetime64[D]")
    )
    return simulation


def statuses(homes: Sequence[Mapping[str, Any]]) -> list[int]:
    """How each home is occupied, as OpenFisca-France numbers it."""
    return [HOUSING[home.get("statut") or "locataire_vide"].index for home in homes]


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
