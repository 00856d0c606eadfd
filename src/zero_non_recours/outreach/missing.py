"""The missing answers of a household as questions, each once, with all that is needed to ask them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from zero_non_recours.engine.reading import Reading
from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import Month, parse_month
from zero_non_recours.profile.unsaid import DOES_NOT_KNOW, DOES_NOT_SAY, is_unsaid
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.dependencies import dependants
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Right, Rulebook, Sensitivity, Variable
from zero_non_recours.screening.result import Missing, Screening
from zero_non_recours.screening.screen import Screener, field_of
from zero_non_recours.screening.wording import month_name, month_names, of_month, person_name

Form = Literal["yes_no", "choice", "amount", "date", "number", "text"]
_UNSAID_TEXT = {DOES_NOT_KNOW: "la personne ne sait pas", DOES_NOT_SAY: "la personne n'a pas voulu le dire"}
_FORMS: dict[str, Form] = {ex.BOOLEAN: "yes_no", ex.DATE: "date", ex.CODE: "text", ex.TEXT: "text"}
_COSTED: dict[Form, str] = {"yes_no": "oui_non", "choice": "choix", "amount": "montant"}
"""The forms of questions whose time is told apart, by their name among the parameters."""
_RANK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A missing answer, and what it is worth to ask for it.

    Attributes:
        field: its place in the profile, `personnes[0].revenus.aah`.
        who: whose answer, and for which months, in French; empty when neither has to be told.
        months: the months to ask (`AAAA-MM`), or the years (`AAAA`) when the total of a year is missing.
        rights: the names of the rights that the answer may change.
        reference: for a sensitive answer, the article of the condition that uses it.
        value: what knowing this answer alone brings on average, in euros over the horizon; `None` when it is not drawn.
        value_with_others: what it brings as a part of knowing all the missing answers, in euros.
        cost: what asking it costs, in euros: time, and how much it touches the person's life.
        choices: for a choice, the codes with their French words.
        unit: for a number, its unit (`€/mois`).
        not_asked: why it is not worth asking, in French; empty for a question to ask.
    """

    field: str
    question: str
    why: str
    label: str
    who: str
    months: tuple[str, ...]
    rights: tuple[str, ...]
    sensitivity: Sensitivity
    reference: str
    kind: Form
    choices: Mapping[str, str]
    unit: str
    cost: float
    value: float | None = None
    value_with_others: float | None = None
    not_asked: str = ""

    @property
    def net(self) -> float | None:
        """What asking brings at best, once its cost is taken off, in euros; `None` when the answer is not drawn."""
        return None if self.value is None else max(self.value, self.value_with_others or 0.0) - self.cost

    @property
    def worth_asking(self) -> bool:
        """Whether it brings more than it costs, as far as is known."""
        return self.net is None or self.net > 0

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The question as plain data, euros rounded to the cent."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        found |= {"months": list(self.months), "rights": list(self.rights), "choices": dict(self.choices)}
        found |= {"net": self.net}
        return {name: round(value, 2) if isinstance(value, float) else value for name, value in found.items()}


def input_of(rulebook: Rulebook, field: str) -> Variable:
    """The input that a place of the profile answers, the first asked of them: `personnes[0].revenus.aah` → `aah`."""

    def by_place() -> dict[str, Variable]:
        found: dict[str, Variable] = {}
        for variable in sorted(rulebook.inputs.values(), key=lambda v: v.order):
            found.setdefault(variable.path, variable)
        return found

    return rulebook.once(("inputs by place",), by_place)[_RANK.sub("[]", field)]


def rank_of(field: str) -> int | None:
    """The rank of the person whose answer stands at a place of the profile, `None` for the household's."""
    match = _RANK.search(field)
    return None if match is None else int(match[1])


def missing_questions(
    screener: Screener, household: HouseholdBase, reading: Reading, screening: Screening, figures: OutreachParameters
) -> Iterator[NextQuestion]:
    """The missing answers of all rights, each once, in the order of the screening."""
    found: dict[str, list[tuple[str, Missing]]] = {}
    for name, result in screening.rights.items():
        for missing in result.missing:
            found.setdefault(missing.field, []).append((name, missing))
    for field, uses in found.items():
        variable, first = input_of(screener.rulebook, field), uses[0][1]
        rank, rights = rank_of(field), tuple(name for name, _ in uses)
        months = tuple(sorted({month for _, missing in uses for month in missing.months}))
        if not months and variable.period != "constante":
            months = _years(screener, reading, field, rights)
        sensitive = variable.sensitivity == "sensitive"
        question = _question(variable, field, rights, figures)
        yield replace(
            question,
            question=first.question,
            why=first.why,
            label=first.label,
            who=_who(household, rank, months),
            months=months,
            reference=_use(screener.rulebook, variable, screening, rights) if sensitive else "",
        )


