"""What a loaded rulebook holds: entities, parameters, variables, rights."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.diagnostics import Position
from zero_non_recours.rulebook.expressions import Expr, Level
from zero_non_recours.rulebook.tables import Table
from zero_non_recours.rulebook.units import Unit
from zero_non_recours.rulebook.written import Written

Policy = Literal["bloquer", "encadrer", "supposer"]
Period = Literal["mois", "annee", "constante"]
Sensitivity = Literal["neutral", "private", "sensitive"]
Sureness = Literal["verifie", "derive", "hypothese", "faible"]
T = TypeVar("T")


KEPT = 128
"""Plans and readers of a rulebook kept in memory, the last used."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, or a group of the persons of a household chosen by `members`."""

    name: str
    label: str
    level: Level
    members: Expr | None
    position: Position


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A parameter's value from a date (coded, see `profile.periods`) with its reference."""

    since: float
    shown: str
    value: float | None
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one parameter in date order."""

    values: tuple[DatedValue, ...]

    def at(self, day: float) -> DatedValue | None:
        """The value in force on a day, or `None` before the first one."""
        index = bisect_right([v.since for v in self.values], day)
        return self.values[index - 1] if index else None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value, a scale of brackets, or a table of values chosen by a key."""

    name: str
    label: str
    kind: Literal["valeur", "bareme", "table"]
    type: str
    unit: Unit
    input_unit: Unit
    keys: tuple[str, ...]
    series: Series
    brackets: tuple[tuple[Series, Series], ...]
    position: Position
    written: Written | None = None
    """Where it is written, in OpenFisca's shape."""
    amounts: bool = False
    """Whether a scale gives an amount by bracket (`tranche`) rather than a rate (`bareme`)."""

    @property
    def data(self) -> Any:
        """What is written of it, as plain data; `None` for a table, whose cells are parameters."""
        return None if self.written is None else self.written.data


@dataclass(frozen=True, slots=True)
class Version:
    """A formula in force from `since` to `until`, both included (`None`: without limit)."""

    since: Month | None
    until: Month | None
    formula: Expr
    text: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A period of reference months, chosen by conditions tried in order."""

    name: str
    label: str
    options: tuple[tuple[Expr | None, int, int], ...]
    references: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where an input that is not answered may be read: the row of a table that another input's answer chooses."""

    table: str
    """Its file, from the folder of the rules."""
    key: str
    """The column in which the other input's answer is looked for."""
    column: str
    by: str
    """The other input."""
    title: str
    """What people call the table."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An input of the profile, a rule, or a condition of a right."""

    name: str
    pack: str
    kind: Literal["donnee", "regle", "condition"]
    label: str
    entity: str
    level: Level
    period: Period
    type: str
    unit: Unit | None
    references: tuple[str, ...]
    position: Position
    note: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    versions: tuple[Version, ...] = ()
    conditions: tuple[str, ...] = ()
    phrase: str = ""
    excess: str | None = None
    """The rule that says by how much a condition fails."""
    excess_phrase: str = ""
    path: str = ""
    question: str = ""
    why: str = ""
    sensitivity: Sensitivity = "neutral"
    """What a question costs the person; a sensitive answer is only asked where it decides, and no prior reads it."""
    order: int = 1000
    policy: Policy | None = None
    default: Expr | None = None
    default_reason: str = ""
    asked: Expr | None = None
    otherwise: Expr | None = None
    told: Expr | None = None
    """Where `otherwise` is an assumption worth telling (with `default_reason`)."""
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    """Whether the answer is a whole number, from `minimum` to `maximum`."""
    monthly_change: float = 0.0
    """What the answer gains each month that passes, when nothing else is said."""
    temporary: bool = False
    """Whether a « yes » holds for a time that it does not say: it is not kept for later months of right."""
    stopped_by: str = ""
    """The yes or no (an input or a rule) that says that an income has stopped: it is not supposed to go on."""
    lookup: Lookup | None = None
    same_as: str = ""
    """Another input that measures the same income: where only that one is written, this one is not « not received »."""
    stands_for: str = ""
    """The input of the profile whose absent answer this one, that has no place there, replaces."""

    @property
    def is_input(self) -> bool:
        """Whether the value is given by the profile rather than computed."""
        return self.kind == "donnee"


