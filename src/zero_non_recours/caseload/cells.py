"""Turns the cells of real files into answers: French numbers and dates, « environ 900 », oui/non, choices by label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import PydanticCustomError

from zero_non_recours.caseload.errors import Refusal
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.follow_up import BLOCK
from zero_non_recours.profile.numbers import PLAIN, SPACE, looks_like_number, read_number
from zero_non_recours.profile.ranges import ABOUT, HIGH, LOW, approximate_part
from zero_non_recours.profile.unsaid import DOES_NOT_KNOW, DOES_NOT_SAY
from zero_non_recours.profile.values import checker

MAX_CELL = 200
MAX_KEY = 200

Converter = Callable[[str], Any]
"""A stripped, non-empty cell → its answer, `None` or a word of `profile.unsaid` (unknown), or a `Refusal`."""

_MIDNIGHT = re.compile(r"[ T]00:00(:00([.,]0+)?)?(Z|\+00:00)?$")
_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_FRENCH = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_FRENCH_MONTH = re.compile(r"([0-9]{1,2})/([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}")
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_INSEE = re.compile(r"[0-9][0-9AaBb][0-9]{3}")
_LOST_ZERO = re.compile(r"[1-9][0-9]{3}")

UNKNOWN_MARKS = frozenset(["nc", "n c", "na", "n a", "nan", "null", "none", "non renseigne", "non renseignee"])
"""Words that stand in an empty cell."""

_UNSAID = {
    **dict.fromkeys(
        ["nsp", "ne sait pas", "ne sait plus", "je ne sais pas", "je ne sais plus", "inconnu", "inconnue"],
        DOES_NOT_KNOW,
    ),
    **dict.fromkeys(
        [
            "refus",
            "refuse",
            "refuse de repondre",
            "refus de repondre",
            "ne veut pas dire",
            "ne veut pas repondre",
            "ne souhaite pas repondre",
        ],
        DOES_NOT_SAY,
    ),
}
"""Words that say, in so many letters, that the question was asked and the answer is not known, or not given."""

_BARE_REFUSALS = frozenset(["refus", "refuse"])
_REFUSES_WHAT = (
    "on ne sait pas ce qui est refusé : écrire « oui » dans la colonne « suivi.DROIT.refus » si c'est un droit, "
    "« ne veut pas dire » si c'est de répondre"
)
"""Of what was done with a household, a refusal may be an answer: read as « did not say », it would be lost."""

_BETWEEN = re.compile(
    r"(?:entre|de)\s+(.+?)\s+(?:et|à|a)\s+(.+)"
    r"|([0-9].*?)\s+(?:à|a)\s+([0-9].*)"
    r"|([0-9][^-–]*)[-–]\s*([0-9][^-–]*)",
    re.IGNORECASE,
)
"""Two ends: « entre 800 et 1000 », « 800 à 1000 », « 800-1000 »."""
_MONTH_OF_YEAR = re.compile(r"[0-9]{1,2}\s*[-–]\s*(19|20)[0-9]{2}|(19|20)[0-9]{2}\s*[-–]\s*[0-9]{1,2}")

_TRUES = frozenset(["oui", "o", "vrai", "true", "yes", "1", "x"])
_FALSES = frozenset(["non", "n", "faux", "false", "no", "0"])


def fold(text: str) -> str:
    """A text without accents, case or punctuation, to compare labels.

    >>> fold("  Salarié(e) ")
    'salarie e'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def kind_of_cell(text: str) -> str:
    """The kind of a cell's value, to speak of it without repeating it."""
    if not text:
        return "vide"
    if len(text) > MAX_CELL:
        return "texte long"
    if text.startswith("#"):
        return "erreur de tableur"
    if looks_like_number(text):
        return "nombre"
    if any(p.fullmatch(_MIDNIGHT.sub("", text)) for p in (_ISO, _FRENCH, _MONTH, _SHORT_YEAR)) or _TIME.search(text):
        return "date"
    return "vrai/faux" if fold(text) in _TRUES | _FALSES else "texte"


