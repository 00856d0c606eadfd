"""Ranks the rights that a household is probably missing: what to do first, what it would bring, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from zero_non_recours.outreach.actions import cause_of, signs_of
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.outreach.result import (
    RANKED,
    Bundle,
    Eligibility,
    Monthly,
    RankedRight,
    Ranking,
    Value,
)
from zero_non_recours.outreach.sentences import (
    OBJECTED,
    effect_sentence,
    explanation_of,
    linked_sentence,
    other_reason,
    reasons_of,
)
from zero_non_recours.profile.follow_up import steps_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.pause import collection_paused

if TYPE_CHECKING:
    from zero_non_recours.outreach.study import Studies, Study

DRAWS = 256
"""Draws of what is not known, for one household."""
NOTICED = 1.0
"""The least change of another right, in € a month, that is told."""
BASES = 49
"""The base rates tried for what would change the order, evenly spread."""


def rank_rights(
    household: HouseholdBase | Mapping[str, Any],
    month: str,
    *,
    rulebook: Rulebook | None = None,
    rights: Iterable[str] | None = None,
    draws: int = DRAWS,
    parameters: OutreachParameters | None = None,
    today: date | None = None,
) -> Ranking:
    """The rights a household is probably missing for the month of right `AAAA-MM`, in the order to work on them.

    For each right of a claim unit: how likely it is that it is due and not received, what it would bring once the whole
    household is simulated again with every set of rights claimed, what waiting costs, what to do and why. Everything
    is a proposal for somebody to check. Nothing depends on sex, nationality or place but the law itself, and nothing
    is said of a person.

    Args:
        household: a validated `Household`, or a mapping to validate; its `suivi` says what was already done.
        month: the month of right, `AAAA-MM`.
        rulebook: default, the shipped rules.
        rights: names of rights; default, all of them.
        draws: how many draws of the missing answers, where the cases cannot all be told.
        parameters: base rates, effects and costs; default, the shipped ones (`rules/non_recours`).
        today: the day from which the next contact is counted; default, the first of the month. No clock is read.

    Raises:
        pydantic.ValidationError: the mapping is not a valid household.
        PlanError: an unknown right, or a month before the rules' coverage.
        ValueError: `month` is not `AAAA-MM`.
    """
    from zero_non_recours.outreach.study import studies_of

    book = rulebook or default_rulebook()
    wanted = None if rights is None else (rights,) if isinstance(rights, str) else tuple(rights)
    if not isinstance(household, HouseholdBase):
        household = household_model(book).model_validate(household)
    with collection_paused():
        studies = studies_of(book, month, wanted, parameters or default_outreach_parameters(), today)
        return ranking_of(studies, household, draws)


def ranking_of(studies: Studies, household: HouseholdBase, draws: int = DRAWS) -> Ranking:
    """The ranking of one household by the studies of a month."""
    screener, figures = studies.screener, studies.figures
    if steps_of(household).objected:
        head = (household.id, screener.month_text, screener.header, figures.digest)
        return Ranking(*head, (), {}, Bundle(0.0, 0.0), notes=(OBJECTED,))
    return _Ranked(studies, studies.study(household, draws), draws).ranking()


class _Ranked:
    """The ranking of one household being written."""

    def __init__(self, studies: Studies, study: Study, draws: int) -> None:
        from zero_non_recours.outreach.questions import document_questions, questions_of

        self.studies = studies
        self.study = study
        self.draws = draws
        self.found = study.assessment
        self.figures = studies.figures
        self.results = [study.screening.rights[name] for name in studies.names]
        self.questions = questions_of(studies, study)
        self.documents = document_questions(studies, study)

    def ranking(self) -> Ranking:
        from zero_non_recours.outreach.order import ranked
        from zero_non_recours.outreach.people import roles_of
        from zero_non_recours.outreach.units import other_units

        studies, study, weighed = self.studies, self.study, self.study.weighed
        order = ranked([one.standing for one in weighed], [one.status for one in weighed], self._tied)
        listed = [place for place, _, _ in order]
        rights: list[RankedRight] = []
        for at, (place, rank, tie) in enumerate(order):
            after = listed[at + 1] if at + 1 < len(listed) else None
            tied = [self.results[other].label for other, r, _ in order if r == rank and other != place]
            rights.append(self._right(place, rank, tie, after, tied))
        others = {
            studies.names[place]: self._right(place, None, None, None, [])
            for place in range(len(weighed))
            if weighed[place].status not in RANKED
        }
        screening, screener = study.screening, studies.screener
        claims = [
            one.result for one in (*rights, *others.values()) if one.status not in ("declined", "not_simulated_due")
        ]
        units = other_units(study.household, studies.states, study.joint, self.draws, screener.month, self.figures)
        return Ranking(
            screening.id,
            screening.month,
            screening.rulebook,
            self.figures.digest,
            tuple(rights),
            others,
            self._bundle(listed),
            tuple(sorted((*self.questions.items, *self.documents), key=lambda q: (q.net is None, -(q.net or 0.0)))),
            roles_of(study.household, claims, screener.month // 12, self.figures.thresholds.adult.value),
            units,
            screening.notes,
        )

    def _tied(self, place: int, other: int) -> bool:
        """Whether it cannot be told which of two rights is worth more."""
        if not self.study.undrawn.isdisjoint((self.studies.names[place], self.studies.names[other])):
            return False
        margin = self.figures.thresholds.tie_margin.value
        return abs(self.study.redrawn.ahead(place, other) - 0.5) <= margin + 1e-9

    def _right(
        self, place: int, rank: int | None, tie: int | None, after: int | None, tied_with: list[str]
    ) -> RankedRight:
        weighed, result = self.study.weighed[place], self.results[place]
        if weighed.status == "declined":
            return self._declined(place)
        one, listed = weighed.standing, rank is not None
        right = self.studies.rights[place]
        monthly, value = self._monthly(place), self._value(place)
        told, steps = self.study.told[place], self.study.steps.of(one.code)
        asked = [q for q in self.questions.items if one.code in q.rights] if listed else []
        threshold = None if after is None else self._threshold(place, after)
        next_label = "" if after is None else self.results[after].label
        opened = listed and result.status == "not_eligible"
        causes = cause_of(self.figures.effects, signs_of(steps, told.declared)) if listed else None
        durable = self.figures.base_rates.of(one.code).durable_share
        explanation = explanation_of(
            weighed,
            result,
            monthly,
            value,
            rulebook_version=str(self.study.screening.rulebook["version"]),
            covariates=self._covariates(one.code),
            channel=told.channel,
            figures=self.figures,
            rank=rank,
            tied_with=tied_with,
            asked=asked,
            threshold=threshold,
            next_label=next_label,
        )
        drawn = one.code not in self.study.undrawn
        reasons = (
            tuple(reasons_of(weighed, result, monthly, right, steps, opened=opened, drawn=drawn, asked=asked))
            if listed
            else (other_reason(weighed, result),)
        )
        return RankedRight(
            rank=rank,
            tie_group=tie,
            right=one.code,
            label=result.label,
            unit=result.unit,
            status=weighed.status,
            p_eligible=self._eligibility(place),
            p_not_receiving=one.not_receiving if drawn else None,
            p_missing=one.missing if drawn else None,
            p_missing_interval=self._missing_interval(place) if drawn and weighed.unused is None else None,
            p_missing_durably=one.missing * durable if drawn and durable is not None else None,
            p_first=self._first(place),
            monthly=monthly,
            value_horizon=value,
            deadline=one.deadline if one.deadline else result.next_steps["deadline"],
            cost_of_waiting=weighed.waiting,
            p_refusal=weighed.refusal if drawn else None,
            p_unused=weighed.unused,
            cause=causes,
            action=weighed.action if listed else None,
            effects=tuple(self._effects(place)),
            order_threshold=threshold,
            explanation=tuple(explanation),
            result=result,
            reasons=reasons,
        )

    def _declined(self, place: int) -> RankedRight:
        """A right that is refused: nothing else is said of it."""
        weighed, result = self.study.weighed[place], self.results[place]
        return RankedRight(
            rank=None,
            tie_group=None,
            right=weighed.standing.code,
            label=result.label,
            unit=result.unit,
            status=weighed.status,
            p_eligible=Eligibility(None, 0, 1, 0.0),
            p_not_receiving=None,
            p_missing=None,
            p_missing_interval=None,
            p_missing_durably=None,
            p_first=0.0,
            monthly=Monthly(*[math.nan] * 5),
            value_horizon=Value(*[math.nan] * 3),
            deadline=None,
            cost_of_waiting=0.0,
            p_refusal=None,
            p_unused=None,
            cause=None,
            action=None,
            effects=(),
            order_threshold=None,
            explanation=(),
            result=result,
            reasons=(other_reason(weighed, result),),
        )

    def _missing_interval(self, place: int) -> tuple[float, float]:
        """The 80 % interval of ρ as the figures are redrawn."""
        low, high = self.study.redrawn.missing_interval()
        return float(low[place, 0]), float(high[place, 0])

    def _eligibility(self, place: int) -> Eligibility:
        one, drawn = self.study.weighed[place].standing, self.study.joint
        sure = self.results[place].status == "eligible"
        if one.code in self.study.undrawn:
            return Eligibility(None, int(sure), int(one.possible), 0.5)
        sure = one.eligible == 1 and (sure or drawn.method == "none")
        size = max(1, len(drawn.weights))
        error = {"stratified": 0.5 / size, "drawn": (one.eligible * (1 - one.eligible) / size) ** 0.5}.get(drawn.method)
        return Eligibility(one.eligible, int(sure), int(one.possible), error or 0.0)

    def _monthly(self, place: int) -> Monthly:
        found = self.found
        fields = (found.gross, found.net, found.low, found.high, found.share)
        return Monthly(*(float(values[place, 0]) + 0.0 for values in fields))

    def _value(self, place: int) -> Value:
        weighed = self.study.weighed[place]
        if weighed.unused is not None:  # a voucher: only its use is in doubt
            return Value(weighed.standing.value, 0.0, weighed.standing.value / weighed.unused)
        low, high = self.study.redrawn.value_interval()
        return Value(weighed.standing.value, float(low[place, 0]), float(high[place, 0]))

    def _first(self, place: int) -> float:
        """How often a right is worth the most as the figures are redrawn."""
        values = self.study.redrawn.value[:, :, 0]
        best = values.max(axis=1)
        return float(((values[:, place] == best) & (best > 0)).mean())

    def _covariates(self, name: str) -> list[Any]:
        from zero_non_recours.outreach.told import covariates_of

        declared = {n: told.declared for n, told in zip(self.studies.names, self.study.told, strict=True)}
        return covariates_of(name, self.study.household, declared, self.figures)

    def _bundle(self, listed: Iterable[int]) -> Bundle:
        """What the rights of the list bring together."""
        places = [place for place in listed if self.study.weighed[place].unused is None and self.study.told[place].open]
        net = [float(self.found.net[place, 0]) for place in places]
        shares = [float(self.found.share[place, 0]) for place in places]
        loses = [place for place, share in zip(places, net, strict=True) if share < -NOTICED]
        without = None
        if loses:
            worst = min(loses, key=lambda place: self.found.net[place, 0])
            kept = self._together(places, without=worst)
            without = self.studies.names[worst] if kept > sum(net) else None
        return Bundle(round(sum(net), 2), round(sum(shares), 2), without)

    def _together(self, places: Iterable[int], without: int) -> float:
        """What claiming rights brings when one of them is left out, in € a month."""
        from zero_non_recours.outreach.assess import MONTHS_PER_YEAR

        joint, names = self.study.columns, self.studies.names
        linked = self.studies.states.linked
        held = [n for n, told in zip(names, self.study.told, strict=True) if told.declared]
        wanted = [names[place] for place in places if place != without]
        before = sum(1 << bit for bit, name in enumerate(linked) if name in held)
        after = before | sum(1 << bit for bit, name in enumerate(linked) if name in wanted)
        total = 0.0
        for place, name in enumerate(names):
            amounts = joint.amounts[name][:, 0] @ self.found.weights[0]
            gain = (amounts[after] if name in (*held, *wanted) else 0.0) - (amounts[before] if name in held else 0.0)
            total += float(gain) / (MONTHS_PER_YEAR if self.studies.assessor.yearly[place] else 1)
        return total

    def _effects(self, place: int) -> Iterable[str]:
        """What claiming a right does to others, and what it goes with."""
        names, linked = self.studies.names, self.studies.states.linked
        joint, result = self.study.columns, self.results[place]
        weighed = self.study.weighed[place]
        if weighed.status in RANKED and names[place] in linked and self.found.eligible[place, 0] > 0:
            bit = 1 << linked.index(names[place])
            for other, name in enumerate(names):
                if other == place or self.study.weighed[other].status == "declined":
                    continue
                amounts = joint.amounts[name][:, 0] @ self.found.weights[0]
                after, before = float(amounts[-1]), float(amounts[len(amounts) - 1 - bit])
                if abs(after - before) >= NOTICED:
                    yield effect_sentence(result.label, self.results[other].label, before, after)
        if weighed.status in RANKED and (also := result.next_steps.get("linked_rights")):
            yield linked_sentence(also)

    def _threshold(self, place: int, after: int) -> float | None:
        """The base rate of non-take-up of a right under which the next one would be worth more; `None`: none would."""
        import numpy as np

        from zero_non_recours.outreach.redraws import chances_with_bases

        one, other = self.study.weighed[place], self.study.weighed[after]
        if one.status != other.status or one.unused is not None or other.unused is not None:
            return None
        bases = (np.arange(BASES) + 1) / (BASES + 1)
        chances = chances_with_bases(self.studies.names, self.figures, one.standing.code, bases)
        values = self.studies.assessor.redrawn(self.study.columns, [self.study.told], chances).value[:, :, 0]
        ahead = np.flatnonzero(values[:, place] >= values[:, after])
        return float(bases[ahead[0]]) if len(ahead) and ahead[0] > 0 else None
