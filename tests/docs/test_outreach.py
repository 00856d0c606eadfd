"""docs/outreach.md: every requirement of the law names tests that exist, every file of figures is in the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "outreach.md").read_text("utf-8")
REQUIREMENTS = dict(re.findall(r"^\| (L\d+) \|(.*)\|$", PAGE, re.MULTILINE))


def test_every_requirement_is_there_once() -> None:
    assert list(REQUIREMENTS) == [f"L{number}" for number in range(1, 15)]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_a_requirement_names_tests_that_exist(name: str) -> None:
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", REQUIREMENTS[name])
    assert tests
    for path, test in tests:
        assert f"def {test}(" in (ROOT / path).read_text("utf-8"), f"{path}::{test}"


def test_every_file_of_figures_is_in_the_table() -> None:
    told = set(re.findall(r"^\| `(\w+\.yaml)` \|", PAGE, re.MULTILINE))
    assert told == {path.name for path in (ROOT / "rules" / "non_recours").iterdir()}
