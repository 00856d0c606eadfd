"""Checks the mapping to OpenFisca-France: it must give back the amounts that were obtained with it before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .comparison import TO_THE_CENT
from .differences import DIFFERENCES, EVENED
from .examples import EXAMPLES
from .families import FAMILIES
from .reading import Profile

CENT = 0.01


def failures(tbs: Any) -> Iterator[str]:
    """The amounts that the peer does not give back, in words. Nothing is mended in the worked examples."""
    for family in FAMILIES:
        expected: list[tuple[str, str, Profile, str, float]] = [
            (one.name, one.month, one.profile, right, amount)
            for one in EXAMPLES
            for right, amount in one.amounts.items()
            if right in family.rights
        ]
        expected += [
            (one.name, one.month, one.profile, one.right, one.peer) for one in DIFFERENCES if one.right in family.rights
        ]
        answers = family.of_peer([(month, profile) for _, month, profile, _, _ in expected], tbs, as_it_is=True)
        for (name, month, _, right, amount), answer in zip(expected, answers, strict=True):
            found = answer[right].amount
            if abs(amount - found) > CENT:
                yield f"{name} {month} {right}: expected {amount:.2f}, OpenFisca-France gives {found:.4f}"


def uneven(tbs: Any) -> Iterator[str]:
    """The differences said to be evened out that remain once our inputs are mended."""
    for family in FAMILIES:
        mended = [one for one in EVENED if one.right in family.rights]
        answers = family.of_peer([(one.month, one.profile) for one in mended], tbs)
        for one, answer in zip(mended, answers, strict=True):
            found = answer[one.right].amount
            if one.law is None or abs(found - one.law) > TO_THE_CENT:
                yield f"{one.name} {one.month} {one.right}: {one.law} by law, OpenFisca-France mended {found:.4f}"


def unlawful() -> Iterator[str]:
    """The documented differences where the library does not give the amount of the law."""
    for family in FAMILIES:
        ruled = [
            (one, one.law) for one in (*DIFFERENCES, *EVENED) if one.law is not None and one.right in family.rights
        ]
        answers = family.of_library([(one.month, one.profile) for one, _ in ruled])
        for (one, law), answer in zip(ruled, answers, strict=True):
            found = answer[one.right]
            if found is None or abs(found - law) > TO_THE_CENT:
                mine = "cannot tell" if found is None else f"{found:.4f}"
                yield f"{one.name} {one.month} {one.right}: {law:.2f} by law, library {mine}"
