"""What a caseload's run says of itself: counts that add up, the rules used, and nothing personal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from zero_non_recours.caseload.errors import RefusedRow
from zero_non_recours.screening.batch.columns import RightColumns

FORMAT = 2
_PARTS = 10_000
"""Probabilities are added in ten-thousandths, as they are written: the sum does not depend on the order."""


@dataclass(slots=True)
class RightCounts:
    """The answers on a right, in households.

    Attributes:
        eligible_not_received: among the eligible, those that say that they do not receive it.
        estimated: among the undetermined, those whose draws give a probability of being eligible.
        parts: the sum of these probabilities, in ten-thousandths.
    """

    eligible: int = 0
    not_eligible: int = 0
    undetermined: int = 0
    eligible_not_received: int = 0
    estimated: int = 0
    parts: int = 0

    @property
    def estimated_eligible(self) -> float | None:
        """How many of the undetermined are expected to be eligible; `None` when no draw says it."""
        return round(self.parts / _PARTS, 1) if self.estimated else None

    def count(self, columns: RightColumns) -> None:
        """Count households."""
        for status, received, likelihood in zip(columns.status, columns.received, columns.likelihood, strict=True):
            if status == "eligible":
                self.eligible += 1
                self.eligible_not_received += received is False
            elif status == "not_eligible":
                self.not_eligible += 1
            else:
                self.undetermined += 1
                if likelihood is not None:
                    self.estimated += 1
                    self.parts += round(likelihood.p_eligible * _PARTS)

    def add(self, other: RightCounts) -> None:
        """Add the counts of other households."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape."""
        return {
            "eligible": self.eligible,
            "not_eligible": self.not_eligible,
            "undetermined": self.undetermined,
            "eligible_not_received": self.eligible_not_received,
            "undetermined_estimated": self.estimated,
            "estimated_eligible_among_undetermined": self.estimated_eligible,
        }

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> RightCounts:
        """The counts that `model_dump` wrote."""
        return cls(
            eligible=int(data["eligible"]),
            not_eligible=int(data["not_eligible"]),
            undetermined=int(data["undetermined"]),
            eligible_not_received=int(data["eligible_not_received"]),
            estimated=int(data["undetermined_estimated"]),
            parts=round((data["estimated_eligible_among_undetermined"] or 0) * _PARTS),
        )


@dataclass(slots=True, kw_only=True)
class Counts:
    """Rows and households, of a whole file or of a part of it."""

    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0
    households_in: int = 0
    households_out: int = 0
    households_quarantined: int = 0
    by_right: dict[str, RightCounts] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    def accept(self, rows: int) -> None:
        """Count a household of the results."""
        self.rows_in += rows
        self.rows_out += rows
        self.households_in += 1
        self.households_out += 1

    def refuse(self, refused: Iterable[RefusedRow], *, rows: int, is_household: bool) -> None:
        """Count rows of the quarantine."""
        self.rows_in += rows
        self.households_in += is_household
        self.households_quarantined += is_household
        for item in refused:
            self.rows_quarantined += 1
            self.reasons.update(dict.fromkeys((reason for _, _, reason in item.problems), 1))

    def right(self, columns: RightColumns) -> None:
        """Count the answers on a right."""
        self.by_right.setdefault(columns.right.name, RightCounts()).count(columns)

    def add(self, other: Counts) -> None:
        """Add the counts of another part of the file."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, counts in other.by_right.items():
            self.by_right.setdefault(name, RightCounts()).add(counts)
        self.reasons.update(other.reasons)


_NUMBERS = (
    "rows_in",
    "rows_out",
    "rows_quarantined",
    "households_in",
    "households_out",
    "households_quarantined",
)


@dataclass(slots=True, kw_only=True)
class Summary(Counts):
    """The outcome of a run; `identity` is what makes another run the same one (input, month, rules, options)."""

    identity: dict[str, Any]
    labels: dict[str, str]
    notes: tuple[str, ...] = ()
    blank_lines: int = 0
    duration_s: float = 0.0
    resumed: bool = False

    def __post_init__(self) -> None:
        for name in self.labels:
            self.by_right.setdefault(name, RightCounts())

    def check(self) -> None:
        """Every row is in one place, or the run is wrong and must not be used."""
        if self.rows_in != self.rows_out + self.rows_quarantined:
            raise AssertionError("rows in are not rows out plus rows in quarantine")
        if self.households_in != self.households_out + self.households_quarantined:
            raise AssertionError("households in are not households out plus households in quarantine")
        for counts in self.by_right.values():
            if counts.eligible + counts.not_eligible + counts.undetermined != self.households_out:
                raise AssertionError("the results of a right are not one per household")

    def model_dump(self) -> dict[str, Any]:
        """The JSON shape; all that changes from one run to the next is under `timing`."""
        return {
            "format": FORMAT,
            **self.identity,
            "notes": list(self.notes),
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "rows_quarantined": self.rows_quarantined,
            "blank_lines": self.blank_lines,
            "households_in": self.households_in,
            "households_out": self.households_out,
            "households_quarantined": self.households_quarantined,
            "rights": {
                name: {"label": self.labels[name], **counts.model_dump()} for name, counts in self.by_right.items()
            },
            "quarantine_reasons": dict(sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))),
            "timing": {
                "duration_s": round(self.duration_s, 3),
                "rows_per_s": round(self.rows_in / self.duration_s) if self.duration_s else 0,
                "households_per_s": round(self.households_in / self.duration_s) if self.duration_s else 0,
            },
        }

    @classmethod
    def load(cls, data: Mapping[str, Any], identity: dict[str, Any]) -> Summary | None:
        """The summary of a finished run, when it is the same run as `identity`."""
        try:
            if data["format"] != FORMAT or any(data[key] != value for key, value in identity.items()):
                return None
            rights = data["rights"]
            return cls(
                identity=identity,
                labels={name: right["label"] for name, right in rights.items()},
                notes=tuple(data["notes"]),
                **{name: int(data[name]) for name in (*_NUMBERS, "blank_lines")},
                by_right={name: RightCounts.load(right) for name, right in rights.items()},
                reasons=Counter({str(k): int(v) for k, v in data["quarantine_reasons"].items()}),
                duration_s=float(data["timing"]["duration_s"]),
                resumed=True,
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
