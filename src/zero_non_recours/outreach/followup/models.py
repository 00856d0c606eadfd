"""The report of a follow-up, as Python and as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

VERSION = "1"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Part):
    """A share or a mean with its 95 % interval."""

    value: float
    low: float
    high: float


class Followed(_Part):
    """What came of the cases of a right, of a territory, or of all; `None` is hidden, never nought."""

    right: str | None
    territory: str | None
    label: str
    counts: dict[str, int | None]
    """Cases by stage (`vocabulary.STAGES`)."""
    monthly_euros: float | None
    """Euros a month of the rights opened whose amount is known."""
    mean_euros: Estimate | None
    """Euros a month of a right opened."""
    shares: dict[str, Estimate | None]
    few: bool
    """Too few cases for the shares to conclude anything."""


class Opened(_Part):
    """Rights opened of a right in a territory."""

    right: str
    territory: str
    label: str
    awarded: int | None
    monthly_euros: float | None


class RefusalReason(_Part):
    """How many refusals give a reason."""

    reason: str
    label: str
    count: int | None


class Calibration(_Part):
    """What had been estimated beside what was found, among cases that are settled."""

    right: str | None
    label: str
    quantity: str
    """`p_missing` or `p_eligible`."""
    predicted: float
    observed: Estimate
    alert: bool


class FollowUpReport(_Part):
    """What a territory may publish of its follow-up: no household, no small cell."""

    version: str
    minimum_cell: int
    rounding: int | None
    first_month: str | None
    last_month: str | None
    households: int | None
    objections: int | None
    rows: int
    rows_set_aside: int
    total: Followed
    by_right: tuple[Followed, ...]
    by_territory: tuple[Followed, ...]
    by_right_and_territory: tuple[Opened, ...]
    refusal_reasons: tuple[RefusalReason, ...]
    calibration: tuple[Calibration, ...]
    notes: tuple[str, ...]
    """What a reader must know, in French."""
