"""Exact reading of one household: plain Python floats, one list per person value, no data frame, no numpy."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from zero_non_recours.engine import semantics
from zero_non_recours.engine.dialect import Dialect, Template, number
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.interpret import Operations


def _get(node: Node, args: list[str]) -> str:
    return f"({args[0]} != 0.0)" if node.boolean else args[0]


def _orelse(node: Node, args: list[str]) -> str:
    known = f"({args[0]} != 0.0)" if node.boolean else args[0]
    return f"({args[1]} if {args[0]} != {args[0]} else {known})"


def _rounding(function: str) -> Template:
    return lambda node, args: f"{function}({args[0]}, {node.value})"


SCALAR = Dialect(
    templates={
        "const": lambda node, args: number(node.value),
        "get": _get,
        "orelse": _orelse,
        "missing": "({0} != {0})",
        "project": "{0}",
        "add": "({0} + {1})",
        "sub": "({0} - {1})",
        "mul": "({0} * {1})",
        "div": "divide({0}, {1})",
        "neg": "(-{0})",
        "abs": "abs({0})",
        "min": "smaller({0}, {1})",
        "max": "larger({0}, {1})",
        "lt": "({0} < {1})",
        "le": "({0} <= {1})",
        "gt": "({0} > {1})",
        "ge": "({0} >= {1})",
        "eq": "({0} == {1})",
        "ne": "({0} != {1})",
        "and": "({0} and {1})",
        "or": "({0} or {1})",
        "not": "(not {0})",
        "if": "({1} if {0} else {2})",
        "years": "years({0}, {1})",
        "months": "months({0}, {1})",
        "round": _rounding("round_half_up"),
        "floor": _rounding("floor_to"),
        "ceil": _rounding("ceil_to"),
        "sum": "sum({0})",
        "any": "any({0})",
        "all": "all({0})",
        "max1": "largest({0})",
        "min1": "smallest({0})",
        "lookup": "{1}.get({0}, nan)",
    },
    per_person=True,
    inline=True,
    table=dict,
    taken="True in {0}, False in {0}",
    least=12,
    runtime={
        "divide": semantics.divide,
        "smaller": semantics.smaller,
        "larger": semantics.larger,
        "years": semantics.years_between,
        "months": semantics.months_between,
        "round_half_up": semantics.round_half_up,
        "floor_to": semantics.floor_to,
        "ceil_to": semantics.ceil_to,
        "sum": semantics.total,
        "largest": semantics.largest,
        "smallest": semantics.smallest,
    },
)


def _same(function: Callable[..., Any]) -> Callable[[Node], Callable[..., Any]]:
    return lambda node: function


def _answer(node: Node) -> Callable[..., Any]:
    return (lambda raw: raw != 0.0) if node.boolean else lambda raw: raw


def _answer_or(node: Node) -> Callable[..., Any]:
    if node.boolean:
        return lambda raw, other, asked: other if raw != raw else raw != 0.0
    return lambda raw, other, asked: other if raw != raw else raw


def _to(rounding: Callable[[float, int], float]) -> Callable[[Node], Callable[..., Any]]:
    return lambda node: lambda x: rounding(x, int(node.value))  # type: ignore[call-overload]


def _case(node: Node) -> Callable[..., Any]:
    cases = dict(node.value)  # type: ignore[call-overload]
    return lambda key: cases.get(key, math.nan)


def _is_absent(raw: float) -> bool:
    return raw != raw


EXACT = Operations(
    of={
        "get": _answer,
        "orelse": _answer_or,
        "missing": _same(_is_absent),
        "add": _same(operator.add),
        "sub": _same(operator.sub),
        "mul": _same(operator.mul),
        "div": _same(semantics.divide),
        "neg": _same(operator.neg),
        "abs": _same(abs),
        "min": _same(semantics.smaller),
        "max": _same(semantics.larger),
        "lt": _same(operator.lt),
        "le": _same(operator.le),
        "gt": _same(operator.gt),
        "ge": _same(operator.ge),
        "eq": _same(operator.eq),
        "ne": _same(operator.ne),
        "and": _same(lambda a, b: a and b),
        "or": _same(lambda a, b: a or b),
        "not": _same(operator.not_),
        "if": _same(lambda c, a, b: a if c else b),
        "years": _same(semantics.years_between),
        "months": _same(semantics.months_between),
        **{op: _to(rounding) for op, rounding in semantics.ROUNDINGS.items()},
        "sum": _same(semantics.total),
        "any": _same(any),
        "all": _same(all),
        "max1": _same(semantics.largest),
        "min1": _same(semantics.smallest),
        "lookup": _case,
    },
    constant=lambda value: value,
    possible=bool,
    refusable=operator.not_,
    absent=_is_absent,
)
"""The same on values, for the reading that computes only what is asked."""
