"""Absent answers: never an exception, never a silent zero, never a contradiction; the field that decides is named."""

from __future__ import annotations

import copy

import pytest

from tests.screening.households import (
    MONTH,
    MONTHS,
    RIGHTS,
    adult,
    answers_of,
    child,
    complete_profile,
    field_name,
    home,
    without,
)
from zero_non_recours import screen
from zero_non_recours.screening.result import RightResult

INFINITE = float("inf")


def as_claimed(right: RightResult) -> bool:
    """Whether the amount expected, between its bounds, says that it supposes other rights claimed."""
    return right.amount.low != right.amount.high and any(a.text.startswith("Comme si") for a in right.assumptions)


@pytest.mark.parametrize("seed", range(20))
def test_one_answer_taken_away(seed):
    month = MONTHS[-1 - 5 * seed % len(MONTHS)] if seed % 3 == 0 else MONTH
    profile = complete_profile(seed, month)
    exact = screen(profile, month, rights=RIGHTS)
    for result in exact.rights.values():
        assert result.missing == () and result.status != "undetermined"
    for path in answers_of(profile):
        field = field_name(path)
        screening = screen(without(profile, path), month, rights=RIGHTS)
        for name, right in screening.rights.items():
            known = exact.rights[name]
            assert known.amount.expected is not None
            about = (month, name, field)
            told = {a.field for a in right.assumptions}
            if field in told or (path[-1] == "activite" and any(f.endswith("activite_interrompue") for f in told)):
                continue  # supposed, and said so
            low = -INFINITE if right.amount.low is None else right.amount.low
            high = INFINITE if right.amount.high is None else right.amount.high
            assert low <= known.amount.expected <= high, about
            assert {right.status, known.status} != {"eligible", "not_eligible"}, about
            if right.status == "undetermined":
                assert field in {m.field for m in right.missing}, about
                assert right.amount.expected is None or low == high, about
            else:
                assert right.amount == known.amount or right.amount.expected is None, about
    assert screen(copy.deepcopy(profile), month, rights=RIGHTS) == exact


@pytest.mark.parametrize("seed", range(6))
def test_answers_taken_away_one_after_another_only_widen_and_come_back(seed):
    """From a complete profile to an empty one and back: bounds widen, then return."""
    from random import Random

    profile = complete_profile(seed + 500, MONTH)
    order = [p for p in answers_of(profile) if p[-1] != "role"]
    Random(seed).shuffle(order)
    steps, current = [profile], profile
    for path in order[:25]:
        current = without(current, path)
        steps.append(current)
    exact = screen(profile, MONTH)
    for step in steps:
        for name, right in screen(step, MONTH).rights.items():
            if right.status == "undetermined":
                assert right.missing, name
            else:
                assert not right.missing or right.amount.expected is None or as_claimed(right)
    assert screen(steps[0], MONTH) == exact


COMPLETE = home(adult(wage=500))
OLDER = home(adult(wage=500, date_naissance="1964-01-15"))


def with_given_incomes(household: dict, **incomes: object) -> dict:
    """The household's claimant with these incomes only, the others unknown."""
    left = copy.deepcopy(household)
    left["personnes"][0].pop("revenus_complets")
    left["personnes"][0]["revenus"] = incomes
    return left


@pytest.mark.parametrize(
    ("household", "field"),
    [
        (with_given_incomes(COMPLETE, chomage_net=0), "personnes[0].revenus.salaire_net"),
        (with_given_incomes(COMPLETE, salaire_net=500), "personnes[0].revenus.chomage_net"),
        (with_given_incomes(OLDER, salaire_net=500, chomage_net=0), "personnes[0].revenus.retraite_nette"),
        (without(COMPLETE, ("personnes", 0, "date_naissance")), "personnes[0].date_naissance"),
        (without(COMPLETE, ("logement", "statut")), "logement.statut"),
        (without(COMPLETE, ("prestations_recues", "aide_logement")), "prestations_recues.aide_logement"),
    ],
)
def test_the_answers_that_decide_are_never_taken_for_zero(household, field):
    right = screen(household, MONTH).rights["rsa"]
    assert right.amount.expected is None and right.amount.low != right.amount.high
    assert field in {m.field for m in right.missing}
    assert field not in {a.field for a in right.assumptions}
    null = copy.deepcopy(household)
    node = null
    *parents, last = field.replace("[0]", ".0").split(".")
    for key in parents:
        node = node[int(key) if key == "0" else key]
    node[last] = None
    assert screen(null, MONTH).rights["rsa"] == right  # null is absent
    node[last] = {"aide_logement": 0, "date_naissance": "1990-01-15", "statut": "locataire_vide"}.get(last, 0)
    assert screen(null, MONTH).rights["rsa"].missing == ()


def test_retirement_is_not_asked_before_fifty():
    young = with_given_incomes(home(adult(date_naissance="1977-01-15")), salaire_net=0, chomage_net=0)
    old = with_given_incomes(home(adult(date_naissance="1976-01-15")), salaire_net=0, chomage_net=0)
    assert screen(young, MONTH).rights["rsa"].missing == ()
    assert [m.field for m in screen(old, MONTH).rights["rsa"].missing] == ["personnes[0].revenus.retraite_nette"]


