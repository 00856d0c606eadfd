"""Reads the rows of a CSV file: cells, quoted cells over several lines, rows that must be refused whole."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from zero_non_recours.caseload.cells import readable_key
from zero_non_recours.caseload.columns import Layout, recognised
from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.caseload.lines import Line, SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.caseload.survey import Segment
from zero_non_recours.profile.fields import ProfileField

SEPARATORS = (";", ",", "\t")
MAX_RECORD_LINES = 50
MAX_RECORD_CHARS = 100_000

OPEN_QUOTE = "guillemet non fermé ou mal placé"
TOO_FEW = "moins de cellules que de colonnes"
MORE_CELLS = "plus de cellules que de colonnes"


class Record(NamedTuple):
    """A row of a table: number of its first line, cells, and why it is refused as a whole (empty: it is not)."""

    row: int
    cells: list[str]
    problem: str


class Header(NamedTuple):
    """The first row of a table."""

    separator: str
    line: int
    names: list[str]


class RecordReader:
    """Reads the rows of a table, all or those of a segment."""

    def __init__(self, source: SourceFile, header: Header, layout: Layout) -> None:
        self.source = source
        self.header = header
        self.layout = layout
        self.separator = header.separator
        self.width = len(header.names)
        self.blank_lines = 0
        """Of the last reading."""
        self._last = ("", "")

    def read(self, segment: Segment, *, keys_only: bool = False) -> Iterator[Record]:
        """The rows of a segment; lines of one quoted cell belong to one row.

        `keys_only` spares the other cells of plain rows when the household's key comes first.
        """
        keys_only = keys_only and self.layout.key == 0
        self.blank_lines = 0
        separator, width, end = self.separator, self.width, segment.end
        first = max(segment.first, self.header.line + 1)
        lines = _Pushback(self.source.lines(segment.mark))
        for number, text, problem in lines:
            if number < first:
                continue
            if end is not None and number >= end:
                return
            if problem:
                yield Record(number, text.split(separator), problem)
            elif '"' in text:
                yield self._quoted(number, text, lines)
            elif not text or text.isspace():
                self.blank_lines += 1
            elif keys_only:
                yield Record(number, [text.partition(separator)[0]], "")
            else:
                cells = text.split(separator)
                yield Record(number, cells, "" if len(cells) == width else self._width_problem(cells))

    def _quoted(self, number: int, text: str, lines: _Pushback) -> Record:
        """A row with quotes; when it swallows following lines wrongly, only its first line is refused."""
        taken: list[Line] = []
        whole = text
        while True:
            try:
                cells = next(csv.reader((whole,), delimiter=self.separator, strict=True), [])
            except csv.Error as error:
                if "unexpected end" not in str(error):
                    break
                following = lines.take_until_quote(MAX_RECORD_LINES - len(taken))
                taken += following
                whole = "\n".join([text, *(line for _, line, _ in taken)])
                if not following or len(whole) > MAX_RECORD_CHARS or any(problem for _, _, problem in following):
                    break
                continue
            problem = "" if len(cells) == self.width else self._width_problem(cells)
            if taken and (problem or self._swallows(cells)):
                break
            return Record(number, cells, problem)
        lines.give_back(taken)
        return Record(number, text.split(self.separator), OPEN_QUOTE)

    def _swallows(self, cells: list[str]) -> bool:
        """Whether a cell over several lines looks like rows swallowed by a quote that was not closed."""
        for index, cell in enumerate(cells):
            if "\n" in cell and (
                index in self.layout.known
                or any(part.count(self.separator) >= self.width - 1 for part in cell.split("\n"))
            ):
                return True
        return False

    def _width_problem(self, cells: list[str]) -> str:
        if len(cells) < self.width:
            return TOO_FEW
        extra = [cell for cell in cells[self.width :] if cell and not cell.isspace()]
        del cells[self.width :]
        return MORE_CELLS if extra else ""

    def key(self, record: Record) -> str:
        """The household of a row, empty when it cannot be trusted."""
        place = self.layout.key
        if not record.problem:
            cell = record.cells[place]
            if cell != self._last[0]:
                key = cell.strip()
                self._last = cell, key if readable_key(key) and '"' not in key else ""
            return self._last[1]
        if place > 0 or not record.cells:
            return ""
        key = record.cells[0].strip().strip('"').strip()
        return key if readable_key(key) and '"' not in key else ""


class _Pushback:
    """Lines that can be given back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self.lines = lines
        self.waiting: deque[Line] = deque()

    def __iter__(self) -> Iterator[Line]:
        while True:
            if self.waiting:
                yield self.waiting.popleft()
                continue
            line = next(self.lines, None)
            if line is None:
                return
            yield line

    def take_until_quote(self, limit: int) -> list[Line]:
        """The next lines up to one with a quote; none when there is no such line within the limit."""
        taken: list[Line] = []
        size = 0
        while len(taken) < limit and size <= MAX_RECORD_CHARS:
            line = self.waiting.popleft() if self.waiting else next(self.lines, None)
            if line is None:
                break
            taken.append(line)
            size += len(line[1])
            if '"' in line[1]:
                return taken
        self.give_back(taken)
        return []

    def give_back(self, taken: list[Line]) -> None:
        """Put lines back, to be read again."""
        self.waiting.extendleft(reversed(taken))


def read_header(source: SourceFile, fields: Mapping[str, ProfileField], mapping: ColumnMapping) -> Header:
    """The first row of a file.

    Raises:
        CaseloadError: it cannot be read, or there is none.
    """
    forced = ""
    for number, text, problem in source.lines():
        if not text.strip():
            continue
        if problem:
            raise CaseloadError(f"{source.name}, ligne {number} : {problem}. L'enregistrer en CSV UTF-8.")
        if not forced and text.lower().startswith("sep=") and len(text) == 5:
            forced = text[4]
            continue
        candidates: list[tuple[int, int, str, list[str]]] = []
        for rank, separator in enumerate([forced] if forced else SEPARATORS):
            try:
                names = next(csv.reader((text,), delimiter=separator, strict=True), [])
            except (csv.Error, TypeError):
                continue
            candidates.append((recognised(names, fields, mapping), -rank, separator, names))
        if not candidates:
            raise CaseloadError(f"{source.name}, ligne {number} : guillemet non fermé dans les noms de colonnes.")
        _, _, separator, names = max(candidates, key=lambda c: (c[0], len(c[3]), c[1]))
        while len(names) > 1 and not names[-1].strip():
            names.pop()
        return Header(separator, number, names)
    raise CaseloadError(f"{source.name} : le fichier est vide.")
