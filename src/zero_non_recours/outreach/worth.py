"""What the missing answers of a household are worth: each question, and whether each right is received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from zero_non_recours.outreach.assess import Told
from zero_non_recours.outreach.information import share_of_perfect_information, value_of_information
from zero_non_recours.outreach.missing import cost_of
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.receipt import value_of_receipt
from zero_non_recours.outreach.weigh import Weighed
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.batch.joint import JointColumns
from zero_non_recours.screening.screen import Screener, field_of

SAID_BY_PERSON, SEEN_IN_DOCUMENT = "parole", "document"


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """What a missing answer brings, in euros over the horizon.

    Attributes:
        alone: when it is the only one that is asked for.
        with_others: its part in knowing them all.
        cost: what asking costs.
        receipt: the right whose receipt it is about, for those questions.
    """

    alone: float
    with_others: float
    cost: float
    receipt: Right | None = None

    @property
    def net(self) -> float:
        """What asking brings at best, once its cost is taken off."""
        return max(self.alone, self.with_others) - self.cost


def answer_values(
    screener: Screener,
    figures: OutreachParameters,
    household: HouseholdBase,
    drawn: JointColumns,
    worth: np.ndarray,
    told: Sequence[Told],
    weighed: Sequence[Weighed],
) -> dict[str, AnswerValue]:
    """What each missing answer of a household brings, by its place in the profile; what is not drawn is left out.

    A question that gives several answers (a commune: its code and its zone) is worth the best of them.

    Args:
        screener: of the month.
        figures: what claiming and asking cost, how far a word is believed.
        household: whose answers are missing.
        drawn: its joint amounts, the only row.
        worth: V of each right in each draw, (rights, draws).
        told: what its file says of each right.
        weighed: where each right stands.
    """
    found = _receipts(screener, figures, told, weighed)
    cost = figures.claim_cost
    questions = drawn.questions[0] if drawn.questions else ()
    sample = len(questions) > 1 and not drawn.listed
    for (name, rank), answers in drawn.answers.items():
        if (name, rank) not in questions:
            continue
        variable = screener.reader.question(screener.rulebook.variables[name], household, rank)
        how: Any = {"weights": drawn.weights[0], "continuous": (name, rank) in drawn.continuous}
        alone = value_of_information(worth, answers[0], cost, cross_fit=sample, **how)
        share = share_of_perfect_information(worth, answers[0], cost, sample=sample, **how)
        field = field_of(variable, rank)
        best = found.get(field)
        if best is not None:
            alone, share = max(best.alone, alone), max(best.with_others, share)
        receipt = None if best is None else best.receipt
        found[field] = AnswerValue(alone, share, cost_of(variable, figures), receipt)
    return found


def _receipts(
    screener: Screener, figures: OutreachParameters, told: Sequence[Told], weighed: Sequence[Weighed]
) -> dict[str, AnswerValue]:
    """What knowing whether each right is received brings, for those that may be due and of which nothing is said."""
    found: dict[str, AnswerValue] = {}
    for right, said, one in zip(screener.rights, told, weighed, strict=True):
        if right.received is not None and said.declared is None and _worth_knowing(one):
            value = _receipt_value(figures, one, SAID_BY_PERSON)
            variable = screener.rulebook.variables[right.received]
            found[variable.path] = AnswerValue(value, value, cost_of(variable, figures), right)
    return found


def document_values(
    screener: Screener, figures: OutreachParameters, told: Sequence[Told], weighed: Sequence[Weighed]
) -> Iterator[tuple[Right, AnswerValue]]:
    """What seeing a document brings, for the rights that somebody said are received or not: a word is no proof."""
    for right, said, one in zip(screener.rights, told, weighed, strict=True):
        known = said.declared is None or said.channel != SAID_BY_PERSON
        if right.received is not None and not known and _worth_knowing(one):
            value = _receipt_value(figures, one, SEEN_IN_DOCUMENT)
            variable = screener.rulebook.variables[right.received]
            yield right, AnswerValue(value, value, cost_of(variable, figures), right)


def _worth_knowing(one: Weighed) -> bool:
    """Whether the receipt of a right may change what to do."""
    return one.standing.eligible > 0 and not one.standing.refused and one.unused is None


def _receipt_value(figures: OutreachParameters, one: Weighed, channel_name: str) -> float:
    """What knowing the receipt of a right by some channel brings."""
    channel = figures.channels.of(channel_name)
    return value_of_receipt(
        one.standing.value,
        one.standing.not_receiving,
        one.standing.eligible,
        figures.claim_cost,
        sensitivity=channel.sensitivity,
        specificity=channel.specificity,
    )


def as_of(found: JointColumns, row: int, weights: np.ndarray) -> JointColumns:
    """The joint amounts of one household of a group, its draws weighed by what it declares."""
    part = slice(row, row + 1)
    answers = {question: values[part] for question, values in found.answers.items()}
    amounts = {name: values[:, part] for name, values in found.amounts.items()}
    questions = found.questions[part]
    return JointColumns([0], amounts, weights[part], answers, found.continuous, questions, found.listed)
