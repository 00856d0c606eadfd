"""Made-up tenants for the comparison of housing benefits.

Every situation that moves the benefit is drawn often enough to be tested: the three zones and overseas, furnished
flats, rooms, flat-shares, homes, students, people out of work, pensioners, savings, high rents. Incomes are made month
by month from January of the year before last; what is written is the months M-13 to M and the totals of the years N-1
and N-2, or one number when nothing changed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ..months import between, first_day, parts, shift
from ..reading import Person, Profile
from .draws import age_in, birth, euros

ZONES = {
    1: ["75113", "93066", "77288", "78646", "94081"],
    2: ["38185", "69123", "31555", "59350", "44109", "13055", "87085", "2A004"],
    3: ["12202", "15014", "23096", "48095", "19272"],
}
OVERSEAS = ["97411", "97209", "97105", "97302", "97611"]
OUTSIDE_THE_TABLE = ["97501", "97701", "97801"]
USUAL_RENT = {1: 620, 2: 480, 3: 380}

ByMonth = dict[str, float]


def random_tenant(rng: random.Random, month: str) -> Profile:
    """One household, for the right of `month`."""
    low, high = rng.choices([(17, 20), (20, 27), (27, 40), (40, 61), (61, 84)], [4, 22, 34, 26, 14])[0]
    people = [_adult(rng, month, "demandeur", rng.randint(low, high))]
    profile: Profile = {"organisme": "caf", "personnes": people}
    claimant_age = age_in(people[0], month)
    if rng.random() < (0.15 if claimant_age < 22 else 0.36):
        people.append(_adult(rng, month, "conjoint", min(84, max(18, claimant_age + rng.randint(-6, 6)))))
        profile["union"] = rng.choice(["marie", "pacse", "union_libre"])
    for _ in range(_number_of_children(rng, claimant_age)):
        people.append(_child(rng, month, claimant_age))
    profile["logement"] = _dwelling(rng, month, people)
    if rng.random() < 0.05:
        people.append(_other(rng, month))
    profile["prestations_recues"] = _benefits(rng, month, people)
    profile["patrimoine"] = _savings(rng)
    for number, person in enumerate(people):
        person["id"] = f"p{number + 1}"
    return profile


# --------------------------------------------------------------------------------------------- months of income


def _months(month: str) -> list[str]:
    """From January of the year before last to M."""
    return between(f"{parts(month)[0] - 2}-01", month)


def _written(month: str, received: ByMonth) -> Any:
    """As a profile writes it: one number if nothing changed, else months and years."""
    if len(set(received.values())) == 1:
        return next(iter(received.values()))
    year = parts(month)[0]
    totals = {str(at): round(sum(v for k, v in received.items() if k[:4] == str(at)), 2) for at in (year - 2, year - 1)}
    return {**{at: received[at] for at in between(shift(month, -13), month)}, **totals}


def _since(month: str, back: int, before: float, after: float) -> ByMonth:
    """`before` until M-back, `after` from then on."""
    change = shift(month, -back)
    return {at: (after if at >= change else before) for at in _months(month)}


def _varying(rng: random.Random, month: str, level: float) -> ByMonth:
    return {at: round(level * rng.uniform(0.6, 1.4), 2) for at in _months(month)}


def _wage(rng: random.Random) -> float:
    low, high = rng.choices([(60, 600), (600, 1300), (1300, 1900), (1900, 3200)], [22, 42, 26, 10])[0]
    return euros(rng, low, high)


# ----------------------------------------------------------------------------------------------------- people


def _adult(rng: random.Random, month: str, role: str, age: int) -> Person:
    person: Person = {
        "role": role,
        "date_naissance": birth(rng, month, age).isoformat(),
        **_nationality(rng),
        "enceinte": False,
        "boursier": False,
        "handicap": False,
        "detenu": False,
        "conge_parental": False,
        "rattache_fiscal_parents": False,
        "contrat_professionnalisation": False,
        "double_residence": False,
        "revenus_complets": True,
        "revenus": {},
    }
    if 17 <= age <= 44 and rng.random() < 0.08:
        person["enceinte"] = True
        person["mois_grossesse"] = rng.randint(0, 8)
    _occupation(rng, month, person, age)
    if person["nationalite"] == "AUTRE" and person["activite"] == "etudiant" and rng.random() < 0.8:
        person["titre_sejour"] = "etudiant"
    _other_income(rng, month, person)
    if rng.random() < 0.02:
        person[rng.choice(["conge_parental", "contrat_professionnalisation", "double_residence", "detenu"])] = True
    if rng.random() < 0.03:
        person |= {"handicap": True, "taux_incapacite": rng.choice([0.5, 0.65, 0.79, 0.8, 0.85])}
    if age < 25 and rng.random() < 0.3:
        person["rattache_fiscal_parents"] = True
        person["parents_ifi"] = rng.random() < 0.04
    return person


def _nationality(rng: random.Random) -> dict[str, Any]:
    kind = rng.choices(["FR", "EEE", "AUTRE"], [86, 5, 9])[0]
    if kind != "AUTRE":
        return {"nationalite": kind, **({"anciennete_titre_sejour_ans": 3} if kind == "EEE" else {})}
    return {
        "nationalite": "AUTRE",
        "anciennete_titre_sejour_ans": rng.choice([0.5, 2, 6]),
        "refugie": rng.random() < 0.15,
        "carte_resident": False,
        "titre_sejour": rng.choices(["autre_titre", "etudiant", "certificat_algerien", "sans_titre"], [70, 15, 10, 5])[
            0
        ],
    }


def _occupation(rng: random.Random, month: str, person: Person, age: int) -> None:
    kinds = {"salarie": 46, "chomeur": 19, "inactif": 16, "independant": 7}
    if age < 30:
        kinds |= {"etudiant": 30, "apprenti": 5, "stagiaire": 1}
    if age >= 62:
        kinds = {"retraite": 72, "salarie": 14, "inactif": 14}
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    person["activite"] = kind
    {
        "salarie": _employee,
        "chomeur": _unemployed,
        "inactif": _inactive,
        "independant": _self_employed,
        "etudiant": _student,
        "apprenti": _apprentice,
        "stagiaire": _nothing,
        "retraite": _pensioner,
    }[kind](rng, month, person)


Occupation = Callable[[random.Random, str, Person], None]


def _nothing(rng: random.Random, month: str, person: Person) -> None:
    """No income of one's own."""


