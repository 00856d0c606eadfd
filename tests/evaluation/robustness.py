"""What happens when the figures of the ranking are wrong: worlds drawn with others, and figures drawn again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tests.evaluation.measures import first, kendall
from tests.evaluation.orders import euros_at
from tests.evaluation.population import files
from tests.evaluation.seen import SAID, certain, pieces, told
from tests.evaluation.setting import CAPACITY, Case, Setting, studies_with
from tests.evaluation.truth import TakeUp, due_of, validated, world_of
from zero_non_recours.outreach.assess import QUANTILES
from zero_non_recours.outreach.parameters import OutreachParameters

REDRAWN = 2_000
"""The households whose figures are redrawn."""
LOGISTIC = 16 * math.sqrt(3) / (15 * math.pi)
"""logit ≈ probit × this: a hidden normal factor of deviation s divides log-odds by √(1 + (this × s)²)."""
WRONG = {
    "right figures": TakeUp(),
    "hidden factor, sd 0.6": TakeUp(factor=0.6),
    "hidden factor, sd 1.2": TakeUp(factor=1.2),
    "base rates − 50 %": TakeUp(times=0.5),
    "base rates + 50 %": TakeUp(times=1.5),
    "hidden factor, sd 1.2, base rates + 50 %": TakeUp(times=1.5, factor=1.2),
}


class Loss(NamedTuple):
    """What an order made with wrong figures finds, in € a month per appointment; the same with the right ones."""

    world: str
    euros: float
    with_right_figures: float
    oracle: float
    announced: float
    """Expected euros over the true ones, all households together."""
    low: float
    high: float
    """The rights expected to be missing over those that are: a redraw in ten is below, and above."""

    @property
    def loss(self) -> float:
        """The share of the euros that is lost."""
        return 1 - self.euros / self.with_right_figures


def losses(setting: Setting, worlds: Mapping[str, TakeUp] = WRONG) -> Iterator[Loss]:
    """The order of the shipped figures, in worlds drawn with others."""
    for name, how in worlds.items():
        case = setting.case(how)
        right = studies_with(figures_of(setting.studies.figures, how))
        wrong_key, right_key = case.seen.share.sum(axis=0), case.seen_with(right).share.sum(axis=0)
        gains = case.world.gains
        low, high = _announced(case, min(REDRAWN, setting.size))
        announced = float(wrong_key.sum() / gains.sum())
        wrong_euros, right_euros, best = (euros_at(case, key) for key in (wrong_key, right_key, gains))
        yield Loss(name, wrong_euros, right_euros, best, announced, low, high)


def _announced(case: Case, households: int) -> tuple[float, float]:
    """The interval of the expected number of missing rights, over the true number, for the first households."""
    expected: np.ndarray | float = 0.0
    for piece in pieces(case.setting.studies, case.files[:households], case.world.declared[:, :households]):
        redrawn = case.setting.studies.assessor.redrawn(piece.found, piece.told)
        expected = expected + redrawn.missing.sum(axis=(1, 2))
    low, high = np.quantile(expected, QUANTILES) / case.world.missing[:, :households].sum()
    return float(low), float(high)


def figures_of(figures: OutreachParameters, how: TakeUp) -> OutreachParameters:
    """The figures that a world is drawn with, what is hidden averaged out."""
    kept = 1 / math.sqrt(1 + (LOGISTIC * how.factor) ** 2)
    rates = {}
    for name, rate in figures.base_rates.rates.items():
        odds = math.log(mean := min(rate.mean * how.times, 0.99)) - math.log(1 - mean)
        value = 1 / (1 + math.exp(-odds * kept))
        wide = (min(value, rate.rate.interval[0]), max(value, rate.rate.interval[1]))
        slope = rate.slope_figure and rate.slope_figure.model_copy(update={"value": rate.slope * kept})
        rates[name] = rate.model_copy(
            update={
                "rate": rate.rate.model_copy(update={"value": value, "interval": wide}),
                "slope_figure": slope,
                "covariates": tuple(c.model_copy(update={"value": c.shift * kept}) for c in rate.covariates),
            }
        )
    changed = figures.base_rates.model_copy(update={"rates": rates})
    return replace(figures, base_rates=changed, digest=f"{figures.digest}/{how!r}")


def other_priors(setting: Setting) -> tuple[float, float, float]:
    """€ found when missing answers are what people earn here, not what the priors of the rules say.

    Returns:
        Those of the proposed order, of the same order once all answers are asked, of the oracle.
    """
    whole = files(setting.size, setting.seed, whole=True)
    case = replace(setting, due=due_of(setting.studies, whole, 1)).case()
    return euros_at(case, case.seen.share.sum(axis=0)), euros_at(case, case.informed), euros_at(case, case.world.gains)


# -- figures drawn again ----------------------------------------------------------------------------------


class Covered(NamedTuple):
    """How often the true rate of a world lies in the interval of the redraws of ρ, over a group of households."""

    right: str
    worlds: int
    covered: float
    width: float
    """The mean width of the interval."""


def parameter_coverage(setting: Setting, worlds: int, households: int) -> list[Covered]:
    """Worlds whose figures are drawn from what is known of them; ρ with its figures redrawn, against what is missing.

    Only complete files: what is not known of the figures, not of the answers.
    """
    studies, assessor = setting.studies, setting.studies.assessor
    rows = np.flatnonzero(setting.due.complete)[:households]
    due = setting.due.part(rows)
    found = certain(due, np.arange(len(rows)), assessor.yearly)
    profiles = validated([setting.profiles[row] for row in rows.tolist()])
    untold = [told(studies, household, [-1] * len(studies.names)) for household in profiles]
    rng = np.random.default_rng(setting.seed)
    inside = np.zeros((worlds, len(studies.names)))
    widths = np.zeros_like(inside)
    for number in range(worlds):
        world = world_of(due, assessor.rates, redrawn_figures(setting, rng), setting.seed + 1 + number)
        said = [[SAID[one] for one in row] for row in world.declared.T.tolist()]
        all_told = [
            [one._replace(declared=declared) for one, declared in zip(of, row, strict=True)]
            for of, row in zip(untold, said, strict=True)
        ]
        means = assessor.redrawn(found, all_told).missing.mean(axis=2)
        low, high = np.quantile(means, QUANTILES, axis=0)
        truth = world.missing.mean(axis=1)
        inside[number], widths[number] = (low <= truth) & (truth <= high), high - low
    return [
        Covered(name, worlds, float(inside[:, place].mean()), float(widths[:, place].mean()))
        for place, name in enumerate(studies.names)
    ]


def redrawn_figures(setting: Setting, rng: np.random.Generator) -> TakeUp:
    """Figures drawn from the same laws as those of `Assessor.redrawn`."""
    figures = setting.studies.figures
    spread, word = figures.base_rates.slope_spread.value, figures.channels.of("parole")
    rates = dict(zip(setting.studies.names, setting.studies.assessor.rates, strict=True))
    return TakeUp(
        base={n: float(rng.beta(r.mean * r.weight, (1 - r.mean) * r.weight)) for n, r in rates.items()},
        slope={name: 1 + spread * rng.uniform(-1, 1) for name in rates},
        kept=rng.uniform(*(figures.base_rates.weight_of_several.interval or (0.5, 0.5))),
        sensitivity=rng.uniform(*(word.sensitivity_figure.interval or (0.9, 0.9))),
        specificity=rng.uniform(*(word.specificity_figure.interval or (0.98, 0.98))),
    )


def order_stability(case: Case, households: int) -> tuple[float, float, float]:
    """The order of households with its figures redrawn.

    Returns:
        Kendall's τ with the order of the figures as they are, the median of the redraws and the tenth of them; and
        the share of those chosen with the figures as they are that a redraw also chooses, on average.
    """
    setting, assessor = case.setting, case.setting.studies.assessor
    central, redrawn = np.zeros(households), np.zeros((0, households))
    for piece in pieces(setting.studies, case.files[:households], case.world.declared[:, :households]):
        central[piece.rows] = assessor.assess(piece.found, piece.told).value.sum(axis=0)
        values = assessor.redrawn(piece.found, piece.told).value.sum(axis=1)
        redrawn = np.zeros((len(values), households)) if not len(redrawn) else redrawn
        redrawn[:, piece.rows] = values
    taus = [kendall(central, one) for one in redrawn]
    count = max(1, round(CAPACITY * households))
    chosen = set(first(central, count).tolist())
    kept = [len(chosen & set(first(one, count).tolist())) / count for one in redrawn]
    return float(np.median(taus)), float(np.quantile(taus, 0.1)), float(np.mean(kept))
