"""The OpenFisca country made of a rulebook: entities, parameters, variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from zero_non_recours.openfisca.formulas import build_formulas
from zero_non_recours.openfisca.variables import ROLE_PATH, declare
from zero_non_recours.rulebook.model import Rulebook

_SINGLE_ROLES = ("demandeur", "conjoint")
"""The places that one person at most of a household has (contract of the profile)."""


class Float64Variables(dict[str, Variable]):
    """The variables of a system, those of its reforms included: numbers are float64, not float32."""

    def __setitem__(self, name: str, variable: Variable) -> None:
        if variable.value_type is float:
            variable.dtype = np.dtype(np.float64)
        super().__setitem__(name, variable)

    def copy(self) -> Float64Variables:
        new = type(self)()
        new.update(self)
        return new


class RulebookSystem(TaxBenefitSystem):
    """A rulebook as an OpenFisca country."""

    def __init__(self, rulebook: Rulebook) -> None:
        entities = build_entities(rulebook)
        super().__init__(list({entity.key: entity for entity in entities.values()}.values()))
        self.rulebook = rulebook
        self.variables = Float64Variables()
        self.parameters = build_parameters(rulebook)
        for variable in declare(rulebook, build_formulas(rulebook), entities):
            self.add_variable(variable)
        amounts = [right.amount for right in rulebook.rights.values()]
        values = [name for name, p in rulebook.parameters.items() if p.kind == "valeur"]
        self.open_api_config = {
            "variable_example": next(iter([*amounts, *rulebook.variables]), ""),
            "parameter_example": next(iter(values), ""),
        }
        self._package = {
            "name": "zero-non-recours",
            "version": rulebook.version,
            "repository_url": "",
            "location": "",
        }

    def get_package_metadata(self) -> dict[str, str]:
        return self._package


def build_entities(rulebook: Rulebook) -> dict[str, Any]:
    """The OpenFisca entity of each entity of the rules.

    All groups of the rules are made of the persons of one household: they are one group, named after the first of them.
    """
    places = next((v for v in rulebook.inputs.values() if v.path == ROLE_PATH), None)
    roles: Any = [{"key": "membre", "plural": "membres", "label": "Membres"}]
    if places is not None:
        roles = [
            {"key": key, "label": label, "doc": label}
            | ({"max": 1} if key in _SINGLE_ROLES else {"plural": plural(key)})
            for key, label in places.values.items()
        ]
    persons = [e for e in rulebook.entities.values() if e.level == "personne"]
    groups = [e for e in rulebook.entities.values() if e.level != "personne"]
    found: dict[str, Any] = {e.name: build_entity(e.name, plural(e.name), e.label, is_person=True) for e in persons}
    if groups:
        first, *others = groups
        doc = "\n".join(f"{e.label} : les mêmes personnes, que leur rôle distingue." for e in others)
        household = build_entity(first.name, plural(first.name), first.label, doc, roles)
        found |= {e.name: household for e in groups}
    return found


def plural(name: str) -> str:
    """The plural of a key: `personnes`, `foyers`."""
    return name if name[-1] in "sxz" else f"{name}s"


def build_parameters(rulebook: Rulebook) -> ParameterNode:
    """The tree of the parameters, from their data in OpenFisca's own shape."""
    tree: dict[str, Any] = {}
    for name, parameter in rulebook.parameters.items():
        node = tree
        for part in name.split("."):
            node = node.setdefault(part, {})
        if parameter.kind == "table":
            node.setdefault("description", parameter.label)
        else:
            node.update(parameter.data)
    return ParameterNode("", data=tree)
