"""Sums written again so that a value that is both added and taken away is counted once: `0.6 a - a` is `-0.4 a`.

Read term by term, such a sum is much wider than it is: bounds of `a` are used as if they were those of two values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from zero_non_recours.engine.boxes import BOUNDS_OF_BOXES, Box, Value, aligned, meet, operation, scaled
from zero_non_recours.engine.graph import Graph
from zero_non_recours.engine.interpret import Values

MOST_TERMS = 60
DEPTH = 3
"""How many choices, one inside the other, a sum goes into."""
Reader = Callable[[Values, int | None], Value]
"""The value of a sum for the household or one person."""
_LINEAR = frozenset({"add", "sub", "neg", "mul", "div"})
_CHOICES = frozenset({"if", "min", "max"})


class Sum(NamedTuple):
    """A constant and nodes, each with its coefficient; and the nodes that were met more than once."""

    constant: float
    terms: Mapping[int, float]
    shared: frozenset[int] = frozenset()

    def plus(self, other: Sum, factor: float = 1.0) -> Sum:
        """This sum and another times a factor."""
        terms = dict(self.terms)
        for node, coefficient in other.terms.items():
            total = terms.get(node, 0.0) + factor * coefficient
            if abs(total) > 1e-12:
                terms[node] = total
            else:
                terms.pop(node, None)
        met = self.shared | other.shared | (self.terms.keys() & other.terms.keys())
        return Sum(self.constant + factor * other.constant, terms, met)

    def without(self, node: int) -> Sum:
        """This sum without a node."""
        return self._replace(terms={n: c for n, c in self.terms.items() if n != node})


class Rewritten(NamedTuple):
    """What reads a node as a sum written again, and the nodes that must be open for that to tighten anything."""

    read: Reader
    shared: frozenset[int]


class Sums:
    """The sums of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._sums: dict[int, Sum] = {}

    def rewritten(self, node: int) -> Rewritten | None:
        """What reads a node as a sum written again, `None` when that changes nothing."""
        return self._rewritten(self.of(node), DEPTH) if self.graph.nodes[node].op in _LINEAR else None

    def _rewritten(self, found: Sum, depth: int) -> Rewritten | None:
        inside = self._through_choice(found, depth) if depth else None
        if inside is None:
            return Rewritten(_read_terms(found), found.shared) if found.shared else None
        terms, chosen = _read_terms(found), inside.read
        return Rewritten(
            lambda values, rank: meet(terms(values, rank), chosen(values, rank)), inside.shared | found.shared
        )

    def _through_choice(self, found: Sum, depth: int) -> Rewritten | None:
        """The sum taken inside one of its choices, that holds something of the rest."""
        nodes = self.graph.nodes
        for node, factor in found.terms.items():
            chosen = nodes[node]
            if chosen.op not in _CHOICES or chosen.boolean:
                continue
            rest = found.without(node)
            sides = [self.of(arg) for arg in chosen.args[-2:]]
            if not any(self._shares(rest, side) for side in sides):
                continue
            wholes = [rest.plus(side, factor) for side in sides]
            ways = [
                self._rewritten(whole, depth - 1) or Rewritten(_read_terms(whole), whole.shared) for whole in wholes
            ]
            shared = ways[0].shared | ways[1].shared
            if chosen.op == "if":
                return Rewritten(_read_if(chosen.args[0], ways[0].read, ways[1].read), shared)
            name = chosen.op if factor > 0 else "min" if chosen.op == "max" else "max"
            return Rewritten(_read_both(operation(name), ways[0].read, ways[1].read), shared)
        return None

    def _shares(self, rest: Sum, side: Sum) -> bool:
        """Whether a side of a choice holds a term of the rest, or a choice that does."""
        if not rest.terms.keys().isdisjoint(side.terms):
            return True
        nodes = self.graph.nodes
        inner = (nodes[n] for n in side.terms if nodes[n].op in _CHOICES)
        return any(not rest.terms.keys().isdisjoint(self.of(arg).terms) for node in inner for arg in node.args[-2:])

    def of(self, node: int) -> Sum:
        """A node as a sum; of itself, when it is not one."""
        known = self._sums.get(node)
        if known is None:
            known = self._sums[node] = self._read(node)
        return known

    def _read(self, index: int) -> Sum:
        node, value = self.graph.nodes[index], self.graph.value
        alone = Sum(0.0, {index: 1.0})
        if node.op == "const":
            return alone if node.boolean else Sum(float(node.value), {})  # type: ignore[arg-type]
        if node.op not in _LINEAR:
            return alone
        if node.op in ("add", "sub"):
            first, second = map(self.of, node.args)
            if len(first.terms) + len(second.terms) > MOST_TERMS:
                return alone
            return first.plus(second, 1.0 if node.op == "add" else -1.0)
        if node.op == "neg":
            return Sum(0.0, {}).plus(self.of(node.args[0]), -1.0)
        left, right = map(value, node.args)
        factor, other = (right, node.args[0]) if right is not None else (left, node.args[1])
        if not factor or (node.op == "div" and right is None):
            return alone
        return Sum(0.0, {}).plus(self.of(other), 1.0 / factor if node.op == "div" else float(factor))


def at(values: Values, node: int, rank: int | None) -> Value:
    """The value of a node for the household or one person."""
    value = values[node]
    return value[rank] if rank is not None and isinstance(value, list) else value


def _read_terms(found: Sum) -> Reader:
    terms = tuple(found.terms.items())

    def read(values: Values, rank: int | None) -> Value:
        low = high = found.constant
        boxes: list[Box] = []
        for node, factor in terms:
            value = at(values, node, rank)
            if type(value) is Box:
                boxes.append(scaled(value, factor))
            else:
                ends = value if factor > 0 else value[::-1]
                low, high = low + factor * ends[0], high + factor * ends[1]
        if not boxes:
            return low, high
        pairs, symbol = aligned(boxes)
        for pair in pairs:
            low, high = low + pair[0], high + pair[1]
        return Box(low, high, symbol)  # type: ignore[arg-type]

    return read


def _read_both(combine: Callable[..., Value], first: Reader, second: Reader) -> Reader:
    return lambda values, rank: combine(first(values, rank), second(values, rank))


def _read_if(test: int, yes: Reader, no: Reader) -> Reader:
    choose = operation("if")

    def read(values: Values, rank: int | None) -> Value:
        condition = at(values, test, rank)
        if not BOUNDS_OF_BOXES.possible(condition):
            return no(values, rank)
        if not BOUNDS_OF_BOXES.refusable(condition):
            return yes(values, rank)
        return choose(condition, yes(values, rank), no(values, rank))

    return read
