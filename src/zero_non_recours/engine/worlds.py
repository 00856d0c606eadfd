"""Suppositions met while compiling: in a world, some rules and inputs are worth something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zero_non_recours.engine.graph import PlanError
from zero_non_recours.rulebook.dependencies import dependants, mentions
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.model import Rulebook

MAX_SUPPOSED = 5_000


class Supposed(NamedTuple):
    """What a name is worth in a world: an expression, read in the world that surrounds the supposition."""

    value: Expr
    world: int


class Worlds:
    """The worlds of a compilation, each known by its rank; world 0 supposes nothing.

    A world keeps only what can matter to its reader, so that two readers who see the same suppositions share it, and
    a reader who depends on none of them reads world 0.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._worlds: list[Mapping[str, Supposed]] = [{}]
        self._ranks: dict[frozenset[tuple[str, Supposed]], int] = {frozenset(): 0}
        self._calls: dict[tuple[Expr, int], int] = {}
        self._seen: dict[tuple[str | Expr, int], int] = {}

    def __getitem__(self, world: int) -> Mapping[str, Supposed]:
        """What a world supposes, by name."""
        return self._worlds[world]

    def within(self, call: Expr, world: int) -> int:
        """The world that a call of `en_supposant` opens inside another."""
        key = (call, world)
        found = self._calls.get(key)
        if found is None:
            supposed = dict(self._worlds[world])
            for part in call.args[1:]:
                value = part.args[0]
                supposed[str(part.value)] = Supposed(value, self._of_expression(value, world))
            found = self._calls[key] = self._rank(supposed)
        return found

    def seen_by(self, name: str, world: int) -> int:
        """The world without what a variable does not depend on.

        Raises:
            PlanError: too many variables are read under suppositions.
        """
        key = (name, world)
        found = self._seen.get(key)
        if found is None:
            if len(self._seen) >= MAX_SUPPOSED:
                raise PlanError("le calcul demandé est trop grand (trop de suppositions) ; simplifier les règles")
            found = self._seen[key] = self._kept(world, (name,))
        return found

    def _of_expression(self, expr: Expr, world: int) -> int:
        """The world without what an expression does not depend on."""
        key = (expr, world)
        found = self._seen.get(key)
        if found is None:
            parts = mentions([expr], self.rulebook.windows, self.rulebook.entities) if world else ()
            names = [str(e.value) for e in parts if e.op == "var"]
            found = self._seen[key] = self._kept(world, names)
        return found

    def _kept(self, world: int, names: tuple[str, ...] | list[str]) -> int:
        supposed = self._worlds[world]
        touched = {name: dependants(self.rulebook, name) for name in supposed}
        return self._rank({n: s for n, s in supposed.items() if any(m == n or m in touched[n] for m in names)})

    def _rank(self, supposed: Mapping[str, Supposed]) -> int:
        key = frozenset(supposed.items())
        found = self._ranks.get(key)
        if found is None:
            found = self._ranks[key] = len(self._worlds)
            self._worlds.append(supposed)
        return found
