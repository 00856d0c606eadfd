"""Writes a graph as Python, in the dialect of a reading, from a closed list of templates.

What only one side of a choice needs stands in a block that runs when somebody takes that side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from zero_non_recours.engine.blocks import Block, last_places, lay_out
from zero_non_recours.engine.dialect import Dialect
from zero_non_recours.engine.graph import Graph, Node
from zero_non_recours.engine.guards import AGGREGATES, CHOICES, Guards, Literal, absence

_MAX_INLINE = 8
_MAX_NESTED = 60
_LEAVES = ("const", "input")


def compile_graph(
    graph: Graph, roots: Sequence[int], inputs: Sequence[int], dialect: Dialect, *, lazy: bool = True
) -> Callable[..., Any]:
    """A function `run(context, answers)` that returns the values of `roots`, in order.

    `answers` has one value per node of `inputs`; `context` is the reading's own (persons of each household). Unless
    `lazy`, every value is computed, whatever the household.
    """
    writer = _Writer(graph, roots, inputs, dialect, lazy)
    source = writer.source()
    tables = {name: dialect.table(pairs) for pairs, name in writer.tables.items()}
    scope: dict[str, Any] = {"nan": math.nan, "inf": math.inf, **dialect.runtime, **tables}
    code = compile(source, "<rulebook>", "exec")
    exec(code, scope)  # noqa: S102 - generated from a closed list of operations, never from the text of a rule
    return scope["run"]


class _Writer:
    def __init__(self, graph: Graph, roots: Sequence[int], inputs: Sequence[int], dialect: Dialect, lazy: bool) -> None:
        self.graph = graph
        self.nodes = graph.nodes
        self.roots = list(roots)
        self.inputs = list(inputs)
        self.dialect = dialect
        self.tables: dict[Any, str] = {}
        self.order = graph.reachable(roots)
        self.guards = Guards(graph, self.order if lazy else (), roots)
        self.guards.keep(self.guards.frequent(dialect.least, self._operations()))
        self.paths = {guard: self.guards.path(guard) for guard in (0, *self.guards.of.values())}
        if max(map(len, self.paths.values())) > _MAX_NESTED:
            self.guards.keep(0)
            self.paths = {0: ()}
        choices = [n for n in self.order if self.nodes[n].op in CHOICES and not self._plain(n)]
        self.branches = {n: b for n in choices if len(self.paths) > 1 and (b := self._branches(n))}
        """Choices between columns of which some sides are computed only when somebody takes them."""
        self.flagged: dict[int, None] = {}
        for literals in (*self.paths.values(), *(b.values() for b in self.branches.values())):
            self.flagged.update((literal.condition, None) for literal in literals)
        """Conditions that decide what is computed."""
        self.named = self._named()

    def _operations(self) -> Iterator[int]:
        return (n for n in self.order if self.nodes[n].op not in _LEAVES)

    def _plain(self, index: int) -> bool:
        """Whether a value is one Python object: a choice between such values is lazy by itself."""
        return self.dialect.per_person and self.nodes[index].level != "personne"

    def _branches(self, index: int) -> Mapping[int, Literal]:
        """The arguments of a choice that are computed only when somebody takes them."""
        guard, of = self.guards.of[index], self.guards.of
        found: dict[int, Literal] = {}
        for arg, literal in self.guards.uses(self.nodes[index]):
            if literal is not None and self.nodes[arg].op not in _LEAVES:
                bit = self.guards.bit(literal)
                if of[arg] & bit and not guard & bit:
                    found[arg] = literal
        return found

    def _named(self) -> set[int]:
        """Nodes that get a name: shared ones, results, and what must not be computed again or too soon."""
        nodes = self.nodes
        uses: dict[int, int] = dict.fromkeys((*self.roots, *self.flagged), 2)
        depth: dict[int, int] = {}
        named: set[int] = set(self.flagged) | self.branches.keys()
        for index in self.branches:
            named.update(a for a in nodes[index].args if nodes[a].op not in _LEAVES)
        for index in self.order:
            for arg in nodes[index].args:
                uses[arg] = uses.get(arg, 0) + 1
        for index in self.order:
            found = nodes[index]
            if found.op in _LEAVES:
                continue
            depth[index] = 1 + max((depth.get(a, 0) for a in found.args), default=0)
            if self.dialect.per_person and (found.op in AGGREGATES or found.op == "project"):
                named.update(a for a in found.args if nodes[a].op not in _LEAVES)
            if not self.dialect.inline or uses.get(index, 0) != 1 or depth[index] > _MAX_INLINE:
                named.add(index)
            if index in named:
                depth[index] = 0
        return named

    # -- statements ---------------------------------------------------------------------------------

    def source(self) -> str:
        """The text of the function."""
        lines = ["def run(L, A):"]
        if self.inputs:
            lines.append(" " + "".join(f"v{i}, " for i in self.inputs) + "= A")
        order = self._written()
        paths = {index: self.paths[self.guards.of.get(index, 0)] for index in order}
        reads = {index: self._reads(index, paths[index]) for index in order}
        block = lay_out(order, paths, reads)
        ends: Mapping[tuple[int, int], list[int]] = {} if self.dialect.per_person else last_places(block, reads)
        lines += self._block(block, " ", ends)
        results = ", ".join(self._result(root) for root in self.roots)
        lines.append(f" return ({results},)" if self.roots else " return ()")
        return "\n".join(lines)

    def _written(self) -> list[int]:
        """The nodes that get a statement, each after all it reads and after the conditions that decide on it."""
        if not self.flagged:
            return [n for n in self.order if n in self.named]
        nodes, flagged, named = self.nodes, self.flagged, self.named
        found: list[int] = []
        done: set[int] = set()
        stack = list(reversed(self.roots))
        while stack:
            index = stack.pop()
            if index < 0:
                if ~index in named:
                    found.append(~index)
            elif index not in done:
                done.add(index)
                node = nodes[index]
                stack.append(~index)
                stack.extend(reversed(node.args))
                if node.op == "orelse" and (absent := absence(self.graph, node.args[0])) in flagged:
                    stack.append(absent)
        return found

    def _reads(self, index: int, path: Sequence[Literal]) -> dict[int, None]:
        """The names that the statement of a node reads, those that decide whether it runs included."""
        found: dict[int, None] = {literal.condition: None for literal in path}
        found.update((literal.condition, None) for literal in self.branches.get(index, {}).values())
        stack = list(self.nodes[index].args)
        while stack:
            arg = stack.pop()
            if arg in self.named or self.nodes[arg].op == "input":
                found[arg] = None
            else:
                stack.extend(self.nodes[arg].args)
        return found

    def _block(self, block: Block, margin: str, ends: Mapping[tuple[int, int], list[int]]) -> Iterator[str]:
        kept = set(self.roots)
        for rank, item in enumerate(block.body):
            if isinstance(item, Block):
                literals: list[Literal | None] = [item.literal]
                while len(item.body) == 1 and isinstance(inner := item.body[0], Block):
                    item = inner
                    literals.append(item.literal)
                yield f"{margin}if {' and '.join(self._holds(literal) for literal in literals if literal)}:"
                yield from self._block(item, margin + " ", ends)
            else:
                yield f"{margin}v{item} = {self._statement(item)}"
                if item in self.flagged and not self._plain(item):
                    yield f"{margin}t{item}, f{item} = {self.dialect.taken.format(f'v{item}')}"
            over = [value for value in ends.get((id(block), rank), ()) if value not in kept]
            if over:
                yield f"{margin}{' = '.join(f'v{value}' for value in over)} = None"

    def _holds(self, literal: Literal) -> str:
        """Whether somebody meets a literal."""
        if self._plain(literal.condition):
            return f"v{literal.condition}" if literal.holds else f"not v{literal.condition}"
        return f"t{literal.condition}" if literal.holds else f"f{literal.condition}"

    def _statement(self, index: int) -> str:
        node = self.nodes[index]
        leaves: dict[int, None] = {}
        text = self._text(index, leaves, top=True)
        if self.dialect.per_person and node.level == "personne":
            text = self._comprehension(text, leaves)
        branches = self.branches.get(index)
        return text if branches is None else self._choice(node, text, branches)

    def _choice(self, node: Node, mixed: str, branches: Mapping[int, Literal]) -> str:
        """A choice between columns, one of which may not be there when nobody takes it."""
        first, *others = node.args
        if node.op == "if":
            yes, no = (self._holds(branches[arg]) if arg in branches else "" for arg in others)
            held, failed = map(self._column, others)
            if yes and no:
                return f"{mixed} if {yes} and {no} else {held} if {yes} else {failed}"
            return f"{mixed} if {yes or no} else {failed if yes else held}"
        (taken,) = {self._holds(literal) for literal in branches.values()}
        if node.op != "orelse":
            return f"{mixed} if {taken} else {self._column(first)}"
        answer = self._write(node._replace(op="get", args=node.args[:1]), [f"p{first}" if self._lists else f"v{first}"])
        return f"{mixed} if {taken} else {f'[{answer} for p{first} in v{first}]' if self._lists else answer}"

    @property
    def _lists(self) -> bool:
        return self.dialect.per_person

    def _column(self, index: int) -> str:
        """A side of a choice on its own: a name, or a constant for all."""
        node = self.nodes[index]
        text = self._write(node, []) if node.op == "const" else f"v{index}"
        return f"[{text}] * L" if self._lists and node.op == "const" else text

    def _result(self, root: int) -> str:
        found = self.nodes[root]
        return self._write(found, []) if found.op == "const" else f"v{root}"

    def _comprehension(self, text: str, leaves: Mapping[int, None]) -> str:
        persons = [leaf for leaf in leaves if self.nodes[leaf].level == "personne"]
        if not persons:
            return f"[{text}] * L"
        if len(persons) == 1:
            return f"[{text} for p{persons[0]} in v{persons[0]}]"
        names = ", ".join(f"p{leaf}" for leaf in persons)
        lists = ", ".join(f"v{leaf}" for leaf in persons)
        return f"[{text} for {names} in zip({lists})]"

    # -- text ---------------------------------------------------------------------------------------

    def _text(self, index: int, leaves: dict[int, None], *, top: bool = False) -> str:
        found = self.nodes[index]
        if found.op == "const":
            return self._write(found, [])
        if not top and (index in self.named or found.op == "input"):
            leaves[index] = None
            return f"p{index}" if self._lists and found.level == "personne" else f"v{index}"
        if self._lists and found.op in AGGREGATES:
            arg = found.args[0]
            leaves[arg] = None
            return self._write(found, [f"v{arg}"])
        args = [self._text(a, leaves) for a in found.args]
        if found.op == "lookup":
            args.append(self.tables.setdefault(found.value, f"T{len(self.tables)}"))
        return self._write(found, args)

    def _write(self, node: Node, args: list[str]) -> str:
        template = self.dialect.templates[node.op]
        if callable(template):
            return template(node, args)
        return template.format(*args)
