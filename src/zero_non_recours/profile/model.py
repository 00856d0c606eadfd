"""Builds the pydantic model of a household from the fields that the rules declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, from_json

from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.values import MAX_TEXT, checker, fail, kind_of

MAX_PERSONS = 30
MAX_ID = 10**40


Identifier = Annotated[
    str | None, BeforeValidator(lambda v: _key(v)), WithJsonSchema({"type": ["string", "integer", "null"]})
]


class Part(BaseModel):
    """A part of a profile: an absent field is unknown; an unknown field name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Person(Part):
    """One person living in the dwelling."""

    id: Identifier = None
    revenus_complets: Annotated[
        bool | None, PlainValidator(lambda v: _flag(v)), WithJsonSchema({"type": ["boolean", "null"]})
    ] = Field(None, description="Ce qui n'est pas écrit dans « revenus » n'a pas été reçu.")


class HouseholdBase(Part):
    """A household as the caller describes it; absent or null means unknown, 0 and false mean what they say.

    Raises:
        ValidationError: with every problem at once, each located, in French; it never repeats a value.
    """

    id: Identifier = None
    personnes: list[Any]

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """`model_validate` on JSON text; text that is not JSON is a `ValidationError` that says where."""
        try:
            data = from_json(json_data)
        except ValueError as error:
            at = re.search(r"line (\d+) column (\d+)", str(error))
            where = f" (ligne {at[1]}, colonne {at[2]})" if at else ""
            problem = fail("json", f"le texte n'est pas du JSON bien formé{where}.")
            details: InitErrorDetails = {"type": problem, "loc": (), "input": "texte"}
            raise ValidationError.from_exception_data("Household", [details], hide_input=True) from None
        return cls.model_validate(data, **options)

    @model_validator(mode="wrap")
    @classmethod
    def _in_french(cls, data: Any, handler: Any) -> Any:
        problems: list[InitErrorDetails] = []
        household: Any = None
        try:
            household = handler(data)
        except ValidationError as error:
            problems = [_translate(cls, item) for item in error.errors(include_url=False, include_input=True)]
        problems += _household_problems(data)
        if problems:
            raise ValidationError.from_exception_data("Household", problems, hide_input=True)
        return household


def build_household_model(fields: Iterable[ProfileField]) -> type[HouseholdBase]:
    """The model of a household whose answers are `fields`; its JSON Schema carries labels and questions."""
    tree: dict[str, Any] = {}
    people: dict[str, Any] = {}
    for field in fields:
        node = people if field.person else tree
        *parents, last = field.parts
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = field
    person = _model("Personne", people, Person)
    household = _model("Household", tree, HouseholdBase)
    return create_model(
        "Household",
        __base__=household,
        __module__="zero_non_recours",
        __doc__=HouseholdBase.__doc__,
        personnes=(
            Annotated[list[person], Field(min_length=1, max_length=MAX_PERSONS)],  # type: ignore[valid-type]
            Field(description="Toutes les personnes du logement, le demandeur d'abord."),
        ),
    )


def _model(name: str, tree: Mapping[str, Any], base: type[Part]) -> Any:
    members: dict[str, Any] = {}
    for key, node in tree.items():
        if isinstance(node, ProfileField):
            schema = _schema(node)
            members[key] = (
                Annotated[Any, PlainValidator(checker(node)), WithJsonSchema(schema)],
                Field(None, title=node.label, description=node.question),
            )
        else:
            members[key] = (_model(key.capitalize(), node, Part) | None, None)
    return create_model(name, __base__=base, **members)


def _schema(field: ProfileField) -> dict[str, Any]:
    match field.type:
        case "booleen":
            return {"type": ["boolean", "null"]}
        case "date":
            return {"type": ["string", "null"], "pattern": r"^\s*\d{4}-\d{2}(-\d{2})?\s*$", "examples": ["1988-05-14"]}
        case "code":
            return {"type": ["string", "null"], "pattern": r"^\s*[0-9A-Za-z]{5}\s*$", "examples": ["38185"]}
        case "texte":
            return {"type": ["string", "null"], "minLength": 1, "maxLength": MAX_TEXT, "examples": ["Saint-Denis (93)"]}
        case "enumeration":
            return {"enum": [*field.values, None], "x-libelles": dict(field.values)}
    number: dict[str, Any] = {"type": "number", "x-unite": field.unit}
    if field.minimum is not None:
        number["minimum"] = field.minimum
    if field.maximum is not None:
        number["maximum"] = field.maximum
    if not field.series:
        return {**number, "type": ["number", "null"]}
    by_month = {
        "type": "object",
        "patternProperties": {r"^\s*\d{4}(-\d{2})?\s*$": {**number, "type": ["number", "null"]}},
        "additionalProperties": False,
    }
    return {"anyOf": [number, by_month, {"type": "null"}], "x-unite": field.unit}


