"""Writes a graph as straight-line Python, in the dialect of a reading, from a closed list of templates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zero_non_recours.engine.graph import Graph, Node

_MAX_INLINE = 8
Template = Callable[[Node, list[str]], str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one reading writes each operation.

    `per_person` writes person values as list comprehensions (plain Python); otherwise every value is one object that
    carries its persons itself (arrays).
    """

    templates: Mapping[str, str | Template]
    per_person: bool
    inline: bool
    runtime: Mapping[str, Any]


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


def compile_graph(graph: Graph, roots: Sequence[int], inputs: Sequence[int], dialect: Dialect) -> Callable[..., Any]:
    """A function `run(context, answers)` that returns the values of `roots`, in order.

    `answers` has one value per node of `inputs`; `context` is the reading's own (persons of each household).
    """
    source = _Writer(graph, roots, inputs, dialect).source()
    scope: dict[str, Any] = {"nan": math.nan, "inf": math.inf, **dialect.runtime}
    code = compile(source, "<rulebook>", "exec")
    exec(code, scope)  # noqa: S102 - generated from a closed list of operations, never from the text of a rule
    return scope["run"]


class _Writer:
    def __init__(self, graph: Graph, roots: Sequence[int], inputs: Sequence[int], dialect: Dialect) -> None:
        self.graph = graph
        self.roots = list(roots)
        self.inputs = list(inputs)
        self.dialect = dialect
        self.order = graph.reachable(roots)
        self.named = self._named()

    def _named(self) -> set[int]:
        """Nodes that get a name: shared ones, results, and what must not be computed again per person."""
        nodes = self.graph.nodes
        uses: dict[int, int] = dict.fromkeys(self.roots, 2)
        depth: dict[int, int] = {}
        named: set[int] = set()
        for node in self.order:
            for arg in nodes[node].args:
                uses[arg] = uses.get(arg, 0) + 1
        for node in self.order:
            found = nodes[node]
            if found.op in ("const", "input"):
                continue
            depth[node] = 1 + max((depth.get(a, 0) for a in found.args), default=0)
            crosses = self.dialect.per_person and found.op in ("sum", "any", "all", "max1", "min1", "project")
            if crosses:
                named.update(a for a in found.args if nodes[a].op not in ("const", "input"))
            if not self.dialect.inline or uses.get(node, 0) != 1 or depth[node] > _MAX_INLINE:
                named.add(node)
            if node in named:
                depth[node] = 0
        return named

    def source(self) -> str:
        nodes = self.graph.nodes
        lines = ["def run(L, A):"]
        if self.inputs:
            lines.append("    " + "".join(f"v{i}, " for i in self.inputs) + "= A")
        last: dict[int, int] = {}
        written = [n for n in self.order if n in self.named]
        for position, node in enumerate(written):
            for leaf in self._leaves(node):
                last[leaf] = position
        dying: dict[int, list[int]] = {}
        kept = set(self.roots)
        for leaf, position in last.items():
            if leaf not in kept:
                dying.setdefault(position, []).append(leaf)
        for position, node in enumerate(written):
            found = nodes[node]
            leaves: dict[int, None] = {}
            text = self._text(node, leaves, top=True)
            persons = [leaf for leaf in leaves if nodes[leaf].level == "personne"]
            if self.dialect.per_person and found.level == "personne":
                text = self._comprehension(text, persons)
            lines.append(f"    v{node} = {text}")
            if not self.dialect.per_person and position in dying:
                lines.append("    del " + ", ".join(f"v{leaf}" for leaf in sorted(dying[position])))
        results = ", ".join(self._result(root) for root in self.roots)
        lines.append(f"    return ({results},)" if self.roots else "    return ()")
        return "\n".join(lines)

    def _leaves(self, node: int) -> set[int]:
        """The names that the statement of a node reads."""
        found: set[int] = set()
        stack = list(self.graph.nodes[node].args)
        while stack:
            arg = stack.pop()
            if arg in self.named or self.graph.nodes[arg].op == "input":
                found.add(arg)
            else:
                stack.extend(self.graph.nodes[arg].args)
        return found

    def _result(self, root: int) -> str:
        found = self.graph.nodes[root]
        return self._write(found, []) if found.op == "const" else f"v{root}"

    def _comprehension(self, text: str, persons: list[int]) -> str:
        if not persons:
            return f"[{text}] * L"
        if len(persons) == 1:
            return f"[{text} for p{persons[0]} in v{persons[0]}]"
        names = ", ".join(f"p{leaf}" for leaf in persons)
        lists = ", ".join(f"v{leaf}" for leaf in persons)
        return f"[{text} for {names} in zip({lists})]"

    def _text(self, node: int, leaves: dict[int, None], *, top: bool = False) -> str:
        found = self.graph.nodes[node]
        if found.op == "const":
            return self._write(found, [])
        if not top and (node in self.named or found.op == "input"):
            leaves[node] = None
            return f"p{node}" if self.dialect.per_person and found.level == "personne" else f"v{node}"
        if self.dialect.per_person and found.op in ("sum", "any", "all", "max1", "min1"):
            arg = found.args[0]
            leaves[arg] = None
            return self._write(found, [f"v{arg}"])
        return self._write(found, [self._text(a, leaves) for a in found.args])

    def _write(self, node: Node, args: list[str]) -> str:
        template = self.dialect.templates[node.op]
        if callable(template):
            return template(node, args)
        return template.format(*args)
