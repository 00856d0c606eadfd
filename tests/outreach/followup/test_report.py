"""The report of a follow-up: what is counted, what is not shown, and how far to believe it."""

from __future__ import annotations

import csv
import json
import random

import pytest

from zero_non_recours.outreach.followup import (
    FollowUpReport,
    followup_report,
    local_base_rates,
    read_outcomes,
    write_followup,
)
from zero_non_recours.outreach.followup.models import Estimate
from zero_non_recours.rulebook.loader import shipped_data

DEMO = shipped_data("scenarios") / "suivi" / "issues_demo.csv"


def rows_of(count: int, issue: str, right: str = "rsa", place: str = "x", start: int = 0, **more) -> list[dict]:
    return [
        {"menage_id": f"{right}{place}{issue}{n}", "droit": right, "territoire": place, "date": "2026-05-04",
         "issue": issue} | more
        for n in range(start, start + count)
    ]  # fmt: skip


def large() -> list[dict]:
    """Every stage of every right and territory is large enough to be told."""
    issues = ("accorde", "refuse", "abandonne", "demande", "deja_recu", "pas_eligible_apres_verification", "informe",
              "decline", "perdu_de_vue")  # fmt: skip
    found = []
    for right in ("rsa", "ppa"):
        for place in ("x", "y"):
            for rank, issue in enumerate(issues):
                more = {"montant": 100 + 10 * rank} if issue == "accorde" else {}
                found += rows_of(12 + rank, issue, right, place, **more)
    return found


def test_what_is_counted_when_nothing_is_small():
    report = followup_report(read_outcomes(large()))
    total = report.total
    assert total.counts == {
        "informed": 576, "claimed": 216, "awarded": 48, "refused": 52, "abandoned": 56, "pending": 60, "other_end": 0,
        "not_claimed": 360, "no_news": 72, "already_received": 64, "not_eligible": 68, "declined": 76,
        "lost_contact": 80,
    }  # fmt: skip
    assert total.monthly_euros == 4800 and total.mean_euros == Estimate(value=100, low=100, high=100)
    claimed = total.shares["claimed_of_informed"]
    assert claimed is not None and claimed.value == 0.375 and 0.33 < claimed.low < 0.375 < claimed.high < 0.42
    assert [(part.right, part.counts["awarded"]) for part in report.by_right] == [("ppa", 24), ("rsa", 24)]
    assert [(part.territory, part.counts["awarded"]) for part in report.by_territory] == [("x", 24), ("y", 24)]
    assert [(p.right, p.territory, p.awarded, p.monthly_euros) for p in report.by_right_and_territory] == [
        (right, place, 12, 1200.0) for right in ("ppa", "rsa") for place in ("x", "y")
    ]
    assert (report.households, report.objections, report.first_month, report.last_month) == (
        576,
        0,
        "2026-05",
        "2026-05",
    )
    assert not total.few


def test_the_parts_add_up_to_the_whole_in_the_demo():
    report = followup_report(read_outcomes(DEMO))
    for name in ("informed", "awarded"):
        parts = [part.counts[name] for part in report.by_right]
        assert None not in parts and sum(map(int, filter(None, parts))) == report.total.counts[name]
    assert all(count is None or count == 0 or count >= 11 for p in report.by_territory for count in p.counts.values())


def test_small_numbers_are_none_and_never_nought():
    rows = [*rows_of(30, "accorde"), *rows_of(7, "deja_recu"), *rows_of(20, "informe")]
    rows += rows_of(3, "oppose", start=100)
    report = followup_report(read_outcomes(rows))
    assert report.total.counts["awarded"] == 30
    assert report.total.counts["already_received"] is None and report.total.counts["no_news"] is None
    assert report.total.counts["not_claimed"] == 27 and report.total.counts["lost_contact"] == 0
    assert report.objections is None
    assert report.total.monthly_euros is None


def test_the_minimum_may_rise_but_not_fall():
    outcomes = read_outcomes(large())
    assert followup_report(outcomes, min_cell=25).by_right[0].counts["awarded"] is None
    with pytest.raises(ValueError, match="11"):
        followup_report(outcomes, min_cell=10)


def test_rounding_is_said_and_shares_come_from_rounded_numbers():
    rows = [*rows_of(33, "accorde", montant=102), *rows_of(28, "deja_recu")]
    report = followup_report(read_outcomes(rows), rounding=5)
    assert report.total.counts["informed"] == 60 and report.total.counts["awarded"] == 35
    assert report.total.monthly_euros == 3365 and report.total.mean_euros == Estimate(value=100, low=100, high=100)
    share = report.total.shares["awarded_of_informed"]
    assert share is not None and share.value == round(35 / 60, 3)
    assert any("arrondis à 5" in note for note in report.notes)
    with pytest.raises(ValueError, match="arrondi"):
        followup_report(read_outcomes(rows), rounding=0)


