"""What people type as an answer, and how it is read, refused and shown."""

from __future__ import annotations

import pytest

from zero_non_recours.cli.replies import expected, order_of, read_reply, shown_reply
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.rulebook.fields import profile_fields
from zero_non_recours.rulebook.loader import default_rulebook

FIELDS = {field.path: field for field in profile_fields(default_rulebook())}
WAGE = FIELDS["personnes[].revenus.salaire_net"]
QUARTER = ("2026-07", "2026-08", "2026-09")


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("900", (900, 900, 900)),
        ("1 200,50", (1200.5, 1200.5, 1200.5)),
        ("1 200", (1200, 1200, 1200)),
        ("650 700 0", (650, 700, 0)),
        ("650 700 800", (650, 700, 800)),
        ("650, 700, 0", (650, 700, 0)),
        ("650 € 700 € 0 €".replace(" €", "€"), (650, 700, 0)),
        ("1 200 ; 1 300 ; rien", (1200, 1300, 0)),
        ("650 nsp 0", (650, "ne_sait_pas", 0)),
        ("environ 900 ; 0 ; 1000", ({"min": 810, "max": 990}, 0, 1000)),
        ("rien", (0, 0, 0)),
        ("non", (0, 0, 0)),
    ],
)
def test_amounts_of_several_months(text, answers):
    assert read_reply(text, WAGE, QUARTER) == dict(zip(QUARTER, answers, strict=True))


@pytest.mark.parametrize("text", ["650 700", "650 700 0 0", "650 ; 700", "abc", "650 abc 0", "1.200"])
def test_amounts_that_do_not_read(text):
    with pytest.raises(ValueError) as caught:
        read_reply(text, WAGE, QUARTER)
    assert text not in str(caught.value) and str(caught.value)


@pytest.mark.parametrize(
    ("path", "text", "answer"),
    [
        ("personnes[].date_naissance", "14/05/1988", "1988-05-14"),
        ("personnes[].date_naissance", "14 Mai 1988", "1988-05-14"),
        ("personnes[].date_naissance", "1er février 1990", "1990-02-01"),
        ("personnes[].date_naissance", "août 1988", "1988-08"),
        ("personnes[].date_naissance", "1988", {"min": "1988-01-01", "max": "1988-12-31"}),
        ("personnes[].enceinte", "O", True),
        ("personnes[].enceinte", "n", False),
        ("logement.statut", "2", "locataire_vide"),
        ("logement.statut", "HLM", "locataire_hlm"),
        ("logement.statut", "meublé", "locataire_meuble"),
        ("logement.statut", "hébergé", "heberge_gratuit"),
        ("logement.statut", "aucune idée", "ne_sait_pas"),
        ("logement.commune", "Saint-Denis (93)", "Saint-Denis (93)"),
        ("logement.loyer", "1 200 €", 1200),
        ("personnes[].anciennete_titre_sejour_ans", "3 ans", 3),
        ("patrimoine.epargne_imposable", "150 000", 150000),
    ],
)
def test_replies_of_each_kind(path, text, answer):
    assert read_reply(text, FIELDS[path]) == answer


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("logement.statut", "99", "de 1 à 8"),
        ("logement.statut", "locataire", "1, 2, 3, 4"),
        ("logement.statut", "château", "pas dans la liste"),
        ("personnes[].date_naissance", "31/02/1990", "date impossible"),
        ("personnes[].date_naissance", "12 brumaire 1990", "date attendue"),
        ("logement.loyer", "-5", "minimum"),
    ],
)
def test_replies_that_are_refused_say_what_is_expected(path, text, words):
    with pytest.raises(ValueError, match=words):
        read_reply(text, FIELDS[path])


def test_every_field_says_what_it_expects_and_shows_what_it_read():
    for field in FIELDS.values():
        assert expected(field) and expected(field, QUARTER)
    assert expected(WAGE, QUARTER).endswith("3 montants dans l'ordre : 650 700 0")
    assert shown_reply({"min": 800}, WAGE) == "au moins 800 €" and shown_reply({"max": 8}, WAGE) == "au plus 8 €"
    assert shown_reply("ne_veut_pas_dire", WAGE) == "ne veut pas le dire"
    assert shown_reply(12.5, ProfileField("x", "x", "nombre", "ans", "", "")) == "12,5 ans"


def test_orders():
    assert [order_of(text) for text in ("?", " Retour ", "FIN", "q", "900", "")] == [
        "help", "back", "stop", "stop", None, None,
    ]  # fmt: skip
