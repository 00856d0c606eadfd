"""Which missing answer to ask next: those that may change what to do, the most valuable first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zero_non_recours.outreach.missing import NextQuestion, missing_questions, receipt_question, unsaid_text
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.outreach.study import Studies, Study, studies_of
from zero_non_recours.outreach.worth import AnswerValue, answer_values, document_values
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.draws import DRAWS

NOTHING_MISSING = "Il ne manque rien."
NOTHING_DECIDES = "Aucune autre réponse ne changerait ce qu'il faut faire."
NOT_ENOUGH = "Les réponses qui manquent changeraient trop peu ce qu'il faut faire pour les demander."
NOBODY_KNOWS = "Les réponses qui manquent ont été demandées, et n'ont pas pu être données."
USELESS = "ne change pas ce qu'il faut faire"
TOO_DEAR = "change trop peu ce qu'il faut faire pour la demander"
CENT = 0.01
"""The least value of an answer, in euros; under it, only the rounding of sums."""


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
    would pay while it is likely to be kept, times the probability of obtaining it and that of not receiving it yet;
    whether it is received is a question like another (`value_of_receipt`).

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
    if not isinstance(household, HouseholdBase):
        household = household_model(book).model_validate(household)
    studies = studies_of(book, month, _names(rights), figures)
    return questions_of(studies, studies.study(household, draws))


def questions_of(studies: Studies, study: Study) -> Questions:
    """The missing answers of a household that was studied, ordered by what knowing each would bring."""
    screener, household, screening = studies.screener, study.household, study.screening
    missing = list(missing_questions(screener, household, study.reading, screening, studies.figures))
    asked = {question.field for question in missing}
    values = answer_values(
        screener, studies.figures, household, study.weighed_columns, study.worth, study.told, study.weighed
    )
    receipts = (value.receipt for field, value in values.items() if field not in asked)
    missing += [receipt_question(screener, right, studies.figures) for right in receipts if right is not None]
    unsaid = [replace(q, not_asked=text) for q in missing if (text := unsaid_text(household, q))]
    silent = {q.field for q in unsaid}
    left = [q for q in missing if q.field not in silent]
    valued = sorted((_valued(q, values, study) for q in left), key=_rank)
    items = [q for q in valued if q.worth_asking]
    others = [replace(q, not_asked=_why_not(q)) for q in valued if not q.worth_asking]
    stop = None if items else _stop(others, unsaid)
    head = (screening.id, screening.month, screening.rulebook, studies.figures.digest)
    return Questions(*head, tuple(items), tuple(others), tuple(unsaid), stop, study.joint.method, study.joint.weak)


def document_questions(studies: Studies, study: Study) -> tuple[NextQuestion, ...]:
    """The documents worth seeing: those that may change what to do about a right that is said to be received or not."""
    found: list[NextQuestion] = []
    for right, value in document_values(studies.screener, studies.figures, study.told, study.weighed):
        asked = receipt_question(studies.screener, right, studies.figures)
        label = study.screening.rights[right.name].label
        question = replace(
            asked,
            field=f"suivi.{right.name}.preuve",
            question=f"Un document (attestation, relevé de l'organisme) dit-il si « {label} » est versé ?",
            why="Ce qui est dit de mémoire se trompe parfois ; un document évite une démarche inutile.",
            label="Preuve de ce qui est reçu",
            kind="yes_no",
            unit="",
            value=value.alone,
            value_with_others=value.with_others,
        )
        found += [question] if question.worth_asking else []
    return tuple(sorted(found, key=_rank))


def _names(rights: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if rights is None else (rights,) if isinstance(rights, str) else tuple(rights)


def _valued(question: NextQuestion, values: Mapping[str, AnswerValue], study: Study) -> NextQuestion:
    """A question with what knowing its answer brings: nothing where no draw needed it, unknown without any draw."""
    found = values.get(question.field)
    if found is None and not study.undrawn.isdisjoint(question.rights):
        return question
    alone, with_others = (0.0, 0.0) if found is None else (found.alone, found.with_others)
    return replace(question, value=alone, value_with_others=with_others)


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
    return TOO_DEAR if max(question.value or 0.0, question.value_with_others or 0.0) >= CENT else USELESS
