"""The expression language: Python's expression grammar, parsed by `ast`, restricted, typed and unit-checked."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from zero_non_recours.rulebook.diagnostics import Position, Report, nearest, quoted
from zero_non_recours.rulebook.units import NONE, Unit, invert, multiply, parse_unit, show_unit

Level = Literal["menage", "personne"]

MAX_LENGTH = 4_000
MAX_EXPRESSION_DEPTH = 40
MAX_SHIFT = 60
MAX_POWER = 9

NUMBER = "nombre"
BOOLEAN = "booleen"
DATE = "date"
CODE = "code"

AGGREGATES = {
    "somme": "la somme",
    "nombre": "le nombre",
    "au_moins_un": "au moins un",
    "tous": "tous",
    "plus_grand": "le plus grand",
    "plus_petit": "le plus petit",
}
WINDOWS = {
    "moyenne": "la moyenne",
    "total": "le total",
    "chaque_mois": "chaque mois",
    "un_mois": "au moins un mois",
}
ROUNDINGS = ("round", "floor", "ceil")
FUNCTIONS = (
    *AGGREGATES,
    *WINDOWS,
    *ROUNDINGS,
    "min",
    "max",
    "abs",
    "annees_entre",
    "mois_entre",
    "commence_par",
    "bareme",
    "tranche",
    "mois",
    "annee",
    "droit",
    "si_connu",
    "connu",
)
BUILTIN_DATES = ("debut_mois", "fin_mois")
MONTHS_PER_YEAR = "mois_par_an"
_COMPARE = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
_PREFIX = re.compile(r"[0-9A-Z]{1,5}\Z")
CODE_PATTERN = re.compile(r"[0-9A-Z]{5}\Z")
_CLOSED = "Expressions admises : nombres, noms, + - * /, comparaisons, and/or/not, « a if c else b » et les fonctions de la liste."


@dataclass(frozen=True, slots=True, eq=False)
class Expr:
    """A checked expression: what it computes, of which type and unit, for a person or for the household."""

    op: str
    args: tuple[Expr, ...]
    type: str
    unit: Unit | None
    level: Level
    value: object = None
    position: Position = field(default=Position("?"))


class Declared(Protocol):
    """What an expression needs to know of a variable it names."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> Unit | None: ...
    @property
    def level(self) -> Level: ...
    @property
    def is_input(self) -> bool: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class Table(Protocol):
    """What an expression needs to know of a parameter, a scale or a table of parameters."""

    @property
    def kind(self) -> Literal["valeur", "bareme", "table"]: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def type(self) -> str: ...
    @property
    def input_unit(self) -> Unit: ...
    @property
    def keys(self) -> tuple[str, ...]: ...


class Names(Protocol):
    """The names an expression may use, as seen from the namespace of its pack."""

    @property
    def windows(self) -> Mapping[str, object]: ...

    def variable(self, name: str) -> Declared | None: ...
    def broken(self, name: str) -> bool: ...
    def parameter(self, name: str) -> tuple[str, Table] | None: ...
    def known(self) -> list[str]: ...


@dataclass(slots=True)
class Scope:
    """Where an expression stands: its names, the entity it speaks for, the steps before it."""

    names: Names
    level: Level
    entity: str | None
    """The group whose members are aggregated, `None` where nothing can be."""
    entities: Mapping[str, Level]
    locals: dict[str, Expr]
    report: Report
    broken: set[str] = field(default_factory=set)
    """Steps whose own error is reported already: naming them reports nothing more."""


