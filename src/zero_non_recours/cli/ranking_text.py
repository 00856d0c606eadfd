"""The ranking of a household as lines that can be read to the person."""

from __future__ import annotations

from collections.abc import Iterable

from zero_non_recours.cli.text import step_lines
from zero_non_recours.outreach.result import ROLES, STATUSES, MissingStatus, RankedRight, Ranking
from zero_non_recours.outreach.sentences import about, capitalised, chances
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.screening.sentences import ESTIMATE
from zero_non_recours.screening.steps import outcome_lines
from zero_non_recours.screening.wording import euros, long_day, month_name, per

NOTHING = "Aucun droit probablement non perçu avec ces réponses."


def ranking_lines(ranking: Ranking, *, brief: bool = False, detail: bool = False) -> Iterable[str]:
    """One household's missing rights, in order, and what to do.

    `brief` leaves out papers, roles and the rights not to claim; `detail` adds why, with the rates and their sources.
    """
    yield f"Ménage {ranking.id or 'sans identifiant'} — {month_name(parse_month(ranking.month))}"
    for note in ranking.notes:
        yield f"Attention : {note}"
    if not ranking.rights:
        if ranking.others or not ranking.notes:
            yield NOTHING
    elif ranking.bundle.if_all_missing:
        yield _total(ranking)
    group: MissingStatus | None = None
    for right in ranking.rights:
        if right.status != group:
            group = right.status
            if not brief:
                yield ""
                yield STATUSES[group].upper()
        yield from _right_lines(right, brief=brief, detail=detail)
    if not brief:
        yield from _rest(ranking)


def _total(ranking: Ranking) -> str:
    bundle = ranking.bundle
    drawn = any(_is_drawn(right) for right in ranking.rights)
    sum_ = f"en moyenne {about(bundle.if_all_missing)}" if drawn else euros(bundle.if_all_missing)
    certain = capitalised(f"{sum_} par mois en tout, si aucun de ces droits n'est déjà reçu")
    return f"{certain} ; {about(bundle.expected)} par mois, compte tenu de ce qui est incertain."


def _is_drawn(right: RankedRight) -> bool:
    """Whether what a right pays is not known for sure."""
    monthly = right.monthly
    return right.p_unused is None and (right.p_eligible.value != 1 or monthly.p10 != monthly.p90)


def _right_lines(right: RankedRight, *, brief: bool, detail: bool) -> Iterable[str]:
    amount = right.result.amount
    tied = " (à égalité)" if right.tie_group else ""
    shown = f" : {euros(amount.expected)} {per(amount.unit)}" if amount.expected and right.p_unused is None else ""
    yield f"  {right.rank}. {right.label}{shown}{tied}"
    margin = "     "
    if brief:
        yield f"{margin}{capitalised(right.status_text)}. {right.reasons[0]}"
        if right.action is not None:
            yield f"{margin}Que faire : {right.action.label} ({_minutes(right.action.minutes)})."
        if right.status == "act_first" and right.deadline:
            yield f"{margin}URGENT : avant le {long_day(right.deadline)}."
        return
    for reason in right.reasons:
        yield f"{margin}{reason}"
    if right.p_unused is None and right.p_missing is not None:
        yield f"{margin}Dû et non reçu : {chances(right.p_missing)}. Sur un an : {about(right.value_horizon.mean)}."
    for effect in right.effects:
        yield f"{margin}{effect}"
    if right.cause is not None and right.cause.signs:
        signs = " ; ".join(right.cause.signs)
        yield f"{margin}Hypothèse, à corriger avec la personne : {right.cause.likeliest} ({signs})"
    if right.action is not None:
        yield f"{margin}Que faire : {right.action.label} ({_minutes(right.action.minutes)})."
    for line in outcome_lines(right.result.next_steps):
        yield f"{margin}{line}"
    yield from step_lines(right.result.next_steps, margin)
    if detail:
        for item in right.explanation:
            yield f"{margin}  {item.text}"


def _minutes(minutes: float) -> str:
    return f"{minutes:g} min".replace(".", ",")


def _rest(ranking: Ranking) -> Iterable[str]:
    """What is not to claim, who does what, what to ask."""
    if ranking.others:
        yield ""
        yield "LES AUTRES DROITS"
        for right in ranking.others.values():
            yield f"  - {right.label} : {right.reasons[0]}"
    apart = [unit for unit in ranking.units if unit.better == "apart"]
    if apart:
        yield ""
        yield "UN JEUNE ADULTE POURRAIT DEMANDER SEUL"
        yield from (f"  - {unit.text}" for unit in apart)
    if ranking.questions:
        yield ""
        yield "QUESTIONS À POSER, la plus utile d'abord"
        for question in ranking.questions:
            yield f"  - {question.question}{f' ({question.who})' if question.who else ''}"
    if len(ranking.people) > 1 and ranking.rights:
        labels = {right.right: right.label for right in ranking.rights}
        yield ""
        yield "QUI FAIT QUOI"
        for person in ranking.people:
            for role, text in ROLES.items():
                mine = [labels[name] for name, own in person.roles.items() if own == role and name in labels]
                if mine:
                    yield f"  - {person.person} : {text} ({', '.join(mine)})"
    if ranking.rights:
        yield ""
        yield f"{ESTIMATE} À vérifier avec la personne ; elle peut refuser."
