"""Bounds on many boxes at once: every operation holds every point of every box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zero_non_recours.engine.boxes import BOUNDS_OF_BOXES, Box, OpenAnswer, Value, meet, operation, scaled
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.scalar import EXACT
from zero_non_recours.engine.scalar_bounds import BOUNDS_OF_ONE

ROWS = 3
COLUMNS = {0: 4, 1: 2, 2: 5}
"""How many pieces each of three answers has."""
INF, NAN = math.inf, math.nan
ENDS = (-INF, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 7.25, INF)
DIGITS = {"round": 1.0, "floor": 0.0, "ceil": -1.0}
NUMBERS = ("add", "sub", "mul", "div", "min", "max", "years", "months")
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
ALONE = ("neg", "abs", *DIGITS)

seeds = st.integers(0, 2**32)
many = settings(max_examples=200, deadline=None)


def node(op: str, *, boolean: bool = False, value: object = None) -> Node:
    return Node(op, (0, 1), "menage", boolean, value)


def random_value(rng: Random, kind: str = "number") -> Value:
    """A pair, or a box of some rows and of the pieces of no answer or of one."""
    shape = rng.choice([None, (1, None), (ROWS, None), *((rows, s) for rows in (1, ROWS) for s in COLUMNS)])
    if shape is None:
        return random_pair(rng, kind)
    rows, symbol = shape
    columns = 1 if symbol is None else COLUMNS[symbol]
    pairs = [[random_pair(rng, kind) for _ in range(columns)] for _ in range(rows)]
    ends = np.array(pairs, dtype=np.bool_ if kind == "condition" else np.float64)
    return Box(ends[:, :, 0], ends[:, :, 1], symbol)


def random_pair(rng: Random, kind: str) -> tuple[Any, Any]:
    if kind == "condition":
        return rng.choice([(False, False), (False, True), (True, True)])
    if kind == "maybe" and rng.random() < 0.3:
        return NAN, NAN
    low, high = sorted(rng.sample(ENDS, 2))
    return rng.choice(
        [(low, high), (low, high), (low, low) if low > -INF else (high, high) if high < INF else (0.0, 0.0)]
    )


class Corner:
    """One box: a row, and a piece of each answer."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.row = rng.randrange(ROWS)
        self.pieces = {symbol: rng.randrange(count) for symbol, count in COLUMNS.items()}

    def ends(self, value: Value) -> tuple[Any, Any]:
        if not isinstance(value, Box):
            return value
        assert value.low.shape == value.high.shape or 1 in (value.low.size, value.high.size)
        return self._at(value.low, value.symbol), self._at(value.high, value.symbol)

    def _at(self, end: np.ndarray, symbol: int | None) -> Any:
        row = min(self.row, end.shape[0] - 1)
        if end.shape[1] == 1:
            return end[row, 0].item()
        assert symbol is not None and end.shape[1] == COLUMNS[symbol]
        return end[row, self.pieces[symbol]].item()

    def point(self, value: Value) -> Any:
        """A value inside the box."""
        low, high = self.ends(value)
        if isinstance(low, bool) or low == high or low != low:
            return self.rng.choice([low, high])
        low, high = max(low, -1e4), min(high, 1e4)
        return self.rng.choice([low, high, self.rng.uniform(low, high)])

    def holds(self, value: Value, exact: Any) -> bool:
        low, high = self.ends(value)
        if exact != exact:  # not a number: the bounds say so, or nothing
            return (low != low and high != high) or (low, high) == (-INF, INF)
        return bool(low <= exact <= high)


def check(op: str, rng: Random, values: Sequence[Value], found: Value, **how: Any) -> None:
    """Points of some boxes, computed exactly, are in the box of the result."""
    exact = EXACT.of[op](node(op, **how))
    for _ in range(12):
        corner = Corner(rng)
        points = [corner.point(value) for value in values]
        expected = exact(*points)
        assert corner.holds(found, expected), (op, points, expected, corner.ends(found))


# -- every operation holds every point -----------------------------------------------------------------------


