"""A file read in segments, wherever it is cut, gives what it gives when it is read at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zero_non_recours.caseload import lines, survey, tables
from zero_non_recours.caseload.blocks import Block
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.caseload.readers import reader_of
from zero_non_recours.caseload.survey import Survey
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.loader import default_rulebook

from .conftest import MONTH

DEMO = Path(__file__).parents[2] / "scenarios" / "caseloads" / "ccas_demo.csv"
HEAD = "menage_id;personne_id;role;date_naissance;logement.loyer;x_note"
ROWS = [
    "a;1;demandeur;1990-01-31;400;",
    "a;2;enfant;2015-03-02;;",
    "b;1;demandeur;1980-01-31;500;",
    "c;1;conjoint;1980-01-31;500;",
    "d;1;demandeur;31/02/1990;1;",
    "e;1;demandeur",
    ";2;enfant;2012-01-01;;",
    ";1;demandeur;1990-01-31;;",
    'f;1;demandeur;1990-01-31;;"note"',
    'g;1;demandeur;1990-01-31;;"note',
    'sur deux lignes"',
    '"h";1;demandeur;1990-01-31;;"jamais fermé',
    "i;1;demandeur;1990-01-31;;é",
    "j;1;demandeur;1990-01-31;;" + "x" * 150,
    "k;1;demandeur;1990-01-31;;" + "é" * 90,
    "l;1;demandeur;1990-01-31;\0;",
    "",
    "  ",
]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so small that a few rows meet them all."""
    monkeypatch.setattr(lines, "BLOCK", 97)
    monkeypatch.setattr(lines, "MAX_LINE", 140)
    monkeypatch.setattr(lines, "KEPT", 40)
    monkeypatch.setattr(survey, "STEP", 1)
    monkeypatch.setattr(tables, "MAX_PENDING", 5)


def read(path: Path, households: int, workers: int) -> tuple[Survey, list[Block], list[Block]]:
    """The blocks of a file read at once, and of its segments."""
    reader = reader_of(SourceFile.open(path), default_rulebook(), parse_month(MONTH), ColumnMapping())
    found = reader.survey()
    cut = [b for segment in found.segments(households, workers) for b in reader.blocks(found.repeated, segment)]
    return found, list(reader.blocks(found.repeated)), cut


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(ROWS), min_size=1, max_size=40).filter(lambda rows: any(row.strip() for row in rows)),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    st.integers(1, 6),
    st.integers(1, 3),
)
def test_segments_of_a_table(rows: list[str], end: str, encoding: str, households: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(end.join([HEAD, *rows]).encode(encoding))
        found, whole, cut = read(path, households, workers)
    assert cut == whole
    assert found.rows == sum(block.rows for block in whole)


@pytest.mark.parametrize("households", [1, 3, 40])
def test_segments_of_the_example(households: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK", 5_000)
    monkeypatch.setattr(lines, "MAX_LINE", 1_000_000)
    found, whole, cut = read(DEMO, households, 2)
    assert cut == whole
    segments = found.segments(households, 2)
    assert 400 / (households + 2) < len(segments) <= 402
    assert len({segment.mark for segment in segments}) > 5
    assert sum(segment.rows for segment in segments) == found.rows


def test_segments_of_profiles(tmp_path: Path) -> None:
    people = '"personnes": [{"id": "1", "role": "demandeur", "date_naissance": "1990-01-31"}]'
    profiles = [f'{{"id": "h{number % 50}", {people}}}' for number in range(60)]
    profiles[7:7] = ["", "{", '{"id": "x"}', "[]"]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(profiles), encoding="utf-8")
    found, whole, cut = read(path, 4, 2)
    assert cut == whole
    assert len(found.segments(4, 2)) > 10
    assert found.blank_lines == 1


def test_a_file_that_cannot_be_cut_is_one_segment(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEAD, *[";1;enfant;2012-01-01;;"] * 50]), encoding="utf-8")
    found, whole, cut = read(path, 1, 3)
    assert cut == whole
    assert [segment.rows for segment in found.segments(1, 3)] == [50]


def test_every_worker_has_as_many_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 1_000_000)
    found, _, _ = read(DEMO, 1_000, 1)
    for households, workers in ((30, 2), (100, 3), (1_000, 4)):
        sizes = [segment.rows for segment in found.segments(households, workers)]
        assert len(sizes) % workers == 0
        assert max(sizes) < 2 * min(sizes)
