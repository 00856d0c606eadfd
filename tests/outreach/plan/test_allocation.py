"""Who gets what: never over capacity, close to the best, nobody without information, whatever the order."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.outreach.plan.candidates import FIGURES, SHOWN, candidates, many
from zero_non_recours.outreach.plan import Candidate, Capacity, Option, plan_candidates
from zero_non_recours.outreach.plan.candidate import INFORMATION

CAPACITIES = st.builds(
    Capacity,
    appointments=st.none() | st.integers(0, 6),
    minutes=st.integers(0, 300).map(float),
) | st.builds(Capacity, appointments=st.integers(0, 12))


def planned(people, capacity, **given):
    return plan_candidates(people, capacity, "informer_des_droits", figures=FIGURES, **given)


def used(plan, people):
    """The appointments and the minutes of more than information in a plan, from its lines alone."""
    by_key = {person.key: person for person in people}
    met = minutes = 0.0
    for entry in plan.entries:
        if entry.step in ("appointment", "follow_up"):
            minutes += entry.minutes
            met += entry.step == "appointment"
            assert any(o.action == entry.action and o.minutes == entry.minutes for o in by_key[entry.key].options)
    return met, minutes


# -- capacity -------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(candidates(), CAPACITIES, st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.sampled_from([0.0, 0.3, 1.0]))
def test_never_over_capacity(people, capacity, share, calls):
    plan = planned(people, capacity, random_share=share, calls=calls)
    met, minutes = used(plan, people)
    call = FIGURES.call_share
    if capacity.minutes is not None:
        assert minutes + len(plan.calls) * call * FIGURES.appointment_minutes <= capacity.minutes + 1e-6
        assert met <= (math.inf if capacity.appointments is None else capacity.appointments)
    else:
        assert capacity.appointments is not None and met + len(plan.calls) * call <= capacity.appointments + 1e-6


@settings(max_examples=200)
@given(candidates(), CAPACITIES)
def test_everybody_is_somewhere_and_nobody_goes_without_information(people, capacity):
    plan = planned(people, capacity, random_share=0.2, calls=0.2)
    counts = plan.counts
    assert counts.candidates == len(people) == sum(
        getattr(counts, name) for name in counts.__slots__ if name != "candidates"
    )  # fmt: skip
    assert {entry.key for entry in plan.entries} == {person.key for person in people if not person.objected}
    by_key = {person.key: person for person in people}
    for entry in plan.entries:
        statuses = set(by_key[entry.key].statuses.values())
        told = bool(statuses.intersection(SHOWN) or "to_check" in statuses)
        assert (entry.step != "none") == told
        assert (entry.rank is not None) == told
        assert bool(entry.rights) == told
        if statuses.intersection(SHOWN) and not entry.call_first:
            assert entry.action in {*INFORMATION, "invitation", "demande_accompagnee", "suivi_demande"}
    ranks = [entry.rank for entry in plan.entries if entry.rank is not None]
    assert ranks == list(range(1, len(ranks) + 1))


# -- the draw -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("appointments", "share", "expected"), [(40, 0.1, 4), (39, 0.1, 3), (9, 0.1, 0), (30, 0.3, 9)])
def test_exactly_the_share_of_the_appointments_is_drawn(appointments, share, expected):
    plan = planned(many(300), Capacity(appointments), random_share=share)
    assert plan.counts.drawn == expected and plan.counts.selected == appointments - expected
    assert sum(entry.drawn_at_random for entry in plan.entries) == expected


def test_the_order_decides_the_others_as_if_there_were_no_draw():
    people = many(300)
    without = planned(people, "36rdv")
    plan = planned(people, "40rdv", random_share=0.1)
    chosen = {entry.key for entry in plan.entries if entry.step == "appointment" and not entry.drawn_at_random}
    assert chosen == {entry.key for entry in without.entries if entry.step == "appointment"}


def test_the_draw_depends_on_the_seed_and_every_remaining_household_can_be_drawn():
    people = many(60)
    drawn = [
        {e.key for e in planned(people, "10rdv", random_share=0.5, seed=seed).entries if e.drawn_at_random}
        for seed in range(60)
    ]
    by_order = {e.key for e in planned(people, "5rdv").entries if e.step == "appointment"}
    possible = {person.key for person in people if person.options} - by_order
    assert all(len(keys) == 5 for keys in drawn)
    assert set().union(*drawn) == possible


def test_a_share_of_the_minutes_is_drawn():
    plan = planned(many(300), "1200min", random_share=0.1)
    assert plan.counts.drawn == 3 and plan.counts.selected == 27  # 120 minutes, then 1080


def test_nobody_is_drawn_who_has_only_answers_to_check():
    help_ = Option("demande_accompagnee", ("a",), 40.0, 5.0, appointment=True)
    people = [Candidate(f"h{n}", (help_,), 10.0, 0.0, 0.0, {"a": "to_check"}, False, None) for n in range(10)]
    assert planned(people, "10rdv", random_share=1.0).counts.drawn == 0


# -- how good -------------------------------------------------------------------------------------------


def best_possible(people, capacity):
    """The most that can be had, by trying everything: each household keeps its information, or gets some help."""
    timed = capacity.minutes is not None
    lines: list[list[tuple[float, float, int]]] = []
    for person in people:
        if person.objected or not set(person.statuses.values()).intersection((*SHOWN, "to_check")):
            continue
        free = [
            o for o in person.options
            if o.action in INFORMATION or not (timed or o.appointment or o.gain <= 0.6 * o.minutes)
        ]  # fmt: skip
        base = max(free, key=lambda o: (o.gain - 0.6 * o.minutes, -o.minutes), default=None)
        start = 0.0 if base is None else base.gain
        lines.append([
            (start, 0.0, 0),
            *(
                (o.gain, o.minutes if timed else 0.0, int(o.appointment))
                for o in person.options
                if o.action not in INFORMATION and (timed or o.appointment)
            ),
        ])  # fmt: skip
    states: dict[tuple[float, int], float] = {(0.0, 0): 0.0}
    for line in lines:
        reached: dict[tuple[float, int], float] = {}
        for ((minutes, met), gain), (more, cost, meets) in itertools.product(states.items(), line):
            state = (minutes + cost, met + meets)
            if state[0] <= (capacity.minutes if timed else math.inf) and state[1] <= (
                math.inf if capacity.appointments is None else capacity.appointments
            ):
                reached[state] = max(reached.get(state, -math.inf), gain + more)
        states = reached
    largest = max((max(gain for gain, _, _ in line) - line[0][0] for line in lines), default=0.0)
    return max(states.values(), default=0.0), largest


@settings(max_examples=150, deadline=None)
@given(candidates(most=7), st.integers(0, 6))
def test_with_appointments_the_greedy_is_the_optimum(people, appointments):
    capacity = Capacity(appointments)
    plan = planned(people, capacity)
    best, _ = best_possible(people, capacity)
    assert plan.totals.gain == pytest.approx(best, abs=1.0)


@settings(max_examples=150, deadline=None)
@given(candidates(most=7), st.integers(0, 200))
def test_with_minutes_the_greedy_is_within_one_household(people, minutes):
    capacity = Capacity(minutes=float(minutes))
    best, largest = best_possible(people, capacity)
    found = planned(people, capacity).totals.gain
    assert best - largest - 1.0 <= found <= best + 1.0


@settings(max_examples=200, deadline=None)
@given(candidates(most=7), st.integers(0, 4), st.integers(0, 200))
def test_with_both_limits_it_is_within_two_households(people, appointments, minutes):
    capacity = Capacity(appointments, float(minutes))
    best, largest = best_possible(people, capacity)
    found = planned(people, capacity).totals.gain
    assert best - 2 * largest - 1.0 <= found <= best + 1.0


def test_with_both_limits_identical_households_share_the_appointments():
    kinds = (
        Option("courrier", ("a",), 3.0, 100.0, appointment=False),
        Option("suivi_demande", ("a",), 20.0, 200.0, appointment=False),
        Option("demande_accompagnee", ("a",), 40.0, 400.0, appointment=True),
    )
    people = [Candidate(f"h{n}", kinds, 1_000.0, 0.0, 1.0, {"a": "probably_missing"}, True, None) for n in range(100)]
    plan = planned(people, Capacity(10, 1_000.0))
    assert (plan.counts.selected, plan.counts.followed_up, plan.counts.letters) == (10, 30, 60)


# -- the order ------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(candidates(), CAPACITIES, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(people, capacity, shuffler):
    given_ = {"random_share": 0.3, "calls": 0.2, "order": "waiting", "equity": 1.0, "floor": "dossier"}
    plan = planned(people, capacity, **given_).model_dump()
    shuffled = list(people)
    shuffler.shuffle(shuffled)
    assert planned(shuffled, capacity, **given_).model_dump() == plan
    assert planned(iter(shuffled), capacity, **given_).model_dump() == plan  # any iterable, however it comes


def test_ties_follow_neither_the_file_nor_the_alphabet():
    help_ = (Option("demande_accompagnee", ("a",), 40.0, 100.0, appointment=True),)
    people = [Candidate(f"h{n:03}", help_, 300.0, 30.0, 1.0, {"a": "act_first"}, True, None) for n in range(400)]
    first = {e.key for e in planned(people, "200rdv").entries if e.step == "appointment"}
    other = {e.key for e in planned(people, "200rdv", seed=1).entries if e.step == "appointment"}
    in_front = sum(key < "h200" for key in first)
    assert 70 < in_front < 130 and first != other


def test_at_equal_gain_who_loses_most_by_waiting_comes_first():
    help_ = (Option("demande_accompagnee", ("a",), 40.0, 100.0, appointment=True),)
    people = [Candidate(f"h{n}", help_, 300.0, float(n), 1.0, {"a": "act_first"}, True, None) for n in range(20)]
    assert [e.key for e in planned(people, "3rdv").entries[:3]] == ["h19", "h18", "h17"]


def test_the_order_by_waiting_takes_who_cannot_wait_then_value():
    def person(key, value, waiting):
        help_ = (Option("demande_accompagnee", ("a",), 40.0, 0.3 * value, appointment=True),)
        return Candidate(key, help_, value, waiting, 1.0, {"a": "probably_missing"}, True, None)

    people = [person("rich", 3_000.0, 0.0), person("middle", 2_000.0, 0.0), person("closing", 200.0, 200.0)]
    by_value = [entry.key for entry in planned(people, "2rdv").entries]
    by_waiting = [entry.key for entry in planned(people, "2rdv", order="waiting").entries]
    assert by_value == ["rich", "middle", "closing"]
    assert by_waiting == ["closing", "rich", "middle"]


def test_equity_is_off_by_default_and_raises_the_poorest_when_chosen():
    def person(key, value, resources):
        help_ = (Option("demande_accompagnee", ("a",), 40.0, value, appointment=True),)
        return Candidate(key, help_, value, 0.0, 1.0, {"a": "probably_missing"}, True, resources)

    people = [person("well", 1_000.0, 2_000.0), person("poor", 800.0, 500.0), person("unknown", 900.0, None)]
    assert [e.key for e in planned(people, "3rdv").entries] == ["well", "unknown", "poor"]
    plan = planned(people, "3rdv", equity=1.0)
    assert [e.key for e in plan.entries] == ["poor", "unknown", "well"]
    assert plan.header.equity_reference == 1_250.0
    assert "Les ressources pèsent dans l'ordre (exposant 1) : c'est un choix de l'organisme." in plan.notes


# -- calls ----------------------------------------------------------------------------------------------


def test_calls_take_their_share_of_the_appointments_the_most_useful_first():
    people = many(300)
    plan = planned(people, "40rdv", calls=0.05)
    assert len(plan.calls) == plan.totals.calls == 16  # two appointments, eight calls each
    assert plan.counts.selected == 38
    useful = {person.key for person in people if person.call_gain > 0}
    assert set(plan.calls) <= useful
    assert {entry.key for entry in plan.entries if entry.call_first} == set(plan.calls)


def test_calls_that_nobody_needs_are_given_back():
    people = [person for person in many(300) if person.complete]
    assert planned(people, "20rdv", calls=0.5).counts.selected == 20


def test_calls_are_taken_from_minutes_when_they_are_counted():
    plan = planned(many(300), "1200min", calls=0.05)
    assert len(plan.calls) == 8  # 60 minutes of 7.5
    assert plan.counts.selected == 28 and plan.totals.minutes == 28 * 40 + 60


# -- what cannot play a part ----------------------------------------------------------------------------


@settings(max_examples=40)
@given(candidates(), CAPACITIES, st.data())
def test_groups_of_any_name_change_nothing_but_the_audit(people, capacity, data):
    labels = st.dictionaries(st.sampled_from(["sexe", "age"]), st.text(max_size=4))
    groups = {person.key: data.draw(labels) for person in people}
    with_groups = planned(people, capacity, random_share=0.2, calls=0.2, groups=groups)
    without = planned(people, capacity, random_share=0.2, calls=0.2)
    assert with_groups.entries == without.entries and with_groups.totals == without.totals
    assert with_groups.counts == without.counts and with_groups.overlap == without.overlap


@settings(max_examples=40)
@given(candidates(), CAPACITIES, st.randoms(use_true_random=False))
def test_the_number_of_rights_missing_is_not_read_to_order(people, capacity, shuffler: random.Random):
    """`reach` serves the audit only."""
    changed = [
        Candidate(**{**{f: getattr(p, f) for f in Candidate.__slots__}, "reach": shuffler.random()}) for p in people
    ]
    assert planned(changed, capacity).entries == planned(people, capacity).entries


def test_an_objection_leaves_no_line():
    people = many(50)
    gone = Candidate(**{**{f: getattr(people[0], f) for f in Candidate.__slots__}, "objected": True})
    plan = planned([gone, *people[1:]], "5rdv")
    assert plan.counts.objected == 1
    assert gone.key not in plan.model_dump_json().replace('"', " ").split()
