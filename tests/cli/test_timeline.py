"""`znr timeline`: what it prints, its months by default, and its errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.oracle.months import shift
from tests.screening.households import adult, child, home
from zero_non_recours import Household, PlanError, timeline
from zero_non_recours.cli.app import app
from zero_non_recours.cli.files import InputError
from zero_non_recours.cli.options import given_month
from zero_non_recours.cli.timeline import WIDTH, timeline_lines

WAGES = {"2026-07": 1500, "2026-08": 1500, "2026-09": 600}
PARENT: dict[str, Any] = {"id": "h1", **home(adult(id="p1", wage=WAGES), child("2017-01-15"), aide_logement=200)}
SPAN = ("--from", "2026-11", "--to", "2027-03")


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["timeline", *map(str, arguments)])
    if isinstance(result.exception, (InputError, PlanError)):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "menage.json"
    path.write_text(json.dumps(PARENT), encoding="utf-8")
    return path


def test_each_right_then_what_changes_then_what_is_supposed(file):
    code, out, err = run(file, *SPAN, "--right", "rsa")
    assert (code, err) == (0, "")
    assert out == (
        "Ménage h1 — droits de novembre 2026 à mars 2027, si rien ne change que le temps\n"
        "Attention : Les règles sont connues jusqu'en 2026-11 ; les mois suivants sont calculés avec elles.\n"
        "\n"
        "Revenu de solidarité active (RSA)\n"
        "  novembre 2026            : pas de droit, 384,87 € de ressources de trop\n"
        "  décembre 2026            : pas de droit, 84,87 € de ressources de trop\n"
        "  janvier 2027 → mars 2027 : 221,13 € par mois\n"
        "  → Revenu de solidarité active (RSA) : pourrait s'ouvrir en janvier 2027 (dans deux mois), 221,13 €\n"
        "    par mois. Alors rempli : Avoir des ressources sous le montant forfaitaire du foyer.\n"
        "\n"
        "Ce qui change\n"
        "  - Revenu de solidarité active (RSA) : pourrait s'ouvrir en janvier 2027, 221,13 € par mois.\n"
        "      condition désormais remplie : Avoir des ressources sous le montant forfaitaire du foyer [CASF\n"
        "      L262-2, CASF R262-39]\n"
        "      Ressources moyennes du trimestre de référence : 900 € par mois → 600 € par mois\n"
        "\n"
        "Supposé pour les mois à venir\n"
        "  - Salaire net social, p1 : montant supposé inchangé après septembre 2026.\n"
        "\n"
        "Ces résultats sont des estimations : seul l'organisme qui verse décide.\n"
    )


def test_lines_fit_a_terminal():
    people = [adult(id="une-personne-au-nom-long", wage=WAGES, activite="chomeur"), child("2024-01-15")]
    found = timeline(Household.model_validate(home(*people)), "2026-11", "2027-06")
    lines = list(timeline_lines(found))
    assert len(found.changes) > 3 and max(map(len, lines)) <= WIDTH


def test_nothing_changes():
    found = timeline(home(adult(id="p1", wage=600), aide_logement=0), "2026-11", "2026-12", rights=["rsa"])
    assert "Rien ne change d'un mois à l'autre." in timeline_lines(found)
    assert "Supposé pour les mois à venir" not in timeline_lines(found)


def test_months_by_default(file):
    _, out, _ = run(file, "--json", "--right", "rsa")
    data = json.loads(out)
    assert shift(data["from"], -1) < given_month(None) < shift(data["from"], 2)
    assert data["to"] == shift(data["from"], 6) and len(data["months"]) == 7


def test_json_is_that_of_python(file, tmp_path):
    _, out, _ = run(file, *SPAN, "--json", "--right", "rsa", "--right", "ppa")
    assert json.loads(out) == timeline(PARENT, "2026-11", "2027-03", rights=["rsa", "ppa"]).model_dump(mode="json")
    both = tmp_path / "deux.json"
    both.write_text(json.dumps([PARENT, PARENT | {"id": "h2"}]), encoding="utf-8")
    _, out, _ = run(both, *SPAN, "--json", "--right", "rsa")
    assert [one["id"] for one in json.loads(out)] == ["h1", "h2"]
    _, out, _ = run(both, *SPAN, "--right", "rsa")
    assert "Ménage h1" in out and "Ménage h2" in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "2026-13"], ["--from", "2026-13"]),
        (["--from", "2026-11", "--to", "demain"], ["--to", "AAAA-MM"]),
        (["--from", "2026-11", "--to", "2026-10"], ["--to", "avant le premier"]),
        (["--from", "2026-11", "--to", "2030-01"], ["--to", "36 mois"]),
        (["--form", "2026-11"], ["--form", "--from"]),
    ],
)
def test_a_wrong_option_is_a_usage_error(file, options, words):
    code, out, err = run(file, *options)
    assert code == 2 and out == ""
    assert all(word in " ".join(err.split()) for word in words)


def test_wrong_inputs_are_said_as_elsewhere(file, tmp_path):
    with pytest.raises(InputError, match="aucun droit ne s'appelle « rssa »"):
        run(file, *SPAN, "--right", "rssa")
    with pytest.raises(InputError, match="n'existe pas"):
        run(tmp_path / "absent.json", *SPAN)
    with pytest.raises(PlanError, match="2024-01"):
        run(file, "--from", "2023-10", "--to", "2023-12")
    wrong = tmp_path / "faux.json"
    wrong.write_text(json.dumps({"personnes": [{"role": "demandeur", "activte": "x"}]}), encoding="utf-8")
    with pytest.raises(InputError, match="activite"):
        run(wrong, *SPAN)
