"""Bounds reading: every value is an interval, every condition is surely or possibly true; an unknown stays unknown."""

from __future__ import annotations

import numpy as np

from zero_non_recours.engine.columnar import Column, Lanes
from zero_non_recours.engine.emit import Dialect, Template, number
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.semantics import HALF, SLACK

Pair = tuple[Column, Column]
"""Lowest and highest value; for a condition, surely true and possibly true. Both ends are equal when it is known."""


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
    return _hull([x * y for x in a for y in b], a, b)


def scale(a: Pair, factor: float) -> Pair:
    """Product of an interval and a constant other than zero."""
    low, high = a[0] * factor, a[1] * factor
    return (low, high) if factor > 0 else (high, low)


def share(a: Pair, divisor: float) -> Pair:
    """Quotient of an interval by a constant other than zero."""
    low, high = a[0] / divisor, a[1] / divisor
    return (low, high) if divisor > 0 else (high, low)


def _hull(ends: list[Column], a: Pair, b: Pair) -> Pair:
    """The interval that holds all these ends; 0 × ∞ counts as 0, but what is not a number stays so."""
    cleaned = [np.where(np.isnan(end), 0.0, end) for end in ends]
    low = high = cleaned[0]
    for end in cleaned[1:]:
        low, high = np.minimum(low, end), np.maximum(high, end)
    undefined = np.logical_or(np.isnan(a[0]), np.isnan(b[0]))
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def div(a: Pair, b: Pair) -> Pair:
    """Quotient of intervals; unbounded where the divisor may be zero, NaN where it is."""
    crosses = np.logical_and(np.less_equal(b[0], 0.0), np.greater_equal(b[1], 0.0))
    zero = np.logical_and(np.equal(b[0], 0.0), np.equal(b[1], 0.0))
    safe = np.where(crosses, 1.0, b[0]), np.where(crosses, 1.0, b[1])
    low, high = _hull([np.divide(x, y) for x in a for y in safe], a, b)
    low, high = np.where(crosses, -np.inf, low), np.where(crosses, np.inf, high)
    undefined = np.logical_or(zero, np.isnan(a[0]))
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)


def absolute(a: Pair) -> Pair:
    """Absolute value of an interval."""
    crosses = np.logical_and(np.less_equal(a[0], 0.0), np.greater_equal(a[1], 0.0))
    low, high = np.abs(a[0]), np.abs(a[1])
    return np.where(crosses, 0.0, np.minimum(low, high)), np.maximum(low, high)


def minimum(a: Pair, b: Pair) -> Pair:
    """Smaller of two intervals."""
    return np.minimum(a[0], b[0]), np.minimum(a[1], b[1])


def maximum(a: Pair, b: Pair) -> Pair:
    """Larger of two intervals."""
    return np.maximum(a[0], b[0]), np.maximum(a[1], b[1])


def less(a: Pair, b: Pair) -> Pair:
    """A < b."""
    return np.less(a[1], b[0]), np.less(a[0], b[1])


def less_equal(a: Pair, b: Pair) -> Pair:
    """A <= b."""
    return np.less_equal(a[1], b[0]), np.less_equal(a[0], b[1])


def equal(a: Pair, b: Pair) -> Pair:
    """A == b, for numbers, dates, codes, choices and conditions alike."""
    surely = np.equal(a[0], a[1]) & np.equal(b[0], b[1]) & np.equal(a[0], b[0])
    if np.asarray(a[0]).dtype == bool:
        differ = (np.asarray(a[0]) & ~np.asarray(b[1])) | (np.asarray(b[0]) & ~np.asarray(a[1]))
        return surely, np.logical_not(differ)
    return surely, np.less_equal(a[0], b[1]) & np.less_equal(b[0], a[1])


def negate(a: Pair) -> Pair:
    """Not a."""
    return np.logical_not(a[1]), np.logical_not(a[0])


def both(a: Pair, b: Pair) -> Pair:
    """A and b."""
    return np.logical_and(a[0], b[0]), np.logical_and(a[1], b[1])


def either(a: Pair, b: Pair) -> Pair:
    """A or b."""
    return np.logical_or(a[0], b[0]), np.logical_or(a[1], b[1])


def choose(c: Pair, a: Pair, b: Pair) -> Pair:
    """A where c surely holds, b where it surely does not, else whatever either allows."""
    return (
        np.where(c[0], a[0], np.where(c[1], np.minimum(a[0], b[0]), b[0])),
        np.where(c[0], a[1], np.where(c[1], np.maximum(a[1], b[1]), b[1])),
    )


def choose_case(c: Pair, a: Pair, b: Pair) -> Pair:
    """`choose` for the cases of a table: a key that has no case (not a number) says nothing of the others."""
    return (
        np.where(c[0], a[0], np.where(c[1], np.fmin(a[0], b[0]), b[0])),
        np.where(c[0], a[1], np.where(c[1], np.fmax(a[1], b[1]), b[1])),
    )


def choose_condition(c: Pair, a: Pair, b: Pair) -> Pair:
    """`choose` for conditions."""
    surely, possibly = c
    low = np.where(surely, a[0], np.where(possibly, np.logical_and(a[0], b[0]), b[0]))
    high = np.where(surely, a[1], np.where(possibly, np.logical_or(a[1], b[1]), b[1]))
    return low, high


