"""Writes a follow-up in a folder: the report as JSON and its tables as CSV; apart, what is not to be published."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zero_non_recours.outreach.followup.cells import Problem
from zero_non_recours.outreach.followup.models import Followed, FollowUpReport
from zero_non_recours.outreach.followup.rates import LocalRate, base_rates_yaml
from zero_non_recours.outreach.followup.vocabulary import STAGES

HIDDEN = "s"
INTERNAL = "internal"
"""The folder of what stays in the service: beside the tables, a rate would give hidden counts back."""


def write_followup(
    folder: Path, report: FollowUpReport, problems: Sequence[Problem] = (), rates: Sequence[LocalRate] = ()
) -> tuple[Path, ...]:
    """Write the report and its tables, and in `internal` the problems and the rates; return the files.

    A hidden number is « s » in CSV and `null` in JSON.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "report.json"]
    text = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False)
    written[0].write_text(f"{text}\n", encoding="utf-8")

    def table(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(header)
            writer.writerows([HIDDEN if cell is None else cell for cell in row] for row in rows)
        written.append(folder / name)

    stages = (*STAGES, "monthly_euros")
    table("by_right.csv", ("right", "label", *stages), [_followed(part, part.right) for part in report.by_right])
    if report.by_territory:
        rows = [_followed(part, part.territory)[1:] for part in report.by_territory]
        table("by_territory.csv", ("territory", *stages), rows)
    if report.by_right_and_territory:
        crossed = [(p.right, p.territory, p.awarded, p.monthly_euros) for p in report.by_right_and_territory]
        table("by_right_and_territory.csv", ("right", "territory", "awarded", "monthly_euros"), crossed)
    reasons = [(part.reason, part.label, part.count) for part in report.refusal_reasons]
    table("refusals.csv", ("reason", "label", "refused"), reasons)
    if problems or rates:
        (folder / INTERNAL).mkdir(exist_ok=True)
    if problems:
        lines = [(p.row, p.column, p.kind, p.cause, p.remedy) for p in problems]
        table(f"{INTERNAL}/problems.csv", ("row", "column", "value_kind", "cause", "remedy"), lines)
    if fragment := base_rates_yaml(rates):
        written.append(folder / INTERNAL / "base_rates.yaml")
        written[-1].write_text(fragment, encoding="utf-8")
    return tuple(written)


def _followed(part: Followed, name: str | None) -> tuple[Any, ...]:
    return (name, part.label, *(part.counts[stage] for stage in STAGES), part.monthly_euros)
