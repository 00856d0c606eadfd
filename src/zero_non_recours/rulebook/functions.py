"""The functions of the expression language: for each, which arguments it takes and what it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from zero_non_recours.rulebook.checker import ADMITTED, Checker
from zero_non_recours.rulebook.diagnostics import nearest, quoted
from zero_non_recours.rulebook.expressions import (
    AGGREGATES,
    BOOLEAN,
    CODE,
    DATE,
    FRENCH_WORDS,
    MAX_SHIFT,
    NUMBER,
    WINDOWS,
    Expr,
    Level,
    Rejected,
    type_name,
)
from zero_non_recours.rulebook.units import NONE, Unit, multiply, parse_unit, show_unit, unit_remedy

_PREFIX = re.compile(r"[0-9A-Z]{1,5}\Z")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the language, as its own check sees it."""

    checker: Checker
    node: ast.Call
    name: str
    level: Level
    depth: int

    @property
    def args(self) -> list[ast.expr]:
        """The arguments as written."""
        return self.node.args

    def arity(self, low: int, high: int, shape: str) -> None:
        """Refuse a call without the right number of arguments."""
        if not low <= len(self.args) <= high:
            raise self.fail(
                self.node, "argument", f"nombre d'arguments inattendu ({len(self.args)}).", f"Écrire {shape}."
            )

    def check(self, rank: int) -> Expr:
        """The checked expression of an argument."""
        return self.checker.check(self.args[rank], self.level, self.depth)

    def typed(self, rank: int, kind: str) -> Expr:
        """The checked expression of an argument that must be a number or a condition."""
        return self.checker.typed(self.args[rank], kind, self.level, self.depth)

    def fail(self, node: ast.AST, code: str, cause: str, remedy: str = "") -> Rejected:
        """Report an error at a node of the call, and give what to raise."""
        return self.checker.fail(node, code, cause, remedy)

    def make(
        self,
        args: tuple[Expr, ...],
        type: str,
        unit: Unit | None,
        level: Level | None = None,
        value: object = None,
        *,
        op: str = "",
    ) -> Expr:
        """The expression that the call gives, under the function's own name unless told otherwise."""
        return self.checker.make(self.node, op or self.name, args, type, unit, level, value)


def _aggregate(call: Call) -> Expr:
    name, checker = call.name, call.checker
    if call.level == "personne" or checker.scope.entity is None:
        raise call.fail(
            call.node,
            "agregation",
            f"{name}(…) agrège des personnes : il ne s'écrit que dans une règle d'un groupe.",
            "En faire une règle du foyer, puis la nommer ici.",
        )
    call.arity(1, 1, f"{name}(expression) ou {name}(expression, si=condition)")
    wanted = BOOLEAN if name in ("nombre", "au_moins_un", "tous") else NUMBER
    inner = checker.typed(call.args[0], wanted, "personne", call.depth)
    args = [inner, *(checker.typed(k.value, BOOLEAN, "personne", call.depth) for k in call.node.keywords)]
    kind = BOOLEAN if name in ("au_moins_un", "tous") else NUMBER
    unit = NONE if name == "nombre" else inner.unit
    return call.make(tuple(args), kind, unit, "menage", checker.scope.entity)


def _window(call: Call) -> Expr:
    call.arity(2, 2, f"{call.name}(expression, nom_de_la_periode)")
    inner = call.typed(0, BOOLEAN if call.name in ("chaque_mois", "un_mois") else NUMBER)
    period, names = call.args[1], call.checker.scope.names
    name = period.id if isinstance(period, ast.Name) else ""
    if name not in names.windows:
        if name and names.broken(name):
            raise Rejected
        raise call.fail(
            period,
            "periode",
            f"{quoted(name or '…')} n'est pas une période déclarée.",
            nearest(name or "…", names.windows) or "La déclarer sous « periodes ».",
        )
    return call.make((inner,), inner.type, inner.unit, inner.level, names.windows[name])


