"""What the rights of many households pay in every state of claims, in blocks; the same as one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zero_non_recours.engine.draws import NoPriorError, Question, draw
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.screening.batch.blocked import BLOCKED, Blocked, within_range
from zero_non_recours.screening.batch.drawn import DrawnGroup, drawn_alike
from zero_non_recours.screening.batch.layout import AnswerLayout
from zero_non_recours.screening.draws import Varied, amounts_of
from zero_non_recours.screening.joint import ClaimStates, JointAmounts, Linked, in_states, received_then


@dataclass(frozen=True, slots=True)
class JointColumns:
    """The joint amounts of households that have as many draws.

    Attributes:
        rows: their places among the households read.
        amounts: for each right, (states, rows, draws); a right that nothing could be drawn for is left out.
        weights: (rows, draws).
        answers: what was drawn for each question, (rows, draws).
        continuous: the questions whose answers are not a short list.
        questions: for each row, the questions that a right waits for; the others are drawn without any need of them.
        listed: whether the draws are all the combinations of the answers, else a sample.
    """

    rows: Sequence[int]
    amounts: Mapping[str, np.ndarray]
    weights: np.ndarray
    answers: Mapping[Question, np.ndarray] = field(default_factory=dict)
    continuous: frozenset[Question] = frozenset()
    questions: Sequence[Collection[Question]] = ()
    listed: bool = True


class BatchJoint:
    """Reads blocks of households in every state of claims; built once, used for many."""

    def __init__(self, states: ClaimStates, draws: int, seed: int = 0) -> None:
        self.states = states
        self.draws = draws
        self.seed = seed
        self.layout = AnswerLayout(states.plan)

    def read(self, households: Sequence[HouseholdBase]) -> Iterator[JointColumns]:
        """The joint amounts of a block of households, each once: the complete ones first."""
        states, plan = self.states, self.states.plan
        answers, sizes, spans = self.layout.read(households)
        for one in states.fixed:
            for place, (paid, unpaid) in self._ways(households, answers, one).items():
                declared = [states.screener.received_amount(one.right, h)[0] is not False for h in households]
                answers[place] = np.where(declared, paid, unpaid)
        ways: dict[int, tuple[int, np.ndarray, np.ndarray]] = {}
        for bit, one in enumerate(states.varied):
            for place, pair in self._ways(households, answers, one).items():
                ways[place] = (bit, *pair)
        incomplete = within_range(plan, spans, sizes)
        found = {name: np.zeros((states.number, len(households), 1)) for name in states.places}
        for state in range(states.number):
            columns = list(answers)
            for place, (bit, paid, unpaid) in ways.items():
                columns[place] = paid if state >> bit & 1 else unpaid
            results, lacking = plan.columns(columns, sizes)
            incomplete = incomplete | lacking
            for name, places in states.places.items():
                *conditions, amount = (results[place] for place in places)
                found[name][state, :, 0] = np.where(np.logical_and.reduce([amount > 0, *conditions]), amount, 0.0)
        rows = np.flatnonzero(~incomplete)
        if len(rows):
            exact = {name: amounts[:, rows] for name, amounts in found.items()}
            yield JointColumns(rows.tolist(), exact, np.ones((len(rows), 1)))
        rows = np.flatnonzero(incomplete)
        for start in range(0, len(rows), BLOCKED):
            kept = rows[start : start + BLOCKED]
            block = Blocked(self.layout, households, answers, sizes, spans, kept, ())
            varied = {place: (bit, paid[kept], unpaid[kept]) for place, (bit, paid, unpaid) in ways.items()}
            yield from self._drawn(block, kept, varied)

    def _ways(
        self, households: Sequence[HouseholdBase], answers: Sequence[Any], one: Linked
    ) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """What is read of a right when it is in payment, and when it is not, by place."""
        told = [self.states.screener.received_amount(one.right, household) for household in households]
        unsaid = np.array([declared is not True for declared, _ in told], dtype=np.float64)
        found = {place: (unsaid, np.zeros(len(told))) for place in one.claimed}
        for place in one.received:
            values = answers[place].tolist()
            pairs = [
                [received_then(value, declared, amount, paid) for paid in (True, False)]
                for value, (declared, amount) in zip(values, told, strict=True)
            ]
            both = np.array(pairs, dtype=np.float64).reshape(-1, 2)
            found[place] = both[:, 0], both[:, 1]
        return found

    def _drawn(
        self, block: Blocked, kept: np.ndarray, ways: Mapping[int, tuple[int, np.ndarray, np.ndarray]]
    ) -> Iterator[JointColumns]:
        """The joint amounts of incomplete households, those that are drawn alike together."""
        states, plan = self.states, self.states.plan
        questions: dict[int, set[Any]] = {row: set() for row in range(len(kept))}
        for places in states.places.values():
            for row, found in block.questions([plan.roots[place] for place in places]).items():
                questions[row] |= {question for question in found if question[0] not in states.names}
        alone = [row for row in questions if block.has_span(row)]
        for row in alone:
            del questions[row]
        for rows, listed, asked in drawn_alike(plan.rulebook, block, questions):
            answers = {
                plan.inputs[place]: in_states(paid[rows], unpaid[rows], bit, len(states.varied))
                for place, (bit, paid, unpaid) in ways.items()
            }
            group = DrawnGroup(block, rows, Varied(answers, states.moved))
            try:
                drawn = draw(group, self.draws if asked else 1, listed, self.seed)
            except NoPriorError:
                alone += rows
                continue
            shape = (states.number, *drawn.weights.shape)
            amounts = {n: np.broadcast_to(amounts_of(drawn, p), shape) for n, p in states.places.items()}
            waited = [questions[row] for row in rows]
            told = (drawn.weights, drawn.answers, drawn.continuous, waited, listed is not None)
            yield JointColumns(kept[rows].tolist(), amounts, *told)
        for row in alone:
            yield as_columns(states.amounts(block.households[row], self.draws, self.seed), int(kept[row]))


def as_columns(found: JointAmounts, row: int = 0) -> JointColumns:
    """The joint amounts of one household as those of a group of one."""
    amounts = {name: values[:, None] for name, values in found.amounts.items()}
    answers = {question: values[None, :] for question, values in found.answers.items()}
    listed = found.method in ("none", "exact")
    questions = [found.answers.keys()]
    return JointColumns([row], amounts, found.weights[None, :], answers, found.continuous, questions, listed)
