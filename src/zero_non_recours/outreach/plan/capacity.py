"""How much can be done: appointments, minutes of work, or both."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from zero_non_recours.outreach.plan.errors import PlanningError

_REMEDY = "Écrire par exemple 40rdv, 1200min, 20h ou 40rdv+1200min."
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(rdv|rendez[- ]vous|minutes?|min|mn|heures?|h)", re.IGNORECASE)
_MINUTES_PER_HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a team can do until the next plan.

    Attributes:
        appointments: appointments that can be given; `None`: no limit of their own.
        minutes: minutes of work for everything that is more than a message or a letter; `None`: not counted.

    Raises:
        PlanningError: neither is given, or one is negative or not a number.
    """

    appointments: int | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        if self.appointments is None and self.minutes is None:
            raise PlanningError("capacite-absente", "La capacité n'est pas dite.", _REMEDY)
        for value in (self.appointments, self.minutes):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise PlanningError("capacite", "Une capacité est un nombre positif ou nul.", _REMEDY)

    @classmethod
    def parse(cls, text: str) -> Capacity:
        """The capacity that a text says: `40rdv`, `1200min`, `20h`, or both appointments and time (`40rdv+20h`).

        >>> Capacity.parse("40 rdv + 20 h")
        Capacity(appointments=40, minutes=1200.0)

        Raises:
            PlanningError: the text is not one, or says the same thing twice.
        """
        appointments: int | None = None
        minutes: float | None = None
        for part in re.split(r"\s*[+;]\s*|(?<!\d)\s*,\s*|\s+et\s+", text.strip()):
            match = _PART.fullmatch(part)
            if match is None:
                raise PlanningError("capacite", "Cette capacité ne se lit pas.", _REMEDY)
            value, unit = float(match[1].replace(",", ".")), match[2].lower()
            if unit.startswith("r"):
                if appointments is not None or not value.is_integer():
                    raise PlanningError("capacite", "Les rendez-vous se disent une fois, en nombre entier.", _REMEDY)
                appointments = int(value)
            else:
                if minutes is not None:
                    raise PlanningError("capacite", "Le temps de travail se dit une fois.", _REMEDY)
                minutes = value * (_MINUTES_PER_HOUR if unit.startswith("h") else 1.0)
        return cls(appointments, minutes)

    @classmethod
    def of(cls, value: Capacity | str | int) -> Capacity:
        """A capacity as it is, said in a text, or as a number of appointments.

        Raises:
            PlanningError: as `parse`.
        """
        if isinstance(value, Capacity):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise PlanningError("capacite", "Cette capacité ne se lit pas.", _REMEDY)
        return cls(appointments=value)

    @property
    def text(self) -> str:
        """The capacity as it is read: « 40 rendez-vous, 1200 minutes »."""
        parts = []
        if self.appointments is not None:
            parts.append(f"{self.appointments} rendez-vous")
        if self.minutes is not None:
            parts.append(f"{self.minutes:.0f} minutes")
        return ", ".join(parts)
