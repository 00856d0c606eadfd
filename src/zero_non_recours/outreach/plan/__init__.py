"""Whom to contact first across a caseload, with what, for a declared purpose; everybody is told of their rights."""

from typing import TYPE_CHECKING, Any

from zero_non_recours.outreach.plan.candidate import Candidate, Option
from zero_non_recours.outreach.plan.capacity import Capacity
from zero_non_recours.outreach.plan.errors import PlanningError
from zero_non_recours.outreach.plan.figures import PlanFigures
from zero_non_recours.outreach.plan.planning import plan_candidates
from zero_non_recours.outreach.plan.purpose import Purpose
from zero_non_recours.outreach.plan.result import Entry, Plan
from zero_non_recours.outreach.plan.write import write_plan

if TYPE_CHECKING:
    from zero_non_recours.outreach.plan.outreach import plan_outreach

__all__ = [
    "Candidate",
    "Capacity",
    "Entry",
    "Option",
    "Plan",
    "PlanFigures",
    "PlanningError",
    "Purpose",
    "plan_candidates",
    "plan_outreach",
    "write_plan",
]


def __getattr__(name: str) -> Any:
    """`plan_outreach` reads the candidates of this package: it is loaded at its first use."""
    if name == "plan_outreach":
        from zero_non_recours.outreach.plan.outreach import plan_outreach

        return plan_outreach
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
