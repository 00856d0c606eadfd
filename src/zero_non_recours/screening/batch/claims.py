"""Incomplete households of a batch, as if the rights they may receive were claimed: expected amounts, and draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from zero_non_recours.engine.draws import DrawnRights, NoPriorError, Question, draw
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.batch.blocked import BLOCKED, Blocked
from zero_non_recours.screening.batch.columns import RightColumns
from zero_non_recours.screening.batch.drawn import DrawnGroup, drawn_alike
from zero_non_recours.screening.batch.layout import AnswerLayout
from zero_non_recours.screening.claims import ClaimedReading, single, within
from zero_non_recours.screening.draws import (
    amounts_of,
    is_open,
    likelihood_of,
    likelihoods,
    with_likelihoods,
)
from zero_non_recours.screening.screen import Screener


class _Waiting(NamedTuple):
    """A right of a household whose amount is open: its columns, its place in them, and the rights it waits for."""

    columns: RightColumns
    place: int
    deciding: int


class BatchClaims:
    """Reads the incomplete households of blocks; built once, used for many."""

    def __init__(self, screener: Screener, draws: int) -> None:
        self.screener = screener
        self.draws = draws

    @cached_property
    def _reading(self) -> ClaimedReading:
        return self.screener.claims.whole

    @cached_property
    def _layout(self) -> AnswerLayout:
        return AnswerLayout(self._reading.plan)

    def read(
        self, households: Sequence[HouseholdBase], found: Sequence[RightColumns], incomplete: Sequence[int]
    ) -> None:
        """Complete the columns of a block, whose households are the last ones; some of them lack an answer."""
        claims, first = self.screener.claims, len(found[0].status) - len(households)
        unanswered = {row: claims.unanswered(households[row]) for row in incomplete}
        waiting: dict[int, list[_Waiting]] = {}
        for columns in found if claims.reading is not None else ():
            for row in incomplete:
                missing = columns.missing[first + row]
                if columns.expected[first + row] is not None or claims.claimable.keys().isdisjoint(missing):
                    continue
                if deciding := claims.deciding(columns.right.name, missing, unanswered[row]):
                    waiting.setdefault(row, []).append(_Waiting(columns, first + row, len(deciding)))
        drawn = [row for row in incomplete if self.draws and any(_is_open(c, first + row) for c in found)]
        rows = sorted({*waiting, *drawn})
        for start in range(0, len(rows), BLOCKED):
            piece = rows[start : start + BLOCKED]
            block = self._block([households[row] for row in piece], [unanswered[row] for row in piece])
            for at, row in enumerate(piece):
                for one in waiting.get(row, ()):
                    self._expect(one, self._ends(block, one.columns.right, at))
            if self.draws:
                self._draw(block, found, [first + row for row in piece])

    def _block(self, households: Sequence[HouseholdBase], unanswered: Sequence[Mapping[str, Right]]) -> Blocked:
        answers, sizes, spans = self._layout.read(households)
        claimed = [{right.name for right in rights.values()} for rights in unanswered]
        for name, places in self._reading.flags.items():
            chosen = np.array([name in names for names in claimed])
            for place in places:
                answers[place] = np.where(chosen, 1.0, answers[place])
        return Blocked(self._layout, households, answers, sizes, spans, np.arange(len(households)), ())

    def _ends(self, block: Blocked, right: Right, row: int) -> tuple[float, float]:
        *conditions, amount = (block.of(self._reading.plan.roots[i], row) for i in self._reading.places(right))
        refused = amount[1] <= 0 or any(not possible for _, possible in conditions)
        return (0.0, 0.0) if refused else amount

    def _expect(self, one: _Waiting, ends: tuple[float, float]) -> None:
        """Give the expected amount of a right, when it is known once others are claimed."""
        expected, columns, place = single(ends), one.columns, one.place
        if expected is not None and within(expected, columns.low[place], columns.high[place]):
            columns.expected[place] = expected
            columns.assumptions[place] += one.deciding

    # -- draws ------------------------------------------------------------------------------------------

    def _draw(self, block: Blocked, found: Sequence[RightColumns], places: Sequence[int]) -> None:
        """Draw the unknown answers of the households that have an open right: those of a size together."""
        roots = self._reading.plan.roots
        questions = [block.questions([roots[i] for i in self._reading.places(columns.right)]) for columns in found]
        open_: dict[int, list[Question]] = {}
        for row, place in enumerate(places):
            if not any(_is_open(columns, place) for columns in found):
                continue
            if block.has_span(row):
                self._alone(block.households[row], found, place)
                continue
            open_[row] = [question for by_row in questions for question in by_row.get(row, ())]
        for rows, listed, asked in drawn_alike(self.screener.rulebook, block, open_):
            try:
                drawn = draw(DrawnGroup(block, rows), self.draws if asked else 1, listed)
            except NoPriorError:
                for row in rows:
                    self._alone(block.households[row], found, places[row])
                continue
            for columns, by_row in zip(found, questions, strict=True):
                self._tell(columns, drawn, listed is not None, {row: by_row.get(row, set()) for row in rows}, places)

    def _tell(
        self,
        columns: RightColumns,
        drawn: DrawnRights,
        listed: bool,
        questions: Mapping[int, set[Question]],
        places: Sequence[int],
    ) -> None:
        """Write what draws say of a right, for the households of a group: their rows, with their questions."""
        amounts = amounts_of(drawn, self._reading.places(columns.right))
        all_figures = likelihoods(amounts, drawn.weights)
        for at, ((row, asked), figures) in enumerate(zip(questions.items(), all_figures, strict=True)):
            place = places[row]
            if _is_open(columns, place):
                columns.likelihood[place] = likelihood_of(
                    figures, columns.status[place], amounts.shape[1], asked, listed, drawn.guessed(at)
                )

    def _alone(self, household: HouseholdBase, found: Sequence[RightColumns], place: int) -> None:
        """Draw for one household."""
        rights = with_likelihoods(self.screener, household, self.draws).rights
        for columns in found:
            columns.likelihood[place] = rights[columns.right.name].likelihood


def _is_open(columns: RightColumns, place: int) -> bool:
    return is_open(columns.status[place], columns.low[place], columns.high[place])
