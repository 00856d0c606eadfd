"""Declares what the files hold: names, headers, types and units, before any expression is read."""

from __future__ import annotations

import dataclasses

from zero_non_recours.rulebook.diagnostics import Position, Report, nearest, quoted
from zero_non_recours.rulebook.expressions import BOOLEAN, CODE, DATE, NUMBER, TEXT, Level
from zero_non_recours.rulebook.model import Coverage
from zero_non_recours.rulebook.names import NAME_PATTERN, Declarations, Draft, can_name, qualified
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.parameters import ParameterReader
from zero_non_recours.rulebook.reader import Mapping, Scalar
from zero_non_recours.rulebook.sources import File, Sources
from zero_non_recours.rulebook.units import NONE, Unit

MAX_VARIABLES = 5_000

_TYPES = (BOOLEAN, CODE, DATE)
_COMMON_KEYS = {"libelle", "entite", "periode", "unite", "type", "references", "note"}
_RULE_KEYS = _COMMON_KEYS | {"valeurs", "avec", "formule", "versions", "conditions"}
_INPUT_KEYS = _COMMON_KEYS | {
    "valeurs", "profil", "question", "pourquoi", "si_inconnu", "raison", "demande_si", "sinon", "dire_si",
    "minimum", "maximum", "entier", "chaque_mois", "sensible", "ordre", "lu_dans", "meme_revenu",
    "provisoire", "interrompu_par", "tient_lieu_de",
}  # fmt: skip
_TEXT_KEYS = {
    "libelle", "entite", "periode", "type", "references", "note", "profil", "question", "pourquoi", "sensible", "ordre",
}  # fmt: skip
_CONDITION_KEYS = {"phrase", "references", "formule", "versions", "avec", "manque", "phrase_manque", "note"}


def declare(sources: Sources, report: Report) -> Declarations:
    """Everything the files declare; the national rules first, so that a local pack cannot take their names."""
    declared = Declarations(unread=sources.unread)
    declarer = _Declarer(declared, report)
    declarer.header(sources.header)
    for file in sources.of_kind("parametres"):
        prefix = file.namespace or file.pack
        ParameterReader(report, declared.parameters, declared.broken).read(file.root, prefix)
    declarer.check_hidden_parameters({file.namespace for file in sources.files} - {""})
    for file in sources.of_kind("regles"):
        declarer.file(file)
    if len(declared.drafts) > MAX_VARIABLES:
        report.add("fichier-trop-gros", Position("."), f"plus de {MAX_VARIABLES} règles.")
        report.raise_if_any()
    return declared


