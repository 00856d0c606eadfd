"""A young adult at home: counted with the family, or claiming alone, and what the dwelling receives either way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.screening.fictional import profile as fictional_profile
from tests.screening.fictional import screener as fictional_screener
from tests.screening.households import MONTH, adult, child
from zero_non_recours import Household, evaluate, screen
from zero_non_recours.outreach.result import OtherUnit
from zero_non_recours.outreach.units import SAME, other_units, own_unit, without
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.joint import ClaimStates, JointAmounts, joint_of
from zero_non_recours.screening.screen import screener_of

BOOK = default_rulebook()
STATES = joint_of(screener_of(BOOK, MONTH))
ENZO = yaml.safe_load(
    (Path(__file__).parents[2] / "scenarios/foyers/enzo_apprenti_chez_ses_parents.yaml").read_text(encoding="utf-8")
)
DRAWS = 64
HOSTED = {"statut": "heberge_gratuit", "participation_frais": False, "titulaire_electricite": "autre_occupant"}
YOUNG = child("2006-02-01", id="lou", nationalite="FR", activite="salarie", rsa_jeune_condition_travail=False)
"""A child of 20, whose wage is to be said."""


def family(*children: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A couple who rents, one wage of 900 €, nothing said of what they receive."""
    return {
        "id": "f",
        "union": "marie",
        "personnes": [adult(id="ana", activite="inactif"), adult("conjoint", 900, id="ben"), *children],
        "logement": {
            "statut": "locataire_hlm",
            "code_insee": "38185",
            "loyer": 450,
            "titulaire_electricite": "demandeur",
        },
        "fiscal": {"rfr": {"2024": 9000}},
        **fields,
    }


