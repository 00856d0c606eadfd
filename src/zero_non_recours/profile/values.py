"""Checks one answer and says in French what is wrong with it, never repeating it."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.periods import DATE_PATTERN, MONTH_PATTERN, date_code

MAX_AMOUNT = 1e9
MAX_TEXT = 120
_YEAR = re.compile(r"[0-9]{4}\Z")
_CODE = re.compile(r"[0-9A-Z]{5}\Z")
Check = Callable[[Any], Any]


def kind_of(value: object) -> str:
    """The kind of a value, in French, to speak of it without repeating it."""
    if value is None:
        return "rien"
    if isinstance(value, bool):
        return "vrai/faux"
    if isinstance(value, int | float):
        return "nombre"
    if isinstance(value, str):
        return "texte vide" if not value.strip() else "texte"
    if isinstance(value, dict):
        return "dictionnaire"
    if isinstance(value, list | tuple):
        return "liste"
    return "autre"


def _is_huge(value: object) -> bool:
    """Whether a number is too large to be written as text."""
    return isinstance(value, int) and abs(value) > MAX_AMOUNT


def fail(code: str, message: str) -> PydanticCustomError:
    """An error whose message is French and says how to mend."""
    return PydanticCustomError(code, message)  # type: ignore[arg-type]


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
        near = (
            get_close_matches(value[:40].strip().lower(), [v.lower() for v in values], n=1)
            if isinstance(value, str)
            else []
        )
        hint = next((v for v in values if near and v.lower() == near[0]), None)
        advice = f" Valeur la plus proche : « {hint} »." if hint else ""
        raise fail("valeur_inconnue", f"cette valeur n'est pas prévue.{advice} Valeurs : {', '.join(values)}.")

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


def _date(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        value = value.isoformat()
    if isinstance(value, str):
        text = value.strip()
        match = DATE_PATTERN.match(text)
        if match and int(match[3]) <= calendar.monthrange(int(match[1]) or 1, int(match[2]))[1]:
            if 1900 <= int(match[1]) <= 2100:
                return text
            raise fail("date", "année hors de 1900 à 2100. Vérifier l'année, écrite sur quatre chiffres.")
        if (match := MONTH_PATTERN.match(text)) and 1900 <= int(match[1]) <= 2100:
            return text
    raise fail(
        "date",
        f"date attendue sous la forme AAAA-MM-JJ (reçu : {kind_of(value)}). "
        "Par exemple 1988-05-14 ; 1988-05 si le jour est inconnu.",
    )


def coded_date(text: str) -> float:
    """A validated date as a code; a date without its day counts as the 15th."""
    year, month = int(text[:4]), int(text[5:7])
    return date_code(year, month, int(text[8:10]) if len(text) > 7 else 15)


def _number(value: Any, field: ProfileField) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        advice = ""
        if isinstance(value, str):
            advice = " Écrire le nombre sans guillemets, avec un point décimal : 900.5."
        raise fail("nombre", f"nombre attendu, en {field.unit} (reçu : {kind_of(value)}).{advice}")
    if not abs(value) <= MAX_AMOUNT:  # not a number fails too; an integer may be too large for a float
        raise fail("nombre", "ce nombre n'est pas un montant possible. Vérifier la saisie.")
    if field.minimum is not None and value < field.minimum:
        raise fail("trop_petit", f"nombre sous le minimum ({field.minimum:g}). Vérifier le signe et la saisie.")
    if field.maximum is not None and value > field.maximum:
        raise fail("trop_grand", f"nombre au-dessus du maximum ({field.maximum:g}). Vérifier l'unité ({field.unit}).")
    return value


def _amount(field: ProfileField) -> Check:
    def check(value: Any) -> float | int | None:
        return None if value is None else _number(value, field)

    return check


def _series(field: ProfileField) -> Check:
    def check(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            return _number(value, field)
        found: dict[str, float | int] = {}
        seen: set[str] = set()
        problems: list[str] = []
        code = "nombre"
        for key, amount in value.items():
            text = str(key).strip() if isinstance(key, str | int) and not _is_huge(key) else ""
            if not (MONTH_PATTERN.match(text) or (_YEAR.match(text) and 1900 <= int(text) <= 2100)):
                raise fail(
                    "mois",
                    'une clé n\'est ni un mois AAAA-MM ni une année AAAA. Par exemple {"2026-08": 650, "2025": 9600}.',
                )
            if text in seen:
                raise fail("mois", f"{text} est écrit deux fois. Garder un seul montant.")
            seen.add(text)
            if amount is not None:
                try:
                    found[text] = _number(amount, field)
                except PydanticCustomError as error:
                    code = error.type
                    problems.append(f"{text} : {error.message()}")
        if problems:
            raise fail(code, " ".join(problems))
        return found

    return check
