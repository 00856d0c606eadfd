"""Refuses suppositions (`en_supposant`) that would change nothing, or only a part of what an input means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zero_non_recours.rulebook.dependencies import expressions_of, mentions, walk
from zero_non_recours.rulebook.diagnostics import Report, quoted
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.model import Entity, Variable, Window

MAX_SUPPOSITIONS = 100


def check_suppositions(
    variables: Mapping[str, Variable], windows: Mapping[str, Window], entities: Mapping[str, Entity], report: Report
) -> None:
    """Report each supposition about a name that its expression does not read, or whose year total it reads."""
    written = [expr for variable in variables.values() for expr in expressions_of(variable)]
    written += [c for window in windows.values() for c, _, _ in window.options if c is not None]
    written += [entity.members for entity in entities.values() if entity.members is not None]
    calls = [expr for expr in walk(reversed(written)) if expr.op == "en_supposant"]
    count = 0
    for call in calls:
        count += len(call.args) - 1
        if count > MAX_SUPPOSITIONS:
            cause = f"plus de {MAX_SUPPOSITIONS} suppositions dans l'ensemble des règles."
            remedy = "Nommer une fois, dans une règle, ce qui est supposé."
            report.add("fichier-trop-gros", call.position, cause, remedy)
            return
    reader = _Reader(variables, windows, entities)
    for call in calls:
        supposed = {str(part.value): part for part in call.args[1:]}
        read, years = reader.behind(call.args[0], supposed)
        for name, part in supposed.items():
            if name in years:
                report.add(
                    "argument",
                    part.position,
                    f"l'expression lit aussi annee({name}, …), une autre réponse, qui ne serait pas supposée.",
                    f"Lire annee({name}, …) dans une règle à part, et supposer aussi cette règle.",
                )
            elif name not in read:
                report.add(
                    "argument",
                    part.position,
                    f"l'expression ne dépend pas de {quoted(name)} : la supposition ne change rien.",
                    "Supposer ce dont elle dépend (znr rules graph le montre), ou enlever la supposition.",
                )


class _Reader:
    """Follows what expressions read; each variable's own names are looked for once."""

    def __init__(
        self, variables: Mapping[str, Variable], windows: Mapping[str, Window], entities: Mapping[str, Entity]
    ) -> None:
        self.variables = variables
        self.windows = windows
        self.entities = entities
        self.known: dict[str, tuple[list[str], list[str]]] = {}

    def behind(self, expr: Expr, supposed: Iterable[str]) -> tuple[set[str], set[str]]:
        """The names that an expression reads, without going behind those supposed; those read as a year's total."""
        read: set[str] = set()
        stop = set(supposed)
        pending, years = self.names([expr])
        found_years = set(years)
        while pending:
            name = pending.pop()
            if name in read:
                continue
            read.add(name)
            if name not in stop and name in self.variables:
                names, years = self.names_of(name)
                pending.extend(names)
                found_years.update(years)
        return read, found_years

    def names_of(self, name: str) -> tuple[list[str], list[str]]:
        found = self.known.get(name)
        if found is None:
            variable = self.variables[name]
            names, years = self.names(expressions_of(variable))
            found = self.known[name] = [*variable.conditions, *names], years
        return found

    def names(self, exprs: Iterable[Expr]) -> tuple[list[str], list[str]]:
        """What expressions name: variables, and inputs read as a year's total."""
        names: dict[str, None] = {}
        years: dict[str, None] = {}
        for expr in mentions(exprs, self.windows, self.entities):
            if expr.op == "var":
                names.setdefault(str(expr.value))
            elif expr.op == "annee":
                names.setdefault(expr.value[0])  # type: ignore[index]
                years.setdefault(expr.value[0])  # type: ignore[index]
        return list(names), list(years)
