"""Describes a household at later months, if nothing happens to it but the passing of time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from zero_non_recours.engine.plan import NOW, compile_plan
from zero_non_recours.engine.reading import Reading
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import MONTH_PATTERN, Month, parse_month, show_month
from zero_non_recours.profile.places import answer_at, with_answer
from zero_non_recours.profile.series import value_of_month
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.screening.answers import reader_of
from zero_non_recours.screening.screen import Screener
from zero_non_recours.screening.timeline.moves import Calculation
from zero_non_recours.screening.wording import month_name, person_name


class Evolving(Protocol):
    """An answer that is not the same at later months."""

    def at(self, month: Month) -> Any:
        """The answer, as the profile holds it, at a later month of right."""
        ...

    def told(self, last: Month) -> str:
        """What was supposed of it up to a month of right, in French; empty when nothing was."""
        ...


class Supposed(NamedTuple):
    """The amount of a month, the last month known before it, and whether the income is supposed to have stopped."""

    amount: Any
    since: Month
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Repeated:
    """An amount written month by month: the months that had not come yet repeat the one before.

    Attributes:
        raw: the answer as written.
        start: the first month of right.
        settled: the last month that the reference periods of the first month of right read: up to it, months that
            are not written stay as the first screening reads them.
        complete: those are then worth 0, what is not written being declared as not received.
        stopped: whether the income had stopped at the first month of right; `None`: unknown.
        why: what says so.
    """

    variable: Variable
    raw: dict[str, Any]
    start: Month
    settled: Month
    complete: bool
    stopped: bool | None
    why: str

    def at(self, month: Month) -> dict[str, Any]:
        """The answer with the months up to the month of right."""
        return self.raw | {show_month(m): supposed.amount for m, supposed in self.filled(month).items()}

    def told(self, last: Month) -> str:
        """« montant supposé inchangé après septembre 2026 »."""
        said = {True: f"arrêté ({self.why})", False: "inchangé"}
        found = dict.fromkeys((month.stopped, month.since) for month in self.filled(last).values())
        texts = [f"supposé {said[stopped]} après {month_name(since)}" for stopped, since in found]
        return f"montant {', puis '.join(texts)}" if texts else ""

    def filled(self, last: Month) -> dict[Month, Supposed]:
        """The months supposed up to a month of right."""
        written = {parse_month(key): value for key, value in self.raw.items() if MONTH_PATTERN.match(key)}
        found: dict[Month, Supposed] = {}
        known = self._settled(written)
        for month in range(self.settled + 1, last + 1):
            if month in written:
                known = Supposed(written[month], month)
            elif known is None or f"{month // 12:04d}" in self.raw:  # the total of a year holds its months
                continue
            elif self.stopped is False or known.amount == 0 or known.since > self.start:
                found[month] = known
            elif self.stopped:
                found[month] = Supposed(0.0, known.since, stopped=True)
        return found

    def _settled(self, written: Mapping[Month, Any]) -> Supposed | None:
        """What the first screening leaves to repeat: an amount that it supposed goes on being so."""
        past = max((month for month in written if month <= self.settled), default=None)
        if past is None or past == self.settled:
            return None if past is None else Supposed(written[past], past)
        yearly = profile_field(self.variable).yearly_source
        read = value_of_month(self.raw, self.settled, complete=self.complete, current=self.start, yearly_source=yearly)
        if read == 0:
            return Supposed(0.0, self.settled)
        return None if self.variable.policy == "supposer" else Supposed(written[past], past)


@dataclass(frozen=True, slots=True)
class Growing:
    """A number that changes by the same amount each month: a length of time, for instance."""

    variable: Variable
    raw: Any
    start: Month

    def at(self, month: Month) -> Any:
        """The number, within the ends of the input; a range moves as a whole."""
        if isinstance(self.raw, dict):
            return {key: self._later(end, month) for key, end in self.raw.items()}
        return self._later(self.raw, month)

    def told(self, last: Month) -> str:
        """« avance avec les mois »."""
        return "avance avec les mois" if last > self.start else ""

    def _later(self, value: float, month: Month) -> float:
        low, high = self.variable.minimum, self.variable.maximum
        later = round(value + (month - self.start) * self.variable.monthly_change, 9)
        later = later if high is None else min(later, max(high, value))
        return later if low is None else max(later, min(low, value))


@dataclass(frozen=True, slots=True)
class Passing:
    """A « yes » that holds for a time nobody said: it is unknown at later months."""

    start: Month

    def at(self, month: Month) -> None:
        """Unknown."""

    def told(self, last: Month) -> str:
        """« réponse gardée pour novembre 2026 seulement… »."""
        if last == self.start:
            return ""
        return (
            f"réponse gardée pour {month_name(self.start)} seulement ; ensuite, déduite des autres réponses ou inconnue"
        )


class Carrier:
    """A household at the first month of right and at later ones.

    What is written is kept; only what had not happened yet is supposed (`Repeated`, `Growing`, `Passing`).
    """

    def __init__(self, screener: Screener, household: HouseholdBase, reading: Reading) -> None:
        self.rulebook: Rulebook = screener.rulebook
        self.month = screener.month
        self.household = household
        self.settled = self.month + _last_month_read(reading, self.rulebook)
        self.evolving: list[tuple[Variable, int | None, Evolving]] = list(self._evolving())

    def at(self, month: Month) -> HouseholdBase:
        """The household at a month of right; the first month's is the one given."""
        if month == self.month:
            return self.household
        people: list[Any] = list(self.household.personnes)
        found: Any = self.household
        for variable, rank, answer in self.evolving:
            parts = profile_field(variable).parts
            if rank is None:
                found = with_answer(found, parts, answer.at(month))
            else:
                people[rank] = with_answer(people[rank], parts, answer.at(month))
        return found.model_copy(update={"personnes": people})

    def assumptions(self, last: Month, read: Collection[str]) -> tuple[str, ...]:
        """What was supposed up to a month of right of the inputs that were read, one French sentence each."""
        lines: dict[str, None] = {}
        for variable, rank, answer in self.evolving:
            if variable.name in read and (text := answer.told(last)):
                who = "" if rank is None else f", {person_name(self.household.personnes[rank], rank)}"
                lines[f"{variable.label}{who} : {text}."] = None
        return tuple(lines)

    def _evolving(self) -> Iterator[tuple[Variable, int | None, Evolving]]:
        for variable in sorted(self.rulebook.inputs.values(), key=lambda v: (v.order, v.name)):
            if variable.path and (variable.period == "mois" or variable.monthly_change or variable.temporary):
                people = list(enumerate(self.household.personnes)) if variable.level == "personne" else []
                for rank, node in people or [(None, self.household)]:
                    answer = self._answer(variable, rank, answer_at(node, profile_field(variable).parts))
                    if answer is not None:
                        yield variable, rank, answer

    def _answer(self, variable: Variable, rank: int | None, raw: Any) -> Evolving | None:
        if variable.temporary:
            return Passing(self.month) if raw is True else None
        if variable.monthly_change:
            return None if raw is None else Growing(variable, raw, self.month)
        if not isinstance(raw, dict) or not any(MONTH_PATTERN.match(key) for key in raw):
            return None
        complete = rank is not None and self.household.personnes[rank].revenus_complets is True
        stopped, why = False, ""
        if variable.stopped_by:
            stopped, why = self._stopped(variable.stopped_by, rank), self.rulebook.variables[variable.stopped_by].label
        return Repeated(variable, raw, self.month, self.settled, complete, stopped, why)

    def _stopped(self, name: str, rank: int | None) -> bool | None:
        """The truth, at the first month of right, of what says that an income has stopped."""
        low, high = self._stops[name]
        if rank is not None and isinstance(low, list):
            low, high = low[rank], high[rank]
        return bool(low) if bool(low) == bool(high) else None

    @cached_property
    def _stops(self) -> dict[str, tuple[Any, Any]]:
        names = tuple(sorted({v.stopped_by for v in self.rulebook.inputs.values() if v.stopped_by}))
        plan = compile_plan(self.rulebook, self.month, names, unasked=self.rulebook.hypotheses)
        return dict(zip(names, Reading(plan, *reader_of(plan).read(self.household)).ends, strict=True))


def _last_month_read(reading: Reading, rulebook: Rulebook) -> int:
    """The last month, from the month of right, of the reference periods that may be the household's."""
    calculation, ends = Calculation(reading), [] if rulebook.windows else [-1]
    for window in rulebook.windows.values():
        for condition, _, last in window.options:
            holds = True if condition is None else calculation.truth(condition, NOW)
            if holds is not False:
                ends.append(last)
            if holds:
                break
    return min(max(ends), -1)
