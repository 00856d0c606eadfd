"""The shipped rules for OpenFisca's commands.

`openfisca serve --country-package zero_non_recours.openfisca.country` serves them, and
`openfisca test --country-package zero_non_recours.openfisca.country tests.yaml` tests them.
"""

from __future__ import annotations

from zero_non_recours.openfisca.system import RulebookSystem
from zero_non_recours.rulebook.loader import default_rulebook


class CountryTaxBenefitSystem(RulebookSystem):
    """The shipped rulebook."""

    def __init__(self) -> None:
        super().__init__(default_rulebook())
