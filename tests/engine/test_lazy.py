"""What nobody needs is not computed, and that changes no number."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.graphs import DOMAIN, RandomGraph, flat
from tests.engine.households import bits, columns_of, full_plan, household
from tests.engine.test_agreement import cases, relaxed, seeds
from zero_non_recours.engine import completeness
from zero_non_recours.engine import plan as plan_module
from zero_non_recours.engine.bounds import BOUNDS, Answer
from zero_non_recours.engine.columnar import COLUMNAR, Lanes
from zero_non_recours.engine.dialect import Dialect
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Graph, Slot
from zero_non_recours.engine.guards import Guards, Literal
from zero_non_recours.engine.interpret import Program, Values
from zero_non_recours.engine.reading import Reading
from zero_non_recours.engine.scalar import EXACT, SCALAR
from zero_non_recours.engine.scalar_bounds import BOUNDS_OF_ONE, answered

many = settings(max_examples=150, deadline=None)
sizes_strategy = st.lists(st.integers(1, 4), min_size=1, max_size=6)
unknowns = st.sampled_from([0.0, 0.2, 0.7])


def both(found: RandomGraph, dialect: Dialect, roots: list[int]) -> tuple[Any, Any]:
    """A graph written with a block for everything that can wait, and without any."""
    lazy = compile_graph(found.graph, roots, found.inputs, replace(dialect, least=1))
    return lazy, compile_graph(found.graph, roots, found.inputs, dialect, lazy=False)


@given(seed=seeds, sizes=sizes_strategy, unknown=unknowns)
@many
def test_blocks_change_nothing(seed, sizes, unknown):
    found = RandomGraph(seed)
    roots = found.roots
    households = [found.answers(size, unknown) for size in sizes]
    lanes, columns = Lanes(np.array(sizes)), found.columns(households)
    with np.errstate(all="ignore"):
        lazy, eager = both(found, COLUMNAR, roots)
        together = [flat(value, lanes) for value in eager(lanes, columns)]
        assert bits([flat(value, lanes) for value in lazy(lanes, columns)]) == bits(together)
        lazy, eager = both(found, BOUNDS, roots)
        intervals = [Answer(column, DOMAIN) for column in columns]
        ends = [[flat(end, lanes) for end in pair] for pair in eager(lanes, intervals)]
        assert bits([[flat(end, lanes) for end in pair] for pair in lazy(lanes, intervals)]) == bits(ends)
    lazy, eager = both(found, SCALAR, roots)
    exact, bounds = Program(found.graph, EXACT), Program(found.graph, BOUNDS_OF_ONE)
    for place, (size, answers) in enumerate(zip(sizes, households, strict=True)):
        alone = eager(size, answers)
        assert bits(alone) == bits(lazy(size, answers)) == bits([column[place] for column in together])
        values = Values(exact, dict(zip(found.inputs, answers, strict=True)), size)
        assert bits([values.read(root) for root in roots]) == bits(alone)
        given_ends = [
            [answered(a, DOMAIN) for a in answer] if isinstance(answer, list) else answered(answer, DOMAIN)
            for answer in answers
        ]
        values = Values(bounds, dict(zip(found.inputs, given_ends, strict=True)), size)
        for rank, root in enumerate(roots):
            assert bits(values.read(root)) == bits([ends[rank][0][place], ends[rank][1][place]])


@given(seed=seeds, persons=st.integers(1, 4), unknown=unknowns)
@many
def test_a_result_that_lacks_nothing_is_where_its_bounds_meet(seed, persons, unknown):
    found = RandomGraph(seed)
    answers = found.answers(persons, unknown)
    lacks = completeness.incomplete(found.graph, found.roots)
    inputs = dict(zip(found.inputs, answers, strict=True))
    exact = Values(Program(found.graph, EXACT), inputs, persons)
    ends = {
        node: [answered(a, DOMAIN) for a in answer] if isinstance(answer, list) else answered(answer, DOMAIN)
        for node, answer in inputs.items()
    }
    bounds = Values(Program(found.graph, BOUNDS_OF_ONE), ends, persons)
    for root, lack in zip(found.roots, lacks, strict=True):
        if not exact.read(lack):
            low, high = bounds.read(root)
            assert bits(low) == bits(high) == bits(exact.read(root))
        else:
            assert unknown


@cases
@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=5), unknown=unknowns, seed=seeds)
@relaxed
def test_rules_written_without_blocks_give_the_same(rules, month, sizes, unknown, seed):
    plan = full_plan(rules, month)
    rng = Random(seed)
    households = [household(plan, rng, size, unknown) for size in sizes]
    lanes, columns = Lanes(np.array(sizes)), columns_of(plan, households)
    levels = [plan.graph.nodes[root].level == "personne" for root in plan.roots]
    with np.errstate(all="ignore"):
        for dialect, given_columns in ((COLUMNAR, columns), (BOUNDS, plan._answers(columns))):
            readings = [
                compile_graph(plan.graph, plan.roots, plan.inputs, dialect, lazy=lazy)(lanes, given_columns)
                for lazy in (True, False)
            ]
            for person, first, second in zip(levels, *readings, strict=True):
                ends = [v if isinstance(v, tuple) else (v,) for v in (first, second)]
                for one, other in zip(*ends, strict=True):
                    assert bits(lanes.column(one, person)) == bits(lanes.column(other, person))


@cases
@given(persons=st.integers(1, 5), seed=seeds, unknown=unknowns)
@relaxed
def test_node_by_node_is_as_compiled(rules, month, persons, seed, unknown):
    plan = full_plan(rules, month)
    answers = household(plan, Random(seed), persons, unknown)
    values = plan._exact_values(answers, persons)
    compiled = plan._scalar(persons, answers)
    for node, value in zip((*plan.roots, *plan.lacks), compiled, strict=True):
        assert bits(values.read(node)) == bits(value)
    told = plan._told(persons, answers)
    for node, value in zip(plan._watched, told, strict=True):
        assert bits(values.read(node)) == bits(value)


@cases
@given(persons=st.integers(1, 5), seed=seeds, unknown=unknowns)
@relaxed
def test_bounds_of_one_household_are_those_of_many(rules, month, persons, seed, unknown):
    plan = full_plan(rules, month)
    answers = household(plan, Random(seed), persons, unknown)
    lanes = Lanes(np.array([persons]))
    detail = plan.bounds_detail(lanes, columns_of(plan, [answers]))
    trace = plan.bounds_trace(answers, persons)
    assert list(trace) == list(detail)
    for node, pair in detail.items():
        person = plan.graph.nodes[node].level == "personne"
        for one, other in zip(trace[node], pair, strict=True):
            assert bits(one) == bits(lanes.column(other, person)), plan.graph.nodes[node]


@cases
@given(persons=st.integers(1, 5), seed=seeds, unknown=st.sampled_from([0.01, 0.1, 0.5]))
@relaxed
def test_results_that_lack_nothing_are_exact(rules, month, persons, seed, unknown):
    plan = full_plan(rules, month)
    answers = household(plan, Random(seed), persons, unknown)
    results, lacking = plan.run(answers, persons)
    trace, reading = plan.bounds_trace(answers, persons), Reading(plan, answers, persons)
    assert (plan.exact(answers, persons) is None) == reading.incomplete == any(lacking)
    for root, value, lacks, pair in zip(plan.roots, results, lacking, reading.ends, strict=True):
        assert all(map(holds, *map(np.atleast_1d, (trace[root][0], pair[0], pair[1], trace[root][1]))))
        if not lacks:
            assert bits(value) == bits(pair[0]) == bits(pair[1])


def holds(least, low, high, most):
    """Whether tighter bounds are inside the plain ones."""
    return (least <= low <= high <= most) or least != least


def test_the_reading_is_compiled_after_some_households():
    plan = replace(full_plan("fictional", "2026-11"))
    rng = Random(3)
    for rank in range(plan_module.COMPILED_AFTER + 2):
        assert plan.is_compiled == (rank > plan_module.COMPILED_AFTER)
        plan.run(household(plan, rng, 3, 0.0), 3)


# -- what is looked at ----------------------------------------------------------------------------------


def small() -> tuple[Graph, list[int]]:
    graph = Graph()
    return graph, [graph.input(Slot(name, "c", 0), "menage") for name in "xyz"]


def test_a_node_is_guarded_by_what_all_its_users_wait_for():
    graph, (x, y, z) = small()
    c, d = graph.op("gt", x, graph.constant(1.0)), graph.op("gt", y, graph.constant(1.0))
    alone = graph.op("mul", z, z)
    shared = graph.op("add", z, y)
    inner = graph.op("if", d, alone, shared)
    root = graph.op("if", c, inner, graph.op("neg", shared))
    guards = Guards(graph, graph.reachable([root]), [root])
    paths = {node: set(guards.path(guards.of[node])) for node in (c, d, alone, shared, inner)}
    assert paths == {
        c: set(),
        d: {Literal(c, True)},
        inner: {Literal(c, True)},
        alone: {Literal(c, True), Literal(d, True)},
        shared: set(),
    }
    assert guards.path(guards.of[alone]) == (Literal(c, True), Literal(d, True))


def test_the_second_condition_waits_for_the_first():
    graph, (x, y, z) = small()
    first, second = (graph.op("gt", raw, graph.constant(1.0)) for raw in (x, y))
    third = graph.op("lt", z, graph.constant(0.0))
    root = graph.op("or", graph.op("and", first, second), third)
    guards = Guards(graph, graph.reachable([root]), [root])
    assert guards.path(guards.of[second]) == (Literal(first, True),)
    assert guards.path(guards.of[third]) == (Literal(graph.nodes[root].args[0], False),)


def test_only_the_side_taken_is_computed():
    graph, (x, y, z) = small()
    test = graph.op("gt", graph.op("get", x), graph.constant(1.0))
    yes, no = graph.op("neg", graph.op("get", y)), graph.op("neg", graph.op("get", z))
    root = graph.op("if", test, yes, no)
    for operations, ends in ((EXACT, lambda v: v), (BOUNDS_OF_ONE, lambda v: answered(v, DOMAIN))):
        values = Values(Program(graph, operations), {x: ends(2.0), y: ends(3.0), z: ends(1.0)}, 1)
        values.read(root)
        assert yes in values
        assert no not in values


def test_an_answer_of_the_side_not_taken_is_not_lacking():
    graph, (x, y, z) = small()
    test = graph.op("gt", graph.op("get", x), graph.constant(1.0))
    root = graph.op("if", test, graph.op("get", y), graph.op("get", z))
    (lack,) = completeness.incomplete(graph, [root])

    def lacks(*answers: float) -> bool:
        return Values(Program(graph, EXACT), dict(zip((x, y, z), answers, strict=True)), 1).read(lack)

    assert [lacks(2, 1, math.nan), lacks(0, math.nan, 1), lacks(0, 1, math.nan), lacks(math.nan, 1, 1)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_long_chain_is_read():
    graph, (x, *_) = small()
    node = graph.op("get", x)
    for _ in range(3_000):
        node = graph.op("add", graph.op("neg", node), graph.constant(1.0))
    values = Values(Program(graph, EXACT), {x: 1.0}, 1)
    assert values.read(node) == 1.0
    assert compile_graph(graph, [node], [x], SCALAR)(1, [1.0]) == (1.0,)


@pytest.mark.parametrize("depth", [30, 400])
def test_choices_nested_without_end_are_written(depth):
    graph, (x, y, _) = small()
    node = graph.op("get", y)
    for level in range(depth):
        node = graph.op(
            "if", graph.op("gt", x, graph.constant(float(level))), graph.op("neg", node), graph.constant(5.0)
        )
    for answers in ([1e6, 2.0], [3.5, 2.0], [-1.0, 2.0]):
        lazy, eager = (
            compile_graph(graph, [node], [x, y], replace(SCALAR, least=1), lazy=lazy)(1, answers)
            for lazy in (True, False)
        )
        assert lazy == eager
