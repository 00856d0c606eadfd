"""No hidden cell follows from the published ones, and nothing more than needed is said of small groups."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zero_non_recours.outreach.followup.counts import ALL, OTHER_TERRITORIES, grouped_territories, tables_of
from zero_non_recours.outreach.followup.outcomes import Case
from zero_non_recours.outreach.followup.suppression import Key, Parts, Relation, hidden_cells, sensitive, value_of
from zero_non_recours.outreach.followup.vocabulary import PARTS, REASONS, STAGES, UNTOLD, stages_of

DAY = datetime.date(2026, 5, 4)
LEAVES = [leaf for leaf in STAGES if leaf not in PARTS]
BOTH = ("right", "territory", "both")


def households(*span: int) -> dict[int, float]:
    return dict.fromkeys(range(*span), 1.0)


def case(household: int, right: str = "a", territory: str | None = "x", leaf: str = "awarded", **more) -> Case:
    given_ = {"monthly": None, "reason": None, "p_missing": None, "p_eligible": None, "drawn": None} | more
    return Case(household, right, territory, leaf, DAY, DAY, **given_)


def cases_of(cells: Iterable[tuple[str, str, str, int]]) -> list[Case]:
    """As many cases as said of a right, a territory and a leaf, each of its own household."""
    number = itertools.count()
    return [case(next(number), r, t, leaf) for r, t, leaf, count in cells for _ in range(count)]


some_cells = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(LEAVES), st.integers(1, 6)),
    min_size=1,
    max_size=25,
)


def determined(known: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether a sum of atoms is a combination of known sums."""
    rank = np.linalg.matrix_rank
    return bool(len(known)) and rank(np.vstack([known, wanted])) == rank(known)


@settings(max_examples=150)
@given(some_cells, st.integers(2, 6))
def test_no_hidden_count_follows_from_published_ones(cells, minimum):
    """Checked on the finest cells (right, territory, leaf), of which counts are sums; a published 0 empties its own."""
    cases = cases_of(cells)
    tables = tables_of(cases, BOTH, minimum, 0.85)
    rights, territories = ({group[place] for group in tables.groups} - {None} for place in (0, 1))
    atoms = list(itertools.product(sorted(map(str, rights)), sorted(map(str, territories)), LEAVES))
    keys = [(*group, stage) for group in tables.groups for stage in STAGES if None in group or stage == "awarded"]
    sums = {
        key: np.array(
            [key[0] in (None, r) and key[1] in (None, t) and key[2] in stages_of(leaf) for r, t, leaf in atoms]
        )
        for key in keys
    }
    true = np.array([sum((c.right, c.territory, c.leaf) == atom for c in cases) for atom in atoms])
    empty = np.any([sums[key] for key in keys if tables.counts.get(key) == 0] or [np.zeros(len(atoms), bool)], axis=0)
    known = np.array([sums[key][~empty] for key in keys if tables.counts.get(key)], dtype=float)
    for key in keys:
        value = int(sums[key] @ true)
        if key in tables.counts:
            assert tables.counts[key] == value
            assert value == 0 or value >= minimum
        elif value:
            assert not determined(known, sums[key][~empty].astype(float)), key


