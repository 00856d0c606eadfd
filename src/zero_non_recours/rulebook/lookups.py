"""Builds `lu_dans`: the table file in which an input is read when it is not answered, and by which other answer."""

from __future__ import annotations

from collections.abc import Mapping as Names

from zero_non_recours.rulebook.diagnostics import nearest, quoted
from zero_non_recours.rulebook.expressions import CODE, TEXT, Scope, type_name
from zero_non_recours.rulebook.formulas import FormulaReader
from zero_non_recours.rulebook.model import Lookup, Variable
from zero_non_recours.rulebook.names import Draft
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Scalar
from zero_non_recours.rulebook.sources import Sources
from zero_non_recours.rulebook.tables import Table

_KEYS = ("fichier", "cle", "colonne", "selon", "liste")
_SHAPE = "lu_dans: {fichier: zones.csv, cle: code, colonne: zone, selon: autre_donnee}"


class LookupBuilder:
    """Builds where inputs are read, then checks them all together."""

    def __init__(self, formulas: FormulaReader, sources: Sources) -> None:
        self.formulas = formulas
        self.sources = sources
        self.report = formulas.report
        self.nodes = NodeReader(formulas.report)
        self._drafts: dict[str, Draft] = {}

    def build(self, draft: Draft, scope: Scope) -> Lookup | None:
        """Where an input is read, `None` when it is nowhere; what is wrong is reported."""
        node = draft.node.items.get("lu_dans")
        if node is None:
            return None
        if not isinstance(node, Mapping):
            self.report.add("structure", node.position, "« lu_dans » est une suite de « nom: … ».", _SHAPE)
            return None
        before = len(self.report.items)
        self.nodes.check_keys(node, _KEYS)
        place = draft.node.keys["lu_dans"].position
        written, key, column, by = (self.nodes.text(node, name, required=place) for name in _KEYS[:-1])
        title = self.nodes.text(node, "liste")
        other = self._other(node, by, draft, scope)
        if not _constant(draft) or not (other is None or _constant(other)):
            cause = "seule une donnée constante se lit dans une table, selon une donnée constante."
            self.report.add("periode", place, cause, "Écrire « periode: constante ».")
        table = self.sources.read_table(written, draft.pack, node.items["fichier"].position) if written else None
        if table is not None:
            for name, wanted in (("cle", key), ("colonne", column)):
                self._column(node, name, wanted, table)
        if other is None or table is None or len(self.report.items) > before:
            return None
        self._drafts[draft.name] = draft
        return Lookup(table.name, key, column, other.name, title or table.name.rsplit("/", 1)[-1])

    def check(self, variables: Names[str, Variable]) -> None:
        """Report the inputs that are read by each other in a circle, and the texts that no other input looks for."""
        if self.report.items:
            return
        done: set[str] = set()
        for name in variables:
            path: list[str] = []
            while name not in done and name not in path and (lookup := variables[name].lookup) is not None:
                path.append(name)
                name = lookup.by
            if name in path:
                circle = [*path[path.index(name) :], name]
                place = self._drafts[name].node.keys["lu_dans"].position
                cause = f"ces données se lisent en rond : {' → '.join(circle[:12])}."
                self.report.add("cycle", place, cause, "Enlever un « lu_dans ».")
            done.update(path)
        looked_for = {v.lookup.by for v in variables.values() if v.lookup is not None}
        for variable in variables.values():
            if variable.type == TEXT and variable.name not in looked_for:
                cause = f"le texte {quoted(variable.name)} ne sert à rien : aucune donnée ne le cherche dans une table."
                remedy = f"Le nommer dans un « lu_dans » (selon: {variable.name}), ou l'enlever."
                self.report.add("type", variable.position, cause, remedy)

    def _other(self, node: Mapping, written: str, draft: Draft, scope: Scope) -> Draft | None:
        """The input whose answer is looked for."""
        if not written or scope.names.broken(written):
            return None
        place = node.items["selon"].position
        found = scope.names.variable(written)
        if not isinstance(found, Draft) or not found.is_input:
            known = [name for name in scope.names.known() if isinstance(scope.names.variable(name), Draft)]
            cause = f"aucune donnée ne s'appelle {quoted(written)}."
            self.report.add("nom-inconnu", place, cause, nearest(written, known) or "Voir la liste : znr rules show.")
        elif found.level != draft.level:
            cause = f"{quoted(written)} et {quoted(draft.name)} ne sont pas de la même sorte d'entité."
            remedy = "Une personne se lit selon elle-même, un groupe selon un groupe."
            self.report.add("agregation", place, cause, remedy)
        elif found.type not in (CODE, TEXT) and not found.values:
            cause = f"un {type_name(found.type)} ne se cherche pas dans une table."
            self.report.add("type", place, cause, "« selon » nomme un texte, un code ou une énumération.")
        elif found.type == TEXT and draft.type != CODE:
            cause = f"un nom donne un code, pas un {type_name(draft.type)}."
            remedy = "Lire d'abord le code de la commune selon son nom, puis le reste selon ce code."
            self.report.add("type", place, cause, remedy)
        else:
            return found
        return None

    def _column(self, node: Mapping, key: str, written: str, table: Table) -> None:
        if written and written not in table.columns:
            cause = f"{quoted(table.name)} n'a pas de colonne {quoted(written)}."
            remedy = nearest(written, table.columns) or f"Colonnes : {', '.join(table.columns)[:200]}."
            self.report.add("nom-inconnu", node.items[key].position, cause, remedy)


def _constant(draft: Draft) -> bool:
    period = draft.node.items.get("periode")
    return draft.type == TEXT or (isinstance(period, Scalar) and period.text == "constante")
