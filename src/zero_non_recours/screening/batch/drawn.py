"""Incomplete households of a block whose unknown answers are drawn together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from zero_non_recours.engine.draws import Listed, Question, listed_of
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.batch.blocked import Blocked
from zero_non_recours.screening.draws import NOTHING_VARIED, Varied, ordered


class Drawn(NamedTuple):
    """Households of a block that are drawn in the same way."""

    rows: list[int]
    listed: Listed | None
    """The values of each open question, when all their combinations are computed."""
    asked: bool
    """Whether any question is open."""


def drawn_alike(rulebook: Rulebook, block: Blocked, questions: Mapping[int, Iterable[Question]]) -> list[Drawn]:
    """The rows of a block with the open questions of each, those of as many persons and the same lists together."""
    groups: dict[tuple[int, bool, Any], Drawn] = {}
    for row, open_ in questions.items():
        asked = ordered(set(open_))
        listed = listed_of(rulebook, asked)
        key = (block.persons(row), bool(asked), None if listed is None else tuple(listed.items()))
        groups.setdefault(key, Drawn([], listed, bool(asked))).rows.append(row)
    return list(groups.values())


class DrawnGroup:
    """Households of a block that have the same number of persons, as `engine.draws` reads them."""

    def __init__(self, block: Blocked, rows: Sequence[int], varied: Varied = NOTHING_VARIED) -> None:
        self.block = block
        self.plan = block.plan
        self.persons = block.persons(rows[0])
        self.rows = np.array(rows)
        self.starts = block.lanes.starts[self.rows]
        self.keys = [block.households[row].id or "" for row in rows]
        self.varied = varied

    def exact(self, node: int) -> Any:
        """The value of a node that no open answer changes, `None` for another."""
        pair = None if node in self.varied.moved else self.block.ends.get(node)
        if pair is None:
            return None
        by_person = self.plan.graph.nodes[node].level == "personne"
        low, high = (self._columns(end, by_person) for end in pair)
        pairs = zip(low, high, strict=True) if by_person else [(low, high)]
        return low if all(_agree(*ends) for ends in pairs) else None

    def answer(self, node: int) -> Any:
        """The answers of an input node, NaN where unknown."""
        if node in self.varied.answers:
            return self.varied.answers[node]
        slot: Any = self.plan.graph.nodes[node].value
        raw = self.block.answers[self.plan.places[slot]].raw
        return self._columns(raw, self.plan.graph.nodes[node].level == "personne")

    def _columns(self, end: Any, by_person: bool) -> Any:
        if not np.ndim(end):
            return [end] * self.persons if by_person else end
        if by_person:
            return [end[self.starts + rank][:, None] for rank in range(self.persons)]
        return end[self.rows][:, None]


def _agree(low: Any, high: Any) -> bool:
    return low is high or bool(np.all((low == high) | ((low != low) & (high != high))))
