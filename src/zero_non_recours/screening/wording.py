"""Amounts, months, persons and values as French readers write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.model import Variable
from zero_non_recours.rulebook.units import NONE, show_unit
from zero_non_recours.rulebook.words import show_number

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def euros(amount: float) -> str:
    """An amount: `1 234,50 €`; no cents when there are none."""
    return f"{show_number(amount, 2).removesuffix(',00')} €"


def per(unit: str) -> str:
    """« par mois » for €/mois, « par an » for €/an."""
    return unit.replace("€/", "par ")


def month_name(month: Month) -> str:
    """« juillet 2026 »."""
    return f"{_MONTHS[month % 12]} {month // 12}"


def of_month(month: Month) -> str:
    """« d'août 2026 », « de mai 2026 »."""
    name = month_name(month)
    return f"d'{name}" if name[0] in "aéo" else f"de {name}"


def day_name(text: str) -> str:
    """A date `AAAA-MM-JJ` as « JJ/MM/AAAA »."""
    year, month, day = text.split("-")
    return f"{day}/{month}/{year}"


def long_day(text: str) -> str:
    """A date `AAAA-MM-JJ` as « 31 décembre 2026 », « 1er mars 2027 »."""
    year, month, day = text.split("-")
    return f"{'1er' if day == '01' else int(day)} {_MONTHS[int(month) - 1]} {year}"


def month_names(months: Sequence[Month]) -> tuple[str, ...]:
    """Months in order, the year once: « juillet », « août », « septembre 2026 »."""
    last = {m // 12: m for m in months}
    return tuple(month_name(m) if last[m // 12] == m else _MONTHS[m % 12] for m in months)


def person_name(person: Any, rank: int) -> str:
    """How a person of the household is told from the others: the caller's key, else a rank."""
    return str(person.id or f"personne {rank + 1}")


def uncapitalised(label: str) -> str:
    """A label inside a sentence: « aide au logement », but « RSA »."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def count(number: int, one: str, many: str) -> str:
    """« 1 réponse manque », « 4 réponses manquent »."""
    return f"{number} {one if number < 2 else many}"


def shown_value(variable: Variable, value: Any) -> str:
    """A decoded value of a variable as text: « oui », « 403,56 € par mois », « française »."""
    if value is None:
        return "inconnu"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if variable.type == "date":
        return day_name(str(value))
    if isinstance(value, float):
        unit = show_unit(variable.unit or NONE)
        if unit.startswith("€"):
            return euros(value) if unit == "€" else f"{euros(value)} {per(unit)}"
        return show_number(value) if unit == "1" else f"{show_number(value)} {unit}"
    if variable.type == "code":
        return "" if value == "00000" else str(value)
    return variable.values.get(value, str(value))
