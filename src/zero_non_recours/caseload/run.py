"""Screens a caseload file: read, screen, write, in chunks and in bounded memory."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from zero_non_recours.caseload.blocks import Block
from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping, mapping_of, read_mapping
from zero_non_recours.caseload.output import FILES, SUMMARY, OutputFolder
from zero_non_recours.caseload.profiles import ProfileReader
from zero_non_recours.caseload.summary import Summary
from zero_non_recours.caseload.tables import TableReader
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month, parse_month
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.batch import BatchScreener, RightColumns
from zero_non_recours.screening.screen import Screener

CHUNK = 2_000
Progress = Callable[[float, int], None]
"""Called now and then with the share of the file that is done (0 to 1) and the number of rows read."""
_JSON_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv", ".txt")


def screen_caseload(
    source: str | Path,
    out: str | Path,
    *,
    month: str,
    mapping: str | Path | Mapping[str, Any] | None = None,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
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
        chunk: households computed together; it changes the speed, never the results.
        progress: told now and then how far the reading is.
        resume: do nothing when `out` already holds the results of the same file, month, rules and options.

    Raises:
        CaseloadError: the file, the folder, the mapping, the month or a right cannot be used.
    """
    started = time.perf_counter()
    book = rulebook or default_rulebook()
    try:
        screener = Screener(book, month, rights)
    except (PlanError, ValueError) as error:
        raise CaseloadError(str(error)) from None
    if chunk < 1:
        raise CaseloadError("chunk : au moins un ménage à la fois.")
    names = _mapping(mapping)
    file = SourceFile.open(Path(source))
    folder = OutputFolder(Path(out))
    identity = _identity(file, screener, names)
    if resume and (done := _finished(Path(out), identity)) is not None:
        return done
    reader = _reader(file, book, screener.month, names)
    summary = Summary(identity, {r.name: r.label for r in screener.rights}, screener.notes)
    for right in screener.rights:
        summary.right(right.name, [], [])
    folder.start(file.name)
    try:
        with _rare_collections():
            _run(reader.blocks(), BatchScreener(screener), folder, summary, chunk, file, progress)
        summary.blank_lines = reader.blank_lines
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
    reader = _reader(SourceFile.open(Path(source)), rulebook or default_rulebook(), at, _mapping(mapping))
    blocks = list(reader.blocks())
    return [b.household for b in blocks if b.household is not None], sum(len(b.refused) for b in blocks)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the cycle collector run less often: a chunk is many small objects without cycles, and they die together."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _run(
    blocks: Iterator[Block],
    batch: BatchScreener,
    folder: OutputFolder,
    summary: Summary,
    chunk: int,
    file: SourceFile,
    progress: Progress | None,
) -> None:
    households: list[HouseholdBase] = []
    waiting = 0
    for block in blocks:
        waiting += block.rows
        if block.household is not None:
            summary.accept(block.rows)
            households.append(block.household)
        else:
            summary.refuse(block.refused, rows=block.rows, is_household=block.is_household)
            folder.refused(block.refused)
        if len(households) >= chunk or waiting >= 4 * chunk:
            _compute(households, batch, folder, summary)
            households, waiting = [], 0
            if progress is not None:
                progress(min(1.0, file.position / max(1, file.size)), summary.rows_in)
    _compute(households, batch, folder, summary)
    if progress is not None:
        progress(1.0, summary.rows_in)


def _compute(households: list[HouseholdBase], batch: BatchScreener, folder: OutputFolder, summary: Summary) -> None:
    if not households:
        return
    found = batch.screen(households)
    for columns in found:
        summary.right(columns.right.name, columns.status, columns.received)
    keys = [household.id or "" for household in households]
    by_right = [_rows(keys, batch.screener.month_text, columns) for columns in found]
    folder.results([_interleaved(lists) for lists in zip(*by_right, strict=True)])


def _rows(keys: list[str], month: str, columns: RightColumns) -> list[list[Any]]:
    """The result columns of one right."""
    right, size = columns.right, len(keys)
    return [
        keys,
        [month] * size,
        [right.name] * size,
        columns.label,
        [right.entity] * size,
        columns.status,
        columns.low,
        columns.expected,
        columns.high,
        [right.amount_unit] * size,
        columns.received,
        columns.received_amount,
        [";".join(fields) for fields in columns.missing],
        columns.assumptions,
        columns.near_miss,
        columns.outcome,
        columns.deadline,
        columns.notes,
    ]


def _interleaved(lists: tuple[list[Any], ...]) -> list[Any]:
    """Household by household, each right in turn."""
    whole: list[Any] = [None] * (len(lists) * len(lists[0]))
    for rank, values in enumerate(lists):
        whole[rank :: len(lists)] = values
    return whole


def _mapping(mapping: str | Path | Mapping[str, Any] | None) -> ColumnMapping:
    if mapping is None:
        return ColumnMapping()
    return mapping_of(dict(mapping)) if isinstance(mapping, Mapping) else read_mapping(Path(mapping))


def _reader(file: SourceFile, book: Rulebook, month: Month, mapping: ColumnMapping) -> TableReader | ProfileReader:
    """The reader of a file: by its name, else by its first character."""
    suffix = file.path.suffix.lower()
    first = next((text.strip() for _, text, _ in file.lines() if text.strip()), "")
    if suffix in _JSON_LINES or (suffix not in _TABLES and first.startswith("{")):
        return ProfileReader(file, book, month)
    if suffix not in _TABLES and first.startswith("["):
        raise CaseloadError(
            f"{file.name} : un tableau JSON. L'écrire en JSON Lines, un ménage par ligne, sans crochets."
        )
    return TableReader(file, book, month, mapping)


def _identity(file: SourceFile, screener: Screener, mapping: ColumnMapping) -> dict[str, Any]:
    """What makes two runs the same run."""
    words = json.dumps(
        [mapping.columns, sorted(mapping.ignored), mapping.values], sort_keys=True, ensure_ascii=False, default=dict
    )
    return {
        "source": {"name": file.name, "digest": file.digest, "bytes": file.size, "encoding": file.encoding},
        "month": screener.month_text,
        "rulebook": dict(screener.header),
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