def readable_key(text: str) -> bool:
    """Whether a text can be the key of a household or person: printable, and not too long."""
    plain = text.isprintable() or re.sub(SPACE, "", text).isprintable()
    return plain and 0 < len(text) <= MAX_KEY and "\ufffd" not in text


def converter(field: ProfileField, values: Mapping[str, str]) -> Converter:
    """The conversion of a column of a field; `values` translates the file's own words (mapping file)."""
    read: Converter
    match field.type:
        case "booleen":
            read = boolean
        case "date":
            read = date
        case "code":
            read = insee_code
        case "texte":
            read = str
        case "enumeration":
            read = _choice(field)
        case "liste":
            read = _several(field)
        case _:
            read = _number(field)
    check = checker(_without_series(field))
    own = {fold(word): value for word, value in values.items()}
    ambiguous = _BARE_REFUSALS if field.path.startswith(f"{BLOCK}.") else ()

    def convert(text: str) -> Any:
        if own or not text[0].isdigit():
            if len(text) > MAX_CELL:
                return Refusal("texte long", f"cellule de plus de {MAX_CELL} caractères")
            word = fold(text)
            if word in own:
                return own[word]
            if word in ambiguous:
                return Refusal("texte", _REFUSES_WHAT)
            if word in UNKNOWN_MARKS:
                return None
            if word in _UNSAID:
                return _UNSAID[word]
            if text == "?":
                return DOES_NOT_KNOW
            if text[0] == "#":
                return Refusal("erreur de tableur", "erreur de calcul du tableur dans la cellule")
        elif len(text) > MAX_CELL:
            return Refusal("texte long", f"cellule de plus de {MAX_CELL} caractères")
        value = read(text)
        if type(value) is Refusal:
            return value
        try:
            return check(value)
        except PydanticCustomError as error:
            reason = (
                "date impossible : vérifier le jour, le mois et l'année" if field.type == "date" else error.message()
            )
            return Refusal(kind_of_cell(text), reason.rstrip("."))

    return convert


def boolean(text: str) -> bool | Refusal:
    """`oui`, `non`, `vrai`, `faux`, `1`, `0`, `x`.

    >>> boolean("OUI")
    True
    """
    word = fold(text)
    if word in _TRUES:
        return True
    if word in _FALSES:
        return False
    return Refusal(kind_of_cell(text), "oui ou non attendu")


def date(text: str) -> str | Refusal:
    """A date in the ISO form, from the French or ISO ones; the day comes before the month. A year may be alone.

    >>> date("31/12/1990"), date("1990-12-31 00:00:00"), date("1990-12"), date("1990")
    ('1990-12-31', '1990-12-31', '1990-12', '1990')
    """
    text = _MIDNIGHT.sub("", text)
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _FRENCH.fullmatch(text):
        day, month, year = match.groups()
    elif match := _FRENCH_MONTH.fullmatch(text):
        return f"{match[2]}-{int(match[1]):02d}"
    elif _MONTH.fullmatch(text):
        return text
    elif _SHORT_YEAR.fullmatch(text):
        return Refusal("date", "année sur deux chiffres : l'écrire sur quatre, JJ/MM/AAAA")
    elif _TIME.search(text):
        return Refusal("date", "date avec une heure : garder le jour seul, JJ/MM/AAAA")
    elif _YEAR.fullmatch(text):
        return text
    elif PLAIN.fullmatch(text):
        return Refusal("nombre", "nombre à la place d'une date : mettre la colonne au format Date, JJ/MM/AAAA")
    else:
        return Refusal(kind_of_cell(text), "date attendue, JJ/MM/AAAA ou AAAA-MM-JJ, ou l'année seule")
    return f"{year}-{int(month):02d}-{int(day):02d}"


