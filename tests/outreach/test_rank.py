"""The ranking of rights probably missing: what is in it, in which order, with which gain and words."""

from __future__ import annotations

import copy
import json
import random

import pytest

from tests.oracle.population import random_profile
from tests.screening.households import MONTH, MONTHS, RIGHTS, adult, child, home
from zero_non_recours import Household, PlanError, rank_rights, screen

BOTH = home(adult(id="p1", wage=500))  # RSA 151.69 and prime 297.75 net


def population(count: int, seed: int = 11) -> list[dict]:
    rng = random.Random(seed)
    return [{"id": f"h{n}", **random_profile(rng, MONTH)} for n in range(count)]


def test_rights_come_by_gain_with_reasons_and_next_steps():
    ranking = rank_rights({"id": "h1", **BOTH}, MONTH, rights=RIGHTS)
    assert [(r.rank, r.right, r.monthly_gain) for r in ranking.rights] == [(1, "ppa", 297.75), (2, "rsa", 151.69)]
    assert ranking.total_monthly_gain == 449.44
    for right in ranking.rights:
        assert right.reasons and all(reason.endswith((".", "]")) for reason in right.reasons)
        assert right.result.next_steps["where"]
    assert (ranking.id, ranking.month) == ("h1", MONTH)


@pytest.mark.parametrize(
    ("received", "listed"),
    [
        ({"rsa": 0, "ppa": 0}, {"rsa": "missing", "ppa": "missing"}),
        ({"rsa": 151.69, "ppa": 0}, {"ppa": "missing"}),
        ({"rsa": {"2026-10": 0}}, {"rsa": "missing", "ppa": "to_check"}),
        ({"rsa": 1, "ppa": 1}, {}),
        ({}, {"rsa": "to_check", "ppa": "to_check"}),
    ],
)
def test_what_is_received_is_left_out_and_the_unknown_is_to_check(received, listed):
    household = copy.deepcopy(BOTH)
    household["prestations_recues"] |= received
    ranking = rank_rights(household, MONTH, rights=RIGHTS)
    assert {r.right: r.group for r in ranking.rights} == listed
    assert set(ranking.others) == {"rsa", "ppa"} - set(listed)
    assert all("perçu" in text for text in ranking.others.values())


def test_the_undetermined_come_last_whatever_they_could_bring():
    household = copy.deepcopy(BOTH)
    household["prestations_recues"]["rsa"] = 0
    assert [(r.right, r.group) for r in rank_rights(household, MONTH, rights=RIGHTS).rights] == [
        ("ppa", "to_check"),
        ("rsa", "missing"),
    ]
    household["personnes"][0] |= {"date_naissance": "2003-03-03", "rsa_jeune_condition_travail": None}
    household["personnes"][0]["revenus"]["salaire_net"] = 60  # RSA could bring more than the prime
    ranking = rank_rights(household, MONTH, rights=RIGHTS)
    assert [(r.right, r.group) for r in ranking.rights] == [("ppa", "to_check"), ("rsa", "undetermined")]
    [missing] = ranking.rights[1].questions
    assert missing.field == "personnes[0].rsa_jeune_condition_travail"


def test_an_undetermined_right_asks_its_questions_and_has_no_invented_gain():
    ranking = rank_rights({"personnes": [{"role": "demandeur"}]}, MONTH, rights=RIGHTS)
    assert [r.group for r in ranking.rights] == ["undetermined", "undetermined"]
    for right in ranking.rights:
        assert right.monthly_gain is None and right.questions
        assert any("À demander" in reason for reason in right.reasons)
    assert ranking.total_monthly_gain == 0


def test_not_eligible_is_among_the_others_with_its_reason():
    ranking = rank_rights(home(adult(wage=677.69)), MONTH, rights=RIGHTS)
    assert "32 € de ressources de trop" in ranking.others["rsa"]
    assert [r.right for r in ranking.rights] == ["ppa"]


@pytest.mark.parametrize("month", MONTHS[::6])
def test_any_household_ranks(month):
    rng = random.Random(month)
    for _ in range(15):
        profile = random_profile(rng, month)
        ranking = rank_rights(profile, month, rights=RIGHTS)
        rights = screen(profile, month, rights=RIGHTS).rights
        assert {r.right for r in ranking.rights} | set(ranking.others) == set(rights)
        assert {r.right for r in ranking.rights} == {n for n, r in rights.items() if r.status == "eligible"}
        gains = [r.monthly_gain for r in ranking.rights if r.monthly_gain is not None]
        assert len(gains) == len(ranking.rights) and all(gain > 0 for gain in gains)
        assert gains == sorted(gains, reverse=True)
        assert ranking.total_monthly_gain == pytest.approx(sum(gains), abs=0.011)
        assert [r.rank for r in ranking.rights] == list(range(1, len(gains) + 1))
        json.dumps(ranking.model_dump(mode="json"), allow_nan=False)


def test_the_ranking_does_not_change_the_profile_and_is_stable():
    household = Household.model_validate({"id": "h1", **BOTH})
    first = rank_rights(household, MONTH)
    assert rank_rights(household, MONTH) == first == rank_rights({"id": "h1", **BOTH}, MONTH)
    assert first.model_dump_json() == rank_rights(household, MONTH).model_dump_json()


def test_nationality_and_place_change_nothing_by_themselves():
    """With the conditions of stay met, two households that differ only there have the same ranking."""
    french, refugee = copy.deepcopy(BOTH), copy.deepcopy(BOTH)
    refugee["personnes"][0] |= {
        "nationalite": "AUTRE",
        "refugie": True,
        "carte_resident": False,
        "anciennete_titre_sejour_ans": 0,
    }
    elsewhere = copy.deepcopy(BOTH)
    elsewhere["logement"]["code_insee"] = "97411"
    lists = [
        [(r.rank, r.right, r.monthly_gain) for r in rank_rights(h, MONTH, rights=RIGHTS).rights]
        for h in (french, refugee, elsewhere)
    ]
    assert lists[0] == lists[1] == lists[2]


def test_the_order_of_persons_changes_nothing():
    household = home(
        adult(id="a", wage=900), adult("conjoint", id="b"), child(id="c"), child("2012-02-02", id="d"), af=153.01
    )
    turned = copy.deepcopy(household)
    turned["personnes"].reverse()
    one, two = rank_rights(household, MONTH), rank_rights(turned, MONTH)
    assert [(r.right, r.monthly_gain) for r in one.rights] == [(r.right, r.monthly_gain) for r in two.rights]


def test_some_rights_only_and_errors():
    assert [r.right for r in rank_rights(BOTH, MONTH, rights=["rsa"]).rights] == ["rsa"]
    assert [r.right for r in rank_rights(BOTH, MONTH, rights="rsa").rights] == ["rsa"]
    with pytest.raises(PlanError, match="rsaa"):
        rank_rights(BOTH, MONTH, rights=["rsaa"])
    with pytest.raises(PlanError, match=MONTHS[0]):
        rank_rights(BOTH, "2023-06")
    with pytest.raises(ValueError, match="AAAA-MM"):
        rank_rights(BOTH, "2026")


def test_words_of_households_never_leave_them():
    for household in population(20):
        text = rank_rights(household, MONTH).model_dump_json()
        for person in household["personnes"]:
            assert person["date_naissance"] not in text
