"""Reads one law of a prior: quantiles of a number or a date, shares of the values of a choice, a share of yes."""

from __future__ import annotations

from typing import cast, get_args

from zero_non_recours.rulebook.diagnostics import Report, nearest, quoted
from zero_non_recours.rulebook.expressions import BOOLEAN, DATE, NUMBER, Expr, type_name
from zero_non_recours.rulebook.model import Law, Sureness, Variable
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Node, Scalar
from zero_non_recours.rulebook.words import show_number

_FORMS = {
    "quantiles": "un nombre s'écrit « quantiles: {0: 100, 0.5: 400, 1: 900} »",
    "mois_avant": "une date s'écrit « mois_avant: {0: 6, 1: 240} »",
    "oui": "un oui ou non s'écrit « oui: 0.1 »",
    "parts": "un choix ou un nombre entier s'écrit « parts: {a: 0.4, b: 0.6} »",
}
"""How a law is written, by what it is the law of."""
LAW_KEYS = {"si", "nul", *_FORMS, "source", "surete"}
_SURENESS: tuple[str, ...] = get_args(Sureness)
_TOLERANCE = 1e-6
_MAX_VALUE = 1e12
_MONTHS = (-120.0, 1_500.0)
"""How far from the month of right a date may be drawn."""

Points = tuple[tuple[float, float], ...]


