"""The two countries, built once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from zero_non_recours.openfisca import tax_benefit_system
from zero_non_recours.openfisca.country import CountryTaxBenefitSystem
from zero_non_recours.openfisca.system import RulebookSystem
from zero_non_recours.rulebook.loader import load_rulebook

FICTIONAL = Path(__file__).parent.parent / "fictional_country" / "rules"


@pytest.fixture(scope="session")
def system() -> RulebookSystem:
    """The shipped rules."""
    return CountryTaxBenefitSystem()


@pytest.fixture(scope="session")
def fictional() -> RulebookSystem:
    """The fictional country."""
    return tax_benefit_system(load_rulebook(FICTIONAL))
