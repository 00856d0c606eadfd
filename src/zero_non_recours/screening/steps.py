"""What to do next for a right: its general steps, or the case that the household and the month make apply."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zero_non_recours.profile.periods import Month, first_day, show_date
from zero_non_recours.rulebook.model import Right, Rulebook, StepCase
from zero_non_recours.rulebook.steps import DEADLINE
from zero_non_recours.screening.wording import long_day

if TYPE_CHECKING:
    import numpy as np

_KEYS = {
    "ou": "where",
    "lien": "url",
    "formulaires": "forms",
    "pieces": "documents",
    "delai": "delay",
    "retroactif": "retroactive",
    "conseil": "advice",
    "droits_lies": "linked_rights",
    "source": "source",
}
_ABSENT: Mapping[str, Any] = {
    "where": None,
    "url": None,
    "forms": [],
    "documents": [],
    "deadline": None,
    "retroactive": None,
}
_NO_CASE: Mapping[str, Any] = {"deadline": None, "outcome": None, "text": None, "question": None, "urgent": False}
UNKNOWN_DAY = "(date à vérifier)"


@dataclass(frozen=True, slots=True)
class _Case:
    """A case with the places of what it reads among the results of a plan, and its steps ready to give."""

    written: StepCase
    condition: int
    deadline: int | None
    fixed: str | None
    """The deadline that the month alone gives."""
    urgent: int | None
    steps: Mapping[str, Any]


class NextSteps:
    """The next steps of one right for one month; built once, read for many households."""

    def __init__(self, rulebook: Rulebook, right: Right, month: Month, index: Mapping[str, int]) -> None:
        general = {**_ABSENT, **_renamed(right.steps)}
        self.general: Mapping[str, Any] = {**general, **_NO_CASE}
        self.cases: tuple[_Case, ...] = tuple(
            _Case(
                case,
                index[case.condition],
                index.get(case.deadline or ""),
                _parameter_day(rulebook, case.deadline, month),
                index.get(case.urgent or ""),
                {**general, **_renamed(case.steps), **_NO_CASE},
            )
            for case in right.cases
        )

    def read(self, pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
        """The next steps of a household, from both ends of each result of its plan."""
        for case in self.cases:
            if pairs[case.condition][0]:
                deadline = case.fixed if case.deadline is None else _day(*pairs[case.deadline])
                written = case.written
                return {
                    **case.steps,
                    "deadline": deadline,
                    "outcome": written.code,
                    "text": written.phrase.replace(DEADLINE, UNKNOWN_DAY if deadline is None else long_day(deadline)),
                    "question": written.question or None,
                    "urgent": case.urgent is not None and bool(pairs[case.urgent][0]),
                }
        return dict(self.general)

    def columns(
        self, lows: Sequence[np.ndarray], highs: Sequence[np.ndarray], size: int
    ) -> tuple[list[str | None], list[str | None], list[bool]]:
        """The outcome and the deadline of many households, and whether little time is left."""
        outcomes: list[str | None] = [None] * size
        deadlines: list[str | None] = [None] * size
        urgent = [False] * size
        if not self.cases:
            return outcomes, deadlines, urgent
        import numpy as np

        open_ = np.ones(size, np.bool_)
        days: dict[tuple[float, float], str | None] = {}
        for case in self.cases:
            here = open_ & lows[case.condition]
            open_ = open_ & ~here
            for row in np.flatnonzero(here).tolist():
                outcomes[row] = case.written.code
                urgent[row] = case.urgent is not None and bool(lows[case.urgent][row])
                if case.deadline is None:
                    deadlines[row] = case.fixed
                    continue
                ends = float(lows[case.deadline][row]), float(highs[case.deadline][row])
                if ends not in days:
                    days[ends] = _day(*ends)
                deadlines[row] = days[ends]
        return outcomes, deadlines, urgent


def outcome_lines(steps: Mapping[str, Any]) -> Iterable[str]:
    """What the case that applies says, line by line: its sentence, the deadline, the question to ask."""
    if text := steps.get("text"):
        yield f"URGENT : {text}" if steps.get("urgent") else text
        if (deadline := steps.get("deadline")) and (day := long_day(deadline)) not in text:
            yield f"échéance : {day}"
        if question := steps.get("question"):
            yield f"à demander : {question}"


def _renamed(steps: Mapping[str, Any]) -> dict[str, Any]:
    return {_KEYS.get(key, key): value for key, value in steps.items()}


def _day(low: float, high: float) -> str | None:
    """A settled date as `AAAA-MM-JJ`."""
    return show_date(low) if low == high and math.isfinite(low) else None


def _parameter_day(rulebook: Rulebook, name: str | None, month: Month) -> str | None:
    """The date that a parameter gives for a month, if it is one and has a value then."""
    parameter = rulebook.parameters.get(name or "")
    found = None if parameter is None else parameter.series.at(first_day(month))
    return None if found is None or found.value is None else _day(found.value, found.value)
