"""What a screening says: frozen values, and their JSON shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Status = Literal["eligible", "not_eligible", "undetermined"]


@dataclass(frozen=True, slots=True)
class Amount:
    """What would be paid: three equal numbers when it is known, `None` where there is no bound or no single value.

    Between two bounds, `expected` is the amount as if the rights told among the assumptions were claimed.
    """

    low: float | None
    expected: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A named condition of a right, its French sentence, and whether the household meets it (`None`: unknown)."""

    id: str
    text: str
    reference: str
    value: bool | None
    excess: float | None = None
    """By how much it fails, in the right's unit, when the rules say it."""
    excess_text: str = ""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value supposed because the answer is absent."""

    field: str
    value: Any
    text: str
    label: str
    shown: str = ""
    """The value in French."""
    person: str | None = None

    @property
    def is_amount(self) -> bool:
        """Whether an amount other than zero was supposed: it weighs on the result."""
        return isinstance(self.value, float) and self.value != 0 and "€" in self.shown


@dataclass(frozen=True, slots=True)
class Missing:
    """An absent answer that may change the result."""

    field: str
    question: str
    why: str
    label: str
    months: tuple[str, ...] = ()
    who: str = ""
    """Whose answer, and for which months, in French: « p1 : juillet, août 2026 »."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What draws of the unknown answers say of an open right, those that may be received supposed claimed.

    Attributes:
        p_eligible: the probability of being eligible.
        error: its standard error, which more draws reduce; 0 when every combination was computed.
        mean: of the amount, in its own unit, 0 counted where the household is not eligible.
        p10: the amount that one draw in ten does not exceed; `p50` and `p90` likewise.
        method: `exact` (every combination), `stratified` (one answer matters) or `drawn`.
        draws: how many.
        weak: the inputs whose prior is only a guess.
    """

    p_eligible: float
    error: float
    mean: float
    p10: float
    p50: float
    p90: float
    method: str
    draws: int
    weak: tuple[str, ...] = ()

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape of a likelihood."""
        return asdict(self) | {"weak": list(self.weak)}


@dataclass(frozen=True, slots=True)
class RightResult:
    """One right of a household for a month."""

    right: str
    label: str
    unit: str
    claimants: tuple[str, ...]
    status: Status
    amount: Amount
    variables: Mapping[str, float | None]
    conditions: tuple[Condition, ...]
    assumptions: tuple[Assumption, ...]
    missing: tuple[Missing, ...]
    next_steps: Mapping[str, Any]
    received: bool | None = None
    """Whether the household says that it already receives this right; `None`: unknown."""
    likelihood: Likelihood | None = None
    """For an open right, when draws were asked for and its unknown answers have priors."""

    @property
    def near_miss(self) -> str:
        """« 32,10 € de ressources de trop » when a single measured condition fails, else an empty text."""
        failing = [c for c in self.conditions if c.value is False]
        return failing[0].excess_text if len(failing) == 1 else ""

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The JSON shape of a right, as plain dicts and lists."""
        amount = self.amount
        return {
            "right": self.right,
            "label": self.label,
            "unit": self.unit,
            "claimants": list(self.claimants),
            "status": self.status,
            "amount": {"low": amount.low, "expected": amount.expected, "high": amount.high, "unit": amount.unit},
            "variables": dict(self.variables),
            "received": self.received,
            "conditions": [
                {"id": c.id, "text": c.text, "reference": c.reference, "value": c.value}
                | ({"excess": c.excess, "excess_text": c.excess_text} if c.excess is not None else {})
                for c in self.conditions
            ],
            "near_miss": self.near_miss or None,
            "assumptions": [
                {"field": a.field, "value": a.value, "text": a.text, "label": a.label} for a in self.assumptions
            ],
            "missing": [
                {"field": m.field, "question": m.question, "why": m.why, "label": m.label}
                | ({"months": list(m.months)} if m.months else {})
                for m in self.missing
            ],
            "next_steps": dict(self.next_steps),
        } | ({} if self.likelihood is None else {"likelihood": self.likelihood.model_dump()})


@dataclass(frozen=True, slots=True)
class Screening:
    """The rights of one household for one month of right."""

    id: str | None
    month: str
    rulebook: Mapping[str, str]
    rights: Mapping[str, RightResult]
    notes: tuple[str, ...] = field(default=())
    """What to know of the whole answer, in French (a month after the rules' coverage, for instance)."""

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The JSON shape of a screening (contract §4)."""
        return {
            "id": self.id,
            "month": self.month,
            "rulebook": dict(self.rulebook),
            "notes": list(self.notes),
            "rights": {name: right.model_dump(mode=mode) for name, right in self.rights.items()},
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`model_dump` as JSON text: the same bytes for the same household, rules and month."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=indent, allow_nan=False)
