"""The ranking of rights probably missing: what is in it, in which order, what is said of the others, and its shape."""

from __future__ import annotations

import copy
import json
import random
from datetime import date
from typing import Any

import numpy as np
import pytest

from tests.engine.households import fictional
from tests.oracle.population import random_profile
from tests.screening import fictional as islands
from tests.screening.households import MONTH, MONTHS, RIGHTS, adult, child, home
from zero_non_recours import Household, PlanError, rank_rights, screen
from zero_non_recours.outreach.result import RANKED, Ranking
from zero_non_recours.outreach.sentences import OPENED
from zero_non_recours.screening.joint import ClaimStates, JointAmounts

BOTH = home(adult(id="p1", wage=500))  # RSA 151.69 and prime 297.75 net
ELIGIBLE = ("act_first", "probably_missing", "possibly_missing")
VOUCHER = "cheque_energie"


def rank(household: Any, rights: Any = RIGHTS, **options: Any) -> Ranking:
    return rank_rights(household, MONTH, rights=rights, **options)


def received(**amounts: Any) -> dict[str, Any]:
    """The household that is due both rights, with what it says that it receives."""
    household = copy.deepcopy(BOTH)
    household["prestations_recues"] |= amounts
    return household


def statuses(ranking: Ranking) -> dict[str, str]:
    return {right.right: right.status for right in (*ranking.rights, *ranking.others.values())}


# -- which rights, in which order ---------------------------------------------------------------------------


def test_rights_come_by_value_with_reasons_and_next_steps():
    ranking = rank({"id": "h1", **received(rsa=0, ppa=0)})
    assert [(r.rank, r.right, r.monthly.net_in_bundle) for r in ranking.rights] == [
        (1, "ppa", pytest.approx(297.75)),
        (2, "rsa", pytest.approx(151.69)),
    ]
    assert ranking.bundle.if_all_missing == 449.44
    assert 0 < ranking.bundle.expected < ranking.bundle.if_all_missing
    for right in ranking.rights:
        assert right.reasons and all(reason.endswith((".", "]")) for reason in right.reasons)
        assert right.result.next_steps["where"] and right.action is not None
    assert (ranking.id, ranking.month, ranking.proposal) == ("h1", MONTH, True)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"rsa": 0, "ppa": 0}, {"rsa": "probably_missing", "ppa": "probably_missing"}),
        ({"rsa": 151.69, "ppa": 0}, {"rsa": "already_received", "ppa": "probably_missing"}),
        ({"rsa": {"2026-10": 0}}, {"rsa": "probably_missing", "ppa": "possibly_missing"}),
        ({"rsa": 1, "ppa": 1}, {"rsa": "already_received", "ppa": "already_received"}),
        ({}, {"rsa": "possibly_missing", "ppa": "possibly_missing"}),
    ],
)
def test_what_is_received_is_left_out_and_the_unknown_is_less_sure(told, found):
    ranking = rank(received(**told))
    assert statuses(ranking) == found
    assert set(ranking.others) == {name for name, status in found.items() if status not in RANKED}
    assert all("perçu" in right.reasons[0] and right.action is None for right in ranking.others.values())


def test_a_right_whose_receipt_is_told_missing_comes_before_a_larger_one_that_may_be_received():
    ranking = rank(received(rsa=0))
    assert [(r.rank, r.right) for r in ranking.rights] == [(1, "rsa"), (2, "ppa")]
    assert ranking.rights[0].monthly.gross < ranking.rights[1].monthly.gross


def paying(monkeypatch, **amounts: list[float]) -> Household:
    """A household of the fictional country in which rights pay these amounts in the states of claims."""
    told = {name: np.array(paid, dtype=float)[:, None] for name, paid in amounts.items()}
    monkeypatch.setattr(ClaimStates, "amounts", lambda *_: JointAmounts(islands.RIGHTS, told, np.ones(1)))
    return islands.household(voix=0, gite__scribe=True)


def island_rank(household: Any) -> Ranking:
    return rank_rights(household, MONTH, rulebook=fictional(), rights=islands.RIGHTS)


def test_rights_too_close_to_tell_are_shown_as_tied(monkeypatch):
    """Two rights that pay the same, of which as little is known."""
    same = paying(monkeypatch, gite=[100] * 4, chant=[100] * 4)
    first, second = island_rank(same).rights
    assert (first.rank, second.rank, first.tie_group, second.tie_group) == (1, 1, 1, 1)
    assert f"À égalité avec : {second.label}" in next(i.text for i in first.explanation if i.kind == "order")
    assert 0.3 < first.p_first < 0.7 and first.p_first + second.p_first == pytest.approx(1)
    first, second = island_rank(paying(monkeypatch, gite=[300] * 4, chant=[100] * 4)).rights
    assert [(right.right, right.rank, right.tie_group) for right in (first, second)] == [
        ("gite", 1, None),
        ("chant", 2, None),
    ]
    assert first.p_first > 0.8 and "À égalité" not in " ".join(item.text for item in first.explanation)


