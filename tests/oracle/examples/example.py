"""A household, a month, and the amounts OpenFisca-France is known to give."""

from __future__ import annotations

from dataclasses import dataclass

from ..reading import Profile


@dataclass(frozen=True)
class Example:
    name: str
    month: str
    profile: Profile
    rsa: float | None = None
    ppa: float | None = None
    aide_logement: float | None = None
    cheque_energie: float | None = None

    @property
    def amounts(self) -> dict[str, float]:
        return {right: amount for right, amount in vars(self).items() if isinstance(amount, (int, float))}
