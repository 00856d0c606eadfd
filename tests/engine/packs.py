"""Small rulebooks written in a test."""

from __future__ import annotations

import textwrap
from pathlib import Path

from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Rulebook

ENTITIES = """\
couverture: {de: 2024-01, a: 2026-12}
entites:
  personne: {libelle: Personne}
  maison: {libelle: Maison}
"""


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write a tree of files, with an `entites.yaml` unless one is given; returns the root."""
    root.mkdir(exist_ok=True)
    for name, content in {"entites.yaml": ENTITIES, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(textwrap.dedent(content), encoding="utf-8")
    return root


def rulebook(root: Path, rules: str, parameters: str = "") -> Rulebook:
    """A rulebook of one pack, `p`."""
    files: dict[str, str | bytes] = {"p/regles.yaml": rules}
    if parameters:
        files["p/parametres.yaml"] = parameters
    return load_rulebook(write(root, files))


def rule(name: str, formula: str, *, entity: str = "maison", kind: str = 'unite: "1"') -> str:
    """The text of a rule with its formula on one line."""
    return (
        f"{name}:\n  libelle: Règle\n  entite: {entity}\n  {kind}\n  references: [Source]\n"
        f"  formule: >\n    {formula}\n"
    )


def given(name: str, *, entity: str = "maison", kind: str = 'unite: "1"', period: str = "mois", more: str = "") -> str:
    """The text of an input."""
    text = f"{name}:\n  libelle: Donnée\n  entite: {entity}\n  {kind}\n  periode: {period}\n  question: Combien ?\n"
    return text + (f"  {more}\n" if more else "  si_inconnu: encadrer\n")


def compute(book: Rulebook, name: str, month: str = "2026-11", persons: int = 1, **answers: object) -> object:
    """The exact value of a rule; answers by slot, `x`, `x_m1` a month before, `x_a1` the year before."""
    plan = compile_plan(book, parse_month(month), [name])
    found = []
    for slot in plan.slots:
        suffix = "" if slot.kind == "c" or slot.offset == 0 else f"_{slot.kind}{-slot.offset}"
        found.append(answers.get(slot.name + suffix, float("nan")))
    result = plan.exact(found, persons)  # type: ignore[arg-type]
    return None if result is None else result[0]
