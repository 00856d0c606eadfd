"""Exact reading for many answers at once: plain numbers, or arrays with a row per household and a column per draw."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from zero_non_recours.engine import columnar
from zero_non_recours.engine.columnar import Cases
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.interpret import Operations
from zero_non_recours.engine.scalar import EXACT
from zero_non_recours.engine.semantics import HALF, SLACK

Value = Any
"""A number or a condition, or an array of them."""


def _either(plain: Callable[..., Any], arrays: Callable[..., Any]) -> Callable[..., Value]:
    """An operation: `plain` on numbers, `arrays` when one of its arguments differs from draw to draw."""

    def operation(*values: Value) -> Value:
        for value in values:
            if isinstance(value, np.ndarray):
                return arrays(*values)
        return plain(*values)

    return operation


def _same(function: Callable[..., Any]) -> Callable[[Node], Callable[..., Any]]:
    return lambda node: function


def _plain_or(op: str, arrays: Callable[..., Any]) -> Callable[[Node], Callable[..., Any]]:
    return lambda node: _either(EXACT.of[op](node), arrays)


def _rounded(op: str, function: Callable[..., Any], shift: float) -> Callable[[Node], Callable[..., Any]]:
    def make(node: Node) -> Callable[..., Any]:
        digits = int(node.value)  # type: ignore[call-overload]
        scale = 10.0 ** abs(digits)
        if digits >= 0:
            return _either(EXACT.of[op](node), lambda x: function(x * scale + shift) / scale)
        return _either(EXACT.of[op](node), lambda x: function(x / scale + shift) * scale)

    return make


def _folded(op: str, pairwise: Callable[..., Any]) -> Callable[[Node], Callable[..., Any]]:
    """An aggregation over persons, from first to last."""

    def make(node: Node) -> Callable[..., Any]:
        plain = EXACT.of[op](node)

        def aggregate(values: Sequence[Value]) -> Value:
            return reduce(pairwise, values) if any(isinstance(v, np.ndarray) for v in values) else plain(values)

        return aggregate

    return make


def _elapsed(op: str, days: float) -> Callable[[Node], Callable[..., Any]]:
    return _plain_or(op, lambda start, end: np.floor((end - start) / days))


EXACT_OF_MANY = Operations(
    of={
        **{op: _same(getattr(operator, op)) for op in ("add", "sub", "mul", "neg", "lt", "le", "gt", "ge", "eq", "ne")},
        "missing": _same(lambda answer: False if isinstance(answer, tuple) else np.isnan(answer)),
        "div": _plain_or("div", columnar.divide),
        "abs": _same(abs),
        "min": _plain_or("min", np.minimum),
        "max": _plain_or("max", np.maximum),
        "and": _plain_or("and", np.logical_and),
        "or": _plain_or("or", np.logical_or),
        "not": _plain_or("not", np.logical_not),
        "if": _plain_or("if", np.where),
        "years": _elapsed("years", 372.0),
        "months": _elapsed("months", 31.0),
        "round": _rounded("round", np.floor, HALF),
        "floor": _rounded("floor", np.floor, SLACK),
        "ceil": _rounded("ceil", np.ceil, -SLACK),
        "sum": _folded("sum", operator.add),
        "any": _folded("any", np.logical_or),
        "all": _folded("all", np.logical_and),
        "max1": _folded("max1", np.maximum),
        "min1": _folded("min1", np.minimum),
        "lookup": lambda node: _either(EXACT.of["lookup"](node), Cases(node.value)),  # type: ignore[arg-type]
    },
    constant=EXACT.constant,
    possible=lambda condition: bool(np.any(condition)),
    refusable=lambda condition: not np.all(condition),
    absent=EXACT.absent,
)
"""Without `get` and `orelse`, which read answers: what draws them does it."""
