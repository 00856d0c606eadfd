"""One household in a warm process: calculation, screening, explanation. Prints JSON in milliseconds."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

MONTH = "2026-11"


def median_ms(function: Callable[[Any], Any], items: list[Any]) -> float:
    """Median time of a function over items, each called once after a warm-up."""
    for item in items[:60]:
        function(item)
    times: list[float] = []
    for item in items:
        started = time.perf_counter()
        function(item)
        times.append(time.perf_counter() - started)
    return round(statistics.median(times) * 1000, 3)


def main() -> None:
    """Time each reading of one household."""
    from tests.oracle.population import random_profile
    from zero_non_recours import Household, explain
    from zero_non_recours.rulebook.loader import default_rulebook
    from zero_non_recours.screening.screen import Screener

    rng = random.Random(2026)
    profiles = [random_profile(rng, MONTH) for _ in range(300)]
    households = [Household.model_validate(profile) for profile in profiles]
    screener = Screener(default_rulebook(), MONTH)
    rows = [screener.reader.read(household) for household in households]

    def bounds(row: Any) -> list[Any]:
        trace = screener.plan.bounds_trace(*row)
        return [trace[root] for root in screener.plan.roots]

    print(
        json.dumps(
            {
                "validation_ms": median_ms(Household.model_validate, profiles),
                "calculation_ms": median_ms(lambda row: screener.plan.exact(*row), rows),
                "bounds_of_every_result_ms": median_ms(bounds, rows),
                "screening_ms": median_ms(screener.screen, households),
                "explanation_of_a_right_ms": median_ms(lambda h: str(explain(h, "rsa", MONTH)), households[:60]),
            }
        )
    )


if __name__ == "__main__":
    main()
