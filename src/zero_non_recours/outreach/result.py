"""What is said of the rights that a household is probably missing: by right and claim unit, never by person."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from zero_non_recours.outreach.actions import Action, Cause
from zero_non_recours.outreach.missing import NextQuestion
from zero_non_recours.screening.result import RightResult

MissingStatus = Literal[
    "act_first",
    "probably_missing",
    "possibly_missing",
    "to_check",
    "not_open",
    "already_received",
    "not_simulated_due",
    "declined",
]
STATUSES: Mapping[MissingStatus, str] = {
    "act_first": "à faire d'abord",
    "probably_missing": "probablement non perçu",
    "possibly_missing": "peut-être non perçu",
    "to_check": "à vérifier",
    "not_open": "pas de demande possible en ce moment",
    "already_received": "déjà perçu, d'après le dossier",
    "not_simulated_due": "pas estimé dû avec ces réponses",
    "declined": "refusé par la personne",
}
"""The groups of rights, in their order, with their French name; only the first four are ranked."""
RANKED = ("act_first", "probably_missing", "possibly_missing", "to_check")
Role = Literal["claimant", "partner", "dependent", "dwelling_holder"]
ROLES: Mapping[Role, str] = {
    "claimant": "peut faire la demande",
    "partner": "signe la demande avec la personne qui la fait",
    "dependent": "compte dans la demande, ne la fait pas",
    "dwelling_holder": "vit dans le logement, hors de la demande",
}
Kind = Literal["inputs", "rules", "unknown", "base_rate", "receipt", "amounts", "order", "change"]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The probability that a right is due, given what is known.

    Attributes:
        value: p, over draws of what is missing; `None` when something that is missing cannot be drawn.
        low: 1 when it is due whatever the missing answers are, else 0.
        high: 0 when it is due for none of them, else 1.
        error: the standard error of the draws; 0 when every case was counted.
    """

    value: float | None
    low: int
    high: int
    error: float


@dataclass(frozen=True, slots=True)
class Monthly:
    """What a right pays, in € a month (a right paid once a year: a twelfth of it).

    Attributes:
        gross: claimed alone, the others being as they are said to be, if it is due.
        net_in_bundle: its part in what all the rights not said to be received bring together; can be negative.
        p10, p90: the amount that one draw in ten does not reach, or exceeds, if it is due.
        expected: its part in what the household is expected to gain, given what may be received already.
    """

    gross: float
    net_in_bundle: float
    p10: float
    p90: float
    expected: float


