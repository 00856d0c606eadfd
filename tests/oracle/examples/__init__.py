"""Worked examples: amounts that OpenFisca-France was found to give before the comparison was written."""

from __future__ import annotations

from . import housing, rsa_ppa
from .example import Example

EXAMPLES = [*rsa_ppa.EXAMPLES, *housing.EXAMPLES]

__all__ = ["EXAMPLES", "Example"]
