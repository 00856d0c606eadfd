"""Screens a caseload, in a process of its own: `python -m tests.bench.caseload --households 1000`. Prints JSON."""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MONTH = "2026-11"


def peak_mib(who: int = resource.RUSAGE_SELF) -> float:
    """Peak resident memory so far: of this process, or of the largest one it started."""
    return resource.getrusage(who).ru_maxrss / 1024


def cpu_seconds() -> float:
    """Processor time so far, of this process and of those it started and saw end."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def file_to_results(households: int, write: Callable[[Path, int], None], **options: Any) -> dict[str, Any]:
    """From a CSV file to results, quarantine and summary on disk."""
    from zero_non_recours import screen_caseload

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "caseload.csv"
        write(source, households)
        before = peak_mib()
        started, used = time.perf_counter(), cpu_seconds()
        summary = screen_caseload(source, Path(folder) / "out", month=MONTH, **options)
        seconds, used = time.perf_counter() - started, cpu_seconds() - used
    return {
        "households": households,
        **options,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(used, 3),
        "households_per_second": round(households / seconds),
        "undetermined_rights": sum(counts.undetermined for counts in summary.by_right.values()),
        "peak_mib": round(peak_mib()),
        "peak_mib_before": round(before),
        "peak_mib_of_a_worker": round(peak_mib(resource.RUSAGE_CHILDREN)),
    }


def example(households: int, **options: Any) -> dict[str, Any]:
    """The example caseload of `scenarios/`, with its defects."""
    from scenarios.caseloads.generer_ccas_demo import write

    return file_to_results(households, write, **options)


def incomplete(households: int, **options: Any) -> dict[str, Any]:
    """Complete files, three in ten of which lack one to three answers."""
    from tests.bench.incomplete import write

    return file_to_results(households, write, **options)


def calculation(households: int) -> dict[str, Any]:
    """The calculation alone, on columns already laid out, on one core."""
    from tests.oracle.population import random_profile
    from zero_non_recours import Household
    from zero_non_recours.rulebook.loader import default_rulebook
    from zero_non_recours.screening.screen import Screener

    screener = Screener(default_rulebook(), MONTH)
    rng = random.Random(2026)
    pattern = min(households, 2_000)
    rows = [screener.reader.read(Household.model_validate(random_profile(rng, MONTH))) for _ in range(pattern)]
    times = -(-households // pattern)
    sizes = np.array([persons for _, persons in rows] * times)
    columns = []
    for index, person in enumerate(screener.plan.levels):
        values = [v for answers, _ in rows for v in (answers[index] if person else [answers[index]])]
        columns.append(np.tile(np.array(values, dtype=np.float64), times))
    screener.plan.columns(columns, sizes)
    started = time.perf_counter()
    _, incomplete = screener.plan.columns(columns, sizes)
    exact = time.perf_counter() - started
    screener.plan.bounds_columns(columns, sizes)
    started = time.perf_counter()
    screener.plan.bounds_columns(columns, sizes)
    bounds = time.perf_counter() - started
    count = len(sizes)
    return {
        "households": count,
        "exact_households_per_second": round(count / exact),
        "bounds_households_per_second": round(count / bounds),
        "incomplete_share": round(float(incomplete.mean()), 3),
    }


def main() -> None:
    """Measure one of the three, in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1_000)
    parser.add_argument("--draws", type=int, default=64)
    parser.add_argument("--workers", type=int)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--calculation", action="store_true")
    kind.add_argument("--incomplete", action="store_true")
    options = parser.parse_args()
    if options.calculation:
        print(json.dumps(calculation(options.households)))
    else:
        measure = incomplete if options.incomplete else example
        print(json.dumps(measure(options.households, draws=options.draws, workers=options.workers)))


if __name__ == "__main__":
    main()
