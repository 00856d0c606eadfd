"""The benchmark, as JSON: this library and openfisca-france on the same machine in the same run.

`python -m tests.bench [--sizes 1000 10000 100000] [--peer PYTHON]`; each measure runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {
    "cold_process_s": "<= 0.4",
    "one_household_calculation_ms": "<= 1 (four rights)",
    "one_household_explanation_ms": "<= 5 (four rights)",
    "caseload_calculation_households_per_second_per_core": ">= 150000 (four rights)",
    "caseload_file_three_in_ten_incomplete_s": "<= 60 (100,000 households, two cores, bounds and 64 draws)",
}
INCOMPLETE = 20_000
"""Households of the incomplete caseload, at most (`tests.bench.caseload --incomplete` takes any number)."""


def run(*command: str) -> str:
    """The standard output of a command run from the project's folder."""
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def cold(runs: int = 7) -> dict[str, float]:
    """Seconds of a fresh process: from its start, and from the first line of Python to the first answer."""
    whole: list[float] = []
    inside: list[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        inside.append(float(run(sys.executable, "-m", "tests.bench.cold")))
        whole.append(time.perf_counter() - started)
    return {"process_s": round(statistics.median(whole), 3), "import_and_answer_s": round(statistics.median(inside), 3)}


def peer(python: Path, sizes: list[int]) -> Any:
    """openfisca-france on the same kind of households, when its environment exists."""
    if not python.exists():
        return "not measured: run `make oracle` first to build its environment"
    command = (str(python), "-m", "tests.oracle.bench_peer", "--month", "2026-11", "--households")
    return [json.loads(run(*command, str(size))) for size in sizes]


def main() -> None:
    """Run every measure and print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--peer", type=Path, default=ROOT / ".venv-oracle" / "bin" / "python")
    options = parser.parse_args()
    python = (sys.executable, "-m")
    sizes = [str(size) for size in options.sizes]
    report = {
        "machine": {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()},
        "targets": TARGETS,
        "cold": cold(),
        "one_household": json.loads(run(*python, "tests.bench.one")),
        "caseload_calculation": [
            json.loads(run(*python, "tests.bench.caseload", "--calculation", "--households", size)) for size in sizes
        ],
        "caseload_file": [json.loads(run(*python, "tests.bench.caseload", "--households", size)) for size in sizes],
        "caseload_file_three_in_ten_incomplete": json.loads(
            run(
                *python, "tests.bench.caseload", "--incomplete", "--households", str(min(options.sizes[-1], INCOMPLETE))
            )
        ),
        "openfisca_france": peer(options.peer, options.sizes),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
