"""Answers that are not sure: ranges, approximate amounts, a year of birth; words that say that there is no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.profile.forms import FIELDS, place, written
from zero_non_recours import Household
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.numbers import read_number
from zero_non_recours.profile.ranges import APPROXIMATELY, around
from zero_non_recours.profile.unsaid import DOES_NOT_KNOW, DOES_NOT_SAY

BY_PATH = {field.path: field for field in FIELDS}
WAGE = BY_PATH["personnes[].revenus.salaire_net"]
BORN = BY_PATH["personnes[].date_naissance"]


def kept(field: ProfileField, value: Any) -> Any:
    """What the model keeps of an answer, and reads again the same."""
    household = Household.model_validate(place(field, value))
    assert Household.model_validate(household.model_dump()) == household
    assert Household.model_validate_json(household.model_dump_json()) == household
    return written(household, field)


def problems(data: Any) -> dict[tuple[Any, ...], str]:
    with pytest.raises(ValidationError) as error:
        Household.model_validate(data)
    return {item["loc"]: item["msg"] for item in error.value.errors()}


def refusal(field: ProfileField, value: Any) -> str:
    [message] = problems(place(field, value)).values()
    return message


def person(**answers: Any) -> dict[str, Any]:
    return {"personnes": [{"role": "demandeur", **answers}]}


# -- approximate amounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["environ 900", "Environ 900", "~900", "~ 900 €", "≈900", "env. 900,00", " environ 900 €/mois ", {"environ": 900}],
)
def test_about_900_is_from_810_to_990(text):
    assert kept(WAGE, text) == {"min": 810.0, "max": 990.0}
    assert kept(WAGE, {"2026-08": text, "2026-07": 0}) == {"2026-08": {"min": 810.0, "max": 990.0}, "2026-07": 0}
    assert kept(BY_PATH["logement.loyer"], text) == {"min": 810.0, "max": 990.0}


def test_about_a_french_number():
    assert kept(WAGE, "environ 1 200,50 €") == {"min": 1080.45, "max": 1320.55}


def test_about_stays_within_the_limits_of_the_field():
    assert kept(BY_PATH["personnes[].taux_incapacite"], {"environ": 1}) == {"min": 0.9, "max": 1.0}
    assert kept(BY_PATH["logement.zone_apl"], {"environ": 2}) == {"min": 1, "max": 3}
    assert kept(BY_PATH["logement.loyer"], "environ 0") == 0


@given(st.floats(-1e8, 1e8) | st.integers(-(10**8), 10**8))
def test_about_a_number_is_a_tenth_around_it_whatever_its_sign(number):
    found = around(number, None, None)
    low, high = (found["min"], found["max"]) if isinstance(found, dict) else (found, found)
    assert low <= number <= high
    assert high - low == pytest.approx(2 * APPROXIMATELY * abs(number), abs=1e-5)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 234,50 €", 1234.5), ("1.234,5", 1234.5), ("−3", -3), ("12", 12), ("1\u202f000", 1000), ("0,5", 0.5)],
)
def test_numbers_in_a_text(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "€", "1.234", "1e3", "12 34", "neuf", "9" * 5000, "٩"])
def test_what_is_not_a_number_or_may_be_two(text):
    with pytest.raises(ValueError, match=r"nombre|décimale"):
        read_number(text)


# -- ranges -----------------------------------------------------------------------------------------------


def test_a_range_keeps_its_ends():
    assert kept(WAGE, {"min": 800, "max": 1000}) == {"min": 800, "max": 1000}
    assert kept(WAGE, {"max": 1000, "min": None}) == {"max": 1000}
    assert kept(WAGE, {"2026-08": {"min": 600}, "2025": {"min": 1, "max": 2}}) == {
        "2026-08": {"min": 600},
        "2025": {"min": 1, "max": 2},
    }


def test_an_absent_end_is_the_limit_of_the_field():
    assert kept(BY_PATH["logement.loyer"], {"max": 500}) == {"min": 0, "max": 500}
    assert kept(BY_PATH["logement.zone_apl"], {"min": 2}) == {"min": 2, "max": 3}
    assert kept(BY_PATH["logement.zone_apl"], {"min": 3}) == 3


def test_what_is_wrong_with_a_range_is_told_with_the_remedy():
    assert "« min » est après « max »" in refusal(WAGE, {"min": 1000, "max": 800})
    assert "au moins" in refusal(WAGE, {"min": None})
    assert "Clé la plus proche : « max »." in refusal(WAGE, {"min": 800, "maxi": 900})
    assert "Clé la plus proche : « min »." in refusal(WAGE, {"minn": 800})
    assert "s'écrit seul" in refusal(WAGE, {"environ": 900, "min": 800})
    both = refusal(BY_PATH["logement.loyer"], {"min": -3, "max": "1000"})
    assert "min : nombre sous le minimum" in both and "max : nombre attendu" in both
    assert "2026-08 : « min » est après « max »" in refusal(WAGE, {"2026-08": {"min": 3, "max": 2}})
    assert "1 €" not in refusal(BY_PATH["logement.loyer"], "environ -31")
    assert "« environ » : nombre attendu" in refusal(WAGE, "environ neuf cents")
    assert "environ 900" in refusal(WAGE, "900")


def test_a_range_of_dates_is_from_a_first_day_to_a_last_one():
    assert kept(BORN, "1988") == kept(BORN, 1988) == {"min": "1988-01-01", "max": "1988-12-31"}
    assert kept(BORN, {"min": 1988, "max": "2024-02"}) == {"min": "1988-01-01", "max": "2024-02-29"}
    assert kept(BORN, {"min": "1988-02-01", "max": 1988}) == {"min": "1988-02-01", "max": "1988-12-31"}
    assert kept(BORN, "1988-05") == "1988-05"
    assert "1988 si l'on ne sait que l'année" in refusal(BORN, "vers 1988")
    assert "max : date attendue" in refusal(BORN, {"max": "hier"})
    assert "« environ »" not in refusal(BORN, {"environ": 1988})


@pytest.mark.parametrize("path", ["personnes[].enceinte", "personnes[].activite", "logement.code_insee"])
def test_yes_no_choices_and_codes_have_no_range(path):
    for value in ({"min": 1}, {"environ": 1}, "environ 1"):
        assert refusal(BY_PATH[path], value)


# -- no answer ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [DOES_NOT_KNOW, DOES_NOT_SAY])
@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_a_word_in_place_of_an_answer_is_kept_apart(field, word):
    profile = place(field, word)
    apart = place(field, None)
    part = apart["personnes"][0] if field.person else apart
    for key in field.parts[:-1]:
        part = part[key]
    del part[field.parts[-1]]
    part["sans_reponse"] = {field.parts[-1]: word}
    household = Household.model_validate(profile)
    assert written(household, field) is None
    assert household == Household.model_validate(apart)
    assert household.model_fields_set == Household.model_validate(apart).model_fields_set
    assert Household.model_validate(household.model_dump()) == household
    assert Household.model_validate_json(json.dumps(profile)) == household
    assert household.unsaid() == {field.path.replace("[]", "[0]"): word}


def test_every_word_has_its_place_in_the_order_of_the_fields():
    household = Household.model_validate(
        {
            "logement": {"loyer": "ne_sait_pas", "statut": "locataire_hlm"},
            "personnes": [
                {"role": "demandeur", "revenus": {"sans_reponse": {"aah": "ne_veut_pas_dire"}, "salaire_net": 0}},
                {"enceinte": "ne_veut_pas_dire", "revenus": {"aah": "ne_sait_pas"}},
            ],
            "union": "ne_veut_pas_dire",
        }
    )
    assert list(household.unsaid().items()) == [
        ("personnes[0].revenus.aah", "ne_veut_pas_dire"),
        ("personnes[1].revenus.aah", "ne_sait_pas"),
        ("personnes[1].enceinte", "ne_veut_pas_dire"),
        ("logement.loyer", "ne_sait_pas"),
        ("union", "ne_veut_pas_dire"),
    ]
    assert Household.model_validate(person(enceinte=None, revenus={})).unsaid() == {}


@pytest.mark.parametrize("empty", [None, {}, {"enceinte": None}])
def test_empty_words_are_absent(empty):
    household: Any = Household.model_validate(person(sans_reponse=empty))
    assert household == Household.model_validate(person()) and household.personnes[0].sans_reponse is None


def test_a_word_beside_an_absent_answer_or_said_twice_alike():
    told = {"sans_reponse": {"enceinte": "ne_sait_pas"}}
    one = Household.model_validate(person(**told))
    assert one == Household.model_validate(person(enceinte=None, **told))
    assert one == Household.model_validate(person(enceinte="ne_sait_pas", **told))
    more = person(detenu="ne_veut_pas_dire", **told)
    assert Household.model_validate(more).unsaid() == {
        "personnes[0].enceinte": "ne_sait_pas",
        "personnes[0].detenu": "ne_veut_pas_dire",
    }


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"enceinte": False, "sans_reponse": {"enceinte": "ne_sait_pas"}}, "« enceinte » a une réponse"),
        ({"enceinte": "ne_sait_pas", "sans_reponse": {"enceinte": "ne_veut_pas_dire"}}, "un seul des mots"),
        ({"sans_reponse": {"enceinte": "peut-être"}}, "un seul des mots"),
        ({"sans_reponse": {"encinte": "ne_sait_pas"}}, "Nom le plus proche : « enceinte »"),
        ({"sans_reponse": {"revenus": "ne_sait_pas"}}, "n'existe pas"),
        ({"sans_reponse": {"id": "ne_sait_pas"}}, "n'existe pas"),
        ({"sans_reponse": ["enceinte"]}, "dictionnaire"),
        ({"sans_reponse": "ne_sait_pas"}, "dictionnaire"),
        ({"sans_reponse": ["x"], "enceinte": "ne_sait_pas"}, "dictionnaire"),
    ],
)
def test_words_that_contradict_an_answer_or_name_nothing_are_refused(answers, told):
    found = problems(person(**answers))
    assert list(found) == [("personnes", 0, "sans_reponse")] and told in found["personnes", 0, "sans_reponse"]


def test_every_problem_of_the_words_is_told_with_those_of_the_answers():
    found = problems(
        {
            "personnes": [
                {"enceinte": "oui", "detenu": True, "sans_reponse": {"detenu": "ne_sait_pas", "xyz": "ne_sait_pas"}}
            ],
            "sans_reponse": {"union": 3},
        }
    )
    assert set(found) == {("personnes", 0, "enceinte"), ("personnes", 0, "sans_reponse"), ("sans_reponse",)}
    words = found["personnes", 0, "sans_reponse"]
    assert "« detenu » a une réponse" in words and "n'existe pas" in words


def test_a_key_or_a_part_is_not_an_answer():
    named: Any = Household.model_validate(person(id="ne_sait_pas"))
    assert named.personnes[0].id == "ne_sait_pas" and named.unsaid() == {}
    assert list(problems(person(revenus="ne_sait_pas"))) == [("personnes", 0, "revenus")]
    assert list(problems(person(salaire="ne_sait_pas"))) == [("personnes", 0, "salaire")]


def test_an_unknown_month_is_kept_as_such():
    months = {"2026-08": "ne_sait_pas", "2026-07": 900, "2025": "ne_veut_pas_dire"}
    assert kept(WAGE, months) == months
    assert Household.model_validate(place(WAGE, months)).unsaid() == {}