def earning(wage: float, person: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return {**(YOUNG if person is None else person), "revenus": {"salaire_net": wage}, **fields}


class Undrawn(ClaimStates):
    """Cannot draw the wages of a household of one."""

    def amounts(self, household: HouseholdBase, size: int = DRAWS, seed: int = 0) -> JointAmounts:
        found = super().amounts(household, size, seed)
        if len(household.personnes) > 1:
            return found
        return replace(found, amounts={name: paid for name, paid in found.amounts.items() if name != "ppa"})


def units(data: dict[str, Any] | HouseholdBase, states: ClaimStates = STATES) -> tuple[OtherUnit, ...]:
    book = states.screener.rulebook
    household = household_model(book).model_validate(data) if isinstance(data, dict) else data
    return other_units(household, states, states.amounts(household, DRAWS), DRAWS, states.screener.month)


def one(data: dict[str, Any]) -> OtherUnit:
    (found,) = units(data)
    return found


def claimed(data: dict[str, Any], *, yearly: bool = True) -> float:
    """What all the rights of a household bring each month once claimed."""
    joint = STATES.amounts(Household.model_validate(data), DRAWS)
    return sum(
        float(np.average(joint.amounts[right.name][-1], weights=joint.weights))
        / (12 if right.amount_unit == "€/an" else 1)
        for right in STATES.rights
        if yearly or right.amount_unit != "€/an"
    )


# -- the two ways of claiming ---------------------------------------------------------------------------


@pytest.mark.parametrize("born", ["2006-02-01", "2002-02-01"])
def test_the_amounts_are_those_of_the_two_households_computed_separately(born):
    """Of an adult child who earns little; the older is on a tax return of their own."""
    lou, sam = earning(300, date_naissance=born), child("2012-05-03", id="sam")

    taxed = {"rfr": {"2024": 11000}}
    whole = family(lou, sam, fiscal=taxed)
    found = one(whole)
    left = family({**lou, "role": "autre", "lien_parente": "descendant"}, sam, fiscal=taxed)
    alone = {"personnes": [{**lou, "role": "demandeur"}], "logement": {**HOSTED, "code_insee": "38185"}}
    cheque = claimed(whole) - claimed(whole, yearly=False)
    assert cheque > 0
    assert found.person == "lou"
    assert found.together == pytest.approx(claimed(whole), abs=1e-6)
    assert found.apart == pytest.approx(claimed(left, yearly=False) + cheque + claimed(alone, yearly=False), abs=1e-6)
    assert found.better == ("apart" if found.apart > found.together else "together")


def test_enzo_is_worth_to_his_parents_what_the_rules_give_him_alone():
    """He earns too much to be counted with them: claiming costs them nothing (the persona says what he would have)."""
    (enzo,) = ENZO["profil"]["personnes"]
    found = one(family({**enzo, "role": "enfant"}))
    assert found.better == "apart"
    assert found.apart - found.together == pytest.approx(ENZO["attendu"]["ppa"]["montant"], abs=0.005)
    assert "180,79 € par mois" in found.text
    assert "le reste du foyer recevrait à peu près la même chose" in found.text


def test_the_own_unit_of_enzo_is_his_persona():
    (enzo,) = ENZO["profil"]["personnes"]
    household = Household.model_validate(family({**enzo, "role": "enfant"}))
    results = screen(own_unit(household, 2, BOOK), MONTH).rights
    assert {name: result.status for name, result in results.items()} == {
        name: expected["statut"] for name, expected in ENZO["attendu"].items()
    }
    assert results["ppa"].claimants == ("enzo",)


def test_a_family_may_lose_more_than_the_young_adult_gains():
    """Of two children, the one of 18 opens the family allowances; alone, a wage of 100 € brings little."""
    found = one(family(earning(100, date_naissance="2008-02-01"), child("2012-05-03")))
    assert found.better == "together"
    assert "rester dans la demande du foyer pourrait rapporter" in found.text
    assert "prestations familiales" in found.text


def test_family_benefits_are_counted_as_the_rules_estimate_them():
    """A child of 18 without a wage who could have the RSA alone: the allowances of two children go with them."""
    lou, sam = earning(0, activite="inactif", rsa_jeune_condition_travail=True, date_naissance="2008-02-01"), child()
    data = family(lou, sam)
    persons = [{k: v for k, v in p.items() if k != "id" and k != "revenus"} for p in data["personnes"]]
    wages = [p["revenus"]["salaire_net"] if "revenus" in p else 0 for p in data["personnes"]]
    said = [person | {"salaire_net": wage} for person, wage in zip(persons, wages, strict=True)]
    (allowance,) = evaluate(["af"], {"personnes": said, "logement": {}, "foyer": {}}, MONTH).values()
    assert allowance > 100
    found = one(data)
    assert found.together == pytest.approx(claimed(data) + allowance, abs=1e-6)
    assert f"prestations familiales, {allowance:.2f} € de moins".replace(".", ",") in found.text


def test_benefits_that_are_said_move_as_their_estimate_does():
    lou, sam = earning(300, date_naissance="2008-02-01"), child("2012-05-03")
    estimated = one(family(lou, sam))
    assert "prestations familiales, 15" in estimated.text
    (af,) = (v for v in (151.05, 153.01) if f"{v:.2f}".replace(".", ",") in estimated.text)
    said = one(family(lou, sam, prestations_recues={"af": af}))
    assert (said.together, said.apart) == pytest.approx((estimated.together, estimated.apart), abs=0.02)
    more = one(family(lou, sam, prestations_recues={"af": af + 40}))
    assert (
        f"prestations familiales, {af:.2f}".replace(".", ",") in more.text
    )  # what is left is the 40 € of something else
    none = one(family(lou, sam, prestations_recues={"af": 0}))
    assert "prestations familiales" not in none.text
    by_month = {f"2026-{month:02d}": af for month in range(1, 12)}
    assert one(family(lou, sam, prestations_recues={"af": by_month})).apart == pytest.approx(estimated.apart, abs=0.02)


def test_what_is_received_now_does_not_stand_for_what_would_be():
    """Both ways of claiming are computed; the RSA that the family receives was computed with the child."""
    lou = earning(300)
    claims = one(family(lou))
    assert one(family(lou, prestations_recues={"rsa": 1200, "aide_logement": 90, "ppa": 10})) == claims
    assert one(family(lou, prestations_recues={"rsa": 0, "aide_logement": 0, "ppa": 0})) == claims


def test_a_right_paid_once_a_year_is_the_same_in_both_cases():
    """It depends on taxes already declared: who is on which tax return does not change with a claim."""
    lou = earning(300)
    with_it, without_it = one(family(lou)), one(family(lou, fiscal={"rfr": {"2024": 90000}}))
    assert with_it.apart - with_it.together == pytest.approx(without_it.apart - without_it.together, abs=1e-6)
    assert "chèque énergie : rien n'y change ici" in with_it.text
    assert with_it.together > without_it.together


def test_a_right_that_the_family_refused_is_not_counted_for_it():
    lou = earning(1300, activite="apprenti")
    asked, refused = one(family(lou)), one(family(lou, suivi={"ppa": {"refus": True}}))
    assert refused.apart - refused.together == pytest.approx(asked.apart - asked.together, abs=1e-6)
    assert refused.together < asked.together


# -- for whom -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person",
    [
        child("2012-05-03", revenus={"salaire_net": 1500}),
        earning(1500, date_naissance="2008-12-01"),
        earning(1500, role="autre"),
        earning(0, activite="inactif"),
        earning(500, activite="etudiant"),
        {"role": "enfant"},
    ],
    ids=["a child of 14", "18 next month", "of another unit", "no right alone", "a student who earns little", "no age"],
)
def test_nobody_who_could_claim_nothing(person):
    assert units(family(person)) == ()


