"""docs/profile.md says what the rules say."""

from __future__ import annotations

from tests.docs.profile_table import PAGE, page_with, tables
from zero_non_recours.rulebook.loader import default_rulebook


def test_the_tables_are_up_to_date() -> None:
    page = PAGE.read_text("utf-8")
    assert page == page_with(page, tables(default_rulebook())), "run: python -m tests.docs.profile_table"


def test_every_field_stands_in_a_table() -> None:
    page = PAGE.read_text("utf-8")
    fields = [v.path for v in default_rulebook().inputs.values() if v.path]
    assert [path for path in fields if f"{path.rsplit('.', 1)[-1]}`" not in page] == []
