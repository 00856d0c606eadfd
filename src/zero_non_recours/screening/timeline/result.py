"""What a timeline says: the months, what changes from one to the next, what opens later; and its JSON shape."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, NamedTuple

from zero_non_recours.engine.graph import PlanError
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.screening.result import Amount, Condition, RightResult, Screening, Status
from zero_non_recours.screening.sentences import between
from zero_non_recours.screening.timeline.moves import Move
from zero_non_recours.screening.wording import euros, month_name, per

_COUNTED = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")

Kind = Literal["opens", "closes", "amount", "undetermined", "settled"]


@dataclass(frozen=True, slots=True)
class State:
    """What a month says of a right."""

    status: Status
    amount: Amount

    def model_dump(self) -> dict[str, Any]:
        """The state as plain data."""
        amount = self.amount
        return {"status": self.status, "low": amount.low, "expected": amount.expected, "high": amount.high}


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """A condition of a right whose truth is another one (`None`: unknown)."""

    id: str
    text: str
    reference: str
    before: bool | None
    after: bool | None

    @property
    def sentence(self) -> str:
        """« condition désormais remplie : … »."""
        said = {True: "désormais remplie", False: "qui n'est plus remplie", None: "à vérifier"}[self.after]
        return f"condition {said} : {self.text} [{self.reference}]"

    def model_dump(self) -> dict[str, Any]:
        """The change as plain data."""
        return {name: getattr(self, name) for name in ("id", "text", "reference", "before", "after")}


@dataclass(frozen=True, slots=True)
class Change:
    """A month at which a right is no longer what it was the month before.

    `kind` says how it ends: the right opens, closes, is worth another amount, waits for a missing answer
    (`undetermined`), or no longer waits for one (`settled`).
    """

    month: str
    right: str
    label: str
    kind: Kind
    before: State
    after: State
    conditions: tuple[ConditionChange, ...]
    """Those whose truth changed."""
    moved: tuple[Move, ...]
    """The steps of the calculation that explain the move."""

    @property
    def sentence(self) -> str:
        """« Prime d'activité : pourrait s'ouvrir en janvier 2027, 214,30 € par mois. »"""
        when, amount = month_name(parse_month(self.month)), amount_text(self.after.amount)
        match self.kind:
            case "opens":
                said = f"pourrait s'ouvrir en {when}, {amount}"
            case "closes":
                said = f"se fermerait en {when} ({amount_text(self.before.amount)} jusque-là)"
            case "undetermined":
                said = f"à préciser en {when}, {amount}"
            case "settled" if self.after.status == "not_eligible":
                said = f"pas de droit en {when}, quelles que soient les réponses qui manquaient avant"
            case "settled":
                said = f"pourrait être ouvert en {when}, {amount}, quelles que soient les réponses qui manquaient avant"
            case _:
                said = f"{amount} en {when} (avant : {amount_text(self.before.amount)})"
        return f"{self.label} : {said}."

    def model_dump(self) -> dict[str, Any]:
        """The change as plain data."""
        return {
            "month": self.month,
            "right": self.right,
            "label": self.label,
            "kind": self.kind,
            "sentence": self.sentence,
            "before": self.before.model_dump(),
            "after": self.after.model_dump(),
            "conditions": [condition.model_dump() for condition in self.conditions],
            "moved": [move.model_dump() for move in self.moved],
        }


@dataclass(frozen=True, slots=True)
class Opening:
    """The first month at which a right that is not open in the first month may be claimed."""

    right: str
    label: str
    month: str
    in_months: int
    amount: Amount
    waiting: bool
    """Whether the first month waits for a missing answer: the right may then be open already."""
    conditions: tuple[ConditionChange, ...]
    """The conditions of the right that are met then and were not in the first month."""

    @property
    def sentence(self) -> str:
        """« Prime d'activité : pourrait s'ouvrir en janvier 2027 (dans deux mois), 214,30 € par mois. »"""
        count = _COUNTED[self.in_months - 1] if self.in_months <= len(_COUNTED) else str(self.in_months)
        when = f"en {month_name(parse_month(self.month))} (dans {count} mois)"
        said = f"à préciser ; au plus tard {when}" if self.waiting else f"pourrait s'ouvrir {when}"
        met = " ; ".join(condition.text for condition in self.conditions)
        why = f" Alors rempli : {met}." if met else ""
        return f"{self.label} : {said}, {amount_text(self.amount)}.{why}"

    def model_dump(self) -> dict[str, Any]:
        """The opening as plain data."""
        return {
            "right": self.right,
            "label": self.label,
            "month": self.month,
            "in_months": self.in_months,
            "sentence": self.sentence,
            "conditions": [condition.model_dump() for condition in self.conditions],
        }


class Run(NamedTuple):
    """Months that follow each other and say the same of a right (`None`: it is not computed then)."""

    first: str
    last: str
    result: RightResult | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The rights of one household over some months, in order, and what changes from one to the next."""

    months: tuple[Screening, ...]
    changes: tuple[Change, ...]
    assumptions: tuple[str, ...]
    """What was supposed of months that had not come yet, in French, once each."""
    notes: tuple[str, ...] = ()
    """What to know of the whole answer: the notes of the first month, and those that later months add."""

    @property
    def rights(self) -> tuple[str, ...]:
        """The rights of one month at least."""
        return tuple(dict.fromkeys(name for month in self.months for name in month.rights))

    def runs(self, right: str) -> tuple[Run, ...]:
        """A right over all months, those that say the same together.

        Raises:
            PlanError: the right is in no month.
        """
        self._check(right)
        found: list[Run] = []
        for _, months in groupby(self.months, lambda month: _shown(month.rights.get(right))):
            same = list(months)
            found.append(Run(same[0].month, same[-1].month, same[0].rights.get(right)))
        return tuple(found)

    def next_opening(self, right: str) -> Opening | None:
        """The first month where a right that is not open in the first month is; `None` when there is none.

        Raises:
            PlanError: the right is in no month.
        """
        self._check(right)
        first = self.months[0].rights.get(right)
        if first is None or first.status == "eligible":
            return None
        for later, month in enumerate(self.months):
            result = month.rights.get(right)
            if result is not None and result.status == "eligible":
                met = tuple(c for c in condition_changes(first.conditions, result.conditions) if c.after)
                waiting = first.status == "undetermined"
                return Opening(right, result.label, month.month, later, result.amount, waiting, met)
        return None

    def _check(self, right: str) -> None:
        if right not in self.rights:
            raise PlanError(f"aucun droit ne s'appelle « {right} » ; droits : {', '.join(self.rights)}")

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The timeline as plain data: each month has the shape of a screening."""
        first = self.months[0]
        openings = {right: self.next_opening(right) for right in self.rights}
        return {
            "id": first.id,
            "from": first.month,
            "to": self.months[-1].month,
            "rulebook": dict(first.rulebook),
            "notes": list(self.notes),
            "assumptions": list(self.assumptions),
            "changes": [change.model_dump() for change in self.changes],
            "openings": {right: opening.model_dump() for right, opening in openings.items() if opening is not None},
            "months": [month.model_dump(mode=mode) for month in self.months],
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`model_dump` as JSON text: the same bytes for the same household, rules and months."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=indent, allow_nan=False)


def amount_text(amount: Amount) -> str:
    """« 412,10 € par mois », « entre 0 € et 651,69 € par mois »."""
    if amount.expected is not None:
        return f"{euros(amount.expected)} {per(amount.unit)}"
    if amount.low is None or amount.high is None:
        return "montant à préciser"
    return f"{between(amount)} {per(amount.unit)}"


def state_of(result: RightResult) -> tuple[Any, ...]:
    """What makes two months say the same of a right, but for its conditions."""
    return result.label, result.status, result.amount


def _shown(result: RightResult | None) -> tuple[Any, ...] | None:
    return None if result is None else (*state_of(result), result.near_miss, len(result.missing))


def condition_changes(before: Iterable[Condition], after: Iterable[Condition]) -> Iterator[ConditionChange]:
    """The conditions whose truth is not the same."""
    known = {condition.id: condition.value for condition in before}
    for condition in after:
        if condition.id in known and known[condition.id] is not condition.value:
            was = known[condition.id]
            yield ConditionChange(condition.id, condition.text, condition.reference, was, condition.value)
