"""Numbers that are one float or an array of them: how they are checked, how they are given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = "float | NDArray[np.float64]"
"""A float, or an array of them: one per draw, per household…"""


def probabilities(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Probabilities as an array, of no dimension for a float.

    Raises:
        ValueError: one of them is not between 0 and 1; `name` says in French which argument it is.
    """
    import numpy as np

    found = np.asarray(values, dtype=np.float64)
    if not ((found >= 0) & (found <= 1)).all():
        raise ValueError(f"{name} : une probabilité est comprise entre 0 et 1")
    return found


def finite(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Numbers as an array, of no dimension for a float.

    Raises:
        ValueError: one of them is infinite or not a number; `name` says in French which argument it is.
    """
    import numpy as np

    found = np.asarray(values, dtype=np.float64)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} : un nombre fini est attendu")
    return found


def plain(found: Numbers) -> Numbers:
    """A float for a result of no dimension, the array as it is otherwise."""
    import numpy as np

    return float(found) if np.ndim(found) == 0 else found
