"""Refuses what is defined in a circle: rules by each other, or priors by answers that they draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from zero_non_recours.rulebook.dependencies import dependencies, drawn_from
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.model import Entity, Prior, Variable, Window


def check_cycles(
    variables: Mapping[str, Variable], windows: Mapping[str, Window], entities: Mapping[str, Entity], report: Report
) -> None:
    """Report each circle once, where the rule that closes it stands."""

    def needs(name: str) -> list[str]:
        return dependencies(variables[name], windows, entities, computed=True)

    for circle in _circles(variables, needs):
        report.add(
            "cycle",
            variables[circle[0]].position,
            f"ces règles se définissent en rond : {_path(circle)}.",
            "Couper le cercle : une règle ne dépend pas d'elle-même, même à un autre mois.",
        )


def check_prior_cycles(
    priors: Mapping[str, Prior],
    variables: Mapping[str, Variable],
    windows: Mapping[str, Window],
    entities: Mapping[str, Entity],
    report: Report,
) -> None:
    """Report each circle of answers drawn from each other, even through the rules that say when they are asked."""
    if report.items:
        return

    def needs(name: str) -> list[str]:
        read = dependencies(variables[name], windows, entities, computed=True)
        return [*read, *drawn_from(priors[name])] if name in priors else read

    for circle in _circles(priors, needs):
        conditions = (law.condition for name in circle if name in priors for law in priors[name].laws)
        report.add(
            "cycle",
            next(condition.position for condition in conditions if condition is not None),
            f"ces réponses se tirent en rond : {_path(circle)}.",
            "Enlever une condition (« si »), ou lire une autre donnée.",
        )


def _circles(starts: Iterable[str], needs: Callable[[str], list[str]]) -> Iterator[list[str]]:
    """The circles of a graph: the names along each, the first again at the end."""
    done: set[str] = set()
    for start in starts:
        if start in done:
            continue
        path: dict[str, list[str]] = {start: needs(start)}
        while path:
            name = next(reversed(path))
            if not path[name]:
                done.add(name)
                del path[name]
                continue
            needed = path[name].pop()
            if needed in path:
                names = list(path)
                yield [*names[names.index(needed) :], needed]
            elif needed not in done:
                path[needed] = needs(needed)


def _path(circle: list[str]) -> str:
    return " → ".join(circle[:12])