@pytest.mark.parametrize("op", [*NUMBERS, *COMPARISONS])
@given(seed=seeds)
@many
def test_operations_on_two_numbers(op, seed):
    rng = Random(seed)
    values = [random_value(rng), random_value(rng)]
    with np.errstate(all="ignore"):
        found = BOUNDS_OF_BOXES.of[op](node(op))(*values)
    check(op, rng, values, found)


@pytest.mark.parametrize("op", ALONE)
@given(seed=seeds)
@many
def test_operations_on_a_number(op, seed):
    rng = Random(seed)
    value = random_value(rng)
    with np.errstate(all="ignore"):
        found = BOUNDS_OF_BOXES.of[op](node(op, value=DIGITS.get(op)))(value)
    check(op, rng, [value], found, value=DIGITS.get(op))


@pytest.mark.parametrize("op", ["and", "or", "eq", "ne"])
@given(seed=seeds)
@many
def test_operations_on_conditions(op, seed):
    rng = Random(seed)
    values = [random_value(rng, "condition"), random_value(rng, "condition")]
    check(op, rng, values, BOUNDS_OF_BOXES.of[op](node(op))(*values))
    check("not", rng, values[:1], BOUNDS_OF_BOXES.of["not"](node("not"))(values[0]))


@pytest.mark.parametrize("kind", ["number", "maybe", "condition"])
@given(seed=seeds)
@many
def test_choices(kind, seed):
    """Between numbers, between what may be no number (no date, no choice), between conditions."""
    rng = Random(seed)
    values = [random_value(rng, "condition"), random_value(rng, kind), random_value(rng, kind)]
    choice = node("if", boolean=kind == "condition")
    check("if", rng, values, BOUNDS_OF_BOXES.of["if"](choice)(*values))
    if kind == "number":
        check("if", rng, values, operation("if")(*values))


@pytest.mark.parametrize("op", [*COMPARISONS, "years", "months"])
@given(seed=seeds)
@many
def test_what_may_be_no_number_is_compared_as_such(op, seed):
    """A missing date is neither before nor after another: nothing that may be one is sure."""
    rng = Random(seed)
    condition = random_value(rng, "condition")
    chosen = [condition, random_value(rng, "maybe"), random_value(rng, "maybe")]
    other = random_value(rng)
    with np.errstate(all="ignore"):
        found = BOUNDS_OF_BOXES.of[op](node(op))(operation("if")(*chosen), other)
    exact = EXACT.of[op](node(op))
    for _ in range(12):
        corner = Corner(rng)
        test, yes, no, end = (corner.point(value) for value in (*chosen, other))
        assert corner.holds(found, exact(yes if test else no, end))


@pytest.mark.parametrize("op", ["sum", "max1", "min1", "any", "all"])
@given(seed=seeds, persons=st.integers(1, 4))
@many
def test_aggregates_over_persons(op, seed, persons):
    rng = Random(seed)
    kind = "condition" if op in ("any", "all") else "number"
    values = [random_value(rng, kind) for _ in range(persons)]
    with np.errstate(all="ignore"):
        found = BOUNDS_OF_BOXES.of[op](node(op))(values)
    exact = EXACT.of[op](node(op))
    for _ in range(12):
        corner = Corner(rng)
        assert corner.holds(found, exact([corner.point(value) for value in values]))


@given(seed=seeds)
@many
def test_a_table_holds_the_number_of_every_key(seed):
    rng = Random(seed)
    cases = tuple((float(key), rng.choice((0.0, 1.0, -2.5, 9.0))) for key in range(4))
    rows, symbol = rng.choice((1, ROWS)), rng.choice((None, *COLUMNS))
    shape = (rows, 1 if symbol is None else COLUMNS[symbol])
    low = np.array([[float(rng.randrange(4)) for _ in range(shape[1])] for _ in range(rows)])
    high = np.minimum(low + rng.choice((0.0, 1.0, 2.0)), 3.0)
    key = rng.choice([Box(low, high, symbol), (float(low[0, 0]), float(high[0, 0]))])
    found = BOUNDS_OF_BOXES.of["lookup"](node("lookup", value=cases))(key)
    for _ in range(12):
        corner = Corner(rng)
        least, most = corner.ends(key)
        assert corner.holds(found, dict(cases)[float(rng.randint(int(least), int(most)))])


