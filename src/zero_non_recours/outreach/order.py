"""The group and the rank of the rights of a household: what is urgent, then what is worth the most; ties are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.result import RANKED, MissingStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """What the order of a right depends on.

    Attributes:
        code: the name of the right, the last resort among equals.
        possible: whether it is due for some of the missing answers.
        missing: ρ.
        not_receiving: q'.
        eligible: p.
        declared: whether it is said to be received.
        refused: whether the person does not want it.
        open: whether it can be claimed now.
        urgent: whether the rules say that little time is left.
        deadline: the last day to claim, `AAAA-MM-JJ`.
        value: V.
        minutes: the worker's time.
    """

    code: str
    possible: bool
    missing: float
    not_receiving: float
    eligible: float
    declared: bool | None
    refused: bool
    open: bool
    urgent: bool
    deadline: str | None
    value: float
    minutes: float


def status_of(one: Standing, next_contact: date, figures: OutreachParameters) -> MissingStatus:
    """The group of a right (model of outreach, §4.5)."""
    bounds = figures.thresholds
    if one.refused:
        return "declined"
    if not one.possible:
        return "not_simulated_due"
    seldom = one.missing < bounds.possibly_missing.value
    if one.declared and (one.not_receiving <= bounds.already_received.value or seldom):
        return "already_received"
    if not one.open:
        return "not_open"
    if not seldom and (one.urgent or (one.deadline is not None and date.fromisoformat(one.deadline) < next_contact)):
        return "act_first"
    if seldom:
        return "to_check"
    return "probably_missing" if one.missing >= bounds.probably_missing.value else "possibly_missing"


def ranked(
    standings: Sequence[Standing], statuses: Sequence[MissingStatus], tied: Callable[[int, int], bool]
) -> list[tuple[int, int, int | None]]:
    """The rights to rank, in order: the place of each among `standings`, its rank, and its group of ties.

    Inside a group of rights the largest value comes first. A right that is tied with the first of the ones before it
    shares its rank; among them, the earliest deadline, then the shortest action, the likeliest right, the code.

    Args:
        standings: the rights of a household.
        statuses: their groups.
        tied: whether two rights, by their places, are too close to tell which is worth more.
    """
    places = [place for place, status in enumerate(statuses) if status in RANKED]
    places.sort(key=lambda place: (RANKED.index(statuses[place]), -standings[place].value, standings[place].code))
    groups: list[list[int]] = []
    for place in places:
        first = groups[-1][0] if groups else None
        if first is not None and statuses[first] == statuses[place] and tied(first, place):
            groups[-1].append(place)
        else:
            groups.append([place])
    found: list[tuple[int, int, int | None]] = []
    ties = 0
    for group in groups:
        rank = len(found) + 1
        ties += len(group) > 1
        group.sort(key=lambda place: _among_equals(standings[place]))
        found += [(place, rank, ties if len(group) > 1 else None) for place in group]
    return found


def _among_equals(one: Standing) -> tuple[Any, ...]:
    return (one.deadline or "9999", one.minutes, -one.eligible, one.code)
