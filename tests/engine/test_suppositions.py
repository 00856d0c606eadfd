"""`en_supposant`: the value of an expression if some rules or inputs were worth something else."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from tests.engine.households import fictional, household
from tests.engine.packs import compute, given, rule, rulebook, write
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.dependencies import children, used_by
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.words import formula_in_words, formula_with_values

NAN = math.nan
MONTH = parse_month("2026-11")
PERIOD = "periodes:\n  trois: {libelle: Trois, references: [Source], de: -3, a: -1}\n"
CHAIN = given("x") + given("y") + rule("a", "x + 1") + rule("b", "a * 10 + y") + rule("c", "b + a")


def value(tmp_path: Path, formula: str, **answers: Any) -> object:
    return compute(rulebook(tmp_path, PERIOD + CHAIN + rule("r", formula)), "r", **answers)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("en_supposant(c, x=0)", 10 + 5 + 1),
        ("en_supposant(c, a=0)", 5),
        ("en_supposant(c, a=a + 1)", 40 + 5 + 4),
        ("en_supposant(c, x=y)", 60 + 5 + 6),
        ("en_supposant(c, x=0, y=0)", 11),
        ("en_supposant(c, x=y, y=x)", 60 + 2 + 6),
        ("en_supposant(x + y, x=7) + x", 7 + 5 + 2),
        ("en_supposant(c, b=b * 2) - en_supposant(c, b=b)", 35),
        ("en_supposant(en_supposant(c, x=0), y=0)", 11),
        ("en_supposant(en_supposant(c, x=x + 1), x=x * 10)", 22 * 10 + 5 + 22),
        ("en_supposant(en_supposant(c, a=b), y=0)", 300 + 0 + 30),
        ("en_supposant(en_supposant(c, y=a), a=1)", 10 + 1 + 1),
        ("en_supposant(c, a=en_supposant(b, y=0))", 300 + 5 + 30),
    ],
)
def test_everything_else_is_equal(tmp_path: Path, formula: str, expected: float) -> None:
    """a = 3, b = 35, c = 38."""
    assert value(tmp_path, formula, x=2.0, y=5.0) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("en_supposant(total(x, trois), x=x * 2)", 2 * 60),
        ("total(en_supposant(x + y, x=mois(x, -1)), trois)", 20 + 30 + 40 + 6),
        ("en_supposant(mois(x, -1) + x, x=y)", 1 + 5),
        ("en_supposant(total(x, trois), x=droit(x))", 3 * 5),
        ("en_supposant(total(droit(x), trois), x=x * 2)", 3 * 10),
        ("mois(en_supposant(x, x=y + x), -1)", 1 + 10),
        ("en_supposant(droit(x) + x, x=1)", 2),
    ],
)
def test_what_is_supposed_is_read_at_the_month_of_what_it_replaces(
    tmp_path: Path, formula: str, expected: float
) -> None:
    months = {"x": 5.0, "x_m1": 10.0, "x_m2": 20.0, "x_m3": 30.0, "x_m4": 40.0}
    months |= {"y": 5.0, "y_m1": 1.0, "y_m2": 2.0, "y_m3": 3.0}
    assert value(tmp_path, formula, **months) == expected


@pytest.mark.parametrize("seed", range(20))
def test_supposing_an_answer_is_giving_it(seed: int) -> None:
    """The fictional country's suppositions about inputs, beside the same rules for the household so answered."""
    rng, persons = Random(seed), 1 + seed % 5
    book, month = fictional(), parse_month("2026-11")
    names = ("prises_sans_troc", "part_d_un_ancien", "sans_dettes", "prises_moyennes", "mois_de_vie")
    plan = compile_plan(book, month, names)
    answers = dict(zip(plan.slots, household(plan, rng, persons, 0.0), strict=True))

    def answered(expected: tuple[str, ...], **instead: Any) -> list[Any]:
        direct = compile_plan(book, month, expected)
        known = [instead[s.name](s) if s.name in instead else answers[s] for s in direct.slots]
        found = direct.exact(known, persons)
        assert found is not None
        return list(found)

    found = plan.exact([answers[slot] for slot in plan.slots], persons)
    assert found is not None
    taken, gift = answered(("prises", "cadeau"), troc=lambda slot: [0.0] * persons)
    assert list(found[0]) == [a + b for a, b in zip(taken, gift, strict=True)]
    shares, members = answered(("parts", "membres"), rang=lambda s: [1.0] * persons, role=lambda s: [0.0] * persons)
    assert found[1] == shares * members
    (mean,) = answered(("prises_moyennes",), dettes=lambda slot: answers[slot._replace(offset=slot.offset - 1)])
    assert found[2] == mean - found[3]


