"""Says a checked expression in French, with the labels of rules and parameters or with their values."""

from __future__ import annotations

import math
from collections.abc import Callable

from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.units import show_unit

ValueOf = Callable[[Expr], str | None]

_CHOICE, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_LEVELS = {
    **dict.fromkeys(("if", "en_supposant"), _CHOICE),
    "or": _OR,
    "and": _AND,
    "not": _NOT,
    **dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne", "prefix", "connu"), _COMPARE),
    **dict.fromkeys(("add", "sub"), _SUM),
    **dict.fromkeys(("mul", "div"), _PRODUCT),
    "neg": _SIGN,
}
_SYMBOLS = {
    "add": "+",
    "sub": "−",
    "mul": "×",
    "div": "/",
    "lt": "<",
    "le": "≤",
    "gt": ">",
    "ge": "≥",
    "eq": "=",
    "ne": "≠",
}
_STEPS = {
    0: ("à l'unité", "e"),
    1: ("au dixième", ""),
    2: ("au centième", ""),
    3: ("au millième", ""),
    4: ("au dix-millième", ""),
    5: ("au cent-millième", ""),
    6: ("au millionième", ""),
    -1: ("à la dizaine", "e"),
    -2: ("à la centaine", "e"),
    -3: ("au millier", ""),
}
_NOUNS = {
    **dict.fromkeys(("trimestre", "semestre", "mois", "foyer", "ménage", "menage", "logement"), ("le ", "du ")),
    **dict.fromkeys(("période", "periode", "famille"), ("la ", "de la ")),
    **dict.fromkeys(("année", "annee"), ("l'", "de l'")),
}
_YEARS = {0: "de l'année en cours", -1: "de l'année précédente", -2: "de l'avant-dernière année"}
_AMBIGUOUS = (" et ", " ou ", ",", ";", "(", " si ", " sinon ", " + ", " − ", " × ", " : ")
_ELSEWHERE = (*ex.WINDOWS, *ex.AGGREGATES, "mois", "droit", "en_supposant")
"""What is inside is read at another month, for each person or under a supposition: never with the values of here."""
_ASKED = (*_ELSEWHERE, "var", "step", "param", "table", "bareme", "tranche", "annee", "si_connu")


def formula_in_words(expr: Expr, rulebook: Rulebook) -> str:
    """A formula with the labels of what it names: « Montant forfaitaire − le plus grand de (0 ; Ressources) »."""
    return _Speaker(rulebook, None).say(expr)


def formula_with_values(expr: Expr, rulebook: Rulebook, value_of: ValueOf) -> str:
    """The same formula with numbers in place of labels: « 635,71 € − le plus grand de (0 ; 120 €) ».

    `value_of` is asked for variables, steps, parameters, tables, scales, years and answers, and for whole means,
    sums over persons, values of another month and suppositions; where it returns `None`, the words stay. What stands
    inside one of these belongs to other months or persons, or to what is supposed, so it is never asked for alone.
    """
    return _Speaker(rulebook, value_of).say(expr)


def supposition_in_words(name: str, value: Expr, rulebook: Rulebook) -> str:
    """What a supposition says of one name: « Personnes à charge = 2 », « Statut est « locataire » »."""
    return _Speaker(rulebook, None).supposition(name, value)


def show_number(value: float, digits: int | None = None) -> str:
    r"""A number as written in French; without `digits`, as many decimals as it has, nine at most.

    >>> show_number(0.61), show_number(1234.5, 2), show_number(-3.0)
    ('0,61', '1\u202f234,50', '−3')
    """
    if not math.isfinite(value):
        return "inconnu" if math.isnan(value) else "sans limite"
    text = f"{abs(value):,.{9 if digits is None else digits}f}"
    if digits is None:
        text = text.rstrip("0").rstrip(".")
    negative = value < 0 and text.strip("0.,") != ""
    return ("−" if negative else "") + text.replace(",", "\u202f").replace(".", ",")


