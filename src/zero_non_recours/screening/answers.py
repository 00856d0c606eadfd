"""Turns a validated household into the answers that a plan reads, in the plan's order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import PydanticCustomError

from zero_non_recours.engine.graph import PlanError, Slot
from zero_non_recours.engine.plan import Plan
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month, show_month
from zero_non_recours.profile.ranges import is_range
from zero_non_recours.profile.series import UNKNOWN, Span, amount_of, total_of_year, value_of_month
from zero_non_recours.profile.unsaid import FIELD as UNSAID_FIELD
from zero_non_recours.profile.unsaid import is_unsaid
from zero_non_recours.profile.values import checker, coded_date
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.screening.lookups import Getter, TableReading
from zero_non_recours.screening.wording import month_names, person_name, shown_value

Answer = float | Span
"""A number, a range, or NaN when it is unknown."""
Reader = Callable[[Mapping[str, Any]], Answer]


class AnswerReader:
    """Reads the answers of a plan from households; built once per plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.readers: list[tuple[bool, Reader]] = []
        self.tables = table_readings(plan)
        self.monthly: dict[tuple[str, ...], tuple[Variable, set[Month]]] = {}
        """The past months that the plan reads of each income, by the place of the income in a person's profile."""
        for slot, person in zip(plan.slots, plan.levels, strict=True):
            variable = plan.rulebook.variables[slot.name]
            read = _reader(slot, variable, plan.month)
            if (other := only_other(plan.rulebook, variable)) is not None:
                read = _unless(other, read)
            if (reading := self.tables.get(slot.name)) is not None:
                read = _read_or_found(read, reading)
            self.readers.append((person, read))
            if person and slot.kind == "m" and slot.offset < 0 and variable.path:
                place = profile_field(variable).parts
                self.monthly.setdefault(place, (variable, set()))[1].add(plan.month + slot.offset)

    def read(self, household: HouseholdBase) -> tuple[list[Any], int]:
        """The answers of a household, in the order of the plan's slots, and its number of persons.

        Each is a number, NaN when it is unknown, a `Span` when it is known within two ends, or a list with one of them
        per person.
        """
        people = [p.__dict__ for p in household.personnes]
        top = household.__dict__
        return [[read(p) for p in people] if person else read(top) for person, read in self.readers], len(people)

    def question(self, variable: Variable, household: HouseholdBase, rank: int | None) -> Variable:
        """The input to ask for an unknown one: itself, or one behind it when it can be read in tables."""
        reading = self.tables.get(variable.name)
        node = household if rank is None else household.personnes[rank]
        return variable if reading is None else reading.to_ask(node.__dict__)

    def notes(self, household: HouseholdBase) -> list[str]:
        """What to know of how the answers were read: months counted as 0, communes that are not in their list."""
        return [*self.gaps(household), *found_notes(self.tables.values(), household)]

    def found(self, household: HouseholdBase) -> list[str]:
        """The answers that were read in tables: « Zone : 2 (lu dans zones.csv : 38185, Grenoble, 2) »."""
        lines: list[tuple[int, str]] = []
        for reading in self.tables.values():
            variable = reading.variable
            people = [None, *enumerate(household.personnes)]
            for place in people[1:] if variable.level == "personne" else people[:1]:
                outcome = reading.outcome((household if place is None else place[1]).__dict__)
                if outcome is None or outcome.value != outcome.value:
                    continue
                who = "" if place is None else f", {person_name(place[1], place[0])}"
                shown = shown_value(variable, decoded(variable, outcome.value))
                where = f"lu dans {reading.file} : {outcome.source}"
                lines.append((len(reading.chain), f"{variable.label}{who} : {shown} ({where})"))
        return [line for _, line in sorted(lines, key=lambda item: item[0])]

    def gaps(self, household: HouseholdBase) -> list[str]:
        """Months counted as 0 because nothing is written there and the caller says that incomes are complete.

        Told only for an income written month by month, with some amount: an old profile read at a later month.
        """
        notes: list[str] = []
        for rank, person in enumerate(household.personnes):
            if person.revenus_complets is not True:
                continue
            for place, (variable, months) in self.monthly.items():
                raw: Any = person
                for key in place:
                    raw = None if raw is None else raw.__dict__.get(key)
                if not isinstance(raw, dict) or not any(len(key) == 7 and value for key, value in raw.items()):
                    continue
                if profile_field(variable).yearly_source and any(len(key) == 4 for key in raw):
                    continue
                empty = [m for m in sorted(months) if show_month(m) not in raw and f"{m // 12:04d}" not in raw]
                if empty:
                    where = ", ".join(month_names(empty))
                    notes.append(
                        f"{variable.label}, {person_name(person, rank)} : rien d'écrit pour {where}, compté 0 "
                        "(« revenus_complets »)."
                    )
        return notes


