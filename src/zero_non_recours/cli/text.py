"""Screenings and rankings as lines that a caseworker can read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zero_non_recours.outreach.rank import Ranking
from zero_non_recours.screening.explain import assumption_lines, status_sentence
from zero_non_recours.screening.result import RightResult, Screening
from zero_non_recours.screening.screen import euros

_TITLE = {"eligible": "OUI", "not_eligible": "NON", "undetermined": "À PRÉCISER"}


def screening_lines(screening: Screening) -> Iterable[str]:
    """One household's rights."""
    yield f"Ménage {screening.id or 'sans identifiant'} — mois du droit {screening.month}"
    yield from screening.notes
    for result in screening.rights.values():
        yield ""
        yield f"[{_TITLE[result.status]}] {result.label} : {status_sentence(result)}"
        yield from _right_lines(result)
    assumptions = list(assumption_lines(screening.rights.values()))
    if assumptions:
        yield ""
        yield "Suppositions faites faute de réponse :"
        yield from assumptions
    yield ""
    yield "Ces résultats sont des estimations : seul l'organisme qui verse décide."


def _right_lines(result: RightResult) -> Iterable[str]:
    if result.received:
        yield "      déjà perçu, d'après le ménage"
    for condition in result.conditions:
        if condition.value is False:
            extra = f" ({condition.excess_text})" if condition.excess_text else ""
            yield f"      condition non remplie : {condition.text}{extra} [{condition.reference}]"
    for missing in result.missing:
        yield f"      à demander : {missing.question} [{missing.place}]"
    if result.status != "not_eligible" and not result.received:
        yield from step_lines(result.next_steps, "      ")


def step_lines(steps: Mapping[str, Any], margin: str) -> Iterable[str]:
    """Where and how to claim."""
    if where := steps.get("where"):
        url = steps.get("url")
        yield f"{margin}où : {where}{f' ({url})' if url else ''}"
    for key, label in (("forms", "formulaires"), ("documents", "pièces")):
        if values := steps.get(key):
            yield f"{margin}{label} : {' ; '.join(values)}"
    for key in ("delay", "advice"):
        if text := steps.get(key):
            yield f"{margin}{text}"


def ranking_lines(ranking: Ranking, *, brief: bool) -> Iterable[str]:
    """One household's missing rights, in order; `brief` leaves out forms and documents."""
    name = ranking.id or "sans identifiant"
    total = ranking.total_monthly_gain
    gain = f" — {euros(total)} par mois en tout" if total else ""
    yield f"Ménage {name} — mois du droit {ranking.month}{gain}"
    if not ranking.rights:
        yield "  aucun droit probablement non perçu"
    for right in ranking.rights:
        amount = f" : {euros(right.monthly_gain)} par mois" if right.monthly_gain is not None else ""
        yield f"  {right.rank}. {right.label}{amount}"
        reasons = right.reasons[:1] if brief else right.reasons
        for reason in reasons:
            yield f"     {reason}"
        if brief:
            for question in right.questions[:2]:
                yield f"     À demander : {question.question}"
        else:
            yield from step_lines(right.result.next_steps, "     ")
    if not brief:
        for reason in ranking.others.values():
            yield f"  - {reason}"
