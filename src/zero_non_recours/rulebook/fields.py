"""The profile's fields, from the inputs that a rulebook declares."""

from __future__ import annotations

from zero_non_recours.profile.fields import FieldType, ProfileField
from zero_non_recours.profile.follow_up import follow_up_fields, follow_up_parts
from zero_non_recours.profile.model import HouseholdBase, build_household_model
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.rulebook.units import NONE, show_unit


def profile_fields(rulebook: Rulebook) -> list[ProfileField]:
    """The fields of the profile: those of the rules, in the order of their questions, then the steps already taken."""
    inputs = sorted((v for v in rulebook.inputs.values() if v.path), key=lambda v: v.order)
    return [*map(profile_field, inputs), *follow_up_fields(_labels(rulebook))]


def profile_field(variable: Variable) -> ProfileField:
    """The field that answers an input."""
    kinds: dict[str, FieldType] = {
        ex.NUMBER: "nombre", ex.BOOLEAN: "booleen", ex.DATE: "date", ex.CODE: "code", ex.TEXT: "texte",
    }  # fmt: skip
    return ProfileField(
        path=variable.path,
        variable=variable.name,
        type=kinds.get(variable.type, "enumeration"),
        unit="ans" if variable.unit == (("an", 1),) else show_unit(variable.unit or NONE),
        label=variable.label,
        question=variable.question,
        series=variable.period in ("mois", "annee"),
        yearly_source=variable.default is not None and variable.default.op != "const",
        values=variable.values,
        minimum=variable.minimum,
        maximum=variable.maximum,
        whole=variable.whole,
    )


def household_model(rulebook: Rulebook) -> type[HouseholdBase]:
    """The pydantic model of a household for a rulebook, built once."""
    return rulebook.once(
        "household_model",
        lambda: build_household_model(profile_fields(rulebook), follow_up_parts(_labels(rulebook))),
    )


def _labels(rulebook: Rulebook) -> dict[str, str]:
    """The rights of a rulebook, with their labels."""
    return {name: right.label for name, right in rulebook.rights.items()}
