"""The documentation of a rulebook as plain text: one page per name."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from zero_non_recours.profile.periods import Month, show_date, show_month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.catalogue import KINDS, check_name
from zero_non_recours.rulebook.dependencies import used_by
from zero_non_recours.rulebook.diagnostics import Position
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.model import (
    Law,
    Parameter,
    Prior,
    Right,
    Rulebook,
    Series,
    Variable,
    Version,
    Window,
)
from zero_non_recours.rulebook.units import show_unit
from zero_non_recours.rulebook.words import formula_in_words, show_number

WIDTH = 110

_TYPES = {ex.BOOLEAN: "oui ou non", ex.DATE: "date", ex.CODE: "code de cinq caractères", ex.TEXT: "texte"}
_SURENESS = {"verifie": "vérifié", "derive": "déduit", "hypothese": "hypothèse", "faible": "faible"}
_PERIODS = {"mois": "une valeur par mois", "annee": "une valeur par année", "constante": "la situation connue"}


def describe(rulebook: Rulebook, name: str) -> str:
    """The page of a name: what it is, how it is computed, on what grounds, who uses it, where it is written.

    Raises:
        UnknownNameError: nothing has this name.
    """
    check_name(rulebook, name)
    pages: list[str] = []
    if name in rulebook.rights:
        pages.append(_right(rulebook, rulebook.rights[name]))
    if name in rulebook.variables:
        pages.append(_variable(rulebook, rulebook.variables[name]))
    if name in rulebook.parameters:
        pages.append(_parameter(rulebook, rulebook.parameters[name]))
    if name in rulebook.windows:
        pages.append(_window(rulebook, rulebook.windows[name]))
    return "\n".join(pages)


# -- pages ------------------------------------------------------------------------------------------


def _wrap(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


class _Page:
    def __init__(self, name: str, label: str) -> None:
        self.lines = [f"{name} — {label}" if label else name]

    def field(self, title: str, value: str, indent: int = 2) -> None:
        if value:
            head = " " * indent + f"{title} : "
            self.lines += _wrap(value, head, " " * (indent + 2))

    def title(self, text: str, indent: int = 2) -> None:
        self.lines.append(" " * indent + text)

    def item(self, text: str, indent: int = 4) -> None:
        pad = " " * indent
        self.lines += _wrap(text, pad + "- ", pad + "  ")

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def _variable(rulebook: Rulebook, variable: Variable) -> str:
    page = _Page(variable.name, variable.label)
    entity = rulebook.entities[variable.entity]
    page.field("Nature", KINDS[variable.kind])
    page.field("Entité", f"{entity.name} ({entity.label})")
    if variable.values:
        page.title("Type : choix parmi")
        for value, label in variable.values.items():
            page.item(f"{value} : {label}")
    else:
        unit = show_unit(variable.unit or ())
        page.field("Type", _TYPES.get(variable.type) or ("nombre" if unit == "1" else f"nombre, en {unit}"))
    page.field("Note", variable.note)
    if variable.is_input:
        _answer(page, rulebook, variable)
    if variable.versions:
        _versions(page, rulebook, variable.versions)
    if variable.conditions:
        page.title("Vaut 0 (ou faux) si l'une de ces conditions manque :")
        for name in variable.conditions:
            condition = rulebook.variables[name]
            page.item(f"{name} : {condition.phrase} [{' ; '.join(condition.references)}]")
    if variable.excess is not None:
        page.field("Ce qui manque", rulebook.variables[variable.excess].versions[0].text)
        page.field("Dit comme", variable.excess_phrase)
    page.field("Références", " ; ".join(variable.references))
    _tail(page, rulebook, variable.name, variable.position)
    return page.text()


def _answer(page: _Page, rulebook: Rulebook, variable: Variable) -> None:
    page.field("Période", _PERIODS[variable.period])
    page.field("Champ du profil", variable.path)
    page.field("Question", variable.question)
    page.field("Pourquoi", variable.why)
    if (lookup := variable.lookup) is not None:
        where = f"{lookup.table}, colonne {lookup.column}, à la ligne où {lookup.key} est la réponse de {lookup.by}"
        page.field("Sinon, lue dans", where)
    if variable.asked is not None:
        page.field("Demandée si", formula_in_words(variable.asked, rulebook))
    if variable.otherwise is not None:
        page.field("Quand elle ne se pose pas", formula_in_words(variable.otherwise, rulebook))
    if variable.default is not None:
        page.field("Sans réponse", f"supposer {formula_in_words(variable.default, rulebook)}")
        page.field("Raison", variable.default_reason)
    elif variable.type != ex.TEXT:
        blocking = "le droit reste indéterminé et la question est posée"
        page.field("Sans réponse", blocking if variable.policy == "bloquer" else "le résultat est encadré")
    for title, bound in (("Minimum", variable.minimum), ("Maximum", variable.maximum)):
        if bound is not None:
            page.field(title, show_number(bound))
    if variable.whole:
        page.field("Nombre entier", "oui")
    if variable.monthly_change:
        page.field(
            "Chaque mois", f"{'+' if variable.monthly_change > 0 else ''}{show_number(variable.monthly_change, 2)}"
        )
    if variable.stands_for:
        page.field("Tient lieu de", f"{rulebook.variables[variable.stands_for].label}, sans réponse")
    if variable.temporary:
        page.field("Les mois suivants", "un oui n'est pas gardé")
    if variable.stopped_by:
        page.field("Les mois suivants", f"répété, sauf si « {rulebook.variables[variable.stopped_by].label} »")
    page.field("Sensible", {"sensitive": "oui", "private": "donnée privée"}.get(variable.sensitivity, ""))
    if variable.name in rulebook.priors:
        _prior(page, rulebook, variable, rulebook.priors[variable.name])


def _prior(page: _Page, rulebook: Rulebook, variable: Variable, prior: Prior) -> None:
    """How the answer is drawn when nobody gave it."""
    page.title("Tirée, quand on ne l'a pas :")
    for law in prior.laws:
        others = "sinon, " if len(prior.laws) > 1 else ""
        where = f"si {formula_in_words(law.condition, rulebook)}, " if law.condition is not None else others
        page.item(f"{where}{_law(variable, law)} [{law.source} ; {_SURENESS[law.sureness]}]")
    if prior.memory:
        page.item(f"comme le mois (l'année) connu le plus proche : {_percent(prior.memory)}")


def _law(variable: Variable, law: Law) -> str:
    """A law in one line: the part of each value, or the values that some parts do not exceed."""
    if law.shares:
        names = ["non", "oui"] if variable.type == ex.BOOLEAN else list(variable.values)
        shown = (names[int(value)] if names else show_number(value) for value, _ in law.shares)
        return ", ".join(f"{name} : {_percent(share)}" for name, (_, share) in zip(shown, law.shares, strict=True))
    unit = "mois avant le mois du droit" if variable.type == ex.DATE else show_unit(variable.unit or ())
    parts = [f"{_percent(share)} jusqu'à {show_number(value)}" for share, value in law.quantiles[1:]]
    text = f"de {show_number(law.quantiles[0][1])} : {', '.join(parts)} ({unit})"
    return f"{_percent(law.zero)} de zéros ; les autres {text}" if law.zero else text


def _percent(share: float) -> str:
    return f"{show_number(100 * share)} %"


def _versions(page: _Page, rulebook: Rulebook, versions: Iterable[Version]) -> None:
    for version in versions:
        since = show_month(version.since) if version.since is not None else ""
        until = show_month(version.until) if version.until is not None else ""
        span = " ".join(part for part in (since and f"depuis {since}", until and f"jusqu'à {until}") if part)
        for name, label, written, inner in _steps(version.formula):
            page.field(f"Étape {name} ({label})", written)
            page.field("soit", formula_in_words(inner, rulebook), 4)
        page.field(f"Formule {span}".rstrip(), version.text)
        page.field("soit", formula_in_words(version.formula, rulebook), 4)


def _steps(formula: Expr) -> list[tuple[str, str, str, Expr]]:
    """The named steps behind a formula, each after those it uses."""
    found: dict[str, tuple[str, str, str, Expr]] = {}

    def visit(expr: Expr, seen: set[int]) -> None:
        if id(expr) in seen:
            return
        seen.add(id(expr))
        for arg in expr.args:
            visit(arg, seen)
        if expr.op == "step":
            identity, label, written = expr.value  # type: ignore[misc]
            name = str(identity).rsplit("/", 1)[1]
            found.setdefault(name, (name, label, written, expr.args[0]))

    visit(formula, set())
    return list(found.values())


def _parameter(rulebook: Rulebook, parameter: Parameter) -> str:
    page = _Page(parameter.name, parameter.label)
    page.field("Nature", {"valeur": "paramètre", "bareme": "barème", "table": "table de paramètres"}[parameter.kind])
    if parameter.type == ex.NUMBER:
        page.field("Unité", show_unit(parameter.unit))
    else:
        page.field("Type", _TYPES[parameter.type])
    if parameter.kind == "bareme":
        page.field("Se lit en", show_unit(parameter.input_unit))
        for rank, (thresholds, values) in enumerate(parameter.brackets, 1):
            page.title(f"Tranche {rank}, à partir de")
            _series(page, thresholds, parameter.type, 4)
            page.title("montant" if parameter.amounts else "taux", 4)
            _series(page, values, parameter.type, 4)
    elif parameter.kind == "table":
        page.title("Cases :")
        for key in parameter.keys:
            page.item(f"{parameter.name}.{key}")
    else:
        page.title("Valeurs :")
        _series(page, parameter.series, parameter.type, 2)
    _tail(page, rulebook, parameter.name, parameter.position)
    return page.text()


def _series(page: _Page, series: Series, kind: str, indent: int) -> None:
    for value in series.values:
        if value.value is None:
            shown = "fin"
        elif kind == ex.BOOLEAN:
            shown = "oui" if value.value else "non"
        else:
            shown = show_date(value.value) if kind == ex.DATE else show_number(value.value)
        page.item(f"depuis le {value.shown} : {shown} [{' ; '.join(value.references)}]", indent + 2)


def _window(rulebook: Rulebook, window: Window) -> str:
    page = _Page(window.name, window.label)
    page.field("Nature", "période")
    for condition, first, last in window.options:
        months = f"de {_month_name(first)} à {_month_name(last)}"
        if condition is not None:
            page.item(f"{months}, si {formula_in_words(condition, rulebook)}")
        else:
            page.item(f"{months}, sinon" if len(window.options) > 1 else months)
    page.field("Références", " ; ".join(window.references))
    _tail(page, rulebook, window.name, window.position)
    return page.text()


def _month_name(offset: Month) -> str:
    return "M" if offset == 0 else f"M{'−' if offset < 0 else '+'}{abs(offset)}"


def _right(rulebook: Rulebook, right: Right) -> str:
    page = _Page(right.name, right.label)
    page.field("Nature", "droit")
    page.field("Entité", right.entity)
    page.field("Montant versé", f"{right.amount}, en {right.amount_unit}")
    page.title("Conditions :")
    for name in right.conditions:
        condition = rulebook.variables[name]
        page.item(f"{name} : {condition.phrase} [{' ; '.join(condition.references)}]")
    page.field("Valeurs montrées", ", ".join(right.variables))
    page.field("Nommé selon", right.nature or "")
    page.field("Qui peut demander", right.claimants or "")
    page.field("Déjà reçu", right.received or "")
    page.field("Supposé demandé", right.claimed or "")
    if right.steps or right.cases:
        page.title("Démarche :")
        for key, value in right.steps.items():
            page.field(str(key), _flat(value), 4)
    for case in right.cases:
        page.field(f"cas « {case.code} »", f"si {case.condition} : {case.phrase}", 4)
        named = {"échéance": case.deadline, "urgent": case.urgent, "question": case.question, **case.steps}
        for key, value in named.items():
            page.field(key, _flat(value), 6)
    page.field("Écrit dans", f"{right.position.path}, ligne {right.position.line}")
    return page.text()


def _flat(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return " ; ".join(_flat(item) for item in value)
    if isinstance(value, dict):
        return " ; ".join(f"{key} : {_flat(item)}" for key, item in value.items())
    return "" if value is None else str(value)


def _tail(page: _Page, rulebook: Rulebook, name: str, position: Position) -> None:
    users = used_by(rulebook, name)
    page.field("Employé par", ", ".join(users) or "aucune règle")
    page.field("Écrit dans", f"{position.path}, ligne {position.line}")
