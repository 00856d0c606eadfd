"""The measures of the evaluation on cases small enough to be computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.evaluation.measures import brier, calibration_error, covered, discounted_gain, first, first_hit, kendall


def test_calibration_error_is_the_gap_of_each_bin_by_its_size():
    chances, outcomes = np.array([0.1, 0.1, 0.1, 0.9]), np.array([1.0, 0.0, 0.0, 1.0])
    assert calibration_error(chances, outcomes) == pytest.approx((0.7 + 0.1) / 4)


def test_gaps_of_opposite_signs_do_not_cancel_out_between_bins():
    chances, outcomes = np.array([0.25, 0.75]), np.array([1.0, 0.0])
    assert calibration_error(chances, outcomes) == pytest.approx(0.75)


def test_brier_is_the_mean_square_of_the_gaps():
    assert brier(np.array([1.0, 0.5]), np.array([0.0, 1.0])) == pytest.approx((1 + 0.25) / 2)


def test_the_largest_keys_come_first_and_the_earlier_among_equals():
    assert first(np.array([1.0, 3.0, 3.0, 2.0]), 3).tolist() == [1, 2, 3]


def test_discounted_gain_compares_with_the_best_order():
    gains = np.array([[0.0, 3.0], [3.0, 0.0]])
    worst_then_best = np.array([[2.0, 2.0], [1.0, 1.0]])
    found = discounted_gain(gains, worst_then_best)
    assert found.tolist() == pytest.approx([1 / math.log2(3), 1.0])
    assert first_hit(gains, worst_then_best).tolist() == [False, True]


def test_kendall_counts_the_pairs_in_the_same_order():
    assert kendall(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("truth", "inside"),
    [
        (5.0, 0.0),  # nothing is that small
        (20.0, 1.0),
        (10.0, 0.75),  # ranks 0 to 0.4: those over 0.1 are inside
        (40.0, 0.0),  # past the end
        (30.0, 0.5),  # ranks 0.8 to 1: those under 0.9 are inside
    ],
)
def test_a_value_that_many_draws_share_is_inside_by_the_part_of_its_ranks_that_are(truth, inside):
    draws = np.array([10.0] * 4 + [20.0] * 4 + [30.0] * 2)
    assert covered(draws, np.ones(10), truth, (10.0, 30.0), (0.1, 0.9)) == pytest.approx(inside)


def test_a_calibrated_interval_covers_the_difference_of_its_ranks_whatever_the_ties():
    draws = np.repeat([0.0, 1.0, 2.0, 3.0], [50, 10, 15, 25])
    mean = np.mean([covered(draws, np.ones(100), truth, (0.0, 3.0), (0.1, 0.9)) for truth in draws])
    assert mean == pytest.approx(0.8)
