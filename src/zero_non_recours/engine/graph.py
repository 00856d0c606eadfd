"""The compiled graph of one month of right: shared nodes, constants folded, in computation order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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


_SIMPLIFIED = frozenset({"and", "or", "if", "not", "add", "sub", "mul", "div"})
_CONDITIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or", "missing"})


class Graph:
    """Builds nodes, sharing equal ones and folding constants."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.index: dict[Node, int] = {}
        self.constants: dict[int, float | bool] = {}
        """The value of each constant node."""
        self._known: tuple[dict[float, int], dict[float, int]] = {}, {}
        """The node of each number and of each truth."""

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
        boolean = value is True or value is False
        known = self._known[boolean].get(value)
        if known is None:
            value = value if boolean else float(value)
            known = self._known[boolean][value] = self.add(Node("const", (), "menage", boolean, value))
            self.constants[known] = value
        return known

    def value(self, node: int) -> float | bool | None:
        """The value of a constant node, else `None`."""
        return self.constants.get(node)

    def input(self, slot: Slot, level: Level) -> int:
        """The raw answer of a slot: NaN when unknown, booleans as 0 and 1."""
        return self.add(Node("input", (), level, False, slot))

    def level(self, args: Iterable[int]) -> Level:
        """The level of an operation on these nodes."""
        nodes = self.nodes
        for arg in args:
            if nodes[arg].level == "personne":
                return "personne"
        return "menage"

    def lift(self, node: int) -> int:
        """A household value seen from each person."""
        found = self.nodes[node]
        if found.level == "personne" or found.op == "const":
            return node
        return self.add(Node("project", (node,), "personne", found.boolean))

    def op(self, op: str, *args: int, value: object = None) -> int:
        """An elementwise operation, folded when its arguments are constants."""
        constants = [self.constants.get(a) for a in args]
        if op in _FOLD and None not in constants:
            return self.constant(_FOLD[op](*constants))
        if op in _SIMPLIFIED and (simple := self._simplify(op, args, constants)) is not None:
            return simple
        if op in semantics.ROUNDINGS and constants[0] is not None:
            return self.constant(semantics.ROUNDINGS[op](float(constants[0]), int(value)))  # type: ignore[call-overload]
        nodes = self.nodes
        levels = [nodes[a].level for a in args]
        level: Level = "menage"
        if "personne" in levels:
            level = "personne"
            if "menage" in levels:
                args = tuple([self.lift(a) for a in args])
        return self.add(Node(op, args, level, op in _CONDITIONS or (op == "if" and nodes[args[1]].boolean), value))

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

    def lookup(self, key: int, cases: Sequence[tuple[float, int]]) -> int:
        """The case of a table that a key chooses; not a number when no case has this key.

        Cases that are constants make one operation, whose value is the pairs of a key and its number; others, a choice
        after the other.
        """
        values = [self.value(case) for _, case in cases]
        if self.value(key) is None and all(isinstance(v, float) for v in values):
            pairs = tuple((code, v) for (code, _), v in zip(cases, values, strict=True))
            return self.add(Node("lookup", (key,), self.nodes[key].level, False, pairs))
        node = self.constant(math.nan)
        for code, case in reversed(cases):
            node = self.op("if", self.op("eq", key, self.constant(code)), case, node, value="table")
        return node

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
        """The nodes that the roots need, in computation order: a node's arguments stand before it."""
        nodes = self.nodes
        needed = bytearray(len(nodes))
        for root in roots:
            needed[root] = 1
        for index in range(len(nodes) - 1, -1, -1):
            if needed[index]:
                for arg in nodes[index].args:
                    needed[arg] = 1
        return [index for index, need in enumerate(needed) if need]
