"""The example caseload: always the same bytes, all the defects it promises, and what each right reads."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

from zero_non_recours import screen_caseload
from zero_non_recours.caseload.cells import boolean

from .conftest import MONTH

FOLDER = Path(__file__).parents[2] / "scenarios" / "caseloads"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generer_ccas_demo", FOLDER / "generer_ccas_demo.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_file_is_what_the_generator_writes(generator: ModuleType, tmp_path: Path) -> None:
    generator.write(tmp_path / "again.csv", generator.HOUSEHOLDS)
    assert (tmp_path / "again.csv").read_bytes() == (FOLDER / "ccas_demo.csv").read_bytes()


def test_the_file_has_the_defects_of_real_files(generator: ModuleType) -> None:
    rows = [dict(zip(generator.COLUMNS, row, strict=False)) for row in generator.rows(generator.HOUSEHOLDS)]
    text = (FOLDER / "ccas_demo.csv").read_text(encoding="utf-8")
    assert len({row["menage_id"] for row in rows}) >= 300
    assert any(row["logement.loyer"].startswith("-") for row in rows)
    assert any("," in row["logement.loyer"] for row in rows)
    assert " €" in text
    assert "#REF!" in text or "environ 900" in text
    assert any(row["date_naissance"].endswith("2062") for row in rows)
    assert any(not row["menage_id"] for row in rows)
    assert len({row["activite"] for row in rows}) > 8


def test_a_part_of_the_households_has_the_twelve_months(generator: ModuleType) -> None:
    rows = [dict(zip(generator.COLUMNS, row, strict=False)) for row in generator.rows(generator.HOUSEHOLDS)]
    whole: dict[str, bool] = defaultdict(lambda: True)
    for row in rows:
        if row["menage_id"] and row["role"] != "enfant":
            months = all(row[f"revenus.salaire_net.m-{back}"] for back in range(2, 14))
            whole[row["menage_id"]] &= months or boolean(row["revenus_complets"] or "non") is True
    assert 0.55 <= sum(whole.values()) / len(whole) <= 0.6


def test_the_file_has_what_housing_benefit_and_the_energy_voucher_read(generator: ModuleType) -> None:
    rows = [dict(zip(generator.COLUMNS, row, strict=False)) for row in generator.rows(generator.HOUSEHOLDS)]
    added = [name for name in generator.COLUMNS if name not in generator.FIRST_COLUMNS]
    assert all(any(row[name] for row in rows) and any(not row[name] for row in rows) for name in added)
    assert {row["logement.commune"] for row in rows} & set(generator.HOMONYMS)
    assert {row["logement.commune"] for row in rows} & set(generator.NOWHERE)
    received = {row["prestations_recues.aide_logement"] for row in rows}
    assert {"", "0"} < received and len(received) > 50


def test_only_the_defects_are_quarantined(generator: ModuleType, tmp_path: Path) -> None:
    screen_caseload(FOLDER / "ccas_demo.csv", tmp_path / "out", month=MONTH, rights=["rsa"])
    with (tmp_path / "out" / "quarantine.csv").open(encoding="utf-8", newline="") as file:
        refused = {name for row in csv.DictReader(file) for name in row["column"].split(" ; ")}
    assert not refused & (set(generator.COLUMNS) - set(generator.FIRST_COLUMNS))
    assert "revenus_complets" not in refused


def test_a_voucher_written_for_the_year_is_received(tmp_path: Path) -> None:
    screen_caseload(FOLDER / "ccas_demo.csv", tmp_path / "out", month=MONTH, rights=["cheque_energie"])
    with (tmp_path / "out" / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["received"] for row in rows if row["outcome"] == "received"} == {"true"}
    assert {row["received"] for row in rows} == {"true", "false", ""}
