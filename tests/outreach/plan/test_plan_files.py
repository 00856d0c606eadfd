"""What a plan says and writes: sentences to read, files, and nothing of the persons."""

from __future__ import annotations

import csv
import json

import pytest

from tests.outreach.plan.candidates import FIGURES, many
from zero_non_recours.outreach.plan import Candidate, Option, PlanningError, plan_candidates, write_plan

MESSAGE = Option("message", ("rsa", "ppa"), 0.5, 12.0, appointment=False)
LETTER = Option("courrier", ("rsa", "ppa"), 3.0, 120.0, appointment=False)
HELP = Option("demande_accompagnee", ("rsa", "ppa"), 40.0, 1_234.0, appointment=True)
STUCK = Option("suivi_demande", ("ppa",), 30.0, 640.0, appointment=False)
LABELS = {"rsa": "RSA", "ppa": "Prime d'activité"}


def household(key, options, statuses, *, value=4_000.0, waiting=370.0, call_gain=0.0, complete=True):
    return Candidate(key, options, value, waiting, 1.2, statuses, complete, 600.0, call_gain)


BOTH = {"rsa": "probably_missing", "ppa": "possibly_missing"}
PEOPLE = [
    household("=h1", (MESSAGE, LETTER, HELP), BOTH),
    household("h2", (MESSAGE, LETTER, HELP), BOTH, value=3_000.0, waiting=0.0),
    household("h3", (MESSAGE, LETTER), BOTH, value=2_000.0),
    household("h4", (MESSAGE,), {"rsa": "possibly_missing"}, value=100.0),
    household("h5", (), {"ppa": "to_check"}, call_gain=80.0, complete=False),
    household("h6", (), {"ppa": "to_check"}, complete=False),
    household("h7", (), {"ppa": "already_received", "rsa": "not_simulated_due"}, value=0.0),
    household("h8", (STUCK,), {"ppa": "act_first"}),
]


@pytest.fixture(scope="module")
def plan():
    return plan_candidates(
        PEOPLE, "3rdv", "preparer_un_rendez_vous", figures=FIGURES, random_share=0.5, calls=0.1, labels=LABELS,
        rulebook={"version": "1", "digest": "sha256:r"}, month="2026-11",
    )  # fmt: skip


def test_every_line_says_what_to_do_and_why(plan):
    lines = {entry.key: (entry.step, entry.action, entry.rights, entry.gain, entry.why) for entry in plan.entries}
    both, names = ("rsa", "ppa"), "RSA, prime d'activité"
    assert lines == {
        "=h1": (
            "appointment", "demande_accompagnee", both, 1_230.0,
            f"Pourrait avoir droit à : {names}. Ce rendez-vous pourrait faire retrouver en moyenne environ "
            "1\u202f230 € sur 12 mois. Attendre le prochain contact coûterait environ 370 €.",
        ),
        "h2": (
            "appointment", "demande_accompagnee", both, 1_230.0,
            f"Pourrait avoir droit à : {names}. Tiré au sort : une part de la capacité ne dépend d'aucun calcul, "
            "pour n'exclure personne et pour mesurer ce que l'aide apporte.",
        ),
        "h3": (
            "letter", "courrier", both, 120.0,
            f"Pourrait avoir droit à : {names}. Pas de rendez-vous dans ce plan : "
            "l'en informer par un courrier personnel.",
        ),
        "h4": (
            "message", "message", both, 10.0,
            f"Pourrait avoir droit à : {names}. Pas de rendez-vous dans ce plan : l'en informer par un message.",
        ),
        "h5": (
            "call", None, ("ppa",), 0.0,
            "Une réponse manque pour savoir si le ménage pourrait avoir droit à : prime d'activité. "
            "La demander par téléphone.",
        ),
        "h6": (
            "message", "message", ("ppa",), 0.0,
            "Une réponse manque pour savoir si le ménage pourrait avoir droit à : prime d'activité. "
            "La demander par un message.",
        ),
        "h7": ("none", None, (), 0.0, "Aucun droit à signaler d'après les réponses connues."),
        "h8": (
            "follow_up", "suivi_demande", ("ppa",), 640.0,
            "Pourrait avoir droit à : prime d'activité. Cette aide pourrait faire retrouver en moyenne environ 640 € "
            "sur 12 mois. Attendre le prochain contact coûterait environ 370 €.",
        ),
    }  # fmt: skip
    assert [entry.key for entry in plan.entries] == ["=h1", "h2", "h8", "h5", "h3", "h4", "h6", "h7"]


