"""Writes a made-up but plausible caseload of a CCAS, with the defects of real files.

    python scenarios/caseloads/generer_ccas_demo.py                      # ccas_demo.csv, beside this file
    python scenarios/caseloads/generer_ccas_demo.py --households 100000 --out build/gros.csv

Nobody in it exists: every household is drawn from a seeded generator, so the same call gives the same bytes.
Months are relative to the month of right (`m-2`): the file may be screened for any month.
What housing benefit and the energy voucher read besides is drawn apart (`_complete`), from a second generator.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEED = 2026
HOUSEHOLDS = 400
TODAY = datetime.date(2026, 11, 1)
WAGE_MONTHS = ("m-6", "m-5", "m-4", "m-3", "m-2", "m-1", "m")
RECENT = ("m-4", "m-3", "m-2", "m-1", "m")
OLDER = tuple(f"m-{back}" for back in range(13, 4, -1))
YEAR = (*OLDER, *RECENT)

FIRST_COLUMNS = [
    "menage_id", "personne_id", "role", "date_naissance", "nationalite", "anciennete_titre_sejour_ans", "refugie",
    "activite", "enceinte", "garde_alternee", "droit_chomage", "rsa_jeune_condition_travail", "revenus_complets",
    *(f"revenus.salaire_net.{m}" for m in WAGE_MONTHS),
    *(f"revenus.chomage_net.{m}" for m in RECENT),
    "revenus.retraite_nette", "revenus.aah", "revenus.pension_invalidite", "revenus.ijss_maladie",
    "revenus.pension_alimentaire_recue", "revenus.bourse", "revenus.micro_service_ca.2025",
    *(f"revenus.micro_service_ca.{m}" for m in RECENT),
    "union", "isolement_recent", "organisme", "logement.statut", "logement.code_insee", "logement.zone_apl",
    "logement.loyer", "patrimoine.livret_a", "fiscal.rfr.2024", "prestations_recues.aide_logement",
    "prestations_recues.rsa", "prestations_recues.ppa", "x_date_dossier",
]  # fmt: skip
COLUMNS = [
    "menage_id", "personne_id", "role", "date_naissance", "nationalite", "anciennete_titre_sejour_ans", "refugie",
    "titre_sejour", "activite", "date_debut_chomage", "boursier", "enceinte", "garde_alternee", "droit_chomage",
    "rsa_jeune_condition_travail", "rattache_fiscal_parents", "revenus_complets",
    *(f"revenus.salaire_net.{m}" for m in YEAR),
    *(f"revenus.chomage_net.{m}" for m in YEAR),
    "revenus.retraite_nette", "revenus.aah", "revenus.pension_invalidite", "revenus.ijss_maladie",
    "revenus.pension_alimentaire_recue", "revenus.bourse", "revenus.micro_service_ca.2024",
    "revenus.micro_service_ca.2025", *(f"revenus.micro_service_ca.{m}" for m in RECENT),
    "union", "isolement_recent", "organisme", "logement.statut", "logement.type_residence", "logement.conventionne",
    "logement.code_insee", "logement.commune", "logement.zone_apl", "logement.loyer", "logement.colocation",
    "logement.chambre", "logement.crous", "logement.titulaire_electricite", "patrimoine.livret_a",
    "patrimoine.epargne_imposable", "patrimoine.valeur_immobilier_non_loue",
    "patrimoine.valeur_locative_immobilier_non_loue", "fiscal.declaration_faite", "fiscal.rfr.2024",
    "fiscal.rfr_conjoint.2024", "prestations_recues.aide_logement", "prestations_recues.rsa", "prestations_recues.ppa",
    "prestations_recues.cheque_energie.2026", "x_date_dossier",
]  # fmt: skip

Row = dict[str, Any]

KINDS = {
    "salarie_seul": 13, "jeune_actif": 7, "chomeur_seul": 8, "sans_ressource": 9, "parent_isole": 20,
    "couple_enfants": 20, "couple_sans_enfant": 5, "retraite": 6, "etudiant": 3, "independant": 5,
    "etranger": 6, "aah": 4,
}  # fmt: skip
NAMES = {
    "38185": "Grenoble", "31555": "Toulouse", "34172": "Montpellier", "11069": "Carcassonne", "66136": "Perpignan",
    "09122": "Foix", "65440": "Tarbes", "81004": "Albi",
}  # fmt: skip
COMMUNES = [
    ("38185", 2),
    ("31555", 2),
    ("34172", 2),
    ("11069", 3),
    ("66136", 2),
    ("09122", 3),
    ("65440", 3),
    ("81004", 3),
]


def rows(households: int, seed: int = SEED) -> Iterator[list[str]]:
    """Every row of the file, header excluded."""
    rng, more = random.Random(seed), random.Random(seed + 1)
    made = spoiled = 0
    while made < households:
        made += 1
        family = _household(rng, f"CCAS-{made:05d}")
        incomplete = rng.random() < 0.30
        if incomplete:
            _forget(rng, family)
        cells = _cells(rng, more, family)
        if rng.random() < 0.05:
            DEFECTS[spoiled % len(DEFECTS)](rng, cells)
            spoiled += 1
        yield from cells
        if rng.random() < 0.002 or made == households // 2:
            # The same file number was given twice: another household comes back under the key of this one.
            again = _household(rng, f"CCAS-{max(1, made - 7):05d}")
            yield from _cells(rng, more, again, written=1)


# ------------------------------------------------------------------------------------------------ households


def _household(rng: random.Random, key: str) -> list[Row]:
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    claimant = _adult(rng, "demandeur", kind)
    family = [claimant]
    home: Row = {"organisme": "msa" if rng.random() < 0.06 else "caf"}
    children = 0
    if kind in ("couple_enfants", "couple_sans_enfant") or (
        kind in ("etranger", "independant", "aah") and rng.random() < 0.35
    ):
        partner = _adult(rng, "conjoint", rng.choice(["salarie_seul", "chomeur_seul", "sans_ressource"]), like=claimant)
        family.append(partner)
        home["union"] = rng.choices(["marie", "pacse", "union_libre"], [50, 15, 35])[0]
        children = rng.choices([0, 1, 2, 3, 4], [0, 30, 40, 22, 8])[0] if kind != "couple_sans_enfant" else 0
    elif kind == "parent_isole":
        children = rng.choices([1, 2, 3, 4], [48, 33, 14, 5])[0]
        home["isolement_recent"] = rng.random() < 0.2
    oldest = min(18, max(1, _age(claimant) - 19))
    for _ in range(children):
        family.append(_child(rng, oldest, shared=kind == "parent_isole" and rng.random() < 0.12))
    home |= _dwelling(rng, kind, len(family))
    home |= _benefits(rng, kind, family, home)
    for number, person in enumerate(family):
        person["menage_id"] = key
        person["personne_id"] = f"p{number + 1}"
    family[0] |= home
    if rng.random() < 0.4:
        for person in family[1:]:
            person |= home
    return family


def _age(person: Row) -> int:
    return (TODAY - person["date_naissance"]).days // 365


def _birth(rng: random.Random, low: int, high: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=rng.randrange(low * 365 + low // 4, high * 365 + 365))


def _adult(rng: random.Random, role: str, kind: str, like: Row | None = None) -> Row:
    ages = {
        "jeune_actif": (18, 25),
        "etudiant": (18, 26),
        "retraite": (62, 84),
        "aah": (22, 60),
        "parent_isole": (21, 52),
    }
    low, high = ages.get(kind, (22, 60))
    if like is not None:
        low, high = max(18, _age(like) - 6), min(66, max(20, _age(like) + 6))
    person: Row = {"role": role, "date_naissance": _birth(rng, low, max(low, high)), "revenus_complets": True}
    if kind == "etranger" or rng.random() < 0.06:
        person["nationalite"] = rng.choices(["AUTRE", "EEE"], [75, 25])[0]
        person["anciennete_titre_sejour_ans"] = rng.choice([0.5, 1, 2, 3, 4, 6, 8, 12, 20])
        if person["nationalite"] == "AUTRE":
            person["refugie"] = rng.random() < 0.25
    else:
        person["nationalite"] = "FR"
    if _age(person) < 25:
        person["rsa_jeune_condition_travail"] = rng.random() < 0.15
    if 18 <= _age(person) <= 42 and rng.random() < 0.03:
        person["enceinte"] = True
    _work(rng, person, kind)
    return person


def _work(rng: random.Random, person: Row, kind: str) -> None:
    if kind == "etranger":
        kind = rng.choice(["salarie_seul", "sans_ressource", "chomeur_seul"])
    if kind == "parent_isole":
        kind = rng.choices(["salarie_seul", "sans_ressource", "chomeur_seul"], [50, 32, 18])[0]
    if kind in ("couple_enfants", "couple_sans_enfant"):
        kind = rng.choices(["salarie_seul", "chomeur_seul", "sans_ressource"], [62, 20, 18])[0]
    if kind in ("salarie_seul", "jeune_actif"):
        person["activite"] = "apprenti" if kind == "jeune_actif" and rng.random() < 0.15 else "salarie"
        wage = rng.choices([_euros(rng, 380, 900), _euros(rng, 900, 1480), _euros(rng, 1480, 2100)], [27, 45, 28])[0]
        steady = rng.random() < 0.55
        for month in WAGE_MONTHS:
            person[f"revenus.salaire_net.{month}"] = (
                wage if steady else round(wage * rng.choice([0, 0.6, 0.9, 1, 1.1]), 2)
            )
        if rng.random() < 0.05:
            person["revenus.ijss_maladie"] = _euros(rng, 120, 500)
    elif kind == "chomeur_seul":
        person["activite"] = "chomeur"
        person["droit_chomage"] = True
        benefit = _euros(rng, 480, 1250)
        stopped = rng.randrange(0, 5)
        for place, month in enumerate(RECENT):
            person[f"revenus.chomage_net.{month}"] = benefit if place >= stopped else 0
            person[f"revenus.salaire_net.{month}"] = 0 if place >= stopped else _euros(rng, 900, 1700)
    elif kind == "retraite":
        person["activite"] = "retraite"
        person["revenus.retraite_nette"] = _euros(rng, 420, 1350)
    elif kind == "etudiant":
        person["activite"] = "etudiant"
        person["revenus.bourse"] = _euros(rng, 145, 633)
        if rng.random() < 0.4:
            for month in WAGE_MONTHS:
                person[f"revenus.salaire_net.{month}"] = _euros(rng, 250, 1150)
    elif kind == "independant":
        person["activite"] = "independant"
        turnover = _euros(rng, 250, 2600)
        person["revenus.micro_service_ca.2025"] = round(turnover * 12 * rng.uniform(0.7, 1.2))
        for month in RECENT:
            person[f"revenus.micro_service_ca.{month}"] = round(turnover * rng.uniform(0.5, 1.4), 2)
    elif kind == "aah":
        person["activite"] = rng.choices(["inactif", "salarie"], [75, 25])[0]
        person["revenus.aah"] = rng.choice([1041.59, 1041.59, _euros(rng, 300, 1000)])
        if person["activite"] == "salarie":
            wage = _euros(rng, 300, 850)
            person |= {f"revenus.salaire_net.{month}": wage for month in WAGE_MONTHS}
    else:
        person["activite"] = rng.choices(["inactif", "chomeur"], [55, 45])[0]
        if rng.random() < 0.06:
            person["revenus.pension_invalidite"] = _euros(rng, 335, 800)
        if rng.random() < 0.25:
            # Written zeros: nothing came in, and that is known.
            person |= {f"revenus.salaire_net.{month}": 0 for month in WAGE_MONTHS}


def _child(rng: random.Random, oldest: int, *, shared: bool) -> Row:
    child: Row = {"role": "enfant", "date_naissance": _birth(rng, 0, oldest), "revenus_complets": True}
    if shared:
        child["garde_alternee"] = True
    return child


def _dwelling(rng: random.Random, kind: str, persons: int) -> Row:
    status = rng.choices(
        ["locataire_hlm", "locataire_vide", "locataire_meuble", "locataire_foyer", "proprietaire", "accedant",
         "heberge_gratuit", "sans_domicile"],
        [44, 24, 8, 5, 5 if kind != "retraite" else 30, 3, 9, 2],
    )[0]  # fmt: skip
    code, zone = rng.choice(COMMUNES)
    home: Row = {"logement.statut": status, "logement.code_insee": code, "logement.zone_apl": zone}
    if status.startswith("locataire"):
        base = {"locataire_hlm": 245, "locataire_vide": 390, "locataire_meuble": 370, "locataire_foyer": 300}[status]
        home["logement.loyer"] = round(base + 62 * (persons - 1) + rng.uniform(-40, 130), 2)
    return home


def _benefits(rng: random.Random, kind: str, family: list[Row], home: Row) -> Row:
    """What the household says that it receives; an empty cell where nobody asked."""
    income = sum(_mean_income(person) for person in family)
    found: Row = {"patrimoine.livret_a": rng.choice([0, 0, 0, 50, 300, 1200, 4000])}
    if rng.random() < 0.6:
        found["fiscal.rfr.2024"] = round(max(0.0, income) * 12 * 0.9 * rng.uniform(0.8, 1.1))
    if home["logement.statut"].startswith("locataire"):
        high = 330 + 45 * (len(family) - 1)
        found["prestations_recues.aide_logement"] = round(max(0.0, high - income * 0.22) * rng.uniform(0.75, 1), 2)
    else:
        found["prestations_recues.aide_logement"] = 0
    if rng.random() < 0.72:
        poor = income < 350 + 120 * len(family)
        found["prestations_recues.rsa"] = _euros(rng, 120, 560) if poor and rng.random() < 0.62 else 0
    if rng.random() < 0.72:
        works = any(person.get("activite") in ("salarie", "independant", "aah", "apprenti") for person in family)
        found["prestations_recues.ppa"] = _euros(rng, 40, 340) if works and income < 1900 and rng.random() < 0.5 else 0
    if rng.random() < 0.3 and kind == "parent_isole":
        family[0]["revenus.pension_alimentaire_recue"] = rng.choice([0, 100, 150, 180, 250])
    days = rng.randrange(700)
    found["x_date_dossier"] = TODAY - datetime.timedelta(days=days)
    return found


def _mean_income(person: Row) -> float:
    total = 0.0
    for name, value in person.items():
        if name.startswith("revenus.") and isinstance(value, int | float) and not isinstance(value, bool):
            last = name.rsplit(".", 1)[-1]
            if last in ("m-4", "m-3", "m-2"):
                total += value / 3
            elif not last.startswith("m") and last != "2025":
                total += value
    return total


def _euros(rng: random.Random, low: float, high: float) -> float:
    return round(rng.uniform(low, high), 2)


def _forget(rng: random.Random, family: list[Row]) -> None:
    """Answers nobody gave, as they lack in real files."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        person = rng.choice([p for p in family if p["role"] != "enfant"])
        match rng.randrange(6):
            case 0 | 1:
                person.pop("revenus_complets", None)
                for name in [n for n in person if n.startswith("revenus.") and n.endswith(("m-3", "m-2"))]:
                    del person[name]
            case 2:
                for one in family:
                    one.pop("prestations_recues.aide_logement", None)
            case 3:
                for one in family:
                    one.pop("logement.statut", None)
            case 4:
                person.pop(
                    "anciennete_titre_sejour_ans" if person.get("nationalite", "FR") != "FR" else "nationalite", None
                )
            case _:
                person.pop("revenus_complets", None)
                person.pop("activite", None)