def test_a_supposed_answer_is_known(tmp_path: Path) -> None:
    kind = "type: booleen"
    more = rule("k", "connu(x)", kind=kind) + rule("s", "si_connu(x, y)") + rule("t", "en_supposant(s, x=3)")
    book = rulebook(tmp_path, CHAIN + more + rule("u", "en_supposant(k, x=3)", kind=kind) + rule("v", "k", kind=kind))
    assert (compute(book, "u", x=NAN), compute(book, "v", x=NAN)) == (True, False)
    assert (compute(book, "t", x=NAN, y=1.0), compute(book, "s", x=NAN, y=1.0)) == (3.0, 1.0)
    assert not compile_plan(book, MONTH, ["u"]).slots


def test_steps_conditions_and_versions_are_read_again(tmp_path: Path) -> None:
    text = CHAIN + (
        "d:\n  libelle: D\n  entite: maison\n  unite: '1'\n  references: [S]\n"
        "  conditions:\n    assez: {phrase: P, references: [S], formule: x > 10, manque: 10 - x}\n"
        "  versions: [{depuis: 2025-01, avec: {e: a * 2}, formule: e + 1}]\n"
    )
    text += rule("r", "en_supposant(d, x=20)") + rule("s", "en_supposant(d, assez=True)")
    text += rule("t", "pas + en_supposant(pas, x=1)").replace("  formule", "  avec: {pas: x * 3}\n  formule")
    book = rulebook(tmp_path, text)
    assert compute(book, "d", x=2.0) == 0.0
    assert compute(book, "r", x=2.0) == 43.0
    assert compute(book, "s", x=2.0) == 7.0
    assert compute(book, "t", x=2.0) == 9.0


def test_a_value_of_the_group_stands_for_each_person(tmp_path: Path) -> None:
    text = given("x") + given("p", entity="personne") + rule("q", "p * 2", entity="personne")
    text += rule("s", "somme(q, si=p > 1)") + rule("r", "en_supposant(s, p=x)") + rule("t", "en_supposant(s, p=p + x)")
    text += rule("u", "en_supposant(q + x, p=x)", entity="personne")
    book = rulebook(tmp_path, text)
    answers = {"x": 3.0, "p": [1.0, 2.0]}
    assert compute(book, "r", persons=2, **answers) == 12.0
    assert compute(book, "t", persons=2, **answers) == 18.0
    assert compute(book, "u", persons=2, **answers) in (9.0, [9.0, 9.0])


def test_what_a_supposition_does_not_touch_is_shared(tmp_path: Path) -> None:
    heavy = rule("h", " + ".join(f"y * {k}.5" for k in range(1, 30)))
    book = rulebook(tmp_path, CHAIN + heavy + rule("d", "h + x") + rule("r", "d + en_supposant(d, x=1)"))
    plain, supposing = (len(compile_plan(book, MONTH, [name]).graph.nodes) for name in ("d", "r"))
    assert supposing <= plain + 4


def test_a_given_rule_is_given_everywhere_but_where_it_is_supposed(tmp_path: Path) -> None:
    book = rulebook(tmp_path, CHAIN + rule("r", "en_supposant(b, x=0)") + rule("s", "en_supposant(b, a=0)"))
    plan = compile_plan(book, MONTH, ["r", "s"], given=["a"])
    assert {slot.name for slot in plan.slots} == {"a", "y"}
    answers = [{"a": 4.0, "y": 1.0}[slot.name] for slot in plan.slots]
    assert plan.exact(answers, 1) == (41.0, 1.0)


# -- what is unknown ------------------------------------------------------------------------------------


def test_an_answer_that_only_a_supposition_needs_is_still_missing(tmp_path: Path) -> None:
    book = rulebook(tmp_path, CHAIN + rule("r", "en_supposant(c, a=0)"))
    assert compute(book, "r", x=NAN, y=5.0) == 5.0
    assert compute(book, "r", x=2.0, y=NAN) is None
    plan = compile_plan(book, MONTH, ["r"])
    assert [slot.name for slot in plan.slots] == ["y"]
    (low, high), *_ = plan.bounds_columns([np.array([NAN])], np.array([1]))
    assert (low[0], high[0]) == (-math.inf, math.inf)


def supposing_inputs(tmp_path: Path, asked: str) -> Rulebook:
    more = f"si_inconnu: {{supposer: y + 1}}\n  raison: Parce que\n  demande_si: {asked}"
    text = given("y") + given("z") + given("x", more=more) + rule("a", "x + y")
    return rulebook(tmp_path, text + rule("r", "en_supposant(a, y=10) - a") + rule("s", "en_supposant(a, y=10)"))


def told(book: Rulebook, name: str, **answers: float) -> list[tuple[float, bool]]:
    """What is supposed for x, and whether it is told, in the order in which a screening reads them."""
    plan = compile_plan(book, MONTH, [name])
    assert {f.slot.name for f in plan.fallbacks.values()} <= {"x"}
    values = plan.supposed([answers.get(slot.name, NAN) for slot in plan.slots], 1)
    return [(values[n], True if f.asked is None else bool(values[f.asked])) for n, f in plan.fallbacks.items()]


