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
    BUILTIN_DATES,
    CODE,
    DATE,
    FRENCH_WORDS,
    MAX_SHIFT,
    MONTHS_PER_YEAR,
    NUMBER,
    WINDOWS,
    Declared,
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


def _supposing(call: Call) -> Expr:
    """The value of an expression if some rules or inputs were worth something else."""
    shape = "en_supposant(expression, nom=valeur)"
    if len(call.args) != 1:
        where = call.args[1] if call.args else call.node
        raise call.fail(
            where, "argument", "une expression est attendue, puis des suppositions « nom=valeur ».", f"Écrire {shape}."
        )
    if not call.node.keywords:
        raise call.fail(call.node, "argument", "il n'y a pas de supposition.", f"Écrire {shape}.")
    inner = call.check(0)
    parts: dict[str, Expr] = {}
    for keyword in call.node.keywords:
        part = _supposition(call, keyword)
        if str(part.value) in parts:
            raise call.fail(keyword, "argument", f"{quoted(keyword.arg or '')} est supposé deux fois.", "En garder un.")
        parts[str(part.value)] = part
    return call.make((inner, *parts.values()), inner.type, inner.unit, inner.level)


def _supposition(call: Call, keyword: ast.keyword) -> Expr:
    """One `nom=valeur`: the value that stands for a rule or an input, in its type, its unit and its level."""
    checker, variable = call.checker, _supposed(call, keyword)
    subject = checker.make(keyword, "var", (), variable.type, variable.unit, variable.level, variable.name)
    level: Level = "personne" if variable.level == "personne" else call.level
    value = checker.value_beside(keyword.value, subject, level, call.depth)
    if value.type != variable.type:
        cause = f"un {type_name(variable.type)} est attendu ici, pas un {type_name(value.type)}."
        remedy = f"Supposer une valeur que {quoted(keyword.arg or '')} peut avoir."
        raise call.fail(keyword.value, "type", cause, remedy)
    if variable.type == NUMBER:
        checker.same_unit(keyword.value, subject, value)
    if value.level == "personne" and variable.level != "personne":
        raise call.fail(
            keyword.value,
            "agregation",
            f"{quoted(keyword.arg or '')} a une valeur pour le groupe : elle ne se suppose pas pour chaque personne.",
            "Supposer une valeur du groupe.",
        )
    return checker.make(keyword, "suppose", (value,), variable.type, variable.unit, variable.level, variable.name)


def _supposed(call: Call, keyword: ast.keyword) -> Declared:
    """The rule or the input that a supposition names."""
    scope, name = call.checker.scope, keyword.arg
    if name is None:
        raise call.fail(keyword, "argument", "« ** » n'est pas admis dans un appel.", "Écrire « nom=valeur ».")
    where = ast.Name(
        name,
        lineno=keyword.lineno,
        col_offset=keyword.col_offset,
        end_lineno=keyword.lineno,
        end_col_offset=keyword.col_offset + len(name.encode()),
    )
    if name in scope.broken or scope.names.broken(name):
        raise Rejected
    variable = None if name in scope.locals else scope.names.variable(name)
    if variable is not None:
        return variable
    kind = ""
    if name in scope.locals:
        kind = "une étape"
    elif name in (*BUILTIN_DATES, MONTHS_PER_YEAR):
        kind = "un nom du langage"
    elif scope.names.parameter(name) is not None:
        kind = "un paramètre"
    if kind:
        cause = f"{quoted(name)} est {kind} : seule une règle ou une donnée se suppose."
        raise call.fail(where, "argument", cause, "En faire une règle, que l'expression lit, et la supposer.")
    raise call.fail(
        where,
        "nom-inconnu",
        f"aucune règle ni donnée ne s'appelle {quoted(name)}.",
        nearest(name, scope.names.known()) or "Voir la liste : znr rules show.",
    )


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
    "en_supposant": _supposing,
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
        if name != "en_supposant" and (keyword.arg != "si" or name not in AGGREGATES):
            raise checker.fail(
                keyword,
                "argument",
                f"{name} n'a pas d'argument nommé {quoted(keyword.arg or '**')}.",
                f"Pour comparer, écrire « == ». Seul « si= » existe, dans {', '.join(AGGREGATES)}.",
            )
    return FUNCTIONS[name](Call(checker, node, name, level, depth))
