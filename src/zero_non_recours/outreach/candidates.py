"""Households as candidates of a plan: what can be done for each, and what it would bring; nothing of who they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from zero_non_recours.outreach.actions import ASSISTED, FOLLOW_UP, MEETINGS
from zero_non_recours.outreach.plan.candidate import SHOWN, Candidate, Option
from zero_non_recours.outreach.resources import equivalised_resources
from zero_non_recours.profile.model import HouseholdBase

if TYPE_CHECKING:
    from zero_non_recours.outreach.blocks import Weighing
    from zero_non_recours.outreach.study import Studies
    from zero_non_recours.outreach.weigh import Weighed

BLOCK = 2048
"""Households studied together."""
DRAWS = 64
"""Draws of what is not known, for each household of a caseload."""


def candidates_of(
    studies: Studies, households: Iterable[HouseholdBase], draws: int = DRAWS, *, answers: bool = False
) -> Iterator[Candidate]:
    """The candidates of households, in their order.

    Args:
        studies: of the month.
        households: validated; read as they come, a block at a time.
        draws: how many draws of what is missing.
        answers: whether to look for what asking a missing answer by telephone would bring.
    """
    from zero_non_recours.outreach.blocks import Blocks

    blocks, source, place = Blocks(studies, draws, answers=answers), iter(households), 0
    while block := list(islice(source, BLOCK)):
        found: list[Candidate | None] = [None] * len(block)
        for weighing in blocks.read(block):
            household = block[weighing.row]
            key = household.id if household.id is not None else f"#{place + weighing.row + 1}"
            found[weighing.row] = candidate_of(weighing, household, key, studies.screener.month)
        place += len(block)
        yield from (candidate for candidate in found if candidate is not None)


def candidate_of(weighing: Weighing, household: HouseholdBase, key: str, month: int) -> Candidate:
    """One household as a candidate; one that objects is only counted."""
    if weighing.steps.objected:
        return Candidate(key, (), 0.0, 0.0, 0.0, {}, True, None, objected=True)
    kept = [one for one in weighing.rights if one.status in SHOWN]
    reach = (one.standing.missing for one in weighing.rights if one.status != "declined")
    return Candidate(
        key,
        tuple(options_of(kept)),
        sum(max(0.0, one.standing.value) for one in kept),
        sum(max(0.0, one.waiting) for one in kept),
        sum(reach),
        {one.standing.code: one.status for one in weighing.rights},
        weighing.complete,
        equivalised_resources(household, month),
        call_gain=weighing.answer,
        declined=tuple(one.standing.code for one in weighing.rights if one.status == "declined"),
    )


def options_of(rights: Sequence[Weighed]) -> Iterator[Option]:
    """What can be done for some rights at once: a meeting, a letter or a message is about all of them.

    Claims already made are followed up, in time of their own.
    """
    ordered = sorted(rights, key=lambda one: (-one.standing.value, one.standing.code))
    names: dict[str, list[tuple[str, float]]] = {}
    minutes: dict[str, float] = {}
    for one in ordered:
        for action in one.actions:
            names.setdefault(action.action, []).append((one.standing.code, max(0.0, action.gain)))
            minutes[action.action] = action.minutes
    for action, found in names.items():
        yield _option(action, found, minutes[action], action in MEETINGS)
    if FOLLOW_UP in names and ASSISTED in names:
        both = sorted(names[ASSISTED] + names[FOLLOW_UP], key=lambda pair: -pair[1])
        yield _option(ASSISTED, both, minutes[ASSISTED] + minutes[FOLLOW_UP], True)


def _option(action: str, found: Sequence[tuple[str, float]], minutes: float, appointment: bool) -> Option:
    return Option(action, tuple(name for name, _ in found), minutes, sum(gain for _, gain in found), appointment)
