"""Dated amounts of the law used to make plausible households and to delimit the comparison.

They are written here a second time, away from the rulebook, so that the oracle does not lean on what it
tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

# Base mensuelle de calcul des allocations familiales, from 1 April (arrêtés of each spring, CSS L551-1).
BMAF = {"2022-07": 431.11, "2023-04": 445.93, "2024-04": 466.44, "2025-04": 474.37, "2026-04": 478.16}
# RSA of a single person (décrets 2023-340, 2024-396, 2025-293, 2026-220).
RSA_BASE = {"2022-07": 598.54, "2023-04": 607.75, "2024-04": 635.71, "2025-04": 646.52, "2026-04": 651.69}
# Prime d'activité, flat amount of a single person (décrets 2023-343, 2024-403, 2025-294, 2026-222).
PPA_BASE = {"2022-07": 586.23, "2023-04": 595.25, "2024-04": 622.63, "2025-04": 633.21, "2026-04": 638.28}
# Gross hourly SMIC (décrets of each rise).
SMIC = {"2023-05": 11.52, "2024-01": 11.65, "2024-11": 11.88, "2026-01": 12.02, "2026-06": 12.31}
# Least deduction for professional expenses, of the scale of the year before (CGI 83 3°; CCH R822-4).
EXPENSES_MINIMUM = {"2024-01": 495, "2025-01": 504, "2026-01": 509}
# Most that the tenth on pensions takes off, for a tax household (CGI 158 5 a).
PENSION_DEDUCTION_MAXIMUM = {"2024-01": 4399, "2025-01": 4439}
# Chèque énergie, limits of income for one unit (arrêtés of 24 February 2021 and 3 March 2023).
CHEQUE_ENERGIE_LIMITS = {"2021-01": (5600, 6700, 7700, 10800), "2023-01": (5700, 6800, 7850, 11000)}

AF_TWO_CHILDREN, AF_EACH_FURTHER = 0.32, 0.41  # share of BMAF, CSS D521-1
AF_AGE_INCREASE = 0.16  # CSS D521-1
CF, CF_INCREASED = 0.4165, 0.6248  # CSS D522-1
ASF_ONE_PARENT, ASF_COUNTED = 0.422, 0.225  # CSS D523-1; CASF R262-10-1
PAJE_BASE = 0.4165  # CSS D531-3, full rate
CHILD_EXCLUDED_ABOVE = 0.40  # share of the base amount: what a further child adds to the scale, CASF R262-1
LONE_CHILD_EXCLUDED_ABOVE = 1.28412 - 1 + 0.42804  # the only child who opens the isolation supplement
LEARNER_FLOOR_HOURS = 0.55 * 169  # CSS L842-2 3°, R512-2


def in_force(values: Mapping[str, T], month: str) -> T:
    """The value in force in `month`."""
    return values[max(start for start in values if start <= month)]


def af_basic(children: int, month: str) -> float:
    """Basic family allowance at full rate for that number of children under 20."""
    if children < 2:
        return 0.0
    return round(in_force(BMAF, month) * (AF_TWO_CHILDREN + AF_EACH_FURTHER * (children - 2)), 2)


def learner_floor(month: str) -> float:
    """Monthly earnings that a student, trainee or apprentice must exceed (prime d'activité)."""
    return LEARNER_FLOOR_HOURS * in_force(SMIC, month)
