"""The JSON Schema of an answer, with the forms of those that are not sure."""

from __future__ import annotations

from typing import Any

from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.ranges import ABOUT, HIGH, LOW
from zero_non_recours.profile.unsaid import UNSAID
from zero_non_recours.profile.values import FIRST_YEAR, LAST_YEAR, MAX_TEXT

_WORDS = "|".join(UNSAID)
_DATE = r"\s*\d{4}(-\d{2}(-\d{2})?)?\s*"
_ABOUT_TEXT = r"\s*([Ee]nviron\s|[Ee]nv\.|[~≈])\s*[-+−0-9]"


def answer_schema(field: ProfileField) -> dict[str, Any]:
    """The JSON Schema of a field's answer."""
    match field.type:
        case "booleen":
            return {"type": ["boolean", "string", "null"], "enum": [True, False, None, *UNSAID]}
        case "date":
            return _date()
        case "code":
            pattern = rf"^(\s*[0-9A-Za-z]{{5}}\s*|{_WORDS})$"
            return {"type": ["string", "null"], "pattern": pattern, "examples": ["38185"]}
        case "texte":
            return {"type": ["string", "null"], "minLength": 1, "maxLength": MAX_TEXT, "examples": ["Saint-Denis (93)"]}
        case "enumeration":
            return {"enum": [*field.values, None, *UNSAID], "x-libelles": dict(field.values)}
        case "liste":
            several = {"type": ["array", "null"], "items": {"enum": list(field.values)}}
            return {"anyOf": [several, {"enum": list(UNSAID)}], "x-libelles": dict(field.values)}
    return _amount(field)


def unsaid_schema(names: tuple[str, ...]) -> dict[str, Any]:
    """The JSON Schema of the words that say why some answers of a part are not given."""
    return {
        "type": ["object", "null"],
        "propertyNames": {"enum": list(names)},
        "additionalProperties": {"enum": [*UNSAID, None]},
        "examples": [{names[0]: UNSAID[1]}] if names else [],
    }


def _date() -> dict[str, Any]:
    text = {"type": ["string", "null"], "pattern": f"^({_DATE}|{_WORDS})$"}
    year = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    end = {"anyOf": [{"type": ["string", "null"], "pattern": f"^{_DATE}$"}, year]}
    return {"anyOf": [text, year, _range(end)], "examples": ["1988-05-14", "1988-05", 1988]}


def _amount(field: ProfileField) -> dict[str, Any]:
    limits = {"minimum": field.minimum, "maximum": field.maximum}
    kind = "integer" if field.whole else "number"
    number = {"type": kind, **{key: value for key, value in limits.items() if value is not None}}
    about = {"type": "object", "properties": {ABOUT: number}, "required": [ABOUT], "additionalProperties": False}
    text = {"type": "string", "pattern": f"^({_ABOUT_TEXT}|({_WORDS})$)", "examples": [f"{ABOUT} 900"]}
    end = {**number, "type": [kind, "null"]}
    forms = [number, {"type": "null"}, _range(end), about, text]
    if field.series:
        by_period = {
            "type": "object",
            "patternProperties": {r"^\s*\d{4}(-\d{2})?\s*$": {"anyOf": list(forms)}},
            "additionalProperties": False,
        }
        forms.insert(1, by_period)
    return {"anyOf": forms, "x-unite": field.unit}


def _range(end: dict[str, Any]) -> dict[str, Any]:
    properties = {LOW: end, HIGH: end}
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1}
