"""Small random plans, whose answers are few enough that all of them can be tried."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from zero_non_recours.engine.completeness import incomplete
from zero_non_recours.engine.graph import Domain, Graph, Slot
from zero_non_recours.engine.plan import Plan
from zero_non_recours.engine.reading import Place
from zero_non_recours.rulebook.diagnostics import Position
from zero_non_recours.rulebook.expressions import BOOLEAN, NUMBER
from zero_non_recours.rulebook.model import Variable
from zero_non_recours.rulebook.units import NONE

NAN = math.nan
NOVEMBER_2026 = 2026 * 12 + 10
TRIED = {"yes_no": (0.0, 1.0), "whole": (0.0, 1.0, 2.0, 3.0), "number": (0.0, 0.5, 1.7, 3.0)}
"""The kinds of answers: all the values of the first two, and some of the third, which takes any from 0 to 3."""
ALL_KINDS = tuple(TRIED)
LINEAR = ("add", "sub", "sub", "times", "times", "shared", "opposite", "min", "max", "if", "if")
NUMBERS = (*LINEAR, "mul", "abs", "rounded", "table", "total", "known_or")
CONDITIONS = ("lt", "ge", "eq", "and", "or", "not", "some", "all")

Ends = tuple[float, float]


class SmallPlan:
    """A plan of random formulas on a few answers, of the household and of its persons."""

    def __init__(
        self,
        seed: int,
        size: int = 25,
        kinds: Sequence[str] = ALL_KINDS,
        operations: Sequence[str] = NUMBERS,
        *,
        level: str = "any",
    ) -> None:
        self.rng = rng = Random(seed)
        self.graph = graph = Graph()
        self.operations = operations
        self.kinds = [rng.choice(kinds) for _ in range(rng.randint(2, 4))]
        self.raw = [
            graph.input(Slot(f"x{i}", "c", 0), "personne" if level == "any" and rng.random() < 0.35 else "menage")
            for i in range(len(self.kinds))
        ]
        answers = [graph.op("get", raw) for raw in self.raw]
        self.keys = [node for node, kind in zip(answers, self.kinds, strict=True) if kind != "number"]
        """The answers that a table may be read with."""
        self.numbers = [*answers, *(graph.constant(float(i)) for i in range(3))]
        self.conditions = [graph.op("lt", answers[0], graph.constant(2.0))]
        for node, kind in zip(answers, self.kinds, strict=True):
            if kind == "yes_no":
                self.conditions.append(graph.add(graph.nodes[node]._replace(boolean=True)))
        for _ in range(size):
            rng.choice((self._number, self._number, self._condition))()
        self.plan = self._plan([self._household(rng.choice(self.numbers[-12:])) for _ in range(2)])

    def _household(self, node: int) -> int:
        if self.graph.nodes[node].level != "personne":
            return node
        return self.graph.aggregate(self.rng.choice(("sum", "max1", "min1")), node)

    def _number(self) -> None:
        graph, pick = self.graph, self.rng.choice
        op, a, b = pick(self.operations), pick(self.numbers), pick(self.numbers)
        match op:
            case "if":
                found = graph.op("if", pick(self.conditions), a, b)
            case "times":
                found = graph.op("mul", a, graph.constant(pick((-1.0, 0.5, -0.6, 2.0))))
            case "shared":
                found = graph.op("div", a, graph.constant(pick((-2.0, 3.0, 4.0))))
            case "opposite":
                found = graph.op("neg", a)
            case "rounded":
                found = graph.op(pick(("floor", "round", "ceil")), a, value=pick((0, 1)))
            case "total":
                found = graph.aggregate("sum", a)
            case "table":
                cases = [(key, graph.constant(pick((-1.0, 0.0, 1.0, 2.5)))) for key in TRIED["whole"]]
                found = graph.lookup(pick(self.keys), cases) if self.keys else a
            case "known_or":
                found = graph.op("orelse", pick(self.raw), graph.constant(1.0))
            case "abs":
                found = graph.op("abs", a)
            case _:
                found = graph.op(op, a, b)
        self.numbers.append(found)

    def _condition(self) -> None:
        graph, pick = self.graph, self.rng.choice
        op, a, b = pick(CONDITIONS), pick(self.conditions), pick(self.conditions)
        if op in ("lt", "ge", "eq"):
            found = graph.op(op, pick(self.numbers), pick(self.numbers))
        elif op == "not":
            found = graph.op("not", a)
        elif op in ("some", "all"):
            found = graph.aggregate("any" if op == "some" else "all", a)
        else:
            found = graph.op(op, a, b)
        self.conditions.append(found)

    def _plan(self, roots: Sequence[int]) -> Plan:
        graph = self.graph
        lacks = incomplete(graph, roots)
        reachable = graph.reachable((*roots, *lacks))
        inputs = tuple(n for n in reachable if graph.nodes[n].op == "input")
        self.kinds = [self.kinds[self.raw.index(n)] for n in inputs]
        slots = tuple(cast(Slot, graph.nodes[n].value) for n in inputs)
        variables = {s.name: _variable(s.name, kind) for s, kind in zip(slots, self.kinds, strict=True)}
        domains = tuple(Domain(TRIED[kind][0], TRIED[kind][-1]) for kind in self.kinds)
        names = tuple(f"r{rank}" for rank in range(len(roots)))
        book = cast(Any, SimpleNamespace(variables=variables))
        empty: Any = {}
        return Plan(
            book, NOVEMBER_2026, names, graph, tuple(roots), lacks, inputs, slots, domains, empty, empty, empty, empty
        )

    def places(self, persons: int) -> list[Place]:
        """The answers that may be forgotten: those that no formula asks whether they are known."""
        asked = {node.args[0] for node in self.graph.nodes if node.op == "orelse"}
        return [
            (place, rank)
            for place, by_person in enumerate(self.plan.levels)
            for rank in (range(persons) if by_person else (None,))
            if self.plan.inputs[place] not in asked
        ]

    def household(self, persons: int) -> list[Any]:
        """Known answers."""
        answers = [[self.answer(kind) for _ in range(persons)] for kind in self.kinds]
        return [a if by_person else a[0] for a, by_person in zip(answers, self.plan.levels, strict=True)]

    def answer(self, kind: str) -> float:
        return round(self.rng.uniform(0, 3), 3) if kind == "number" else self.rng.choice(TRIED[kind])

    def forgotten(self, persons: int) -> list[Place]:
        """Some answers to forget, few enough that all their values can be tried."""
        places = self.places(persons)
        return self.rng.sample(places, min(len(places), self.rng.randint(1, 4)))

    def tried(self, answers: Sequence[Any], forgotten: Sequence[Place]) -> Iterator[list[Any]]:
        """The household with every combination of some answers."""
        for values in product(*(TRIED[self.kinds[place]] for place, _ in forgotten)):
            yield put(answers, dict(zip(forgotten, values, strict=True)))

    def hulls(self, answers: Sequence[Any], forgotten: Sequence[Place], persons: int) -> list[Ends]:
        """The lowest and highest exact result, whatever some answers are."""
        found = [self.exact(tried, persons) for tried in self.tried(answers, forgotten)]
        return [(min(results), max(results)) for results in zip(*found, strict=True)]

    def exact(self, answers: Sequence[Any], persons: int) -> tuple[float, ...]:
        results, lacking = self.plan.run(answers, persons)
        assert not any(lacking)
        return results


def _variable(name: str, kind: str) -> Variable:
    type_ = BOOLEAN if kind == "yes_no" else NUMBER
    place = Position("regles.yaml")
    return Variable(
        name, "p", "donnee", name, "maison", "menage", "constante", type_, NONE, (), place, whole=kind == "whole"
    )


def put(answers: Sequence[Any], values: Mapping[Place, float]) -> list[Any]:
    """The household with some answers changed."""
    found = [list(a) if isinstance(a, list) else a for a in answers]
    for (place, rank), value in values.items():
        if rank is None:
            found[place] = value
        else:
            found[place][rank] = value
    return found


def unknown(answers: Sequence[Any], forgotten: Sequence[Place]) -> list[Any]:
    """The household without some answers."""
    return put(answers, dict.fromkeys(forgotten, NAN))


def inside(inner: Ends, outer: Ends, slack: float = 1e-6) -> bool:
    """Whether an interval is within another, up to the rounding of sums."""
    return outer[0] - slack <= inner[0] and inner[1] <= outer[1] + slack
