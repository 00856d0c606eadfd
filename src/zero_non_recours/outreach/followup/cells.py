"""Reads the cells of a row of outcomes; what is wrong is said without repeating the value."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from zero_non_recours.outreach.followup.tables import MAX_CELL
from zero_non_recours.outreach.followup.vocabulary import AWARDED, OUTCOME_OF, OUTCOMES, REASONS, REFUSED, folded
from zero_non_recours.profile.numbers import looks_like_number, read_number
from zero_non_recours.rulebook.diagnostics import nearest

KEY, UNIT, RIGHT, TERRITORY, DATE, OUTCOME = "menage_id", "unite", "droit", "territoire", "date", "issue"
AMOUNT, REASON, P_MISSING, P_ELIGIBLE, RANDOM = "montant", "motif", "p_missing", "p_eligible", "hasard"
REQUIRED = (KEY, RIGHT, DATE, OUTCOME)
COLUMNS = (*REQUIRED, UNIT, TERRITORY, AMOUNT, REASON, P_MISSING, P_ELIGIBLE, RANDOM)

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_FRENCH = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_CENTURY = (2000, 2099)
_YES = frozenset(["oui", "o", "vrai", "true", "1", "x"])
_NO = frozenset(["non", "n", "faux", "false", "0"])
MAX_TERRITORY = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell or a row that does not read: where, the kind of its value (never the value), the cause, the remedy."""

    row: int
    column: str
    kind: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        place = f"ligne {self.row}" + (f", colonne {self.column}" if self.column else "")
        return f"{place} ({self.kind}) : {self.cause}. {self.remedy}"


class Bad(Exception):
    """A cell that does not read: the cause and the remedy."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause)
        self.cause, self.remedy = cause, remedy


def kind_of(text: str) -> str:
    """The kind of a cell's value, to speak of it without repeating it."""
    if not text:
        return "vide"
    if len(text) > MAX_CELL:
        return "texte long"
    if looks_like_number(text):
        return "nombre"
    return "date" if _ISO.fullmatch(text) or _FRENCH.fullmatch(text) else "texte"


def outcome(text: str) -> str:
    """The code of an outcome, from its code or a French word for it."""
    if not text:
        raise Bad("l'issue manque", f"Écrire une de : {_words()}.")
    found = OUTCOME_OF.get(folded(text))
    if found is None:
        raise Bad("issue non prévue", f"Écrire une de : {_words()}.")
    return found


def _words() -> str:
    return ", ".join(words[0] for words in OUTCOMES.values())


def key(text: str) -> str:
    """The caller's key of a household."""
    if not text:
        raise Bad("la clé du ménage manque", "Écrire la clé du dossier, toujours la même pour un ménage.")
    if len(text) > MAX_CELL or not text.isprintable():
        raise Bad("la clé du ménage ne se lit pas", f"Écrire une clé sur une ligne, de {MAX_CELL} caractères au plus.")
    return text


def right(text: str, rights: Mapping[str, str]) -> str:
    """The name of a right, from its name or a label; `rights` is by folded word."""
    if not text:
        raise Bad("le droit manque", "Écrire le nom du droit de cette ligne.")
    found = rights.get(folded(text))
    if found is None:
        known = tuple(dict.fromkeys(rights.values()))
        near = nearest(folded(text), known) if len(text) <= MAX_CELL else ""
        raise Bad("droit inconnu", f"{near} Droits connus : {', '.join(known)}.".strip())
    return found


def day(text: str) -> datetime.date:
    """A day, AAAA-MM-JJ or JJ/MM/AAAA."""
    remedy = "Écrire le jour, JJ/MM/AAAA ou AAAA-MM-JJ."
    if not text:
        raise Bad("la date manque", remedy)
    if match := _ISO.fullmatch(text):
        year, month, number = match.groups()
    elif match := _FRENCH.fullmatch(text):
        number, month, year = match.groups()
    else:
        raise Bad("ce n'est pas une date", remedy)
    try:
        found = datetime.date(int(year), int(month), int(number))
    except ValueError:
        raise Bad("date impossible", "Vérifier le jour, le mois et l'année.") from None
    if not _CENTURY[0] <= found.year <= _CENTURY[1]:
        raise Bad("année impossible", "Vérifier l'année.")
    return found


def amount(text: str, outcome: str | None) -> float | None:
    """Euros, as the right is paid; only an award has some."""
    if not text:
        return None
    if outcome not in (AWARDED, None):
        raise Bad("un montant, mais le droit n'est pas accordé", "Vider cette cellule, ou écrire l'issue « accorde ».")
    try:
        found = read_number(text)
    except ValueError as error:
        raise Bad(str(error), "Écrire le montant en euros, par exemple 152,30.") from None
    if not 0 <= found < float("inf"):
        raise Bad("montant négatif", "Écrire le montant versé, positif ou nul.")
    return float(found)


def reason(text: str, outcome: str | None) -> str | None:
    """Why a claim was refused: a code of the list."""
    if not text:
        return None
    if outcome not in (REFUSED, None):
        raise Bad("un motif, mais la demande n'est pas refusée", "Vider cette cellule, ou écrire l'issue « refuse ».")
    found = folded(text)
    if found not in REASONS:
        raise Bad(
            "motif hors de la liste (un texte libre peut dire qui est la personne)",
            f"Écrire un de : {', '.join(REASONS)}.",
        )
    return found


def territory(text: str) -> str | None:
    """The name of a territory, as it will be shown."""
    if len(text) > MAX_TERRITORY or not text.isprintable():
        raise Bad("nom de territoire trop long ou illisible", f"Écrire {MAX_TERRITORY} caractères au plus.")
    return " ".join(text.split()) or None


def probability(text: str) -> float | None:
    """What had been estimated, between 0 and 1."""
    if not text:
        return None
    try:
        found = float(read_number(text, amount=False))
    except ValueError as error:
        raise Bad(str(error), "Écrire une probabilité, par exemple 0,35.") from None
    if not 0 <= found <= 1:
        raise Bad("une probabilité est entre 0 et 1", "Écrire par exemple 0,35 et non 35.")
    return found


def drawn(text: str) -> bool | None:
    """Whether the plan drew the household at random."""
    word = folded(text)
    if word in _YES or word in _NO:
        return word in _YES
    if word:
        raise Bad("oui ou non attendu", "Écrire oui, non, ou laisser vide.")
    return None


def missing_columns(names: Collection[str]) -> tuple[str, ...]:
    """The required columns that a table lacks."""
    return tuple(name for name in REQUIRED if name not in names)


def read_cell(problems: list[Problem], row: int, column: str, text: str, read: Any, *more: Any) -> Any:
    """What a cell says, or `None` with one more problem in the list."""
    try:
        return read(text, *more)
    except Bad as bad:
        problems.append(Problem(row, column, kind_of(text), bad.cause, bad.remedy))
        return None