def test_without_anybody_else():
    assert units(ENZO["profil"]) == ()


def test_who_comes_of_age_in_the_month_and_who_may_have():
    assert one(family(earning(1500, date_naissance="2008-11-30"))).person == "lou"
    assert one(family(earning(1500, date_naissance={"min": "2008-01", "max": "2008-11"}))).person == "lou"
    assert one(family(earning(1500, date_naissance="2008-11", id=None))).person == "personnes[2]"


def test_the_rules_say_until_when_somebody_is_a_child():
    """At thirty, already out of the family's claim whatever is said: nothing to lose."""
    found = one(family(earning(0, activite="inactif", date_naissance="1996-01-01"), child()))
    assert found.better == "apart"
    assert "revenu de solidarité active (RSA), environ" in found.text


def test_each_young_adult_against_the_others_as_they_are_in_the_order_of_the_profile():
    lou, max_ = earning(300), earning(1400, id="max", date_naissance="2003-06-01")
    first, second = units(family(lou, max_)), units(family(max_, lou))
    assert [unit.person for unit in first] == ["lou", "max"]
    assert [unit.person for unit in second] == ["max", "lou"]
    by_person = {unit.person: unit for unit in second}
    for unit in first:
        other = by_person[unit.person]
        assert (unit.better, unit.text) == (other.better, other.text)
        assert (unit.together, unit.apart) == pytest.approx((other.together, other.apart), abs=1e-9)


def test_a_country_whose_roles_are_others():
    screener = fictional_screener()
    assert units(fictional_profile(), joint_of(screener)) == ()


# -- the profiles that are compared ---------------------------------------------------------------------


def test_the_own_unit_has_nothing_of_the_family():
    lou = earning(300, a_charge_fiscale=False, boursier="ne_sait_pas", rsa_jeune_condition_travail="ne_veut_pas_dire")
    lou["revenus"] |= {"aah": {"min": 10, "max": 20}, "bourse": {"2026-08": 100, "2026-09": "ne_sait_pas"}}
    said = family(
        lou,
        patrimoine={"livret_a": 9000},
        prestations_recues={"rsa": 100},
        suivi={"rsa": {"refus": True}},
    )
    own = own_unit(Household.model_validate(said), 2, BOOK).model_dump(exclude_none=True)
    assert own.keys() == {"id", "personnes", "logement"}
    assert own["logement"] == {**HOSTED, "code_insee": "38185"}
    (person,) = own["personnes"]
    assert (person["role"], person["rattache_fiscal_parents"]) == ("demandeur", False)
    assert "a_charge_fiscale" not in person
    assert person["sans_reponse"] == {"boursier": "ne_sait_pas", "rsa_jeune_condition_travail": "ne_veut_pas_dire"}
    assert person["revenus"]["aah"] == {"min": 10, "max": 20}
    assert person["revenus"]["bourse"] == {"2026-08": 100, "2026-09": "ne_sait_pas"}