def _employee(rng: random.Random, month: str, person: Person) -> None:
    level, draw = _wage(rng), rng.random()
    paid: ByMonth
    if draw < 0.5:
        paid = dict.fromkeys(_months(month), level)
    elif draw < 0.75:
        paid = _varying(rng, month, level)
    elif draw < 0.9:  # first job, or back to work
        paid = _since(month, rng.randint(0, 12), 0.0, level)
    else:
        paid = {at: (0.0 if rng.random() < 0.3 else level) for at in _months(month)}
    person["revenus"]["salaire_imposable"] = _written(month, paid)
    if rng.random() < 0.06:
        person["revenus"]["frais_reels"] = {str(parts(month)[0] - 1): rng.randint(300, 6000)}
    draw = rng.random()
    if draw < 0.03:
        person["revenus"]["aah"] = euros(rng, 100, 900)
    elif draw < 0.05:
        person["revenus"]["pension_invalidite"] = euros(rng, 200, 700)
    elif draw < 0.08:
        start = rng.randint(0, 12)
        sick = rng.choice(["ijss_maladie", "ijss_at_mp", "ijss_maternite"])
        person["revenus"][sick] = _written(month, _since(month, start, 0.0, euros(rng, 200, 900)))
    elif draw < 0.095:  # sick for months
        start = rng.randint(4, 14)
        person["date_arret_maladie"] = (first_day(shift(month, -start)) + timedelta(days=rng.randrange(28))).isoformat()
        person["revenus"]["salaire_imposable"] = _written(month, _since(month, start, level, 0.0))
    elif draw < 0.11:  # ASS, then work again
        start = rng.randint(0, 9)
        person["revenus"]["ass"] = _written(month, _since(month, start, euros(rng, 350, 590), 0.0))
        person["revenus"]["salaire_imposable"] = _written(month, _since(month, start, 0.0, level))


