"""The example caseload: always the same bytes, and all the defects it promises."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

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
