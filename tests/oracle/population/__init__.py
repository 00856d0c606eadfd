"""Made-up households: one generator for each family of rights."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from ..reading import Profile
from .rsa_ppa import random_profile

Generator = Callable[[random.Random, str], Profile]


def random_profiles(
    seed: int, count: int, months: Sequence[str], generator: Generator = random_profile
) -> list[tuple[str, Profile]]:
    """`count` cases (month, profile), the months taking turns."""
    rng = random.Random(seed)
    cases = []
    for number in range(count):
        month = months[number % len(months)]
        cases.append((month, {"id": f"o{number}", **generator(rng, month)}))
    return cases


__all__ = ["Generator", "random_profile", "random_profiles"]