@dataclass(frozen=True, slots=True)
class Value:
    """What is expected to be missing over the horizon, in €, and its 80 % interval as the figures are redrawn."""

    mean: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """One part of why: its kind, in the order of `Kind`, and a French sentence."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class RankedRight:
    """A right of a claim unit: whether it is probably missing, what it is worth, what to do and why.

    Attributes:
        monthly, value_horizon: not a number (NaN) for a right that is refused: nothing is computed of it.
        rank: 1 for the first; tied rights share their rank; `None` for a right that is not to be claimed now.
        tie_group: the number of the group of tied rights it is in, `None` when it is alone.
        unit: the claim unit (`foyer`).
        p_not_receiving: q', the probability that it is not received if it is due.
        p_missing: ρ, the probability that it is due and not received; like the others, `None` when an answer that it
            waits for cannot be drawn.
        p_missing_interval: its 80 % interval as the figures are redrawn.
        p_missing_durably: the same, still so in six months; `None` when nothing was measured.
        p_first: how often it comes first when the figures are redrawn.
        deadline: the last day to claim, `AAAA-MM-JJ`, when there is one.
        cost_of_waiting: what is lost if nothing is done before the next contact, in €.
        p_refusal: the probability that a claim would be refused.
        p_unused: for a voucher that is received, the probability that it has not been used; else `None`.
        action: what to do; `None` when there is nothing to.
        effects: what claiming it does to other rights, in French.
        order_threshold: the base rate of non-take-up under which it would go behind the next one; `None`: none would.
        result: what the screening says of it.
    """

    rank: int | None
    tie_group: int | None
    right: str
    label: str
    unit: str
    status: MissingStatus
    p_eligible: Eligibility
    p_not_receiving: float | None
    p_missing: float | None
    p_missing_interval: tuple[float, float] | None
    p_missing_durably: float | None
    p_first: float
    monthly: Monthly
    value_horizon: Value
    deadline: str | None
    cost_of_waiting: float
    p_refusal: float | None
    p_unused: float | None
    cause: Cause | None
    action: Action | None
    effects: tuple[str, ...]
    order_threshold: float | None
    explanation: tuple[Explanation, ...]
    result: RightResult
    reasons: tuple[str, ...] = ()

    @property
    def status_text(self) -> str:
        """Its group, in French."""
        return STATUSES[self.status]

    @property
    def minutes(self) -> float:
        """The worker's time that the action takes."""
        return 0.0 if self.action is None else self.action.minutes

    @property
    def waiting_per_minute(self) -> float:
        """What waiting costs, in € for a minute of the action: what to sort by first when time is short."""
        return self.cost_of_waiting / self.minutes if self.minutes else 0.0

    @property
    def value_per_minute(self) -> float:
        """What it is worth, in € for a minute of the action: what to sort by next when time is short."""
        return self.value_horizon.mean / self.minutes if self.minutes else 0.0

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The JSON shape of a ranked right: euros to the cent, probabilities to four places."""
        dumped = self.result.model_dump(mode=mode)
        chance = self.p_eligible
        return {
            "rank": self.rank,
            "tie_group": self.tie_group,
            "right": self.right,
            "label": self.label,
            "unit": self.unit,
            "claimants": list(self.result.claimants),
            "status": self.status,
            "status_text": self.status_text,
            "to_verify": True,
            "p_eligible": {
                "value": _rounded(chance.value, 4),
                "low": chance.low,
                "high": chance.high,
                "error": _rounded(chance.error, 4),
            },
            "p_not_receiving": _rounded(self.p_not_receiving, 4),
            "p_missing": _rounded(self.p_missing, 4),
            "p_missing_interval": self.p_missing_interval and [_rounded(end, 4) for end in self.p_missing_interval],
            "p_missing_durably": _rounded(self.p_missing_durably, 4),
            "p_first": _rounded(self.p_first, 2),
            "monthly": _amounts(self.monthly, "€/mois"),
            "value_horizon": _amounts(self.value_horizon, "€"),
            "deadline": self.deadline,
            "cost_of_waiting": _rounded(self.cost_of_waiting, 2),
            "p_refusal": _rounded(self.p_refusal, 4),
            "p_unused": _rounded(self.p_unused, 4),
            "cause": None
            if self.cause is None
            else {
                "hypotheses": {name: _rounded(p, 4) for name, p in self.cause.hypotheses.items()},
                "text": self.cause.likeliest,
                "signs": list(self.cause.signs),
            },
            "action": None
            if self.action is None
            else {
                "action": self.action.action,
                "label": self.action.label,
                "minutes": self.action.minutes,
                "gain": _rounded(self.action.gain, 2),
                "cost": _rounded(self.action.cost, 2),
            },
            "minutes": self.minutes,
            "waiting_per_minute": _rounded(self.waiting_per_minute, 2),
            "value_per_minute": _rounded(self.value_per_minute, 2),
            "effects": list(self.effects),
            "order_threshold": _rounded(self.order_threshold, 3),
            "reasons": list(self.reasons),
            "explanation": [{"kind": item.kind, "text": item.text} for item in self.explanation],
            "eligibility": self.result.status,
            "amount": dumped["amount"],
            "received": self.result.received,
            "next_steps": dict(self.result.next_steps),
        }


@dataclass(frozen=True, slots=True)
class Bundle:
    """What the ranked rights bring together, in € a month: the only totals there are.

    Attributes:
        if_all_missing: if none is received, and all are claimed and awarded.
        expected: given what may be received already.
        without: a right whose claim would make the others lose more than it brings, to leave out; else `None`.
    """

    if_all_missing: float
    expected: float
    without: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRoles:
    """What an adult of the dwelling is in the claims, by right; amounts are those of the unit, never a person's."""

    person: str
    roles: Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """A young adult who could claim alone: what the whole dwelling would receive, in € a month.

    Attributes:
        person: the caller's key of the young adult, or their place.
        together: all rights claimed, the young adult counted with the parents.
        apart: all rights claimed, the young adult claiming for themselves.
        better: `together` or `apart`; `either` when they are the same.
        text: the comparison in French.
    """

    person: str
    together: float
    apart: float
    better: Literal["together", "apart", "either"]
    text: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """The rights of one household that are probably missing, in order, and the others with the reason.

    Attributes:
        parameters: the digest of the figures of outreach.
        rights: those to act on, in order.
        others: the others, by name.
        bundle: what the rights bring together.
        questions: what to ask, the most useful first.
        people: what each adult is in the claims.
        units: young adults who could claim alone.
        notes: what to know of the whole answer, in French.
        proposal: always true: somebody checks, nothing is sent.
    """

    id: str | None
    month: str
    rulebook: Mapping[str, str]
    parameters: str
    rights: tuple[RankedRight, ...]
    others: Mapping[str, RankedRight]
    bundle: Bundle
    questions: tuple[NextQuestion, ...] = ()
    people: tuple[PersonRoles, ...] = ()
    units: tuple[OtherUnit, ...] = ()
    notes: tuple[str, ...] = ()
    proposal: bool = field(default=True)

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The JSON shape of a ranking."""
        return {
            "id": self.id,
            "month": self.month,
            "rulebook": dict(self.rulebook),
            "parameters": self.parameters,
            "proposal": self.proposal,
            "bundle_total": {
                "if_all_missing": _rounded(self.bundle.if_all_missing, 2),
                "expected": _rounded(self.bundle.expected, 2),
                "without": self.bundle.without,
                "unit": "€/mois",
            },
            "notes": list(self.notes),
            "rights": [right.model_dump(mode=mode) for right in self.rights],
            "others": {name: right.model_dump(mode=mode) for name, right in self.others.items()},
            "questions": [question.model_dump(mode=mode) for question in self.questions],
            "people": [{"person": one.person, "roles": dict(one.roles)} for one in self.people],
            "units": [
                {
                    "person": one.person,
                    "together": _rounded(one.together, 2),
                    "apart": _rounded(one.apart, 2),
                    "better": one.better,
                    "text": one.text,
                }
                for one in self.units
            ],
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`model_dump` as JSON text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=indent, allow_nan=False)


def _amounts(part: Monthly | Value, unit: str) -> dict[str, Any]:
    return {item.name: _rounded(getattr(part, item.name), 2) for item in fields(part)} | {"unit": unit}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits) + 0.0
