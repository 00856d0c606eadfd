"""What a right is called and what it says to do next: the first case that surely applies, its date, its question."""

from __future__ import annotations

import pytest

from tests.engine.households import fictional
from tests.engine.packs import write
from tests.rulebook.marked import BASE
from tests.screening.fictional import household, screener
from zero_non_recours.profile.periods import first_day, last_day, parse_month
from zero_non_recours.rulebook.dependencies import children, used_by
from zero_non_recours.rulebook.describe import describe
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.screening.explain import explain
from zero_non_recours.screening.result import RightResult
from zero_non_recours.screening.screen import Screener
from zero_non_recours.screening.steps import _day, outcome_lines
from zero_non_recours.screening.wording import long_day


def gite(month: str = "2026-11", **changes: object) -> RightResult:
    return screener(month).screen(household(**changes)).rights["gite"]


def test_the_keys_of_the_contract_are_always_there():
    general = screener().screen(household()).rights["chant"].next_steps
    assert general == {
        "where": "Au pied de la grande pierre",
        "url": None,
        "forms": [],
        "documents": [],
        "deadline": None,
        "retroactive": None,
        "outcome": None,
        "text": None,
        "question": None,
        "urgent": False,
    }
    assert {*general, "source"} == {*gite().next_steps}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"aides_recues__gite": 90}, "received"),
        ({"aides_recues__gite": 90, "gite__scribe": True}, "received"),
        ({"gite__scribe": True}, "through_manager"),
        ({"aides_recues__gite": None, "gite__scribe": True}, "through_manager"),
        ({"gite__loyer": 0}, "not_eligible"),
        ({}, "to_request_before"),
        ({"aides_recues__gite": None, "gite__scribe": None}, "to_request_before"),
        ({"gite__loyer": None}, "to_confirm"),
    ],
)
def test_the_first_case_that_surely_applies(changes, outcome):
    found = gite(**changes)
    assert found.next_steps["outcome"] == outcome
    assert found.model_dump()["next_steps"] == found.next_steps


def test_a_case_gives_its_own_steps_in_place_of_the_general_ones():
    steps = gite(gite__scribe=True).next_steps
    assert (steps["where"], steps["documents"], steps["forms"]) == ("Chez le scribe", [], ["tablette 12"])
    assert gite().next_steps["where"] == "À la grotte du conseil"


def test_a_right_that_is_refused_still_says_what_to_do():
    found = gite(gite__loyer=0)
    assert found.status == "not_eligible"
    assert found.next_steps["text"] == "Sans loyer, pas d'aide au gîte."


@pytest.mark.parametrize(
    ("month", "deadline", "urgent", "text"),
    [
        ("2026-06", "2026-12-31", False, "Demander l'aide au gîte avant le 31 décembre 2026."),
        ("2026-11", "2026-12-31", True, "Demander l'aide au gîte avant le 31 décembre 2026."),
        ("2025-12", "2025-12-31", True, "Demander l'aide au gîte avant le 31 décembre 2025."),
        ("2024-03", None, False, "Demander l'aide au gîte avant le (date à vérifier)."),
    ],
)
def test_the_deadline_follows_the_month(month, deadline, urgent, text):
    steps = gite(month).next_steps
    assert (steps["deadline"], steps["urgent"], steps["text"]) == (deadline, urgent, text)


def test_a_deadline_that_answers_leave_open_is_not_told():
    known = gite("2026-12")
    assert known.next_steps["deadline"] == "2026-12-31" and known.next_steps["urgent"]
    open_ = gite("2026-12", gite__scribe=None)
    assert open_.next_steps["outcome"] == "to_request_before"
    assert open_.next_steps["deadline"] is None and not open_.next_steps["urgent"]


