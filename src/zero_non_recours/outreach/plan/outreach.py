"""Plans outreach across households: studies each, then says whom to contact first, with what, for which purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

from zero_non_recours.outreach.candidates import DRAWS, candidates_of
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.outreach.plan.audit import Groups, Truth
from zero_non_recours.outreach.plan.candidate import Candidate
from zero_non_recours.outreach.plan.capacity import Capacity
from zero_non_recours.outreach.plan.errors import PlanningError
from zero_non_recours.outreach.plan.figures import PlanFigures
from zero_non_recours.outreach.plan.planning import plan_candidates
from zero_non_recours.outreach.plan.purpose import Purpose, parse_purpose
from zero_non_recours.outreach.plan.result import Plan
from zero_non_recours.outreach.plan.weights import Order
from zero_non_recours.outreach.study import studies_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook


def plan_outreach(
    caseload: Iterable[HouseholdBase | Mapping[str, Any]],
    capacity: Capacity | str | int,
    purpose: Purpose | str,
    *,
    month: str,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    parameters: OutreachParameters | None = None,
    draws: int = DRAWS,
    groups: Groups | None = None,
    truth: Truth | None = None,
    seed: int = 0,
    random_share: float | None = None,
    order: Order = "value",
    equity: float = 0.0,
    floor: str | None = None,
    calls: float = 0.0,
) -> Plan:
    """Whom to contact first among households, with what, to recover as many rights as possible.

    A proposal: somebody checks each line, nothing is sent. The order only shares what is scarce: everybody who may
    be missing a right is told of it, and part of the capacity is drawn at random. A household that objects is only
    counted. The same households give the same plan in whatever order they come.

    Args:
        caseload: validated households, or mappings to validate; read once.
        capacity: appointments, minutes, or both: `Capacity(appointments=40)`, `40`, `"40rdv"`, `"1200min"`.
        purpose: why households are put in order; one of `Purpose` (`informer_des_droits`, `preparer_un_rendez_vous`,
            `evaluer_l_action`). There is no other: an order made to control people does not exist here.
        month: the month of right, `AAAA-MM`.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.
        parameters: base rates, effects and costs; default, the shipped ones.
        draws: draws of what is not known, for each household.
        groups: for the audit, the groups of each household, `{key: {family: group}}`; never read by the order.
        truth: what was found missing afterwards, `{key: {right: euros}}`, for the audit.
        seed: another draw at random, other ties.
        random_share: the share of the capacity drawn at random; default, that of the figures.
        order: `value`, or `waiting` to begin with those who lose the most by waiting.
        equity: the exponent of the weight on resources, a policy choice; 0 by default.
        floor: a family of groups that must not be reached less than the ratio of the figures.
        calls: the share of the capacity that may be spent on calls for a missing answer, before appointments.

    Raises:
        PlanningError: the purpose, the capacity or an option cannot be used; it says how to mend it.
        pydantic.ValidationError: a mapping is not a valid household.
        PlanError: an unknown right, or a month before the rules' coverage.
    """
    asked = parse_purpose(purpose)
    room = Capacity.of(capacity)
    if isinstance(caseload, str | bytes | PathLike):
        remedy = "Pour un fichier : znr plan FICHIER, ou les ménages que lit read_caseload."
        raise PlanningError("menages", "Des ménages sont attendus, pas le nom d'un fichier.", remedy)
    book, figures = rulebook or default_rulebook(), parameters or default_outreach_parameters()
    model = household_model(book)
    wanted = None if rights is None else (rights,) if isinstance(rights, str) else tuple(rights)
    studies = studies_of(book, month, wanted, figures)
    households = (one if isinstance(one, HouseholdBase) else model.model_validate(one) for one in caseload)
    found = candidates_of(studies, households, draws, answers=calls > 0)
    return plan_of(
        found,
        room,
        asked,
        month=month,
        rulebook=book,
        figures=figures,
        groups=groups,
        truth=truth,
        seed=seed,
        random_share=random_share,
        order=order,
        equity=equity,
        floor=floor,
        calls=calls,
    )


def plan_of(
    candidates: Iterable[Candidate],
    capacity: Capacity,
    purpose: Purpose,
    *,
    month: str,
    rulebook: Rulebook,
    figures: OutreachParameters,
    **options: Any,
) -> Plan:
    """The plan of candidates already studied; `options` are those of `plan_candidates`."""
    return plan_candidates(
        candidates,
        capacity,
        purpose,
        figures=PlanFigures.of(figures),
        labels={name: right.label for name, right in rulebook.rights.items()},
        rulebook={"version": rulebook.version, "digest": rulebook.digest},
        month=month,
        **options,
    )
