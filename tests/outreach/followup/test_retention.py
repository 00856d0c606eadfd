"""Until when data may be kept, from durations that are data with their source."""

from __future__ import annotations

import datetime
import shutil

import pytest

from zero_non_recours.outreach.followup import last_lawful_day, retention
from zero_non_recours.outreach.followup.retention import default_retention, load_retention, months_after
from zero_non_recours.outreach.parameters import FOLDER
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.loader import shipped_rules

DAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("ground", "last"),
    [
        ("information", datetime.date(2027, 11, 22)),
        ("accompagnement", datetime.date(2028, 11, 22)),
        ("opposition", datetime.date(2028, 11, 22)),
        ("echanges", datetime.date(2029, 11, 22)),
    ],
)
def test_the_last_day_by_ground(ground, last):
    assert last_lawful_day(DAY, ground) == last


def test_a_trace_of_an_objection_is_kept_at_least_a_year():
    found = retention(DAY, "opposition")
    assert found.not_before == datetime.date(2027, 11, 22) < found.last_day
    assert "R.114-9-7" in found.source and "opposition" in found.start
    assert retention(DAY, "information").not_before is None


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (datetime.date(2024, 2, 29), 12, datetime.date(2025, 2, 28)),
        (datetime.date(2026, 12, 31), 2, datetime.date(2027, 2, 28)),
        (datetime.date(2026, 12, 1), 12, datetime.date(2027, 12, 1)),
        (datetime.date(2026, 1, 31), 24, datetime.date(2028, 1, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, after):
    assert months_after(day, months) == after


def test_every_duration_says_where_it_comes_from():
    for duration in default_retention().by_ground.values():
        assert duration.source and duration.start and duration.unit == "mois"


def test_another_ground_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="information, accompagnement"):
        last_lawful_day(DAY, "controle")


def test_a_duration_without_a_source_does_not_load(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(shipped_rules() / FOLDER, folder)
    path = folder / "conservation.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(rank for rank, line in enumerate(lines) if "source:" in line)
    del lines[first]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(RulebookError, match=r"mine/conservation\.yaml.*\[reference\]"):
        load_retention(folder)


def test_a_service_may_have_shorter_durations(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(shipped_rules() / FOLDER, folder)
    path = folder / "conservation.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("valeur: 12", "valeur: 6", 1), encoding="utf-8")
    assert last_lawful_day(DAY, "information", durations=load_retention(folder)) == datetime.date(2027, 5, 22)
