"""What an answer would have to be for a right to open or close: frozen values, JSON shape, French sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from zero_non_recours.profile.periods import Month, parse_month
from zero_non_recours.rulebook.words import show_number
from zero_non_recours.screening.result import Amount, Status
from zero_non_recours.screening.wording import euros, month_names, per

Kind = Literal["amount", "choice"]
NO_RIGHT = "pas de droit"
DEPENDS = "cela dépend des autres réponses"
_VERBS: dict[Status, str] = {
    "eligible": "le droit pourrait rester ouvert",
    "not_eligible": "le droit pourrait s'ouvrir",
    "undetermined": "le droit pourrait être ouvert",
}


class Piece(NamedTuple):
    """The values from one to another for which a right has the same status; `high` is `None` without end."""

    low: float
    high: float | None
    status: Status


class Choice(NamedTuple):
    """A value of a choice, its French words, and what it makes of a right."""

    value: Any
    shown: str
    status: Status
    amount: Amount


@dataclass(frozen=True, slots=True)
class Threshold:
    """How the answer on a right changes with one answer of the household, the others staying what they are.

    Attributes:
        field: the place of the answer in the profile, `personnes[0].revenus.salaire_net`.
        who: the person, as the caller names them; empty for an answer of the household.
        months: the months (`AAAA-MM`) or years (`AAAA`) that take the value; for several months, the same in each.
        unit: of the values of `pieces` (`€/mois`); empty for a choice.
        pieces: for an amount, what happens from the lowest value to the highest, to the cent.
        choices: for a choice, what each value makes of the right.
        present: the household's amount, the mean of its months; `None` when it is not known.
        text: a French sentence; euros are rounded so that it stays true.
    """

    field: str
    label: str
    who: str
    months: tuple[str, ...]
    unit: str
    kind: Kind
    pieces: tuple[Piece, ...]
    choices: tuple[Choice, ...]
    present: float | None
    text: str

    def model_dump(self, *, mode: str = "python") -> dict[str, Any]:
        """The threshold as plain data."""
        return {
            "field": self.field,
            "label": self.label,
            "who": self.who,
            "months": list(self.months),
            "unit": self.unit,
            "kind": self.kind,
            "pieces": [piece._asdict() for piece in self.pieces],
            "choices": [
                {"value": c.value, "label": c.shown, "status": c.status, "amount": _plain(c.amount)}
                for c in self.choices
            ],
            "present": self.present,
            "text": self.text,
        }


def _plain(amount: Amount) -> dict[str, Any]:
    return {"low": amount.low, "expected": amount.expected, "high": amount.high, "unit": amount.unit}


def amount_sentence(subject: str, unit: str, pieces: Sequence[Piece], now: Status, present: float | None) -> str:
    """« Salaire net social, p1, par mois, en moyenne de juillet à septembre 2026 : le droit pourrait s'ouvrir… »

    Args:
        subject: the answer, whose and when.
        unit: of the values.
        pieces: what happens along the values.
        now: the status of the right with what is known.
        present: the value of the household.
    """
    yearly = unit.startswith("€/")
    known = "" if present is None else f" (pour l'instant : {_number(present, unit)})"
    ranges: dict[Status, list[str]] = {"eligible": [], "not_eligible": [], "undetermined": []}
    for place in range(len(pieces)):
        ranges[pieces[place].status].append(_range(pieces, place, unit))
    found = []
    if opens := ranges["eligible"]:
        found.append(f"{_VERBS[now]} {' ou '.join(opens)}")
    unsure = [place for place, piece in enumerate(pieces) if piece.status == "undetermined"]
    if (closes := ranges["not_eligible"]) and (unsure or not opens or now == "undetermined"):
        found.append(f"{NO_RIGHT} {' ni '.join(closes)}")
    if unsure:
        between = unsure == [1] and len(pieces) == 3
        found.append(f"{'entre les deux' if between else 'sinon'}, {DEPENDS}")
    return f"{subject}{', ' + per(unit) if yearly else ''}{known} : {' ; '.join(found)}."


def choice_sentence(subject: str, choices: Sequence[Choice], now: Status) -> str:
    """« Logement conventionné : « oui », le droit pourrait être ouvert, 213 € par mois ; « non », pas de droit. »

    Args:
        subject: the answer, whose and when.
        choices: its values.
        now: the status of the right with what is known.
    """
    found = []
    for status in ("eligible", "not_eligible", "undetermined"):
        same = [choice for choice in choices if choice.status == status]
        if not same:
            continue
        text = {"eligible": _VERBS[now] + _paid(same), "not_eligible": NO_RIGHT, "undetermined": DEPENDS}[status]
        found.append(f"{_listed([f'« {choice.shown} »' for choice in same], 'ou')}, {text}")
    return f"{subject} : {' ; '.join(found)}."


def subject_of(label: str, who: str, times: Sequence[str]) -> str:
    """« Salaire net social, p1, en moyenne de juillet à septembre 2026 »."""
    return ", ".join(part for part in (label, who, times_text(times)) if part)


def times_text(times: Sequence[str]) -> str:
    """« en moyenne de juillet à septembre 2026 », « en août 2026 », « en 2024 »; empty for no time."""
    if not times:
        return ""
    if len(times) == 1:
        return f"en {times[0]}" if len(times[0]) == 4 else f"en {month_names([parse_month(times[0])])[0]}"
    if len(times[0]) == 4:
        return f"en moyenne sur {_listed(times, 'et')}"
    months: list[Month] = [parse_month(time) for time in times]
    if months[-1] - months[0] + 1 == len(months) > 2:
        first, last = month_names([months[0], months[-1]])
        return f"en moyenne {'d' + chr(39) if first[0] in 'ao' else 'de '}{first} à {last}"
    return f"en moyenne en {_listed(month_names(months), 'et')}"


def _listed(parts: Sequence[str], word: str) -> str:
    """« a, b et c »."""
    *others, last = parts
    return f"{', '.join(others)} {word} {last}" if others else last


def _paid(choices: Iterable[Choice]) -> str:
    """« , entre 213 € et 508,21 € par mois »: what some values of a choice would pay."""
    amounts = [choice.amount for choice in choices]
    lows, highs = [a.low for a in amounts if a.low is not None], [a.high for a in amounts if a.high is not None]
    if len(lows) < len(amounts) or len(highs) < len(amounts):
        return ""
    low, high, unit = min(lows), max(highs), per(amounts[0].unit)
    return f", {euros(low)} {unit}" if low == high else f", entre {euros(low)} et {euros(high)} {unit}"


def _range(pieces: Sequence[Piece], place: int, unit: str) -> str:
    """« jusqu'à 1 104 € », « à partir de 380 € », « entre 380 € et 1 520 € »: no value outside of the piece."""
    (low, high, status), first, last = pieces[place], place == 0, place == len(pieces) - 1
    if last or high is None:
        low = math.ceil(low) if unit.startswith("€") else low
        return f"{'au-dessus de' if status == 'not_eligible' else 'à partir de'} {_number(low, unit)}"
    if unit.startswith("€"):
        whole = math.ceil(low), math.floor(high)
        if whole[0] <= whole[1] and (whole[1] > 0 or high == 0):
            low, high = whole
    elif first:
        return f"au-dessous de {_number(pieces[1].low, unit)}"
    if low == high:
        return f"à {_number(low, unit)}"
    return f"jusqu'à {_number(high, unit)}" if first else f"entre {_number(low, unit)} et {_number(high, unit)}"


def _number(value: float, unit: str) -> str:
    if unit.startswith("€"):
        return euros(value)
    text = show_number(value)
    return text if unit in ("", "1") else f"{text} {unit}"
