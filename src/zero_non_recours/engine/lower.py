"""Compiles the checked expressions of a rulebook into the graph of one month of right."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from zero_non_recours.engine import semantics
from zero_non_recours.engine.graph import Domain, Graph, PlanError, Slot
from zero_non_recours.engine.worlds import Worlds
from zero_non_recours.profile.periods import Month, first_day, last_day, show_month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.model import Rulebook, Series, Variable

MAX_OFFSET = 120
_ELEMENTWISE = frozenset(
    {"add", "sub", "mul", "div", "neg", "abs", "min", "max", "lt", "le", "gt", "ge", "eq", "ne", "not", "if"}
)
_ELAPSED = {"annees_entre": "years", "mois_entre": "months"}


class When(NamedTuple):
    """A month of evaluation and the month of right it serves, in months from the month of right of the plan.

    `world` is the rank of what is supposed there (`Worlds`); 0 is the household as it is.
    """

    shift: int
    right: int
    world: int = 0


class Named(NamedTuple):
    """A rule or a step that a plan computed, for explanations; never under a supposition."""

    name: str
    when: When


class Fallback(NamedTuple):
    """What stands in for an unanswered slot: why, and where the question applies (a node, or everywhere)."""

    slot: Slot
    reason: str
    asked: int | None


class Lowering:
    """One compilation: every expression becomes a node, once per month where it is needed."""

    def __init__(self, rulebook: Rulebook, month: Month, given: frozenset[str], worlds: Worlds | None = None) -> None:
        self.rulebook = rulebook
        self.worlds = worlds or Worlds(rulebook)
        self.month = month
        self.given = given
        self.unasked: frozenset[str] = frozenset()
        """Inputs read as the answer to a question that does not apply (`sinon`), whatever is answered."""
        self.graph = Graph()
        self.variables: dict[tuple[str, When], int] = {}
        self.expressions: dict[When, dict[int, int]] = {}
        """The node of each expression (its identity), by month."""
        self.named: dict[Named, int] = {}
        self.fallbacks: dict[int, Fallback] = {}
        """Nodes that stand in for an unanswered slot."""
        self.supposed_fallbacks: dict[int, Fallback] = {}
        """The same, met under a supposition."""
        self.domains: dict[Slot, Domain] = {}

    # -- variables ----------------------------------------------------------------------------------

    def variable(self, name: str, when: When) -> int:
        """The node of a variable at a month."""
        key = (name, when)
        found = self.variables.get(key)
        if found is None:
            found = self.read(name, when) if not when.world else self.supposing(name, when)
            self.variables[key] = found
            if not when.world:
                self.named[Named(name, when)] = found
        return found

    def read(self, name: str, when: When) -> int:
        """The node of a variable that is not supposed."""
        if abs(when.shift) > MAX_OFFSET:
            raise PlanError(f"la règle {name} remonte à plus de {MAX_OFFSET} mois")
        variable = self.rulebook.variables[name]
        if name in self.given:
            return self.typed(self.graph.op("get", self.raw(variable, when), value=variable.type), variable)
        if variable.is_input:
            return self.answer(variable, when)
        return self.rule(variable, when)

    def supposing(self, name: str, when: When) -> int:
        """The node of a variable in a world: what is supposed, or the variable as far as the world touches it."""
        supposed = self.worlds[when.world].get(name)
        if supposed is not None:
            return self.expression(supposed.value, when._replace(world=supposed.world))
        world = self.worlds.seen_by(name, when.world)
        return self.read(name, when) if world == when.world else self.variable(name, when._replace(world=world))

    def typed(self, node: int, variable: Variable) -> int:
        """A `get` node with the boolean mark of its variable."""
        found = self.graph.nodes[node]
        return self.graph.add(found._replace(boolean=variable.type == ex.BOOLEAN))

    def raw(self, variable: Variable, when: When, year: int | None = None) -> int:
        """The raw answer of an input (or of a given rule), as a slot."""
        if year is not None:
            slot = Slot(variable.name, "a", (self.month + when.shift) // 12 + year - self.month // 12)
        elif variable.is_input and variable.period == "constante":
            slot = Slot(variable.name, "c", 0)
        elif variable.is_input and variable.period == "annee":
            slot = Slot(variable.name, "a", (self.month + when.shift) // 12 - self.month // 12)
        else:
            slot = Slot(variable.name, "m", when.shift)
        if slot not in self.domains:
            self.domains[slot] = self.domain(variable)
        return self.graph.input(slot, variable.level)

    def domain(self, variable: Variable) -> Domain:
        """What an unknown answer may be."""
        if variable.type == ex.BOOLEAN:
            return Domain(0.0, 1.0)
        if variable.values:
            return Domain(0.0, len(variable.values) - 1.0)
        if variable.type == ex.DATE:
            return Domain(first_day(1900 * 12), last_day(self.month + 12))
        if variable.type == ex.CODE:
            return Domain(0.0, 36.0**5 - 1)
        low = -math.inf if variable.minimum is None else variable.minimum
        high = math.inf if variable.maximum is None else variable.maximum
        return Domain(low, high)

    def answer(self, variable: Variable, when: When) -> int:
        """An input, with what its declaration says of a missing answer."""
        if variable.name in self.unasked and variable.otherwise is not None:
            return self.expression(variable.otherwise, when)
        raw = self.raw(variable, when)
        if variable.default is not None:
            return self.supposed(variable, raw, variable.default, when)
        if variable.asked is not None and variable.otherwise is not None:
            asked = self.expression(variable.asked, when)
            found = self.orelse(raw, variable, self.expression(variable.otherwise, when), asked=asked)
            if variable.told is not None:
                parts = (self.expression(variable.told, when), self.graph.op("not", asked))
                if self.graph.level(parts) == "personne":
                    parts = (self.graph.lift(parts[0]), self.graph.lift(parts[1]))
                told = self.graph.op("and", *parts)
                self.tell(found, Fallback(self.slot_of(raw), variable.default_reason, told), when)
            return found
        return self.typed(self.graph.op("get", raw, value=variable.type), variable)

    def orelse(self, raw: int, variable: Variable, other: int, asked: int | None = None) -> int:
        """The answer when known, else `other` (unless `asked` holds: then it stays unknown)."""
        graph = self.graph
        args = (raw, other) if asked is None else (raw, other, asked)
        if graph.level(args) == "personne":
            args = tuple(graph.lift(a) for a in args)
        node = graph.nodes[graph.op("orelse", *args)]
        return graph.add(node._replace(boolean=variable.type == ex.BOOLEAN))

    def slot_of(self, raw: int) -> Slot:
        """The slot of a raw answer."""
        slot = self.graph.nodes[raw].value
        assert isinstance(slot, Slot)
        return slot

    def rule(self, variable: Variable, when: When) -> int:
        """A computed variable: its formula of the month; 0 (false, no date, no choice) when a condition fails."""
        month = self.month + when.shift
        formula = next(
            (
                v.formula
                for v in variable.versions
                if (v.since is None or v.since <= month) and (v.until is None or month <= v.until)
            ),
            None,
        )
        neutral = self.graph.constant({ex.BOOLEAN: False, ex.NUMBER: 0.0}.get(variable.type, math.nan))
        if formula is None:
            return neutral
        node = self.expression(formula, when)
        for name in variable.conditions:
            node = self.graph.op("if", self.variable(name, when), node, neutral)
        return node

    # -- expressions --------------------------------------------------------------------------------

    def expression(self, expr: Expr, when: When) -> int:
        """The node of an expression at a month."""
        known = self.expressions.get(when)
        if known is None:
            known = self.expressions[when] = {}
        found = known.get(id(expr))
        if found is None:
            if expr.op in _ELEMENTWISE:
                found = self.graph.op(expr.op, *[self.expression(a, when) for a in expr.args])
            else:
                found = self._expression(expr, when)
            known[id(expr)] = found
        return found

    def _expression(self, expr: Expr, when: When) -> int:
        graph = self.graph
        op = expr.op
        match op:
            case "const":
                return graph.constant(expr.value)  # type: ignore[arg-type]
            case "var":
                return self.variable(str(expr.value), when)
            case "step":
                node = self.expression(expr.args[0], when)
                if not when.world:
                    self.named[Named(expr.value[0], when)] = node  # type: ignore[index]
                return node
            case "param":
                return self.parameter(str(expr.value), when)
            case "table":
                return self.table(expr, when)
            case "day":
                month = self.month + when.shift
                return graph.constant(first_day(month) if expr.value == "debut_mois" else last_day(month))
            case "and" | "or":
                node = self.expression(expr.args[0], when)
                for arg in expr.args[1:]:
                    node = graph.op(op, node, self.expression(arg, when))
                return node
            case "round" | "floor" | "ceil":
                return graph.op(op, self.expression(expr.args[0], when), value=expr.value)
            case "annees_entre" | "mois_entre":
                return graph.op(_ELAPSED[op], *(self.expression(a, when) for a in expr.args))
            case "prefix":
                low, high = semantics.prefix_bounds(str(expr.value))
                code = self.expression(expr.args[0], when)
                return graph.op(
                    "and", graph.op("ge", code, graph.constant(low)), graph.op("lt", code, graph.constant(high))
                )
            case "bareme" | "tranche":
                return self.scale(expr, when)
            case "mois":
                shift = int(expr.value)  # type: ignore[call-overload]
                return self.expression(expr.args[0], When(when.shift + shift, when.right + shift, when.world))
            case "droit":
                return self.expression(expr.args[0], When(when.right, when.right, when.world))
            case "en_supposant":
                return self.expression(expr.args[0], when._replace(world=self.worlds.within(expr, when.world)))
            case "annee":
                return self.year(expr, when)
            case "connu":
                return self.is_known(expr, when)
            case "si_connu":
                return self.if_known(expr, when)
            case _ if op in ex.AGGREGATES:
                return self.aggregate(expr, when)
            case _ if op in ex.WINDOWS:
                return self.window(expr, when)
            case _:
                return graph.op(op, *(self.expression(a, when) for a in expr.args))

    def subject(self, expr: Expr, when: When) -> tuple[Variable, int]:
        """The input that `connu` and `si_connu` look at, and its raw answer."""
        if expr.op == "annee":
            name, year = expr.value  # type: ignore[misc]
            variable = self.rulebook.variables[name]
            return variable, self.raw(variable, when, int(year))
        variable = self.rulebook.variables[str(expr.value)]
        return variable, self.raw(variable, when)

    def is_supposed(self, expr: Expr, when: When) -> bool:
        """Whether an answer that `connu` or `si_connu` looks at is replaced by a supposition."""
        return expr.op == "var" and bool(when.world) and str(expr.value) in self.worlds[when.world]

    def is_known(self, expr: Expr, when: When) -> int:
        if self.is_supposed(expr.args[0], when):
            return self.graph.constant(True)
        _, raw = self.subject(expr.args[0], when)
        return self.graph.op("not", self.graph.op("missing", raw))

    def if_known(self, expr: Expr, when: When) -> int:
        if self.is_supposed(expr.args[0], when):
            return self.expression(expr.args[0], when)
        variable, raw = self.subject(expr.args[0], when)
        return self.orelse(raw, variable, self.expression(expr.args[1], when))

    def year(self, expr: Expr, when: When) -> int:
        """The total of a year; an input that supposes a constant supposes it for the year too."""
        variable, raw = self.subject(expr, when)
        if variable.default is not None and variable.default.op == "const":
            return self.supposed(variable, raw, variable.default, when)
        return self.graph.op("get", raw, value=variable.type)

    def supposed(self, variable: Variable, raw: int, default: Expr, when: When) -> int:
        """An answer or the value supposed for it, which is told where the question applies."""
        found = self.orelse(raw, variable, self.expression(default, when))
        applies = None if variable.asked is None else self.expression(variable.asked, when)
        self.tell(found, Fallback(self.slot_of(raw), variable.default_reason, applies), when)
        return found

    def tell(self, node: int, fallback: Fallback, when: When) -> None:
        """Remember that a node stands in for an unanswered slot."""
        if not when.world:
            self.fallbacks[node] = fallback
        else:
            known = self.supposed_fallbacks.get(node)
            self.supposed_fallbacks[node] = fallback if known is None else self.either(known, fallback)

    def either(self, first: Fallback, second: Fallback) -> Fallback:
        """A fallback told where one of two applies."""
        if first.asked is None or second.asked is None:
            return first._replace(asked=None)
        return first._replace(asked=self.graph.op("or", first.asked, second.asked))

    def all_fallbacks(self, nodes: Iterable[int]) -> dict[int, Fallback]:
        """Those of some nodes, what is supposed for the household as it is first."""
        mine, others = self.fallbacks, self.supposed_fallbacks
        nodes = list(nodes)
        found = {n: self.either(mine[n], others[n]) if n in others else mine[n] for n in nodes if n in mine}
        return found | {n: others[n] for n in nodes if n in others and n not in mine}

    def parameter(self, name: str, when: When) -> int:
        parameter = self.rulebook.parameters[name]
        value = self.dated(parameter.series, name, when)
        return self.graph.constant(bool(value) if parameter.type == ex.BOOLEAN else value)

    def dated(self, series: Series, name: str, when: When) -> float:
        month = self.month + when.shift
        found = series.at(first_day(month))
        if found is None or found.value is None:
            raise PlanError(f"le paramètre {name} n'a pas de valeur en {show_month(month)}")
        return found.value

    def table(self, expr: Expr, when: When) -> int:
        graph = self.graph
        path, keys = expr.value  # type: ignore[misc]
        key = self.expression(expr.args[0], when)
        return graph.lookup(key, [(float(code), self.parameter(f"{path}.{name}", when)) for code, name in keys])

    def scale(self, expr: Expr, when: When) -> int:
        """A marginal-rate scale is a sum of clipped slices; an amount scale is a choice of bracket."""
        graph = self.graph
        parameter = self.rulebook.parameters[str(expr.value)]
        x = self.expression(expr.args[0], when)
        pairs: list[tuple[float, float]] = []
        month = first_day(self.month + when.shift)
        for thresholds, values in parameter.brackets:
            low, value = thresholds.at(month), values.at(month)
            if low is not None and value is not None and low.value is not None and value.value is not None:
                pairs.append((low.value, value.value))
        if not pairs:
            raise PlanError(f"le barème {parameter.name} n'a pas de tranche en {show_month(self.month + when.shift)}")
        pairs.sort()
        node = graph.constant(0.0)
        for index, (low, value) in enumerate(pairs):
            if expr.op == "tranche":
                node = graph.op("if", graph.op("ge", x, graph.constant(low)), graph.constant(value), node)
                continue
            top = graph.op("min", x, graph.constant(pairs[index + 1][0])) if index + 1 < len(pairs) else x
            above = graph.op("max", graph.op("sub", top, graph.constant(low)), graph.constant(0.0))
            node = graph.op("add", node, graph.op("mul", above, graph.constant(value)))
        return node

    def aggregate(self, expr: Expr, when: When) -> int:
        graph = self.graph
        members = self.rulebook.entities[str(expr.value)].members
        mask = graph.constant(True)
        if members is not None:
            mask = self.expression(members, when)
        value, *chosen = expr.args
        for test in chosen:
            mask = graph.op("and", mask, self.expression(test, when))
        inner = self.expression(value, when)
        zero = graph.constant(0.0)
        match expr.op:
            case "somme":
                return graph.aggregate("sum", graph.op("if", mask, inner, zero))
            case "nombre":
                return graph.aggregate("sum", graph.op("if", graph.op("and", mask, inner), graph.constant(1.0), zero))
            case "au_moins_un":
                return graph.aggregate("any", graph.op("and", mask, inner))
            case "tous":
                return graph.aggregate("all", graph.op("or", graph.op("not", mask), inner))
            case _:
                largest = expr.op == "plus_grand"
                neutral = graph.constant(-math.inf if largest else math.inf)
                found = graph.aggregate("max1" if largest else "min1", graph.op("if", mask, inner, neutral))
                return graph.op("if", graph.aggregate("any", mask), found, zero)

    def window(self, expr: Expr, when: When) -> int:
        graph = self.graph
        window = self.rulebook.windows[str(expr.value)]
        result: int | None = None
        for condition, first, last in reversed(window.options):
            spans = (When(when.shift + k, when.right, when.world) for k in range(first, last + 1))
            months = [self.expression(expr.args[0], span) for span in spans]
            node = months[0]
            combine = {"chaque_mois": "and", "un_mois": "or"}.get(expr.op, "add")
            for month in months[1:]:
                node = graph.op(combine, node, month)
            if expr.op == "moyenne":
                node = graph.op("div", node, graph.constant(float(len(months))))
            if condition is None or result is None:
                result = node
                continue
            chosen = self.graph.value(test := self.expression(condition, when))
            result = (node if chosen else result) if chosen is not None else graph.op("if", test, node, result)
        assert result is not None
        return result


def check_month(rulebook: Rulebook, month: Month) -> None:
    """Raise `PlanError` for a month of right before the rules' coverage."""
    if month < rulebook.coverage.first:
        raise PlanError(
            f"les règles couvrent les droits à partir de {show_month(rulebook.coverage.first)} "
            f"(mois demandé : {show_month(month)})"
        )
