"""Resampled sums of households, for intervals that depend on nothing but the households and a seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

RESAMPLES = 500
BLOCK = 8_192
"""Households whose weights are in memory at once."""
_BITS = 16
_PER_WORD = 4


def resampled_sums(
    keys: Sequence[str], columns: np.ndarray, members: np.ndarray, seed: int, resamples: int = RESAMPLES
) -> np.ndarray:
    """The sums of some columns over some groups, in resamples of the households: resamples × groups × columns.

    In each resample every household counts as many times as a Poisson variable of mean 1 says (the Poisson bootstrap,
    which tends to the usual one as households are many). The times are read from a hash of its key and the seed.

    Args:
        keys: of the households, in an order that is the same from one run to the next.
        columns: an array of a row per household.
        members: whether each household (rows) is in each group (columns).
        seed: other resamples.
        resamples: how many.
    """
    by = str(seed).encode()
    digests = (blake2b(f"audit\x1f{k}".encode("utf-8", "surrogatepass"), digest_size=8, key=by).digest() for k in keys)
    starts = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)
    words = np.arange(1, -(-resamples // _PER_WORD) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    times = _poisson_times()
    found = np.zeros((resamples, members.shape[1] * columns.shape[1]))
    narrow = columns.astype(np.float32)
    for first in range(0, len(keys), BLOCK):
        state = starts[first : first + BLOCK, None] + words
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
        weights = times[state.view(np.uint16)[:, :resamples]]
        block = slice(first, first + BLOCK)
        found += weights.T @ (members[block, :, None] * narrow[block, None, :]).reshape(len(weights), -1)
    return found.reshape(resamples, members.shape[1], columns.shape[1])


def _poisson_times() -> np.ndarray:
    """How many times each 16-bit word counts a household."""
    shares = [math.exp(-1) / math.factorial(times) for times in range(9)]
    ranks = (np.arange(1 << _BITS) + 0.5) / (1 << _BITS)
    return np.searchsorted(np.cumsum(shares), ranks).astype(np.float32)