class _Stop(Exception):
    """This expression has an error that was reported; the rest of the file goes on."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one expression and how its lines map back to the file."""

    source: str
    position: Position
    columns: tuple[int, ...]

    def locate(self, node: ast.AST) -> Position:
        """The place in the file of a node of the parsed expression."""
        line = getattr(node, "lineno", 2) - 2
        lines = self.source.split("\n")
        if not 0 <= line < len(lines):
            return self.position
        column = len(lines[line].encode()[: getattr(node, "col_offset", 0)].decode(errors="ignore"))
        end = getattr(node, "end_col_offset", None)
        same = getattr(node, "end_lineno", 0) == getattr(node, "lineno", 0)
        length = len(lines[line].encode()[:end].decode(errors="ignore")) - column if same and end else 1
        return Position(
            self.position.path, self.position.line + line, self.columns[line] + column + 1, max(1, length)
        )


def parse(text: Text, scope: Scope) -> Expr | None:
    """Parse and check one expression; on error, report it and return `None`."""
    try:
        tree = _tree(text, scope.report)
        return _Checker(text, scope).check(tree, scope.level, 0)
    except _Stop:
        return None


def _tree(text: Text, report: Report) -> ast.expr:
    if len(text.source) > MAX_LENGTH:
        report.add(
            "expression-trop-longue",
            text.position,
            f"l'expression dépasse {MAX_LENGTH} caractères.",
            "La couper en étapes (« avec »).",
        )
        raise _Stop
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(f"(\n{text.source}\n)", mode="eval").body
        if tree.lineno == 1:  # the text closes the parenthesis put around it: « 1) + (2 »
            raise SyntaxError
        _check_letters(tree, text, report)
        return tree
    except SyntaxError as error:
        lines = text.source.split("\n")
        line = min(max((error.lineno or 2) - 2, 0), len(lines) - 1)
        column = min(max((error.offset or 1) - 1, 0), len(lines[line]))
        report.add(
            "syntaxe",
            Position(text.position.path, text.position.line + line, text.columns[line] + column + 1),
            "l'expression ne se lit pas.",
            "Vérifier les parenthèses, les opérateurs et « a if condition else b ».",
        )
    except (ValueError, MemoryError, RecursionError):
        report.add(
            "syntaxe", text.position, "l'expression ne se lit pas.", "La simplifier ou la couper en étapes."
        )
    raise _Stop


def _check_letters(tree: ast.expr, text: Text, report: Report) -> None:
    """Refuse names written with look-alike letters, which Python would read as plain ones (« ａge »)."""
    lines = f"(\n{text.source}\n)".split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            line = lines[(node.end_lineno or 1) - 1].encode()[: node.end_col_offset]
            if not line.endswith(name.encode()):
                cause = f"{quoted(name)} est écrit avec d'autres lettres."
                report.add("nom-inconnu", text.locate(node), cause, "Le retaper.")
                raise _Stop


