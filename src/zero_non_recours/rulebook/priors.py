"""Builds the priors of `a_priori` files: how the answers that nobody gave are distributed, under which conditions."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Names

from zero_non_recours.rulebook.dependencies import names_read, walk
from zero_non_recours.rulebook.diagnostics import Position, nearest, quoted
from zero_non_recours.rulebook.expressions import Expr, Scope
from zero_non_recours.rulebook.formulas import FormulaReader
from zero_non_recours.rulebook.laws import LAW_KEYS, LawReader
from zero_non_recours.rulebook.model import Law, Prior, Variable
from zero_non_recours.rulebook.names import qualified
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Node, Sequence
from zero_non_recours.rulebook.sources import File

_SHAPE = "lois: [{quantiles: {0: 100, 1: 900}, source: …, surete: hypothese}]"


class PriorBuilder:
    """Builds the priors of inputs, whose conditions are checked like any expression."""

    def __init__(self, formulas: FormulaReader, variables: Names[str, Variable]) -> None:
        self.formulas = formulas
        self.variables = variables
        self.report = formulas.report
        self.nodes = NodeReader(formulas.report)
        self.laws = LawReader(formulas.report)

    def build(self, files: Iterable[File]) -> dict[str, Prior]:
        """The priors of all files, by input name; what is wrong is reported."""
        priors: dict[str, Prior] = {}
        inputs = [variable for variable in self.variables.values() if variable.is_input]
        for file in files:
            own = {v.name: v for v in inputs if v.name.rpartition(".")[0] == file.namespace}
            for key, node in file.root.items.items():
                place, variable = file.root.keys[key].position, self._input(key, file, own)
                if variable is None:
                    continue
                if variable.name in priors:
                    self.report.add("nom-double", place, f"{quoted(key)} a déjà un a priori.", "En garder un seul.")
                priors[variable.name] = self._prior(variable, node, place, file.namespace)
        return priors

    def _input(self, key: str, file: File, own: Names[str, Variable]) -> Variable | None:
        """The input that a key names, among those of the same local pack, or of all the national ones."""
        name, declared = qualified(file.namespace, key), self.formulas.declared
        if name in declared.broken:
            return None
        if name not in own and not declared.unread:
            where = " de ce dossier" if file.namespace else ""
            cause = f"aucune donnée{where} ne s'appelle {quoted(key)}."
            self.report.add("nom-inconnu", file.root.keys[key].position, cause, nearest(name, own))
        return own.get(name)

    def _prior(self, variable: Variable, node: Node, place: Position, namespace: str) -> Prior:
        if not isinstance(node, Mapping):
            self.report.add("structure", node.position, "un a priori est décrit par des champs.", _SHAPE)
            return Prior(variable.name, ())
        self.nodes.check_keys(node, ("memoire", "lois"))
        listed = node.items.get("lois")
        if not isinstance(listed, Sequence) or not listed.items:
            where = place if listed is None else listed.position
            code = "manque" if listed is None else "structure"
            self.report.add(code, where, "« lois » est une liste de lois, une au moins.", _SHAPE)
            return Prior(variable.name, ())
        scope = self.formulas.scope(namespace, variable.level, variable.entity)
        laws = [self._law(variable, item, scope, last=item is listed.items[-1]) for item in listed.items]
        return Prior(variable.name, tuple(law for law in laws if law is not None), self._memory(variable, node))

    def _memory(self, variable: Variable, node: Mapping) -> float:
        memory = self.nodes.number(node, "memoire")
        if memory is None:
            return 0.0
        place = node.items["memoire"].position
        if not 0 <= memory <= 1:
            self.report.add("a-priori", place, "une probabilité va de 0 à 1.")
        if variable.period == "constante":
            self.report.add("a-priori", place, "une donnée constante n'a pas d'autre mois.", "Enlever « memoire ».")
        return memory

    def _law(self, variable: Variable, node: Node, scope: Scope, *, last: bool) -> Law | None:
        if not isinstance(node, Mapping):
            self.report.add("structure", node.position, "une loi est décrite par des champs.", _SHAPE)
            return None
        self.nodes.check_keys(node, LAW_KEYS)
        written = node.items.get("si")
        if (written is None) != last:
            cause = "la dernière loi n'a pas de « si »." if last else "seule la dernière loi n'a pas de « si »."
            remedy = "Ajouter la loi des cas restants." if last else "Ajouter « si: condition »."
            self.report.add("a-priori", node.position, cause, remedy)
        condition = self.formulas.condition(written, scope, "« si » est une condition.")
        if condition is not None:
            self._check_read(condition, variable)
        return self.laws.read(node, variable, condition)

    def _check_read(self, condition: Expr, variable: Variable) -> None:
        """Report a condition that reads a rule, the drawn answer, or a sensitive answer."""
        for name in sorted(names_read([condition])):
            read = self.variables[name]
            if read.name == variable.name:
                cause, remedy = "une réponse ne se tire pas d'elle-même.", "Lire une autre donnée."
            elif not read.is_input:
                cause = f"{quoted(name)} est une règle : un a priori ne dépend que de données."
                remedy = "Écrire la condition avec des données du profil."
            elif read.sensitivity == "sensitive":
                cause = f"{quoted(name)} est une réponse sensible : aucun a priori n'en dépend."
                remedy = "Enlever cette condition."
            else:
                continue
            self.report.add("a-priori", condition.position, cause, remedy)
        if any(expr.op == "en_supposant" for expr in walk([condition])):
            cause = "la condition d'un a priori ne suppose rien."
            self.report.add("a-priori", condition.position, cause, "Enlever « en_supposant ».")
