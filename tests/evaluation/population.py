"""Made-up households of a social service, and what their files lack; nothing here knows which rights are received.

People come from the generator of the comparison with openfisca-france (`tests.oracle.population`); dwellings are drawn
here, so that about 59 % of the households that are due RSA receive a housing benefit: it is the share that the three
published rates imply (0.18 with it, 0.57 without it, 0.34 in all).
"""

from __future__ import annotations

import copy
import random
from typing import Any

from tests.oracle.population import random_profile

MONTH = "2026-11"
INCOMPLETE = 0.35
"""The share of files that lack an income."""
TENURES = {
    "locataire_hlm": 33,
    "locataire_vide": 26,
    "locataire_meuble": 4,
    "proprietaire": 15,
    "heberge_gratuit": 18,
    "sans_domicile": 4,
}
ZONES = {1: "93066", 2: "59350", 3: "12202"}
RENTS = {1: (350, 900), 2: (250, 700), 3: (200, 550)}
TOLD = [f"{month // 12}-{month % 12 + 1:02d}" for month in range(2025 * 12 + 8, 2026 * 12 + 7)]
"""The months before the last ones, of which the wage is known when those are not: September 2025 to July 2026."""
LAST = ["2026-08", "2026-09", "2026-10", "2026-11"]
UNKNOWN = "ne_sait_pas"

Profile = dict[str, Any]
YEAR = MONTH[:4]
NOTHING: Profile = {"rsa": 0, "ppa": 0, "aide_logement": 0, "cheque_energie": {YEAR: 0}}
"""None of the four rights is received."""


def files(count: int, seed: int, *, whole: bool = False) -> list[Profile]:
    """Files of households, in which no right is said to be received or not; `whole`: before any answer was lost."""
    rng = random.Random(f"files/{seed}")
    found: list[Profile] = []
    for number in range(count):
        profile = {"id": f"e{seed}-{number}", **complete(rng)}
        lost = copy.deepcopy(profile)
        if rng.random() < INCOMPLETE:
            _lose_incomes(rng, lost)
        found.append(profile if whole else lost)
    return found


def read_as_nothing(file: Profile) -> Profile:
    """A file whose unknown answers are read as 0 and whose receipts that are not told are « no »: the usual rule."""
    found = copy.deepcopy(file)
    for person in found["personnes"]:
        incomes = person.get("revenus", {})
        for name, income in incomes.items():
            if isinstance(income, dict):
                incomes[name] = {month: 0 if told == UNKNOWN else told for month, told in income.items()}
            elif income == UNKNOWN:
                incomes[name] = 0
    if found["logement"]["statut"].startswith("locataire"):
        found["logement"].setdefault("loyer", 0)
    return found | {"prestations_recues": NOTHING | found["prestations_recues"]}


def complete(rng: random.Random) -> Profile:
    """A household with all the answers that the four rights read, except which of them it receives."""
    profile: Profile = random_profile(rng, MONTH)
    profile["logement"] = _dwelling(rng)
    profile.setdefault("union", "marie")
    received = profile["prestations_recues"]
    del received["aide_logement"]
    for person in profile["personnes"]:
        person |= {"revenus_complets": True, "rattache_fiscal_parents": False}
        if person.get("enceinte"):
            person["mois_grossesse"] = 6
    profile["fiscal"] = {"rfr": {"2024": _tax_income(rng, profile)}, "declaration_faite": True}
    return profile


def _dwelling(rng: random.Random) -> Profile:
    tenure = rng.choices(list(TENURES), list(TENURES.values()))[0]
    zone = rng.choices([1, 2, 3], [25, 50, 25])[0]
    dwelling: Profile = {"statut": tenure, "code_insee": ZONES[zone], "titulaire_electricite": "demandeur"}
    if tenure.startswith("locataire"):
        low, high = RENTS[zone]
        social = tenure == "locataire_hlm"
        rent = rng.uniform(low, high) * (0.7 if social else 1.0)
        dwelling |= {"loyer": round(rent, 2), "conventionne": social, "zone_apl": zone, "type_residence": "autre"}
    if tenure == "heberge_gratuit":
        dwelling["participation_frais"] = rng.random() < 0.35
    return dwelling


def _tax_income(rng: random.Random, profile: Profile) -> int:
    """The tax income of two years ago, near what the adults earn now."""
    monthly = 0.0
    for person in profile["personnes"]:
        if person["role"] in ("demandeur", "conjoint"):
            for name in ("salaire_net", "chomage_net", "retraite_nette"):
                monthly += _mean(person["revenus"].get(name, 0))
    return round(12 * monthly * rng.uniform(0.5, 1.3))


def _mean(income: Any) -> float:
    return sum(income.values()) / len(income) if isinstance(income, dict) else float(income)


def _lose_incomes(rng: random.Random, profile: Profile) -> None:
    """Hide the wages of one adult or of all, whole or for the last months, and sometimes another answer."""
    adults = [p for p in profile["personnes"] if p["role"] in ("demandeur", "conjoint")]
    for person in adults if rng.random() < 0.5 else adults[:1]:
        income = person["revenus"]
        told = income.get("salaire_net", 0)
        if rng.random() < 0.4 and not isinstance(told, dict):
            income["salaire_net"] = dict.fromkeys(TOLD, told) | dict.fromkeys(LAST, UNKNOWN)
        else:
            income["salaire_net"] = UNKNOWN
        if person.get("activite") == "chomeur" and rng.random() < 0.5:
            income["chomage_net"] = UNKNOWN
    if "loyer" in profile["logement"] and rng.random() < 0.15:
        del profile["logement"]["loyer"]
