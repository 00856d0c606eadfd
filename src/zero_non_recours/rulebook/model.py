"""What a loaded rulebook holds: entities, parameters, variables, rights."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.diagnostics import Position
from zero_non_recours.rulebook.expressions import Expr, Level
from zero_non_recours.rulebook.units import Unit

Policy = Literal["bloquer", "encadrer", "supposer"]
Period = Literal["mois", "annee", "constante"]
T = TypeVar("T")


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
    data: Any = None
    """The node in OpenFisca's shape, as plain data."""
    amounts: bool = False
    """Whether a scale gives an amount by bracket (`tranche`) rather than a rate (`bareme`)."""


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
    sensitive: bool = False
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

    @property
    def is_input(self) -> bool:
        """Whether the value is given by the profile rather than computed."""
        return self.kind == "donnee"


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

    @cached_property
    def inputs(self) -> dict[str, Variable]:
        """The inputs of the profile, by variable name."""
        return {name: v for name, v in self.variables.items() if v.is_input}

    @cached_property
    def plans(self) -> dict[Any, Any]:
        """What was compiled from these rules, by key (see `once`)."""
        return {}

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` builds from these rules, built once and kept while at most 512 such things are."""
        found = self.plans.get(key)
        if found is None:
            if len(self.plans) >= 512:
                self.plans.clear()
            found = self.plans[key] = make()
        return found
