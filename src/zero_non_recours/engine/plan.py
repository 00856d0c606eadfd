"""A plan: what to compute for one month of right, compiled once, read exactly, in columns, or in bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Domain, Graph, PlanError, Slot
from zero_non_recours.engine.lower import Fallback, Lowering, Named, When
from zero_non_recours.engine.scalar import SCALAR
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.model import Rulebook

if TYPE_CHECKING:
    import numpy as np

    from zero_non_recours.engine.columnar import Lanes

CHUNK_PERSONS = 16_384
NOW = When(0, 0)
Answer = float | Sequence[float]


@dataclass(frozen=True)
class Plan:
    """Variables to compute for a month of right.

    Results come in the order of `names`; a person variable has one value per person. Readings take answers in the
    order of `slots`: numbers, dates and choices as floats, yes/no as 1 and 0, unknown as NaN.
    """

    rulebook: Rulebook
    month: Month
    names: tuple[str, ...]
    graph: Graph
    roots: tuple[int, ...]
    incomplete: int
    inputs: tuple[int, ...]
    slots: tuple[Slot, ...]
    domains: tuple[Domain, ...]
    named: Mapping[Named, int]
    fallbacks: Mapping[int, Fallback]
    """Nodes behind the results that stand in for an unanswered slot."""
    expressions: Mapping[tuple[int, When], int]

    @cached_property
    def levels(self) -> tuple[bool, ...]:
        """For each slot, whether it has one answer per person."""
        return tuple(self.graph.nodes[i].level == "personne" for i in self.inputs)

    @cached_property
    def watched(self) -> tuple[int, ...]:
        """The nodes that tell which values were supposed."""
        asked = (f.asked for f in self.fallbacks.values() if f.asked is not None)
        return tuple(dict.fromkeys((*self.fallbacks, *asked)))

    @cached_property
    def _scalar(self) -> Callable[..., tuple[Any, ...]]:
        return compile_graph(self.graph, (*self.roots, *self.watched, self.incomplete), self.inputs, SCALAR)

    @cached_property
    def _columnar(self) -> Callable[..., tuple[Any, ...]]:
        from zero_non_recours.engine.columnar import COLUMNAR

        return compile_graph(self.graph, (*self.roots, self.incomplete), self.inputs, COLUMNAR)

    @cached_property
    def _bounds(self) -> Callable[..., tuple[Any, ...]]:
        from zero_non_recours.engine.bounds import BOUNDS

        return compile_graph(self.graph, self.roots, self.inputs, BOUNDS)

    @cached_property
    def detail(self) -> tuple[int, ...]:
        """Every node behind the results, for the trace and the search of what decides."""
        return tuple(self.graph.reachable(self.roots))

    @cached_property
    def _trace(self) -> Callable[..., tuple[Any, ...]]:
        return compile_graph(self.graph, self.detail, self.inputs, SCALAR)

    @cached_property
    def _bounds_trace(self) -> Callable[..., tuple[Any, ...]]:
        from zero_non_recours.engine.bounds import BOUNDS

        return compile_graph(self.graph, self.detail, self.inputs, BOUNDS)

    def exact(self, answers: Sequence[Answer], persons: int) -> tuple[Any, ...] | None:
        """The exact results for one household, or `None` when an answer it needs is unknown."""
        return self.exact_and_supposed(answers, persons)[0]

    def exact_and_supposed(
        self, answers: Sequence[Answer], persons: int
    ) -> tuple[tuple[Any, ...] | None, dict[int, Any]]:
        """The exact results (or `None`), and the value of each watched node.

        Watched values are meaningless where they depend on an answer that is unknown.
        """
        results = self._scalar(persons, answers)
        supposed = dict(zip(self.watched, results[len(self.roots) : -1], strict=True))
        return None if results[-1] else results[: len(self.roots)], supposed

    def node_of(self, expr: Expr, when: When) -> int | None:
        """The node of an expression as it was computed at a month, or `None` when it was not."""
        return self.expressions.get((id(expr), when))

    def settled(self, answers: Sequence[Answer], persons: int) -> tuple[Any, ...]:
        """The results for one household, `None` where unknown answers leave one open."""
        exact = self.exact(answers, persons)
        if exact is not None:
            return exact
        trace = self.bounds_trace(answers, persons)
        return tuple(_settled(*trace[root]) for root in self.roots)

    def trace(self, answers: Sequence[Answer], persons: int) -> dict[int, Any]:
        """The value of every node for one household whose needed answers are known."""
        return dict(zip(self.detail, self._trace(persons, answers), strict=True))

    def columns(self, answers: Sequence[np.ndarray | float], sizes: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """The exact results for many households, and where an answer they need is unknown.

        Rows where the second array is true have meaningless results: read them with `bounds_columns`.

        Args:
            answers: for each slot, one float64 per person (persons of a household together) or per household,
                or one number for all.
            sizes: number of persons of each household.
        """
        import numpy as np

        def run(lanes: Lanes, part: list[Any]) -> list[np.ndarray]:
            values = self._columnar(lanes, part)
            levels = [self.graph.nodes[r].level == "personne" for r in self.roots]
            return [lanes.column(v, p) for v, p in zip(values, [*levels, False], strict=True)]

        *results, incomplete = self._chunked(answers, sizes, run)
        return results, incomplete.astype(np.bool_)

    def bounds_columns(
        self, answers: Sequence[np.ndarray | float], sizes: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Lowest and highest result for many households, whatever the unknown answers are."""

        def run(lanes: Lanes, part: list[Any]) -> list[np.ndarray]:
            values = self._bounds(lanes, self._intervals(part))
            flat: list[np.ndarray] = []
            for root, (low, high) in zip(self.roots, values, strict=True):
                persons = self.graph.nodes[root].level == "personne"
                flat += [lanes.column(low, persons), lanes.column(high, persons)]
            return flat

        flat = self._chunked(answers, sizes, run)
        return list(zip(flat[::2], flat[1::2], strict=True))

    def bounds_trace(self, answers: Sequence[Answer], persons: int) -> dict[int, tuple[Any, Any]]:
        """The interval of every node for one household: lists for persons, single values for the household."""
        import numpy as np

        from zero_non_recours.engine.columnar import Lanes

        lanes = Lanes(np.array([persons]))
        arrays = [
            np.asarray(a, dtype=np.float64) if p else np.array([a]) for a, p in zip(answers, self.levels, strict=True)
        ]
        with np.errstate(all="ignore"):
            values = self._bounds_trace(lanes, self._intervals(arrays))
        found: dict[int, tuple[Any, Any]] = {}
        for node, (low, high, *_) in zip(self.detail, values, strict=True):
            is_person = self.graph.nodes[node].level == "personne"
            ends = [lanes.column(end, is_person).tolist() for end in (low, high)]
            found[node] = (ends[0], ends[1]) if is_person else (ends[0][0], ends[1][0])
        return found

    def _intervals(self, answers: Sequence[Any]) -> list[tuple[Any, Any, Any]]:
        import numpy as np

        found: list[tuple[Any, Any, Any]] = []
        for answer, domain in zip(answers, self.domains, strict=True):
            unknown = np.isnan(answer)
            found.append(
                (np.where(unknown, domain.low, answer), np.where(unknown, domain.high, answer), np.logical_not(unknown))
            )
        return found

    def _chunked(
        self, answers: Sequence[Any], sizes: np.ndarray, run: Callable[[Any, list[Any]], list[np.ndarray]]
    ) -> list[np.ndarray]:
        import numpy as np

        from zero_non_recours.engine.columnar import Lanes

        ends = np.cumsum(sizes)
        pieces: list[list[np.ndarray]] = []
        first, start = 0, 0
        with np.errstate(all="ignore"):
            while first < len(sizes):
                last = max(first + 1, int(np.searchsorted(ends, start + CHUNK_PERSONS, side="right")))
                stop = int(ends[last - 1])
                part = [
                    a if not isinstance(a, np.ndarray) else a[start:stop] if p else a[first:last]
                    for a, p in zip(answers, self.levels, strict=True)
                ]
                pieces.append(run(Lanes(sizes[first:last]), part))
                first, start = last, stop
        if not pieces:
            return run(Lanes(sizes), [a if not isinstance(a, np.ndarray) else a[:0] for a in answers])
        return [np.concatenate(columns) for columns in zip(*pieces, strict=True)]


