"""Screens a household month by month, as months pass: what opens, closes or moves, when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month, parse_month, show_month
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.pause import collection_paused
from zero_non_recours.screening.result import Screening, Status
from zero_non_recours.screening.screen import Screener, screener_of
from zero_non_recours.screening.timeline.carried import Carrier
from zero_non_recours.screening.timeline.moves import Calculation, moves
from zero_non_recours.screening.timeline.result import Change, Kind, State, Timeline, condition_changes, state_of

MAX_MONTHS = 36


def timeline(
    household: HouseholdBase | Mapping[str, Any],
    from_month: str,
    to_month: str,
    *,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
) -> Timeline:
    """The rights of a household for each month of right from one to another, if only time passes.

    The first month is `screen` of the household. Each later month is `screen` of the same household as it would be
    then: what is written is kept; an income written month by month goes on at its last amount, a length of time
    grows, and a « yes » that holds for a time nobody said becomes unknown. All of that is told in `assumptions`.

    Args:
        household: a validated `Household`, or a mapping to validate; it is not changed.
        from_month: the first month of right, `AAAA-MM`; nothing reads today's date.
        to_month: the last one, at most 36 months in all.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: a month before the rules' coverage, or an unknown right.
        ValueError: a month is not `AAAA-MM`, the last one is before the first, or there are too many.
    """
    first, last = span(from_month, to_month)
    book = rulebook or default_rulebook()
    wanted = (rights,) if isinstance(rights, str) else None if rights is None else tuple(rights)
    with collection_paused():  # each month is lowered the first time
        if not isinstance(household, HouseholdBase):
            household = household_model(book).model_validate(household)
        return _Months(book, household, wanted).timeline(first, last)


def span(from_month: str, to_month: str) -> tuple[Month, Month]:
    """The first and the last month of a timeline.

    Raises:
        ValueError: a month is not `AAAA-MM`, the last one is before the first, or there are more than 36.
    """
    first, last = parse_month(from_month), parse_month(to_month)
    if last < first:
        raise ValueError(f"le dernier mois ({to_month}) est avant le premier ({from_month}) ; les échanger")
    if last - first >= MAX_MONTHS:
        latest = show_month(first + MAX_MONTHS - 1)
        raise ValueError(f"pas plus de {MAX_MONTHS} mois à la fois ; depuis {from_month}, aller jusqu'à {latest}")
    return first, last


class _Seen(NamedTuple):
    """What one month says, and from what."""

    screener: Screener
    reading: Reading
    screening: Screening


class _Months:
    """Reads one household at several months of right."""

    def __init__(self, rulebook: Rulebook, household: HouseholdBase, rights: tuple[str, ...] | None) -> None:
        self.rulebook = rulebook
        self.household = household
        self.rights = rights

    def timeline(self, first: Month, last: Month) -> Timeline:
        start = self._seen(self.household, first)
        carrier = Carrier(start.screener, self.household, start.reading)
        seen = [start, *(self._seen(carrier.at(month), month) for month in range(first + 1, last + 1))]
        read = {slot.name for month in seen for slot in month.screener.plan.slots}
        return Timeline(
            tuple(month.screening for month in seen),
            tuple(self._changes(seen)),
            carrier.assumptions(last, read),
            tuple(self._notes(seen)),
        )

    def _seen(self, household: HouseholdBase, month: Month) -> _Seen:
        screener = screener_of(self.rulebook, show_month(month), self.rights)
        reading = screener.read(household)
        return _Seen(screener, reading, screener.answer(household, reading))

    def _changes(self, seen: Sequence[_Seen]) -> Iterator[Change]:
        for before, after in pairwise(seen):
            for name, new in after.screening.rights.items():
                old = before.screening.rights.get(name)
                if old is None or state_of(old) == state_of(new):
                    continue
                yield Change(
                    after.screening.month,
                    name,
                    new.label,
                    _kind(old.status, new.status),
                    State(old.status, old.amount),
                    State(new.status, new.amount),
                    tuple(condition_changes(old.conditions, new.conditions)),
                    moves(Calculation(before.reading), Calculation(after.reading), self.rulebook.rights[name].amount),
                )

    def _notes(self, seen: Sequence[_Seen]) -> Iterable[str]:
        """The notes of the first month, then what the rules say of later ones, and the end of their coverage once."""
        end = self.rulebook.coverage.last
        notes = dict.fromkeys(seen[0].screening.notes)
        for month in seen[1:]:
            said = month.screener.notes
            notes |= dict.fromkeys(said[:-1] if month.screener.month > end else said)
        if seen[0].screener.month <= end < seen[-1].screener.month:
            coverage = (
                f"Les règles sont connues jusqu'en {show_month(end)} ; les mois suivants sont calculés avec elles."
            )
            notes[coverage] = None
        return notes


def _kind(before: Status, after: Status) -> Kind:
    if after == "undetermined":
        return "undetermined"
    if before == "undetermined":
        return "settled"
    if before == after:
        return "amount"
    return "opens" if after == "eligible" else "closes"
