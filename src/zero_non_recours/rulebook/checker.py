"""Checks a syntax tree against the language: operators and names; gives each node its type, unit and level."""

from __future__ import annotations

import ast
from collections.abc import Callable

from zero_non_recours.rulebook.diagnostics import nearest, quoted
from zero_non_recours.rulebook.expression_text import Text
from zero_non_recours.rulebook.expressions import (
    BOOLEAN,
    BUILTIN_DATES,
    CODE,
    CODE_PATTERN,
    DATE,
    MONTHS_PER_YEAR,
    NUMBER,
    TEXT,
    Declared,
    Expr,
    Level,
    Rejected,
    Scope,
    Table,
    type_name,
)
from zero_non_recours.rulebook.units import NONE, Unit, invert, multiply, parse_unit, show_unit, unit_remedy

MAX_EXPRESSION_DEPTH = 40
MAX_POWER = 9

_ARITHMETIC = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
_COMPARE = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
ADMITTED = (
    "Expressions admises : nombres, noms, + - * /, comparaisons, and/or/not, « a if c else b » "
    "et les fonctions de la liste."
)
_CONSTRUCTS = {
    ast.Lambda: "« lambda »",
    ast.ListComp: "une liste en compréhension",
    ast.GeneratorExp: "une suite en compréhension",
    ast.SetComp: "un ensemble en compréhension",
    ast.DictComp: "un dictionnaire en compréhension",
    ast.JoinedStr: 'une chaîne f"…"',
    ast.NamedExpr: "« := »",
    ast.Await: "« await »",
    ast.Yield: "« yield »",
    ast.Starred: "« * »",
    ast.Dict: "un dictionnaire",
    ast.List: "une liste",
    ast.Tuple: "une suite de valeurs",
    ast.Set: "un ensemble",
    ast.UnaryOp: "cet opérateur",
}