@settings(max_examples=60)
@given(st.lists(st.integers(0, 7), min_size=9, max_size=9), st.integers(3, 5))
def test_a_hidden_cell_of_a_crossed_table_may_have_several_values(values, minimum):
    """Even for whom knows that a hidden cell is one household at least: another table would print the same."""
    grid = np.array(values).reshape(3, 3)
    number = itertools.count()
    cells: dict[Key, Parts] = {
        (str(r), str(t)): {next(number): 1.0 for _ in range(grid[r, t])} for r in range(3) for t in range(3)
    }
    for key in [("*", "*"), *((str(r), "*") for r in range(3)), *(("*", str(t)) for t in range(3))]:
        cells[key] = {h: 1.0 for r, t in itertools.product("012", "012") if key[0] in ("*", r) and key[1] in ("*", t)
                      for h in cells[r, t]}  # fmt: skip
    sums = [Relation(("*", t), tuple((r, t) for r in "012")) for t in "012*"]
    sums += [Relation((r, "*"), tuple((r, t) for t in "012")) for r in "012*"]
    hidden = hidden_cells(cells, sums, minimum)
    inside = np.array([(r, t) in hidden and bool(cells[r, t]) for r, t in itertools.product("012", "012")])
    moves = np.array(list(itertools.product((-1, 0, 1), repeat=int(inside.sum()))))
    steps = np.zeros((len(moves), 9), dtype=int)
    steps[:, inside] = moves
    changes: dict[Key, np.ndarray] = {(str(i // 3), str(i % 3)): steps[:, i] for i in range(9)}
    for key in cells:
        if "*" in key:
            changes[key] = sum(
                (
                    changes[r, t]
                    for r, t in itertools.product("012", "012")
                    if key[0] in ("*", r) and key[1] in ("*", t)
                ),
                start=np.zeros(len(moves), dtype=int),
            )
    possible = np.ones(len(moves), dtype=bool)
    for key, change in changes.items():
        if cells[key]:
            possible &= (len(cells[key]) + change >= 1) if key in hidden else (change == 0)
    for key in hidden:
        assert not cells[key] or changes[key][possible].any(), (key, grid, hidden)


def test_a_small_cell_takes_another_one_with_it_and_the_margins_stay():
    cases = cases_of([("a", "x", "awarded", 5), ("a", "y", "awarded", 40), ("b", "x", "awarded", 50),
                      ("b", "y", "awarded", 60)])  # fmt: skip
    tables = tables_of(cases, BOTH, 11, 0.85)
    assert [tables.count(g, "awarded") for g in (ALL, ("a", None), ("b", None), (None, "x"), (None, "y"))] == [
        155, 45, 110, 55, 100,
    ]  # fmt: skip
    assert [tables.count((r, t), "awarded") for r in "ab" for t in "xy"] == [None] * 4


def test_the_rights_opened_are_hidden_last():
    cases = cases_of([("a", "x", "awarded", 40), ("a", "x", "refused", 4), ("a", "x", "already_received", 60)])
    tables = tables_of(cases, ("right",), 11, 0.85)
    assert tables.count(("a", None), "awarded") == 40
    assert tables.count(("a", None), "refused") is None and tables.count(("a", None), "claimed") is None


def test_many_cases_of_few_households_are_still_few():
    cases = [case(number % 10, leaf="awarded") for number in range(40)]
    assert tables_of(cases, ("right",), 11, 0.85).count(ALL, "awarded") is None
    cases.append(case(10))
    assert tables_of(cases, ("right",), 11, 0.85).count(ALL, "awarded") == 41


def test_nothing_is_said_under_what_is_not_said():
    cells = [("a", "x", "awarded", 3), ("b", "x", "awarded", 30), ("b", "x", "no_news", 30)]
    tables = tables_of(cases_of(cells), BOTH, 11, 0.85)
    assert tables.count(ALL, "lost_contact") == 0
    assert tables.count(("a", None), "informed") is None and tables.count(("a", None), "lost_contact") is None
    assert ("a", None) not in tables.euros


def test_no_amount_known_is_not_nought():
    tables = tables_of([case(n) for n in range(20)], (), 11, 0.85)
    assert tables.count(ALL, "awarded") == 20 and not tables.euros


def test_a_household_that_makes_nearly_all_of_the_euros_hides_them():
    rich = [case(0, monthly=9_000.0), *(case(n, monthly=100.0) for n in range(1, 12))]
    even = [case(n, monthly=100.0) for n in range(12)]
    assert ALL not in tables_of(rich, (), 11, 0.85).euros and tables_of(rich, (), 11, 0.85).count(ALL, "awarded") == 12
    assert tables_of(even, (), 11, 0.85).euros[ALL] == 1200
    assert tables_of(rich, (), 11, 0.95).euros[ALL] == 10_100


def test_euros_of_a_right_that_are_hidden_do_not_come_back_by_difference():
    rich = [case(0, "a", monthly=9_000.0), *(case(n, "a", monthly=1.0) for n in range(1, 12))]
    others = [case(100 + n, right, monthly=2000.0) for right in "bc" for n in range(20)]
    euros = tables_of([*rich, *others], ("right",), 11, 0.85).euros
    assert euros[ALL] == 89_011 and ("a", None) not in euros
    assert len({("b", None), ("c", None)} & set(euros)) == 1


def test_reasons_of_refusal_are_hidden_with_their_total():
    reasons = [*["ressources"] * 12, *["situation"] * 2, *[None] * 15]
    cases = [case(n, leaf="refused", reason=reason) for n, reason in enumerate(reasons)]
    tables = tables_of(cases, (), 11, 0.85)
    told = {code: tables.counts.get((None, None, "refused", code)) for code in (*REASONS, UNTOLD)}
    assert told["situation"] is None and told["ressources"] is None and told[UNTOLD] == 15 and told["logement"] == 0


def test_small_territories_lose_their_names_and_join_another_while_too_few():
    cases = [case(n, territory="x") for n in range(30)]
    cases += [case(100 + n, territory="y") for n in range(20)]
    cases += [case(200 + n, territory="z, 12 rue des Lilas") for n in range(3)]
    found = grouped_territories(cases, 11)
    assert {c.territory for c in found} == {"x", OTHER_TERRITORIES}
    assert sum(c.territory == OTHER_TERRITORIES for c in found) == 23
    assert {c.territory for c in grouped_territories([case(n, territory=None) for n in range(3)], 11)} == {None}


def test_a_cell_of_nobody_is_not_sensitive_and_protects_nothing():
    assert not sensitive({}, 11)
    cells: dict[Key, Parts] = {("t",): households(40), ("p",): households(5),
             ("q",): households(5, 40), ("z",): {}}  # fmt: skip
    hidden = hidden_cells(cells, [Relation(("t",), (("p",), ("q",), ("z",)))], 11)
    assert hidden == {("p",), ("q",)} and value_of(cells["t",]) == 40


def test_the_less_important_cell_is_hidden_first():
    cells: dict[Key, Parts] = {("t",): households(90), ("p",): households(5),
             ("q",): households(5, 40), ("r",): households(40, 90)}  # fmt: skip
    sums = [Relation(("t",), (("p",), ("q",), ("r",)))]
    assert hidden_cells(cells, sums, 11) == {("p",), ("q",)}
    ranks: dict[Key, int] = {("q",): 2, ("t",): 1, ("r",): 0}
    assert hidden_cells(cells, sums, 11, importance=lambda key: ranks.get(key, 0)) == {("p",), ("r",)}


def test_what_is_left_of_a_total_is_not_small_either():
    """2 and 3 hidden alone would be told as « 5 together »."""
    cells: dict[Key, Parts] = {("t",): households(100)}
    ends = {"p": (0, 2), "q": (2, 5), "r": (5, 50), "s": (50, 100)}
    cells |= {(name,): households(*end) for name, end in ends.items()}
    hidden = hidden_cells(cells, [Relation(("t",), tuple((name,) for name in ends))], 11)
    assert hidden == {("p",), ("q",), ("r",)}


def test_a_cell_that_several_relations_determine_together_is_protected():
    """Two blocks of hidden cells and one cell between them: no line has fewer than two, and the lines give it back."""
    lines = range(4)
    small = {(r, t) for r in lines for t in lines if (r < 2) == (t < 2)} | {(0, 2)}
    number = itertools.count()
    cells: dict[Key, Parts] = {(str(r), str(t)): {next(number): 1.0 for _ in range(2 if (r, t) in small else 50)}
             for r in lines for t in lines}  # fmt: skip
    names = [str(line) for line in lines]
    for name in names:
        cells["*", name] = {h: 1.0 for r in names for h in cells[r, name]}
        cells[name, "*"] = {h: 1.0 for t in names for h in cells[name, t]}
    sums = [Relation(("*", t), tuple((r, t) for r in names)) for t in names]
    sums += [Relation((r, "*"), tuple((r, t) for t in names)) for r in names]
    hidden = hidden_cells(cells, sums, 3)
    assert len(hidden) > len(small)
    columns = {key: place for place, key in enumerate(sorted(hidden))}
    known = np.zeros((len(sums), len(columns)))
    for row, relation in zip(known, sums, strict=True):
        for key in {relation.total, *relation.parts} & hidden:
            row[columns[key]] = -1 if key == relation.total else 1
    assert not determined(known, np.eye(len(columns))[columns["0", "2"]])
