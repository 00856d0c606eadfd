"""The simple families: durations, costs, sensitivities, awards, channels of receipt, thresholds."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from zero_non_recours.outreach.parameters.figure import Data, Figure, Probability, Text, named, with_other

ByName = Annotated[dict[str, Figure], AfterValidator(with_other)]


class Durations(Data):
    """`durees.yaml`: how long a right is kept."""

    version: Text
    horizon: Figure
    losses: ByName = Field(alias="perte")

    def loss_of(self, right: str) -> Figure:
        """The monthly rate at which a right is lost."""
        return named(self.losses, right)


class Costs(Data):
    """`couts.yaml`: what a claim and a question cost."""

    version: Text
    minute: Figure = Field(alias="minute_accompagnement")
    claim_minutes: Figure = Field(alias="minutes_demande")
    claim_effort: Figure = Field(alias="effort_demande")
    question_minutes: ByName = Field(alias="minutes_question")


class Sensitivities(Data):
    """`sensibilites.yaml`: what being asked costs a person."""

    version: Text
    neutral: Figure = Field(alias="neutre")
    private: Figure = Field(alias="privee")
    sensitive: Figure = Field(alias="sensible")


class Awards(Data):
    """`obtention.yaml`: how often a claim succeeds."""

    version: Text
    probability: Annotated[dict[str, Probability], AfterValidator(with_other)] = Field(alias="obtention")
    unobserved_condition: Probability = Field(alias="condition_non_observee")
    spread: Probability = Field(alias="ecart")

    def of(self, right: str) -> Probability:
        """The probability that a claim of a right succeeds when all its conditions are in the file."""
        return named(self.probability, right)


class Channel(Data):
    """A way of knowing that a right is received, and how far it can be believed."""

    label: Text = Field(alias="libelle")
    sensitivity_figure: Probability = Field(alias="sensibilite")
    specificity_figure: Probability = Field(alias="specificite")

    @property
    def sensitivity(self) -> float:
        """P(said to be received | received)."""
        return self.sensitivity_figure.value

    @property
    def specificity(self) -> float:
        """P(said not to be received | not received)."""
        return self.specificity_figure.value


class Channels(Data):
    """`canaux.yaml`: the ways of knowing that a right is received."""

    version: Text
    word: Channel = Field(alias="parole")
    document: Channel

    def of(self, name: str) -> Channel:
        """The channel of a name of the profile, `parole` or `document`; a `KeyError` for another."""
        return {"parole": self.word, "document": self.document}[name]


class Thresholds(Data):
    """`seuils.yaml`: from when something is said, tied, shown or alerted."""

    version: Text
    possibly_missing: Probability = Field(alias="possiblement")
    probably_missing: Probability = Field(alias="probablement")
    already_received: Probability = Field(alias="deja_recu")
    tie_margin: Probability = Field(alias="egalite")
    next_contact: Figure = Field(alias="prochain_contact")
    random_share: Probability = Field(alias="part_hasard")
    redraws: Figure = Field(alias="redessins")
    min_cell: Figure = Field(alias="cellule_minimale")
    min_verdict: Figure = Field(alias="cellule_verdict")
    reach_ratio: Probability = Field(alias="rapport_acces")
    calibration_gap: Probability = Field(alias="ecart_calibration")
    call_share: Probability = Field(alias="appel")
    appointment_minutes: Figure = Field(alias="rendez_vous")
    dominance: Probability
    adult: Figure = Field(alias="majorite")
