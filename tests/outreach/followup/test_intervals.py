"""Intervals against known values, and against what they promise."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.outreach.followup.intervals import mean_interval, student, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "ends"),
    [(0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (5, 10, (0.2366, 0.7634)), (81, 263, (0.2553, 0.3662))],
)
def test_wilson_gives_the_published_values(successes, trials, ends):
    assert wilson(successes, trials) == pytest.approx(ends, abs=5e-5)


def test_wilson_covers_the_true_share():
    """Over all outcomes of 40 trials: the interval holds the share as often as it says, within 2 points, on average."""
    shares = [share / 100 for share in range(10, 91)]
    held = [
        sum(
            math.comb(40, k) * p**k * (1 - p) ** (40 - k)
            for k in range(41)
            if wilson(k, 40)[0] <= p <= wilson(k, 40)[1]
        )
        for p in shares
    ]
    assert sum(held) / len(held) == pytest.approx(0.95, abs=0.01)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_a_probability(counted):
    low, high = wilson(*counted)
    assert 0 <= low <= counted[0] / counted[1] + 1e-12 and counted[0] / counted[1] - 1e-12 <= high <= 1


@pytest.mark.parametrize(("freedom", "value"), [(10, 2.2281), (20, 2.0860), (60, 2.0003), (1000, 1.9623)])
def test_student_gives_the_tables(freedom, value):
    assert student(freedom) == pytest.approx(value, abs=1e-3)


def test_a_mean_and_its_interval():
    low, high = mean_interval([float(n) for n in range(1, 12)])
    assert (low + high) / 2 == pytest.approx(6) and high - 6 == pytest.approx(2.2281 * 3.3166 / math.sqrt(11), abs=1e-2)


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="essai"):
        wilson(0, 0)
    with pytest.raises(ValueError, match="essai"):
        wilson(3, 2)
    with pytest.raises(ValueError, match="onze"):
        mean_interval([1.0] * 10)
