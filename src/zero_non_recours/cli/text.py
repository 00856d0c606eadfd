"""Screenings and rankings as lines that a caseworker can read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zero_non_recours.profile.periods import parse_month
from zero_non_recours.screening.likelihood_words import likelihood_sentence
from zero_non_recours.screening.result import RightResult, Screening
from zero_non_recours.screening.sentences import ESTIMATE, assumption_lines, status_sentence, supposed_amounts
from zero_non_recours.screening.steps import outcome_lines
from zero_non_recours.screening.wording import of_month

_TITLE = {"eligible": "OUI", "not_eligible": "NON", "undetermined": "À PRÉCISER"}


def screening_lines(screening: Screening, changes: Mapping[str, str] | None = None) -> Iterable[str]:
    """One household's rights, with what would change some of them, by name."""
    yield f"Ménage {screening.id or 'sans identifiant'} — droits {of_month(parse_month(screening.month))}"
    for note in screening.notes:
        yield f"Attention : {note}"
    for name, result in screening.rights.items():
        yield ""
        yield f"[{_TITLE[result.status]}] {result.label} : {status_sentence(result)}"
        yield from _right_lines(result, (changes or {}).get(name, ""))
    assumptions = list(assumption_lines(screening.rights.values()))
    if assumptions:
        yield ""
        yield "Suppositions faites faute de réponse :"
        yield from assumptions
    yield ""
    yield ESTIMATE


def _right_lines(result: RightResult, change: str) -> Iterable[str]:
    if result.received:
        yield "      déjà perçu, d'après le ménage"
    for condition in result.conditions:
        if condition.value is False:
            yield f"      condition non remplie : {condition.text} [{condition.reference}]"
    if sentence := likelihood_sentence(result):
        yield f"      {sentence}"
    for text in supposed_amounts(result):
        yield f"      {text}"
    for missing in result.missing:
        yield f"      à demander : {missing.question}{f' ({missing.who})' if missing.who else ''}"
    if change:
        yield f"      ce qui changerait la réponse : {change}"
    for line in outcome_lines(result.next_steps):
        yield f"      {line}"
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
