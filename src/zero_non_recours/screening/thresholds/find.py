"""What an answer would have to be for a right of a household to open or close."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.pause import collection_paused
from zero_non_recours.screening.result import Amount, RightResult, Screening, Status
from zero_non_recours.screening.screen import Screener, screener_of
from zero_non_recours.screening.thresholds.result import (
    Choice,
    Piece,
    Threshold,
    amount_sentence,
    choice_sentence,
    subject_of,
)
from zero_non_recours.screening.thresholds.sweep import STATUSES, Line, Seen, Sweep, line_of
from zero_non_recours.screening.thresholds.varied import declared_amounts, unknown_answers
from zero_non_recours.screening.wording import person_name

AT_MOST = 5
"""Answers that are told for a right, and missing ones that are tried."""


def thresholds(
    household: HouseholdBase | Mapping[str, Any], month: str, right: str, *, rulebook: Rulebook | None = None
) -> tuple[Threshold, ...]:
    """What would change the answer on a right, one answer of the household at a time.

    For a right that missing answers leave open: each of them, the others staying unknown. For a settled one: the
    amounts above zero that the household declares, and the wage of a claimant who has none. An income that is read in
    several months takes the same value in all of them. Only answers that change the status, on their own, are told;
    dates, and what is read in tables, are not tried.

    Args:
        household: a validated `Household`, or a mapping to validate.
        month: the month of right, `AAAA-MM`.
        right: the name of a right.
        rulebook: default, the shipped rules.

    Returns:
        The most useful first: in the order of the questions for missing answers, else those that would open or close
        the right nearest to what the household declares. A status that is sure is that of `screen` at each value.

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: an unknown right, or a month before the rules' coverage.
        ValueError: `month` is not `AAAA-MM`.
    """
    with collection_paused():  # the first call reads the rules and lowers the month
        book = rulebook or default_rulebook()
        screener = screener_of(book, month, [right])
        if not isinstance(household, HouseholdBase):
            household = household_model(book).model_validate(household)
        reading = screener.read(household)
        return thresholds_of(screener, household, reading, screener.answer(household, reading).rights[right])


def first_changes(screener: Screener, household: HouseholdBase, screening: Screening) -> dict[str, str]:
    """What would change first each right that is open, or missed by an amount, by name: a French sentence."""
    reading, found = screener.read(household), {}
    for name, result in screening.rights.items():
        if result.status == "undetermined" or result.near_miss:
            for threshold in thresholds_of(screener, household, reading, result)[:1]:
                found[name] = threshold.text
    return found


def thresholds_of(
    screener: Screener, household: HouseholdBase, reading: Reading, result: RightResult
) -> tuple[Threshold, ...]:
    """`thresholds`, from what a screener already says of the household and of the right."""
    part = next(part for part in screener.plans if part.right.name == result.right)
    answers, open_ = reading.answers, result.status == "undetermined"
    if open_:
        varied, ways = unknown_answers(screener, part, reading)
        varied = varied[:AT_MOST]
    else:
        varied, ways = declared_amounts(screener, part, household, answers)
    lines = [line for line in (line_of(screener, household, answers, one) for one in varied) if line.slots]
    together = [line for line in lines if line.alone]
    found: list[Threshold] = []
    for group in ([together] if together else []) + [[line] for line in lines if not line.alone]:
        base = answers if group[0].alone else group[0].answers
        seen = Sweep(screener.plan, part.roots, base, len(household.personnes), group, ways).read()
        found += _changing(zip(group, seen, strict=True), household, result)
    if not open_:
        found.sort(key=lambda one: _farness(one, result.status))
    return tuple(found[:AT_MOST])


def _changing(seen: Iterable[tuple[Line, Seen]], household: HouseholdBase, result: RightResult) -> Iterable[Threshold]:
    """The lines that change something, and that say what the screening says of the household as it is."""
    for line, one in seen:
        settled = line.present is not None and result.status != "undetermined"
        if one.changes and not (settled and one.status_at(line.whole(line.present or 0.0)) != result.status):
            yield _threshold(line, one, household, result)


def _threshold(line: Line, seen: Seen, household: HouseholdBase, result: RightResult) -> Threshold:
    varied = line.varied
    label = varied.variable.label
    who = "" if varied.rank is None else person_name(household.personnes[varied.rank], varied.rank)
    subject = subject_of(label, who, varied.times)
    if varied.is_choice:
        choices = _choices(line, seen, result.amount.unit)
        text = choice_sentence(subject, choices, result.status)
        return Threshold(varied.field, label, who, varied.times, "", "choice", (), choices, None, text)
    unit = varied.unit(household)
    end = line.domain.high if math.isfinite(line.domain.high) else None
    pieces = [Piece(low / line.scale, high / line.scale, status) for low, high, status in seen.pieces()]
    pieces[-1] = pieces[-1]._replace(high=end)
    text = amount_sentence(subject, unit, pieces, result.status, line.present)
    return Threshold(varied.field, label, who, varied.times, unit, "amount", tuple(pieces), (), line.present, text)


def _choices(line: Line, seen: Seen, unit: str) -> tuple[Choice, ...]:
    shown: Sequence[str] = list(line.varied.variable.values.values()) or ("non", "oui")
    found: list[Choice] = []
    for at, code in enumerate(line.varied.codes):
        status = STATUSES[seen.status[at]]
        ends = (0.0, 0.0) if status == "not_eligible" else (float(seen.low[at]), float(seen.high[at]))
        low, high = (end + 0.0 if math.isfinite(end) else None for end in ends)
        found.append(Choice(code, shown[at], status, Amount(low, low if low == high else None, high, unit)))
    return tuple(found)


def _farness(found: Threshold, now: Status) -> tuple[bool, float]:
    """How far what a household declares is from where the right opens or closes, as a share of the larger of both."""
    wanted = "eligible" if now == "not_eligible" else "not_eligible"
    present = found.present or 0.0
    sure = [piece for piece in found.pieces if piece.status == wanted]
    ends = (end for piece in sure or found.pieces for end in (piece.low, piece.high) if end is not None)
    return not sure, min(abs(end - present) / max(end, present, 1.0) for end in ends)
