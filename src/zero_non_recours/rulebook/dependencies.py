"""What each name needs, and who needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from zero_non_recours.rulebook.catalogue import written_variables
from zero_non_recours.rulebook.expressions import AGGREGATES, WINDOWS, Expr
from zero_non_recours.rulebook.model import Entity, Prior, Rulebook, Variable, Window


def expressions_of(variable: Variable) -> list[Expr]:
    """Every expression that a variable is written with."""
    answers = (variable.default, variable.asked, variable.otherwise, variable.told)
    return [*(v.formula for v in variable.versions), *(e for e in answers if e is not None)]


def dependencies(
    variable: Variable, windows: Mapping[str, Window], entities: Mapping[str, Entity], *, computed: bool = False
) -> list[str]:
    """The variables that a variable's expressions read, each once, in order of first use.

    The year total of an input is a different answer from its months, so it is no dependency of itself. A name that
    `en_supposant` replaces is none: what stands in its place is read. With `computed`, an answer that `connu` or
    `si_connu` reads as written is left out: nothing is computed for it.
    """
    found: dict[str, None] = dict.fromkeys(variable.conditions)
    for expr in mentions(expressions_of(variable), windows, entities, computed=computed):
        if expr.op == "var":
            found.setdefault(str(expr.value))
        elif expr.op == "annee" and (name := expr.value[0]) != variable.name:  # type: ignore[index]
            found.setdefault(name)
    return list(found)


def mentions(
    exprs: Iterable[Expr], windows: Mapping[str, Window], entities: Mapping[str, Entity], *, computed: bool = False
) -> Iterator[Expr]:
    """Every part of some expressions, with the conditions of their periods and of the members of their groups."""

    def behind(expr: Expr) -> Iterable[Expr]:
        if expr.op in WINDOWS:
            return [c for c, _, _ in windows[str(expr.value)].options if c is not None]
        members = entities[str(expr.value)].members if expr.op in AGGREGATES else None
        return [] if members is None else [members]

    return walk(exprs, behind, _computed if computed else _parts)


def drawn_from(prior: Prior) -> list[str]:
    """The inputs that the conditions of a prior read."""
    return sorted(names_read(_law_conditions(prior)))


def names_read(exprs: Iterable[Expr]) -> set[str]:
    """The variables whose value some expressions read, at a month or as a year's total."""
    parts = list(walk(exprs))
    names = {str(expr.value) for expr in parts if expr.op == "var"}
    return names | {expr.value[0] for expr in parts if expr.op == "annee"}  # type: ignore[index]


def dependants(rulebook: Rulebook, name: str) -> frozenset[str]:
    """The variables whose value may depend, even through others, on a variable; found once."""
    return rulebook.once(("dependants", name), lambda: _dependants(rulebook, name))


def _dependants(rulebook: Rulebook, name: str) -> frozenset[str]:
    readers = rulebook.once(("readers",), lambda: _readers(rulebook))
    found: set[str] = set()
    pending = [name]
    while pending:
        new = [reader for reader in readers.get(pending.pop(), ()) if reader not in found]
        found.update(new)
        pending.extend(new)
    return frozenset(found)


def _readers(rulebook: Rulebook) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for variable in rulebook.variables.values():
        for name in dependencies(variable, rulebook.windows, rulebook.entities):
            found.setdefault(name, []).append(variable.name)
    return found


def children(rulebook: Rulebook, name: str) -> list[str]:
    """What a name needs directly: variables in order of use, then parameters."""
    found: dict[str, None] = {}
    if name in rulebook.rights:
        right = rulebook.rights[name]
        found.update(dict.fromkeys((right.amount, *right.conditions, *right.step_names)))
        if right.nature is not None:
            found.setdefault(right.nature)
        found.pop(name, None)
    if name in rulebook.variables:
        variable = rulebook.variables[name]
        needed = dependencies(variable, rulebook.windows, rulebook.entities)
        found.update(dict.fromkeys(n for n in needed if n != name))
        if variable.lookup is not None:
            found.setdefault(variable.lookup.by)
        for expr in walk(expressions_of(variable)):
            if expr.op in ("param", "bareme", "tranche"):
                found.setdefault(str(expr.value))
            elif expr.op == "table":
                found.setdefault(expr.value[0])  # type: ignore[index]
    if name in rulebook.windows:
        conditions = _conditions(rulebook.windows[name])
        found.update(dict.fromkeys(str(e.value) for e in walk(conditions) if e.op == "var"))
    variables = [n for n in found if n in rulebook.variables]
    return [*variables, *sorted(n for n in found if n not in rulebook.variables)]


def used_by(rulebook: Rulebook, name: str) -> list[str]:
    """The rules, inputs, periods and rights whose text names something."""
    found = [v.name for v in written_variables(rulebook).values() if name in _mentions(rulebook, v)]
    found += [w.name for w in rulebook.windows.values() if name in _named(_conditions(w))]
    priors = rulebook.priors.values()
    found += [f"l'a priori de {p.name}" for p in priors if name in _named(_law_conditions(p))]
    if name in rulebook.variables or name in rulebook.parameters:
        for right in rulebook.rights.values():
            named = (right.amount, right.claimants, right.received, right.nature, right.claimed)
            if name in (*named, *right.variables, *right.step_names):
                found.append(f"le droit {right.name}")
    return found


def _mentions(rulebook: Rulebook, variable: Variable) -> set[str]:
    exprs = expressions_of(variable)
    if variable.excess is not None:
        exprs += expressions_of(rulebook.variables[variable.excess])
    read = () if variable.lookup is None else (variable.lookup.by,)
    return {*_named(exprs), *variable.conditions, *read} - {variable.name}


def _named(exprs: Iterable[Expr]) -> set[str]:
    """The variables, parameters and periods named in some expressions; a table names its cells too."""
    found: set[str] = set()
    for expr in walk(exprs):
        if expr.op in ("var", "param", "bareme", "tranche", "suppose", *WINDOWS):
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


def _law_conditions(prior: Prior) -> list[Expr]:
    return [law.condition for law in prior.laws if law.condition is not None]


def _nothing(expr: Expr) -> Iterable[Expr]:
    return ()


def _parts(expr: Expr) -> Iterable[Expr]:
    return expr.args


def _computed(expr: Expr) -> Iterable[Expr]:
    return expr.args[1:] if expr.op in ("connu", "si_connu") else expr.args


def walk(
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
