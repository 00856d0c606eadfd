"""Declares every input, rule and condition of a rulebook as an OpenFisca `Variable`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from openfisca_core.holders import set_input_dispatch_by_period, set_input_divide_by_period
from openfisca_core.indexed_enums import Enum
from openfisca_core.periods import DateUnit
from openfisca_core.variables import Variable as OpenFiscaVariable

from zero_non_recours.engine.worlds import Worlds
from zero_non_recours.openfisca.formulas import Formula, Formulas, Variant, needs_answer, yearly
from zero_non_recours.openfisca.reading import UNKNOWN, Reading, code_text, households
from zero_non_recours.profile.periods import Month, show_month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.rulebook.units import show_unit
from zero_non_recours.rulebook.words import supposition_in_words

ROLE_PATH = "personnes[].role"
"""Where the profile says the place of a person: in OpenFisca, the role in the group."""
_PERIODS = {"mois": DateUnit.MONTH, "annee": DateUnit.YEAR, "constante": DateUnit.ETERNITY}
_TYPES: dict[str, type] = {ex.NUMBER: float, ex.BOOLEAN: bool, ex.DATE: datetime.date, ex.CODE: str}


class UnknownByDefault(OpenFiscaVariable):
    """A variable whose absence differs from zero: NaN, or no date, until it is given or computed."""

    def default_array(self, array_size: int) -> np.ndarray:
        if self.value_type is datetime.date:
            return np.full(array_size, np.datetime64("NaT"), dtype=self.dtype)
        return np.full(array_size, np.nan)


def declare(rulebook: Rulebook, formulas: Formulas, entities: Mapping[str, Any]) -> list[Any]:
    """The classes of all variables, inputs first.

    A text is none: it is only looked for in tables of the rules. Nor is a hypothesis (« suppose this right is
    claimed »), that only a supposition of the rules sets, nor an input that reads the answer of another one.
    """
    found: list[Any] = []
    for variable in rulebook.inputs.values():
        if variable.type == ex.TEXT or variable.name in rulebook.hypotheses or variable.name in formulas.same:
            continue
        if variable.path == ROLE_PATH:
            found.append(_role(rulebook, variable, entities))
        else:
            found.append(_input(rulebook, variable, entities, asked_known=variable.name in formulas.known))
        if variable.name in formulas.years:
            found.append(_year_total(rulebook, variable, entities))
    for variant, versions in formulas.variants.items():
        found.append(_rule(rulebook, variant, versions, entities, formulas.worlds))
    return found


def _body(rulebook: Rulebook, variable: Variable, entities: Mapping[str, Any]) -> dict[str, Any]:
    text = "".join(f"{v.text}\n" for v in variable.versions) or f"{variable.name}:\n"
    folder = rulebook.roots[0][1].name
    body: dict[str, Any] = {
        "__module__": __name__,
        "entity": entities[variable.entity],
        "definition_period": _PERIODS[variable.period],
        "label": variable.label,
        "introspection_data": (f"/{folder}/{variable.position.path}", text, variable.position.line),
    }
    if variable.references:
        body["reference"] = list(variable.references)
    if variable.unit is not None:
        body["unit"] = show_unit(variable.unit)
    return body


def _group(rulebook: Rulebook, variable: Variable, entities: Mapping[str, Any]) -> str:
    """Which persons a value is about, when its group is not the one that OpenFisca shows."""
    if entities[variable.entity].key == variable.entity:
        return ""
    return f"Groupe : {rulebook.entities[variable.entity].label}."


def _make(name: str, base: type[OpenFiscaVariable], body: dict[str, Any], documentation: list[str]) -> Any:
    if written := "\n".join(line for line in documentation if line):
        body["documentation"] = written
    return type(name, (base,), body)


# -- inputs -----------------------------------------------------------------------------------------


def _input(
    rulebook: Rulebook, variable: Variable, entities: Mapping[str, Any], *, asked_known: bool
) -> type[OpenFiscaVariable]:
    """An input: its default is what the rules suppose, or unknown when only a formula can tell."""
    body = _body(rulebook, variable, entities)
    fallback = variable.default or variable.otherwise
    constant = fallback.value if fallback is not None and fallback.op == "const" else None
    needed = needs_answer(variable) and variable.default is None
    open_question = asked_known or constant is None or needed
    base: type[OpenFiscaVariable] = UnknownByDefault if open_question else OpenFiscaVariable
    unknown = "Absent diffère de 0 : sans réponse, la valeur est inconnue (NaN)." if open_question else ""
    if variable.values:
        names = dict(variable.values)
        base, unknown = OpenFiscaVariable, ""
        if open_question:
            names[UNKNOWN] = "sans réponse"
        choices: Any = Enum(_class_name(variable.name), names)
        index = len(variable.values) if open_question else int(constant)  # type: ignore[call-overload]
        body |= {"value_type": Enum, "possible_values": choices, "default_value": list(choices)[index]}
    elif variable.type == ex.BOOLEAN and open_question:
        body["value_type"] = float
        unknown = f"Oui s'écrit true ou 1, non false ou 0. {unknown}"
    elif variable.type == ex.CODE:
        default = "" if open_question else code_text(constant)  # type: ignore[arg-type]
        body |= {"value_type": str, "default_value": default}
        base, unknown = OpenFiscaVariable, ""
    else:
        body["value_type"] = _TYPES[variable.type]
        if not open_question:
            body["default_value"] = constant
    if variable.period == "mois":
        monthly = variable.unit is not None and dict(variable.unit).get("mois") == -1
        body["set_input"] = set_input_divide_by_period if monthly else set_input_dispatch_by_period
    absent = variable.default_reason
    if needed and variable.asked is not None:
        absent = "Réponse nécessaire si la question se pose : une règle qui en a besoin s'arrête sans elle."
    elif not absent and variable.otherwise is not None:
        absent = "Sans réponse, OpenFisca prend la valeur des personnes à qui la question ne se pose pas."
    elif not absent:
        absent = "Réponse nécessaire : une règle qui en a besoin s'arrête sans elle."
    if variable.lookup is not None:
        absent = f"{absent} OpenFisca ne cherche pas cette réponse dans une table ({variable.lookup.title})."
    group = _group(rulebook, variable, entities)
    return _make(variable.name, base, body, [variable.question, variable.why, absent, unknown, group, variable.note])


def _year_total(rulebook: Rulebook, variable: Variable, entities: Mapping[str, Any]) -> type[OpenFiscaVariable]:
    body = _body(rulebook, variable, entities)
    body |= {
        "value_type": float,
        "definition_period": DateUnit.YEAR,
        "label": f"{variable.label} (total de l'année)",
        "unit": show_unit(variable.unit or ()).replace("/mois", "/an"),
    }
    note = "Distinct des montants mensuels : il ne s'en déduit pas, ni l'inverse."
    return _make(yearly(variable.name), UnknownByDefault, body, [variable.question, note])


def _role(rulebook: Rulebook, variable: Variable, entities: Mapping[str, Any]) -> type[OpenFiscaVariable]:
    """The place of a person in the household, read from the roles of the situation."""
    choices: Any = Enum(_class_name(variable.name), dict(variable.values))

    def formula(population: Any, period: Any) -> np.ndarray:
        group = households(population.simulation)
        places = np.zeros(population.count, dtype=np.int64)
        for role in group.entity.flattened_roles:
            places[group.members_role == role] = choices[role.key].index
        return places

    body = _body(rulebook, variable, entities)
    body |= {
        "value_type": Enum,
        "possible_values": choices,
        "default_value": next(iter(choices)),
        "formula": formula,
    }
    return _make(variable.name, OpenFiscaVariable, body, ["Se lit dans les rôles du groupe."])


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace(".", "_").split("_"))


# -- rules ------------------------------------------------------------------------------------------


def _rule(
    rulebook: Rulebook,
    variant: Variant,
    versions: tuple[Formula, ...],
    entities: Mapping[str, Any],
    worlds: Worlds,
) -> type[OpenFiscaVariable]:
    variable = rulebook.variables[variant.name]
    body = _body(rulebook, variable, entities)
    documentation = [variable.note, _group(rulebook, variable, entities)]
    for name in variable.conditions:
        documentation.append(f"Condition « {name} » : {rulebook.variables[name].phrase}")
    if variant.lag:
        body["label"] = f"{variable.label} ({variant.lag:+d} mois, pour le droit du mois demandé)"
        documentation.append(f"{variable.name} du mois M{variant.lag:+d}, calculé pour un droit du mois M.")
    if variant.world:
        supposed = " et ".join(
            supposition_in_words(name, part.value, rulebook)
            + (f" (valeur lue dans la supposition n° {part.world})" if part.world else "")
            for name, part in worlds[variant.world].items()
        )
        body["label"] = f"{body['label']}, en supposant {supposed}"
        documentation.append(f"{variable.name}, supposition n° {variant.world} : en supposant {supposed}.")
    if variable.values:
        choices: Any = Enum(_class_name(variable.name), {**variable.values, UNKNOWN: "sans valeur"})
        body |= {"value_type": Enum, "possible_values": choices, "default_value": list(choices)[-1]}
    else:
        body["value_type"] = _TYPES[variable.type]
    base = UnknownByDefault if variable.type == ex.DATE else OpenFiscaVariable
    return _make(variant.key, base, body | _dated(variant, versions), documentation)


def _dated(variant: Variant, versions: tuple[Formula, ...]) -> dict[str, Callable[..., Any]]:
    """OpenFisca's dated formulas: each starts at a month of right, or ends the previous one."""
    body: dict[str, Callable[..., Any]] = {}
    starts = {f.version.since for f in versions}
    for formula in versions:
        body[_formula_key(formula.version.since, variant.lag)] = _formula(formula)
        until = formula.version.until
        if until is not None and until + 1 not in starts:
            body[_formula_key(until + 1, variant.lag)] = _no_formula
    return body


def _formula_key(since: Month | None, lag: int) -> str:
    return "formula" if since is None else f"formula_{show_month(since - lag).replace('-', '_')}"


def _formula(formula: Formula) -> Callable[..., Any]:
    def run(population: Any, period: Any, parameters: Any) -> np.ndarray:
        return Reading(formula, population, period, parameters).result()

    run.__doc__ = formula.version.text
    return run


def _no_formula(population: Any, period: Any) -> None:
    """No version of the rule is in force: OpenFisca gives 0."""
