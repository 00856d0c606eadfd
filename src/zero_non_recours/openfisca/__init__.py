"""The rulebook as a real OpenFisca country: the only package that imports `openfisca_core`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zero_non_recours.openfisca.system import RulebookSystem
    from zero_non_recours.rulebook.model import Rulebook


def tax_benefit_system(rulebook: Rulebook | None = None) -> RulebookSystem:
    """The rulebook (default: the shipped one) as an OpenFisca `TaxBenefitSystem`.

    It works with openfisca-core's own tools: simulations, YAML tests, reforms, axes, Web API.

    Raises:
        PlanError: a rule cannot be compiled.
    """
    from zero_non_recours.openfisca.system import RulebookSystem
    from zero_non_recours.rulebook.loader import default_rulebook

    return RulebookSystem(default_rulebook() if rulebook is None else rulebook)
