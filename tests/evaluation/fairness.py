"""Whom the order reaches among those who miss a right: groups that need does not depend on, files that lack answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tests.evaluation.measures import first
from tests.evaluation.seen import pieces
from tests.evaluation.setting import CAPACITY, Case
from zero_non_recours.outreach.plan import Candidate, Option, Plan, PlanFigures, plan_candidates

LABELLINGS = 20
CALLS = (0.0, 0.05, 0.10, 0.20)
"""Shares of the appointments that are spent on calls."""
ACTION = "demande_accompagnee"


def reach(case: Case, chosen: np.ndarray, group: np.ndarray) -> float:
    """The share of a group's households missing a right that get an appointment."""
    needy = case.world.missing.any(axis=0) & group
    return float(np.isin(np.flatnonzero(needy), chosen).mean())


def independent_groups(case: Case) -> np.ndarray:
    """The ratio of the reaches of two groups drawn by lot, for some lots."""
    rng = np.random.default_rng(case.setting.seed)
    chosen = first(case.seen.share.sum(axis=0), case.setting.appointments)
    found: list[float] = []
    for _ in range(LABELLINGS):
        group = rng.random(case.setting.size) < 0.5
        found.append(reach(case, chosen, group) / reach(case, chosen, ~group))
    return np.array(found)


class Asked(NamedTuple):
    """What is found when a part of the appointments is spent on calls for the answers that are missing."""

    spent: float
    chosen_by: str
    calls: int
    euros: float
    """€ a month found, per appointment of the whole capacity."""
    incomplete: float
    """Reach of files that lack an answer."""
    complete: float


def calls(case: Case) -> Iterator[Asked]:
    """Calls to those whose answers are worth most, or by lot; one takes a part of an appointment."""
    count, gains = case.setting.appointments, case.world.gains
    complete = case.setting.due.complete
    each = case.setting.studies.figures.thresholds.call_share.value
    expected, lot = case.seen.share.sum(axis=0), np.random.default_rng(case.setting.seed).random(len(gains))
    worth = worth_of_asking(case, float(np.sort(expected)[-count]))
    for spent in CALLS:
        number = math.floor(spent * count / each)
        for name, key in (("value of the answers", worth), ("lot", np.where(complete, -1.0, lot))):
            called = first(key, number)
            known = expected.copy()
            known[called] = case.informed[called]
            chosen = first(known, count - math.ceil(number * each))
            total = float(gains[chosen].sum() / count)
            yield Asked(spent, name, number, total, reach(case, chosen, ~complete), reach(case, chosen, complete))
            if not number:
                break


def worth_of_asking(case: Case, price: float) -> np.ndarray:
    """What knowing all the missing answers of a file brings, when an appointment could find `price` elsewhere."""
    found = np.zeros(case.setting.size)
    for piece in pieces(case.setting.studies, case.files, case.world.declared):
        if piece.found.weights.shape[1] > 1:
            seen = case.setting.studies.assessor.assess(piece.found, piece.told)
            gains, weights = seen.by_draw.sum(axis=0), seen.weights
            informed = (np.maximum(gains, price) * weights).sum(axis=1)
            found[piece.rows] = informed - np.maximum((gains * weights).sum(axis=1), price)
    return found


# -- the share drawn at random ----------------------------------------------------------------------------


def candidates_of(case: Case, count: int) -> list[Candidate]:
    """The first households of a case as candidates of a plan: help for the rights that they may miss."""
    setting, seen = case.setting, case.seen
    effect = setting.studies.figures.effects.actions[ACTION].effect
    minutes = PlanFigures.of(setting.studies.figures).appointment_minutes
    bounds = setting.studies.figures.thresholds
    found: list[Candidate] = []
    for row in range(count):
        monthly, chances = float(seen.share[:, row].sum()), seen.missing[:, row].tolist()
        statuses = {
            name: "probably_missing"
            if chance >= bounds.probably_missing.value
            else "possibly_missing"
            if chance >= bounds.possibly_missing.value
            else "to_check"
            for name, chance in zip(setting.studies.names, chances, strict=True)
        }
        help_ = Option(ACTION, setting.studies.names, minutes, max(0.0, monthly) * 12 * effect, appointment=True)
        found.append(
            Candidate(
                key=str(setting.profiles[row]["id"]),
                options=(help_,),
                value=monthly * 12,
                waiting=monthly,
                reach=float(sum(chances)),
                statuses=statuses,
                complete=bool(setting.due.complete[row]),
                resources=None,
            )
        )
    return found


class Explored(NamedTuple):
    """What drawing a part of the appointments at random changes."""

    appointments: int
    drawn: int
    asked: int
    """How many the share of the figures makes, rounded down."""
    outside: int
    """The appointments given by the order to somebody whom the plan without chance does not put first; 0."""
    kept: float
    """The euros found, over those of the plan without chance."""


def exploration(case: Case, count: int) -> Explored:
    """The plan with the share of the figures drawn at random, and without."""
    appointments = round(CAPACITY * count)
    people = candidates_of(case, count)
    share = PlanFigures.of(case.setting.studies.figures).random_share
    plans = [
        plan_candidates(people, f"{appointments}rdv", "evaluer_l_action", random_share=one) for one in (0.0, share)
    ]
    places = {candidate.key: row for row, candidate in enumerate(people)}
    without, with_chance = (met(plan) for plan in plans)
    drawn = {entry.key for entry in plans[1].entries if entry.drawn_at_random}
    first_of = {entry.key for entry in plans[0].entries[: appointments - len(drawn)]}
    euros = [float(sum(case.world.gains[places[key]] for key in keys)) for keys in (without, with_chance)]
    asked = math.floor(share * appointments + 1e-9)
    return Explored(appointments, len(drawn), asked, len(with_chance - drawn - first_of), euros[1] / euros[0])


def met(plan: Plan) -> set[str]:
    """The households that get an appointment."""
    return {entry.key for entry in plan.entries if entry.step == "appointment" or entry.drawn_at_random}
