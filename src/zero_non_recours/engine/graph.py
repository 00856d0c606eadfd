"""The compiled graph of one month of right: shared nodes, constants folded, in computation order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from zero_non_recours.engine import semantics
from zero_non_recours.rulebook.expressions import Level

MAX_GRAPH = 200_000


class PlanError(Exception):
    """A rulebook cannot be compiled for this month and these variables; the message says why, in French."""


class Slot(NamedTuple):
    """One answer of the profile that a plan reads.

    `kind` is `"m"` (the value of the month `offset` months from the month of right), `"a"` (the total of the year
    `offset` years from its year) or `"c"` (the situation as known, whatever the month).
    """

    name: str
    kind: Literal["m", "a", "c"]
    offset: int


class Node(NamedTuple):
    """One operation: `bool` nodes are conditions, the others are float64; person nodes have one value per person."""

    op: str
    args: tuple[int, ...]
    level: Level
    boolean: bool
    value: object = None


@dataclass(frozen=True, slots=True)
class Domain:
    """The values an unanswered input may take."""

    low: float
    high: float


_FOLD = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": semantics.divide,
    "neg": lambda a: -a,
    "abs": abs,
    "min": semantics.smaller,
    "max": semantics.larger,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "not": lambda a: not a,
    "years": semantics.years_between,
    "months": semantics.months_between,
}


class Graph:
    """Builds nodes, sharing equal ones and folding constants."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.index: dict[Node, int] = {}

    def add(self, node: Node) -> int:
        """The identity of a node, new or already there."""
        known = self.index.get(node)
        if known is None:
            known = len(self.nodes)
            if known >= MAX_GRAPH:
                raise PlanError("le calcul demandé est trop grand (trop d'étapes) ; simplifier les règles")
            self.nodes.append(node)
            self.index[node] = known
        return known

    def constant(self, value: float | bool) -> int:
        """A constant; booleans stay booleans."""
        boolean = isinstance(value, bool)
        return self.add(Node("const", (), "menage", boolean, value if boolean else float(value)))

    def value(self, node: int) -> float | bool | None:
        """The value of a constant node, else `None`."""
        found = self.nodes[node]
        return found.value if found.op == "const" else None  # type: ignore[return-value]

    def input(self, slot: Slot, level: Level) -> int:
        """The raw answer of a slot: NaN when unknown, booleans as 0 and 1."""
        return self.add(Node("input", (), level, False, slot))

    def level(self, args: Iterable[int]) -> Level:
        """The level of an operation on these nodes."""
        return "personne" if any(self.nodes[a].level == "personne" for a in args) else "menage"

    def lift(self, node: int) -> int:
        """A household value seen from each person."""
        found = self.nodes[node]
        if found.level == "personne" or found.op == "const":
            return node
        return self.add(Node("project", (node,), "personne", found.boolean))

    def op(self, op: str, *args: int, value: object = None) -> int:
        """An elementwise operation, folded when its arguments are constants."""
        constants = [self.value(a) for a in args]
        if op in _FOLD and all(c is not None for c in constants):
            return self.constant(_FOLD[op](*constants))
        if (simple := self._simplify(op, args, constants)) is not None:
            return simple
        if op in semantics.ROUNDINGS and constants[0] is not None:
            return self.constant(semantics.ROUNDINGS[op](float(constants[0]), int(value)))  # type: ignore[call-overload]
        level = self.level(args)
        if level == "personne":
            args = tuple(self.lift(a) for a in args)
        boolean = op in ("lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or", "prefix", "missing") or (
            op in ("if",) and self.nodes[args[1]].boolean
        )
        return self.add(Node(op, args, level, boolean, value))

    def _simplify(self, op: str, args: tuple[int, ...], constants: list[float | bool | None]) -> int | None:
        match op:
            case "and" | "or":
                absorbing = op == "or"
                for constant, other in ((constants[0], args[1]), (constants[1], args[0])):
                    if constant is not None:
                        return self.constant(absorbing) if constant is absorbing else other
                if args[0] == args[1]:
                    return args[0]
            case "if":
                if constants[0] is not None:
                    return args[1] if constants[0] else args[2]
                if args[1] == args[2]:
                    return args[1]
                if constants[1] is True and constants[2] is False:
                    return args[0]
            case "not":
                if self.nodes[args[0]].op == "not":
                    return self.nodes[args[0]].args[0]
            case "add":
                if constants[0] == 0.0:
                    return args[1]
                if constants[1] == 0.0:
                    return args[0]
            case "sub":
                if constants[1] == 0.0:
                    return args[0]
            case "mul":
                for constant, other in ((constants[0], args[1]), (constants[1], args[0])):
                    if constant == 1.0:
                        return other
                    if constant == 0.0:
                        return self.constant(0.0)
            case "div":
                if constants[1] == 1.0:
                    return args[0]
            case _:
                pass
        return None

    def aggregate(self, op: str, arg: int) -> int:
        """`sum`, `any`, `all`, `max` or `min` over the persons of a household."""
        constant = self.value(arg)
        if constant is not None and (op in ("any", "all") or (op == "sum" and constant == 0.0)):
            return self.constant(constant)
        node = self.nodes[arg]
        if node.level != "personne":
            arg = self.add(Node("project", (arg,), "personne", node.boolean))
        return self.add(Node(op, (arg,), "menage", op in ("any", "all")))

    def reachable(self, roots: Iterable[int]) -> list[int]:
        """The nodes that the roots need, in computation order."""
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(self.nodes[node].args)
        return sorted(seen)
