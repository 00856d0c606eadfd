"""Plans outreach across candidates: from what can be done for each to who is contacted first, with what, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import get_args

import numpy as np

from zero_non_recours.outreach.plan.allocate import Allocation, Limits, allocate
from zero_non_recours.outreach.plan.audit import Groups, Truth, audit_groups, families_of
from zero_non_recours.outreach.plan.calls import choose_calls
from zero_non_recours.outreach.plan.candidate import Candidate
from zero_non_recours.outreach.plan.capacity import Capacity
from zero_non_recours.outreach.plan.deprivation import overlap_with_poorest
from zero_non_recours.outreach.plan.entries import entries_of, ordered_rows, steps_of
from zero_non_recours.outreach.plan.errors import PlanningError
from zero_non_recours.outreach.plan.figures import PlanFigures
from zero_non_recours.outreach.plan.floor import Floor, raise_reach
from zero_non_recours.outreach.plan.purpose import Purpose, parse_purpose
from zero_non_recours.outreach.plan.result import Counts, Header, Plan, Step, Totals
from zero_non_recours.outreach.plan.table import CandidateTable, at_choice
from zero_non_recours.outreach.plan.weights import Order, weights_of
from zero_non_recours.rulebook.diagnostics import nearest
from zero_non_recours.screening.wording import euros


def plan_candidates(
    candidates: Iterable[Candidate],
    capacity: Capacity | str | int,
    purpose: Purpose | str,
    *,
    groups: Groups | None = None,
    truth: Truth | None = None,
    figures: PlanFigures | None = None,
    seed: int = 0,
    random_share: float | None = None,
    order: Order = "value",
    equity: float = 0.0,
    floor: str | None = None,
    calls: float = 0.0,
    labels: Mapping[str, str] | None = None,
    rulebook: Mapping[str, str] | None = None,
    month: str | None = None,
) -> Plan:
    """A plan of outreach: a proposal that depends on the candidates, not on the order in which they come.

    Args:
        candidates: the households, with what can be done for each.
        capacity: appointments, minutes, or both; or a text such as `40rdv`; a number is one of appointments.
        purpose: one of `Purpose`.
        groups: labels of the households by family of groups, for the audit (and for a floor, if one is asked for).
        truth: what was found missing afterwards, for the audit.
        figures: default: those of the shipped parameters.
        seed: another draw, and other ties.
        random_share: share of the capacity drawn at random; default: that of the figures.
        order: by the value of missing rights, or by what is lost by waiting.
        equity: exponent of the weight on resources; a policy choice, 0 by default.
        floor: family of groups that must not be reached less than the ratio of the figures; default: none.
        calls: share of the capacity that may be spent on calls for missing answers.
        labels: of the rights, for the sentences.
        rulebook: version and digest of the rules, for the header.
        month: month of the rights, for the header.

    Raises:
        PlanningError: the purpose, the capacity, an option or a candidate cannot be used; it says how to mend it.

    Source: model of outreach, §7 (docs/outreach.md).
    """
    purpose = parse_purpose(purpose)
    capacity = Capacity.of(capacity)
    figures = figures or PlanFigures.of()
    share = figures.random_share if random_share is None else random_share
    _check(share, calls, equity, order)
    table = CandidateTable.of(candidates, seed)
    weights = weights_of(table, order, equity)
    limits = Limits(
        math.inf if capacity.appointments is None else capacity.appointments,
        math.inf if capacity.minutes is None else capacity.minutes,
    )
    called, left, call_minutes = choose_calls(table, limits, calls, figures)
    work = allocate(table, weights.values, left, share, figures.minute_euros, seed)
    raised = _raise(work, weights.values, groups, floor, figures) if floor else None
    steps = steps_of(work, set(called))
    rows = ordered_rows(work, weights.values, steps)
    header = Header(
        purpose, capacity, share, seed, order, calls, equity, weights.reference, floor or None, figures.digest,
        rulebook or {}, month,
    )  # fmt: skip
    return Plan(
        header=header,
        counts=_counts(work, steps),
        totals=_totals(work, len(called), call_minutes),
        entries=entries_of(work, rows, steps, set(called), labels or {}, figures.horizon),
        calls=tuple(table.candidates[row].key for row in called),
        audit=audit_groups(table, work.helped, _ranks(rows, steps), figures, seed, groups=groups, truth=truth),
        overlap=overlap_with_poorest(table, work.helped, figures.min_cell),
        floor=raised,
        notes=_notes(table, header, raised, groups),
    )


def _check(share: float, calls: float, equity: float, order: str) -> None:
    for name, value in (("tirée au sort", share), ("des appels", calls)):
        if not 0 <= value <= 1:
            raise PlanningError("part", f"La part {name} va de 0 à 1.")
    if not (math.isfinite(equity) and equity >= 0):
        raise PlanningError("equite", "Le poids des ressources est un nombre positif ou nul.")
    if order not in get_args(Order):
        raise PlanningError("ordre", "Cet ordre n'existe pas.", f"Ordres : {', '.join(get_args(Order))}.")


def _raise(work: Allocation, weights: np.ndarray, groups: Groups | None, family: str, figures: PlanFigures) -> Floor:
    """Apply a floor to one family of groups."""
    families = families_of(work.table, groups)
    if family not in families:
        known = f"{nearest(family, families)} Familles : {', '.join(families)}.".lstrip()
        raise PlanningError("famille-inconnue", "Cette famille de groupes n'est pas donnée.", known)
    return raise_reach(work, families[family][1], weights, figures.reach_ratio, figures.min_verdict, family)


def _ranks(rows: np.ndarray, steps: list[Step]) -> np.ndarray:
    """The place of each row in the plan, NaN for those without a step."""
    ranks = np.empty(len(rows))
    ranks[rows] = np.arange(1, len(rows) + 1)
    ranks[np.array([step == "none" for step in steps], np.bool_)] = np.nan
    return ranks


def _counts(work: Allocation, steps: list[Step]) -> Counts:
    drawn = work.drawn.tolist()
    by_order = [step for row, step in enumerate(steps) if not drawn[row]]
    return Counts(
        candidates=len(steps) + work.table.objected,
        objected=work.table.objected,
        selected=by_order.count("appointment"),
        drawn=sum(drawn),
        followed_up=by_order.count("follow_up"),
        called=by_order.count("call"),
        letters=by_order.count("letter"),
        messages=by_order.count("message"),
        nothing=by_order.count("none"),
    )


def _totals(work: Allocation, calls: int, call_minutes: float) -> Totals:
    minutes = at_choice(work.table.minutes, work.chosen)
    return Totals(
        appointments=int(work.met.sum()),
        minutes=round(float(minutes[work.helped].sum()) + call_minutes, 1),
        information_minutes=round(float(minutes[~work.helped].sum()), 1),
        calls=calls,
        gain=round(float(work.gains.sum())),
        gain_of_information=round(float(at_choice(work.table.gains, work.base).sum())),
    )


def _notes(table: CandidateTable, header: Header, raised: Floor | None, groups: Groups | None) -> tuple[str, ...]:
    """What a reader must know of how the plan was made, in French."""
    notes = ["Ce plan est une proposition : une personne vérifie chaque ligne, et rien n'est envoyé."]
    if header.equity:
        exponent = f"{header.equity:g}".replace(".", ",")
        notes.append(f"Les ressources pèsent dans l'ordre (exposant {exponent}) : c'est un choix de l'organisme.")
    if raised is not None:
        done = "est atteint" if raised.reached else "n'a pas pu être atteint avec cette capacité"
        notes.append(
            f"Plancher d'accès des groupes « {raised.family} » : il {done} ; {raised.added} ménages aidés à ce titre, "
            f"pour {euros(round(raised.cost))} attendus de moins."
        )
    if groups:
        known = {candidate.key for candidate in table.candidates}
        strangers = sum(key not in known for key in groups)
        if strangers:
            notes.append(f"{strangers} ménage(s) des groupes donnés ne sont pas dans ce plan.")
    return tuple(notes)
