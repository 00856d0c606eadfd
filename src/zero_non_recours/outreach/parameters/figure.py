"""A figure: a number that is not law, with all that is needed to judge it or to replace it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

OTHER = "autre"
"""The key of the figure for what a family does not name."""
OWN = "figure"
"""The type of the errors that these models write, in French."""
F = TypeVar("F")
Sureness = Literal["verifie", "derive", "hypothese", "connaissance_generale"]
Text = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Data(BaseModel):
    """What a parameter file holds: nothing but what is declared, and unchanging."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


class SignedFigure(Data):
    """A figure that may be negative."""

    label: Text = Field(alias="libelle")
    value: Number = Field(alias="valeur")
    interval: tuple[Number, Number] | None = Field(None, alias="intervalle")
    unit: Text = Field(alias="unite")
    definition: Text
    period: Text = Field(alias="periode")
    population: Text = Field(alias="champ")
    source: Text
    sureness: Sureness = Field(alias="surete")
    licence: Text | None = None

    @model_validator(mode="after")
    def _inside(self) -> SignedFigure:
        if self.interval is not None and not self.interval[0] <= self.value <= self.interval[1]:
            raise PydanticCustomError(OWN, "« valeur » n'est pas dans « intervalle ».")
        return self


class Figure(SignedFigure):
    """A figure that is positive or nought: an amount, a duration, a count, a factor."""

    value: Number = Field(alias="valeur", ge=0)


class Probability(Figure):
    """A figure between 0 and 1, as are the ends of its interval."""

    value: Number = Field(alias="valeur", ge=0, le=1)

    @model_validator(mode="after")
    def _between_0_and_1(self) -> Probability:
        if self.interval is not None and not 0 <= self.interval[0] <= self.interval[1] <= 1:
            raise PydanticCustomError(OWN, "« intervalle » d'une probabilité reste entre 0 et 1.")
        return self


def named(figures: dict[str, F], name: str) -> F:
    """What a family holds of a name, else of what is not named."""
    return figures.get(name, figures[OTHER])


def with_other(figures: dict[str, F]) -> dict[str, F]:
    """The check that a family has a figure for what it does not name."""
    if OTHER not in figures:
        raise PydanticCustomError(OWN, "il manque « autre », pour ce qui n'est pas nommé.")
    return figures


def refuse(problems: Iterable[tuple[tuple[int | str, ...], str]]) -> None:
    """Raise what a check across entries found, each with its place (keys of the file) and its cause, if any."""
    found = [
        InitErrorDetails(type=PydanticCustomError(OWN, "{cause}", {"cause": cause}), loc=place, input=None)
        for place, cause in problems
    ]
    if found:
        raise ValidationError.from_exception_data("parameters", found)
