"""Works on segments of a file: from its lines to what is said of its households, and to the quarantine."""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from zero_non_recours.caseload.errors import RefusedRow
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.caseload.readers import reader_of
from zero_non_recours.caseload.summary import Counts
from zero_non_recours.caseload.survey import Segment
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.batch.screen import BatchScreener, RightColumns
from zero_non_recours.screening.result import Likelihood
from zero_non_recours.screening.screen import screener_of


@dataclass(frozen=True, slots=True)
class Job:
    """All that must be known to work on any segment of a file, here or in another process."""

    rulebook: Rulebook
    source: SourceFile
    mapping: ColumnMapping
    repeated: frozenset[int]
    month: str
    rights: tuple[str, ...] | None
    chunk: int
    draws: int
    work: Callable[[Job], SegmentWork]
    """What is done: a class of this library, found by its name in the other processes."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What else the work must know."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of some rows that follow one another.

    Attributes:
        results: what the work says of the households; for a screening, columns in the order of
            `output.RESULT_COLUMNS`. Empty when all the rows are refused.
        refused: the rows of the quarantine.
        counts: of both.
    """

    results: list[Any] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


class SegmentWork(ABC):
    """Works on segments of one file; built once in each process."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.screener = screener_of(job.rulebook, job.month, job.rights)
        self.reader = reader_of(job.source, job.rulebook, self.screener.month, job.mapping)

    @abstractmethod
    def results(self, households: list[HouseholdBase], counts: Counts) -> list[Any]:
        """What is said of some households, counted."""

    def outcomes(self, segment: Segment) -> Generator[Outcome, None, None]:
        """What becomes of the rows of a segment, in order and in parts of bounded size."""
        with _rare_collections():
            households: list[HouseholdBase] = []
            found = Outcome()
            for block in self.reader.blocks(self.job.repeated, segment):
                if block.household is not None:
                    found.counts.accept(block.rows)
                    households.append(block.household)
                else:
                    found.counts.refuse(block.refused, rows=block.rows, is_household=block.is_household)
                    found.refused.extend(block.refused)
                if len(households) >= self.job.chunk or found.counts.rows_in >= 4 * self.job.chunk:
                    yield self._done(found, households)
                    households, found = [], Outcome()
            if found.counts.rows_in:
                yield self._done(found, households)

    def _done(self, found: Outcome, households: list[HouseholdBase]) -> Outcome:
        """The outcome with what is said of its households."""
        if households:
            found.results.extend(self.results(households, found.counts))
        return found


class SegmentScreener(SegmentWork):
    """Screens segments of one file."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.batch = BatchScreener(self.screener, job.draws)

    def results(self, households: list[HouseholdBase], counts: Counts) -> list[Any]:
        """The columns of the results."""
        rights = self.batch.screen(households)
        for columns in rights:
            counts.right(columns)
        keys = [household.id or "" for household in households]
        by_right = [_rows(keys, self.screener.month_text, columns) for columns in rights]
        return [_interleaved(lists) for lists in zip(*by_right, strict=True)]


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the cycle collector run less often: a chunk is many small objects without cycles, and they die together."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _rows(keys: list[str], month: str, columns: RightColumns) -> list[list[Any]]:
    """The result columns of one right."""
    right, size, likelihoods = columns.right, len(keys), columns.likelihood
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
        [_p_eligible(*pair) for pair in zip(columns.status, likelihoods, strict=True)],
        [likelihood and likelihood.mean for likelihood in likelihoods],
        [likelihood and likelihood.p10 for likelihood in likelihoods],
        [likelihood and likelihood.p50 for likelihood in likelihoods],
        [likelihood and likelihood.p90 for likelihood in likelihoods],
    ]


def _p_eligible(status: str, likelihood: Likelihood | None) -> float | None:
    """The probability of a right: what the draws say of it only where the answers do not."""
    if status == "undetermined":
        return None if likelihood is None else likelihood.p_eligible
    return 1.0 if status == "eligible" else 0.0


def _interleaved(lists: tuple[list[Any], ...]) -> list[Any]:
    """Household by household, each right in turn."""
    whole: list[Any] = [None] * (len(lists) * len(lists[0]))
    for rank, values in enumerate(lists):
        whole[rank :: len(lists)] = values
    return whole
