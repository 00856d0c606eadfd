"""Tight bounds: sound, never wider than the plain ones, never widened by an answer, exact on short lists of values."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.households import forget, full_plan, give_back, household, removable, shipped
from tests.engine.small_plans import ALL_KINDS, TRIED, SmallPlan, inside, put, unknown
from zero_non_recours import Household
from zero_non_recours.engine.plan import Plan
from zero_non_recours.engine.reading import Reading
from zero_non_recours.engine.refine import BOXES_ALONG, COMBINATIONS, Open, Refiner
from zero_non_recours.engine.relevance import BOTH
from zero_non_recours.screening.screen import screener_of

seeds = st.integers(0, 2**32)
many = settings(max_examples=250, deadline=None)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Case:
    """A small household with some answers forgotten, its bounds and the range of its exact results."""

    def __init__(self, seed: int, kinds: Any = ALL_KINDS) -> None:
        self.small = SmallPlan(seed, kinds=kinds)
        self.plan = self.small.plan
        self.persons = self.small.rng.randint(1, 3)
        self.answers = self.small.household(self.persons)
        self.forgotten = self.small.forgotten(self.persons)
        self.left = unknown(self.answers, self.forgotten)
        self.tight = Reading(self.plan, self.left, self.persons)
        self.plain = Reading(self.plan, self.left, self.persons, tight=())
        self.hulls = self.small.hulls(self.left, self.forgotten, self.persons)

    def mixed(self, result: int) -> list[tuple[int, int | None]]:
        """The answers that move a result both ways."""
        return [place for place, way in self.plain.open_answers([result]).items() if way == BOTH]


# -- small plans, all of whose answers are tried -----------------------------------------------------------


@given(seed=seeds)
@many
def test_tight_bounds_hold_the_exact_answers_and_are_within_the_plain_ones(seed):
    case = Case(seed)
    for tight, plain, hull in zip(case.tight.ends, case.plain.ends, case.hulls, strict=True):
        assert inside(hull, tight), (hull, tight)
        assert inside(tight, plain, 0.0), (tight, plain)


@given(seed=seeds)
@many
def test_enumerated_answers_give_the_range_of_the_exact_results(seed):
    """Whatever the answers are that move a result one way only; those that move it both ways are short lists."""
    case = Case(seed, ("yes_no", "whole"))
    for result, (tight, hull) in enumerate(zip(case.tight.ends, case.hulls, strict=True)):
        if prod(len(TRIED[case.small.kinds[place]]) for place, _ in case.mixed(result)) <= COMBINATIONS:
            assert tight == pytest.approx(hull, abs=1e-6)


@given(seed=seeds)
@many
def test_plain_bounds_are_met_when_every_answer_moves_the_result_one_way(seed):
    case = Case(seed)
    assume(not all(case.mixed(result) for result in range(len(case.hulls))))
    for result, (plain, hull) in enumerate(zip(case.plain.ends, case.hulls, strict=True)):
        if not case.mixed(result):
            assert plain == pytest.approx(hull, abs=1e-9)


@given(seed=seeds)
@many
def test_an_answer_given_back_never_widens(seed):
    case = Case(seed)
    current, before = case.left, case.tight.ends
    for place, rank in case.forgotten:
        answer = case.answers[place] if rank is None else case.answers[place][rank]
        current = put(current, {(place, rank): answer})
        ends = Reading(case.plan, current, case.persons).ends
        assert all(inside(now, then) for now, then in zip(ends, before, strict=True))
        before = ends
    exact = case.small.exact(case.answers, case.persons)
    assert [low for low, _ in before] == [high for _, high in before] == list(exact)


@given(seed=seeds)
@many
def test_a_range_is_between_the_answer_and_nothing_known(seed):
    case = Case(seed, ("number",))
    ranges = {
        (place, rank): (max(0.0, answer - 0.5), min(3.0, answer + 0.25))
        for place, rank in case.forgotten
        for answer in [case.answers[place] if rank is None else case.answers[place][rank]]
    }
    narrow = Reading(case.plan, put(case.left, ranges), case.persons)  # type: ignore[arg-type]
    exact = case.small.exact(case.answers, case.persons)
    for value, ends, wide in zip(exact, narrow.ends, case.tight.ends, strict=True):
        assert inside((value, value), ends)
        assert inside(ends, wide)


# -- along the values of some answers -----------------------------------------------------------------------


@given(seed=seeds)
@many
def test_along_many_answers_is_one_answer_after_the_other(seed):
    case = Case(seed, ("number",))
    assume(case.forgotten)
    along, *others = case.forgotten
    tried = np.array([0.0, 0.4, 1.0, 2.5, 3.0])
    found = case.plan.refiner.along(case.plan.roots, {along: tried}, case.tight.bounds)
    for rank, answer in enumerate(tried.tolist()):
        alone = case.plan.refiner.along(case.plan.roots, {along: tried[rank : rank + 1]}, case.tight.bounds)
        given_back = put(case.left, {along: answer})
        plain = Reading(case.plan, given_back, case.persons, tight=())
        hulls = case.small.hulls(given_back, others, case.persons)
        for (low, high), (one_low, one_high), known, hull in zip(found, alone, plain.ends, hulls, strict=True):
            ends = float(low[rank]), float(high[rank])
            assert ends == pytest.approx((float(one_low[0]), float(one_high[0])), abs=1e-9)
            assert inside(hull, ends)
            assert inside(ends, known, 1e-7)


@given(seed=seeds)
@many
def test_along_an_answer_the_others_are_listed(seed):
    """Each value of the answer has the range of the exact results, whatever the other answers are."""
    case = Case(seed, ("yes_no", "whole"))
    assume(case.forgotten)
    along, *others = case.forgotten
    values = TRIED[case.small.kinds[along[0]]]
    tried, opened = np.array(values), [Open(*place) for place in others]
    wide = case.plan.refiner.along(case.plan.roots, {along: tried}, case.tight.bounds)
    found = case.plan.refiner.along(case.plan.roots, {along: tried}, case.tight.bounds, opened)
    listed = prod(len(TRIED[case.small.kinds[place]]) for place, _ in others) <= min(COMBINATIONS, BOXES_ALONG)
    for rank, answer in enumerate(values):
        hulls = case.small.hulls(put(case.left, {along: answer}), others, case.persons)
        for (low, high), (least, most), hull in zip(found, wide, hulls, strict=True):
            ends = float(low[rank]), float(high[rank])
            assert inside(hull, ends) and inside(ends, (float(least[rank]), float(most[rank])))
            assert not listed or ends == pytest.approx(hull, abs=1e-6)


def test_along_several_answers_moves_them_together():
    case = next(c for c in map(Case, range(100)) if len(c.forgotten) > 1 and c.hulls[0][0] != c.hulls[0][1])
    values = [TRIED[case.small.kinds[place]] for place, _ in case.forgotten]
    columns = np.array([[v[rank % len(v)] for rank in range(6)] for v in values])
    found = case.plan.refiner.along(case.plan.roots, dict(zip(case.forgotten, columns, strict=True)), case.tight.bounds)
    for rank in range(6):
        answers = put(case.left, dict(zip(case.forgotten, columns[:, rank].tolist(), strict=True)))
        for exact, (low, high) in zip(case.small.exact(answers, case.persons), found, strict=True):
            assert (low[rank], high[rank]) == pytest.approx((exact, exact), abs=1e-9)


# -- the rules of the fictional country, and the shipped ones -------------------------------------------------


def plan_and_groups(rules: str) -> tuple[Plan, list[Any] | None]:
    """Every rule of the fictional country; the rights of the shipped rules, each bounded as a screening does."""
    if rules == "fictional":
        return full_plan("fictional", "2026-11"), None
    screener = screener_of(shipped(), "2026-11")
    return screener.plan, [part.results for part in screener.plans]


def flat(pair: Any) -> list[tuple[float, float]]:
    return list(zip(*pair, strict=True)) if isinstance(pair[0], list) else [pair]


@pytest.mark.parametrize("rules", ["fictional", "shipped"])
@given(seed=seeds, persons=st.integers(1, 4), share=st.sampled_from([0.02, 0.2, 1.0]))
@few
def test_the_rules_stay_sound_and_only_narrow(rules, seed, persons, share):
    plan, groups = plan_and_groups(rules)
    rng = Random(seed)
    answers = household(plan, rng, persons, 0.0)
    exact = plan.exact(answers, persons)
    assert exact is not None
    left = forget(answers, removable(plan, answers, persons), rng, share)
    closer = give_back(left, answers, rng, 0.4)
    readings = [Reading(plan, one, persons, groups) for one in (answers, closer, left)]
    plain = Reading(plan, left, persons, ())
    for name, value, *bounds in zip(plan.names, exact, *(r.ends for r in (*readings, plain)), strict=True):
        known = list(value) if isinstance(value, list) else [value]
        for v, *(one) in zip(known, *map(flat, bounds), strict=True):
            if v == v:
                chain = [(v, v), *one]
                assert all(inside(inner, outer) for inner, outer in pairwise(chain)), name


def test_an_unbounded_answer_that_is_added_and_taken_away_has_a_close_upper_bound():
    """The prime d'activité: wages raise it by a share of them and lower it by all of them."""
    screener = screener_of(shipped(), "2026-11")
    [part] = [part for part in screener.plans if part.right.name == "ppa"]
    amount = part.index[part.right.amount]

    def bounds(groups: list[Any], **wage: float) -> tuple[float, float]:
        incomes = {"chomage_net": 0, **wage}
        person = {"role": "demandeur", "date_naissance": "1990-05-05", "nationalite": "FR", "revenus": incomes}
        home = {"statut": "heberge_gratuit"}
        profile = {"personnes": [person], "logement": home, "prestations_recues": {"aide_logement": 0}}
        answers, persons = screener.reader.read(Household.model_validate(profile))
        return Reading(screener.plan, answers, persons, groups).ends[amount]

    most = max(bounds([], salaire_net=wage)[1] for wage in range(0, 2000, 5))
    assert bounds([])[1] == np.inf
    assert most <= bounds([part.results])[1] <= 1.02 * most


def test_a_plan_keeps_one_refiner():
    plan = full_plan("fictional", "2026-11")
    assert isinstance(plan.refiner, Refiner) and plan.refiner is plan.refiner