def compile_plan(rulebook: Rulebook, month: Month, names: Iterable[str], given: Iterable[str] = ()) -> Plan:
    """The plan of some variables for a month of right, compiled once per rulebook.

    `given` names rules whose value is an answer instead of being computed.

    Raises:
        PlanError: a parameter has no value that month, a name is unknown, or the rules are too large.
    """
    key = (month, tuple(names), frozenset(given))
    return rulebook.once(key, lambda: _compile(rulebook, *key))


def _compile(rulebook: Rulebook, month: Month, names: tuple[str, ...], given: frozenset[str]) -> Plan:
    for name in (*names, *given):
        if name not in rulebook.variables:
            raise PlanError(f"aucune règle ne s'appelle « {name} »")
    lowering = Lowering(rulebook, month, given)
    graph = lowering.graph
    try:
        roots = tuple(lowering.variable(name, NOW) for name in names)
    except RecursionError as error:
        raise PlanError("les règles s'enchaînent trop profondément ; en couper la chaîne") from error
    incomplete = graph.constant(False)
    by_person = graph.constant(False)
    for index in graph.reachable(roots):
        node = graph.nodes[index]
        if node.op == "get":
            blocked = graph.op("missing", node.args[0])
        elif node.op == "orelse" and len(node.args) == 3:
            blocked = graph.op("and", graph.op("missing", node.args[0]), node.args[2])
        else:
            continue
        if graph.nodes[blocked].level == "personne":
            by_person = graph.op("or", by_person, blocked)
        else:
            incomplete = graph.op("or", incomplete, blocked)
    if graph.value(by_person) is None:
        incomplete = graph.op("or", incomplete, graph.aggregate("any", by_person))
    fallbacks = {node: lowering.fallbacks[node] for node in graph.reachable(roots) if node in lowering.fallbacks}
    asked = (f.asked for f in fallbacks.values() if f.asked is not None)
    reachable = graph.reachable((*roots, incomplete, *asked))
    inputs = tuple(n for n in reachable if graph.nodes[n].op == "input")
    slots = tuple(graph.nodes[n].value for n in inputs)
    return Plan(
        rulebook,
        month,
        names,
        graph,
        roots,
        incomplete,
        inputs,
        slots,  # type: ignore[arg-type]
        tuple(lowering.domains[s] for s in slots),  # type: ignore[index]
        lowering.named,
        fallbacks,
        lowering.expressions,
    )


def _settled(low: Any, high: Any) -> Any:
    if isinstance(low, list):
        return [a if a == b else None for a, b in zip(low, high, strict=True)]
    return low if low == high else None
