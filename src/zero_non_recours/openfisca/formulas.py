"""Turns each rule into formulas that read other variables and parameters by name and month, for any month.

The expressions go through the same lowering and the same columnar templates as the other readings; only the
leaves differ: another rule, a parameter or a date stays a name to read when the formula runs.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from zero_non_recours.engine.columnar import COLUMNAR
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Graph, Node, PlanError, Slot
from zero_non_recours.engine.lower import MAX_OFFSET, Lowering, When
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.expressions import Expr, Level
from zero_non_recours.rulebook.model import Rulebook, Variable, Version


class Leaf(NamedTuple):
    """Something a formula reads, `shift` months from the period it is asked for.

    `rank` is the year (from that month's year) for `"year"`, and the place of a bracket in its scale.
    """

    kind: Literal["rule", "answer", "year", "parameter", "threshold", "bracket", "day"]
    name: str
    shift: int
    rank: int = 0


class Variant(NamedTuple):
    """A rule evaluated `lag` months from the month of right it serves; its period is the month of right."""

    name: str
    lag: int

    @property
    def key(self) -> str:
        """Its name in OpenFisca."""
        return self.name + ("" if not self.lag else f"__m{-self.lag}" if self.lag < 0 else f"__p{self.lag}")


def yearly(name: str) -> str:
    """The OpenFisca variable that holds the year totals of a monthly input."""
    return f"{name}__annee"


class FormulaLowering(Lowering):
    """Lowers one version of one rule; everything it names is a leaf."""

    def __init__(self, rulebook: Rulebook, variant: Variant, month: Month, served: Container[str]) -> None:
        super().__init__(rulebook, month, frozenset())
        self.root = (variant.name, When(variant.lag, 0))
        self.served = served
        """Rules whose value depends on the month of right they serve."""
        self.variants: set[Variant] = set()
        self.uses_right = False
        self.known: set[str] = set()
        """Inputs asked whether they are known."""
        self.years: set[str] = set()
        """Monthly inputs whose year total is read."""

    def leaf(self, leaf: Leaf, level: Level, type: str) -> int:
        """A value to read when the formula runs."""
        node = self.graph.op("get", self.graph.add(Node("input", (), level, False, leaf)), value=type)
        return self.graph.add(self.graph.nodes[node]._replace(boolean=type == ex.BOOLEAN))

    def variable(self, name: str, when: When) -> int:
        variable = self.rulebook.variables[name]
        if variable.is_input or (name, when) == self.root:
            return super().variable(name, when)
        if abs(when.shift) > MAX_OFFSET:
            raise PlanError(f"la règle {name} remonte à plus de {MAX_OFFSET} mois")
        variant = Variant(name, when.shift - when.right if name in self.served else 0)
        self.variants.add(variant)
        return self.leaf(Leaf("rule", variant.key, when.shift - variant.lag), variable.level, variable.type)

    def raw(self, variable: Variable, when: When, year: int | None = None) -> int:
        leaf = Leaf("answer", variable.name, 0 if variable.period == "constante" else when.shift)
        if variable.period == "annee":
            leaf = Leaf("year", variable.name, when.shift, year or 0)
        elif year is not None:
            self.years.add(variable.name)
            leaf = Leaf("year", yearly(variable.name), when.shift, year)
        return self.graph.add(Node("input", (), variable.level, False, leaf))

    def orelse(self, raw: int, variable: Variable, other: int, asked: int | None = None) -> int:
        """OpenFisca has no open question: without an answer, `sinon` holds even where it applies."""
        return super().orelse(raw, variable, other)

    def slot_of(self, raw: int) -> Slot:
        """Explanations do not come from here: the name is enough."""
        return Slot(self.graph.nodes[raw].value.name, "c", 0)  # type: ignore[attr-defined]

    def subject(self, expr: Expr, when: When) -> tuple[Variable, int]:
        variable, raw = super().subject(expr, when)
        if expr.op != "annee":
            self.known.add(variable.name)
        return variable, raw

    def _expression(self, expr: Expr, when: When) -> int:
        if expr.op == "day":
            return self.leaf(Leaf("day", str(expr.value), when.shift), "menage", ex.DATE)
        self.uses_right = self.uses_right or expr.op == "droit"
        return super()._expression(expr, when)

    def parameter(self, name: str, when: When) -> int:
        return self.leaf(Leaf("parameter", name, when.shift), "menage", self.rulebook.parameters[name].type)

    def scale(self, expr: Expr, when: When) -> int:
        graph = self.graph
        name = str(expr.value)
        x = self.expression(expr.args[0], when)
        count = len(self.rulebook.parameters[name].brackets)

        def read(kind: Literal["threshold", "bracket"], index: int) -> int:
            return self.leaf(Leaf(kind, name, when.shift, index), "menage", ex.NUMBER)

        node = graph.constant(0.0)
        for index in range(count):
            low, value = read("threshold", index), read("bracket", index)
            if expr.op == "tranche":
                node = graph.op("if", graph.op("ge", x, low), value, node)
                continue
            top = graph.op("min", x, read("threshold", index + 1)) if index + 1 < count else x
            above = graph.op("max", graph.op("sub", top, low), graph.constant(0.0))
            node = graph.op("add", node, graph.op("mul", above, value))
        return node


@dataclass(frozen=True)
class Formula:
    """One version of a rule, ready to run on arrays."""

    rulebook: Rulebook
    variant: Variant
    version: Version
    graph: Graph
    root: int

    @cached_property
    def inputs(self) -> tuple[int, ...]:
        """The nodes of the leaves."""
        nodes = self.graph.nodes
        return tuple(n for n in self.graph.reachable((self.root,)) if nodes[n].op == "input")

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """What the formula reads, in the order of `run`."""
        return tuple(self.graph.nodes[n].value for n in self.inputs)  # type: ignore[misc]

    @cached_property
    def required(self) -> frozenset[int]:
        """Positions of the answers that nothing stands in for."""
        nodes = self.graph.nodes
        needed = {nodes[n].args[0] for n in self.graph.reachable((self.root,)) if nodes[n].op == "get"}
        return frozenset(
            i
            for i, (node, leaf) in enumerate(zip(self.inputs, self.leaves, strict=True))
            if node in needed and leaf.kind in ("answer", "year")
        )

    @property
    def by_person(self) -> bool:
        """Whether the result has one value per person."""
        return self.graph.nodes[self.root].level == "personne"

    @cached_property
    def run(self) -> Callable[..., tuple[Any, ...]]:
        """The columnar function, compiled at its first use."""
        return compile_graph(self.graph, (self.root,), self.inputs, COLUMNAR)


@dataclass(frozen=True, slots=True)
class Formulas:
    """Every rule as formulas, and what they ask of the inputs."""

    variants: dict[Variant, tuple[Formula, ...]]
    known: frozenset[str]
    years: frozenset[str]


def build_formulas(rulebook: Rulebook) -> Formulas:
    """The formulas of all rules and conditions, with the variants that reference windows need."""
    rules = [name for name, variable in rulebook.variables.items() if not variable.is_input]
    served = _served(rulebook, rules)
    variants: dict[Variant, tuple[Formula, ...]] = {}
    known: set[str] = set()
    years: set[str] = set()
    pending = [Variant(name, 0) for name in reversed(rules)]
    while pending:
        variant = pending.pop()
        if variant in variants:
            continue
        formulas: list[Formula] = []
        for version in rulebook.variables[variant.name].versions:
            lowering = _lower(rulebook, variant, version, served)
            formulas.append(Formula(rulebook, variant, version, lowering.graph, lowering.variable(*lowering.root)))
            known |= lowering.known
            years |= lowering.years
            pending += sorted(lowering.variants - variants.keys())
        variants[variant] = tuple(formulas)
    return Formulas(variants, frozenset(known), frozenset(years))


def _lower(rulebook: Rulebook, variant: Variant, version: Version, served: Container[str]) -> FormulaLowering:
    inside = version.since if version.since is not None else version.until
    month = rulebook.coverage.last if inside is None else inside
    lowering = FormulaLowering(rulebook, variant, month - variant.lag, served)
    lowering.variable(*lowering.root)
    return lowering


def _served(rulebook: Rulebook, rules: list[str]) -> set[str]:
    """The rules that read, even through others, the month of right they serve."""
    found: set[str] = set()
    readers: dict[str, set[str]] = {}
    for name in rules:
        for version in rulebook.variables[name].versions:
            lowering = _lower(rulebook, Variant(name, 0), version, frozenset())
            if lowering.uses_right:
                found.add(name)
            for read in lowering.variants:
                readers.setdefault(read.name, set()).add(name)
    pending = list(found)
    while pending:
        new = readers.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found
