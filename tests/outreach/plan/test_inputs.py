"""What a plan is asked for: the purpose, the capacity, and candidates that cannot be used."""

from __future__ import annotations

import dataclasses
import inspect
import math

import pytest

from tests.outreach.plan.candidates import FIGURES, many
from zero_non_recours.outreach.plan import (
    Candidate,
    Capacity,
    Option,
    PlanFigures,
    PlanningError,
    plan_candidates,
    plan_outreach,
)
from zero_non_recours.outreach.plan.allocate import allocate
from zero_non_recours.outreach.plan.purpose import Purpose, parse_purpose
from zero_non_recours.outreach.plan.table import CandidateTable

HELP = Option("demande_accompagnee", ("rsa",), 40.0, 300.0, appointment=True)
ONE = Candidate("h1", (HELP,), 1_000.0, 90.0, 0.8, {"rsa": "probably_missing"}, complete=True, resources=None)


def planned(candidates, capacity="10rdv", purpose="informer_des_droits", **given):
    return plan_candidates(candidates, capacity, purpose, figures=FIGURES, **given)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_is_known_by_its_code_and_by_its_text(purpose):
    assert parse_purpose(purpose.value) is purpose
    assert parse_purpose(purpose.text.upper()) is purpose


@pytest.mark.parametrize(
    "text", ["contrôler", "Contrôle des allocataires", "fraude", "lutte contre les indus", "vérifier"]
)
def test_there_is_no_purpose_of_control(text):
    with pytest.raises(PlanningError) as caught:
        planned([ONE], purpose=text)
    assert caught.value.code == "finalite-refusee"
    assert str(caught.value) == (
        "Aucune finalité de contrôle n'existe ici : l'ordre des ménages ne sert qu'à leur faire connaître leurs "
        "droits, jamais à vérifier, à suspecter ou à sanctionner. "
        "Finalités : informer_des_droits, preparer_un_rendez_vous, evaluer_l_action."
    )


def test_a_mistyped_purpose_is_told_the_nearest_and_nothing_is_not_one():
    with pytest.raises(PlanningError, match="« informer_des_droits »") as caught:
        parse_purpose("informer des droit")
    assert caught.value.code == "finalite-inconnue"
    with pytest.raises(PlanningError) as caught:
        parse_purpose("  ")
    assert caught.value.code == "finalite-absente"


@pytest.mark.parametrize(
    ("text", "appointments", "minutes"),
    [
        ("40rdv", 40, None),
        ("40 rendez-vous", 40, None),
        ("1200min", None, 1_200.0),
        ("20h", None, 1_200.0),
        ("1,5 h", None, 90.0),
        ("40rdv+1200min", 40, 1_200.0),
        ("40 rdv, 20 heures", 40, 1_200.0),
        ("40rdv,1200min", 40, 1_200.0),
        ("20h et 0 rdv", 0, 1_200.0),
    ],
)
def test_a_capacity_is_read(text, appointments, minutes):
    assert Capacity.parse(text) == Capacity(appointments, minutes)


@pytest.mark.parametrize(
    "text", ["", "40", "rdv", "-3rdv", "2.5rdv", "40rdv+10rdv", "20h+10min", "40rdv 20h", "nanmin"]
)
def test_a_capacity_that_does_not_read_says_how_to_write_it(text):
    with pytest.raises(PlanningError, match="40rdv, 1200min") as caught:
        Capacity.parse(text)
    assert caught.value.code == "capacite"


@pytest.mark.parametrize(("appointments", "minutes"), [(None, None), (-1, None), (None, math.inf), (None, math.nan)])
def test_a_capacity_is_a_number(appointments, minutes):
    with pytest.raises(PlanningError):
        Capacity(appointments, minutes)


@pytest.mark.parametrize(
    "given",
    [{"random_share": 1.5}, {"calls": -0.1}, {"equity": math.nan}, {"order": "alphabet"}, {"random_share": math.nan}],
)
def test_other_choices_are_checked(given):
    with pytest.raises(PlanningError):
        planned([ONE], **given)


def test_a_refused_right_is_never_planned():
    with pytest.raises(PlanningError) as caught:
        planned([dataclasses.replace(ONE, declined=("rsa",))])
    assert caught.value.code == "droit-refuse" and "h1" not in str(caught.value)
    with pytest.raises(PlanningError):
        planned([dataclasses.replace(ONE, statuses={"rsa": "declined"})])


def test_keys_are_different_and_never_in_a_message():
    with pytest.raises(PlanningError) as caught:
        planned([ONE, ONE])
    assert caught.value.code == "cle-double" and "h1" not in str(caught.value)


@pytest.mark.parametrize("change", [{"value": math.nan}, {"waiting": math.inf}, {"resources": math.inf}])
def test_a_number_that_is_not_one_stops_the_plan(change):
    with pytest.raises(PlanningError) as caught:
        planned([dataclasses.replace(ONE, **change)])
    assert caught.value.code == "nombre"


def test_negative_minutes_stop_the_plan():
    with pytest.raises(PlanningError):
        planned([dataclasses.replace(ONE, options=(dataclasses.replace(HELP, minutes=-1.0),))])


def test_neither_groups_nor_responses_can_reach_the_allocation():
    """By construction: no parameter of what allocates, and no field of what it reads, holds them."""
    assert list(inspect.signature(allocate).parameters) == [
        "table", "weights", "limits", "random_share", "minute_euros", "seed",
    ]  # fmt: skip
    named = {field.name for kind in (Candidate, Option, CandidateTable) for field in dataclasses.fields(kind)}
    forbidden = ("group", "sex", "age", "response", "attend", "score", "risk", "propensity", "nation", "birth")
    words = {word for name in named for word in name.split("_")}
    assert not words.intersection(forbidden)


def test_the_shipped_figures_are_those_of_the_model():
    figures = PlanFigures.of()
    assert (figures.random_share, figures.call_share, figures.reach_ratio) == (0.10, 0.125, 0.8)
    assert (figures.min_cell, figures.min_verdict, figures.calibration_gap) == (11, 30, 0.05)
    assert figures.digest.startswith("sha256:") and figures.horizon == 12


def test_by_default_a_tenth_is_drawn():
    plan = plan_candidates(many(200), "40rdv", "evaluer_l_action")
    assert plan.counts.drawn == 4 and plan.counts.selected == 36


@pytest.mark.parametrize("value", [40, "40rdv", Capacity(appointments=40)])
def test_a_number_is_one_of_appointments(value):
    assert Capacity.of(value) == Capacity(appointments=40)


@pytest.mark.parametrize("value", [True, 4.5, None, -1])
def test_what_is_no_capacity_is_refused(value):
    with pytest.raises(PlanningError):
        Capacity.of(value)


@pytest.mark.parametrize("text", ["inform_of_rights", "Prepare an appointment", "evaluate outreach"])
def test_purposes_have_english_names_too(text):
    assert parse_purpose(text) in Purpose


def test_the_name_of_a_file_is_not_a_caseload():
    with pytest.raises(PlanningError) as error:
        plan_outreach("menages.csv", 10, "informer_des_droits", month="2026-11")  # type: ignore[arg-type]
    assert "znr plan" in str(error.value)
