"""What a plan says of one household: exactly where it can, in bounds elsewhere, each part computed at its first use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zero_non_recours.engine.plan import Answer, Plan


class Reading:
    """The answers of a household read by a plan.

    Attributes:
        lacking: for each result, whether an answer it needs is unknown.
        incomplete: whether one of them lacks an answer.
        ends: the lowest and the highest value of each result; results that lack no answer are exact, with equal ends.
    """

    def __init__(self, plan: Plan, answers: Sequence[Answer], persons: int) -> None:
        self.plan = plan
        self.answers: Sequence[Any] = answers
        self.persons = persons
        results, self.lacking = plan.run(answers, persons)
        self.incomplete = any(self.lacking)
        self.ends: list[tuple[Any, Any]] = [
            self.trace[root] if lacks else (value, value)
            for root, value, lacks in zip(plan.roots, results, self.lacking, strict=True)
        ]

    @cached_property
    def trace(self) -> Mapping[int, tuple[Any, Any]]:
        """The interval of every node behind the results."""
        return self.plan.bounds_trace(self.answers, self.persons)

    @cached_property
    def supposed(self) -> Mapping[int, Any]:
        """What tells the values supposed."""
        return self.plan.supposed(self.answers, self.persons)
