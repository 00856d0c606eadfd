"""The chèque énergie of made-up households by OpenFisca-France 176.1.8: who lives there, tax incomes, tenure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy
from openfisca_france import CountryTaxBenefitSystem

from ..comparison import Expected
from ..months import parts
from ..reading import Person, Profile
from .simulation import Groups, assemble, statuses

IN_FAMILY = {"demandeur": "demandeur", "conjoint": "conjoint", "enfant": "enfant", "autre": "demandeur"}
IN_DWELLING = {"demandeur": "personne_de_reference", "conjoint": "conjoint", "enfant": "enfant", "autre": "autre"}


def _groups(profiles: Sequence[Profile]) -> tuple[list[Person], Groups, list[dict[str, float]]]:
    """The people, their groups, and the tax incomes of each tax household by year.

    A married couple or partners in a Pacs file one return with their children, unmarried partners one each. The other
    occupants file their own; their whole income is given to the first of them.
    """
    people: list[Person] = []
    families: list[int] = []
    returns: list[int] = []
    dwellings: list[int] = []
    in_return: list[str] = []
    incomes: list[dict[str, float]] = []
    family = -1
    for number, profile in enumerate(profiles):
        written = profile.get("fiscal") or {}
        family += 1
        of_foyer, own_return = family, len(incomes)
        incomes.append(written.get("rfr") or {})
        first_other = True
        for person in profile["personnes"]:
            role, group, filed = person["role"], of_foyer, own_return
            filing = {"conjoint": "conjoint", "enfant": "personne_a_charge"}.get(role, "declarant_principal")
            if role == "conjoint" and profile.get("union") == "union_libre":
                filed, filing = len(incomes), "declarant_principal"
                incomes.append(written.get("rfr_conjoint") or {})
            elif role == "autre":
                family += 1
                group, filed = family, len(incomes)
                incomes.append((written.get("rfr_autres_occupants") or {}) if first_other else {})
                first_other = False
            people.append(person)
            families.append(group)
            returns.append(filed)
            dwellings.append(number)
            in_return.append(filing)
    roles = [person["role"] for person in people]
    groups: Groups = {
        "famille": (family + 1, families, [IN_FAMILY[role] for role in roles]),
        "foyer_fiscal": (len(incomes), returns, in_return),
        "menage": (len(profiles), dwellings, [IN_DWELLING[role] for role in roles]),
    }
    return people, groups, incomes


def compute(
    profiles: Sequence[Profile], month: str, tbs: CountryTaxBenefitSystem, as_it_is: bool = False
) -> list[dict[str, Expected]]:
    """The chèque énergie of each dwelling for the year of `month`, in euros a year."""
    year = parts(month)[0]
    people, groups, incomes = _groups(profiles)
    simulation = assemble(tbs, people, groups)
    homes = [profile.get("logement") or {} for profile in profiles]
    january = f"{year}-01"
    simulation.set_input("statut_occupation_logement", january, numpy.array(statuses(homes)))
    simulation.set_input("depcom", january, numpy.array([home.get("code_insee") or "00000" for home in homes]))
    alternating = numpy.array([bool(person.get("garde_alternee")) for person in people])
    simulation.set_input("garde_alternee", january, alternating)
    before_last = str(year - 2)
    filed = numpy.array([float(income.get(before_last) or 0) for income in incomes])
    simulation.set_input("rfr", before_last, filed)
    return [{"cheque_energie": Expected(float(amount))} for amount in simulation.calculate("cheque_energie", str(year))]
