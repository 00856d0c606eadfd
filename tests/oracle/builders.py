"""Short ways to write a household profile in the oracle's own examples: nothing that decides is absent."""

from __future__ import annotations

from typing import Any

from .reading import Profile

NOTHING_RECEIVED = {
    "aide_logement": 0,
    "af": 0,
    "cf": 0,
    "asf": 0,
    "paje_base": 0,
    "paje_prepare": 0,
    "aspa": 0,
    "aeeh": 0,
}
NO_SAVINGS = {
    "livret_a": 0,
    "epargne_non_imposable": 0,
    "epargne_imposable": 0,
    "valeur_locative_immobilier_non_loue": 0,
    "valeur_locative_terrains_non_loues": 0,
}
NO_PROPERTY = {"valeur_immobilier_loue": 0, "valeur_immobilier_non_loue": 0, "valeur_terrains_non_loues": 0}


def person(role: str = "demandeur", birth: str = "1989-06-15", **fields: Any) -> dict[str, Any]:
    """An adult: French, in work if a wage is given, inactive otherwise."""
    revenus = fields.get("revenus", {})
    return {
        "id": role,
        "role": role,
        "date_naissance": birth,
        "nationalite": "FR",
        "activite": "salarie" if revenus.get("salaire_net") else "inactif",
        "rsa_jeune_condition_travail": False,
        "enceinte": False,
        "activite_interrompue": False,
        "droit_chomage": False,
        "revenus_complets": True,
        "revenus": {},
        **fields,
    }


def child(birth: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"enfant {birth}",
        "role": "enfant",
        "date_naissance": birth,
        "revenus_complets": True,
        "revenus": {},
        **fields,
    }


def home(*people: dict[str, Any], **fields: Any) -> Profile:
    """A household; a tenant without housing benefit unless `logement` says otherwise."""
    couple = any(one["role"] == "conjoint" for one in people)
    return {
        "organisme": "caf",
        "personnes": list(people),
        **({"union": "union_libre"} if couple else {"isolement_recent": False}),
        "logement": {"statut": "locataire_vide", "code_insee": "38185", "loyer": 400},
        **fields,
        "prestations_recues": {**NOTHING_RECEIVED, **fields.get("prestations_recues", {})},
        "patrimoine": {**NO_SAVINGS, **fields.get("patrimoine", {})},
    }


def single(birth: str = "1989-06-15", **revenus: Any) -> Profile:
    """One adult with these incomes."""
    return home(person(birth=birth, revenus=revenus))


def rented(
    *people: dict[str, Any],
    loyer: float = 500,
    statut: str = "locataire_vide",
    code_insee: str = "69123",
    rsa: Any = 0,
    aeeh: Any = 0,
    patrimoine: dict[str, Any] | None = None,
    union: str = "union_libre",
    **logement: Any,
) -> Profile:
    """A household that rents, with what housing benefits read; in Lyon unless said."""
    couple = any(one["role"] == "conjoint" for one in people)
    return {
        "personnes": list(people),
        **({"union": union} if couple else {}),
        "logement": {"statut": statut, "code_insee": code_insee, "loyer": loyer, **logement},
        "prestations_recues": {"rsa": rsa, "aeeh": aeeh},
        "patrimoine": {**NO_SAVINGS, **NO_PROPERTY, **(patrimoine or {})},
    }
