"""`timeline`: each month is a screening of the household as it would be then, and what changes says why."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.oracle.months import between, shift
from tests.oracle.population import random_profile
from tests.screening.households import MONTH, RIGHTS, Profile, adult, child, home
from zero_non_recours import Household, PlanError, Timeline, screen, timeline
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.screen import screener_of
from zero_non_recours.screening.timeline.carried import Carrier

BOOK = default_rulebook()
QUARTER = ["2026-07", "2026-08", "2026-09"]
"""The reference quarter of November 2026 (M-4 to M-2)."""


def rights_of(found: Timeline, month: str) -> dict[str, Any]:
    return next(one for one in found.months if one.month == month).model_dump(mode="json")["rights"]


def alone(*people: Profile, wages: Any = 0, **fields: Any) -> Profile:
    """A tenant with children who receives 200 € of housing benefit."""
    return home(adult(id="p1", wage=wages, activite="inactif"), *people, aide_logement=200) | fields


def amounts(found: Timeline, right: str = "rsa") -> list[float | None]:
    return [month.rights[right].amount.expected for month in found.months]


# -- each month is a screening ------------------------------------------------------------------------------


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), more=st.integers(0, 3))
def test_each_month_is_a_screening_of_the_household_as_it_would_be(seed, more):
    profile = {"id": "h", **random_profile(random.Random(seed), MONTH)}
    before = copy.deepcopy(profile)
    household = Household.model_validate(profile)
    written = household.model_dump()
    last = shift(MONTH, more)
    found = timeline(household, MONTH, last, rights=RIGHTS)
    assert [month.month for month in found.months] == between(MONTH, last)
    assert found.months[0].model_dump_json() == screen(profile, MONTH, rights=RIGHTS).model_dump_json()
    screener = screener_of(BOOK, MONTH, tuple(RIGHTS))
    carrier = Carrier(screener, household, screener.read(household))
    for month in found.months[1:]:
        there = carrier.at(parse_month(month.month))
        assert Household.model_validate(there.model_dump(exclude_unset=True)) == there
        assert month.model_dump_json() == screen(there, month.month, rights=RIGHTS).model_dump_json()
    assert household.model_dump() == written and profile == before
    assert timeline(profile, MONTH, last, rights=RIGHTS).model_dump_json() == found.model_dump_json()


AMOUNT = st.sampled_from([0, 150, 400.5, 900, 1_300])


@settings(max_examples=40)
@given(
    past=st.lists(AMOUNT, min_size=3, max_size=3),
    later=st.dictionaries(st.sampled_from(["2026-10", "2026-11", "2026-12", "2027-02"]), AMOUNT),
    complete=st.booleans(),
)
def test_an_income_goes_on_at_its_last_amount(past, later, complete):
    wages = dict(zip(QUARTER, past, strict=True)) | later
    months = between("2026-10", "2027-03")
    found = timeline(workers(wages, complete), MONTH, months[-1], rights=RIGHTS)
    full = dict(wages)
    for month in months:
        full.setdefault(month, full[shift(month, -1)])
    for month in months[2:]:
        known = {key: amount for key, amount in full.items() if key <= month or key in later}
        assert rights_of(found, month) == rights_of_one(workers(known, complete), month)
    told = [line for line in found.assumptions if line.startswith("Salaire net social, p1 : ")]
    supposed = [month for month in months if month not in later]
    sources = dict.fromkeys(max(key for key in wages if key < month) for month in supposed)
    assert len(told) == 1 and told[0].count("supposé inchangé après") == len(sources)


def workers(wages: dict[str, Any], complete: bool) -> Profile:
    incomes = {"salaire_net": wages, "chomage_net": 0}
    person = adult(id="p1", revenus=incomes, revenus_complets=complete)
    return home(person, child("2015-01-10"), aide_logement=200)


def rights_of_one(profile: Profile, month: str) -> dict[str, Any]:
    return screen(profile, month, rights=RIGHTS).model_dump(mode="json")["rights"]


# -- what is supposed of months to come ----------------------------------------------------------------------


def carried(profile: Profile, month: str, start: str = MONTH) -> Profile:
    """The household as it would be at a month, as plain data."""
    household = Household.model_validate(profile)
    screener = screener_of(BOOK, start, tuple(RIGHTS))
    carrier = Carrier(screener, household, screener.read(household))
    return carrier.at(parse_month(month)).model_dump(exclude_none=True)


def wages_of(profile: Profile, month: str = "2027-01") -> Any:
    return carried(profile, month)["personnes"][0]["revenus"]["salaire_net"]


def test_what_is_written_is_kept_and_nothing_is_invented_before():
    assert wages_of(home(adult(wage=900))) == 900
    assert wages_of(home(adult(wage={"2025": 9600}))) == {"2025": 9600}
    future = {"2026-12": 500}
    assert wages_of(home(adult(wage=future))) == {"2026-12": 500, "2027-01": 500}
    in_a_year = {"2026-08": 700, "2026-09": 800, "2027": 6000}
    assert wages_of(home(adult(wage=in_a_year)), "2027-02") == in_a_year | dict.fromkeys(
        ["2026-10", "2026-11", "2026-12"], 800
    )


def test_months_of_the_reference_quarter_stay_as_the_first_month_reads_them():
    stale = {"2026-07": 1500, "2026-08": 1500}
    complete = wages_of(home(adult(wage=stale)))
    assert complete == stale | dict.fromkeys(["2026-10", "2026-11", "2026-12", "2027-01"], 0)
    partial = wages_of(home(adult(wage=stale, revenus_complets=None)))
    assert partial == stale | dict.fromkeys(["2026-10", "2026-11", "2026-12", "2027-01"], 1500)


def test_an_amount_supposed_in_the_quarter_is_supposed_later():
    gifts = {"2026-08": 300}
    person = adult(revenus_complets=None)
    person["revenus"]["gains_exceptionnels"] = gifts
    found = carried(home(person), "2027-01")["personnes"][0]["revenus"]["gains_exceptionnels"]
    assert found == gifts


def test_benefits_received_each_month_go_on():
    profile = home(adult(), aide_logement=dict.fromkeys(QUARTER, 200), af=140)
    received = carried(profile, "2026-11", "2026-11")["prestations_recues"]
    assert received["aide_logement"] == dict.fromkeys(QUARTER, 200)
    received = carried(profile, "2026-12")["prestations_recues"]
    assert received["aide_logement"] == dict.fromkeys([*QUARTER, "2026-10", "2026-11", "2026-12"], 200)
    assert received["af"] == 140


def test_a_range_goes_on_as_a_range():
    wages = {"2026-07": 900, "2026-08": 900, "2026-09": {"min": 800, "max": 1000}}
    assert wages_of(home(adult(wage=wages)), "2026-12")["2026-12"] == {"min": 800, "max": 1000}
    assert wages_of(home(adult(wage={"min": 800, "max": 1000}))) == {"min": 800, "max": 1000}


def test_a_length_of_time_grows_up_to_its_maximum():
    person = adult(nationalite="AUTRE", anciennete_titre_sejour_ans=4.5, refugie=False, carte_resident=False)
    profile = home(person, aide_logement=200)
    assert carried(profile, "2027-02")["personnes"][0]["anciennete_titre_sejour_ans"] == 4.75
    person["anciennete_titre_sejour_ans"] = {"min": 4, "max": 4.5}
    assert carried(profile, "2027-05")["personnes"][0]["anciennete_titre_sejour_ans"] == {"min": 4.5, "max": 5}
    maximum = BOOK.variables["mois_grossesse"].maximum
    person |= {"enceinte": True, "mois_grossesse": 5}
    assert carried(profile, "2027-01")["personnes"][0]["mois_grossesse"] == 7
    assert carried(profile, "2028-01")["personnes"][0]["mois_grossesse"] == maximum


def test_a_permit_becomes_long_enough():
    person = adult(id="p1", nationalite="AUTRE", anciennete_titre_sejour_ans=4.5, refugie=False, carte_resident=False)
    found = timeline(home(person, aide_logement=200), MONTH, "2027-06", rights=["rsa"])
    opening = found.next_opening("rsa")
    assert opening is not None and (opening.month, opening.in_months) == ("2027-05", 6)
    assert "rsa_sejour" in [condition.id for condition in opening.conditions]
    assert "Être français, ou remplir la condition de séjour" in opening.sentence
    assert any("avance avec les mois" in line for line in found.assumptions)


def test_an_unemployed_persons_old_wages_do_not_go_on():
    wages = dict.fromkeys(QUARTER, 1600) | {"2026-10": 500}
    profile = home(adult(id="p1", wage=wages, activite="chomeur"), aide_logement=200)
    assert wages_of(profile, "2026-12") == wages | {"2026-11": 0, "2026-12": 0}
    found = timeline(profile, MONTH, "2027-03", rights=RIGHTS)
    assert amounts(found, "rsa") == [573.49] * 5, "neutralised, then no longer in the quarter"
    assert [month.rights["ppa"].status for month in found.months] == ["eligible"] * 4 + ["not_eligible"]
    label = BOOK.variables["activite_interrompue"].label
    assert f"Salaire net social, p1 : montant supposé arrêté ({label}) après octobre 2026." in found.assumptions


def test_whether_a_job_goes_on_may_be_unknown():
    wages = dict.fromkeys(QUARTER, 1600)
    profile = home(adult(wage=wages, activite="chomeur", revenus_complets=None), aide_logement=200)
    assert wages_of(profile) == wages
    new_job = wages | {"2026-12": 700}
    assert wages_of(home(adult(wage=new_job, activite="chomeur", revenus_complets=None))) == new_job | {"2027-01": 700}


def test_an_announced_birth_is_counted_by_the_rules():
    profile = home(adult(id="p1", activite="inactif"), child("2027-01-20"), aide_logement=200)
    found = timeline(profile, MONTH, "2027-05", rights=["rsa"])
    values = amounts(found)
    assert values[0] is not None and values[-1] is not None and values[-1] > values[0]
    assert found.changes and not found.assumptions


# -- what months bring ---------------------------------------------------------------------------------------


def test_the_supplement_ends_when_the_child_turns_three():
    """Cases 8 a and 8 d of the RSA dossier (rules/rsa/exemples): 959.39 before, 821.13 once the quarter is past."""
    found = timeline(alone(child("2024-01-15", id="e1")), MONTH, "2027-06", rights=["rsa"])
    assert amounts(found)[:5] == [959.39] * 5 and amounts(found)[-1] == 821.13
    assert [change.month for change in found.changes] == ["2027-04", "2027-05", "2027-06"]
    first, *_, last = found.changes
    assert [(move.name, move.before, move.after) for move in first.moved] == [
        ("majoration_isolement", "oui", "oui 2 mois sur 3")
    ]
    assert (last.moved[0].before, last.moved[0].after) == ("oui 1 mois sur 3", "non")
    assert {change.kind for change in found.changes} == {"amount"}
    assert last.sentence == (
        "Revenu de solidarité active (RSA) : 821,13 € par mois en juin 2027 (avant : 867,22 € par mois)."
    )
    assert [(run.first, run.last) for run in found.runs("rsa")][:2] == [("2026-11", "2027-03"), ("2027-04", "2027-04")]


def test_the_isolation_supplement_ends_with_its_date():
    """Eighteen months from 10 September 2025: March 2027 is outside, and enters the quarter of June."""
    profile = alone(child("2017-01-15"), isolement_recent=True, date_isolement="2025-09-10")
    found = timeline(profile, MONTH, "2027-06", rights=["rsa"])
    assert amounts(found)[:7] == [959.39] * 7
    assert [change.month for change in found.changes] == ["2027-06"]
    assert [move.name for move in found.changes[0].moved] == ["isolement_recent"]
    assert any(
        line.startswith("Seul avec enfant depuis moins de 18 mois : réponse gardée") for line in found.assumptions
    )


def test_an_isolation_without_its_date_is_unknown_later():
    found = timeline(alone(child("2017-01-15"), isolement_recent=True), MONTH, "2026-12", rights=["rsa"])
    first, second = (month.rights["rsa"] for month in found.months)
    assert first.amount.expected == 959.39
    assert (second.amount.low, second.amount.high) == (821.13, 959.39)
    assert "date_isolement" in [missing.field for missing in second.missing]
    assert found.changes[0].moved[0].after == "inconnu"
    past = timeline(alone(child("2017-01-15"), isolement_recent=False), MONTH, "2026-12", rights=["rsa"])
    assert amounts(past) == [821.13, 821.13] and not past.assumptions


def test_the_april_revaluation():
    found = timeline(alone(child("2017-01-15")), "2026-03", "2026-04", rights=["rsa"])
    assert amounts(found) == [814.62, 821.13]
    (change,) = found.changes
    assert [(move.name, move.before, move.after) for move in change.moved] == [
        ("rsa_montant_base", "646,52 € par mois", "651,69 € par mois")
    ]
    assert not change.conditions and not found.assumptions and not found.notes


def test_resources_that_moved_are_told_as_resources():
    wages = dict(zip(QUARTER, (600, 600, 0), strict=True)) | {"2026-10": 0, "2026-11": 0}
    profile = alone(child("2017-01-15"), wages=wages)
    profile["personnes"][0] |= {"activite_interrompue": False}
    found = timeline(profile, MONTH, "2027-01", rights=["rsa"])
    assert amounts(found) == [421.13, 621.13, 821.13]
    for change, before, after in zip(found.changes, (400, 200), (200, 0), strict=True):
        assert [(m.name, m.before, m.after) for m in change.moved] == [
            ("rsa_ressources_moyennes", f"{before} € par mois", f"{after} € par mois")
        ]


def test_what_persons_make_up_is_told_by_what_the_household_adds_to_it():
    """The chèque énergie is computed for each tax household: a child born in 2025 counts for the 2027 campaign."""
    profile = home(adult(id="p1", wage=1300), child("2017-01-15"), child("2025-06-01"))
    profile["logement"] |= {"titulaire_electricite": "demandeur"}
    profile["fiscal"] = {"rfr": {"2024": 14000, "2025": 14000}}
    found = timeline(profile, "2026-12", "2027-01", rights=["cheque_energie"])
    (change,) = found.changes
    assert [(move.name, move.before, move.after) for move in change.moved] == [("nb_charges_demandeur", "1", "2")]


# -- openings ------------------------------------------------------------------------------------------------


def test_a_near_miss_says_when_it_opens():
    wages = dict(zip(QUARTER, (1500, 1500, 600), strict=True))
    profile = alone(child("2017-01-15"), wages=wages)
    profile["personnes"][0] |= {"activite": "salarie"}
    found = timeline(profile, MONTH, "2027-03", rights=RIGHTS)
    first = found.months[0].rights["rsa"]
    assert first.status == "not_eligible" and first.near_miss
    opening = found.next_opening("rsa")
    assert opening is not None
    assert (opening.month, opening.in_months, opening.waiting) == ("2027-01", 2, False)
    assert opening.sentence == (
        "Revenu de solidarité active (RSA) : pourrait s'ouvrir en janvier 2027 (dans deux mois), 221,13 € par mois. "
        "Alors rempli : Avoir des ressources sous le montant forfaitaire du foyer."
    )
    opens = [change for change in found.changes if change.kind == "opens"]
    assert [change.month for change in opens] == ["2027-01"]
    assert [(c.id, c.before, c.after) for c in opens[0].conditions] == [("rsa_ressources", False, True)]
    assert opens[0].sentence.endswith("pourrait s'ouvrir en janvier 2027, 221,13 € par mois.")
    assert found.next_opening("ppa") is None, "open from the first month"


def test_a_right_that_closes_names_its_condition():
    wages = dict(zip(QUARTER, (1500, 0, 0), strict=True)) | {"2026-10": 0, "2026-11": 0}
    found = timeline(home(adult(wage=wages, activite="chomeur"), aide_logement=200), MONTH, "2027-01", rights=["ppa"])
    (change,) = found.changes
    assert (change.month, change.kind, change.after.status) == ("2026-12", "closes", "not_eligible")
    assert ("ppa_activite", True, False) in [(c.id, c.before, c.after) for c in change.conditions]
    assert "se fermerait en décembre 2026 (" in change.sentence and "jusque-là" in change.sentence


def test_a_missing_answer_may_stop_mattering():
    """At 25, the two years of work before do not matter any more."""
    profile = home(adult(date_naissance="2002-01-15", activite="inactif"), aide_logement=200)
    found = timeline(profile, MONTH, "2027-02", rights=["rsa"])
    (change,) = found.changes
    assert (change.month, change.kind) == ("2027-01", "settled")
    opening = found.next_opening("rsa")
    assert opening is not None and opening.waiting
    assert "à préciser ; au plus tard en janvier 2027 (dans deux mois)" in opening.sentence
    profile["personnes"][0]["rsa_jeune_condition_travail"] = False
    known = timeline(profile, MONTH, "2027-02", rights=["rsa"])
    assert [change.kind for change in known.changes] == ["opens"]
    assert "pourrait s'ouvrir en janvier 2027" in known.changes[0].sentence


# -- shape, notes, errors ------------------------------------------------------------------------------------


def test_the_end_of_the_coverage_is_told_once():
    found = timeline(alone(child()), MONTH, "2027-02", rights=["rsa"])
    assert len([note for note in found.notes if "Les règles sont connues jusqu'en 2026-11" in note]) == 1
    after = timeline(alone(child()), "2027-01", "2027-02", rights=["rsa"])
    assert after.notes == after.months[0].notes and len(after.notes) == 1


def test_the_json_of_a_timeline():
    profile = alone(child("2017-01-15"), wages=dict(zip(QUARTER, (1500, 1500, 600), strict=True)), id="h1")
    profile["personnes"][0] |= {"activite": "salarie"}
    found = timeline(profile, MONTH, "2027-01", rights=iter(RIGHTS))
    data = found.model_dump(mode="json")
    assert list(data) == ["id", "from", "to", "rulebook", "notes", "assumptions", "changes", "openings", "months"]
    assert (data["id"], data["from"], data["to"]) == ("h1", MONTH, "2027-01")
    assert data["months"][0] == screen(profile, MONTH, rights=RIGHTS).model_dump(mode="json")
    assert data["changes"] and set(data["changes"][0]) == {
        "month", "right", "label", "kind", "sentence", "before", "after", "conditions", "moved",
    }  # fmt: skip
    assert data["openings"]["rsa"]["in_months"] == 2
    assert json.loads(found.model_dump_json(indent=1)) == data


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2026-13", "2027-01", "AAAA-MM"),
        ("2026-11", "janvier", "AAAA-MM"),
        ("2026-11", "2026-10", "est avant le premier"),
        ("2026-11", "2029-11", "pas plus de 36 mois à la fois ; depuis 2026-11, aller jusqu'à 2029-10"),
    ],
)
def test_months_that_cannot_be(first, last, message):
    with pytest.raises(ValueError, match=message):
        timeline(alone(child()), first, last)


def test_other_errors_are_those_of_a_screening():
    with pytest.raises(PlanError, match="aucun droit"):
        timeline(alone(child()), MONTH, "2026-12", rights=["rssa"])
    with pytest.raises(PlanError, match="2024-01"):
        timeline(alone(child()), "2023-12", "2024-02")
    with pytest.raises(ValidationError):
        timeline({"personnes": []}, MONTH, "2026-12")
    found = timeline(alone(child()), MONTH, MONTH, rights="rsa")
    assert found.rights == ("rsa",) and not found.changes
    for read in (found.next_opening, found.runs):
        with pytest.raises(PlanError, match="aucun droit ne s'appelle « ppa »"):
            read("ppa")