class _Checker:
    def __init__(self, text: Text, scope: Scope) -> None:
        self.text = text
        self.scope = scope

    # -- helpers ------------------------------------------------------------------------------------

    def fail(self, node: ast.AST, code: str, cause: str, remedy: str = "") -> _Stop:
        self.scope.report.add(code, self.text.locate(node), cause, remedy)
        return _Stop()

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
        if level is None:
            level = "personne" if any(arg.level == "personne" for arg in args) else "menage"
        return Expr(op, args, type, unit, level, value, self.text.locate(node))

    def number(self, node: ast.AST, expr: Expr) -> Expr:
        if expr.type != NUMBER:
            raise self.fail(
                node,
                "type",
                f"un nombre est attendu ici, pas un {_type_name(expr.type)}.",
                "Compter avec nombre(…) ou choisir avec « a if condition else b ».",
            )
        return expr

    def boolean(self, node: ast.AST, expr: Expr) -> Expr:
        if expr.type != BOOLEAN:
            raise self.fail(
                node,
                "type",
                f"une condition (vrai/faux) est attendue ici, pas un {_type_name(expr.type)}.",
                "Comparer : « x > 0 », « statut == \"proprietaire\" ».",
            )
        return expr

    def same_unit(self, node: ast.AST, left: Expr, right: Expr) -> Unit | None:
        if left.unit is None:
            return right.unit
        if right.unit is None or left.unit == right.unit:
            return left.unit
        raise self.fail(
            node,
            "unite",
            f"{show_unit(left.unit)} et {show_unit(right.unit)} ne vont pas ensemble.",
            _unit_remedy(left.unit, right.unit),
        )

    # -- the grammar --------------------------------------------------------------------------------

    def check(self, node: ast.expr, level: Level, depth: int) -> Expr:
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
                return self.constant(node)
            case ast.Name() | ast.Attribute():
                return self.name(node, level)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.number(operand, self.check(operand, level, depth))
                return self.make(node, "neg", (inner,), NUMBER, inner.unit)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.boolean(operand, self.check(operand, level, depth))
                return self.make(node, "not", (inner,), BOOLEAN, None)
            case ast.BoolOp(op=op, values=values):
                name = "and" if isinstance(op, ast.And) else "or"
                args = tuple(self.boolean(value, self.check(value, level, depth)) for value in values)
                return self.make(node, name, args, BOOLEAN, None)
            case ast.BinOp():
                return self.binary(node, level, depth)
            case ast.Compare():
                return self.compare(node, level, depth)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.conditional(node, test, body, orelse, level, depth)
            case ast.Call():
                return self.call(node, level, depth)
            case ast.Subscript():
                return self.subscript(node, level, depth)
            case _:
                raise self.fail(
                    node, "construction-interdite", f"{_construct(node)} n'est pas admis dans une règle.", _CLOSED
                )

    def constant(self, node: ast.Constant) -> Expr:
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
                "L'écrire dans une comparaison : « statut == \"proprietaire\" ».",
            )
        raise self.fail(node, "construction-interdite", "cette valeur n'est pas admise.", _CLOSED)

    def dotted(self, node: ast.expr) -> str:
        parts: list[str] = []
        current: ast.expr = node
        while isinstance(current, ast.Attribute):
            parts.append(current.attr)
            current = current.value
            if len(parts) > 12:
                break
        if not isinstance(current, ast.Name):
            raise self.fail(
                node,
                "construction-interdite",
                "un point ne sert qu'à écrire le chemin d'un paramètre.",
                "Par exemple rsa.montant_base.",
            )
        return ".".join([current.id, *reversed(parts)])

    def name(self, node: ast.Name | ast.Attribute, level: Level) -> Expr:
        name = self.dotted(node)
        if name in self.scope.locals:
            return self.reach(node, self.scope.locals[name], level, name)
        if name in self.scope.broken:
            raise _Stop
        if name in ("true", "false"):
            return self.make(node, "const", (), BOOLEAN, None, value=name == "true")
        if name in BUILTIN_DATES:
            return self.make(node, "day", (), DATE, None, "menage", name)
        if name == MONTHS_PER_YEAR:
            return self.make(node, "const", (), NUMBER, parse_unit("mois/an"), value=12.0)
        if self.scope.names.broken(name):
            raise _Stop
        variable = self.scope.names.variable(name)
        if variable is not None:
            expr = self.make(node, "var", (), variable.type, variable.unit, variable.level, variable.name)
            return self.reach(node, expr, level, name)
        found = self.scope.names.parameter(name)
        if found is not None:
            path, table = found
            if table.kind != "valeur":
                remedy = (
                    f"L'employer avec bareme({name}, x) ou tranche({name}, x)."
                    if table.kind == "bareme"
                    else f"Choisir une case : {name}[cle]."
                )
                raise self.fail(
                    node, "parametre", f"{quoted(name)} est un {table.kind}, pas une valeur.", remedy
                )
            unit = None if table.type != NUMBER else table.unit
            return self.make(node, "param", (), table.type, unit, "menage", path)
        raise self.fail(
            node,
            "nom-inconnu",
            f"aucune règle, donnée ni paramètre ne s'appelle {quoted(name)}.",
            nearest(name, [*self.scope.locals, *self.scope.names.known()])
            or "Voir la liste : znr rules show.",
        )

    def reach(self, node: ast.AST, expr: Expr, level: Level, name: str) -> Expr:
        if expr.level == "personne" and level == "menage":
            raise self.fail(
                node,
                "agregation",
                f"{quoted(name)} est une valeur de chaque personne, employée ici pour l'ensemble.",
                f"L'agréger : somme({name}), nombre(…), au_moins_un(…), tous(…), plus_grand({name}).",
            )
        return expr

    def binary(self, node: ast.BinOp, level: Level, depth: int) -> Expr:
        names = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
        op = names.get(type(node.op))
        if op is None:
            symbol = "**" if isinstance(node.op, ast.Pow) else type(node.op).__name__
            raise self.fail(
                node,
                "construction-interdite",
                f"l'opérateur {symbol} n'est pas admis dans une règle.",
                "Opérateurs admis : + - * / ; pour un carré, écrire x * x.",
            )
        left = self.number(node.left, self.check(node.left, level, depth))
        right = self.number(node.right, self.check(node.right, level, depth))
        if op in ("add", "sub"):
            return self.make(node, op, (left, right), NUMBER, self.same_unit(node, left, right))
        if op == "div" and right.op == "const" and right.value == 0:
            raise self.fail(node, "division", "division par zéro.", "")
        first, second = left.unit or NONE, right.unit or NONE
        unit = multiply(first, second if op == "mul" else invert(second))
        if any(abs(power) > MAX_POWER for _, power in unit):
            raise self.fail(node, "unite", f"une unité dépasse la puissance {MAX_POWER}.", "Simplifier le calcul.")
        zero = left.unit is None or (op == "mul" and right.unit is None)
        return self.make(node, op, (left, right), NUMBER, None if zero else unit)

    def compare(self, node: ast.Compare, level: Level, depth: int) -> Expr:
        operands = [node.left, *node.comparators]
        checked: dict[int, Expr] = {}
        parts: list[Expr] = []
        for index, operator in enumerate(node.ops):
            left, right = operands[index], operands[index + 1]
            parts.append(self.comparison(node, left, operator, right, level, depth, checked))
        return parts[0] if len(parts) == 1 else self.make(node, "and", tuple(parts), BOOLEAN, None)

    def comparison(
        self,
        node: ast.Compare,
        left: ast.expr,
        operator: ast.cmpop,
        right: ast.expr,
        level: Level,
        depth: int,
        checked: dict[int, Expr],
    ) -> Expr:
        def once(operand: ast.expr) -> Expr:
            """The middle of « a < b < c » is checked once, or nested ones would double at each level."""
            found = checked.get(id(operand))
            if found is None:
                found = checked[id(operand)] = self.check(operand, level, depth)
            return found

        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.Tuple | ast.List | ast.Set) or not right.elts:
                raise self.fail(
                    right, "construction-interdite", "« in » attend une liste de valeurs écrites.", 'x in ("a", "b")'
                )
            subject = once(left)
            tests = tuple(
                self.make(item, "eq", (subject, self.literal(item, subject)), BOOLEAN, None) for item in right.elts
            )
            found = tests[0] if len(tests) == 1 else self.make(node, "or", tests, BOOLEAN, None)
            return found if isinstance(operator, ast.In) else self.make(node, "not", (found,), BOOLEAN, None)
        op = _COMPARE.get(type(operator))
        if op is None:
            raise self.fail(node, "construction-interdite", "« is » n'est pas admis.", "Comparer avec ==.")
        if isinstance(left, ast.Constant) and isinstance(left.value, str):
            left, right = right, left
            op = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}.get(op, op)
        first = once(left)
        is_text = isinstance(right, ast.Constant) and isinstance(right.value, str)
        second = self.literal(right, first) if is_text else once(right)
        if first.type != second.type:
            raise self.fail(
                node,
                "type",
                f"un {_type_name(first.type)} ne se compare pas à un {_type_name(second.type)}.",
                "",
            )
        if first.type not in (NUMBER, DATE) and op not in ("eq", "ne"):
            raise self.fail(node, "type", f"un {_type_name(first.type)} n'a pas d'ordre.", "Comparer avec == ou in.")
        if first.type == NUMBER:
            self.same_unit(node, first, second)
        return self.make(node, op, (first, second), BOOLEAN, None)

    def literal(self, node: ast.expr, subject: Expr) -> Expr:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            raise self.fail(node, "texte", "une valeur entre guillemets est attendue ici.", "")
        if subject.type == CODE:
            if not CODE_PATTERN.match(node.value):
                raise self.fail(node, "texte", "un code a cinq chiffres ou capitales.", 'Par exemple "38185".')
            return self.make(node, "const", (), CODE, None, value=float(int(node.value, 36)))
        owner = self.scope.names.variable(subject.type)
        if owner is None or not owner.values:
            raise self.fail(
                node, "type", f"un {_type_name(subject.type)} ne se compare pas à un texte.", ""
            )
        values = list(owner.values)
        if node.value not in values:
            raise self.fail(
                node,
                "valeur-inconnue",
                f"{quoted(node.value)} n'est pas une valeur de {quoted(owner.name)}.",
                nearest(node.value, values) or f"Valeurs : {', '.join(values[:20])}.",
            )
        return self.make(node, "const", (), subject.type, None, value=float(values.index(node.value)))

    def conditional(
        self, node: ast.expr, test: ast.expr, body: ast.expr, orelse: ast.expr, level: Level, depth: int
    ) -> Expr:
        condition = self.boolean(test, self.check(test, level, depth))
        first, second = self.check(body, level, depth), self.check(orelse, level, depth)
        if first.type != second.type:
            raise self.fail(
                node,
                "type",
                f"les deux branches diffèrent : {_type_name(first.type)} et {_type_name(second.type)}.",
                "",
            )
        unit = self.same_unit(node, first, second) if first.type == NUMBER else None
        return self.make(node, "if", (condition, first, second), first.type, unit)

    def subscript(self, node: ast.Subscript, level: Level, depth: int) -> Expr:
        name = self.dotted(node.value)
        if self.scope.names.broken(name):
            raise _Stop
        found = self.scope.names.parameter(name)
        if found is None or found[1].kind != "table":
            raise self.fail(
                node,
                "table",
                f"{quoted(name)} n'est pas une table de paramètres.",
                nearest(name, self.scope.names.known()) or "Les crochets ne servent qu'à lire une table.",
            )
        path, table = found
        key = self.check(node.slice, level, depth)
        owner = self.scope.names.variable(key.type)
        if key.type == NUMBER:
            if key.unit not in (None, NONE) or not all(k.isdigit() for k in table.keys):
                raise self.fail(node.slice, "table", "la clé doit être un nombre entier sans unité.", "")
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
            raise self.fail(node.slice, "table", "la clé est un nombre entier ou une énumération.", "")
        return self.make(node, "table", (key,), NUMBER, table.unit, value=(path, coded))

    # -- functions ----------------------------------------------------------------------------------

    def call(self, node: ast.Call, level: Level, depth: int) -> Expr:
        if not isinstance(node.func, ast.Name):
            raise self.fail(node, "fonction", "seules les fonctions de la liste s'appellent.", _functions())
        name = node.func.id
        if name not in FUNCTIONS:
            raise self.fail(
                node.func,
                "fonction",
                f"{quoted(name)} n'est pas une fonction du langage.",
                nearest(name, FUNCTIONS) or _functions(),
            )
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            raise self.fail(node, "construction-interdite", "« * » n'est pas admis dans un appel.", _CLOSED)
        for keyword in node.keywords:
            if keyword.arg != "si" or name not in AGGREGATES:
                raise self.fail(
                    keyword,
                    "argument",
                    f"{name} n'a pas d'argument nommé {quoted(keyword.arg or '**')}.",
                    "Seul « si= » existe, dans somme, nombre, au_moins_un, tous, plus_grand, plus_petit.",
                )
        if name in AGGREGATES:
            return self.aggregate(node, name, level, depth)
        if name in WINDOWS:
            return self.window(node, name, level, depth)
        if name in ROUNDINGS:
            return self.rounding(node, name, level, depth)
        return getattr(self, f"call_{name}")(node, level, depth)

    def arity(self, node: ast.Call, low: int, high: int, shape: str) -> None:
        if not low <= len(node.args) <= high:
            raise self.fail(node, "argument", f"nombre d'arguments inattendu ({len(node.args)}).", f"Écrire {shape}.")

    def aggregate(self, node: ast.Call, name: str, level: Level, depth: int) -> Expr:
        if level == "personne" or self.scope.entity is None:
            raise self.fail(
                node,
                "agregation",
                f"{name}(…) agrège des personnes : il ne s'écrit que dans une règle d'un groupe.",
                "En faire une règle du foyer, puis la nommer ici.",
            )
        self.arity(node, 1, 1, f"{name}(expression) ou {name}(expression, si=condition)")
        inner = self.check(node.args[0], "personne", depth)
        wants_bool = name in ("nombre", "au_moins_un", "tous")
        inner = self.boolean(node.args[0], inner) if wants_bool else self.number(node.args[0], inner)
        args = [inner]
        for keyword in node.keywords:
            args.append(self.boolean(keyword.value, self.check(keyword.value, "personne", depth)))
        kind = BOOLEAN if name in ("au_moins_un", "tous") else NUMBER
        unit = NONE if name == "nombre" else inner.unit
        return self.make(node, name, tuple(args), kind, unit, "menage", self.scope.entity)

    def window(self, node: ast.Call, name: str, level: Level, depth: int) -> Expr:
        self.arity(node, 2, 2, f"{name}(expression, nom_de_la_periode)")
        inner = self.check(node.args[0], level, depth)
        wants_bool = name in ("chaque_mois", "un_mois")
        inner = self.boolean(node.args[0], inner) if wants_bool else self.number(node.args[0], inner)
        period = node.args[1]
        names = self.scope.names
        if isinstance(period, ast.Name) and period.id not in names.windows and names.broken(period.id):
            raise _Stop
        if not isinstance(period, ast.Name) or period.id not in self.scope.names.windows:
            shown = period.id if isinstance(period, ast.Name) else "…"
            raise self.fail(
                period,
                "periode",
                f"{quoted(shown)} n'est pas une période déclarée.",
                nearest(shown, list(self.scope.names.windows)) or "La déclarer sous « periodes ».",
            )
        return self.make(
            node, name, (inner,), inner.type, inner.unit, inner.level, period.id
        )

    def rounding(self, node: ast.Call, name: str, level: Level, depth: int) -> Expr:
        self.arity(node, 1, 2, f"{name}(x) ou {name}(x, décimales)")
        inner = self.number(node.args[0], self.check(node.args[0], level, depth))
        digits = self.integer(node.args[1], -6, 6) if len(node.args) == 2 else 0
        return self.make(node, name, (inner,), NUMBER, inner.unit, value=digits)

    def integer(self, node: ast.expr, low: int, high: int) -> int:
        value: object = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = -node.operand.value if type(node.operand.value) is int else None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.fail(node, "argument", f"un entier écrit, entre {low} et {high}, est attendu.", "")
        return value

    def extremum(self, node: ast.Call, name: str, level: Level, depth: int) -> Expr:
        self.arity(node, 2, 10, f"{name}(a, b)")
        result: Expr | None = None
        for arg in node.args:
            expr = self.check(arg, level, depth)
            if expr.type not in (NUMBER, DATE):
                self.number(arg, expr)
            if result is None:
                result = expr
            else:
                if result.type != expr.type:
                    raise self.fail(arg, "type", "les arguments doivent être de même type.", "")
                unit = self.same_unit(arg, result, expr) if expr.type == NUMBER else None
                result = self.make(node, name, (result, expr), expr.type, unit)
        assert result is not None
        return result

    def call_min(self, node: ast.Call, level: Level, depth: int) -> Expr:
        return self.extremum(node, "min", level, depth)

    def call_max(self, node: ast.Call, level: Level, depth: int) -> Expr:
        return self.extremum(node, "max", level, depth)

    def call_abs(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 1, 1, "abs(x)")
        inner = self.number(node.args[0], self.check(node.args[0], level, depth))
        return self.make(node, "abs", (inner,), NUMBER, inner.unit)

    def elapsed(self, node: ast.Call, level: Level, depth: int, op: str, unit: str) -> Expr:
        self.arity(node, 2, 2, f"{op}(date_de_debut, date_de_fin)")
        args = tuple(self.check(arg, level, depth) for arg in node.args)
        for arg, expr in zip(node.args, args, strict=True):
            if expr.type != DATE:
                raise self.fail(arg, "type", f"une date est attendue ici, pas un {_type_name(expr.type)}.", "")
        return self.make(node, op, args, NUMBER, parse_unit(unit))

    def call_annees_entre(self, node: ast.Call, level: Level, depth: int) -> Expr:
        return self.elapsed(node, level, depth, "annees_entre", "an")

    def call_mois_entre(self, node: ast.Call, level: Level, depth: int) -> Expr:
        return self.elapsed(node, level, depth, "mois_entre", "mois")

    def call_commence_par(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 2, 2, 'commence_par(code_insee, "976")')
        code = self.check(node.args[0], level, depth)
        prefix = node.args[1]
        if code.type != CODE:
            raise self.fail(node.args[0], "type", "un code est attendu ici.", "")
        if not (isinstance(prefix, ast.Constant) and isinstance(prefix.value, str) and _PREFIX.match(prefix.value)):
            raise self.fail(prefix, "texte", "un début de code est attendu, entre guillemets.", 'Par exemple "976".')
        return self.make(node, "prefix", (code,), BOOLEAN, None, value=prefix.value)

    def scale(self, node: ast.Call, level: Level, depth: int, name: str) -> Expr:
        self.arity(node, 2, 2, f"{name}(parametre, x)")
        path = self.dotted(node.args[0])
        if self.scope.names.broken(path):
            raise _Stop
        found = self.scope.names.parameter(path)
        if found is None or found[1].kind != "bareme":
            raise self.fail(
                node.args[0],
                "parametre",
                f"{quoted(path)} n'est pas un barème.",
                nearest(path, self.scope.names.known()),
            )
        full, table = found
        inner = self.number(node.args[1], self.check(node.args[1], level, depth))
        if inner.unit is not None and inner.unit != table.input_unit:
            raise self.fail(
                node.args[1],
                "unite",
                f"le barème se lit en {show_unit(table.input_unit)}, pas en {show_unit(inner.unit)}.",
                _unit_remedy(inner.unit, table.input_unit),
            )
        unit = multiply(table.unit, table.input_unit) if name == "bareme" else table.unit
        return self.make(node, name, (inner,), NUMBER, unit, value=full)

    def call_bareme(self, node: ast.Call, level: Level, depth: int) -> Expr:
        return self.scale(node, level, depth, "bareme")

    def call_tranche(self, node: ast.Call, level: Level, depth: int) -> Expr:
        return self.scale(node, level, depth, "tranche")

    def call_mois(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 2, 2, "mois(expression, -1)")
        inner = self.check(node.args[0], level, depth)
        shift = self.integer(node.args[1], -MAX_SHIFT, 12)
        return self.make(node, "mois", (inner,), inner.type, inner.unit, inner.level, shift)

    def call_annee(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 2, 2, "annee(donnee, -2)")
        inner = self.check(node.args[0], level, depth)
        shift = self.integer(node.args[1], -10, 1)
        declared = self.scope.names.variable(str(inner.value)) if inner.op == "var" else None
        if declared is None or not declared.is_input or inner.type != NUMBER or inner.unit is None:
            raise self.fail(
                node.args[0],
                "argument",
                "annee(…) lit le total d'une année d'une donnée du profil.",
                "Nommer directement une donnée : annee(revenus_locatifs, -2).",
            )
        unit = multiply(inner.unit, parse_unit("mois/an"))
        if dict(inner.unit).get("mois") != -1:
            unit = inner.unit
        return self.make(node, "annee", (), NUMBER, unit, inner.level, (inner.value, shift))

    def call_droit(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 1, 1, "droit(expression)")
        inner = self.check(node.args[0], level, depth)
        return self.make(node, "droit", (inner,), inner.type, inner.unit, inner.level)

    def answer(self, node: ast.expr, level: Level, depth: int, name: str) -> Expr:
        """An argument that must be an input of the profile, or the year total of one."""
        subject = self.check(node, level, depth)
        declared = self.scope.names.variable(str(subject.value)) if subject.op == "var" else None
        if not (subject.op == "annee" or (declared is not None and declared.is_input)):
            raise self.fail(
                node,
                "argument",
                f"{name}(…) ne s'applique qu'à une donnée du profil.",
                "Nommer directement une donnée, ou annee(donnee, -2).",
            )
        return subject

    def call_connu(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 1, 1, "connu(donnee)")
        subject = self.answer(node.args[0], level, depth, "connu")
        return self.make(node, "connu", (subject,), BOOLEAN, None)

    def call_si_connu(self, node: ast.Call, level: Level, depth: int) -> Expr:
        self.arity(node, 2, 2, "si_connu(donnee, valeur_sinon)")
        subject = self.answer(node.args[0], level, depth, "si_connu")
        fallback = node.args[1]
        is_text = isinstance(fallback, ast.Constant) and isinstance(fallback.value, str)
        other = self.literal(fallback, subject) if is_text else self.check(fallback, level, depth)
        if other.type != subject.type:
            raise self.fail(fallback, "type", f"un {_type_name(subject.type)} est attendu ici.", "")
        unit = self.same_unit(node, subject, other) if subject.type == NUMBER else None
        return self.make(node, "si_connu", (subject, other), subject.type, unit)


