"""Reads a graph for one household node by node, computing only what is asked: nothing to compile before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from zero_non_recours.engine.graph import Graph, Node
from zero_non_recours.engine.guards import AGGREGATES

Step = Callable[["Values"], Any]
"""The value of one node: one object for the household, or a list with one per person."""


@dataclass(frozen=True, slots=True)
class Operations:
    """What a reading does with the values of one household or one person.

    Attributes:
        of: for each operation, the function of a node on the values of its arguments. Those of choices (`if`, `and`,
            `or`) are only called when the first argument does not decide alone; that of `orelse` gets the answer, what
            stands in for it and whether the question applies.
        constant: the value of a constant.
        possible: whether a condition may hold.
        refusable: whether a condition may fail.
        absent: whether an answer is unknown.
    """

    of: Mapping[str, Callable[[Node], Callable[..., Any]]]
    constant: Callable[[Any], Any]
    possible: Callable[[Any], Any]
    refusable: Callable[[Any], Any]
    absent: Callable[[Any], bool]


class Values(dict[int, Any]):
    """The values of one household, each computed when it is first asked for."""

    __slots__ = ("persons", "program")

    def __init__(self, program: Program, inputs: Mapping[int, Any], persons: int) -> None:
        super().__init__(inputs)
        self.program = program
        self.persons = persons

    def __missing__(self, node: int) -> Any:
        value = self[node] = self.program[node](self)
        return value

    def read(self, node: int) -> Any:
        """The value of a node, however long the chain of nodes behind it is."""
        try:
            return self[node]
        except RecursionError:
            for behind in self.program.graph.reachable((node,)):
                self[behind]
            return self[node]


class Program(dict[int, Step]):
    """The step of each node of a graph, written when it is first needed."""

    def __init__(self, graph: Graph, operations: Operations) -> None:
        super().__init__()
        self.graph = graph
        self.operations = operations

    def __missing__(self, node: int) -> Step:
        step = self[node] = self._step(node)
        return step

    def _step(self, index: int) -> Step:
        node = self.graph.nodes[index]
        if node.op == "const":
            value = self.operations.constant(node.value)
            return lambda values: value
        if node.op == "project":
            (arg,) = node.args
            return lambda values: [values[arg]] * values.persons
        function = self.operations.of[node.op](node)
        if node.op in AGGREGATES or (node.level != "personne" and len(node.args) == 1):
            (arg,) = node.args
            return lambda values: function(values[arg])
        match node.op:
            case "if":
                return self._choice(node, function)
            case "and":
                return self._conjunction(node, function, self.operations.possible)
            case "or":
                return self._conjunction(node, function, self.operations.refusable)
            case "orelse":
                return self._orelse(node, function)
            case _ if node.level == "personne":
                return self._by_person(node, function)
        first, second = node.args
        return lambda values: function(values[first], values[second])

    def _column(self, index: int) -> Callable[[Values], Any]:
        """The value of an argument for each person."""
        node = self.graph.nodes[index]
        if node.op == "const":
            same = self.operations.constant(node.value)
            return lambda values: [same] * values.persons
        return lambda values: values[index]

    def _by_person(self, node: Node, function: Callable[..., Any]) -> Step:
        if len(node.args) == 1:
            (arg,) = node.args
            return lambda values: [function(value) for value in values[arg]]
        first, second = node.args
        constants = [n.value if n.op == "const" else None for n in map(self.graph.nodes.__getitem__, node.args)]
        if constants[0] is not None:
            left = repeat(self.operations.constant(constants[0]))
            return lambda values: list(map(function, left, values[second]))
        if constants[1] is not None:
            right = repeat(self.operations.constant(constants[1]))
            return lambda values: list(map(function, values[first], right))
        return lambda values: list(map(function, values[first], values[second]))

    def _choice(self, node: Node, mix: Callable[..., Any]) -> Step:
        test, yes, no = node.args
        possible, refusable = self.operations.possible, self.operations.refusable
        if node.level != "personne":

            def choose(values: Values) -> Any:
                condition = values[test]
                if not possible(condition):
                    return values[no]
                return mix(condition, values[yes], values[no]) if refusable(condition) else values[yes]

            return choose
        held, failed = self._column(yes), self._column(no)

        def choose_by_person(values: Values) -> Any:
            conditions = values[test]
            if not any(map(possible, conditions)):
                return failed(values)
            if not any(map(refusable, conditions)):
                return held(values)
            return list(map(mix, conditions, held(values), failed(values)))

        return choose_by_person

    def _conjunction(self, node: Node, combine: Callable[..., Any], open_: Callable[[Any], Any]) -> Step:
        """`and`, `or`: the second condition is read only where the first leaves something open."""
        first, second = node.args
        if node.level != "personne":

            def both(values: Values) -> Any:
                condition = values[first]
                return combine(condition, values[second]) if open_(condition) else condition

            return both

        def both_by_person(values: Values) -> Any:
            conditions = values[first]
            return list(map(combine, conditions, values[second])) if any(map(open_, conditions)) else conditions

        return both_by_person

    def _orelse(self, node: Node, answer: Callable[..., Any]) -> Step:
        """An answer, else what stands in for it: `answer` gets what is needed only where the answer is absent."""
        absent = self.operations.absent
        raw, other = node.args[:2]
        asked = node.args[2] if len(node.args) == 3 else None
        if node.level != "personne":

            def one(values: Values) -> Any:
                given = values[raw]
                if not absent(given):
                    return answer(given, None, None)
                return answer(given, values[other], None if asked is None else values[asked])

            return one
        stand_in = self._column(other)
        question = None if asked is None else self._column(asked)

        def each(values: Values) -> Any:
            given = values[raw]
            if not any(map(absent, given)):
                return [answer(a, None, None) for a in given]
            applies = repeat(None) if question is None else question(values)
            return list(map(answer, given, stand_in(values), applies))

        return each


class Trace(Mapping[int, Any]):
    """The values of some nodes of a household, computed when they are looked at."""

    def __init__(
        self,
        values: Values,
        nodes: Mapping[int, None],
        shown: Callable[[Any], Any] | None = None,
        known: Mapping[int, Any] | None = None,
    ) -> None:
        """`known` values need no computation; the others are read as `shown` gives them."""
        self._values = values
        self._nodes = nodes
        self._shown = shown
        self._known: Mapping[int, Any] = known or {}

    def __getitem__(self, node: int) -> Any:
        if node in self._known:
            return self._known[node]
        if node not in self._nodes:
            raise KeyError(node)
        value = self._values.read(node)
        return value if self._shown is None else self._shown(value)

    def __contains__(self, node: object) -> bool:
        return node in self._nodes or node in self._known

    def __iter__(self) -> Iterator[int]:
        return iter((*self._known, *self._nodes))

    def __len__(self) -> int:
        return len(self._known) + len(self._nodes)
