"""Builds rules and conditions: their versions, steps and formulas, checked against what they announce."""

from __future__ import annotations

import dataclasses

from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.diagnostics import quoted
from zero_non_recours.rulebook.expressions import NUMBER, Expr, Scope, type_name
from zero_non_recours.rulebook.formulas import FormulaReader
from zero_non_recours.rulebook.model import Variable, Version
from zero_non_recours.rulebook.names import Draft, can_name, qualified
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Sequence
from zero_non_recours.rulebook.references import read_references
from zero_non_recours.rulebook.units import NONE, show_unit, unit_remedy


class RuleBuilder:
    """Builds the variables that have a formula."""

    def __init__(self, formulas: FormulaReader) -> None:
        self.formulas = formulas
        self.report = formulas.report
        self.nodes = NodeReader(formulas.report)

    def build(self, draft: Draft) -> Variable:
        """The rule or the condition of a draft."""
        node = draft.node
        if (self.nodes.text(node, "periode") or "mois") != "mois":
            position = node.items["periode"].position
            self.report.add("periode", position, "une règle se calcule par mois.", "periode: mois")
        references = self.nodes.references(node, draft.position)
        listed = node.items.get("conditions")  # anything but fields was reported when declared
        conditions = listed.items if isinstance(listed, Mapping) else ()
        phrase = self.nodes.text(node, "phrase", required=draft.position if draft.is_condition else None)
        return Variable(
            name=draft.name,
            pack=draft.pack,
            kind="condition" if draft.is_condition else "regle",
            label=phrase if draft.is_condition else self.nodes.text(node, "libelle", required=draft.position),
            entity=draft.entity,
            level=draft.level,
            period="mois",
            type=draft.type,
            unit=draft.unit,
            references=references,
            position=draft.position,
            note=self.nodes.text(node, "note"),
            values=draft.values,
            versions=self._versions(draft, references),
            conditions=tuple(qualified(draft.namespace, name) for name in conditions),
            phrase=phrase,
            excess=f"{draft.name}__manque" if "manque" in node.items else None,
            excess_phrase=self.nodes.text(node, "phrase_manque") or "{}",
        )

    def excess(self, draft: Draft, condition: Variable) -> Variable | None:
        """By how much a condition with « manque » fails, as a rule of its own."""
        if condition.excess is None:
            return None
        expr, written = self.formulas.read(draft.node.items["manque"], self.formulas.scope_of(draft))
        if expr is None:
            return None
        if expr.type != NUMBER:
            self.report.add("type", expr.position, "« manque » est un nombre.")
        return dataclasses.replace(
            condition,
            name=condition.excess,
            kind="regle",
            label=f"Ce qui manque : {condition.label}",
            type=NUMBER,
            unit=expr.unit or NONE,
            versions=(Version(None, None, expr, written, condition.references),),
            phrase="",
            excess=None,
        )

    # -- versions -------------------------------------------------------------------------------------

    def _versions(self, draft: Draft, references: tuple[str, ...]) -> tuple[Version, ...]:
        node = draft.node
        if "formule" in node.items and "versions" in node.items:
            self.report.add("structure", draft.position, "« formule » ou « versions », pas les deux.")
        listed = node.items.get("versions")
        if listed is None:
            return self._version(draft, node, None, None, references)
        if "avec" in node.items:
            self.report.add("structure", node.items["avec"].position, "« avec » s'écrit dans chaque version.")
        if not isinstance(listed, Sequence) or not listed.items:
            self.report.add("structure", listed.position, "« versions » est une liste.", "- depuis: 2025-03")
            return ()
        found: list[Version] = []
        for item in listed.items:
            if not isinstance(item, Mapping):
                self.report.add("structure", item.position, "une version a « depuis » et « formule ».")
                continue
            self.nodes.check_keys(item, {"depuis", "jusqu_a", "formule", "avec", "references"})
            since, until = self.nodes.month(item, "depuis"), self.nodes.month(item, "jusqu_a")
            if since is not None and until is not None and until < since:
                self.report.add("date", item.position, "« jusqu_a » précède « depuis ».")
            if any(_overlap(since, until, other) for other in found):
                cause = "deux versions sont en vigueur le même mois."
                self.report.add("versions", item.position, cause, "Ajouter « jusqu_a ».")
            own = read_references(item.items.get("references")) or references
            found += self._version(draft, item, since, until, own)
        return tuple(found)

    def _version(
        self, draft: Draft, node: Mapping, since: Month | None, until: Month | None, references: tuple[str, ...]
    ) -> tuple[Version, ...]:
        scope = self.formulas.scope_of(draft)
        self._steps(draft, self.nodes.fields(node, "avec"), scope)
        if "formule" not in node.items:
            self.report.add("manque", node.position, "il manque « formule ».")
            return ()
        gives = dataclasses.replace(scope, gives=draft if draft.values else None)
        formula, written = self.formulas.read(node.items["formule"], gives)
        if formula is None:
            return ()
        if draft.name not in self.formulas.declared.broken:
            self._check_announced(draft, formula)
        return (Version(since, until, formula, written, references),)

    def _steps(self, draft: Draft, steps: Mapping, scope: Scope) -> None:
        """The named steps of a formula, each seen by the next ones."""
        for name, source in steps.items.items():
            position, label = steps.keys[name].position, ""
            if isinstance(source, Mapping):
                self.nodes.check_keys(source, {"libelle", "formule"})
                label = self.nodes.text(source, "libelle")
                source = source.items.get("formule", source)
            if not can_name(name) or scope.names.variable(name) is not None:
                cause = f"{quoted(name)} ne peut pas nommer une étape."
                self.report.add("nom", position, cause, "En choisir un autre.")
                scope.broken.add(name)
                continue
            inner, written = self.formulas.read(source, scope)
            if inner is None:
                scope.broken.add(name)
                continue
            identity = (f"{draft.name}/{name}", label or name.replace("_", " "), written)
            scope.locals[name] = Expr("step", (inner,), inner.type, inner.unit, inner.level, identity, position)

    def _check_announced(self, draft: Draft, formula: Expr) -> None:
        unit = draft.unit or NONE
        if formula.type != draft.type:
            self.report.add(
                "type",
                formula.position,
                f"la formule donne un {type_name(formula.type)}, la règle annonce un {type_name(draft.type)}.",
                "Corriger la formule, ou le type de la règle.",
            )
        elif formula.type == NUMBER and formula.unit not in (None, unit):
            self.report.add(
                "unite",
                formula.position,
                f"la formule est en {show_unit(formula.unit or NONE)}, la règle annonce {show_unit(unit)}.",
                unit_remedy(formula.unit or NONE, unit),
            )


def _overlap(since: Month | None, until: Month | None, other: Version) -> bool:
    low = max(since or 0, other.since or 0)
    high = min(until or 10**6, other.until or 10**6)
    return low <= high