def _construct(node: ast.AST) -> str:
    names = {
        "Lambda": "« lambda »",
        "ListComp": "une liste en compréhension",
        "GeneratorExp": "une suite en compréhension",
        "SetComp": "un ensemble en compréhension",
        "DictComp": "un dictionnaire en compréhension",
        "JoinedStr": "une chaîne f\"…\"",
        "NamedExpr": "« := »",
        "Await": "« await »",
        "Yield": "« yield »",
        "Starred": "« * »",
        "Dict": "un dictionnaire",
        "List": "une liste",
        "Tuple": "une suite de valeurs",
        "Set": "un ensemble",
        "UnaryOp": "cet opérateur",
    }
    return names.get(type(node).__name__, "cette construction")


def _type_name(kind: str) -> str:
    known = {NUMBER: "nombre", BOOLEAN: "booléen (vrai/faux)", DATE: "date", CODE: "code"}
    return known.get(kind, f"choix parmi les valeurs de « {kind} »")


def _functions() -> str:
    return "Fonctions : " + ", ".join(FUNCTIONS) + "."


def _unit_remedy(left: Unit, right: Unit) -> str:
    yearly, monthly = parse_unit("mois/an"), parse_unit("an/mois")
    if multiply(left, yearly) == right or multiply(right, yearly) == left:
        return "Une année a mois_par_an mois : multiplier ou diviser par mois_par_an."
    if multiply(left, monthly) == right:
        return "Diviser par mois_par_an."
    return "Vérifier l'unité de chaque terme ; un seuil se déclare en paramètre avec son unité."
