"""Random graphs: choices inside choices, for the household and for persons, with answers that may be unknown."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np

from zero_non_recours.engine.columnar import Lanes
from zero_non_recours.engine.graph import Domain, Graph, Slot

NAN = math.nan
DOMAIN = Domain(0.0, 3.0)
NUMBERS = ("add", "sub", "min", "max", "mul", "if", "orelse", "lookup", "total")
CONDITIONS = ("lt", "ge", "eq", "and", "or", "not", "if", "some", "all", "missing", "get")


class RandomGraph:
    """A graph with some results; every answer is a number from 0 to 3, or unknown."""

    def __init__(self, seed: int, size: int = 60) -> None:
        self.rng = Random(seed)
        self.graph = Graph()
        self.inputs = [
            self.graph.input(Slot(f"x{i}", "c", 0), "personne" if i % 2 else "menage")
            for i in range(self.rng.randint(2, 5))
        ]
        graph = self.graph
        self.numbers = [graph.op("get", raw) for raw in self.inputs] + [graph.constant(float(i)) for i in range(3)]
        self.conditions = [graph.op("lt", self.numbers[0], graph.constant(2.0))]
        for _ in range(size):
            self.rng.choice((self._number, self._condition))()
        self.roots = [self.household(self.rng.choice(self.numbers[-20:])) for _ in range(3)]
        self.roots.append(self.household(self.rng.choice(self.conditions[-10:])))

    def household(self, node: int) -> int:
        """A value of the household."""
        found = self.graph.nodes[node]
        if found.level != "personne":
            return node
        return self.graph.aggregate("any" if found.boolean else "sum", node)

    def _number(self) -> None:
        graph, pick = self.graph, self.rng.choice
        op, a, b = pick(NUMBERS), pick(self.numbers), pick(self.numbers)
        if op == "if":
            found = graph.op("if", pick(self.conditions), a, b)
        elif op == "orelse":
            found = self._orelse(b)
        elif op == "lookup":
            cases = [(float(key), graph.constant(self.rng.uniform(0, 5))) for key in range(self.rng.randint(1, 4))]
            found = graph.lookup(a, cases)
        elif op == "total":
            found = graph.aggregate("sum", a)
        else:
            found = graph.op(op, a, b)
        self.numbers.append(found)

    def _orelse(self, other: int) -> int:
        graph = self.graph
        raw = self.rng.choice(self.inputs)
        if graph.nodes[raw].level != graph.nodes[other].level:
            other = graph.constant(1.0)
        args = [raw, other]
        asked = self.rng.choice(self.conditions)
        if graph.nodes[asked].level == graph.nodes[raw].level and self.rng.random() < 0.4:
            args.append(asked)
        return graph.op("orelse", *args)

    def _condition(self) -> None:
        graph, pick = self.graph, self.rng.choice
        op, a, b = pick(CONDITIONS), pick(self.conditions), pick(self.conditions)
        if op in ("lt", "ge", "eq"):
            found = graph.op(op, pick(self.numbers), pick(self.numbers))
        elif op == "not":
            found = graph.op("not", a)
        elif op in ("some", "all"):
            found = graph.aggregate("any" if op == "some" else "all", a)
        elif op == "missing":
            found = graph.op("missing", pick(self.inputs))
        elif op == "get":
            raw = graph.nodes[graph.op("get", pick(self.inputs))]
            found = graph.add(raw._replace(boolean=True))
        elif op == "if":
            found = graph.op("if", pick(self.conditions), a, b)
        else:
            found = graph.op(op, a, b)
        self.conditions.append(found)

    def answers(self, persons: int, unknown: float) -> list[Any]:
        """Answers of one household."""

        def one() -> float:
            return NAN if self.rng.random() < unknown else float(self.rng.randint(0, 3))

        nodes = self.graph.nodes
        return [[one() for _ in range(persons)] if nodes[i].level == "personne" else one() for i in self.inputs]

    def columns(self, households: list[list[Any]]) -> list[np.ndarray]:
        """The same households as columns."""
        nodes = self.graph.nodes
        return [
            np.array(
                [v for h in households for v in h[place]]
                if nodes[i].level == "personne"
                else [h[place] for h in households]
            )
            for place, i in enumerate(self.inputs)
        ]


def flat(value: Any, lanes: Lanes) -> list[float]:
    """A household value of some lanes, as numbers."""
    return [float(v) for v in lanes.column(value, persons=False)]
