"""The answers of a household that are worth varying, and the household with another one in the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from zero_non_recours.engine.reading import Place, Reading
from zero_non_recours.engine.relevance import Way
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import show_month
from zero_non_recours.profile.places import answer_at, with_answer
from zero_non_recours.profile.ranges import is_range
from zero_non_recours.profile.series import Span
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.screening.screen import RightPlan, Screener, field_of

EVERYTHING = Span(float("-inf"), float("inf"))
"""An answer that is given, and may be anything."""
_ROLE = "role"
"""The answer that says who a person is in the household: with another one, it is another household."""


@dataclass(frozen=True, slots=True)
class Varied:
    """An answer that takes one value after another, the other answers staying what they are.

    Attributes:
        rank: whose answer, `None` for the household's.
        times: the months (`AAAA-MM`) or the years (`AAAA`) that take the value, in order; none for an answer that does
            not change with time.
    """

    variable: Variable
    rank: int | None
    times: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Its place in the profile."""
        return field_of(self.variable, self.rank)

    @property
    def is_choice(self) -> bool:
        """Whether it is one of some values, and not a number."""
        return self.variable.type != ex.NUMBER

    @property
    def codes(self) -> tuple[Any, ...]:
        """The values of a choice as the profile writes them, in the order of their numbers in the engine."""
        return tuple(self.variable.values) if self.variable.values else (False, True)

    def written(self, household: HouseholdBase) -> Any:
        """The answer as the household gives it."""
        return answer_at(household if self.rank is None else household.personnes[self.rank], self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys to follow to the answer."""
        return profile_field(self.variable).parts

    def unit(self, household: HouseholdBase) -> str:
        """Of its values: that of the answer, but for the total of a year of a monthly income."""
        unit = profile_field(self.variable).unit
        return unit.replace("/mois", "/an") if self._by_time(household) and len(self.times[0]) == 4 else unit

    def among(self, household: HouseholdBase, value: Any) -> HouseholdBase:
        """The household with this answer: at all its times, or everywhere when it is one number for all months."""
        if self._by_time(household):
            value = {**(self.written(household) or {}), **dict.fromkeys(self.times, value)}
        if self.rank is None:
            return with_answer(household, self.parts, value)
        people = list(household.personnes)
        people[self.rank] = with_answer(people[self.rank], self.parts, value)
        return household.model_copy(update={"personnes": people})

    def _by_time(self, household: HouseholdBase) -> bool:
        """Whether the answer is written month by month, or is to be."""
        raw = self.written(household)
        return bool(self.times) and (raw is None or (isinstance(raw, dict) and not is_range(raw)))


class Variations(NamedTuple):
    """The answers to vary for a right, and every answer that may move it then, with its way."""

    answers: tuple[Varied, ...]
    ways: Mapping[Place, Way]


def unknown_answers(screener: Screener, part: RightPlan, reading: Reading) -> Variations:
    """The answers, missing or known within a range, that leave a right open, in the order of their questions.

    Dates, names, and what is read in tables are left out.
    """
    ways = reading.open_answers(part.results)
    found, estimated = _by_field(screener, ways), screener.rulebook.estimated
    asked: list[Varied] = []
    for variable, rank, times in sorted(found, key=lambda item: (item[0].order, item[1] or 0, item[0].path)):
        twin = estimated.get(variable.path)
        if twin is not None and any(other.path == twin and at == rank for other, at, _ in found):
            continue
        if _has_values(variable) and variable.path.rpartition(".")[2] != _ROLE:
            asked.append(Varied(variable, rank, times))
    return Variations(tuple(asked), ways)


def declared_amounts(
    screener: Screener, part: RightPlan, household: HouseholdBase, answers: Sequence[Any]
) -> Variations:
    """The amounts above zero that a household declares and a right looks at, and the wage of who has none.

    None when the right is refused whatever these amounts are.
    """
    declared, wages = [], []
    received = {right.received for right in screener.rulebook.rights.values()}
    for variable, rank in _amounts(screener, household):
        varied = Varied(variable, rank)
        if _is_positive(varied.written(household)):
            if variable.name not in received:
                declared.append(varied)
        elif _is_wage(variable) and not _is_positive(_other_measure(screener.rulebook, varied, household)):
            wages.append(varied)
    earning = household
    for wage in wages:
        earning = wage.among(earning, 1.0)  # what is read otherwise then: another measure of the wage is not 0
    freed = screener.reader.read(earning)[0] if wages else list(answers)
    for varied in (*declared, *wages):
        value = EVERYTHING if varied in declared else float("nan")  # only who is asked for a wage may have one
        for place in places_of(screener, varied):
            freed[place] = replaced_at(freed[place], varied.rank, value)
    reading = Reading(screener.plan, freed, len(household.personnes), tight=())
    if any(not reading.ends[condition][1] for condition in part.results[:-1]):
        return Variations((), {})
    ways = reading.open_answers(part.results)
    times = {(variable.path, rank): times for variable, rank, times in _by_field(screener, ways)}
    read = ((one, (one.variable.path, one.rank)) for one in (*declared, *wages))
    return Variations(tuple(Varied(one.variable, one.rank, times[key]) for one, key in read if key in times), ways)


def places_of(screener: Screener, varied: Varied) -> list[int]:
    """The slots that an answer fills."""
    variables = screener.rulebook.variables
    return [p for p, slot in enumerate(screener.plan.slots) if variables[slot.name].path == varied.variable.path]


def at_rank(value: Any, rank: int | None) -> Any:
    """The answer of a slot for a person, or for the household."""
    return value if rank is None else value[rank]


def replaced_at(value: Any, rank: int | None, other: Any) -> Any:
    """The answer of a slot with another one for a person, or for the household."""
    return other if rank is None else [other if at == rank else one for at, one in enumerate(value)]


def _amounts(screener: Screener, household: HouseholdBase) -> Iterator[tuple[Variable, int | None]]:
    """The amounts of money that a plan reads, each place of the profile once."""
    variables = screener.rulebook.variables
    read = {slot.name: variables[slot.name] for slot in screener.plan.slots}
    seen: set[str] = set()
    for variable in sorted(read.values(), key=lambda v: (v.order, v.name)):
        if not (variable.path and variable.type == ex.NUMBER and dict(variable.unit or ()).get("€") == 1):
            continue
        if variable.path not in seen and _has_values(variable):
            seen.add(variable.path)
            people = range(len(household.personnes)) if variable.level == "personne" else (None,)
            yield from ((variable, rank) for rank in people)


def _is_wage(variable: Variable) -> bool:
    """Whether an income is that of work: asked of whoever may have it, and stopped when work stops."""
    return variable.policy == "bloquer" and bool(variable.stopped_by)


def _other_measure(rulebook: Rulebook, varied: Varied, household: HouseholdBase) -> Any:
    """What the household answers of the same income as another input."""
    other = rulebook.variables.get(varied.variable.same_as)
    return None if other is None else Varied(other, varied.rank).written(household)


def _is_positive(raw: Any) -> bool:
    values: Iterable[Any] = raw.values() if isinstance(raw, dict) else (raw,)
    return any(
        _is_positive(value) if isinstance(value, dict) else isinstance(value, int | float) and value > 0
        for value in values
    )


def _has_values(variable: Variable) -> bool:
    """Whether the values of an answer can be tried one after another."""
    if variable.lookup is not None or not variable.path:
        return False
    return variable.type in (ex.NUMBER, ex.BOOLEAN) or len(variable.values) > 1


def _by_field(screener: Screener, places: Mapping[Place, Any]) -> list[tuple[Variable, int | None, tuple[str, ...]]]:
    """The inputs of some slots, each place of the profile once, with the months, else the years, that are read."""
    slots: dict[tuple[str, int | None], list[Any]] = {}
    for place, rank in places:
        slot = screener.plan.slots[place]
        slots.setdefault((screener.rulebook.variables[slot.name].path, rank), []).append(slot)
    found = []
    for (_, rank), read in slots.items():
        variable = min((screener.rulebook.variables[s.name] for s in read), key=lambda v: (v.order, v.name))
        months = {show_month(screener.month + s.offset) for s in read if s.kind == "m"}
        years = {f"{screener.month // 12 + s.offset:04d}" for s in read if s.kind == "a"}
        found.append((variable, rank, tuple(sorted(months or years))))
    return found