def test_an_open_right_is_less_sure_has_no_certain_amount_and_asks():
    household = received(rsa=0)
    household["personnes"][0] |= {"date_naissance": "2003-03-03", "rsa_jeune_condition_travail": None}
    household["personnes"][0]["revenus"]["salaire_net"] = 60
    ranking = rank(household)
    young = next(right for right in ranking.rights if right.right == "rsa")
    assert young.status in ("possibly_missing", "to_check") and young.result.status == "undetermined"
    assert (young.p_eligible.low, young.p_eligible.high) == (0, 1) and 0 < (young.p_eligible.value or 0) < 1
    assert young.monthly.net_in_bundle < young.monthly.gross
    assert any("À demander" in reason for reason in young.reasons)
    assert "personnes[0].rsa_jeune_condition_travail" in [question.field for question in ranking.questions]


def test_of_somebody_of_whom_nothing_is_known_nothing_is_promised():
    ranking = rank({"personnes": [{"role": "demandeur"}]})
    assert {right.right for right in ranking.rights} == set(RIGHTS)
    for right in ranking.rights:
        assert right.result.amount.expected is None and right.status in ("possibly_missing", "to_check")
        assert (right.p_eligible.low, right.p_eligible.high) == (0, 1)
        assert any("À demander" in reason for reason in right.reasons)
        assert "a droit" not in " ".join(right.reasons)
    assert ranking.questions


def test_not_eligible_is_among_the_others_with_its_reason():
    ranking = rank(home(adult(wage=677.69)))
    assert ranking.others["rsa"].status == "not_simulated_due"
    assert "32 € de ressources de trop" in ranking.others["rsa"].reasons[0]
    assert ranking.others["rsa"].p_missing == 0 and ranking.others["rsa"].rank is None
    assert [right.right for right in ranking.rights] == ["ppa"]


def test_a_right_that_opens_only_once_another_is_claimed_says_so(monkeypatch):
    """No rule of today makes one: draws in which the singing is paid only once the lodge is claimed."""
    household = paying(monkeypatch, gite=[100, 100, 160, 160], chant=[0, 0, 0, 40])
    assert islands.screener().screen(household).rights["chant"].status == "not_eligible"
    rights = island_rank(household).rights
    assert {right.right: right.reasons[0] == OPENED for right in rights} == {"gite": False, "chant": True}
    lodge = next(right for right in rights if right.right == "gite")
    assert any("ouvrirait aussi « Prime de chant »" in effect for effect in lodge.effects)


def test_a_right_paid_once_a_year_presses_when_its_campaign_ends_and_the_others_at_the_end_of_the_month():
    household = home(adult(wage=300), rsa=0, cheque_energie={"2026": 0}) | {"fiscal": {"rfr": 3000}}
    early = rank(household, None, today=date(2026, 11, 2))
    assert statuses(early)[VOUCHER] in ELIGIBLE
    late = {right.right: right for right in rank(household, None, today=date(2026, 12, 20)).rights}
    voucher, monthly = late[VOUCHER], late["rsa"]
    assert late and next(iter(late)) == VOUCHER and voucher.status == "act_first"
    assert voucher.deadline == "2026-12-31" and voucher.cost_of_waiting == pytest.approx(voucher.value_horizon.mean)
    assert "31 décembre 2026" in " ".join(voucher.reasons)
    assert voucher.monthly.gross == pytest.approx((voucher.result.amount.expected or 0) / 12)
    assert monthly.status == "probably_missing" and monthly.cost_of_waiting > 0
    assert any("fin du mois" in reason for reason in monthly.reasons)
    before = {right.right: right for right in early.rights}
    assert before[VOUCHER].cost_of_waiting == 0


def test_a_right_without_figures_of_its_own_and_one_that_cannot_be_drawn():
    """Fictional country: no figure is named for its rights, and the rent has no prior."""
    whole = island_rank(islands.household())
    assert {right.right: right.p_missing for right in whole.rights} == {
        name: pytest.approx(whole.rights[0].p_missing, abs=0.05) for name in islands.RIGHTS
    }
    open_ = island_rank(islands.household(gite__loyer=None))
    gite = next(right for right in open_.rights if right.right == "gite")
    assert gite.status == "to_check" and gite.p_eligible.value is None
    assert (gite.p_eligible.low, gite.p_eligible.high) == (0, 1)
    assert [question.field for question in open_.questions] == ["gite.loyer"]


