"""Compares what had been estimated with what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from zero_non_recours.outreach.followup.intervals import wilson
from zero_non_recours.outreach.followup.models import Calibration, Estimate
from zero_non_recours.outreach.followup.outcomes import Case
from zero_non_recours.outreach.followup.vocabulary import INCOMPLETE

MISSING, ELIGIBLE = "p_missing", "p_eligible"
SETTLED = ("awarded", "already_received", "refused", "not_eligible")
"""The leaves that say whether a right was due: counts that must be published for a calibration to be."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Under how many households on each side nothing is said, and from which gap on an alert is."""

    cell: int
    verdict: int
    gap: float


def is_missing(case: Case) -> bool | None:
    """Whether a case was due and not received; `None`: not settled."""
    eligible = is_eligible(case)
    return eligible and case.leaf == "awarded" if eligible is not None else None


def is_eligible(case: Case) -> bool | None:
    """Whether a case was due, received or not; `None`: not settled, or refused for a file that is not complete."""
    if case.leaf not in SETTLED or case.reason in INCOMPLETE:
        return None
    return case.leaf in ("awarded", "already_received")


def calibrations(
    cases: Sequence[Case], labels: Mapping[str | None, str], published: Iterable[str | None], limits: Limits
) -> tuple[Calibration, ...]:
    """One comparison by quantity, for all rights and for each that is `published`, when there are enough cases.

    Shares are rounded to the percent: with the counts of the same cases hidden or absent, none is given back.
    """
    found: list[Calibration] = []
    for right in published:
        own = [case for case in cases if right in (None, case.right)]
        for quantity, truth in ((MISSING, is_missing), (ELIGIBLE, is_eligible)):
            pairs = [
                (case.household, predicted, true)
                for case in own
                if (predicted := getattr(case, quantity)) is not None and (true := truth(case)) is not None
            ]
            sides = [len({household for household, _, true in pairs if true is side}) for side in (True, False)]
            if len(pairs) < limits.verdict or min(sides) < limits.cell:
                continue
            predicted = fmean(p for _, p, _ in pairs)
            positive = sum(true for _, _, true in pairs)
            low, high = wilson(positive, len(pairs))
            observed = positive / len(pairs)
            found.append(
                Calibration(
                    right=right,
                    label=labels[right],
                    quantity=quantity,
                    predicted=round(predicted, 2),
                    observed=Estimate(value=round(observed, 2), low=round(low, 2), high=round(high, 2)),
                    alert=abs(predicted - observed) > limits.gap and not low <= predicted <= high,
                )
            )
    return tuple(found)
