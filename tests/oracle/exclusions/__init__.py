"""Households on which OpenFisca-France and the law are known to part, so that their amounts are not
compared.

Each predicate takes a profile and a month and says whether one named difference touches that household.
Its docstring gives the article and what each side does; `docs/differences.md` lists them for readers.
"OpenFisca" stands for OpenFisca-France 176.1.8.
"""

from . import energy, housing, rsa_ppa
from .registry import EXCLUSIONS, Exclusion, excluded

__all__ = ["EXCLUSIONS", "Exclusion", "energy", "excluded", "housing", "rsa_ppa"]
