"""Which arguments a value really depends on, once bounds say which sides of its choices are open, and which way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from zero_non_recours.engine.graph import Node

Ends = tuple[Any, Any]
Way = int
"""How a value moves with another: `UP`, `DOWN`, or `BOTH`: up here and down there, or unknown."""
UP, DOWN, BOTH = 1, 2, 3
_SECOND_DOWN = frozenset({"sub", "gt", "ge"})
_FIRST_DOWN = frozenset({"lt", "le", "years", "months", "neg", "not"})
_ANY_WAY = frozenset({"eq", "ne", "lookup", "abs"})


def looked_at(node: Node, trace: Mapping[int, Ends], rank: int | None) -> Iterable[tuple[int, Way]]:
    """The arguments that the value of a node depends on, for the household or one person, and how it moves with them.

    When a result moves one way with each answer behind it, its bounds are met: they need no more care.
    """
    if node.op == "if":
        test, yes, no = node.args
        surely, possibly = (_at(end, rank) for end in trace[test])
        if surely:
            return ((yes, UP),)
        return ((test, _gap(trace[yes], trace[no], rank)), (yes, UP), (no, UP)) if possibly else ((no, UP),)
    if node.op == "orelse":
        raw, other, *asked = node.args
        low, high = (_at(end, rank) for end in trace[raw])
        if low == high:
            return ((raw, UP),)
        if asked:
            surely, possibly = (_at(end, rank) for end in trace[asked[0]])
            found = [(asked[0], BOTH)] if surely is not possibly else []
            return (*found, *(((raw, UP),) if possibly else ()), *(() if surely else ((other, UP),)))
        return ((other, UP),)
    if len(node.args) == 2:
        first, second = node.args
        if node.op in ("mul", "div"):
            way = _factor(trace[second], rank)
            other = BOTH if node.op == "div" else _factor(trace[first], rank)
            return (first, way), (second, other)
        if node.op in _ANY_WAY:
            return (first, BOTH), (second, BOTH)
        return (first, DOWN if node.op in _FIRST_DOWN else UP), (second, DOWN if node.op in _SECOND_DOWN else UP)
    way = BOTH if node.op in _ANY_WAY else DOWN if node.op in _FIRST_DOWN else UP
    return ((arg, way) for arg in node.args)


def turned(way: Way, after: Way) -> Way:
    """How a value moves with an answer, when it moves `way` with what moves `after` with the answer."""
    if way == BOTH or after == BOTH:
        return BOTH
    return UP if way == after else DOWN


def _gap(yes: Ends, no: Ends, rank: int | None) -> Way:
    """How a choice moves with its condition: from one side to the other."""
    if _at(yes[0], rank) >= _at(no[1], rank):
        return UP
    return DOWN if _at(yes[1], rank) <= _at(no[0], rank) else BOTH


def _factor(factor: Ends, rank: int | None) -> Way:
    if _at(factor[0], rank) >= 0:
        return UP
    return DOWN if _at(factor[1], rank) <= 0 else BOTH


Ways = tuple[Any, Any]
"""Whether a value moves up, and down, with another: one truth per household or person, or one for all."""


def looked_at_where(
    node: Node, ends: Mapping[int, Ends], unknown_of: Callable[[int], Any]
) -> Iterator[tuple[int, Any, Ways]]:
    """The arguments of a node for many households, with where each is looked at (`True`: everywhere), and its ways.

    `unknown_of` says where an input node has no answer.
    """
    args = node.args
    if node.op == "if":
        test, yes, no = args
        surely, possibly = ends[test]
        yield test, possibly & (surely ^ True), _gaps(ends[yes], ends[no])
        yield yes, possibly, _UP
        yield no, surely ^ True, _UP
    elif node.op == "orelse":
        raw, other, *asked = args
        unknown = unknown_of(raw)
        if asked:
            surely, possibly = ends[asked[0]]
            yield asked[0], unknown & (surely ^ possibly), _ANY
            yield raw, possibly | (unknown ^ True), _UP
            yield other, (surely ^ True) & unknown, _UP
        else:
            yield raw, (unknown ^ True), _UP
            yield other, unknown, _UP
    elif node.op in ("mul", "div"):
        yield args[0], True, _factors(ends[args[1]])
        yield args[1], True, _ANY if node.op == "div" else _factors(ends[args[0]])
    elif node.op in _ANY_WAY:
        yield from ((arg, True, _ANY) for arg in args)
    else:
        yield args[0], True, _DOWN if node.op in _FIRST_DOWN else _UP
        if len(args) == 2:
            yield args[1], True, _DOWN if node.op in _SECOND_DOWN else _UP


_UP: Ways = (True, False)
_DOWN: Ways = (False, True)
_ANY: Ways = (True, True)


def _gaps(yes: Ends, no: Ends) -> Ways:
    up = yes[0] >= no[1]
    down = (up ^ True) & (yes[1] <= no[0])
    return down ^ True, up ^ True


def _factors(factor: Ends) -> Ways:
    up = factor[0] >= 0
    down = (up ^ True) & (factor[1] <= 0)
    return down ^ True, up ^ True


def _at(value: Any, rank: int | None) -> Any:
    return value[rank] if rank is not None and isinstance(value, list) else value