def the(label: str) -> str:
    """A label after its article when its first word is known: « le trimestre de référence »."""
    return _articled(label, 0, "la période ")


def of_the(label: str) -> str:
    """A label after « du », « de la » or « de l' »: « du foyer »."""
    return _articled(label, 1, "de ")


def _articled(label: str, which: int, fallback: str) -> str:
    words = label.replace("_", " ")
    lowered = words[:1].lower() + words[1:]
    first = lowered.split(" ", 1)[0]
    if first not in _NOUNS:
        return f"{fallback}« {words} »"
    return _NOUNS[first][which] + lowered


class _Speaker:
    def __init__(self, rulebook: Rulebook, value_of: ValueOf | None) -> None:
        self.rulebook = rulebook
        self.value_of = value_of

    # -- leaves and levels --------------------------------------------------------------------------

    def say(self, expr: Expr, level: int = _CHOICE) -> str:
        """The words of an expression, between parentheses when it binds less than its place asks."""
        if self.value_of is not None and expr.op in _ASKED:
            value = self.value_of(expr)
            if value is not None:
                return f"({value})" if value[:1] in "-−" and level > _SUM else value
            if expr.op in _ELSEWHERE:
                return _Speaker(self.rulebook, None).say(expr, level)
        text = getattr(self, f"_{expr.op}", self._leaf)(expr)
        own = _LEVELS.get(expr.op, _ATOM)
        if expr.op == "const" and text.startswith("−"):
            own = _SIGN
        return f"({text})" if own < level else text

    def inside(self, expr: Expr) -> str:
        """The words of an expression as one block."""
        text = self.say(expr)
        return text if _LEVELS.get(expr.op, _ATOM) == _ATOM and " ; " not in text else f"({text})"

    def label(self, text: str) -> str:
        """A label, between quotes when its own words could be taken for those of the formula."""
        return f"“{text}”" if any(mark in text for mark in _AMBIGUOUS) else text

    def parameter(self, name: str) -> str:
        """The label of a parameter, or its name when it has none (a table)."""
        found = self.rulebook.parameters.get(name)
        return self.label(found.label.rstrip(".") if found is not None and found.label else name)

    def choice(self, expr: Expr) -> str:
        """A written value: « Caf », 38185."""
        values = list(self.rulebook.variables[expr.type].values.values())
        return f"« {values[int(expr.value)]} »"  # type: ignore[call-overload]

    def _leaf(self, expr: Expr) -> str:
        raise AssertionError(f"no words for {expr.op}")

    def _const(self, expr: Expr) -> str:
        if expr.type == ex.BOOLEAN:
            return "vrai" if expr.value else "faux"
        number = float(expr.value)  # type: ignore[arg-type]
        if expr.type == ex.CODE:
            digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            rest, text = int(number), ""
            for _ in range(5):
                rest, digit = divmod(rest, 36)
                text = digits[digit] + text
            return text
        return show_number(number) if expr.type == ex.NUMBER else self.choice(expr)

    def _var(self, expr: Expr) -> str:
        return self.label(self.rulebook.variables[str(expr.value)].label)

    def _step(self, expr: Expr) -> str:
        return self.label(expr.value[1])  # type: ignore[index]

    def _param(self, expr: Expr) -> str:
        return self.parameter(str(expr.value))

    def _table(self, expr: Expr) -> str:
        return f"{self.parameter(expr.value[0])} selon {self.inside(expr.args[0])}"  # type: ignore[index]

    def _day(self, expr: Expr) -> str:
        return "premier jour du mois" if expr.value == "debut_mois" else "dernier jour du mois"

    # -- arithmetic and conditions ------------------------------------------------------------------

    def _infix(self, expr: Expr, level: int, right: int) -> str:
        first, other = self.say(expr.args[0], level), self.say(expr.args[1], right)
        if other[:1] in "-−" and expr.op in ("add", "sub"):
            other = f"({other})"
        return f"{first} {_SYMBOLS[expr.op]} {other}"

    def _add(self, expr: Expr) -> str:
        return self._infix(expr, _SUM, _SUM)

    def _sub(self, expr: Expr) -> str:
        return self._infix(expr, _SUM, _PRODUCT)

    def _mul(self, expr: Expr) -> str:
        return self._infix(expr, _PRODUCT, _PRODUCT if expr.args[1].op == "mul" else _SIGN)

    def _div(self, expr: Expr) -> str:
        return self._infix(expr, _PRODUCT, _SIGN)

    def _neg(self, expr: Expr) -> str:
        return f"−{self.say(expr.args[0], _ATOM)}"

    def _compare(self, expr: Expr) -> str:
        return self._infix(expr, _SUM, _SUM)

    _lt = _le = _gt = _ge = _compare

    def _eq(self, expr: Expr) -> str:
        first, second = expr.args
        if first.type in self.rulebook.variables:
            word = "est" if expr.op == "eq" else "n'est pas"
            return f"{self.say(first, _SUM)} {word} {self.say(second, _SUM)}"
        return self._compare(expr)

    _ne = _eq

    def _one_of(self, expr: Expr) -> tuple[Expr, list[str]] | None:
        """The subject and the values of « x in ("a", "b") »."""
        if expr.op != "or" or any(a.op != "eq" or a.args[1].op != "const" for a in expr.args):
            return None
        subject = expr.args[0].args[0]
        if any(a.args[0] is not subject for a in expr.args):
            return None
        return subject, [self.say(a.args[1]) for a in expr.args]

    def _or(self, expr: Expr) -> str:
        if (found := self._one_of(expr)) is not None:
            subject, values = found
            return f"{self.say(subject, _SUM)} est {', '.join(values[:-1])} ou {values[-1]}"
        return " ou ".join(self.say(a, _AND) for a in expr.args)

    def _and(self, expr: Expr) -> str:
        return " et ".join(self.say(a, _NOT) for a in expr.args)

    def _not(self, expr: Expr) -> str:
        inner = expr.args[0]
        if (found := self._one_of(inner)) is not None:
            subject, values = found
            return f"{self.say(subject, _SUM)} n'est ni {' ni '.join(values)}"
        if inner.op == "eq" and inner.args[0].type in self.rulebook.variables:
            return f"{self.say(inner.args[0], _SUM)} n'est pas {self.say(inner.args[1], _SUM)}"
        return f"non ({self.say(inner)})"

    def _if(self, expr: Expr) -> str:
        test, first, second = expr.args
        other = self.say(second)
        return f"si {self.say(test, _OR)} alors {self.say(first, _OR)} sinon {other}"

    def _extremum(self, expr: Expr) -> str:
        args: list[Expr] = []
        current = expr
        while current.op == expr.op:
            args.append(current.args[1])
            current = current.args[0]
        listed = " ; ".join(self.say(a) for a in (current, *reversed(args)))
        return f"le plus {'grand' if expr.op == 'max' else 'petit'} de ({listed})"

    _min = _max = _extremum

    def _abs(self, expr: Expr) -> str:
        return f"valeur absolue de ({self.say(expr.args[0])})"

    def _rounding(self, expr: Expr) -> str:
        digits = int(expr.value)  # type: ignore[call-overload]
        where, feminine = _STEPS.get(digits, (f"à 10^{-digits}", ""))
        if expr.unit and show_unit(expr.unit).startswith("€") and digits in (0, 2):
            where, feminine = ("à l'euro", "") if digits == 0 else ("au centime", "")
        side = {"floor": f" inférieur{feminine}", "ceil": f" supérieur{feminine}"}.get(expr.op, "")
        return f"arrondi {where}{side} de ({self.say(expr.args[0])})"

    _round = _floor = _ceil = _rounding

    # -- functions ----------------------------------------------------------------------------------

    def _annees_entre(self, expr: Expr) -> str:
        return f"années entre ({self.say(expr.args[0])} ; {self.say(expr.args[1])})"

    def _mois_entre(self, expr: Expr) -> str:
        return f"mois entre ({self.say(expr.args[0])} ; {self.say(expr.args[1])})"

    def _prefix(self, expr: Expr) -> str:
        return f"{self.say(expr.args[0], _SUM)} commence par {expr.value}"

    def _bareme(self, expr: Expr) -> str:
        return f"barème {self.parameter(str(expr.value))} appliqué à ({self.say(expr.args[0])})"

    def _tranche(self, expr: Expr) -> str:
        return f"tranche de {self.parameter(str(expr.value))} pour ({self.say(expr.args[0])})"

    def _mois(self, expr: Expr) -> str:
        shift = int(expr.value)  # type: ignore[call-overload]
        if shift == 0:
            return self.say(expr.args[0], _ATOM)
        side = "plus tôt" if shift < 0 else "plus tard"
        return f"{self.inside(expr.args[0])} {'du mois précédent' if shift == -1 else f'{abs(shift)} mois {side}'}"

    def _droit(self, expr: Expr) -> str:
        return f"{self.inside(expr.args[0])} au mois du droit"

    def _annee(self, expr: Expr) -> str:
        name, shift = expr.value  # type: ignore[misc]
        label = self.label(self.rulebook.variables[name].label)
        side = "tôt" if shift < 0 else "tard"
        return f"{label} {_YEARS.get(shift, f'de {abs(shift)} années plus {side}')}"

    def _connu(self, expr: Expr) -> str:
        return f"{self.say(expr.args[0], _SUM)} est connu"

    def _si_connu(self, expr: Expr) -> str:
        return f"({self.say(expr.args[0])}, ou {self.say(expr.args[1])} sans réponse)"

    def _en_supposant(self, expr: Expr) -> str:
        supposed = " et ".join(self.supposition(str(part.value), part.args[0]) for part in expr.args[1:])
        return f"{self.say(expr.args[0], _ATOM)}, en supposant {supposed}"

    def supposition(self, name: str, value: Expr) -> str:
        """What a name is worth there."""
        sign = "est" if value.type in self.rulebook.variables else "="
        return f"{self.label(self.rulebook.variables[name].label)} {sign} {self.say(value, _SUM)}"

    def _window(self, expr: Expr) -> str:
        window = self.rulebook.windows[str(expr.value)]
        period = the(window.label or window.name)
        if expr.op in ("chaque_mois", "un_mois"):
            return f"{self.inside(expr.args[0])} {ex.WINDOWS[expr.op]} sur {period}"
        return f"{expr.op} sur {period} de ({self.say(expr.args[0])})"

    _moyenne = _total = _chaque_mois = _un_mois = _window

    def _persons(self, expr: Expr) -> str:
        entity = of_the(str(expr.value))
        chosen = f" où ({self.say(expr.args[1])})" if len(expr.args) > 1 else ""
        return f"{entity}{chosen}"

    def _somme(self, expr: Expr) -> str:
        return f"somme pour les personnes {self._persons(expr)} de ({self.say(expr.args[0])})"

    def _nombre(self, expr: Expr) -> str:
        return f"nombre de personnes {self._persons(expr)} avec ({self.say(expr.args[0])})"

    def _au_moins_un(self, expr: Expr) -> str:
        return f"au moins une personne {self._persons(expr)} avec ({self.say(expr.args[0])})"

    def _tous(self, expr: Expr) -> str:
        return f"chaque personne {self._persons(expr)} avec ({self.say(expr.args[0])})"

    def _plus_grand(self, expr: Expr) -> str:
        return f"le plus grand, pour les personnes {self._persons(expr)}, de ({self.say(expr.args[0])})"

    def _plus_petit(self, expr: Expr) -> str:
        return f"le plus petit, pour les personnes {self._persons(expr)}, de ({self.say(expr.args[0])})"
