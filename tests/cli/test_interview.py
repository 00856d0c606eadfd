"""`znr interview`: a conversation line by line, what it saves after each answer, and how it ends."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tests.screening.households import MONTH, adult, child, home
from zero_non_recours import Household, PlanError
from zero_non_recours.cli.app import app
from zero_non_recours.cli.files import InputError
from zero_non_recours.cli.profile_file import ProfileFile
from zero_non_recours.outreach import questions

SECRET = "SENTINELLE-7319"
YOUNG = {"id": "h1", **home(adult(id="p1", date_naissance="2002-04-09", activite="inactif"), rsa=0)}
WORKED = "personnes[0].rsa_jeune_condition_travail"
PARENT = {"personnes": [adult(id="p1", wage=None, revenus_complets=None), child(id="e1")], "isolement_recent": False}
QUARTER = ("2026-07", "2026-08", "2026-09")


@pytest.fixture
def in_order(monkeypatch) -> None:
    """Questions in the order of the screening, as when nothing can be drawn."""
    monkeypatch.setattr(questions, "_valued", lambda question, values, study: question)


def talk(*arguments: Any, lines: Any = (), right: str = "rsa") -> tuple[int, str]:
    """The exit code and what is said, when these lines are typed."""
    words = ["interview", *map(str, arguments), "--month", MONTH, "--right", right]
    result = CliRunner().invoke(app, words, input="".join(f"{line}\n" for line in lines))
    if isinstance(result.exception, (InputError, PlanError)):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture
def write(tmp_path) -> Callable[[Any], Path]:
    def put(profile: Any, name: str = "menage.json") -> Path:
        path = tmp_path / name
        path.write_text(profile if isinstance(profile, str) else json.dumps(profile, indent=2), "utf-8")
        return path

    return put


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


# -- the conversation -------------------------------------------------------------------------------------


def test_a_question_its_answer_and_what_it_changes(write):
    path = write(YOUNG)
    code, said = talk(path, "--all", lines=["oui"])
    assert code == 0
    assert "1. Cette personne a-t-elle travaillé au moins deux ans" in said
    assert "C'est la condition du RSA avant 25 ans sans enfant." in said
    assert "Attendu : oui ou non" in said
    assert "Noté : oui" in said
    assert "Revenu de solidarité active (RSA) : de 0 à 651,69 € par mois → 651,69 € par mois" in said
    assert "[OUI] Revenu de solidarité active (RSA)" in said
    assert read(path)["personnes"][0]["rsa_jeune_condition_travail"] is True
    Household.model_validate(read(path))


def test_what_was_there_stays(write):
    path = write(YOUNG)
    talk(path, "--all", lines=["non"])
    after = read(path)
    assert after["personnes"][0].pop("rsa_jeune_condition_travail") is False
    assert after == YOUNG


def test_nothing_is_missing(write):
    path = write(home(adult(wage=1600), rsa=0))
    before = path.read_bytes()
    code, said = talk(path)
    assert code == 0 and "Il ne manque rien." in said and path.read_bytes() == before


@pytest.mark.parametrize(
    ("reply", "word"),
    [("nsp", "ne_sait_pas"), ("Je ne sais pas", "ne_sait_pas"), ("refus", "ne_veut_pas_dire")],
)
def test_an_answer_that_is_not_given_is_kept_and_not_asked_again(write, reply, word):
    path = write(YOUNG)
    code, said = talk(path, "--all", lines=[reply])
    assert code == 0 and "n'ont pas pu être données" in said
    assert Household.model_validate(read(path)).unsaid() == {WORKED: word}
    code, said = talk(path, "--all", lines=["oui"])
    assert "travaillé au moins deux ans à temps plein" in said and "1. " not in said.split("[")[0]
    assert Household.model_validate(read(path)).unsaid() == {WORKED: word}


def test_help_wrong_and_empty_replies_ask_again(write):
    path = write(YOUNG)
    code, said = talk(path, "--all", lines=["?", "", "peut-être", SECRET, "oui"])
    assert code == 0
    assert "Cette réponse compte pour : Revenu de solidarité active (RSA)." in said
    assert "Pas de réponse : taper nsp" in said
    assert said.count("Réponse refusée : oui ou non attendu.") == 2
    assert read(path)["personnes"][0]["rsa_jeune_condition_travail"] is True


def test_one_can_go_back(write, in_order):
    path = write(PARENT)
    code, said = talk(path, "--all", lines=["retour", "300", "retour", "650 300 0", "fin"])
    assert code == 0
    assert "C'est la première question de cet entretien." in said
    assert "La réponse précédente est retirée." in said
    assert read(path)["personnes"][0]["revenus"]["salaire_net"] == dict(zip(QUARTER, (650, 300, 0), strict=True))


@pytest.mark.parametrize("lines", [["fin"], ["300", "FIN"], ["300"]])
def test_one_can_stop_and_resume(write, in_order, lines):
    path = write(PARENT)
    code, said = talk(path, "--all", lines=lines)
    assert code == 0 and "Entretien arrêté." in said and "enregistrées dans menage.json" in said
    assert "[À PRÉCISER]" in said or "[OUI]" in said
    answered = lines != ["fin"]
    assert bool(read(path)["personnes"][0]["revenus"]["salaire_net"]) == answered
    code, said = talk(path, "--all")
    assert ("montant net social" in said.split("Attendu")[0]) != answered


def test_a_range_narrows_the_result_and_is_not_asked_again_at_once(write, in_order):
    path = write(PARENT)
    code, said = talk(path, "--all", lines=["entre 400 et 500", "fin"])
    assert code == 0 and "Noté : entre 400 € et 500 € pour chacun des 3 mois" in said
    assert read(path)["personnes"][0]["revenus"]["salaire_net"]["2026-07"] == {"min": 400, "max": 500}
    assert said.count("(ligne « montant net social »") == 1 + said.split("Ménage")[1].count("(ligne « montant net")


def test_the_file_can_be_another_one_in_another_format(write, tmp_path):
    path, out = write(YOUNG), tmp_path / "suite.yaml"
    before = path.read_bytes()
    code, said = talk(path, "--all", "--out", out, lines=["oui"])
    assert code == 0 and "enregistrées dans suite.yaml" in said and path.read_bytes() == before
    assert read(out)["personnes"][0]["rsa_jeune_condition_travail"] is True
    code, _ = talk(out, "--out", tmp_path / "fin.json")
    assert json.loads((tmp_path / "fin.json").read_text("utf-8")) == read(out)


def test_every_state_of_the_file_is_a_valid_household(write, in_order, monkeypatch):
    path = write(PARENT)
    saved: list[Any] = []
    save = ProfileFile.save
    monkeypatch.setattr(ProfileFile, "save", lambda self, to: (saved.append(self.data), save(self, to))[1])
    talk(path, "--all", lines=["300", "0", "2", "retour", "nsp", "fin"])
    assert len(saved) >= 4
    for data in saved:
        Household.model_validate(data)


def test_by_default_only_what_changes_what_to_do_is_asked(write):
    """The status is certain: the rest only changes the amount, and the end says how to ask it."""
    sure = home(adult(wage=0, id="p1"))
    del sure["logement"]["statut"]
    path = write(sure)
    code, said = talk(path)
    assert code == 0 and "Aucune autre réponse ne changerait ce qu'il faut faire." in said
    assert f"znr interview {path} --all" in said
    code, said = talk(path, "--all", lines=["hébergé", "non"])
    assert read(path)["logement"]["statut"] == "heberge_gratuit"


# -- a household that has no file -------------------------------------------------------------------------


def test_a_new_household(tmp_path):
    path = tmp_path / "nouveau.yaml"
    lines = [
        "nsp",
        "oui",
        "beaucoup",
        "entre 1 et 2",
        "2",
        "3 mai 1990",
        "1988",
        "retour",
        "1989",
        "1/1/2019",
        "nsp",
        "fin",
    ]
    code, said = talk(path, lines=lines)
    assert code == 0 and said.count("nécessaire pour commencer") == 2 and "(enfant 1)" in said
    assert read(path) == {
        "personnes": [
            {"id": "demandeur", "role": "demandeur", "date_naissance": "1990-05-03"},
            {"id": "conjoint", "role": "conjoint", "date_naissance": {"min": "1989-01-01", "max": "1989-12-31"}},
            {"id": "enfant 1", "role": "enfant", "date_naissance": "2019-01-01"},
            {"id": "enfant 2", "role": "enfant", "date_naissance": "ne_sait_pas"},
        ]
    }


def test_the_beginning_can_be_taken_back(tmp_path):
    path = tmp_path / "nouveau.json"
    talk(path, lines=["retour", "oui", "retour", "non", "retour", "non", "aucun", "14/05/1988"])
    assert read(path) == {"personnes": [{"id": "demandeur", "role": "demandeur", "date_naissance": "1988-05-14"}]}


@pytest.mark.parametrize("lines", [[], ["oui", "fin"], ["oui", "1", "14/05/1988"]])
def test_nothing_is_saved_before_the_household_is_known(tmp_path, lines):
    path = tmp_path / "nouveau.json"
    code, said = talk(path, lines=lines)
    assert code == 0 and "rien n'est enregistré" in said and list(tmp_path.iterdir()) == []


# -- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("menage.json", "{", "bien formé"),
        ("menage.json", "[]", "un seul ménage"),
        ("menage.yaml", "- 1", "un seul ménage"),
        ("menage.csv", "a,b", "un fichier .yaml ou .json est attendu"),
        ("menage.json", json.dumps({"personnes": [{"role": SECRET}]}), "cette valeur n'est pas prévue"),
    ],
)
def test_a_file_that_cannot_be_used(write, name, text, words):
    with pytest.raises(InputError, match=words) as caught:
        talk(write(text, name))
    assert SECRET not in str(caught.value)


def test_a_month_that_cannot_be_is_said_before_the_first_question(tmp_path):
    words = ["interview", str(tmp_path / "x.yaml"), "--month", "2010-01"]
    result = CliRunner().invoke(app, words, input="oui\n")
    assert isinstance(result.exception, PlanError) and "couple" not in result.output


def test_a_place_where_one_cannot_write(write, tmp_path):
    with pytest.raises(InputError, match="enregistrement impossible"):
        talk(write(YOUNG), "--all", "--out", tmp_path / "absent" / "x.json", lines=["oui"])


# -- a real terminal --------------------------------------------------------------------------------------


class Terminal:
    """The command in a pseudo-terminal."""

    def __init__(self, *arguments: str) -> None:
        own, theirs = pty.openpty()
        code = "from zero_non_recours.cli import main; main()"
        paths = os.pathsep.join(path for path in sys.path if path)
        self.screen = own
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "interview", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=own_terminal,
            env={**os.environ, "PYTHONPATH": paths, "TERM": "xterm", "COLUMNS": "80"},
        )  # fmt: skip
        os.close(theirs)

    def until(self, words: str, seconds: float = 60) -> str:
        """What is shown up to some words; what stands after them is kept for the next time."""
        end = time.monotonic() + seconds
        while words not in self.shown:
            assert time.monotonic() < end, f"« {words} » is not shown: {self.shown}"
            if select.select([self.screen], [], [], 0.2)[0]:
                self.shown += os.read(self.screen, 65_536).decode(errors="replace")
        before, found, self.shown = self.shown.partition(words)
        return before + found

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())


def own_terminal() -> None:
    """Ctrl-C in the pseudo-terminal goes to the command."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_in_a_terminal_ctrl_c_saves_and_stops(write):
    two_missing = {**YOUNG, "logement": {"statut": "locataire_vide"}, "prestations_recues": {"rsa": 0}}
    path = write(two_missing)
    terminal = Terminal(str(path), "--month", MONTH, "--right", "rsa", "--all")
    assert "\x1b[1m1. " in terminal.until(" > ")
    terminal.type("1\n")  # yes, or one euro
    assert "Noté" in terminal.until("\x1b[1m2. ")
    terminal.until(" > ")
    time.sleep(1)  # what reads the line is ready a little after its prompt
    terminal.type("\x03")
    end = terminal.until("seul l'organisme qui verse décide")
    assert "Entretien arrêté." in end and "Traceback" not in end
    assert max(len(line) for line in end.replace("\r", "").split("\n")) <= 80
    assert terminal.process.wait(timeout=30) == 0
    os.close(terminal.screen)
    assert read(path) != two_missing