def table_readings(plan: Plan) -> dict[str, TableReading]:
    """How the inputs of a plan that can be read in tables are, by name, in the order of their questions."""
    book = plan.rulebook

    def reading(variable: Variable) -> TableReading:
        return book.once(("table", variable.name), lambda: TableReading(book, variable, _raw_answer, encoder(variable)))

    read = {slot.name: book.variables[slot.name] for slot in plan.slots}
    found = sorted((v for v in read.values() if v.lookup is not None), key=lambda v: (v.order, v.name))
    return {variable.name: reading(variable) for variable in found}


def found_notes(readings: Iterable[TableReading], household: HouseholdBase) -> list[str]:
    """What to say of the answers looked for in tables, each thing once."""
    notes: dict[str, None] = {}
    for reading in readings:
        if reading.variable.level != "personne":
            found = reading.outcome(household.__dict__)
            if found is not None and found.note:
                notes[found.note] = None
            continue
        for rank, person in enumerate(household.personnes):
            found = reading.outcome(person.__dict__)
            if found is not None and found.note:
                notes[f"{person_name(person, rank)} : {found.note}"] = None
    return list(notes)


def _read_or_found(read: Reader, reading: TableReading) -> Reader:
    def answer(node: Mapping[str, Any]) -> Answer:
        value = read(node)
        return value if value == value else reading.value(node)

    return answer


def only_other(rulebook: Rulebook, variable: Variable) -> Callable[[Mapping[str, Any]], bool] | None:
    """Whether a person's income is written only as the other input that measures it; `None` without such an input."""
    if not variable.same_as:
        return None
    this, other = _raw_answer(variable), _raw_answer(rulebook.variables[variable.same_as])
    return lambda node: this(node) is None and other(node) is not None


def _unless(other: Callable[[Mapping[str, Any]], bool], read: Reader) -> Reader:
    """An answer that completeness does not make 0 where the same income is written otherwise."""
    return lambda node: UNKNOWN if other(node) else read(node)


def _raw_answer(variable: Variable) -> Getter:
    """How to read an answer as the profile holds it, `None` when it is unknown."""
    if not variable.path:
        return lambda _: None
    *path, key = profile_field(variable).parts

    def answer(node: Mapping[str, Any]) -> Any:
        for step in path:
            part = node.get(step)
            if part is None:
                return None
            node = part.__dict__
        return node.get(key)

    return answer


def reader_of(plan: Plan) -> AnswerReader:
    """The reader of a plan, built once."""
    return plan.rulebook.once(("reader", plan.month, plan.slots), lambda: AnswerReader(plan))


def _reader(slot: Slot, variable: Variable, month: Month) -> Reader:
    if not variable.path:
        return lambda _: UNKNOWN
    field = profile_field(variable)
    path, key = field.parts[:-1], field.parts[-1]
    read = value_reader(slot, variable, field, month)
    if not path:

        def direct(node: Mapping[str, Any]) -> Answer:
            raw = node.get(key)
            return UNKNOWN if raw is None and (words := node[UNSAID_FIELD]) and key in words else read(raw, node)

        return direct
    [parent] = path

    def nested(node: Mapping[str, Any]) -> Answer:
        part = node.get(parent)
        if part is None:
            return read(None, node)
        values = part.__dict__
        raw = values.get(key)
        return UNKNOWN if raw is None and (words := values[UNSAID_FIELD]) and key in words else read(raw, node)

    return nested


def value_reader(
    slot: Slot, variable: Variable, field: ProfileField, month: Month
) -> Callable[[Any, Mapping[str, Any]], Answer]:
    """How to read a slot's number, or range, from an answer and the validated node that holds it; NaN when unknown."""
    if not field.series:
        single = encoder(variable)
        return lambda raw, _: UNKNOWN if raw is None else single(raw)
    income = field.person
    if slot.kind == "a":
        year = month // 12 + slot.offset
        monthly = dict(variable.unit or ()).get("mois") == -1
        yearly = field.yearly_source
        return lambda raw, node: total_of_year(
            raw, year, complete=income and node["revenus_complets"] is True, monthly=monthly, yearly_source=yearly
        )
    wanted = month + slot.offset
    yearly = field.yearly_source
    text = show_month(wanted)

    def of_month(raw: Any, node: Mapping[str, Any]) -> Answer:
        if raw is not None:
            if not isinstance(raw, dict):
                return float(raw)
            if (value := raw.get(text)) is not None:
                try:
                    return float(value)
                except (TypeError, ValueError):
                    return amount_of(value)
            if is_range(raw):
                return amount_of(raw)
        if not (income and node["revenus_complets"] is True):
            return UNKNOWN
        return value_of_month(raw, wanted, complete=True, current=month, yearly_source=yearly)

    return of_month


