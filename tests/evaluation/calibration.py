"""Whether probabilities and amounts are what they say, with figures that are right: by right, and overall."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tests.evaluation.measures import CENT, brier, calibration_error, covered
from tests.evaluation.seen import pieces
from tests.evaluation.setting import Case, Setting
from tests.evaluation.truth import TakeUp, world_of
from zero_non_recours.outreach.assess import QUANTILES

MARGINAL_WORLDS = 10


class Calibration(NamedTuple):
    """How a right is announced: ρ against what is missing."""

    right: str
    error: float
    """ECE of ρ."""
    announced: float
    true: float
    brier: float
    constant: float
    """The Brier score of the true rate announced to everybody."""
    euros: float
    """Expected euros over the true ones."""


def calibrations(case: Case) -> list[Calibration]:
    """By right, then for all of them together."""
    names, world, seen = case.setting.studies.names, case.world, case.seen
    found = [
        _calibration(name, seen.missing[place], world.missing[place], seen.share[place], world.shares[place])
        for place, name in enumerate(names)
    ]
    total = _calibration("total", seen.missing.ravel(), world.missing.ravel(), seen.share, world.shares)
    return [*found, total]


def _calibration(
    name: str, missing: np.ndarray, truth: np.ndarray, share: np.ndarray, gained: np.ndarray
) -> Calibration:
    outcomes = truth.astype(np.float64)
    rate = float(outcomes.mean())
    return Calibration(
        name,
        calibration_error(missing, outcomes),
        float(missing.mean()),
        rate,
        brier(missing, outcomes),
        rate * (1 - rate),
        float(share.sum() / gained.sum()),
    )


class Coverage(NamedTuple):
    """How often a true amount lies between the tenth and the ninetieth of a hundred draws of it."""

    right: str
    amounts: int
    """The households that are due the right in truth, and whose amount is not certain."""
    covered: float


def amount_coverage(case: Case) -> list[Coverage]:
    """The intervals of `Assessment.low` and `high` in files that leave an amount open, where the right is due in truth.

    The true answers are one more draw of the rules' priors. What is said of receipts is left out: it tells of the
    answers too.
    """
    setting = case.setting
    names, assessor, due = setting.studies.names, setting.studies.assessor, setting.due
    found: dict[str, list[float]] = {name: [] for name in names}
    for piece in pieces(setting.studies, setting.profiles, np.full_like(case.world.declared, -1)):
        if piece.found.weights.shape[1] == 1:
            continue
        seen = assessor.assess(piece.found, piece.told)
        for place, name in enumerate(names):
            drawn = _alone(piece.found.amounts[name], due.bit(name)) / (12 if assessor.yearly[place] else 1)
            truth = _alone(due.amounts[:, place, piece.rows], due.bit(name))
            for at in np.flatnonzero(case.world.due[place, piece.rows]).tolist():
                weights = piece.found.weights[at] * (drawn[at] > 0)
                possible = drawn[at][weights > 0]
                if len(possible) and np.ptp(possible) > CENT:
                    ends = (float(seen.low[place, at]), float(seen.high[place, at]))
                    found[name].append(covered(drawn[at], weights, float(truth[at]), ends, QUANTILES))
    return [Coverage(name, len(one), float(np.mean(one)) if one else float("nan")) for name, one in found.items()]


def _alone(amounts: np.ndarray, own: int) -> np.ndarray:
    """What a right pays when it is claimed alone, else once all are; the states of claims come first."""
    full = np.where(amounts[-1] > 0, amounts[-1], amounts.max(axis=0))
    return np.where(amounts[own] > 0, amounts[own], full)


class Marginal(NamedTuple):
    """Simulated non-take-up of RSA among those who are due it, with some of the published covariates."""

    covariates: str
    everybody: float
    with_housing_benefit: float
    without: float


def marginals(setting: Setting) -> list[Marginal]:
    """The published rates, found again over some worlds: 0.34 in all, 0.18 with a housing benefit, 0.57 without it."""
    names, rates = setting.studies.names, setting.studies.assessor.rates
    rsa, housing = names.index("rsa"), names.index("aide_logement")
    found: list[Marginal] = []
    for covariates, how in {"housing benefit": TakeUp(only_receipts=True), "and tenure": TakeUp()}.items():
        means = np.zeros(3)
        for number in range(MARGINAL_WORLDS):
            world = world_of(setting.due, rates, how, setting.seed + number)
            missing, due, housed = world.missing[rsa], world.due[rsa], world.received[housing]
            means += [missing[group].mean() / MARGINAL_WORLDS for group in (due, due & housed, due & ~housed)]
        found.append(Marginal(covariates, *means.tolist()))
    return found
