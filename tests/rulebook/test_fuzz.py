"""Whatever text stands in a pack, loading it gives a rulebook or a `RulebookError`, never anything else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.households import FICTIONAL_RULES
from tests.engine.packs import write
from tests.rulebook.marked import BASE, rule
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.functions import FUNCTIONS
from zero_non_recours.rulebook.loader import load_rulebook, shipped_rules

quick = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
few = settings(quick, max_examples=25)

TOKENS = [
    *FUNCTIONS, "rang", "age", "gain", "seul", "jour", "village", "abri", "trimestre", "base.montant",
    "base.echelle", "base.par_rang", "(", ")", ",", "+", "-", "*", "/", "<", "==", "in", "not", "and", "or", "if",
    "else", "si=", "[", "]", "'00000'", "0", "1", "2.5", "-1", "'grotte'", "True", "debut_mois", "mois_par_an",
    "lambda", ".", ":", "**", "\n",
]  # fmt: skip
KEYS = [
    "libelle", "entite", "unite", "type", "references", "avec", "formule", "versions", "conditions", "periode",
    "valeurs", "question", "si_inconnu", "demande_si", "sinon", "minimum", "supposer", "depuis", "jusqu_a",
    "phrase", "manque", "values", "brackets", "threshold", "rate", "amount", "metadata", "unit", "description",
    "reference", "value", "choix", "de", "a", "si", "montant", "membres", "2020-01-01", "periodes", "r", "s",
    "rang",
]  # fmt: skip
SCALARS = [
    "rang",
    "1",
    "maison",
    "personne",
    "€/mois",
    "booleen",
    "enumeration",
    "2024-01",
    "[S]",
    "r + 1",
    "null",
    "true",
]

formulas = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(TOKENS), min_size=1, max_size=14).map(" ".join))
nodes = st.recursive(
    st.sampled_from(SCALARS) | st.text(max_size=8).map(repr),
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from(KEYS), inner, min_size=1, max_size=6).map(
            lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}"
        ),
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
    ),
    max_leaves=14,
)


@contextmanager
def tree(source: Path | None = None) -> Iterator[Path]:
    """A folder of rules of its own for one example."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "rules"
        if source is None:
            write(root, BASE)
        else:
            shutil.copytree(source, root)
        yield root


def load(root: Path) -> None:
    """Load, and compile every rule: the only errors are the two announced, and they can be shown."""
    try:
        book = load_rulebook(root)
        names = [name for name, variable in book.variables.items() if not variable.is_input]
        plan = compile_plan(book, parse_month("2026-11"), names)
        plan.exact([[1.0, 2.0] if by_person else 1.0 for by_person in plan.levels], 2)
    except (RulebookError, PlanError) as error:
        if not str(error):
            raise


@given(text=st.text(max_size=300))
@quick
def test_any_text_as_a_file(text):
    with tree() as root:
        write(root, {**BASE, "q/regles.yaml": text.encode("utf-8", "surrogatepass")})
        load(root)


@given(
    raw=st.binary(max_size=200),
    name=st.sampled_from(["q/regles.yaml", "q/parametres.yaml", "q/droit.yaml", "entites.yaml"]),
)
@quick
def test_any_bytes_as_a_file(raw, name):
    with tree() as root:
        write(root, {**BASE, name: raw})
        load(root)


@given(
    content=st.dictionaries(st.sampled_from(KEYS), nodes, min_size=1, max_size=5),
    name=st.sampled_from(["q/regles.yaml", "q/parametres.yaml", "q/droit.yaml", "entites.yaml"]),
)
@quick
def test_any_structure_as_a_file(content, name):
    with tree() as root:
        before = str(BASE.get(name, ""))
        text = before + "".join(f"{key}: {value}\n" for key, value in content.items() if f"{key}:" not in before)
        write(root, {**BASE, name: text.encode("utf-8", "surrogatepass")})
        load(root)


@given(formula=formulas, kind=st.sampled_from(['unite: "1"', "type: booleen", "type: date", "unite: €/mois"]))
@quick
def test_any_text_as_a_formula(formula, kind):
    body = "".join(f"    {line}\n" for line in formula.split("\n"))
    with tree() as root:
        text = rule("rang", kind=kind).replace("formule: rang\n", "formule: |\n" + body)
        write(root, {**BASE, "q/regles.yaml": text.encode("utf-8", "surrogatepass")})
        load(root)


mutations = st.lists(
    st.tuples(
        st.sampled_from(["delete", "double", "replace", "drop line", "double line", "swap lines", "indent"]),
        st.integers(0, 10**6),
        st.sampled_from([*"[]{}:,-'\"#&*!|>%@` \t\n0aé<", ": ", "null", "- ", "2024-02", "€/an", "__x"]),
    ),
    min_size=1,
    max_size=4,
)


def mutate(text: str, changes: list[tuple[str, int, str]]) -> str:
    for kind, place, piece in changes:
        at = place % max(len(text), 1)
        lines = text.split("\n")
        line = place % len(lines)
        if kind == "delete":
            text = text[:at] + text[at + 1 :]
        elif kind == "double":
            text = text[:at] + text[at : at + 1] + text[at:]
        elif kind == "replace":
            text = text[:at] + piece + text[at + 1 :]
        else:
            if kind == "drop line":
                del lines[line]
            elif kind == "double line":
                lines.insert(line, lines[line])
            elif kind == "swap lines":
                lines[line], lines[line - 1] = lines[line - 1], lines[line]
            else:
                lines[line] = "  " + lines[line]
            text = "\n".join(lines)
    return text


def rule_files(root: Path) -> list[Path]:
    return sorted(path.relative_to(root) for path in root.rglob("*.yaml") if path.parent.name != "exemples")


@pytest.mark.parametrize("source", [FICTIONAL_RULES, shipped_rules()], ids=["fictional", "shipped"])
@given(changes=mutations, choice=st.integers(0, 1_000))
@few
def test_mutated_rule_files(source, changes, choice):
    names = rule_files(source)
    name = names[choice % len(names)]
    with tree(source) as root:
        path = root / name
        path.write_text(mutate(path.read_text(encoding="utf-8"), changes), encoding="utf-8")
        load(root)
