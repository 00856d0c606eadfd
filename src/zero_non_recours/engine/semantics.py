"""What each operation of the language means on one value; every reading computes exactly this."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce

HALF = 0.500001
"""Half a unit, with the millionth that makes 2.675 (stored a little lower) round up as on paper."""
SLACK = 1e-6


def divide(a: float, b: float) -> float:
    """`a / b`; a division by zero is not a number, never an error nor zero."""
    return a / b if b else math.nan


def smaller(a: float, b: float) -> float:
    """The smaller of two numbers; not a number when one of them is not (the built-in depends on their order)."""
    return a if a < b or a != a else b


def larger(a: float, b: float) -> float:
    """The larger of two numbers; not a number when one of them is not."""
    return a if a > b or a != a else b


def total(values: Sequence[float]) -> float:
    """Sum from first to last (the built-in may compensate)."""
    found = 0.0
    for value in values:
        found += value
    return found


def largest(values: Sequence[float]) -> float:
    """The largest of some numbers; not a number when one of them is not."""
    return reduce(larger, values)


def smallest(values: Sequence[float]) -> float:
    """The smallest of some numbers; not a number when one of them is not."""
    return reduce(smaller, values)


def round_half_up(x: float, digits: int) -> float:
    """To the nearest, halves upwards, at `digits` decimals (negative: tens, hundreds…).

    >>> round_half_up(2.675, 2), round_half_up(1234.0, -2)
    (2.68, 1200.0)
    """
    return _scaled(x, digits, HALF, math.floor)


def floor_to(x: float, digits: int) -> float:
    """Down, at `digits` decimals; a value within a millionth below a step counts as that step."""
    return _scaled(x, digits, SLACK, math.floor)


def ceil_to(x: float, digits: int) -> float:
    """Up, at `digits` decimals; a value within a millionth above a step counts as that step."""
    return _scaled(x, digits, -SLACK, math.ceil)


def _scaled(x: float, digits: int, shift: float, function: Callable[[float], int]) -> float:
    scaled = (x * 10.0**digits if digits >= 0 else x / 10.0**-digits) + shift
    if scaled - scaled != 0.0:
        return scaled
    return function(scaled) / 10.0**digits if digits >= 0 else function(scaled) * 10.0**-digits


def years_between(start: float, end: float) -> float:
    """Completed years between two date codes (see `profile.periods`)."""
    gap = end - start
    return float(math.floor(gap / 372.0)) if gap - gap == 0.0 else gap


def months_between(start: float, end: float) -> float:
    """Completed months between two date codes."""
    gap = end - start
    return float(math.floor(gap / 31.0)) if gap - gap == 0.0 else gap


ROUNDINGS: dict[str, Callable[[float, int], float]] = {
    "round": round_half_up,
    "floor": floor_to,
    "ceil": ceil_to,
}


def prefix_bounds(prefix: str) -> tuple[float, float]:
    """The codes of five characters that start with a prefix, as a half-open interval of base-36 numbers."""
    width = 36.0 ** (5 - len(prefix))
    low = int(prefix, 36) * width
    return low, low + width