def test_fewer_tables_may_be_asked():
    outcomes = read_outcomes(large())
    report = followup_report(outcomes, groups=("right",))
    assert report.by_right and not report.by_territory and not report.by_right_and_territory
    assert followup_report(outcomes, groups=()).total.counts["awarded"] == 48
    with pytest.raises(ValueError, match="commune"):
        followup_report(outcomes, groups=("commune",))  # type: ignore[arg-type]


def test_without_territories_there_is_no_such_table():
    rows = [row | {"territoire": ""} for row in large()]
    report = followup_report(read_outcomes(rows))
    assert not report.by_territory and not report.by_right_and_territory and report.by_right


def test_an_empty_file_is_an_empty_report():
    report = followup_report(read_outcomes([{"menage_id": "a", "droit": "rsa", "date": "hier", "issue": "informe"}]))
    assert report.total.counts["informed"] == 0 and report.first_month is None and report.rows_set_aside == 1
    assert report.total.few and any("écartée" in note for note in report.notes)


def test_the_order_of_the_rows_changes_no_byte():
    rows = large() + rows_of(5, "accorde", place="z", montant=80)
    first = followup_report(read_outcomes(rows)).model_dump_json()
    random.Random(5).shuffle(rows)
    assert followup_report(read_outcomes(rows)).model_dump_json() == first


def test_the_json_reads_back_and_names_nobody():
    report = followup_report(read_outcomes(DEMO))
    text = report.model_dump_json()
    assert FollowUpReport.model_validate_json(text) == report
    assert "S-0" not in text and "S-1" not in text
    for word in ("score", "risk", "propensity"):
        assert word not in text


# -- calibration ----------------------------------------------------------------------------------------


def predicted(p: float, missing: int, other: int) -> list[dict]:
    return rows_of(missing, "accorde", p_missing=p, p_eligible=1) + rows_of(
        other, "pas_eligible_apres_verification", p_missing=p, p_eligible=1
    )


def calibration_of(rows: list[dict], quantity: str = "p_missing"):
    rows = [*rows, *rows_of(12, "deja_recu"), *rows_of(12, "refuse")]
    found = followup_report(read_outcomes(rows)).calibration
    return next((c for c in found if c.quantity == quantity and c.right is None), None)


def test_what_was_estimated_is_compared_with_what_was_found():
    right = calibration_of(predicted(0.5, 40, 40))
    assert right is not None and right.predicted == 0.5 and right.observed.value == 0.5 and not right.alert
    wrong = calibration_of(predicted(0.9, 40, 40))
    assert wrong is not None and wrong.alert
    eligible = calibration_of(predicted(0.9, 40, 40), "p_eligible")
    assert eligible is not None and eligible.predicted == 1 and eligible.alert


def test_nothing_is_compared_among_few():
    assert calibration_of(predicted(0.9, 12, 12)) is None  # fewer than thirty
    assert calibration_of(predicted(0.9, 40, 5)) is None  # a small side
    assert calibration_of([]) is None


# -- files ----------------------------------------------------------------------------------------------


def test_what_is_written_and_what_stays_inside(tmp_path):
    outcomes = read_outcomes(DEMO)
    report = followup_report(outcomes)
    written = write_followup(tmp_path / "out", report, outcomes.problems, local_base_rates(outcomes))
    names = {path.relative_to(tmp_path / "out").as_posix() for path in written}
    assert names == {
        "report.json", "by_right.csv", "by_territory.csv", "by_right_and_territory.csv", "refusals.csv",
        "internal/problems.csv", "internal/base_rates.yaml",
    }  # fmt: skip
    assert json.loads((tmp_path / "out" / "report.json").read_text("utf-8")) == report.model_dump(mode="json")
    with (tmp_path / "out" / "by_right.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file, delimiter=";"))
    assert [row["right"] for row in table] == [part.right for part in report.by_right]
    assert {row["refused"] for row in table} == {"s"} and table[0]["awarded"] == str(
        report.by_right[0].counts["awarded"]
    )
    problems = (tmp_path / "out" / "internal" / "problems.csv").read_text("utf-8-sig")
    assert len(problems.splitlines()) == 1 + len(outcomes.problems) and "dossier rendu" not in problems


def test_a_file_without_problems_writes_none(tmp_path):
    report = followup_report(read_outcomes(large()))
    assert not (tmp_path / "internal").exists() and write_followup(tmp_path, report)
    assert not (tmp_path / "internal").exists()
