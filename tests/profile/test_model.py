"""What a profile accepts: every field in its valid forms, null, absence; identifiers, roles, months."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.profile.forms import EXAMPLE, FIELDS, forms, place, written
from zero_non_recours import Household, household_model
from zero_non_recours.rulebook.loader import default_rulebook

ONE = [{"role": "demandeur"}]


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_every_field_accepts_its_forms_null_and_absence(field):
    for value, kept in forms(field):
        household: Any = Household.model_validate(place(field, value))
        assert written(household, field) == kept
        assert type(written(household, field)) is type(kept)
    for absent in (place(field, None), {"personnes": [{}]}):
        assert written(Household.model_validate(absent), field) is None


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_text_json_gives_the_same(field):
    for value, kept in forms(field):
        if not isinstance(value, datetime.date) and not (
            isinstance(value, dict) and any(not isinstance(k, str) for k in value)
        ):
            household: Any = Household.model_validate_json(json.dumps(place(field, value)))
            assert written(household, field) == kept


def test_the_complete_example():
    household: Any = Household.model_validate(EXAMPLE)
    assert household.id == "h1" and household.union == "marie"
    claimant, partner, child = household.personnes
    assert (claimant.id, claimant.role, claimant.date_naissance) == ("p1", "demandeur", "1988-05-14")
    assert claimant.revenus.salaire_net["2026-07"] == 0 and "2026-04" not in claimant.revenus.salaire_net
    assert partner.anciennete_titre_sejour_ans == 6 and partner.revenus.salaire_net is None
    assert child.activite is None
    assert household.logement.code_insee == "38185" and household.fiscal.rfr == {"2024": 10100}
    assert household.prestations_recues.rsa == 0 and household.prestations_recues.ppa is None
    for text in (json.dumps(EXAMPLE), json.dumps(EXAMPLE).encode(), bytearray(json.dumps(EXAMPLE), "utf-8")):
        assert Household.model_validate_json(text) == household


def test_dumped_and_read_again_nothing_changes():
    household: Any = Household.model_validate(EXAMPLE)
    assert Household.model_validate(household.model_dump()) == household
    assert Household.model_validate_json(household.model_dump_json()) == household
    assert Household.model_validate(household) == household


def test_the_contract_lists_these_fields():
    assert {
        "personnes[].role",
        "personnes[].date_naissance",
        "union",
        "isolement_recent",
        "date_isolement",
        "organisme",
        "personnes[].nationalite",
        "personnes[].anciennete_titre_sejour_ans",
        "personnes[].activite",
        "personnes[].refugie",
        "personnes[].carte_resident",
        "personnes[].residence_stable",
        "personnes[].garde_alternee",
        "personnes[].boursier",
        "personnes[].revenus.salaire_net",
        "personnes[].revenus.frais_reels",
        "logement.statut",
        "logement.code_insee",
        "logement.zone_apl",
        "patrimoine.livret_a",
        "fiscal.rfr",
        "fiscal.rfr_conjoint",
        "prestations_recues.rsa",
        "prestations_recues.cheque_energie",
        "prestations_recues.aeeh",
    } <= {field.path for field in FIELDS}


# -- absent, null, zero, false ----------------------------------------------------------------------------


def test_absent_null_and_zero_are_three_words_for_two_things():
    absent: Any = Household.model_validate({"personnes": [{"role": "demandeur", "revenus": {}}]})
    null: Any = Household.model_validate({"personnes": [{"role": "demandeur", "revenus": {"aah": None}}]})
    zero: Any = Household.model_validate({"personnes": [{"role": "demandeur", "revenus": {"aah": 0}}]})
    assert absent.personnes[0].revenus.aah is None and null.personnes[0].revenus.aah is None
    assert zero.personnes[0].revenus.aah == 0 and zero.personnes[0].revenus.aah is not None
    no: Any = Household.model_validate({"personnes": [{"role": "demandeur", "enceinte": False}]})
    assert no.personnes[0].enceinte is False and absent.personnes[0].enceinte is None


def test_a_null_month_is_absent():
    revenus = {"salaire_net": {"2026-05": None, "2026-06": 0}}
    household: Any = Household.model_validate({"personnes": [{"role": "demandeur", "revenus": revenus}]})
    assert household.personnes[0].revenus.salaire_net == {"2026-06": 0}


def test_parts_may_be_null():
    empty = {"logement": None, "fiscal": None, "patrimoine": None, "prestations_recues": None}
    household: Any = Household.model_validate({"personnes": [{"role": "demandeur", "revenus": None}], **empty})
    assert household.logement is None and household.personnes[0].revenus is None


def test_a_household_is_frozen():
    household: Any = Household.model_validate({"personnes": ONE})
    with pytest.raises(ValidationError):
        household.id = "autre"


# -- identifiers, roles, months ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "kept"), [("h1", "h1"), (7, "7"), ("é € 🙂", "é € 🙂"), ("", ""), (None, None), ("0012", "0012")]
)
def test_identifiers_are_echoed_as_text(key, kept):
    household: Any = Household.model_validate({"id": key, "personnes": [{"id": key, "role": "demandeur"}]})
    assert (household.id, household.personnes[0].id) == (kept, kept)


@pytest.mark.parametrize("key", [True, 1.5, [], {}, ["h1"], "\ud800", 10**5000], ids=range(7))
def test_other_identifiers_are_refused(key):
    for data in ({"id": key, "personnes": ONE}, {"personnes": [{"id": key, "role": "demandeur"}]}):
        with pytest.raises(ValidationError, match="identifiant"):
            Household.model_validate(data)


def problems(data: Any) -> dict[tuple, str]:
    with pytest.raises(ValidationError) as error:
        Household.model_validate(data)
    return {item["loc"]: item["msg"] for item in error.value.errors()}


@pytest.mark.parametrize("people", [list, tuple])
def test_persons_have_different_identifiers(people):
    persons = people([{"id": "1", "role": "demandeur"}, {"id": "2"}, {"id": 1}])
    assert list(problems({"personnes": persons})) == [("personnes", 2, "id")]


@pytest.mark.parametrize(
    ("roles", "where"),
    [
        (["demandeur", "demandeur"], ("personnes", 1, "role")),
        (["demandeur", "conjoint", "enfant", "conjoint"], ("personnes", 3, "role")),
        (["conjoint", "enfant"], ("personnes",)),
        (["enfant"], ("personnes",)),
        (["autre"], ("personnes",)),
    ],
)
def test_one_claimant_and_at_most_one_partner(roles, where):
    assert list(problems({"personnes": [{"role": role} for role in roles]})) == [where]


@pytest.mark.parametrize(
    "roles", [[None], ["demandeur"], ["enfant", None], ["demandeur", "conjoint", "enfant", "enfant", "autre", "autre"]]
)
def test_an_unknown_role_is_not_an_error(roles):
    Household.model_validate({"personnes": [{"role": role} for role in roles]})


def test_one_to_thirty_persons():
    assert "au moins une personne" in problems({"personnes": []})["personnes",]
    assert "30 personnes" in problems({"personnes": [{}] * 31})["personnes",]
    Household.model_validate({"personnes": [{}] * 30})


@pytest.mark.parametrize("key", ["2026-05", " 2026-05 ", "2025", 2025])
def test_months_and_years_are_keys(key):
    revenus = {"salaire_net": {key: 5}}
    household: Any = Household.model_validate({"personnes": [{"role": "demandeur", "revenus": revenus}]})
    assert household.personnes[0].revenus.salaire_net == {str(key).strip(): 5}


@pytest.mark.parametrize(
    "key",
    [
        "2026-13",
        "2026-00",
        "2026-5",
        "26-05",
        "05/2026",
        "mai",
        "",
        "m-2",
        "1850",
        "3000",
        "٢٠٢٦",
        "２０２６-05",
        "2026-05-01",
        True,
        None,
        3,
        2026.5,
        (2026, 5),
        10**5000,
    ],
    ids=lambda k: "huge" if k == 10**5000 else repr(k),
)
def test_other_keys_are_refused(key):
    found = problems({"personnes": [{"role": "demandeur", "revenus": {"aah": {key: 5}}}]})
    assert list(found) == [("personnes", 0, "revenus", "aah")] and "AAAA-MM" in found["personnes", 0, "revenus", "aah"]


def test_a_month_written_twice_is_refused():
    found = problems({"personnes": [{"role": "demandeur", "revenus": {"aah": {"2026-05": 5, " 2026-05": 6}}}]})
    assert "deux fois" in found["personnes", 0, "revenus", "aah"]
    found = problems({"personnes": [{"role": "demandeur", "revenus": {"aah": {2025: 5, "2025": 6}}}]})
    assert "deux fois" in found["personnes", 0, "revenus", "aah"]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)))
@settings(max_examples=50)
def test_every_civil_date_is_a_date(day):
    for value in (day, day.isoformat(), f" {day.isoformat()} ", datetime.datetime.combine(day, datetime.time(23, 59))):
        household: Any = Household.model_validate({"personnes": [{"role": "demandeur", "date_naissance": value}]})
        assert household.personnes[0].date_naissance == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-29",
        "1990-13-01",
        "1990-00-10",
        "1990-01-32",
        "14/05/1988",
        "88-05-14",
        "",
        "hier",
        1899,
        1988.0,
        "1850",
        "environ 1988",
        {"environ": 1988},
        {"min": "1990", "max": "1989-12"},
        {"min": {"min": "1990"}},
        {"min": None, "max": None},
        19880514,
        True,
        "0000-01-01",
        "1899-12-31",
        "2101-01-01",
        "１９９０-01-01",
        "1990-01-01T00:00:00",
        [],
        {},
    ],
    ids=repr,
)
def test_what_is_not_a_date_is_refused(value):
    assert list(problems({"personnes": [{"role": "demandeur", "date_naissance": value}]})) == [
        ("personnes", 0, "date_naissance")
    ]


def test_the_model_is_built_once_per_rulebook():
    assert household_model(default_rulebook()) is Household is household_model(default_rulebook())
