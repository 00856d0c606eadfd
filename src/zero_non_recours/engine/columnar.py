"""Exact reading of many households: float64 columns in chunks that fit the cache."""

from __future__ import annotations

from typing import Any

import numpy as np

from zero_non_recours.engine.emit import Dialect, Template, number
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.semantics import HALF, SLACK

Column = Any
"""A float64 or boolean array with one value per household (or person), or one number for all of them."""


class Lanes:
    """The persons of each household of a chunk: persons of a household follow each other.

    Args:
        sizes: number of persons of each household, at least 1, as an integer array.
    """

    def __init__(self, sizes: np.ndarray) -> None:
        self.households = len(sizes)
        self.persons = int(sizes.sum())
        self.of_person = np.repeat(np.arange(self.households), sizes)
        self.starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else np.zeros(0, int)

    def column(self, value: Column, persons: bool) -> np.ndarray:
        """A column with one value per person or household."""
        size = self.persons if persons else self.households
        return value if isinstance(value, np.ndarray) and value.ndim else np.full(size, value)

    def project(self, value: Column) -> Column:
        """A household value seen from each person."""
        return value[self.of_person] if isinstance(value, np.ndarray) and value.ndim else value

    def sum(self, value: Column) -> np.ndarray:
        """Sum over persons, from first to last."""
        column = self.column(value, persons=True)
        return np.bincount(self.of_person, weights=column, minlength=self.households)

    def any(self, value: Column) -> np.ndarray:
        """Whether one person at least."""
        return np.logical_or.reduceat(self.column(value, persons=True), self.starts)

    def all(self, value: Column) -> np.ndarray:
        """Whether every person."""
        return np.logical_and.reduceat(self.column(value, persons=True), self.starts)

    def max(self, value: Column) -> np.ndarray:
        """Largest value over persons."""
        return np.maximum.reduceat(self.column(value, persons=True), self.starts)

    def min(self, value: Column) -> np.ndarray:
        """Smallest value over persons."""
        return np.minimum.reduceat(self.column(value, persons=True), self.starts)


def divide(a: Column, b: Column) -> Column:
    """`a / b`, NaN where b is zero."""
    zero = np.equal(b, 0.0)
    return np.where(zero, np.nan, np.divide(a, np.where(zero, 1.0, b)))


def _divide(node: Node, args: list[str]) -> str:
    try:
        constant = float(args[1])
    except ValueError:
        constant = 0.0
    return f"({args[0]} / {args[1]})" if constant else f"divide({args[0]}, {args[1]})"


def _rounding(function: str, shift: float) -> Template:
    def write(node: Node, args: list[str]) -> str:
        digits = int(node.value)  # type: ignore[call-overload]
        if digits >= 0:
            scale = 10.0**digits
            return f"({function}({args[0]} * {scale!r} + {shift!r}) / {scale!r})"
        scale = 10.0**-digits
        return f"({function}({args[0]} / {scale!r} + {shift!r}) * {scale!r})"

    return write


def _get(node: Node, args: list[str]) -> str:
    return f"({args[0]} != 0.0)" if node.boolean else args[0]


def _orelse(node: Node, args: list[str]) -> str:
    return f"where(isnan({args[0]}), {args[1]}, {_get(node, args)})"


COLUMNAR = Dialect(
    templates={
        "const": lambda node, args: number(node.value),
        "get": _get,
        "orelse": _orelse,
        "missing": "isnan({0})",
        "project": "L.project({0})",
        "add": "({0} + {1})",
        "sub": "({0} - {1})",
        "mul": "({0} * {1})",
        "div": _divide,
        "neg": "(-{0})",
        "abs": "abs({0})",
        "min": "minimum({0}, {1})",
        "max": "maximum({0}, {1})",
        "lt": "({0} < {1})",
        "le": "({0} <= {1})",
        "gt": "({0} > {1})",
        "ge": "({0} >= {1})",
        "eq": "({0} == {1})",
        "ne": "({0} != {1})",
        "and": "({0} & {1})",
        "or": "({0} | {1})",
        "not": "logical_not({0})",
        "if": "where({0}, {1}, {2})",
        "years": "floor(({1} - {0}) / 372.0)",
        "months": "floor(({1} - {0}) / 31.0)",
        "round": _rounding("floor", HALF),
        "floor": _rounding("floor", SLACK),
        "ceil": _rounding("ceil", -SLACK),
        "sum": "L.sum({0})",
        "any": "L.any({0})",
        "all": "L.all({0})",
        "max1": "L.max({0})",
        "min1": "L.min({0})",
    },
    per_person=False,
    inline=True,
    runtime={
        "divide": divide,
        "where": np.where,
        "isnan": np.isnan,
        "minimum": np.minimum,
        "maximum": np.maximum,
        "logical_not": np.logical_not,
        "floor": np.floor,
        "ceil": np.ceil,
    },
)
