"""Reads what to do to claim a right: the general steps, and the cases that depend on the household and the month."""

from __future__ import annotations

import re
from typing import Any

from zero_non_recours.rulebook.diagnostics import quoted
from zero_non_recours.rulebook.model import StepCase
from zero_non_recours.rulebook.named import NamedReader
from zero_non_recours.rulebook.names import NAME_PATTERN
from zero_non_recours.rulebook.reader import Mapping, Sequence, plain_data

DEADLINE = "{echeance}"
"""What a sentence writes where the deadline is to stand."""
_STEP_KEYS = {"ou", "lien", "formulaires", "pieces", "delai", "retroactif", "conseil", "droits_lies", "source"}
_CASE_KEYS = {"code", "si", "phrase", "question", "echeance", "urgent"}
_BRACES = re.compile(r"\{[^{}]*\}?|\}")


class StepReader:
    """Reads the field « demarche » of rights."""

    def __init__(self, names: NamedReader) -> None:
        self.names = names
        self.nodes = names.nodes
        self.report = names.report

    def read(self, right: Mapping, namespace: str) -> tuple[dict[str, Any], tuple[StepCase, ...]]:
        """The general steps as plain data, and the cases in the order in which they are tried."""
        node = self.nodes.fields(right, "demarche")
        general = {key: plain_data(value) for key, value in node.items.items() if key != "cas"}
        listed = node.items.get("cas")
        if listed is not None and not isinstance(listed, Sequence):
            self.report.add("structure", listed.position, "« cas » est une liste de cas.", "- code: a_demander")
        items = listed.items if isinstance(listed, Sequence) else []
        cases: list[StepCase] = []
        for item in items:
            if isinstance(item, Mapping):
                cases.append(self._case(item, namespace))
            else:
                self.report.add("structure", item.position, "un cas a « code », « si » et « phrase ».")
        return general, tuple(cases)

    def _case(self, node: Mapping, namespace: str) -> StepCase:
        self.nodes.check_keys(node, _CASE_KEYS | _STEP_KEYS)
        code = self.nodes.text(node, "code", required=node.position)
        if code and not NAME_PATTERN.match(code):
            cause = f"{quoted(code)} ne peut pas être un code."
            self.report.add("nom", node.items["code"].position, cause, "Minuscules sans accent, chiffres et « _ ».")
        return StepCase(
            code=code,
            condition=self.names.truth(node, "si", namespace, required=node.position) or "",
            phrase=self._phrase(node),
            question=self.nodes.text(node, "question"),
            deadline=self.names.date(node, "echeance", namespace),
            urgent=self.names.truth(node, "urgent", namespace),
            steps={key: plain_data(value) for key, value in node.items.items() if key in _STEP_KEYS},
        )

    def _phrase(self, node: Mapping) -> str:
        """The sentence of a case, in which nothing but the deadline is replaced."""
        phrase = self.nodes.text(node, "phrase", required=node.position)
        found = next((text for text in _BRACES.findall(phrase) if text != DEADLINE), None)
        if found is not None:
            cause = f"{quoted(found)} ne se remplace pas dans une phrase."
            self.report.add("structure", node.items["phrase"].position, cause, f"Seul « {DEADLINE} » se remplace.")
        elif DEADLINE in phrase and "echeance" not in node.items:
            cause = f"« {DEADLINE} » n'a pas de date."
            self.report.add("manque", node.items["phrase"].position, cause, "Ajouter « echeance: … ».")
        return phrase
