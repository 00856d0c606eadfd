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
    from zero_non_recours.outreach.information import horizon, value_of_information
    from zero_non_recours.outreach.missing import NextQuestion
    from zero_non_recours.outreach.parameters import load_outreach_parameters
    from zero_non_recours.outreach.questions import Questions, next_questions
    from zero_non_recours.outreach.rank import Ranking, rank_rights
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
    "Explanation": "screening.explain",
    "NextQuestion": "outreach.missing",
    "PlanError": "engine.graph",
    "Questions": "outreach.questions",
    "Ranking": "outreach.rank",
    "RightResult": "screening.result",
    "Rulebook": "rulebook.model",
    "RulebookError": "rulebook.diagnostics",
    "Screening": "screening.result",
    "Threshold": "screening.thresholds.result",
    "Timeline": "screening.timeline.result",
    "evaluate": "screening.screen",
    "explain": "screening.explain",
    "horizon": "outreach.information",
    "household_model": "rulebook.fields",
    "load_outreach_parameters": "outreach.parameters",
    "load_rulebook": "rulebook.loader",
    "next_questions": "outreach.questions",
    "rank_rights": "outreach.rank",
    "screen": "screening.screen",
    "screen_caseload": "caseload",
    "screen_many": "screening.screen",
    "thresholds": "screening.thresholds.find",
    "timeline": "screening.timeline.months",
    "value_of_information": "outreach.information",
}

__all__ = [
    "Explanation",
    "Household",
    "NextQuestion",
    "PlanError",
    "Questions",
    "Ranking",
    "RightResult",
    "Rulebook",
    "RulebookError",
    "Screening",
    "Threshold",
    "Timeline",
    "evaluate",
    "explain",
    "horizon",
    "household_model",
    "load_outreach_parameters",
    "load_rulebook",
    "next_questions",
    "rank_rights",
    "screen",
    "screen_caseload",
    "screen_many",
    "thresholds",
    "timeline",
    "value_of_information",
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
