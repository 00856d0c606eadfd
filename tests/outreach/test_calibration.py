"""What the ranking announces, against the truth of made-up households; on more of them: `make evaluation`."""

from __future__ import annotations

import numpy as np
import pytest

from tests.evaluation.calibration import amount_coverage, calibrations, marginals
from tests.evaluation.population import read_as_nothing
from tests.evaluation.robustness import parameter_coverage
from tests.evaluation.setting import Setting, case_of
from tests.evaluation.truth import TakeUp, declared_files, validated
from zero_non_recours.outreach.blocks import Blocks
from zero_non_recours.outreach.parameters import BaseRate

HOUSEHOLDS = 6_000


@pytest.fixture(scope="module")
def case():
    return case_of(HOUSEHOLDS)


@pytest.fixture(scope="module")
def found(case):
    return {one.right: one for one in calibrations(case)}


def test_the_population_has_households_for_every_right_and_files_that_lack_answers(case):
    world, due = case.world, case.setting.due
    assert (world.due.mean(axis=1) > 0.2).all() and (world.missing.sum(axis=1) > 100).all()
    assert 0.25 < 1 - due.complete.mean() < 0.45
    assert np.mean(world.declared == -1) == pytest.approx(0.45, abs=0.02)


@pytest.mark.parametrize("right", ["rsa", "ppa", "aide_logement", "cheque_energie"])
def test_the_probability_that_a_right_is_missing_is_calibrated(found, right):
    one = found[right]
    assert one.error <= 0.02
    assert abs(one.announced - one.true) <= 0.01
    assert one.brier < one.constant


def test_expected_euros_are_those_that_are_missing(found):
    assert found["total"].euros == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("complete", [True, False])
def test_files_that_lack_answers_are_calibrated_as_well_as_the_others(case, complete):
    group = case.setting.due.complete == complete
    gaps = case.seen.missing[:, group].mean(axis=1) - case.world.missing[:, group].mean(axis=1)
    assert np.abs(gaps).max() <= 0.02


@pytest.mark.parametrize("declared", [-1, 0, 1])
def test_it_is_calibrated_whatever_is_said_of_the_receipt(case, declared):
    for place in range(len(case.setting.studies.names)):
        group = case.world.declared[place] == declared
        gap = case.seen.missing[place, group].mean() - case.world.missing[place, group].mean()
        assert abs(gap) <= 0.025


def test_eight_true_amounts_in_ten_are_in_the_interval_of_amounts(case):
    found = [one for one in amount_coverage(case) if one.amounts]
    assert {one.right for one in found} == {"rsa", "ppa", "aide_logement"}
    assert all(0.75 <= one.covered <= 0.85 for one in found)


def test_about_eight_true_rates_in_ten_are_in_the_interval_of_the_redraws():
    """Few worlds, all rights together; right by right in `make evaluation`."""
    found = parameter_coverage(case_of(HOUSEHOLDS).setting, worlds=30, households=2_500)
    assert np.mean([one.covered for one in found]) == pytest.approx(0.8, abs=0.12)
    assert all(one.width > 0.01 for one in found)


def test_the_take_up_that_is_drawn_gives_the_published_rates(case):
    alone, both = marginals(case.setting)
    assert alone.everybody == pytest.approx(0.34, abs=0.01)
    assert alone.with_housing_benefit == pytest.approx(0.18, abs=0.03)
    assert alone.without == pytest.approx(0.57, abs=0.03)
    # With the tenure too, half of each shift is kept, and recentred: the split is narrower than the published one.
    assert both.everybody == pytest.approx(0.34, abs=0.01)
    assert both.with_housing_benefit == pytest.approx(0.18, abs=0.03)
    assert both.without == pytest.approx(0.57, abs=0.03)
    assert both.without - both.with_housing_benefit < alone.without - alone.with_housing_benefit


# -- the truth itself -------------------------------------------------------------------------------------


def test_what_missing_rights_bring_adds_up_to_the_gain_of_claiming_them(case):
    due, world = case.setting.due, case.world
    before = (due.paid(due.state(world.received)) * world.received).sum(axis=0)
    held = world.received | world.missing
    after = (due.paid(due.state(held)) * held).sum(axis=0)
    assert world.gains == pytest.approx(after - before, abs=1e-6)


def test_nobody_misses_a_right_that_is_not_due_nor_one_that_is_received(case):
    world = case.world
    assert not (world.missing & (world.received | ~world.due)).any()
    assert (world.due | ~world.received).all()


def test_the_seed_decides_of_everything():
    one, two, other = (Setting.of(60, seed) for seed in (3, 3, 4))
    assert (one.due.amounts == two.due.amounts).all() and one.profiles == two.profiles
    assert (one.case().world.declared == two.case().world.declared).all()
    assert one.profiles != other.profiles


def test_a_base_rate_that_nobody_takes_up_is_drawn_so(case):
    world = Setting.of(200).case(TakeUp(base={"ppa": 1e-9})).world
    assert not world.missing[1].any() and world.missing.any()
    assert all(isinstance(rate, BaseRate) for rate in case.setting.studies.assessor.rates)


def test_unknown_answers_read_as_nothing_leave_nothing_unknown(case):
    files = declared_files(case.setting.profiles[:300], case.world, case.setting.studies.names)
    households = validated([read_as_nothing(file) for file in files])
    pieces = list(Blocks(case.setting.studies, 8).joint.read(households))
    assert [piece.weights.shape[1] for piece in pieces] == [1] * len(pieces)
