"""Builds the rights of `droit` files: which rule is paid and in which unit, its conditions, who claims and how."""

from __future__ import annotations

from zero_non_recours.profile.follow_up import NO_RIGHT
from zero_non_recours.rulebook.diagnostics import Position, Report, quoted
from zero_non_recours.rulebook.expressions import BOOLEAN, NUMBER, Expr, type_name
from zero_non_recours.rulebook.model import Right, Variable
from zero_non_recours.rulebook.named import NamedReader
from zero_non_recours.rulebook.names import NAME_PATTERN, Declarations, qualified
from zero_non_recours.rulebook.reader import Mapping, Scalar, Sequence
from zero_non_recours.rulebook.sources import File
from zero_non_recours.rulebook.steps import StepReader
from zero_non_recours.rulebook.units import NONE, show_unit

_KEYS = {
    "libelle", "entite", "montant", "unite_montant", "conditions", "variables", "demandeurs", "recu", "demarche",
    "nature", "demande", "ordre",
}  # fmt: skip


class RightBuilder:
    """Builds rights, whose names are those of variables already built."""

    def __init__(self, declared: Declarations, variables: dict[str, Variable], report: Report) -> None:
        self.declared = declared
        self.variables = variables
        self.report = report
        self.names = NamedReader(declared, variables, report)
        self.nodes = self.names.nodes
        self.steps = StepReader(self.names)

    def build(self, files: list[File]) -> dict[str, Right]:
        """The rights of all files, in the order in which they are shown."""
        rights: dict[str, Right] = {}
        for file in files:
            for key, node in file.root.items.items():
                position = file.root.keys[key].position
                if not isinstance(node, Mapping):
                    self.report.add("structure", node.position, "un droit est décrit par des champs.")
                    continue
                name = qualified(file.namespace, key)
                if name in rights or name in NO_RIGHT or not NAME_PATTERN.match(key):
                    code = "nom-double" if name in rights else "nom"
                    cause = f"{quoted(key)} ne peut pas nommer un droit."
                    self.report.add(code, position, cause, "En choisir un autre.")
                rights[name] = self._right(name, node, position, file)
        return dict(sorted(rights.items(), key=lambda item: (item[1].order, item[0])))

    def _right(self, name: str, node: Mapping, position: Position, file: File) -> Right:
        self.nodes.check_keys(node, _KEYS)
        amount = self.names.rule(node, "montant", file.namespace, required=position) or ""
        carrier = self.names.rule(node, "conditions", file.namespace, required=position) or ""
        for key, rule in (("montant", amount), ("conditions", carrier)):
            if (variable := self.names.sound(rule)) is not None and variable.level != "menage":
                place = node.items[key].position
                self.report.add("agregation", place, "un droit se lit au niveau d'un groupe.")
        entity = self.nodes.text(node, "entite", required=position)
        if entity and entity not in self.declared.entities and not self.declared.unread:
            place = node.items["entite"].position
            self.report.add("nom-inconnu", place, f"l'entité {quoted(entity)} n'est pas déclarée.")
        steps, cases = self.steps.read(node, file.namespace)
        return Right(
            name=name,
            pack=file.pack,
            label=self.nodes.text(node, "libelle", required=position),
            entity=entity,
            amount=amount,
            amount_unit=self._amount_unit(node, position, amount),
            conditions=self.variables[carrier].conditions if carrier in self.variables else (),
            variables=self._shown(node, file.namespace),
            claimants=self.names.rule(node, "demandeurs", file.namespace),
            received=self.names.rule(node, "recu", file.namespace),
            steps=steps,
            position=position,
            order=int(self.nodes.number(node, "ordre") or 1000),
            nature=self._nature(node, file.namespace),
            claimed=self._claimed(node, file.namespace),
            cases=cases,
        )

    def _amount_unit(self, node: Mapping, position: Position, amount: str) -> str:
        """The unit of what is paid, which must be that of its rule."""
        written = self.nodes.text(node, "unite_montant", required=position)
        unit = self.nodes.unit(written, node.items["unite_montant"]) if written else None
        variable = self.names.sound(amount)
        if variable is None or variable.level != "menage":
            return written
        if variable.type != NUMBER:
            cause = f"un montant est un nombre, pas un {type_name(variable.type)}."
            self.report.add("type", node.items["montant"].position, cause)
        elif unit is not None and unit != variable.unit:
            shown = show_unit(variable.unit or NONE)
            self.report.add(
                "unite",
                node.items["unite_montant"].position,
                f"{quoted(amount)} est en {shown}, pas en {show_unit(unit)}.",
                f"Écrire « unite_montant: {shown} », ou changer de règle.",
            )
        return written

    def _shown(self, node: Mapping, namespace: str) -> tuple[str, ...]:
        listed = node.items.get("variables")
        if isinstance(listed, Sequence) and all(isinstance(item, Scalar) for item in listed.items):
            return tuple(
                self.names.resolve(i.text, i.position, namespace) for i in listed.items if isinstance(i, Scalar)
            )
        if listed is not None:
            self.report.add("structure", listed.position, "« variables » est une liste de noms de règles.")
        return ()

    def _nature(self, node: Mapping, namespace: str) -> str | None:
        """The enumeration that names what is paid."""
        name = self.names.rule(node, "nature", namespace)
        variable = self.names.sound(name)
        if variable is not None and not variable.values:
            cause = f"« nature » est un choix, pas un {type_name(variable.type)}."
            self.report.add("type", node.items["nature"].position, cause, "Nommer une règle de type enumeration.")
        elif variable is not None:
            self.names.of_group(variable, node.items["nature"].position)
        return name

    def _claimed(self, node: Mapping, namespace: str) -> str | None:
        """The input that supposes the right claimed: a yes or no of the group, never asked, false unless simulated."""
        name = self.names.truth(node, "demande", namespace)
        variable = self.names.sound(name)
        if name is None or variable is None or variable.type != BOOLEAN or variable.level != "menage":
            return name
        if not variable.is_input or variable.path or not (_never(variable.asked) and _never(variable.otherwise)):
            self.report.add(
                "structure",
                node.items["demande"].position,
                "« demande » est une donnée que personne ne renseigne, fausse hors d'une simulation.",
                f"Déclarer {quoted(name)} sans « profil », avec « demande_si: false » et « sinon: false ».",
            )
        return name


def _never(expr: Expr | None) -> bool:
    return expr is not None and expr.op == "const" and expr.value is False
