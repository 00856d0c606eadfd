"""What the expression language is made of: the checked node `Expr`, its types, and what names stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from zero_non_recours.rulebook.diagnostics import Position, Report
from zero_non_recours.rulebook.units import Unit

Level = Literal["menage", "personne"]

MAX_SHIFT = 60

NUMBER = "nombre"
BOOLEAN = "booleen"
DATE = "date"
CODE = "code"
TEXT = "texte"
"""A name to look for in a table: an answer, never a value of a formula."""

AGGREGATES = {
    "somme": "la somme",
    "nombre": "le nombre",
    "au_moins_un": "au moins un",
    "tous": "tous",
    "plus_grand": "le plus grand",
    "plus_petit": "le plus petit",
}
WINDOWS = {
    "moyenne": "la moyenne",
    "total": "le total",
    "chaque_mois": "chaque mois",
    "un_mois": "au moins un mois",
}
FRENCH_WORDS = {"et": "and", "ou": "or", "non": "not"}
"""Words that people write for those of the language."""
ROUNDINGS = ("round", "floor", "ceil")
BUILTIN_DATES = ("debut_mois", "fin_mois")
MONTHS_PER_YEAR = "mois_par_an"
CODE_PATTERN = re.compile(r"[0-9A-Z]{5}\Z")


@dataclass(frozen=True, slots=True, eq=False)
class Expr:
    """A checked expression: what it computes, of which type and unit, for a person or for the household."""

    op: str
    args: tuple[Expr, ...]
    type: str
    unit: Unit | None
    level: Level
    value: object = None
    position: Position = field(default=Position("?"))


class Declared(Protocol):
    """What an expression needs to know of a variable it names."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> Unit | None: ...
    @property
    def level(self) -> Level: ...
    @property
    def is_input(self) -> bool: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class Table(Protocol):
    """What an expression needs to know of a parameter, a scale or a table of parameters."""

    @property
    def kind(self) -> Literal["valeur", "bareme", "table"]: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def type(self) -> str: ...
    @property
    def input_unit(self) -> Unit: ...
    @property
    def keys(self) -> tuple[str, ...]: ...
    @property
    def amounts(self) -> bool: ...


class Names(Protocol):
    """The names an expression may use, as seen from the namespace of its pack."""

    @property
    def windows(self) -> Mapping[str, str]: ...

    def variable(self, name: str) -> Declared | None: ...
    def broken(self, name: str) -> bool: ...
    def parameter(self, name: str) -> tuple[str, Table] | None: ...
    def known(self) -> list[str]: ...


class Rejected(Exception):
    """This expression has an error that was reported; the rest of the file goes on."""


@dataclass(slots=True)
class Scope:
    """Where an expression stands: its names, the entity it speaks for, the steps before it."""

    names: Names
    level: Level
    entity: str | None
    """The group whose members are aggregated, `None` where nothing can be."""
    locals: dict[str, Expr]
    report: Report
    broken: set[str] = field(default_factory=set)
    """Steps whose own error is reported already: naming them reports nothing more."""
    gives: Declared | None = None
    """The enumeration that the expression gives a value of, where its values can be written between quotes."""


def type_name(kind: str) -> str:
    """A type as people read it; the type of an enumeration is the name of its variable."""
    known = {NUMBER: "nombre", BOOLEAN: "booléen (vrai/faux)", DATE: "date", CODE: "code", TEXT: "texte"}
    return known.get(kind, f"choix parmi les valeurs de « {kind} »")