def test_the_header_is_enough_to_make_the_plan_again(plan):
    assert plan.model_dump()["header"] == {
        "purpose": "preparer_un_rendez_vous",
        "capacity": {"appointments": 3, "minutes": None},
        "random_share": 0.5,
        "seed": 0,
        "order": "value",
        "calls": 0.1,
        "equity": 0.0,
        "equity_reference": None,
        "floor": None,
        "parameters": "sha256:test",
        "rulebook": {"version": "1", "digest": "sha256:r"},
        "month": "2026-11",
    }
    assert plan.model_dump()["counts"] == {
        "candidates": 8, "objected": 0, "selected": 1, "drawn": 1, "followed_up": 1, "called": 1, "letters": 1,
        "messages": 2, "nothing": 1,
    }  # fmt: skip
    assert plan.model_dump()["totals"] == {
        "appointments": 2, "minutes": 117.5, "information_minutes": 3.5, "calls": 1, "gain": 3_240,
        "gain_of_information": 1_012,
    }  # fmt: skip


def test_a_plan_is_a_proposal_and_cannot_say_otherwise(plan):
    dumped = json.loads(plan.model_dump_json())
    assert dumped["proposal"] is True and dumped["status"] == "to_verify"
    assert plan.notes[0] == "Ce plan est une proposition : une personne vérifie chaque ligne, et rien n'est envoyé."
    with pytest.raises(TypeError):
        type(plan)(**{name: getattr(plan, name) for name in type(plan).__slots__})


def test_no_word_of_a_plan_marks_a_person(plan):
    text = plan.model_dump_json()
    for word in ("score", "risk", "risque", "propensity", "fraud"):
        assert word not in text


def test_files(plan, tmp_path):
    folder = tmp_path / "plan" / "novembre"
    write_plan(plan, folder)
    assert sorted(path.name for path in folder.iterdir()) == ["audit.csv", "plan.csv", "plan.json"]
    rows = list(csv.DictReader((folder / "plan.csv").open(encoding="utf-8")))
    assert len(rows) == 8
    assert rows[0] | {"pourquoi": ""} == {
        "rang": "1", "menage_id": "'=h1", "etape": "rendez-vous", "appeler_d_abord": "non",
        "action": "demande_accompagnee", "droits": "rsa ; ppa", "minutes": "40", "gain_estime": "1230",
        "tire_au_sort": "non", "pourquoi": "",
    }  # fmt: skip
    assert rows[-1]["rang"] == "" and rows[-1]["etape"] == "rien"
    assert rows[3]["appeler_d_abord"] == "oui" and rows[1]["tire_au_sort"] == "oui"
    audit = list(csv.DictReader((folder / "audit.csv").open(encoding="utf-8")))
    assert {row["lecture"] for row in audit} == {"Effectif trop petit : rien n'est montré."}
    assert json.loads((folder / "plan.json").read_text(encoding="utf-8")) == json.loads(plan.model_dump_json())


def test_the_audit_file_has_a_line_per_group_and_measure(tmp_path):
    write_plan(plan_candidates(many(200), "40rdv", "evaluer_l_action", figures=FIGURES), tmp_path)
    rows = list(csv.DictReader((tmp_path / "audit.csv").open(encoding="utf-8")))
    assert {row["groupe"] for row in rows} == {"complet", "incomplet"}
    assert [row["mesure"] for row in rows if row["groupe"] == "complet"] == [
        "acces", "acces_euros", "droits_par_menage_aide", "rang_moyen", "part_a_verifier", "part_incomplets",
    ]  # fmt: skip
    assert all(row["libelle"] for row in rows)


def test_the_same_plan_writes_the_same_bytes(plan, tmp_path):
    write_plan(plan, tmp_path / "a")
    again = plan_candidates(
        PEOPLE[::-1], "3rdv", "preparer_un_rendez_vous", figures=FIGURES, random_share=0.5, calls=0.1, labels=LABELS,
        rulebook={"version": "1", "digest": "sha256:r"}, month="2026-11",
    )  # fmt: skip
    write_plan(again, tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_folder_that_cannot_be_written_is_told(plan, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlanningError, match="ne peut pas être écrit"):
        write_plan(plan, tmp_path / "file")
