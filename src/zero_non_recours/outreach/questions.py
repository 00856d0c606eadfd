"""Which missing answer to ask next: those that may change what to do, the most valuable first."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zero_non_recours.outreach.information import share_of_perfect_information, value_of_information
from zero_non_recours.outreach.missing import NextQuestion, missing_questions, unsaid_text
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.draws import DRAWS, Draws, draws_of
from zero_non_recours.screening.result import Screening
from zero_non_recours.screening.screen import Screener, field_of, screener_of

if TYPE_CHECKING:
    import numpy as np

NOTHING_MISSING = "Il ne manque rien."
NOTHING_DECIDES = "Aucune autre réponse ne changerait ce qu'il faut faire."
NOT_ENOUGH = "Les réponses qui manquent changeraient trop peu ce qu'il faut faire pour les demander."
NOBODY_KNOWS = "Les réponses qui manquent ont été demandées, et n'ont pas pu être données."
USELESS = "ne change pas ce qu'il faut faire"
TOO_DEAR = "change trop peu ce qu'il faut faire pour la demander"


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one household, in the order to ask them.

    Attributes:
        items: the questions to ask, the most useful first; last, those whose value is not known.
        others: missing answers that are not worth asking for, with the reason (`not_asked`).
        unsaid: missing answers that somebody does not know or did not want to give; not asked again.
        stop: when there is nothing to ask, a French sentence that says why.
        method: how the missing answers were drawn (`none`, `exact`, `stratified`, `drawn`).
        weak: the inputs drawn for want of any reference, uniformly over what is possible.
        parameters: the digest of the parameters of outreach.
    """

    id: str | None
    month: str
    rulebook: Mapping[str, str]
    parameters: str
    items: tuple[NextQuestion, ...]
    others: tuple[NextQuestion, ...]
    unsaid: tuple[NextQuestion, ...]
    stop: str | None
    method: str
    weak: tuple[str, ...]

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The questions as plain dicts and lists."""
        asked = {name: [q.model_dump(mode=mode) for q in getattr(self, name)] for name in ("items", "others", "unsaid")}
        head = {"id": self.id, "month": self.month, "rulebook": dict(self.rulebook), "parameters": self.parameters}
        return head | asked | {"stop": self.stop, "method": self.method, "weak": list(self.weak)}

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`model_dump` as JSON text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=indent, allow_nan=False)


def next_questions(
    household: HouseholdBase | Mapping[str, Any],
    month: str,
    *,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    draws: int = DRAWS,
    parameters: OutreachParameters | None = None,
) -> Questions:
    """The missing answers of a household, ordered by what knowing each would bring.

    What an answer brings is how much better the choice of the rights to claim becomes on average once it is known
    (`value_of_information`), over draws of all the missing answers; or, when several are needed before anything can be
    decided, its part in that (`share_of_perfect_information`). Its cost is then taken off. A right is worth what it
    would pay while it is likely to be kept, times the probability of obtaining it, and nothing when it is received.

    Args:
        household: a validated `Household`, or a mapping to validate.
        month: the month of right, `AAAA-MM`.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.
        draws: how many draws where the cases cannot all be told.
        parameters: durations, costs and probabilities; default, the shipped ones (`rules/non_recours`).

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: an unknown right, or a month before the rules' coverage.
        ValueError: `month` is not `AAAA-MM`.
    """
    book = rulebook or default_rulebook()
    figures = parameters or default_outreach_parameters()
    screener = screener_of(book, month, rights)
    if not isinstance(household, HouseholdBase):
        household = household_model(book).model_validate(household)
    reading = screener.read(household)
    screening = screener.answer(household, reading)
    missing = list(missing_questions(screener, household, reading, screening, figures))
    unsaid = [replace(q, not_asked=text) for q in missing if (text := unsaid_text(household, q))]
    silent = {q.field for q in unsaid}
    left = [q for q in missing if q.field not in silent]
    drawn = draws_of(screener, household, reading, draws) if left else None
    values = {} if drawn is None else _values(screener, household, screening, drawn, figures)
    receipts = screener.claims.claimable
    valued = sorted((_valued(q, values, drawn, receipts) for q in left), key=_rank)
    items = [q for q in valued if q.worth_asking]
    others = [replace(q, not_asked=_why_not(q)) for q in valued if not q.worth_asking]
    stop = None if items else _stop(others, unsaid)
    head = (screening.id, screening.month, screening.rulebook, figures.digest)
    how = ("none", ()) if drawn is None else (drawn.method, drawn.weak)
    return Questions(*head, tuple(items), tuple(others), tuple(unsaid), stop, *how)


def _valued(
    question: NextQuestion, values: Mapping[str, tuple[float, float]], drawn: Draws | None, receipts: Container[str]
) -> NextQuestion:
    """A question with what knowing its answer brings: nothing where no draw needed it.

    Unknown when nothing is drawn, or for the receipt of a right, which draws suppose claimed.
    """
    value, share = values.get(question.field, (0.0, 0.0))
    if question.field not in values and (drawn is None or drawn.method == "none" or question.field in receipts):
        return question
    return replace(question, value=value, value_with_others=share)


def _rank(question: NextQuestion) -> tuple[bool, float]:
    """Where a question stands: the largest net value first, those whose value is not known last, in their order."""
    return question.net is None, -(question.net or 0.0)


def _stop(others: list[NextQuestion], unsaid: list[NextQuestion]) -> str:
    """Why there is nothing to ask."""
    if any(question.not_asked == TOO_DEAR for question in others):
        return NOT_ENOUGH
    return NOTHING_DECIDES if others else NOBODY_KNOWS if unsaid else NOTHING_MISSING


def _why_not(question: NextQuestion) -> str:
    """Why a question is not worth asking."""
    return TOO_DEAR if question.value or question.value_with_others else USELESS


def _values(
    screener: Screener, household: HouseholdBase, screening: Screening, drawn: Draws, figures: OutreachParameters
) -> dict[str, tuple[float, float]]:
    """What each missing answer brings, alone and with the others, by its place; what is not drawn is left out.

    A question that gives several answers (a commune: its code and its zone) is worth the best of them.
    """
    worth = _worth(screener, screening, drawn, figures)
    sample = drawn.method == "drawn"
    found: dict[str, tuple[float, float]] = {}
    for (name, rank), answers in drawn.answers.items():
        field = field_of(screener.reader.question(screener.rulebook.variables[name], household, rank), rank)
        how: Any = {"weights": drawn.weights, "continuous": (name, rank) in drawn.continuous}
        alone = value_of_information(worth, answers, figures.claim_cost, cross_fit=sample, **how)
        share = share_of_perfect_information(worth, answers, figures.claim_cost, sample=sample, **how)
        best = found.get(field, (0.0, 0.0))
        found[field] = max(best[0], alone), max(best[1], share)
    return found


def _worth(screener: Screener, screening: Screening, drawn: Draws, figures: OutreachParameters) -> np.ndarray:
    """What each right is worth in each draw, in euros, (rights, draws): nothing when it is already received."""
    import numpy as np

    rows = []
    for name, amounts in drawn.amounts.items():
        right, result = screener.rulebook.rights[name], screening.rights[name]
        euros = 0.0 if result.received else figures.euros_of(name, yearly=result.amount.unit == "€/an")
        received = drawn.answers.get((right.received or "", None))
        missing = 1.0 if received is None else ~(received > 0)
        rows.append(np.asarray(amounts, dtype=np.float64) * euros * missing)
    return np.array(rows)
