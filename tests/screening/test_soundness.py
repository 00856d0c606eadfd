"""Answers taken away from complete households: the true rights stay possible, and an answer given back never widens."""

from __future__ import annotations

import copy
import math
import random
from collections import Counter
from itertools import pairwise

import pytest

from tests.screening.households import INCOMES, MONTH, Path, Profile, field_name, without
from tests.screening.removal import household_of, removable, shorter_and_shorter
from tests.screening.uncertain import blurred
from zero_non_recours import screen
from zero_non_recours.screening.result import RightResult, Screening

SLACK = 1e-6


def ends(result: RightResult) -> tuple[float, float]:
    low, high = result.amount.low, result.amount.high
    return -math.inf if low is None else low, math.inf if high is None else high


def told(result: RightResult) -> set[str]:
    """The answers that were supposed; with an activity, whether it changed is supposed."""
    fields = {assumption.field for assumption in result.assumptions}
    return fields | {field.replace("activite_interrompue", "activite") for field in fields}


def check_inside(narrow: RightResult, wide: RightResult, about: object) -> None:
    """What more answers say is something that fewer answers allow."""
    (low, high), (least, most) = ends(narrow), ends(wide)
    assert least - SLACK <= low and high <= most + SLACK, (about, (low, high), (least, most))
    assert wide.status in (narrow.status, "undetermined"), (about, narrow.status, wide.status)
    for one, other in zip(narrow.conditions, wide.conditions, strict=True):
        assert other.value is None or one.value is other.value, (about, one.id, one.value, other.value)


def check_chain(screenings: list[Screening], gone: list[str], about: object) -> Counter[str]:
    """Each screening allows what the first one and the one before say; how many rights are left open, by name.

    `gone`: the field that went before each screening but the first.
    """
    opened: Counter[str] = Counter()
    for rank, (before, after) in enumerate(pairwise(screenings)):
        for name, result in after.rights.items():
            supposed = told(result)
            if supposed.isdisjoint(gone[: rank + 1]):
                check_inside(screenings[0].rights[name], result, (about, name, gone[: rank + 1]))
            if gone[rank] not in supposed:
                check_inside(before.rights[name], result, (about, name, gone[: rank + 1]))
            opened[name] += result.status == "undetermined" != screenings[0].rights[name].status
    return opened


@pytest.mark.parametrize(
    ("population", "count"), [("families", 50), ("tenants", 45), ("dwellings", 24), ("families_housed", 50)]
)
def test_every_answer_taken_away_only_widens(population, count):
    opened: Counter[str] = Counter()
    for seed in range(count):
        profile = household_of(population, seed)
        shorter = list(shorter_and_shorter(profile, random.Random(seed)))
        screenings = [screen(one, MONTH) for one in (profile, *(left for _, left in shorter))]
        opened += check_chain(screenings, [field_name(path) for path, _ in shorter], (population, seed))
    assert opened.total() >= 5, "almost nothing was left open: the test shows nothing"


@pytest.mark.parametrize("seed", range(12))
def test_months_of_incomes_taken_away_only_widen(seed):
    """One month after the other; an income of which every month is gone is unknown."""
    rng = random.Random(seed)
    profile = household_of("families", seed)
    months = [path for path in _months(profile) if path[:-1] in set(removable(profile))]
    gone = rng.sample(months, min(8, len(months)))
    steps = [profile]
    for path in gone:
        steps.append(without(steps[-1], path))
    check_chain([screen(step, MONTH) for step in steps], [field_name(path[:-1]) for path in gone], seed)


def _months(profile: Profile) -> list[Path]:
    """The months of the last year of every income that is written month by month."""
    names = [field.parts[-1] for field in INCOMES]
    incomes = [(rank, name) for rank in range(len(profile["personnes"])) for name in names]
    return [
        ("personnes", rank, "revenus", name, month)
        for rank, name in incomes
        for month in _written(profile["personnes"][rank].get("revenus", {}).get(name))
        if month >= "2025-11"
    ]


def _written(income: object) -> list[str]:
    return [key for key in income if len(key) == 7] if isinstance(income, dict) else []


@pytest.mark.parametrize("population", ["families", "tenants", "families_housed"])
def test_answers_made_less_sure_only_widen(population):
    """Ranges that hold the true answers, instead of three in ten of them."""
    for seed in range(20):
        profile = household_of(population, seed)
        narrow = blurred(profile, random.Random(seed), 0.3)
        complete, sure = screen(profile, MONTH), screen(narrow, MONTH)
        for name, result in sure.rights.items():
            check_inside(complete.rights[name], result, (population, seed, name))


def test_an_answer_given_back_is_the_household_with_it():
    """Nothing is remembered from one screening to the next."""
    profile = household_of("families_housed", 3)
    before = screen(profile, MONTH)
    for _, left in shorter_and_shorter(profile, random.Random(3)):
        screen(left, MONTH)
    assert screen(copy.deepcopy(profile), MONTH) == before
