"""A household on which OpenFisca-France and the law part."""

from __future__ import annotations

from dataclasses import dataclass

from ..reading import Profile


@dataclass(frozen=True)
class Difference:
    name: str  # of the predicate
    right: str
    month: str
    profile: Profile
    peer: float
    law: float | None
