"""What a euro of each household counts for when they are compared: 1, unless the deploying body chose otherwise."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from zero_non_recours.outreach.plan.table import CandidateTable

Order = Literal["value", "waiting"]
LEAST_SHARE = 0.1
"""Resources count as at least this share of the reference, so that one household never outweighs all the others."""
_VALUE_BREAKS_TIES = 1e-6


class Weights(NamedTuple):
    """Weights of the households, and the resources at which an equity weight is 1 (`None` without such a weight)."""

    values: np.ndarray
    reference: float | None


def weights_of(table: CandidateTable, order: Order, equity: float) -> Weights:
    """The weights of the households.

    Args:
        table: the candidates.
        order: `value`, what missing rights are worth; `waiting`, the part of it that is lost before the next contact:
            who cannot wait comes first, and value decides among those who can.
        equity: the exponent η of (reference / resources)^η. The reference is the median of the known resources, so
            that a household whose resources are unknown has the weight of the middle one.
    """
    weights = np.ones(len(table))
    if order == "waiting":
        with np.errstate(divide="ignore", invalid="ignore"):
            lost = np.where(table.values > 0, table.waiting / table.values, 0.0)
        weights = np.maximum(lost, _VALUE_BREAKS_TIES)
    known = ~np.isnan(table.resources)
    if not equity or not known.any():
        return Weights(weights, None)
    reference = max(1.0, float(np.median(table.resources[known])))
    resources = np.maximum(np.where(known, table.resources, reference), LEAST_SHARE * reference)
    return Weights(weights * (reference / resources) ** equity, reference)
