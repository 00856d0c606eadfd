"""The first reading of a file: how much it holds, the keys that come back, and where it can be cut."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from zero_non_recours.caseload.lines import START, Mark, SourceFile

STEP = 50
"""Households between two places where a file can be cut."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Whole households that follow one another, from the line `first` to the one before `end` (`None`: to the last)."""

    mark: Mark = START
    """Where to begin reading, at or before `first`."""
    first: int = 1
    end: int | None = None
    rows: int = 0
    """How many it holds, when known."""


WHOLE = Segment()


class Cut(NamedTuple):
    """A line that begins a household, whatever stands before it, and how many rows and households do."""

    mark: Mark
    line: int
    rows: int
    households: int


@dataclass(slots=True)
class Survey:
    """What a first reading tells.

    Attributes:
        rows: of the file, its first one (the names) and blank lines excluded.
        households: groups of rows that follow one another with the same key.
        repeated: hashes of the keys that come back further on (`hash_of`).
        cuts: where segments may begin, in order.
        blank_lines: lines that are not rows.
    """

    rows: int
    households: int
    repeated: frozenset[int]
    cuts: list[Cut]
    blank_lines: int = 0

    def segments(self, households: int, workers: int = 1) -> list[Segment]:
        """The file in segments of at most `households`, or little more: as many for each worker."""
        rounds = -(-self.households // (max(1, households - STEP) * workers))
        count = max(1, rounds) * workers
        begins = self.cuts[:1]
        for cut in self.cuts[1:]:
            if cut.households * count >= self.households * len(begins):
                begins.append(cut)
        ends = [*((cut.line, cut.rows) for cut in begins[1:]), (None, self.rows)]
        return [
            Segment(cut.mark, cut.line, end, rows - cut.rows) for cut, (end, rows) in zip(begins, ends, strict=True)
        ]


def survey(rows: Iterable[tuple[int, str]], source: SourceFile, *, together: bool) -> Survey:
    """Read a whole file once, in eight bytes per household.

    Args:
        rows: the line and the key of each row, in order; the key is empty where it cannot be trusted.
        source: the file that `rows` reads.
        together: whether rows with the same key that follow one another are one household.
    """
    import numpy as np

    hashes = array("Q")
    cuts = [Cut(START, 1, 0, 0)]
    count, last, previous = 0, "", ""
    for line, key in rows:
        if key and not (together and key == last):
            # After a row whose key is known, nothing that came before can change how this household is read.
            if previous and len(hashes) >= cuts[-1].households + STEP and source.mark.number < line:
                cuts.append(Cut(source.mark, line, count, len(hashes)))
            hashes.append(hash_of(key))
            last = key
        previous = key
        count += 1
    values, counts = np.unique(np.frombuffer(hashes, dtype=np.uint64), return_counts=True)
    return Survey(count, len(hashes), frozenset(values[counts > 1].tolist()), cuts)


def hash_of(key: str) -> int:
    """Sixty-four bits that stand for a key."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")
