"""Households for the tests of screening: simple ones, complete ones, and ones with an answer taken away."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any, get_args

from tests.oracle.population import random_profile
from zero_non_recours.profile.periods import show_month
from zero_non_recours.rulebook.fields import household_model, profile_fields
from zero_non_recours.rulebook.loader import default_rulebook

Profile = dict[str, Any]
Path = tuple[str | int, ...]

COVERAGE = default_rulebook().coverage
MONTHS = [show_month(month) for month in range(COVERAGE.first, COVERAGE.last + 1)]
MONTH = "2026-11"
RIGHTS = ["rsa", "ppa"]
"""The rights whose answers these tests know; others may stand beside them."""
INCOMES = [f for f in profile_fields(default_rulebook()) if f.path.startswith("personnes[].revenus.")]
BY_YEAR = {f.parts[-1] for f in INCOMES if f.yearly_source}
RARE = (
    "enceinte",
    "conge_parental",
    "conge_sans_solde",
    "detenu",
    "travailleur_detache",
    "refugie",
    "carte_resident",
    "garde_alternee",
    "orphelin_deux_parents",
)


def adult(role: str = "demandeur", wage: Any = 0, **fields: Any) -> Profile:
    """A French adult of 36 whose incomes are all told."""
    person: Profile = {
        "role": role,
        "date_naissance": "1990-01-15",
        "nationalite": "FR",
        "activite": "salarie",
        "revenus": {"salaire_net": wage},
        "revenus_complets": True,
    }
    return person | fields


def child(born: str = "2017-03-10", **fields: Any) -> Profile:
    return {"role": "enfant", "date_naissance": born, "revenus_complets": True} | fields


def home(*people: Profile, status: str = "locataire_vide", **benefits: Any) -> Profile:
    """A tenant's household that receives only `benefits`."""
    received = {"aide_logement": 0, "af": 0, "cf": 0, "asf": 0, "paje_base": 0, "paje_prepare": 0, "aspa": 0}
    return {
        "personnes": list(people),
        "isolement_recent": False,
        "logement": {"statut": status, "code_insee": "38185"},
        "prestations_recues": received | benefits,
    }


def complete_profile(seed: int, month: str) -> Profile:
    """A random household where every answer that may decide is written, none left to `revenus_complets`."""
    profile = copy.deepcopy(random_profile(random.Random(seed), month))
    profile["id"] = f"h{seed}"
    profile.setdefault("fiscal", {"rfr": 0})
    months = [m for m in (f"{y}-{n:02d}" for y in range(2020, int(month[:4]) + 1) for n in range(1, 13)) if m <= month]
    for person in profile["personnes"]:
        if person["role"] == "autre":
            continue
        del person["revenus_complets"]
        for field in INCOMES:
            name = field.parts[-1]
            raw = person["revenus"].setdefault(name, 0)
            if isinstance(raw, dict) and not (name in BY_YEAR and any(len(key) == 4 for key in raw)):
                person["revenus"][name] = dict.fromkeys(months, 0) | raw
        for name in RARE:
            person.setdefault(name, False)
        person.setdefault("residence_stable", True)
        person.setdefault("nationalite", "FR")
    return profile


def answers_of(node: Any, before: Path = ()) -> Iterator[Path]:
    """The path of every answer of a profile; a monthly answer counts whole."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        monthly = isinstance(value, dict) and bool(value) and all(str(k)[:2] == "20" for k in value)
        if isinstance(value, dict | list) and not monthly:
            yield from answers_of(value, (*before, key))
        elif key not in ("id", "revenus_complets"):
            yield (*before, key)


def without(profile: Profile, path: Path) -> Profile:
    """The profile with one answer taken away."""
    left = copy.deepcopy(profile)
    node: Any = left
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return left


def field_name(path: Path) -> str:
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


def part_model(name: str) -> Any:
    """The model of a person, or of a part of the household."""
    annotation = household_model(default_rulebook()).model_fields[name].annotation
    return get_args(annotation)[0]
