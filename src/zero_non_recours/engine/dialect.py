"""How a reading writes the operations of a graph as Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zero_non_recours.engine.graph import Node

Template = Callable[[Node, list[str]], str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one reading writes each operation.

    Attributes:
        templates: the text of each operation.
        per_person: person values are written as list comprehensions (plain Python); otherwise every value is one
            object that carries its persons itself (arrays).
        inline: whether a value that is read once may be written where it is read.
        runtime: what the templates call.
        table: makes the cases of a table, pairs of a key and a number, into what the template of `lookup` calls.
        taken: the text that makes a condition into whether it may hold for someone and whether it may fail for someone.
        least: the number of operations that make a conditional block worth it.
    """

    templates: Mapping[str, str | Template]
    per_person: bool
    inline: bool
    runtime: Mapping[str, Any]
    table: Callable[[Any], Any]
    taken: str
    least: int


def number(value: object) -> str:
    """A constant as source text."""
    if isinstance(value, bool):
        return "True" if value else "False"
    assert isinstance(value, float)
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)
