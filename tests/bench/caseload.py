"""One process that screens a caseload: `python -m tests.bench.caseload --households 1000`. Prints JSON."""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

MONTH = "2026-11"


def peak_mib() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def file_to_results(households: int) -> dict[str, Any]:
    """From a CSV file to results, quarantine and summary on disk."""
    from scenarios.caseloads.generer_ccas_demo import write
    from zero_non_recours import screen_caseload

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "caseload.csv"
        write(source, households)
        before = peak_mib()
        started = time.perf_counter()
        screen_caseload(source, Path(folder) / "out", month=MONTH)
        seconds = time.perf_counter() - started
    return {
        "households": households,
        "seconds": round(seconds, 3),
        "households_per_second": round(households / seconds),
        "peak_mib": round(peak_mib()),
        "peak_mib_before": round(before),
    }


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
    """Measure one of the two, in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1_000)
    parser.add_argument("--calculation", action="store_true")
    options = parser.parse_args()
    measure = calculation if options.calculation else file_to_results
    print(json.dumps(measure(options.households)))


if __name__ == "__main__":
    main()
