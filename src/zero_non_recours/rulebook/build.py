"""Builds entities, periods and variables from what is declared, checking every expression."""

from __future__ import annotations

from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.expressions import MAX_SHIFT, Expr
from zero_non_recours.rulebook.formulas import FormulaReader
from zero_non_recours.rulebook.inputs import InputBuilder
from zero_non_recours.rulebook.model import Entity, Variable, Window
from zero_non_recours.rulebook.names import Declarations
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Node, Sequence
from zero_non_recours.rulebook.rules import RuleBuilder
from zero_non_recours.rulebook.sources import Sources


class Builder:
    """Builds what the declarations announce."""

    def __init__(self, declared: Declarations, sources: Sources, report: Report) -> None:
        self.declared = declared
        self.sources = sources
        self.report = report
        self.nodes = NodeReader(report)
        self.formulas = FormulaReader(declared, report)

    def entities(self) -> dict[str, Entity]:
        """The person, and the groups with the condition that chooses their members."""
        entities: dict[str, Entity] = {}
        scope = self.formulas.scope("", "personne", "personne")
        for name, (node, position) in self.declared.entities.items():
            self.nodes.check_keys(node, {"libelle", "membres"})
            cause = "« membres » est une condition sur la personne."
            members = self.formulas.condition(node.items.get("membres"), scope, cause)
            label = self.nodes.text(node, "libelle", required=position)
            entities[name] = Entity(name, label, "personne" if name == "personne" else "menage", members, position)
        return entities

    def windows(self) -> dict[str, Window]:
        """The periods of reference months."""
        windows: dict[str, Window] = {}
        for name, (node, namespace, _) in self.declared.windows.items():
            self.nodes.check_keys(node, {"libelle", "references", "choix", "de", "a"})
            choices = node.items.get("choix")
            listed = choices.items if isinstance(choices, Sequence) else [node]
            options = [found for choice in listed if (found := self._option(choice, node, namespace)) is not None]
            if not options or options[-1][0] is not None:
                cause = "le dernier choix d'une période n'a pas de « si »."
                self.report.add("periode", node.position, cause, "Ajouter le cas restant.")
            if len({last - first for _, first, last in options}) > 1:
                self.report.add("periode", node.position, "les choix d'une période ont la même durée.")
            references = self.nodes.references(node, node.position)
            windows[name] = Window(name, self.nodes.text(node, "libelle"), tuple(options), references, node.position)
        return windows

    def _option(self, choice: Node, node: Mapping, namespace: str) -> tuple[Expr | None, int, int] | None:
        if not isinstance(choice, Mapping):
            self.report.add("structure", choice.position, "un choix a « de », « a » et peut-être « si ».")
            return None
        if choice is not node:
            self.nodes.check_keys(choice, {"libelle", "si", "de", "a"})
        first, last = self.nodes.number(choice, "de"), self.nodes.number(choice, "a")
        if first is None or last is None or not -MAX_SHIFT <= first <= last <= 12 or first % 1 or last % 1:
            self.report.add(
                "periode",
                choice.position,
                "une période va d'un mois « de » à un mois « a », comptés depuis le mois du droit.",
                "Par exemple de: -4, a: -2.",
            )
            return None
        scope = self.formulas.scope(namespace, "menage", None)
        condition = self.formulas.condition(choice.items.get("si"), scope, "« si » est une condition.")
        return condition, int(first), int(last)

    def variables(self) -> dict[str, Variable]:
        """Every input, rule and condition, then by how much the conditions that say it fail."""
        inputs, rules = InputBuilder(self.formulas, self.sources), RuleBuilder(self.formulas)
        drafts = self.declared.drafts
        built = {name: (inputs if draft.is_input else rules).build(draft) for name, draft in drafts.items()}
        inputs.lookups.check(built)
        excesses = (rules.excess(drafts[name], variable) for name, variable in built.items())
        return built | {found.name: found for found in excesses if found is not None}
