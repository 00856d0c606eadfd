"""Complete households of several populations, and the answers that may be taken away without changing the question."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from functools import lru_cache

from tests.oracle.population.energy import random_dwelling
from tests.oracle.population.housing import random_tenant
from tests.screening.households import MONTH, Path, Profile, answers_of, complete_profile, field_name, without
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.screen import Screener, field_of, screener_of

POPULATIONS = ("families", "tenants", "dwellings", "families_housed")
RECEIVED = {"rsa": 0, "ppa": 0, "aide_logement": 0, "cheque_energie": {"2026": 0}}


@lru_cache(maxsize=1)
def screener() -> Screener:
    return screener_of(default_rulebook(), MONTH)


def household_of(population: str, seed: int) -> Profile:
    """A household with all the answers that its population tells."""
    rng = random.Random(seed)
    if population == "dwellings":
        profile = copy.deepcopy(random_dwelling(rng, MONTH))
    elif population == "tenants":
        profile = copy.deepcopy(random_tenant(rng, MONTH))
        profile["prestations_recues"] = RECEIVED | profile["prestations_recues"]
    else:
        profile = complete_profile(seed, MONTH)
        if population == "families_housed":
            profile["logement"] = copy.deepcopy(random_tenant(rng, MONTH)["logement"])
    return profile | {"id": f"{population}-{seed}"}


def removable(profile: Profile) -> list[Path]:
    """The answers whose absence means that nobody knows.

    Not an income of somebody whose incomes are complete (not written is not received), nor an answer to a question
    that does not apply to the household: the rules then take what stands in for it.
    """
    skipped = _not_asked(profile)
    found: list[Path] = []
    for path in answers_of(profile):
        person = profile["personnes"][path[1]] if path[0] == "personnes" else {}
        if path[-1] == "role" or ("revenus" in path and person.get("revenus_complets")):
            continue
        if field_name(path) not in skipped:
            found.append(path)
    return found


def _not_asked(profile: Profile) -> set[str]:
    """The fields whose question does not surely apply, for some month or some purpose of the rules."""
    plan = screener().plan
    nodes, trace = plan.graph.nodes, screener().read(_validated(profile)).trace
    places = {node: place for place, node in enumerate(plan.inputs)}
    places |= {
        n: places[nodes[n].args[0]] for n in plan.detail if nodes[n].op == "project" and nodes[n].args[0] in places
    }
    found: set[str] = set()
    for node in plan.detail:
        if nodes[node].op != "orelse" or len(nodes[node].args) < 3:
            continue
        raw, _, asked = nodes[node].args
        variable = default_rulebook().variables[plan.slots[places[raw]].name]
        surely = trace[asked][0]
        for rank, sure in enumerate(surely if isinstance(surely, list) else [surely]):
            if not sure:
                found.add(field_of(variable, rank if variable.level == "personne" else None))
    return found


def _validated(profile: Profile) -> HouseholdBase:
    return household_model(default_rulebook()).model_validate(profile)


def shorter_and_shorter(profile: Profile, rng: random.Random) -> Iterator[tuple[Path, Profile]]:
    """The household with more and more answers taken away, each with the one that went last."""
    paths = removable(profile)
    for path in rng.sample(paths, min(len(paths), rng.choice((1, 1, 2, 3, 5, 8)))):
        profile = without(profile, path)
        yield path, profile


def incomplete(count: int, seed: int = 0) -> list[Profile]:
    """Households of every population that lack some answers."""
    found: list[Profile] = []
    for rank in range(count):
        rng = random.Random(f"{seed}/{rank}")
        *_, (_, last) = shorter_and_shorter(household_of(POPULATIONS[rank % 4], seed * 10_000 + rank), rng)
        found.append(last)
    return found
