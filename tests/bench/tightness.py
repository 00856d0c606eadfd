"""How tight bounds are, on the example caseload and on random households that lack answers: two Markdown tables.

For each right, over the households that a missing answer leaves open in plain bounds: how many stay undetermined, how
many have no upper bound, how wide the amounts are; with the bounds of a screening, with plain ones, and with what
random fillings of the missing answers find. No sound bounds can be narrower than these last, which are themselves
narrower than the truth.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.screening.removal import incomplete
from zero_non_recours import Household
from zero_non_recours.caseload import read_caseload
from zero_non_recours.engine.draws import DrawValues, Question
from zero_non_recours.engine.graph import Domain, Slot
from zero_non_recours.engine.pieces import pieces_of
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.periods import last_day
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.screen import RightPlan, Screener, screener_of, status_of

ROOT = Path(__file__).resolve().parents[2]
MONTH = "2026-11"
DEMO = ROOT / "scenarios" / "caseloads" / "ccas_demo.csv"
HOUSEHOLDS = 300
FILLINGS = 2_000
LARGE = 10_000.0
"""Fillings do not try monthly amounts beyond it, which settle most rights."""
CENT = 0.01


class Filled(DrawValues):
    """A household with its missing answers filled at random, over all that they may be."""

    __slots__ = ("first", "nothing", "rng", "steady")

    def __init__(self, reading: Reading, rng: np.random.Generator) -> None:
        super().__init__(_Home(reading), FILLINGS, 0, {})
        self.rng = rng
        self.first: dict[Question, np.ndarray] = {}
        self.steady = rng.random(FILLINGS) < 0.6
        """The fillings where an income is the same every month."""
        self.nothing = rng.random(FILLINGS)
        """How often an amount is zero, in each filling."""

    def _draw(self, slot: Slot, answer: Any, question: Question) -> np.ndarray:
        domain = self.plan.domains[self.plan.places[slot]]
        if isinstance(answer, tuple):
            domain = Domain(max(domain.low, answer[0]), min(domain.high, answer[1]))
        found = self._anything(slot, domain)
        months = 12.0 if slot.kind == "a" else 1.0
        first = self.first.setdefault(question, found / months)
        return np.where(self.steady, np.clip(first * months, domain.low, domain.high), found)

    def _anything(self, slot: Slot, domain: Domain) -> np.ndarray:
        variable = self.plan.rulebook.variables[slot.name]
        whole = bool(variable.values) or variable.whole or variable.type == "booleen"
        kind = "date" if variable.type == "date" else "whole" if whole else "number"
        largest = LARGE * (12.0 if slot.kind == "a" else 1.0)
        if kind == "number":
            domain = Domain(max(domain.low, min(-500.0, domain.high)), min(domain.high, max(largest, domain.low)))
        pieces = pieces_of(domain, kind, last_day(self.plan.month))
        chosen = self.rng.integers(0, len(pieces), FILLINGS)
        if kind == "number" and domain.low <= 0.0 <= domain.high:
            zero = int(np.searchsorted(pieces.low, 0.0, side="right")) - 1
            chosen = np.where(self.rng.random(FILLINGS) < self.nothing, zero, chosen)
        low, high = pieces.low[chosen], pieces.high[chosen]
        found = low + self.rng.random(FILLINGS) * (high - low)
        return np.round(found) if kind != "number" else np.clip(np.round(found, 2), domain.low, domain.high)


class _Home:
    """A household as draws read it."""

    def __init__(self, reading: Reading) -> None:
        self.plan, self.persons, self.keys = reading.plan, reading.persons, ("",)
        self._answers = dict(zip(reading.plan.inputs, reading.answers, strict=True))

    def exact(self, node: int) -> Any:
        return None

    def answer(self, node: int) -> Any:
        return self._answers[node]


class Found(NamedTuple):
    """What is said of a right: its status and the ends of its amount."""

    status: str
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


def bounded(part: RightPlan, reading: Reading) -> Found:
    """What the bounds of a reading say of a right."""
    *conditions, amount = (reading.ends[rank] for rank in part.results)
    truths = [bool(low) if low == high else None for low, high in conditions]
    status = status_of(truths, *amount)
    return Found(status, 0.0, 0.0) if status == "not_eligible" else Found(status, *map(float, amount))


def filled(part: RightPlan, values: Filled) -> Found:
    """What random fillings find of a right."""
    *conditions, amount = (np.asarray(values.read(root)) for root in part.roots)
    held = np.broadcast_to(reduce(np.logical_and, conditions, amount > 0), (FILLINGS,))
    amounts = np.where(held, amount, 0.0)
    status = "eligible" if held.all() else "undetermined" if held.any() else "not_eligible"
    return Found(status, float(amounts.min()), float(amounts.max()))


Row = tuple[Found, Found, Found]
"""A right in plain bounds, in those of a screening, and in random fillings."""


def measure(screener: Screener, households: Iterable[Any]) -> dict[str, list[Row]]:
    """The open rights of some households."""
    rows: dict[str, list[Row]] = defaultdict(list)
    rng = np.random.default_rng(2026)
    for household in households:
        tight = screener.read(household)
        if not tight.incomplete:
            continue
        plain = Reading(tight.plan, tight.answers, tight.persons, tight=())
        values = Filled(tight, rng)
        for part in screener.plans:
            before = bounded(part, plain)
            if before.low != before.high:
                with np.errstate(all="ignore"):
                    rows[part.right.name].append((before, bounded(part, tight), filled(part, values)))
    return rows


def table(rows: dict[str, list[Row]], households: int) -> list[str]:
    """One line per right, in Markdown."""
    lines = [
        "| right | open | undetermined: plain, tight, fillings | no upper bound: plain, tight "
        "| mean width, €: plain, tight, fillings |",
        "|---|---|---|---|---|",
    ]
    for name, found in rows.items():
        ways = list(zip(*found, strict=True))
        undetermined = ", ".join(_share(f.status == "undetermined" for f in way) for way in ways)
        endless = ", ".join(_share(math.isinf(f.high) for f in way) for way in ways[:2])
        widths = ", ".join(_mean(way) for way in ways)
        lines.append(f"| {name} | {len(found)} of {households} | {undetermined} | {endless} | {widths} |")
    return lines


def _share(truths: Iterable[bool]) -> str:
    found = list(truths)
    return f"{100 * sum(found) / len(found):.0f} %"


def _mean(way: Sequence[Found]) -> str:
    """The mean width of those that have one."""
    widths = [found.width for found in way if math.isfinite(found.width)]
    return f"{sum(widths) / len(widths):,.0f}" if widths else "none"


def outside(rows: dict[str, list[Row]]) -> list[str]:
    """The rights of which a filling is outside the bounds, which must not be."""
    return [
        f"{name}: {points.low:.2f} to {points.high:.2f} is not within {bounds.low:.2f} to {bounds.high:.2f}"
        for name, found in rows.items()
        for _, *both in found
        for bounds, points in [both]
        if points.low < bounds.low - CENT or points.high > bounds.high + CENT
    ]


def main() -> None:
    """Print the table of each population; fail when bounds are unsound."""
    screener = screener_of(default_rulebook(), MONTH)
    populations = {
        f"{DEMO.name}, {MONTH}": read_caseload(DEMO, month=MONTH)[0],
        f"{HOUSEHOLDS} random households without some of their answers, {MONTH}": [
            Household.model_validate(profile) for profile in incomplete(HOUSEHOLDS, seed=7)
        ],
    }
    problems: list[str] = []
    for title, households in populations.items():
        rows = measure(screener, households)
        print("\n".join([title, "", *table(rows, len(households)), ""]))
        problems += outside(rows)
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
