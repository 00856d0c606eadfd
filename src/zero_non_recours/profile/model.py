"""Builds the pydantic model of a household from the fields that the rules declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self

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

from zero_non_recours.profile.errors import fail, kind_of
from zero_non_recours.profile.fields import ProfileField, ProfilePart
from zero_non_recours.profile.schema import answer_schema, unsaid_schema
from zero_non_recours.profile.unsaid import FIELD, set_apart, unsaid_check
from zero_non_recours.profile.values import checker

MAX_PERSONS = 30
MAX_ID = 10**40


Identifier = Annotated[
    str | None, BeforeValidator(lambda v: _key(v)), WithJsonSchema({"type": ["string", "integer", "null"]})
]


class Part(BaseModel):
    """A part of a profile: an absent field is unknown; an unknown field name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    answer_names: ClassVar[tuple[str, ...]] = ()
    """The fields that are answers, not parts nor keys."""

    @model_validator(mode="before")
    @classmethod
    def _set_unsaid_apart(cls, data: Any) -> Any:
        return set_apart(data, cls.answer_names) if isinstance(data, dict) else data


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

    def unsaid(self) -> dict[str, str]:
        """The answers that somebody does not know (`ne_sait_pas`) or did not want to give (`ne_veut_pas_dire`).

        Returns:
            The word of each by its place (`personnes[0].revenus.aah`), in the order of the profile's fields.
        """
        return dict(_unsaid_in(self, ""))

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


def build_household_model(fields: Iterable[ProfileField], parts: Iterable[ProfilePart] = ()) -> type[HouseholdBase]:
    """The model of a household whose answers are `fields`; its JSON Schema carries labels and questions.

    `parts` gives a label and a description to parts of the household that need them.
    """
    tree: dict[str, Any] = {}
    people: dict[str, Any] = {}
    for field in fields:
        node = people if field.person else tree
        *parents, last = field.parts
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = field
    person = _model("Personne", people, Person)
    household = _model("Household", tree, HouseholdBase, {part.keys: part for part in parts})
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


def _model(
    name: str,
    tree: Mapping[str, Any],
    base: type[Part],
    described: Mapping[tuple[str, ...], ProfilePart] = MappingProxyType({}),
    place: tuple[str, ...] = (),
) -> Any:
    members: dict[str, Any] = {}
    for key, node in tree.items():
        if isinstance(node, ProfileField):
            members[key] = (
                Annotated[Any, PlainValidator(checker(node)), WithJsonSchema(answer_schema(node))],
                Field(None, title=node.label, description=node.question),
            )
        else:
            inner = (*place, key)
            about = described.get(inner)
            title, description = (about.label, about.description) if about else (None, None)
            part = _model("_".join(inner).replace(".", "_").capitalize(), node, Part, described, inner)
            members[key] = (part | None, Field(None, title=title, description=description))
    own = (key for key in base.model_fields if key not in ("id", "personnes", *members))
    names = (*(key for key, node in tree.items() if isinstance(node, ProfileField)), *own)
    members[FIELD] = (
        Annotated[Any, PlainValidator(unsaid_check(names)), WithJsonSchema(unsaid_schema(names))],
        Field(None, title="Sans réponse", description="Ce qui n'est pas su, ou que la personne n'a pas voulu dire."),
    )
    model = create_model(name, __base__=base, **members)
    model.answer_names = names
    return model


def _unsaid_in(part: Part, place: str) -> Iterator[tuple[str, str]]:
    """The words of a part and of the parts inside it, by place."""
    values = part.__dict__
    words = values.get(FIELD) or {}
    for name in type(part).model_fields:
        value = values.get(name)
        if name in words:
            yield f"{place}{name}", words[name]
        elif isinstance(value, Part):
            yield from _unsaid_in(value, f"{place}{name}.")
        elif name == "personnes":
            for rank, person in enumerate(value or ()):
                yield from _unsaid_in(person, f"{place}{name}[{rank}].")


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
    "texte", "entier", "intervalle", "liste", FIELD,
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