# -- pairs stay pairs, boxes keep the pieces of one answer -----------------------------------------------------


@pytest.mark.parametrize("op", [*NUMBERS, *COMPARISONS])
@given(seed=seeds)
@settings(max_examples=50, deadline=None)
def test_pairs_are_read_as_the_plain_bounds_read_them(op, seed):
    rng = Random(seed)
    values = [random_pair(rng, "number") for _ in range(2)]
    found, plain = BOUNDS_OF_BOXES.of[op](node(op))(*values), BOUNDS_OF_ONE.of[op](node(op))(*values)
    assert type(found) is tuple and np.array_equal(found, plain, equal_nan=True)


def test_a_box_keeps_the_pieces_of_the_first_answer_only():
    rows = Box(np.array([[0.0], [10.0], [20.0]]), np.array([[1.0], [11.0], [21.0]]), None)
    first = Box(np.array([[0.0, 5.0, 6.0, 7.0]]), np.array([[1.0, 5.5, 6.5, 8.0]]), 0)
    second = Box(np.array([[100.0, 300.0]]), np.array([[200.0, 400.0]]), 1)
    add = operation("add")
    for found in (add(first, second), add(second, first)):
        assert (found.symbol, found.low.tolist(), found.high.tolist()) == (
            0,
            [[100.0, 105.0, 106.0, 107.0]],
            [[401.0, 405.5, 406.5, 408.0]],
        )
    both = add(add(rows, second), first)
    assert (both.symbol, both.low.shape) == (0, (3, 4))
    assert (both.low[1, 2], both.high[1, 2]) == (10 + 100 + 6, 11 + 400 + 6.5)
    assert both.ends() == (100.0, 429.0)
    assert (both.whole.symbol, both.whole.low.ravel().tolist()) == (None, [100.0, 110.0, 120.0])
    assert add(rows, rows).symbol is None and add(rows, (1.0, 2.0)).high.tolist() == [[3.0], [13.0], [23.0]]


def test_an_answer_is_the_same_in_every_use_of_it():
    """What the pieces are for: `a - a`, piece by piece, is close to zero."""
    ends = np.linspace(0.0, 100.0, 5)
    answer = Box(ends[None, :-1], ends[None, 1:], 0)
    assert operation("sub")(answer, answer).ends() == (-25.0, 25.0)
    exact = Box(ends[None, :], ends[None, :], 0)
    assert operation("sub")(exact, exact).ends() == (0.0, 0.0)


def test_boxes_of_which_some_are_no_number_are_together_anything():
    mixed = Box(np.array([[1.0, NAN], [NAN, NAN], [2.0, 3.0]]), np.array([[1.0, NAN], [NAN, NAN], [2.0, 4.0]]), 1)
    assert np.array_equal(mixed.whole.low, [[-INF], [NAN], [2.0]], equal_nan=True)
    assert np.array_equal(mixed.whole.high, [[INF], [NAN], [4.0]], equal_nan=True)
    assert mixed.ends() == (-INF, INF)


# -- answers --------------------------------------------------------------------------------------------------


def open_answer(*ends: tuple[float, float], known: bool = False) -> OpenAnswer:
    low, high = np.array(ends).T
    return OpenAnswer(Box(low[None, :], high[None, :], 1), known)


def test_an_answer_read_in_pieces():
    amount, yes_no = open_answer((0, 5), (6, 9)), open_answer((0, 0), (1, 1), (0, 1))
    read = BOUNDS_OF_BOXES.of["get"]
    assert read(node("get"))(amount) is amount.box
    found = read(node("get", boolean=True))(yes_no)
    assert (found.low.tolist(), found.high.tolist()) == ([[False, True, False]], [[False, True, True]])
    assert read(node("get"))((3.0, 4.0, True)) == (3.0, 4.0)
    assert read(node("get", boolean=True))((0.0, 1.0, False)) == (False, True)


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        (None, (50.0, 50.0)),
        ((False, False), (50.0, 50.0)),
        ((True, True), (0.0, 9.0)),
        ((False, True), (0.0, 50.0)),
    ],
)
def test_what_stands_in_for_an_unknown_answer(asked, ends):
    answer = BOUNDS_OF_BOXES.of["orelse"](node("orelse"))
    raw, other = open_answer((0, 5), (6, 9)), (50.0, 50.0)
    found = answer(raw, other, asked)
    assert (found.ends() if isinstance(found, Box) else found) == ends
    assert BOUNDS_OF_BOXES.absent(raw)
    given_within = open_answer((0, 5), (6, 9), known=True)
    assert answer(given_within, other, asked).ends() == (0.0, 9.0)
    assert not BOUNDS_OF_BOXES.absent(given_within)


