"""A bar that says how far the reading of a file is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zero_non_recours.caseload.run import Progress


@contextmanager
def reading_progress(name: str) -> Iterator[Progress | None]:
    """A bar on standard error, when a person is looking at it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[rows]} lignes", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=1.0, rows=0)

        def report(share: float, rows: int) -> None:
            bar.update(task, completed=share, rows=f"{rows:,}".replace(",", "\u202f"))

        yield report
