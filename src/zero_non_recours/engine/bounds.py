"""Bounds reading: every value is an interval, every condition is surely or possibly true; an unknown stays unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from zero_non_recours.engine import columnar
from zero_non_recours.engine.columnar import Cases, Column, Lanes
from zero_non_recours.engine.dialect import Dialect, Template, number
from zero_non_recours.engine.graph import Domain, Node
from zero_non_recours.engine.semantics import HALF, SLACK

Pair = tuple[Column, Column]
"""Lowest and highest value; for a condition, surely true and possibly true. Both ends are equal when it is known."""


def settled(*pairs: Pair) -> bool:
    """Whether both ends of all these pairs are one and the same column: nothing behind them is unknown."""
    return all(low is high for low, high in pairs)


def end_by_end(function: Callable[..., Column]) -> Callable[..., Pair]:
    """An operation that grows with each of its arguments: low ends together, high ends together."""

    def operation(*pairs: Pair) -> Pair:
        low = function(*[pair[0] for pair in pairs])
        return low, low if settled(*pairs) else function(*[pair[1] for pair in pairs])

    return operation


add = end_by_end(np.add)
"""Sum of intervals."""
minimum = end_by_end(np.minimum)
"""Smaller of two intervals."""
maximum = end_by_end(np.maximum)
"""Larger of two intervals."""
both = end_by_end(np.logical_and)
"""A and b."""
either = end_by_end(np.logical_or)
"""A or b."""


def sub(a: Pair, b: Pair) -> Pair:
    """Difference of intervals."""
    low = a[0] - b[1]
    return low, low if settled(a, b) else a[1] - b[0]


def neg(a: Pair) -> Pair:
    """Opposite of an interval."""
    low = -a[1]
    return low, low if settled(a) else -a[0]


def mul(a: Pair, b: Pair) -> Pair:
    """Product of intervals; zero times an unbounded end is zero."""
    if settled(a, b):
        product = a[0] * b[0]
        if not np.isnan(product).any():
            return product, product
    return _hull([x * y for x in a for y in b], a, b)


def scale(a: Pair, factor: float) -> Pair:
    """Product of an interval and a constant other than zero."""
    low = a[0] * factor
    high = low if settled(a) else a[1] * factor
    return (low, high) if factor > 0 else (high, low)


def share(a: Pair, divisor: float) -> Pair:
    """Quotient of an interval by a constant other than zero."""
    low = a[0] / divisor
    high = low if settled(a) else a[1] / divisor
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


def less(a: Pair, b: Pair) -> Pair:
    """A < b."""
    surely = np.less(a[1], b[0])
    return surely, surely if settled(a, b) else np.less(a[0], b[1])


def less_equal(a: Pair, b: Pair) -> Pair:
    """A <= b."""
    surely = np.less_equal(a[1], b[0])
    return surely, surely if settled(a, b) else np.less_equal(a[0], b[1])


def equal(a: Pair, b: Pair) -> Pair:
    """A == b, for numbers, dates, codes, choices and conditions alike."""
    if settled(a, b):
        same = np.equal(a[0], b[0])
        return same, same
    surely = np.equal(a[0], a[1]) & np.equal(b[0], b[1]) & np.equal(a[0], b[0])
    if np.asarray(a[0]).dtype == bool:
        differ = (np.asarray(a[0]) & ~np.asarray(b[1])) | (np.asarray(b[0]) & ~np.asarray(a[1]))
        return surely, np.logical_not(differ)
    return surely, np.less_equal(a[0], b[1]) & np.less_equal(b[0], a[1])


def negate(a: Pair) -> Pair:
    """Not a."""
    surely = np.logical_not(a[1])
    return surely, surely if settled(a) else np.logical_not(a[0])


def _chosen(either_end: Callable[[Pair, Pair, int], Column]) -> Callable[[Pair, Pair, Pair], Pair]:
    """A where c surely holds, b where it surely does not, else what `either_end` makes of both."""

    def choice(c: Pair, a: Pair, b: Pair) -> Pair:
        surely, possibly = c
        size, held = np.size(surely), np.count_nonzero(surely)
        if held == size and size:
            return a
        if surely is not possibly and (np.size(possibly) != size or np.count_nonzero(possibly) != held):
            return (
                np.where(surely, a[0], np.where(possibly, either_end(a, b, 0), b[0])),
                np.where(surely, a[1], np.where(possibly, either_end(a, b, 1), b[1])),
            )
        if not held:
            return b
        low = np.where(surely, a[0], b[0])
        return low, low if settled(a, b) else np.where(surely, a[1], b[1])

    return choice


def _widest(a: Pair, b: Pair, end: int) -> Column:
    """The lowest or highest end of two; none when only one of them is a number (no date, no choice)."""
    found = (np.maximum if end else np.minimum)(a[end], b[end])
    return np.where(np.isnan(a[0]) != np.isnan(b[0]), np.inf if end else -np.inf, found)


choose = _chosen(_widest)
choose_case = _chosen(lambda a, b, end: (np.fmax if end else np.fmin)(a[end], b[end]))
"""`choose` for the cases of a table: a key that has no case (not a number) says nothing of the others."""
choose_condition = _chosen(lambda a, b, end: (np.logical_or if end else np.logical_and)(a[end], b[end]))
"""`choose` for conditions."""


def as_condition(a: Pair) -> Pair:
    """A raw yes/no answer as a condition: [0, 1] is possibly true, not surely."""
    surely = np.greater(a[0], 0.0)
    return surely, surely if settled(a) else np.greater(a[1], 0.0)


class Answer:
    """An answer, unknown or known within a range in some rows: its interval is made when it is looked at."""

    def __init__(self, raw: Column, domain: Domain, ranges: Mapping[int, tuple[float, float]] | None = None) -> None:
        self.raw = raw
        self.domain = domain
        self.ranges = ranges or {}

    @cached_property
    def unknown(self) -> Column:
        """Where it is unknown."""
        unknown = np.isnan(self.raw)
        if self.ranges:
            unknown[list(self.ranges)] = False
        return unknown

    @cached_property
    def given(self) -> Pair:
        """What is answered: the answer itself, or the ends of a range."""
        if not self.ranges:
            return self.raw, self.raw
        low, high = self.raw.copy(), self.raw.copy()
        for row in self.ranges:
            low[row], high[row] = self.span(row) or (np.nan, np.nan)
        return low, high

    @cached_property
    def ends(self) -> Pair:
        """Both ends: what is answered, and all that it may be where it is unknown."""
        (given_low, given_high), unknown, domain = self.given, self.unknown, self.domain
        low = columnar.choose(unknown, domain.low, given_low)
        return low, low if low is given_high else columnar.choose(unknown, domain.high, given_high)

    def span(self, row: int) -> tuple[float, float] | None:
        """The range of a row, if any."""
        found = self.ranges.get(row)
        return None if found is None else (max(found[0], self.domain.low), min(found[1], self.domain.high))


def known(answer: Answer) -> Pair:
    """Whether an answer is known, as a condition."""
    return negate(missing(answer))


def missing(answer: Answer) -> Pair:
    """Whether an answer is unknown, as a condition."""
    return answer.unknown, answer.unknown


def known_or(answer: Answer, other: Pair, boolean: bool) -> Pair:
    """An answer where it is known, `other` elsewhere."""
    given = as_condition(answer.given) if boolean else answer.given
    low = columnar.choose(answer.unknown, other[0], given[0])
    return low, low if low is given[1] or settled(other, given) else columnar.choose(answer.unknown, other[1], given[1])


def elapsed(a: Pair, b: Pair, days: float) -> Pair:
    """Completed spans of `days` between two dates."""
    low = np.floor((b[0] - a[1]) / days)
    return low, low if settled(a, b) else np.floor((b[1] - a[0]) / days)


def aggregate(function: str, lanes: Lanes, a: Pair) -> Pair:
    """An aggregation over persons, end by end: all of them grow with every term."""
    return end_by_end(getattr(lanes, function))(a)


def project(lanes: Lanes, a: Pair) -> Pair:
    """A household interval seen from each person."""
    return end_by_end(lanes.project)(a)


def rounded(function: str, a: Pair, scale: float, shift: float, up: bool) -> Pair:
    """A rounding, end by end."""
    method = getattr(np, function)
    if up:
        return end_by_end(lambda end: method(end * scale + shift) / scale)(a)
    return end_by_end(lambda end: method(end / scale + shift) * scale)(a)


def taken(condition: Pair) -> tuple[bool, bool]:
    """Whether a condition may hold for someone, and whether it may fail for someone; both when there is nobody."""
    surely, possibly = condition
    return columnar.taken(possibly)[0], columnar.taken(surely)[1]


def _const(node: Node, args: list[str]) -> str:
    text = number(node.value)
    return f"({text}, {text})"


def _get(node: Node, args: list[str]) -> str:
    return f"as_condition({args[0]}.ends)" if node.boolean else f"{args[0]}.ends"


def _orelse(node: Node, args: list[str]) -> str:
    if len(args) == 2:
        return f"known_or({args[0]}, {args[1]}, {node.boolean})"
    pick = "choose_condition" if node.boolean else "choose"
    answer = _get(node, args)
    return f"{pick}(known({args[0]}), {answer}, {pick}({args[2]}, {answer}, {args[1]}))"


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
        "lookup": "{1}.bounds({0})",
    },
    per_person=False,
    inline=False,
    table=Cases,
    taken="taken({0})",
    least=2,
    runtime={
        "add": add,
        "sub": sub,
        "neg": neg,
        "mul": mul,
        "scale": scale,
        "div": div,
        "share": share,
        "absolute": absolute,
        "minimum": minimum,
        "maximum": maximum,
        "less": less,
        "less_equal": less_equal,
        "equal": equal,
        "negate": negate,
        "both": both,
        "either": either,
        "choose": choose,
        "choose_case": choose_case,
        "choose_condition": choose_condition,
        "as_condition": as_condition,
        "known": known,
        "known_or": known_or,
        "missing": missing,
        "elapsed": elapsed,
        "aggregate": aggregate,
        "project": project,
        "rounded": rounded,
        "taken": taken,
    },
)
