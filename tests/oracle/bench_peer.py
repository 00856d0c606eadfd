"""Times OpenFisca-France on the made-up households: `python -m tests.oracle.bench_peer --households 1000
--month 2026-11`.

Prints JSON. OpenFisca-France is used at its best: one vectorised simulation per chunk, only the inputs
that the two rights read, nothing else computed. `inputs` is the time to turn profiles into its arrays,
`calculation` the time of its formulas.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from typing import Any

from .population import random_profile

WARM_RUNS = 15


def peak_mib() -> float:
    """Peak resident memory of this process so far (Linux counts in KiB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measure(households: int, month: str, seed: int, chunk: int) -> dict[str, Any]:
    """Import and load, one household alone, then `households` of them."""
    started = time.perf_counter()
    from .peer import rsa_ppa as peer
    from .peer.simulation import load

    tbs = load()
    loaded = time.perf_counter()
    rng = random.Random(seed)
    one = random_profile(rng, month)
    peer.compute([one], month, tbs)
    first = time.perf_counter()
    alone = []
    for _ in range(WARM_RUNS):
        before = time.perf_counter()
        peer.compute([one], month, tbs)
        alone.append(time.perf_counter() - before)
    memory_before = peak_mib()
    inputs = calculation = 0.0
    paid = 0
    for start in range(0, households, chunk):
        profiles = [random_profile(rng, month) for _ in range(min(chunk, households - start))]
        before = time.perf_counter()
        simulation = peer.build(tbs, profiles, month)
        built = time.perf_counter()
        rsa = simulation.calculate("rsa", month)
        ppa = simulation.calculate("ppa", month)
        calculation += time.perf_counter() - built
        inputs += built - before
        paid += int(((rsa > 0) | (ppa > 0)).sum())
    return {
        "engine": "openfisca-france",
        "households": households,
        "month": month,
        "seed": seed,
        "chunk": chunk,
        "load_s": round(loaded - started, 3),
        "load_and_first_answer_s": round(first - started, 3),
        "one_household_warm_ms": round(statistics.median(alone) * 1000, 3),
        "inputs_s": round(inputs, 3),
        "calculation_s": round(calculation, 3),
        "households_per_s": round(households / (inputs + calculation), 1),
        "households_per_s_calculation_only": round(households / calculation, 1),
        "households_paid": paid,
        "peak_rss_before_mib": round(memory_before, 1),
        "peak_rss_mib": round(peak_mib(), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.bench_peer", description=__doc__)
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--month", default="2026-11", metavar="AAAA-MM")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--chunk", type=int, default=10000, help="households of one simulation (default 10000)")
    options = parser.parse_args()
    print(json.dumps(measure(options.households, options.month, options.seed, options.chunk)))


if __name__ == "__main__":
    main()
