"""Chèque énergie: one dwelling for each named difference."""

from __future__ import annotations

from typing import Any

from ..builders import child, person
from ..reading import Profile
from .difference import Difference

Y, NOW = "2022-06", "2026-11"


def dwelling(
    *people: dict[str, Any],
    rfr: float | None = 5000,
    year: int = 2020,
    union: str = "marie",
    statut: str = "locataire_vide",
    fiscal: dict[str, Any] | None = None,
    **logement: Any,
) -> Profile:
    """A dwelling in Grenoble whose occupants file one return."""
    couple = any(one["role"] == "conjoint" for one in people)
    return {
        "personnes": list(people),
        **({"union": union} if couple else {}),
        "logement": {
            "statut": statut,
            "code_insee": "38185",
            "residence_principale": True,
            "titulaire_electricite": "demandeur",
            "intermediation_locative": False,
            **logement,
        },
        "fiscal": {"declaration_faite": True, **({} if rfr is None else {"rfr": {str(year): rfr}}), **(fiscal or {})},
    }


def kid(year: int, **fields: Any) -> dict[str, Any]:
    return child(f"{year}-05-05", a_charge_fiscale=True, **fields)


COUPLE = (person(), person("conjoint"))


def difference(name: str, profile: Profile, peer: float, law: float | None, month: str = Y) -> Difference:
    return Difference(name, "cheque_energie", month, profile, peer, law)


DIFFERENCES = [
    difference("limits_since_2023", dwelling(person(), rfr=5650, year=2024), 146, 194, NOW),
    difference(
        "holder_of_the_contract",
        dwelling(*COUPLE, rfr=7500, year=2024, union="union_libre", fiscal={"rfr_conjoint": {"2024": 12000}}),
        0,
        98,
        NOW,
    ),
    difference("income_on_a_limit", dwelling(*COUPLE, kid(2012), kid(2014), kid(2016), rfr=25920), 76, 0),
    difference(
        "shared_children_of_a_lone_adult",
        dwelling(person(), kid(2012, garde_alternee=True), kid(2014, garde_alternee=True), rfr=8000),
        240,
        176,
    ),
    difference("tenures_left_out", dwelling(person(), statut="heberge_gratuit"), 0, 194),
    difference("saint_martin", dwelling(person(), code_insee="97801"), 0, None),
    difference(
        "campaign_of_2024",
        dwelling(person(), rfr=None, fiscal={"rfr": {"2021": 12500, "2022": 7000}}),
        98,
        0,
        "2024-05",
    ),
    difference("sublet_by_an_association", dwelling(person(), year=2024, intermediation_locative=True), 194, 0, NOW),
    difference("no_return", dwelling(person(), rfr=None, fiscal={"declaration_faite": False}), 194, 0, NOW),
    difference("born_since", dwelling(person(), kid(2021), rfr=8100), 240, 48),
    difference("second_home", dwelling(person(), residence_principale=False), 194, 0),
]
