"""Made-up dwellings for the comparison of the chèque énergie: who lives there, tax incomes, tenure.

Incomes are drawn around every limit of the table, a part of them exactly on one.
"""

from __future__ import annotations

import random
from typing import Any

from .. import energy, facts
from ..months import parts
from ..reading import Person, Profile
from .draws import birth, euros


def random_dwelling(rng: random.Random, month: str) -> Profile:
    """One dwelling, for the campaign of the year of `month`."""
    people = [_person(rng, month, "demandeur", rng.randint(19, 85))]
    profile: Profile = {"personnes": people, "organisme": "caf"}
    if rng.random() < 0.4:
        people.append(_person(rng, month, "conjoint", rng.randint(20, 80)))
        unmarried = 0.1 if energy.by_contract(month) else 0.4
        profile["union"] = rng.choices(["marie", "pacse", "union_libre"], [0.6, 0.3, unmarried])[0]
    for _ in range(rng.choices(range(6), [45, 22, 18, 9, 4, 2])[0]):
        child = _person(rng, month, "enfant", rng.randint(0, 2) if rng.random() < 0.06 else rng.randint(3, 19))
        child["garde_alternee"] = rng.random() < 0.12
        child["a_charge_fiscale"] = True
        people.append(child)
    others = rng.choices(range(3), [94, 4, 2] if energy.by_contract(month) else [86, 10, 4])[0]
    people += [_person(rng, month, "autre", rng.randint(20, 80)) for _ in range(others)]
    for number, person in enumerate(people):
        person["id"] = f"p{number + 1}"
    profile["logement"] = _dwelling(rng)
    profile["fiscal"] = _incomes(rng, month, profile, others)
    profile["prestations_recues"] = {"cheque_energie": 0}
    return profile


def _person(rng: random.Random, month: str, role: str, age: int) -> Person:
    person: Person = {"role": role, "date_naissance": birth(rng, month, age).isoformat(), "revenus": {}}
    if role != "enfant":
        person["rattache_fiscal_parents"] = False
    return person


def _dwelling(rng: random.Random) -> dict[str, Any]:
    kinds = {
        "locataire_hlm": 26,
        "locataire_vide": 26,
        "locataire_meuble": 10,
        "proprietaire": 16,
        "accedant": 10,
        "locataire_foyer": 4,
        "heberge_gratuit": 6,
        "sans_domicile": 2,
    }
    status = rng.choices(list(kinds), list(kinds.values()))[0]
    code = rng.choice(["38185", "75113", "12202", "97411"]) if rng.random() > 0.01 else "97801"
    dwelling: dict[str, Any] = {"statut": status, "code_insee": code, "residence_principale": rng.random() > 0.02}
    if status == "locataire_foyer":
        dwelling |= {"type_residence": "residence_sociale", "conventionne": rng.random() < 0.6}
    return dwelling | {
        "titulaire_electricite": "bailleur" if rng.random() < 0.03 else "demandeur",
        "intermediation_locative": status == "locataire_vide" and rng.random() < 0.05,
    }


def _incomes(rng: random.Random, month: str, profile: Profile, others: int) -> dict[str, Any]:
    """The tax incomes of the year before last; together they are around a limit, or anywhere."""
    year = str(parts(month)[0] - 2)
    limit = rng.choice(facts.in_force(facts.CHEQUE_ENERGIE_LIMITS, month))
    each = rng.choices([euros(rng, 0, 14000), limit + euros(rng, -250, 250), float(limit), 0.0], [55, 30, 9, 6])[0]
    whole = round(each * float(energy.units(profile, month)))
    shares = {"rfr": 1.0}
    if profile.get("union") == "union_libre":
        shares["rfr_conjoint"] = rng.choice([0.0, rng.random(), 1.0])
    if others:
        shares["rfr_autres_occupants"] = rng.choice([0.0, rng.random(), 1.0])
    scale = sum(shares.values())
    written = {field: round(whole * share / scale) for field, share in shares.items()}
    written["rfr"] += whole - sum(written.values())
    if month >= "2025" and rng.random() < 0.02:
        return {"declaration_faite": False}
    return {field: {year: amount} for field, amount in written.items()} | {"declaration_faite": True}
