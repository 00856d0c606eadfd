"""Bounds reading of one household: a pair of plain numbers per value, the same intervals as `bounds`, no numpy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from zero_non_recours.engine import semantics
from zero_non_recours.engine.graph import Domain, Node
from zero_non_recours.engine.interpret import Operations, Values
from zero_non_recours.engine.semantics import larger, smaller

Pair = tuple[Any, Any]
"""Lowest and highest value; for a condition, surely true and possibly true."""
_TRUE = (True, True)
_FALSE = (False, False)
_UNDEFINED = (math.nan, math.nan)


def answered(answer: float | tuple[float, float], domain: Domain) -> tuple[float, float, bool]:
    """An answer as both its ends, and whether it is given: a number or, as a pair, a range."""
    if isinstance(answer, tuple):
        return larger(answer[0], domain.low), smaller(answer[1], domain.high), True
    return (answer, answer, True) if answer == answer else (domain.low, domain.high, False)


def ends(value: Any) -> tuple[Any, Any]:
    """Both ends of a value: lists for persons."""
    if isinstance(value, list):
        return [one[0] for one in value], [one[1] for one in value]
    return value[0], value[1]


class BoundsOfOne(Values):
    """The intervals of one household, each computed when it is first asked for."""

    def settled(self, node: int) -> Any:
        """The value of a node that nothing unknown changes, `None` for another or one that was not computed."""
        value = self.get(node)
        if isinstance(value, list):
            return value if all(map(is_settled, value)) else None
        return value if value is not None and is_settled(value) else None

    def given(self, node: int) -> Any:
        """The bounds of an input node, each with whether the answer is given."""
        return self[node]


def is_settled(pair: Pair) -> bool:
    """Whether both ends of a value are the same, or neither is a number."""
    low, high = pair[0], pair[1]
    return low == high or (low != low and high != high)


def add(a: Pair, b: Pair) -> Pair:
    """Sum of intervals."""
    return a[0] + b[0], a[1] + b[1]


def sub(a: Pair, b: Pair) -> Pair:
    """Difference of intervals."""
    return a[0] - b[1], a[1] - b[0]


def neg(a: Pair) -> Pair:
    """Opposite of an interval."""
    return -a[1], -a[0]


def mul(a: Pair, b: Pair) -> Pair:
    """Product of intervals; zero times an unbounded end is zero."""
    low, high = a
    if low == high and b[0] == b[1]:
        product = low * b[0]
        if product == product:
            return product, product
    return _hull([x * y for x in a for y in b], a, b)


def _hull(ends: list[float], a: Pair, b: Pair) -> Pair:
    """The interval that holds all these ends; 0 × ∞ counts as 0, but what is not a number stays so."""
    if a[0] != a[0] or b[0] != b[0]:
        return _UNDEFINED
    cleaned = [end if end == end else 0.0 for end in ends]
    return min(cleaned), max(cleaned)


def div(a: Pair, b: Pair) -> Pair:
    """Quotient of intervals; unbounded where the divisor may be zero, NaN where it is."""
    low, high = b
    if low <= 0.0 <= high:
        return _UNDEFINED if low == high or a[0] != a[0] else (-math.inf, math.inf)
    return _hull([x / y for x in a for y in b], a, b)


def absolute(a: Pair) -> Pair:
    """Absolute value of an interval."""
    low, high = abs(a[0]), abs(a[1])
    return 0.0 if a[0] <= 0.0 <= a[1] else smaller(low, high), larger(low, high)


def minimum(a: Pair, b: Pair) -> Pair:
    """Smaller of two intervals."""
    return smaller(a[0], b[0]), smaller(a[1], b[1])


def maximum(a: Pair, b: Pair) -> Pair:
    """Larger of two intervals."""
    return larger(a[0], b[0]), larger(a[1], b[1])


def less(a: Pair, b: Pair) -> Pair:
    """A < b."""
    return a[1] < b[0], a[0] < b[1]


def less_equal(a: Pair, b: Pair) -> Pair:
    """A <= b."""
    return a[1] <= b[0], a[0] <= b[1]


def equal(a: Pair, b: Pair) -> Pair:
    """A == b, for numbers, dates, codes, choices and conditions alike."""
    surely = a[0] == a[1] and b[0] == b[1] and a[0] == b[0]
    if isinstance(a[0], bool):
        return surely, not ((a[0] and not b[1]) or (b[0] and not a[1]))
    return surely, a[0] <= b[1] and b[0] <= a[1]


def negate(a: Pair) -> Pair:
    """Not a."""
    return not a[1], not a[0]


def both(a: Pair, b: Pair) -> Pair:
    """A and b."""
    return a[0] and b[0], a[1] and b[1]


def either(a: Pair, b: Pair) -> Pair:
    """A or b."""
    return a[0] or b[0], a[1] or b[1]


def choose(c: Pair, a: Pair, b: Pair) -> Pair:
    """A where c surely holds, b where it surely does not, else whatever either allows.

    What may be a number or not (no date, no choice) has no bounds: nothing is sure of it.
    """
    if c[0]:
        return a
    if not c[1]:
        return b
    if (a[0] != a[0]) is not (b[0] != b[0]):
        return -math.inf, math.inf
    return smaller(a[0], b[0]), larger(a[1], b[1])


def choose_condition(c: Pair, a: Pair, b: Pair) -> Pair:
    """`choose` for conditions."""
    if c[0]:
        return a
    return (a[0] and b[0], a[1] or b[1]) if c[1] else b


def choose_case(c: Pair, a: Pair, b: Pair) -> Pair:
    """`choose` for the cases of a table: a key that has no case (not a number) says nothing of the others."""
    if not c[0] and c[1]:
        if a[0] != a[0]:
            return b
        return a if b[0] != b[0] else (min(a[0], b[0]), max(a[1], b[1]))
    return a if c[0] else b


def elapsed(span: Callable[[float, float], float]) -> Callable[[Pair, Pair], Pair]:
    """Completed spans between two dates."""
    return lambda a, b: (span(a[1], b[0]), span(a[0], b[1]))


def _same(function: Callable[..., Any]) -> Callable[[Node], Callable[..., Any]]:
    return lambda node: function


def _ends(function: Callable[..., Any]) -> Callable[[Node], Callable[..., Any]]:
    """An aggregation over persons, end by end: all of them grow with every term."""

    def aggregate(pairs: Sequence[Pair]) -> Pair:
        lows, highs = zip(*pairs, strict=True)
        return function(lows), function(highs)

    return _same(aggregate)


def _answer(node: Node) -> Callable[..., Any]:
    return _condition if node.boolean else lambda raw: raw[:2]


def _condition(raw: tuple[float, float, bool]) -> Pair:
    """A raw yes/no answer as a condition: [0, 1] is possibly true, not surely."""
    return raw[0] > 0.0, raw[1] > 0.0


def _answer_or(node: Node) -> Callable[..., Any]:
    read = _answer(node)
    pick = choose_condition if node.boolean else choose

    def answer(raw: tuple[float, float, bool], other: Pair, asked: Pair | None) -> Pair:
        if raw[2]:
            return read(raw)
        return other if asked is None else pick(asked, read(raw), other)

    return answer


def _rounded(rounding: Callable[[float, int], float]) -> Callable[[Node], Callable[..., Any]]:
    def make(node: Node) -> Callable[..., Any]:
        digits = int(node.value)  # type: ignore[call-overload]
        return lambda a: (rounding(a[0], digits), rounding(a[1], digits))

    return make


def _case(node: Node) -> Callable[..., Any]:
    cases = dict(node.value)  # type: ignore[call-overload]

    def find(key: Pair) -> Pair:
        low, high = key
        if low == high:
            found = cases.get(low, math.nan)
            return found, found
        possible = [value for code, value in cases.items() if low <= code <= high]
        return (min(possible), max(possible)) if possible else _UNDEFINED

    return find


BOUNDS_OF_ONE = Operations(
    of={
        "get": _answer,
        "orelse": _answer_or,
        "missing": _same(lambda raw: _FALSE if raw[2] else _TRUE),
        "add": _same(add),
        "sub": _same(sub),
        "mul": _same(mul),
        "div": _same(div),
        "neg": _same(neg),
        "abs": _same(absolute),
        "min": _same(minimum),
        "max": _same(maximum),
        "lt": _same(less),
        "le": _same(less_equal),
        "gt": _same(lambda a, b: less(b, a)),
        "ge": _same(lambda a, b: less_equal(b, a)),
        "eq": _same(equal),
        "ne": _same(lambda a, b: negate(equal(a, b))),
        "and": _same(both),
        "or": _same(either),
        "not": _same(negate),
        "if": lambda node: choose_condition if node.boolean else choose_case if node.value == "table" else choose,
        "years": _same(elapsed(semantics.years_between)),
        "months": _same(elapsed(semantics.months_between)),
        **{op: _rounded(rounding) for op, rounding in semantics.ROUNDINGS.items()},
        "sum": _ends(semantics.total),
        "any": _ends(any),
        "all": _ends(all),
        "max1": _ends(semantics.largest),
        "min1": _ends(semantics.smallest),
        "lookup": _case,
    },
    constant=lambda value: (value, value),
    possible=lambda condition: condition[1],
    refusable=lambda condition: not condition[0],
    absent=lambda raw: not raw[2],
)
