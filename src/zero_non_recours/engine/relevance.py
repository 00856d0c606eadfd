"""Which arguments a value really depends on, once bounds say which sides of its choices are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zero_non_recours.engine.graph import Node

Ends = tuple[Any, Any]


def looked_at(node: Node, trace: Mapping[int, Ends], rank: int | None) -> Iterable[int]:
    """The arguments that the value of a node depends on, for the household or one person."""
    if node.op == "if":
        test, yes, no = node.args
        surely, possibly = (_at(end, rank) for end in trace[test])
        return (test, yes) if surely else node.args if possibly else (test, no)
    if node.op == "orelse":
        raw, other, *asked = node.args
        low, high = (_at(end, rank) for end in trace[raw])
        if low == high:
            return (raw,)
        if asked:
            surely, possibly = (_at(end, rank) for end in trace[asked[0]])
            return (*asked, *((raw,) if possibly else ()), *(() if surely else (other,)))
    return node.args


def looked_at_where(node: Node, ends: Mapping[int, Ends]) -> Iterator[tuple[int, Any]]:
    """The same for many households: each argument, and where it is looked at (`True`: wherever the node is)."""
    if node.op == "if":
        test, yes, no = node.args
        surely, possibly = ends[test]
        yield test, True
        yield yes, possibly
        yield no, surely ^ True
    elif node.op == "orelse":
        raw, other, *asked = node.args
        low, high = ends[raw][:2]
        unknown = low != high
        surely, possibly = ends[asked[0]] if asked else (False, True)
        yield raw, possibly & unknown
        yield other, (surely ^ True) & unknown
        for question in asked:
            yield question, unknown
    else:
        for arg in node.args:
            yield arg, True


def _at(value: Any, rank: int | None) -> Any:
    return value[rank] if rank is not None and isinstance(value, list) else value
