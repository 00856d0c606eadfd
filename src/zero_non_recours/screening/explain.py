"""Explains a right step by step, in French, with the household's own numbers and the articles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zero_non_recours.engine.lower import Named, When
from zero_non_recours.engine.plan import NOW, Plan, compile_plan
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import parse_month, show_date
from zero_non_recours.rulebook.expressions import WINDOWS, Expr
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Right, Rulebook, Variable, Version
from zero_non_recours.rulebook.units import Unit, show_unit
from zero_non_recours.rulebook.words import formula_in_words, formula_with_values, show_number
from zero_non_recours.screening.answers import reader_of
from zero_non_recours.screening.result import RightResult
from zero_non_recours.screening.screen import screener_of
from zero_non_recours.screening.sentences import ESTIMATE, assumption_lines, status_sentence
from zero_non_recours.screening.steps import outcome_lines
from zero_non_recours.screening.wording import day_name, euros, month_names, of_month, person_name

if TYPE_CHECKING:
    from zero_non_recours.screening.thresholds.result import Threshold

NOTHING = "Rien de ce qui a été essayé ne changerait la réponse."
_YEARS = (("an", 1),)
_TURNS = frozenset({"var", "if", "droit", "mois", "en_supposant", "somme", *WINDOWS})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is computed, for whom and for which months, how, and the source.

    `value` and `with_values` are French text; a value that missing answers leave open reads « entre … et … ».
    """

    name: str
    label: str
    months: tuple[str, ...]
    person: str | None
    value: str
    formula: str
    with_values: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps that lead to a right's amount, in computation order."""

    right: str
    label: str
    month: str
    result: RightResult
    steps: tuple[Step, ...]
    found: tuple[str, ...] = ()
    """The answers that were not given and were read in a table of the rules, in French."""
    thresholds: tuple[Threshold, ...] | None = None
    """What would change the answer, one answer of the household at a time; `None` when it was not looked for."""

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The explanation as plain dicts and lists: the right's result, its steps in order, what would change it."""
        return {
            "right": self.right,
            "label": self.label,
            "month": self.month,
            "result": self.result.model_dump(mode=mode),
            "steps": [
                {
                    "name": step.name,
                    "label": step.label,
                    "months": list(step.months),
                    "person": step.person,
                    "value": step.value,
                    "formula": step.formula,
                    "with_values": step.with_values,
                    "references": list(step.references),
                }
                for step in self.steps
            ],
            "found": list(self.found),
            "thresholds": None if self.thresholds is None else [t.model_dump(mode=mode) for t in self.thresholds],
        }


def explain(
    household: HouseholdBase | Mapping[str, Any],
    right: str,
    month: str,
    *,
    rulebook: Rulebook | None = None,
    detailed: bool = False,
    changes: bool = True,
) -> Explanation:
    """How the amount of a right is computed for a household.

    Args:
        household: a validated `Household`, or a mapping to validate.
        right: the name of a right.
        month: the month of right, `AAAA-MM`.
        rulebook: default, the shipped rules.
        detailed: also every yes/no, every age and every zero.
        changes: also what would change the answer (`thresholds`), which takes longer than the rest.

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: an unknown right, or a month before the rules' coverage.
    """
    book = rulebook or default_rulebook()
    screener = screener_of(book, month, [right])
    if not isinstance(household, HouseholdBase):
        household = household_model(book).model_validate(household)
    reading = screener.read(household)
    result = screener.answer(household, reading).rights[right]
    read = reading
    if detailed:
        plan = _detailed_plan(book, screener.month, book.rights[right])
        read = Reading(plan, *reader_of(plan).read(household), tight=[range(len(plan.roots))])
    explainer = _Explainer(book, screener.month, book.rights[right], household, read.plan, read.tightened)
    steps, found = tuple(explainer.steps(detailed=detailed)), reader_of(explainer.plan).found(household)
    changing = None
    if changes:
        from zero_non_recours.screening.thresholds.find import thresholds_of

        changing = thresholds_of(screener, household, reading, result)
    return Explanation(right, result.label, screener.month_text, result, steps, tuple(found), changing)


def _detailed_plan(rulebook: Rulebook, month: int, right: Right) -> Plan:
    """A plan in which every rule computed is behind the amount or the conditions."""
    names = dict.fromkeys((right.amount, *right.variables, *right.conditions))
    return compile_plan(rulebook, month, tuple(names), unasked=rulebook.hypotheses)


