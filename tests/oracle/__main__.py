"""`python -m tests.oracle`: compares the library with OpenFisca-France on made-up households.

Ends with 1 when an amount differs without a named reason, when the mapping no longer gives back the
dossier's amounts, or when less than half of the households can be compared.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Any

from . import selfcheck
from .comparison import compare, lines
from .differences import DIFFERENCES, EVENED
from .examples import EXAMPLES
from .families import FAMILIES, Family


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    names = [family.name for family in FAMILIES]
    parser.add_argument("--only", choices=names, help="one family of rights (default: all)")
    parser.add_argument("--households", type=int, help="how many made-up households for each family")
    parser.add_argument("--seed", type=int, default=2026, help="of the generators (default 2026)")
    parser.add_argument("--months", nargs="+", metavar="AAAA-MM", help="months of the right")
    return parser.parse_args(arguments)


def run(family: Family, options: argparse.Namespace, tbs: Any) -> bool:
    """Compares one family; whether it passes."""
    cases = family.cases(options.seed, options.households or family.households, options.months or family.months)
    started = time.perf_counter()
    theirs = family.of_peer(cases, tbs)
    middle = time.perf_counter()
    ours = family.of_library(cases)
    ended = time.perf_counter()
    report = compare(cases, ours, theirs, family.rights)
    times = f"OpenFisca-France {middle - started:.1f} s, library {ended - middle:.1f} s"
    print(f"{len(cases)} households, seed {options.seed}: {times}.")
    print()
    print("\n".join(lines(report)))
    too_few = [right for right in family.rights if report.total(right).share < family.least_share]
    for right in too_few:
        print(f"Less than {family.least_share:.0%} of the households are compared for {right}.")
    print()
    return not report.disagreements and not too_few


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    from .peer.simulation import load

    tbs = load()
    wrong = [*selfcheck.failures(tbs), *selfcheck.uneven(tbs)]
    for line in wrong:
        print("MAPPING", line)
    if wrong:
        return 1
    examples, differences = len(EXAMPLES), len(DIFFERENCES) + len(EVENED)
    print(f"OpenFisca-France gives {examples} worked examples and {differences} differences as documented.")
    unlawful = list(selfcheck.unlawful())
    for line in unlawful:
        print("DIFFERENCE", line)
    chosen = [family for family in FAMILIES if options.only in (None, family.name)]
    passed = [run(family, options, tbs) for family in chosen]
    failed = bool(unlawful) or not all(passed)
    print("FAILED" if failed else "PASSED")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
