"""The documentation of a rulebook as plain text: one page per name, and the graph of what depends on what."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zero_non_recours.profile.periods import Month, show_date, show_month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.diagnostics import Position, nearest, quoted
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.loader import dependencies
from zero_non_recours.rulebook.model import Parameter, Right, Rulebook, Series, Variable, Version, Window
from zero_non_recours.rulebook.units import show_unit
from zero_non_recours.rulebook.words import formula_in_words, show_number

WIDTH = 110
MAX_GRAPH_LINES = 20_000

_KINDS = {"donnee": "donnée", "regle": "règle", "condition": "condition", "parametre": "paramètre", "droit": "droit"}
_TYPES = {ex.BOOLEAN: "oui ou non", ex.DATE: "date", ex.CODE: "code de cinq caractères"}
_PERIODS = {"mois": "une valeur par mois", "annee": "une valeur par année", "constante": "la situation connue"}


class UnknownNameError(LookupError):
    """No rule, input, parameter, period nor right has this name; the message proposes the nearest one."""


def known_names(rulebook: Rulebook) -> list[str]:
    """Every name that can be described."""
    names = (*rulebook.rights, *written_variables(rulebook), *rulebook.parameters, *rulebook.windows)
    return list(dict.fromkeys(names))


def written_variables(rulebook: Rulebook) -> dict[str, Variable]:
    """The rules, conditions and inputs that rule files name; « manque » is told with its condition."""
    excesses = {v.excess for v in rulebook.variables.values() if v.excess is not None}
    return {name: v for name, v in rulebook.variables.items() if name not in excesses}


def check_name(rulebook: Rulebook, name: str) -> None:
    """Raise `UnknownNameError` for a name that the rulebook does not hold."""
    known = known_names(rulebook)
    if name not in known:
        same = [n for n in known if n.rsplit(".", 1)[-1] == name]
        hint = f"Nom connu le plus proche : « {same[0]} »." if same else nearest(name, known)
        raise UnknownNameError(f"rien ne s'appelle {quoted(name)}. {hint or 'La liste : znr rules show.'}")


def list_names(rulebook: Rulebook) -> str:
    """Every right, rule, input, period and parameter with its label, by pack."""
    lines: list[str] = []

    def section(title: str, entries: Mapping[str, str]) -> None:
        if entries:
            width = min(48, max(len(name) for name in entries))
            lines.append(title)
            lines.extend(f"  {name:<{width}}  {label}".rstrip() for name, label in entries.items())
            lines.append("")

    section("Droits", {r.name: r.label for r in rulebook.rights.values()})
    variables = written_variables(rulebook).values()
    for kind, title in (("regle", "Règles"), ("condition", "Conditions"), ("donnee", "Données")):
        for pack in dict.fromkeys(v.pack for v in variables):
            found = {v.name: v.label for v in variables if v.kind == kind and v.pack == pack}
            section(f"{title} de {pack}", found)
    section("Périodes", {w.name: w.label for w in rulebook.windows.values()})
    section("Paramètres", {p.name: p.label for p in rulebook.parameters.values()})
    return "\n".join(lines).rstrip() + "\n"


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
    page.field("Nature", _KINDS[variable.kind])
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
    if variable.asked is not None:
        page.field("Demandée si", formula_in_words(variable.asked, rulebook))
    if variable.otherwise is not None:
        page.field("Quand elle ne se pose pas", formula_in_words(variable.otherwise, rulebook))
    if variable.default is not None:
        page.field("Sans réponse", f"supposer {formula_in_words(variable.default, rulebook)}")
        page.field("Raison", variable.default_reason)
    else:
        blocking = "le droit reste indéterminé et la question est posée"
        page.field("Sans réponse", blocking if variable.policy == "bloquer" else "le résultat est encadré")
    for title, bound in (("Minimum", variable.minimum), ("Maximum", variable.maximum)):
        if bound is not None:
            page.field(title, show_number(bound))
    if variable.sensitive:
        page.field("Sensible", "oui")


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
            page.title("montant" if _has_amounts(parameter) else "taux", 4)
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


def _has_amounts(parameter: Parameter) -> bool:
    brackets = parameter.data.get("brackets", []) if isinstance(parameter.data, dict) else []
    return any("amount" in bracket for bracket in brackets if isinstance(bracket, dict))


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
    page.field("Qui peut demander", right.claimants or "")
    page.field("Déjà reçu", right.received or "")
    if right.steps:
        page.title("Démarche :")
        for key, value in right.steps.items():
            page.field(str(key), _flat(value), 4)
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


# -- what depends on what ---------------------------------------------------------------------------


def used_by(rulebook: Rulebook, name: str) -> list[str]:
    """The rules, inputs, periods and rights whose text names something."""
    found = [v.name for v in written_variables(rulebook).values() if name in _mentions(rulebook, v)]
    found += [w.name for w in rulebook.windows.values() if name in _named(c for c, _, _ in w.options if c is not None)]
    if name in rulebook.variables:
        for right in rulebook.rights.values():
            if name in (right.amount, right.claimants, right.received, *right.variables):
                found.append(f"le droit {right.name}")
    return found


def _mentions(rulebook: Rulebook, variable: Variable) -> set[str]:
    versions = [*variable.versions]
    if variable.excess is not None:
        versions += rulebook.variables[variable.excess].versions
    parts = (variable.default, variable.asked, variable.otherwise)
    exprs = [*(v.formula for v in versions), *(e for e in parts if e is not None)]
    return {*_named(exprs), *variable.conditions} - {variable.name}


def _named(exprs: Iterable[Expr]) -> set[str]:
    """The variables, parameters and periods named in some expressions; a table names its cells too."""
    found: set[str] = set()
    for expr in _walk(exprs):
        if expr.op in ("var", "param", "bareme", "tranche", *ex.WINDOWS):
            found.add(str(expr.value))
        elif expr.op == "annee":
            found.add(expr.value[0])  # type: ignore[index]
        elif expr.op == "table":
            path, cells = expr.value  # type: ignore[misc]
            found.add(path)
            found.update(f"{path}.{cell}" for _, cell in cells)
    return found


def _walk(exprs: Iterable[Expr]) -> Iterator[Expr]:
    pending = list(exprs)
    seen: set[int] = set()
    while pending:
        expr = pending.pop()
        if id(expr) not in seen:
            seen.add(id(expr))
            yield expr
            pending.extend(expr.args)


def children(rulebook: Rulebook, name: str) -> list[str]:
    """What a name needs directly: variables in order of use, then parameters."""
    found: dict[str, None] = {}
    if name in rulebook.rights:
        right = rulebook.rights[name]
        found.update(dict.fromkeys((right.amount, *right.conditions)))
        found.pop(name, None)
    if name in rulebook.variables:
        variable = rulebook.variables[name]
        needed = dependencies(variable, dict(rulebook.windows), dict(rulebook.entities))
        found.update(dict.fromkeys(n for n in needed if n != name))
        formulas = [v.formula for v in variable.versions]
        for other in (variable.default, variable.asked, variable.otherwise):
            if other is not None:
                formulas.append(other)
        for expr in _walk(formulas):
            if expr.op in ("param", "bareme", "tranche"):
                found.setdefault(str(expr.value))
            elif expr.op == "table":
                found.setdefault(expr.value[0])  # type: ignore[index]
    if name in rulebook.windows:
        for condition, _, _ in rulebook.windows[name].options:
            if condition is not None:
                found.update(dict.fromkeys(str(e.value) for e in _walk([condition]) if e.op == "var"))
    variables = [n for n in found if n in rulebook.variables]
    return [*variables, *sorted(n for n in found if n not in rulebook.variables)]


def _kind(rulebook: Rulebook, name: str) -> str:
    if name in rulebook.variables:
        return _KINDS[rulebook.variables[name].kind]
    if name in rulebook.parameters:
        return "paramètre"
    return "droit" if name in rulebook.rights else "période"


def _label(rulebook: Rulebook, name: str) -> str:
    for found in (rulebook.variables, rulebook.parameters, rulebook.rights, rulebook.windows):
        if name in found:
            return found[name].label
    return ""


def graph_text(rulebook: Rulebook, name: str, depth: int | None = None) -> str:
    """What a name needs, as an indented tree; what stands twice is shown once.

    Raises:
        UnknownNameError: nothing has this name.
    """
    check_name(rulebook, name)
    lines: list[str] = []
    shown: set[str] = set()
    stack: list[tuple[str, int]] = [(name, 0)]
    while stack and len(lines) < MAX_GRAPH_LINES:
        current, level = stack.pop()
        below = children(rulebook, current)
        again = current in shown and bool(below)
        label = _label(rulebook, current)
        line = f"{'  ' * level}{current} ({_kind(rulebook, current)})" + (f" — {label}" if label else "")
        lines.append(line + (" (déjà montré)" if again else ""))
        if again:
            continue
        if depth is not None and level >= depth:
            if below:
                lines[-1] += f" (… {len(below)} en dessous)"
            continue
        shown.add(current)
        stack.extend((child, level + 1) for child in reversed(below))
    return "\n".join(lines) + "\n"


def graph_edges(rulebook: Rulebook, name: str, depth: int | None = None) -> tuple[list[str], list[tuple[str, str]]]:
    """The names behind a name, nearest first, and the pairs (who needs, what is needed).

    Raises:
        UnknownNameError: nothing has this name.
    """
    check_name(rulebook, name)
    levels = {name: 0}
    edges: list[tuple[str, str]] = []
    queue = [name]
    for current in queue:
        if depth is not None and levels[current] >= depth:
            continue
        for child in children(rulebook, current):
            edges.append((current, child))
            if child not in levels:
                levels[child] = levels[current] + 1
                queue.append(child)
    return queue, edges


def graph_dot(rulebook: Rulebook, name: str, depth: int | None = None) -> str:
    """The graph in Graphviz's language."""
    names, edges = graph_edges(rulebook, name, depth)
    shapes = {"donnée": "ellipse", "paramètre": "note", "condition": "diamond"}
    lines = ["digraph regles {", "  rankdir=LR;", '  node [shape=box, fontname="sans-serif"];']
    for node in names:
        shape = shapes.get(_kind(rulebook, node), "box")
        lines.append(f'  "{_plain(node)}" [label="{_caption(rulebook, node)}", shape={shape}];')
    lines += [f'  "{_plain(a)}" -> "{_plain(b)}";' for a, b in edges]
    return "\n".join([*lines, "}"]) + "\n"


def graph_mermaid(rulebook: Rulebook, name: str, depth: int | None = None) -> str:
    """The graph in Mermaid's language."""
    names, edges = graph_edges(rulebook, name, depth)
    identity = {node: f"n{rank}" for rank, node in enumerate(names)}
    brackets = {"donnée": ("([", "])"), "paramètre": ("[/", "/]"), "condition": ("{{", "}}")}
    lines = ["flowchart LR"]
    for node in names:
        left, right = brackets.get(_kind(rulebook, node), ("[", "]"))
        lines.append(f'  {identity[node]}{left}"{_caption(rulebook, node)}"{right}')
    lines += [f"  {identity[a]} --> {identity[b]}" for a, b in edges]
    return "\n".join(lines) + "\n"


def _caption(rulebook: Rulebook, name: str) -> str:
    return _plain(_label(rulebook, name) or name)


def _plain(text: str) -> str:
    """A label without what graph languages read as their own."""
    return " ".join(text.translate(str.maketrans({'"': "'", "\\": "/", "<": "‹", ">": "›", "#": "n°"})).split())