class _Explainer:
    def __init__(
        self,
        rulebook: Rulebook,
        month: int,
        right: Right,
        household: HouseholdBase,
        plan: Plan,
        values: Mapping[int, tuple[Any, Any]],
    ) -> None:
        self.rulebook = rulebook
        self.month = month
        self.people = [person_name(p, rank) for rank, p in enumerate(household.personnes)]
        self.names = (right.amount, *right.variables)
        self.plan = plan
        self.values = values

    def value(self, node: int) -> tuple[Any, Any] | None:
        """The ends of a node's value, or `None` when the results do not depend on it."""
        constant = self.plan.graph.value(node)
        return (constant, constant) if constant is not None else self.values.get(node)

    def steps(self, *, detailed: bool) -> Iterable[Step]:
        """The rules behind the amount in computation order, each once per distinct value.

        Unless `detailed`, only amounts that are not zero and that the calculation really took.
        """
        grouped: dict[str, list[tuple[When, int]]] = {}
        taken = None if detailed else _Path(self).names(self.names)
        for named, node in self.plan.named.items():
            if taken is None or named in taken:
                grouped.setdefault(named.name, []).append((named.when, node))
        for name, places in grouped.items():
            variable = self.rulebook.variables.get(name)
            if variable is None or variable.is_input or variable.kind == "condition":
                continue
            if taken is None or (variable.type == "nombre" and variable.unit != _YEARS):
                yield from self.rule(variable, places)

    def rule(self, variable: Variable, places: Sequence[tuple[When, int]]) -> Iterable[Step]:
        people: Sequence[int | None] = range(len(self.people)) if variable.level == "personne" else (None,)
        for rank in people:
            months: dict[tuple[Any, Any], list[When]] = {}
            for when, node in places:
                ends = self.value(node)
                if ends is None:
                    continue
                low, high = (_of_person(end, rank) for end in ends)
                if (low or high) or variable.name in self.names:
                    months.setdefault((low, high), []).append(when)
            for ends, whens in months.items():
                version = self.version(variable, whens[0])
                if version is not None:
                    yield self.step(variable, version, ends, whens, rank)

    def version(self, variable: Variable, when: When) -> Version | None:
        month = self.month + when.shift
        for version in variable.versions:
            if (version.since or 0) <= month and (version.until is None or month <= version.until):
                return version
        return None

    def step(
        self, variable: Variable, version: Version, ends: tuple[Any, Any], whens: Sequence[When], rank: int | None
    ) -> Step:
        months = sorted({self.month + w.shift for w in whens})
        alone = len(months) == 1 and months[0] == self.month
        return Step(
            variable.name,
            variable.label,
            () if alone else month_names(months),
            None if rank is None else self.people[rank],
            _shown(ends, variable.type, variable.unit, self.rulebook),
            formula_in_words(version.formula, self.rulebook),
            formula_with_values(version.formula, self.rulebook, self.reader(whens[0], rank)),
            version.references,
        )

    def reader(self, when: When, rank: int | None) -> Callable[[Expr], str | None]:
        """The value of a sub-expression, as text, for one month and one person."""

        def value_of(expr: Expr) -> str | None:
            node = self.plan.node_of(expr, when)
            if node is None and expr.op == "var":
                node = self.plan.named.get(Named(str(expr.value), when))
            ends = None if node is None else self.value(node)
            if ends is None:
                return None
            if expr.level == "personne" and rank is None:
                return None
            return _shown((_of_person(ends[0], rank), _of_person(ends[1], rank)), expr.type, expr.unit, self.rulebook)

        return value_of


