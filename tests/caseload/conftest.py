from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zero_non_recours.caseload import Summary, screen_caseload

MONTH = "2026-11"


class Run:
    """One run of a caseload and what it wrote."""

    def __init__(self, summary: Summary, out: Path) -> None:
        self.summary = summary
        self.out = out
        self.results = table(out / "results.csv")
        self.quarantine = table(out / "quarantine.csv")
        self.written = json.loads((out / "summary.json").read_text(encoding="utf-8"))

    @property
    def households(self) -> list[str]:
        return list(dict.fromkeys(row["menage_id"] for row in self.results))

    @property
    def refused(self) -> dict[int, str]:
        return {int(row["row"]): row["reason"] for row in self.quarantine}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """Screen a text or bytes as a caseload file."""
    count = iter(range(10_000))

    def screen(content: str | bytes, name: str = "liste.csv", **options: Any) -> Run:
        folder = tmp_path / f"cas{next(count)}"
        folder.mkdir()
        source = folder / name
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        out = folder / "out"
        return Run(screen_caseload(source, out, month=MONTH, **options), out)

    return screen
