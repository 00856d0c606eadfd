"""Households of the fictional country: what a right says of them, and the rights that count together."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from tests.engine.households import fictional
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.screening.screen import Screener

MONTH = "2026-11"
RIGHTS = ("gite", "chant")
KNOWN: dict[str, Any] = {
    "gite": {"loyer": 200, "de_pierre": False, "scribe": False},
    "voix": 2,
    "aides_recues": {"gite": 0, "chant": 0},
}
"""Rent 200, two voices: 100 for the lodge and 120 for the singing as received, 160 and 40 when both are claimed."""


@lru_cache(maxsize=8)
def screener(month: str = MONTH, rights: tuple[str, ...] = RIGHTS) -> Screener:
    return Screener(fictional(), month, rights)


def profile(**changes: Any) -> dict[str, Any]:
    """The known household with other answers, by dotted path written with `__`; `None` takes an answer away."""
    found: dict[str, Any] = {k: dict(v) if isinstance(v, dict) else v for k, v in KNOWN.items()}
    for path, value in changes.items():
        *parents, last = path.split("__")
        node = found
        for parent in parents:
            node = node[parent]
        node[last] = value
    return {"id": "m1", "personnes": [{"role": "adulte"}], **found}


def household(**changes: Any) -> HouseholdBase:
    return household_model(fictional()).model_validate(profile(**changes))


def population(count: int, seed: int) -> list[HouseholdBase]:
    """Households of which any answer may be unknown."""
    rng = random.Random(seed)
    answers: dict[str, list[Any]] = {
        "gite__loyer": [None, 0, 50, 200, 333.33],
        "gite__de_pierre": [None, True, False],
        "gite__scribe": [None, True, False, False],
        "voix": [None, 0, 1, 2, 5],
        "aides_recues__gite": [None, None, 0, 90, {"2026-10": 0}, {"2026-10": 12, "2026-11": 0}],
        "aides_recues__chant": [None, None, 0, 60],
    }
    return [household(**{path: rng.choice(values) for path, values in answers.items()}) for _ in range(count)]