def _key(value: Any) -> Any:
    if value is None:
        return None
    text = _identifier(value)
    if text is None:
        raise fail("identifiant", "un identifiant est un texte ou un entier.")
    return text


def _identifier(value: Any) -> str | None:
    """An identifier as text, `None` for what cannot be one (a number too long to be written, half a character)."""
    if isinstance(value, bool) or not isinstance(value, str | int) or (isinstance(value, int) and abs(value) > MAX_ID):
        return None
    text = str(value)
    return None if any("\ud800" <= letter <= "\udfff" for letter in text) else text


def _flag(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    raise fail("vrai_faux", f"vrai ou faux attendu (reçu : {kind_of(value)}). Écrire true ou false, sans guillemets.")


def _translate(model: type[BaseModel], item: Any) -> InitErrorDetails:
    """A pydantic error as a French one, without the value."""
    loc, kind = item["loc"], item["type"]
    shown = kind_of(item.get("input"))
    match kind:
        case "extra_forbidden":
            known = _names_at(model, loc[:-1])
            near = get_close_matches(str(loc[-1])[:60], known, n=1)
            advice = f" Nom le plus proche : « {near[0]} »." if near else " Liste des champs : znr schema."
            message = f"ce champ n'existe pas.{advice}"
        case "missing":
            message = "ce champ est nécessaire."
        case "list_type":
            message = f"une liste est attendue (reçu : {shown})."
        case "model_type" | "model_attributes_type" | "dict_type":
            message = f"un objet avec des champs est attendu (reçu : {shown})."
        case "too_short":
            message = "il faut au moins une personne."
        case "too_long":
            message = f"pas plus de {MAX_PERSONS} personnes par ménage."
        case "invalid_key":
            message = "un nom de champ est un texte."
        case _ if isinstance(item.get("ctx"), dict) and "error" in item["ctx"]:
            message = "valeur refusée."
        case _:
            message = item["msg"] if kind in _OWN else "valeur refusée."
    error = PydanticCustomError(kind if kind in _OWN else f"profil_{kind}", message)  # type: ignore[arg-type]
    return {"type": error, "loc": loc, "input": shown}  # type: ignore[typeddict-item]


_OWN = {
    "vrai_faux", "valeur_inconnue", "code_insee", "date", "nombre", "trop_petit", "trop_grand", "mois", "identifiant",
    "texte",
}  # fmt: skip


def _names_at(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """The names of the fields allowed at a place of the profile."""
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        info = current.model_fields.get(part)
        if info is None:
            return []
        found = _model_in(info.annotation)
        if found is None:
            return []
        current = found
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _model_in(argument)) is not None:
            return found
    return None


def _household_problems(data: Any) -> list[InitErrorDetails]:
    """Problems between persons: roles and identifiers."""
    people = data.get("personnes") if isinstance(data, dict) else None
    if not isinstance(people, list | tuple):
        return []
    problems: list[InitErrorDetails] = []

    def add(loc: tuple[str | int, ...], code: str, message: str) -> None:
        problems.append({"type": PydanticCustomError(code, message), "loc": loc, "input": "ménage"})  # type: ignore[arg-type, typeddict-item]

    persons: list[dict[str, Any]] = [
        p if isinstance(p, dict) else vars(p) if isinstance(p, Part) else {} for p in people
    ]
    roles = [p.get("role") for p in persons]
    for role in ("demandeur", "conjoint"):
        places = [index for index, found in enumerate(roles) if found == role]
        for index in places[1:]:
            add(("personnes", index, "role"), "role_double", f"le ménage a déjà une personne « {role} ».")
    if people and all(role in ("conjoint", "enfant", "autre") for role in roles):
        add(("personnes",), "sans_demandeur", "aucune personne n'a le rôle « demandeur ».")
    seen: dict[str, int] = {}
    for index, person in enumerate(persons):
        key = _identifier(person.get("id"))
        if key is not None:
            first = seen.setdefault(key, index)
            if first != index:
                add(("personnes", index, "id"), "id_double", f"même identifiant que personnes[{first}].")
    return problems
