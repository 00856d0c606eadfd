"""Which results lack an answer: an unknown answer counts only where the calculation looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zero_non_recours.engine.graph import Graph
from zero_non_recours.engine.guards import Guards, Literal
from zero_non_recours.rulebook.expressions import Level

Path = tuple[Literal, ...]
Parts = dict[Level, int]
"""A condition, apart for the household and for each person."""


def incomplete(graph: Graph, roots: Sequence[int]) -> tuple[int, ...]:
    """For each root, the condition that says that an answer it needs is unknown."""
    order = graph.reachable(roots)
    lacking = _lacking(graph, order)
    if not lacking:
        return (graph.constant(False),) * len(roots)
    guards = Guards(graph, order, roots, of_each=True)
    bits = {node: 1 << rank for rank, node in enumerate(lacking)}
    behind: dict[int, int] = {}
    for index in order:
        found = bits.get(index, 0)
        for arg in graph.nodes[index].args:
            found |= behind[arg]
        behind[index] = found
    paths = {node: _sound(guards, node) for node in lacking}
    known: dict[int, int] = {}
    for needed in {behind[root] for root in roots}:
        parts = _gather(graph, [(paths[node], lack) for node, lack in lacking.items() if bits[node] & needed])
        household = parts.get("menage", graph.constant(False))
        if "personne" in parts:
            household = graph.op("or", household, graph.aggregate("any", parts["personne"]))
        known[needed] = household
    return tuple(known[behind[root]] for root in roots)


def _lacking(graph: Graph, order: Iterable[int]) -> dict[int, int]:
    """The nodes whose answer nothing replaces, with the condition that it is unknown and asked for."""
    found: dict[int, int] = {}
    for index in order:
        node = graph.nodes[index]
        if node.op == "get":
            found[index] = graph.op("missing", node.args[0])
        elif node.op == "orelse" and len(node.args) == 3:
            found[index] = graph.op("and", graph.op("missing", node.args[0]), node.args[2])
    return found


def _sound(guards: Guards, node: int) -> Path:
    """The literals of a guard that can be looked at: those whose own guard is met by the literals before them."""
    kept = 0
    found: list[Literal] = []
    for literal in guards.path(guards.of[node]):
        if guards.of.get(literal.condition, 0) & ~kept == 0:
            kept |= guards.bit(literal)
            found.append(literal)
    return tuple(found)


def _gather(graph: Graph, lacking: Sequence[tuple[Path, int]]) -> Parts:
    """Whether one of some conditions holds, each under its path; conditions of the same path are looked at together."""
    parts: Parts = {}
    inner: dict[Literal, list[tuple[Path, int]]] = {}
    for path, lack in lacking:
        if path:
            inner.setdefault(path[0], []).append((path[1:], lack))
        else:
            _join(graph, parts, lack)
    for literal, below in inner.items():
        for lack in _gather(graph, below).values():
            sides = (lack, graph.constant(False)) if literal.holds else (graph.constant(False), lack)
            _join(graph, parts, graph.op("if", literal.condition, *sides))
    return parts


def _join(graph: Graph, parts: Parts, lack: int) -> None:
    level = graph.nodes[lack].level
    if graph.value(lack) is not False:
        parts[level] = graph.op("or", parts[level], lack) if level in parts else lack