def test_a_deadline_can_be_a_parameter_and_a_case_can_ask():
    steps = gite("2024-03", gite__loyer=None).next_steps
    assert (steps["deadline"], steps["text"]) == ("2024-12-31", "Dire le loyer avant le 31 décembre 2024.")
    assert steps["question"] == "Quel est le loyer du gîte ?"
    assert list(outcome_lines(steps)) == [
        "Dire le loyer avant le 31 décembre 2024.",
        "à demander : Quel est le loyer du gîte ?",
    ]


def test_what_presses_is_said_first():
    assert list(outcome_lines(gite().next_steps)) == [
        "URGENT : Demander l'aide au gîte avant le 31 décembre 2026.",
    ]
    assert list(outcome_lines(screener().screen(household()).rights["chant"].next_steps)) == []
    text = str(explain(household(), "gite", "2026-11", rulebook=fictional()))
    assert "URGENT : Demander l'aide au gîte avant le 31 décembre 2026." in text


def test_the_last_day_of_a_month_is_that_of_the_calendar():
    month = parse_month("2028-02")
    assert _day(last_day(month), last_day(month)) == "2028-02-29"
    assert _day(first_day(month), first_day(month)) == "2028-02-01"
    assert _day(first_day(month), last_day(month)) is None


def test_days_are_written_as_french_readers_do():
    assert [long_day(day) for day in ("2026-12-31", "2027-03-01", "2026-08-09")] == [
        "31 décembre 2026",
        "1er mars 2027",
        "9 août 2026",
    ]


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"gite__de_pierre": True}, "Gîte de pierre"),
        ({}, "Gîte de bois"),
        ({"gite__loyer": 99}, "Gîte de paille"),
        ({"gite__de_pierre": None}, "Aide au gîte"),
        ({"gite__de_pierre": None, "gite__loyer": None}, "Aide au gîte"),
        ({"gite__de_pierre": True, "gite__loyer": None}, "Gîte de pierre"),
    ],
)
def test_a_right_is_called_by_its_nature_when_it_is_known(changes, label):
    assert gite(**changes).label == label


def test_the_names_of_next_steps_count_as_used():
    book = fictional()
    for name in ("gite_presse", "gite_echeance", "sans_loyer", "scribe", "gites.fin_des_demandes", "gite_nature"):
        assert "le droit gite" in used_by(book, name)
    assert used_by(book, "gite_demande")[-1] == "le droit gite"
    assert {"gite_presse", "gite_echeance", "gites.fin_des_demandes", "gite_nature"} <= {*children(book, "gite")}
    page = describe(book, "gite")
    assert "cas « to_request_before » : si gite_a_demander" in page and "échéance : gite_echeance" in page


def test_the_names_of_a_local_pack_are_its_own(tmp_path):
    root = write(tmp_path / "rules", BASE)
    pack = tmp_path / "port"
    pack.mkdir()
    (pack / "regles.yaml").write_text(
        "aide: {libelle: A, entite: maison, unite: €/mois, references: [S], formule: base.montant}\n"
        "ouvert: {libelle: O, entite: maison, type: booleen, references: [S], formule: 'true'}\n"
        "genre: {libelle: G, entite: maison, type: enumeration, valeurs: {a: Aide du port}, references: [S],"
        " formule: \"'a'\"}\n",
        encoding="utf-8",
    )
    (pack / "parametres.yaml").write_text(
        "fin: {description: Fin, metadata: {unit: date, reference: S}, values: {2020-01-01: {value: 2026-12-01}}}\n",
        encoding="utf-8",
    )
    (pack / "droit.yaml").write_text(
        "aide:\n  libelle: Aide\n  entite: maison\n  montant: aide\n  unite_montant: €/mois\n  conditions: aide\n"
        "  nature: genre\n  demarche:\n    cas:\n"
        "      - {code: ouvert, si: ouvert, phrase: 'Avant le {echeance}.', echeance: fin}\n",
        encoding="utf-8",
    )
    book = load_rulebook(root, packs=[pack])
    found = Screener(book, "2026-11").screen({"personnes": [{}]}).rights["port.aide"]
    assert (found.label, found.next_steps["text"]) == ("Aide du port", "Avant le 1er décembre 2026.")
