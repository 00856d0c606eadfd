"""What each construction of the language means, on values counted by hand."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest

from tests.engine.households import fictional, full_plan, household
from tests.engine.packs import compute, given, rule, rulebook
from zero_non_recours.engine import semantics
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.lower import check_month
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import date_code, first_day, last_day, parse_month, show_date, show_month

NAN = math.nan


def fictional_value(name: str, month: str = "2026-11", persons: int = 1, **answers: object) -> object:
    return compute(fictional(), name, month, persons, **answers)


# -- roundings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("round(953.565, 2)", 953.57),
        ("round(953.564, 2)", 953.56),
        ("round(2.5)", 3.0),
        ("round(0 - 2.5)", -2.0),
        ("round(1234, -2)", 1200.0),
        ("round(1250, -2)", 1300.0),
        ("round(1.005, 2)", 1.01),
        ("floor(2.99999)", 2.0),
        ("floor(2.9999999)", 3.0),
        ("floor(0 - 2.5)", -3.0),
        ("floor(1299, -2)", 1200.0),
        ("floor(12.39, 1)", 12.3),
        ("ceil(2.1)", 3.0),
        ("ceil(2.0000001)", 2.0),
        ("ceil(1201, -2)", 1300.0),
        ("ceil(12.31, 1)", 12.4),
        ("ceil(0.1 + 0.2, 1)", 0.3),
        ("abs(0 - 3) + min(2, 1, 4) + max(2, 5, 4)", 9.0),
        ("-3 * 2 - (1 - 4)", -3.0),
        ("1 if 1 < 2 <= 2 != 3 else 0", 1.0),
        ("mois_par_an / mois_par_an", 1.0),
    ],
)
def test_arithmetic(tmp_path, formula, expected):
    book = rulebook(tmp_path, rule("r", formula) + given("x") + rule("avec_x", formula + " + 0 * x"))
    assert compute(book, "r") == expected
    shaken = rulebook(tmp_path / "b", given("z") + rule("r", formula.replace("round(", "round(z + ", 1)))
    assert compute(shaken, "r", z=0.0) == expected


@pytest.mark.parametrize("digits", [-2, 0, 2, 6])
@pytest.mark.parametrize("value", [math.inf, -math.inf, NAN, 1e308, -1e308])
def test_rounding_what_has_no_end_raises_nothing(value, digits):
    for function in semantics.ROUNDINGS.values():
        result = function(value, digits)
        assert math.isnan(result) if math.isnan(value) else result * value > 0


@pytest.mark.parametrize("digits", [-1, 0, 1, 2])
@pytest.mark.parametrize("function", ["round", "floor", "ceil"])
def test_roundings_agree_on_halves_and_on_steps(tmp_path, function, digits):
    book = rulebook(tmp_path, given("x") + rule("r", f"{function}(x * 1.5, {digits})"))
    plan = compile_plan(book, parse_month("2026-11"), ["r"])
    values = np.concatenate([np.arange(-60, 61) / 8, np.arange(-300, 300) / 100, [635.71, 953.565, -0.0]])
    (columns,), _ = plan.columns([values], np.ones(len(values), dtype=int))
    ((low, high),) = plan.bounds_columns([values], np.ones(len(values), dtype=int))
    for value, *found in zip(values, columns, low, high, strict=True):
        exact = plan.exact([float(value)], 1)
        assert exact is not None
        assert set(map(float, found)) == {exact[0]}


def test_not_a_number_is_never_lost():
    for function in (semantics.smaller, semantics.larger):
        assert math.isnan(function(NAN, 1.0))
        assert math.isnan(function(1.0, NAN))
    assert math.isnan(semantics.divide(1.0, 0.0))


def test_division_by_zero_is_the_same_in_every_reading(tmp_path):
    book = rulebook(
        tmp_path,
        given("x", entity="personne")
        + given("y", entity="personne")
        + rule("quotient", "x / y", entity="personne")
        + rule("haut", "max(1, quotient)", entity="personne")
        + rule("bas", "min(quotient, 1) + min(1, quotient)", entity="personne")
        + rule("plus_haut", "plus_grand(quotient)")
        + rule("arrondi", "round(quotient, 2) + floor(quotient) + ceil(quotient)", entity="personne")
        + rule("compare", "quotient < 1 or quotient >= 1", entity="personne", kind="type: booleen"),
    )
    names = ["quotient", "haut", "bas", "plus_haut", "arrondi", "compare"]
    plan = compile_plan(book, parse_month("2026-11"), names)
    answers = [[1.0, 0.0, 4.0], [0.0, 0.0, 2.0]]
    exact = plan.exact(answers, 3)
    assert exact is not None
    columns, _ = plan.columns([np.array(a) for a in answers], np.array([3]))
    for one, column in zip(exact, columns, strict=True):
        np.testing.assert_array_equal(np.atleast_1d(one), column)
    assert [math.isnan(v) for v in exact[1]] == [True, True, False]
    assert [math.isnan(v) for v in exact[2]] == [True, True, False]
    assert exact[5] == [False, False, True]


# -- dates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        ((2000, 2, 29), (2001, 2, 28), 0),
        ((2000, 2, 29), (2001, 3, 1), 1),
        ((2000, 2, 29), (2004, 2, 29), 4),
        ((2000, 11, 30), (2026, 11, 29), 25),
        ((2000, 11, 30), (2026, 11, 30), 26),
        ((2000, 12, 31), (2026, 12, 30), 25),
        ((2026, 11, 2), (2026, 11, 1), -1),
    ],
)
def test_an_anniversary_is_on_its_day(birth, day, years):
    assert semantics.years_between(date_code(*birth), date_code(*day)) == years


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ((2026, 1, 31), (2026, 2, 28), 0),
        ((2026, 1, 31), (2026, 3, 1), 1),
        ((2026, 1, 15), (2026, 2, 14), 0),
        ((2026, 1, 15), (2026, 2, 15), 1),
        ((2025, 6, 1), (2026, 12, 1), 18),
    ],
)
def test_month_spans_count_whole_months(start, end, months):
    assert semantics.months_between(date_code(*start), date_code(*end)) == months


def test_age_is_read_at_the_end_of_the_month_whatever_its_length():
    for day in (1, 28, 29, 30, 31):
        birth = [date_code(2000, 3, day)]
        assert fictional_value("age", "2026-02", naissance=birth) == [25.0]
        assert fictional_value("age", "2026-03", naissance=birth) == [26.0]
    assert fictional_value("mois_de_vie", "2026-11", naissance=[date_code(2026, 10, 2)]) == [0.0]
    assert fictional_value("mois_de_vie", "2026-12", naissance=[date_code(2026, 10, 2)]) == [1.0]


def test_months_and_dates_are_written_back_as_read():
    month = parse_month("2024-02")
    assert show_month(month) == "2024-02"
    assert show_date(first_day(month)) == "2024-02-01"
    assert last_day(month) >= date_code(2024, 2, 29)
    for wrong in ("2024-13", "2024-1", "24-01", "2024-01-01", ""):
        with pytest.raises(ValueError, match="AAAA-MM"):
            parse_month(wrong)


# -- scales and tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "income", "tax"),
    [
        ("2024-03", 100.0, 5.0),
        ("2024-03", 200.0, 10.0),
        ("2024-03", 1000.0, 110.0),
        ("2024-06", 1000.0, 137.5),
        ("2025-01", 210.0, 10.5),
        ("2025-01", 1000.0, 136.0),
        ("2025-01", -50.0, 0.0),
    ],
)
def test_a_marginal_scale_taxes_each_slice_with_the_brackets_of_the_month(month, income, tax):
    zero = {f"dettes_m{k}": 0.0 for k in (1, 2, 3, 4)}
    people = {f"{name}_m{k}": [0.0] for name in ("troc", "rente") for k in (1, 2, 3, 4)}
    people |= {f"peche_m{k}": [max(income, 0.0)] for k in (1, 2, 3, 4)}
    known = {"role": [1.0], "naissance": [date_code(1980, 1, 1)], "village": 0.0}
    assert fictional_value("impot", month, **zero, **people, **known) == pytest.approx(tax)


@pytest.mark.parametrize(("income", "amount"), [(0.0, 40), (149.99, 40), (150.0, 25.55), (400.0, 0), (9999.0, 0)])
def test_an_amount_scale_gives_the_amount_of_its_bracket(income, amount):
    assert fictional_value("cadeau", role=[1.0], peche=[income], troc=[0.0], rente=[NAN]) == [amount]


def test_a_scale_gives_nothing_below_its_first_bracket():
    assert fictional_value("cadeau", role=[1.0], peche=[0.0], troc=[-1.0], rente=[0.0]) == [0.0]


def test_a_table_is_read_by_choice_or_by_whole_number():
    assert fictional_value("part", persons=4, rang=[0.0, 1.0, 2.0, 3.0]) == [1.0, 0.8, 0.35, 0.0]
    assert [fictional_value("toit", abri=float(k), surface=10.0) for k in range(4)] == [20.0, 39.0, 0.0, 55.0]
    assert fictional_value("toit", "2024-12", abri=1.0, surface=0.0) == 31.0
    outside = fictional_value("part", rang=[7.0])
    assert isinstance(outside, list)
    assert math.isnan(outside[0])


def test_an_unknown_key_of_a_table_is_bounded_by_its_cases():
    plan = compile_plan(fictional(), parse_month("2026-11"), ["part", "toit"])
    answers = [[NAN, 2.0] if by_person else NAN for by_person in plan.levels]
    root_part, root_toit = plan.roots
    trace = plan.bounds_trace(answers, 2)
    assert trace[root_part] == ([0.0, 0.35], [1.0, 0.35])
    assert trace[root_toit] == (0.0, 205.0)


# -- months, windows, versions --------------------------------------------------------------------------


def test_a_parameter_is_read_at_the_month_of_calculation_and_droit_at_the_month_of_right():
    assert fictional_value("base_du_mois", "2025-04") == 121.37
    assert fictional_value("bases_du_droit", "2025-04", village=0.0) == pytest.approx(121.37, abs=1e-12)
    assert fictional_value("bases_de_reference", "2025-04", village=0.0) == 110.5
    assert fictional_value("bases_de_reference", "2025-05", village=0.0) == pytest.approx((110.5 * 2 + 121.37) / 3)
    assert fictional_value("base_d_avant", "2025-07") == 110.5
    assert fictional_value("base_d_avant", "2025-06") == 100.0


def test_a_window_moves_with_its_condition():
    slow = float(int("70001", 36))
    assert fictional_value("bases_de_reference", "2025-05", village=0.0) != 110.5
    assert fictional_value("bases_de_reference", "2025-05", village=slow) == 110.5
    assert fictional_value("bases_de_reference", "2025-05", village=float(int("0000Z", 36))) == 110.5


def test_a_window_looks_at_every_month():
    away: dict[str, Any] = {f"voyage_m{k}": [0.0] for k in (1, 2, 3, 4)}
    common: dict[str, Any] = {"role": [1.0], "village": 0.0}
    assert fictional_value("sedentaire", **common, **away) is True
    assert fictional_value("a_voyage", **common, **away) is False
    away["voyage_m3"] = [1.0]
    assert fictional_value("sedentaire", **common, **away) is False
    assert fictional_value("a_voyage", **common, **away) is True
    away |= {"voyage_m3": [0.0], "voyage_m4": [1.0]}
    assert fictional_value("a_voyage", **common, **away) is False


def test_a_rule_changes_with_its_versions_and_is_zero_between_them():
    months = {"2024-06": 100.0, "2024-07": 221.0, "2024-12": 221.0, "2025-01": 0.0, "2025-02": 0.0, "2025-03": 331.5}
    assert {month: fictional_value("coutume", month) for month in months} == months


def test_the_year_total_is_an_answer_of_its_own():
    assert fictional_value("de_l_annee", peche_a1=[600.0], rente_a2=[120.0]) == [60.0]
    assert fictional_value("de_l_annee", peche_a1=[NAN], rente_a2=[NAN]) == [0.0]
    assert fictional_value("chaleur_gagnee", chaleur=50.0, chaleur_a1=20.0) == 30.0


def test_aggregates_speak_of_the_members_of_their_group():
    roles = [1.0, 1.0, 2.0, 3.0]
    assert fictional_value("membres", persons=4, role=roles) == 3.0
    assert fictional_value("habitants", persons=4, role=roles) == 4.0
    births = [date_code(y, 1, 1) for y in (1980, 1990, 2020, 1930)]
    assert fictional_value("doyen", persons=4, role=roles, naissance=births) == 46.0
    assert fictional_value("doyen", persons=1, role=[3.0], naissance=births[:1]) == 0.0
    singing: dict[str, Any] = {"chante": [NAN, 0.0, 1.0, NAN], "naissance": births}
    assert fictional_value("benjamin", persons=4, **singing) == 6.0
    assert fictional_value("un_voyageur", persons=4, role=roles, voyage=[0.0, 0.0, 0.0, 1.0]) is False
    assert fictional_value("adultes_presents", persons=4, role=roles, voyage=[0.0, 0.0, 1.0, 1.0]) is True
    assert fictional_value("adultes_presents", persons=1, role=[2.0], voyage=[1.0]) is True


# -- conditions -----------------------------------------------------------------------------------------


def complete_household(seed: int = 3) -> dict[str, Any]:
    plan = full_plan("fictional", "2026-11")
    return {str(slot): answer for slot, answer in zip(plan.slots, household(plan, Random(seed), 2, 0.0), strict=True)}


def test_a_rule_is_zero_when_a_condition_fails():
    plan = compile_plan(fictional(), parse_month("2026-11"), ["don", "don_presence", "don_serment", "don_prises"])
    free = compile_plan(
        fictional(), parse_month("2026-11"), ["don"], given=["don_presence", "don_serment", "don_prises"]
    )
    known = complete_household()
    answers = [known.get(str(slot), NAN) for slot in free.slots]
    flags = {slot.name: i for i, slot in enumerate(free.slots) if slot.name.startswith("don_")}
    assert set(flags) == {"don_presence", "don_serment", "don_prises"}
    for failing in (None, *flags):
        for name, place in flags.items():
            answers[place] = float(name != failing)
        found = free.exact(answers, 2)
        assert found is not None
        assert (found[0] == 0.0) == (failing is not None)
    assert len(plan.exact([known[str(slot)] for slot in plan.slots], 2) or ()) == 4


def test_the_gap_of_a_condition_is_a_rule():
    condition = fictional().variables["don_prises"]
    assert condition.excess is not None
    gap = fictional().variables[condition.excess]
    assert (gap.type, gap.is_input, condition.excess_phrase) == ("nombre", False, "{} de prises de trop")


def test_two_names_of_the_same_rule_in_two_packs(tmp_path):
    local = fictional().variables["ile_verte.supplement"]
    assert local.pack == "ile_verte"
    assert set(fictional().rights) == {"don", "gite", "chant"}


# -- what is unknown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "answer", "expected"),
    [
        ("si_inconnu: bloquer", NAN, None),
        ("si_inconnu: encadrer", NAN, None),
        ("si_inconnu: {supposer: 3}\n  raison: Parce que", NAN, 4.0),
        ("si_inconnu: {supposer: 3}\n  raison: Parce que", 5.0, 6.0),
        ("si_inconnu: {supposer: y + 1}\n  raison: Parce que", NAN, 12.0),
        ("si_inconnu: bloquer\n  demande_si: y > 10\n  sinon: 7", NAN, 8.0),
        ("si_inconnu: bloquer\n  demande_si: y > 5\n  sinon: 7", NAN, None),
        ("si_inconnu: bloquer\n  demande_si: y > 10\n  sinon: 7", 2.0, 3.0),
    ],
)
def test_policies_of_an_unknown_answer(tmp_path, more, answer, expected):
    book = rulebook(tmp_path, given("x", more=more) + given("y") + rule("r", "x + 1"))
    assert compute(book, "r", x=answer, y=10.0) == expected


def test_an_unknown_answer_that_no_result_needs_does_not_matter(tmp_path):
    book = rulebook(tmp_path, given("x") + given("y") + rule("r", "x + 0 * y") + rule("s", "y"))
    assert compute(book, "r", x=2.0, y=NAN) == 2.0
    assert compute(book, "s", y=NAN) is None


def test_bounds_of_each_policy(tmp_path):
    book = rulebook(
        tmp_path,
        given("libre")
        + given("borne", more="si_inconnu: encadrer\n  minimum: 2\n  maximum: 5")
        + given("suppose", more="si_inconnu: {supposer: 3}\n  raison: Parce que")
        + rule("r", "libre")
        + rule("s", "borne * 2")
        + rule("t", "suppose")
        + rule("u", "1 if libre < 4 else 2")
        + rule("v", "max(libre, 0) / 2"),
    )
    plan = compile_plan(book, parse_month("2026-11"), ["r", "s", "t", "u", "v"])
    trace = plan.bounds_trace([NAN] * len(plan.slots), 1)
    ends = [trace[root] for root in plan.roots]
    assert ends == [(-math.inf, math.inf), (4.0, 10.0), (3.0, 3.0), (1.0, 2.0), (0.0, math.inf)]


def test_connu_and_si_connu_look_at_the_answer_itself():
    assert fictional_value("declare", rente=[NAN]) == [False]
    assert fictional_value("declare", rente=[0.0]) == [False]
    assert fictional_value("declare", rente=[5.0]) == [True]


def test_given_rules_replace_their_formula(tmp_path):
    book = rulebook(tmp_path, given("x") + rule("a", "x + 1") + rule("b", "a * 2"))
    plan = compile_plan(book, parse_month("2026-11"), ["b"], given=["a"])
    assert [slot.name for slot in plan.slots] == ["a"]
    assert plan.exact([10.0], 1) == (20.0,)


# -- what cannot be compiled ----------------------------------------------------------------------------


def refused(book, name, month="2026-11", **more) -> str:
    with pytest.raises(PlanError) as error:
        compile_plan(book, parse_month(month), [name], **more)
    return str(error.value)


def test_a_month_before_the_coverage_is_refused():
    with pytest.raises(PlanError, match="2024-01"):
        check_month(fictional(), parse_month("2023-12"))
    check_month(fictional(), parse_month("2024-01"))


def test_a_parameter_without_a_value_that_month_is_named():
    assert "socle.ancienne_taxe n'a pas de valeur en 2024-03" in refused(fictional(), "taxe")[:80].replace(
        "2026-11", "2024-03"
    )
    assert fictional_value("taxe", "2024-02", role=[1.0]) == 3.0
    assert refused(fictional(), "taxe", "2024-03").endswith("2024-03")


def test_a_scale_without_a_bracket_that_month_is_named():
    assert "socle.cadeau" in refused(fictional(), "cadeau", "1999-12")


def test_unknown_rules_are_named():
    assert "inexistante" in refused(fictional(), "inexistante")
    assert "inexistante" in refused(fictional(), "don", given=["inexistante"])


def test_months_too_far_back_are_refused(tmp_path):
    steps = "".join(rule(f"r{k}", f"mois(r{k - 1}, -60)") for k in range(1, 5))
    book = rulebook(tmp_path, given("x") + rule("r0", "x") + steps)
    assert "120 mois" in refused(book, "r4")
    assert compile_plan(book, parse_month("2026-11"), ["r2"]).slots[0].offset == -120


def test_too_deep_chains_are_refused(tmp_path):
    chain = "".join(rule(f"r{k}", f"r{k - 1} + 1") for k in range(1, 3001))
    book = rulebook(tmp_path, given("x") + rule("r0", "x") + chain)
    assert "profond" in refused(book, "r3000")
    assert compute(book, "r20", x=1.0) == 21.0


def test_too_large_graphs_are_refused(tmp_path):
    rules = "".join(rule(f"r{k}", " + ".join(f"x * {k}.{j:02}1" for j in range(38))) for k in range(60))
    halves = (" + ".join(f"r{k}" for k in range(first, first + 30)) for first in (0, 30))
    book = rulebook(
        tmp_path,
        "periodes:\n  long: {libelle: Long, references: [Source], de: -59, a: 0}\n"
        + given("x")
        + rules
        + "".join(rule(f"moitie_{k}", half) for k, half in enumerate(halves))
        + rule("grand", "total(moitie_0 + moitie_1, long)"),
    )
    assert "trop grand" in refused(book, "grand")
    assert compute(book, "r0", x=0.0) == 0.0