class LawReader:
    """Reads the distribution that a law gives to an input; what is not one goes to the report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.nodes = NodeReader(report)

    def read(self, node: Mapping, variable: Variable, condition: Expr | None) -> Law:
        """The law of an input, whose condition is read already."""
        form = _form_of(variable)
        body = node.items.get(form)
        self._check_form(node, variable, form)
        quantiles: Points = ()
        shares: Points = ()
        if form == "oui" and body is not None:
            yes = self._probability(body)
            shares = () if yes is None else _possible({1.0: yes, 0.0: 1 - yes})
        elif form == "parts" and isinstance(body, Mapping):
            shares = self._shares(body, variable)
        elif form in ("quantiles", "mois_avant") and isinstance(body, Mapping):
            quantiles = self._quantiles(body, variable)
        source = self.nodes.text(node, "source", required=node.position)
        return Law(condition, self._zero(node, variable), quantiles, shares, source, self._sureness(node))

    def _check_form(self, node: Mapping, variable: Variable, form: str) -> None:
        """Report a law that is not written as the type of its input asks."""
        wrong = [key for key in _FORMS if key in node.items and key != form]
        remedy = f"Pour {quoted(variable.name)}, {_FORMS[form]}." if form else "Enlever cet a priori."
        kind = type_name(variable.type) + (" entier" if variable.whole else "")
        for key in wrong:
            cause = f"{quoted(key)} n'est pas la loi d'un {kind}."
            self.report.add("type", node.keys[key].position, cause, remedy)
        if not form and not wrong:
            self.report.add("type", node.position, f"un {kind} n'a pas d'a priori.", remedy)
        elif form not in node.items and not wrong:
            self.report.add("manque", node.position, f"il manque {quoted(form)}.", remedy)
        elif form in node.items and form != "oui" and not isinstance(node.items[form], Mapping):
            cause = f"{quoted(form)} est une suite de « … : … »."
            self.report.add("structure", node.items[form].position, cause, remedy)

    def _quantiles(self, body: Mapping, variable: Variable) -> Points:
        """Shares and values, both in order; a value stays within the bounds of the input."""
        found: list[tuple[float, float]] = []
        for key, node in body.items.items():
            share, value = _number(body.keys[key]), _number(node)
            if share is None or value is None:
                place = body.keys[key].position if share is None else node.position
                self.report.add(
                    "structure",
                    place,
                    "un nombre est attendu, sous mille milliards.",
                    f"Par exemple {_FORMS['quantiles']}.",
                )
                return ()
            if found and not (share > found[-1][0] and value >= found[-1][1]):
                cause = "les parts croissent, et les valeurs ne décroissent pas."
                self.report.add("a-priori", body.keys[key].position, cause, "Les écrire dans l'ordre.")
            self._check_bounds(value, node, variable)
            found.append((share, value))
        if not found or (found[0][0], found[-1][0]) != (0, 1):
            cause = "les quantiles vont de la part 0 (le plus petit) à la part 1 (le plus grand)."
            self.report.add("a-priori", body.position, cause, "Ajouter 0 et 1.")
        return tuple(found)

    def _shares(self, body: Mapping, variable: Variable) -> Points:
        """The probability of each value: all those of a choice, or whole numbers."""
        found: dict[float, float] = {}
        for key, node in body.items.items():
            share = self._probability(node)
            value = self._value(body.keys[key], variable)
            if share is None or value is None:
                return ()
            found[value] = share
        forgotten = [value for value in variable.values if value not in body.items]
        if forgotten:
            cause = f"il manque la part de {', '.join(quoted(value) for value in forgotten[:8])}."
            self.report.add("a-priori", body.position, cause, "Écrire 0 pour une valeur impossible.")
        elif abs(sum(found.values()) - 1) > _TOLERANCE:
            total = show_number(round(sum(found.values()), 9))
            self.report.add("a-priori", body.position, f"la somme des parts est {total}, pas 1.", "Corriger une part.")
        return _possible(found)

    def _value(self, key: Scalar, variable: Variable) -> float | None:
        """A value as the engine holds it: the rank of a choice, or a whole number."""
        if variable.values:
            if key.text in variable.values:
                return float(list(variable.values).index(key.text))
            cause = f"{quoted(key.text)} n'est pas une valeur de {quoted(variable.name)}."
            self.report.add("valeur-inconnue", key.position, cause, nearest(key.text, variable.values))
            return None
        value = _number(key)
        if value is None or value % 1:
            self.report.add("structure", key.position, "un nombre entier est attendu.", "parts: {1: 0.2, 2: 0.8}")
            return None
        self._check_bounds(value, key, variable)
        return value

    def _zero(self, node: Mapping, variable: Variable) -> float:
        """The share of zeros of a number."""
        written = node.items.get("nul")
        if written is None:
            return 0.0
        zero = self._probability(written)
        if _form_of(variable) != "quantiles":
            cause = "« nul » est la part des zéros d'un nombre."
            self.report.add("type", node.keys["nul"].position, cause, "L'enlever.")
        elif zero == 1:
            self.report.add("a-priori", written.position, "« nul » reste sous 1.", "Un inconnu n'est pas un zéro.")
        else:
            self._check_bounds(0.0, written, variable)
        return zero or 0.0

    def _sureness(self, node: Mapping) -> Sureness:
        written = self.nodes.text(node, "surete", required=node.position)
        if written and written not in _SURENESS:
            remedy = nearest(written, _SURENESS) or f"Valeurs : {', '.join(_SURENESS)}."
            cause = f"{quoted(written)} ne dit pas une sûreté."
            self.report.add("valeur-inconnue", node.items["surete"].position, cause, remedy)
        return cast(Sureness, written)

    def _probability(self, node: Node) -> float | None:
        value = _number(node)
        if value is None or not 0 <= value <= 1:
            self.report.add("a-priori", node.position, "une part est un nombre de 0 à 1.", "Écrire 0.25 pour 25 %.")
            return None
        return value

    def _check_bounds(self, value: float, node: Node, variable: Variable) -> None:
        """Report a value that the input cannot have, or a date before or after any that a file could hold."""
        low, high = _MONTHS if variable.type == DATE else (variable.minimum, variable.maximum)
        if low is not None and value < low:
            cause = f"cette valeur est sous le minimum de {quoted(variable.name)}, {show_number(low)}."
        elif high is not None and value > high:
            cause = f"cette valeur dépasse le maximum de {quoted(variable.name)}, {show_number(high)}."
        else:
            return
        self.report.add("a-priori", node.position, cause, "Rester dans les bornes, ou les changer.")


def _form_of(variable: Variable) -> str:
    """How the law of an input is written, `""` for one that has none."""
    if variable.values or variable.whole:
        return "parts"
    return {NUMBER: "quantiles", DATE: "mois_avant", BOOLEAN: "oui"}.get(variable.type, "")


def _number(node: Node) -> float | None:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _MAX_VALUE:
        return None
    return float(value)


def _possible(shares: dict[float, float]) -> Points:
    """The values that may be drawn."""
    return tuple((value, share) for value, share in shares.items() if share > 0)
