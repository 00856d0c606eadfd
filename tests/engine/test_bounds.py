"""Bounds hold the exact answer whatever is unknown, meet when all is known, and never widen with an answer."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.households import (
    as_lists,
    bits,
    columns_of,
    forget,
    full_plan,
    give_back,
    household,
    removable,
    split,
)
from tests.engine.test_agreement import cases, relaxed, seeds
from zero_non_recours.engine import bounds
from zero_non_recours.engine.plan import Plan

Ends = list[list[float]]


def ends(plan: Plan, answers: list, persons: int) -> tuple[Ends, Ends]:
    one = np.array([persons])
    pairs = plan.bounds_columns(columns_of(plan, [answers]), one)
    return split(plan, [low for low, _ in pairs], one)[0], split(plan, [high for _, high in pairs], one)[0]


def ordered(*ends: float) -> bool:
    """Whether values grow; no date and no choice (NaN) is a value like any other, known when every end is so."""
    return all(a <= b for a, b in pairwise(ends)) or all(math.isnan(end) for end in ends)


@cases
@given(persons=st.integers(1, 9), seed=seeds)
@relaxed
def test_bounds_of_a_complete_household_meet_on_the_exact_answer(rules, month, persons, seed):
    plan = full_plan(rules, month)
    answers = household(plan, Random(seed), persons, 0.0)
    exact = plan.exact(answers, persons)
    assert exact is not None
    lows, highs = ends(plan, answers, persons)
    for name, one, low, high in zip(plan.names, as_lists(plan, exact, persons), lows, highs, strict=True):
        assert bits(low) == bits(one) == bits(high), name


@cases
@given(persons=st.integers(1, 6), seed=seeds, share=st.sampled_from([0.02, 0.15, 0.5, 1.0]))
@relaxed
def test_forgetting_answers_keeps_the_exact_answer_inside(rules, month, persons, seed, share):
    plan = full_plan(rules, month)
    rng = Random(seed)
    answers = household(plan, rng, persons, 0.0)
    exact = plan.exact(answers, persons)
    assert exact is not None
    left = forget(answers, removable(plan, answers, persons), rng, share)
    lows, highs = ends(plan, left, persons)
    for name, one, low, high in zip(plan.names, as_lists(plan, exact, persons), lows, highs, strict=True):
        assert all(ordered(a, v, b) for a, v, b in zip(low, one, high, strict=True)), (name, low, one, high)


@cases
@given(persons=st.integers(1, 6), seed=seeds, share=st.sampled_from([0.1, 0.5, 0.9]))
@relaxed
def test_an_answer_given_back_never_widens(rules, month, persons, seed, share):
    plan = full_plan(rules, month)
    rng = Random(seed)
    answers = household(plan, rng, persons, 0.0)
    left = forget(answers, removable(plan, answers, persons), rng, 0.5)
    lows, highs = ends(plan, left, persons)
    closer_lows, closer_highs = ends(plan, give_back(left, answers, rng, share), persons)
    for i, name in enumerate(plan.names):
        assert all(ordered(a, b) for a, b in zip(lows[i], closer_lows[i], strict=True)), name
        assert all(ordered(b, a) for a, b in zip(highs[i], closer_highs[i], strict=True)), name


@cases
@given(persons=st.integers(1, 5), seed=seeds)
@relaxed
def test_incomplete_means_that_a_needed_answer_is_unknown(rules, month, persons, seed):
    """`exact` answers `None` only when an answer is missing, and a number only when bounds agree on it."""
    plan = full_plan(rules, month)
    rng = Random(seed)
    answers = household(plan, rng, persons, 0.0)
    left = forget(answers, removable(plan, answers, persons), rng, 0.05)
    exact = plan.exact(left, persons)
    if exact is None:
        assert bits([v for a in left for v in np.atleast_1d(a)]) != bits([v for a in answers for v in np.atleast_1d(a)])
        return
    lows, highs = ends(plan, left, persons)
    for name, one, low, high in zip(plan.names, as_lists(plan, exact, persons), lows, highs, strict=True):
        assert bits(low) == bits(one) == bits(high), name


@cases
@given(persons=st.integers(1, 5), seed=seeds, unknown=st.sampled_from([0.0, 0.1, 0.6]))
@relaxed
def test_the_trace_of_bounds_holds_the_bounds(rules, month, persons, seed, unknown):
    plan = full_plan(rules, month)
    answers = household(plan, Random(seed), persons, unknown)
    lows, highs = ends(plan, answers, persons)
    trace = plan.bounds_trace(answers, persons)
    for i, root in enumerate(plan.roots):
        assert bits(trace[root][0]) == bits(lows[i])
        assert bits(trace[root][1]) == bits(highs[i])


# -- operations on intervals --------------------------------------------------------------------------

INF = np.inf
INTERVALS = [(-3.0, -1.0), (-2.0, 5.0), (0.0, 0.0), (0.0, 4.0), (1.5, 1.5), (2.0, INF), (-INF, INF), (-INF, 0.0)]


def points(interval: tuple[float, float]) -> list[float]:
    low, high = max(interval[0], -1e6), min(interval[1], 1e6)
    return [low, (low + high) / 2, high]


def pair(interval: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([interval[0]]), np.array([interval[1]])


@pytest.mark.parametrize("second", INTERVALS)
@pytest.mark.parametrize("first", INTERVALS)
def test_operations_hold_every_point(first, second):
    operations = {
        bounds.add: lambda x, y: x + y,
        bounds.sub: lambda x, y: x - y,
        bounds.mul: lambda x, y: x * y,
        bounds.div: lambda x, y: x / y if y else None,
        bounds.minimum: min,
        bounds.maximum: max,
        bounds.less: lambda x, y: x < y,
        bounds.less_equal: lambda x, y: x <= y,
        bounds.equal: lambda x, y: x == y,
    }
    with np.errstate(all="ignore"):
        for operation, meaning in operations.items():
            low, high = operation(pair(first), pair(second))
            for x in points(first):
                for y in points(second):
                    exact = meaning(x, y)
                    if exact is not None:
                        assert low[0] <= exact <= high[0], (operation.__name__, x, y)


@pytest.mark.parametrize("interval", INTERVALS)
def test_absolute_value_and_opposite_hold_every_point(interval):
    for x in points(interval):
        for operation, exact in ((bounds.absolute, abs(x)), (bounds.neg, -x)):
            low, high = operation(pair(interval))
            assert low[0] <= exact <= high[0]


def test_what_is_not_a_number_stays_so():
    undefined = pair((np.nan, np.nan))
    with np.errstate(all="ignore"):
        for operation in (bounds.add, bounds.mul, bounds.div, bounds.minimum, bounds.maximum):
            assert np.isnan(operation(undefined, pair((0.0, 2.0)))).all(), operation.__name__
            assert np.isnan(operation(pair((1.0, 2.0)), undefined)).all(), operation.__name__
        assert np.isnan(bounds.div(pair((1.0, 1.0)), pair((0.0, 0.0)))).all()


def test_a_condition_is_surely_or_possibly_true():
    unknown, true, false = (False, True), (True, True), (False, False)
    arrays = {c: (np.array([c[0]]), np.array([c[1]])) for c in (unknown, true, false)}
    tables = {
        bounds.both: {(unknown, false): false, (unknown, true): unknown, (true, true): true},
        bounds.either: {(unknown, true): true, (unknown, false): unknown, (false, false): false},
        bounds.equal: {(true, true): true, (true, false): false, (unknown, true): unknown, (unknown, unknown): unknown},
    }
    for operation, table in tables.items():
        for (a, b), expected in table.items():
            for first, second in ((a, b), (b, a)):
                low, high = operation(arrays[first], arrays[second])
                assert (bool(low[0]), bool(high[0])) == expected, operation.__name__
    low, high = bounds.negate(arrays[unknown])
    assert (bool(low[0]), bool(high[0])) == unknown
