"""What the rights of a household pay in every state of claims: each of those that others count, in payment or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from zero_non_recours.engine.draws import NoPriorError, Question, draw, listed_of
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.claims import single
from zero_non_recours.screening.draws import (
    DRAWS,
    Method,
    OneHousehold,
    Varied,
    amounts_of,
    method_of,
    ordered,
    questions_of,
)
from zero_non_recours.screening.screen import Screener


@dataclass(frozen=True, slots=True)
class JointAmounts:
    """The amounts of rights in every state of claims, and in every draw of the answers that are missing.

    Attributes:
        linked: the rights whose receipt changes what another one pays. In state k, the right i of this list is in
            payment when the bit i of k is 1.
        amounts: for each right, what it pays if it is claimed too: (states, draws), in its own unit, 0 when it is not
            due. A right that nothing could be drawn for is left out.
        weights: the probability of each draw.
        method: how the missing answers were drawn; `none` when none matters.
        answers: the answer to each question that a right waits for, in each draw.
        continuous: the questions whose answers are not a short list.
        weak: the inputs drawn from a law that is only a guess.
    """

    linked: tuple[str, ...]
    amounts: Mapping[str, np.ndarray]
    weights: np.ndarray
    method: Method = "none"
    answers: Mapping[Question, np.ndarray] = field(default_factory=dict)
    continuous: frozenset[Question] = frozenset()
    weak: tuple[str, ...] = ()


class Linked(NamedTuple):
    """A right that others count, and the places of what says so among the slots of a plan."""

    right: Right
    claimed: tuple[int, ...]
    """The answers that suppose it claimed and paid."""
    received: tuple[int, ...]
    """The answers that say what is received of it."""
    asked: bool
    """Whether its own amount is asked for: if not, it is in payment unless the household says that it is not."""


class ClaimStates:
    """Reads households in every state of claims; built once for a screener, used for many."""

    def __init__(self, screener: Screener) -> None:
        self.screener = screener
        self.reading = screener.claims.whole
        self.plan = self.reading.plan
        self.rights = screener.rights
        self.places = {right.name: self.reading.places(right) for right in self.rights}
        asked = {right.name for right in self.rights}
        found: list[Linked] = []
        for right in self.reading.rights:
            claimed = self.reading.flags.get(right.name, ())
            received = tuple(place for place, slot in enumerate(self.plan.slots) if slot.name == right.received)
            if claimed or received:
                found.append(Linked(right, claimed, received, right.name in asked))
        self.varied = [one for one in found if one.asked]
        self.fixed = [one for one in found if not one.asked]
        self.linked = tuple(one.right.name for one in self.varied)
        self.names = {name for one in found for name in (one.right.claimed, one.right.received)}
        """The inputs that the states answer."""
        self.moved = self._moved()
        """The nodes that depend on the state."""
        roots = self.plan.roots
        self.dependent = frozenset(n for n, p in self.places.items() if any(roots[place] in self.moved for place in p))
        """The rights whose amount may depend on the state."""

    def _moved(self) -> frozenset[int]:
        found = {self.plan.inputs[place] for one in self.varied for place in (*one.claimed, *one.received)}
        for index, node in enumerate(self.plan.graph.nodes):  # arguments come first
            if not found.isdisjoint(node.args):
                found.add(index)
        return frozenset(found)

    @property
    def number(self) -> int:
        """How many states there are."""
        return 1 << len(self.varied)

    def amounts(self, household: HouseholdBase, size: int = DRAWS, seed: int = 0) -> JointAmounts:
        """The amounts of the rights of a household in every state, exact or over `size` draws of what is missing."""
        answers, persons = self.reading.reader.read(household)
        for one in self.fixed:
            declared, _ = self.screener.received_amount(one.right, household)
            self._put(answers, household, one, declared is not False)
        exact = self._exact(household, answers, persons)
        if exact is not None:
            return JointAmounts(self.linked, exact, np.ones(1))
        states: dict[int, Any] = {}
        for bit, one in enumerate(self.varied):
            paid, unpaid = list(answers), list(answers)
            self._put(paid, household, one, True)
            self._put(unpaid, household, one, False)
            for place in (*one.claimed, *one.received):
                states[self.plan.inputs[place]] = in_states(paid[place], unpaid[place], bit, len(self.varied))
        reading = Reading(self.plan, answers, persons, tight=())
        by_right = (questions_of(reading, self.places[right.name]) for right in self.rights)
        questions = ordered({q for found in by_right for q in found if q[0] not in self.names})
        listed = None if reading.has_ranges else listed_of(self.plan.rulebook, questions)
        one_household = OneHousehold(reading, household.id or "", Varied(states, self.moved))
        try:
            found = draw(one_household, size if questions else 1, listed, seed)
        except NoPriorError:
            return JointAmounts(self.linked, self._settled(household, answers, persons), np.ones(1))
        shape = (self.number, found.weights.shape[1])
        return JointAmounts(
            self.linked,
            {
                n: np.broadcast_to(amounts_of(found, p), (self.number, 1, shape[1]))[:, 0]
                for n, p in self.places.items()
            },
            found.weights[0],
            method_of(questions, listed is not None),
            {question: drawn[0] for question, drawn in found.answers.items() if question in questions},
            found.continuous,
            found.guessed(0),
        )

    def _exact(self, household: HouseholdBase, answers: list[Any], persons: int) -> dict[str, np.ndarray] | None:
        """The amounts in every state, `None` when one of them needs an answer that is missing."""
        if any(_has_range(answer) for answer in self._in_state(household, answers, 0)):
            return None
        found = {right.name: np.zeros((self.number, 1)) for right in self.rights}
        for state in range(self.number):
            results, lacking = self.plan.run(self._in_state(household, answers, state), persons)
            for name, places in self.places.items():
                if any(lacking[place] for place in places):
                    return None
                *conditions, amount = (results[place] for place in places)
                found[name][state] = amount if amount > 0 and all(conditions) else 0.0
        return found

    def _settled(self, household: HouseholdBase, answers: list[Any], persons: int) -> dict[str, np.ndarray]:
        """The amounts in every state of the rights that no missing answer leaves open."""
        found: dict[str, list[float | None]] = {right.name: [] for right in self.rights}
        for state in range(self.number):
            reading = Reading(self.plan, self._in_state(household, answers, state), persons, tight=())
            for right in self.rights:
                found[right.name].append(single(self.reading.ends_of(right, reading.ends)))
        return {name: np.array(v)[:, None] for name, v in found.items() if all(value is not None for value in v)}

    def _in_state(self, household: HouseholdBase, answers: Sequence[Any], state: int) -> list[Any]:
        values = list(answers)
        for bit, one in enumerate(self.varied):
            self._put(values, household, one, bool(state >> bit & 1))
        return values

    def _put(self, answers: list[Any], household: HouseholdBase, one: Linked, paid: bool) -> None:
        """Write that a right is in payment, or is not.

        What is declared as received is paid as declared; what is not is supposed claimed. Months that are told stay.
        """
        declared, amount = self.screener.received_amount(one.right, household)
        for place in one.claimed:
            answers[place] = float(paid and declared is not True)
        for place in one.received:
            answers[place] = received_then(answers[place], declared, amount, paid)


def received_then(told: Any, declared: bool | None, amount: float | None, paid: bool) -> float:
    """What is received of a right one month: as told, or as what is supposed of it says."""
    if isinstance(told, tuple):
        told = (told[0] + told[1]) / 2
    if declared and not paid:
        return 0.0
    if told == told:
        return float(told)
    return amount or 0.0 if declared and paid else 0.0


def in_states(paid: Any, unpaid: Any, bit: int, bits: int) -> np.ndarray:
    """A value that one bit of the state chooses: (states, 1, 1), or (states, rows, 1) for columns."""
    held = (np.arange(1 << bits) >> bit & 1).astype(np.bool_)[:, None, None]
    return np.where(held, np.asarray(paid).reshape(-1, 1), np.asarray(unpaid).reshape(-1, 1))


def joint_of(screener: Screener) -> ClaimStates:
    """The states of claims of a screener, built once."""
    key = ("joint", screener.month, tuple(right.name for right in screener.rights))
    return screener.rulebook.once(key, lambda: ClaimStates(screener))


def _has_range(answer: Any) -> bool:
    if isinstance(answer, list):
        return any(map(_has_range, answer))
    return isinstance(answer, tuple)
