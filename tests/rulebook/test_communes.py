"""Communes found by name: what differs in writing does not count, what is ambiguous stays so."""

from __future__ import annotations

import pytest

from tests.fictional_country import ARCHIPELAGO
from zero_non_recours.rulebook.communes import Communes, fold
from zero_non_recours.rulebook.loader import load_rulebook

TABLE = load_rulebook(ARCHIPELAGO).tables["lieux/communes.csv"]
COMMUNES = TABLE.communes("nom", "code")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Abécourt", "11001"),
        ("abecourt", "11001"),
        ("  ABECOURT  ", "11001"),
        ("Saint-Œdipe", "11040"),
        ("st oedipe", "11040"),
        ("St. Œdipe", "11040"),
        ("saint œdipe", "11040"),
        ("Le Havreau", "11010"),
        ("havreau", "11010"),
        ("HAVREAU (LE)", "11010"),
        ("l'havreau", "11010"),
        ("Ajac", "2A004"),
        ("Ajac (2A)", "2A004"),
        ("Ajac (2a)", "2A004"),
        ("20100 Ajac", "2A004"),
        ("Ajac, 20100", "2A004"),
        ("Saint-Denis (22)", "22001"),
        ("St Denis (974)", "97411"),
        ("97400 Saint-Denis", "97411"),
        ("Saint-Denis (97411)", "97411"),
        ("Montclair (22)", "22030"),
        ("Bois (Ville)", "22041"),
        ("bois campagne", "22040"),
        ("Le Haven", "22060"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, code):
    assert COMMUNES.find(text) == ((code,), False)


@pytest.mark.parametrize("text", ["11001", " 2a004 ", "22060"])
def test_a_code_is_taken_as_a_code(text):
    assert COMMUNES.find(text) == ((text.strip().upper(),), True)


def test_a_code_gets_its_first_zero_back():
    communes = Communes(["Amont", "Aval"], ["01004", "01005"])
    assert communes.find("1004") == (("01004",), True)
    assert communes.find("1009") == ((), True)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Saint-Denis", ("22001", "97411")),
        ("Montclair", ("22030", "97420")),
        ("Haven", ("22050", "22060")),  # the article may have been left out
        ("Saint-Denis (33)", ()),
        ("Bois", ()),
        ("Portvile", ()),
        ("33000", ()),
        ("(22)", ()),
        ("?", ()),
        ("", ()),
    ],
)
def test_what_is_not_one_commune_stays_open(text, codes):
    assert COMMUNES.find(text).codes == codes


def test_the_rows_of_a_department_with_one_name_are_one_commune():
    assert COMMUNES.find("Lilla").codes == ("11020",)  # the code at its place in the alphabet: 11005 was absorbed
    assert COMMUNES.find("Portville").codes == ("11030",)
    assert COMMUNES.find("Val-Uni").codes == ("22002", "22009")  # neither is at its place
    assert COMMUNES.find("Val-Uni (22009)").codes == ("22009",)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Portville 1er", ("11101",)),
        ("Portville 2", ("11102",)),
        ("Portville 2ème", ("11102",)),
        ("Portville 3e arrondissement", ("11103",)),
        ("Portville (11) 3e", ()),
        ("Portville 3e (11)", ("11103",)),
        ("Portville 4", ()),
        ("Portville 0", ()),
        ("Lilla 1", ()),
        ("Montclair 1", ()),
    ],
)
def test_arrondissements(text, codes):
    assert COMMUNES.find(text).codes == codes


def test_close_names_are_proposed_with_their_departments():
    assert COMMUNES.near("Abecour") == ("Abécourt (11)",)
    assert COMMUNES.near("Sant-Denis") == ("Saint-Denis (22, 974)",)
    assert COMMUNES.near("Lila (33)") == ("Lilla (11)",)
    assert COMMUNES.near("zzzz") == ()
    assert COMMUNES.near("") == ()


def test_every_row_is_found_by_its_name_and_its_code():
    for name, code in zip(COMMUNES.names, COMMUNES.codes, strict=True):
        assert COMMUNES.find(f"{name} ({code})").codes == (code,)
        assert COMMUNES.find(code).codes == (code,)


def test_folding_many_names_at_once_is_folding_each():
    assert COMMUNES.keys == [fold(name) for name in COMMUNES.names]


def test_an_empty_list_has_no_commune():
    assert Communes([], []).find("Lilla") == ((), False)
    assert Communes([], []).near("Lilla") == ()