def test_what_somebody_says_of_their_taxes_is_kept():
    lou = earning(300, a_charge_fiscale=False, rattache_fiscal_parents=True)
    household = Household.model_validate(family(lou))
    assert own_unit(household, 2, BOOK).personnes[0].rattache_fiscal_parents is True
    assert without(household, 2, BOOK).personnes[2].a_charge_fiscale is False
    unsaid = Household.model_validate(family(earning(300, a_charge_fiscale="ne_sait_pas")))
    assert without(unsaid, 2, BOOK).personnes[2].a_charge_fiscale is True
    assert without(unsaid, 2, BOOK).unsaid() == {}


def test_without_somebody_only_their_place_changes():
    said = Household.model_validate(family(earning(300), child(), suivi={"rsa": {"refus": True}}, union="ne_sait_pas"))
    left = without(said, 2, BOOK)
    assert said.personnes[2].role == "enfant"
    changed = {"role": "autre", "lien_parente": "descendant", "a_charge_fiscale": True}
    assert left.personnes[2] == said.personnes[2].model_copy(update=changed)
    assert left.model_copy(update={"personnes": said.personnes}) == said


# -- what is said ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wage", [0, 300, 700, 1300, 1500, "ne_sait_pas"])
def test_a_comparison_is_said_as_something_to_check(wage):
    for unit in units(family(earning(wage), child("2012-05-03"))):
        assert unit.text.startswith("À vérifier")
        assert "pourrait" in unit.text
        assert "déclaration d'impôts" in unit.text
        assert "droit à" not in unit.text
        assert "n'a pas" not in unit.text


def test_an_answer_that_is_missing_is_said_to_be():
    lou = {**YOUNG, "revenus": {"salaire_net": "ne_sait_pas"}}
    found = one(family(lou))
    assert "prime d'activité, à préciser : une réponse manque" in found.text
    assert "Compléter d'abord les réponses de lou." in found.text
    assert "Compléter" not in one(family(earning(1300))).text


def test_what_cannot_be_drawn_in_one_case_is_counted_in_none():
    data = family(earning(1300))
    (found,) = units(data, Undrawn(STATES.screener))
    known = one(data)
    prime = STATES.amounts(Household.model_validate(data), DRAWS).amounts["ppa"][-1][0]
    assert prime > 0
    assert found.together == pytest.approx(known.together - prime, abs=1e-6)
    assert found.apart == pytest.approx(found.together, abs=1e-6)
    assert (found.better, known.better) == ("either", "apart")
    assert "prime d'activité, à préciser : une réponse manque" in found.text


@settings(max_examples=25, deadline=None)
@given(
    wage=st.sampled_from([0, 150, 400, 900, 1300, 1600]),
    born=st.sampled_from(["2008-03-01", "2006-03-01", "2002-03-01"]),
    worked=st.booleans(),
    status=st.sampled_from(["locataire_hlm", "proprietaire", "heberge_gratuit"]),
    parent=st.sampled_from([0, 700, 1500, 2600]),
    others=st.integers(0, 3),
)
def test_the_better_way_is_the_one_that_brings_more(wage, born, worked, status, parent, others):
    lou = earning(wage, date_naissance=born, rsa_jeune_condition_travail=worked)
    data = family(lou, *(child(f"20{12 + rank}-01-05") for rank in range(others)))
    data["personnes"][1]["revenus"]["salaire_net"] = parent
    data["logement"] |= {"statut": status, "participation_frais": False}
    before = Household.model_validate(data)
    for unit in units(before):
        difference = unit.apart - unit.together
        assert unit.better == ("either" if abs(difference) <= SAME else "apart" if difference > 0 else "together")
        assert min(unit.apart, unit.together) >= 0
    assert before == Household.model_validate(data)
    assert units(before) == units(Household.model_validate(data))
