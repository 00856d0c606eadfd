"""What a batch says of one right: a list per field, with one item per household."""

from __future__ import annotations

from dataclasses import dataclass

from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.result import Likelihood, Status


@dataclass(frozen=True, slots=True)
class RightColumns:
    """One right of many households: every list has one item per household."""

    right: Right
    status: list[Status]
    low: list[float | None]
    expected: list[float | None]
    high: list[float | None]
    received: list[bool | None]
    received_amount: list[float | None]
    missing: list[tuple[str, ...]]
    """Fields of the answers that would settle it, in the order of the questions."""
    assumptions: list[int]
    """How many answers were supposed."""
    near_miss: list[str]
    label: list[str]
    outcome: list[str | None]
    """The code of the next steps' case that applies."""
    deadline: list[str | None]
    urgent: list[bool]
    """Whether the rules say that little time is left."""
    notes: list[str]
    """What to know of the answers looked for in tables."""
    likelihood: list[Likelihood | None]
    """What draws say of an open right, when they were asked for."""
