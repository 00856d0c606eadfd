"""Estimates social rights from a household profile and ranks which ones are probably missing.

>>> from zero_non_recours import Household, screen
>>> household = Household.model_validate(
...     {
...         "personnes": [
...             {
...                 "role": "demandeur",
...                 "date_naissance": "1990-01-15",
...                 "activite": "salarie",
...                 "revenus": {"salaire_net": 500},
...                 "revenus_complets": True,
...             }
...         ],
...         "logement": {"statut": "locataire_vide"},
...         "prestations_recues": {"aide_logement": 0},
...     }
... )
>>> screening = screen(household, month="2026-11")
>>> screening.rights["rsa"].status, screening.rights["rsa"].amount.expected
('eligible', 151.69)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zero_non_recours.caseload import screen_caseload
    from zero_non_recours.engine.graph import PlanError
    from zero_non_recours.outreach.bundle import expected_gains, shapley_attribution
    from zero_non_recours.outreach.followup import followup_report, last_lawful_day, local_base_rate, read_outcomes
    from zero_non_recours.outreach.information import horizon, value_of_information
    from zero_non_recours.outreach.missing import NextQuestion
    from zero_non_recours.outreach.parameters import load_outreach_parameters
    from zero_non_recours.outreach.plan.capacity import Capacity
    from zero_non_recours.outreach.plan.errors import PlanningError
    from zero_non_recours.outreach.plan.outreach import plan_outreach
    from zero_non_recours.outreach.plan.purpose import Purpose
    from zero_non_recours.outreach.plan.result import Plan
    from zero_non_recours.outreach.questions import Questions, next_questions
    from zero_non_recours.outreach.rank import rank_rights
    from zero_non_recours.outreach.receipt import non_receipt_after, value_of_receipt
    from zero_non_recours.outreach.result import RankedRight, Ranking
    from zero_non_recours.outreach.take_up import base_rate_quantiles, non_take_up
    from zero_non_recours.outreach.waiting import (
        cost_of_waiting,
        lost_if_closed,
        month_ends_between,
        value_over_horizon,
    )
    from zero_non_recours.profile.model import HouseholdBase as Household
    from zero_non_recours.rulebook.diagnostics import RulebookError
    from zero_non_recours.rulebook.fields import household_model
    from zero_non_recours.rulebook.loader import load_rulebook
    from zero_non_recours.rulebook.model import Rulebook
    from zero_non_recours.screening.explain import Explanation, explain
    from zero_non_recours.screening.result import RightResult, Screening
    from zero_non_recours.screening.screen import evaluate, screen, screen_many
    from zero_non_recours.screening.thresholds.find import thresholds
    from zero_non_recours.screening.thresholds.result import Threshold
    from zero_non_recours.screening.timeline.months import timeline
    from zero_non_recours.screening.timeline.result import Timeline

__version__ = "0.1.0"

_PLACES = {
    "Capacity": "outreach.plan.capacity",
    "Explanation": "screening.explain",
    "NextQuestion": "outreach.missing",
    "Plan": "outreach.plan.result",
    "PlanError": "engine.graph",
    "PlanningError": "outreach.plan.errors",
    "Purpose": "outreach.plan.purpose",
    "Questions": "outreach.questions",
    "RankedRight": "outreach.result",
    "Ranking": "outreach.result",
    "RightResult": "screening.result",
    "Rulebook": "rulebook.model",
    "RulebookError": "rulebook.diagnostics",
    "Screening": "screening.result",
    "Threshold": "screening.thresholds.result",
    "Timeline": "screening.timeline.result",
    "base_rate_quantiles": "outreach.take_up",
    "cost_of_waiting": "outreach.waiting",
    "evaluate": "screening.screen",
    "expected_gains": "outreach.bundle",
    "explain": "screening.explain",
    "followup_report": "outreach.followup",
    "horizon": "outreach.information",
    "household_model": "rulebook.fields",
    "last_lawful_day": "outreach.followup",
    "load_outreach_parameters": "outreach.parameters",
    "load_rulebook": "rulebook.loader",
    "local_base_rate": "outreach.followup",
    "lost_if_closed": "outreach.waiting",
    "month_ends_between": "outreach.waiting",
    "next_questions": "outreach.questions",
    "non_receipt_after": "outreach.receipt",
    "non_take_up": "outreach.take_up",
    "plan_outreach": "outreach.plan.outreach",
    "rank_rights": "outreach.rank",
    "read_outcomes": "outreach.followup",
    "screen": "screening.screen",
    "screen_caseload": "caseload",
    "screen_many": "screening.screen",
    "shapley_attribution": "outreach.bundle",
    "thresholds": "screening.thresholds.find",
    "timeline": "screening.timeline.months",
    "value_of_information": "outreach.information",
    "value_of_receipt": "outreach.receipt",
    "value_over_horizon": "outreach.waiting",
}

__all__ = [
    "Capacity",
    "Explanation",
    "Household",
    "NextQuestion",
    "Plan",
    "PlanError",
    "PlanningError",
    "Purpose",
    "Questions",
    "RankedRight",
    "Ranking",
    "RightResult",
    "Rulebook",
    "RulebookError",
    "Screening",
    "Threshold",
    "Timeline",
    "base_rate_quantiles",
    "cost_of_waiting",
    "evaluate",
    "expected_gains",
    "explain",
    "followup_report",
    "horizon",
    "household_model",
    "last_lawful_day",
    "load_outreach_parameters",
    "load_rulebook",
    "local_base_rate",
    "lost_if_closed",
    "month_ends_between",
    "next_questions",
    "non_receipt_after",
    "non_take_up",
    "plan_outreach",
    "rank_rights",
    "read_outcomes",
    "screen",
    "screen_caseload",
    "screen_many",
    "shapley_attribution",
    "thresholds",
    "timeline",
    "value_of_information",
    "value_of_receipt",
    "value_over_horizon",
]


def __getattr__(name: str) -> Any:
    """Public names are loaded at first use, so that importing the package costs nothing."""
    if name == "Household":
        from zero_non_recours.rulebook.fields import household_model
        from zero_non_recours.rulebook.loader import default_rulebook

        value: Any = household_model(default_rulebook())
    elif name in _PLACES:
        value = getattr(import_module(f"zero_non_recours.{_PLACES[name]}"), name)
    else:
        raise AttributeError(f"module 'zero_non_recours' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
