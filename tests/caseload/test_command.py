from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from zero_non_recours.cli import main

DEMO = Path(__file__).parents[2] / "scenarios" / "caseloads" / "ccas_demo.csv"


class Outcome(NamedTuple):
    """What a command said, and its exit code."""

    code: object
    out: str
    err: str


Call = Callable[..., Outcome]


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    def run(*arguments: str, out: bool = True) -> Outcome:
        folder = ["--out", str(tmp_path / "out")] if out else []
        monkeypatch.setattr(sys, "argv", ["znr", "caseload", *arguments, *folder])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return Outcome(stopped.value.code or 0, said.out, said.err)

    return run


def test_part_in_quarantine(call: Call) -> None:
    found = call(str(DEMO), "--month", "2026-11")
    assert found.code == 3
    assert ["droit", "dont", "non", "pas", "de", "à", "dont", "droit"] in [
        line.split() for line in found.out.splitlines()
    ]
    assert "« dont droit estimé » : une estimation" in found.out
    assert "autre ligne du même ménage refusée" in found.out
    assert "results.csv" in found.out.replace("\n", "")
    assert found.err == ""
    again = call(str(DEMO), "--month", "2026-11", "--resume")
    assert again.code == 3
    assert "Déjà fait" in again.out


def test_without_draws(call: Call) -> None:
    found = call(str(DEMO), "--month", "2026-11", "--right", "rsa", "--draws", "0", "--workers", "1")
    assert found.code == 3
    assert "estimé" not in found.out


def test_done(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("menage_id,role\na,demandeur\n", encoding="utf-8")
    found = call(str(source), "--month", "2026-11")
    assert found.code == 0
    assert "quarantine.csv" not in found.out


def test_wrong_input(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("menage_id,rolle\na,demandeur\n", encoding="utf-8")
    found = call(str(source), "--month", "2026-11")
    assert found.code == 1
    assert "« rolle »" in found.err
    assert "« role »" in found.err
    assert found.out == ""
    assert call(str(tmp_path / "absent.csv")).code == 1
    assert call(str(source), "--month", "1999-01").code == 1


def test_only_a_header_is_wrong_input(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("menage_id,role\n", encoding="utf-8")
    found = call(str(source), "--month", "2026-11")
    assert (found.code, found.out) == (1, "")
    assert "aucun ménage à lire" in found.err


def test_a_folder_is_named_as_typed(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(".").err.startswith(". : c'est un dossier.")
    source = tmp_path / "a.csv"
    source.write_text("menage_id,role\na,demandeur\n", encoding="utf-8")
    assert call(str(source), "--out", ".", out=False).err.startswith(". : ce dossier contient déjà autre chose")


def test_a_right_by_its_label(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("menage_id,role\na,demandeur\n", encoding="utf-8")
    found = call(str(source), "--right", "RSA", "--right", "prime d'activité")
    assert found.code == 0


def test_usage(call: Call) -> None:
    assert call(str(DEMO), "--month", "novembre").code == 2
    assert call(str(DEMO), out=False).code == 2
    assert call(str(DEMO), "--draws", "-1").code == 2
    assert call(str(DEMO), "--workers", "0").code == 2
