"""Bounds of one household on many boxes at once: the possible values of its open answers, cut in pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NamedTuple, Protocol

import numpy as np

from zero_non_recours.engine import bounds, scalar_bounds
from zero_non_recours.engine.columnar import Cases
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.interpret import Operations, Program, Values
from zero_non_recours.engine.semantics import HALF, SLACK


class PlainBounds(Protocol):
    """The plain bounds of one household: pairs, in a list for persons."""

    persons: int

    def settled(self, node: int) -> Any:
        """The value of a node that no open answer changes, `None` for another or one that was not computed."""

    def given(self, node: int) -> Any:
        """The bounds of an input node, each with whether the answer is given."""


class Box:
    """An interval for each box: two arrays of boolean or float64, and the answer whose pieces are along the columns.

    Rows are the combinations of the answers that are listed together, the same for every value. Columns are the pieces
    of one answer, `symbol` (its rank), or there is one column. A value that depends on several such answers keeps the
    pieces of the first one only, and holds for all the others.
    """

    __slots__ = ("_whole", "high", "low", "symbol")

    def __init__(self, low: np.ndarray, high: np.ndarray, symbol: int | None) -> None:
        self.low = low
        self.high = high
        self.symbol = symbol
        self._whole: Box | None = None

    @property
    def whole(self) -> Box:
        """The interval for all pieces together."""
        if self._whole is None:
            self._whole = Box(*self._hull(1), None)
        return self._whole

    def along(self, symbol: int | None) -> tuple[np.ndarray, np.ndarray]:
        """The ends along the pieces of an answer."""
        box = self if self.symbol is None or self.symbol == symbol else self.whole
        return box.low, box.high

    def ends(self) -> tuple[Any, Any]:
        """The lowest and the highest value of all boxes."""
        low, high = self._hull(None)
        return low.item(), high.item()

    def _hull(self, axis: int | None) -> tuple[np.ndarray, np.ndarray]:
        low, high = self.low.min(axis=axis, keepdims=True), self.high.max(axis=axis, keepdims=True)
        if low.dtype != np.bool_ and np.isnan(low).any():  # a number or not: nothing is sure
            mixed = np.isnan(low) & ~np.isnan(self.low).all(axis=axis, keepdims=True)
            low, high = np.where(mixed, -np.inf, low), np.where(mixed, np.inf, high)
        return low, high


Value = Any
"""A pair of plain numbers when no open answer changes it, else a `Box`."""


class OpenAnswer(NamedTuple):
    """An answer read as boxes; `known` when the profile answers it by a range."""

    box: Box
    known: bool


class BoxValues(Values):
    """The values of one household: what no open answer changes is read from its plain bounds."""

    __slots__ = ("plain",)

    def __init__(self, program: Program, inputs: Any, plain: PlainBounds) -> None:
        super().__init__(program, inputs, plain.persons)
        self.plain = plain

    def __missing__(self, node: int) -> Any:
        if self.program.graph.nodes[node].op == "input":
            value = self.plain.given(node)
        else:
            value = self.plain.settled(node)
            if value is None:
                value = self.program[node](self)
        self[node] = value
        return value


def operation(name: str) -> Callable[..., Value]:
    """An operation on numbers or conditions, on pairs and boxes alike."""
    return _picked(_ANY) if name == "if" else _ARRAYS[name]


def scaled(value: Value, factor: float) -> Value:
    """A value times a constant other than zero."""
    low, high = (value.low, value.high) if type(value) is Box else value
    if factor != 1.0:
        low, high = (low * factor, high * factor) if factor > 0 else (high * factor, low * factor)
    return Box(low, high, value.symbol) if type(value) is Box else (low, high)


def meet(first: Value, second: Value) -> Value:
    """What both of two bounds of the same value allow; the millionth of a cent that sums may differ by is let in."""
    return _MEET(first, second)


def _meet_plain(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
    low, high = max(a[0], b[0] - _ROUNDING), min(a[1], b[1] + _ROUNDING)
    return (low, high) if low <= high else a


def _meet_arrays(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
    low, high = np.fmax(a[0], b[0] - _ROUNDING), np.fmin(a[1], b[1] + _ROUNDING)
    fits = low <= high
    return np.where(fits, low, a[0]), np.where(fits, high, a[1])


_ROUNDING = 1e-8


def _value(ends: tuple[Any, Any], symbol: int | None) -> Value:
    """The box of two ends, or the pair when they are plain numbers."""
    low, high = ends
    if not isinstance(low, np.ndarray):
        if not isinstance(high, np.ndarray):
            return low, high
        low = np.asarray(low).reshape(1, 1)
    elif not isinstance(high, np.ndarray):
        high = np.asarray(high).reshape(1, 1)
    return Box(low, high, symbol if low.shape[1] > 1 or high.shape[1] > 1 else None)


def aligned(values: Sequence[Value]) -> tuple[list[tuple[Any, Any]], int | None]:
    """The ends of values that are to be combined, along the pieces of one answer, and which: the first one."""
    symbols = {v.symbol for v in values if type(v) is Box and v.symbol is not None}
    symbol = min(symbols) if symbols else None
    return [v.along(symbol) if type(v) is Box else v for v in values], symbol


def _lifted(plain: Callable[..., Any], arrays: Callable[..., Any]) -> Callable[..., Value]:
    """An operation on pairs or boxes: `plain` when nothing is open, else `arrays` on the same pieces."""

    def operation(*values: Value) -> Value:
        for value in values:
            if type(value) is Box:
                pairs, symbol = aligned(values)
                return _value(arrays(*pairs), symbol)
        return plain(*values)

    return operation


def _lifted_pair(plain: Callable[..., Any], arrays: Callable[..., Any]) -> Callable[..., Value]:
    """The same for two values, which is what most operations have."""

    def operation(a: Value, b: Value) -> Value:
        if type(a) is not Box:
            if type(b) is not Box:
                return plain(a, b)
            return _value(arrays(a, (b.low, b.high)), b.symbol)
        symbol = a.symbol
        if type(b) is not Box:
            return _value(arrays((a.low, a.high), b), symbol)
        if symbol != b.symbol and b.symbol is not None:
            if symbol is not None and symbol < b.symbol:
                b = b.whole
            else:
                a, symbol = a if symbol is None else a.whole, b.symbol
        return _value(arrays((a.low, a.high), (b.low, b.high)), symbol)

    return operation


def _product(a: Any, b: Any) -> Any:
    for constant, other in ((a, b), (b, a)):
        if not isinstance(constant[0], np.ndarray) and constant[0] == constant[1] and constant[0] != 0.0:
            return bounds.scale(other, constant[0])
    return bounds.mul(a, b)


def _quotient(a: Any, b: Any) -> Any:
    if not isinstance(b[0], np.ndarray) and b[0] == b[1] and b[0] != 0.0:
        return bounds.share(a, b[0])
    return bounds.div(a, b)


def _picked(node: Node) -> Callable[..., Value]:
    if node.boolean:
        return _lifted(scalar_bounds.choose_condition, bounds.choose_condition)
    if node.value == "table":
        return _lifted(scalar_bounds.choose_case, bounds.choose_case)
    return _lifted(scalar_bounds.choose, bounds.choose)


def _answer(node: Node) -> Callable[..., Value]:
    plain = BOUNDS[node.op if node.op == "get" else "get"](node._replace(op="get"))

    def read(raw: Any) -> Value:
        if not isinstance(raw, OpenAnswer):
            return plain(raw)
        box = raw.box
        return Box(box.low > 0.0, box.high > 0.0, box.symbol) if node.boolean else box

    return read


def _answer_or(node: Node) -> Callable[..., Value]:
    read, pick = _answer(node), _picked(node)
    plain = BOUNDS["orelse"](node)

    def answer(raw: Any, other: Value, asked: Value | None) -> Value:
        known = raw.known if isinstance(raw, OpenAnswer) else raw[2]
        if known:
            return read(raw)
        if asked is None:
            return other
        if isinstance(raw, OpenAnswer) or type(other) is Box or type(asked) is Box:
            return pick(asked, read(raw), other)
        return plain(raw, other, asked)

    return answer


def _unknown(raw: Any) -> bool:
    return not (raw.known if isinstance(raw, OpenAnswer) else raw[2])


def _rounded(shift: float, function: Callable[..., Any], op: str) -> Callable[[Node], Callable[..., Value]]:
    def make(node: Node) -> Callable[..., Value]:
        digits = int(node.value)  # type: ignore[call-overload]
        scale, up, name = 10.0 ** abs(digits), digits >= 0, function.__name__
        return _lifted(BOUNDS[op](node), lambda a: bounds.rounded(name, a, scale, shift, up))

    return make


def _case(node: Node) -> Callable[..., Value]:
    """The numbers of a table; any of them for a key without a number, which a table is not read with."""
    cases = Cases(node.value)  # type: ignore[arg-type]
    least, most = np.nanmin(cases.values), np.nanmax(cases.values)

    def find(key: tuple[Any, Any]) -> tuple[Any, Any]:
        low, high = cases.bounds(key)
        return np.where(np.isnan(low), least, low), np.where(np.isnan(high), most, high)

    return _lifted(BOUNDS["lookup"](node), find)


def _elapsed(op: str, days: float) -> Callable[[Node], Callable[..., Value]]:
    return lambda node: _lifted(BOUNDS[op](node), lambda a, b: bounds.elapsed(a, b, days))


def _folded(op: str, pairwise: str) -> Callable[[Node], Callable[..., Value]]:
    """An aggregation over persons: all of them grow with every term."""

    def make(node: Node) -> Callable[..., Value]:
        plain, step = BOUNDS[op](node), _ARRAYS[pairwise]

        def aggregate(values: Sequence[Value]) -> Value:
            return plain(values) if all(type(v) is not Box for v in values) else reduce(step, values)

        return aggregate

    return make


def _same(plain: str, arrays: Callable[..., Any]) -> Callable[..., Value]:
    lifted = _lifted if plain in ("neg", "abs", "not") else _lifted_pair
    return lifted(BOUNDS[plain](_ANY), arrays)


BOUNDS = scalar_bounds.BOUNDS_OF_ONE.of
_MEET = _lifted_pair(_meet_plain, _meet_arrays)
_ANY = Node("add", (), "menage", False)
_ARRAYS: dict[str, Callable[..., Value]] = {
    "add": _same("add", bounds.add),
    "sub": _same("sub", bounds.sub),
    "mul": _same("mul", _product),
    "div": _same("div", _quotient),
    "neg": _same("neg", bounds.neg),
    "abs": _same("abs", bounds.absolute),
    "min": _same("min", bounds.minimum),
    "max": _same("max", bounds.maximum),
    "lt": _same("lt", bounds.less),
    "le": _same("le", bounds.less_equal),
    "gt": _same("gt", lambda a, b: bounds.less(b, a)),
    "ge": _same("ge", lambda a, b: bounds.less_equal(b, a)),
    "eq": _same("eq", bounds.equal),
    "ne": _same("ne", lambda a, b: bounds.negate(bounds.equal(a, b))),
    "and": _same("and", bounds.both),
    "or": _same("or", bounds.either),
    "not": _same("not", bounds.negate),
}
BOUNDS_OF_BOXES = Operations(
    of={
        **{op: (lambda node, function=function: function) for op, function in _ARRAYS.items()},
        "get": _answer,
        "orelse": _answer_or,
        "missing": lambda node: lambda raw: (True, True) if _unknown(raw) else (False, False),
        "if": _picked,
        "years": _elapsed("years", 372.0),
        "months": _elapsed("months", 31.0),
        "round": _rounded(HALF, np.floor, "round"),
        "floor": _rounded(SLACK, np.floor, "floor"),
        "ceil": _rounded(-SLACK, np.ceil, "ceil"),
        "sum": _folded("sum", "add"),
        "any": _folded("any", "or"),
        "all": _folded("all", "and"),
        "max1": _folded("max1", "max"),
        "min1": _folded("min1", "min"),
        "lookup": _case,
    },
    constant=lambda value: (value, value),
    possible=lambda condition: condition.high.any() if type(condition) is Box else condition[1],
    refusable=lambda condition: not condition.low.all() if type(condition) is Box else not condition[0],
    absent=_unknown,
)
