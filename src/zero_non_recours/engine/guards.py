"""Under which conditions each node of a graph is needed, so that what no household needs is not computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from zero_non_recours.engine.graph import Graph, Node

CHOICES = frozenset({"if", "and", "or", "orelse"})
AGGREGATES = frozenset({"sum", "any", "all", "max1", "min1"})


class Literal(NamedTuple):
    """A condition and the truth it must have for someone."""

    condition: int
    holds: bool


class Guards:
    """For each node, the literals that must all hold for one of its users to look at it.

    An argument of a choice is looked at when the choice takes it: a branch of `if`, the second condition of `and` and
    `or`, what stands in for an answer. A node needed in several places keeps what these places have in common. Guards
    are sets of bits, one per literal.

    Two properties make them fit to be written as nested blocks. A node's arguments are guarded by no more than itself
    and the literal of its choice; and a node guarded by a condition is also guarded by all that guards the condition.
    """

    def __init__(self, graph: Graph, order: Sequence[int], roots: Iterable[int], *, of_each: bool = False) -> None:
        """The guards of some nodes, in computation order; `of_each`: every one holds for the person it is about.

        Otherwise a literal on persons holds for one of them at least; a guard `of_each` person loses the literals on
        persons where a value of the household is computed from all of them.
        """
        self.graph = graph
        self.literals: list[Literal] = []
        self._bits: dict[Literal, int] = {}
        self._on_persons = 0
        found: dict[int, int] = dict.fromkeys(roots, 0)
        nodes = graph.nodes
        for index in reversed(order):
            mine = found.setdefault(index, 0)
            node = nodes[index]
            if node.op not in CHOICES:
                if node.op != "input":
                    if of_each and node.op in AGGREGATES:
                        mine &= ~self._on_persons
                    for arg in node.args:
                        found[arg] = found[arg] & mine if arg in found else mine
                continue
            for arg, literal in self.uses(node):
                guard = mine if literal is None else mine | self.bit(literal)
                found[arg] = found[arg] & guard if arg in found else guard
        self.of: dict[int, int] = found

    def uses(self, node: Node) -> Iterator[tuple[int, Literal | None]]:
        """The arguments of a node, each with the literal under which it is looked at."""
        first, *others = node.args
        match node.op:
            case "if":
                literal = literal_of(self.graph, first, True)
                yield first, None
                yield others[0], literal
                yield others[1], literal._replace(holds=not literal.holds)
            case "and" | "or":
                yield first, None
                yield others[0], literal_of(self.graph, first, node.op == "and")
            case "orelse":
                absent = absence(self.graph, first)
                yield first, None
                yield absent, None
                for other in others:
                    yield other, Literal(absent, True)
            case _:
                for arg in node.args:
                    yield arg, None

    def bit(self, literal: Literal) -> int:
        """The bit of a literal."""
        found = self._bits.get(literal)
        if found is None:
            found = self._bits[literal] = 1 << len(self.literals)
            self.literals.append(literal)
            if self.graph.nodes[literal.condition].level == "personne":
                self._on_persons |= found
        return found

    def keep(self, wanted: int) -> None:
        """Forget all literals but these."""
        self.of = {node: guard & wanted for node, guard in self.of.items()}

    def frequent(self, least: int, counted: Iterable[int]) -> int:
        """The literals that guard at least so many of some nodes."""
        counts = Counter(self.of.get(node, 0) for node in counted)
        sizes: Counter[int] = Counter()
        for guard, count in counts.items():
            for rank in ranks(guard):
                sizes[rank] += count
        return sum(1 << rank for rank, size in sizes.items() if size >= least)

    def path(self, guard: int) -> tuple[Literal, ...]:
        """The literals of a guard in an order in which each condition is computed under the previous ones only."""
        found = [self.literals[rank] for rank in ranks(guard)]
        return tuple(sorted(found, key=lambda lit: ((self.of.get(lit.condition, 0) & guard).bit_count(), lit)))


def ranks(guard: int) -> Iterator[int]:
    """The ranks of the literals of a guard."""
    while guard:
        low = guard & -guard
        yield low.bit_length() - 1
        guard ^= low


def absence(graph: Graph, raw: int) -> int:
    """The node that says whether a raw answer is unknown."""
    return graph.add(Node("missing", (raw,), graph.nodes[raw].level, True))


def literal_of(graph: Graph, condition: int, holds: bool) -> Literal:
    """A literal without the negations and the change of level in front of its condition."""
    while (node := graph.nodes[condition]).op in ("not", "project"):
        condition = node.args[0]
        holds = holds is not (node.op == "not")
    return Literal(condition, holds)
