"""The figures of the model as they are published, or redrawn within what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from zero_non_recours.engine.draws import orders_of
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.take_up import base_rate_quantiles

CHANNELS = ("parole", "document")


class Chances(NamedTuple):
    """Figures, one column for each redraw; a row per right where it says so."""

    size: int
    base: np.ndarray
    """The base rate of each right, (rights, redraws)."""
    slope: np.ndarray
    """What the slope of each right is multiplied by, (rights, redraws)."""
    weight: np.ndarray
    """What is kept of the sum of several covariates."""
    award: np.ndarray
    """What is added to the probability of an award of each right, (rights, redraws)."""
    channels: Mapping[str, tuple[np.ndarray, np.ndarray]]
    """The sensitivity and the specificity of each channel."""


def published_chances(names: Sequence[str], figures: OutreachParameters) -> Chances:
    """The figures as they are, in one column."""
    rates, rights = figures.base_rates, len(names)
    of = {name: figures.channels.of(name) for name in CHANNELS}
    return Chances(
        1,
        np.array([[rates.of(name).mean] for name in names]),
        np.ones((rights, 1)),
        np.array([rates.covariate_weight(2)]),
        np.zeros((rights, 1)),
        {name: (np.array([one.sensitivity]), np.array([one.specificity])) for name, one in of.items()},
    )


def chances_with_bases(names: Sequence[str], figures: OutreachParameters, right: str, bases: np.ndarray) -> Chances:
    """The figures as they are, but for the base rate of one right, that takes several values."""
    one, size = published_chances(names, figures), len(bases)
    base = np.repeat(one.base, size, axis=1)
    base[list(names).index(right)] = bases
    return Chances(
        size,
        base,
        np.repeat(one.slope, size, axis=1),
        np.repeat(one.weight, size),
        np.repeat(one.award, size, axis=1),
        {name: (np.repeat(se, size), np.repeat(sp, size)) for name, (se, sp) in one.channels.items()},
    )


def redrawn_chances(names: Sequence[str], figures: OutreachParameters) -> Chances:
    """The figures redrawn: base rates from their Beta distribution, the others evenly within their interval.

    Each takes one value in each of as many equal parts of its distribution; two of them never move together. What a
    figure is redrawn to does not depend on which rights are asked for.
    """
    rates = figures.base_rates
    size = round(figures.thresholds.redraws.value)
    rights = list(dict.fromkeys((*sorted(rates.rates), *names)))
    kinds = [(kind, name) for name in rights for kind in ("base", "slope", "award")]
    common = ["weight", *(f"{name} {part}" for name in CHANNELS for part in ("se", "sp"))]
    texts = [*common, *(f"{kind} {name}" for kind, name in kinds)]
    ranks = dict(zip(texts, _unrelated(orders_of(texts, size)), strict=True))

    def within(figure: Any, text: str) -> np.ndarray:
        low, high = figure.interval or (figure.value, figure.value)
        return low + (high - low) * ranks[text]

    def evenly(kind: str, spread: float) -> np.ndarray:
        """For each right, from minus to plus the spread."""
        return spread * (2 * np.array([ranks[f"{kind} {name}"] for name in names]) - 1)

    of = {name: figures.channels.of(name) for name in CHANNELS}
    base = [base_rate_quantiles(rates.of(n).mean, rates.of(n).weight, ranks[f"base {n}"]) for n in names]
    return Chances(
        size,
        np.clip(np.array(base), 1e-9, 1 - 1e-9),
        1 + evenly("slope", rates.slope_spread.value),
        within(rates.weight_of_several, "weight"),
        evenly("award", figures.awards.spread.value),
        {
            name: (within(one.sensitivity_figure, f"{name} se"), within(one.specificity_figure, f"{name} sp"))
            for name, one in of.items()
        },
    )


def _unrelated(orders: np.ndarray) -> np.ndarray:
    """Ranks between 0 and 1 in about the same orders, each one uncorrelated with those before it.

    In a hundred redraws, orders taken at random are related by chance, and would narrow or widen an interval. What an
    order has in common with the ones before it is taken off, and the rest is ranked again.
    """
    size = orders.shape[1]
    found, basis = np.empty(orders.shape), np.zeros((0, size))
    for place, order in enumerate(orders):
        ranked = order
        for _ in range(2):  # ranking again brings a little of it back
            ranked = np.argsort(np.argsort(_without(ranked - (size - 1) / 2, basis), kind="stable"), kind="stable")
        found[place] = (ranked + 0.5) / size
        rest = _without(ranked - (size - 1) / 2, basis)
        if len(basis) < size - 2:
            basis = np.vstack((basis, rest / np.sqrt((rest * rest).sum())))
    return found


def _without(values: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """What is left of values once what they have in common with each row of a basis is taken off."""
    for known in basis:
        values = values - (values * known).sum() * known
    return values
