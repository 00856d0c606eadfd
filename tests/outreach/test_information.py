"""The value of an answer: the test vectors of the model, and what must hold whatever the draws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.outreach.information import (
    BINS,
    LEAST,
    horizon,
    share_of_perfect_information,
    value_of_information,
)

COST = 150.0
euros = st.floats(0, 5_000, allow_nan=False)


@st.composite
def draws(draw, rights=1):
    """Values of some rights, a discrete answer and a weight, in each of some draws."""
    size = draw(st.integers(1, 40))
    values = draw(st.lists(st.lists(euros, min_size=size, max_size=size), min_size=rights, max_size=rights))
    answers = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    weights = draw(st.lists(st.floats(0.01, 1), min_size=size, max_size=size))
    return np.array(values), np.array(answers), np.array(weights)


def exact(values, answers, weights, cost=COST):
    return value_of_information(values, answers, cost, weights=weights, cross_fit=False)


# -- vectors ----------------------------------------------------------------------------------------------


def test_months_that_a_right_is_kept():
    assert horizon(-math.log(0.75) / 12, 12) == pytest.approx(10.5537, abs=5e-5)
    assert horizon(0.030, 12) == pytest.approx(10.23, abs=5e-3)
    assert horizon(0.020, 12) == pytest.approx(10.78, abs=5e-3)
    assert horizon(0.0, 12) == 12 and horizon(0.5, 0) == 0


@pytest.mark.parametrize(("probability", "expected"), [(0.3, 105.0), (0.1, 75.0)])
def test_a_perfect_question(probability, expected):
    found = exact([900, 0], [1, 0], [probability, 1 - probability])
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("winners", [77, 26])
def test_a_perfect_question_in_a_sample_is_worth_as_much(winners):
    values = np.array([900.0] * winners + [0.0] * (256 - winners))
    chance = winners / 256
    expected = chance * (900 - COST) - max(0, chance * 900 - COST)
    assert value_of_information(values, values > 0, COST) == pytest.approx(expected)


def test_an_answer_that_only_says_a_part():
    """Two equally likely answers: 60 % or 0 % of winners, against 30 % without asking."""
    values, answers = [900, 0, 0], [1, 1, 0]
    assert exact(values, answers, [0.3, 0.2, 0.5]) == pytest.approx(0.5 * (540 - 150) - (270 - 150))


# -- properties -------------------------------------------------------------------------------------------


@given(draws())
def test_an_answer_is_never_worth_less_than_nothing(drawn):
    values, answers, weights = drawn
    assert exact(values, answers, weights) >= 0
    assert value_of_information(values, answers, COST, weights=weights) >= 0


@given(st.lists(st.tuples(euros, st.floats(0.01, 1)), min_size=1, max_size=8), st.integers(1, 5))
def test_an_independent_answer_is_worth_nothing(cases, copies):
    values = np.tile([value for value, _ in cases], copies)
    weights = np.tile([weight for _, weight in cases], copies)
    assert exact(values, np.repeat(np.arange(copies), len(cases)), weights) == pytest.approx(0, abs=1e-6)


@given(draws(), st.sampled_from([-1.0, 5_001.0]))
def test_nothing_is_worth_knowing_when_the_decision_is_made(drawn, cost):
    values, answers, weights = drawn
    assert exact(values, answers, weights, cost) == 0
    assert value_of_information(values, answers, cost) == 0
    assert share_of_perfect_information(values, answers, cost, weights=weights, sample=False) == pytest.approx(0)


@given(draws(rights=3), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_does_not_count(drawn, random):
    values, answers, weights = drawn
    order = list(range(len(answers)))
    random.shuffle(order)
    moved = exact(values[:, order], answers[order], weights[order])
    assert moved == pytest.approx(exact(values, answers, weights), abs=1e-6)


@given(draws(rights=3), st.lists(st.floats(0, 500), min_size=3, max_size=3))
def test_rights_add_up(drawn, costs):
    values, answers, weights = drawn
    apart = sum(exact(row, answers, weights, cost) for row, cost in zip(values, costs, strict=True))
    assert exact(values, answers, weights, costs) == pytest.approx(apart, abs=1e-6)


@given(draws())
def test_knowing_more_is_worth_at_least_as_much(drawn):
    values, answers, weights = drawn
    everything = exact(values, np.arange(len(answers)), weights)
    assert exact(values, answers // 2, weights) <= exact(values, answers, weights) + 1e-6
    assert exact(values, answers, weights) <= everything + 1e-6
    assert share_of_perfect_information(values, answers, COST, weights=weights, sample=False) <= everything + 1e-6


@given(draws())
def test_a_full_answer_has_the_whole_of_perfect_information(drawn):
    values, answers, weights = drawn
    cases = np.arange(len(answers))
    share = share_of_perfect_information(values, cases, COST, weights=weights, sample=False)
    everything = exact(values, cases, weights)
    assert share == pytest.approx(everything if np.ptp(values) else 0, abs=1e-6)


# -- samples ----------------------------------------------------------------------------------------------


def test_a_half_of_the_draws_does_not_judge_its_own_decisions():
    """Noise has no value: without two halves it seems to have some, at every trial."""
    random = np.random.default_rng(7)
    trials = [(random.normal(COST + 20, 300, 256), random.normal(size=256)) for _ in range(200)]
    fair = [value_of_information(v, a, COST, continuous=True) for v, a in trials]
    naive = [value_of_information(v, a, COST, continuous=True, cross_fit=False) for v, a in trials]
    assert np.mean(fair) < np.mean(naive) / 2
    shares = [share_of_perfect_information(v, a, COST, continuous=True) for v, a in trials]
    known = [share_of_perfect_information(v, v, COST, continuous=True) for v, _ in trials]
    assert np.mean(shares) < np.mean(known) / 20


def test_draws_in_turn_are_halved_by_answer():
    """An answer that comes every other draw is in both halves."""
    answers = np.arange(256) % 2
    assert value_of_information(answers * 100.0, answers, 60) == pytest.approx(0.5 * 40)


def test_numbers_are_put_in_bins():
    """An income that decides: 8 bins tell nearly as much as the income itself."""
    income = np.linspace(0, 2_000, 256)
    values = np.maximum(0.0, 650 - income) * 9.5
    binned = value_of_information(values, income, 500, continuous=True)
    assert 0.9 * exact(values, income, None, 500) < binned <= exact(values, income, None, 500)


def test_equal_numbers_stand_together_and_small_bins_are_merged():
    zeros = np.array([0.0] * 200 + list(range(1, 57)))
    worth = (zeros > 0) * 900.0
    assert value_of_information(worth, zeros, COST, continuous=True, cross_fit=False) == exact(worth, zeros > 0, None)
    few = np.arange(float(2 * LEAST - 1))  # one bin: nothing is learnt
    assert value_of_information((few > 7) * 900.0, few, COST, continuous=True, cross_fit=False) == 0
    assert BINS * LEAST <= 128, "the bins of a half of 256 draws are not all merged"


def test_a_question_that_is_not_asked_is_an_answer():
    asked = np.array([np.nan] * 128 + [1.0] * 128)
    values = np.isnan(asked) * 900.0
    for continuous in (False, True):
        assert value_of_information(values, asked, COST, continuous=continuous) > 0


def test_an_answer_that_nothing_repeats_explains_nothing_in_a_sample():
    random = np.random.default_rng(3)
    assert share_of_perfect_information(random.normal(COST, 300, 64), np.arange(64), COST) == 0


@pytest.mark.parametrize(
    ("values", "answers", "cost", "weights"),
    [
        ([1.0, 2.0], [0], COST, None),
        ([[1.0, 2.0]], [0, 1], [1.0, 2.0], None),
        ([1.0, 2.0], [0, 1], COST, [1.0]),
        ([1.0, 2.0], [0, 1], COST, [-1.0, 2.0]),
        ([1.0, 2.0], [0, 1], COST, [0.0, 0.0]),
        ([], [], COST, []),
    ],
)
def test_arrays_that_do_not_match_are_refused(values, answers, cost, weights):
    with pytest.raises(ValueError):
        value_of_information(values, answers, cost, weights=weights)
    with pytest.raises(ValueError):
        share_of_perfect_information(values, answers, cost, weights=weights)


@pytest.mark.parametrize(("hazard", "months"), [(-0.1, 12), (math.nan, 12), (0.1, -1)])
def test_a_horizon_that_cannot_be_is_refused(hazard, months):
    with pytest.raises(ValueError):
        horizon(hazard, months)
