"""Amounts in every state of claims: those of the household written in that state; many at once as one by one."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import pytest

from tests.screening import fictional as islands
from tests.screening.households import Profile
from tests.screening.removal import household_of, incomplete, screener
from tests.screening.uncertain import blurred
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.batch.joint import BatchJoint, JointColumns
from zero_non_recours.screening.joint import ClaimStates, JointAmounts, joint_of

DRAWS = 32
CENT = 0.011


def validated(profile: Profile) -> HouseholdBase:
    return household_model(default_rulebook()).model_validate(profile)


@lru_cache(maxsize=1)
def states() -> ClaimStates:
    return joint_of(screener())


def with_receipts(profile: Profile, receipts: dict[str, Any]) -> Profile:
    """The household with what is received of the rights that others count; `None` is not told."""
    told = copy.deepcopy(profile)
    kept = {name: amount for name, amount in told.get("prestations_recues", {}).items() if name not in states().linked}
    return told | {"prestations_recues": kept | {n: amount for n, amount in receipts.items() if amount is not None}}


def in_state(profile: Profile, receipts: dict[str, Any], state: int) -> tuple[HouseholdBase, list[str]]:
    """The household as it would be written in a state, and the rights that are then supposed claimed."""
    held = [name for bit, name in enumerate(states().linked) if state >> bit & 1]
    written = {name: receipts[name] if name in held and receipts[name] else 0 for name in receipts}
    return validated(with_receipts(profile, written)), [name for name in held if not receipts[name]]


def receipts_of(rng: random.Random) -> dict[str, Any]:
    return {name: rng.choice([None, None, 0, 120.5]) for name in states().linked}


def cases(populations: Sequence[str], count: int) -> Iterator[tuple[Profile, dict[str, Any]]]:
    for population in populations:
        for seed in range(count):
            yield household_of(population, seed), receipts_of(random.Random(f"{population}/{seed}"))


def shown(found: JointAmounts, state: int) -> dict[str, list[float]]:
    return {name: amounts[state].tolist() for name, amounts in found.amounts.items()}


# -- one household -------------------------------------------------------------------------------------------


def test_the_rights_that_others_count():
    assert states().linked == ("rsa", "aide_logement")
    assert states().dependent == {"rsa", "ppa", "aide_logement"}
    assert joint_of(islands.screener()).linked == ("gite", "chant")


def test_a_complete_household_is_paid_in_each_state_as_when_it_is_written_so():
    moved = 0
    for profile, receipts in cases(("families", "families_housed"), 9):
        found = states().amounts(validated(with_receipts(profile, receipts)), DRAWS)
        assert (found.method, found.weights.tolist()) == ("none", [1.0])
        for state in range(states().number):
            household, claimed = in_state(profile, receipts, state)
            expected = states().reading.amounts(household, claimed)
            assert shown(found, state) == {name: [expected[name][0]] for name in found.amounts}
            assert all(low == high for low, high in expected.values())
        moved += not all((amounts == amounts[0]).all() for amounts in found.amounts.values())
    assert moved > 5, "most of these households depend on the state"


def test_the_state_that_is_declared_is_what_the_screening_says():
    for profile, receipts in cases(("families", "families_housed"), 9):
        told = {name: amount or 0 for name, amount in receipts.items()}
        household = validated(with_receipts(profile, told))
        found = states().amounts(household, DRAWS)
        state = sum(1 << bit for bit, name in enumerate(states().linked) if told[name])
        for name, result in screener().screen(household).rights.items():
            amount = result.amount.expected if result.status == "eligible" else 0.0
            assert found.amounts[name][state] == pytest.approx(amount, abs=CENT), name


@pytest.mark.parametrize("population", ["tenants", "dwellings", "families"])
def test_every_draw_is_within_what_may_be_in_that_state(population):
    drawn, methods = 0, set()
    profiles = [h for h in incomplete(24, 2) if h["id"].startswith(population + "-")] or [household_of(population, 1)]
    for rank, profile in enumerate(profiles):
        receipts = receipts_of(random.Random(rank))
        found = states().amounts(validated(with_receipts(profile, receipts)), DRAWS)
        methods.add(found.method)
        assert found.weights.sum() == pytest.approx(1)
        for state in range(states().number):
            household, claimed = in_state(profile, receipts, state)
            bounds = states().reading.amounts(household, claimed)
            for name, amounts in found.amounts.items():
                low, high = bounds[name]
                assert amounts.shape == (states().number, len(found.weights))
                assert (amounts[state] <= high + CENT).all()
                assert ((amounts[state] >= low - CENT) | (amounts[state] == 0) & (low <= CENT)).all()
                drawn += len(set(amounts[state].tolist())) > 1
    assert drawn and methods & {"exact", "stratified", "drawn"}


def test_what_cannot_be_drawn_is_left_out_and_the_rest_is_told():
    """Fictional country: nothing says what a rent may be, and the singing depends on it once the lodge is claimed."""
    joint = joint_of(islands.screener())
    found = joint.amounts(islands.household(gite__loyer=None, aides_recues__gite=None))
    assert not found.amounts and found.weights.tolist() == [1.0] and found.method == "none"
    silent = joint.amounts(islands.household(gite__loyer=None, voix=0))
    assert list(silent.amounts) == ["chant"] and not silent.amounts["chant"].any()
    known = joint.amounts(islands.household())
    assert {name: amounts[:, 0].tolist() for name, amounts in known.amounts.items()} == {
        "gite": [100, 100, 160, 160],
        "chant": [120, 70, 120, 40],
    }


# -- many at once --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def population() -> list[HouseholdBase]:
    """Complete ones, ones that lack answers, some with ranges, some without an identifier."""
    profiles = incomplete(28, 5) + [household_of("families_housed", seed) for seed in range(4)]
    rng = random.Random(1)
    profiles += [blurred(profile, rng, 0.1) | {"id": f"{profile['id']}-range"} for profile in profiles[:8]]
    told = [with_receipts(profile, receipts_of(random.Random(rank))) for rank, profile in enumerate(profiles)]
    told += [{key: value for key, value in profile.items() if key != "id"} for profile in told[:4]]
    return [validated(profile) for profile in told]


@lru_cache(maxsize=1)
def one_by_one() -> list[JointAmounts]:
    return [states().amounts(household, DRAWS) for household in population()]


def same(columns: JointColumns, at: int, alone: JointAmounts) -> bool:
    """Whether a row of a group is what is found alone, to the bit."""
    return (
        columns.amounts.keys() == alone.amounts.keys()
        and all(columns.amounts[name][:, at].tobytes() == a.tobytes() for name, a in alone.amounts.items())
        and columns.weights[at].tobytes() == alone.weights.tobytes()
        and (columns.listed or alone.method != "exact")
    )


@pytest.mark.parametrize(("order", "block"), [(0, 512), (1, 5), (2, 13)])
def test_many_at_once_in_any_order_and_split_is_the_same_to_the_bit(order, block):
    places = list(range(len(population())))
    random.Random(order).shuffle(places)
    batch, seen = BatchJoint(states(), DRAWS), []
    for start in range(0, len(places), block):
        part = places[start : start + block]
        for columns in batch.read([population()[place] for place in part]):
            for at, row in enumerate(columns.rows):
                seen.append(part[row])
                assert same(columns, at, one_by_one()[part[row]]), population()[part[row]].id
    assert sorted(seen) == sorted(places)


def test_the_population_has_every_way_of_drawing():
    methods = [found.method for found in one_by_one()]
    assert set(methods) == {"none", "exact", "stratified", "drawn"}
    assert any(household.id is None for household in population())


def test_the_fictional_country_many_at_once():
    joint = joint_of(islands.screener())
    households, undrawn = islands.population(80, 7), 0
    for columns in BatchJoint(joint, DRAWS).read(households):
        for at, row in enumerate(columns.rows):
            alone = joint.amounts(households[row], DRAWS)
            assert same(columns, at, alone)
            undrawn += len(alone.amounts) < len(islands.RIGHTS)
    assert 5 < undrawn < 75
