"""What rights bring together and how it is shared: against plain sums over orders and states, and what must hold."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.outreach.bundle import (
    MOST,
    attribution_weights,
    expected_attribution,
    expected_gains,
    shapley_attribution,
    state_probabilities,
    subsets,
)

NAMES = ("a", "b", "c", "d")
CLOSE = 1e-6
euros = st.floats(-500, 2_000)
chances = st.floats(0, 1)


@st.composite
def bundles(draw, least=1):
    """The names of some rights, Y for each set of them, and the probability that each is missing."""
    rights = NAMES[: draw(st.integers(least, 4))]
    worth = {held: draw(euros) for held in subsets(rights)}
    return rights, worth, {right: draw(chances) for right in rights}


@st.composite
def growing(draw):
    """Bundles where no right takes away more than it brings."""
    rights, worth, non_receipt = draw(bundles())
    grown = {held: max(worth[less] for less in worth if less <= held) for held in worth}
    return rights, grown, non_receipt


def by_orders(worth, claimed, missing):
    """What each right adds, on average over the orders in which they may be claimed."""
    orders = list(itertools.permutations(missing))
    found = dict.fromkeys(missing, 0.0)
    for order in orders:
        held = frozenset(claimed)
        for right in order:
            found[right] += (worth[held | {right}] - worth[held]) / len(orders)
            held |= {right}
    return found


def by_states(worth, non_receipt):
    """The mean over what may be missing of the gain, and of what each right adds."""
    total, shares = 0.0, dict.fromkeys(non_receipt, 0.0)
    every = frozenset(non_receipt)
    for missing in subsets(list(non_receipt)):
        chance = math.prod(q if right in missing else 1 - q for right, q in non_receipt.items())
        total += chance * (worth[every] - worth[every - missing])
        for right, share in by_orders(worth, every - missing, sorted(missing)).items():
            shares[right] += chance * share
    return total, shares


def rows(cases: int, rights: int, seed: int = 5):
    """Y and non-receipt for some households, as arrays."""
    draws = np.random.default_rng(seed)
    return draws.uniform(-100, 900, (cases, 1 << rights)), draws.uniform(0, 1, (cases, rights))


# -- one state --------------------------------------------------------------------------------------------


@given(bundles(), st.data())
def test_shares_are_the_mean_over_orders_and_add_up_to_the_gain(bundle, data):
    rights, worth, _ = bundle
    claimed = data.draw(st.sets(st.sampled_from(rights)))
    missing = [right for right in rights if right not in claimed]
    found = shapley_attribution(worth, claimed, missing)
    assert list(found) == missing
    assert found == pytest.approx(by_orders(worth, claimed, missing), abs=CLOSE)
    gain = worth[frozenset(rights)] - worth[frozenset(claimed)]
    assert math.fsum(found.values()) == pytest.approx(gain, abs=CLOSE)


@given(bundles(), st.permutations(NAMES))
def test_the_order_of_rights_changes_nothing(bundle, order):
    rights, worth, non_receipt = bundle
    other = [right for right in order if right in rights]
    assert shapley_attribution(worth, [], other) == shapley_attribution(worth, [], rights)
    found = expected_gains(worth, {right: non_receipt[right] for right in other})
    expected = expected_gains(worth, non_receipt)
    assert found.total == pytest.approx(expected.total, abs=CLOSE)
    assert found.shares == pytest.approx(expected.shares, abs=CLOSE)


def test_rights_that_ignore_each_other_bring_what_they_bring_alone():
    alone = {"a": 600.0, "b": 270.0, "c": 40.0}
    worth = {held: sum(alone[right] for right in held) for held in subsets("abc")}
    assert shapley_attribution(worth, [], "abc") == pytest.approx(alone)
    assert expected_gains(worth, {"a": 0.5, "b": 0.1, "c": 0}).shares == pytest.approx({"a": 300, "b": 27, "c": 0})


def test_a_right_that_only_displaces_another_has_a_negative_share():
    worth = {frozenset(): 0.0, frozenset("a"): 500.0, frozenset("b"): 0.0, frozenset("ab"): 440.0}
    assert shapley_attribution(worth, [], "ab") == {"a": 470.0, "b": -30.0}
    assert expected_gains(worth, {"a": 1.0, "b": 1.0}).shares["b"] == -30.0


def test_nothing_missing_brings_nothing():
    assert shapley_attribution({frozenset("a"): 600.0}, ["a"], []) == {}
    assert expected_gains({frozenset(): 30.0}, {}).total == 0.0


def test_a_set_without_its_amount_is_named():
    worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 1.0}
    with pytest.raises(ValueError, match=r"\{a, b\} manque"):
        shapley_attribution(worth, [], ["b", "a"])
    with pytest.raises(ValueError, match=r"\{a, b\} manque"):
        expected_gains(worth, {"a": 0.5, "b": 0.5})


def test_a_right_is_not_both_received_and_missing():
    with pytest.raises(ValueError, match="perçu"):
        shapley_attribution({}, ["a"], ["a", "b"])


# -- all the states ---------------------------------------------------------------------------------------


@given(bundles())
def test_expected_gains_are_the_plain_sum_over_states(bundle):
    _, worth, non_receipt = bundle
    total, shares = by_states(worth, non_receipt)
    found = expected_gains(worth, non_receipt)
    assert found.total == pytest.approx(total, abs=CLOSE)
    assert found.shares == pytest.approx(shares, abs=CLOSE)


@given(growing(), chances, st.data())
def test_the_more_likely_a_right_is_missing_the_larger_the_expected_gain(bundle, other, data):
    rights, worth, non_receipt = bundle
    right = data.draw(st.sampled_from(rights))
    low, high = sorted((non_receipt[right], other))
    less, more = (expected_gains(worth, {**non_receipt, right: q}).total for q in (low, high))
    assert -CLOSE <= less <= more + CLOSE


@given(bundles(least=2), st.data())
def test_a_received_right_has_no_share_and_changes_what_the_others_bring(bundle, data):
    rights, worth, non_receipt = bundle
    received = data.draw(st.sampled_from(rights))
    found = expected_gains(worth, {**non_receipt, received: 0.0})
    beside = {held - {received}: worth[held] for held in worth if received in held}
    others = {right: q for right, q in non_receipt.items() if right != received}
    assert found.shares[received] == 0
    assert found.total == pytest.approx(expected_gains(beside, others).total, abs=CLOSE)


@given(st.lists(chances, min_size=1, max_size=4))
def test_states_are_products_that_add_up_to_one(non_receipt):
    found = state_probabilities(non_receipt)
    assert found.sum() == pytest.approx(1.0) and (found >= 0).all()
    for held, missing in zip(found, subsets(NAMES[: len(non_receipt)]), strict=True):
        factors = [q if name in missing else 1 - q for name, q in zip(NAMES, non_receipt, strict=False)]
        assert held == pytest.approx(math.prod(factors))


@pytest.mark.parametrize("rights", [0, 1, 2, 3, 4])
def test_arrays_are_as_many_mappings(rights):
    worth, non_receipt = rows(20, rights)
    found = expected_attribution(worth, non_receipt)
    assert found.shape == (20, rights)
    names = NAMES[:rights]
    for row, values, missing in zip(found, worth, non_receipt, strict=True):
        mapping = dict(zip(subsets(names), values.tolist(), strict=True))
        _, shares = by_states(mapping, dict(zip(names, missing.tolist(), strict=True)))
        assert row == pytest.approx(list(shares.values()), abs=CLOSE)


@pytest.mark.parametrize("rights", [1, 2, 3, 4, 6])
def test_the_weights_are_those_of_the_formula(rights):
    worth, non_receipt = rows(12, rights)
    direct = np.einsum("im,rmb,ib->ir", state_probabilities(non_receipt), attribution_weights(rights), worth)
    found = expected_attribution(worth, non_receipt)
    assert found == pytest.approx(direct, abs=CLOSE)
    claimed = state_probabilities(non_receipt)[:, ::-1]  # what is not missing is claimed
    assert found.sum(axis=1) == pytest.approx(worth[:, -1] - (claimed * worth).sum(axis=1), abs=CLOSE)


def test_leading_axes_broadcast():
    worth, _ = rows(7, 3)
    _, non_receipt = rows(5, 3, seed=6)
    found = expected_attribution(worth, non_receipt[:, np.newaxis])
    assert found.shape == (5, 7, 3)
    assert (found[2, 4] == expected_attribution(worth[4], non_receipt[2])).all()


def test_a_row_has_the_same_result_to_the_bit_whatever_stands_beside_it():
    worth, non_receipt = rows(257, 4)
    whole = expected_attribution(worth, non_receipt)
    order = np.random.default_rng(1).permutation(257)
    assert (expected_attribution(worth[order], non_receipt[order]) == whole[order]).all()
    parts = [expected_attribution(worth[i : i + 13], non_receipt[i : i + 13]) for i in range(0, 257, 13)]
    assert (np.concatenate(parts) == whole).all()
    assert (np.array([expected_attribution(*row) for row in zip(worth, non_receipt, strict=True)]) == whole).all()


def test_permuting_rights_permutes_the_result():
    worth, non_receipt = rows(9, 4)
    order = (2, 0, 3, 1)  # the new place i holds the right order[i]
    moved = [sum(1 << right for place, right in enumerate(order) if held >> place & 1) for held in range(16)]
    found = expected_attribution(worth[:, moved], non_receipt[:, order])
    assert found == pytest.approx(expected_attribution(worth, non_receipt)[:, order], abs=CLOSE)


# -- weights ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rights", [1, 2, 3, 4])
def test_weights_say_where_the_gain_comes_from(rights):
    weights = attribution_weights(rights)
    every = (1 << rights) - 1
    for missing in range(every + 1):
        gain = np.zeros(every + 1)
        gain[every] += 1
        gain[every ^ missing] -= 1
        assert weights[:, missing].sum(axis=0) == pytest.approx(gain)
        for right in range(rights):
            assert missing >> right & 1 or not weights[right, missing].any()


def test_weights_are_made_once_and_cannot_be_changed():
    weights = attribution_weights(3)
    assert weights is attribution_weights(3) and weights.shape == (3, 8, 8)
    with pytest.raises(ValueError, match="read-only"):
        weights[0, 0, 0] = 1.0


# -- impossible input -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="probabilité"):
        expected_gains({frozenset(): 0, frozenset("a"): 1}, {"a": wrong})
    with pytest.raises(ValueError, match="probabilité"):
        state_probabilities([0.5, wrong])


@pytest.mark.parametrize("worth", [3.0, [1.0, 2.0], [1.0, 2.0, 3.0]])
def test_one_amount_per_set_is_needed(worth):
    with pytest.raises(ValueError, match="un montant par ensemble"):
        expected_attribution(worth, [0.5, 0.5])


def test_too_many_rights_are_refused_before_anything_is_counted():
    many = [f"droit_{i}" for i in range(60)]
    for refused in (
        lambda: subsets(many),
        lambda: shapley_attribution({}, [], many),
        lambda: expected_gains({}, dict.fromkeys(many, 0.5)),
        lambda: expected_attribution([0.0], [0.5] * 60),
        lambda: state_probabilities([0.5] * 60),
        lambda: attribution_weights(MOST + 1),
        lambda: attribution_weights(-1),
    ):
        with pytest.raises(ValueError, match="au plus"):
            refused()
