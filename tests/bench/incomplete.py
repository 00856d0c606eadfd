"""A caseload of complete files, of which three in ten then lack one to three answers: what bounds and draws cost."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.oracle.population import random_profile

MONTH = "2026-11"
INCOMPLETE = 0.3
LOST = (
    "logement.loyer",
    "logement.statut",
    "logement.zone_apl",
    "fiscal.rfr.2024",
    "prestations_recues.aide_logement",
    "prestations_recues.rsa",
    "activite",
    "revenus_complets",
    "revenus.salaire_net",
    "revenus.chomage_net",
)
"""Answers that may be missing, each as likely as the others."""

Row = dict[str, Any]


def write(path: Path, households: int, seed: int = 2026) -> None:
    """Write the caseload: one row per person, the household's answers on its first row."""
    names = dict.fromkeys(name for rows in _households(households, seed) for row in rows for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(names), delimiter=";", lineterminator="\n")
        writer.writeheader()
        for rows in _households(households, seed):
            writer.writerows(rows)


def _households(count: int, seed: int) -> Iterator[list[Row]]:
    rng = random.Random(seed)
    for number in range(count):
        rows = _rows(f"h{number}", _complete(rng))
        if rng.random() < INCOMPLETE:
            for lost in rng.choices(LOST, k=rng.choice([1, 1, 2, 3])):
                _lose(rows[0], lost)
        yield rows


def _complete(rng: random.Random) -> Row:
    """A household that four rights have all their answers on."""
    profile: Row = random_profile(rng, MONTH)
    home, received = profile["logement"], profile["prestations_recues"]
    if home["statut"] == "accedant":
        home["statut"] = "proprietaire"
    if home["statut"].startswith("locataire"):
        home |= {"conventionne": home["statut"] == "locataire_hlm", "zone_apl": 2, "type_residence": "autre"}
    home["titulaire_electricite"] = "demandeur"
    profile.setdefault("union", "marie")
    profile["fiscal"] = {"rfr": {"2024": rng.choice([3_000, 9_000, 14_000, 25_000])}, "declaration_faite": True}
    for name in ("rsa", "ppa", "cheque_energie"):
        received.setdefault(name, {"2026": 0} if name == "cheque_energie" else 0)
    for person in profile["personnes"]:
        person |= {"revenus_complets": True, "rattache_fiscal_parents": False}
        if person.get("enceinte"):
            person["mois_grossesse"] = 6
    return profile


def _rows(key: str, profile: Row) -> list[Row]:
    people = profile.pop("personnes")
    rows = [{"menage_id": key, "personne_id": person.pop("id"), **dict(_cells(person))} for person in people]
    rows[0] |= dict(_cells(profile))
    return rows


def _cells(part: Row, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{prefix}{name}.")
        else:
            yield prefix + name, ("oui" if value else "non") if isinstance(value, bool) else value


def _lose(row: Row, name: str) -> None:
    """Take an answer away; an income that is not known is said so, since the others are."""
    for written in [n for n in row if n == name or n.startswith(f"{name}.")]:
        del row[written]
    if name.startswith("revenus."):
        row[name] = "ne sait pas"
