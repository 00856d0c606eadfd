"""Lays statements out in nested conditional blocks, each as late as possible and with as few blocks as possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from zero_non_recours.engine.guards import Literal

Path = tuple[Literal, ...]
Place = tuple[tuple["Block", int], ...]
"""The blocks around a statement, and its rank in each."""


class Block:
    """Statements under one more condition than the block around them, in the order in which they run."""

    __slots__ = ("body", "literal", "pending")

    def __init__(self, literal: Literal | None = None) -> None:
        self.literal = literal
        self.body: list[int | Block] = []
        self.pending: dict[Literal, Block] = {}
        """Blocks inside this one that are not at their place yet, so that more statements may join them."""

    def inside(self, literal: Literal) -> Block:
        """The block under one more condition, still open."""
        found = self.pending.get(literal)
        if found is None:
            found = self.pending[literal] = Block(literal)
        return found

    def close(self, literals: Iterable[Literal]) -> None:
        """Put some of the open blocks at their place, with all that is open inside them."""
        for literal in literals:
            block = self.pending.pop(literal)
            block.close(list(block.pending))
            self.body.append(block)


def lay_out(order: Sequence[int], paths: Mapping[int, Path], reads: Mapping[int, Iterable[int]]) -> Block:
    """The block of all statements.

    Args:
        order: the statements in an order in which each follows what it reads.
        paths: the conditions under which each runs.
        reads: the statements that each reads; those of its conditions included.
    """
    top = Block()
    places: dict[int, list[Block]] = {}
    for statement in order:
        for read in reads[statement]:
            if read in places:
                _settle(places[read], paths[statement])
        chain = [top]
        for literal in paths[statement]:
            chain.append(chain[-1].inside(literal))
        chain[-1].body.append(statement)
        places[statement] = chain
    top.close(list(top.pending))
    return top


def _settle(chain: Sequence[Block], path: Path) -> None:
    """Close the block of a statement that is read from elsewhere, unless the reader is in the same open block."""
    for depth, (outer, block) in enumerate(pairwise(chain)):
        literal = block.literal
        assert literal is not None
        if outer.pending.get(literal) is not block:
            return
        if depth >= len(path) or path[depth] != literal:
            outer.close((literal,))
            return


def walk(block: Block, above: Place = ()) -> Iterator[tuple[int, Place]]:
    """Each statement in order, with its place."""
    for rank, item in enumerate(block.body):
        here = (*above, (block, rank))
        if isinstance(item, Block):
            yield from walk(item, here)
        else:
            yield item, here


def last_places(block: Block, reads: Mapping[int, Iterable[int]]) -> dict[tuple[int, int], list[int]]:
    """Where each value is of no use any more: by block (its identity) and rank in it.

    The place is after the last reader, in the innermost block that holds the value and all its readers.
    """
    common: dict[int, Place] = {}
    for statement, place in walk(block):
        common[statement] = place
        for read in reads[statement]:
            common[read] = _meet(common[read], place) if read in common else place[:1]
    ends: dict[tuple[int, int], list[int]] = {}
    for value, place in common.items():
        inner, rank = place[-1]
        ends.setdefault((id(inner), rank), []).append(value)
    return ends


def _meet(first: Place, second: Place) -> Place:
    """The innermost block around two places, at the rank of the second, which comes later."""
    depth = 0
    while depth + 1 < min(len(first), len(second)) and first[depth + 1][0] is second[depth + 1][0]:
        depth += 1
    return second[: depth + 1]
