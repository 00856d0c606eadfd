"""Hides the small cells of tables, and as many others as it takes so that no hidden one can be computed back.

A cell is what households bring to it: {household: its part}. A relation says that a cell is the sum of others. A cell
is hidden when it is *sensitive*: under the minimum of households, or nearly all of it from one (dominance). Then

* the hidden parts of a published total, taken together, must not be sensitive either: their sum is what is left when
  the published parts are taken away;
* no hidden cell may follow from the published ones through several relations at once: with the hidden cells as
  unknowns, a cell is determined when it is nought in every vector of the null space of the relations.

As long as it is not so, the least important, then the smallest cell that helps is hidden too. Cells of nobody
are taken as known: they protect nothing, and are published (0) unless a total that counts them is hidden. Method:
primary and secondary suppression of the handbooks of statistical disclosure control.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Key: TypeAlias = tuple[str | None, ...]
Parts: TypeAlias = Mapping[int, float]
_NOUGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` is the sum of `parts`, which have no case in common."""

    total: Key
    parts: tuple[Key, ...]


def value_of(parts: Parts) -> float:
    """The value of a cell."""
    return math.fsum(parts.values())


def sensitive(parts: Parts, minimum: int, dominance: float = 1.0) -> bool:
    """Whether a cell must not be shown: it holds somebody, and too few households, or one that is nearly all of it.

    >>> sensitive({1: 90.0, 2: 10.0}, minimum=2, dominance=0.85), sensitive({}, minimum=2)
    (True, False)
    """
    if not parts:
        return False
    total = value_of(parts)
    return len(parts) < minimum or (dominance < 1 and max(parts.values()) > dominance * total)


def hidden_cells(
    cells: Mapping[Key, Parts],
    relations: Sequence[Relation],
    minimum: int,
    *,
    dominance: float = 1.0,
    also: Iterable[Key] = (),
    importance: Callable[[Key], int] = lambda key: 0,
) -> frozenset[Key]:
    """The cells not to publish: the sensitive ones, those of `also`, and those that protect them.

    Args:
        cells: what each household brings to each cell.
        relations: all the sums that hold between cells.
        minimum: households under which a cell is hidden.
        dominance: share of a cell above which one household alone hides it.
        also: cells hidden for another reason.
        importance: of two cells that may protect another one, the less important is hidden, then the smaller.
    """
    hidden = {key for key, parts in cells.items() if sensitive(parts, minimum, dominance)}
    hidden |= {key for key in also if cells[key]}
    used = [relation for relation in relations if cells[relation.total]]

    def least(keys: Iterable[Key]) -> Key | None:
        """The published cell to hide first among some; cells of nobody protect nothing."""
        shown = [key for key in keys if key not in hidden and cells[key]]
        order = {key: (importance(key), value_of(cells[key]), [name or "" for name in key]) for key in shown}
        return min(shown, key=order.__getitem__, default=None)

    def gives_away(relation: Relation) -> bool:
        """Whether what is left of a published total, its published parts taken away, is one cell or is sensitive."""
        secret = [cells[key] for key in relation.parts if key in hidden]
        if relation.total in hidden or not secret:
            return False
        return len(secret) == 1 or sensitive(_union(secret), minimum, dominance)

    while True:
        before = len(hidden)
        for relation in used:
            while gives_away(relation) and (key := least((*relation.parts, relation.total))) is not None:
                hidden.add(key)
        if len(hidden) > before:
            continue
        determined = _determined(used, hidden)
        if not determined:
            break
        near = (r for r in used if not determined.isdisjoint((r.total, *r.parts)))
        key = least(key for relation in near for key in (*relation.parts, relation.total))
        key = key or least(key for relation in used for key in (*relation.parts, relation.total))
        if key is None:
            break
        hidden.add(key)
    return frozenset(hidden | _nought_under(hidden, cells, relations))


def _nought_under(hidden: set[Key], cells: Mapping[Key, Parts], relations: Sequence[Relation]) -> set[Key]:
    """The cells of nobody that a hidden total counts: nothing is said under what is not said."""
    found: set[Key] = set()
    while True:
        unsaid = hidden | found
        more = {key for r in relations if r.total in unsaid for key in r.parts if not cells[key]} - unsaid
        if not more:
            return found
        found |= more


def _union(cells: Iterable[Parts]) -> Parts:
    found: dict[int, float] = {}
    for parts in cells:
        for household, part in parts.items():
            found[household] = found.get(household, 0.0) + part
    return found


def _determined(relations: Iterable[Relation], hidden: set[Key]) -> frozenset[Key]:
    """The hidden cells that follow from the published ones."""
    import numpy as np

    keys = sorted(hidden, key=lambda key: [name or "" for name in key])
    if not keys:
        return frozenset()
    column = {key: rank for rank, key in enumerate(keys)}
    rows: list[list[tuple[int, float]]] = []
    for relation in relations:
        row = [(column[key], 1.0) for key in relation.parts if key in column]
        row += [(column[relation.total], -1.0)] if relation.total in column else []
        if row:
            rows.append(row)
    matrix = np.zeros((max(len(rows), 1), len(keys)))
    for rank, row in enumerate(rows):
        for place, sign in row:
            matrix[rank, place] = sign
    _, sizes, vectors = np.linalg.svd(matrix)
    null = vectors[int((sizes > _NOUGHT).sum()) :]
    free = np.abs(null).max(axis=0, initial=0.0) > _NOUGHT
    return frozenset(key for key, may_vary in zip(keys, free, strict=True) if not may_vary)
