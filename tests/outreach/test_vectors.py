"""The exact vectors of the outreach model, R1 to R10, each worked out by hand from its formula."""

from __future__ import annotations

import math

import pytest

from zero_non_recours.outreach.bundle import expected_gains, shapley_attribution
from zero_non_recours.outreach.information import horizon, value_of_information
from zero_non_recours.outreach.receipt import non_receipt_after
from zero_non_recours.outreach.take_up import non_take_up
from zero_non_recours.outreach.waiting import cost_of_waiting, value_over_horizon

WORD = {"sensitivity": 0.90, "specificity": 0.98}
DOCUMENT = {"sensitivity": 0.99, "specificity": 0.999}
QUARTER_LOST_IN_A_YEAR = -math.log(0.75) / 12
Y = {frozenset(): 0.0, frozenset("R"): 600.0, frozenset("A"): 270.0, frozenset("RA"): 793.0}
"""Two rights, R and A: A lowers R, so that both together bring 77 less than each apart."""


@pytest.fixture
def gains():
    """What R and A are expected to bring when R is probably missing and A probably received."""
    return expected_gains(Y, {"R": 0.68266, "A": 0.05})


def test_r1_a_persons_no_makes_non_receipt_likely():
    assert non_receipt_after(0.18, False, **WORD) == pytest.approx(0.68266, abs=5e-6)


def test_r2_a_documents_yes_makes_it_very_unlikely():
    assert non_receipt_after(0.34, True, **DOCUMENT) == pytest.approx(0.00052, abs=5e-6)


def test_r3_months_that_a_right_is_kept():
    assert horizon(QUARTER_LOST_IN_A_YEAR, 12) == pytest.approx(10.5537, abs=5e-5)


def test_r4_two_missing_rights_share_the_gain_of_the_bundle():
    shares = shapley_attribution(Y, [], ["R", "A"])
    assert shares == {"R": 561.5, "A": 231.5}
    assert sum(shares.values()) == 793.0


def test_r5_a_right_beside_one_in_payment_brings_less_than_alone():
    assert shapley_attribution(Y, ["R"], ["A"]) == {"A": 193.0}


def test_r6_expected_gain_of_a_bundle(gains):
    assert gains.total == pytest.approx(369.31, abs=5e-3)
    assert gains.shares["R"] == pytest.approx(358.35, abs=5e-3)
    assert gains.shares["A"] == pytest.approx(10.96, abs=5e-3)


def test_r7_value_over_the_horizon(gains):
    months = horizon(QUARTER_LOST_IN_A_YEAR, 12)
    values = {right: value_over_horizon(share, 0.9, months) for right, share in gains.shares.items()}
    assert values["R"] == pytest.approx(3_403.7, abs=0.05)
    assert values["A"] == pytest.approx(104.1, abs=0.05)
    assert sum(values.values()) == pytest.approx(3_507.8, abs=0.05)
    assert value_over_horizon(0.68266 * 600 + 0.05 * 270, 0.9, months) == pytest.approx(4_018.7, abs=0.1)  # added apart


def test_r8_cost_of_waiting_past_the_end_of_a_month(gains):
    assert cost_of_waiting(gains.shares["R"], 0.9, month_ends=1) == pytest.approx(322.5, abs=0.05)


@pytest.mark.parametrize(("probability", "expected"), [(0.3, 105.0), (0.1, 75.0)])
def test_r9_value_of_an_answer(probability, expected):
    weights = [probability, 1 - probability]
    found = value_of_information([900, 0], [1, 0], 150, weights=weights, cross_fit=False)
    assert found == pytest.approx(expected)


def test_r10_two_covariates_count_for_half():
    found = non_take_up(0.34, [0.95, 1.11])
    assert found == pytest.approx(0.590, abs=1e-3)  # 0.59066, which the model's table cuts
    assert found == non_take_up(0.34, [0.95, 1.11], weight=0.5)
    assert non_take_up(0.34, [0.95, 1.11], weight=1.0) == pytest.approx(0.80, abs=5e-3)  # counted twice
