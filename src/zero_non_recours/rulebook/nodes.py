"""Typed access to the nodes of a rule file: a text, a number, a month, references, or an error at their place."""

from __future__ import annotations

from collections.abc import Collection

from zero_non_recours.profile.periods import Month, parse_month
from zero_non_recours.rulebook.diagnostics import Position, Report, nearest, quoted
from zero_non_recours.rulebook.reader import Mapping, Node, Scalar
from zero_non_recours.rulebook.references import read_references
from zero_non_recours.rulebook.units import SYMBOLS, Unit, UnitError, parse_unit


class NodeReader:
    """Reads the fields of mappings; what is not as expected goes to the report."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def check_keys(self, mapping: Mapping, known: Collection[str]) -> None:
        """Report the keys that are not among the known ones."""
        for key in [key for key in mapping.items if key not in known]:
            self.report.add(
                "cle-inconnue",
                mapping.keys[key].position,
                f"la clé {quoted(key)} n'existe pas ici.",
                nearest(key, known) or f"Clés : {', '.join(sorted(known))}.",
            )

    def text(self, mapping: Mapping, key: str, *, required: Position | None = None) -> str:
        """A text on one line; where it is required, its absence is reported there."""
        node = mapping.items.get(key)
        if isinstance(node, Scalar) and node.text.strip():
            return " ".join(node.text.split())
        if node is not None and not isinstance(node, Scalar):
            self.report.add("structure", node.position, f"un texte est attendu pour {quoted(key)}.")
        elif required is not None:
            self.report.add("manque", required, f"il manque {quoted(key)}.", f"Ajouter « {key}: … ».")
        return ""

    def fields(self, mapping: Mapping, key: str) -> Mapping:
        """The fields under a key, none when it is absent; anything else is reported."""
        node = mapping.items.get(key)
        if isinstance(node, Mapping):
            return node
        if node is not None:
            self.report.add("structure", node.position, f"{quoted(key)} est une suite de « nom: … ».")
        return Mapping(mapping.position)

    def number(self, mapping: Mapping, key: str) -> float | None:
        """A number, `None` when it is absent or not one."""
        node = mapping.items.get(key)
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.report.add("structure", node.position, f"un nombre est attendu pour {quoted(key)}.")
            return None
        return float(value)

    def month(self, mapping: Mapping, key: str) -> Month | None:
        """A month, `None` when it is absent or not one."""
        node = mapping.items.get(key)
        if node is None:
            return None
        try:
            return parse_month(node.text if isinstance(node, Scalar) else "")
        except ValueError:
            cause = "un mois est attendu, sous la forme AAAA-MM."
            self.report.add("date", node.position, cause, "Par exemple 2025-03.")
            return None

    def references(self, mapping: Mapping, position: Position) -> tuple[str, ...]:
        """The sources of a rule; when there are none, that is reported."""
        node = mapping.items.get("references")
        found = read_references(node)
        if not found:
            self.report.add(
                "reference",
                node.position if node is not None else position,
                "une règle de droit cite sa source.",
                "Ajouter « references: [code et article] ».",
            )
        return found

    def unit(self, text: str, node: Node) -> Unit | None:
        """The unit that a node writes, `None` when it is not one."""
        try:
            return parse_unit(text)
        except UnitError as error:
            self.report.add(
                "unite",
                node.position,
                f"l'unité {quoted(str(error))} n'est pas connue.",
                f"Unités : {', '.join(SYMBOLS)}, 1.",
            )
            return None
