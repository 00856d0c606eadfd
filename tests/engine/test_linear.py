"""Sums written again: the same value, never wider, and what is added and taken away is counted once."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.small_plans import LINEAR, SmallPlan, inside, unknown
from zero_non_recours.engine.graph import Graph, Slot
from zero_non_recours.engine.interpret import Program
from zero_non_recours.engine.linear import MOST_TERMS, Sums
from zero_non_recours.engine.reading import Reading
from zero_non_recours.engine.refine import Refiner
from zero_non_recours.engine.scalar_bounds import BOUNDS_OF_ONE, BoundsOfOne

seeds = st.integers(0, 2**32)
many = settings(max_examples=250, deadline=None)
WIDE = 1e9


class Sum:
    """Formulas on answers of the household, each read as an interval."""

    def __init__(self, **domains: tuple[float, float]) -> None:
        self.graph = Graph()
        self.domains = {self.graph.input(Slot(name, "c", 0), "menage"): pair for name, pair in domains.items()}
        self.answers = [self.graph.op("get", raw) for raw in self.domains]

    def number(self, value: float) -> int:
        return self.graph.constant(value)

    def times(self, factor: float, node: int) -> int:
        return self.graph.op("mul", self.number(factor), node)

    def bounds(self, node: int, **points: float) -> tuple[tuple[float, float], tuple[float, float] | None]:
        """The plain bounds of a node, and those of the sum that it is written again as, if it is."""
        given = dict(zip(self.domains, points.values(), strict=True)) if points else self.domains
        pairs = {raw: (*(v if isinstance(v, tuple) else (v, v)), bool(points)) for raw, v in given.items()}
        values = BoundsOfOne(Program(self.graph, BOUNDS_OF_ONE), pairs, 1)
        found = Sums(self.graph).rewritten(node)
        return values.read(node), None if found is None else found.read(values, None)


# -- any sum ------------------------------------------------------------------------------------------------


@given(seed=seeds)
@many
def test_a_sum_written_again_is_the_sum(seed):
    """Of known answers: every node that is written again has the value that it has term by term."""
    small = SmallPlan(seed, size=40, operations=LINEAR, level="household")
    answers = small.household(1)
    pairs = {raw: (a, a, True) for raw, a in zip(small.plan.inputs, answers, strict=True)}
    values = BoundsOfOne(Program(small.graph, BOUNDS_OF_ONE), pairs, 1)
    sums = Sums(small.graph)
    for node in small.plan.detail:
        found = sums.rewritten(node)
        if found is not None:
            assert found.read(values, None) == pytest.approx(values.read(node), abs=1e-6), node


@given(seed=seeds, persons=st.integers(1, 3))
@many
def test_sums_written_again_hold_every_point_and_are_never_wider(seed, persons):
    """No answer is cut here: only the sums tighten."""
    small = SmallPlan(seed, size=40, operations=LINEAR)
    forgotten = small.forgotten(persons)
    left = unknown(small.household(persons), forgotten)
    plain = Reading(small.plan, left, persons, tight=())
    tight = Refiner(small.plan).ends(small.plan.roots, [], plain.bounds)
    for ends, wide, hull in zip(tight, plain.ends, small.hulls(left, forgotten, persons), strict=True):
        assert inside(hull, ends), (hull, ends)
        assert inside(ends, wide), (ends, wide)


def test_many_sums_are_tighter():
    """The properties above would hold if nothing were ever written again."""
    tighter = 0
    for seed in range(300):
        small = SmallPlan(seed, size=40, operations=LINEAR, level="household")
        left = unknown(small.household(1), small.places(1))
        plain = Reading(small.plan, left, 1, tight=())
        tight = Refiner(small.plan).ends(small.plan.roots, [], plain.bounds)
        tighter += any(one != other for one, other in zip(tight, plain.ends, strict=True))
    assert tighter > 25


# -- some sums ----------------------------------------------------------------------------------------------


def test_what_is_added_and_taken_away_is_counted_once():
    found = Sum(a=(0.0, WIDE))
    (a,) = found.answers
    plain, again = found.bounds(found.graph.op("sub", found.times(0.6, a), a))
    assert plain == (-WIDE, 0.6 * WIDE)
    assert again == pytest.approx((-0.4 * WIDE, 0.0), abs=1e-6)
    assert again is not None and again[1] == 0.0


def test_a_mean_is_taken_away_from_its_months():
    found = Sum(a=(0.0, WIDE), b=(0.0, WIDE))
    a, b = found.answers
    mean = found.graph.op("div", found.graph.op("add", a, b), found.number(2.0))
    again = found.bounds(found.graph.op("sub", found.graph.op("add", a, b), mean))[1]
    assert again == pytest.approx((0.0, WIDE))


def test_a_sum_goes_through_the_choice_that_holds_the_same_answer():
    """`max(100 - a, 0) + a` is at least 100, and never more than 100 or a."""
    found = Sum(a=(0.0, 500.0))
    (a,) = found.answers
    graph = found.graph
    rest = graph.op("max", graph.op("sub", found.number(100.0), a), found.number(0.0))
    plain, again = found.bounds(graph.op("add", rest, a))
    assert plain == (0.0, 600.0)
    assert again == pytest.approx((100.0, 500.0), abs=1e-7)
    less = graph.op("sub", a, graph.op("min", a, found.number(80.0)))
    assert found.bounds(less)[1] == pytest.approx((0.0, 420.0), abs=1e-7)


@pytest.mark.parametrize(("low", "high", "expected"), [(0, 9, (0, 4.5)), (6, 9, (3, 4.5)), (0, 4, (0, 0))])
def test_a_sum_goes_through_an_if_and_takes_only_the_sides_that_are_open(low, high, expected):
    """`a - (a / 2 if a > 5 else a)`."""
    found = Sum(a=(low, high))
    (a,) = found.answers
    graph = found.graph
    kept = graph.op("if", graph.op("gt", a, found.number(5.0)), graph.op("div", a, found.number(2.0)), a)
    assert found.bounds(graph.op("sub", a, kept))[1] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("op", ["mul", "div"])
def test_a_product_of_answers_is_a_term_like_another(op):
    found = Sum(a=(1.0, 2.0), b=(3.0, 4.0))
    a, b = found.answers
    product = found.graph.op(op, a, b)
    twice = found.graph.op("sub", found.graph.op("add", product, a), product)
    assert Sums(found.graph).rewritten(product) is None
    assert found.bounds(twice)[1] == pytest.approx((1.0, 2.0))


def test_a_sum_without_repetition_is_not_written_again():
    found = Sum(a=(0.0, 1.0), b=(0.0, 1.0))
    graph, (a, b) = found.graph, found.answers
    for node in (graph.op("add", a, b), graph.op("neg", a), a, graph.op("max", a, b), graph.constant(3.0)):
        assert Sums(graph).rewritten(node) is None


def test_a_very_long_sum_is_not_written_again():
    """It costs more than it gains; its value does not change."""
    names = {f"x{rank}": (0.0, 1.0) for rank in range(MOST_TERMS + 1)}
    found = Sum(**names)
    node = found.answers[0]
    for answer in found.answers[1:]:
        node = found.graph.op("add", node, answer)
    sums = Sums(found.graph)
    assert len(sums.of(node).terms) <= MOST_TERMS
    assert sums.rewritten(found.graph.op("sub", node, found.answers[0])) is None


@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_a_sum_of_the_answers_of_each_person_is_written_again_for_each(seed):
    rng = Random(seed)
    graph = Graph()
    raw = graph.input(Slot("x", "c", 0), "personne")
    answer = graph.op("get", raw)
    factor = round(rng.uniform(0.1, 0.9), 3)
    gain = graph.op("sub", graph.op("mul", graph.constant(factor), answer), answer)
    highs = [rng.uniform(1.0, WIDE) for _ in range(3)]
    given: dict[int, Any] = {raw: [(0.0, high, False) for high in highs]}
    values = BoundsOfOne(Program(graph, BOUNDS_OF_ONE), given, 3)
    found = Sums(graph).rewritten(gain)
    assert found is not None and found.shared == {answer}
    for rank, high in enumerate(highs):
        assert found.read(values, rank) == pytest.approx(((factor - 1.0) * high, 0.0))
