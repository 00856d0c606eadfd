"""`effets.yaml`: why a right is not received, the signs of it, what can be done and what that changes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from zero_non_recours.outreach.parameters.figure import Data, Figure, Probability, Text, refuse
from zero_non_recours.profile.follow_up import SIGNS

_NEEDED = {
    "signes": (*SIGNS, "demande_sans_paiement"),
    "actions": ("message", "courrier", "invitation", "demande_accompagnee", "suivi_demande", "refus_note"),
}
"""The codes that a profile and the code of outreach name; a service may add others."""
_SUM_TOLERANCE = 1e-6


class Cause(Probability):
    """A hypothesis on why a right is not received; its value is how likely it is before any sign."""

    sentence: Text = Field(alias="phrase")

    @property
    def prior(self) -> float:
        """The probability of the cause before any sign."""
        return self.value


class Sign(Figure):
    """Something in a file that makes a cause likelier: its weight is multiplied, or brought to a floor."""

    cause: Text
    kind: Literal["multiplie", "plancher"] = Field(alias="maniere")
    sentence: Text = Field(alias="phrase")

    @property
    def multiplier(self) -> float | None:
        """What the weight of the cause is multiplied by."""
        return self.value if self.kind == "multiplie" else None

    @property
    def floor(self) -> float | None:
        """What the probability of the cause is at least."""
        return self.value if self.kind == "plancher" else None


class Action(Data):
    """Something that a worker can do, how long it takes and what it changes."""

    label: Text = Field(alias="libelle")
    minutes_figure: Figure = Field(alias="minutes")
    effect_figure: Probability = Field(alias="effet")
    meets: tuple[Text, ...] = Field(alias="repond_a")

    @property
    def minutes(self) -> float:
        """The worker's time, in minutes."""
        return self.minutes_figure.value

    @property
    def effect(self) -> float:
        """The increase of the probability that the right is claimed within the horizon."""
        return self.effect_figure.value

    @property
    def interval(self) -> tuple[float, float] | None:
        """The range of the effect, where one was observed."""
        return self.effect_figure.interval


class Effects(Data):
    """`effets.yaml`."""

    version: Text
    spontaneous_figure: Probability = Field(alias="spontane")
    met_figure: Figure = Field(alias="facteur_repond")
    unmet_figure: Figure = Field(alias="facteur_ne_repond_pas")
    cap_figure: Probability = Field(alias="plafond")
    causes: dict[str, Cause]
    signs: dict[str, Sign] = Field(alias="signes")
    actions: dict[str, Action]

    @model_validator(mode="after")
    def _codes_known(self) -> Effects:
        problems: list[tuple[tuple[int | str, ...], str]] = []
        if abs(sum(self.priors.values()) - 1) > _SUM_TOLERANCE:
            problems.append((("causes",), "les probabilités des causes ne font pas 1 en tout."))
        unknown = f"cette cause n'est pas dans « causes » ({', '.join(self.causes)})."
        for key, entries in (("signes", self.signs), ("actions", self.actions)):
            problems += [((key,), f"il manque « {name} ».") for name in _NEEDED[key] if name not in entries]
        for name, action in self.actions.items():
            for rank, cause in enumerate(action.meets):
                if cause not in self.causes:
                    problems.append((("actions", name, "repond_a", rank), unknown))
        for name, sign in self.signs.items():
            if sign.cause not in self.causes:
                problems.append((("signes", name, "cause"), unknown))
            if sign.kind == "plancher" and sign.value > 1:
                problems.append((("signes", name, "valeur"), "une probabilité ne dépasse pas 1."))
        refuse(problems)
        return self

    @property
    def spontaneous(self) -> float:
        """The probability that the right is claimed within the horizon with nothing done."""
        return self.spontaneous_figure.value

    @property
    def met(self) -> float:
        """What multiplies the effect of an action that meets the cause."""
        return self.met_figure.value

    @property
    def unmet(self) -> float:
        """What multiplies the effect of an action that does not meet the cause."""
        return self.unmet_figure.value

    @property
    def cap(self) -> float:
        """What no effect exceeds."""
        return self.cap_figure.value

    @property
    def priors(self) -> dict[str, float]:
        """The probability of each cause before any sign."""
        return {name: cause.prior for name, cause in self.causes.items()}

    def effect_of(self, action: str, cause: str) -> float:
        """The effect of an action if a cause is the true one: larger if the action meets it, never above the cap."""
        done = self.actions[action]
        return min(self.cap, done.effect * (self.met if cause in done.meets else self.unmet))
