"""The pieces of an answer: they cover all it may be, in order, and a smaller answer has smaller pieces."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zero_non_recours.engine.graph import Domain
from zero_non_recours.engine.pieces import FINEST, MOST_VALUES, Kind, Pieces, pieces_of
from zero_non_recours.engine.semantics import months_between, years_between
from zero_non_recours.profile.periods import date_code, first_day, last_day, parse_month

MONTH = parse_month("2026-11")
TODAY = last_day(MONTH)
LARGEST = 12e9
"""A thousand million each month of a year."""
INF = math.inf

amounts = st.one_of(
    st.sampled_from([-INF, -500.0, -1.0, 0.0, 0.01, 10.0, 635.71, 5000.0, 1e6, INF]),
    st.floats(-1e4, 1e5, allow_nan=False),
)
days = st.integers(int(first_day(1900 * 12)), int(TODAY) + 400).map(float)
kinds: st.SearchStrategy[Kind] = st.sampled_from(["number", "date", "whole"])
mosts = st.integers(1, FINEST)
many = settings(max_examples=300, deadline=None)


def values(kind: Kind) -> st.SearchStrategy[float]:
    return days if kind == "date" else st.integers(-20, 900).map(float) if kind == "whole" else amounts


def domain(data: st.DataObject, kind: Kind, within: Domain | None = None) -> Domain:
    """What an answer of this kind may be; `within` another domain when one is given."""
    ends = st.lists(values(kind), min_size=2, max_size=2, unique=True).map(sorted)
    low, high = data.draw(ends)
    if within is not None:
        low, high = (min(max(end, within.low), within.high) for end in (low, high))
    return Domain(low, high)


def cut(kind: Kind, low: float, high: float, most: int = FINEST) -> Pieces:
    return pieces_of(Domain(low, high), kind, TODAY, most)


@given(kind=kinds, most=mosts, data=st.data())
@many
def test_pieces_cover_the_domain_in_order_without_a_gap(kind, most, data):
    whole = domain(data, kind)
    pieces = pieces_of(whole, kind, TODAY, most)
    assert len(pieces) == len(pieces.low) == len(pieces.high)
    assert (pieces.low <= pieces.high).all()
    assert pieces.low[0] == max(whole.low, -LARGEST) and pieces.high[-1] == min(whole.high, LARGEST)
    if pieces.exact:
        assert (np.diff(pieces.low) == 1.0).all() and (pieces.low == pieces.high).all()
    elif kind == "number":
        assert (np.nextafter(pieces.high[:-1], INF) == pieces.low[1:]).all()
    else:
        assert (pieces.high[:-1] + 1.0 == pieces.low[1:]).all()


@given(kind=kinds, most=mosts, data=st.data())
@many
def test_there_are_no_more_pieces_than_asked_unless_they_are_values(kind, most, data):
    whole = domain(data, kind)
    pieces = pieces_of(whole, kind, TODAY, most)
    assert pieces.exact == (kind == "whole" and whole.high - whole.low < MOST_VALUES)
    assert len(pieces) <= (MOST_VALUES if pieces.exact else most)


@given(kind=kinds, most=mosts, data=st.data())
@many
def test_the_pieces_of_a_part_are_parts_of_the_pieces_of_the_whole(kind, most, data):
    whole = domain(data, kind)
    large = pieces_of(whole, kind, TODAY, most)
    small = pieces_of(domain(data, kind, whole), kind, TODAY, most)
    holder = np.searchsorted(large.low, small.low, side="right") - 1
    assert (holder >= 0).all()
    assert (large.low[holder] <= small.low).all() and (small.high <= large.high[holder]).all()


@given(data=st.data(), most=st.integers(1, FINEST - 1))
@many
def test_more_pieces_are_parts_of_fewer(data, most):
    whole = domain(data, "number")
    few, more = (pieces_of(whole, "number", TODAY, count) for count in (most, data.draw(st.integers(most, FINEST))))
    assert len(few) <= len(more) and np.isin(few.low, more.low).all()


@pytest.mark.parametrize(("low", "high"), [(0.0, INF), (-INF, INF), (-300.0, 12.0), (0.0, 1e-9)])
def test_an_amount_of_zero_is_a_piece_of_its_own(low, high):
    """No income and some income are not the same situation."""
    pieces = cut("number", low, high)
    [place] = np.flatnonzero(pieces.low == 0.0)
    assert pieces.high[place] == 0.0 and pieces.low[place + 1] > 0.0


def test_a_short_list_of_whole_answers_is_its_values():
    assert cut("whole", 0.0, 3.0).low.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert cut("whole", 0.5, 3.5, most=1).low.tolist() == [1.0, 2.0, 3.0]
    assert cut("whole", 0.0, MOST_VALUES - 1.0).exact and not cut("whole", 0.0, float(MOST_VALUES)).exact


def test_an_answer_that_is_one_value_is_one_piece():
    for kind in ("number", "date", "whole"):
        pieces = cut(kind, 7.0, 7.0)
        assert (pieces.low.tolist(), pieces.high.tolist()) == ([7.0], [7.0])


def test_usual_amounts_are_cut_closely_and_very_large_ones_hardly():
    pieces = cut("number", 0.0, INF)
    usual = (pieces.low >= 10.0) & (pieces.high <= 5000.0)
    assert (pieces.high[usual] / pieces.low[usual]).max() < 1.05
    ranks = np.searchsorted(pieces.low, [10.0, 5000.0, LARGEST], side="right")
    assert ranks[2] - ranks[1] < 40 < ranks[1] - ranks[0]


@pytest.mark.parametrize("month", ["2026-11", "2026-02", "2024-02", "2025-12"])
def test_ages_change_at_the_edge_of_a_piece(month):
    """In months for three years, in years for any age: a birthday is never inside a piece."""
    today = last_day(parse_month(month))
    pieces = pieces_of(Domain(first_day(1900 * 12), today + 372.0), "date", today)
    for low, high in zip(pieces.low.tolist(), pieces.high.tolist(), strict=True):
        if today - 120 * 372 <= low <= today:
            assert years_between(low, today) == years_between(high, today)
        if today - 35 * 31 <= low <= today:
            assert months_between(low, today) == months_between(high, today)


def test_the_first_day_of_a_narrow_date_range_is_kept():
    born = date_code(2001, 3, 14)
    pieces = cut("date", born, date_code(2001, 12, 31))
    assert pieces.low[0] == born and len(pieces) > 3
