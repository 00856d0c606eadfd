"""The tables of docs/profile.md, from the inputs that the rules declare.

`python -m tests.docs.profile_table` writes them again in the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.follow_up import BLOCK, follow_up_fields
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Right, Rulebook, Variable
from zero_non_recours.rulebook.words import formula_in_words, show_number

PAGE = Path(__file__).resolve().parents[2] / "docs" / "profile.md"
START = "<!-- tables: python -m tests.docs.profile_table -->"
END = "<!-- end of the tables -->"
GROUPS = {
    "Household": "",
    "Each person": "personnes[].",
    "Incomes of each person": "personnes[].revenus.",
    "Housing": "logement.",
    "Assets": "patrimoine.",
    "Tax": "fiscal.",
    "Benefits received": "prestations_recues.",
}


def inputs_of(rulebook: Rulebook, right: Right) -> set[str]:
    """The inputs that the amount and the conditions of a right read, from one quarter or another of the coverage."""
    found = {right.received} if right.received else set()
    for month in (*range(rulebook.coverage.first, rulebook.coverage.last, 3), rulebook.coverage.last):
        try:
            plan = compile_plan(rulebook, month, (right.amount, *right.conditions), unasked=rulebook.hypotheses)
        except PlanError:
            continue  # a right without amounts that month
        found.update(slot.name for slot in plan.slots)
    for name in list(found):
        while (lookup := rulebook.variables[name].lookup) is not None:
            name = lookup.by
            found.add(name)
    return found


def group_of(path: str) -> str:
    """The table in which a field stands."""
    return next(title for title, prefix in reversed(GROUPS.items()) if path.startswith(prefix))


def type_of(field: ProfileField) -> str:
    """The type of an answer, as a caller writes it."""
    match field.type:
        case "booleen":
            return "`true` or `false`"
        case "date":
            return "date"
        case "code":
            return "INSEE code, text"
        case "texte":
            return "text"
        case "enumeration":
            return " ".join(f"`{value}`" for value in field.values)
        case "liste":
            return f"list of {' '.join(f'`{value}`' for value in field.values)}"
        case _:
            return "number, by month or year" if field.series else "number"


def unknown_of(variable: Variable, rulebook: Rulebook) -> str:
    """What the rules do without an answer."""
    if variable.type == "texte":
        return "nothing is read from it"
    if variable.lookup is not None:
        found = f"read by `{rulebook.variables[variable.lookup.by].path}`, else "
        return found + unknown_of(replace(variable, lookup=None), rulebook)
    if variable.policy == "supposer" and variable.default is not None:
        default = variable.default
        if default.op == "const" and variable.type == "booleen":
            text = "yes" if default.value else "no"
        elif default.op == "const" and variable.type == "nombre":
            text = show_number(float(default.value))  # type: ignore[arg-type]
        elif default.op == "const" and variable.values:
            text = f"`{list(variable.values)[int(default.value)]}`"  # type: ignore[call-overload]
        elif default.op == "const":
            text = "none"
        else:
            text = formula_in_words(default, rulebook)
        return f"supposed: {text}"
    return "asked" if variable.policy == "bloquer" else "every possible answer"


def cell(text: str) -> str:
    """Text that stays within its cell."""
    return " ".join(text.split()).replace("|", "\\|")


def tables(rulebook: Rulebook) -> str:
    """Every table of the page."""
    readers = {name: inputs_of(rulebook, right) for name, right in rulebook.rights.items()}
    inputs = sorted((v for v in rulebook.inputs.values() if v.path), key=lambda v: v.order)
    lines: list[str] = []
    for title, prefix in GROUPS.items():
        lines += ["", f"### {title}", ""]
        lines += [
            "| field | label | type | unit | read by | without an answer | why |",
            "|---|---|---|---|---|---|---|",
        ]
        for variable in inputs:
            if group_of(variable.path) == title:
                lines.append(
                    _row(variable, prefix, rulebook, (n for n, read in readers.items() if variable.name in read))
                )
    lines += ["", "### Steps already taken", "", "| field | label | type | question |", "|---|---|---|---|"]
    for field in follow_up_fields(["<droit>"]):
        cells = (f"`{field.path.removeprefix(f'{BLOCK}.')}`", field.label, type_of(field), field.question)
        lines.append(f"| {' | '.join(cell(text) for text in cells)} |")
    return "\n".join(lines).strip() + "\n"


def _row(variable: Variable, prefix: str, rulebook: Rulebook, rights: Iterable[str]) -> str:
    field = profile_field(variable)
    unit = field.unit if field.type == "nombre" and field.unit != "1" else ""
    cells = (
        f"`{variable.path.removeprefix(prefix)}`",
        variable.label,
        type_of(field),
        unit,
        " ".join(f"`{name}`" for name in rights) or "—",
        unknown_of(variable, rulebook),
        variable.default_reason if variable.policy == "supposer" else variable.why,
    )
    return f"| {' | '.join(cell(text) for text in cells)} |"


def page_with(text: str, new: str) -> str:
    """The page with its tables replaced."""
    before, rest = text.split(START)
    after = rest.split(END)[1]
    return f"{before}{START}\n\n{new}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with(PAGE.read_text("utf-8"), tables(default_rulebook())), "utf-8")
