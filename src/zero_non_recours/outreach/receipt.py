"""What a declaration says of the receipt of a right: a probability of non-receipt, brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from zero_non_recours.outreach.arrays import Numbers, plain, probabilities

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@overload
def non_receipt_after(
    non_receipt: float, declared: bool | None, *, sensitivity: float, specificity: float
) -> float: ...
@overload
def non_receipt_after(
    non_receipt: NDArray[np.float64], declared: bool | None, *, sensitivity: Numbers, specificity: Numbers
) -> NDArray[np.float64]: ...
def non_receipt_after(
    non_receipt: Numbers, declared: bool | None, *, sensitivity: Numbers, specificity: Numbers
) -> Numbers:
    """The probability that an eligible unit does not receive a right, once its receipt was declared or not.

    Bayes' rule. A declaration is not a proof: people name a right for another, documents are late. How far each
    channel (a person's word, a document) is to be believed is a parameter. A declaration that has no chance of being
    made changes nothing.

    Args:
        non_receipt: q, the probability that the right is not received, before; a float or an array.
        declared: whether the right is said to be received; `None` when nothing is known of it.
        sensitivity: the probability of « yes » when the right is received; floats or, with an array, arrays.
        specificity: the probability of « no » when it is not.

    Returns:
        q', the same probability after; a float for a float.

    Raises:
        ValueError: a probability that is not between 0 and 1.

    >>> round(non_receipt_after(0.18, False, sensitivity=0.90, specificity=0.98), 5)
    0.68266
    """
    import numpy as np

    before = probabilities(non_receipt, "probabilité de non-recours")
    yes_received = probabilities(sensitivity, "sensibilité")
    no_missing = probabilities(specificity, "spécificité")
    if declared is None:
        return plain(before)
    missing = before * (1 - no_missing if declared else no_missing)
    received = (1 - before) * (yes_received if declared else 1 - yes_received)
    either = missing + received
    return plain(np.where(either > 0, missing / np.where(either > 0, either, 1.0), before))


def value_of_receipt(
    value: float, non_receipt: float, eligible: float, cost: float, *, sensitivity: float, specificity: float
) -> float:
    """What asking whether a right is received brings, before a decision to pursue it or not.

    The answer « no » makes it likelier that the right is missing, « yes » almost rules it out: the value of information
    of an answer that may be wrong.

    Args:
        value: V, what the right is worth as things are known, in euros.
        non_receipt: q', the probability that it is not received if it is due, before the answer.
        eligible: p, the probability that it is due.
        cost: c, what pursuing it costs, in euros.
        sensitivity: the probability of « yes » when it is received.
        specificity: the probability of « no » when it is not.

    Returns:
        Euros, never negative; 0 when no answer can change the decision.

    Raises:
        ValueError: a probability that is not between 0 and 1.

    >>> round(value_of_receipt(1000, 0.34, 1, 60, sensitivity=0.9, specificity=0.98), 1)
    16.0
    """
    if value <= 0 or non_receipt <= 0:
        return 0.0
    informed = 0.0
    for declared in (True, False):
        missing = non_receipt * ((1 - specificity) if declared else specificity)
        received = (1 - non_receipt) * (sensitivity if declared else 1 - sensitivity)
        said = eligible * (missing + received) + (1 - eligible) * ((1 - specificity) if declared else specificity)
        after = non_receipt_after(non_receipt, declared, sensitivity=sensitivity, specificity=specificity)
        informed += max(0.0, value / non_receipt * after * (missing + received) - cost * said)
    return max(0.0, informed - max(0.0, value - cost))
