"""One income in two measures: completeness does not make a zero of the one that is not written."""

from collections.abc import Mapping

import pytest

from zero_non_recours import screen
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.batch.layout import AnswerLayout
from zero_non_recours.screening.screen import screener_of

MONTH = "2026-11"


def household(incomes: Mapping[str, float], *, complete: bool = True) -> HouseholdBase:
    model = household_model(default_rulebook())
    person = {"role": "demandeur", "date_naissance": "1990-05-10", "activite": "salarie", "revenus": incomes}
    return model.model_validate(
        {
            "personnes": [{**person, "revenus_complets": complete}],
            "logement": {"statut": "locataire_vide", "loyer": 500, "zone_apl": 2, "conventionne": False},
            "prestations_recues": {"rsa": 0, "aide_logement": 0},
        }
    )


def test_a_net_wage_alone_stands_for_the_taxable_one() -> None:
    # 12 x 1 000 x 1.0365 less 10 %, rounded up: 11 200; case W01's formula gives 122.
    found = screen(household({"salaire_net": 1000}), MONTH).rights["aide_logement"]
    assert found.amount.expected == 122
    assert "personnes[0].revenus.salaire_imposable" in {a.field for a in found.assumptions}


def test_a_taxable_wage_alone_leaves_the_net_one_to_ask() -> None:
    found = screen(household({"salaire_imposable": 1000}), MONTH)
    assert found.rights["aide_logement"].amount.expected == 134
    assert found.rights["rsa"].status == "undetermined"
    assert [m.field for m in found.rights["rsa"].missing] == ["personnes[0].revenus.salaire_net"]


def test_neither_written_is_zero_when_incomes_are_complete() -> None:
    found = screen(household({}), MONTH).rights
    assert (found["rsa"].amount.expected, found["aide_logement"].amount.expected) == (651.69, 308)


@pytest.mark.parametrize("complete", [True, False])
def test_columns_read_the_same_answers(complete: bool) -> None:
    families = [
        household(incomes, complete=complete)
        for incomes in ({"salaire_net": 1000}, {"salaire_imposable": 1000}, {}, {"salaire_net": 1, "chomage_net": 2})
    ]
    screener = screener_of(default_rulebook(), MONTH)
    columns, _, _ = AnswerLayout(screener.plan).read(families)
    for row, family in enumerate(families):
        answers, _ = screener.reader.read(family)
        for place, person in enumerate(screener.plan.levels):
            one = answers[place][0] if person else answers[place]
            assert repr(float(columns[place][row])) == repr(float(one)), screener.plan.slots[place]
