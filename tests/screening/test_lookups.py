"""Answers read in a table: the same for every reading, known when all candidates agree, told when they are not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.fictional_country import ARCHIPELAGO
from zero_non_recours import evaluate, explain, rank_rights, screen
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.openfisca.system import RulebookSystem
from zero_non_recours.rulebook import communes, tables
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.screening import lookups
from zero_non_recours.screening.batch.screen import screen_batch
from zero_non_recours.screening.examples import run_examples
from zero_non_recours.screening.screen import Screener, screener_of

BOOK = load_rulebook(ARCHIPELAGO)
MONTH = "2026-11"
HOMONYMS = "Plusieurs communes portent ce nom : {} : écrire le code INSEE ou ajouter le département entre parenthèses."
ABSENT = "Cette commune n'est pas dans la liste (archipel de 2020)."

HOMES: list[tuple[dict[str, Any], float | None, list[str], str]] = [
    # home, amount, questions, what the notes say
    ({"commune": "Abécourt"}, 30, [], ""),
    ({"commune": "havreau"}, 21, [], ""),
    ({"code": "11010"}, 21, [], ""),
    ({"code": "2a004"}, 21, [], ""),
    ({"commune": "Saint-Denis (974)"}, 21, [], ""),
    ({"commune": "Saint-Denis"}, None, ["logement.code"], HOMONYMS.format("22001 (22), 97411 (974)")),
    ({"commune": "Montclair"}, None, ["logement.code"], HOMONYMS.format("22030 (22), 97420 (974)")),
    ({"commune": "Val-Uni"}, None, ["logement.code"], "Plusieurs codes de commune portent ce nom (22002, 22009)"),
    ({"commune": "Abecour"}, None, ["logement.code"], f"{ABSENT} Noms proches : Abécourt (11)."),
    ({"commune": "nulle part"}, None, ["logement.code"], f"{ABSENT} Sinon, donner « Commune (code) »."),
    ({"commune": "33000"}, None, ["logement.code"], "Ce code de commune n'est pas dans la liste (archipel de 2020)"),
    ({"commune": "11010"}, 21, [], "lu comme un code INSEE : Le Havreau (11). Un code postal n'en est pas un."),
    ({"code": "12345"}, None, ["logement.zone"], "vérifier, ou donner « Zone de la maison »."),
    ({}, None, ["logement.commune"], ""),
    ({"zone": 1}, None, ["logement.commune"], ""),
    # an answer that is given wins
    ({"commune": "Saint-Denis", "code": "22001"}, 30, [], ""),
    ({"commune": "nulle part", "code": "11001"}, 30, [], ""),
    ({"commune": "Abécourt", "zone": 3}, 10, [], ""),
    ({"code": "99999", "zone": 2}, 0, [], ""),
]


def household(home: dict[str, Any], **person: Any) -> dict[str, Any]:
    return {"id": "h", "personnes": [{"role": "demandeur", "lieu_naissance": "Ajac", **person}], "logement": home}


@pytest.mark.parametrize(("home", "amount", "questions", "said"), HOMES, ids=[str(h) for h, *_ in HOMES])
def test_one_household(home, amount, questions, said):
    screening = screen(household(home), MONTH, rulebook=BOOK)
    don = screening.rights["don"]
    assert don.amount.expected == amount
    assert [m.field for m in don.missing] == questions
    notes = " ".join(n for n in screening.notes if "Vent dominant" not in n)
    assert said in notes and bool(said) == bool(notes)


def test_the_notes_never_repeat_the_answer():
    for name in ("nulle part", "Abecour", "zz<script>", "33000", "Val uni", "ST DENIS"):
        for answer in ({"commune": name}, {"code": "54321"}):
            for note in screen(household(answer), MONTH, rulebook=BOOK).notes:
                assert name not in note and "54321" not in note


def test_a_batch_says_the_same_in_any_order():
    model = household_model(BOOK)
    profiles = [household(home) | {"id": str(rank)} for rank, (home, *_) in enumerate(HOMES)]
    profiles += [household({"commune": f"inconnue {rank}"}) for rank in range(40)]
    households = [model.model_validate(profile) for profile in profiles]
    screener = Screener(BOOK, MONTH)
    (columns,) = screen_batch(screener, households)
    (backwards,) = screen_batch(Screener(load_rulebook(ARCHIPELAGO), MONTH), households[::-1])
    for rank, home in enumerate(households):
        screening = screener.screen(home)
        don = screening.rights["don"]
        assert columns.status[rank] == don.status
        assert (columns.low[rank], columns.expected[rank], columns.high[rank]) == (
            don.amount.low,
            don.amount.expected,
            don.amount.high,
        )
        assert columns.missing[rank] == tuple(m.field for m in don.missing)
        assert columns.notes[rank] == " ".join(screening.notes)
        assert columns.assumptions[rank] == len(don.assumptions)
    for name in ("status", "low", "expected", "high", "missing", "notes", "assumptions"):
        assert getattr(backwards, name)[::-1] == getattr(columns, name)


def test_variables_given_by_name_are_read_too():
    def read(maison: dict[str, Any], *people: dict[str, Any]) -> dict[str, Any]:
        inputs = {"maison": maison, "personnes": list(people) or [{}]}
        return evaluate(["code", "zone", "vent", "don", "code_naissance"], inputs, MONTH, rulebook=BOOK)

    found = read({"commune": "Havreau"}, {"lieu_naissance": "Lilla"}, {})
    assert found == {"code": "11010", "zone": 2, "vent": "fort", "don": 26, "code_naissance": ["11020", "00000"]}
    assert read({"commune": "Montclair"})["zone"] == 2  # both are in zone 2
    assert read({"commune": "Montclair"})["code"] is None
    assert read({"commune": "Montclair"})["vent"] is None
    assert read({"commune": "Saint-Denis"})["zone"] is None
    assert read({"commune": "Saint-Denis", "zone": 3})["zone"] == 3
    assert read({"code": "22009"})["don"] == 10
    with pytest.raises(PlanError, match="« commune » est un texte"):
        evaluate(["commune"], {"maison": {"commune": "Ajac"}}, MONTH, rulebook=BOOK)
    with pytest.raises(PlanError, match=r"maison\.commune : texte"):
        read({"commune": 38185})


def test_each_person_has_a_commune_of_their_own():
    people = [
        {"id": "p1", "role": "demandeur", "lieu_naissance": "Abécourt"},
        {"id": "p2", "role": "conjoint", "lieu_naissance": "Saint-Denis"},
        {"id": "p3", "role": "enfant", "code_naissance": "22001", "lieu_naissance": "ailleurs"},
    ]
    screening = screen({"personnes": people, "logement": {"code": "22001"}}, MONTH, rulebook=BOOK)
    don = screening.rights["don"]
    assert don.amount.expected == 35
    assert [a.field for a in don.assumptions] == ["personnes[1].code_naissance"]
    assert screening.notes == ("p2 : " + HOMONYMS.format("22001 (22), 97411 (974)"),)


def test_an_answer_that_is_not_found_is_supposed_as_the_rules_say_and_told():
    screening = screen(household({"code": "22001"}, lieu_naissance="nulle part"), MONTH, rulebook=BOOK)
    (assumption,) = screening.rights["don"].assumptions
    assert (assumption.field, assumption.value) == ("personnes[0].code_naissance", "00000")
    assert "n'est pas dans la liste (communes.csv)" in screening.notes[0]


def test_the_question_is_that_of_the_commune():
    (missing,) = screen(household({}), MONTH, rulebook=BOOK).rights["don"].missing
    assert (missing.field, missing.label) == ("logement.commune", "Commune (nom)")
    assert missing.question == "Dans quelle commune est la maison ?"
    assert missing.why == "Le don en dépend."


def test_an_explanation_tells_what_was_read():
    told = explain(household({"commune": "havreau"}), "don", MONTH, rulebook=BOOK)
    where = "(lu dans communes.csv : 11010, Le Havreau, 2, fort)"
    assert told.found == (
        f"Commune (code) : 11010 {where}",
        "Code de la commune de naissance, personne 1 : 2A004 (lu dans communes.csv : 2A004, Ajac, 2, fort)",
        f"Zone de la maison : 2 {where}",
        f"Vent dominant : fort {where}",
    )
    assert "Réponses lues dans une liste\n  - Commune (code) : 11010" in str(told)
    assert told.model_dump()["found"] == list(told.found)
    given = explain(household({"code": "11001", "zone": 1}, lieu_naissance=None), "don", MONTH, rulebook=BOOK)
    assert given.found == ("Vent dominant : calme (lu dans communes.csv : 11001, Abécourt, 1, calme)",)


def test_a_ranking_carries_the_notes():
    assert rank_rights(household({"commune": "Abecour"}), MONTH, rulebook=BOOK).notes[0].startswith(ABSENT)


def test_examples_may_name_a_commune():
    results = run_examples(BOOK)
    assert len(results) == 2
    assert [r.message for r in results if not r.ok] == []


def test_openfisca_is_given_the_code_and_the_zone_as_before():
    names = RulebookSystem(BOOK).variables
    assert {"code", "zone", "vent", "code_naissance"} <= names.keys()
    assert "commune" not in names and "lieu_naissance" not in names


# -- the profile ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [38185, True, "", "   ", "x" * 121, "a\nb", "a\x00", "\ud800", ["Ajac"], {}])
def test_a_text_that_cannot_be_a_name_is_refused_without_being_repeated(value):
    with pytest.raises(ValidationError) as error:
        household_model(BOOK).model_validate(household({"commune": value}))
    (problem,) = error.value.errors()
    assert (problem["loc"], problem["type"]) == (("logement", "commune"), "texte")
    assert "120 caractères" in problem["msg"]
    if isinstance(value, str) and value.strip():
        assert value not in problem["msg"]


def test_the_schema_describes_the_commune():
    schema = household_model(BOOK).model_json_schema()
    commune = schema["$defs"]["Logement"]["properties"]["commune"]
    assert commune["title"] == "Commune (nom)"
    assert commune["description"] == "Dans quelle commune est la maison ?"
    assert commune["type"] == ["string", "null"] and commune["maxLength"] == 120


# -- what is done when -----------------------------------------------------------------------------------


def test_a_table_is_not_touched_when_answers_are_given(monkeypatch):
    book = load_rulebook(ARCHIPELAGO)

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(tables.Table, "rows", refuse)
    monkeypatch.setattr(tables.Table, "communes", refuse)
    don = screen(household({"zone": 2}, lieu_naissance=None), MONTH, rulebook=book).rights["don"]
    assert don.amount.high == 21


def test_a_code_alone_does_not_index_the_table():
    book = load_rulebook(ARCHIPELAGO)
    screen(household({"code": "11010"}, lieu_naissance=None), MONTH, rulebook=book)
    assert "cells" not in vars(book.tables["lieux/communes.csv"])


def test_what_was_found_is_kept_but_never_without_end(monkeypatch):
    monkeypatch.setattr(lookups, "_KEPT", 3)
    book = load_rulebook(ARCHIPELAGO)
    screener = screener_of(book, MONTH)
    reading = screener.reader.tables["code"]
    searches = 0
    search = communes.Communes.find

    def count(self: communes.Communes, text: str) -> communes.Found:
        nonlocal searches
        searches += 1
        return search(self, text)

    monkeypatch.setattr(communes.Communes, "find", count)
    model = household_model(book)
    for name in ("Ajac", "Ajac", "Lilla", "Haven", "Abécourt", "Ajac"):
        reading.value(model.model_validate(household({"commune": name})).__dict__)
        assert len(reading._known) <= 3
    assert searches == 5