def test_an_unknown_month_is_named_and_a_written_zero_is_zero():
    written = {f"2026-{n:02d}": 300 for n in range(1, 12)}
    told = with_given_incomes(COMPLETE, salaire_net=written, chomage_net=0)
    assert screen(told, MONTH).rights["rsa"].amount.expected == 351.69
    del written["2026-08"]
    right = screen(with_given_incomes(COMPLETE, salaire_net=written, chomage_net=0), MONTH).rights["rsa"]
    [missing] = [m for m in right.missing if m.field == "personnes[0].revenus.salaire_net"]
    assert missing.months == ("2026-08",) and missing.who.endswith(" : août 2026")
    written["2026-08"] = 0
    right = screen(with_given_incomes(COMPLETE, salaire_net=written, chomage_net=0), MONTH).rights["rsa"]
    assert right.amount.expected == 451.69


def test_revenus_complets_turns_absence_into_zero_only_when_true():
    for told in (None, False):
        household = home(adult(revenus={}, revenus_complets=told))
        assert screen(household, MONTH).rights["rsa"].status == "undetermined"
        assert screen(household, MONTH).rights["rsa"].missing
    assert screen(home(adult(revenus={})), MONTH).rights["rsa"].amount.expected == 651.69


def test_what_is_supposed_is_listed_and_no_longer_when_told():
    bare = home(adult(wage=500))
    del bare["personnes"][0]["nationalite"]
    fields = {a.field: a.value for a in screen(bare, MONTH).rights["rsa"].assumptions}
    expected = {
        "personnes[0].nationalite": "FR",
        "personnes[0].residence_stable": True,
        "personnes[0].enceinte": False,
        "personnes[0].detenu": False,
        "personnes[0].conge_parental": False,
        "personnes[0].conge_sans_solde": False,
        "patrimoine.livret_a": 0,
        "patrimoine.epargne_non_imposable": 0,
        "patrimoine.valeur_locative_immobilier_non_loue": 0,
        "patrimoine.valeur_locative_terrains_non_loues": 0,
    }
    assert expected.items() <= fields.items()
    assert not any("refugie" in f or "carte_resident" in f for f in fields)  # a French person is not asked
    bare["personnes"][0] |= {"nationalite": "FR", "enceinte": False}
    bare["patrimoine"] = {"livret_a": 0}
    told = {a.field for a in screen(bare, MONTH).rights["rsa"].assumptions}
    assert not told & {"personnes[0].nationalite", "personnes[0].enceinte", "patrimoine.livret_a"}


def test_the_paying_body_is_supposed_only_while_it_decides():
    household = home(adult(wage=500))
    for month, supposed in (("2025-05", True), ("2025-08", False)):
        fields = {a.field: a.value for a in screen(household, month).rights["rsa"].assumptions}
        assert (fields.get("organisme") == "caf") is supposed


def test_incomes_supposed_to_be_nothing_are_listed():
    bare = with_given_incomes(home(adult()), salaire_net=0, chomage_net=0)
    fields = {a.field.removeprefix("personnes[0].revenus.") for a in screen(bare, MONTH).rights["rsa"].assumptions}
    assert {
        "aah",
        "ass",
        "asi",
        "pension_invalidite",
        "ijss_maladie",
        "ijss_at_mp",
        "ijss_maternite",
        "revenus_locatifs",
        "revenus_capital",
        "pension_alimentaire_recue",
        "prestation_compensatoire",
        "micro_vente_ca",
        "benefice_reel",
        "stage_formation_pro",
        "chomage_partiel",
        "service_civique",
        "gains_exceptionnels",
    } <= fields


def test_family_benefits_that_are_not_told_are_estimated_and_said_so():
    household = home(adult(), adult("conjoint"), child("2017-01-01"), child("2022-06-06"))
    del household["prestations_recues"]["af"]
    right = screen(household, MONTH).rights["rsa"]
    assumed = {a.field: a.value for a in right.assumptions}
    assert assumed["prestations_recues.af"] == 153.01
    assert right.amount.expected == 1215.54
    household["prestations_recues"]["af"] = 0
    assert screen(household, MONTH).rights["rsa"].amount.expected == pytest.approx(1368.55)


@pytest.mark.parametrize(
    "profile",
    [
        {"personnes": [{}]},
        {"personnes": [{"role": "demandeur"}]},
        {"personnes": [{}, {}, {}]},
        {"personnes": [{"role": "demandeur"}, {"role": "autre"}]},
        {
            "personnes": [{"role": "demandeur", "revenus": {}}],
            "logement": {},
            "prestations_recues": {},
            "fiscal": {},
            "patrimoine": {},
        },
        {"personnes": [{"role": "demandeur", "revenus": {"salaire_net": {}}}], "fiscal": {"rfr": {}}},
    ],
)
@pytest.mark.parametrize("month", ["2024-01", "2025-03", "2026-11", "2028-01"])
def test_an_almost_empty_profile_is_undetermined(profile, month):
    for right in screen(profile, month, rights=RIGHTS).rights.values():
        assert right.status == "undetermined" and right.amount.expected is None
        fields = {m.field for m in right.missing}
        assert "personnes[0].date_naissance" in fields
        assert len(fields) == len(right.missing)


def test_only_what_matters_is_asked():
    """A wage far above the exit point: neither housing nor family benefits can change the answer."""
    household = {"personnes": [adult(wage=6000)]}
    for right in screen(household, MONTH, rights=RIGHTS).rights.values():
        assert right.status == "not_eligible" and right.missing == ()


def test_a_foreigner_without_length_of_stay_is_asked_and_never_refused():
    household = home(adult(wage=300, nationalite="AUTRE"))
    right = screen(household, MONTH).rights["rsa"]
    assert right.status == "undetermined"
    assert (right.amount.low, right.amount.high) == (0, 351.69)
    assert [m.field for m in right.missing] == ["personnes[0].anciennete_titre_sejour_ans"]
