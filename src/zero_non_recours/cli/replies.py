"""Reads what people type as an answer: yes or no, a choice, amounts month by month, dates, « je ne sais pas »."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from zero_non_recours.caseload.cells import Converter, converter, fold
from zero_non_recours.caseload.errors import Refusal
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.numbers import PLAIN
from zero_non_recours.profile.ranges import HIGH, LOW, is_range
from zero_non_recours.profile.unsaid import DOES_NOT_KNOW, DOES_NOT_SAY, is_unsaid
from zero_non_recours.rulebook.words import show_number
from zero_non_recours.screening.wording import day_name, euros

Order = Literal["help", "back", "stop"]

_ORDERS: dict[str, Order] = {
    "aide": "help", "help": "help", "retour": "back", "precedent": "back",
    "fin": "stop", "stop": "stop", "quitter": "stop", "q": "stop",
}  # fmt: skip
_ALSO = {
    **dict.fromkeys(("sais pas", "je sais pas", "ne sais pas", "on ne sait pas", "aucune idee"), "nsp"),
    **dict.fromkeys(("je refuse", "je ne veux pas", "je ne veux pas repondre", "ne veut pas le dire"), "refus"),
}
"""What people type for the words that a table's cells have for an answer that is not given."""
_NOTHING = frozenset({"rien", "aucun", "aucune", "zero", "neant", "non"})
_MONTHS = (
    ("janvier", "janv"), ("fevrier", "fev"), ("mars",), ("avril", "avr"), ("mai",), ("juin",), ("juillet", "juil"),
    ("aout",), ("septembre", "sept"), ("octobre", "oct"), ("novembre", "nov"), ("decembre", "dec"),
)  # fmt: skip
_LONG_DATE = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4})")
_THOUSANDS = re.compile(r"[1-9][0-9]?[ \u00a0\u202f][0-9]{3}([.,][0-9]+)?")
_EURO = re.compile(r"\s*(€|euros?)$", re.IGNORECASE)


def order_of(text: str) -> Order | None:
    """What a reply asks for instead of answering: help, the question before, to stop."""
    return "help" if text.strip() == "?" else _ORDERS.get(fold(text))


def read_reply(text: str, field: ProfileField, months: Sequence[str] = ()) -> Any:
    """A reply as the profile takes it.

    Args:
        text: what was typed, not empty and not an order.
        field: the field that it answers.
        months: the months, or years, that are asked for.

    Returns:
        The answer, or the profile's word when it is not known or refused; with months, a mapping from each month to
        its answer, or such a word for all.

    Raises:
        ValueError: it does not read; the message, in French, says what is expected and never repeats the reply.
    """
    text = " ".join(text.split())
    text = _ALSO.get(fold(text), _numeric_date(text) if field.type == "date" else text)
    read = converter(field, {})
    found = read(text)
    if found is None or is_unsaid(found):
        return found or DOES_NOT_KNOW
    if field.type == "enumeration":
        return _choice(text, list(field.values), list(field.values.values())) if isinstance(found, Refusal) else found
    return _by_month(read, text, field, months) if months else _one(read, text, field)


def expected(field: ProfileField, months: Sequence[str] = ()) -> str:
    """The replies that a question accepts, in French."""
    match field.type:
        case "booleen":
            return "oui ou non"
        case "enumeration":
            return "le numéro ou les mots d'un choix"
        case "date":
            return "une date : 14/05/1988, mai 1988, ou 1988 si l'on ne sait que l'année"
        case "code":
            return "un code INSEE de commune : 38185"
        case "texte":
            return "un texte, par exemple Saint-Denis (93)"
    if "€" not in field.unit:
        return f"un nombre{'' if field.unit == '1' else f' ({field.unit})'}"
    forms = "900 ; 1 200,50 ; environ 900 ; entre 800 et 1000 ; 0 si rien"
    if len(months) < 2:
        return f"un montant en euros : {forms}"
    number = len(months)
    example = " ".join(("650", "700", "0", "0")[:number]) + ("…" if number > 4 else "")
    return f"un montant pour chacun de ces mois ({forms}), ou {number} montants dans l'ordre : {example}"


