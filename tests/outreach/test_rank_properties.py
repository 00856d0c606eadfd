"""What is true of every ranking: what it depends on, what it does not, and what never leaves it."""

from __future__ import annotations

import copy
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from pydantic import ValidationError

from tests.screening.households import MONTH, RIGHTS, Profile, adult, child, home
from tests.screening.removal import POPULATIONS, household_of, incomplete, shorter_and_shorter
from zero_non_recours import PlanError, rank_rights
from zero_non_recours.outreach.result import RankedRight, Ranking
from zero_non_recours.rulebook.loader import default_rulebook

SECRET = "SENTINELLE-7319"
VOUCHER = "cheque_energie"
BOTH = home(adult(id="p1", wage=500))
NUMBERS = ("p_eligible", "p_not_receiving", "p_missing", "p_missing_durably", "monthly", "value_horizon")
NUMBERS += ("cost_of_waiting", "p_refusal", "p_unused", "cause", "action", "deadline", "eligibility", "amount")


@lru_cache(maxsize=1)
def population() -> list[Profile]:
    """Complete households and households that lack answers."""
    return incomplete(8, 4) + [household_of("families_housed", seed) for seed in range(3)]


def all_of(ranking: Ranking) -> dict[str, RankedRight]:
    return {right.right: right for right in ranking.rights} | dict(ranking.others)


def numbers(ranking: Ranking) -> dict[str, dict[str, Any]]:
    """What is said of each right, besides its place among the others."""
    dumped = {name: right.model_dump() for name, right in all_of(ranking).items()}
    return {name: {key: data[key] for key in NUMBERS} for name, data in dumped.items()}


def placed(ranking: Ranking) -> list[tuple[Any, ...]]:
    return [(right.right, right.rank, right.tie_group, right.status) for right in ranking.rights]


def received(profile: Profile, **amounts: Any) -> Profile:
    told = copy.deepcopy(profile)
    told["prestations_recues"] = told.get("prestations_recues", {}) | amounts
    return told


# -- what it depends on --------------------------------------------------------------------------------------


def couple(first: str, second: str, **missing: Any) -> Profile:
    """Two adults with the same answers."""
    people = [adult(id=first, wage=700), adult("conjoint", id=second, wage=700), child(id="e")]
    return home(*({**person, **missing} if person["role"] != "enfant" else person for person in people), af=0) | {
        "id": "h"
    }


@pytest.mark.parametrize("missing", [{}, {"activite": None, "revenus_complets": None}])
def test_two_identical_adults_may_be_exchanged(missing):
    """Their keys are exchanged in the answer too."""
    one = rank_rights(couple("a", "b", **missing), MONTH).model_dump_json()
    other = rank_rights(couple("b", "a", **missing), MONTH).model_dump_json()
    keys = {"a": "b", "b": "a"}
    assert one == re.sub(r'(?<=")[ab](?=")|\b[ab](?= :)', lambda key: keys[key[0]], other)


def test_the_order_of_persons_changes_nothing():
    household = home(
        adult(id="a", wage=900), adult("conjoint", id="b"), child(id="c"), child("2012-02-02", id="d"), af=153.01
    )
    turned = copy.deepcopy(household)
    turned["personnes"].reverse()
    one, two = rank_rights(household, MONTH), rank_rights(turned, MONTH)
    assert placed(one) == placed(two) and numbers(one) == numbers(two) and one.bundle == two.bundle
    assert {person.person: person.roles for person in one.people} == {p.person: p.roles for p in two.people}


def test_nationality_and_place_change_nothing_but_what_the_law_says_of_them():
    """With the conditions of stay met, households that differ only there have the same ranking."""
    refugee, elsewhere, zone = copy.deepcopy(BOTH), copy.deepcopy(BOTH), copy.deepcopy(BOTH)
    refugee["personnes"][0] |= {
        "nationalite": "AUTRE",
        "refugie": True,
        "carte_resident": False,
        "anciennete_titre_sejour_ans": 0,
    }
    elsewhere["logement"]["code_insee"] = "97411"
    zone["logement"]["code_insee"] = None
    plain = rank_rights(BOTH, MONTH, rights=RIGHTS)
    for other in (refugee, elsewhere, zone):
        ranking = rank_rights(other, MONTH, rights=RIGHTS)
        assert placed(ranking) == placed(plain) and numbers(ranking) == numbers(plain)


def test_a_commune_given_by_its_code_or_its_zone_is_the_same():
    by_code, by_zone = copy.deepcopy(BOTH), copy.deepcopy(BOTH)
    for household in (by_code, by_zone):
        household["logement"] |= {"loyer": 420, "conventionne": True}
    del by_zone["logement"]["code_insee"]
    by_zone["logement"]["zone_apl"] = 2
    one, two = rank_rights(by_code, MONTH), rank_rights(by_zone, MONTH)
    assert placed(one) == placed(two)
    of = ("rsa", "ppa", "aide_logement")
    assert {name: numbers(one)[name] for name in of} == {name: numbers(two)[name] for name in of}


@pytest.mark.parametrize("name", ["rsa", "ppa", "aide_logement", VOUCHER])
def test_saying_that_a_right_is_received_never_raises_its_rank(name):
    for profile in population():
        unknown = copy.deepcopy(profile)
        unknown.get("prestations_recues", {}).pop(name, None)
        paid = {"2026": 150} if name == VOUCHER else 150
        told = received(unknown, **{name: paid}) | {"suivi": {VOUCHER: {"utilise": True}}}
        before, after = (all_of(rank_rights(h, MONTH))[name] for h in (unknown, told))
        assert after.rank is None or (before.rank is not None and after.rank >= before.rank)
        assert (after.p_missing or 0) <= (before.p_missing or 0) + 1e-12


