"""Sets the library's amounts beside the peer's, and tells what came out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .exclusions import EXCLUSIONS, excluded
from .reading import Profile

TO_THE_CENT = 0.05
"""How far two amounts may be apart and still be the same: OpenFisca-France computes in single precision."""
SHOWN = 10


@dataclass(frozen=True)
class Expected:
    """What OpenFisca-France gives, and how far from it the library may be."""

    amount: float
    tolerance: float = TO_THE_CENT


Amounts = Mapping[str, float | None]
Answers = Mapping[str, Expected]


@dataclass
class Tally:
    """What came out for one month and one right."""

    cases: int = 0
    excluded: int = 0
    compared: int = 0
    positive: int = 0
    equal: int = 0
    near: int = 0
    largest: float = 0.0

    def add(self, other: Tally) -> None:
        self.cases += other.cases
        self.excluded += other.excluded
        self.compared += other.compared
        self.positive += other.positive
        self.equal += other.equal
        self.near += other.near
        self.largest = max(self.largest, other.largest)

    @property
    def share(self) -> float:
        return self.compared / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Disagreement:
    month: str
    right: str
    ours: float | None
    theirs: float
    profile: Profile


@dataclass
class Report:
    """The whole comparison."""

    rights: Sequence[str]
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)

    def total(self, right: str) -> Tally:
        whole = Tally()
        for (_, of_right), tally in self.tallies.items():
            if of_right == right:
                whole.add(tally)
        return whole


def compare(
    cases: Sequence[tuple[str, Profile]], ours: Sequence[Amounts], theirs: Sequence[Answers], rights: Sequence[str]
) -> Report:
    """Sets both answers side by side, leaving out what an exclusion names."""
    report = Report(rights)
    for (month, profile), mine, other in zip(cases, ours, theirs, strict=True):
        reasons = excluded(profile, month, rights)
        for right in rights:
            tally = report.tallies.setdefault((month, right), Tally())
            tally.cases += 1
            report.reasons.update((right, name) for name in reasons[right])
            if reasons[right]:
                tally.excluded += 1
                continue
            tally.compared += 1
            found, expected = mine[right], other[right]
            tally.positive += expected.amount > 0
            gap = abs(found - expected.amount) if found is not None else float("inf")
            tally.largest = max(tally.largest, gap)
            if gap <= TO_THE_CENT:
                tally.equal += 1
            elif gap <= expected.tolerance:
                tally.near += 1
            else:
                report.disagreements.append(Disagreement(month, right, found, expected.amount, profile))
    return report


def lines(report: Report) -> Iterator[str]:
    """The report as text."""
    rights = report.rights
    columns = {"cases": 7, "excluded": 10, "compared": 10, "paid": 7, "equal": 8, "near": 6, "max gap": 10, "share": 8}
    yield f"{'month':9}{'right':15}" + "".join(f"{name:>{width}}" for name, width in columns.items())
    rows = [(*key, tally) for key, tally in sorted(report.tallies.items())]
    rows += [("all", right, report.total(right)) for right in rights]
    for month, right, tally in rows:
        yield (
            f"{month:9}{right:15}{tally.cases:7}{tally.excluded:10}{tally.compared:10}{tally.positive:7}{tally.equal:8}"
            f"{tally.near:6}{tally.largest:10.4f}{tally.share:8.1%}"
        )
    yield ""
    yield "Left out, by reason (docs/differences.md); a household may have several:"
    for one in EXCLUSIONS:
        if shared := [right for right in one.rights if right in rights]:
            counts = ", ".join(f"{right} {report.reasons[right, one.name]}" for right in shared)
            yield f"  {one.name:34}{counts}"
    for one in report.disagreements[:SHOWN]:
        mine = "cannot tell" if one.ours is None else f"{one.ours:.4f}"
        yield ""
        yield f"DISAGREEMENT {one.month} {one.right}: library {mine}, OpenFisca-France {one.theirs:.4f}"
        yield "  " + json.dumps(one.profile, ensure_ascii=False)
    if len(report.disagreements) > SHOWN:
        yield f"... and {len(report.disagreements) - SHOWN} more."