def shown_reply(answer: Any, field: ProfileField) -> str:
    """An answer as it was understood, in French."""
    if isinstance(answer, dict) and not is_range(answer):
        found = [shown_reply(one, field) for one in answer.values()]
        if len(set(found)) > 1:
            return " ; ".join(found)
        return f"{found[0]} pour chacun des {len(found)} mois" if len(found) > 1 else found[0]
    if isinstance(answer, dict):
        low, high = (shown_reply(answer[end], field) if end in answer else "" for end in (LOW, HIGH))
        return f"entre {low} et {high}" if low and high else f"au moins {low}" if low else f"au plus {high}"
    if is_unsaid(answer):
        return "ne veut pas le dire" if answer == DOES_NOT_SAY else "ne sait pas"
    if isinstance(answer, bool):
        return "oui" if answer else "non"
    if isinstance(answer, int | float):
        if "€" in field.unit:
            return euros(answer)
        return show_number(float(answer)) + ("" if field.unit == "1" else f" {field.unit}")
    if field.type == "date" and answer.count("-") == 2:
        return day_name(answer)
    return field.values.get(answer, str(answer))


def _one(read: Converter, text: str, field: ProfileField) -> Any:
    if field.type == "nombre":
        text = _EURO.sub("", text).removesuffix(field.unit).strip() or text
        if ("€" in field.unit or field.minimum == 0) and fold(text) in _NOTHING:
            text = "0"
    found = read(text)
    if isinstance(found, Refusal):
        raise ValueError(found.reason)
    return DOES_NOT_KNOW if found is None else found


def _by_month(read: Converter, text: str, field: ProfileField, months: Sequence[str]) -> dict[str, Any]:
    """One amount for all the months, or as many as there are months."""
    number = len(months)
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) == 1 and number > 1 and not _THOUSANDS.fullmatch(_EURO.sub("", text)):
        words = [word.rstrip(",") for word in text.split()]
        if len(words) > 1 and all(PLAIN.fullmatch(_EURO.sub("", word)) or is_unsaid(read(word)) for word in words):
            parts = words
    if len(parts) == 1:
        return dict.fromkeys(months, _one(read, text, field))
    if len(parts) != number:
        raise ValueError(f"{number} montants attendus, dans l'ordre, ou un seul pour tous ; séparer par « ; »")
    return {month: _one(read, part, field) for month, part in zip(months, parts, strict=True)}


def _choice(text: str, codes: Sequence[str], labels: Sequence[str]) -> str:
    """A choice by its number, its code, its words, or a part of its words that no other has."""
    if text.isdigit():
        if 1 <= int(text) <= len(codes):
            return codes[int(text) - 1]
        raise ValueError(f"choisir un numéro de 1 à {len(codes)}")
    wanted = fold(text)
    known = [(code, fold(code), fold(label)) for code, label in zip(codes, labels, strict=True)]
    for found in (
        [code for code, *names in known if wanted in names],
        [code for code, *names in known if any(f" {wanted}" in f" {name}" for name in names)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            numbers = ", ".join(str(codes.index(code) + 1) for code in found)
            raise ValueError(f"plusieurs choix se disent ainsi : {numbers}. Donner le numéro")
    raise ValueError(f"ce choix n'est pas dans la liste. Donner un numéro de 1 à {len(codes)}")


def _numeric_date(text: str) -> str:
    """« 14 mai 1988 » as 14/05/1988, « mai 1988 » as 1988-05; any other text as it is."""
    match = _LONG_DATE.fullmatch(fold(text))
    month = next((rank for rank, names in enumerate(_MONTHS, 1) if match and match[2] in names), None)
    if match is None or month is None:
        return text
    return f"{match[1]}/{month:02d}/{match[3]}" if match[1] else f"{match[3]}-{month:02d}"
