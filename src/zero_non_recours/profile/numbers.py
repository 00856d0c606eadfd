"""Numbers as French readers write them: « 1 234,50 € »."""

from __future__ import annotations

import re

SPACE = "[ \u00a0\u2009\u202f]"
"""The spaces that part thousands, as a regular expression."""
MAX_LENGTH = 100
"""Characters of a number."""
PLAIN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_SPACED = re.compile(rf"[+-]?[0-9]{{1,3}}({SPACE}[0-9]{{3}})+([.,][0-9]+)?")
_DOTTED = re.compile(r"[+-]?[0-9]{1,3}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})")
_COMMAED = re.compile(r"[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_CURRENCY = re.compile(rf"{SPACE}*(€|eur|euros?)(/mois|/an)?$", re.IGNORECASE)
_SPACES = re.compile(SPACE)


def looks_like_number(text: str) -> bool:
    """Whether a text is written as a number, or ends with a currency."""
    return any(p.fullmatch(text) for p in (PLAIN, _SPACED, _DOTTED, _COMMAED)) or bool(_CURRENCY.search(text))


def read_number(text: str, *, amount: bool = True) -> float | int:
    """A number written the French way, or with a decimal point; a comma alone is decimal.

    Args:
        text: without spaces around.
        amount: a currency may follow, and a point before three digits is refused: it may part thousands.

    Raises:
        ValueError: it is not a number, or may be two different ones; the reason, in French, without the text.

    >>> read_number("1 234,50 €"), read_number("1.234,50"), read_number("900"), read_number("1,234")
    (1234.5, 1234.5, 900, 1.234)
    """
    if len(text) > MAX_LENGTH:
        raise ValueError("nombre trop long")
    if amount and text and not text[-1].isdigit():
        text = _CURRENCY.sub("", text)
    if text.startswith("−"):
        text = f"-{text[1:]}"
    if PLAIN.fullmatch(text):
        if amount and _EITHER.fullmatch(text):
            raise ValueError("un point suivi de trois chiffres : décimale ou milliers ? Écrire 1234 ou 1,23")
        text = text.replace(",", ".")
    elif _SPACED.fullmatch(text):
        text = _SPACES.sub("", text).replace(",", ".")
    elif _DOTTED.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _COMMAED.fullmatch(text):
        text = text.replace(",", "")
    else:
        raise ValueError("nombre attendu (1234,50)")
    return float(text) if "." in text else int(text)
