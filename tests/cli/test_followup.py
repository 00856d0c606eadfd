"""`znr followup`: a report that a director reads, and files that say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zero_non_recours.cli.app import app
from zero_non_recours.cli.files import InputError
from zero_non_recours.rulebook.loader import shipped_data

DEMO = str(shipped_data("scenarios") / "suivi" / "issues_demo.csv")


def znr(*words: str):
    return CliRunner().invoke(app, ["followup", *words])


def test_the_report_says_what_was_opened_and_what_was_set_aside(tmp_path: Path):
    result = znr(DEMO, "--out", str(tmp_path / "out"))
    assert result.exit_code == 3
    assert "Droits ouverts : 74, pour 14\u202f704 € par mois en tout." in result.stdout
    assert "nombre masqué (moins de 11 ménages" in result.stdout
    assert "motif hors de la liste" in result.stderr and "dossier rendu" not in result.output
    assert json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["total"]["counts"]["awarded"] == 74
    assert (tmp_path / "out" / "internal" / "base_rates.yaml").exists()


def test_no_local_rate_is_printed():
    """Beside the counts, it would give the hidden ones back."""
    assert "taux" not in znr(DEMO).stdout.lower()


def test_json_alone_stands_on_standard_output(tmp_path: Path):
    result = znr(DEMO, "--json", "--round", "5", "--out", str(tmp_path))
    assert json.loads(result.stdout)["rounding"] == 5


def test_a_file_without_a_problem_ends_well(tmp_path: Path):
    path = tmp_path / "suivi.csv"
    path.write_text("menage_id;droit;date;issue\nh1;rsa;04/05/2026;informe\n", encoding="utf-8")
    result = znr(str(path))
    assert result.exit_code == 0 and result.stderr == "" and "Droits ouverts : s" in result.stdout


def test_a_lower_minimum_is_a_usage_error():
    result = znr(DEMO, "--min-cell", "5")
    assert result.exit_code == 2 and "ne descend pas sous 11" in result.stderr


@pytest.mark.parametrize(("name", "out"), [("absent.csv", ""), (DEMO, DEMO)])
def test_what_cannot_be_read_or_written_is_told(name: str, out: str):
    result = znr(name, *(["--out", out] if out else []))
    assert isinstance(result.exception, InputError)
