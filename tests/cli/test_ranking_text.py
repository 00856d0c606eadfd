"""What `znr rank` prints: what to do, in which order, and why; read aloud to the person."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np

from tests.engine.households import fictional
from tests.screening import fictional as islands
from tests.screening.households import MONTH, adult, child, home
from tests.screening.removal import incomplete
from zero_non_recours import rank_rights
from zero_non_recours.cli.ranking_text import ranking_lines
from zero_non_recours.outreach.result import Ranking
from zero_non_recours.screening.joint import ClaimStates, JointAmounts

VOUCHER = "cheque_energie"
OWNED = home(adult(id="p1", wage=300), rsa=0, ppa=0) | {"fiscal": {"rfr": 3000}}


def said(ranking: Ranking, **options: bool) -> str:
    return "\n".join(ranking_lines(ranking, **options)).replace("\u202f", " ")


def islander(*, brief: bool = False, **changes: Any) -> str:
    household = islands.household(**changes)
    return said(rank_rights(household, MONTH, rulebook=fictional(), rights=islands.RIGHTS), brief=brief)


def ranked(household: dict[str, Any], *, brief: bool = False, detail: bool = False, **options: Any) -> str:
    return said(rank_rights(household, MONTH, **options), brief=brief, detail=detail)


def test_what_to_do_comes_with_its_amount_its_steps_and_what_the_list_is_worth():
    text = islander()
    assert "Ménage m1 — novembre 2026\n200 € par mois en tout, si aucun de ces droits n'est déjà reçu ; environ" in text
    assert "À FAIRE D'ABORD\n  1. Gîte de bois : 100 € par mois\n" in text
    assert "PROBABLEMENT NON PERÇU\n  2. Prime de chant : 120 € par mois\n" in text
    assert "     Que faire : Faire la demande avec la personne" in text and "(40 min)." in text
    assert "     URGENT : Demander l'aide au gîte avant le 31 décembre 2026.\n     où : À la grotte du conseil" in text
    assert "     Le scribe fait la demande pour la maison.\n     où : Chez le scribe" in islander(gite__scribe=True)
    assert text.rstrip().endswith("elle peut refuser.")


def test_several_households_are_said_briefly():
    """Neither papers, nor roles, nor the rights that there is nothing to do for; what presses stays."""
    text = islander(brief=True)
    assert "  2. Prime de chant : 120 € par mois\n     Probablement non perçu. Pourrait avoir droit" in text
    assert "  1. Gîte de bois : 100 € par mois\n     À faire d'abord. Pourrait avoir droit" in text
    assert "Que faire" in text and "PROBABLEMENT" not in text and "tablette" not in text
    assert "LES AUTRES DROITS" in islander(aides_recues__gite=90)
    assert "LES AUTRES DROITS" not in islander(aides_recues__gite=90, brief=True)
    pressing = ranked(OWNED, brief=True, today=date(2026, 12, 20))
    assert "À faire d'abord." in pressing and "31 décembre 2026" in pressing


def test_a_tie_is_told_as_a_tie(monkeypatch):
    paid = {name: np.full((4, 1), 100.0) for name in islands.RIGHTS}
    monkeypatch.setattr(ClaimStates, "amounts", lambda *_: JointAmounts(islands.RIGHTS, paid, np.ones(1)))
    text = islander(voix=0, gite__scribe=True)
    assert re.findall(r"^  (\d)\. .*\(à égalité\)$", text, re.M) == ["1", "1"]
    assert "(à égalité)" not in ranked(OWNED, rights=["rsa"])


def test_what_cannot_be_told_is_not_told_as_a_number():
    text = islander(gite__loyer=None)
    assert "À VÉRIFIER" in text and "QUESTIONS À POSER, la plus utile d'abord\n  - Quel est le loyer du gîte ?" in text
    assert "par mois en tout" not in text and "chance" not in text and "refusée" not in text


def test_who_objects_is_proposed_nothing():
    text = ranked(OWNED | {"id": "m1", "suivi": {"opposition": True}})
    assert text.splitlines() == [
        "Ménage m1 — novembre 2026",
        "Attention : Ce ménage ne souhaite pas être contacté pour ses droits : rien n'est proposé.",
    ]


def test_what_the_person_does_not_want_is_not_proposed():
    text = ranked(OWNED | {"suivi": {"rsa": {"refus": True}}}, rights=["rsa", "ppa"], detail=True)
    listed, others = text.split("LES AUTRES DROITS")
    assert "Prime d'activité" in listed and "RSA" not in listed.split("Que faire")[0]
    assert "La personne ne souhaite pas ce droit : il n'est pas proposé." in others


def test_a_household_that_lacks_answers_is_asked_and_promised_nothing():
    text = ranked({"personnes": [{"role": "demandeur"}, {"role": "enfant"}]})
    assert "QUESTIONS À POSER" in text and "à préciser" in text.lower()
    assert not re.search(r"\ba droit\b|n'a pas droit", text)


def test_the_detail_says_the_rates_their_sources_and_what_would_change_the_order():
    plain, detailed = (ranked(OWNED, rights=["rsa"], detail=detail) for detail in (False, True))
    added = set(detailed.splitlines()) - set(plain.splitlines())
    for words in (
        "Conditions remplies",
        "Règles, version",
        "Aucune réponse ne manque",
        "Taux de base : 34 %",
        "Source : DREES",
    ):
        assert any(words in line for line in added), words
    assert any("il n'est pas reçu, d'après la personne" in line for line in added)
    assert any(line.strip().startswith("Classé 1 : ") for line in added)


def test_a_voucher_that_is_received_is_to_be_used():
    received = OWNED | {"prestations_recues": OWNED["prestations_recues"] | {VOUCHER: {"2026": 194}}}
    text = ranked(received, rights=[VOUCHER])
    assert "Déjà reçu, mais il a peut-être été oublié" in text and "194 € par an" not in text
    unused = ranked(received | {"suivi": {VOUCHER: {"utilise": False}}}, rights=[VOUCHER])
    assert "Déjà reçu, mais il n'a pas été utilisé" in unused
    used = ranked(received | {"suivi": {VOUCHER: {"utilise": True}}}, rights=[VOUCHER])
    assert "Déjà perçu, d'après le dossier" in used and "1. " not in used


def test_signs_are_told_as_a_hypothesis_to_correct():
    text = ranked(OWNED | {"suivi": {"rsa": {"signes": ["commence_puis_arrete"]}}}, rights=["rsa"])
    assert "Hypothèse, à corriger avec la personne" in text
    assert "Hypothèse" not in ranked(OWNED, rights=["rsa"])


def test_who_does_what_names_roles_and_no_amount():
    household = home(adult(id="p1", wage=500), adult("conjoint", id="p2"), child(id="p3"), rsa=0, ppa=0, af=0)
    text = ranked(household)
    roles = text.split("QUI FAIT QUOI\n")[1].split("\n\n")[0]
    assert "  - p1 : peut faire la demande (" in roles and "p2" in roles and "p3" not in roles
    assert "€" not in roles and not re.search(r"\d", re.sub(r"p\d", "", roles))


def test_sentences_are_clean():
    for profile in incomplete(8, 21):
        text = ranked(profile, detail=True)
        assert "None" not in text and "nan" not in text.split() and "  ;" not in text and ".." not in text
        assert not re.search(r"\d\.\d+ (min|€|%)", text), "a decimal comma"
        assert "score" not in text.lower()


def test_a_claim_already_made_is_followed_up_not_made_again():
    text = ranked(OWNED | {"suivi": {"rsa": {"demande_le": "2026-08-03"}}}, rights=["rsa"])
    assert "Déjà demandé le 3 août 2026, sans paiement connu : relancer, sans refaire de demande." in text
    assert "Relancer l'organisme" in text and "À demander avant la fin du mois" not in text
