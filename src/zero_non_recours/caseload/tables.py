"""Reads a table with one row per person: records, households, and the rows that must be set aside."""

from __future__ import annotations

import csv
from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from pydantic import ValidationError

from zero_non_recours.caseload.blocks import UNBORN, Block, Problem, last_day, problems_of, refused_block, unborn
from zero_non_recours.caseload.build import HouseholdBuilder
from zero_non_recours.caseload.cells import kind_of_cell, readable_key
from zero_non_recours.caseload.columns import layout_of, nameless_refusal, paths_of, recognised
from zero_non_recours.caseload.errors import (
    NEIGHBOUR,
    NO_KEY,
    REPEATED,
    TOO_MANY,
    CaseloadError,
    Refusal,
    RefusedRow,
)
from zero_non_recours.caseload.lines import Line, SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.profile.model import MAX_PERSONS, HouseholdBase
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.fields import household_model, profile_fields
from zero_non_recours.rulebook.model import Rulebook

SEPARATORS = (";", ",", "\t")
MAX_RECORD_LINES = 50
MAX_RECORD_CHARS = 100_000
MAX_PENDING = 1_000
"""Rows of one household kept in memory; past that, it is refused as they come."""

OPEN_QUOTE = "guillemet non fermé ou mal placé"
TOO_FEW = "moins de cellules que de colonnes"
MORE_CELLS = "plus de cellules que de colonnes"


class Record(NamedTuple):
    """A row of a table: number of its first line, cells, and why it is refused as a whole (empty: it is not)."""

    row: int
    cells: list[str]
    problem: str


@dataclass(slots=True)
class _Household:
    """The rows of a household being read."""

    key: str
    rows: list[int] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    people_rows: list[int] = field(default_factory=list)
    home: dict[str, Any] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    strangers: list[RefusedRow] = field(default_factory=list)
    """Rows without a readable key that stand inside its rows, or just after."""
    has_claimant: bool = False
    overflow: str = ""

    def blame(self, row: int, problem: Problem) -> None:
        """Note a problem of a row."""
        self.problems.setdefault(row, []).append(problem)


