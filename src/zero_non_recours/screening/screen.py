"""Screens households: one right at a time, exactly when every needed answer is known, else in bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from zero_non_recours.engine.graph import PlanError, Slot
from zero_non_recours.engine.lower import check_month
from zero_non_recours.engine.plan import Plan, compile_plan
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month, parse_month, show_month
from zero_non_recours.profile.ranges import is_range
from zero_non_recours.profile.series import Span, amount_of
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Right, Rulebook, Variable
from zero_non_recours.rulebook.pause import collection_paused
from zero_non_recours.screening.answers import AnswerReader, answers_from_inputs, decoded
from zero_non_recours.screening.claims import Claims
from zero_non_recours.screening.result import Amount, Assumption, Condition, Missing, RightResult, Screening, Status
from zero_non_recours.screening.steps import NextSteps
from zero_non_recours.screening.wording import euros, month_names, person_name, shown_value


def screen(
    household: HouseholdBase | Mapping[str, Any],
    month: str,
    *,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    draws: int = 0,
) -> Screening:
    """The rights of a household for the month of right `AAAA-MM`.

    Args:
        household: a validated `Household`, or a mapping to validate.
        month: the month the money is for; nothing reads today's date.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.
        draws: how many times the unknown answers are drawn from the rules' priors to say how likely an open right is
            (`RightResult.likelihood`); 256 is enough for one household, 0 draws nothing.

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: a month before the rules' coverage, or an unknown right.
        ValueError: `month` is not `AAAA-MM`, or `draws` is negative.
    """
    with collection_paused():  # the first call reads the rules and lowers the month
        return screener_of(rulebook or default_rulebook(), month, rights).screen(household, draws)


def screen_many(
    households: Iterable[HouseholdBase | Mapping[str, Any]],
    month: str,
    *,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    draws: int = 0,
) -> Iterator[Screening]:
    """`screen` for each household, in order; the same results as one by one."""
    screener = screener_of(rulebook or default_rulebook(), month, rights)
    return (screener.screen(household, draws) for household in households)


def evaluate(
    names: Sequence[str], inputs: Mapping[str, Any], month: str, *, rulebook: Rulebook | None = None
) -> dict[str, Any]:
    """Any variables of the rulebook, for one household described by variable names.

    Args:
        names: inputs, intermediate rules or results.
        inputs: values by entity, `{"foyer": {...}, "personnes": [{...}, ...]}`: inputs, or rules that are then taken as
            given instead of computed. A number stands for every month; `{"2026-08": 900}` for some.
        month: the month of right, `AAAA-MM`.
        rulebook: the rules; by default the shipped ones.

    Returns:
        For each name its value (a list for a person's variable): a number, `True`, a text, or `None` when an answer
        it needs is unknown.

    Raises:
        PlanError: a name the rules do not have, a value that cannot be, or a month without parameters.
    """
    book = rulebook or default_rulebook()
    names = [names] if isinstance(names, str) else names
    groups = [v for values in inputs.values() for v in (values if isinstance(values, list | tuple) else [values])]
    named = {n for group in groups if isinstance(group, Mapping) for n in group}
    given = sorted(n for n in named if n in book.variables and not book.variables[n].is_input)
    plan = compile_plan(book, parse_month(month), tuple(names), given, unasked=book.hypotheses - named)
    answers, persons = answers_from_inputs(plan, inputs)
    found: dict[str, Any] = {}
    for name, value in zip(names, plan.settled(answers, persons), strict=True):
        variable = book.variables[name]
        if variable.level == "personne":
            values = value if isinstance(value, list) else [value] * persons
            found[name] = [decoded(variable, v) for v in values]
        else:
            found[name] = decoded(variable, value)
    return found


class _Told(NamedTuple):
    """What stands in for an unanswered slot: its node, the place of the answer, and where its question applies."""

    node: int
    place: int
    path: str
    by_person: bool
    variable: Variable
    reason: str
    asked: int | None


@dataclass(frozen=True, slots=True)
class RightPlan:
    """Where the answer on a right stands among the results of a plan."""

    right: Right
    index: Mapping[str, int]
    fallbacks: tuple[int, ...]
    told: tuple[_Told, ...]
    """The same, ready to be told."""
    results: tuple[int, ...]
    """Its conditions and its amount, by their rank among the results."""
    tight: tuple[int, ...]
    """The same, and its other amounts: those to bound as tightly as can be."""
    roots: tuple[int, ...]
    steps: NextSteps
    labels: tuple[str, ...]
    """What the right is called, by the rank of its nature."""

    def label(self, nature: float | None) -> str:
        """What the right is called when its nature is known, and otherwise."""
        return self.right.label if nature is None else self.labels[int(nature)]


def screener_of(rulebook: Rulebook, month: str, rights: Iterable[str] | None = None) -> Screener:
    """The screener of a month, built once per rulebook."""
    wanted = None if rights is None else (rights,) if isinstance(rights, str) else tuple(rights)
    return rulebook.once(("screener", month, wanted), lambda: Screener(rulebook, month, wanted))


class Screener:
    """Screens households for one month; built once, used for many."""

    def __init__(self, rulebook: Rulebook, month: str, rights: Iterable[str] | None = None) -> None:
        self.rulebook = rulebook
        self.month: Month = parse_month(month)
        self.month_text = show_month(self.month)
        check_month(rulebook, self.month)
        wanted = list(rulebook.rights) if rights is None else [rights] if isinstance(rights, str) else list(rights)
        for name in wanted:
            if name not in rulebook.rights:
                raise PlanError(f"aucun droit ne s'appelle « {name} » ; droits : {', '.join(rulebook.rights)}")
        self.rights = [rulebook.rights[name] for name in wanted]
        notes: list[str] = []
        try:
            self.plan = self._compile()
        except PlanError as error:
            if rights is not None:
                raise
            self.rights = [right for right in self.rights if self._known_then(right, notes)]
            if not self.rights:
                raise PlanError(str(error)) from None
            self.plan = self._compile()
        names = self.plan.names
        self.reader = AnswerReader(self.plan)
        place = {name: index for index, name in enumerate(names)}
        self.plans = [self._right_plan(right, place) for right in self.rights]
        self.claims = Claims(rulebook, self.month, self.rights, self.received_amount)
        self.header = {"version": rulebook.version, "digest": rulebook.digest}
        if self.month > rulebook.coverage.last:
            notes.append(
                f"Les règles sont connues jusqu'en {show_month(rulebook.coverage.last)} ; les montants de "
                f"{self.month_text} sont calculés avec elles."
            )
        self.notes = tuple(notes)

    def _compile(self) -> Plan:
        names = dict.fromkeys(n for right in self.rights for n in self.names_of(right))
        return compile_plan(self.rulebook, self.month, tuple(names), unasked=self.rulebook.hypotheses)

    def _known_then(self, right: Right, notes: list[str]) -> bool:
        """Whether the rules of a right can be computed for the month; else a note says why it is left out."""
        try:
            names = tuple(dict.fromkeys(self.names_of(right)))
            compile_plan(self.rulebook, self.month, names, unasked=self.rulebook.hypotheses)
        except PlanError as error:
            notes.append(f"{right.label} : non calculé ({error}).")
            return False
        return True

    def names_of(self, right: Right) -> list[str]:
        """The variables that the answer on a right needs."""
        excesses = [self.rulebook.variables[c].excess for c in right.conditions]
        steps = (n for n in right.step_names if n in self.rulebook.variables)
        names = [right.amount, *right.conditions, *right.variables, *(e for e in excesses if e), *steps]
        return [*names, *(n for n in (right.claimants, right.nature) if n)]

    def _right_plan(self, right: Right, place: Mapping[str, int]) -> RightPlan:
        index = {name: place[name] for name in self.names_of(right)}
        results = tuple(place[n] for n in (*right.conditions, right.amount))
        roots = tuple(self.plan.roots[rank] for rank in results)
        behind = set(self.plan.graph.reachable(roots))
        labels = tuple(self.rulebook.variables[right.nature].values.values()) if right.nature else ()
        return RightPlan(
            right,
            index,
            tuple(n for n in self.plan.fallbacks if n in behind),
            tuple(self._told(n) for n in self.plan.fallbacks if n in behind),
            results,
            tuple(dict.fromkeys((*results, *(place[n] for n in right.variables)))),
            roots,
            NextSteps(self.rulebook, right, self.month, index),
            labels,
        )

    def _told(self, node: int) -> _Told:
        slot, reason, asked = self.plan.fallbacks[node]
        variable = self.rulebook.variables[slot.name]
        shown = self.rulebook.variables[variable.stands_for] if variable.stands_for else variable
        path, by_person = shown.path or variable.name, variable.level == "personne"
        return _Told(node, self.plan.places[slot], path, by_person, variable, reason, asked)

    def screen(self, household: HouseholdBase | Mapping[str, Any], draws: int = 0) -> Screening:
        """The rights of one household; those that are open with `draws` draws of its unknown answers."""
        if draws < 0:
            raise ValueError("draws : un nombre de tirages, 0 pour n'en faire aucun")
        if not isinstance(household, HouseholdBase):
            household = household_model(self.rulebook).model_validate(household)
        if draws:
            from zero_non_recours.screening.draws import with_likelihoods

            return with_likelihoods(self, household, draws)
        return self.answer(household, self.read(household))

    def read(self, household: HouseholdBase) -> Reading:
        """What the plan says of a household."""
        return Reading(self.plan, *self.reader.read(household), tight=[part.tight for part in self.plans])

    def answer(self, household: HouseholdBase, reading: Reading) -> Screening:
        """The rights of one household, from what the plan says of it."""
        found = {part.right.name: self._result(part, household, reading) for part in self.plans}
        if reading.incomplete and self.claims.claimable:
            found |= self.claims.results(household, found)
        notes = (*self.notes, *self.reader.notes(household))
        return Screening(household.id, self.month_text, self.header, found, notes)

    def _result(self, part: RightPlan, household: HouseholdBase, reading: Reading) -> RightResult:
        pairs = reading.ends
        right, index = part.right, part.index
        conditions = tuple(self._condition(name, pairs, index) for name in right.conditions)
        low, high = pairs[index[right.amount]]
        status = status_of([c.value for c in conditions], low, high)
        if status == "not_eligible":
            low = high = 0.0
        variables = {name: known(pairs[index[name]]) for name in right.variables}
        nature = known(pairs[index[right.nature]]) if right.nature else None
        claimants: list[str] = []
        if right.claimants and status != "not_eligible":
            claimants = [
                str(person.id or f"personnes[{rank}]")
                for rank, person in enumerate(household.personnes)
                if _truth(pairs[index[right.claimants]], rank) is not False
            ]
        missing: tuple[Missing, ...] = ()
        if reading.incomplete and status != "not_eligible":
            missing = self._missing(part, household, reading)
        return RightResult(
            right=right.name,
            label=part.label(nature),
            unit=right.entity,
            claimants=tuple(claimants),
            status=status,
            amount=Amount(_finite(low), known((low, high)), _finite(high), right.amount_unit),
            variables=variables,
            conditions=conditions,
            assumptions=self._assumptions(part, household, reading),
            missing=missing,
            next_steps=part.steps.read(pairs),
            received=self._received(right, household),
        )

    def _condition(self, name: str, pairs: Sequence[tuple[Any, Any]], index: Mapping[str, int]) -> Condition:
        variable = self.rulebook.variables[name]
        value = _truth(pairs[index[name]])
        excess: float | None = None
        text = ""
        if value is False and variable.excess is not None:
            excess = known(pairs[index[variable.excess]])
            if excess is not None and excess > 0:
                excess = round(excess, 2)
                text = variable.excess_phrase.replace("{}", euros(excess))
            else:
                excess = None
        return Condition(name, variable.phrase, ", ".join(variable.references), value, excess, text)

    def _received(self, right: Right, household: HouseholdBase) -> bool | None:
        if right.received is None:
            return None
        return self.received_amount(right, household)[0]

    def received_amount(self, right: Right, household: HouseholdBase) -> tuple[bool | None, float | None]:
        """Whether the right is declared as received, and the latest amount written up to the month of right."""
        variable = self.rulebook.variables[right.received or ""]
        part: Any = household
        for key in variable.path.split("."):
            part = getattr(part, key, None)
            if part is None:
                return None, None
        if isinstance(part, dict) and not is_range(part):
            if variable.period == "annee":
                part = part.get(self.month_text[:4])
            else:
                months = sorted(k for k in part if len(k) == 7 and k <= self.month_text)
                part = part[months[-1]] if months else None
            if part is None:
                return None, None
        amount = amount_of(part)
        if isinstance(amount, Span):
            return True if amount.low > 0 else False if amount.high <= 0 else None, None
        return (amount > 0, amount) if amount == amount else (None, None)

    def _assumptions(self, part: RightPlan, household: HouseholdBase, reading: Reading) -> tuple[Assumption, ...]:
        answers, supposed = reading.answers, reading.supposed
        found: dict[tuple[str, int | None], Assumption] = {}

        def tell(told: _Told, rank: int | None) -> None:
            key = (told.path, rank)
            if key in found or not (told.asked is None or _at(supposed[told.asked], rank)):
                return
            plain = decoded(told.variable, _at(supposed[told.node], rank))
            who = None if rank is None else person_name(household.personnes[rank], rank)
            shown = shown_value(told.variable, plain)
            field = placed(told.path, rank)
            found[key] = Assumption(field, plain, told.reason, told.variable.label, shown, who)

        for told in part.told:
            answer = answers[told.place]
            if not told.by_person:
                if answer != answer:
                    tell(told, None)
                continue
            for rank, one in enumerate(answer):
                if one != one:
                    tell(told, rank)
        return tuple(found.values())

    def _missing(self, part: RightPlan, household: HouseholdBase, reading: Reading) -> tuple[Missing, ...]:
        """The unknown answers behind results that are not settled."""
        unknown: dict[tuple[str, int | None], list[Slot]] = {}
        for place, rank in reading.open_answers(part.results):
            answer = _at(reading.numbers[place], rank)
            if answer != answer:
                slot = self.plan.slots[place]
                unknown.setdefault((slot.name, rank), []).append(slot)
        found: list[tuple[int, int, Missing]] = []
        for (name, rank), slots in unknown.items():
            variable = self.rulebook.variables[name]
            if variable.path in self.rulebook.estimated and (variable.same_as, rank) in unknown:
                continue
            asked = self.reader.question(variable, household, rank)
            if not asked.path:
                continue
            months = sorted({self.month + s.offset for s in slots if s.kind == "m"})
            who = [] if rank is None else [person_name(household.personnes[rank], rank)]
            who += [", ".join(month_names(months))] if months else []
            missing = Missing(
                field_of(asked, rank),
                asked.question,
                asked.why or variable.why,
                asked.label,
                tuple(show_month(m) for m in months),
                " : ".join(who),
            )
            found.append((variable.order, rank or 0, missing))
        shown: dict[str, Missing] = {}
        for _, _, missing in sorted(found, key=lambda item: (item[0], item[1], item[2].field)):
            shown.setdefault(missing.field, missing)
        return tuple(shown.values())


def status_of(conditions: Sequence[bool | None], low: float, high: float) -> Status:
    """The status of a right from its conditions and the bounds of its amount."""
    if any(value is False for value in conditions) or high <= 0:
        return "not_eligible"
    if all(value is True for value in conditions) and low > 0:
        return "eligible"
    return "undetermined"


def known(pair: tuple[float, float]) -> float | None:
    """The value of a settled pair, without the sign of a zero; `None` otherwise."""
    low, high = pair
    return low + 0.0 if low == high and math.isfinite(low) else None


def _finite(value: float) -> float | None:
    return value + 0.0 if math.isfinite(value) else None


def _at(value: Any, rank: int | None) -> Any:
    return value[rank] if rank is not None and isinstance(value, list) else value


def _truth(pair: tuple[Any, Any], rank: int | None = None) -> bool | None:
    low, high = pair
    if rank is not None and isinstance(low, list):
        low, high = low[rank], high[rank]
    return bool(low) if bool(low) == bool(high) else None


def field_of(variable: Variable, rank: int | None = None) -> str:
    """The place of an answer in a profile: `personnes[0].revenus.aah`."""
    return placed(variable.path or variable.name, rank)


def placed(path: str, rank: int | None = None) -> str:
    """A path of the profile for one person."""
    return path.replace("[]", f"[{0 if rank is None else rank}]", 1)
