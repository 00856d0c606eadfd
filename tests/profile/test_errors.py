"""Errors of a profile: all at once, located, in French, and silent about values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.profile.forms import EXAMPLE, FIELDS, location, place
from zero_non_recours import Household, screen

SECRET = "SENTINELLE-7319"
NUMBER = 73198246.5


def error_of(data: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Household.model_validate(data)
    return caught.value


def told(error: ValidationError) -> str:
    """Everything that an error may show, with or without its options."""
    return "\n".join(
        [
            str(error),
            repr(error),
            str(error.args),
            error.json(),
            repr(error.errors()),
            repr(error.errors(include_url=False, include_context=False)),
            error.json(include_input=True),
        ]
    )


WRONG = {
    "booleen": [SECRET, NUMBER, 1, [SECRET], {SECRET: SECRET}],
    "date": [SECRET, NUMBER, True, [SECRET], "1990-02-31", "1850-01-01", {"min": SECRET}, {SECRET: "1990"}],
    "code": [SECRET, NUMBER, 38185, True, ["38185"], "381855", "3818 "],
    "texte": [NUMBER, 38185, True, [SECRET], {SECRET: SECRET}],
    "enumeration": [SECRET, NUMBER, True, [SECRET], {SECRET: SECRET}],
    "liste": [SECRET, NUMBER, True, [SECRET], [[SECRET]], [NUMBER, None], {SECRET: [SECRET]}, [SECRET] * 200],
    "nombre": [
        SECRET, f"{NUMBER}", True, [NUMBER], 1e12, float("nan"), float("inf"), 10**400, 10**5000,
        {"min": NUMBER, "max": 1}, {"min": SECRET}, {"max": 10**5000}, {"min": 1, SECRET: 2}, {"environ": SECRET},
        {"environ": 1, "max": NUMBER}, {"min": None}, f"environ {SECRET}", f"~{NUMBER} {SECRET}", "environ",
        f"environ {'9' * 5000}", {"min": {"min": NUMBER}},
    ],
}  # fmt: skip


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_every_field_refuses_other_kinds_at_its_place_without_repeating_them(field):
    wrong = list(WRONG[field.type])
    if field.type == "nombre" and not field.series:
        wrong.append({"2026-05": NUMBER})
    if field.series:
        wrong += [
            {"2026-05": SECRET},
            {SECRET: NUMBER},
            {"2026-05": [NUMBER]},
            {"2026-05": {SECRET: 1}},
            {"2026-05": 10**400},
            {"2026-05": {"min": NUMBER, "max": 1}},
            {"2026-05": f"environ {SECRET}"},
            {"2026-05": 1, "min": NUMBER},
        ]
    if field.minimum is not None:
        wrong += [-NUMBER, {"min": -NUMBER}, f"environ -{NUMBER}"]
    if field.maximum is not None:
        wrong += [NUMBER, {"max": NUMBER}, f"environ {NUMBER}"]
    for value in wrong:
        error = error_of(place(field, value))
        assert [item["loc"] for item in error.errors()] == [location(field)]
        [message] = [item["msg"] for item in error.errors()]
        assert message.endswith(".") and "Input" not in message and "should" not in message
        shown = told(error)
        assert SECRET not in shown and "7319" not in shown


def test_every_problem_at_once():
    data = {
        "id": 1.5,
        "union": "mariage",
        "inconnu": 1,
        "personnes": [
            {"role": "demandeur", "date_naissance": "1990-02-31", "salaire": 900, "enceinte": "oui"},
            {"role": "demandeur", "revenus": {"salaire_net": "900,50", "aah": {"2026-13": 3}, "primes": 4}},
            "Zoé",
        ],
        "logement": {"statut": "locatire_hlm", "code_insee": 6088, "loyer": -4},
        "fiscal": 10000,
    }
    found = {item["loc"]: item["msg"] for item in error_of(data).errors()}
    assert set(found) == {
        ("id",),
        ("union",),
        ("inconnu",),
        ("fiscal",),
        ("personnes", 0, "date_naissance"),
        ("personnes", 0, "salaire"),
        ("personnes", 0, "enceinte"),
        ("personnes", 1, "revenus", "salaire_net"),
        ("personnes", 1, "revenus", "aah"),
        ("personnes", 1, "revenus", "primes"),
        ("personnes", 1, "role"),
        ("personnes", 2),
        ("logement", "statut"),
        ("logement", "code_insee"),
        ("logement", "loyer"),
    }
    assert "« locataire_hlm »" in found["logement", "statut"]
    assert "true ou false" in found["personnes", 0, "enceinte"]
    assert "point décimal" in found["personnes", 1, "revenus", "salaire_net"]
    assert "zéro initial" in found["logement", "code_insee"]
    assert "znr schema" in found["inconnu",] or "proche" in found["inconnu",]
    assert "minimum" in found["logement", "loyer"]


def test_the_nearest_field_name_is_given():
    found = {
        item["loc"]: item["msg"]
        for item in error_of({"personnes": [{"rol": 1, "date_naisance": 2}], "logment": {}}).errors()
    }
    assert "« role »" in found["personnes", 0, "rol"]
    assert "« date_naissance »" in found["personnes", 0, "date_naisance"]
    assert "« logement »" in found["logment",]


def test_every_wrong_month_of_an_income_is_told():
    revenus = {"salaire_net": {"2026-05": "900", "2026-06": 900, "2026-07": True}}
    [item] = error_of({"personnes": [{"role": "demandeur", "revenus": revenus}]}).errors()
    assert "2026-05" in item["msg"] and "2026-07" in item["msg"] and "2026-06" not in item["msg"]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "texte",
        3,
        True,
        1.5,
        [EXAMPLE],
        {},
        {"personnes": None},
        {"personnes": {}},
        {"personnes": "p1"},
        {"personnes": [None]},
        {"personnes": [[]]},
        {1: 2, "personnes": [{}]},
        {"personnes": [{None: 1}]},
    ],
)
def test_what_is_not_a_household_is_refused_in_french(data):
    for item in error_of(data).errors():
        assert item["msg"].endswith(".") and not item["msg"].startswith(("Input", "Field", "Value", "Keys", "Extra"))


# -- JSON text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        SECRET,
        f'{{"{SECRET}": ',
        f'{{"id": "{SECRET}" "personnes"}}',
        "[" * 5000,
        f"{SECRET}".encode(),
        b"\xff\xfe" + SECRET.encode(),
        '{"personnes": [{"revenus": {"aah": ' + "9" * 5000 + "}}]}",
    ],
    ids=range(9),
)
def test_text_that_is_not_json_is_located_and_not_repeated(text):
    with pytest.raises(ValidationError) as caught:
        Household.model_validate_json(text)
    shown = told(caught.value)
    assert "JSON bien formé" in shown and SECRET not in shown and "Invalid JSON" not in shown


def test_json_gives_the_same_errors():
    data = {
        "personnes": [{"role": "x", "revenus": {"aah": SECRET}}, {"id": 1}, {"id": 1}],
        "logement": {"statut": SECRET},
    }
    with pytest.raises(ValidationError) as caught:
        Household.model_validate_json(json.dumps(data))
    assert caught.value.errors() == error_of(data).errors()
    assert SECRET not in told(caught.value)


# -- anything at all --------------------------------------------------------------------------------------

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.just(SECRET)
    | st.just(NUMBER)
    | st.sampled_from([10**400, -(10**4000), "\ud800", "2026-05", "1990-01-01", "demandeur", ""])
    | st.sampled_from(["ne_sait_pas", "ne_veut_pas_dire", "environ 900", "~ 3", 1988])
)
names = st.sampled_from(
    [
        "personnes",
        "id",
        "role",
        "revenus",
        "salaire_net",
        "logement",
        "statut",
        "fiscal",
        "rfr",
        "prestations_recues",
        "date_naissance",
        "revenus_complets",
        "union",
        "2026-05",
        "2025",
        "aah",
        "enceinte",
        "code_insee",
        "sans_reponse",
        "min",
        "max",
        "environ",
    ]
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(names | st.text(max_size=5), inner, max_size=6) | st.tuples(inner)
    ),
    max_leaves=25,
)
people = st.lists(st.dictionaries(names, anything, max_size=6) | anything, max_size=4)
households = anything | st.fixed_dictionaries(
    {"personnes": people}, optional={"logement": anything, "id": anything, "fiscal": anything}
)


def refusal(validate: Any, data: Any) -> ValidationError | None:
    try:
        validate(data)
    except ValidationError as error:
        return error
    return None


@given(data=households)
@settings(max_examples=300)
def test_anything_is_a_household_or_a_validation_error_that_keeps_quiet(data):
    error = refusal(Household.model_validate, data)
    if error is not None:
        shown = told(error)
        assert SECRET not in shown and str(NUMBER) not in shown
        assert all(isinstance(item["msg"], str) and item["msg"].endswith(".") for item in error.errors())


@given(data=households)
@settings(max_examples=150)
def test_json_of_anything_too(data):
    error = refusal(Household.model_validate_json, json.dumps(data))
    assert error is None or SECRET not in told(error)


@given(path=st.sampled_from(FIELDS), value=scalars)
@settings(max_examples=300)
def test_one_field_with_anything_is_accepted_and_screened_or_refused_at_its_place(path, value):
    data = place(path, value)
    error = refusal(Household.model_validate, data)
    if error is None:
        screen(data, "2026-11")
    else:
        assert location(path) in {item["loc"] for item in error.errors()} or path.path.endswith("role")
