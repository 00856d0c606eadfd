"""Whom the order reaches among made-up households that miss a right; on more of them: `make evaluation`."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evaluation.fairness import calls, candidates_of, exploration, independent_groups, met, reach
from tests.evaluation.measures import first
from tests.evaluation.setting import case_of
from zero_non_recours.outreach.plan import plan_candidates

HOUSEHOLDS = 6_000


@pytest.fixture(scope="module")
def case():
    return case_of(HOUSEHOLDS)


def test_groups_that_need_does_not_depend_on_are_reached_alike(case):
    ratios = independent_groups(case)
    assert ratios.mean() == pytest.approx(1, abs=0.1)


def test_an_order_that_looks_at_the_group_would_be_seen(case):
    """The measure is able to tell: an order that prefers a group reaches it more."""
    group = np.arange(case.setting.size) % 2 == 0
    chosen = first(case.seen.share.sum(axis=0) * np.where(group, 1.0, 0.7), case.setting.appointments)
    assert reach(case, chosen, group) > 1.3 * reach(case, chosen, ~group)


def test_calls_for_missing_answers_reach_more_incomplete_files_at_little_cost(case):
    found = {(one.spent, one.chosen_by): one for one in calls(case)}
    none, chosen = found[0.0, "value of the answers"], found[0.05, "value of the answers"]
    assert chosen.incomplete / chosen.complete > none.incomplete / none.complete
    assert chosen.euros > 0.97 * none.euros
    assert chosen.euros > found[0.05, "lot"].euros


def test_the_share_drawn_at_random_takes_exactly_that_many_appointments(case):
    found = exploration(case, 1_500)
    assert found.appointments == 75 and found.drawn == found.asked == 7
    assert found.outside == 0
    assert 0.8 < found.kept < 1


def test_a_plan_meets_those_that_the_order_puts_first(case):
    people = candidates_of(case, 1_000)
    plan = plan_candidates(people, "50rdv", "evaluer_l_action", random_share=0.0)
    expected = {people[row].key for row in first(case.seen.share.sum(axis=0)[:1_000], 50).tolist()}
    assert met(plan) == expected


def test_the_audit_sees_whether_files_are_complete(case):
    people = candidates_of(case, 1_500)
    missing = [
        {name: float(euros) for name, euros in zip(case.setting.studies.names, row, strict=True) if euros > 0}
        for row in case.world.shares.T[:1_500].tolist()
    ]
    truth = {person.key: found for person, found in zip(people, missing, strict=True)}
    plan = plan_candidates(people, "75rdv", "evaluer_l_action", truth=truth, random_share=0.0)
    audited = {group.group: group for group in plan.audit if group.family == "dossier"}
    chosen = np.flatnonzero([person.key in met(plan) for person in people])
    part = np.arange(case.setting.size) < 1_500
    for label, group in (("complet", case.setting.due.complete), ("incomplet", ~case.setting.due.complete)):
        assert audited[label].measures["acces"].value == pytest.approx(reach(case, chosen, group & part), abs=0.02)
