"""A plan of outreach: a proposal of who to contact, how, and why; nothing is sent, nothing is decided."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from zero_non_recours.outreach.plan.audit import GroupAudit
from zero_non_recours.outreach.plan.capacity import Capacity
from zero_non_recours.outreach.plan.deprivation import Overlap
from zero_non_recours.outreach.plan.floor import Floor
from zero_non_recours.outreach.plan.purpose import Purpose
from zero_non_recours.outreach.plan.weights import Order

Step = Literal["appointment", "follow_up", "call", "letter", "message", "none"]
STATUS = "to_verify"
"""Every line of a plan is to be verified by a person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a plan proposes for a household.

    Attributes:
        key: the caller's key.
        rank: place in the plan, 1 for the first; `None` when there is nothing to propose.
        step: what to do: an appointment, a follow-up without one, a call for a missing answer, a letter, a message.
        action: its name in the outreach parameters; `None` for a call or nothing.
        rights: the rights it is about, most valuable first.
        minutes: minutes of work of the action.
        gain: euros that the action is expected to recover over the horizon, to the nearest ten.
        call_first: telephone before anything else, because the answer is worth it.
        drawn_at_random: chosen by the draw, not by the order.
        why: French sentences.
    """

    key: str
    rank: int | None
    step: Step
    action: str | None
    rights: tuple[str, ...]
    minutes: float
    gain: float
    call_first: bool
    drawn_at_random: bool
    why: str


@dataclass(frozen=True, slots=True)
class Header:
    """What a plan was made with: enough to make it again.

    Attributes:
        random_share: share of the capacity drawn at random.
        order: `value` or `waiting`.
        calls: share of the capacity spent on calls.
        equity: exponent of the weight on resources; 0: a euro is a euro.
        equity_reference: resources at which that weight is 1, euros a month.
        floor: family of groups that had a floor, if any.
        parameters, rulebook: what distinguishes the figures and the rules that were used.
    """

    purpose: Purpose
    capacity: Capacity
    random_share: float
    seed: int
    order: Order
    calls: float
    equity: float
    equity_reference: float | None
    floor: str | None
    parameters: str
    rulebook: Mapping[str, str]
    month: str | None

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape of a header."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "purpose": self.purpose.value,
            "capacity": asdict(self.capacity),
            "rulebook": dict(self.rulebook),
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """Where every candidate is: `candidates` is the sum of all the others.

    Attributes:
        objected: do not want to be contacted; they are nowhere else in the plan.
        selected: an appointment, by the order.
        drawn: an appointment (or other help), by the draw.
        followed_up: help without an appointment.
        called: a call for a missing answer, and nothing more for now.
        letters, messages: informed.
        nothing: no right to tell them of.
    """

    candidates: int
    objected: int
    selected: int
    drawn: int
    followed_up: int
    called: int
    letters: int
    messages: int
    nothing: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What the plan takes and brings.

    Attributes:
        appointments: given.
        minutes: of work with households, calls included.
        information_minutes: of work for letters and messages; never taken from the capacity.
        calls: planned, for households that also get something else or not.
        gain: euros expected from all of it, over the horizon.
        gain_of_information: the part that would come from letters and messages alone, sent to everybody.
    """

    appointments: int
    minutes: float
    information_minutes: float
    calls: int
    gain: float
    gain_of_information: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: a proposal, for one purpose, that a person verifies.

    Attributes:
        entries: every household that has not objected, in the order to contact them.
        calls: keys of those to telephone first, the most useful answer first.
        audit: by group; complete and incomplete files always.
        floor: what a floor on the reach of groups changed, if one was asked for.
        notes: French sentences.
    """

    header: Header
    counts: Counts
    totals: Totals
    entries: tuple[Entry, ...]
    calls: tuple[str, ...]
    audit: tuple[GroupAudit, ...]
    overlap: Overlap
    floor: Floor | None = None
    notes: tuple[str, ...] = ()
    proposal: Literal[True] = field(default=True, init=False)
    status: str = field(default=STATUS, init=False)

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape of a plan."""
        return {
            "proposal": self.proposal,
            "status": self.status,
            "header": self.header.model_dump(),
            "counts": asdict(self.counts),
            "totals": asdict(self.totals),
            "notes": list(self.notes),
            "calls": list(self.calls),
            "entries": [{**asdict(entry), "rights": list(entry.rights)} for entry in self.entries],
            "audit": [group.model_dump() for group in self.audit],
            "overlap": self.overlap.model_dump(),
            "floor": None if self.floor is None else asdict(self.floor),
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`model_dump` as JSON text."""
        return json.dumps(self.model_dump(), ensure_ascii=False, indent=indent, allow_nan=False)
