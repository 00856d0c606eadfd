"""Parses one expression: Python's own grammar reads the text, the checker keeps what the language allows."""

from __future__ import annotations

import ast
import warnings

from zero_non_recours.rulebook.checker import Checker
from zero_non_recours.rulebook.diagnostics import Report, quoted
from zero_non_recours.rulebook.expression_text import Text
from zero_non_recours.rulebook.expressions import Expr, Rejected, Scope
from zero_non_recours.rulebook.functions import check_call

MAX_LENGTH = 4_000


def parse(text: Text, scope: Scope) -> Expr | None:
    """Parse and check one expression; on error, report it and return `None`."""
    try:
        tree = _tree(text, scope.report)
        return Checker(text, scope, check_call).check(tree, scope.level, 0)
    except Rejected:
        return None


def _tree(text: Text, report: Report) -> ast.expr:
    if len(text.source) > MAX_LENGTH:
        report.add(
            "expression-trop-longue",
            text.position,
            f"l'expression dépasse {MAX_LENGTH} caractères.",
            "La couper en étapes (« avec »).",
        )
        raise Rejected
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(f"(\n{text.source}\n)", mode="eval").body
        if tree.lineno == 1:  # the text closes the parenthesis put around it: « 1) + (2 »
            raise SyntaxError
        if not text.source.isascii():
            _check_letters(tree, text, report)
        return tree
    except SyntaxError as error:
        lines = text.source.split("\n")
        line = min(max((error.lineno or 2) - 2, 0), len(lines) - 1)
        column = min(max((error.offset or 1) - 1, 0), len(lines[line]))
        report.add(
            "syntaxe",
            text.place(line, column),
            "l'expression ne se lit pas.",
            "Vérifier les parenthèses, les opérateurs et « a if condition else b ».",
        )
    except (ValueError, MemoryError, RecursionError):
        report.add("syntaxe", text.position, "l'expression ne se lit pas.", "La simplifier ou la couper en étapes.")
    raise Rejected


def _check_letters(tree: ast.expr, text: Text, report: Report) -> None:
    """Refuse names written with look-alike letters, which Python would read as plain ones (« ａge »)."""
    lines = f"(\n{text.source}\n)".split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            line = lines[(node.end_lineno or 1) - 1].encode()[: node.end_col_offset]
            if not line.endswith(name.encode()):
                cause = f"{quoted(name)} est écrit avec d'autres lettres."
                report.add("nom-inconnu", text.locate(node), cause, "Le retaper.")
                raise Rejected