def _rounding(call: Call) -> Expr:
    call.arity(1, 2, f"{call.name}(x) ou {call.name}(x, décimales)")
    inner = call.typed(0, NUMBER)
    digits = _integer(call, 1, -6, 6) if len(call.args) == 2 else 0
    return call.make((inner,), NUMBER, inner.unit, value=digits)


def _integer(call: Call, rank: int, low: int, high: int) -> int:
    node = call.args[rank]
    value: object = None
    if isinstance(node, ast.Constant):
        value = node.value
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = -node.operand.value if type(node.operand.value) is int else None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise call.fail(node, "argument", f"un entier écrit, entre {low} et {high}, est attendu.")
    return value


def _extremum(call: Call) -> Expr:
    call.arity(2, 10, f"{call.name}(a, b)")
    result: Expr | None = None
    for rank, arg in enumerate(call.args):
        expr = call.check(rank)
        if expr.type != DATE:
            call.checker.require(arg, expr, NUMBER)
        if result is None:
            result = expr
        else:
            if result.type != expr.type:
                raise call.fail(arg, "type", "les arguments doivent être de même type.")
            unit = call.checker.same_unit(arg, result, expr) if expr.type == NUMBER else None
            result = call.make((result, expr), expr.type, unit)
    assert result is not None
    return result


def _abs(call: Call) -> Expr:
    call.arity(1, 1, "abs(x)")
    inner = call.typed(0, NUMBER)
    return call.make((inner,), NUMBER, inner.unit)


def _elapsed(call: Call) -> Expr:
    call.arity(2, 2, f"{call.name}(date_de_debut, date_de_fin)")
    args = (call.check(0), call.check(1))
    for arg, expr in zip(call.args, args, strict=True):
        if expr.type != DATE:
            raise call.fail(arg, "type", f"une date est attendue ici, pas un {type_name(expr.type)}.")
    return call.make(args, NUMBER, parse_unit("an" if call.name == "annees_entre" else "mois"))


def _starts_with(call: Call) -> Expr:
    call.arity(2, 2, 'commence_par(code_insee, "976")')
    code, prefix = call.check(0), call.args[1]
    if code.type != CODE:
        raise call.fail(call.args[0], "type", "un code est attendu ici.")
    if not (isinstance(prefix, ast.Constant) and isinstance(prefix.value, str) and _PREFIX.match(prefix.value)):
        raise call.fail(prefix, "texte", "un début de code est attendu, entre guillemets.", 'Par exemple "976".')
    return call.make((code,), BOOLEAN, None, value=prefix.value, op="prefix")


def _scale(call: Call) -> Expr:
    """`bareme` sums rates by bracket; `tranche` gives the amount, or the rate, of the bracket where x stands."""
    call.arity(2, 2, f"{call.name}(parametre, x)")
    name, full, table = call.checker.parameter(call.args[0])
    if table is None or table.kind != "bareme":
        raise call.fail(
            call.args[0],
            "parametre",
            f"{quoted(name)} n'est pas un barème.",
            nearest(name, call.checker.scope.names.known()),
        )
    if call.name == "bareme" and table.amounts:
        raise call.fail(
            call.args[0],
            "parametre",
            f"{quoted(name)} donne un montant par tranche, pas des taux.",
            f"Écrire tranche({name}, x).",
        )
    inner = call.typed(1, NUMBER)
    if inner.unit is not None and inner.unit != table.input_unit:
        raise call.fail(
            call.args[1],
            "unite",
            f"le barème se lit en {show_unit(table.input_unit)}, pas en {show_unit(inner.unit)}.",
            unit_remedy(inner.unit, table.input_unit),
        )
    unit = multiply(table.unit, table.input_unit) if call.name == "bareme" else table.unit
    return call.make((inner,), NUMBER, unit, value=full)


def _shifted(call: Call) -> Expr:
    call.arity(2, 2, "mois(expression, -1)")
    inner = call.check(0)
    return call.make((inner,), inner.type, inner.unit, inner.level, _integer(call, 1, -MAX_SHIFT, 12))


def _of_right(call: Call) -> Expr:
    call.arity(1, 1, "droit(expression)")
    inner = call.check(0)
    return call.make((inner,), inner.type, inner.unit, inner.level)


