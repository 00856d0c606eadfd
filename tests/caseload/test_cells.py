from __future__ import annotations

from typing import Any

import pytest

from zero_non_recours.caseload.cells import converter, readable_key
from zero_non_recours.caseload.errors import Refusal
from zero_non_recours.rulebook.fields import profile_fields
from zero_non_recours.rulebook.loader import default_rulebook

FIELDS = {field.path.removeprefix("personnes[]."): field for field in profile_fields(default_rulebook())}


def read(path: str, text: str, **words: Any) -> Any:
    return converter(FIELDS[path], words)(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("900", 900),
        ("0", 0),
        ("900.5", 900.5),
        ("900,5", 900.5),
        ("1 234,50", 1234.5),
        ("1\u00a0234,50\u00a0€", 1234.5),
        ("1\u202f234,50 €", 1234.5),
        ("1 234,50 EUR", 1234.5),
        ("650 €/mois", 650),
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234.567", 1234567),
        ("1,234", 1.234),
        ("0.125", 0.125),
        ("NC", None),
        ("n/c", None),
    ],
)
def test_amounts(text: str, value: Any) -> None:
    assert read("logement.loyer", text) == value


@pytest.mark.parametrize(
    "text",
    ["1.234", "12 34", "1 2345", "1e3", "-", "--5", "9OO", "1,2,3", "#REF!", "-410", "-410,00 €", "١٢٣",
     "9" * 50, "9" * 300, "12 %", "€", "1 234 5"],
)  # fmt: skip
def test_doubtful_amounts_are_refused(text: str) -> None:
    found = read("logement.loyer", text)
    assert isinstance(found, Refusal)
    assert text not in found.reason


@pytest.mark.parametrize("text", ["non", "NON", "n", "faux"])
def test_not_received_is_no_amount(text: str) -> None:
    assert read("prestations_recues.rsa", text) == 0
    for path in ("revenus.salaire_net", "logement.loyer"):
        assert isinstance(read(path, text), Refusal)


@pytest.mark.parametrize("path", ["prestations_recues.rsa", "revenus.salaire_net"])
def test_received_without_an_amount_is_refused(path: str) -> None:
    found = read(path, "Oui")
    assert found == Refusal("vrai/faux", "montant attendu : 0 si non perçu, le montant si perçu")
    assert read("logement.loyer", "oui").reason == "nombre attendu (1234,50)"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("31/12/1990", "1990-12-31"),
        ("1/2/1990", "1990-02-01"),
        ("31-12-1990", "1990-12-31"),
        ("31.12.1990", "1990-12-31"),
        ("1990-12-31", "1990-12-31"),
        ("1990/12/31", "1990-12-31"),
        ("1990-12-31 00:00:00", "1990-12-31"),
        ("1990-12-31T00:00:00.000", "1990-12-31"),
        ("31/12/1990 00:00", "1990-12-31"),
        ("1990-12", "1990-12"),
        ("12/1990", "1990-12"),
    ],
)
def test_dates(text: str, value: Any) -> None:
    assert read("date_naissance", text) == value


@pytest.mark.parametrize(
    "text",
    ["12/13/1990", "31/02/1994", "14/05/88", "33238", "1990-12-31 23:00:00", "00/00/0000", "1878-03-02", "mai 1990"],
)
def test_doubtful_dates_are_refused(text: str) -> None:
    assert isinstance(read("date_naissance", text), Refusal)


@pytest.mark.parametrize("text", ["oui", "OUI", "Vrai", "true", "1", "x", "X", "o"])
def test_yes(text: str) -> None:
    assert read("enceinte", text) is True


@pytest.mark.parametrize("text", ["non", "NON", "faux", "FALSE", "0", "n"])
def test_no(text: str) -> None:
    assert read("enceinte", text) is False


def test_neither_yes_nor_no() -> None:
    assert isinstance(read("enceinte", "2"), Refusal)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("activite", "salarie", "salarie"),
        ("activite", "Salarié", "salarie"),
        ("activite", "DEMANDEUR D'EMPLOI", "chomeur"),
        ("activite", "demandeur d’emploi", "chomeur"),
        ("role", "Conjoint (marié, pacsé ou en union libre)", "conjoint"),
        ("role", "CONJOINT", "conjoint"),
        ("nationalite", "Française", "FR"),
        ("nationalite", "fr", "FR"),
        ("logement.statut", "Locataire HLM", "locataire_hlm"),
        ("organisme", "MSA", "msa"),
        ("logement.code_insee", "6088", "06088"),
        ("logement.code_insee", "2a004", "2A004"),
    ],
)
def test_choices_by_value_or_label(path: str, text: str, value: str) -> None:
    assert read(path, text) == value


def test_a_choice_is_never_guessed() -> None:
    found = read("activite", "salarie agricole")
    assert isinstance(found, Refusal)
    assert "salarie, independant" in found.reason
    assert isinstance(read("logement.code_insee", "75"), Refusal)


def test_own_words_come_first() -> None:
    assert read("activite", "s", S="salarie") == "salarie"
    assert read("enceinte", "1", **{"1": False}) is False


def test_fractions_may_be_percentages() -> None:
    assert read("taux_incapacite", "80 %") == pytest.approx(0.8)
    assert read("taux_incapacite", "0,8") == pytest.approx(0.8)
    assert isinstance(read("taux_incapacite", "80"), Refusal)


@pytest.mark.parametrize("key", ["", "a\x00b", "a\nb", "\ud800", "é\ufffd", "x" * 201, "a\u200bb"])
def test_unreadable_keys(key: str) -> None:
    assert not readable_key(key)


def test_readable_keys() -> None:
    assert readable_key("Dossier n° 12\u00a0345")
