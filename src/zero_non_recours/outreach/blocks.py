"""Studies blocks of households with the model of outreach: the same numbers as one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zero_non_recours.outreach.study import Studies
from zero_non_recours.outreach.weigh import Seen, Weighed
from zero_non_recours.outreach.worth import answer_values, as_of
from zero_non_recours.profile.follow_up import Steps, steps_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.screening.batch.joint import BatchJoint, JointColumns
from zero_non_recours.screening.batch.screen import BatchScreener


class Weighing(NamedTuple):
    """A household of a block: its place, and each of its rights."""

    row: int
    steps: Steps
    seen: list[Seen]
    rights: list[Weighed]
    complete: bool
    """Whether no answer that matters is missing, besides what is received."""
    answer: float
    """What asking the most useful missing answer brings, its cost taken off, in euros; 0 when it was not looked for."""


class Blocks:
    """Studies blocks of households with the same numbers as one by one; built once, used for many."""

    def __init__(self, studies: Studies, draws: int, *, answers: bool = False) -> None:
        """`draws`: of what is missing; `answers`: whether to look for what the missing answers are worth."""
        self.studies = studies
        self.answers = answers
        self.screener = BatchScreener(studies.screener, tight=False)
        self.joint = BatchJoint(studies.states, draws)

    def read(self, households: Sequence[HouseholdBase]) -> Iterator[Weighing]:
        """Each household of a block, in whatever order is the quickest."""
        studies = self.studies
        columns = self.screener.screen(households)
        steps = [steps_of(household) for household in households]
        seen = [
            [
                Seen(
                    one.status[row],
                    bool(one.missing[row]),
                    one.outcome[row],
                    one.deadline[row],
                    one.urgent[row],
                    one.received[row],
                    one.received_amount[row],
                )
                for one in columns
            ]
            for row in range(len(households))
        ]
        for piece in self.joint.read(households):
            filled = studies.filled(piece)
            for row in self._unsure(filled, seen):
                seen[row] = studies.seen(households[row], studies.screener.screen(households[row]))
            of = [studies.told(households[row], steps[row], seen[row]) for row in piece.rows]
            found = studies.assessor.assess(filled, of)
            worth = studies.assessor.value(found.by_draw, of) if self.answers else None
            for at, row in enumerate(piece.rows):
                weighed = studies.weigher.weigh(steps[row], seen[row], of[at], found, at)
                best = 0.0
                if worth is not None:
                    drawn, screener = as_of(piece, at, found.weights), studies.screener
                    mine = (drawn, worth[:, at], of[at], weighed)
                    values = answer_values(screener, studies.figures, households[row], *mine)
                    best = max((value.net for value in values.values()), default=0.0)
                yield Weighing(row, steps[row], seen[row], weighed, piece.weights.shape[1] == 1, max(0.0, best))

    def _unsure(self, piece: JointColumns, seen: Sequence[Sequence[Seen]]) -> set[int]:
        """The households with a right that wide bounds leave open, and that no draw moves: tight ones will tell."""
        found: set[int] = set()
        for place, name in enumerate(self.studies.names):
            amounts = piece.amounts[name]
            still = (amounts == amounts[..., :1]).all(axis=(0, 2)).tolist()
            found |= {row for row, same in zip(piece.rows, still, strict=True) if same and seen[row][place].open}
        return found
