"""The names of a rulebook: which there are, what each is and is called."""

from __future__ import annotations

from collections.abc import Mapping

from zero_non_recours.rulebook.diagnostics import nearest, quoted
from zero_non_recours.rulebook.model import Rulebook, Variable

KINDS = {"donnee": "donnée", "regle": "règle", "condition": "condition"}


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


def kind_of(rulebook: Rulebook, name: str) -> str:
    """What a name is: « règle », « donnée », « paramètre »…"""
    if name in rulebook.variables:
        return KINDS[rulebook.variables[name].kind]
    if name in rulebook.parameters:
        return "paramètre"
    return "droit" if name in rulebook.rights else "période"


def label_of(rulebook: Rulebook, name: str) -> str:
    """What people call a name."""
    for found in (rulebook.variables, rulebook.parameters, rulebook.rights, rulebook.windows):
        if name in found:
            return found[name].label
    return ""
