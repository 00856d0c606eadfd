"""Whom to telephone before appointments are shared, because one answer may change what to do."""

from __future__ import annotations

import math

import numpy as np

from zero_non_recours.outreach.plan.allocate import Limits
from zero_non_recours.outreach.plan.figures import PlanFigures
from zero_non_recours.outreach.plan.table import CandidateTable


def choose_calls(
    table: CandidateTable, limits: Limits, share: float, figures: PlanFigures
) -> tuple[list[int], Limits, float]:
    """The rows to telephone, the most useful answer first; what is then left to share; minutes of the calls.

    A call costs a share of an appointment: it is taken from the minutes when they are limited, else from the
    appointments, of which whole ones are left.

    Args:
        table: the candidates.
        limits: the capacity.
        share: the part of it that calls may take.
        figures: what a call costs.
    """
    cost = figures.call_share * figures.appointment_minutes
    timed = math.isfinite(limits.minutes)
    room = limits.minutes / cost if timed else limits.appointments / figures.call_share
    useful = np.flatnonzero((table.call_gains > 0) & (table.shown | table.to_check))
    rows = useful[np.lexsort((-table.waiting[useful], -table.call_gains[useful]))]
    rows = rows[: math.floor(share * room + 1e-9)].tolist()
    if timed:
        left = Limits(limits.appointments, limits.minutes - len(rows) * cost)
    else:
        left = Limits(math.floor(limits.appointments - len(rows) * figures.call_share + 1e-9), limits.minutes)
    return rows, left, len(rows) * cost
