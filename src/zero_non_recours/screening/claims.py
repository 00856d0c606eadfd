"""Reads households again as if some rights were claimed and paid."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import Plan, compile_plan
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.model import Right, Rulebook
from zero_non_recours.screening.answers import AnswerReader
from zero_non_recours.screening.result import Assumption, RightResult
from zero_non_recours.screening.wording import shown_value, uncapitalised

Ends = tuple[float, float]
"""The lowest and the highest amount of a right."""
Received = Callable[[Right, HouseholdBase], tuple[bool | None, float | None]]
"""Whether a household says that it receives a right, and the latest amount."""


class Claims:
    """What the rights of one month are worth when others are supposed claimed."""

    def __init__(self, rulebook: Rulebook, month: Month, rights: Sequence[Right], received: Received) -> None:
        self.rulebook = rulebook
        self.month = month
        self.rights = rights
        self.received = received
        named = [r for r in rulebook.rights.values() if r.claimed is not None]
        self.claimable = {rulebook.variables[r.received].path: r for r in named if r.received is not None}
        """The rights that can be supposed claimed, by the place of the answer that says what is received of them."""

    @property
    def reading(self) -> ClaimedReading | None:
        """What reads the amounts, `None` when claiming a right changes nothing for them."""
        return self.whole if any(self.whole.flags.values()) else None

    @cached_property
    def whole(self) -> ClaimedReading:
        """What reads and draws the amounts, with what is supposed claimed if anything can be."""
        return reading_of(self.rulebook, self.month, self.rights)

    def unanswered(self, household: HouseholdBase) -> dict[str, Right]:
        """The rights that can be supposed claimed and of which nothing says whether they are received, by place."""
        return {field: right for field, right in self.claimable.items() if self.received(right, household)[0] is None}

    def deciding(self, name: str, missing: Iterable[str], unanswered: Mapping[str, Right]) -> dict[str, Right]:
        """The rights, among the unanswered, that the open amount of a right waits for, by place."""
        fields = set(missing)
        return {field: right for field, right in unanswered.items() if field in fields and right.name != name}

    def results(self, household: HouseholdBase, found: Mapping[str, RightResult]) -> dict[str, RightResult]:
        """The results that are one amount once the rights that may be received are supposed claimed.

        Only `expected` and an assumption for each of these rights: the bounds and the status stay those of the answers.
        """
        unanswered: dict[str, Right] | None = None
        waiting: dict[str, tuple[RightResult, dict[str, Right]]] = {}
        for name, result in found.items():
            if result.amount.expected is not None or not any(m.field in self.claimable for m in result.missing):
                continue
            unanswered = self.unanswered(household) if unanswered is None else unanswered
            if deciding := self.deciding(name, (m.field for m in result.missing), unanswered):
                waiting[name] = result, deciding
        if not waiting or unanswered is None or self.reading is None:
            return {}
        claimed = [right.name for right in unanswered.values()]
        amounts = self.reading.amounts(household, claimed)
        changed: dict[str, RightResult] = {}
        for name, (result, deciding) in waiting.items():
            amount, expected = result.amount, single(amounts[name])
            if expected is not None and within(expected, amount.low, amount.high):
                supposed = (self._assumption(right, deciding, amounts) for right in deciding.values())
                changed[name] = replace(
                    result,
                    amount=replace(amount, expected=expected),
                    assumptions=(*result.assumptions, *supposed),
                )
        return changed

    def _assumption(self, right: Right, together: Mapping[str, Right], amounts: Mapping[str, Ends]) -> Assumption:
        variable = self.rulebook.variables[right.received or ""]
        amount = single(amounts[right.name]) if right.name in amounts else None
        labels = ", ".join(uncapitalised(r.label) for r in together.values())
        claimed = "ces droits étaient demandés" if len(together) > 1 else "ce droit était demandé"
        shown = "" if amount is None else shown_value(variable, amount)
        return Assumption(variable.path, amount, f"Comme si {claimed} : {labels}.", variable.label, shown)


class ClaimedReading:
    """Reads the amounts of some rights when any of the rights that they count is supposed claimed."""

    def __init__(self, plan: Plan, rights: Sequence[Right]) -> None:
        self.plan = plan
        self.rights = rights
        """Those whose amount is read: the rights asked for, and those that can be supposed claimed."""
        self.index = {name: place for place, name in enumerate(plan.names)}
        self.flags: Mapping[str, tuple[int, ...]] = {
            right.name: tuple(place for place, slot in enumerate(plan.slots) if slot.name == right.claimed)
            for right in rights
            if right.claimed is not None
        }
        """The answers that suppose each right claimed."""
        self.reader = AnswerReader(plan)

    def amounts(self, household: HouseholdBase, claimed: Collection[str]) -> dict[str, Ends]:
        """The amount of each right when the claimed ones are."""
        pairs = self.read(household, claimed).ends
        return {right.name: self.ends_of(right, pairs) for right in self.rights}

    def read(self, household: HouseholdBase, claimed: Collection[str]) -> Reading:
        """What the plan says of a household when some rights are claimed."""
        answers, persons = self.reader.read(household)
        for name in claimed:
            for place in self.flags.get(name, ()):
                answers[place] = 1.0
        return Reading(self.plan, answers, persons, tight=())

    def places(self, right: Right) -> tuple[int, ...]:
        """The ranks of the conditions and of the amount of a right among the plan's results."""
        return tuple(self.index[name] for name in (*right.conditions, right.amount))

    def ends_of(self, right: Right, pairs: Sequence[tuple[Any, Any]]) -> Ends:
        """The lowest and the highest amount of a right, from the ends of the plan's results."""
        low, high = pairs[self.index[right.amount]]
        refused = high <= 0 or any(not pairs[self.index[c]][1] for c in right.conditions)
        return (0.0, 0.0) if refused else (float(low), float(high))


def reading_of(rulebook: Rulebook, month: Month, rights: Sequence[Right]) -> ClaimedReading:
    """What reads and draws these rights as if others were claimed."""
    claimable = [right for right in rulebook.rights.values() if right.claimed is not None]
    try:
        plan = compile_plan(rulebook, month, _names(rights), drawn=True)
        read = {slot.name for slot in plan.slots}
        together = list({r.name: r for r in (*rights, *(r for r in claimable if r.claimed in read))}.values())
        if len(together) > len(rights):
            plan = compile_plan(rulebook, month, _names(together), drawn=True)
    except PlanError:  # a right that would be counted has no parameters that month
        plan = compile_plan(rulebook, month, _names(rights), unasked=rulebook.hypotheses, drawn=True)
        together = list(rights)
    return ClaimedReading(plan, together)


def single(ends: Ends) -> float | None:
    """The amount, when it is one."""
    low, high = ends
    return low + 0.0 if low == high and math.isfinite(low) else None


def within(value: float, low: float | None, high: float | None) -> bool:
    """Whether a value respects both bounds, `None` where there is none."""
    return (low is None or low <= value) and (high is None or value <= high)


def _names(rights: Sequence[Right]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for right in rights for name in (*right.conditions, right.amount)))
