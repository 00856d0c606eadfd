"""Checks one answer and says in French what is wrong with it, never repeating it."""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from zero_non_recours.profile.errors import fail, kind_of
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.numbers import read_number
from zero_non_recours.profile.periods import DATE_PATTERN, MONTH_PATTERN, date_code
from zero_non_recours.profile.ranges import (
    ABOUT,
    HIGH,
    LOW,
    approximate_part,
    around,
    check_range,
    nearest_key,
    written_as_range,
)
from zero_non_recours.profile.series import Span
from zero_non_recours.profile.unsaid import is_unsaid

MAX_AMOUNT = 1e9
MAX_TEXT = 120
MAX_TOLD = 5
"""Problems told of one list."""
FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that a date or a total may have."""
_RANGE_EXAMPLE = '{"min": 800, "max": 1000}'
_YEAR = re.compile(r"[0-9]{4}\Z")
_CODE = re.compile(r"[0-9A-Z]{5}\Z")
Check = Callable[[Any], Any]


def _is_huge(value: object) -> bool:
    """Whether a number is too large to be written as text."""
    return isinstance(value, int) and abs(value) > MAX_AMOUNT


def checker(field: ProfileField) -> Check:
    """The function that validates an answer to a field: returns it normalised, or raises `PydanticCustomError`."""
    match field.type:
        case "booleen":
            return _boolean
        case "date":
            return _date
        case "code":
            return _code
        case "texte":
            return _text
        case "enumeration":
            return _choice(list(field.values))
        case "liste":
            return _several(list(field.values))
        case _:
            return _series(field) if field.series else _amount(field)


def _boolean(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise fail("vrai_faux", f"vrai ou faux attendu (reçu : {kind_of(value)}). Écrire true ou false, sans guillemets.")


def _choice(values: list[str]) -> Check:
    known = set(values)

    def check(value: Any) -> str | None:
        if value is None or (isinstance(value, str) and value in known):
            return value
        raise fail("valeur_inconnue", f"{_unforeseen(value, values)} Valeurs : {', '.join(values)}.")

    return check


def _unforeseen(value: Any, values: list[str]) -> str:
    """Why a value is not one of the choices, with the nearest one."""
    lowered = {known.lower(): known for known in reversed(values)}
    near = get_close_matches(value[:40].strip().lower(), lowered, n=1) if isinstance(value, str) else []
    return f"cette valeur n'est pas prévue.{f' Valeur la plus proche : « {lowered[near[0]]} ».' if near else ''}"


def _several(values: list[str]) -> Check:
    """What checks a list of choices: each once, in the order of the choices."""

    def check(value: Any) -> tuple[str, ...] | None:
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise fail("liste", f'une liste est attendue (reçu : {kind_of(value)}). Par exemple ["{values[0]}"].')
        strange = [(rank, choice) for rank, choice in enumerate(value) if choice not in values]
        if strange:
            told = " ".join(f"[{rank}] : {_unforeseen(choice, values)}" for rank, choice in strange[:MAX_TOLD])
            raise fail("valeur_inconnue", f"{told} Valeurs : {', '.join(values)}.")
        return tuple(choice for choice in values if choice in value)

    return check


def _code(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and _CODE.match(code := value.strip().upper()):
        return code
    raise fail(
        "code_insee",
        f"code INSEE de commune attendu (reçu : {kind_of(value)}). "
        'Cinq caractères entre guillemets, zéro initial compris : "06088".',
    )


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and 0 < len(text := value.strip()) <= MAX_TEXT and text.isprintable():
        return text
    raise fail("texte", f"texte d'une ligne attendu, de {MAX_TEXT} caractères au plus (reçu : {kind_of(value)}).")


def _date(value: Any) -> str | dict[str, Any] | None:
    """A date, or a range of dates when only the year or two ends are known."""
    if value is None:
        return None
    if isinstance(value, dict):
        return check_range(value, _date_end, {}, '{"min": "1988-01-01", "max": "1990-06-30"}')
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
        value = str(value)
    if isinstance(value, str):
        text = value.strip()
        match = DATE_PATTERN.match(text)
        if match and int(match[3]) <= calendar.monthrange(int(match[1]) or 1, int(match[2]))[1]:
            if _is_year(match[1]):
                return text
            raise fail("date", "année hors de 1900 à 2100. Vérifier l'année, écrite sur quatre chiffres.")
        if (match := MONTH_PATTERN.match(text)) and _is_year(match[1]):
            return text
        if _is_year(text):
            return {LOW: f"{text}-01-01", HIGH: f"{text}-12-31"}
    raise fail(
        "date",
        f"date attendue sous la forme AAAA-MM-JJ (reçu : {kind_of(value)}). "
        "Par exemple 1988-05-14 ; 1988-05 si le jour est inconnu ; 1988 si l'on ne sait que l'année.",
    )


def _is_year(text: str) -> bool:
    return bool(_YEAR.match(text)) and FIRST_YEAR <= int(text) <= LAST_YEAR


def _date_end(value: Any, end: str) -> str:
    """An end of a range of dates: the first or the last day of what is written."""
    found = None if isinstance(value, dict) else _date(value)
    if isinstance(found, dict):
        return found[end]
    if found is None:
        raise fail("date", f"date attendue sous la forme AAAA-MM-JJ (reçu : {kind_of(value)}).")
    if len(found) > 7:
        return found
    last = calendar.monthrange(int(found[:4]), int(found[5:]))[1]
    return f"{found}-{1 if end == LOW else last:02d}"


def coded_date(date: Any) -> float | Span:
    """A validated date as a code, a range of dates as a `Span`; a date without its day counts as the 15th."""
    if isinstance(date, dict):
        return Span(
            _code_of_date(date[LOW]) if LOW in date else -math.inf,
            _code_of_date(date[HIGH]) if HIGH in date else math.inf,
        )
    return _code_of_date(date)


def day_of(text: str) -> datetime.date:
    """The day of a validated date, the 15th when only its month is written.

    >>> day_of("2026-09-03"), day_of("2026-09")
    (datetime.date(2026, 9, 3), datetime.date(2026, 9, 15))
    """
    return datetime.date.fromisoformat(text if len(text) > 7 else f"{text}-15")


def _code_of_date(text: str) -> float:
    year, month = int(text[:4]), int(text[5:7])
    return date_code(year, month, int(text[8:10]) if len(text) > 7 else 15)


def _number(value: Any, field: ProfileField) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        advice = ""
        if isinstance(value, str):
            advice = " Écrire le nombre sans guillemets, avec un point décimal : 900.5 ; ou « environ 900 »."
        raise fail("nombre", f"nombre attendu, en {field.unit} (reçu : {kind_of(value)}).{advice}")
    if not abs(value) <= MAX_AMOUNT:  # not a number fails too; an integer may be too large for a float
        raise fail("nombre", "ce nombre n'est pas un montant possible. Vérifier la saisie.")
    if field.minimum is not None and value < field.minimum:
        raise fail("trop_petit", f"nombre sous le minimum ({field.minimum:g}). Vérifier le signe et la saisie.")
    if field.maximum is not None and value > field.maximum:
        raise fail("trop_grand", f"nombre au-dessus du maximum ({field.maximum:g}). Vérifier l'unité ({field.unit}).")
    if field.whole and value % 1:
        raise fail("entier", "nombre entier attendu. Écrire un nombre sans décimale.")
    return value


def _amount(field: ProfileField) -> Check:
    """What checks a number, a range, or an approximate number, which becomes a range."""
    limits = {LOW: field.minimum, HIGH: field.maximum}

    def about(value: Any) -> Any:
        return around(_number(value, field), field.minimum, field.maximum, whole=field.whole)

    def check(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, dict):
            return check_range(value, lambda end, _: _number(end, field), limits, _RANGE_EXAMPLE, about)
        if isinstance(value, str) and (written := approximate_part(value)) is not None:
            try:
                number = read_number(written, amount="€" in field.unit)
            except ValueError as error:
                raise fail("nombre", f"« {ABOUT} » : {error}.") from None
            return about(number)
        return _number(value, field)

    return check


def _series(field: ProfileField) -> Check:
    amount = _amount(field)

    def check(value: Any) -> Any:
        if not isinstance(value, dict) or written_as_range(value):
            return amount(value)
        found: dict[str, Any] = {}
        seen: set[str] = set()
        problems: list[str] = []
        code = "nombre"
        for key, answer in value.items():
            text = str(key).strip() if isinstance(key, str | int) and not _is_huge(key) else ""
            if not (MONTH_PATTERN.match(text) or _is_year(text)):
                raise fail(
                    "mois",
                    'une clé n\'est ni un mois AAAA-MM ni une année AAAA. Par exemple {"2026-08": 650, "2025": 9600} ; '
                    f"un intervalle s'écrit {_RANGE_EXAMPLE}.{nearest_key(key)}",
                )
            if text in seen:
                raise fail("mois", f"{text} est écrit deux fois. Garder un seul montant.")
            seen.add(text)
            try:
                checked = answer if is_unsaid(answer) else amount(answer)
            except PydanticCustomError as error:
                code = error.type
                problems.append(f"{text} : {error.message()}")
                continue
            if checked is not None:
                found[text] = checked
        if problems:
            raise fail(code, " ".join(problems))
        return found

    return check
