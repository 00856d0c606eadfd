"""What `znr screen` prints of the next steps that depend on the household and the month."""

from __future__ import annotations

from tests.screening.fictional import household, screener
from zero_non_recours.cli.text import screening_lines


def screened(**changes: object) -> str:
    return "\n".join(screening_lines(screener().screen(household(**changes))))


def test_a_case_is_said_with_its_deadline_and_its_urgency():
    text = screened()
    assert "[OUI] Gîte de bois : pourrait avoir droit à" in text
    assert "      URGENT : Demander l'aide au gîte avant le 31 décembre 2026.\n" in text
    assert "      où : À la grotte du conseil (https://example.org/gites)" in text


def test_a_case_is_said_of_a_right_that_is_refused_or_received():
    refused = screened(gite__loyer=0)
    assert "[NON] Gîte de paille" in refused and "      Sans loyer, pas d'aide au gîte." in refused
    assert "À la grotte du conseil" not in refused
    assert "      L'aide au gîte est déjà payée." in screened(aides_recues__gite=90)


def test_a_case_asks_its_question():
    text = screened(gite__loyer=None)
    assert "      Dire le loyer avant le 31 décembre 2026.\n" in text
    assert "URGENT" not in text


def test_an_amount_as_claimed_is_said_with_its_bounds_and_what_it_supposes():
    text = screened(aides_recues__gite=None, aides_recues__chant=None).replace("\u202f", " ")
    assert "pourrait avoir droit à 160 € par mois (entre 100 € et 160 €, selon les autres droits perçus)" in text
    assert "Aide au gîte reçue : 160 € par mois. Comme si ce droit était demandé : aide au gîte." in text
