"""What draws of the unknown answers say of open rights: alone as in a batch, within the bounds, as the priors say."""

from __future__ import annotations

import copy
import random
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from tests.engine.households import fictional
from tests.screening import fictional as islands
from tests.screening.households import MONTH, adult, child, home
from tests.screening.removal import incomplete, screener
from tests.screening.uncertain import blurred
from zero_non_recours import screen
from zero_non_recours.engine.draws import DrawnRights
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.batch import claims
from zero_non_recours.screening.batch import screen as batch
from zero_non_recours.screening.batch.screen import screen_batch
from zero_non_recours.screening.draws import Draws, amounts_of, draws_of, likelihoods
from zero_non_recours.screening.result import RightResult

DRAWS = 64
Profile = dict[str, Any]


def validated(profile: Profile) -> HouseholdBase:
    return household_model(default_rulebook()).model_validate(profile)


@lru_cache(maxsize=1)
def population() -> list[HouseholdBase]:
    """Households that lack answers, some of them with ranges."""
    profiles = incomplete(36)
    rng = random.Random(1)
    uncertain = [blurred(profile, rng, 0.1) | {"id": f"{profile['id']}-range"} for profile in profiles[:12]]
    return [validated(profile) for profile in profiles + uncertain]


@lru_cache(maxsize=1)
def one_by_one() -> list[dict[str, RightResult]]:
    return [dict(screener().screen(household, DRAWS).rights) for household in population()]


def draws(profile: Profile, size: int = DRAWS, seed: int = 0) -> Draws:
    household = validated(profile)
    return draws_of(screener(), household, screener().read(household), size, seed)


