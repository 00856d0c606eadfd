"""The audit by group: what it measures, what it hides, when it alerts, and what a floor does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.outreach.plan.candidates import FIGURES, many
from zero_non_recours.outreach.plan import Candidate, Option, PlanningError, plan_candidates
from zero_non_recours.outreach.plan.audit import ALERT, NO_ALERT, NO_VERDICT, UNKNOWN
from zero_non_recours.outreach.plan.bootstrap import resampled_sums

HALVES = {f"m{n}": {"moitie": "AB"[n % 2]} for n in range(20_000)}


def planned(people, capacity="40rdv", **given) -> Any:
    return plan_candidates(people, capacity, "evaluer_l_action", figures=FIGURES, **given)


def audited(plan, family, group) -> Any:
    return next(found for found in plan.audit if (found.family, found.group) == (family, group))


# -- measures -------------------------------------------------------------------------------------------


def test_expected_measures_are_sums_over_the_group():
    people = many(400)
    plan = planned(people, groups=HALVES)
    helped = {entry.key for entry in plan.entries if entry.step == "appointment"}
    own = [p for p in people if HALVES[p.key]["moitie"] == "A"]
    rest = [p for p in people if HALVES[p.key]["moitie"] == "B"]

    def share(group, of):
        return sum(of(p) for p in group if p.key in helped) / sum(of(p) for p in group)

    found = audited(plan, "moitie", "A")
    assert found.households == 200
    assert found.measures["acces"].value == pytest.approx(share(own, lambda p: p.reach), abs=1e-3)
    gap = share(own, lambda p: p.reach) - share(rest, lambda p: p.reach)
    assert found.measures["acces"].difference == pytest.approx(gap, abs=1.1e-3)
    assert found.measures["acces_euros"].value == pytest.approx(share(own, lambda p: p.value), abs=1e-3)
    incomplete = sum(not p.complete for p in own) / 200
    assert found.measures["part_incomplets"].value == pytest.approx(incomplete, abs=1e-3)
    assert found.measures["part_a_verifier"].value == pytest.approx(incomplete, abs=1e-3)
    assert 0 < found.measures["rang_moyen"].value < 1
    assert "precision" not in found.measures and "ecart_calibration" not in found.measures


def test_with_the_truth_they_are_shares_of_what_was_missing():
    people = many(400)
    rng = np.random.default_rng(3)
    truth = {p.key: {"rsa": 100.0} if rng.random() < p.reach else {} for p in people}
    plan = planned(people, groups=HALVES, truth=truth)
    helped = {entry.key for entry in plan.entries if entry.step == "appointment"}
    own = [p for p in people if HALVES[p.key]["moitie"] == "B"]
    missing = [p for p in own if truth[p.key]]
    measures = audited(plan, "moitie", "B").measures
    assert measures["acces"].value == pytest.approx(sum(p.key in helped for p in missing) / len(missing), abs=1e-3)
    chosen = [p for p in own if p.key in helped]
    assert measures["precision"].value == pytest.approx(sum(bool(truth[p.key]) for p in chosen) / len(chosen), abs=1e-3)
    gap = (sum(p.reach for p in own) - len(missing)) / (2 * len(own))  # two rights examined in each
    assert measures["ecart_calibration"].value == pytest.approx(gap, abs=1e-3)


def test_the_bootstrap_is_centred_and_as_wide_as_theory_says():
    values = np.linspace(0, 1, 2_000)[:, None]
    draws = resampled_sums([f"k{n}" for n in range(2_000)], values, np.ones((2_000, 1), np.bool_), 0)[:, 0, 0]
    assert draws.shape == (500,)
    theory = float(np.sqrt((values**2).sum()))  # the variance of a sum of Poisson times values
    assert draws.mean() == pytest.approx(values.sum(), abs=4 * theory / np.sqrt(500))
    assert draws.std() == pytest.approx(theory, rel=0.12)


def test_an_interval_holds_no_difference_between_random_halves_most_of_the_time():
    inside = 0
    for seed in range(40):
        plan = planned(many(600, seed), "100rdv", groups=HALVES)
        gap = audited(plan, "moitie", "A").measures["acces"]
        inside += gap.low <= 0 <= gap.high
    assert inside >= 34


# -- what is shown --------------------------------------------------------------------------------------


def sized(*sizes):
    """Groups of given sizes, as labels by key."""
    labels = [str(rank) for rank, size in enumerate(sizes) for _ in range(size)]
    return {f"m{place}": {"quartier": label} for place, label in enumerate(labels)}


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ((100, 11), set()),
        ((100, 10), {"0", "1"}),  # the other would follow from the total
        ((100, 50, 10), {"1", "2"}),
        ((100, 50, 6, 5), {"2", "3"}),
        ((100, 50, 5, 5), {"1", "2", "3"}),  # two that hold fewer than 11 together
    ],
)
def test_small_groups_are_hidden_and_do_not_follow_from_the_others(sizes, hidden):
    plan = planned(many(sum(sizes)), groups=sized(*sizes))
    found = {group.group: group for group in plan.audit if group.family == "quartier"}
    assert {label for label, group in found.items() if group.households is None} == hidden
    for label in hidden:
        assert found[label].measures == {} and found[label].reach_ratio is None
        assert found[label].sentences == ("Effectif trop petit : rien n'est montré.",)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=5))
def test_what_is_hidden_never_adds_up_to_less_than_the_least_size(sizes):
    plan = planned(many(sum(sizes)), "3rdv", groups=sized(*sizes))
    hidden = [sizes[int(g.group)] for g in plan.audit if g.family == "quartier" and g.households is None]
    assert all(size in hidden for size in sizes if size < 11)
    assert not hidden or sum(hidden) == sum(sizes) or (sum(hidden) >= 11 and len(hidden) > 1)


def test_nothing_is_concluded_under_thirty():
    plan = planned(many(229), groups=sized(200, 29))
    assert {group.verdict for group in plan.audit if group.family == "quartier"} == {NO_VERDICT}
    plan = planned(many(230), groups=sized(200, 30))
    assert NO_VERDICT not in {group.verdict for group in plan.audit if group.family == "quartier"}


def test_a_measure_of_too_few_households_helped_is_not_shown():
    people = many(400)
    truth = {p.key: {"rsa": 1.0} if p.value else {} for p in people}
    measures = audited(planned(people, "12rdv", groups=HALVES, truth=truth), "moitie", "A").measures
    assert measures["precision"].value is None and measures["acces"].value is not None


def test_households_without_a_label_are_a_group_of_their_own():
    groups = {f"m{n}": {"sexe": "F" if n % 2 else None} for n in range(100)}
    plan = planned(many(200), groups=groups)
    assert audited(plan, "sexe", "F").households == 50
    assert audited(plan, "sexe", UNKNOWN).households == 150


def test_groups_of_households_that_are_not_in_the_plan_are_told():
    groups = {"m1": {"sexe": "F"}, "ailleurs": {"sexe": "F"}}
    plan = planned(many(50), groups=groups)
    assert plan.notes[-1] == "1 ménage(s) des groupes donnés ne sont pas dans ce plan."


def test_the_family_of_files_is_ours():
    with pytest.raises(PlanningError) as caught:
        planned(many(20), groups={"m1": {"dossier": "x"}})
    assert caught.value.code == "groupe-reserve"


def test_an_audit_of_nobody_is_empty():
    assert planned([]).audit == ()


def test_the_audit_does_not_depend_on_the_order_of_the_candidates():
    people = many(300)
    assert planned(people, groups=HALVES).audit == planned(people[::-1], groups=HALVES).audit


# -- alerts ---------------------------------------------------------------------------------------------


def test_groups_independent_of_need_are_reached_alike():
    plan = planned(many(20_000), "2000rdv", groups=HALVES)
    found = audited(plan, "moitie", "A")
    assert 0.9 <= found.reach_ratio <= 1.1 and found.verdict == NO_ALERT and found.sentences == ()


def test_incomplete_files_that_are_expected_less_are_an_alert():
    plan = planned(many(4_000, incomplete_gain=0.5), "400rdv")
    found = audited(plan, "dossier", "incomplet")
    assert found.reach_ratio < 0.8 and found.verdict == ALERT
    ratio = f"{found.reach_ratio:.2f}".replace(".", ",")
    assert found.sentences == (f"Atteint {ratio} fois autant que les autres (seuil d'alerte 0,80).",)
    assert audited(plan, "dossier", "complet").verdict == NO_ALERT


@pytest.mark.parametrize(("seed", "doubt"), [(2, " ; l'écart peut être dû au hasard"), (4, "")])
def test_a_gap_that_may_be_chance_is_said_so(seed, doubt):
    found = audited(planned(many(150, seed), "20rdv"), "dossier", "incomplet")
    assert (found.measures["acces"].high < 0) == (not doubt) and found.verdict == ALERT
    assert found.sentences[0].endswith(f"(seuil d'alerte 0,80){doubt}.")


def test_a_group_for_which_too_much_is_announced_is_an_alert():
    people = many(2_000)
    truth = {p.key: {"rsa": 1.0} if n % 2 and p.reach > 0.5 else {} for n, p in enumerate(people)}
    found = audited(planned(people, groups=HALVES, truth=truth), "moitie", "A")
    assert found.verdict == ALERT
    assert found.sentences[-1].startswith("Les droits manquants y sont annoncés plus souvent que chez les autres")


# -- a floor --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", ["400rdv", "16000min", "400rdv+30000min"])
def test_a_floor_raises_the_group_that_is_left_behind_and_says_its_cost(capacity):
    people = many(4_000, incomplete_gain=0.5)
    without, plan = planned(people, capacity), planned(people, capacity, floor="dossier")
    assert audited(without, "dossier", "incomplet").reach_ratio < 0.8
    assert 0.799 <= audited(plan, "dossier", "incomplet").reach_ratio < 0.83
    floor = plan.floor
    assert floor.reached and floor.added > 0
    assert floor.cost == pytest.approx(without.totals.gain - plan.totals.gain, abs=1.0) and floor.cost > 0
    assert plan.totals.appointments <= without.totals.appointments
    assert plan.notes[1].startswith("Plancher d'accès des groupes « dossier » : il est atteint")


def test_a_floor_that_is_already_there_changes_nothing():
    people = many(4_000)
    without, plan = planned(people, "400rdv", groups=HALVES), planned(people, "400rdv", groups=HALVES, floor="moitie")
    assert plan.floor.reached and plan.floor.added == 0 and plan.floor.cost == 0
    assert plan.entries == without.entries


def test_a_floor_leaves_those_drawn_where_they_are():
    people = many(4_000, incomplete_gain=0.5)
    without, plan = (planned(people, "400rdv", random_share=0.1, floor=floor) for floor in (None, "dossier"))
    drawn = [{entry.key for entry in p.entries if entry.drawn_at_random} for p in (without, plan)]
    assert drawn[0] == drawn[1] and len(drawn[0]) == 40


def test_a_floor_that_cannot_be_reached_says_so():
    """The households of a group have nothing to be offered: no appointment can raise their reach."""
    help_ = (Option("demande_accompagnee", ("a",), 40.0, 100.0, appointment=True),)
    people = [
        Candidate(f"m{n}", help_ if n < 50 else (), 300.0, 0.0, 1.0, {"a": "probably_missing"}, n < 50, None)
        for n in range(100)
    ]
    plan = planned(people, "20rdv", floor="dossier")
    assert plan.floor.reached is False and plan.counts.selected == 20
    assert plan.notes[1] == (
        "Plancher d'accès des groupes « dossier » : il n'a pas pu être atteint avec cette capacité ; "
        "0 ménages aidés à ce titre, pour 0 € attendus de moins."
    )


def test_a_floor_of_an_unknown_family_names_the_nearest():
    with pytest.raises(PlanningError, match="« moitie »"):
        planned(many(100), groups=HALVES, floor="moitié")


# -- deprivation ----------------------------------------------------------------------------------------


def test_the_plan_is_compared_with_a_list_of_the_poorest():
    people = many(400)
    plan = planned(people)
    could = sorted((p for p in people if p.value), key=lambda p: p.resources)
    poorest = {p.key for p in could[:40]}
    both = sum(entry.key in poorest for entry in plan.entries if entry.step == "appointment")
    assert (plan.overlap.helped, plan.overlap.poorest, plan.overlap.both) == (40, 40, both)
    assert plan.overlap.share == both / 40 and plan.overlap.unknown == 0


def test_a_short_list_is_not_compared():
    overlap = planned(many(400), "10rdv").overlap
    assert overlap.both is None and overlap.share is None
    assert overlap.sentence == "Trop peu de ménages pour comparer le plan avec un ordre selon les ressources."