def as_condition(a: Pair) -> Pair:
    """A raw yes/no answer as a condition: [0, 1] is possibly true, not surely."""
    return np.greater(a[0], 0.0), np.greater(a[1], 0.0)


def known(answer: tuple[Column, Column, Column]) -> Pair:
    """Whether an answer is known, as a condition."""
    return answer[2], answer[2]


def missing(answer: tuple[Column, Column, Column]) -> Pair:
    """Whether an answer is unknown, as a condition."""
    return np.logical_not(answer[2]), np.logical_not(answer[2])


def elapsed(a: Pair, b: Pair, days: float) -> Pair:
    """Completed spans of `days` between two dates."""
    return np.floor((b[0] - a[1]) / days), np.floor((b[1] - a[0]) / days)


def aggregate(function: str, lanes: Lanes, a: Pair) -> Pair:
    """An aggregation over persons, end by end: all of them grow with every term."""
    method = getattr(lanes, function)
    return method(a[0]), method(a[1])


def project(lanes: Lanes, a: Pair) -> Pair:
    """A household interval seen from each person."""
    return lanes.project(a[0]), lanes.project(a[1])


def rounded(function: str, a: Pair, scale: float, shift: float, up: bool) -> Pair:
    """A rounding, end by end."""
    method = getattr(np, function)
    if up:
        return method(a[0] * scale + shift) / scale, method(a[1] * scale + shift) / scale
    return method(a[0] / scale + shift) * scale, method(a[1] / scale + shift) * scale


def _const(node: Node, args: list[str]) -> str:
    text = number(node.value)
    return f"({text}, {text})"


def _get(node: Node, args: list[str]) -> str:
    return f"as_condition({args[0]})" if node.boolean else f"{args[0]}[:2]"


def _orelse(node: Node, args: list[str]) -> str:
    pick = "choose_condition" if node.boolean else "choose"
    answer = _get(node, args)
    other = args[1] if len(args) == 2 else f"{pick}({args[2]}, {answer}, {args[1]})"
    return f"{pick}(known({args[0]}), {answer}, {other})"


def _constant(text: str) -> str | None:
    """The number of a constant's pair as written by `_const`."""
    low, _, high = text.strip("()").partition(", ")
    return low if low == high and low.lstrip("-")[:1].isdigit() and float(low) else None


def _product(node: Node, args: list[str]) -> str:
    for text, other in ((args[0], args[1]), (args[1], args[0])):
        if (factor := _constant(text)) is not None:
            return f"scale({other}, {factor})"
    return f"mul({args[0]}, {args[1]})"


def _quotient(node: Node, args: list[str]) -> str:
    divisor = _constant(args[1])
    return f"div({args[0]}, {args[1]})" if divisor is None else f"share({args[0]}, {divisor})"


def _choose(node: Node, args: list[str]) -> str:
    pick = "choose_condition" if node.boolean else "choose_case" if node.value == "table" else "choose"
    return f"{pick}({', '.join(args)})"


def _rounding(function: str, shift: float) -> Template:
    def write(node: Node, args: list[str]) -> str:
        digits = int(node.value)  # type: ignore[call-overload]
        return f"rounded({function!r}, {args[0]}, {10.0 ** abs(digits)!r}, {shift!r}, {digits >= 0})"

    return write


BOUNDS = Dialect(
    templates={
        "const": _const,
        "get": _get,
        "orelse": _orelse,
        "missing": "missing({0})",
        "project": "project(L, {0})",
        "add": "add({0}, {1})",
        "sub": "sub({0}, {1})",
        "mul": _product,
        "div": _quotient,
        "neg": "neg({0})",
        "abs": "absolute({0})",
        "min": "minimum({0}, {1})",
        "max": "maximum({0}, {1})",
        "lt": "less({0}, {1})",
        "le": "less_equal({0}, {1})",
        "gt": "less({1}, {0})",
        "ge": "less_equal({1}, {0})",
        "eq": "equal({0}, {1})",
        "ne": "negate(equal({0}, {1}))",
        "and": "both({0}, {1})",
        "or": "either({0}, {1})",
        "not": "negate({0})",
        "if": _choose,
        "years": "elapsed({0}, {1}, 372.0)",
        "months": "elapsed({0}, {1}, 31.0)",
        "round": _rounding("floor", HALF),
        "floor": _rounding("floor", SLACK),
        "ceil": _rounding("ceil", -SLACK),
        "sum": "aggregate('sum', L, {0})",
        "any": "aggregate('any', L, {0})",
        "all": "aggregate('all', L, {0})",
        "max1": "aggregate('max', L, {0})",
        "min1": "aggregate('min', L, {0})",
    },
    per_person=False,
    inline=False,
    runtime={
        f.__name__: f
        for f in (
            add, sub, neg, mul, scale, div, share, absolute, minimum, maximum, less, less_equal, equal, negate, both,
            either, choose, choose_case, choose_condition, as_condition, known, missing, elapsed, aggregate, project,
            rounded,
        )
    },
)  # fmt: skip
