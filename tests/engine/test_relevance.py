"""What a value depends on and which way it moves: checked on points, and the same for one household as for many."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.relevance import BOTH, DOWN, UP, looked_at, looked_at_where, turned
from zero_non_recours.engine.scalar import EXACT

NUMBERS = ("add", "sub", "mul", "div", "min", "max", "years", "months", "lt", "le", "gt", "ge", "eq", "ne")
CONDITIONS = ("and", "or")
ALONE = {"neg": None, "abs": None, "round": 1.0, "floor": 0.0, "ceil": 0.0, "not": None}
ENDS = (-400.0, -3.0, -1.0, 0.0, 0.5, 2.0, 900.0)
TRUTHS = [(False, False), (False, True), (True, True)]
seeds = st.integers(0, 2**32)
many = settings(max_examples=120, deadline=None)

Pair = tuple[Any, Any]


def pair(rng: Random, boolean: bool) -> Pair:
    if boolean:
        return rng.choice(TRUTHS)
    low, high = sorted((rng.choice(ENDS), rng.choice(ENDS)))
    return low, high


def point(rng: Random, ends: Pair) -> Any:
    return rng.choice(ends) if isinstance(ends[0], bool) else rng.choice((*ends, rng.uniform(*ends)))


def check(node: Node, pairs: dict[int, Pair], rng: Random) -> None:
    """The value moves with each argument as told, and not at all with those that are not looked at."""
    exact = EXACT.of[node.op](node)
    ways: dict[int, int] = {}
    for arg, way in looked_at(node, pairs, None):
        ways[arg] = ways.get(arg, 0) | way
    for _ in range(15):
        points = {arg: point(rng, ends) for arg, ends in pairs.items()}
        moved = rng.choice(list(pairs))
        low, high = sorted((points[moved], point(rng, pairs[moved])))
        before, after = (exact(*(points | {moved: value}).values()) for value in (low, high))
        way = ways.get(moved)
        if before != before or after != after or way == BOTH:
            continue
        about = (node.op, pairs, moved, way, (low, before), (high, after))
        assert way is not None or before == after, about
        assert way != UP or before <= after, about
        assert way != DOWN or before >= after, about


@pytest.mark.parametrize("op", [*NUMBERS, *CONDITIONS])
@given(seed=seeds)
@many
def test_how_a_value_moves_with_two_others(op, seed):
    rng = Random(seed)
    pairs = {arg: pair(rng, op in CONDITIONS) for arg in (0, 1)}
    check(Node(op, (0, 1), "menage", False), pairs, rng)


@pytest.mark.parametrize("op", ALONE)
@given(seed=seeds)
@many
def test_how_a_value_moves_with_another(op, seed):
    rng = Random(seed)
    check(Node(op, (0,), "menage", False, ALONE[op]), {0: pair(rng, op == "not")}, rng)


@pytest.mark.parametrize("boolean", [False, True])
@given(seed=seeds)
@many
def test_how_a_choice_moves_and_which_sides_it_looks_at(boolean, seed):
    rng = Random(seed)
    pairs = {0: pair(rng, True), 1: pair(rng, boolean), 2: pair(rng, boolean)}
    check(Node("if", (0, 1, 2), "menage", boolean), pairs, rng)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (None, {1: UP}),
        ((False, False), {1: UP}),
        ((True, True), {0: UP}),
        ((False, True), {0: UP, 1: UP, 2: BOTH}),
    ],
)
def test_what_stands_in_for_an_unknown_answer_is_looked_at_where_it_does(asked, found):
    args = (0, 1) if asked is None else (0, 1, 2)
    node = Node("orelse", args, "menage", False)
    others: dict[int, Pair] = {1: (1.0, 2.0)} if asked is None else {1: (1.0, 2.0), 2: asked}
    assert dict(looked_at(node, {0: (0.0, 9.0), **others}, None)) == found
    assert dict(looked_at(node, {0: (3.0, 3.0), **others}, None)) == {0: UP}


def test_a_table_moves_any_way():
    assert dict(looked_at(Node("lookup", (0,), "menage", False, ((0.0, 1.0),)), {0: (0.0, 3.0)}, None)) == {0: BOTH}


def test_each_person_has_its_own_way():
    node = Node("mul", (0, 1), "personne", False)
    trace: dict[int, Pair] = {0: ([1.0, -2.0, -1.0], [2.0, -1.0, 1.0]), 1: ([3.0] * 3, [4.0] * 3)}
    assert [dict(looked_at(node, trace, rank))[1] for rank in range(3)] == [UP, DOWN, BOTH]


def test_ways_one_after_the_other():
    assert [turned(UP, UP), turned(DOWN, DOWN), turned(UP, DOWN), turned(DOWN, UP)] == [UP, UP, DOWN, DOWN]
    assert {turned(BOTH, UP), turned(DOWN, BOTH), turned(BOTH, BOTH)} == {BOTH}


# -- many households ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", [*NUMBERS, *CONDITIONS, *ALONE, "if", "orelse", "asked"])
@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_many_households_are_read_as_one_by_one(op, seed):
    """The arguments that are not settled, which are the only ones that are followed."""
    rng = Random(seed)
    kinds = {"if": (True, False, False), "orelse": (False, False), "asked": (False, False, True)}
    booleans = kinds.get(op, (op in CONDITIONS or op == "not",) * (1 if op in ALONE else 2))
    node = Node("orelse" if op == "asked" else op, tuple(range(len(booleans))), "menage", False)
    rows = [{arg: pair(rng, boolean) for arg, boolean in enumerate(booleans)} for _ in range(6)]
    ends: dict[int, Pair] = {
        arg: (np.array([row[arg][0] for row in rows]), np.array([row[arg][1] for row in rows])) for arg in rows[0]
    }
    together = list(looked_at_where(node, ends, lambda raw: ends[raw][0] != ends[raw][1]))
    for place, row in enumerate(rows):
        found = {
            arg: (UP if _at(rises, place) else 0) | (DOWN if _at(falls, place) else 0)
            for arg, where, (rises, falls) in together
            if _at(where, place) and row[arg][0] != row[arg][1]
        }
        assert found == {arg: way for arg, way in looked_at(node, row, None) if row[arg][0] != row[arg][1]}


def _at(value: Any, place: int) -> bool:
    return bool(np.broadcast_to(value, (6,))[place])
