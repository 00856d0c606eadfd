"""Exact reading of many households: float64 columns in chunks that fit the cache."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from zero_non_recours.engine.dialect import Dialect, Template, number
from zero_non_recours.engine.graph import Node
from zero_non_recours.engine.semantics import HALF, SLACK

Column = Any
"""A float64 or boolean array with one value per household (or person), or one number for all of them."""


_SPARSE = 8
"""When fewer than one person in so many meets a condition, their households are marked one by one."""


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
        return value if _is_array(value) else np.full(size, value)

    def project(self, value: Column) -> Column:
        """A household value seen from each person."""
        return value.take(self.of_person) if _is_array(value) else value

    def sum(self, value: Column) -> Column:
        """Sum over persons, from first to last."""
        if not _is_array(value) and value == 0.0:
            return 0.0
        return np.bincount(self.of_person, weights=self.column(value, persons=True), minlength=self.households)

    def any(self, value: Column) -> Column:
        """Whether one person at least."""
        if not _is_array(value):
            return value
        held = np.count_nonzero(value)
        if held in (0, self.persons):
            return np.bool_(held)
        if held * _SPARSE < self.persons:
            found = np.zeros(self.households, np.bool_)
            found[self.of_person[value]] = True
            return found
        return np.bincount(self.of_person, weights=value, minlength=self.households) != 0.0

    def all(self, value: Column) -> Column:
        """Whether every person."""
        return np.logical_not(self.any(np.logical_not(value)))

    def max(self, value: Column) -> Column:
        """Largest value over persons."""
        return np.maximum.reduceat(value, self.starts) if _is_array(value) else value

    def min(self, value: Column) -> Column:
        """Smallest value over persons."""
        return np.minimum.reduceat(value, self.starts) if _is_array(value) else value


def choose(condition: Column, held: Column, failed: Column) -> Column:
    """`held` where a condition holds, `failed` elsewhere."""
    count = np.count_nonzero(condition)
    if not count:
        return failed
    return held if count == np.size(condition) else np.where(condition, held, failed)


def known_or(answer: Column, other: Column) -> Column:
    """An answer where it is known, `other` elsewhere."""
    return choose(np.isnan(answer), other, answer)


def known_condition_or(answer: Column, other: Column) -> Column:
    """A yes/no answer as a condition where it is known, `other` elsewhere."""
    return choose(np.isnan(answer), other, answer != 0.0)


def taken(condition: Column) -> tuple[bool, bool]:
    """Whether a condition holds for someone, and whether it fails for someone; both when there is nobody."""
    count, size = np.count_nonzero(condition), np.size(condition)
    return bool(count > 0 or not size), bool(count < size or not size)


def _is_array(value: Column) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


class Cases:
    """The numbers of a table by key; not a number for a key that has no case."""

    def __init__(self, cases: Sequence[tuple[float, float]]) -> None:
        keys, values = zip(*sorted(cases), strict=True)
        self.keys = np.array([*keys, np.nan])
        self.values = np.array([*values, np.nan])

    def __call__(self, key: Column) -> Column:
        """The number of each key."""
        places = np.searchsorted(self.keys[:-1], key)
        return np.where(self.keys[places] == key, self.values[places], np.nan)

    def bounds(self, key: tuple[Column, Column]) -> tuple[Column, Column]:
        """The lowest and the highest number of the keys of an interval."""
        low, high = key
        found = self(low)
        open_ = low != high
        if low is high or not np.count_nonzero(open_):
            return found, found
        shape = np.shape(open_)
        ends = np.array(np.broadcast_to(found, shape)), np.array(np.broadcast_to(found, shape))
        low, high = (np.broadcast_to(end, shape)[open_] for end in key)
        least = most = np.full(len(low), np.nan)
        for code, value in zip(self.keys[:-1], self.values, strict=False):
            possible = (low <= code) & (code <= high)
            least = np.where(possible, np.fmin(least, value), least)
            most = np.where(possible, np.fmax(most, value), most)
        ends[0][open_], ends[1][open_] = least, most
        return ends


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
    return f"known_condition_or({args[0]}, {args[1]})" if node.boolean else f"known_or({args[0]}, {args[1]})"


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
        "if": "choose({0}, {1}, {2})",
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
        "lookup": "{1}({0})",
    },
    per_person=False,
    inline=True,
    table=Cases,
    taken="taken({0})",
    least=2,
    runtime={
        "divide": divide,
        "taken": taken,
        "choose": choose,
        "known_or": known_or,
        "known_condition_or": known_condition_or,
        "isnan": np.isnan,
        "minimum": np.minimum,
        "maximum": np.maximum,
        "logical_not": np.logical_not,
        "floor": np.floor,
        "ceil": np.ceil,
    },
)
