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
    from zero_non_recours.outreach.rank import Ranking, rank_rights
    from zero_non_recours.profile.model import HouseholdBase as Household
    from zero_non_recours.rulebook.diagnostics import RulebookError
    from zero_non_recours.rulebook.fields import household_model
    from zero_non_recours.rulebook.loader import load_rulebook
    from zero_non_recours.rulebook.model import Rulebook
    from zero_non_recours.screening.explain import Explanation, explain
    from zero_non_recours.screening.result import RightResult, Screening
    from zero_non_recours.screening.screen import evaluate, screen, screen_many

__version__ = "0.1.0"

_PLACES = {
    "Explanation": "screening.explain",
    "PlanError": "engine.graph",
    "Ranking": "outreach.rank",
    "RightResult": "screening.result",
    "Rulebook": "rulebook.model",
    "RulebookError": "rulebook.diagnostics",
    "Screening": "screening.result",
    "evaluate": "screening.screen",
    "explain": "screening.explain",
    "household_model": "rulebook.fields",
    "load_rulebook": "rulebook.loader",
    "rank_rights": "outreach.rank",
    "screen": "screening.screen",
    "screen_caseload": "caseload",
    "screen_many": "screening.screen",
}

__all__ = [
    "Explanation",
    "Household",
    "PlanError",
    "Ranking",
    "RightResult",
    "Rulebook",
    "RulebookError",
    "Screening",
    "evaluate",
    "explain",
    "household_model",
    "load_rulebook",
    "rank_rights",
    "screen",
    "screen_caseload",
    "screen_many",
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
