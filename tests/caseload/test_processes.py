"""Several processes: the same bytes as one, the same errors, and nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zero_non_recours.caseload import CaseloadError, processes, screen_caseload
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.caseload.output import FILES
from zero_non_recours.caseload.processes import outcomes_in_processes
from zero_non_recours.caseload.readers import reader_of
from zero_non_recours.caseload.segments import Job, SegmentScreener
from zero_non_recours.caseload.survey import WHOLE, Survey
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.loader import default_rulebook

from .conftest import MONTH, table

DEMO = Path(__file__).parents[2] / "scenarios" / "caseloads" / "ccas_demo.csv"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The processes that a test starts; all have ended when it does."""
    found: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            found.append(self)

    monkeypatch.setattr(processes.subprocess, "Popen", Recorded)
    yield found
    assert all(process.poll() is not None for process in found)


Started = list[subprocess.Popen[bytes]]


def bytes_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {name: (folder / name).read_bytes() for name in FILES if name != "summary.json"}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    del summary["timing"]
    return found | {"summary.json": summary}


def job_of(**changes: Any) -> tuple[Job, Survey]:
    """The work on the example, changed; and its survey."""
    book, source = default_rulebook(), SourceFile.open(DEMO)
    found = reader_of(source, book, parse_month(MONTH), ColumnMapping()).survey()
    return replace(
        Job(book, source, ColumnMapping(), found.repeated, MONTH, ("rsa",), 100, 0, SegmentScreener), **changes
    ), found


def test_workers_and_chunks_change_nothing(tmp_path: Path, started: Started) -> None:
    screen_caseload(DEMO, tmp_path / "one", month=MONTH, workers=1)
    assert started == []
    for workers, chunk in ((2, 2_000), (3, 120)):
        seen: list[tuple[float, int]] = []
        summary = screen_caseload(
            DEMO,
            tmp_path / "out",
            month=MONTH,
            workers=workers,
            chunk=chunk,
            progress=lambda share, rows, seen=seen: seen.append((share, rows)),
        )
        assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "one")
        assert seen == sorted(seen)
        assert seen[-1] == (1.0, summary.rows_in)
    assert len(started) == 5


def test_profiles_and_rules_of_the_caller(tmp_path: Path, started: Started) -> None:
    book = default_rulebook()
    book = replace(book, version="essai", rights={"ppa": book.rights["ppa"]})
    person = {"id": "1", "role": "demandeur", "date_naissance": "1990-01-31", "revenus": {"salaire_net": 900}}
    profiles = [{"id": f"h{number % 130}", "personnes": [person]} for number in range(140)]
    source = tmp_path / "a.jsonl"
    source.write_text("\n".join(map(json.dumps, profiles)), encoding="utf-8")
    for workers in (1, 2):
        screen_caseload(source, tmp_path / str(workers), month=MONTH, rulebook=book, workers=workers)
    assert len(started) == 2
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")
    assert {row["right"] for row in table(tmp_path / "2" / "results.csv")} == {"ppa"}
    assert len(table(tmp_path / "2" / "quarantine.csv")) == 20


def test_a_small_file_is_screened_here(tmp_path: Path, started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    screen_caseload(DEMO, tmp_path / "out", month=MONTH, rights=["rsa"], draws=0)
    assert started == []
    monkeypatch.setattr("zero_non_recours.caseload.run.FEW", 800)
    monkeypatch.setattr("zero_non_recours.caseload.run.usable_processes", lambda: 2)
    screen_caseload(DEMO, tmp_path / "out", month=MONTH, rights=["rsa"], draws=0)
    assert len(started) == 2
    monkeypatch.setattr("zero_non_recours.caseload.run.MAX_ROWS", 100)
    screen_caseload(DEMO, tmp_path / "out", month=MONTH, rights=["rsa"], draws=0)
    assert len(started) == 2


@pytest.mark.parametrize("changes", [{"mapping": ColumnMapping(columns={"role": "age du capitaine"})}, {"chunk": "x"}])
def test_an_error_is_the_same_as_in_one_process(changes: dict[str, Any], started: Started) -> None:
    job, found = job_of(**changes)
    with pytest.raises((CaseloadError, TypeError)) as here:
        list(SegmentScreener(job).outcomes(WHOLE))
    with pytest.raises((CaseloadError, TypeError)) as there:
        list(outcomes_in_processes(job, found.segments(100, 2), 2))
    assert (there.type, str(there.value)) == (here.type, str(here.value))
    assert "segments.py" in "".join(there.value.__notes__)
    assert len(started) == 2


def test_an_error_that_cannot_travel_says_its_name() -> None:
    class Local(Exception):
        pass

    found = processes._portable(Local("secret"))
    assert (type(found), str(found)) == (RuntimeError, "Local")


def test_a_process_that_stops(started: Started, monkeypatch: pytest.MonkeyPatch) -> None:
    job, found = job_of()
    monkeypatch.setattr(processes, "_STARTED", "import sys; sys.stdin.buffer.read(100)")
    with pytest.raises(CaseloadError, match="--workers 1"):
        list(outcomes_in_processes(job, found.segments(100, 2), 2))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(CaseloadError, match="--workers 1"):
        list(outcomes_in_processes(job, found.segments(100, 2), 2))
    assert len(started) == 2


def test_an_interruption_leaves_no_process(tmp_path: Path, started: Started) -> None:
    out = tmp_path / "out"
    screen_caseload(DEMO, out, month=MONTH, rights=["rsa"], draws=0)
    before = bytes_of(out)

    def stop(share: float, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen_caseload(DEMO, out, month=MONTH, rights=["rsa"], draws=0, workers=2, chunk=60, progress=stop)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
    assert bytes_of(out) == before
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)


def test_results_that_are_not_taken(started: Started) -> None:
    job, found = job_of()
    with closing(outcomes_in_processes(job, found.segments(50, 2), 2)) as outcomes:
        assert next(outcomes).counts.rows_in > 0
    assert [process.poll() is not None for process in started] == [True, True]


def test_a_process_ends_with_its_input() -> None:
    process = subprocess.Popen(
        (sys.executable, "-I", "-c", processes._STARTED, *sys.path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert not said


def test_no_process_is_worth_starting_without_an_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= processes.usable_processes() <= processes.MAX_WORKERS
    monkeypatch.setattr(sys, "executable", "")
    assert processes.usable_processes() == 1
