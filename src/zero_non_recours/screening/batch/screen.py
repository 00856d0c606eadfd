"""Screens many households at once, in columns; the same answers as `Screener.screen` one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Any

import numpy as np

from zero_non_recours.engine.columnar import COLUMNAR, Lanes
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Slot
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.model import Right
from zero_non_recours.screening.answers import found_notes
from zero_non_recours.screening.batch.blocked import BLOCKED, Blocked, within_range
from zero_non_recours.screening.batch.claims import BatchClaims
from zero_non_recours.screening.batch.columns import RightColumns
from zero_non_recours.screening.batch.layout import AnswerLayout, Spans
from zero_non_recours.screening.lookups import TableReading
from zero_non_recours.screening.screen import RightPlan, Screener, euros

BLOCK = 2048
"""Households laid out together."""


def screen_batch(screener: Screener, households: Sequence[HouseholdBase], draws: int = 0) -> list[RightColumns]:
    """The rights of validated households, in columns, in the order of the screener's rights."""
    return BatchScreener(screener, draws).screen(households)


class BatchScreener:
    """Screens batches of households; built once, used for many."""

    def __init__(self, screener: Screener, draws: int = 0, *, tight: bool = True) -> None:
        """`tight`: bounds as tight as can be; otherwise wider ones, sooner."""
        self.screener = screener
        self.claims = BatchClaims(screener, draws)
        self.layout = AnswerLayout(screener.plan)
        plan = screener.plan
        self.asked = sorted({f.asked for f in plan.fallbacks.values() if f.asked is not None})
        self._applies = compile_graph(plan.graph, self.asked, plan.inputs, COLUMNAR)
        self._tight = [[plan.roots[rank] for rank in part.tight] for part in screener.plans if tight]
        self._tables = {part.right.name: self._tables_of(part) for part in screener.plans}

    def screen(self, households: Sequence[HouseholdBase]) -> list[RightColumns]:
        """The rights of validated households, in columns."""
        found = [RightColumns(right, *([] for _ in fields_of(RightColumns)[1:])) for right in self.screener.rights]
        for first in range(0, len(households), BLOCK):
            self._block(households[first : first + BLOCK], found)
        return found

    def _block(self, households: Sequence[HouseholdBase], found: list[RightColumns]) -> None:
        plan = self.screener.plan
        answers, sizes, spans = self.layout.read(households)
        results, incomplete = plan.columns(answers, sizes)
        incomplete = incomplete | within_range(plan, spans, sizes)
        lows, highs = results, results
        blocked: list[Blocked] = []
        if incomplete.any():
            lows = [column.copy() for column in results]
            highs = [column.copy() for column in results]
            rows = np.flatnonzero(incomplete)
            for start in range(0, len(rows), BLOCKED):
                kept = rows[start : start + BLOCKED]
                piece = Blocked(self.layout, households, answers, sizes, spans, kept, self._tight)
                piece.write(lows, highs)
                blocked.append(piece)
        lanes = Lanes(sizes)
        with np.errstate(all="ignore"):
            asked = dict(zip(self.asked, self._applies(lanes, answers), strict=True))
        for part, columns in zip(self.screener.plans, found, strict=True):
            right = part.right
            failing = [~lows[part.index[c]] & ~highs[part.index[c]] for c in right.conditions]
            low, high = lows[part.index[right.amount]] + 0.0, highs[part.index[right.amount]] + 0.0
            refused, eligible = high <= 0, low > 0
            for name, failed in zip(right.conditions, failing, strict=True):
                refused = refused | failed
                eligible = eligible & lows[part.index[name]] & highs[part.index[name]]
            low, high = np.where(refused, 0.0, low), np.where(refused, 0.0, high)
            status = np.where(refused, "not_eligible", np.where(eligible, "eligible", "undetermined"))
            columns.status.extend(status.tolist())
            columns.low.extend(_finite(low))
            columns.expected.extend(_finite(np.where(low == high, low, np.nan)))
            columns.high.extend(_finite(high))
            for household in households:
                received = self.screener.received_amount(right, household) if right.received else (None, None)
                columns.received.append(received[0])
                columns.received_amount.append(received[1])
            columns.assumptions.extend(self._assumptions(part.fallbacks, answers, spans, lanes, asked))
            columns.near_miss.extend(self._near_misses(right, part.index, failing, lows, highs))
            columns.label.extend(_labels(part, lows, highs, len(households)))
            outcomes, deadlines, urgent = part.steps.columns(lows, highs, len(households))
            columns.outcome.extend(outcomes)
            columns.deadline.extend(deadlines)
            columns.urgent.extend(urgent)
            missing: list[tuple[str, ...]] = [()] * len(households)
            for piece in blocked:
                for place, fields in piece.missing(part.roots, ~refused):
                    missing[place] = fields
            columns.missing.extend(missing)
            columns.notes.extend(self._notes(part, households))
            columns.likelihood.extend([None] * len(households))
        if blocked:
            self.claims.read(households, found, [row for piece in blocked for row in piece.rows.tolist()])

    def _notes(self, part: RightPlan, households: Sequence[HouseholdBase]) -> list[str]:
        """What to know of the answers of each household that a right looks for in tables."""
        readings = self._tables[part.right.name]
        return [" ".join(found_notes(readings, h)) for h in households] if readings else [""] * len(households)

    def _tables_of(self, part: RightPlan) -> list[TableReading]:
        """How the answers of a right that can be read in tables are."""
        graph, tables = self.screener.plan.graph, self.layout.tables
        roots = [self.screener.plan.roots[place] for place in part.index.values()]
        nodes = (graph.nodes[n] for n in graph.reachable(roots)) if tables else ()
        read = {node.value.name for node in nodes if isinstance(node.value, Slot)}
        return [reading for name, reading in tables.items() if name in read]

    def _assumptions(
        self, fallbacks: Sequence[int], answers: Sequence[Any], spans: Spans, lanes: Lanes, asked: Mapping[int, Any]
    ) -> list[int]:
        """How many answers of each household were supposed for a right."""
        plan = self.screener.plan
        supposed: dict[str, Any] = {}
        for node in fallbacks:
            slot, _, question = plan.fallbacks[node]
            place = self.layout.places[slot]
            unknown = np.isnan(answers[place])
            unknown[list(spans.get(place, ()))] = False
            if question is not None:
                applies = np.asarray(asked[question])
                if applies.ndim and plan.levels[place] and plan.graph.nodes[question].level != "personne":
                    applies = lanes.project(applies)
                unknown = unknown & (applies != 0)
            supposed[slot.name] = supposed[slot.name] | unknown if slot.name in supposed else unknown
        count = np.zeros(lanes.households)
        for name, unknown in supposed.items():
            person = self.screener.rulebook.variables[name].level == "personne"
            count += lanes.sum(unknown) if person else unknown
        return count.astype(np.int64).tolist()

    def _near_misses(
        self,
        right: Right,
        index: Mapping[str, int],
        failing: Sequence[np.ndarray],
        lows: Sequence[np.ndarray],
        highs: Sequence[np.ndarray],
    ) -> list[str]:
        texts = [""] * len(lows[index[right.amount]])
        alone = sum((f.astype(np.int64) for f in failing), np.zeros(len(texts), np.int64)) == 1
        for name, failed in zip(right.conditions, failing, strict=True):
            condition = self.screener.rulebook.variables[name]
            if condition.excess is None:
                continue
            low, high = lows[index[condition.excess]], highs[index[condition.excess]]
            for place in np.flatnonzero(alone & failed & (low == high) & np.isfinite(low) & (low > 0)).tolist():
                texts[place] = condition.excess_phrase.replace("{}", euros(round(float(low[place]), 2)))
        return texts


def _labels(part: RightPlan, lows: Sequence[np.ndarray], highs: Sequence[np.ndarray], size: int) -> list[str]:
    """What the right is called for each household."""
    right = part.right
    if right.nature is None:
        return [right.label] * size
    low, high = lows[part.index[right.nature]], highs[part.index[right.nature]]
    settled = (low == high) & np.isfinite(low)
    ranks = np.where(settled, low, len(part.labels)).astype(np.int64)
    return np.array([*part.labels, right.label], dtype=object)[ranks].tolist()


def _finite(column: np.ndarray) -> list[float | None]:
    """A column as a list, `None` where there is no number, without the sign of a zero."""
    column = column + 0.0
    values: list[float | None] = column.tolist()
    for place in np.flatnonzero(~np.isfinite(column)).tolist():
        values[place] = None
    return values
