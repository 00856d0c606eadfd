"""What a caseload's run says of itself: counts that add up, the rules used, and nothing personal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zero_non_recours.caseload.errors import RefusedRow

FORMAT = 1
STATUSES = ("eligible", "not_eligible", "undetermined")


@dataclass(slots=True)
class Summary:
    """The outcome of a run; `identity` is what makes another run the same one (input, month, rules, options)."""

    identity: dict[str, Any]
    labels: dict[str, str]
    notes: tuple[str, ...] = ()
    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0
    blank_lines: int = 0
    households_in: int = 0
    households_out: int = 0
    households_quarantined: int = 0
    by_right: dict[str, dict[str, int]] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    duration_s: float = 0.0
    resumed: bool = False

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
            self.reasons.update({reason for _, _, reason in item.problems})

    def right(self, name: str, statuses: Iterable[str], received: Iterable[bool | None]) -> None:
        """Count the answers on a right."""
        counts = self.by_right.setdefault(name, dict.fromkeys([*STATUSES, "eligible_not_received"], 0))
        for status, already in zip(statuses, received, strict=True):
            counts[status] += 1
            counts["eligible_not_received"] += status == "eligible" and already is False

    def check(self) -> None:
        """Every row is in one place, or the run is wrong and must not be used."""
        if self.rows_in != self.rows_out + self.rows_quarantined:
            raise AssertionError("rows in are not rows out plus rows in quarantine")
        if self.households_in != self.households_out + self.households_quarantined:
            raise AssertionError("households in are not households out plus households in quarantine")
        for counts in self.by_right.values():
            if sum(counts[status] for status in STATUSES) != self.households_out:
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
            "rights": {name: {"label": self.labels[name], **counts} for name, counts in self.by_right.items()},
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
            counts = ("rows_in", "rows_out", "rows_quarantined", "blank_lines")
            homes = ("households_in", "households_out", "households_quarantined")
            return cls(
                identity,
                {name: right["label"] for name, right in rights.items()},
                tuple(data["notes"]),
                **{key: int(data[key]) for key in (*counts, *homes)},
                by_right={n: {k: int(v) for k, v in right.items() if k != "label"} for n, right in rights.items()},
                reasons=Counter({str(k): int(v) for k, v in data["quarantine_reasons"].items()}),
                duration_s=float(data["timing"]["duration_s"]),
                resumed=True,
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
