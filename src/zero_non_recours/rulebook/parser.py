"""Parses one expression: Python's own grammar reads the text, the checker keeps what the language allows."""

from __future__ import annotations

import ast
import re
import warnings

from zero_non_recours.rulebook.checker import Checker
from zero_non_recours.rulebook.diagnostics import Report, quoted
from zero_non_recours.rulebook.expression_text import Text
from zero_non_recours.rulebook.expressions import FRENCH_WORDS, Expr, Rejected, Scope
from zero_non_recours.rulebook.functions import check_call

MAX_LENGTH = 4_000

_SLIPS = re.compile(r"""'[^']*'|"[^"]*"|\bsi *=(?!=)|[=<>!:]=|=|\w+""")
"""Texts, comparisons and names, to find what is mistaken for one."""
_SUPPOSITION = re.compile(r"(?:^|,)\s*(\w+(?:\.\w+)*)\s*(?==(?!=))")
"""What stands before the sign of a supposition: « en_supposant(x, nom=1) »."""


def parse(text: Text, scope: Scope) -> Expr | None:
    """Parse and check one expression; on error, report it and return `None`."""
    try:
        tree = _tree(text, scope.report)
        return Checker(text, scope, check_call).check_result(tree, scope.level, 0)
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
        length, remedy = 1, "Vérifier les parenthèses, les opérateurs et « a if condition else b »."
        if slip := _slip(lines):
            line, column, length, remedy = slip
        report.add("syntaxe", text.place(line, column, length), "l'expression ne se lit pas.", remedy)
    except (ValueError, MemoryError, RecursionError):
        report.add("syntaxe", text.position, "l'expression ne se lit pas.", "La simplifier ou la couper en étapes.")
    raise Rejected


def _slip(lines: list[str]) -> tuple[int, int, int, str] | None:
    """The first « = » or « et », « ou », « non » of an expression that does not read: line, column, length, remedy."""
    supposing = any("en_supposant" in line for line in lines)
    for number, line in enumerate(lines):
        suppositions = list(_SUPPOSITION.finditer(line)) if supposing else []
        for match in suppositions:
            if "." in match[1]:
                remedy = (
                    "Une supposition porte un nom court, celui d'une règle ou d'une donnée du même dossier local ou "
                    "des règles nationales."
                )
                return number, match.start(1), len(match[1]), remedy
        signs = {match.end() for match in suppositions}
        for match in _SLIPS.finditer(line):
            found = match[0]
            if found == "=" and match.start() not in signs:
                return number, match.start(), 1, "Pour comparer, écrire « == » au lieu de « = »."
            if found in FRENCH_WORDS:
                remedy = f"Écrire « {FRENCH_WORDS[found]} » au lieu de « {found} »."
                return number, match.start(), len(found), remedy
    return None


def _check_letters(tree: ast.expr, text: Text, report: Report) -> None:
    """Refuse names written with look-alike letters, which Python would read as plain ones (« ａge »)."""
    lines = f"(\n{text.source}\n)".split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute | ast.keyword):
            if isinstance(node, ast.keyword):
                name = node.arg or "**"
                line = lines[node.lineno - 1].encode()[node.col_offset :]
                same = line.startswith(name.encode())
            else:
                name = node.id if isinstance(node, ast.Name) else node.attr
                line = lines[(node.end_lineno or 1) - 1].encode()[: node.end_col_offset]
                same = line.endswith(name.encode())
            if not same:
                cause = f"{quoted(name)} est écrit avec d'autres lettres."
                report.add("nom-inconnu", text.locate(node), cause, "Le retaper.")
                raise Rejected