# -- one household, a batch -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("order", "block"), [(0, 512), (1, 512), (2, 3), (3, 7)])
def test_a_batch_gives_the_likelihoods_of_each_household_alone(monkeypatch, order, block):
    """Whatever the households beside it, their order, and how they are put in blocks."""
    monkeypatch.setattr(batch, "BLOCKED", block)
    monkeypatch.setattr(claims, "BLOCKED", block)
    places = list(range(len(population())))
    random.Random(order).shuffle(places)
    places = places[: len(places) // (order + 1)]
    compared = 0
    for columns in screen_batch(screener(), [population()[place] for place in places], DRAWS):
        for found, place in zip(columns.likelihood, places, strict=True):
            expected = one_by_one()[place][columns.right.name].likelihood
            assert found == expected, (columns.right.name, population()[place].id)
            compared += found is not None
    assert compared > 12


def test_the_households_of_the_tests_are_drawn_in_every_way():
    methods = Counter(r.likelihood.method for rights in one_by_one() for r in rights.values() if r.likelihood)
    assert {"exact", "stratified", "drawn"} <= methods.keys(), methods


def test_only_open_rights_have_a_likelihood_and_only_when_draws_are_asked_for():
    for household, rights in zip(population(), one_by_one(), strict=True):
        for name, result in rights.items():
            settled = result.status == "not_eligible" or result.amount.low == result.amount.high
            assert result.likelihood is None or not settled, (household.id, name)
    rights = screen(population()[0], MONTH).rights.values()
    assert all(result.likelihood is None for result in rights)
    with pytest.raises(ValueError, match="draws"):
        screen(population()[0], MONTH, draws=-1)


def test_likelihoods_are_within_the_bounds():
    checked = 0
    for household, rights in zip(population(), one_by_one(), strict=True):
        for name, result in rights.items():
            found = result.likelihood
            if found is None:
                continue
            about, amount = (household.id, name), result.amount
            low, high = amount.low or 0.0, np.inf if amount.high is None else amount.high
            assert 0.0 <= found.p_eligible <= 1.0 and 0.0 <= found.error <= 0.5, about
            assert 0.0 <= found.p10 <= found.p50 <= found.p90 <= high + 0.01, about
            assert found.mean <= high + 0.01, about
            if result.status == "eligible":
                assert found.p_eligible == 1.0 and found.error == 0.0 and low - 0.01 <= found.p10, about
            checked += 1
    assert checked > 40


# -- whose draws ------------------------------------------------------------------------------------------------

TENANT = {"loyer": 520, "statut": "locataire_vide", "code_insee": "38185", "conventionne": False, "colocation": False}
RECEIVES_NOTHING = {"rsa": 0, "ppa": 0, "aide_logement": 0, "cheque_energie": {"2026": 0}}


def family(**answers: Any) -> Profile:
    """A parent and two children whose rights are all settled, with other answers; `None` takes one away."""
    profile = home(adult(wage=700, activite="salarie"), child("2017-03-10"), child("2020-05-01"), **RECEIVES_NOTHING)
    profile |= {"id": "f", "organisme": "caf", "fiscal": {"rfr": {"2024": 9000}, "declaration_faite": True}}
    profile["logement"] = dict(TENANT) | {"titulaire_electricite": "demandeur", "chambre": False}
    for path, value in answers.items():
        node: Any = profile
        *parents, last = path.split("__")
        for key in parents:
            node = node[int(key)] if key.isdigit() else node[key]
        node[last] = value
    return profile


def test_the_family_lacks_no_answer():
    rights = screen(family(), MONTH, draws=DRAWS).rights
    assert all(r.amount.low == r.amount.high and r.likelihood is None for r in rights.values())
    assert draws(family()).method == "none"


def test_draws_are_keyed_by_the_household_and_the_seed():
    unknown = family(logement__loyer=None, personnes__0__revenus={}, personnes__0__revenus_complets=None)
    first, again = draws(unknown), draws(copy.deepcopy(unknown))
    assert first.method == "drawn" and first.answers.keys() == again.answers.keys()
    for other, same in ((again, True), (draws(unknown | {"id": "g"}), False), (draws(unknown, seed=1), False)):
        for question, answers in first.answers.items():
            if len({*answers.tolist()}) > 2:
                assert np.array_equal(answers, other.answers[question]) is same, question
    assert [r.likelihood for r in screen(unknown, MONTH, draws=DRAWS).rights.values()] == [
        r.likelihood for r in screen(copy.deepcopy(unknown), MONTH, draws=DRAWS).rights.values()
    ]


# -- what they say ----------------------------------------------------------------------------------------------


def filled(profile: Profile, found: Draws, draw: int) -> Profile:
    """The household with the answers of one draw."""
    profile = copy.deepcopy(profile)
    variables = default_rulebook().variables
    for (name, rank), answers in found.answers.items():
        variable, answer = variables[name], float(answers[draw])
        *parents, last = variable.path.split(".")
        node: Any = profile
        for key in parents:
            node = node["personnes"][rank] if key == "personnes[]" else node.setdefault(key, {})
        node[last] = bool(answer) if variable.type == "booleen" else answer
        if variable.values:
            node[last] = list(variable.values)[int(answer)]
    return profile


@pytest.mark.parametrize(
    ("changes", "name", "method"),
    [
        ({"logement__code_insee": None}, "zone_apl", "exact"),
        ({"logement__statut": "heberge_gratuit"}, "participation_frais", "exact"),
        ({"logement__loyer": None}, "loyer", "stratified"),
        ({"logement__loyer": None, "logement__code_insee": None}, "loyer", "drawn"),
    ],
)
def test_the_amounts_of_the_draws_are_those_of_the_household_with_their_answers(changes, name, method):
    profile = family(**changes)
    found = draws(profile)
    assert found.method == method and (name, None) in found.answers
    for draw in range(0, len(found.weights), 5):
        rights = screen(filled(profile, found, draw), MONTH).rights
        for right, amounts in found.amounts.items():
            assert rights[right].amount.expected == pytest.approx(amounts[draw], abs=1e-6), (right, draw)


def test_every_zone_counts_with_its_share():
    """The mean and the quantiles of three amounts, computed again from the law of the zone."""
    [law] = default_rulebook().priors["zone_apl"].laws
    amounts: dict[float, float] = {}
    for zone, share in law.shares:
        expected = screen(family(logement__code_insee=None, logement__zone_apl=zone), MONTH).rights["aide_logement"]
        assert expected.amount.expected
        amounts[expected.amount.expected] = share
    result = screen(family(logement__code_insee=None), MONTH, draws=DRAWS).rights["aide_logement"]
    found = result.likelihood
    assert found is not None and len(amounts) == 3 == found.draws
    assert (result.amount.low, result.amount.high) == (min(amounts), max(amounts))
    assert (found.method, found.p_eligible, found.error) == ("exact", 1.0, 0.0)
    assert found.mean == pytest.approx(sum(amount * share for amount, share in amounts.items()), abs=0.005)
    for quantile, value in ((0.1, found.p10), (0.5, found.p50), (0.9, found.p90)):
        below = sum(share for amount, share in amounts.items() if amount < value - 0.01)
        assert below < quantile <= below + amounts[min(amounts, key=lambda amount: abs(amount - value))]


def test_one_rent_is_drawn_at_the_middle_of_equal_parts_of_a_law():
    answers = np.sort(draws(family(logement__loyer=None)).answers["loyer", None])
    middles = (np.arange(DRAWS) + 0.5) / DRAWS
    laws = [np.interp(middles, *np.array(law.quantiles).T) for law in default_rulebook().priors["loyer"].laws]
    assert any(np.allclose(answers, law) for law in laws)


def test_quantiles_are_the_smallest_amounts_that_enough_draws_do_not_exceed():
    rng = np.random.default_rng(5)
    amounts = rng.choice([0.0, 0.0, 10.0, 25.5, 300.0], size=(20, 40))
    weights = rng.random((20, 40))
    weights /= weights.sum(axis=1, keepdims=True)
    for row, (held, mean, *quantiles) in enumerate(likelihoods(amounts, weights)):
        assert held == pytest.approx(weights[row][amounts[row] > 0].sum())
        assert mean == pytest.approx((weights[row] * amounts[row]).sum())
        for part, found in zip((0.1, 0.5, 0.9), quantiles, strict=True):
            enough = [a for a in sorted({*amounts[row]}) if weights[row][amounts[row] <= a].sum() >= part]
            assert found == enough[0]


def test_a_right_is_worth_nothing_in_the_draws_where_a_condition_fails():
    results = [np.array([[True, False, True, True]]), np.array([[True, True, True, False]]), np.array([[9, 9, -1, 9]])]
    found = DrawnRights(np.full((1, 4), 0.25), {}, frozenset(), results, {})
    assert amounts_of(found, (0, 1, 2)).tolist() == [[9, 0, 0, 0]]
    assert amounts_of(found, (0, 2)).tolist() == [[9, 0, 0, 9]]


def test_without_priors_nothing_is_said_of_how_likely_a_right_is():
    household = islands.household(gite__loyer=None)
    rights = islands.screener().screen(household, DRAWS).rights
    assert rights["gite"].status == "undetermined"
    assert all(result.likelihood is None for result in rights.values())
    assert not fictional().priors
    for columns in screen_batch(islands.screener(), [household, islands.household()], DRAWS):
        assert columns.likelihood == [None, None]