@dataclass(frozen=True, slots=True)
class Law:
    """How an unknown answer is distributed where a condition holds: either `quantiles` or `shares` is given."""

    condition: Expr | None
    """Reads inputs only, at the level of the input that is drawn; `None` everywhere else."""
    zero: float
    """The share of answers that are exactly zero; the quantiles are those of the others."""
    quantiles: tuple[tuple[float, float], ...]
    """Shares of the answers, from 0 to 1, with the value that many do not exceed, linear in between.

    For a date: the months it stands before the month of right, negative after it.
    """
    shares: tuple[tuple[float, float], ...]
    """Answers as the engine holds them (1.0 or 0.0, rank of a choice, whole number), each with its probability."""
    source: str
    sureness: Sureness


@dataclass(frozen=True, slots=True)
class Prior:
    """The laws of an input's unknown answers, tried in order: the first whose condition holds."""

    name: str
    laws: tuple[Law, ...]
    memory: float = 0.0
    """The probability that a month (a year) without an answer is like the nearest one that has one."""


@dataclass(frozen=True, slots=True)
class StepCase:
    """What to do for a right when a condition holds: an outcome and its sentence, in place of the general steps."""

    code: str
    condition: str
    phrase: str
    """`{echeance}` stands for the deadline."""
    question: str
    deadline: str | None
    """A rule of type date, or a parameter that is one."""
    urgent: str | None
    steps: Mapping[str, Any]
    """What differs from the right's general steps."""


@dataclass(frozen=True, slots=True)
class Right:
    """A right: which variable is paid, who claims, what to do next."""

    name: str
    pack: str
    label: str
    entity: str
    amount: str
    amount_unit: str
    conditions: tuple[str, ...]
    variables: tuple[str, ...]
    claimants: str | None
    received: str | None
    steps: Mapping[str, Any]
    position: Position
    order: int = 1000
    nature: str | None = None
    """The enumeration whose value names what is paid."""
    claimed: str | None = None
    """The input, never asked, that supposes the right claimed and paid."""
    cases: tuple[StepCase, ...] = ()
    """Tried in order: the first whose condition holds says what to do."""

    @property
    def step_names(self) -> tuple[str, ...]:
        """The rules, inputs and parameters that the next steps read, each once."""
        named = (name for case in self.cases for name in (case.condition, case.deadline, case.urgent))
        return tuple(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The months of right for which the rules are written."""

    first: Month
    last: Month


@dataclass(frozen=True)
class Rulebook:
    """A checked set of rules; immutable, shared by every reading."""

    version: str
    digest: str
    entities: Mapping[str, Entity]
    parameters: Mapping[str, Parameter]
    windows: Mapping[str, Window]
    variables: Mapping[str, Variable]
    rights: Mapping[str, Right]
    coverage: Coverage
    roots: tuple[tuple[str, Path], ...]
    """The folders it was read from, with the namespace of each (`""` for the national rules)."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """The table files that inputs are read in, by name."""
    priors: Mapping[str, Prior] = field(default_factory=dict)
    """How the unknown answers of inputs are distributed, by input name."""

    def __getstate__(self) -> dict[str, Any]:
        """The rules alone: what was compiled from them is not for another process."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @cached_property
    def inputs(self) -> dict[str, Variable]:
        """The inputs of the profile, by variable name."""
        return {name: v for name, v in self.variables.items() if v.is_input}

    @cached_property
    def estimated(self) -> dict[str, str]:
        """The places of incomes that are estimated from another measure, by their own: only that one is asked."""
        measured = [v for v in self.inputs.values() if v.same_as and v.default is not None]
        return {v.path: self.variables[v.same_as].path for v in measured}

    @cached_property
    def hypotheses(self) -> frozenset[str]:
        """The inputs that suppose a right claimed: false unless a simulation says otherwise."""
        return frozenset(right.claimed for right in self.rights.values() if right.claimed is not None)

    @cached_property
    def plans(self) -> dict[Any, Any]:
        """What was compiled from these rules, by key (see `once`)."""
        return {}

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` builds from these rules, built once; the 128 such things used last are kept."""
        found = self.plans.pop(key, None)
        if found is None:
            found = make()
            for oldest in list(self.plans)[: max(0, len(self.plans) - KEPT + 1)]:
                self.plans.pop(oldest, None)
        self.plans[key] = found
        return found
