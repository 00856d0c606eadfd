"""`screen`: the contract's shape, one by one or many, conditions, near misses, months, digest."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.months import shift
from tests.oracle.population import random_profile
from tests.screening.households import MONTH, MONTHS, RIGHTS, adult, child, home
from zero_non_recours import Household, PlanError, screen, screen_many
from zero_non_recours.rulebook.loader import default_rulebook

BOOK = default_rulebook()
WORKER = home(adult(id="p1", wage=1600)) | {"id": "h1"}


def population(count: int, seed: int = 3) -> list[dict]:
    rng = random.Random(seed)
    return [{"id": f"h{n}", **random_profile(rng, MONTH)} for n in range(count)]


# -- shape ------------------------------------------------------------------------------------------------


def test_the_json_has_the_shape_of_the_contract():
    data = screen(WORKER, "2026-05").model_dump(mode="json")
    assert {"id", "month", "rulebook", "rights"} <= set(data)
    assert data["id"] == "h1" and data["month"] == "2026-05"
    assert data["rulebook"] == {"version": BOOK.version, "digest": BOOK.digest}
    assert list(data["rights"])[:2] == ["rsa", "ppa"]
    right = data["rights"]["ppa"]
    assert {
        "right",
        "label",
        "unit",
        "claimants",
        "status",
        "amount",
        "variables",
        "conditions",
        "assumptions",
        "missing",
        "next_steps",
    } <= set(right)
    assert (right["right"], right["label"], right["unit"]) == ("ppa", "Prime d'activité", "foyer")
    assert right["claimants"] == ["p1"] and right["status"] == "eligible"
    assert right["amount"] == {"low": 220.51, "expected": 220.51, "high": 220.51, "unit": "€/mois"}
    assert right["variables"] == {"ppa": 221.62, "ppa_nette_crds": 220.51}
    assert data["rights"]["rsa"]["variables"] == {"rsa": 0.0}
    for condition in right["conditions"]:
        assert {"id", "text", "reference", "value"} <= set(condition)
        assert condition["value"] is True and condition["reference"] and condition["text"]
    for assumption in right["assumptions"]:
        assert {"field", "value", "text"} <= set(assumption) and assumption["text"]
    steps = right["next_steps"]
    assert {"where", "url", "forms", "documents", "deadline", "retroactive"} <= set(steps)
    assert steps["retroactive"] is False and isinstance(steps["forms"], list) and isinstance(steps["documents"], list)


def test_missing_answers_have_the_shape_of_the_contract():
    right = screen({"personnes": [{"role": "demandeur"}]}, MONTH).model_dump()["rights"]["rsa"]
    assert right["status"] == "undetermined" and right["missing"]
    for missing in right["missing"]:
        assert {"field", "question", "why"} <= set(missing)
        assert missing["question"].endswith("?") and missing["field"]


@pytest.mark.parametrize("household", population(25), ids=lambda h: h["id"])
def test_the_json_is_plain_finite_and_stable(household):
    screening = screen(household, MONTH)
    text = screening.model_dump_json()
    assert json.loads(text) == json.loads(json.dumps(screening.model_dump(mode="json"), allow_nan=False))
    assert screen(household, MONTH).model_dump_json() == text
    assert "-0.0" not in text


def test_the_paid_amount_is_net_of_crds_and_not_eligible_is_zero():
    for household in population(40):
        for name, right in screen(household, MONTH, rights=RIGHTS).rights.items():
            amount = right.amount
            assert right.status in ("eligible", "not_eligible")
            assert amount.low == amount.expected == amount.high
            paid = right.variables["ppa_nette_crds" if name == "ppa" else name]
            if right.status == "eligible":
                assert amount.expected == paid and paid is not None and paid > 0
                assert all(c.value is True for c in right.conditions) and right.claimants
            else:
                assert amount.expected == 0 and right.claimants == ()
                assert any(c.value is False for c in right.conditions)


def test_the_digest_and_the_version_are_those_of_the_rules():
    first, second = screen(WORKER, MONTH).rulebook, screen(WORKER, MONTHS[0]).rulebook
    assert first == second == {"version": BOOK.version, "digest": BOOK.digest}
    assert first["digest"].startswith("sha256:") and len(first["digest"]) == 71


# -- one by one or many -----------------------------------------------------------------------------------


@given(order=st.randoms(use_true_random=False), count=st.integers(0, 25))
@settings(max_examples=10)
def test_screen_many_gives_the_same_results_in_any_order(order, count):
    households = population(count, seed=count)
    order.shuffle(households)
    many = list(screen_many(iter(households), MONTH))
    assert [s.id for s in many] == [h["id"] for h in households]
    assert [s.model_dump() for s in many] == [screen(h, MONTH).model_dump() for h in households]


def test_a_validated_household_and_a_mapping_give_the_same():
    household = Household.model_validate(WORKER)
    assert screen(household, MONTH) == screen(WORKER, MONTH)
    assert screen(Household.model_validate(household.model_dump()), MONTH) == screen(WORKER, MONTH)


def test_screen_leaves_the_profile_as_it_was():
    before = json.dumps(WORKER)
    screen(WORKER, MONTH)
    assert json.dumps(WORKER) == before


def test_only_the_rights_asked_for_and_the_same_numbers():
    whole = screen(WORKER, MONTH).rights
    assert list(screen(WORKER, MONTH, rights=["ppa"]).rights) == ["ppa"]
    assert list(screen(WORKER, MONTH, rights="ppa").rights) == ["ppa"]
    assert screen(WORKER, MONTH, rights=["ppa"]).rights["ppa"].amount == whole["ppa"].amount
    assert screen(WORKER, MONTH, rights=[]).rights == {}
    with pytest.raises(PlanError, match="rsaa"):
        screen(WORKER, MONTH, rights=["rsaa"])


# -- conditions and near misses ---------------------------------------------------------------------------


def failing(household: dict, right: str) -> list[str]:
    return [c.id for c in screen(household, MONTH).rights[right].conditions if c.value is False]


@pytest.mark.parametrize(
    ("person", "rsa", "ppa"),
    [
        (adult(date_naissance="2006-01-01", rsa_jeune_condition_travail=False), "rsa_age", "ppa_activite"),
        (adult(wage=900, date_naissance="2009-06-01", rsa_jeune_condition_travail=False), "rsa_age", "ppa_age"),
        (adult(wage=600, nationalite="AUTRE", anciennete_titre_sejour_ans=2), "rsa_sejour", "ppa_sejour"),
        (adult(wage=400, activite="etudiant"), "rsa_etudes", "ppa_etudes"),
        (adult(conge_sans_solde=True), "rsa_conge", "ppa_conge"),
        (adult(wage=600, detenu=True), "rsa_suspension", "ppa_suspension"),
        (adult(revenus={"salaire_net": 0, "service_civique": 500}), "rsa_suspension", "ppa_suspension"),
        (adult(wage=600, residence_stable=False), "rsa_residence", "ppa_residence"),
        (adult(wage=2500), "rsa_ressources", "ppa_ressources"),
        (adult(wage=600, travailleur_detache=True), None, "ppa_detachement"),
    ],
)
def test_the_condition_that_fails_is_named(person, rsa, ppa):
    found_rsa, found_ppa = failing(home(person), "rsa"), failing(home(person), "ppa")
    assert (rsa in found_rsa) if rsa else found_rsa == []
    assert ppa in found_ppa


def test_a_near_miss_says_by_how_much():
    """651.69 € for a single person, paid from 6 €: with 677.69 € the resources are 32 € too high."""
    result = screen(home(adult(wage=677.69)), MONTH).rights["rsa"]
    assert result.status == "not_eligible"
    assert result.near_miss == "32 € de ressources de trop"
    condition = next(c for c in result.conditions if c.value is False)
    assert (condition.id, condition.excess, condition.excess_text) == (
        "rsa_ressources",
        32.0,
        "32 € de ressources de trop",
    )
    assert screen(home(adult(wage=645.69)), MONTH).rights["rsa"].amount.expected == 6
    assert screen(home(adult(wage=645.70)), MONTH).rights["rsa"].near_miss == "0,01 € de ressources de trop"


def test_a_near_miss_of_the_prime():
    result = screen(home(adult(wage=2160)), MONTH).rights["ppa"]
    balance = 638.28 + 240.63 - 0.4015 * 2160
    missing = f"{15 - balance:.2f}".replace(".", ",")
    assert result.near_miss == f"il manque {missing} € pour atteindre le minimum versé"


def test_no_near_miss_when_another_condition_fails_too():
    result = screen(home(adult(wage=677.69, activite="etudiant")), MONTH).rights["rsa"]
    assert result.near_miss == "" and len([c for c in result.conditions if c.value is False]) > 1


# -- months -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", [shift(MONTHS[0], -1), "2016-01", "1999-12", "0000-01"])
def test_a_month_before_the_rules_is_an_error(month):
    with pytest.raises(PlanError, match=MONTHS[0]):
        screen(WORKER, month)
    with pytest.raises(PlanError, match=MONTHS[0]):
        list(screen_many([WORKER], month))


@pytest.mark.parametrize("month", [shift(MONTHS[-1], later) for later in (1, 5, 50)])
def test_a_month_after_the_rules_is_computed_with_a_note(month):
    screening = screen(WORKER, month, rights=RIGHTS)
    assert len(screening.notes) == 1 and MONTHS[-1] in screening.notes[0] and month in screening.notes[0]
    assert screening.rights["ppa"].status == "eligible"
    assert screen(WORKER, MONTHS[-1], rights=RIGHTS).notes == ()


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "2026-1", "26-11", "", "novembre", "2026-11-01", " 2026-11", "２０２６-11"]
)
def test_a_month_that_is_not_one_is_a_value_error_in_french(month):
    with pytest.raises(ValueError, match="AAAA-MM"):
        screen(WORKER, month)


@pytest.mark.parametrize("month", [None, 202611, 2026.11])
def test_a_month_that_is_not_text_is_a_value_error_too(month):
    with pytest.raises(ValueError, match="AAAA-MM"):
        screen(WORKER, month)


# -- received and claimants -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "received"),
    [
        (None, None),
        (0, False),
        (1, True),
        (299.25, True),
        ({"2026-11": 0}, False),
        ({"2026-09": 200, "2026-10": 0}, False),
        ({"2026-09": 0, "2026-10": 200}, True),
        ({"2026-12": 200}, None),
        ({}, None),
        ({"2025": 200}, None),
    ],
)
def test_received_is_true_false_or_unknown(told, received):
    assert screen(home(adult(wage=500), ppa=told), MONTH).rights["ppa"].received is received


def test_claimants_are_the_adults_who_may_claim():
    household = home(
        adult(id="a", wage=600, activite="etudiant"), adult("conjoint", 900, id="b"), child(id="c"), aide_logement=100
    )
    assert screen(household, MONTH).rights["ppa"].claimants == ("b",)
    for person in household["personnes"]:
        del person["id"]
    assert screen(household, MONTH).rights["ppa"].claimants == ("personnes[1]",)
    assert screen(home(adult(id="a"), adult("conjoint", id="b")), MONTH).rights["rsa"].claimants == ("a", "b")
