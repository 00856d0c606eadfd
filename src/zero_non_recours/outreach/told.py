"""What the file of a household says of each right: its receipt, how that is known, what moves the base rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zero_non_recours.outreach.assess import Told
from zero_non_recours.outreach.parameters import Covariate, OutreachParameters
from zero_non_recours.profile.follow_up import Steps
from zero_non_recours.profile.model import HouseholdBase

CLOSED = frozenset({"closed", "not_open", "automatic"})
"""The outcomes of the rules in which there is nothing to claim now."""
UNOBSERVED = frozenset({"to_confirm", "to_check_loan"})
"""The outcomes in which a condition of the right stands outside the file."""


def told_of(
    household: HouseholdBase,
    steps: Steps,
    declared: Mapping[str, bool | None],
    others: Mapping[str, bool | None],
    outcomes: Mapping[str, str | None],
    open_: Iterable[str],
    figures: OutreachParameters,
) -> list[Told]:
    """What is said of each right of `declared`, in its order.

    Args:
        household: whose answers move the base rates (tenure; the receipt of the rights of `declared` is a mixture).
        steps: what was already done.
        declared: whether each right is said to be received.
        others: the same, for rights that are not asked for.
        outcomes: the case of the next steps that applies to each right, by its code.
        open_: the rights that a missing answer leaves open; the others have no unknown to draw.
        figures: base rates and probabilities of an award.
    """
    undecided = set(open_)
    said = {**others, **declared}
    found: list[Told] = []
    for name, received in declared.items():
        outcome = outcomes.get(name)
        unobserved = outcome in UNOBSERVED and name not in undecided
        award = figures.awards.unobserved_condition if unobserved else figures.awards.of(name)
        held = covariates_of(name, household, said, figures)
        shifts = tuple(covariate.shift for covariate in held if covariate.received not in declared)
        mine = steps.of(name)
        open_now = outcome not in CLOSED and mine.refused is not True
        found.append(Told(received, mine.channel, shifts, award.value, open_now))
    return found


def covariates_of(
    name: str, household: HouseholdBase, declared: Mapping[str, bool | None], figures: OutreachParameters
) -> list[Covariate]:
    """The covariates of non-take-up that hold for a right: other rights in payment, and tenure."""
    rate = figures.base_rates.of(name)
    return [
        covariate
        for covariate in rate.covariates
        if covariate.holds(
            declared.get(covariate.received) if covariate.received else _answer(household, covariate.field or "")
        )
    ]


def _answer(household: HouseholdBase, place: str) -> Any:
    """The answer at a place of the household, `None` when there is none."""
    found: Any = household
    for key in place.split("."):
        found = getattr(found, key, None)
    return found if isinstance(found, str) else None
