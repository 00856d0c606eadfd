"""What `znr screen` and `znr rank` print of the next steps that depend on the household and the month."""

from __future__ import annotations

from tests.engine.households import fictional
from tests.screening.fictional import MONTH, RIGHTS, household, screener
from zero_non_recours.cli.text import ranking_lines, screening_lines
from zero_non_recours.outreach.rank import Ranker


def screened(**changes: object) -> str:
    return "\n".join(screening_lines(screener().screen(household(**changes))))


def ranked(*, brief: bool = False, **changes: object) -> str:
    ranking = Ranker(fictional(), MONTH, RIGHTS).rank(household(**changes))
    return "\n".join(ranking_lines(ranking, brief=brief)).replace("\u202f", " ")


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


def test_a_ranking_says_what_presses():
    text = ranked()
    assert "1. Gîte de bois : 160 € par mois" in text
    assert "     Urgent : à faire au plus tard le 31 décembre 2026." in text
    assert "     URGENT : Demander l'aide au gîte avant le 31 décembre 2026." in text
    assert "     URGENT : Demander" in ranked(brief=True)
    through = ranked(gite__scribe=True)
    assert "     Le scribe fait la demande pour la maison.\n     où : Chez le scribe" in through
    assert "Le scribe fait" not in ranked(brief=True, gite__scribe=True)


def test_an_amount_as_claimed_is_said_with_its_bounds_and_what_it_supposes():
    text = screened(aides_recues__gite=None, aides_recues__chant=None).replace("\u202f", " ")
    assert "pourrait avoir droit à 160 € par mois (entre 100 € et 160 €, selon les autres droits perçus)" in text
    assert "Aide au gîte reçue : 160 € par mois. Comme si ce droit était demandé : aide au gîte." in text
