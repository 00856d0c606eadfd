"""Units of amounts and durations, and their algebra."""

from __future__ import annotations

import re
from functools import lru_cache

SYMBOLS = ("€", "mois", "an", "jour", "h", "m2", "kWh", "point")
_ALIASES = {"ans": "an", "année": "an", "heure": "h", "heures": "h", "currency": "€", "year": "an", "month": "mois"}

Unit = tuple[tuple[str, int], ...]
"""Exponents by symbol, sorted, without zeros: `(("mois", -1), ("€", 1))` is €/mois."""

NONE: Unit = ()


class UnitError(ValueError):
    """A unit that is not written with the known symbols."""


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """Read `€/mois`, `h/mois`, `1`, `€.an`; raises `UnitError` with the unknown symbol.

    >>> parse_unit("€/mois")
    (('mois', -1), ('€', 1))
    >>> parse_unit("1")
    ()
    """
    if text in ("1", "/1", ""):
        return NONE
    exponents: dict[str, int] = {}
    sign = 1
    if len(text) > 40:
        raise UnitError(text[:40])
    for token in re.split(r"([./*])", text.replace(" ", "")):
        if token == "/":
            sign = -1
        elif token in (".", "*"):
            sign = 1
        elif token == "1":
            continue
        else:
            symbol = _ALIASES.get(token, token)
            if symbol not in SYMBOLS:
                raise UnitError(token)
            exponents[symbol] = exponents.get(symbol, 0) + sign
    return _freeze(exponents)


def _freeze(exponents: dict[str, int]) -> Unit:
    return tuple(sorted((symbol, power) for symbol, power in exponents.items() if power))


def multiply(left: Unit, right: Unit) -> Unit:
    """The unit of a product."""
    exponents = dict(left)
    for symbol, power in right:
        exponents[symbol] = exponents.get(symbol, 0) + power
    return _freeze(exponents)


def invert(unit: Unit) -> Unit:
    """The unit of 1/x."""
    return tuple((symbol, -power) for symbol, power in unit)


def show_unit(unit: Unit) -> str:
    """The unit as written in rules and shown to people: `€/mois`; `1` when there is none."""
    over = [s for s, p in sorted(unit, key=lambda item: SYMBOLS.index(item[0])) for _ in range(p)]
    under = [s for s, p in sorted(unit, key=lambda item: SYMBOLS.index(item[0])) for _ in range(-p)]
    if not over and not under:
        return "1"
    return ".".join(over or ["1"]) + "".join(f"/{symbol}" for symbol in under)


def unit_remedy(left: Unit, right: Unit) -> str:
    """What to do (in French) where one unit stands and the other is expected."""
    yearly, monthly = parse_unit("mois/an"), parse_unit("an/mois")
    if multiply(left, yearly) == right or multiply(right, yearly) == left:
        return "Une année a mois_par_an mois : multiplier ou diviser par mois_par_an."
    if multiply(left, monthly) == right:
        return "Diviser par mois_par_an."
    return "Vérifier l'unité de chaque terme ; un seuil se déclare en paramètre avec son unité."