def test_a_value_supposed_for_the_household_is_told_before_that_of_a_supposition(tmp_path: Path) -> None:
    book = supposing_inputs(tmp_path, "z > 0")
    assert told(book, "r", y=5.0, z=1.0) == [(6.0, True), (11.0, True)]
    assert told(book, "s", y=5.0, z=1.0) == [(11.0, True)]
    assert told(book, "s", y=5.0, z=-1.0) == [(11.0, False)]


def test_a_value_supposed_is_told_when_its_question_applies_under_the_supposition(tmp_path: Path) -> None:
    more = "si_inconnu: {supposer: 1}\n  raison: Parce que\n  demande_si: y > 7"
    text = given("y") + given("x", more=more) + rule("a", "x + y") + rule("s", "en_supposant(a, y=10)")
    orders = ("en_supposant(a, y=10) - a", "a - en_supposant(a, y=10)", "en_supposant(a, y=y) - s")
    for rank, order in enumerate(orders):
        book = rulebook(tmp_path / str(rank), text + rule("r", order))
        assert told(book, "r", y=5.0) == [(1.0, True)], order
    book = rulebook(tmp_path / "b", text + rule("r", "en_supposant(a, y=y - 1)"))
    assert told(book, "r", y=5.0) == [(1.0, False)]


# -- what people read -----------------------------------------------------------------------------------


def test_words_and_values(tmp_path: Path) -> None:
    abri = given("abri", kind="type: enumeration\n  valeurs: {tour: une tour, grotte: une grotte}", period="constante")
    text = CHAIN + abri + rule("d", 'a if abri == "tour" else b')
    text += rule("r", 'x * en_supposant(d, x=y, abri="tour") + en_supposant(a + b, x=2)')
    book = rulebook(tmp_path, text.replace("libelle: Donnée\n", "libelle: Âge, environ\n", 1))
    formula = book.variables["r"].versions[0].formula
    assert formula_in_words(formula, book) == (
        "“Âge, environ” × (Règle, en supposant “Âge, environ” = Donnée et Donnée est « une tour »)"
        " + ((Règle + Règle), en supposant “Âge, environ” = 2)"
    )
    assert formula_with_values(formula, book, lambda e: "9" if e.op in ("var", "en_supposant") else None) == "9 × 9 + 9"
    unknown = formula_with_values(formula, book, lambda e: "9" if e.op == "var" else None)
    assert unknown.startswith("9 × (Règle, en supposant “Âge, environ” = Donnée")


def test_what_is_computed_under_a_supposition_is_not_named(tmp_path: Path) -> None:
    book = rulebook(tmp_path, CHAIN + rule("r", "en_supposant(c, x=y)"))
    plan = compile_plan(book, MONTH, ["r"])
    assert {named.name for named in plan.named} == {"r", "y"}
    assert {named.when.world for named in plan.named} == {0}


def test_dependencies_are_what_is_read_and_what_is_supposed(tmp_path: Path) -> None:
    book = rulebook(tmp_path, CHAIN + rule("r", "en_supposant(b, x=c)"))
    assert sorted(children(book, "r")) == ["b", "c"]
    assert used_by(book, "x") == ["a", "r"]


# -- what cannot be -------------------------------------------------------------------------------------


def test_suppositions_that_double_end(tmp_path: Path) -> None:
    chain = "".join(
        rule(f"r{k}", f"en_supposant(r{k - 1}, x=x + 1) + en_supposant(r{k - 1}, x=x * 2)") for k in range(1, 41)
    )
    book = rulebook(tmp_path, given("x") + rule("r0", "x") + chain)
    with pytest.raises(PlanError, match="suppositions"):
        compile_plan(book, MONTH, ["r40"])
    assert compute(book, "r2", x=1.0) == (1 + 1 + 1) + (1 + 1) * 2 + (1 * 2 + 1) + (1 * 2) * 2


def test_suppositions_of_values_that_depend_on_nothing_are_linear(tmp_path: Path) -> None:
    chain = "".join(rule(f"r{k}", f"en_supposant(r{k - 1}, x=1) + en_supposant(r{k - 1}, x=2)") for k in range(1, 41))
    book = rulebook(tmp_path, given("x") + rule("r0", "x") + chain)
    assert len(compile_plan(book, MONTH, ["r40"]).graph.nodes) < 200


def test_a_local_pack_supposes_by_short_name(tmp_path: Path) -> None:
    root = write(tmp_path / "rules", {"p/regles.yaml": CHAIN})
    local = tmp_path / "ile"
    local.mkdir()
    text = rule("e", "a + x") + rule("f", "e * 2") + rule("r", "en_supposant(f, e=1)")
    (local / "regles.yaml").write_text(text, encoding="utf-8")
    book = load_rulebook(root, packs=[local])
    assert compute(book, "ile.r") == 2.0
    assert used_by(book, "ile.e") == ["ile.f", "ile.r"]
