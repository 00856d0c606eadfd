"""Reads and replaces one answer of a validated profile, by the names on the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args


def answer_at(node: Any, parts: Sequence[str]) -> Any:
    """What a part of a profile says at a place, `None` when nothing does."""
    for part in parts:
        node = None if node is None else getattr(node, part)
    return node


def with_answer(node: Any, parts: Sequence[str], value: Any) -> Any:
    """A part of a profile with another answer at a place; the parts on the way are made when they are absent."""
    first, *rest = parts
    if rest:
        inner = getattr(node, first)
        if inner is None:
            inner = get_args(type(node).model_fields[first].annotation)[0]()
        value = with_answer(inner, rest, value)
    return node.model_copy(update={first: value})