class TableReader:
    """Reads a CSV file: `blocks` yields its households in order, each row exactly once."""

    def __init__(self, source: SourceFile, rulebook: Rulebook, month: Month, mapping: ColumnMapping) -> None:
        self.source = source
        self.last_day = last_day(month)
        self.builder = HouseholdBuilder(household_model(rulebook))
        self.blank_lines = 0
        self._last = ("", "")
        fields = profile_fields(rulebook)
        self.separator, self.header_line, names = _header(source, paths_of(fields), mapping)
        self.layout = layout_of(names, fields, month, mapping, source.name)
        self.reads = tuple((column.index, column, column.cache) for column in self.layout.columns)
        self.width = len(names)
        self.repeated = self._repeated()

    # -- records ------------------------------------------------------------------------------------

    def records(self, *, keys_only: bool = False) -> Iterator[Record]:
        """The rows after the first one; lines of one quoted cell belong to one row.

        `keys_only` spares the other cells of plain rows when the household's key comes first.
        """
        keys_only = keys_only and self.layout.key == 0
        self.blank_lines = 0
        separator, width, header = self.separator, self.width, self.header_line
        lines = _Pushback(self.source.lines())
        for number, text, problem in lines:
            if number <= header:
                continue
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

    def _key(self, record: Record) -> str:
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

    def _repeated(self) -> frozenset[int]:
        """Hashes of the keys whose rows are not all together, from a first reading: eight bytes per household."""
        import numpy as np

        hashes = array("Q")
        last, empty = "", True
        for record in self.records(keys_only=True):
            empty = False
            key = self._key(record)
            if key and key != last:
                hashes.append(hash_of(key))
                last = key
        if empty:
            raise CaseloadError(f"{self.source.name} ne contient que les noms des colonnes : aucun ménage à lire.")
        values, counts = np.unique(np.frombuffer(hashes, dtype=np.uint64), return_counts=True)
        return frozenset(values[counts > 1].tolist())

    # -- households ---------------------------------------------------------------------------------

    def blocks(self) -> Iterator[Block]:
        """Every row of the file, household by household."""
        current: _Household | None = None
        waiting: list[RefusedRow] = []
        suspects: list[str] = []
        """Roles of the unreadable rows since the last readable one."""
        for record in self.records():
            key = self._key(record)
            if not key:
                role = self._role(record)
                stranger = RefusedRow(record.row, "", (self._whole_problem(record, NO_KEY),))
                suspects.append(role)
                if current is None:
                    waiting.append(stranger)
                    if len(waiting) >= MAX_PENDING:
                        yield Block(len(waiting), None, tuple(waiting), is_household=False)
                        waiting = []
                    continue
                current.strangers.append(stranger)
                if not (role == "demandeur" and current.has_claimant):
                    current.blame(current.rows[-1] if current.rows else record.row, ("", "", NEIGHBOUR))
                if len(current.strangers) >= MAX_PENDING:
                    yield from self._flush(current, NEIGHBOUR)
                continue
            if waiting:
                yield Block(len(waiting), None, tuple(waiting), is_household=False)
                waiting = []
            if current is None or key != current.key:
                if current is not None:
                    yield from self._flush(current)
                current = _Household(key)
                self._read(current, record)
                if suspects and not current.has_claimant:
                    current.blame(record.row, ("", "", NEIGHBOUR))
            else:
                if suspects:
                    current.blame(record.row, ("", "", NEIGHBOUR))
                self._read(current, record)
            suspects = []
            if len(current.rows) >= MAX_PENDING:
                yield from self._flush(current, TOO_MANY.format(MAX_PERSONS))
        if waiting:
            yield Block(len(waiting), None, tuple(waiting), is_household=False)
        if current is not None:
            yield from self._flush(current)

    def _role(self, record: Record) -> str:
        column = self.layout.role
        if column is None or record.problem or column.index >= len(record.cells):
            return ""
        role = column.read(record.cells[column.index])
        return role if isinstance(role, str) else ""

    def _whole_problem(self, record: Record, reason: str) -> Problem:
        """The problem of a row that cannot be read at all."""
        if record.problem:
            return "", "ligne", record.problem
        place = self.layout.key
        return self.layout.names[place], kind_of_cell(record.cells[place].strip()), reason

    def _read(self, household: _Household, record: Record) -> None:
        """Add a row to its household."""
        household.rows.append(record.row)
        if record.problem:
            household.blame(record.row, ("", "ligne", record.problem))
            return
        if len(household.people) >= MAX_PERSONS:
            household.blame(record.row, ("", "", TOO_MANY.format(MAX_PERSONS)))
            return
        cells = record.cells
        person: dict[str, Any] = {}
        layout = self.layout
        if layout.person_key is not None and (key := cells[layout.person_key].strip()):
            if readable_key(key):
                person["id"] = key
            else:
                name = layout.names[layout.person_key]
                household.blame(record.row, (name, kind_of_cell(key), "identifiant illisible ou trop long"))
        home = household.home
        for index, column, cache in self.reads:
            cell = cells[index]
            if not cell:
                continue
            value = cache.get(cell, column)
            if value is column:
                value = column.convert_new(cell)
            if value is None:
                continue
            if type(value) is Refusal:
                household.blame(record.row, (column.name, value.kind, value.reason))
            elif column.direct:
                person[column.key] = value
            elif problem := column.place(person if column.person else home, value):
                household.blame(record.row, (column.name, kind_of_cell(cell.strip()), problem))
        for place in layout.nameless:
            if cells[place].strip():
                household.blame(record.row, nameless_refusal(cells[place]))
        household.has_claimant = household.has_claimant or person.get("role") == "demandeur"
        household.people.append(person)
        household.people_rows.append(record.row)

    def _flush(self, household: _Household, overflow: str = "") -> Iterator[Block]:
        """End a household; `overflow` says why one too long to wait for its end is refused from now on."""
        key, rows = household.key, household.rows
        model: HouseholdBase | None = None
        if reason := overflow or household.overflow:
            for row in rows:
                household.blame(row, ("", "", reason))
        elif self.repeated and hash_of(key) in self.repeated:
            for row in rows:
                household.blame(row, (self.layout.names[self.layout.key], kind_of_cell(key), REPEATED))
        elif not household.problems:
            model = self._validated(household)
        if model is not None:
            yield Block(len(rows), model)
        elif rows:
            block = refused_block(key, rows, household.problems, counts=not household.overflow)
            yield _in_order(block, household.strangers)
            household.strangers = []
        if household.strangers:
            yield Block(len(household.strangers), None, tuple(household.strangers), is_household=False)
        if overflow:
            household.overflow = overflow
            household.rows, household.people, household.people_rows = [], [], []
            household.problems, household.strangers, household.home = {}, [], {}

    def _validated(self, household: _Household) -> HouseholdBase | None:
        """The household as the profile's model accepts it, or `None` with its problems noted."""
        rows = household.people_rows
        try:
            model = self.builder.build(household.key, household.people, household.home)
        except ValidationError as error:
            for rank, problem in problems_of(error):
                household.blame(rows[rank] if rank is not None and rank < len(rows) else rows[0], problem)
            return None
        late = unborn(model, self.last_day)
        for rank in late:
            household.blame(rows[rank], UNBORN)
        return None if late else model


def _in_order(block: Block, strangers: list[RefusedRow]) -> Block:
    """A refused household with the unreadable rows that stand among its own, by row."""
    if not strangers:
        return block
    refused = sorted([*block.refused, *strangers], key=lambda r: r.row)
    return Block(len(refused), None, tuple(refused), block.is_household)


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


def _header(source: SourceFile, fields: Mapping[str, Any], mapping: ColumnMapping) -> tuple[str, int, list[str]]:
    """Separator, number of the first row's line, and its cells."""
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
        return separator, number, names
    raise CaseloadError(f"{source.name} : le fichier est vide.")


def hash_of(key: str) -> int:
    """Sixty-four bits that stand for a key."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "little")
