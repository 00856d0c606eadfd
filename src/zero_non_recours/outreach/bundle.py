"""What rights bring together, and how much of it is due to each: arithmetic on the sets of rights claimed.

Rights depend on each other: one lowers another, or opens it. So what a household would gain is never a sum of separate
amounts: it is simulated with every set of rights claimed, Y(set), and the gain of claiming the missing ones together is
shared among them (L. S. Shapley, « A Value for n-Person Games », 1953): what each right adds, on average over the
orders in which they may be claimed. Shares add up to the gain of the bundle.

In arrays a set of rights is a number, one bit per right: for rights (a, b), 0 is neither, 1 is a, 2 is b, 3 is both.
Every sum is made in an order of its own, so that a row has the same result to the bit whatever stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from zero_non_recours.outreach.arrays import probabilities

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

MOST = 8
"""The most rights of a bundle: the weights of n rights are n × 4ⁿ numbers."""


@dataclass(frozen=True, slots=True)
class ExpectedGains:
    """What claiming every right of a bundle is expected to bring, in € a month, given what may be received already.

    Attributes:
        total: the expected gain of the bundle, the only number to call a total.
        shares: the part of each right in it; negative for a right that only displaces others.
    """

    total: float
    shares: Mapping[str, float]


def subsets(rights: Sequence[str]) -> list[frozenset[str]]:
    """Every set of some rights, in the order of the arrays of this module.

    Raises:
        ValueError: too many rights.

    >>> [sorted(held) for held in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    return [frozenset(r for i, r in enumerate(rights) if held >> i & 1) for held in range(_number_of_sets(len(rights)))]


def shapley_attribution(
    worth: Mapping[frozenset[str], float], claimed: Collection[str], missing: Collection[str]
) -> dict[str, float]:
    """φ(M | C): how much each missing right brings, when those in payment stay and all the missing ones are claimed.

    Args:
        worth: Y, what the household receives in all when exactly a set of rights is claimed, in € a month.
        claimed: C, the rights in payment.
        missing: M, the rights to claim.

    Returns:
        € a month for each missing right, in their order; they add up to Y(C ∪ M) - Y(C).

    Raises:
        ValueError: a set of rights that `worth` does not give, a right both in payment and missing, too many rights.

    >>> worth = {frozenset(): 0, frozenset("R"): 600, frozenset("A"): 270, frozenset("RA"): 793}
    >>> shapley_attribution(worth, [], ["R", "A"])
    {'R': 561.5, 'A': 231.5}
    """
    rights = list(dict.fromkeys(missing))
    if not set(claimed).isdisjoint(rights):
        raise ValueError("un droit n'est pas à la fois perçu et non perçu")
    weights = attribution_weights(len(rights))[:, -1]
    values = [_worth(worth, held.union(claimed)) for held in subsets(rights)]
    return {right: math.fsum(weights[i] * values) for i, right in enumerate(rights)}


def expected_gains(worth: Mapping[frozenset[str], float], non_receipt: Mapping[str, float]) -> ExpectedGains:
    """What claiming every right is expected to bring, when it is not sure which ones are received already.

    Each right is missing with its own probability, whatever the others: a set M is missing, and the others C in
    payment, with the product of these probabilities. The expectation of φ(M | C) is an exact sum over the sets.

    Args:
        worth: Y, what the household receives in all when exactly a set of rights is claimed, in € a month.
        non_receipt: for each right of the bundle, the probability that it is not received.

    Returns:
        The expected gain of the bundle and the part of each right, in € a month.

    Raises:
        ValueError: a set of rights that `worth` does not give, a probability that is not between 0 and 1, too many
            rights.

    >>> worth = {frozenset(): 0, frozenset("R"): 600, frozenset("A"): 270, frozenset("RA"): 793}
    >>> gains = expected_gains(worth, {"R": 0.68266, "A": 0.05})
    >>> round(gains.total, 2), {right: round(share, 2) for right, share in gains.shares.items()}
    (369.31, {'R': 358.35, 'A': 10.96})
    """
    import numpy as np

    values = np.array([_worth(worth, held) for held in subsets(list(non_receipt))])
    found = expected_attribution(values, np.array(list(non_receipt.values()), dtype=np.float64))
    shares = dict(zip(non_receipt, found.tolist(), strict=True))
    return ExpectedGains(math.fsum(shares.values()), shares)


def expected_attribution(worth: ArrayLike, non_receipt: ArrayLike) -> NDArray[np.float64]:
    """`expected_gains` on arrays: the expected part of each right, φ̂ = Σ over M of P(M) Σ over B of W[r, M, B] Y(B).

    Args:
        worth: Y, (…, 2ⁿ), in € a month.
        non_receipt: the probability that each right is not received, (…, n). The leading axes broadcast.

    Returns:
        (…, n), in € a month; the sum over rights is the expected gain, Y(all) - Σ over C of P(C in payment) Y(C).

    Raises:
        ValueError: sizes that do not match, a probability that is not between 0 and 1, too many rights.

    >>> expected_attribution([[0, 600, 270, 793]], [[1, 1], [0, 1]]).tolist()
    [[561.5, 231.5], [0.0, 193.0]]
    """
    import numpy as np

    states = state_probabilities(non_receipt)
    values = np.asarray(worth, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] != states.shape[-1]:
        raise ValueError("un montant par ensemble de droits est attendu : 2ⁿ pour n droits")
    by_state, by_set = (np.ascontiguousarray(np.moveaxis(array, -1, 0)) for array in (states, values))
    weights = attribution_weights(len(by_set).bit_length() - 1)
    found = np.zeros((len(weights), *np.broadcast_shapes(states.shape[:-1], values.shape[:-1])))
    for right, counts in enumerate(weights):
        alone = 1 << right
        for held in range(len(by_set)):
            if held & alone:  # W is the same without the right, of the other sign
                last = sum(counts[missing, held] * by_state[missing] for missing in np.flatnonzero(counts[:, held]))
                found[right] += last * (by_set[held] - by_set[held ^ alone])
    return np.moveaxis(found, 0, -1)


def state_probabilities(non_receipt: ArrayLike) -> NDArray[np.float64]:
    """The probability that exactly a set of rights is missing, each right being missing or not whatever the others.

    Args:
        non_receipt: the probability that each right is not received, (…, n).

    Returns:
        (…, 2ⁿ); they add up to 1.

    Raises:
        ValueError: a probability that is not between 0 and 1, too many rights.

    >>> state_probabilities([0.5, 0.25]).tolist()
    [0.375, 0.375, 0.125, 0.125]
    """
    import numpy as np

    missing = np.atleast_1d(probabilities(non_receipt, "probabilité de non-recours"))
    _number_of_sets(missing.shape[-1])
    found = np.ones((*missing.shape[:-1], 1))
    for right in range(missing.shape[-1]):
        chance = missing[..., right, np.newaxis]
        found = np.concatenate((found * (1 - chance), found * chance), axis=-1)
    return found


@lru_cache(maxsize=MOST + 1)
def attribution_weights(rights: int) -> NDArray[np.float64]:
    """W: what each Y counts for in the part of each right, whichever rights are missing.

    With those of M missing and all the others in payment, φ_r(M | the others) = Σ over B of W[r, M, B] Y(B).
    In an order drawn at random, r comes after exactly the set B of other missing rights with the probability
    |B|! (|M| - |B| - 1)! / |M|!, and then brings Y(C ∪ B ∪ {r}) - Y(C ∪ B).

    Args:
        rights: n, how many rights.

    Returns:
        (n, 2ⁿ, 2ⁿ), read only; 0 where r is not in M.

    Raises:
        ValueError: more than `MOST` rights, or a negative number.

    >>> attribution_weights(2)[0, 3].tolist()  # both missing: a comes first or second
    [-0.5, 0.5, -0.5, 0.5]
    """
    import numpy as np

    sets = _number_of_sets(rights)
    weights = np.zeros((rights, sets, sets))
    for missing in range(sets):
        size, received = missing.bit_count(), sets - 1 - missing
        for right in range(rights):
            alone = 1 << right
            for before in range(sets):
                if missing & alone and before & ~missing == 0 and not before & alone:
                    number = before.bit_count()
                    chance = math.factorial(number) * math.factorial(size - number - 1) / math.factorial(size)
                    weights[right, missing, received | before | alone] = chance
                    weights[right, missing, received | before] = -chance
    weights.setflags(write=False)
    return weights


def _number_of_sets(rights: int) -> int:
    """How many sets some rights make."""
    if not 0 <= rights <= MOST:
        raise ValueError(f"un ensemble compte au plus {MOST} droits")
    return 1 << rights


def _worth(worth: Mapping[frozenset[str], float], held: frozenset[str]) -> float:
    """What a set of rights is worth."""
    if held not in worth:
        raise ValueError(f"le montant de l'ensemble de droits {{{', '.join(sorted(held))}}} manque")
    return float(worth[held])
