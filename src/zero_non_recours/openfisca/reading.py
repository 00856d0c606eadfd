"""Runs a formula inside an OpenFisca simulation: reads its leaves, computes, gives back OpenFisca arrays."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.errors import SituationParsingError
from openfisca_core.indexed_enums import Enum

from zero_non_recours.engine.columnar import Column, Lanes
from zero_non_recours.openfisca.formulas import Formula, Leaf
from zero_non_recours.profile.periods import DAYS_PER_MONTH, DAYS_PER_YEAR, Month, first_day, last_day
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.model import Variable

UNKNOWN = "inconnu"
"""The choice that says « no answer », for the choices where it makes a difference."""
_SPIRALS = 120
_CODE_WIDTH = 5


class MissingAnswerError(SituationParsingError):
    """A formula needs an answer that nothing stands in for; the Web API answers 400 with its place."""


class Members(Lanes):
    """The persons of each household of a simulation, in any order, and how a formula reads its leaves."""

    def __init__(self, group: Any, read: Callable[[int], Column]) -> None:
        self.households = int(group.count)
        self.of_person = np.asarray(group.members_entity_id)
        self.persons = len(self.of_person)
        self.read = read

    def any(self, value: Column) -> np.ndarray:
        return self.sum(value) > 0

    def all(self, value: Column) -> np.ndarray:
        return self.sum(np.logical_not(value)) == 0

    def max(self, value: Column) -> np.ndarray:
        found = np.full(self.households, -np.inf)
        np.maximum.at(found, self.of_person, self.column(value, persons=True))
        return found

    def min(self, value: Column) -> np.ndarray:
        found = np.full(self.households, np.inf)
        np.minimum.at(found, self.of_person, self.column(value, persons=True))
        return found


class Reading:
    """The values that one run of a formula reads: arrays of persons and of households."""

    def __init__(self, formula: Formula, population: Any, period: Any, parameters: Any) -> None:
        simulation = population.simulation
        # Core's default (1) silently gives 0 for a variable that needs itself at another month.
        simulation.max_spiral_loops = max(simulation.max_spiral_loops, _SPIRALS)
        self.formula = formula
        self.simulation = simulation
        self.population = population
        self.parameters = parameters
        self.periods: dict[int, Any] = {0: period}
        self.found: dict[int, Column] = {}
        """What was read, by the rank of its leaf."""

    def result(self) -> np.ndarray:
        """The value of the formula, one per member of the population.

        Raises:
            MissingAnswerError: it needs an answer that nothing stands in for.
        """
        lanes = Members(households(self.simulation), self.read)
        with np.errstate(all="ignore"):
            value, lack = self.formula.run(lanes, ())
        if np.any(lack):
            raise self.lacking(lanes.column(lack, persons=False))
        column = lanes.column(value, persons=self.formula.by_person)
        if self.population.entity.is_person and not self.formula.by_person:
            column = lanes.project(column)
        return encode(column, self.formula.rulebook.variables[self.formula.variant.name])

    def lacking(self, lack: np.ndarray) -> MissingAnswerError:
        """What a household that lacks an answer is told; `lack` says which do."""
        formula = self.formula
        lanes = Members(households(self.simulation), lambda rank: self.found.get(rank, 0.0))
        missing = zip(formula.questions, formula.missing(lanes, ()), strict=True)
        persons = lanes.project(lack)
        name = next(
            leaf.name
            for (leaf, node), flags in missing
            if np.any(np.logical_and(flags, persons if formula.graph.nodes[node].level == "personne" else lack))
        )
        variable = self.simulation.tax_benefit_system.variables[name]
        cause = f"« {variable.label} » : réponse à donner, « {formula.variant.key} » ({self.periods[0]}) en a besoin."
        source = formula.rulebook.variables.get(name)
        if source is not None and source.lookup is not None:
            cause += f" OpenFisca ne cherche pas cette réponse dans une table ({source.lookup.title})."
        return MissingAnswerError([variable.entity.plural, name], cause)

    def read(self, rank: int) -> Column:
        """The value of a leaf, read once."""
        found = self.found.get(rank)
        if found is None:
            found = self.found[rank] = self._read(self.formula.leaves[rank])
        return found

    def _read(self, leaf: Leaf) -> Column:
        period = self.periods.get(leaf.shift)
        if period is None:
            period = self.periods[leaf.shift] = self.periods[0].offset(leaf.shift, "month")
        match leaf.kind:
            case "parameter":
                return parameter_value(self.node(leaf.name, period))
            case "threshold" | "bracket":
                return self.bracket(leaf, period)
            case "day":
                month: Month = period.start.year * 12 + period.start.month - 1
                return first_day(month) if leaf.name == "debut_mois" else last_day(month)
            case "year":
                period = period.this_year.offset(leaf.rank, "year")
            case _:
                pass
        variable = self.simulation.tax_benefit_system.variables[leaf.name]
        return decode(self.simulation.calculate(leaf.name, period), variable)

    def node(self, name: str, period: Any) -> Any:
        node = self.parameters(period)
        for part in name.split("."):
            node = node[part]
        return node

    def bracket(self, leaf: Leaf, period: Any) -> float:
        """A threshold or its rate or amount; a bracket not in force starts at infinity."""
        scale = self.node(leaf.name, period)
        if len(scale.thresholds) > len(self.formula.rulebook.parameters[leaf.name].brackets):
            raise ValueError(f"Le barème {leaf.name} a plus de tranches que dans les règles.")
        if leaf.rank >= len(scale.thresholds):
            return np.inf if leaf.kind == "threshold" else 0.0
        if leaf.kind == "threshold":
            return float(scale.thresholds[leaf.rank])
        return float((scale.amounts if hasattr(scale, "amounts") else scale.rates)[leaf.rank])


def households(simulation: Any) -> Any:
    """The households of a simulation: its only group."""
    return simulation.populations[simulation.tax_benefit_system.group_entities[0].key]


def parameter_value(value: Any) -> float:
    """A parameter as the engine codes it: number, yes/no as 1 and 0, date code."""
    if isinstance(value, str):
        year, month, day = (int(part) for part in value.split("-"))
        return float(year * DAYS_PER_YEAR + (month - 1) * DAYS_PER_MONTH + day - 1)
    return float(value)


def decode(values: Any, variable: Any) -> np.ndarray:
    """An OpenFisca array as the engine codes it; unknown is NaN."""
    if variable.value_type is Enum:
        codes = values.view(np.ndarray).astype(np.float64)
        members = variable.possible_values.__members__
        return np.where(codes == members[UNKNOWN].index, np.nan, codes) if UNKNOWN in members else codes
    if variable.value_type is datetime.date:
        months = values.astype("datetime64[M]")
        days = (values - months.astype("datetime64[D]")).astype(np.int64)
        codes = (months.astype(np.int64) + 1970 * 12) * float(DAYS_PER_MONTH) + days
        return np.where(np.isnat(values), np.nan, codes)
    if variable.value_type is str:
        return np.array([int(text, 36) if text else np.nan for text in values], dtype=np.float64)
    return values


def encode(values: np.ndarray, variable: Variable) -> np.ndarray:
    """A rule's result as an OpenFisca array."""
    type = variable.type
    if type in (ex.NUMBER, ex.BOOLEAN):
        return values
    if type == ex.DATE:
        missing = np.isnan(values)
        codes = np.where(missing, 1970 * 12 * DAYS_PER_MONTH, values).astype(np.int64)
        months = (codes // DAYS_PER_MONTH - 1970 * 12).astype("datetime64[M]")
        days = months.astype("datetime64[D]") + codes % DAYS_PER_MONTH
        civil = np.minimum(days, (months + 1).astype("datetime64[D]") - 1)  # « fin_mois » is a 31st, whatever the month
        return np.where(missing, np.datetime64("NaT"), civil)
    if type == ex.CODE:
        return np.array([code_text(value) for value in values], dtype=object)
    return np.where(np.isnan(values), len(variable.values), values).astype(np.int64)


def code_text(value: float) -> str:
    """A code (of a commune) as text; empty when unknown."""
    return "" if np.isnan(value) else np.base_repr(int(value), 36).zfill(_CODE_WIDTH)
