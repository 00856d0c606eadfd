"""Reads a table with one row per person: households, and the rows that must be set aside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import itemgetter
from typing import Any

from pydantic import ValidationError

from zero_non_recours.caseload.blocks import UNBORN, Block, Problem, last_day, problems_of, refused_block, unborn
from zero_non_recours.caseload.build import HouseholdBuilder
from zero_non_recours.caseload.cells import kind_of_cell, readable_key
from zero_non_recours.caseload.columns import layout_of, nameless_refusal, paths_of
from zero_non_recours.caseload.errors import (
    NEIGHBOUR,
    NO_KEY,
    REPEATED,
    TOO_MANY,
    CaseloadError,
    Refusal,
    RefusedRow,
)
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.caseload.records import Record, RecordReader, read_header
from zero_non_recours.caseload.survey import WHOLE, Segment, Survey, hash_of, survey
from zero_non_recours.profile.model import MAX_PERSONS, HouseholdBase
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.fields import household_model, profile_fields
from zero_non_recours.rulebook.model import Rulebook

MAX_PENDING = 1_000
"""Rows of one household kept in memory; past that, it is refused as they come."""


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
        fields = profile_fields(rulebook)
        header = read_header(source, paths_of(fields), mapping)
        self.layout = layout_of(header.names, fields, month, mapping, source.name)
        self.records = RecordReader(source, header, self.layout)
        self.answers = _picker([column.index for column in self.layout.columns])

    def survey(self) -> Survey:
        """A first reading of the file.

        Raises:
            CaseloadError: it has no rows.
        """
        records, key = self.records, self.records.key
        rows = ((record.row, key(record)) for record in records.read(WHOLE, keys_only=True))
        found = survey(rows, self.source, together=True)
        if not found.rows:
            raise CaseloadError(f"{self.source.name} ne contient que les noms des colonnes : aucun ménage à lire.")
        found.blank_lines = records.blank_lines
        return found

    def blocks(self, repeated: Collection[int], segment: Segment = WHOLE) -> Iterator[Block]:
        """Every row of a segment, household by household; those whose key is `repeated` (hashes) are refused."""
        current: _Household | None = None
        waiting: list[RefusedRow] = []
        suspects: list[str] = []
        """Roles of the unreadable rows since the last readable one."""
        for record in self.records.read(segment):
            key = self.records.key(record)
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
                    yield from self._flush(current, repeated, NEIGHBOUR)
                continue
            if waiting:
                yield Block(len(waiting), None, tuple(waiting), is_household=False)
                waiting = []
            if current is None or key != current.key:
                if current is not None:
                    yield from self._flush(current, repeated)
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
                yield from self._flush(current, repeated, TOO_MANY.format(MAX_PERSONS))
        if waiting:
            yield Block(len(waiting), None, tuple(waiting), is_household=False)
        if current is not None:
            yield from self._flush(current, repeated)

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
        answers = self.answers(cells)
        for column, cell in zip(compress(layout.columns, answers), filter(None, answers), strict=True):
            value = column.cache.get(cell, column)
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

    def _flush(self, household: _Household, repeated: Collection[int], overflow: str = "") -> Iterator[Block]:
        """End a household; `overflow` says why one too long to wait for its end is refused from now on."""
        key, rows = household.key, household.rows
        model: HouseholdBase | None = None
        if reason := overflow or household.overflow:
            for row in rows:
                household.blame(row, ("", "", reason))
        elif repeated and hash_of(key) in repeated:
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


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """What takes the cells at some places of a row."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)