def _unemployed(rng: random.Random, month: str, person: Person) -> None:
    back = rng.choices([0, 1, 2, 3, 4, 6, 9, 13, 20], [6, 8, 10, 14, 14, 16, 14, 10, 8])[0]
    day = first_day(shift(month, -back)) + timedelta(days=rng.randrange(28))
    person["date_debut_chomage"] = day.isoformat()
    earned = person["revenus"]
    earned["salaire_imposable"] = _written(month, _since(month, back, _wage(rng), 0.0))
    draw = rng.random()
    if draw < 0.55:
        earned["chomage_imposable"] = _written(month, _since(month, max(0, back - 1), 0.0, euros(rng, 400, 1300)))
    elif draw < 0.65 and back >= 6:
        earned["ass"] = _written(month, _since(month, back - 2, 0.0, euros(rng, 350, 590)))
    elif draw < 0.72:
        earned["chomage_imposable"] = _written(
            month, {at: (v if at < shift(month, -1) else 0.0) for at, v in _since(month, back, 0.0, 800.0).items()}
        )
    if rng.random() < 0.05:  # a small job beside
        earned["salaire_imposable"] = euros(rng, 80, 500)


def _inactive(rng: random.Random, month: str, person: Person) -> None:
    earned, draw = person["revenus"], rng.random()
    if draw < 0.25:
        earned["aah"] = euros(rng, 150, 1033)
    elif draw < 0.4:
        earned["pension_invalidite"] = euros(rng, 250, 950)
        if rng.random() < 0.3:
            back = rng.randint(1, 20)
            earned["pension_invalidite"] = _written(month, _since(month, back, 0.0, euros(rng, 250, 950)))
            earned["salaire_imposable"] = _written(month, _since(month, back, _wage(rng), 0.0))
    elif draw < 0.55:
        earned["salaire_imposable"] = _written(month, _since(month, rng.randint(1, 12), _wage(rng), 0.0))


def _self_employed(rng: random.Random, month: str, person: Person) -> None:
    year = parts(month)[0]
    field = rng.choice(["micro_vente_ca", "micro_service_ca", "micro_liberal_ca", "benefice_reel", "benefice_agricole"])
    amount = euros(rng, 3000, 30000) if field.startswith("micro") else euros(rng, 1000, 18000)
    earned = person["revenus"]
    if rng.random() < 0.2:
        person["date_debut_activite_independante"] = f"{year - rng.choice([1, 1, 2])}-0{rng.randint(1, 9)}-05"
        earned[field] = _written(month, _since(month, rng.randint(3, 12), 0.0, round(amount / 12, 2)))
        return
    person["date_debut_activite_independante"] = f"{year - rng.randint(3, 12)}-04-01"
    earned[field] = {str(year - 2): amount, str(year - 1): round(amount * rng.uniform(0.5, 1.5), 2)}
    if rng.random() < 0.2:
        earned["salaire_imposable"] = euros(rng, 200, 900)


def _student(rng: random.Random, month: str, person: Person) -> None:
    person["boursier"] = rng.random() < 0.45
    if rng.random() < 0.5:
        person["revenus"]["salaire_imposable"] = euros(rng, 100, 1400)


def _apprentice(rng: random.Random, month: str, person: Person) -> None:
    person["revenus"]["salaire_imposable"] = rng.choice([0.0, euros(rng, 20, 400)])


def _pensioner(rng: random.Random, month: str, person: Person) -> None:
    earned = person["revenus"]
    pension = euros(rng, 200, 1700)
    earned["retraite_imposable"] = pension
    draw = rng.random()
    if draw < 0.2:  # retired lately
        back = rng.randint(1, 12)
        earned["retraite_imposable"] = _written(month, _since(month, back, 0.0, pension))
        earned["salaire_imposable"] = _written(month, _since(month, back, _wage(rng), 0.0))
    elif draw < 0.26:
        earned["salaire_imposable"] = euros(rng, 100, 700)
    elif draw < 0.31:
        person["date_debut_activite_independante"] = "2001-04-01"
        earned["benefice_reel"] = {str(parts(month)[0] - 2): euros(rng, 1000, 15000)}


def _other_income(rng: random.Random, month: str, person: Person) -> None:
    earned, year = person["revenus"], parts(month)[0]
    if rng.random() < 0.05:
        earned["pension_alimentaire_recue"] = {str(year - 1): round(12 * euros(rng, 50, 400), 2)}
    if rng.random() < 0.03:
        earned["pension_alimentaire_versee"] = {str(year - 1): round(12 * euros(rng, 50, 300), 2)}
    if rng.random() < 0.03:
        earned["revenus_locatifs"] = {str(year - 2): euros(rng, 300, 6000)}
    if rng.random() < 0.03:
        earned["revenus_capital"] = {str(year - 2): euros(rng, 20, 1500)}


