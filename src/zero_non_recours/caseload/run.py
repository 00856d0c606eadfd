"""Screens a caseload file: read, screen, write, in chunks and in bounded memory."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping, mapping_of, read_mapping
from zero_non_recours.caseload.output import FILES, SUMMARY, OutputFolder
from zero_non_recours.caseload.processes import outcomes_in_processes, usable_processes
from zero_non_recours.caseload.readers import reader_of
from zero_non_recours.caseload.segments import Job, Outcome, SegmentScreener, SegmentWork
from zero_non_recours.caseload.summary import Summary
from zero_non_recours.caseload.survey import WHOLE, Survey
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.screen import Screener, screener_of

CHUNK = 2_000
DRAWS = 64
FEW = 4_000
"""Rows under which other processes take longer to start than they save."""
MAX_ROWS = 100_000
"""Rows of a segment that another process may hold; a file that cannot be cut smaller is read in this one."""
Progress = Callable[[float, int], None]
"""Called now and then with the share of the rows that are done (0 to 1) and their number."""


def screen_caseload(
    source: str | Path,
    out: str | Path,
    *,
    month: str,
    mapping: str | Path | Mapping[str, Any] | None = None,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    draws: int = DRAWS,
    workers: int | None = None,
    chunk: int = CHUNK,
    progress: Progress | None = None,
    resume: bool = False,
) -> Summary:
    """Screen every household of a CSV or JSON Lines file.

    Each row of the input ends in `out/results.csv` and `out/results.parquet` (its household's rights) or in
    `out/quarantine.csv` (with the reason), and `out/summary.json` counts them. Files appear together, when all is done.

    Args:
        source: a CSV file, one row per person, or a JSON Lines file, one profile per line.
        out: a new or empty folder, or the folder of a former run, which is replaced.
        month: the month of right, `AAAA-MM`.
        mapping: other column names and words, as a YAML file or a mapping.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.
        draws: how many times the unknown answers of a household are drawn from the rules' priors, to say how likely its
            open rights are; 0 draws nothing.
        workers: how many processes; default, as many as there are usable processors (8 at most), one for a small file.
        chunk: households computed together; like `workers`, it changes the speed, never the results.
        progress: told now and then how far the reading is.
        resume: do nothing when `out` already holds the results of the same file, month, rules and options.

    Raises:
        CaseloadError: the file, the folder, the mapping, the month or another option cannot be used.
    """
    started = time.perf_counter()
    book = rulebook or default_rulebook()
    asked, screener = _asked(book, month, rights)
    _check(chunk=(chunk, 1), draws=(draws, 0), workers=(1 if workers is None else workers, 1))
    names = _mapping(mapping)
    file = SourceFile.open(Path(source))
    folder = OutputFolder(Path(out))
    identity = _identity(file, screener, names, draws)
    if resume and (done := _finished(Path(out), identity)) is not None:
        return done
    found = reader_of(file, book, screener.month, names).survey()
    labels = {right.name: right.label for right in screener.rights}
    summary = Summary(identity=identity, labels=labels, notes=screener.notes, blank_lines=found.blank_lines)
    job = Job(book, file, names, found.repeated, screener.month_text, asked, chunk, draws, SegmentScreener)
    folder.start(file.name)
    try:
        with closing(_outcomes(job, found, workers)) as outcomes:
            for outcome in outcomes:
                folder.write(outcome)
                summary.add(outcome.counts)
                if progress is not None:
                    progress(summary.rows_in / found.rows, summary.rows_in)
        summary.check()
        summary.duration_s = time.perf_counter() - started
        folder.finish(summary.model_dump())
    except OSError:
        folder.abandon()
        raise CaseloadError(f"{folder.shown} : écriture impossible. Vérifier la place sur le disque.") from None
    except BaseException:
        folder.abandon()
        raise
    return summary


def read_caseload(
    source: str | Path,
    *,
    month: str,
    mapping: str | Path | Mapping[str, Any] | None = None,
    rulebook: Rulebook | None = None,
) -> tuple[list[HouseholdBase], int]:
    """The households of a caseload file that can be screened, and how many rows cannot be used.

    They are all in memory: for a large file, use `screen_caseload`.

    Raises:
        CaseloadError: the file or the mapping cannot be used.
    """
    try:
        at = parse_month(month)
    except ValueError as error:
        raise CaseloadError(str(error)) from None
    reader = reader_of(SourceFile.open(Path(source)), rulebook or default_rulebook(), at, _mapping(mapping))
    blocks = list(reader.blocks(reader.survey().repeated))
    return [b.household for b in blocks if b.household is not None], sum(len(b.refused) for b in blocks)


def work_on_caseload(
    source: str | Path,
    work: Callable[[Job], SegmentWork],
    *,
    month: str,
    mapping: str | Path | Mapping[str, Any] | None = None,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    draws: int = DRAWS,
    workers: int | None = None,
    progress: Progress | None = None,
    options: Mapping[str, Any] | None = None,
) -> Generator[Outcome, None, None]:
    """What some work says of the households of a caseload file, in their order and in bounded memory.

    Args:
        source: a CSV or JSON Lines file.
        work: a class that other processes find by its name.
        month: the month of right, `AAAA-MM`.
        mapping: other column names and words.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.
        draws: draws of what is not known, for each household.
        workers: how many processes; default, as many as are usable.
        progress: told now and then how far the reading is.
        options: what else the work must know (`Job.options`).

    Raises:
        CaseloadError: the file, the mapping, the month or another option cannot be used.
    """
    book = rulebook or default_rulebook()
    asked, screener = _asked(book, month, rights)
    _check(draws=(draws, 0), workers=(1 if workers is None else workers, 1))
    names, file = _mapping(mapping), SourceFile.open(Path(source))
    found = reader_of(file, book, screener.month, names).survey()
    job = Job(book, file, names, found.repeated, screener.month_text, asked, CHUNK, draws, work, options or {})
    done = 0
    with closing(_outcomes(job, found, workers)) as outcomes:
        for outcome in outcomes:
            done += outcome.counts.rows_in
            if progress is not None:
                progress(done / max(1, found.rows), done)
            yield outcome


def _asked(book: Rulebook, month: str, rights: Iterable[str] | None) -> tuple[tuple[str, ...] | None, Screener]:
    """The rights asked for, and what screens them."""
    asked = None if rights is None else (rights,) if isinstance(rights, str) else tuple(rights)
    try:
        return asked, screener_of(book, month, asked)
    except (PlanError, ValueError) as error:
        raise CaseloadError(str(error)) from None


def _check(**options: tuple[int, int]) -> None:
    """Numbers given as options, each with the least it can be."""
    for name, (value, least) in options.items():
        if value < least:
            raise CaseloadError(f"{name} : {value} ne peut pas servir ; donner un nombre entier, au moins {least}.")


def _outcomes(job: Job, found: Survey, workers: int | None) -> Generator[Outcome, None, None]:
    """What becomes of every row of a file, in order."""
    if workers is None:
        workers = usable_processes() if found.rows >= FEW else 1
    segments = found.segments(job.chunk, workers) if workers > 1 else []
    if len(segments) > 1 and max(segment.rows for segment in segments) <= MAX_ROWS:
        return outcomes_in_processes(job, segments, min(workers, len(segments)))
    return job.work(job).outcomes(WHOLE)


def _mapping(mapping: str | Path | Mapping[str, Any] | None) -> ColumnMapping:
    if mapping is None:
        return ColumnMapping()
    return mapping_of(dict(mapping)) if isinstance(mapping, Mapping) else read_mapping(Path(mapping))


def _identity(file: SourceFile, screener: Screener, mapping: ColumnMapping, draws: int) -> dict[str, Any]:
    """What makes two runs the same run."""
    words = json.dumps(
        [mapping.columns, sorted(mapping.ignored), mapping.values], sort_keys=True, ensure_ascii=False, default=dict
    )
    return {
        "source": {"name": file.name, "digest": file.digest, "bytes": file.size, "encoding": file.encoding},
        "month": screener.month_text,
        "rulebook": dict(screener.header),
        "draws": draws,
        "rights_asked": [right.name for right in screener.rights],
        "mapping": f"sha256:{sha256(words.encode('utf-8', 'replace')).hexdigest()}",
    }


def _finished(out: Path, identity: dict[str, Any]) -> Summary | None:
    """The summary of a run that is complete and is this one, if `out` holds it."""
    if not all((out / name).is_file() for name in FILES):
        return None
    try:
        data = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return Summary.load(data, identity) if isinstance(data, dict) else None
