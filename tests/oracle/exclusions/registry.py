"""The list of differences that leave a household out of the comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..reading import Profile

Predicate = Callable[[Profile, str], bool]


@dataclass(frozen=True)
class Exclusion:
    name: str
    rights: tuple[str, ...]
    article: str
    row: str  # row of the dossier's table of differences, or "new"
    applies: Predicate


EXCLUSIONS: list[Exclusion] = []


def exclusion(*rights: str, article: str, row: str) -> Callable[[Predicate], Predicate]:
    """Registers a predicate for these rights."""

    def register(predicate: Predicate) -> Predicate:
        EXCLUSIONS.append(Exclusion(predicate.__name__, rights, article, row, predicate))
        return predicate

    return register


def excluded(profile: Profile, month: str, rights: Sequence[str] = ("rsa", "ppa")) -> dict[str, list[str]]:
    """For each right, the names of the differences that touch this household."""
    found: dict[str, list[str]] = {right: [] for right in rights}
    for one in EXCLUSIONS:
        touched = [right for right in one.rights if right in found]
        if touched and one.applies(profile, month):
            for right in touched:
                found[right].append(one.name)
    return found
