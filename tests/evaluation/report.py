"""The evaluation as Markdown tables, and the targets that it meets or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tests.evaluation.calibration import amount_coverage, calibrations, marginals
from tests.evaluation.fairness import calls, exploration, independent_groups
from tests.evaluation.orders import PROPOSED, USUAL, euros_at, found_by, within_households
from tests.evaluation.robustness import losses, order_stability, other_priors, parameter_coverage
from tests.evaluation.setting import CAPACITY, Case, Setting

ROBUSTNESS = 15_000
"""The most households of the tables in which everything is computed again for each row."""
WORLDS = 200
GROUP = 8_000
"""The households of a world whose figures are redrawn."""
COMPARED = 1_000
"""The households of which every pair is compared."""
PLANNED = 5_000
MORE = 1.2
CALIBRATION_HEAD = ("right", "ECE", "mean ρ", "truly missing", "Brier", "Brier of a constant", "€ expected / true")
ORDERS_HEAD = (
    "order",
    "€ per month found per appointment",
    "share of oracle",
    "regret, €",
    "precision",
    "recall",
    "€ at as many minutes",
)
WITHIN_HEAD = ("order of the rights", "NDCG@4", "first right is missing")
COVERAGE_HEAD = ("right", "amounts left open", "true amount in p10-p90", "worlds", "true rate in the interval of ρ")
WRONG_HEAD = (
    "world",
    "€ found",
    "with its own figures",
    "loss",
    "oracle",
    "€ expected / true",
    "rights expected / true",
)
CALLS_HEAD = ("calls", "chosen by", "€ per appointment", "reach, incomplete files", "reach, complete files")


class Target(NamedTuple):
    """Something that the model asks of itself."""

    text: str
    value: float
    low: float
    high: float

    @property
    def met(self) -> bool:
        """Whether it is."""
        return self.low <= self.value <= self.high


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def report(households: int, seed: int) -> Iterator[str | Target]:
    """Paragraphs and tables, and the targets in between."""
    setting = Setting.of(households, seed)
    case = setting.case()
    small = setting.first(min(households, ROBUSTNESS))
    yield f"{households} households, {setting.appointments} appointments ({100 * CAPACITY:.0f} %), seed {seed}"
    yield from _calibration(case)
    yield from _coverage(case, small)
    yield from _orders(case)
    yield from _wrong(small)
    yield from _fairness(case)


def _calibration(case: Case) -> Iterator[str | Target]:
    found = calibrations(case)
    yield table(CALIBRATION_HEAD, ([one.right, *map(_three, one[1:])] for one in found))
    yield Target("largest ECE of a right", max(one.error for one in found), 0, 0.02)
    yield Target("largest gap of a mean ρ", max(abs(one.announced - one.true) for one in found), 0, 0.01)
    yield Target("largest Brier over that of a constant", max(one.brier / one.constant for one in found), 0, 1)
    yield Target("€ expected over true", found[-1].euros, 0.95, 1.05)
    published = marginals(case.setting)
    head = ("covariates of RSA", "non-take-up", "with a housing benefit", "without")
    yield table(head, ([one.covariates, *map(_three, one[1:])] for one in published))
    for one in published:
        yield Target(f"RSA, {one.covariates}: all", one.everybody, 0.33, 0.35)
        yield Target(f"RSA, {one.covariates}: with", one.with_housing_benefit, 0.15, 0.21)
        yield Target(f"RSA, {one.covariates}: without", one.without, 0.54, 0.60)


def _coverage(case: Case, small: Setting) -> Iterator[str | Target]:
    amounts = amount_coverage(case)
    rates = parameter_coverage(small, WORLDS, GROUP)
    rows = [
        [a.right, str(a.amounts), _three(a.covered) if a.amounts else "", str(r.worlds), _three(r.covered)]
        for a, r in zip(amounts, rates, strict=True)
    ]
    yield table(COVERAGE_HEAD, rows)
    for one in amounts:
        if one.amounts:
            yield Target(f"p10-p90 of {one.right}", one.covered, 0.75, 0.85)
    for one in rates:
        yield Target(f"interval of ρ of {one.right}", one.covered, 0.75, 0.85)


def _orders(case: Case) -> Iterator[str | Target]:
    found = {one.order: one for one in found_by(case)}
    best = max(one.euros for one in found.values())
    yield table(
        ORDERS_HEAD,
        (
            [one.order, f"{one.euros:.0f}", _two(one.share), f"{best - one.euros:.0f}", _two(one.precision),
             _three(one.recall), f"{one.by_minutes:.0f}"]
            for one in found.values()
        ),
    )  # fmt: skip
    yield Target("proposed over usual rule", found[PROPOSED].euros / found[USUAL].euros, 1.5, np.inf)
    yield table(WITHIN_HEAD, ([one.order, _two(one.gain), _two(one.hit)] for one in within_households(case)))
    key, count = case.seen.share.sum(axis=0), case.setting.appointments
    more = MORE * euros_at(case, key, round(MORE * count)) / euros_at(case, key)
    yield f"A fifth more appointments: {100 * (more - 1):.0f} % more euros."
    median, tenth, kept = order_stability(case, min(COMPARED, case.setting.size))
    yield (
        f"Figures redrawn: Kendall's τ with the order of the figures as they are {_two(median)} "
        f"(one redraw in ten under {_two(tenth)}); {100 * kept:.0f} % of the appointments stay."
    )


def _wrong(small: Setting) -> Iterator[str | Target]:
    found = list(losses(small))
    yield table(
        WRONG_HEAD,
        (
            [one.world, f"{one.euros:.0f}", f"{one.with_right_figures:.0f}", f"{100 * one.loss:.1f} %",
             f"{one.oracle:.0f}", _two(one.announced), f"{_two(one.low)} to {_two(one.high)}"]
            for one in found
        ),
    )  # fmt: skip
    yield Target("largest loss with wrong figures", max(one.loss for one in found), -1, 0.10)
    proposed, asked, oracle = other_priors(small)
    yield (
        f"Missing answers that are not what the priors say: {proposed:.0f} € found per appointment, "
        f"{asked:.0f} € if all were asked, {oracle:.0f} € for the oracle."
    )


def _fairness(case: Case) -> Iterator[str | Target]:
    ratios = independent_groups(case)
    yield (
        f"Groups drawn by lot, {len(ratios)} times: reach ratio {_two(ratios.mean())} "
        f"(from {_two(ratios.min())} to {_two(ratios.max())})."
    )
    yield Target("mean reach ratio of groups drawn by lot", float(ratios.mean()), 0.9, 1.1)
    asked = list(calls(case))
    yield table(
        CALLS_HEAD,
        (
            [f"{100 * one.spent:.0f} %", one.chosen_by if one.calls else "", f"{one.euros:.0f}",
             _three(one.incomplete), _three(one.complete)]
            for one in asked
        ),
    )  # fmt: skip
    before, after = (one.incomplete / one.complete for one in asked[:2])
    yield Target("reach ratio of incomplete files, gained by calls", after - before, 0, np.inf)
    plan = exploration(case, min(PLANNED, case.setting.size))
    yield (
        f"{plan.drawn} of {plan.appointments} appointments drawn at random: {100 * plan.kept:.0f} % of the euros "
        "of the plan without chance are kept."
    )
    yield Target("appointments drawn less ⌊εK⌋", plan.drawn - plan.asked, 0, 0)
    yield Target("others that do not follow the order", plan.outside, 0, 0)


def _two(value: float) -> str:
    return f"{value:.2f}"


def _three(value: float) -> str:
    return f"{value:.3f}"
