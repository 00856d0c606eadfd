"""Turns each rule into formulas that read other variables and parameters by name and month, for any month.

The expressions go through the same lowering and the same columnar templates as the other readings; only the
leaves differ: another rule, a parameter or a date stays a name, read when the formula runs, if a household needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

from zero_non_recours.engine.columnar import COLUMNAR
from zero_non_recours.engine.completeness import incomplete
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Graph, Node, PlanError, Slot
from zero_non_recours.engine.lower import MAX_OFFSET, Lowering, When
from zero_non_recours.engine.worlds import Worlds
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
    """A rule evaluated `lag` months from the month of right it serves, which is its period, in a world of `Worlds`."""

    name: str
    lag: int
    world: int = 0

    @property
    def key(self) -> str:
        """Its name in OpenFisca."""
        lagged = "" if not self.lag else f"__m{-self.lag}" if self.lag < 0 else f"__p{self.lag}"
        return f"{self.name}{lagged}" + (f"__si_{self.world}" if self.world else "")


def yearly(name: str) -> str:
    """The OpenFisca variable that holds the year totals of a monthly input."""
    return f"{name}__annee"


DIALECT = replace(
    COLUMNAR, templates={**COLUMNAR.templates, "leaf": lambda node, args: f"L.read({node.value:d})"}, least=1
)
"""The columnar templates, with leaves that are read where they are needed: no choice between two is made in advance."""


def one_answer(rulebook: Rulebook) -> dict[str, str]:
    """The inputs that read the answer of another one, at the same place of the profile: one variable in OpenFisca."""
    first: dict[object, str] = {}
    found: dict[str, str] = {}
    for name, variable in rulebook.inputs.items():
        if variable.path:
            what = (variable.path, variable.period, variable.type, variable.unit, tuple(variable.values))
            if (other := first.setdefault(what, name)) != name:
                found[name] = other
    return found


def needs_answer(variable: Variable) -> bool:
    """Whether nothing replaces the answer where its question applies.

    OpenFisca has no open question: elsewhere, « sinon » stands for what is not written (no income of that month, a
    person without particularity). A rent, a zone or a tax income has no such value.
    """
    return variable.level == "menage" and variable.type == ex.NUMBER and variable.period != "mois"


class FormulaLowering(Lowering):
    """Lowers one version of one rule; everything it names is a leaf."""

    def __init__(
        self, rulebook: Rulebook, variant: Variant, month: Month, served: Container[str], worlds: Worlds
    ) -> None:
        super().__init__(rulebook, month, frozenset(), worlds)
        self.same = rulebook.once(one_answer, lambda: one_answer(rulebook))
        self.root = (variant.name, When(variant.lag, 0, variant.world))
        self.unasked = rulebook.hypotheses
        self.leaves: dict[Leaf, int] = {}
        self.served = served
        """Rules whose value depends on the month of right they serve."""
        self.variants: set[Variant] = set()
        self.uses_right = False
        self.known: set[str] = set()
        """Inputs asked whether they are known."""
        self.years: set[str] = set()
        """Monthly inputs whose year total is read."""
        self.supposed_values: list[tuple[Expr, When]] = []
        """What is supposed for the rules read under a supposition, wherever it is read."""

    def leaf(self, leaf: Leaf, level: Level) -> int:
        """The node of a value to read when the formula runs, by its rank."""
        return self.graph.add(Node("leaf", (), level, False, self.leaves.setdefault(leaf, len(self.leaves))))

    def value(self, leaf: Leaf, level: Level, type: str) -> int:
        """A leaf that is never an unknown answer."""
        node = self.leaf(leaf, level)
        return self.graph.op("ne", node, self.graph.constant(0.0)) if type == ex.BOOLEAN else node

    def read(self, name: str, when: When) -> int:
        variable = self.rulebook.variables[name]
        if variable.is_input or (name, when) == self.root:
            return super().read(name, when)
        if abs(when.shift) > MAX_OFFSET:
            raise PlanError(f"la règle {name} remonte à plus de {MAX_OFFSET} mois")
        served = when.world or name in self.served  # what is supposed may read the month of right
        variant = Variant(name, when.shift - when.right if served else 0, when.world)
        self.variants.add(variant)
        return self.value(Leaf("rule", variant.key, when.shift - variant.lag), variable.level, variable.type)

    def raw(self, variable: Variable, when: When, year: int | None = None) -> int:
        name = self.same.get(variable.name, variable.name)
        leaf = Leaf("answer", name, 0 if variable.period == "constante" else when.shift)
        if variable.period == "annee":
            leaf = Leaf("year", name, when.shift, year or 0)
        elif year is not None:
            self.years.add(name)
            leaf = Leaf("year", yearly(name), when.shift, year)
        return self.leaf(leaf, variable.level)

    def orelse(self, raw: int, variable: Variable, other: int, asked: int | None = None) -> int:
        """Without an answer, `sinon` holds even where the question applies, unless the answer is needed."""
        return super().orelse(raw, variable, other, asked if needs_answer(variable) else None)

    def slot_of(self, raw: int) -> Slot:
        """Explanations do not come from here."""
        return Slot("", "c", 0)

    def subject(self, expr: Expr, when: When) -> tuple[Variable, int]:
        variable, raw = super().subject(expr, when)
        if expr.op != "annee":
            self.known.add(self.same.get(variable.name, variable.name))
        return variable, raw

    def _expression(self, expr: Expr, when: When) -> int:
        if expr.op == "day":
            return self.value(Leaf("day", str(expr.value), when.shift), "menage", ex.DATE)
        self.uses_right = self.uses_right or expr.op == "droit"
        if expr.op == "en_supposant":
            self.supposed_values += [(part.args[0], when) for part in expr.args[1:]]
        return super()._expression(expr, when)

    def parameter(self, name: str, when: When) -> int:
        return self.value(Leaf("parameter", name, when.shift), "menage", self.rulebook.parameters[name].type)

    def scale(self, expr: Expr, when: When) -> int:
        graph = self.graph
        name = str(expr.value)
        x = self.expression(expr.args[0], when)
        count = len(self.rulebook.parameters[name].brackets)

        def read(kind: Literal["threshold", "bracket"], index: int) -> int:
            return self.value(Leaf(kind, name, when.shift, index), "menage", ex.NUMBER)

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
    leaves: tuple[Leaf, ...]
    """What the formula may read, by rank."""

    @cached_property
    def questions(self) -> tuple[tuple[Leaf, int], ...]:
        """The answers that may be missing, each with the condition that it is."""
        nodes = self.graph.nodes
        found: list[tuple[Leaf, int]] = []
        for index in self.graph.reachable((self.root,)):
            node = nodes[index]
            if node.op == "get" or (node.op == "orelse" and len(node.args) == 3):
                missing = self.graph.op("missing", node.args[0])
                asked = node.args[2:] or (self.graph.constant(True),)
                rank: int = nodes[node.args[0]].value  # type: ignore[assignment]
                found.append((self.leaves[rank], self.graph.op("and", missing, *asked)))
        return tuple(found)

    @property
    def by_person(self) -> bool:
        """Whether the result has one value per person."""
        return self.graph.nodes[self.root].level == "personne"

    @cached_property
    def run(self) -> Callable[..., tuple[Any, ...]]:
        """The columnar function, compiled at its first use: the value, and where it lacks an answer it needs."""
        return compile_graph(self.graph, (self.root, *incomplete(self.graph, (self.root,))), (), DIALECT)

    @cached_property
    def missing(self) -> Callable[..., tuple[Any, ...]]:
        """The columnar function of `questions`."""
        return compile_graph(self.graph, [condition for _, condition in self.questions], (), DIALECT)


@dataclass(frozen=True, slots=True)
class Formulas:
    """Every rule as formulas, and what they ask of the inputs."""

    variants: dict[Variant, tuple[Formula, ...]]
    worlds: Worlds
    known: frozenset[str]
    """Inputs whose absence is looked at."""
    years: frozenset[str]
    same: dict[str, str]
    """Inputs that read the answer of another one."""


def build_formulas(rulebook: Rulebook) -> Formulas:
    """The formulas of all rules and conditions, with the variants that reference windows need."""
    rules = [name for name, variable in rulebook.variables.items() if not variable.is_input]
    served = _served(rulebook, rules)
    worlds = Worlds(rulebook)
    variants: dict[Variant, tuple[Formula, ...]] = {}
    same = one_answer(rulebook)
    known: set[str] = {*same.values()}
    years: set[str] = set()
    pending = [Variant(name, 0) for name in reversed(rules)]
    while pending:
        variant = pending.pop()
        if variant in variants:
            continue
        formulas: list[Formula] = []
        for version in rulebook.variables[variant.name].versions:
            lowering = _lower(rulebook, variant, version, served, worlds)
            root = lowering.variable(*lowering.root)
            formulas.append(Formula(rulebook, variant, version, lowering.graph, root, tuple(lowering.leaves)))
            known |= lowering.known
            years |= lowering.years
            pending += sorted(lowering.variants - variants.keys())
        variants[variant] = tuple(formulas)
    return Formulas(variants, worlds, frozenset(known), frozenset(years), same)


def _lower(
    rulebook: Rulebook, variant: Variant, version: Version, served: Container[str], worlds: Worlds
) -> FormulaLowering:
    inside = version.since if version.since is not None else version.until
    month = rulebook.coverage.last if inside is None else inside
    lowering = FormulaLowering(rulebook, variant, month - variant.lag, served, worlds)
    lowering.variable(*lowering.root)
    return lowering


def _served(rulebook: Rulebook, rules: list[str]) -> set[str]:
    """The rules that read, even through others, the month of right they serve."""
    found: set[str] = set()
    readers: dict[str, set[str]] = {}
    worlds = Worlds(rulebook)
    for name in rules:
        for version in rulebook.variables[name].versions:
            lowering = _lower(rulebook, Variant(name, 0), version, frozenset(), worlds)
            for value, when in lowering.supposed_values:  # grows while it is read
                lowering.expression(value, when)
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
