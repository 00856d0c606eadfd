"""Non-take-up given what is known of a unit, and how uncertain a base rate is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.outreach.take_up import base_rate_quantiles, non_take_up

chances = st.floats(0, 1)
inner = st.floats(0.001, 0.999)
logits = st.floats(-5, 5)
RANKS = [0.001, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.999]
CLOSE = 1e-4


def logit(rate: float) -> float:
    return math.log(rate / (1 - rate))


# -- covariates and amount --------------------------------------------------------------------------------


@given(inner, inner)
def test_one_covariate_gives_the_published_rate_of_its_group(base, group):
    assert non_take_up(base, [logit(group) - logit(base)]) == pytest.approx(group)


@given(inner, logits, logits)
def test_several_covariates_count_for_half(base, first, second):
    assert non_take_up(base, [first, second]) == pytest.approx(non_take_up(base, [(first + second) / 2]))


@given(inner, logits, logits, st.floats(0, 1))
def test_a_weight_replaces_the_default(base, first, second, weight):
    expected = non_take_up(base, [weight * (first + second)])
    assert non_take_up(base, [first, second], weight=weight) == pytest.approx(expected)


@given(inner)
def test_nothing_known_gives_the_base_rate(base):
    assert non_take_up(base) == pytest.approx(base)
    assert non_take_up(base, slope=-0.45, amount=184.0, mean_amount=184.0) == pytest.approx(base)
    assert non_take_up(base, slope=-0.45, mean_amount=184.0) == pytest.approx(base)


def test_the_slope_is_per_hundred_euros_a_month():
    slope = (logit(0.22) - logit(0.77)) / 5  # from 77 % under 100 € to 22 % at 500-600 €
    assert non_take_up(0.77, slope=slope, amount=550, mean_amount=50) == pytest.approx(0.22)


def test_recentring_is_taken_off():
    assert logit(non_take_up(0.34, recentring=0.1)) == pytest.approx(logit(0.34) - 0.1)


@given(chances, st.lists(logits, max_size=4), st.floats(-1, 1), st.floats(0, 2_000))
def test_a_probability_stays_one(base, shifts, slope, amount):
    assert 0 <= non_take_up(base, shifts, slope=slope, amount=amount) <= 1


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_what_is_sure_stays_sure(sure):
    assert non_take_up(sure, [5.0, -3.0, 2.0], slope=-0.5, amount=900.0) == sure


def test_extremes_do_not_overflow():
    with np.errstate(all="raise", under="ignore"):
        assert non_take_up(0.5, [2_000.0]) == 1.0
        assert non_take_up(0.5, [-2_000.0]) == 0.0
    assert non_take_up(0.5, [-50.0]) == pytest.approx(math.exp(-50))
    assert non_take_up(1e-300) == pytest.approx(1e-300)


def test_arrays_broadcast_and_are_as_many_floats():
    bases, amounts = np.array([[0.2], [0.4]]), np.array([0.0, 150.0, 300.0])
    found = non_take_up(bases, [0.95, -0.04], weight=np.array([[0.3], [1.0]]), slope=-0.45, amount=amounts)
    for row, (base, weight) in enumerate([(0.2, 0.3), (0.4, 1.0)]):
        for column, amount in enumerate(amounts.tolist()):
            one = non_take_up(base, [0.95, -0.04], weight=weight, slope=-0.45, amount=amount)
            assert found[row, column] == pytest.approx(one, rel=1e-14)


def test_a_float_gives_a_float():
    assert type(non_take_up(0.34, [0.95, 1.11], slope=-0.05, amount=500.0)) is float


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"base": 1.2}, "taux de base"),
        ({"base": math.nan}, "taux de base"),
        ({"shifts": [math.inf]}, "décalage"),
        ({"weight": math.nan}, "poids"),
        ({"amount": math.nan}, "montant"),
        ({"amount": 10.0, "mean_amount": math.inf}, "montant moyen"),
        ({"amount": 10.0, "slope": math.inf}, "pente"),
        ({"recentring": math.nan}, "recentrage"),
    ],
)
def test_what_is_no_number_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        non_take_up(**{"base": 0.34, **arguments})


# -- how uncertain a base rate is -------------------------------------------------------------------------


def quantiles(first: float, second: float, ranks=RANKS):
    """Those of Beta(first, second)."""
    return base_rate_quantiles(first / (first + second), first + second, ranks)


def test_the_uniform_distribution_is_its_own_inverse():
    assert quantiles(1, 1) == pytest.approx(RANKS, abs=CLOSE)


@pytest.mark.parametrize("power", [0.05, 0.2, 0.72, 2, 7, 100])
def test_powers(power):
    """Beta(a, 1) has the distribution function x ** a, and Beta(1, b) is its mirror."""
    assert quantiles(power, 1) == pytest.approx([rank ** (1 / power) for rank in RANKS], abs=CLOSE)
    assert quantiles(1, power) == pytest.approx([1 - (1 - rank) ** (1 / power) for rank in RANKS], abs=CLOSE)


def test_the_arc_sine():
    """Beta(1/2, 1/2): the density has no bound at either end."""
    assert quantiles(0.5, 0.5) == pytest.approx([math.sin(math.pi * rank / 2) ** 2 for rank in RANKS], abs=CLOSE)


@pytest.mark.parametrize(("first", "second"), [(2, 6), (20, 40), (300, 700)])
def test_whole_parameters_give_the_tails_of_a_binomial(first, second):
    """P(Beta(a, b) < x) is the probability of at least a successes in a + b - 1 trials of probability x."""
    trials = first + second - 1
    for rank, x in zip(RANKS, quantiles(first, second).tolist(), strict=True):
        below = math.fsum(math.comb(trials, k) * x**k * (1 - x) ** (trials - k) for k in range(first, trials + 1))
        assert below == pytest.approx(rank, abs=2e-5)


@pytest.mark.parametrize(
    ("mean", "size", "low", "high", "digits"),
    [
        (0.34, 60, 0.26, 0.42, 2),
        (0.27, 15, 0.13, 0.42, 2),
        (0.06, 12, 0.003, 0.15, 3),
        (0.25, 8, 0.08, 0.45, 2),
        (0.18, 40, 0.11, 0.26, 2),
    ],
)
def test_the_intervals_of_the_model(mean, size, low, high, digits):
    found = base_rate_quantiles(mean, size, [0.1, 0.9])
    assert round(float(found[0]), digits) == low and round(float(found[1]), 2) == high


@given(st.floats(0.01, 0.99), st.floats(0.5, 10_000), st.lists(st.floats(0.001, 0.999), min_size=2, max_size=9))
def test_quantiles_are_rates_in_the_order_of_their_ranks(mean, size, ranks):
    found = base_rate_quantiles(mean, size, sorted(ranks))
    assert ((found >= 0) & (found <= 1)).all() and (np.diff(found) >= 0).all()


@given(st.floats(0.02, 0.98), st.floats(1, 500))
def test_their_mean_is_the_rate(mean, size):
    ranks = (np.arange(4_000) + 0.5) / 4_000
    assert base_rate_quantiles(mean, size, ranks).mean() == pytest.approx(mean, abs=1e-3)


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_a_sure_rate_has_no_other_value(sure):
    assert base_rate_quantiles(sure, 10, RANKS).tolist() == [sure] * len(RANKS)


def test_one_rank_gives_a_float():
    assert type(base_rate_quantiles(0.34, 60, 0.5)) is float


@pytest.mark.parametrize(
    ("mean", "size", "rank", "said"),
    [
        (1.5, 10, 0.5, "taux moyen"),
        (0.5, 0, 0.5, "poids"),
        (0.5, math.nan, 0.5, "poids"),
        (0.5, math.inf, 0.5, "poids"),
        (0.5, 10, 0.0, "rang"),
        (0.5, 10, 1.0, "rang"),
        (0.5, 10, 2.0, "rang"),
    ],
)
def test_what_is_no_distribution_is_refused(mean, size, rank, said):
    with pytest.raises(ValueError, match=said):
        base_rate_quantiles(mean, size, rank)
