"""Runs the examples that stand beside the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.diagnostics import Report, nearest, quoted
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.reader import plain_data, read_text, read_yaml
from zero_non_recours.screening.answers import decoded, reader_of
from zero_non_recours.screening.screen import evaluate

MAX_FILES = 200
_KEYS = {"nom", "titre", "source", "mois", "profil", "donnees", "attendu", "tolerance"}


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case: a profile (or values by variable name), a month, what the law gives, and where that comes from."""

    pack: str
    path: str
    name: str
    title: str
    source: str
    month: str
    profile: Any
    inputs: Any
    expected: dict[str, Any]
    tolerance: float


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """Whether an example holds; `message` says in French what differs."""

    pack: str
    path: str
    name: str
    ok: bool
    message: str


def read_examples(rulebook: Rulebook) -> Iterator[Example | ExampleResult]:
    """The examples of every pack, in file order; a file that does not read gives a failed result.

    Names in a local pack's example are looked up in its own namespace first.
    """
    for namespace, root in rulebook.roots:
        for own, folder in _packs(root, namespace):
            place = folder / "exemples"
            if not place.is_dir() or place.is_symlink():
                continue
            for path in sorted(place.glob("*.y*ml"))[:MAX_FILES]:
                shown = f"{f'{folder.name}/' if namespace else ''}{path.relative_to(root).as_posix()}"
                if path.suffix == ".yaml":
                    yield from _file(rulebook, own, folder.name, path, shown)
                else:
                    yield ExampleResult(
                        folder.name, shown, path.name, False, "ce fichier est ignoré : le renommer en .yaml"
                    )


def _packs(root: Path, namespace: str) -> Iterator[tuple[str, Path]]:
    """The pack folders under a root that the loader reads, with the namespace of each."""
    if namespace:
        yield namespace, root
        return
    for folder in sorted(p for p in root.iterdir() if p.is_dir() and not p.is_symlink()):
        if folder.name != "local":
            yield "", folder
            continue
        for local in sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink()):
            yield local.name, local


def _file(rulebook: Rulebook, namespace: str, pack: str, path: Path, shown: str) -> Iterator[Example | ExampleResult]:
    report = Report()
    text = read_text(path, shown, report)
    node = read_yaml(text, shown, report) if text is not None else None
    data = plain_data(node) if node is not None else None
    if report.items or not isinstance(data, list):
        problem = report.items[0].render() if report.items else "une liste d'exemples est attendue"
        yield ExampleResult(pack, shown, "", False, problem)
        return
    for rank, item in enumerate(data):
        yield _example(_full_names(item, rulebook, namespace), rank, pack, shown)


def _full_names(item: Any, rulebook: Rulebook, namespace: str) -> Any:
    """An example with the full names of its pack's own rules."""
    if not namespace or not isinstance(item, dict):
        return item

    def full(values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {f"{namespace}.{k}" if f"{namespace}.{k}" in rulebook.variables else k: v for k, v in values.items()}

    inputs = item.get("donnees")
    if isinstance(inputs, dict):
        inputs = {k: [full(p) for p in v] if isinstance(v, list) else full(v) for k, v in inputs.items()}
    return {**item, "attendu": full(item.get("attendu"))} | ({"donnees": inputs} if inputs is not None else {})


def _example(item: Any, rank: int, pack: str, shown: str) -> Example | ExampleResult:
    name = str(item.get("nom", f"n° {rank + 1}")) if isinstance(item, dict) else f"n° {rank + 1}"
    if problem := _problem(item):
        return ExampleResult(pack, shown, name, False, problem)
    return Example(
        pack, shown, name, str(item.get("titre", "")), str(item["source"]), str(item.get("mois", "")),
        item.get("profil"), item.get("donnees"), item["attendu"], float(item.get("tolerance", 0.005)),
    )  # fmt: skip


def _problem(item: Any) -> str:
    """Why an example cannot be run, or an empty text."""
    if not isinstance(item, dict):
        return "un exemple a « mois », « profil », « attendu » et « source »"
    unknown = next((key for key in item if key not in _KEYS), None)
    if unknown is not None:
        near = nearest(unknown, _KEYS) or f"Clés : {', '.join(sorted(_KEYS))}."
        return f"la clé {quoted(unknown)} n'existe pas ici. {near}"
    missing = next((key for key in ("source", "attendu") if not item.get(key)), None)
    if missing is not None:
        return f"il manque « {missing} »"
    if not isinstance(item["attendu"], dict):
        return "« attendu » est une suite de « nom: valeur »"
    tolerance = item.get("tolerance", 0)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float):
        return "« tolerance » est un nombre"
    return ""


def run_examples(rulebook: Rulebook) -> list[ExampleResult]:
    """Every example of a rulebook, with its outcome."""
    return [e if isinstance(e, ExampleResult) else run_example(rulebook, e) for e in read_examples(rulebook)]


def run_example(rulebook: Rulebook, example: Example) -> ExampleResult:
    """One example against the rules."""
    names = list(example.expected)
    try:
        unknown = [n for n in names if n not in rulebook.variables]
        if unknown:
            raise PlanError(
                f"aucune règle ne s'appelle {quoted(unknown[0])}. {nearest(unknown[0], rulebook.variables)}".strip()
            )
        if example.profile is not None:
            found = _from_profile(rulebook, example, names)
        else:
            found = evaluate(names, example.inputs or {}, example.month, rulebook=rulebook)
    except (PlanError, ValidationError, ValueError, KeyError, TypeError) as error:
        return ExampleResult(example.pack, example.path, example.name, False, str(error))
    gaps = [
        f"{name} = {found[name]!r}, attendu {expected!r}"
        for name, expected in example.expected.items()
        if not same(found[name], expected, example.tolerance)
    ]
    return ExampleResult(example.pack, example.path, example.name, not gaps, " ; ".join(gaps))


def _from_profile(rulebook: Rulebook, example: Example, names: list[str]) -> dict[str, Any]:
    household = household_model(rulebook).model_validate(example.profile)
    plan = compile_plan(rulebook, parse_month(example.month), tuple(names), unasked=rulebook.hypotheses)
    answers, persons = reader_of(plan).read(household)
    found: dict[str, Any] = {}
    for name, value in zip(names, plan.settled(answers, persons), strict=True):
        variable = rulebook.variables[name]
        found[name] = [decoded(variable, v) for v in value] if isinstance(value, list) else decoded(variable, value)
    return found


def same(found: Any, expected: Any, tolerance: float) -> bool:
    """Whether a value is the expected one, numbers within the tolerance."""
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(same(a, b, tolerance) for a, b in zip(found, expected, strict=True))
        )
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return found == expected
    return isinstance(found, int | float) and abs(found - expected) <= tolerance + 1e-9