def _number_of_children(rng: random.Random, age: int) -> int:
    if age < 20:
        return rng.choices(range(2), [92, 8])[0]
    if age < 27:
        return rng.choices(range(4), [74, 16, 8, 2])[0]
    if age < 60:
        return rng.choices(range(9), [36, 22, 20, 11, 5, 2, 2, 1, 1])[0]
    return rng.choices(range(3), [90, 7, 3])[0]


def _child(rng: random.Random, month: str, parent_age: int) -> Person:
    oldest = min(26, max(0, parent_age - 18))
    ages = list(range(oldest + 1))
    age = rng.choices(ages, [2.0 if one < 18 else 1.2 for one in ages])[0]
    person: Person = {
        "role": "enfant",
        "date_naissance": birth(rng, month, age).isoformat(),
        "activite": "inactif",
        "garde_alternee": age < 18 and rng.random() < 0.04,
        "handicap": False,
        "inapte_travail": False,
        "revenus_complets": True,
        "revenus": {},
    }
    if person["garde_alternee"]:
        person["part_garde"] = rng.choice([0.5, 0.5, 0.3, 0.7])
    draw = rng.random()
    if age == 0 and draw < 0.2:
        person["date_naissance"] = (first_day(month) + timedelta(days=rng.randrange(-40, 28))).isoformat()
    elif age == 20 and draw < 0.1:
        person["date_naissance"] = (
            first_day(month).replace(year=parts(month)[0] - 21) + timedelta(rng.randrange(28))
        ).isoformat()
    if age >= 16:
        person["activite"] = rng.choices(["etudiant", "salarie", "inactif"], [55, 33, 12])[0]
    if person["activite"] == "salarie":
        pay = euros(rng, 1200, 2400) if age >= 21 or rng.random() < 0.5 else euros(rng, 150, 1050)
        person["revenus"] = {"salaire_net": round(pay / 1.0365, 2), "salaire_imposable": pay}
        if rng.random() < 0.1:
            started = rng.randint(1, 8)
            person["revenus"] = {
                field: _written(month, _since(month, started, 0.0, amount))
                for field, amount in person["revenus"].items()
            }
    if age >= 21 and rng.random() < 0.15:
        person |= {"handicap": True, "taux_incapacite": rng.choice([0.5, 0.79, 0.8, 0.85, 0.95]), "activite": "inactif"}
        person["revenus"] = {"aah": euros(rng, 300, 1033)} if rng.random() < 0.6 else {}
    return person


def _other(rng: random.Random, month: str) -> Person:
    """Someone else who lives there."""
    link = rng.choice(["ascendant", "collateral", "collateral", "aucun"])
    age = rng.randint(60, 90) if link == "ascendant" else rng.randint(22, 60)
    disabled = link != "aucun" and rng.random() < 0.5
    person: Person = {
        "role": "autre",
        "lien_parente": link,
        "date_naissance": birth(rng, month, age).isoformat(),
        "activite": "retraite" if age > 64 else "inactif",
        "handicap": disabled,
        "inapte_travail": False,
        "revenus_complets": True,
        "revenus": {},
    }
    if disabled:
        person["taux_incapacite"] = rng.choice([0.5, 0.8, 0.9])
    if age > 64:
        person["revenus"] = {"retraite_imposable": euros(rng, 200, 1500)}
    elif rng.random() < 0.4:
        person |= {"activite": "salarie", "revenus": {"salaire_imposable": euros(rng, 300, 2000)}}
    return person


# -------------------------------------------------------------------------------- dwelling, benefits, savings


