"""Refuses rules that define each other in a circle, and shows the path of the circle."""

from __future__ import annotations

from collections.abc import Mapping

from zero_non_recours.rulebook.dependencies import dependencies
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.model import Entity, Variable, Window


def check_cycles(
    variables: Mapping[str, Variable], windows: Mapping[str, Window], entities: Mapping[str, Entity], report: Report
) -> None:
    """Report each circle once, where the rule that closes it stands."""
    done: set[str] = set()
    for start in variables:
        if start in done:
            continue
        path: dict[str, list[str]] = {start: dependencies(variables[start], windows, entities, computed=True)}
        while path:
            name = next(reversed(path))
            if not path[name]:
                done.add(name)
                del path[name]
                continue
            needed = path[name].pop()
            if needed in path:
                names = list(path)
                circle = [*names[names.index(needed) :], needed]
                report.add(
                    "cycle",
                    variables[needed].position,
                    f"ces règles se définissent en rond : {' → '.join(circle[:12])}.",
                    "Couper le cercle : une règle ne dépend pas d'elle-même, même à un autre mois.",
                )
            elif needed not in done and needed in variables:
                path[needed] = dependencies(variables[needed], windows, entities, computed=True)
