"""The JSON Schema: valid JSON that documents every field and accepts what the model accepts."""

from __future__ import annotations

import datetime
import json
import random
import re
from typing import Any

import pytest

from tests.oracle.population import random_profile
from tests.profile.forms import EXAMPLE, FIELDS, forms, place
from zero_non_recours import Household

SCHEMA = Household.model_json_schema()


def accepts(schema: dict[str, Any], data: Any) -> bool:
    """A small reading of the keywords that the schema uses; any other keyword fails the test."""
    for keyword, wanted in schema.items():
        if keyword in (
            "title",
            "description",
            "default",
            "examples",
            "$defs",
            "patternProperties",
        ) or keyword.startswith("x-"):
            continue
        if not check(keyword, wanted, schema, data):
            return False
    return True


def check(keyword: str, wanted: Any, schema: dict[str, Any], data: Any) -> bool:
    number = isinstance(data, int | float) and not isinstance(data, bool)
    match keyword:
        case "$ref":
            return accepts(SCHEMA["$defs"][wanted.rsplit("/", 1)[1]], data)
        case "anyOf":
            return any(accepts(one, data) for one in wanted)
        case "allOf":
            return all(accepts(one, data) for one in wanted)
        case "enum":
            return data in wanted
        case "type":
            return any(is_a(kind, data) for kind in ([wanted] if isinstance(wanted, str) else wanted))
        case "pattern":
            return not isinstance(data, str) or re.search(wanted, data) is not None
        case "minLength":
            return not isinstance(data, str) or len(data) >= wanted
        case "maxLength":
            return not isinstance(data, str) or len(data) <= wanted
        case "minimum":
            return not number or data >= wanted
        case "maximum":
            return not number or data <= wanted
        case "minItems":
            return not isinstance(data, list) or len(data) >= wanted
        case "maxItems":
            return not isinstance(data, list) or len(data) <= wanted
        case "items":
            return not isinstance(data, list) or all(accepts(wanted, one) for one in data)
        case "minProperties":
            return not isinstance(data, dict) or len(data) >= wanted
        case "propertyNames":
            return not isinstance(data, dict) or all(accepts(wanted, key) for key in data)
        case "required":
            return not isinstance(data, dict) or set(wanted) <= set(data)
        case "properties":
            return not isinstance(data, dict) or all(accepts(wanted[k], v) for k, v in data.items() if k in wanted)
        case "additionalProperties":
            if wanted is not False:
                return not isinstance(data, dict) or all(accepts(wanted, value) for value in data.values())
            return not isinstance(data, dict) or all(is_declared(schema, key, value) for key, value in data.items())
    raise AssertionError(f"keyword {keyword}")


def is_declared(schema: dict[str, Any], key: str, value: Any) -> bool:
    patterns = schema.get("patternProperties", {})
    return key in schema.get("properties", {}) or any(
        re.search(p, key) and accepts(one, value) for p, one in patterns.items()
    )


def is_a(kind: str, data: Any) -> bool:
    match kind:
        case "null":
            return data is None
        case "boolean":
            return isinstance(data, bool)
        case "integer":
            return is_a("number", data) and data % 1 == 0
        case "number":
            return isinstance(data, int | float) and not isinstance(data, bool)
    return isinstance(data, {"string": str, "object": dict, "array": list}[kind])


def is_json(value: Any) -> bool:
    return not isinstance(value, datetime.date) and not (
        isinstance(value, dict) and any(not isinstance(k, str) for k in value)
    )


def test_the_schema_is_json_and_names_its_parts():
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["required"] == ["personnes"] and SCHEMA["additionalProperties"] is False


def test_the_example_is_valid():
    assert accepts(SCHEMA, EXAMPLE)


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_the_schema_accepts_what_the_model_accepts(field):
    for value, _ in [*forms(field), (None, None)]:
        if is_json(value):
            assert accepts(SCHEMA, place(field, value)), value


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_every_field_has_a_label_and_its_question(field):
    node: Any = SCHEMA["properties"]
    if field.person:
        node = SCHEMA["$defs"]["Personne"]["properties"]
    *parents, last = field.parts
    for parent in parents:
        [ref] = [one["$ref"] for one in node[parent]["anyOf"] if "$ref" in one]
        node = SCHEMA["$defs"][ref.rsplit("/", 1)[1]]["properties"]
    assert node[last]["title"] == field.label and node[last]["description"] == field.question
    if field.type == "nombre":
        assert json.dumps(node[last], ensure_ascii=False).count(f'"x-unite": "{field.unit}"') >= 1


@pytest.mark.parametrize("seed", range(30))
def test_random_households_are_valid(seed):
    assert accepts(SCHEMA, {"id": seed, **random_profile(random.Random(seed), "2026-11")})


@pytest.mark.parametrize(
    "data",
    [
        {"personnes": [{"revenus_complets": None, "id": None}], "id": None},
        {"personnes": [{"id": 4}], "logement": None, "fiscal": None},
    ],
)
def test_null_and_integer_identifiers_are_valid(data):
    Household.model_validate(data)
    assert accepts(SCHEMA, data)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"personnes": []},
        {"personnes": [{}] * 31},
        {"personnes": [{"inconnu": 1}]},
        {"personnes": [{"role": "papa"}]},
        {"personnes": [{"date_naissance": "14/05/1988"}]},
        {"personnes": [{"revenus": {"aah": {"mai": 3}}}]},
        {"personnes": [{}], "logement": {"code_insee": "3818"}},
        {"personnes": [{"enceinte": "oui"}]},
        {"personnes": [{"id": 1.5}]},
        {"personnes": [{"enceinte": "sait_pas"}]},
        {"personnes": [{"date_naissance": {"min": "14/05/1988"}}]},
        {"personnes": [{"date_naissance": {}}]},
        {"personnes": [{"revenus": {"aah": {"min": 3, "2026-08": 4}}}]},
        {"personnes": [{"revenus": {"aah": {"environ": 3, "min": 4}}}]},
        {"personnes": [{"revenus": {"aah": "900"}}]},
        {"personnes": [{"sans_reponse": {"role": "peut-être"}}]},
        {"personnes": [{"sans_reponse": {"salaire": "ne_sait_pas"}}]},
    ],
)
def test_the_schema_refuses_the_plainest_mistakes(data):
    assert not accepts(SCHEMA, data)
