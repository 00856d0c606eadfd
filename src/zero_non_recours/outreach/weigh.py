"""Weighs each right of a household: its group, what it is worth, what waiting costs, what can be done."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from zero_non_recours.outreach.actions import CLAIMING, Action, actions_for, best_action, cause_weights, signs_of
from zero_non_recours.outreach.assess import Assessment, Told
from zero_non_recours.outreach.order import Standing, status_of
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.result import MissingStatus
from zero_non_recours.outreach.waiting import cost_of_waiting, lost_if_closed, month_ends_between
from zero_non_recours.profile.follow_up import Steps
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.result import Status


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


class Weigher:
    """Weighs rights by the figures, from one day on; built once, used for many households."""

    def __init__(self, rights: Sequence[Right], figures: OutreachParameters, today: date) -> None:
        self.rights = rights
        self.figures = figures
        self.next_contact = months_after(today, round(figures.thresholds.next_contact.value))
        self.month_ends = month_ends_between(today, self.next_contact)

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


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
