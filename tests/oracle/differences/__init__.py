"""One household for each named difference, with what OpenFisca-France gives and what the law gives.

The amounts stand in `docs/differences.md`; the oracle checks both of them. `law` is None where the law leaves
the amount to a fact that a profile does not hold, or where sources leave a doubt. `EVENED` are the differences
that our inputs even out: their households are compared.
"""

from __future__ import annotations

from . import energy, housing, rsa_ppa
from .difference import Difference

DIFFERENCES = [*rsa_ppa.DIFFERENCES, *housing.DIFFERENCES, *energy.DIFFERENCES]
EVENED = [*housing.EVENED]

__all__ = ["DIFFERENCES", "EVENED", "Difference"]