def test_a_question_may_apply_in_some_boxes_only():
    answer = BOUNDS_OF_BOXES.of["orelse"](node("orelse"))
    asked = Box(np.array([[False], [False], [True]]), np.array([[False], [True], [True]]), None)
    found = answer(open_answer((0, 5), (6, 9)), (50.0, 50.0), asked)
    assert found.low.tolist() == [[50.0, 50.0], [0.0, 6.0], [0.0, 6.0]]
    assert found.high.tolist() == [[50.0, 50.0], [50.0, 50.0], [5.0, 9.0]]
    closed = answer((2.0, 3.0, False), (50.0, 50.0), asked)
    assert (closed.low.tolist(), closed.high.tolist()) == ([[50.0], [2.0], [2.0]], [[50.0], [50.0], [3.0]])


def test_whether_an_answer_is_missing():
    missing = BOUNDS_OF_BOXES.of["missing"](node("missing"))
    assert missing(open_answer((0, 1))) == missing((0.0, 1.0, False)) == (True, True)
    assert missing(open_answer((0, 1), known=True)) == missing((1.0, 1.0, True)) == (False, False)


def test_a_condition_of_boxes_may_hold_or_fail_in_one_of_them():
    sure, none = (
        Box(np.array([[True, True]]), np.array([[True, True]]), 1),
        Box(np.array([[False]]), np.array([[False]]), None),
    )
    some = Box(np.array([[True, False]]), np.array([[True, False]]), 1)
    truths = [(BOUNDS_OF_BOXES.possible(c), BOUNDS_OF_BOXES.refusable(c)) for c in (sure, some, none, (False, True))]
    assert truths == [(True, False), (True, True), (False, True), (True, True)]


# -- two bounds of the same value -------------------------------------------------------------------------------


def widened(rng: Random, value: Value) -> Value:
    """Other bounds of the same value, in the same boxes or for all of them together."""
    if isinstance(value, Box) and rng.random() < 0.3:
        value = value.ends()
    below, above = rng.choice((0.0, 0.0, 0.25, 3.0, INF)), rng.choice((0.0, 0.0, 0.25, 3.0, INF))
    if isinstance(value, Box):
        return Box(value.low - below, value.high + above, value.symbol)
    return value[0] - below, value[1] + above


@given(seed=seeds)
@many
def test_two_bounds_of_a_value_together_hold_it_and_are_as_tight_as_both(seed):
    rng = Random(seed)
    value = random_value(rng)
    first, second = widened(rng, value), widened(rng, value)
    found = meet(first, second)
    for _ in range(20):
        corner = Corner(rng)
        (low, high), (a, b), (c, d) = map(corner.ends, (found, first, second))
        assert corner.holds(found, corner.point(value))
        assert a <= low <= max(a, c) and min(b, d) <= high <= b
        assert low >= c - 1e-7 and high <= d + 1e-7


def test_bounds_of_no_number_stay_so():
    for undefined, other in (((NAN, NAN), (0.0, 1.0)), ((0.0, 1.0), (NAN, NAN))):
        assert np.array_equal(meet(undefined, other), undefined, equal_nan=True)


@given(seed=seeds, factor=st.sampled_from([1.0, 0.5, -2.0, -1.0]))
@settings(max_examples=60, deadline=None)
def test_a_value_times_a_constant(seed, factor):
    rng = Random(seed)
    value = random_value(rng)
    found = scaled(value, factor)
    for _ in range(12):
        corner = Corner(rng)
        assert corner.holds(found, corner.point(value) * factor)
    assert isinstance(found, Box) == isinstance(value, Box)
