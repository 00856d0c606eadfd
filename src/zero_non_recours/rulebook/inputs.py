"""Builds the inputs of the profile: the question, when it is asked, and what stands for an absent answer."""

from __future__ import annotations

import re

from zero_non_recours.profile.follow_up import BLOCK
from zero_non_recours.rulebook.diagnostics import nearest, quoted
from zero_non_recours.rulebook.expressions import BOOLEAN, CODE, CODE_PATTERN, NUMBER, TEXT, Expr, Scope, type_name
from zero_non_recours.rulebook.formulas import FormulaReader
from zero_non_recours.rulebook.lookups import LookupBuilder
from zero_non_recours.rulebook.model import Policy, Sensitivity, Variable
from zero_non_recours.rulebook.names import Draft
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Node, Scalar
from zero_non_recours.rulebook.references import read_references
from zero_non_recours.rulebook.sources import Sources
from zero_non_recours.rulebook.units import NONE, show_unit

_PATH = re.compile(r"(personnes\[\]\.)?[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?\Z")
_FRACTION = re.compile(r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)(?:/([1-9][0-9]{0,5}))?\Z")


class InputBuilder:
    """Builds the variables that the profile answers."""

    def __init__(self, formulas: FormulaReader, sources: Sources) -> None:
        self.formulas = formulas
        self.lookups = LookupBuilder(formulas, sources)
        self.report = formulas.report
        self.nodes = NodeReader(formulas.report)

    def build(self, draft: Draft) -> Variable:
        """The input of a draft."""
        node, scope = draft.node, self.formulas.scope_of(draft)
        is_text = draft.type == TEXT
        period = self.nodes.text(node, "periode", required=None if is_text else draft.position)
        if period and period not in (("constante",) if is_text else ("mois", "annee", "constante")):
            remedy = "Un texte est constant." if is_text else "Périodes : mois, annee, constante."
            self.report.add("periode", node.items["periode"].position, "période inconnue.", remedy)
        policy, default = (None, None) if is_text else self._policy(draft, scope)
        asked, otherwise = self._asked(draft, scope, default)
        minimum, maximum = self.nodes.number(node, "minimum"), self.nodes.number(node, "maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            self.report.add("structure", node.items["maximum"].position, "« maximum » est sous « minimum ».")
        order = self.nodes.number(node, "ordre")
        return Variable(
            name=draft.name,
            pack=draft.pack,
            kind="donnee",
            label=self.nodes.text(node, "libelle", required=draft.position),
            entity=draft.entity,
            level=draft.level,
            period=period or ("constante" if is_text else "mois"),  # type: ignore[arg-type]
            type=draft.type,
            unit=draft.unit,
            references=read_references(node.items.get("references")),
            position=draft.position,
            note=self.nodes.text(node, "note"),
            values=draft.values,
            path=self._path(draft),
            question=self.nodes.text(node, "question", required=draft.position),
            why=self.nodes.text(node, "pourquoi"),
            sensitivity=self._sensitivity(node),
            order=int(order) if order is not None else 1000,
            policy=policy,
            default=default,
            default_reason=self.nodes.text(node, "raison"),
            asked=asked,
            otherwise=otherwise,
            told=self._told(node, scope),
            minimum=minimum,
            maximum=maximum,
            whole=self._whole(draft, minimum, maximum),
            monthly_change=self._monthly_change(draft, period),
            temporary=self._temporary(draft, period),
            stopped_by=self._stopped_by(draft, scope, period),
            lookup=None if is_text else self.lookups.build(draft, scope),
            same_as=self._same_as(draft, scope),
            stands_for=self._stands_for(draft, scope),
        )

    def _stands_for(self, draft: Draft, scope: Scope) -> str:
        """The input of the profile whose absent answer this one replaces."""
        written = self.nodes.text(draft.node, "tient_lieu_de")
        if not written or scope.names.broken(written):
            return ""
        place, found = draft.node.items["tient_lieu_de"].position, scope.names.variable(written)
        if not isinstance(found, Draft) or "profil" not in found.node.items or found.level != draft.level:
            cause = f"aucune donnée du profil, du même niveau, ne s'appelle {quoted(written)}."
            self.report.add("nom-inconnu", place, cause, nearest(written, scope.names.known()))
            return ""
        if "profil" in draft.node.items:
            cause = "« tient_lieu_de » va avec une donnée sans place dans le profil."
            self.report.add("structure", place, cause, "Enlever « profil » ou « tient_lieu_de ».")
        return found.name

    def _same_as(self, draft: Draft, scope: Scope) -> str:
        """The other measure of the same income."""
        written = self.nodes.text(draft.node, "meme_revenu")
        if not written or scope.names.broken(written):
            return ""
        place = draft.node.items["meme_revenu"].position
        found = scope.names.variable(written)
        if not isinstance(found, Draft) or not found.is_input:
            known = [name for name in scope.names.known() if isinstance(scope.names.variable(name), Draft)]
            cause = f"aucune donnée ne s'appelle {quoted(written)}."
            self.report.add("nom-inconnu", place, cause, nearest(written, known))
            return ""
        period, other = (d.node.items.get("periode") for d in (draft, found))
        if draft.level != "personne" or found.level != "personne" or found.name == draft.name:
            cause = "« meme_revenu » relie deux revenus d'une même personne."
            self.report.add("structure", place, cause, "Nommer une autre donnée de personne.")
        elif {n.text if isinstance(n, Scalar) else "" for n in (period, other)} != {"mois"}:
            cause = "« meme_revenu » relie deux revenus par mois."
            self.report.add("periode", place, cause, "Écrire « periode: mois ».")
        return found.name

    def _path(self, draft: Draft) -> str:
        path = self.nodes.text(draft.node, "profil")
        match = _PATH.match(path)
        taken = path.split(".")[0] == BLOCK
        if path and (match is None or "__" in path or taken or bool(match[1]) != (draft.level == "personne")):
            self.report.add(
                "nom",
                draft.node.items["profil"].position,
                f"{quoted(path)} n'est pas une place du profil.",
                "Par exemple logement.statut, ou personnes[].role pour une donnée de personne.",
            )
        return path

    def _sensitivity(self, node: Mapping) -> Sensitivity:
        written = node.items.get("sensible")
        if isinstance(written, Scalar) and written.text == "privee":
            return "private"
        return "sensitive" if self._flag(node, "sensible", "true, privee ou false") else "neutral"

    def _flag(self, node: Mapping, key: str, choices: str = "true ou false") -> bool:
        written = node.items.get(key)
        value = written.value if isinstance(written, Scalar) else None
        if written is not None and not isinstance(value, bool):
            self.report.add("structure", written.position, f"{quoted(key)} est {choices}.")
        return value is True

    def _whole(self, draft: Draft, minimum: float | None, maximum: float | None) -> bool:
        """Whether only the whole numbers between two others answer the question."""
        whole = self._flag(draft.node, "entier")
        ends = (minimum, maximum)
        if whole and (draft.type != NUMBER or any(end is None or end % 1 for end in ends)):
            cause = "« entier » va avec un nombre dont « minimum » et « maximum » sont entiers."
            self.report.add("structure", draft.node.items["entier"].position, cause, "Ajouter les deux bornes.")
        return whole

    def _monthly_change(self, draft: Draft, period: str) -> float:
        """What the answer gains each month: a number, or a fraction as `1/12`."""
        written = draft.node.items.get("chaque_mois")
        if written is None:
            return 0.0
        found = _FRACTION.match(written.text) if isinstance(written, Scalar) else None
        if found is None or draft.type != NUMBER or period != "constante":
            cause = "« chaque_mois » est ce qu'un nombre constant gagne chaque mois."
            self.report.add("structure", written.position, cause, "chaque_mois: 1/12, avec « periode: constante ».")
            return 0.0
        return float(found[1]) / float(found[2] or 1)

    def _temporary(self, draft: Draft, period: str) -> bool:
        """Whether a « yes » is not kept for later months of right."""
        temporary = self._flag(draft.node, "provisoire")
        if temporary and (draft.type != BOOLEAN or period != "constante"):
            cause = "« provisoire » va avec un oui ou non constant."
            remedy = "type: booleen, periode: constante"
            self.report.add("structure", draft.node.items["provisoire"].position, cause, remedy)
        return temporary

    def _stopped_by(self, draft: Draft, scope: Scope, period: str) -> str:
        """What says that an income has stopped."""
        written = self.nodes.text(draft.node, "interrompu_par")
        if not written or scope.names.broken(written):
            return ""
        place, found = draft.node.items["interrompu_par"].position, scope.names.variable(written)
        if found is None:
            cause = f"rien ne s'appelle {quoted(written)}."
            self.report.add("nom-inconnu", place, cause, nearest(written, scope.names.known()))
            return ""
        if found.type != BOOLEAN or period != "mois" or (found.level, draft.level) == ("personne", "menage"):
            cause = "« interrompu_par » nomme, pour un montant par mois, le oui ou non qui dit qu'il a cessé."
            self.report.add("structure", place, cause, "Nommer un oui ou non de la même personne, ou du foyer.")
        return found.name

    def _policy(self, draft: Draft, scope: Scope) -> tuple[Policy, Expr | None]:
        """What to do without an answer, and the expression that stands for it."""
        unknown = draft.node.items.get("si_inconnu")
        if isinstance(unknown, Scalar) and unknown.text in ("bloquer", "encadrer"):
            return unknown.text, None  # type: ignore[return-value]
        if isinstance(unknown, Mapping) and list(unknown.items) == ["supposer"]:
            self.nodes.text(draft.node, "raison", required=draft.position)
            return "supposer", self._substitute(draft, unknown.items["supposer"], scope)
        self.report.add(
            "manque" if unknown is None else "structure",
            draft.position if unknown is None else unknown.position,
            "« si_inconnu » dit que faire sans réponse.",
            "si_inconnu: bloquer, encadrer, ou {supposer: valeur} avec une « raison ».",
        )
        return "encadrer", None

    def _asked(self, draft: Draft, scope: Scope, default: Expr | None) -> tuple[Expr | None, Expr | None]:
        """When the question applies, and what stands for the answer when it does not."""
        node = draft.node
        otherwise = node.items.get("sinon")
        if "demande_si" not in node.items:
            if otherwise is not None:
                self.report.add("manque", node.keys["sinon"].position, "« sinon » va avec « demande_si ».")
            return None, None
        asked = self.formulas.condition(node.items["demande_si"], scope, "« demande_si » est une condition.")
        if default is not None and otherwise is not None:
            cause = "« supposer » tient lieu de « sinon »."
            self.report.add("structure", otherwise.position, cause, "Enlever « sinon ».")
        elif default is None and otherwise is None:
            self.report.add("manque", draft.position, "« demande_si » va avec « sinon ».", "sinon: 0")
        elif otherwise is not None:
            return asked, self._substitute(draft, otherwise, scope)
        return asked, None

    def _told(self, node: Mapping, scope: Scope) -> Expr | None:
        told = self.formulas.condition(node.items.get("dire_si"), scope, "« dire_si » est une condition.")
        if "dire_si" in node.items and ("sinon" not in node.items or not self.nodes.text(node, "raison")):
            position = node.keys["dire_si"].position
            self.report.add("structure", position, "« dire_si » va avec « sinon » et « raison ».", "Les ajouter.")
        return told

    def _substitute(self, draft: Draft, node: Node, scope: Scope) -> Expr | None:
        """An expression, or the bare name of one of the input's own values."""
        if isinstance(node, Scalar):
            value: float | None = None
            if node.text in draft.values:
                value = float(list(draft.values).index(node.text))
            elif draft.type == CODE and CODE_PATTERN.match(node.text):
                value = float(int(node.text, 36))
            elif draft.type == BOOLEAN and isinstance(node.value, bool):
                value = node.value
            if value is not None:
                return Expr("const", (), draft.type, None, "menage", value, node.position)
        found, _ = self.formulas.read(node, scope)
        if found is None or draft.name in self.formulas.declared.broken:
            return found
        unit = draft.unit or NONE
        if found.type != draft.type:
            cause = f"une valeur de type {type_name(draft.type)} est attendue."
            self.report.add("type", found.position, cause)
        elif found.type == NUMBER and found.unit not in (None, unit, NONE):
            self.report.add("unite", found.position, f"l'unité attendue est {show_unit(unit)}.")
        return found
