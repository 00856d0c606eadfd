"""`taux_de_base.yaml`: how often an eligible household does not receive a right, and what that rate depends on."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from zero_non_recours.outreach.parameters.figure import (
    OTHER,
    OWN,
    Data,
    Figure,
    Number,
    Probability,
    SignedFigure,
    Text,
    named,
    refuse,
    with_other,
)

COVARIATE_FIELDS = ("logement.statut",)
"""The only fields that a covariate may read, besides the receipt of a right: never who the person is."""
Open = Annotated[Number, Field(gt=0, lt=1)]
"""A share whose logit exists."""


class Rate(Probability):
    """A rate with its 80 % interval, and the weight it has as a distribution Beta(μn, (1 − μ)n)."""

    value: Open = Field(alias="valeur")
    interval: tuple[Number, Number] = Field(alias="intervalle")  # pyright: ignore[reportIncompatibleVariableOverride]
    weight: Number = Field(alias="poids", gt=0)


class When(Data):
    """When a covariate holds: a right is received or not, or a field of the profile has one of some codes."""

    received: Text | None = Field(None, alias="recu")
    receipt: StrictBool | None = Field(None, alias="valeur")
    field: Text | None = Field(None, alias="champ")
    values: tuple[Text, ...] = Field((), alias="valeurs")

    @model_validator(mode="after")
    def _one_of_two(self) -> When:
        by_receipt = self.received is not None and self.receipt is not None
        by_field = self.field is not None and bool(self.values)
        if by_receipt == by_field or (self.received is None) != (self.receipt is None):
            raise PydanticCustomError(OWN, "« si » s'écrit {recu: …, valeur: …} ou {champ: …, valeurs: […]}.")
        if self.field is not None and self.field not in COVARIATE_FIELDS:
            allowed = f"un droit reçu ou {', '.join(COVARIATE_FIELDS)}"
            raise PydanticCustomError(OWN, "une covariable ne lit que {allowed}.", {"allowed": allowed})
        return self


class Covariate(SignedFigure):
    """What moves a base rate: its value is a difference of logits, that of a published rate less that of all."""

    when: When = Field(alias="si")
    rate: Open = Field(alias="taux")

    @property
    def shift(self) -> float:
        """logit(rate of the group) − logit(base rate)."""
        return self.value

    @property
    def received(self) -> str | None:
        """The right whose receipt it reads, if it reads one."""
        return self.when.received

    @property
    def field(self) -> str | None:
        """The field of the profile that it reads, if it reads one."""
        return self.when.field

    @property
    def values(self) -> tuple[str | bool, ...]:
        """The answers for which it holds."""
        return self.when.values if self.when.receipt is None else (self.when.receipt,)

    def holds(self, answer: str | bool | None) -> bool:
        """Whether it holds for an answer (the code of the field; whether the right is received); never if unknown."""
        return answer in self.values


class BaseRate(Data):
    """What is published of the non-receipt of one right."""

    rate: Rate = Field(alias="taux")
    durable_share_figure: Probability | None = Field(None, alias="part_durable")
    slope_figure: SignedFigure | None = Field(None, alias="pente")
    mean_amount_figure: Figure | None = Field(None, alias="montant_moyen")
    recentring_figure: SignedFigure | None = Field(None, alias="recentrage")
    unused: Rate | None = Field(None, alias="inutilise")
    covariates: tuple[Covariate, ...] = Field((), alias="covariables")

    @model_validator(mode="after")
    def _slope_around_a_mean(self) -> BaseRate:
        if self.slope != 0 and self.mean_amount_figure is None:
            raise PydanticCustomError(OWN, "« pente » agit autour de « montant_moyen », qui manque.")
        return self

    @property
    def mean(self) -> float:
        """The mean μ of the rate."""
        return self.rate.value

    @property
    def weight(self) -> float:
        """The weight n of the rate, in households."""
        return self.rate.weight

    @property
    def slope(self) -> float:
        """How the logit moves per 100 € a month above the mean amount."""
        return self.slope_figure.value if self.slope_figure else 0.0

    @property
    def mean_amount(self) -> float:
        """The amount at which the slope does nothing, in the unit of the right."""
        return self.mean_amount_figure.value if self.mean_amount_figure else 0.0

    @property
    def recentring(self) -> float:
        """κ0, what is taken off the logit when several covariates hold, for the mean to stay that of the rate."""
        return self.recentring_figure.value if self.recentring_figure else 0.0

    @property
    def durable_share(self) -> float | None:
        """The part of the rate that lasts over six months; `None` when it is not known."""
        return self.durable_share_figure.value if self.durable_share_figure else None


class BaseRates(Data):
    """`taux_de_base.yaml`."""

    version: Text
    rates: Annotated[dict[str, BaseRate], AfterValidator(with_other)] = Field(alias="taux_de_base")
    weight_of_several: Probability = Field(alias="poids_plusieurs_covariables")
    slope_spread: Probability = Field(alias="pente_ecart")

    @model_validator(mode="after")
    def _receipts_of_rights(self) -> BaseRates:
        """A receipt says something of a person (of health, for a disability benefit): only rights of this file."""
        refuse(
            (("taux_de_base", right, "covariables", rank, "si", "recu"), "une covariable lit un droit de ce fichier.")
            for right, entry in self.rates.items()
            for rank, covariate in enumerate(entry.covariates)
            if covariate.received is not None and covariate.received not in self.rates.keys() - {OTHER, right}
        )
        return self

    def of(self, right: str) -> BaseRate:
        """What is known of a right, else what is supposed of a right that is not named."""
        return named(self.rates, right)

    def covariate_weight(self, count: int) -> float:
        """The weight κ of the shifts when `count` covariates hold: 1, less when several do, since they overlap."""
        return 1.0 if count < 2 else self.weight_of_several.value
