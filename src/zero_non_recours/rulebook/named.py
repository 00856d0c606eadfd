"""What the rights name: rules, inputs and parameters already built, checked for their type and level."""

from __future__ import annotations

from collections.abc import Collection

from zero_non_recours.rulebook.diagnostics import Position, Report, nearest, quoted
from zero_non_recours.rulebook.expressions import BOOLEAN, DATE, TEXT, type_name
from zero_non_recours.rulebook.model import Variable
from zero_non_recours.rulebook.names import Declarations, candidates
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping


class NamedReader:
    """Reads the names that the fields of a right hold; what is not as expected goes to the report."""

    def __init__(self, declared: Declarations, variables: dict[str, Variable], report: Report) -> None:
        self.declared = declared
        self.variables = variables
        self.report = report
        self.nodes = NodeReader(report)

    def rule(self, node: Mapping, key: str, namespace: str, *, required: Position | None = None) -> str | None:
        """The full name of the variable that a field names, `None` when the field is absent."""
        written = self.nodes.text(node, key, required=required)
        return self.resolve(written, node.items[key].position, namespace) if written else None

    def truth(self, node: Mapping, key: str, namespace: str, *, required: Position | None = None) -> str | None:
        """The full name of a condition of the group."""
        name = self.rule(node, key, namespace, required=required)
        variable = self.sound(name)
        if variable is not None and variable.type != BOOLEAN:
            cause = f"{quoted(key)} est un oui ou non, pas un {type_name(variable.type)}."
            self.report.add("type", node.items[key].position, cause, "En faire une règle de type booleen.")
        elif variable is not None:
            self.of_group(variable, node.items[key].position)
        return name

    def date(self, node: Mapping, key: str, namespace: str) -> str | None:
        """The full name of a date: a rule of the group, or a parameter."""
        written = self.nodes.text(node, key)
        if not written:
            return None
        place, parameters = node.items[key].position, self.declared.parameters
        for name in candidates(namespace, written):
            if name in parameters and parameters[name].type != DATE:
                kind = parameters[name].kind
                shown = type_name(parameters[name].type) if kind == "valeur" else kind
                self.report.add("type", place, f"{quoted(key)} est une date, pas un {shown}.")
            if name in parameters:
                return name
        name = self.resolve(written, place, namespace, among=[*self.variables, *parameters])
        variable = self.sound(name)
        if variable is not None and variable.type != DATE:
            self.report.add("type", place, f"{quoted(key)} est une date, pas un {type_name(variable.type)}.")
        elif variable is not None:
            self.of_group(variable, place)
        return name

    def of_group(self, variable: Variable, place: Position) -> None:
        """Report a value of each person where a value of the group is needed."""
        if variable.level != "menage":
            cause = (
                f"{quoted(variable.name)} est une valeur de chaque personne : un droit se lit au niveau d'un groupe."
            )
            self.report.add("agregation", place, cause, "En faire une règle du groupe.")

    def resolve(self, written: str, position: Position, namespace: str, *, among: Collection[str] | None = None) -> str:
        """The full name of a variable; one that nothing declares is reported, with the nearest of some names."""
        names = candidates(namespace, written)
        found = next((name for name in names if name in self.variables), None)
        if found is None and not self.declared.unread and self.declared.broken.isdisjoint(names):
            cause = f"aucune règle ne s'appelle {quoted(written)}."
            self.report.add("nom-inconnu", position, cause, nearest(written, among or self.variables))
        if found is not None and self.variables[found].type == TEXT:
            cause = f"{quoted(written)} est un texte, qui ne se calcule pas."
            self.report.add("type", position, cause, "Nommer la donnée qui en est tirée (« lu_dans »).")
        return found or written

    def sound(self, name: str | None) -> Variable | None:
        """The variable, unless its own declaration has an error, or naming it is one."""
        found = None if name is None or name in self.declared.broken else self.variables.get(name)
        return None if found is None or found.type == TEXT else found
