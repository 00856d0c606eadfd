"""Random households, as a plan's answers and as an OpenFisca simulation of the same persons."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.indexed_enums import Enum
from openfisca_core.simulations import SimulationBuilder

from tests.engine.households import rules_of_month
from zero_non_recours.engine.plan import Plan, compile_plan
from zero_non_recours.openfisca.formulas import one_answer, yearly
from zero_non_recours.openfisca.reading import UNKNOWN
from zero_non_recours.openfisca.variables import ROLE_PATH, UnknownByDefault
from zero_non_recours.profile.periods import Month, date_code, show_date, show_month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.model import Rulebook, Variable

CODES = ["38185", "97611", "06088", "2A004", "75101", "0000Z"]


def plan_of_all_rules(rulebook: Rulebook, month: Month) -> Plan:
    """Every rule that has its parameters that month; as in OpenFisca, no right is supposed to be claimed."""

    def compiled() -> Plan:
        unasked = rulebook.hypotheses
        return compile_plan(rulebook, month, rules_of_month(rulebook, month, unasked), unasked=unasked)

    return rulebook.once(("all rules", month), compiled)


@dataclass(frozen=True)
class Households:
    """Households whose answers are enough for the exact reading; unknown answers are NaN."""

    plan: Plan
    sizes: np.ndarray
    answers: list[np.ndarray]

    @property
    def ranks(self) -> np.ndarray:
        return np.concatenate([np.arange(size) for size in self.sizes])

    @property
    def of_person(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


def draw(plan: Plan, seed: int, count: int, unknown: float) -> Households:
    """Random households; `unknown` is the share of answers left out where the exact reading accepts it."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, count)
    ranks = np.concatenate([np.arange(size) for size in sizes])
    of_person = np.repeat(np.arange(count), sizes)
    full = [
        known(rng, plan.rulebook.variables[slot.name], ranks if by_person else np.zeros(count, int))
        for slot, by_person in zip(plan.slots, plan.levels, strict=True)
    ]
    answers = [np.where(rng.random(len(values)) < unknown, np.nan, values) for values in full]
    for always in (False, True):
        _, incomplete = plan.columns(answers, sizes)
        for i, slot in enumerate(plan.slots):
            if always or plan.rulebook.variables[slot.name].policy != "supposer":
                rows = incomplete[of_person] if plan.levels[i] else incomplete
                answers[i] = np.where(rows, full[i], answers[i])
    same = one_answer(plan.rulebook)
    places = {slot: i for i, slot in enumerate(plan.slots)}
    for i, slot in enumerate(plan.slots):
        answers[i] = answers[places.get(slot._replace(name=same.get(slot.name, slot.name)), i)]
    return Households(plan, sizes, answers)


def known(rng: np.random.Generator, variable: Variable, ranks: np.ndarray) -> np.ndarray:
    count = len(ranks)
    if variable.path == ROLE_PATH:
        return np.where(ranks == 0, 0, rng.integers(1, len(variable.values), count)).astype(float)
    if variable.type == ex.BOOLEAN:
        usual = bool(variable.default.value) if variable.default is not None else False
        return ((rng.random(count) < 0.15) ^ usual).astype(float)
    if variable.values:
        return rng.integers(0, len(variable.values), count).astype(float)
    if variable.type == ex.CODE:
        return np.array([float(int(CODES[i], 36)) for i in rng.integers(0, len(CODES), count)])
    if variable.type == ex.DATE:
        years = np.where(ranks == 0, rng.integers(1950, 2009, count), rng.integers(1960, 2027, count))
        days = zip(years, rng.integers(1, 13, count), rng.integers(1, 29, count), strict=True)
        return np.array([date_code(int(y), int(m), int(d)) for y, m, d in days])
    low = -300.0 if variable.minimum is None else variable.minimum
    high = 2500.0 if variable.maximum is None else variable.maximum
    numbers = np.round(rng.uniform(low, high, count), rng.integers(0, 3))
    zeros = 0.3 if variable.path.startswith("logement.") else 0.95  # what is paid for a home, hardly any income
    return np.where((rng.random(count) < zeros) & (low <= 0), 0.0, numbers)


class Twin:
    """The same households in OpenFisca, in reverse order, their persons interleaved."""

    def __init__(self, system: Any, households: Households) -> None:
        self.households = households
        self.rulebook = households.plan.rulebook
        self.order = np.argsort(households.ranks, kind="stable")
        homes = households.of_person[self.order]
        count = len(households.sizes)
        role = next(v for v in self.rulebook.inputs.values() if v.path == ROLE_PATH)
        roles = np.zeros(len(homes), dtype=int)
        for slot, values in zip(households.plan.slots, households.answers, strict=True):
            if slot.name == role.name:
                roles = values[self.order].astype(int)
        builder: Any = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity(system.person_entity.key, [f"p{i}" for i in range(len(homes))])
        (household,) = system.group_entities
        self.places = np.arange(count)[::-1]
        group = builder.declare_entity(household.key, [f"{i:05d}" for i in range(count)])
        builder.join_with_persons(group, np.array([f"{i:05d}" for i in self.places[homes]]), roles)
        self.simulation: Any = builder.build(system)
        for slot, values in zip(households.plan.slots, households.answers, strict=True):
            if slot.name != role.name and not np.isnan(values).all():
                self.give(system, slot.name, slot.kind, slot.offset, values)

    def give(self, system: Any, name: str, kind: str, offset: int, values: np.ndarray) -> None:
        variable = self.rulebook.variables[name]
        month = self.households.plan.month
        periods = {"m": show_month(month + offset), "a": f"{month // 12 + offset}", "c": "ETERNITY"}
        name = one_answer(self.rulebook).get(name, name)
        key = yearly(name) if kind == "a" and variable.period != "annee" else name
        self.simulation.set_input(
            key, periods[kind], openfisca_array(system.variables[key], self.arrange(variable, values))
        )

    def arrange(self, variable: Variable, values: np.ndarray) -> np.ndarray:
        return values[self.order if variable.level == "personne" else self.places]

    def expected(self, name: str, values: np.ndarray) -> np.ndarray:
        """A plan's result in OpenFisca's order."""
        variable = self.rulebook.variables[name]
        if variable.level == "personne" and len(values) != len(self.order):
            values = values[self.households.of_person]
        if variable.type == ex.DATE:  # OpenFisca has civil dates only: « fin_mois » is the last of its month
            values = np.array([v if np.isnan(v) else civil(v) for v in values])
        return self.arrange(variable, values)


def civil(code: float) -> float:
    """The code of a date that exists."""
    year, month, day = (int(part) for part in show_date(code).split("-"))
    return date_code(year, month, day)


def openfisca_array(variable: Any, values: np.ndarray) -> np.ndarray:
    missing = np.isnan(values)
    if variable.value_type is Enum:
        members = variable.possible_values.__members__
        absent = members.get(UNKNOWN, variable.default_value)
        return np.where(missing, absent.index, values).astype(int)
    if variable.value_type is datetime.date:
        return np.array([np.datetime64("NaT" if np.isnan(v) else show_date(v), "D") for v in values])
    if variable.value_type is str:
        texts = [np.base_repr(int(v), 36).zfill(5) if v == v else variable.default_value for v in values]
        return np.array(texts, dtype=object)
    if isinstance(variable, UnknownByDefault):
        return values
    return np.where(missing, variable.default_value, values).astype(variable.dtype)