class Checker:
    """Checks one expression; the first error is reported and raises `Rejected`."""

    def __init__(self, text: Text, scope: Scope, check_call: Callable[[Checker, ast.Call, Level, int], Expr]) -> None:
        self.text = text
        self.scope = scope
        self.check_call = check_call

    def check(self, node: ast.expr, level: Level, depth: int) -> Expr:
        """The checked expression of a node, read for a person or for the household."""
        if depth > MAX_EXPRESSION_DEPTH:
            raise self.fail(
                node,
                "expression-trop-profonde",
                f"plus de {MAX_EXPRESSION_DEPTH} niveaux imbriqués.",
                "Couper en étapes (« avec »).",
            )
        depth += 1
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name() | ast.Attribute():
                return self._name(node, level)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.typed(operand, NUMBER, level, depth)
                return self.make(node, "neg", (inner,), NUMBER, inner.unit)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.make(node, "not", (self.typed(operand, BOOLEAN, level, depth),), BOOLEAN, None)
            case ast.BoolOp(op=op, values=values):
                name = "and" if isinstance(op, ast.And) else "or"
                args = tuple(self.typed(value, BOOLEAN, level, depth) for value in values)
                return self.make(node, name, args, BOOLEAN, None)
            case ast.BinOp():
                return self._binary(node, level, depth)
            case ast.Compare():
                return self._compare(node, level, depth)
            case ast.IfExp():
                return self._conditional(node, level, depth)
            case ast.Call():
                return self.check_call(self, node, level, depth)
            case ast.Subscript():
                return self._subscript(node, level, depth)
            case _:
                construct = _CONSTRUCTS.get(type(node), "cette construction")
                raise self.fail(
                    node, "construction-interdite", f"{construct} n'est pas admis dans une règle.", ADMITTED
                )

    def check_result(self, node: ast.expr, level: Level, depth: int) -> Expr:
        """The checked expression of a whole formula; where it gives an enumeration, a text is one of its values."""
        gives = self.scope.gives
        if gives is None:
            return self.check(node, level, depth)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._value(node, node.value, gives)
        if isinstance(node, ast.IfExp) and depth <= MAX_EXPRESSION_DEPTH:
            return self._conditional(node, level, depth + 1, self.check_result)
        return self.check(node, level, depth)

    # -- what the functions of the language need too --------------------------------------------------

    def fail(self, node: ast.AST, code: str, cause: str, remedy: str = "") -> Rejected:
        """Report an error at a node, and give what to raise."""
        self.scope.report.add(code, self.text.locate(node), cause, remedy)
        return Rejected()

    def make(
        self,
        node: ast.AST,
        op: str,
        args: tuple[Expr, ...],
        type: str,
        unit: Unit | None,
        level: Level | None = None,
        value: object = None,
    ) -> Expr:
        """An expression placed at a node; without a level, that of its arguments."""
        if level is None:
            level = "personne" if any(arg.level == "personne" for arg in args) else "menage"
        return Expr(op, args, type, unit, level, value, self.text.locate(node))

    def typed(self, node: ast.expr, kind: str, level: Level, depth: int) -> Expr:
        """The checked expression of a node that must be a number or a condition."""
        return self.require(node, self.check(node, level, depth), kind)

    def require(self, node: ast.AST, expr: Expr, kind: str) -> Expr:
        """The expression itself, or an error when it is not a number, or not a condition."""
        if expr.type == kind:
            return expr
        if kind == NUMBER:
            expected = "un nombre est attendu"
            remedy = "Compter avec nombre(…) ou choisir avec « a if condition else b »."
        else:
            expected = "une condition (vrai/faux) est attendue"
            remedy = 'Comparer : « x > 0 », « statut == "proprietaire" ».'
        raise self.fail(node, "type", f"{expected} ici, pas un {type_name(expr.type)}.", remedy)

    def same_unit(self, node: ast.AST, left: Expr, right: Expr) -> Unit | None:
        """The unit that two numbers share; 0 has every unit."""
        if left.unit is None:
            return right.unit
        if right.unit is None or left.unit == right.unit:
            return left.unit
        raise self.fail(
            node,
            "unite",
            f"{show_unit(left.unit)} et {show_unit(right.unit)} ne vont pas ensemble.",
            unit_remedy(left.unit, right.unit),
        )

    def parameter(self, node: ast.expr) -> tuple[str, str, Table | None]:
        """The name that a node writes, and the full name and the parameter it stands for, if any."""
        name = self._dotted(node)
        if self.scope.names.broken(name):
            raise Rejected
        full, table = self.scope.names.parameter(name) or ("", None)
        return name, full, table

    def value_beside(self, node: ast.expr, subject: Expr, level: Level, depth: int) -> Expr:
        """What stands beside an expression: a text is one of its values, the rest is an expression."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self._literal(node, subject)
        return self.check(node, level, depth)

    # -- constants and names --------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Expr:
        value = node.value
        if isinstance(value, bool):
            return self.make(node, "const", (), BOOLEAN, None, value=value)
        if isinstance(value, int | float):
            if abs(value) > 1e12:
                raise self.fail(node, "nombre", "nombre trop grand.", "Rester sous mille milliards.")
            return self.make(node, "const", (), NUMBER, None if value == 0 else NONE, value=float(value))
        if isinstance(value, str):
            raise self.fail(
                node,
                "texte",
                f"le texte {quoted(value)} n'a de sens qu'à côté d'une énumération ou d'un code.",
                'L\'écrire dans une comparaison : « statut == "proprietaire" ».',
            )
        raise self.fail(node, "construction-interdite", "cette valeur n'est pas admise.", ADMITTED)

    def _dotted(self, node: ast.expr) -> str:
        parts: list[str] = []
        current: ast.expr = node
        while isinstance(current, ast.Attribute) and len(parts) <= 12:
            parts.append(current.attr)
            current = current.value
        if not isinstance(current, ast.Name):
            raise self.fail(
                node,
                "construction-interdite",
                "un point ne sert qu'à écrire le chemin d'un paramètre.",
                "Par exemple rsa.montant_base.",
            )
        return ".".join([current.id, *reversed(parts)])

    def _name(self, node: ast.Name | ast.Attribute, level: Level) -> Expr:
        name = self._dotted(node)
        names = self.scope.names
        if name in self.scope.locals:
            return self._reach(node, self.scope.locals[name], level, name)
        if name in self.scope.broken:
            raise Rejected
        if name in ("true", "false"):
            return self.make(node, "const", (), BOOLEAN, None, value=name == "true")
        if name in BUILTIN_DATES:
            return self.make(node, "day", (), DATE, None, "menage", name)
        if name == MONTHS_PER_YEAR:
            return self.make(node, "const", (), NUMBER, parse_unit("mois/an"), value=12.0)
        if names.broken(name):
            raise Rejected
        variable = names.variable(name)
        if variable is not None:
            if variable.type == TEXT:
                remedy = "Lire la donnée qui en est tirée (« lu_dans »)."
                raise self.fail(node, "type", f"{quoted(name)} est un texte, qui ne se calcule pas.", remedy)
            expr = self.make(node, "var", (), variable.type, variable.unit, variable.level, variable.name)
            return self._reach(node, expr, level, name)
        found = names.parameter(name)
        if found is None:
            raise self.fail(
                node,
                "nom-inconnu",
                f"aucune règle, donnée ni paramètre ne s'appelle {quoted(name)}.",
                nearest(name, [*self.scope.locals, *names.known()]) or "Voir la liste : znr rules show.",
            )
        path, table = found
        if table.kind != "valeur":
            use = f"L'employer avec bareme({name}, x) ou tranche({name}, x)."
            remedy = use if table.kind == "bareme" else f"Choisir une case : {name}[cle]."
            raise self.fail(node, "parametre", f"{quoted(name)} est un {table.kind}, pas une valeur.", remedy)
        unit = None if table.type != NUMBER else table.unit
        return self.make(node, "param", (), table.type, unit, "menage", path)

    def _reach(self, node: ast.AST, expr: Expr, level: Level, name: str) -> Expr:
        if expr.level == "personne" and level == "menage":
            raise self.fail(
                node,
                "agregation",
                f"{quoted(name)} est une valeur de chaque personne, employée ici pour l'ensemble.",
                f"L'agréger : somme({name}), nombre(…), au_moins_un(…), tous(…), plus_grand({name}).",
            )
        return expr

    # -- operators ------------------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp, level: Level, depth: int) -> Expr:
        op = _ARITHMETIC.get(type(node.op))
        if op is None:
            symbol = "**" if isinstance(node.op, ast.Pow) else type(node.op).__name__
            raise self.fail(
                node,
                "construction-interdite",
                f"l'opérateur {symbol} n'est pas admis dans une règle.",
                "Opérateurs admis : + - * / ; pour un carré, écrire x * x.",
            )
        left = self.typed(node.left, NUMBER, level, depth)
        right = self.typed(node.right, NUMBER, level, depth)
        if op in ("add", "sub"):
            return self.make(node, op, (left, right), NUMBER, self.same_unit(node, left, right))
        if op == "div" and right.op == "const" and right.value == 0:
            raise self.fail(node, "division", "division par zéro.")
        first, second = left.unit or NONE, right.unit or NONE
        unit = multiply(first, second if op == "mul" else invert(second))
        if any(abs(power) > MAX_POWER for _, power in unit):
            raise self.fail(node, "unite", f"une unité dépasse la puissance {MAX_POWER}.", "Simplifier le calcul.")
        zero = left.unit is None or (op == "mul" and right.unit is None)
        return self.make(node, op, (left, right), NUMBER, None if zero else unit)

    def _compare(self, node: ast.Compare, level: Level, depth: int) -> Expr:
        operands = [node.left, *node.comparators]
        checked: dict[int, Expr] = {}

        def once(operand: ast.expr) -> Expr:
            """The middle of « a < b < c » is checked once, or nested ones would double at each level."""
            found = checked.get(id(operand))
            if found is None:
                found = checked[id(operand)] = self.check(operand, level, depth)
            return found

        parts = [
            self._comparison(node, left, operator, right, once)
            for left, operator, right in zip(operands, node.ops, node.comparators, strict=False)
        ]
        return parts[0] if len(parts) == 1 else self.make(node, "and", tuple(parts), BOOLEAN, None)

    def _comparison(
        self,
        node: ast.Compare,
        left: ast.expr,
        operator: ast.cmpop,
        right: ast.expr,
        once: Callable[[ast.expr], Expr],
    ) -> Expr:
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.Tuple | ast.List | ast.Set) or not right.elts:
                raise self.fail(
                    right, "construction-interdite", "« in » attend une liste de valeurs écrites.", 'x in ("a", "b")'
                )
            subject = once(left)
            tests = tuple(
                self.make(item, "eq", (subject, self._literal(item, subject)), BOOLEAN, None) for item in right.elts
            )
            found = tests[0] if len(tests) == 1 else self.make(node, "or", tests, BOOLEAN, None)
            return found if isinstance(operator, ast.In) else self.make(node, "not", (found,), BOOLEAN, None)
        op = _COMPARE.get(type(operator))
        if op is None:
            raise self.fail(node, "construction-interdite", "« is » n'est pas admis.", "Comparer avec ==.")
        if isinstance(left, ast.Constant) and isinstance(left.value, str):
            left, right, op = right, left, _MIRRORED[op]
        first = once(left)
        is_text = isinstance(right, ast.Constant) and isinstance(right.value, str)
        second = self._literal(right, first) if is_text else once(right)
        if first.type != second.type:
            raise self.fail(
                node, "type", f"un {type_name(first.type)} ne se compare pas à un {type_name(second.type)}."
            )
        if first.type not in (NUMBER, DATE) and op not in ("eq", "ne"):
            raise self.fail(node, "type", f"un {type_name(first.type)} n'a pas d'ordre.", "Comparer avec == ou in.")
        if first.type == NUMBER:
            self.same_unit(node, first, second)
        return self.make(node, op, (first, second), BOOLEAN, None)

    def _literal(self, node: ast.expr, subject: Expr) -> Expr:
        """A value between quotes, beside the enumeration or the code it is a value of."""
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            raise self.fail(node, "texte", "une valeur entre guillemets est attendue ici.")
        if subject.type == CODE:
            if not CODE_PATTERN.match(node.value):
                raise self.fail(node, "texte", "un code a cinq chiffres ou capitales.", 'Par exemple "38185".')
            return self.make(node, "const", (), CODE, None, value=float(int(node.value, 36)))
        owner = self.scope.names.variable(subject.type)
        if owner is None or not owner.values:
            raise self.fail(node, "type", f"un {type_name(subject.type)} ne se compare pas à un texte.")
        return self._value(node, node.value, owner)

    def _value(self, node: ast.Constant, text: str, owner: Declared) -> Expr:
        """A value of an enumeration, between quotes."""
        values = list(owner.values)
        if text not in values:
            raise self.fail(
                node,
                "valeur-inconnue",
                f"{quoted(text)} n'est pas une valeur de {quoted(owner.name)}.",
                nearest(text, values) or f"Valeurs : {', '.join(values[:20])}.",
            )
        return self.make(node, "const", (), owner.type, None, value=float(values.index(text)))

    def _conditional(
        self, node: ast.IfExp, level: Level, depth: int, branch: Callable[[ast.expr, Level, int], Expr] | None = None
    ) -> Expr:
        condition = self.typed(node.test, BOOLEAN, level, depth)
        branch = branch or self.check
        first, second = branch(node.body, level, depth), branch(node.orelse, level, depth)
        if first.type != second.type:
            raise self.fail(
                node, "type", f"les deux branches diffèrent : {type_name(first.type)} et {type_name(second.type)}."
            )
        unit = self.same_unit(node, first, second) if first.type == NUMBER else None
        return self.make(node, "if", (condition, first, second), first.type, unit)

    def _subscript(self, node: ast.Subscript, level: Level, depth: int) -> Expr:
        name, path, table = self.parameter(node.value)
        if table is None or table.kind != "table":
            raise self.fail(
                node,
                "table",
                f"{quoted(name)} n'est pas une table de paramètres.",
                nearest(name, self.scope.names.known()) or "Les crochets ne servent qu'à lire une table.",
            )
        key = self.check(node.slice, level, depth)
        owner = self.scope.names.variable(key.type)
        if key.type == NUMBER:
            if key.unit not in (None, NONE) or not all(k.isdigit() for k in table.keys):
                raise self.fail(node.slice, "table", "la clé doit être un nombre entier sans unité.")
            coded = tuple((float(k), k) for k in table.keys)
        elif owner is not None and owner.values:
            values = list(owner.values)
            missing = [v for v in values if v not in table.keys]
            if missing:
                raise self.fail(
                    node.slice,
                    "table",
                    f"la table {quoted(name)} n'a pas de case pour {quoted(missing[0])}.",
                    f"Cases : {', '.join(table.keys[:20])}.",
                )
            coded = tuple((float(values.index(k)), k) for k in table.keys if k in values)
        else:
            raise self.fail(node.slice, "table", "la clé est un nombre entier ou une énumération.")
        return self.make(node, "table", (key,), NUMBER, table.unit, value=(path, coded))
