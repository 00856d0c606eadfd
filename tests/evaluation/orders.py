"""Orders of households for a small number of appointments, and of rights within a household: what each one finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from tests.evaluation.measures import discounted_gain, first, first_hit
from tests.evaluation.population import read_as_nothing
from tests.evaluation.seen import SeenFiles, pieces
from tests.evaluation.setting import Case

RANDOM, COUNT, USUAL = (
    "random",
    "number of rights, missing income = 0",
    "sum of amounts, missing income = 0 (usual rule)",
)
EXPECTED, TIMES, PROPOSED, ORACLE = (
    "expected sum of amounts not declared received",
    "× probability of non-receipt",
    "proposed (net gain of the bundle)",
    "oracle",
)
WELCOME_MINUTES = 20.0


class Found(NamedTuple):
    """What an order finds with the appointments of the capacity."""

    order: str
    euros: float
    """€ a month that were missing in truth, per appointment."""
    share: float
    """Of what the oracle finds."""
    precision: float
    """The share of appointments with somebody who misses a right."""
    recall: float
    """The share of those who miss a right that get an appointment."""
    by_minutes: float
    """€ a month per hour, when the capacity is counted in minutes."""


def keys_of(case: Case, seen: SeenFiles | None = None) -> dict[str, np.ndarray]:
    """What each order sorts households by."""
    seen = seen or case.seen
    asked = case.world.declared != 1
    amounts = usual_amounts(case)
    return {
        RANDOM: np.random.default_rng(case.setting.seed).random(case.setting.size),
        COUNT: (amounts > 0).sum(axis=0) + 0.0,
        USUAL: amounts.sum(axis=0),
        EXPECTED: (seen.eligible * seen.gross * asked).sum(axis=0),
        TIMES: (seen.missing * seen.gross).sum(axis=0),
        PROPOSED: seen.share.sum(axis=0),
        ORACLE: case.world.gains,
    }


def usual_amounts(case: Case) -> np.ndarray:
    """What each right that is not said to be received would pay, unknown answers read as 0: (rights, households)."""
    setting, due = case.setting, case.setting.due
    found = np.zeros((len(due.names), setting.size))
    declared = np.where(case.world.declared == 1, 1, 0)
    received = due.state(declared == 1)
    for piece in pieces(setting.studies, [read_as_nothing(file) for file in case.files], declared):
        rows, at = piece.rows, np.arange(len(piece.rows))
        for place, name in enumerate(due.names):
            paid = piece.found.amounts[name][received[rows] | due.bit(name), at, 0]
            found[place, rows] = paid / (12 if setting.studies.assessor.yearly[place] else 1)
    return np.where(declared == 1, 0.0, found)


def euros_at(case: Case, key: np.ndarray, appointments: int | None = None) -> float:
    """€ a month found per appointment."""
    count = case.setting.appointments if appointments is None else appointments
    return float(case.world.gains[first(key, count)].mean())


def found_by(case: Case, keys: Mapping[str, np.ndarray] | None = None) -> list[Found]:
    """What each order finds."""
    keys = keys or keys_of(case)
    count, world = case.setting.appointments, case.world
    misses = np.any(world.missing, axis=0)
    best = euros_at(case, world.gains)
    minutes = minutes_of(case)
    found: list[Found] = []
    for name, key in keys.items():
        chosen = first(key, count)
        euros = euros_at(case, key)
        by_minute = first(key / minutes, len(key))
        within = by_minute[np.cumsum(minutes[by_minute]) <= 60.0 * count]
        hit = misses[chosen]
        found.append(
            Found(
                name,
                euros,
                euros / best,
                float(hit.mean()),
                float(hit.sum() / misses.sum()),
                float(world.gains[within].sum() / count),
            )
        )
    return found


def minutes_of(case: Case) -> np.ndarray:
    """What an appointment takes: a welcome, and a claim for each right that may be missing."""
    figures = case.setting.studies.figures
    shown = (case.seen.missing >= figures.thresholds.possibly_missing.value).sum(axis=0)
    return WELCOME_MINUTES + figures.costs.claim_minutes.value * shown


# -- within a household -----------------------------------------------------------------------------------


class Within(NamedTuple):
    """How good the first rights of a household are, for the households that miss one."""

    order: str
    gain: float
    """NDCG@4, the gain of a right being its part in the net gain of the household."""
    hit: float
    """How often the first right of the list is missing in truth."""


def within_households(case: Case) -> list[Within]:
    """Orders of the rights of a household; those that it says it receives come last."""
    seen, world = case.seen, case.world
    rank = -np.arange(len(seen.share), dtype=np.float64)[:, None]
    asked = (world.declared != 1) & (seen.eligible > 0)
    keys = {
        "editorial": np.broadcast_to(rank, seen.share.shape),
        "amount only": seen.gross,
        "p(eligible)": seen.eligible,
        "proposed": seen.share,
    }
    gains = np.maximum(world.shares, 0.0)
    kept = np.flatnonzero(gains.sum(axis=0) > 0)
    found: list[Within] = []
    for name, key in keys.items():
        sorted_by = np.where(asked, key, -1e6 + rank)[:, kept] if name != "proposed" else key[:, kept]
        found.append(
            Within(
                name,
                float(discounted_gain(gains[:, kept], sorted_by).mean()),
                float(first_hit(gains[:, kept], sorted_by).mean()),
            )
        )
    return found
