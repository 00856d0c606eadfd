"""What is read of an answer at a month or over a year: a number, a range or nothing."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.profile.periods import date_code, parse_month, show_month
from zero_non_recours.profile.series import Span, amount_of, total_of_year, value_of_month
from zero_non_recours.profile.values import coded_date

NOW = parse_month("2026-11")
AUGUST = parse_month("2026-08")
UNKNOWN = "unknown"
INFINITE = math.inf


def shown(value: float | Span) -> Any:
    return UNKNOWN if value != value else value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (900, 900.0),
        ({"min": 800, "max": 1000}, Span(800.0, 1000.0)),
        ({"min": 800}, Span(800.0, INFINITE)),
        ({"max": 1000}, Span(-INFINITE, 1000.0)),
        ("ne_sait_pas", UNKNOWN),
    ],
)
def test_an_amount(raw, value):
    assert shown(amount_of(raw)) == value
    assert isinstance(amount_of(raw), Span) is isinstance(value, Span)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"min": 800, "max": 1000}, Span(800.0, 1000.0)),
        ({"2026-08": {"min": 600, "max": 700}, "2026-07": 0}, Span(600.0, 700.0)),
        ({"2026-08": 650, "2026-07": {"min": 1}}, 650.0),
        ({"2026-08": "ne_sait_pas", "2026-07": 900}, UNKNOWN),
        ({"2026": {"min": 600, "max": 700}}, UNKNOWN),
    ],
)
def test_a_month(raw, value, complete):
    assert shown(value_of_month(raw, AUGUST, complete=complete, current=NOW)) == value


YEAR = {f"2026-{month:02d}": 100 for month in range(1, 13)}


@pytest.mark.parametrize(
    ("raw", "monthly", "value"),
    [
        ({"min": 800, "max": 1000}, True, Span(9600.0, 12000.0)),
        ({"min": 800}, True, Span(9600.0, INFINITE)),
        ({"min": 800, "max": 1000}, False, Span(800.0, 1000.0)),
        ({"2026": {"min": 8, "max": 10}}, True, Span(8.0, 10.0)),
        ({"2026": "ne_sait_pas"}, True, UNKNOWN),
        (YEAR, True, 1200.0),
        (YEAR | {"2026-03": {"min": 0, "max": 50}}, True, Span(1100.0, 1150.0)),
        (YEAR | {"2026-03": {"min": 0, "max": 50}, "2026-04": {"min": 10}}, True, Span(1010.0, INFINITE)),
        (YEAR | {"2026-03": "ne_veut_pas_dire"}, True, UNKNOWN),
        (YEAR | {"2026-03": "ne_sait_pas", "2026-04": {"min": 0, "max": 1}}, True, UNKNOWN),
    ],
)
def test_a_year(raw, monthly, value):
    for complete in (False, True):
        assert shown(total_of_year(raw, 2026, complete=complete, monthly=monthly)) == value


def test_a_word_for_one_month_is_not_a_month_that_was_not_received():
    raw = {"2026-01": 100, "2026-02": "ne_sait_pas"}
    assert shown(value_of_month(raw, parse_month("2026-02"), complete=True, current=NOW)) == UNKNOWN
    assert value_of_month(raw, parse_month("2026-03"), complete=True, current=NOW) == 0
    assert shown(total_of_year(raw, 2026, complete=True, monthly=True)) == UNKNOWN


amounts = st.integers(-500, 3000)
answers = st.tuples(amounts, amounts).map(lambda ends: {"min": min(ends), "max": max(ends)}) | amounts


@given(
    raw=st.dictionaries(st.sampled_from([*YEAR, "2026"]), answers, max_size=13) | answers,
    data=st.data(),
    complete=st.booleans(),
    monthly=st.booleans(),
)
def test_any_exact_answers_within_their_ranges_are_read_within_what_is_read(raw, data, complete, monthly):
    """A true answer inside every range gives an amount inside what is read of the ranges."""

    def inside(answer: Any) -> int:
        return data.draw(st.integers(answer["min"], answer["max"])) if isinstance(answer, dict) else answer

    by_month = isinstance(raw, dict) and "min" not in raw
    exact = {key: inside(answer) for key, answer in raw.items()} if by_month else inside(raw)
    month = data.draw(st.sampled_from(range(parse_month("2026-01"), NOW + 1)))
    pairs = [
        (value_of_month(r, month, complete=complete, current=NOW) for r in (raw, exact)),
        (total_of_year(r, 2026, complete=complete, monthly=monthly) for r in (raw, exact)),
    ]
    for read, true in pairs:
        assert not isinstance(true, Span)
        if true != true:
            assert read != read
        else:
            low, high = read if isinstance(read, Span) else (read, read)
            assert low <= true <= high


def test_months_alone_within_a_range_add_up_to_the_lone_range():
    lone = {"min": 10, "max": 30}
    by_month = {show_month(parse_month("2026-01") + rank): lone for rank in range(12)}
    assert total_of_year(lone, 2026, complete=False, monthly=True) == Span(120.0, 360.0)
    assert total_of_year(by_month, 2026, complete=False, monthly=True) == Span(120.0, 360.0)


def test_dates():
    first, last = date_code(1988, 1, 1), date_code(1988, 12, 31)
    assert coded_date("1988-01-01") == first
    assert coded_date({"min": "1988-01-01", "max": "1988-12-31"}) == Span(first, last)
    assert coded_date({"max": "1988-12-31"}) == Span(-INFINITE, last)
    assert coded_date("1988-05") == coded_date("1988-05-15")