def insee_code(text: str) -> str | Refusal:
    """A commune code; a spreadsheet takes off the first zero, which is put back.

    >>> insee_code("6088"), insee_code("2A004")
    ('06088', '2A004')
    """
    if _LOST_ZERO.fullmatch(text):
        return f"0{text}"
    if _INSEE.fullmatch(text):
        return text.upper()
    return Refusal(kind_of_cell(text), "code INSEE de commune attendu, cinq caractères (38185)")


def number(text: str, *, amount: bool = True) -> float | int | Refusal:
    """A number written the French way, or with a decimal point.

    >>> number("1 234,50 €"), number("1.234,50"), number("900"), number("1,234")
    (1234.5, 1234.5, 900, 1.234)
    >>> number("1.234").reason
    'un point suivi de trois chiffres : décimale ou milliers ? Écrire 1234 ou 1,23'
    """
    try:
        return read_number(text, amount=amount)
    except ValueError as error:
        return Refusal(kind_of_cell(text), str(error))


def uncertain(text: str, one: Callable[[str], float | int | Refusal]) -> dict[str, Any] | Refusal | None:
    """An approximate number or one within two ends, as a profile writes it; `None` for a text of another form.

    >>> uncertain("environ 900 €", number), uncertain("entre 800 et 1 000", number), uncertain("800-1000", number)
    ({'environ': 900}, {'min': 800, 'max': 1000}, {'min': 800, 'max': 1000})
    """
    about = approximate_part(text)
    if about is not None:
        written = {ABOUT: about}
    elif _MONTH_OF_YEAR.fullmatch(text):
        return Refusal("date", "un mois, ou deux montants ? Écrire « entre 800 et 1000 »")
    elif match := _BETWEEN.fullmatch(text):
        ends = (end.strip() for end in match.groups() if end is not None)
        written = dict(zip((LOW, HIGH), ends, strict=True))
    else:
        return None
    found = {key: one(part) for key, part in written.items()}
    return next((value for value in found.values() if isinstance(value, Refusal)), found)


def _number(field: ProfileField) -> Converter:
    amount = "€" in field.unit
    fraction = field.unit == "1" and field.maximum == 1
    received, income = (field.path.startswith(f"{part}.") for part in ("prestations_recues", "personnes[].revenus"))

    def one(text: str) -> float | int | Refusal:
        if fraction and text.endswith("%"):
            percent = number(text[:-1].rstrip(), amount=False)
            return percent if isinstance(percent, Refusal) else percent / 100
        return number(text, amount=amount)

    def convert(text: str) -> Any:
        found = one(text)
        if type(found) is not Refusal:
            return found
        if amount and (received or income):
            word = fold(text)
            if received and word in _FALSES:
                return 0
            if word in _TRUES:
                return Refusal(found.kind, "montant attendu : 0 si non perçu, le montant si perçu")
        return uncertain(text, one) or found

    return convert


def _choice(field: ProfileField) -> Converter:
    words: dict[str, set[str]] = {}
    for value, label in field.values.items():
        for word in {fold(value), fold(label), fold(re.sub(r"\(.*\)", "", label))}:
            words.setdefault(word, set()).add(value)
    known = {word: next(iter(found)) for word, found in words.items() if len(found) == 1}
    reason = f"valeur non prévue ; valeurs : {', '.join(field.values)}"

    def convert(text: str) -> Any:
        found = known.get(fold(text))
        return Refusal(kind_of_cell(text), reason) if found is None else found

    return convert


def _several(field: ProfileField) -> Converter:
    """Choices in one cell, separated by « ; » or « | »."""
    one = _choice(field)

    def convert(text: str) -> Any:
        found = [one(part) for part in re.split("[;|]", text) if part.strip()]
        return next((choice for choice in found if isinstance(choice, Refusal)), found)

    return convert


def _without_series(field: ProfileField) -> ProfileField:
    """The field as one cell answers it."""
    return replace(field, series=False)
