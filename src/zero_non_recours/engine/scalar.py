"""Exact reading of one household: plain Python floats, one list per person value, no data frame, no numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from zero_non_recours.engine import semantics
from zero_non_recours.engine.emit import Dialect, Template, number
from zero_non_recours.engine.graph import Node


def _sum(values: Sequence[float]) -> float:
    """From first to last, as the columnar reading adds (the built-in may compensate)."""
    total = 0.0
    for value in values:
        total += value
    return total


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
        "max1": "reduce(larger, {0})",
        "min1": "reduce(smaller, {0})",
    },
    per_person=True,
    inline=True,
    runtime={
        "divide": semantics.divide,
        "reduce": reduce,
        "smaller": semantics.smaller,
        "larger": semantics.larger,
        "years": semantics.years_between,
        "months": semantics.months_between,
        "round_half_up": semantics.round_half_up,
        "floor_to": semantics.floor_to,
        "ceil_to": semantics.ceil_to,
        "sum": _sum,
    },
)
