"""The evaluation of the ranking, in Markdown: `python -m tests.evaluation [--households 50000] [--seed 20261122]`."""

from __future__ import annotations

import argparse

from tests.evaluation.report import Target, report, table
from tests.evaluation.setting import SEED

HOUSEHOLDS = 50_000


def main() -> None:
    """Print every table as soon as it is known, then the targets."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    targets: list[Target] = []
    for part in report(options.households, options.seed):
        if isinstance(part, Target):
            targets.append(part)
        else:
            print(part, end="\n\n", flush=True)
    rows = ([t.text, f"{t.value:.3f}", f"{t.low:g} to {t.high:g}", "yes" if t.met else "**no**"] for t in targets)
    print(table(("target", "found", "asked", "met"), rows))


if __name__ == "__main__":
    main()
