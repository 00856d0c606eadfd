"""Reads the expressions of rule files: for whom, with which names, of which type and unit they must be."""

from __future__ import annotations

from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.expression_text import text_in_file
from zero_non_recours.rulebook.expressions import BOOLEAN, Expr, Level, Scope
from zero_non_recours.rulebook.names import Declarations, Draft, VisibleNames
from zero_non_recours.rulebook.parser import parse
from zero_non_recours.rulebook.reader import Node, Scalar


class FormulaReader:
    """Reads expressions against what is declared; an error is reported once, at its character."""

    def __init__(self, declared: Declarations, report: Report) -> None:
        self.declared = declared
        self.report = report
        self._names: dict[str, VisibleNames] = {}

    def scope(self, namespace: str, level: Level, entity: str | None) -> Scope:
        """Where an expression of a namespace stands, before any step."""
        names = self._names.setdefault(namespace, VisibleNames(self.declared, namespace))
        return Scope(names, level, entity, {}, self.report)

    def scope_of(self, draft: Draft) -> Scope:
        """Where the expressions of a variable stand."""
        return self.scope(draft.namespace, draft.level, draft.entity)

    def read(self, node: Node, scope: Scope) -> tuple[Expr | None, str]:
        """The checked expression of a node, if it has no error, and its text on one line."""
        if not isinstance(node, Scalar) or not node.text.strip():
            self.report.add("structure", node.position, "une expression est attendue.")
            return None, ""
        if scope.entity is not None and scope.entity not in self.declared.entities:
            return None, ""  # that is reported: an expression is only checked for a known entity
        text = text_in_file(node, self.report.sources.get(node.position.path, []))
        return parse(text, scope), " ".join(text.source.split())

    def condition(self, node: Node | None, scope: Scope, cause: str) -> Expr | None:
        """A yes-or-no expression, `None` when there is none; `cause` is said of any other."""
        if node is None:
            return None
        expr, _ = self.read(node, scope)
        if expr is not None and expr.type != BOOLEAN:
            self.report.add("type", expr.position, cause)
        return expr