class _Path:
    """Follows a calculation through the branches that the household's values took."""

    def __init__(self, explainer: _Explainer) -> None:
        self.explainer = explainer
        self.book = explainer.rulebook
        self.seen: set[tuple[int, When]] = set()
        self.found: set[Named] = set()
        self.known_turns: dict[int, tuple[Expr, ...]] = self.book.once("turns of explanations", dict)

    def names(self, roots: Iterable[str]) -> set[Named]:
        """The rules reached from the results (not from their conditions)."""
        for name in roots:
            if self.book.variables[name].kind != "condition":
                self.variable(name, NOW)
        return self.found

    def variable(self, name: str, when: When) -> None:
        named = Named(name, when)
        variable = self.book.variables[name]
        if named in self.found or variable.is_input:
            return
        self.found.add(named)
        version = self.explainer.version(variable, when)
        if version is not None:
            self.follow(version.formula, when)

    def follow(self, expr: Expr, when: When) -> None:
        for part in self.turns(expr):
            if (id(part), when) not in self.seen:
                self.seen.add((id(part), when))
                self.turn(part, when)

    def turns(self, expr: Expr) -> tuple[Expr, ...]:
        """The parts of an amount from which a path goes on elsewhere, in their order."""
        found = self.known_turns.get(id(expr))
        if found is None:
            if expr.op in _TURNS:
                found = (expr,)
            else:
                found = tuple(turn for arg in expr.args if arg.type == "nombre" for turn in self.turns(arg))
            self.known_turns[id(expr)] = found
        return found

    def turn(self, expr: Expr, when: When) -> None:
        match expr.op:
            case "var":
                self.variable(str(expr.value), when)
            case "if":
                taken = self.taken(expr.args[0], when)
                for branch, holds in ((expr.args[1], True), (expr.args[2], False)):
                    if taken is None or taken is holds:
                        self.follow(branch, when)
            case "droit":
                self.follow(expr.args[0], When(when.right, when.right))
            case "mois":
                shift = int(expr.value)  # type: ignore[call-overload]
                self.follow(expr.args[0], When(when.shift + shift, when.right + shift))
            case "en_supposant":  # its own value is told; what leads to it belongs to a supposition
                for part in expr.args[1:]:
                    self.follow(part, when)
            case "somme":
                self.follow(expr.args[0], when)
            case _:
                for condition, first, last in self.book.windows[str(expr.value)].options:
                    holds = True if condition is None else self.taken(condition, when)
                    if holds is not False:
                        for shift in range(first, last + 1):
                            self.follow(expr.args[0], When(when.shift + shift, when.right))
                    if holds is True:
                        break

    def taken(self, condition: Expr, when: When) -> bool | None:
        """The truth of a condition for the whole household, or `None` when it is unknown or depends on the person."""
        node = self.explainer.plan.node_of(condition, when)
        ends = None if node is None else self.explainer.value(node)
        if ends is None or any(isinstance(end, list) for end in ends) or bool(ends[0]) != bool(ends[1]):
            return None
        return bool(ends[0])


def _of_person(value: Any, rank: int | None) -> Any:
    return value[rank] if rank is not None and isinstance(value, list) else value


def _shown(ends: tuple[Any, Any], kind: str, unit: Unit | None, rulebook: Rulebook) -> str:
    low, high = ends
    if kind == "nombre":
        if low == high or (low != low and high != high):
            return _number(low, unit)
        if math.isfinite(low) and math.isfinite(high):
            return f"entre {_number(low, unit)} et {_number(high, unit)}"
        return f"au moins {_number(low, unit)}" if math.isfinite(low) else "inconnu"
    if low != high:
        return "inconnu"
    if kind == "booleen":
        return "oui" if low else "non"
    if kind == "date":
        return day_name(show_date(low))
    variable = rulebook.variables.get(kind)
    if variable is not None and variable.values:
        return f"« {list(variable.values.values())[int(low)]} »"
    return str(low)


def _number(value: float, unit: Unit | None) -> str:
    if unit and dict(unit).get("€") == 1:
        return euros(value)
    text = show_number(round(value, 6))
    written = show_unit(unit) if unit else "1"
    return text if written == "1" else f"{text} {'ans' if written == 'an' and abs(value) >= 2 else written}"


def _lines(explanation: Explanation) -> Iterable[str]:
    result = explanation.result
    yield f"{explanation.label} — droit {of_month(parse_month(explanation.month))}"
    yield f"Résultat : {status_sentence(result)}"
    for line in outcome_lines(result.next_steps):
        yield f"  {line}"
    yield ""
    yield "Conditions"
    for condition in result.conditions:
        mark = {True: "oui", False: "NON", None: "à vérifier"}[condition.value]
        extra = f" — {result.near_miss}" if condition.excess_text and result.near_miss else ""
        yield f"  [{mark}] {condition.text}{extra} ({condition.reference})"
    if explanation.found:
        yield ""
        yield "Réponses lues dans une liste"
        yield from (f"  - {line}" for line in explanation.found)
    yield ""
    yield "Calcul, étape par étape"
    for rank, step in enumerate(explanation.steps, 1):
        who = f", {step.person}" if step.person else ""
        when = f" ({', '.join(step.months)})" if step.months else ""
        yield f"  {rank}. {step.label}{who}{when} : {step.value}"
        if step.with_values != step.value:
            yield f"       = {step.with_values}"
        yield f"       {step.formula}"
        yield f"       [{' ; '.join(step.references)}]"
    if result.missing:
        yield ""
        yield "Ce qui n'est pas connu"
        for missing in result.missing:
            yield f"  - {missing.question}{f' ({missing.who})' if missing.who else ''} {missing.why}".rstrip()
    if result.assumptions:
        yield ""
        yield "Ce qui a été supposé"
        yield from assumption_lines([result], whole=True)
    if explanation.thresholds is not None:
        yield ""
        yield "Ce qui changerait la réponse (une chose à la fois, le reste ne changeant pas)"
        yield from (f"  - {text}" for text in [one.text for one in explanation.thresholds] or [NOTHING])
    yield ""
    yield ESTIMATE