def _names_input(call: Call, expr: Expr) -> bool:
    declared = call.checker.scope.names.variable(str(expr.value)) if expr.op == "var" else None
    return declared is not None and declared.is_input


def _year(call: Call) -> Expr:
    call.arity(2, 2, "annee(donnee, -2)")
    inner = call.check(0)
    shift = _integer(call, 1, -10, 1)
    if not _names_input(call, inner) or inner.type != NUMBER or inner.unit is None:
        raise call.fail(
            call.args[0],
            "argument",
            "annee(…) lit le total d'une année d'une donnée du profil.",
            "Nommer directement une donnée : annee(revenus_locatifs, -2).",
        )
    monthly = dict(inner.unit).get("mois") == -1
    unit = multiply(inner.unit, parse_unit("mois/an")) if monthly else inner.unit
    return call.make((), NUMBER, unit, inner.level, (inner.value, shift))


def _answer(call: Call) -> Expr:
    """The first argument, which must be an input of the profile, or the year total of one."""
    subject = call.check(0)
    if subject.op != "annee" and not _names_input(call, subject):
        raise call.fail(
            call.args[0],
            "argument",
            f"{call.name}(…) ne s'applique qu'à une donnée du profil.",
            "Nommer directement une donnée, ou annee(donnee, -2).",
        )
    return subject


def _known(call: Call) -> Expr:
    call.arity(1, 1, "connu(donnee)")
    return call.make((_answer(call),), BOOLEAN, None)


def _if_known(call: Call) -> Expr:
    call.arity(2, 2, "si_connu(donnee, valeur_sinon)")
    subject = _answer(call)
    other = call.checker.value_beside(call.args[1], subject, call.level, call.depth)
    if other.type != subject.type:
        raise call.fail(call.args[1], "type", f"un {type_name(subject.type)} est attendu ici.")
    unit = call.checker.same_unit(call.node, subject, other) if subject.type == NUMBER else None
    return call.make((subject, other), subject.type, unit)


FUNCTIONS: dict[str, Callable[[Call], Expr]] = {
    **dict.fromkeys(AGGREGATES, _aggregate),
    **dict.fromkeys(WINDOWS, _window),
    **dict.fromkeys(("round", "floor", "ceil"), _rounding),
    "min": _extremum,
    "max": _extremum,
    "abs": _abs,
    "annees_entre": _elapsed,
    "mois_entre": _elapsed,
    "commence_par": _starts_with,
    "bareme": _scale,
    "tranche": _scale,
    "mois": _shifted,
    "annee": _year,
    "droit": _of_right,
    "si_connu": _if_known,
    "connu": _known,
}
"""How a call is checked, by the function's name."""


def check_call(checker: Checker, node: ast.Call, level: Level, depth: int) -> Expr:
    """The checked expression of a call of a function of the language."""
    listed = f"Fonctions : {', '.join(FUNCTIONS)}."
    if not isinstance(node.func, ast.Name):
        raise checker.fail(node, "fonction", "seules les fonctions de la liste s'appellent.", listed)
    name = node.func.id
    if name not in FUNCTIONS:
        raise checker.fail(
            node.func,
            "fonction",
            f"{quoted(name)} n'est pas une fonction du langage.",
            f"Écrire « {FRENCH_WORDS[name]} »." if name in FRENCH_WORDS else nearest(name, FUNCTIONS) or listed,
        )
    if any(isinstance(arg, ast.Starred) for arg in node.args):
        raise checker.fail(node, "construction-interdite", "« * » n'est pas admis dans un appel.", ADMITTED)
    for keyword in node.keywords:
        if keyword.arg != "si" or name not in AGGREGATES:
            raise checker.fail(
                keyword,
                "argument",
                f"{name} n'a pas d'argument nommé {quoted(keyword.arg or '**')}.",
                f"Pour comparer, écrire « == ». Seul « si= » existe, dans {', '.join(AGGREGATES)}.",
            )
    return FUNCTIONS[name](Call(checker, node, name, level, depth))
