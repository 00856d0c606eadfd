"""What a plan knows of a household: what can be done for it, and what this would bring; nothing of who it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SHOWN = frozenset({"act_first", "probably_missing", "possibly_missing"})
"""Statuses of a right that its household is always told of."""
TO_CHECK = "to_check"
"""Status of a right for which an answer must be asked first."""
REFUSED = frozenset({"declined", "objected"})
"""Statuses of a right that is not spoken of again."""
MESSAGE = "message"
LETTER = "courrier"
INFORMATION = frozenset({MESSAGE, LETTER})
"""Actions that only inform: nobody is deprived of them."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be done for a household.

    Attributes:
        action: its name in `rules/non_recours/effets.yaml`.
        rights: the rights it is about, most valuable first.
        minutes: minutes of work.
        gain: euros that it is expected to recover over the horizon, before what it costs (`U` of the model).
        appointment: whether it uses an appointment.
    """

    action: str
    rights: tuple[str, ...]
    minutes: float
    gain: float
    appointment: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household that a plan may help.

    There is no field for who people are, for how likely they are to answer, or for a group: a plan cannot use them.

    Attributes:
        key: opaque key of the caller, or its place in the file.
        options: what can be done; empty: only information.
        value: what its missing rights are worth, euros over the horizon (`V`).
        waiting: euros lost if nothing happens before the next contact (`W`).
        reach: expected number of rights missing; read by the audit only, never to order.
        statuses: status of each right.
        complete: no answer is missing.
        resources: monthly resources per consumption unit, euros, for the order by deprivation; `None`: unknown.
        call_gain: what asking the most useful missing answer by telephone would bring, net of its cost, euros.
        objected: the household does not want to be contacted; it is then only counted.
        declined: rights that it does not want.
    """

    key: str
    options: tuple[Option, ...]
    value: float
    waiting: float
    reach: float
    statuses: Mapping[str, str]
    complete: bool
    resources: float | None
    call_gain: float = 0.0
    objected: bool = False
    declined: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The rights that the household is told of."""
        return tuple(right for right, status in self.statuses.items() if status in SHOWN)

    @property
    def to_check(self) -> tuple[str, ...]:
        """The rights for which an answer is missing first."""
        return tuple(right for right, status in self.statuses.items() if status == TO_CHECK)
