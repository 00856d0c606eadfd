"""Ranks the rights a household is probably missing by what claiming them all would bring each month."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.screening.claims import single
from zero_non_recours.screening.result import Missing, RightResult
from zero_non_recours.screening.screen import screener_of
from zero_non_recours.screening.sentences import status_sentence, supposed_amounts
from zero_non_recours.screening.wording import long_day

OPENED_TEXT = "S'ouvre une fois les autres droits de la liste demandés."
Group = Literal["missing", "to_check", "undetermined"]
_ORDER: dict[Group, int] = {"missing": 0, "to_check": 0, "undetermined": 1}
"""Rights of the same number are ranked together."""
_GROUP_TEXT: dict[Group, str] = {
    "missing": "droit probablement non perçu",
    "to_check": "droit probable ; vérifier s'il est déjà perçu",
    "undetermined": "à préciser : une réponse manque",
}
MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class RankedRight:
    """A right that the household seems not to receive.

    Attributes:
        rank: 1 for the first; rights with the same gain share their rank.
        group: `missing` (eligible, declared as not received), `to_check` (eligible, nothing said of its receipt),
            `undetermined` (answers are missing).
        monthly_gain: what the household would receive more each month for this right, in euros, when every right of
            the list is claimed together; `None` when answers leave it open.
        reasons: French sentences, in the order to read them.
    """

    rank: int
    right: str
    label: str
    group: Group
    monthly_gain: float | None
    result: RightResult
    reasons: tuple[str, ...]
    questions: tuple[Missing, ...]

    @property
    def least(self) -> float:
        """The monthly gain, or its lowest value when answers leave it open."""
        if self.monthly_gain is not None:
            return self.monthly_gain
        low = self.result.amount.low or 0.0
        return low / MONTHS_PER_YEAR if self.result.amount.unit == "€/an" else low

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The JSON shape of a ranked right."""
        return {
            "rank": self.rank,
            "right": self.right,
            "label": self.label,
            "group": self.group,
            "group_text": _GROUP_TEXT[self.group],
            "monthly_gain": self.monthly_gain,
            "status": self.result.status,
            "amount": self.result.model_dump(mode=mode)["amount"],
            "received": self.result.received,
            "claimants": list(self.result.claimants),
            "reasons": list(self.reasons),
            "questions": [{"field": q.field, "question": q.question, "why": q.why} for q in self.questions],
            "next_steps": dict(self.result.next_steps),
        }


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranked rights of one household, and the others with the reason why they are not in the list."""

    id: str | None
    month: str
    rulebook: Mapping[str, str]
    total_monthly_gain: float
    """What the rights whose amount is known would bring together."""
    rights: tuple[RankedRight, ...]
    others: Mapping[str, str]
    notes: tuple[str, ...] = ()

    @property
    def least_monthly_gain(self) -> float:
        """What all the rights of the list would bring at least, those left open counted at their lowest."""
        return round(sum(right.least for right in self.rights), 2)

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The JSON shape of a ranking."""
        return {
            "id": self.id,
            "month": self.month,
            "rulebook": dict(self.rulebook),
            "total_monthly_gain": self.total_monthly_gain,
            "least_monthly_gain": self.least_monthly_gain,
            "notes": list(self.notes),
            "rights": [right.model_dump(mode=mode) for right in self.rights],
            "others": dict(self.others),
        }

    def model_dump_json(self, *, indent: int | None = None) -> str:
        """`model_dump` as JSON text."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=indent, allow_nan=False)


def rank_rights(
    household: HouseholdBase | Mapping[str, Any],
    month: str,
    *,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
) -> Ranking:
    """The rights a household is probably missing for the month of right `AAAA-MM`, the largest gain first.

    Gains come from simulating the household again with every missing right claimed, never from adding separate
    estimates. Rights declared as received are left out; nothing depends on nationality or place but the law itself.

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: an unknown right, or a month before the rules' coverage.
    """
    book = rulebook or default_rulebook()
    wanted = None if rights is None else (rights,) if isinstance(rights, str) else tuple(rights)
    return book.once(("ranker", month, wanted), lambda: Ranker(book, month, wanted)).rank(household)


class Ranker:
    """Ranks households for one month; built once, used for many."""

    def __init__(self, rulebook: Rulebook, month: str, rights: Iterable[str] | None = None) -> None:
        self.rulebook = rulebook
        self.screener = screener_of(rulebook, month, rights)
        self.model = household_model(rulebook)

    def rank(self, household: HouseholdBase | Mapping[str, Any]) -> Ranking:
        """The ranking of one household."""
        if not isinstance(household, HouseholdBase):
            household = self.model.model_validate(household)
        screening = self.screener.screen(household)
        groups: dict[str, Group | None] = {name: group_of(result) for name, result in screening.rights.items()}
        # What is refused today may open once another right is claimed: it is claimed with the others to see.
        claimed = [n for n, r in screening.rights.items() if not r.received and groups[n] != "undetermined"]
        gains = self.gains(household, {n: screening.rights[n] for n in claimed})
        opened = {n for n, gain in gains.items() if groups[n] is None and gain}
        groups |= {n: "missing" if screening.rights[n].received is False else "to_check" for n in opened}
        gains = {n: gain for n, gain in gains.items() if groups[n] is not None}
        entries: list[tuple[int, float, str, Group, float | None]] = []
        for name, group in groups.items():
            if group is not None:
                gain = gains.get(name)
                sort = gain if gain is not None else screening.rights[name].amount.high or 0.0
                entries.append((_ORDER[group], -sort, name, group, gain))
        entries.sort(key=lambda entry: entry[:3])
        ranked: list[RankedRight] = []
        for place, (order, sort, name, group, gain) in enumerate(entries):
            tie = ranked[-1].rank if place and entries[place - 1][:2] == (order, sort) else place + 1
            result = screening.rights[name]
            reasons = tuple(reasons_of(result, group, gain))
            if name in opened:
                reasons = (OPENED_TEXT, *reasons)
            ranked.append(RankedRight(tie, name, result.label, group, gain, result, reasons, result.missing))
        others = {n: other_text(screening.rights[n]) for n, group in groups.items() if group is None}
        total = round(sum(gain for gain in gains.values() if gain is not None), 2)
        head = (screening.id, screening.month, screening.rulebook, total)
        return Ranking(*head, tuple(ranked), others, screening.notes)

    def gains(self, household: HouseholdBase, claimed: Mapping[str, RightResult]) -> dict[str, float | None]:
        """The monthly amount of each claimed right when all of them are claimed together.

        A right of which nothing says whether it is received is supposed claimed too.
        """
        reading = self.screener.claims.reading if claimed else None
        if reading is None:
            return {name: monthly(result.amount.expected, result) for name, result in claimed.items()}
        unanswered = {right.name for right in self.screener.claims.unanswered(household).values()}
        amounts = reading.amounts(household, {*claimed, *unanswered})
        return {name: monthly(single(amounts[name]), result) for name, result in claimed.items()}


def monthly(amount: float | None, result: RightResult) -> float | None:
    """An amount of a right per month, `None` when answers leave it open."""
    return round(amount / MONTHS_PER_YEAR, 2) if amount is not None and result.amount.unit == "€/an" else amount


def group_of(result: RightResult) -> Group | None:
    """Where a right stands in the list, `None` when there is nothing to claim."""
    if result.received or result.status == "not_eligible":
        return None
    if result.status == "undetermined":
        return "undetermined"
    return "missing" if result.received is False else "to_check"


def reasons_of(result: RightResult, group: Group, gain: float | None) -> Iterable[str]:
    """Why the right is in the list, in sentences to read to the person."""
    if gain is None:
        yield f"{status_sentence(result).capitalize()}."
    else:
        yield f"{_GROUP_TEXT[group].capitalize()}."
    if gain == 0:
        yield "Demandé avec les autres droits de la liste, il ne rapporterait rien de plus ce mois-là."
    if result.next_steps["urgent"] and result.next_steps["deadline"]:
        yield f"Urgent : à faire au plus tard le {long_day(result.next_steps['deadline'])}."
    yield from supposed_amounts(result)
    for missing in result.missing:
        yield f"À demander : {missing.question}{f' ({missing.who})' if missing.who else ''}"


def other_text(result: RightResult) -> str:
    """Why a right is not in the list."""
    said = f" {text}" if (text := result.next_steps["text"]) else ""
    if result.received:
        return f"{result.label} : déjà perçu{'.' if said else ''}{said}"
    failing = [c.text for c in result.conditions if c.value is False]
    reason = f" ; condition non remplie : {failing[0]}" if failing else ""
    supposed = "".join(f" {text}" for text in supposed_amounts(result))
    return f"{result.label} : {status_sentence(result)}{reason}.{supposed}{said}"
