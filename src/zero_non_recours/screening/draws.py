"""What the rights of a household are worth when its unknown answers are drawn from the rules' priors."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from zero_non_recours.engine.draws import DrawnRights, NoPriorError, Question, draw, listed_of
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.screening.result import Likelihood, Screening, Status
from zero_non_recours.screening.screen import Screener

DRAWS = 256
"""Draws for one household (`docs/python.md`)."""
Method = Literal["none", "exact", "stratified", "drawn"]
QUANTILES = (0.1, 0.5, 0.9)


class Varied(NamedTuple):
    """Answers of a household that are read in several ways at once."""

    answers: dict[int, Any]
    """By input node, the ways on a leading axis."""
    moved: frozenset[int]
    """The nodes that depend on them."""


NOTHING_VARIED = Varied({}, frozenset())


@dataclass(frozen=True, slots=True)
class Draws:
    """The rights of a household in draws of its unknown answers, those it may receive supposed claimed.

    Attributes:
        method: `none` (no unknown answer matters), `exact` (every combination of answers, with its probability),
            `stratified` (one continuous answer) or `drawn`.
        weights: the probability of each draw.
        answers: the answer to each question (an input and the rank of a person, `None` for the household) in each
            draw; an income of several months is their mean.
        continuous: the questions whose answers are not a short list.
        amounts: for each right, its amount in each draw, in its own unit; 0 where the household is not eligible.
        weak: the inputs drawn from a law that is only a guess.
        questions: for each right, the questions that leave it open.
        without_prior: the input that could not be drawn, in which case there are no draws.
    """

    method: Method
    weights: np.ndarray
    answers: Mapping[Question, np.ndarray]
    continuous: frozenset[Question]
    amounts: Mapping[str, np.ndarray]
    weak: tuple[str, ...] = ()
    questions: Mapping[str, tuple[Question, ...]] = field(default_factory=dict)
    without_prior: str | None = None


def draws_of(screener: Screener, household: HouseholdBase, reading: Reading, size: int = DRAWS, seed: int = 0) -> Draws:
    """The rights of a household in draws of its unknown answers.

    Args:
        screener: of the month of right.
        household: whose `id` makes the draws its own.
        reading: what the screener's plan says of it (`Screener.read`).
        size: how many draws, unless fewer combinations are all computed.
        seed: other draws.
    """
    if not reading.incomplete:
        return Draws("none", np.ones(1), {}, frozenset(), {})
    claimed = screener.claims.whole
    asked = screener.claims.unanswered(household)
    read = claimed.read(household, {right.name for right in asked.values()})
    by_right = {right.name: questions_of(read, claimed.places(right)) for right in screener.rights}
    questions = ordered({question for found in by_right.values() for question in found})
    listed = None if read.has_ranges else listed_of(screener.rulebook, questions)
    try:
        found = draw(OneHousehold(read, household.id or ""), size if questions else 1, listed, seed)
    except NoPriorError as error:
        return Draws("none", np.ones(1), {}, frozenset(), {}, (), by_right, str(error))
    return Draws(
        method_of(questions, listed is not None),
        found.weights[0],
        {question: answers[0] for question, answers in found.answers.items()},
        found.continuous,
        {right.name: amounts_of(found, claimed.places(right))[0] for right in screener.rights},
        found.guessed(0),
        by_right,
    )


def method_of(questions: Collection[Question], listed: bool) -> Method:
    """How open answers are drawn: `listed` when all their combinations are computed."""
    if not questions:
        return "none"
    return "exact" if listed else "stratified" if len(questions) == 1 else "drawn"


def likelihoods(amounts: np.ndarray, weights: np.ndarray) -> Iterator[tuple[float, ...]]:
    """For each row, the probability of a positive amount, the mean, and the amount at each of `QUANTILES`.

    Both arrays have a row per household and a column per draw; the weights of a row sum to 1.
    """
    held = (weights * (amounts > 0)).sum(axis=1)
    mean = (weights * amounts).sum(axis=1)
    order = np.argsort(amounts, axis=1, kind="stable")
    ranked = np.take_along_axis(amounts, order, axis=1)
    below = np.cumsum(np.take_along_axis(np.broadcast_to(weights, amounts.shape), order, axis=1), axis=1)
    last = amounts.shape[1] - 1
    for row in range(len(amounts)):
        places = np.minimum(np.searchsorted(below[row], np.array(QUANTILES) - 1e-9), last)
        yield (min(float(held[row]), 1.0), float(mean[row]), *ranked[row][places].tolist())


def likelihood_of(
    figures: Sequence[float],
    status: Status,
    draws: int,
    questions: Collection[Question],
    listed: bool,
    weak: Collection[str],
) -> Likelihood:
    """What the draws say of an open right whose `likelihoods` and questions are given."""
    held, mean, *quantiles = figures
    held = 1.0 if status == "eligible" else held
    method = method_of(questions, listed) if questions else "exact"
    errors = {"exact": 0.0, "stratified": 0.5 / draws}
    error = 0.0 if status == "eligible" else errors.get(method, math.sqrt(held * (1.0 - held) / draws))
    mean, p10, p50, p90 = (round(value, 2) + 0.0 for value in (mean, *quantiles))
    guessed = tuple(sorted({name for name, _ in questions} & set(weak)))
    return Likelihood(round(held, 4), round(error, 4), mean, p10, p50, p90, method, draws, guessed)


def is_open(status: Status, low: float | None, high: float | None) -> bool:
    """Whether draws say more of a right than its bounds."""
    return status == "undetermined" or (status == "eligible" and low != high)


class OneHousehold:
    """One household, as `engine.draws` reads it."""

    def __init__(self, reading: Reading, key: str, varied: Varied = NOTHING_VARIED) -> None:
        self.plan = reading.plan
        self.persons = reading.persons
        self.keys = (key,)
        self.bounds = reading.bounds
        self.moved = varied.moved
        self.answers = dict(zip(self.plan.inputs, reading.answers, strict=True)) | varied.answers

    def exact(self, node: int) -> Any:
        """The value of a node that no open answer changes, `None` for another."""
        value = None if node in self.moved else self.bounds.settled(node)
        if isinstance(value, list):
            return [one[0] for one in value]
        return None if value is None else value[0]

    def answer(self, node: int) -> Any:
        """The answers of an input node."""
        return self.answers[node]


def questions_of(reading: Reading, results: Iterable[int]) -> tuple[Question, ...]:
    """The open questions behind some results of a reading, known within a range or not at all."""
    slots = reading.plan.slots
    return ordered({(slots[place].name, rank) for place, rank in reading.open_answers(results)})


def ordered(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Questions by name, then by person."""
    return tuple(sorted(questions, key=lambda question: (question[0], -1 if question[1] is None else question[1])))


def amounts_of(found: DrawnRights, places: Sequence[int]) -> np.ndarray:
    """The amount of a right in each draw: 0 where a condition fails."""
    *conditions, amount = (found.results[place] for place in places)
    held = amount > 0
    for condition in conditions:
        held = held & condition
    return np.where(held, amount, 0.0)


def with_likelihoods(screener: Screener, household: HouseholdBase, size: int = DRAWS, seed: int = 0) -> Screening:
    """The rights of a household, with what draws say of those that are open."""
    reading = screener.read(household)
    screening = screener.answer(household, reading)
    rights = dict(screening.rights)
    wanted = [n for n, r in rights.items() if is_open(r.status, r.amount.low, r.amount.high)]
    if not wanted:
        return screening
    drawn = draws_of(screener, household, reading, size, seed)
    for name in wanted if drawn.amounts else ():
        (figures,) = likelihoods(drawn.amounts[name][None, :], drawn.weights[None, :])
        count, questions, listed = len(drawn.weights), drawn.questions[name], drawn.method == "exact"
        found = likelihood_of(figures, rights[name].status, count, questions, listed, drawn.weak)
        rights[name] = replace(rights[name], likelihood=found)
    return replace(screening, rights=rights)
