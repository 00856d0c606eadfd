"""`znr plan`: what it prints and writes, its exit codes, and what it says of what cannot be used."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.outreach.plan.candidates import FIGURES, many
from zero_non_recours.cli.app import app
from zero_non_recours.cli.files import InputError
from zero_non_recours.cli.plan import plan_lines
from zero_non_recours.outreach.plan import plan_candidates

MONTH = ("--month", "2026-11")
ASKED = ("--capacity", "12rdv", "--purpose", "informer_des_droits")
CASELOAD = Path(__file__).resolve().parents[2] / "scenarios" / "caseloads" / "ccas_demo.csv"


def znr(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["plan", *map(str, arguments)])


@pytest.fixture(scope="module")
def caseload(tmp_path_factory) -> Path:
    """The first households of the example."""
    path = tmp_path_factory.mktemp("caseload") / "menages.csv"
    lines = CASELOAD.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(lines[:120]), encoding="utf-8")
    return path


def test_a_plan_is_printed_and_written(caseload, tmp_path):
    groups = tmp_path / "groupes.csv"
    groups.write_text("menage_id;quartier\n" + "".join(f"CCAS-{n:05};{'NS'[n % 2]}\n" for n in range(1, 60)))
    result = znr(caseload, *ASKED, *MONTH, "--out", tmp_path / "plan", "--groups", groups, "--seed", 3, "--calls", 0.1)
    assert result.exit_code in (0, 3), result.output
    assert "Plan pour : informer des droits (capacité : 12 rendez-vous, mois du droit 2026-11)" in result.stdout
    assert "Ce plan est une proposition" in result.stdout and "CCAS-0" not in result.stdout
    rows = list(csv.DictReader((tmp_path / "plan" / "plan.csv").open(encoding="utf-8")))
    whole = json.loads((tmp_path / "plan" / "plan.json").read_text(encoding="utf-8"))
    assert len(rows) == len(whole["entries"]) == whole["counts"]["candidates"] - whole["counts"]["objected"]
    assert whole["header"]["seed"] == 3 and whole["header"]["month"] == "2026-11"
    assert whole["header"]["rulebook"] and whole["header"]["parameters"].startswith("sha256:")
    assert whole["totals"]["appointments"] <= 12 and whole["proposal"] is True
    assert {group["family"] for group in whole["audit"]} == {"dossier", "quartier"}


def test_groups_and_their_names_do_not_change_the_plan(caseload, tmp_path):
    groups = tmp_path / "groupes.csv"
    groups.write_text("menage_id;sexe\n" + "".join(f"CCAS-{n:05};{'FH'[n % 2]}\n" for n in range(1, 60)))
    znr(caseload, *ASKED, *MONTH, "--out", tmp_path / "a")
    znr(caseload, *ASKED, *MONTH, "--out", tmp_path / "b", "--groups", groups)
    assert (tmp_path / "a" / "plan.csv").read_bytes() == (tmp_path / "b" / "plan.csv").read_bytes()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--capacity", "12rdv", "--purpose", "contrôler"), "Aucune finalité de contrôle n'existe"),
        (("--capacity", "12", "--purpose", "informer_des_droits"), "Écrire par exemple 40rdv"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_read(asked, said, tmp_path):
    result = znr("absent.csv", *asked, *MONTH, "--out", tmp_path / "plan")
    assert isinstance(result.exception, InputError) and said in str(result.exception)
    assert not (tmp_path / "plan").exists()


def test_groups_that_do_not_read_are_said(caseload, tmp_path):
    result = znr(caseload, *ASKED, *MONTH, "--out", tmp_path / "plan", "--groups", tmp_path / "absent.csv")
    assert isinstance(result.exception, InputError) and "ne s'ouvre pas" in str(result.exception)


def test_purpose_and_capacity_are_required(caseload, tmp_path):
    for missing in (ASKED[:2], ASKED[2:]):
        assert znr(caseload, *missing, *MONTH, "--out", tmp_path / "plan").exit_code == 2
    assert znr(caseload, *ASKED, *MONTH, "--out", tmp_path / "plan", "--order", "alphabet").exit_code == 2


def test_the_first_page_reads_like_this():
    plan = plan_candidates(
        [*many(199, incomplete_gain=0.3), replace(many(1)[0], key="parti", objected=True)],
        "30rdv+1600min", "evaluer_l_action", figures=FIGURES, random_share=0.1, calls=0.1, month="2026-11",
    )  # fmt: skip
    assert "\n".join(plan_lines(plan)).replace("\u202f", " ") == PAGE


PAGE = """\
Plan pour : évaluer l'action (capacité : 30 rendez-vous, 1600 minutes, mois du droit 2026-11)

ménages du fichier                              200
  rendez-vous proposés dans l'ordre              27
  tirés au sort                                   3
  aidés sans rendez-vous                          0
  à appeler pour une réponse qui manque          17
  à informer par courrier                        44
  à informer par message                         41
  aucun droit à signaler                         67
  ne souhaitent pas être contactés                1

Temps de travail : 1 358 minutes, et 185 pour les courriers et les messages, hors capacité.
Ce plan pourrait faire retrouver environ 20 476 €, dont 8 835 € par la seule information.
Appels à passer d'abord : 21.
11 ménages aidés sur 30 seraient aussi dans une liste de même taille des ressources les plus faibles (37 %) ; \
0 ont des ressources inconnues.

Audit par groupe : 2 groupe(s), 1 alerte(s).
  dossier, incomplet : Atteint 0,29 fois autant que les autres (seuil d'alerte 0,80).

- Ce plan est une proposition : une personne vérifie chaque ligne, et rien n'est envoyé."""