def _dwelling(rng: random.Random, month: str, people: list[Person]) -> dict[str, Any]:
    zone = rng.choices([1, 2, 3], [24, 50, 26])[0]
    code = rng.choice(ZONES[zone])
    if rng.random() < 0.06:
        zone, code = 2, rng.choice(OVERSEAS)
    elif rng.random() < 0.006:
        code = rng.choice(OUTSIDE_THE_TABLE)
    kinds = {
        "locataire_vide": 44,
        "locataire_hlm": 27,
        "locataire_meuble": 17,
        "locataire_foyer": 4,
        "proprietaire": 2,
        "accedant": 3,
        "heberge_gratuit": 2,
        "sans_domicile": 1,
    }
    student = people[0]["activite"] == "etudiant"
    if student:
        kinds["locataire_foyer"] = 30
    status = rng.choices(list(kinds), list(kinds.values()))[0]
    dwelling: dict[str, Any] = {"statut": status, "code_insee": code, "residence_principale": rng.random() >= 0.006}
    if status == "accedant":
        dwelling |= {
            "loyer": euros(rng, 150, 900),
            "date_pret": f"{rng.randint(2004, 2023)}-{rng.randint(1, 12):02d}-15",
            "pret_conventionne": rng.random() < 0.5,
            "logement_ancien": rng.random() < 0.5,
            "travaux_sur_logement_acquis": False,
        }
    if not status.startswith("locataire"):
        return dwelling
    rent = (
        USUAL_RENT[zone]
        * rng.choices([rng.uniform(0.25, 0.8), rng.uniform(0.8, 1.6), rng.uniform(1.6, 3)], [30, 50, 20])[0]
    )
    rent *= 1 + 0.12 * max(0, len(people) - 1)
    private = status in ("locataire_vide", "locataire_meuble")
    dwelling |= {
        "loyer": round(rent, 2),
        "conventionne": status == "locataire_hlm" or (private and rng.random() < 0.07),
        "colocation": private and rng.random() < 0.09,
        "chambre": private and rng.random() < 0.08,
        "crous": False,
        "proprietaire_proche_famille": private and rng.random() < 0.02,
        "sous_location": rng.random() < 0.005,
        "autre_aide_logement": rng.random() < 0.005,
        "decent": rng.random() >= 0.005,
        **({"date_entree": f"{month}-12"} if rng.random() < 0.006 else {}),
        "surface": 8 if rng.random() < 0.006 else 9 + 9 * len(people) + rng.randint(0, 30),
    }
    if status == "locataire_foyer":
        _home(rng, dwelling, student)
    return dwelling


def _home(rng: random.Random, dwelling: dict[str, Any], student: bool) -> None:
    if student and rng.random() < 0.4:
        dwelling |= {"crous": True, "chambre": True, "chambre_rehabilitee": rng.random() < 0.5}
        return
    if student and rng.random() < 0.8:
        dwelling |= {"type_residence": "residence_universitaire", "conventionne": rng.random() < 0.3}
        return
    dwelling["type_residence"] = rng.choice(
        ["ehpad", "residence_autonomie", "foyer_handicap", "residence_sociale", "foyer_jeunes_travailleurs", "autre"]
    )
    dwelling["conventionne"] = rng.random() < 0.6
    dwelling["convention_ancienne"] = False


def _benefits(rng: random.Random, month: str, people: list[Person]) -> dict[str, Any]:
    got: dict[str, Any] = {"rsa": 0, "aeeh": 0}
    poor = all(person["activite"] in ("chomeur", "inactif") for person in people if person["role"] != "enfant")
    draw = rng.random()
    amount = euros(rng, 60, 650)
    if draw < (0.45 if poor else 0.04):
        got["rsa"] = amount
    elif draw < (0.55 if poor else 0.05):  # begins or ends these days
        back, begins = rng.randint(0, 3), rng.random() < 0.5
        change = shift(month, -back)
        got["rsa"] = {at: (amount if (at >= change) == begins else 0.0) for at in between(shift(month, -6), month)}
    if any(person["role"] == "enfant" for person in people) and rng.random() < 0.04:
        got["aeeh"] = 151.80
    return got


def _savings(rng: random.Random) -> dict[str, Any]:
    held: dict[str, Any] = {
        "livret_a": 0,
        "epargne_non_imposable": 0,
        "epargne_imposable": 0,
        "valeur_immobilier_loue": 0,
        "valeur_immobilier_non_loue": 0,
        "valeur_terrains_non_loues": 0,
        "valeur_locative_immobilier_non_loue": 0,
        "valeur_locative_terrains_non_loues": 0,
    }
    if rng.random() < 0.25:
        held["livret_a"] = round(rng.uniform(100, 22950))
    if rng.random() < 0.10:
        held["epargne_non_imposable"] = round(rng.uniform(500, 40000))
    if rng.random() < 0.05:
        held["epargne_imposable"] = round(rng.uniform(500, 40000))
    if rng.random() < 0.03:
        held["valeur_immobilier_loue"] = round(rng.uniform(10000, 120000))
    if rng.random() < 0.03:
        value = round(rng.uniform(8000, 90000))
        held |= {"valeur_immobilier_non_loue": value, "valeur_locative_immobilier_non_loue": round(value * 0.04)}
    if rng.random() < 0.02:
        value = round(rng.uniform(2000, 40000))
        held |= {"valeur_terrains_non_loues": value, "valeur_locative_terrains_non_loues": round(value * 0.02)}
    return held
