"""The fields of a profile, as the rules declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal["nombre", "booleen", "date", "code", "texte", "enumeration", "liste"]


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One answer of a profile.

    Attributes:
        path: dotted path in the profile, `personnes[].` first for a person's answer.
        variable: the input of the rules that it answers, empty for what no rule reads.
        type: `liste` is several of `values`, the others one answer.
        series: whether the answer may change with months (a number, or a mapping by month or year).
        whole: whether only whole numbers answer.
        keys: the parts of the path, where one of them has a dot of its own.
        yearly_source: whether a missing month is taken from a year's total rather than counted as not received.
    """

    path: str
    variable: str
    type: FieldType
    unit: str
    label: str
    question: str
    series: bool = False
    yearly_source: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    keys: tuple[str, ...] = ()

    @property
    def person(self) -> bool:
        """Whether each person has an answer of their own."""
        return self.path.startswith("personnes[].")

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys to follow, from the household or from the person."""
        return self.keys or tuple(self.path.removeprefix("personnes[].").split("."))


@dataclass(frozen=True, slots=True)
class ProfilePart:
    """A part of a household that holds answers, with what the JSON Schema says of it."""

    keys: tuple[str, ...]
    label: str
    description: str
