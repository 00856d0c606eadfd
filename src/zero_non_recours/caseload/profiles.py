"""Reads JSON Lines: one household profile per line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from pydantic import ValidationError

from zero_non_recours.caseload.blocks import MAX_PROBLEMS, UNBORN, Block, Problem, last_day, problems_of, unborn
from zero_non_recours.caseload.cells import readable_key
from zero_non_recours.caseload.errors import NO_KEY, REPEATED, RefusedRow
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.survey import WHOLE, Segment, Survey, hash_of, survey
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.model import Rulebook

BROKEN = "JSON mal formé (virgule, guillemet, accolade, clé en double ou nombre impossible)"
NOT_OBJECT = "un ménage par ligne, entre accolades, est attendu"
MAX_DIGITS = 30


class ProfileReader:
    """Reads a JSON Lines file: `blocks` yields its households in order, each line exactly once."""

    def __init__(self, source: SourceFile, rulebook: Rulebook, month: Month) -> None:
        self.source = source
        self.last_day = last_day(month)
        self.model: type[HouseholdBase] = household_model(rulebook)
        self.blank_lines = 0

    def _records(self, segment: Segment) -> Iterator[tuple[int, Any, str]]:
        """Line number, data, and why the line is refused."""
        self.blank_lines = 0
        for number, text, problem in self.source.lines(segment.mark):
            if number < segment.first:
                continue
            if segment.end is not None and number >= segment.end:
                return
            if problem:
                yield number, None, problem
            elif not text or text.isspace():
                self.blank_lines += 1
            else:
                try:
                    data = _DECODER.decode(text)
                except (ValueError, RecursionError):
                    yield number, None, BROKEN
                    continue
                yield number, data, "" if isinstance(data, dict) else NOT_OBJECT

    def survey(self) -> Survey:
        """A first reading of the file."""
        rows = ((line, "" if problem else _key(data)) for line, data, problem in self._records(WHOLE))
        found = survey(rows, self.source, together=False)
        found.blank_lines = self.blank_lines
        return found

    def blocks(self, repeated: Collection[int], segment: Segment = WHOLE) -> Iterator[Block]:
        """Every line of a segment; those whose key is `repeated` (hashes) are refused."""
        for number, data, broken in self._records(segment):
            if broken:
                yield _refused(number, "", [("", "ligne", broken)], counts=False)
                continue
            key = _key(data)
            if not key:
                yield _refused(number, "", [("id", "", NO_KEY)], counts=False)
                continue
            if repeated and hash_of(key) in repeated:
                yield _refused(number, key, [("id", "texte", REPEATED)])
                continue
            try:
                model = self.model.model_validate(data)
            except ValidationError as error:
                yield _refused(number, key, [problem for _, problem in problems_of(error)])
                continue
            if late := unborn(model, self.last_day):
                column, kind, reason = UNBORN
                yield _refused(number, key, [(f"personnes[{rank}].{column}", kind, reason) for rank in late])
                continue
            yield Block(1, model)


def _refused(row: int, key: str, problems: list[Problem], *, counts: bool = True) -> Block:
    return Block(1, None, (RefusedRow(row, key, tuple(problems[:MAX_PROBLEMS])),), counts)


def _key(data: dict[str, Any]) -> str:
    key = data.get("id")
    if isinstance(key, bool) or not isinstance(key, str | int):
        return ""
    return str(key) if readable_key(str(key)) else ""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _constant(_: str) -> Any:
    raise ValueError


def _integer(text: str) -> Any:
    return int(text) if len(text) <= MAX_DIGITS else _constant(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_constant, parse_int=_integer)