# ---------------------------------------------------------------------- housing benefit and the energy voucher

HOMONYMS = ("Saint-Denis", "Saint-Martin", "ST MARTIN", "Sainte-Colombe")
NOWHERE = ("Trifouillis-les-Oies", "Grenobles", "centre ville", "Saint-Machin-sur-Loire")
VOUCHERS = ((48, 98, 146, 194), (63, 113, 176, 240), (76, 126, 202, 277))


def _complete(rng: random.Random, family: list[Row]) -> None:
    """The twelve months, the residence permit, the home, the tax notices and what was received, some left blank."""
    adults = [person for person in family if person["role"] != "enfant"]
    whole = rng.random() < 0.6
    for person in adults:
        _history(rng, person, whole=whole)
        _status(rng, person)
    home = _home(rng, family)
    home |= _money(rng, family, home)
    for person in family:
        if "organisme" in person:
            person |= home


def _history(rng: random.Random, person: Row, *, whole: bool) -> None:
    """Wages and unemployment benefit before the last months, when the file goes back so far."""
    wages = [person.get(f"revenus.salaire_net.{m}") or 0 for m in WAGE_MONTHS]
    benefits = [person.get(f"revenus.chomage_net.{m}") or 0 for m in RECENT]
    idle = person.get("activite") == "chomeur"
    out_since = 0
    if idle:
        out_since = next((-4 + place for place, euros in enumerate(benefits) if euros), -4 - rng.randrange(12))
        out_since -= rng.randrange(10) if out_since == -4 else 0
        if rng.random() < 0.7:
            month = TODAY.year * 12 + TODAY.month - 1 + out_since
            person["date_debut_chomage"] = datetime.date(month // 12, month % 12 + 1, rng.randrange(1, 29))
    if "revenus.micro_service_ca.2025" in person and rng.random() < 0.6:
        person["revenus.micro_service_ca.2024"] = round(person["revenus.micro_service_ca.2025"] * rng.uniform(0.7, 1.2))
    if not any(wages) and not any(benefits):
        return
    if not whole:
        # The file only has the last months: what came in before is not known, and nobody can say « tout est écrit ».
        forgotten = () if person.pop("revenus_complets", False) else ("m-3", "m-2")
        for kind, months in (("salaire_net", RECENT if any(benefits) else WAGE_MONTHS), ("chomage_net", RECENT)):
            for month in months:
                if month not in forgotten:
                    person.setdefault(f"revenus.{kind}.{month}", 0)
        person.setdefault("revenus.retraite_nette", 0)
        return
    last = next((euros for euros in wages if euros), 0) or _euros(rng, 900, 1700)
    started = rng.choice((13, 13, 13, 12, 9)) if not idle else 13
    steady = len({euros for euros in wages if euros}) < 2
    for back in range(13, 4, -1):
        out = idle and -back >= out_since
        earned = 0 if out or back > started else last if steady else round(last * rng.choice([0, 0.6, 0.9, 1]), 2)
        person.setdefault(f"revenus.salaire_net.m-{back}", earned)
        if idle and any(benefits):
            person[f"revenus.chomage_net.m-{back}"] = max(benefits) if out else 0


def _status(rng: random.Random, person: Row) -> None:
    student = person.get("activite") == "etudiant"
    if student and rng.random() < 0.75:
        person["boursier"] = person.get("revenus.bourse", 0) > 0
    if _age(person) < 26 and rng.random() < 0.6:
        person["rattache_fiscal_parents"] = rng.random() < (0.6 if student else 0.08)
    if person.get("nationalite") == "AUTRE" and not person.get("refugie"):
        permit = rng.choices(["autre_titre", "certificat_algerien", "sans_titre", None], [68, 10, 5, 17])[0]
        person["titre_sejour"] = "etudiant" if student else permit


def _home(rng: random.Random, family: list[Row]) -> Row:
    claimant, alone = family[0], len(family) == 1
    student = claimant.get("activite") == "etudiant"
    status, couple = claimant.get("logement.statut"), any(person["role"] == "conjoint" for person in family)
    home: Row = {}
    holders = {"demandeur": 72, "conjoint": 15 if couple else 0, None: 13}
    if status in ("locataire_vide", "locataire_meuble"):
        home["logement.conventionne"] = rng.choices([False, True, None], [55, 10, 35])[0]
        if alone:
            home["logement.colocation"] = rng.choices([False, True, None], [40, 14, 46])[0]
        if alone and status == "locataire_meuble":
            home["logement.chambre"] = rng.choices([False, True, None], [40, 25, 35])[0]
            holders = {"demandeur": 55, "bailleur": 25, None: 20}
        if student and rng.random() < 0.6:
            home |= {"logement.crous": True, "logement.chambre": rng.random() < 0.7, "logement.colocation": None}
            home |= {"logement.conventionne": None}
            holders = {"bailleur": 60, None: 40}
    elif status == "locataire_foyer":
        home["logement.type_residence"] = _residence(rng, claimant, alone=alone, student=student)
        home["logement.conventionne"] = rng.choices([True, False, None], [70, 15, 15])[0]
        if student:
            home |= {"logement.crous": True, "logement.chambre": True, "logement.conventionne": None}
        holders = {"bailleur": 55, None: 45}
    elif status == "heberge_gratuit":
        holders = {"autre_occupant": 70, None: 30}
    elif status == "sans_domicile":
        holders = {"aucun": 50, None: 50}
    home["logement.titulaire_electricite"] = rng.choices(list(holders), list(holders.values()))[0]
    return home | _place(rng, claimant)


def _residence(rng: random.Random, claimant: Row, *, alone: bool, student: bool) -> str | None:
    if student or rng.random() < 0.15:
        return None
    if _age(claimant) >= 65:
        return rng.choices(["residence_autonomie", "ehpad"], [70, 30])[0]
    if claimant.get("revenus.aah"):
        return "foyer_handicap"
    if alone and _age(claimant) < 30:
        return rng.choices(["foyer_jeunes_travailleurs", "residence_sociale"], [75, 25])[0]
    return rng.choices(["residence_sociale", "pension_de_famille", "autre"], [75, 15, 10])[0]


def _place(rng: random.Random, claimant: Row) -> Row:
    """A commune by its code, with its zone or without; or by its name, as people write it."""
    code = str(claimant["logement.code_insee"])
    draw = rng.random()
    if draw >= 0.35:
        return {}
    if draw >= 0.25:
        return {"logement.zone_apl": None}
    name = NAMES[code]
    if draw < 0.04:
        name = rng.choice(HOMONYMS)
    elif draw < 0.06:
        name = rng.choice(NOWHERE)
    else:
        name = rng.choice((name, name, name.upper(), f"{name} ({code[:2]})", f"{code[:2]}000 {name}"))
    return {"logement.commune": name, "logement.code_insee": None, "logement.zone_apl": None}


def _money(rng: random.Random, family: list[Row], home: Row) -> Row:
    claimant = family[0]
    found: Row = {}
    if claimant.get("union") and rng.random() < 0.12:
        found["union"] = None
    elif claimant.get("union") == "union_libre" and rng.random() < 0.6:
        partner = next(person for person in family if person["role"] == "conjoint")
        found["fiscal.rfr_conjoint.2024"] = round(_mean_income(partner) * 12 * 0.9 * rng.uniform(0.8, 1.1))
    if rng.random() < 0.2:
        found["fiscal.declaration_faite"] = "fiscal.rfr.2024" in claimant or rng.random() < 0.7
    if claimant.get("prestations_recues.aide_logement") and "logement.loyer" in claimant:
        draw = rng.random()
        if draw < 0.34:
            # Housing benefit was never claimed, or nobody asked.
            found["prestations_recues.aide_logement"] = 0 if draw < 0.22 else None
    income = sum(_mean_income(person) for person in family)
    if rng.random() < 0.6:
        own = home["logement.titulaire_electricite"] in ("demandeur", "conjoint")
        likely = own and income < 700 + 250 * len(family)
        amounts = VOUCHERS[min(len(family), 4) // 2]
        found["prestations_recues.cheque_energie.2026"] = rng.choice(amounts) if likely and rng.random() < 0.55 else 0
    if rng.random() < 0.12:
        found["patrimoine.epargne_imposable"] = rng.choice([800, 2500, 6000, 15000, 34500])
    if rng.random() < 0.02:
        found["patrimoine.valeur_immobilier_non_loue"] = rng.choice([38000, 65000, 90000])
        found["patrimoine.valeur_locative_immobilier_non_loue"] = rng.choice([1200, 2400, 3600])
    return found


# ----------------------------------------------------------------------------------------------------- cells


def _cells(rng: random.Random, more: random.Random, family: list[Row], written: int | None = None) -> list[list[str]]:
    """The first rows of a household as people type them: several ways to write the same answer."""
    first = [dict(person) for person in family]
    _complete(more, family)
    return [_row(rng, more, *rows) for rows in list(zip(first, family, strict=True))[:written]]


def _row(rng: random.Random, more: random.Random, before: Row, row: Row) -> list[str]:
    style = rng.random()
    first = {name: _cell(rng, before.get(name), style) for name in FIRST_COLUMNS}

    def cell(name: str) -> str:
        if name in first and row.get(name) == before.get(name):
            return first[name]
        return _added_cell(more, name, row.get(name), style)

    return [cell(name) for name in COLUMNS]


def _added_cell(rng: random.Random, name: str, value: Any, style: float) -> str:
    if value is True or value is False:
        return rng.choice(("oui", "oui", "Oui", "x", "1") if value else ("non", "non", "Non", "0", "faux"))
    if isinstance(value, str) and rng.random() < 0.3:
        return _ADDED_LABELS.get((name, value), value)
    if isinstance(value, datetime.date) and rng.random() < 0.25:
        return value.strftime("%m/%Y")
    if isinstance(value, int) and value == 0 and name.startswith("prestations_recues") and rng.random() < 0.15:
        return "non"
    if isinstance(value, float | int) and rng.random() < 0.1:
        return f"{_cell(rng, float(value), 0.5)} €"
    return _cell(rng, value, style)


def _cell(rng: random.Random, value: Any, style: float) -> str:
    if value is None:
        return "NC" if rng.random() < 0.002 else ""
    if value is True or value is False:
        return ("oui" if style < 0.7 else "OUI") if value else ("non" if style < 0.7 else "NON")
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y") if style < 0.8 else value.isoformat() + (" 00:00:00" if style > 0.95 else "")
    if isinstance(value, float):
        text = f"{value:.2f}".removesuffix(".00")
        if value >= 1000 and style > 0.85:
            text = f"{text[0]} {text[1:]}" if value < 10_000 else text
        text = text.replace(".", ",") if style < 0.9 else text
        return f"{text} €" if style > 0.97 else text
    if isinstance(value, str) and value in _LABELS and style > 0.85:
        return _LABELS[value]
    return str(value)


_LABELS = {
    "salarie": "Salarié",
    "chomeur": "Demandeur d'emploi",
    "retraite": "Retraité",
    "FR": "Française",
    "caf": "CAF",
}
_ADDED_LABELS = {
    ("logement.type_residence", "residence_autonomie"): "Résidence autonomie",
    ("logement.type_residence", "foyer_jeunes_travailleurs"): "Foyer de jeunes travailleurs",
    ("logement.type_residence", "residence_sociale"): "RESIDENCE SOCIALE",
    ("logement.titulaire_electricite", "demandeur"): "le demandeur",
    ("logement.titulaire_electricite", "conjoint"): "son conjoint",
    ("titre_sejour", "autre_titre"): "Autre titre de séjour",
    ("titre_sejour", "sans_titre"): "sans titre",
}


# --------------------------------------------------------------------------------------------------- defects

Cells = list[list[str]]


def _at(name: str) -> int:
    return COLUMNS.index(name)


def _wrong_date(rng: random.Random, cells: Cells) -> None:
    cells[-1][_at("date_naissance")] = rng.choice(["31/02/1994", "12/13/1990", "14/05/88", "00/00/0000", "1878-03-02"])


def _future_birth(rng: random.Random, cells: Cells) -> None:
    cells[-1][_at("date_naissance")] = f"{rng.randrange(1, 28):02d}/04/2062"


def _negative_rent(rng: random.Random, cells: Cells) -> None:
    for row in cells:
        row[_at("logement.loyer")] = "-410,00"


def _unknown_choice(rng: random.Random, cells: Cells) -> None:
    cells[0][_at("activite")] = rng.choice(["intermittent du spectacle ?", "voir dossier", "CDD/CDI"])


def _swapped(rng: random.Random, cells: Cells) -> None:
    row = cells[0]
    birth, activity = _at("date_naissance"), _at("activite")
    row[birth], row[activity] = row[activity] or "salarie", row[birth]


def _text_amount(rng: random.Random, cells: Cells) -> None:
    cells[0][_at("revenus.salaire_net.m-3")] = rng.choice(["environ 900", "1.250", "#REF!", "SMIC"])


def _same_person(rng: random.Random, cells: Cells) -> None:
    cells.append(list(cells[-1]))


def _no_key(rng: random.Random, cells: Cells) -> None:
    cells[-1][0] = ""


def _too_many_cells(rng: random.Random, cells: Cells) -> None:
    cells[-1].append("suite du commentaire")


def _conflict(rng: random.Random, cells: Cells) -> None:
    cells[0][_at("organisme")] = "caf"
    cells.append(list(cells[0]))
    cells[-1][_at("personne_id")] = "p9"
    cells[-1][_at("role")] = "autre"
    cells[-1][_at("organisme")] = "msa"


DEFECTS: list[Callable[[random.Random, Cells], None]] = [
    _wrong_date, _negative_rent, _unknown_choice, _future_birth, _text_amount, _same_person, _swapped, _wrong_date,
    _no_key, _too_many_cells, _conflict,
]  # fmt: skip


def write(path: Path, households: int, seed: int = SEED) -> None:
    """Write the caseload to a file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(households, seed))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description="Écrit une liste de ménages inventés, avec les défauts des vrais fichiers."
    )
    parser.add_argument("--households", type=int, default=HOUSEHOLDS, help="nombre de ménages")
    parser.add_argument("--seed", type=int, default=SEED, help="graine du tirage")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("ccas_demo.csv"), help="fichier à écrire")
    arguments = parser.parse_args()
    write(arguments.out, arguments.households, arguments.seed)


if __name__ == "__main__":
    main()