def encoder(variable: Variable) -> Callable[[Any], Answer]:
    """How a single validated answer becomes a number: date and INSEE codes, rank of a choice, 1 and 0; or a range."""
    match variable.type:
        case "date":
            return coded_date
        case "code":
            return lambda text: float(int(text, 36))
        case "nombre":
            return amount_of
        case "booleen":
            return float
        case _:
            ranks = {value: float(rank) for rank, value in enumerate(variable.values)}
            return ranks.__getitem__


def decoded(variable: Variable, value: Any) -> Any:
    """A value of the engine as callers write it: `True`, `"caf"`, `"2026-11-01"`, `12.5`, `None` when unknown."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    match variable.type:
        case "booleen":
            return bool(value)
        case "nombre":
            return float(value) + 0.0
        case "date":
            from zero_non_recours.profile.periods import show_date

            return show_date(value)
        case "code":
            return code_text(int(value))
        case _:
            return list(variable.values)[int(value)]


def code_text(number: int) -> str:
    """A code of five characters from its base-36 number."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    for _ in range(5):
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text


def _checked(rulebook: Rulebook, values: Any, place: str, level: str) -> dict[str, Any]:
    """Values by variable name, each accepted as in a profile."""
    if not isinstance(values, Mapping):
        raise PlanError(f"{place} : un dictionnaire de valeurs par nom est attendu")
    found: dict[str, Any] = {}
    for name, raw in values.items():
        variable = rulebook.variables.get(name)
        if variable is None:
            if name not in ("id", "revenus_complets"):
                raise PlanError(f"aucune donnée ni règle ne s'appelle « {name} »")
            found[name] = raw
            continue
        if variable.level != level:
            right_place = "personnes" if variable.level == "personne" else variable.entity
            raise PlanError(f"{place} : « {name} » se donne dans « {right_place} »")
        field = profile_field(variable)
        if not variable.is_input:
            field = replace(field, series=True)
        if is_unsaid(raw):
            found[name] = raw
            continue
        try:
            found[name] = raw if field.type == "enumeration" and not field.values else checker(field)(raw)
        except PydanticCustomError as error:
            raise PlanError(f"{place}.{name} : {error.message()}") from None
    return found


def _named_answer(variable: Variable) -> Getter:
    def answer(values: Mapping[str, Any]) -> Any:
        raw = values.get(variable.name)
        return None if is_unsaid(raw) else raw

    return answer


def answers_from_inputs(plan: Plan, inputs: Mapping[str, Any]) -> tuple[list[Any], int]:
    """The answers of a plan from values by entity and variable name (see `evaluate`).

    Raises:
        PlanError: a name that the rules do not have, or that belongs to another entity, or a value that cannot be.
    """
    variables = plan.rulebook.variables
    people: list[dict[str, Any]] = [{}]
    groups: dict[str, Any] = {}
    for entity, values in inputs.items():
        if entity == "personnes":
            if not isinstance(values, list | tuple):
                raise PlanError("« personnes » est une liste : une entrée par personne")
            people = [_checked(plan.rulebook, p, f"personnes[{i}]", "personne") for i, p in enumerate(values)] or people
        elif entity in plan.rulebook.entities and entity != "personne":
            groups.update(_checked(plan.rulebook, values, entity, "menage"))
        else:
            known = ", ".join(name for name in plan.rulebook.entities if name != "personne")
            raise PlanError(f"« {entity} » n'est pas une entité ; écrire « personnes » ou {known}")

    def value(slot: Slot, source: Mapping[str, Any]) -> Answer:
        raw: Any = source.get(slot.name)
        variable = variables[slot.name]
        unsaid = is_unsaid(raw)
        if (raw is None or unsaid) and variable.lookup is not None:
            return TableReading(plan.rulebook, variable, _named_answer, encoder(variable)).value(source)
        if unsaid:
            return UNKNOWN
        complete = variable.is_input and source.get("revenus_complets") is True
        if raw is None and variable.same_as and _named_answer(variables[variable.same_as])(source) is not None:
            return UNKNOWN
        if variable.type != "nombre" or slot.kind == "c":
            return UNKNOWN if raw is None else encoder(variable)(raw)
        if slot.kind == "a":
            monthly = dict(variable.unit or ()).get("mois") == -1
            return total_of_year(raw, plan.month // 12 + slot.offset, complete=complete, monthly=monthly)
        return value_of_month(raw, plan.month + slot.offset, complete=complete, current=plan.month)

    answers: list[Any] = []
    for slot, person in zip(plan.slots, plan.levels, strict=True):
        answers.append([value(slot, p) for p in people] if person else value(slot, groups))
    return answers, len(people)
