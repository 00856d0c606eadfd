"""Every example that stands beside the rules, one test each; and proof that these tests can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.examples import Example, read_examples, run_example, run_examples

BOOK = default_rulebook()
READ = list(read_examples(BOOK))
EXAMPLES = [e for e in READ if isinstance(e, Example)]


def names(pack: str) -> set[str]:
    return {e.name for e in EXAMPLES if e.pack == pack}


def test_every_file_of_examples_reads():
    assert [e for e in READ if not isinstance(e, Example)] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{e.pack}/{e.name}" for e in EXAMPLES])
def test_example(example):
    result = run_example(BOOK, example)
    assert result.ok, result.message


def test_the_examples_of_the_dossier_are_all_there():
    rsa = {name.split("_")[0] for name in names("rsa")}
    ppa = {name.split("_")[0] for name in names("prime_activite")}
    assert {f"R{n}" for n in range(1, 19)} <= rsa
    assert {f"P{n}" for n in range(1, 26)} <= ppa


def test_both_sides_of_the_examples_with_two_amounts_are_there():
    assert {"P1_avant", "P1_apres", "P15_a", "P15_b", "P21_a", "P21_b"} <= names("prime_activite")


def test_names_are_unique_in_a_pack_and_each_has_a_source_and_an_expected_value():
    for pack in {e.pack for e in EXAMPLES}:
        assert len([e for e in EXAMPLES if e.pack == pack]) == len(names(pack))
    for example in EXAMPLES:
        assert example.source.strip() and example.expected and 0 <= example.tolerance <= 0.05


def test_every_right_has_examples_in_its_pack_where_it_is_due_and_where_it_is_not():
    for right in BOOK.rights.values():
        pack = BOOK.variables[right.amount].pack
        found = [
            v
            for e in EXAMPLES
            if e.pack == pack
            for n, v in e.expected.items()
            if n in (right.amount, *right.variables)
        ]
        assert any(v == 0 for v in found) and any(isinstance(v, int | float) and v > 0 for v in found), right.name


@pytest.mark.parametrize("example", EXAMPLES[::7], ids=[f"{e.pack}/{e.name}" for e in EXAMPLES[::7]])
def test_a_wrong_expected_value_fails(example):
    for name, value in example.expected.items():
        wrong = (not value) if isinstance(value, bool) else value + 0.06 if isinstance(value, int | float) else "autre"
        result = run_example(BOOK, replace(example, expected={**example.expected, name: wrong}))
        assert not result.ok and name in result.message


def test_an_example_on_an_unknown_name_fails_with_a_message():
    result = run_example(BOOK, replace(EXAMPLES[0], expected={"rsaa": 1}))
    assert not result.ok and "rsaa" in result.message


def test_run_examples_runs_them_all():
    results = run_examples(BOOK)
    assert [(r.pack, r.name) for r in results] == [(e.pack, e.name) for e in EXAMPLES]
    assert all(r.ok for r in results)
