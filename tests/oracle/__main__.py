"""`python -m tests.oracle`: compares RSA and prime d'activité with OpenFisca-France on made-up households.

Ends with 1 when an amount differs without a named reason, when the mapping no longer gives back the
dossier's amounts, or when less than half of the households can be compared.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from . import peer, selfcheck
from .comparison import RIGHTS, TOLERANCE, Amounts, compare, lines
from .differences import DIFFERENCES
from .population import random_profiles
from .reading import Profile

MONTHS = (
    "2024-02",
    "2024-09",
    "2024-12",
    "2025-02",
    "2025-05",
    "2025-10",
    "2026-01",
    "2026-02",
    "2026-09",
    "2026-11",
)
LEAST_SHARE = 0.5


def library_amounts(profiles: Sequence[Profile], month: str) -> Iterator[Amounts]:
    """The library's RSA and ppa, before CRDS; None where it says it cannot tell."""
    from zero_non_recours import Household, screen_many

    households = [Household.model_validate(profile) for profile in profiles]
    for screening in screen_many(households, month=month, rights=RIGHTS):
        yield {right: screening.rights[right].variables[right] for right in RIGHTS}


def unexpected_by_law() -> Iterator[str]:
    """The documented differences where the library does not give the amount of the law."""
    for one in DIFFERENCES:
        if one.law is None:
            continue
        found = next(library_amounts([one.profile], one.month))[one.right]
        if found is None or abs(found - one.law) > TOLERANCE:
            mine = "cannot tell" if found is None else f"{found:.4f}"
            yield f"{one.name} {one.month} {one.right}: {one.law:.2f} by law, library {mine}"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--households", type=int, default=2500, help="how many made-up households (default 2500)")
    parser.add_argument("--seed", type=int, default=2026, help="of the generator (default 2026)")
    parser.add_argument("--months", nargs="+", default=list(MONTHS), metavar="AAAA-MM", help="months of the right")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    tbs = peer.load()
    wrong = selfcheck.failures(tbs)
    for line in wrong:
        print("MAPPING", line)
    if wrong:
        return 1
    examples, differences = len(selfcheck.EXAMPLES), len(DIFFERENCES)
    print(f"OpenFisca-France gives {examples} worked examples and {differences} differences as documented.")
    unlawful = list(unexpected_by_law())
    for line in unlawful:
        print("DIFFERENCE", line)
    cases = random_profiles(options.seed, options.households, options.months)
    started = time.perf_counter()
    theirs: list[Amounts] = [{"rsa": one.rsa, "ppa": one.ppa} for one in peer.compute_many(cases, tbs)]
    middle = time.perf_counter()
    ours: list[Amounts] = [{} for _ in cases]
    for month in sorted(set(options.months)):
        rows = [row for row, case in enumerate(cases) if case[0] == month]
        answers = library_amounts([cases[row][1] for row in rows], month)
        for row, amounts in zip(rows, answers, strict=True):
            ours[row] = amounts
    ended = time.perf_counter()
    report = compare(cases, ours, theirs)
    times = f"OpenFisca-France {middle - started:.1f} s, library {ended - middle:.1f} s"
    print(f"{len(cases)} households, seed {options.seed}: {times}.")
    print()
    print("\n".join(lines(report)))
    too_few = [right for right in RIGHTS if report.total(right).share < LEAST_SHARE]
    for right in too_few:
        print(f"Less than {LEAST_SHARE:.0%} of the households are compared for {right}.")
    print()
    failed = bool(report.disagreements or too_few or unlawful)
    print("FAILED" if failed else "PASSED")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