def receipt_question(screener: Screener, right: Right, figures: OutreachParameters) -> NextQuestion:
    """The question whether a right is received."""
    variable = screener.rulebook.variables[right.received or ""]
    return _question(variable, variable.path, (right.name,), figures)


def _question(variable: Variable, field: str, rights: tuple[str, ...], figures: OutreachParameters) -> NextQuestion:
    """An input as a question."""
    form = _form(variable)
    return NextQuestion(
        field=field,
        question=variable.question,
        why=variable.why,
        label=variable.label,
        who="",
        months=(),
        rights=rights,
        sensitivity=variable.sensitivity,
        reference="",
        kind=form,
        choices=dict(variable.values) if form == "choice" else {},
        unit=profile_field(variable).unit if form in ("amount", "number") else "",
        cost=cost_of(variable, figures),
    )


def cost_of(variable: Variable, figures: OutreachParameters) -> float:
    """What asking for an input costs, in euros."""
    return figures.question_cost(_COSTED.get(_form(variable), ""), variable.sensitivity)


def _years(screener: Screener, reading: Reading, field: str, rights: tuple[str, ...]) -> tuple[str, ...]:
    """The years whose total is missing at a place of the profile."""
    found: set[int] = set()
    for part in screener.plans:
        if part.right.name not in rights:
            continue
        for place, rank in reading.open_answers(part.results):
            slot = screener.plan.slots[place]
            if slot.kind == "a" and field_of(screener.rulebook.variables[slot.name], rank) == field:
                found.add(screener.month // 12 + slot.offset)
    return tuple(f"{year:04d}" for year in sorted(found))


def _form(variable: Variable) -> Form:
    """What kind of answer an input takes."""
    if variable.type == ex.NUMBER:
        return "amount" if "€" in profile_field(variable).unit else "number"
    return _FORMS.get(variable.type, "choice")


def _who(household: HouseholdBase, rank: int | None, months: tuple[str, ...]) -> str:
    """Whose answer, and for which months or years: « p1 : juillet, août 2026 », « année 2024 »."""
    parts = [] if rank is None else [person_name(household.personnes[rank], rank)]
    if months and "-" in months[0]:
        parts.append(_months_text([parse_month(month) for month in months]))
    elif months:
        parts.append(f"année {months[0]}" if len(months) == 1 else f"années {', '.join(months)}")
    return " : ".join(parts)


def _months_text(months: list[Month]) -> str:
    """Months one by one, or by the first and the last when they are many in a row."""
    first, last = months[0], months[-1]
    if len(months) > 4 and last - first + 1 == len(months):
        return f"{of_month(first)} à {month_name(last)}"
    return ", ".join(month_names(months))


def _use(rulebook: Rulebook, variable: Variable, screening: Screening, rights: tuple[str, ...]) -> str:
    """The articles for which an answer is asked: its own, else those of an open condition that uses it."""
    if variable.references:
        return ", ".join(variable.references)
    readers = dependants(rulebook, variable.name)
    conditions = [c for name in rights for c in screening.rights[name].conditions if c.id in readers]
    using = next((c.reference for c in conditions if c.value is None), "")
    return using or ", ".join(rulebook.variables[rulebook.rights[rights[0]].amount].references)


def unsaid_text(household: HouseholdBase, question: NextQuestion) -> str:
    """Why an answer that was asked for is not there, in French; empty when it was not asked for."""
    word = household.unsaid().get(question.field)
    if word is None and question.months:
        answer: Any = household
        for key in question.field.replace("]", "").replace("[", ".").split("."):
            answer = answer[int(key)] if isinstance(answer, list) else getattr(answer, key, None)
        words = [answer.get(month) for month in question.months] if isinstance(answer, dict) else []
        word = words[0] if words and all(is_unsaid(w) for w in words) else None
    return "" if word is None else _UNSAID_TEXT[word]
