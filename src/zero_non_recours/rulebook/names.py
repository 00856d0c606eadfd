"""The names of the packs being loaded: what is declared, what is broken, and what each namespace sees."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field

from zero_non_recours.rulebook.diagnostics import Position
from zero_non_recours.rulebook.expressions import BUILTIN_DATES, MONTHS_PER_YEAR, Level
from zero_non_recours.rulebook.functions import FUNCTIONS
from zero_non_recours.rulebook.model import Coverage, Parameter
from zero_non_recours.rulebook.reader import Mapping
from zero_non_recours.rulebook.units import Unit

NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_RESERVED = {*FUNCTIONS, *BUILTIN_DATES, MONTHS_PER_YEAR, *keyword.kwlist, "true", "false", "periodes"}


def can_name(name: str) -> bool:
    """Whether a rule, an input or a step may have this name."""
    return NAME_PATTERN.match(name) is not None and name not in _RESERVED


def qualified(namespace: str, name: str) -> str:
    """A name as the rulebook holds it: a local pack's names stand in its namespace."""
    return f"{namespace}.{name}" if namespace else name


def candidates(namespace: str, name: str) -> tuple[str, ...]:
    """What a name may stand for in a namespace: its own first, then the national one."""
    return (f"{namespace}.{name}", name) if namespace else (name,)


@dataclass(slots=True)
class Draft:
    """A variable whose header is read and whose expressions are not checked yet."""

    name: str
    pack: str
    namespace: str
    node: Mapping
    position: Position
    type: str
    unit: Unit | None
    level: Level
    entity: str
    is_input: bool
    values: dict[str, str] = field(default_factory=dict)
    is_condition: bool = False


@dataclass(slots=True)
class Declarations:
    """Everything that the files declare, before any expression is read."""

    version: str = "0"
    coverage: Coverage | None = None
    entities: dict[str, tuple[Mapping, Position]] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    windows: dict[str, tuple[Mapping, str, Position]] = field(default_factory=dict)
    """The periods by full name, each with the namespace it was written in and its place."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Names whose declaration has an error that is reported: naming them reports nothing more."""
    unread: bool = False
    """Whether a file could not be read: a name nobody declares may stand there."""


class VisibleNames:
    """The names seen from one namespace: its own first, then the national ones."""

    def __init__(self, declared: Declarations, namespace: str) -> None:
        self.declared = declared
        self.namespace = namespace
        spaces = {full: space for full, (_, space, _) in declared.windows.items() if space in ("", namespace)}
        self.windows = {full.removeprefix(f"{space}.") if space else full: full for full, space in spaces.items()}
        """The full name of each period by the name it has here."""

    def variable(self, name: str) -> Draft | None:
        for full in candidates(self.namespace, name):
            if (draft := self.declared.drafts.get(full)) is not None:
                return draft
        return None

    def broken(self, name: str) -> bool:
        """Whether the name's own declaration has an error, or stands in a file that could not be read."""
        own, broken = qualified(self.namespace, name), self.declared.broken
        if self.namespace and (own in self.declared.drafts or own in broken):
            return own in broken
        return name in broken or (self.declared.unread and self.variable(name) is None and self.parameter(name) is None)

    def parameter(self, name: str) -> tuple[str, Parameter] | None:
        for full in candidates(self.namespace, name):
            if (parameter := self.declared.parameters.get(full)) is not None:
                return full, parameter
        return None

    def known(self) -> list[str]:
        prefix = f"{self.namespace}." if self.namespace else ""
        everything = [*self.declared.drafts, *self.declared.parameters]
        own = [n.removeprefix(prefix) for n in everything if n.startswith(prefix)]
        return [*own, *everything, *BUILTIN_DATES, MONTHS_PER_YEAR]
