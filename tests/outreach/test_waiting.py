"""What a right is worth over the months to come, and what waiting costs."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.outreach.waiting import (
    cost_of_waiting,
    lost_if_closed,
    month_ends_between,
    value_over_horizon,
)

CLOSING = date(2026, 12, 31)
days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
euros = st.floats(-500, 2_000)
chances = st.floats(0, 1)


def test_a_month_end_costs_a_month():
    assert cost_of_waiting(300.0, 0.9, month_ends=0) == 0
    assert cost_of_waiting(300.0, 0.9, month_ends=1) == pytest.approx(270)
    assert cost_of_waiting(300.0, 0.9, month_ends=3) == pytest.approx(810)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), 0),
        (date(2026, 11, 30), date(2026, 12, 1), 1),
        (date(2026, 11, 22), date(2026, 12, 22), 1),
        (date(2026, 12, 31), date(2027, 1, 1), 1),
        (date(2026, 11, 22), date(2028, 1, 2), 14),
    ],
)
def test_months_crossed(start, end, expected):
    assert month_ends_between(start, end) == expected


@given(days, days)
def test_months_crossed_are_the_last_days_of_months_waited(first, second):
    start, end = sorted((first, second))
    ends = sum((start + timedelta(days=n + 1)).day == 1 for n in range((end - start).days))
    assert month_ends_between(start, end) == ends


def test_an_end_before_its_start_is_refused():
    with pytest.raises(ValueError, match="avant"):
        month_ends_between(date(2026, 12, 1), date(2026, 11, 30))


@given(euros, chances, st.floats(0, 12))
def test_value_over_the_horizon_is_a_product(monthly, award, months):
    assert value_over_horizon(monthly, award, months) == pytest.approx(monthly * award * months)


@given(st.floats(0, 2_000), chances, chances, st.floats(0, 12))
def test_the_likelier_the_award_the_larger_the_value(monthly, first, second, months):
    low, high = sorted((first, second))
    assert value_over_horizon(monthly, low, months) <= value_over_horizon(monthly, high, months)


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (date(2026, 11, 30), 0.0),
        (CLOSING, 0.0),
        (CLOSING + timedelta(days=1), 135.0),
        (date(2027, 3, 1), 135.0),
    ],
)
def test_a_campaign_that_closes_before_the_next_contact_loses_the_year(contact, expected):
    assert lost_if_closed(150.0, 0.9, closing=CLOSING, next_contact=contact) == expected


def test_arrays_are_as_many_floats():
    amounts, awards = np.array([[0.0], [120.0]]), np.array([0.5, 0.9])
    after = CLOSING + timedelta(days=1)
    for found, one in (
        (value_over_horizon(amounts, awards, 10.5), lambda y, a: value_over_horizon(y, a, 10.5)),
        (cost_of_waiting(amounts, awards, month_ends=2), lambda y, a: cost_of_waiting(y, a, month_ends=2)),
        (
            lost_if_closed(amounts, awards, closing=CLOSING, next_contact=after),
            lambda y, a: lost_if_closed(y, a, closing=CLOSING, next_contact=after),
        ),
    ):
        assert found.tolist() == [[one(y, a) for a in awards.tolist()] for y in amounts.ravel().tolist()]
        assert type(one(120.0, 0.5)) is float


@pytest.mark.parametrize("award", [-0.1, 1.2, math.nan])
def test_what_is_no_probability_is_refused(award):
    for refused in (
        lambda: value_over_horizon(100.0, award, 10.0),
        lambda: cost_of_waiting(100.0, award, month_ends=1),
        lambda: lost_if_closed(100.0, award, closing=CLOSING, next_contact=CLOSING),
    ):
        with pytest.raises(ValueError, match="obtention"):
            refused()


def test_negative_months_and_amounts_that_are_no_number_are_refused():
    with pytest.raises(ValueError, match="nombre de mois"):
        value_over_horizon(100.0, 0.9, -1.0)
    with pytest.raises(ValueError, match="nombre de mois"):
        cost_of_waiting(100.0, 0.9, month_ends=-1)
    with pytest.raises(ValueError, match="montant"):
        cost_of_waiting(math.nan, 0.9, month_ends=1)
