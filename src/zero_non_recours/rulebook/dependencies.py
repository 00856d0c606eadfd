"""What each name needs, and who needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from zero_non_recours.rulebook.catalogue import written_variables
from zero_non_recours.rulebook.expressions import AGGREGATES, WINDOWS, Expr
from zero_non_recours.rulebook.model import Entity, Rulebook, Variable, Window


def expressions_of(variable: Variable) -> list[Expr]:
    """Every expression that a variable is written with."""
    answers = (variable.default, variable.asked, variable.otherwise, variable.told)
    return [*(v.formula for v in variable.versions), *(e for e in answers if e is not None)]


def dependencies(
    variable: Variable, windows: Mapping[str, Window], entities: Mapping[str, Entity], *, computed: bool = False
) -> list[str]:
    """The variables named by a variable's expressions, each once, in order of first use.

    The year total of an input is a different answer from its months, so it is no dependency of itself. With
    `computed`, an answer that `connu` or `si_connu` reads as written is left out: nothing is computed for it.
    """

    def behind(expr: Expr) -> Iterable[Expr]:
        if expr.op in WINDOWS:
            return [c for c, _, _ in windows[str(expr.value)].options if c is not None]
        members = entities[str(expr.value)].members if expr.op in AGGREGATES else None
        return [] if members is None else [members]

    found: dict[str, None] = dict.fromkeys(variable.conditions)
    for expr in _walk(expressions_of(variable), behind, _computed if computed else _parts):
        if expr.op == "var":
            found.setdefault(str(expr.value))
        elif expr.op == "annee" and (name := expr.value[0]) != variable.name:  # type: ignore[index]
            found.setdefault(name)
    return list(found)


def children(rulebook: Rulebook, name: str) -> list[str]:
    """What a name needs directly: variables in order of use, then parameters."""
    found: dict[str, None] = {}
    if name in rulebook.rights:
        right = rulebook.rights[name]
        found.update(dict.fromkeys((right.amount, *right.conditions)))
        found.pop(name, None)
    if name in rulebook.variables:
        variable = rulebook.variables[name]
        needed = dependencies(variable, rulebook.windows, rulebook.entities)
        found.update(dict.fromkeys(n for n in needed if n != name))
        for expr in _walk(expressions_of(variable)):
            if expr.op in ("param", "bareme", "tranche"):
                found.setdefault(str(expr.value))
            elif expr.op == "table":
                found.setdefault(expr.value[0])  # type: ignore[index]
    if name in rulebook.windows:
        conditions = _conditions(rulebook.windows[name])
        found.update(dict.fromkeys(str(e.value) for e in _walk(conditions) if e.op == "var"))
    variables = [n for n in found if n in rulebook.variables]
    return [*variables, *sorted(n for n in found if n not in rulebook.variables)]


def used_by(rulebook: Rulebook, name: str) -> list[str]:
    """The rules, inputs, periods and rights whose text names something."""
    found = [v.name for v in written_variables(rulebook).values() if name in _mentions(rulebook, v)]
    found += [w.name for w in rulebook.windows.values() if name in _named(_conditions(w))]
    if name in rulebook.variables:
        for right in rulebook.rights.values():
            if name in (right.amount, right.claimants, right.received, *right.variables):
                found.append(f"le droit {right.name}")
    return found


def _mentions(rulebook: Rulebook, variable: Variable) -> set[str]:
    exprs = expressions_of(variable)
    if variable.excess is not None:
        exprs += expressions_of(rulebook.variables[variable.excess])
    return {*_named(exprs), *variable.conditions} - {variable.name}


def _named(exprs: Iterable[Expr]) -> set[str]:
    """The variables, parameters and periods named in some expressions; a table names its cells too."""
    found: set[str] = set()
    for expr in _walk(exprs):
        if expr.op in ("var", "param", "bareme", "tranche", *WINDOWS):
            found.add(str(expr.value))
        elif expr.op == "annee":
            found.add(expr.value[0])  # type: ignore[index]
        elif expr.op == "table":
            path, cells = expr.value  # type: ignore[misc]
            found.add(path)
            found.update(f"{path}.{cell}" for _, cell in cells)
    return found


def _conditions(window: Window) -> list[Expr]:
    return [condition for condition, _, _ in window.options if condition is not None]


def _nothing(expr: Expr) -> Iterable[Expr]:
    return ()


def _parts(expr: Expr) -> Iterable[Expr]:
    return expr.args


def _computed(expr: Expr) -> Iterable[Expr]:
    return expr.args[1:] if expr.op in ("connu", "si_connu") else expr.args


def _walk(
    exprs: Iterable[Expr],
    behind: Callable[[Expr], Iterable[Expr]] = _nothing,
    parts: Callable[[Expr], Iterable[Expr]] = _parts,
) -> Iterator[Expr]:
    """Some expressions, what stands behind each, and all their parts, each once."""
    pending = list(exprs)
    seen: set[int] = set()
    while pending:
        expr = pending.pop()
        if id(expr) not in seen:
            seen.add(id(expr))
            yield expr
            pending.extend(behind(expr))
            pending.extend(parts(expr))
