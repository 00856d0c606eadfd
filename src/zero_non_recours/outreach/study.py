"""Studies households with the model of outreach, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from zero_non_recours.engine.reading import Reading
from zero_non_recours.outreach.assess import Assessment, Assessor, Redrawn, Told
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.told import told_of
from zero_non_recours.outreach.weigh import Seen, Weighed, Weigher
from zero_non_recours.outreach.worth import as_of
from zero_non_recours.profile.follow_up import Steps, steps_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Right, Rulebook
from zero_non_recours.screening.batch.joint import JointColumns, as_columns
from zero_non_recours.screening.joint import JointAmounts, joint_of
from zero_non_recours.screening.result import Screening
from zero_non_recours.screening.screen import screener_of


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
        first = date(self.screener.month // 12, self.screener.month % 12 + 1, 1)
        self.weigher = Weigher(self.rights, figures, today or first)

    def study(self, household: HouseholdBase, draws: int) -> Study:
        """Everything on one household."""
        steps, reading = steps_of(household), self.screener.read(household)
        screening = self.screener.answer(household, reading)
        joint = self.states.amounts(household, draws)
        undrawn = frozenset(name for name in self.names if name not in joint.amounts)
        columns = self.filled(as_columns(joint))
        seen = self.seen(household, screening)
        told = self.told(household, steps, seen)
        assessment = self.assessor.assess(columns, [told])
        weighed = self.weigher.weigh(steps, seen, told, assessment, 0)
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

    def told(self, household: HouseholdBase, steps: Steps, seen: Sequence[Seen]) -> list[Told]:
        """What its file says of each right."""
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

    def filled(self, found: JointColumns) -> JointColumns:
        """The joint amounts with nothing for the rights of which nothing could be drawn."""
        if len(found.amounts) == len(self.names):
            return found
        nothing = np.zeros((self.states.number, *found.weights.shape))
        return replace(found, amounts={name: found.amounts.get(name, nothing) for name in self.names})


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
