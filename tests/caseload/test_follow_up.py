"""Columns of the steps already taken (`suivi.…`): read, refused like other cells, without effect on results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zero_non_recours.caseload import CaseloadError
from zero_non_recours.caseload.run import read_caseload
from zero_non_recours.profile.follow_up import RightSteps, steps_of

from .conftest import MONTH, Run

HEAD = "menage_id;personne_id;role;date_naissance;activite"
ROW = "a;1;demandeur;14/05/1988;inactif"


def read(folder: Path, text: str, **options: Any) -> tuple[list[Any], int]:
    path = folder / "liste.csv"
    path.write_text(text, encoding="utf-8")
    return read_caseload(path, month=MONTH, **options)


def one(folder: Path, column: str, cell: str, **options: Any) -> Any:
    """The household of one cell."""
    [household], _ = read(folder, f"{HEAD};{column}\n{ROW};{cell}\n", **options)
    return household


def test_every_column_is_read(tmp_path):
    columns = "opposition rsa.refus rsa.preuve rsa.demande_le rsa.signes cheque_energie.utilise"
    names = ";".join(f"suivi.{column}" for column in columns.split())
    [first, second], refused = read(
        tmp_path,
        f"{HEAD};{names}\n"
        f"{ROW};oui;non;Document;03/09/2026;indu passé | jamais_simule;x\n"
        "a;2;enfant;01/02/2019;;;;;;;\n"
        "b;1;demandeur;1988;inactif;NC;;NSP;;;\n",
    )
    assert not refused
    steps = steps_of(first)
    assert steps.objected and set(steps.rights) == {"rsa", "cheque_energie"}
    assert steps.of("rsa") == RightSteps(False, "document", True, date(2026, 9, 3), ("jamais_simule", "indu_passe"))
    assert steps.of("cheque_energie").used is True
    assert not steps_of(second).objected and steps_of(second).of("rsa") == RightSteps()
    assert second.unsaid() == {"suivi.rsa.preuve": "ne_sait_pas"}


@pytest.mark.parametrize(
    "cell", ["indu_passe|jamais_simule", '"Indu passé ; jamais simulé"', "a dû rembourser un indu | jamais_simule |"]
)
def test_several_signs_in_one_cell(tmp_path, cell):
    assert steps_of(one(tmp_path, "suivi.ppa.signes", cell)).of("ppa").signs == ("jamais_simule", "indu_passe")


@pytest.mark.parametrize(
    ("column", "cell", "kind", "reason"),
    [
        ("opposition", "peut-être", "texte", "oui ou non attendu"),
        ("rsa.refus", "refusé", "texte", "on ne sait pas ce qui est refusé"),
        ("opposition", "refus", "texte", "on ne sait pas ce qui est refusé"),
        ("rsa.preuve", "courrier", "texte", "valeur non prévue ; valeurs : parole, document"),
        ("rsa.demande_le", "13/13/2026", "date", "date impossible"),
        ("rsa.signes", "indu_passe | honte", "texte", "valeur non prévue ; valeurs : jamais_entendu_parler"),
    ],
)
def test_a_cell_that_cannot_be_read_goes_to_quarantine(run: Callable[..., Run], column, cell, kind, reason):
    found = run(f"{HEAD};suivi.{column}\n{ROW};{cell}\n")
    [row] = found.quarantine
    assert (row["column"], row["value_kind"]) == (f"suivi.{column}", kind) and reason in row["reason"]
    assert f"« {cell} »" not in row["reason"]


def test_two_rows_of_a_household_may_not_disagree(run: Callable[..., Run]):
    found = run(f"{HEAD};suivi.rsa.refus\n{ROW};oui\na;2;enfant;01/02/2019;;non\n")
    assert "deux valeurs différentes" in found.refused[3]


def test_the_words_of_a_file_may_be_declared(tmp_path):
    mapping = {
        "colonnes": {"Ne veut pas du RSA": "suivi.rsa.refus", "Freins": "suivi.rsa.signes"},
        "valeurs": {"suivi.rsa.refus": {"refusé": "oui"}, "suivi.rsa.signes": {"indu": "indu_passe"}},
    }
    text = f"{HEAD};Ne veut pas du RSA;Freins\n{ROW};Refusé;indu\n"
    [household], _ = read(tmp_path, text, mapping=mapping)
    assert steps_of(household).of("rsa") == RightSteps(refused=True, signs=("indu_passe",))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("suivi.rsaa.refus", "« suivi.rsa.refus »"),
        ("suivi.rsa.refu", "« suivi.rsa.refus »"),
        ("suivi.rsa.refus.2026-08", "ne change pas avec les mois"),
    ],
)
def test_a_column_that_does_not_exist_stops_with_the_nearest_name(tmp_path, column, words):
    with pytest.raises(CaseloadError, match="colonne") as caught:
        one(tmp_path, column, "oui")
    assert words in str(caught.value)


def test_results_are_the_same_bytes_with_and_without(run: Callable[..., Run]):
    rows = f"{ROW}\na;2;enfant;01/02/2019;\n" + ROW.replace("a;1", "b;1") + "\n"
    alone = run(f"{HEAD}\n{rows}")
    names = "suivi.opposition;suivi.rsa.refus;suivi.ppa.demande_le;suivi.rsa.signes"
    cells = ["oui;oui;2026-09-03;indu_passe", ";;;", "NSP;non;2026;jamais_simule|indu_passe"]
    lines = "".join(f"{row};{more}\n" for row, more in zip(rows.splitlines(), cells, strict=True))
    followed = run(f"{HEAD};{names}\n{lines}")
    assert not followed.quarantine and len(followed.households) == 2
    assert (followed.out / "results.csv").read_bytes() == (alone.out / "results.csv").read_bytes()


def test_json_lines_are_the_same_bytes_too(run: Callable[..., Run]):
    person = '"id": "a", "personnes": [{"role": "demandeur"}]'
    alone = run(f"{{{person}}}\n", "a.jsonl")
    followed = run(f'{{{person}, "suivi": {{"rsa": {{"refus": true}}}}}}\n', "a.jsonl")
    assert len(followed.results) > 0
    assert (followed.out / "results.csv").read_bytes() == (alone.out / "results.csv").read_bytes()