class _Declarer:
    def __init__(self, declared: Declarations, report: Report) -> None:
        self.declared = declared
        self.report = report
        self.nodes = NodeReader(report)

    # -- entites.yaml ---------------------------------------------------------------------------------

    def header(self, root: Mapping) -> None:
        declared = self.declared
        self.nodes.check_keys(root, ("version", "couverture", "entites"))
        declared.version = self.nodes.text(root, "version") or declared.version
        covered = self.nodes.fields(root, "couverture")
        first, last = self.nodes.month(covered, "de"), self.nodes.month(covered, "a")
        if first is not None and last is not None:
            declared.coverage = Coverage(first, last)
        elif not declared.unread:
            remedy = "couverture: {de: 2024-01, a: 2026-11}"
            self.report.add("manque", Position(root.position.path), "il manque « couverture ».", remedy)
        entities = self.nodes.fields(root, "entites")
        for name, node in entities.items.items():
            position = entities.keys[name].position
            if isinstance(node, Mapping) and NAME_PATTERN.match(name):
                declared.entities[name] = (node, position)
            else:
                self.report.add("structure", position, "entité mal décrite.", f"{name}: {{libelle: …}}")
        if "personne" not in declared.entities and not declared.unread:
            self.report.add("manque", Position(root.position.path), "il manque l'entité « personne ».")

    # -- parameters -----------------------------------------------------------------------------------

    def check_hidden_parameters(self, namespaces: set[str]) -> None:
        parameters = self.declared.parameters
        for space in namespaces:
            for name, parameter in parameters.items():
                if name.startswith(f"{space}.") and name.removeprefix(f"{space}.") in parameters:
                    self.report.add(
                        "nom-double",
                        parameter.position,
                        f"{quoted(name)} cacherait un paramètre national à ce dossier local.",
                        "Choisir un autre nom.",
                    )

    # -- rules and inputs -----------------------------------------------------------------------------

    def file(self, file: File) -> None:
        for name, node in file.root.items.items():
            if not isinstance(node, Mapping):
                self.report.add("structure", node.position, f"{quoted(name)} doit être décrit par des champs.")
                self.declared.broken.add(qualified(file.namespace, name))
            elif name == "periodes":
                self.windows(node, file.namespace)
            else:
                self.variable(name, node, file.root.keys[name].position, file)

    def windows(self, node: Mapping, namespace: str) -> None:
        for name, window in node.items.items():
            full, position, windows = qualified(namespace, name), node.keys[name].position, self.declared.windows
            first = windows.get(full) or windows.get(name)
            if first is not None:
                other = first[2]
                cause = f"la période {quoted(name)} est déjà définie ({other.path}, ligne {other.line})."
                self.report.add("nom-double", position, cause, "Choisir un autre nom.")
                continue
            if not NAME_PATTERN.match(name):
                cause = f"{quoted(name)} ne peut pas nommer une période."
                self.report.add("periode", position, cause, "Minuscules sans accent, chiffres et « _ ».")
            elif not isinstance(window, Mapping):
                cause = f"la période {quoted(name)} est décrite par des champs."
                self.report.add("periode", position, cause, f"{name}: {{references: [article], de: -3, a: -1}}")
            else:
                windows[full] = (window, namespace, position)
                continue
            self.declared.broken.add(full)

    def variable(self, name: str, node: Mapping, position: Position, file: File) -> None:
        full = qualified(file.namespace, name)
        is_rule = "formule" in node.items or "versions" in node.items
        before = len(self.report.items)
        if not is_rule and not ({"question", "si_inconnu", "profil"} & node.items.keys()):
            self.declared.broken.add(full)
            self.nodes.check_keys(node, _RULE_KEYS | _INPUT_KEYS)
            if len(self.report.items) == before:
                self.report.add(
                    "manque",
                    position,
                    f"{quoted(name)} n'a ni formule, ni question.",
                    "Une règle a « formule » (ou « versions ») ; une donnée a « question » et « si_inconnu ».",
                )
            return
        written = node.items.get("type")
        is_text = not is_rule and isinstance(written, Scalar) and written.text.strip() == TEXT
        self.nodes.check_keys(node, _RULE_KEYS if is_rule else _TEXT_KEYS if is_text else _INPUT_KEYS)
        before = len(self.report.items)
        entity = self.entity(node, position)
        kind, unit = (TEXT, None) if is_text else self.type(full, node, position)
        values = self.values(full, kind, node, position)
        if len(self.report.items) > before:
            self.declared.broken.add(full)
        level: Level = "personne" if entity == "personne" else "menage"
        draft = Draft(full, file.pack, file.namespace, node, position, kind, unit, level, entity, not is_rule, values)
        if self.add(name, draft):
            self.conditions(draft)

    def entity(self, node: Mapping, position: Position) -> str:
        entity, known = self.nodes.text(node, "entite", required=position), self.declared.entities
        if entity and entity not in known and not (self.declared.unread and not known):
            self.report.add(
                "nom-inconnu",
                node.items["entite"].position,
                f"l'entité {quoted(entity)} n'est pas déclarée.",
                nearest(entity, known) or f"Entités : {', '.join(known)}.",
            )
        return entity

    def type(self, full: str, node: Mapping, position: Position) -> tuple[str, Unit | None]:
        """The type and the unit of a rule or an input; an enumeration is a type of its own, called as it is."""
        kind = self.nodes.text(node, "type")
        if "unite" in node.items:
            place = node.items["unite"]
            if kind and kind != NUMBER:
                self.report.add("type", place.position, "seul un nombre a une unité.")
            unit = self.nodes.unit(self.nodes.text(node, "unite", required=position), place)
            return NUMBER, NONE if unit is None else unit
        if kind == "enumeration":
            return full, None
        if kind in _TYPES:
            return kind, None
        if kind:
            known = [*_TYPES, "enumeration", *([] if kind == TEXT else [TEXT])]
            cause = "une règle ne donne pas un texte." if kind == TEXT else f"le type {quoted(kind)} n'existe pas."
            self.report.add(
                "type",
                node.items["type"].position,
                cause,
                nearest(kind, known) or f"Types : {', '.join(sorted(known))} ; un nombre a une « unite ».",
            )
        else:
            self.report.add("manque", position, "il manque « unite » ou « type ».", "unite: €/mois, ou type: booleen")
        return NUMBER, NONE

    def values(self, full: str, kind: str, node: Mapping, position: Position) -> dict[str, str]:
        choices = self.nodes.fields(node, "valeurs")
        values = {key: self.nodes.text(choices, key) for key in choices.items}
        if values and kind != full:
            self.report.add("type", node.items["valeurs"].position, "seule une énumération a des « valeurs ».")
            values = {}
        written = node.items.get("type")
        if isinstance(written, Scalar) and written.text.strip() == "enumeration" and not values:
            self.report.add("manque", position, "une énumération a des « valeurs ».", "valeurs: {a: Libellé de a}")
        return values

    def conditions(self, carrier: Draft) -> None:
        listed = self.nodes.fields(carrier.node, "conditions")
        for name, node in listed.items.items():
            full = qualified(carrier.namespace, name)
            if not isinstance(node, Mapping):
                self.report.add("structure", node.position, "une condition a une phrase et une formule.")
                self.declared.broken.add(full)
                continue
            self.nodes.check_keys(node, _CONDITION_KEYS)
            condition = dataclasses.replace(
                carrier,
                name=full,
                node=node,
                position=listed.keys[name].position,
                type=BOOLEAN,
                unit=None,
                is_input=False,
                values={},
                is_condition=True,
            )
            self.add(name, condition)

    def add(self, name: str, draft: Draft) -> bool:
        """Declare a variable, unless its name is not one or is taken."""
        declared = self.declared
        if not can_name(name) or "__" in name:
            declared.broken.add(draft.name)
            self.report.add(
                "nom",
                draft.position,
                f"{quoted(name)} ne peut pas être un nom.",
                "Minuscules sans accent, chiffres et « _ », et pas un mot du langage.",
            )
            return False
        first = declared.drafts.get(draft.name) or declared.parameters.get(draft.name)
        if first is not None:
            cause = f"{quoted(name)} est déjà défini ({first.position.path}, ligne {first.position.line})."
        elif draft.namespace and name in declared.drafts:
            cause = f"{quoted(name)} existe dans les règles nationales ; un dossier local ne le redéfinit pas."
        else:
            declared.drafts[draft.name] = draft
            return True
        self.report.add("nom-double", draft.position, cause, "Choisir un autre nom.")
        return False
