"""Made-up households for the comparison, drawn from a seeded generator.

They are not a picture of France: every situation that moves RSA or prime d'activité is drawn often enough
to be tested, and amounts fall on both sides of every threshold. All that decides is written (0 and false
included), so that each household has one answer.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from .. import facts
from ..months import between, first_day, parts, shift
from ..reading import Person, Profile
from .draws import age_in, birth, euros

MONTHS_WRITTEN = 9  # an irregular income is written from M-9 to M
LAST_STEADY_BACK = 5  # changes of situation are drawn among the last months


def random_profile(rng: random.Random, month: str) -> Profile:
    """One household, for the right of `month`."""
    claimant = _adult(rng, month, "demandeur")
    people = [claimant]
    profile: Profile = {"organisme": "msa" if rng.random() < 0.12 else "caf", "personnes": people}
    claimant_age = age_in(claimant, month)
    if rng.random() < (0.22 if claimant_age < 22 else 0.42):
        partner = _adult(rng, month, "conjoint", around=claimant_age)
        people.append(partner)
        profile["union"] = rng.choice(["marie", "pacse", "union_libre"])
    for number in range(_number_of_children(rng, claimant_age)):
        people.append(_child(rng, month, claimant_age, number))
    _pregnancy(rng, month, people)
    offspring = [person for person in people if person["role"] == "enfant"]
    if "union" not in profile:
        _isolation(rng, month, profile)
    profile["logement"] = _dwelling(rng, profile["organisme"] == "caf" and "2024-10" <= month <= "2025-02")
    profile["prestations_recues"] = _benefits(rng, month, people, profile["logement"])
    profile["patrimoine"] = _savings(rng)
    if not offspring and rng.random() < 0.04:
        people.append({"id": "autre", "role": "autre", "date_naissance": birth(rng, month, 45).isoformat()})
    for number, person in enumerate(people):
        person["id"] = f"p{number + 1}"
    return profile


# ----------------------------------------------------------------------------------------------------- people


def _adult(rng: random.Random, month: str, role: str, around: int | None = None) -> Person:
    if around is None:
        low, high = rng.choices([(17, 18), (18, 24), (25, 39), (40, 61), (62, 70)], [1, 21, 42, 29, 7])[0]
        age = rng.randint(low, high)
    else:
        age = min(70, max(18, around + rng.randint(-6, 6)))
    person: Person = {
        "role": role,
        "date_naissance": birth(rng, month, age).isoformat(),
        **_nationality(rng),
    }
    if 18 <= age_in(person, month) < 25:
        person["rsa_jeune_condition_travail"] = age_in(person, month) >= 20 and rng.random() < 0.25
    person["enceinte"] = False
    person["activite_interrompue"] = False
    person["droit_chomage"] = False
    person["revenus_complets"] = True
    person["revenus"] = {}
    _occupation(rng, month, person, age)
    if rng.random() < 0.012:
        person[rng.choice(["conge_parental", "conge_sans_solde", "detenu", "hospitalise", "travailleur_detache"])] = (
            True
        )
    return person


def _nationality(rng: random.Random) -> dict[str, Any]:
    kind = rng.choices(["FR", "EEE", "CH", "AUTRE"], [86, 4, 1, 9])[0]
    if kind == "FR":
        return {"nationalite": "FR"}
    if kind in ("EEE", "CH"):
        return {"nationalite": kind, "anciennete_titre_sejour_ans": rng.choice([0.1, 1, 3, 6, 12])}
    status = rng.choices(["plain", "refugie", "carte_resident"], [70, 18, 12])[0]
    return {
        "nationalite": "AUTRE",
        "anciennete_titre_sejour_ans": rng.choice([0.5, 1, 2, 4, 4.9, 5, 6, 7, 10, 12, 20]),
        "refugie": status == "refugie",
        "carte_resident": status == "carte_resident",
    }


def _occupation(rng: random.Random, month: str, person: Person, age: int) -> None:
    """What the person does and what it brings in."""
    kinds = {"salarie": 44, "inactif": 14, "chomeur": 19, "independant": 8, "stagiaire": 1}
    if age < 27:
        kinds |= {"etudiant": 14, "apprenti": 7}
    if age >= 62:
        kinds = {"retraite": 60, "salarie": 25, "inactif": 15}
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    person["activite"] = kind
    earned = person["revenus"]
    if kind == "salarie":
        earned["salaire_net"] = _wages(rng, month)
        _extras_of_workers(rng, month, earned)
    elif kind == "chomeur":
        _unemployed(rng, month, person)
    elif kind == "inactif":
        _inactive(rng, month, person, age)
    elif kind == "independant":
        _self_employed(rng, month, earned)
    elif kind == "retraite":
        earned["retraite_nette"] = euros(rng, 120, 1500)
        if rng.random() < 0.15:
            earned["salaire_net"] = euros(rng, 100, 900)
    elif kind in ("etudiant", "apprenti", "stagiaire"):
        _learner(rng, month, earned, kind)
    if rng.random() < 0.05:
        earned["pension_alimentaire_recue"] = euros(rng, 50, 350)
    if rng.random() < 0.012:
        earned["prestation_compensatoire"] = euros(rng, 50, 400)
    if rng.random() < 0.02:
        earned["pension_alimentaire_versee"] = euros(rng, 50, 300)
    if rng.random() < 0.005:
        earned["gains_exceptionnels"] = {at: (euros(rng, 100, 800) if back == 3 else 0) for back, at in _recent(month)}
    if rng.random() < 0.05:
        _capital(rng, month, earned)


def _recent(month: str) -> list[tuple[int, str]]:
    """The months written for an irregular income, with how far each is from M."""
    written = between(shift(month, -MONTHS_WRITTEN), month)
    return [(len(written) - 1 - number, at) for number, at in enumerate(written)]


def _wages(rng: random.Random, month: str) -> Any:
    shape = rng.choices(["steady", "varying", "patchy", "started"], [58, 22, 10, 10])[0]
    level = rng.choices([euros(rng, 60, 600), euros(rng, 600, 1400), euros(rng, 1400, 2400)], [25, 40, 35])[0]
    if shape == "steady":
        return level
    if shape == "varying":
        return {at: round(level * rng.uniform(0.6, 1.4), 2) for _, at in _recent(month)}
    if shape == "patchy":
        return {
            at: (0.0 if rng.random() < 0.3 else round(level * rng.uniform(0.5, 1.5), 2)) for _, at in _recent(month)
        }
    start = rng.randint(0, LAST_STEADY_BACK)
    return {at: (level if back <= start else 0.0) for back, at in _recent(month)}


def _extras_of_workers(rng: random.Random, month: str, earned: dict[str, Any]) -> None:
    draw = rng.random()
    if draw < 0.05:
        earned["aah"] = euros(rng, 100, 950)
        if rng.random() < 0.7:  # on both sides of 29 hours at the SMIC
            earned["salaire_net"] = euros(rng, 250, 480)
    elif draw < 0.08:
        earned["pension_invalidite"] = euros(rng, 200, 700)
    elif draw < 0.11:
        earned["chomage_partiel"] = euros(rng, 50, 500)
    elif draw < 0.16:
        start = rng.randint(1, MONTHS_WRITTEN)
        pay = euros(rng, 300, 900)
        field = rng.choice(["ijss_maladie", "ijss_maladie", "ijss_at_mp", "ijss_maternite"])
        earned[field] = {at: (pay if back <= start else 0.0) for back, at in _recent(month)}
        if rng.random() < 0.5:
            wage = euros(rng, 500, 1600)
            earned["salaire_net"] = {at: (wage if back > start else 0.0) for back, at in _recent(month)}
    elif draw < 0.17:
        earned["service_civique"] = 504.98
        earned["salaire_net"] = 0.0


def _unemployed(rng: random.Random, month: str, person: Person) -> None:
    earned = person["revenus"]
    draw = rng.random()
    benefit = euros(rng, 250, 1150)
    if draw < 0.35:  # long unemployed, with benefit
        earned["chomage_net"] = benefit
        person["droit_chomage"] = True
        if rng.random() < 0.35:
            earned["salaire_net"] = euros(rng, 80, 900)
    elif draw < 0.52:  # at the end of the insurance
        if rng.random() < 0.12:
            end = rng.randint(1, LAST_STEADY_BACK)
            earned["chomage_net"] = {at: (benefit if back >= end else 0.0) for back, at in _recent(month)}
        elif rng.random() < 0.6:
            earned["ass"] = euros(rng, 300, 590)
            person["droit_chomage"] = True
        if rng.random() < 0.3:
            earned["stage_formation_pro"] = euros(rng, 200, 700)
    else:  # has lost a job
        last = rng.choices([1, 2, 3, 4, 5, 6], [45, 12, 12, 10, 10, 11])[0]
        wage = euros(rng, 500, 1900)
        earned["salaire_net"] = {at: (wage if back >= last else 0.0) for back, at in _recent(month)}
        person["activite_interrompue"] = True
        if rng.random() < 0.45:
            person["droit_chomage"] = True
            if last > 1 or rng.random() < 0.8:
                begins = rng.randint(0, last - 1)
                earned["chomage_net"] = {at: (benefit if back <= begins else 0.0) for back, at in _recent(month)}


def _inactive(rng: random.Random, month: str, person: Person, age: int) -> None:
    earned = person["revenus"]
    draw = rng.random()
    if draw < 0.16:
        earned["aah"] = euros(rng, 150, 1033)
    elif draw < 0.28:
        earned["pension_invalidite"] = euros(rng, 250, 950)
        if rng.random() < 0.25:
            earned["asi"] = euros(rng, 50, 300)
    elif draw < 0.36:
        earned["salaire_net"] = _wages(rng, month)
    if age >= 60 and rng.random() < 0.3:
        earned["retraite_nette"] = euros(rng, 60, 500)


def _self_employed(rng: random.Random, month: str, earned: dict[str, Any]) -> None:
    year = parts(month)[0]
    draw = rng.random()
    if draw < 0.55:
        field = rng.choice(["micro_vente_ca", "micro_service_ca", "micro_liberal_ca"])
        earned[field] = euros(rng, 300, 3500)
    elif draw < 0.68:
        field = rng.choice(["micro_vente_ca", "micro_service_ca", "micro_liberal_ca"])
        level = euros(rng, 300, 3000)
        earned[field] = {at: round(level * rng.uniform(0.3, 1.7), 2) for _, at in _recent(month)}
    elif draw < 0.93:
        profit = euros(rng, 2000, 22000)
        field = rng.choice(["benefice_reel", "benefice_reel", "benefice_agricole"])
        earned[field] = {str(year - 2): profit}
        if rng.random() < 0.2:
            earned[field][str(year - 1)] = round(profit * rng.uniform(0.7, 1.3), 2)
    else:
        earned["micro_service_ca"] = euros(rng, 200, 900)
        earned["salaire_net"] = euros(rng, 300, 1200)


def _learner(rng: random.Random, month: str, earned: dict[str, Any], kind: str) -> None:
    floor = facts.learner_floor(month)
    draw = rng.random()
    if kind == "apprenti":
        earned["salaire_net"] = euros(rng, 500, 1700)
    elif draw < 0.35:
        earned["salaire_net"] = euros(rng, floor + 5, 1600)
    elif draw < 0.65:
        earned["salaire_net"] = euros(rng, 100, floor - 5)
    elif draw < 0.75:
        earned["salaire_net"] = {at: euros(rng, floor - 150, floor + 250) for _, at in _recent(month)}
    if kind == "etudiant" and rng.random() < 0.4:
        earned["bourse"] = euros(rng, 145, 630)


def _capital(rng: random.Random, month: str, earned: dict[str, Any]) -> None:
    """Rents or dividends of the recent months, and of the years N-2 and N-3."""
    field = rng.choice(["revenus_locatifs", "revenus_locatifs", "revenus_capital"])
    level = euros(rng, 20, 300)
    if rng.random() < 0.4:
        earned[field] = level
        return
    year = parts(month)[0]
    earned[field] = {at: level for _, at in _recent(month)}
    earned[field][str(year - 2)] = round(level * 12 * rng.uniform(0, 1.5), 2)
    earned[field][str(year - 3)] = round(level * 12 * rng.uniform(0, 1.5), 2)


def _number_of_children(rng: random.Random, age: int) -> int:
    if age < 20:
        weights = [90, 10, 0, 0, 0, 0]
    elif age < 25:
        weights = [68, 24, 8, 0, 0, 0]
    elif age < 60:
        weights = [34, 24, 22, 13, 5, 2]
    else:
        weights = [88, 8, 4, 0, 0, 0]
    return rng.choices(range(6), weights)[0]


def _child(rng: random.Random, month: str, parent_age: int, number: int) -> Person:
    oldest = min(24, max(0, parent_age - 18))
    ages = list(range(oldest + 1))
    weights = [3.0 if age < 3 else 2.0 if age < 18 else 1.6 for age in ages]
    age = rng.choices(ages, weights)[0]
    person: Person = {
        "role": "enfant",
        "date_naissance": birth(rng, month, age).isoformat(),
        "revenus_complets": True,
        "revenus": {},
    }
    if rng.random() < 0.02 and age == 0:
        day = first_day(shift(month, -rng.randint(0, 3))) + timedelta(days=rng.randrange(27))
        person["date_naissance"] = day.isoformat()
    if age >= 16:
        draw = rng.random()
        if draw < 0.10:
            person["revenus"]["salaire_net"] = euros(rng, 30, 250)
        elif draw < 0.20:
            person["revenus"]["salaire_net"] = euros(rng, 270, 1300)
        elif draw < 0.23:
            person["revenus"]["salaire_net"] = {at: euros(rng, 0, 500) for _, at in _recent(month)}
        elif draw < 0.25:
            person["revenus"]["chomage_net"] = euros(rng, 100, 700)
        elif age >= 20 and draw < 0.28:
            person["revenus"]["aah"] = euros(rng, 200, 1033)
        person["activite"] = (
            "salarie"
            if "salaire_net" in person["revenus"]
            else "chomeur"
            if "chomage_net" in person["revenus"]
            else rng.choice(["etudiant", "inactif"])
        )
    if age < 18 and rng.random() < 0.02:
        person["garde_alternee"] = True
    if rng.random() < 0.003:
        person["orphelin_deux_parents"] = True
    return person


def _pregnancy(rng: random.Random, month: str, people: list[Person]) -> None:
    adults = [person for person in people if person["role"] != "enfant" and 16 <= age_in(person, month) <= 44]
    if adults and rng.random() < 0.07:
        rng.choice(adults)["enceinte"] = True


def _isolation(rng: random.Random, month: str, profile: Profile) -> None:
    """Since when a single person has been alone."""
    draw = rng.random()
    if draw < 0.80:
        profile["isolement_recent"] = False
    elif draw < 0.92:
        profile["isolement_recent"] = True
    else:
        back = rng.choice([1, 3, 6, 7, 8, 9, 10, 14, 24, 30])
        when = first_day(shift(month, -back)) + timedelta(days=rng.randrange(27))
        profile["isolement_recent"] = back <= 12
        profile["date_isolement"] = when.isoformat()


# -------------------------------------------------------------------------------- dwelling, benefits, savings


def _dwelling(rng: random.Random, pilot_possible: bool) -> dict[str, Any]:
    kinds = {
        "locataire_hlm": 30,
        "locataire_vide": 30,
        "locataire_meuble": 6,
        "locataire_foyer": 2,
        "proprietaire": 10,
        "accedant": 5,
        "heberge_gratuit": 14,
        "sans_domicile": 3,
    }
    status = rng.choices(list(kinds), list(kinds.values()))[0]
    dwelling: dict[str, Any] = {
        "statut": status,
        "code_insee": rng.choice(["38185", "69123", "31555", "59350", "12202"]),
    }
    if pilot_possible and rng.random() < 0.25:
        dwelling["code_insee"] = rng.choice(["06088", "10387", "34172", "64445", "85191"])
    if rng.random() < 0.015:
        dwelling["code_insee"] = "97611"
    if status.startswith("locataire") or status == "accedant":
        dwelling["loyer"] = euros(rng, 150, 750)
    if status == "heberge_gratuit":
        dwelling["participation_frais"] = rng.random() < 0.35
    return dwelling


def _benefits(rng: random.Random, month: str, people: list[Person], dwelling: dict[str, Any]) -> dict[str, Any]:
    """Amounts received, each written even when it is nothing; a plain number is the same every month."""
    bmaf = facts.in_force(facts.BMAF, month)
    offspring = [person for person in people if person["role"] == "enfant"]
    couple = any(person["role"] == "conjoint" for person in people)
    ages = [age_in(person, month) for person in offspring]
    before_20 = sum(1 for person in offspring if person["date_naissance"][:7] > shift(month, -240))
    got: dict[str, Any] = {
        "aide_logement": 0,
        "af": 0,
        "cf": 0,
        "asf": 0,
        "paje_base": 0,
        "paje_prepare": 0,
        "aspa": 0,
        "aeeh": 0,
    }
    if dwelling["statut"].startswith("locataire") and rng.random() < 0.75:
        got["aide_logement"] = euros(rng, 15, 75) if rng.random() < 0.2 else euros(rng, 80, 480)
    elif dwelling["statut"] == "accedant" and rng.random() < 0.3:
        got["aide_logement"] = euros(rng, 20, 250)
    if got["aide_logement"] and rng.random() < 0.05:
        change, before = rng.randint(1, LAST_STEADY_BACK), rng.choice([0.0, euros(rng, 15, 400)])
        after = got["aide_logement"]
        got["aide_logement"] = {at: (after if back <= change else before) for back, at in _recent(month)}
    if before_20 >= 2 and rng.random() < 0.93:
        got["af"] = facts.af_basic(before_20, month)
        if any(14 <= age < 20 for age in ages[1:]) and rng.random() < 0.5:
            got["af"] = round(got["af"] + bmaf * facts.AF_AGE_INCREASE, 2)
    if sum(1 for age in ages if 3 <= age < 21) >= 3 and min(ages) >= 3 and rng.random() < 0.8:
        got["cf"] = round(bmaf * (facts.CF_INCREASED if rng.random() < 0.6 else facts.CF), 2)
    if any(age < 3 for age in ages) and rng.random() < 0.8:
        got["paje_base"] = round(bmaf * facts.PAJE_BASE * (1 if rng.random() < 0.8 else 0.5), 2)
        if rng.random() < 0.08:
            got["paje_prepare"] = euros(rng, 150, 456)
    if before_20 and not couple and rng.random() < 0.6:
        without_income = [
            person
            for person in offspring
            if person["date_naissance"][:7] > shift(month, -240) and not person["revenus"]
        ]
        got["asf"] = round(len(without_income) * round(bmaf * facts.ASF_ONE_PARENT, 2), 2)
    if any(person["role"] != "enfant" and age_in(person, month) >= 65 for person in people) and rng.random() < 0.2:
        got["aspa"] = euros(rng, 50, 600)
    if offspring and rng.random() < 0.02:
        got["aeeh"] = 151.80
    return got


def _savings(rng: random.Random) -> dict[str, Any]:
    held: dict[str, Any] = {
        "livret_a": 0,
        "epargne_non_imposable": 0,
        "epargne_imposable": 0,
        "valeur_locative_immobilier_non_loue": 0,
        "valeur_locative_terrains_non_loues": 0,
    }
    if rng.random() < 0.18:
        held["livret_a"] = round(rng.uniform(50, 12000))
    if rng.random() < 0.08:
        held["epargne_non_imposable"] = round(rng.uniform(200, 20000))
    if rng.random() < 0.02:
        held["epargne_imposable"] = round(rng.uniform(200, 20000))
    if rng.random() < 0.01:
        held["valeur_locative_immobilier_non_loue"] = round(rng.uniform(300, 3000))
    if rng.random() < 0.01:
        held["valeur_locative_terrains_non_loues"] = round(rng.uniform(50, 800))
    return held
