"""Studies households with the model of outreach: one by one, or in blocks with the same numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from zero_non_recours.engine.reading import Reading
from zero_non_recours.outreach.actions import CLAIMING, Action, actions_for, best_action, cause_weights, signs_of
from zero_non_recours.outreach.assess import Assessment, Assessor, Redrawn, Told
from zero_non_recours.outreach.order import Standing, status_of
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.result import MissingStatus
from zero_non_recours.outreach.told import told_of
from zero_non_recours.outreach.waiting import cost_of_waiting, lost_if_closed, month_ends_between
from zero_non_recours.outreach.worth import answer_values, as_of
from zero_non_recours.profile.follow_up import Steps, steps_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Right, Rulebook
from zero_non_recours.screening.batch.joint import BatchJoint, JointColumns, as_columns
from zero_non_recours.screening.batch.screen import BatchScreener
from zero_non_recours.screening.joint import JointAmounts, joint_of
from zero_non_recours.screening.result import Screening, Status
from zero_non_recours.screening.screen import screener_of


class Seen(NamedTuple):
    """What the screening says of one right."""

    status: Status
    open: bool
    """Whether a missing answer leaves it open."""
    outcome: str | None
    deadline: str | None
    urgent: bool
    declared: bool | None
    received: float | None
    """The latest amount declared as received."""


class Weighed(NamedTuple):
    """A right of a household: where it stands, its group, what it is worth and what can be done."""

    standing: Standing
    status: MissingStatus
    waiting: float
    """W, in euros."""
    refusal: float
    unused: float | None
    """For a voucher that is received, the probability that it has not been used."""
    causes: Mapping[str, float]
    actions: tuple[Action, ...]

    @property
    def action(self) -> Action:
        """What to do."""
        return best_action(self.actions)


@dataclass(frozen=True)
class Study:
    """One household with all that the model says of it."""

    household: HouseholdBase
    steps: Steps
    reading: Reading
    screening: Screening
    joint: JointAmounts
    undrawn: frozenset[str]
    """The rights of which nothing could be drawn."""
    told: list[Told]
    columns: JointColumns
    assessment: Assessment
    assessor: Assessor
    weighed: list[Weighed]

    @cached_property
    def redrawn(self) -> Redrawn:
        """The model with its figures redrawn."""
        return self.assessor.redrawn(self.columns, [self.told])

    @property
    def weighed_columns(self) -> JointColumns:
        """Its joint amounts, the draws weighed by what it declares."""
        return as_of(self.columns, 0, self.assessment.weights)

    @cached_property
    def worth(self) -> np.ndarray:
        """V of each right in each draw, (rights, draws)."""
        return self.assessor.value(self.assessment.by_draw, [self.told])[:, 0]


class Studies:
    """Studies the households of a month; built once, used for many."""

    def __init__(
        self,
        rulebook: Rulebook,
        month: str,
        rights: Sequence[str] | None,
        figures: OutreachParameters,
        today: date | None = None,
    ) -> None:
        """`today`: the day of the study, from which the next contact is counted; default, the first of the month."""
        self.figures = figures
        self.screener = screener_of(rulebook, month, rights)
        self.states = joint_of(self.screener)
        self.rights: list[Right] = self.screener.rights
        self.names = tuple(right.name for right in self.rights)
        self.assessor = Assessor(self.rights, self.states.linked, self.states.dependent, figures)
        self.today = today or date(self.screener.month // 12, self.screener.month % 12 + 1, 1)
        self.next_contact = _months_after(self.today, round(figures.thresholds.next_contact.value))
        self.month_ends = month_ends_between(self.today, self.next_contact)

    def study(self, household: HouseholdBase, draws: int) -> Study:
        """Everything on one household."""
        steps, reading = steps_of(household), self.screener.read(household)
        screening = self.screener.answer(household, reading)
        joint = self.states.amounts(household, draws)
        undrawn = frozenset(name for name in self.names if name not in joint.amounts)
        columns = self._filled(as_columns(joint))
        seen = self.seen(household, screening)
        told = self._told(household, steps, seen)
        assessment = self.assessor.assess(columns, [told])
        weighed = self.weigh(steps, seen, told, assessment, 0)
        return Study(
            household, steps, reading, screening, joint, undrawn, told, columns, assessment, self.assessor, weighed
        )

    def seen(self, household: HouseholdBase, screening: Screening) -> list[Seen]:
        """What a screening says of each right."""
        results = (screening.rights[name] for name in self.names)
        return [
            Seen(
                result.status,
                bool(result.missing),
                result.next_steps["outcome"],
                result.next_steps["deadline"],
                result.next_steps["urgent"],
                *self._received(right, household),
            )
            for right, result in zip(self.rights, results, strict=True)
        ]

    def weigh(
        self, steps: Steps, seen: Sequence[Seen], told: Sequence[Told], found: Assessment, row: int
    ) -> list[Weighed]:
        """Each right of one household, the row of an assessment: its group, what it is worth, what can be done."""
        return [self._weigh(place, steps, seen[place], told[place], found, row) for place in range(len(seen))]

    def _weigh(self, place: int, steps: Steps, seen: Seen, told: Told, found: Assessment, row: int) -> Weighed:
        right, figures = self.rights[place], self.figures
        mine = steps.of(right.name)
        eligible, missing = float(found.eligible[place, row]), float(found.missing[place, row])
        value, yearly = float(found.value[place, row]), right.amount_unit == "€/an"
        share, not_receiving = float(found.share[place, row]), float(found.not_receiving[place, row])
        refusal, declared = 1.0 - told.award * eligible, seen.declared
        unused = None
        rate = figures.base_rates.of(right.name).unused
        if declared and rate is not None and mine.used is not True:
            unused = 1.0 if mine.used is False else rate.value
            missing, not_receiving, declared, eligible = unused, unused, None, 1.0
            value, refusal = unused * (seen.received or 0.0), 0.0
        causes = cause_weights(figures.effects, signs_of(mine, seen.declared))
        actions = actions_for(figures, value, causes, claimed=mine.claimed and seen.declared is not True)
        if unused is not None:  # it is to be used, not claimed
            actions = [action for action in actions if action.action not in CLAIMING]
        deadline = seen.deadline if yearly or seen.urgent else None  # the end of the month is no closing date
        if yearly:
            closing = None if deadline is None else date.fromisoformat(deadline)
            waiting = (
                0.0 if closing is None else lost_if_closed(value, 1.0, closing=closing, next_contact=self.next_contact)
            )
        else:
            back = right.steps.get("retroactif") is True
            waiting = 0.0 if back else cost_of_waiting(share, told.award * told.open, month_ends=self.month_ends)
        standing = Standing(
            code=right.name,
            possible=seen.status != "not_eligible" or eligible > 0,
            missing=missing,
            not_receiving=not_receiving,
            eligible=eligible,
            declared=declared,
            refused=mine.refused is True,
            open=told.open or unused is not None,
            urgent=seen.urgent,
            deadline=deadline,
            value=value,
            minutes=best_action(actions).minutes,
        )
        status = status_of(standing, self.next_contact, figures)
        return Weighed(standing, status, waiting, refusal, unused, causes, tuple(actions))

    # -- blocks -----------------------------------------------------------------------------------------

    def blocks(self, draws: int, answers: bool = False) -> Blocks:
        """What studies blocks of households.

        Args:
            draws: how many draws of what is missing.
            answers: whether to look for what the missing answers are worth.
        """
        return Blocks(self, draws, answers)

    def _told(self, household: HouseholdBase, steps: Steps, seen: Sequence[Seen]) -> list[Told]:
        declared = {name: one.declared for name, one in zip(self.names, seen, strict=True)}
        outcomes = {name: one.outcome for name, one in zip(self.names, seen, strict=True)}
        open_ = [name for name, one in zip(self.names, seen, strict=True) if one.open]
        others = {right.name: self._received(right, household)[0] for right in self._unasked}
        return told_of(household, steps, declared, others, outcomes, open_, self.figures)

    @cached_property
    def _unasked(self) -> list[Right]:
        """The rights that are not asked for and whose receipt moves the base rate of one that is."""
        rates = (self.figures.base_rates.of(name) for name in self.names)
        read = {one.received for rate in rates for one in rate.covariates} - set(self.names)
        return [right for name, right in self.screener.rulebook.rights.items() if name in read]

    def _received(self, right: Right, household: HouseholdBase) -> tuple[bool | None, float | None]:
        return self.screener.received_amount(right, household) if right.received else (None, None)

    def _filled(self, found: JointColumns) -> JointColumns:
        """The joint amounts with nothing for the rights of which nothing could be drawn."""
        if len(found.amounts) == len(self.names):
            return found
        nothing = np.zeros((self.states.number, *found.weights.shape))
        return replace(found, amounts={name: found.amounts.get(name, nothing) for name in self.names})


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

    def __init__(self, studies: Studies, draws: int, answers: bool) -> None:
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
            filled = studies._filled(piece)
            for row in self._unsure(filled, seen):
                seen[row] = studies.seen(households[row], studies.screener.screen(households[row]))
            of = [studies._told(households[row], steps[row], seen[row]) for row in piece.rows]
            found = studies.assessor.assess(filled, of)
            worth = studies.assessor.value(found.by_draw, of) if self.answers else None
            for at, row in enumerate(piece.rows):
                weighed = studies.weigh(steps[row], seen[row], of[at], found, at)
                best = 0.0
                if worth is not None:
                    values = answer_values(
                        studies, households[row], as_of(piece, at, found.weights), worth[:, at], of[at], weighed
                    )
                    best = max((value.net for value in values.values()), default=0.0)
                yield Weighing(row, steps[row], seen[row], weighed, not piece.answers, max(0.0, best))

    def _unsure(self, piece: JointColumns, seen: Sequence[Sequence[Seen]]) -> set[int]:
        """The households with a right that wide bounds leave open, and that no draw moves: tight ones will tell."""
        found: set[int] = set()
        for place, name in enumerate(self.studies.names):
            amounts = piece.amounts[name]
            still = (amounts == amounts[..., :1]).all(axis=(0, 2)).tolist()
            found |= {row for row, same in zip(piece.rows, still, strict=True) if same and seen[row][place].open}
        return found


def _months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def studies_of(
    rulebook: Rulebook,
    month: str,
    rights: Sequence[str] | None,
    figures: OutreachParameters,
    today: date | None = None,
) -> Studies:
    """The studies of a month, built once per rulebook and figures."""
    wanted: Any = None if rights is None else tuple(rights)
    key = ("studies", month, wanted, figures.digest, today)
    return rulebook.once(key, lambda: Studies(rulebook, month, wanted, figures, today))