# -- any household -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("month", MONTHS[::11])
def test_any_household_ranks(month):
    rng = random.Random(month)
    for _ in range(7):
        profile = random_profile(rng, month)
        ranking = rank_rights(profile, month, rights=RIGHTS)
        results = screen(profile, month, rights=RIGHTS).rights
        listed = {right.right for right in ranking.rights}
        assert listed | set(ranking.others) == set(results) and listed.isdisjoint(ranking.others)
        assert {n for n, r in results.items() if r.status != "not_eligible" and r.received is None} <= listed
        order = [(RANKED.index(right.status), -right.value_horizon.mean) for right in ranking.rights]
        alone = [place for right, place in zip(ranking.rights, order, strict=True) if right.tie_group is None]
        assert alone == sorted(alone) and [group for group, _ in order] == sorted(group for group, _ in order)
        ranks = [right.rank for right in ranking.rights]
        assert all(rank in (at + 1, ranks[at - 1] if at else 1) for at, rank in enumerate(ranks))
        for right in ranking.rights:
            missing, not_receiving = right.p_missing, right.p_not_receiving
            assert missing is not None and not_receiving is not None
            assert 0 <= missing <= not_receiving <= 1
            assert right.value_horizon.p10 <= right.value_horizon.mean * 1.5 + 1e-9
            assert [item.kind for item in right.explanation] == EXPLAINED
        json.dumps(ranking.model_dump(mode="json"), allow_nan=False)


EXPLAINED = ["inputs", "rules", "unknown", "base_rate", "receipt", "amounts", "order", "change"]


def test_some_rights_only_and_errors():
    assert [r.right for r in rank(BOTH, ["rsa"]).rights] == ["rsa"]
    assert [r.right for r in rank(BOTH, "rsa").rights] == ["rsa"]
    with pytest.raises(PlanError, match="rsaa"):
        rank(BOTH, ["rsaa"])
    with pytest.raises(PlanError, match=MONTHS[0]):
        rank_rights(BOTH, "2023-06")
    with pytest.raises(ValueError, match="AAAA-MM"):
        rank_rights(BOTH, "2026")


def test_the_ranking_does_not_change_the_profile_and_is_stable():
    household = Household.model_validate({"id": "h1", **BOTH})
    before = household.model_dump_json()
    first = rank_rights(household, MONTH)
    assert rank_rights(household, MONTH) == first == rank_rights({"id": "h1", **BOTH}, MONTH)
    assert household.model_dump_json() == before


# -- the shape -----------------------------------------------------------------------------------------------


def test_the_ranking_as_data():
    data = rank({"id": "h1", **BOTH}, None).model_dump(mode="json")
    assert {"id", "month", "rulebook", "parameters", "proposal", "bundle_total", "notes"} <= set(data)
    assert {"rights", "others", "questions", "people", "units"} <= set(data) and data["proposal"] is True
    for right in (*data["rights"], *data["others"].values()):
        assert {"right", "unit", "status", "rank", "tie_group", "p_eligible", "p_not_receiving", "p_missing"} <= set(
            right
        )
        assert {"monthly", "value_horizon", "deadline", "cost_of_waiting", "p_refusal"} <= set(right)
        assert {"cause", "action", "minutes", "explanation", "reasons", "next_steps", "label"} <= set(right)
        assert right["unit"] == "foyer" and right["to_verify"] is True
    shown = data["rights"][0]
    assert set(shown["p_eligible"]) == {"value", "low", "high", "error"}
    assert set(shown["monthly"]) == {"gross", "net_in_bundle", "p10", "p90", "expected", "unit"}
    assert set(shown["value_horizon"]) == {"mean", "p10", "p90", "unit"}
    assert set(data["bundle_total"]) == {"if_all_missing", "expected", "without", "unit"}
    assert data["people"] == [{"person": "p1", "roles": dict.fromkeys(data["people"][0]["roles"], "claimant")}]


def test_each_adult_has_a_part_in_the_claims_and_a_child_none():
    household = home(
        adult(id="p1", wage=500),
        adult("conjoint", id="p2"),
        child("2007-01-01", id="p3"),
        child("2016-01-01", id="p4"),
        {"role": "autre", "id": "p5", "date_naissance": "1950-01-01"},
        {"role": "autre", "id": "p6", "date_naissance": "2012-01-01"},
    )
    ranking = rank(household, None)
    claimants = {right.right: right.result.claimants for right in (*ranking.rights, *ranking.others.values())}
    parts = {person.person: person.roles for person in ranking.people}
    assert list(parts) == ["p1", "p2", "p3", "p5"]
    for name, those in claimants.items():
        assert parts["p1"][name] == "claimant"
        assert parts["p2"][name] == ("claimant" if "p2" in those else "partner")
        assert (parts["p3"][name], parts["p5"][name]) == ("dependent", "dwelling_holder")
    assert any("p2" in those for those in claimants.values())