def test_what_is_refused_leaves_the_list_and_nothing_else_moves_but_the_bundle():
    for profile in population():
        plain = rank_rights(profile, MONTH)
        for name in [right.right for right in plain.rights]:
            refused = rank_rights(profile | {"suivi": {name: {"refus": True}}}, MONTH)
            assert refused.others[name].status == "declined" and refused.others[name].action is None
            assert refused.others[name].explanation == ()
            kept, moved = numbers(plain), numbers(refused)
            del kept[name], moved[name]
            assert kept == moved
            assert [r.right for r in refused.rights] == [r.right for r in plain.rights if r.right != name] or tied(
                plain
            )


def tied(ranking: Ranking) -> bool:
    return any(right.tie_group for right in ranking.rights)


def test_the_total_of_a_household_is_the_sum_of_the_parts_of_its_rights():
    for profile in population():
        ranking = rank_rights(profile, MONTH)
        counted = [right.monthly for right in ranking.rights if right.p_unused is None]
        assert ranking.bundle.if_all_missing == pytest.approx(sum(m.net_in_bundle for m in counted), abs=0.006)
        assert ranking.bundle.expected == pytest.approx(sum(m.expected for m in counted), abs=0.006)


def test_who_objects_is_proposed_nothing():
    for profile in population()[:4]:
        ranking = rank_rights(profile | {"suivi": {"opposition": True}}, MONTH)
        assert (ranking.rights, dict(ranking.others), ranking.questions, ranking.people) == ((), {}, (), ())
        assert (ranking.bundle.if_all_missing, ranking.bundle.expected) == (0, 0)
        assert "ne souhaite pas" in ranking.notes[0]
        assert rank_rights(profile | {"suivi": {"opposition": False}}, MONTH) == rank_rights(profile, MONTH)


def test_one_more_answer_never_makes_it_less_sure_that_a_right_is_due():
    surer = 0
    for rank in range(12):
        whole = household_of(POPULATIONS[rank % 4], 40 + rank)
        after = all_of(rank_rights(whole, MONTH))
        for _, less in shorter_and_shorter(whole, random.Random(rank)):
            before = all_of(rank_rights(less, MONTH))
            for name, right in before.items():
                less_sure, sure = right.p_eligible, after[name].p_eligible
                assert less_sure.low <= sure.low and sure.high <= less_sure.high
                surer += (less_sure.low, less_sure.high) != (sure.low, sure.high)
            after = before
    assert surer


# -- what leaves it ------------------------------------------------------------------------------------------


def keys_of(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from keys_of(value)


def leaves_of(data: Any) -> Iterator[Any]:
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from leaves_of(value)
    else:
        yield data


def test_nothing_is_a_score_of_a_person():
    for profile in population():
        data = json.loads(rank_rights(profile, MONTH).model_dump_json())
        words = {word for key in keys_of(data) for word in key.split("_")}
        assert words.isdisjoint({"score", "scores", "risk", "risque", "propensity", "propension"})
        assert data["people"] and all(isinstance(leaf, str) for leaf in leaves_of(data["people"]))
        roles = {role for person in data["people"] for role in person["roles"].values()}
        assert roles <= {"claimant", "partner", "dependent", "dwelling_holder"}


def test_no_answer_of_a_person_is_repeated():
    for profile in population():
        text = rank_rights(profile, MONTH).model_dump_json()
        for person in profile["personnes"]:
            assert str(person.get("date_naissance", SECRET)) not in text


def test_errors_name_neither_the_household_nor_what_it_told():
    household: Profile = received(BOTH, rsa=4321.09) | {"id": SECRET}
    broken: Profile = copy.deepcopy(household)
    broken["personnes"][0] |= {"id": f"{SECRET}-p", "revenus": {"salaire_net": "4321.09 €"}}
    calls: list[tuple[type[Exception], dict[str, Any]]] = [
        (PlanError, {"household": household, "month": "2023-06"}),
        (PlanError, {"household": household, "month": MONTH, "rights": ["rsaa"]}),
        (ValueError, {"household": household, "month": "novembre"}),
        (ValidationError, {"household": broken, "month": MONTH}),
    ]
    for kind, arguments in calls:
        with pytest.raises(kind) as caught:
            rank_rights(**arguments)
        assert SECRET not in str(caught.value) and "4321" not in str(caught.value)


CODE = """
import json, sys
from zero_non_recours import rank_rights
households = json.load(sys.stdin)
found = [rank_rights(h, "2026-11").model_dump_json() for h in reversed(households)]
sys.stdout.buffer.write("\\n".join(reversed(found)).encode())
"""


def test_the_same_bytes_again_and_in_another_process_that_reads_in_another_order():
    households = population()[:5]
    first = [rank_rights(household, MONTH).model_dump_json() for household in households]
    assert first == [rank_rights(household, MONTH).model_dump_json() for household in households]
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    told = json.dumps(households).encode()
    done = subprocess.run([sys.executable, "-c", CODE], input=told, capture_output=True, env=environment, check=True)
    assert done.stdout.decode().split("\n") == first


def test_the_rules_are_not_changed_by_a_ranking():
    before = default_rulebook().digest
    assert rank_rights(BOTH, MONTH).rulebook["digest"] == before == default_rulebook().digest
