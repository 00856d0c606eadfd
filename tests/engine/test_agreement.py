"""Every reading of a rulebook gives the same numbers, for every variable of random households."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.households import (
    CORE,
    as_lists,
    bits,
    columns_of,
    compiles,
    fictional,
    full_plan,
    household,
    rules_of,
    shipped,
    split,
)
from zero_non_recours.engine import plan as plan_module
from zero_non_recours.engine.plan import Plan
from zero_non_recours.profile.periods import show_month

CASES = [
    ("fictional", "2024-01"),
    ("fictional", "2024-09"),
    ("fictional", "2026-11"),
    ("shipped", show_month(shipped().coverage.first)),
    ("shipped", "2024-12"),
    ("shipped", "2025-03"),
    ("shipped", show_month(shipped().coverage.last)),
]
cases = pytest.mark.parametrize(("rules", "month"), CASES, ids=[" ".join(case) for case in CASES])
relaxed = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
sizes_strategy = st.lists(st.integers(1, 9), min_size=1, max_size=12)
unknowns = st.sampled_from([0.0, 0.0, 0.02, 0.3])
seeds = st.integers(0, 2**32)


def batch(plan: Plan, sizes: list[int], unknown: float, seed: int) -> list[list]:
    rng = Random(seed)
    return [household(plan, rng, size, unknown) for size in sizes]


@cases
@given(sizes=sizes_strategy, unknown=unknowns, seed=seeds)
@relaxed
def test_scalar_and_columnar_agree_bit_for_bit(rules, month, sizes, unknown, seed):
    plan = full_plan(rules, month)
    households = batch(plan, sizes, unknown, seed)
    results, incomplete = plan.columns(columns_of(plan, households), np.array(sizes))
    rows = split(plan, results, np.array(sizes))
    for h, answers in enumerate(households):
        exact = plan.exact(answers, sizes[h])
        assert (exact is None) == bool(incomplete[h])
        if exact is not None:
            for name, one, column in zip(plan.names, as_lists(plan, exact, sizes[h]), rows[h], strict=True):
                assert bits(one) == bits(column), name


@cases
@given(sizes=sizes_strategy, unknown=unknowns, seed=seeds)
@relaxed
def test_a_household_alone_is_the_household_in_a_batch(rules, month, sizes, unknown, seed):
    plan = full_plan(rules, month)
    households = batch(plan, sizes, unknown, seed)
    every = np.array(sizes)
    results, incomplete = plan.columns(columns_of(plan, households), every)
    bounds = plan.bounds_columns(columns_of(plan, households), every)
    rows = split(plan, results, every)
    lows, highs = (split(plan, [pair[end] for pair in bounds], every) for end in (0, 1))
    for h in (0, len(sizes) - 1):
        one = np.array(sizes[h : h + 1])
        answers = columns_of(plan, households[h : h + 1])
        alone, missing = plan.columns(answers, one)
        assert missing[0] == incomplete[h]
        assert [bits(v) for v in split(plan, alone, one)[0]] == [bits(v) for v in rows[h]]
        between = plan.bounds_columns(answers, one)
        assert [bits(v) for v in split(plan, [low for low, _ in between], one)[0]] == [bits(v) for v in lows[h]]
        assert [bits(v) for v in split(plan, [high for _, high in between], one)[0]] == [bits(v) for v in highs[h]]


@cases
@given(sizes=sizes_strategy, unknown=unknowns, seed=seeds, chunk=st.integers(1, 40), order=st.randoms())
@relaxed
def test_order_and_chunks_change_nothing(rules, month, monkeypatch, sizes, unknown, seed, chunk, order):
    plan = full_plan(rules, month)
    households = batch(plan, sizes, unknown, seed)
    results, incomplete = plan.columns(columns_of(plan, households), np.array(sizes))
    rows = split(plan, results, np.array(sizes))
    places = list(range(len(sizes)))
    order.shuffle(places)
    moved = np.array([sizes[p] for p in places])
    with monkeypatch.context() as patch:
        patch.setattr(plan_module, "CHUNK_PERSONS", chunk)
        again, missing = plan.columns(columns_of(plan, [households[p] for p in places]), moved)
    assert missing.tolist() == [bool(incomplete[p]) for p in places]
    for row, place in zip(split(plan, again, moved), places, strict=True):
        assert [bits(v) for v in row] == [bits(v) for v in rows[place]]


@cases
def test_one_answer_for_all_is_the_answer_of_each(rules, month):
    plan = full_plan(rules, month)
    sizes = np.array([1, 3, 2])
    same = [a[0] if isinstance(a, list) else a for a in household(plan, Random(7), 1, 0.0)]
    full = [np.full(6 if by_person else 3, a) for a, by_person in zip(same, plan.levels, strict=True)]
    once, _ = plan.columns(same, sizes)
    each, _ = plan.columns(full, sizes)
    assert [bits(c) for c in once] == [bits(c) for c in each]


@cases
def test_no_household_gives_empty_columns(rules, month):
    plan = full_plan(rules, month)
    none = np.zeros(0, dtype=int)
    results, incomplete = plan.columns([np.zeros(0) for _ in plan.slots], none)
    assert len(incomplete) == 0
    assert [len(c) for c in results] == [0] * len(plan.names)


@cases
@given(persons=st.integers(1, 6), seed=seeds)
@relaxed
def test_the_trace_holds_the_results(rules, month, persons, seed):
    plan = full_plan(rules, month)
    answers = household(plan, Random(seed), persons, 0.0)
    exact, trace = plan.exact(answers, persons), plan.trace(answers, persons)
    assert exact is not None
    for found, root in zip(exact, plan.roots, strict=True):
        assert bits(found) == bits(trace[root])


@pytest.mark.parametrize("rules", ["fictional", "shipped"])
def test_each_variable_alone_is_the_variable_among_all(rules):
    plan = full_plan(rules, "2026-11")
    answers = household(plan, Random(11), 3, 0.0)
    exact = plan.exact(answers, 3)
    assert exact is not None
    known = dict(zip(plan.slots, answers, strict=True))
    for name, expected in zip(plan.names, exact, strict=True):
        alone = plan_module.compile_plan(plan.rulebook, plan.month, [name])
        found = alone.exact([known[slot] for slot in alone.slots], 3)
        assert found is not None
        assert bits(found[0]) == bits(expected), name


@pytest.mark.parametrize("month", ["2024-01", "2024-02", "2024-03", "2026-11"])
def test_a_month_leaves_out_only_the_rules_without_a_value_then(month):
    left_out = {*rules_of(fictional())} - {*full_plan("fictional", month).names}
    assert left_out == ({"taxe"} if month >= "2024-03" else set())


def test_every_rule_has_a_value_in_some_covered_month():
    book = shipped()
    assert {*CORE} <= {*book.rights}
    months = range(book.coverage.last, book.coverage.first - 1, -1)
    for name in rules_of(book):
        assert any(compiles(book, month, name) for month in months), name
