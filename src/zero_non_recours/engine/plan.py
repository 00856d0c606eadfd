"""A plan: what to compute for one month of right, compiled once, read exactly, in columns, or in bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from zero_non_recours.engine.completeness import incomplete
from zero_non_recours.engine.emit import compile_graph
from zero_non_recours.engine.graph import Domain, Graph, PlanError, Slot
from zero_non_recours.engine.interpret import Program, Trace, Values
from zero_non_recours.engine.lower import Fallback, Lowering, Named, When
from zero_non_recours.engine.reading import Reading
from zero_non_recours.engine.scalar import EXACT, SCALAR
from zero_non_recours.engine.scalar_bounds import BOUNDS_OF_ONE, BoundsOfOne, answered, ends
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.expressions import TEXT, Expr
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.pause import collection_paused

if TYPE_CHECKING:
    import numpy as np

    from zero_non_recours.engine.columnar import Lanes
    from zero_non_recours.engine.draws import DrawProgram
    from zero_non_recours.engine.refine import Refiner

CHUNK_PERSONS = 16_384
COMPILED_AFTER = 50
"""Households read node by node before the exact reading is compiled."""
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
    incomplete: tuple[int, ...]
    """For each root, the condition that says that an answer it needs is unknown."""
    inputs: tuple[int, ...]
    slots: tuple[Slot, ...]
    domains: tuple[Domain, ...]
    named: Mapping[Named, int]
    fallbacks: Mapping[int, Fallback]
    """Nodes behind the results that stand in for an unanswered slot."""
    expressions: Mapping[When, Mapping[int, int]]
    law_conditions: Mapping[str, tuple[int | None, ...]]
    """For each input that may be drawn, the node of the condition of each of its laws (`None`: no condition)."""

    @cached_property
    def levels(self) -> tuple[bool, ...]:
        """For each slot, whether it has one answer per person."""
        return tuple(self.graph.nodes[i].level == "personne" for i in self.inputs)

    @cached_property
    def places(self) -> dict[Slot, int]:
        """The place of each slot."""
        return {slot: place for place, slot in enumerate(self.slots)}

    @cached_property
    def lacks(self) -> tuple[int, ...]:
        """The conditions of `incomplete`, each once."""
        return tuple(dict.fromkeys(self.incomplete))

    @cached_property
    def detail(self) -> tuple[int, ...]:
        """Every node behind the results, for the trace and the search of what decides."""
        return tuple(self.graph.reachable(self.roots))

    @cached_property
    def _behind(self) -> dict[int, None]:
        return dict.fromkeys(self.detail)

    # -- compiled readings --------------------------------------------------------------------------

    @cached_property
    def _scalar(self) -> Callable[..., tuple[Any, ...]]:
        return compile_graph(self.graph, (*self.roots, *self.lacks), self.inputs, SCALAR)

    @cached_property
    def _told(self) -> Callable[..., tuple[Any, ...]]:
        return compile_graph(self.graph, tuple(self._watched), self.inputs, SCALAR)

    @cached_property
    def _columnar(self) -> Callable[..., tuple[Any, ...]]:
        from zero_non_recours.engine.columnar import COLUMNAR

        return compile_graph(self.graph, (*self.roots, *self.lacks), self.inputs, COLUMNAR)

    @cached_property
    def _bounds(self) -> Callable[..., tuple[Any, ...]]:
        from zero_non_recours.engine.bounds import BOUNDS

        return compile_graph(self.graph, self.roots, self.inputs, BOUNDS)

    @cached_property
    def _bounds_trace(self) -> Callable[..., tuple[Any, ...]]:
        from zero_non_recours.engine.bounds import BOUNDS

        return compile_graph(self.graph, self.detail, self.inputs, BOUNDS, lazy=False)

    # -- readings of one household, that compute only what is asked ---------------------------------

    @cached_property
    def _exact_program(self) -> Program:
        return Program(self.graph, EXACT)

    @cached_property
    def _bounds_program(self) -> Program:
        return Program(self.graph, BOUNDS_OF_ONE)

    def _exact_values(self, answers: Sequence[Answer], persons: int) -> Values:
        return Values(self._exact_program, dict(zip(self.inputs, answers, strict=True)), persons)

    @cached_property
    def _households(self) -> Iterator[int]:
        """Counts the households read so far."""
        return count()

    def run(self, answers: Sequence[Answer], persons: int) -> tuple[tuple[Any, ...], tuple[bool, ...]]:
        """The exact results for one household, and for each whether an answer it needs is unknown (it means nothing).

        The first households are read node by node; when there are more, the reading is compiled.
        """
        if self.is_compiled or next(self._households) >= COMPILED_AFTER:
            values = self._scalar(persons, answers)
        else:
            read = self._exact_values(answers, persons).read
            values = tuple(read(node) for node in (*self.roots, *self.lacks))
        size = len(self.roots)
        lacking = dict(zip(self.lacks, values[size:], strict=True))
        return values[:size], tuple(lacking[lack] for lack in self.incomplete)

    @property
    def is_compiled(self) -> bool:
        """Whether the exact reading of one household is compiled."""
        return "_scalar" in self.__dict__

    # -- one household ------------------------------------------------------------------------------

    def exact(self, answers: Sequence[Answer], persons: int) -> tuple[Any, ...] | None:
        """The exact results for one household, or `None` when an answer it needs is unknown."""
        results, lacking = self.run(answers, persons)
        return None if True in lacking else results

    def supposed(self, answers: Sequence[Answer], persons: int) -> Mapping[int, Any]:
        """What tells the values supposed: the value of each fallback where it stands in, and of each question.

        Values are meaningless where they depend on an answer that is unknown.
        """
        if not self.is_compiled:
            return Trace(self._exact_values(answers, persons), self._watched, known=self._constants)
        return self._constants | dict(zip(self._watched, self._told(persons, answers), strict=True))

    @cached_property
    def _constants(self) -> dict[int, Any]:
        """The fallbacks that always stand for the same value."""
        values = {node: self.graph.value(self.graph.nodes[node].args[1]) for node in self.fallbacks}
        return {node: value for node, value in values.items() if value is not None}

    @cached_property
    def _watched(self) -> dict[int, None]:
        """The nodes that tell the other values that were supposed, and where questions apply."""
        asked = (f.asked for f in self.fallbacks.values() if f.asked is not None)
        return dict.fromkeys((*(n for n in self.fallbacks if n not in self._constants), *asked))

    def node_of(self, expr: Expr, when: When) -> int | None:
        """The node of an expression as it was computed at a month, or `None` when it was not."""
        return self.expressions.get(when, {}).get(id(expr))

    def settled(self, answers: Sequence[Answer], persons: int) -> tuple[Any, ...]:
        """The results for one household, `None` where unknown answers leave one open."""
        reading = Reading(self, answers, persons)
        found = zip(reading.ends, reading.lacking, strict=True)
        return tuple(_settled(*pair) if lacks else pair[0] for pair, lacks in found)

    def trace(self, answers: Sequence[Answer], persons: int) -> Mapping[int, Any]:
        """The value of every node for one household whose needed answers are known, computed when it is looked at."""
        return Trace(self._exact_values(answers, persons), self._behind)

    def bounds_values(self, answers: Sequence[Answer], persons: int) -> BoundsOfOne:
        """The interval of each node of one household, computed when it is asked for; inputs say if they are known."""
        given: dict[int, Any] = {}
        answer: Any
        for node, answer, domain in zip(self.inputs, answers, self.domains, strict=True):
            by_person = isinstance(answer, list)
            given[node] = [answered(a, domain) for a in answer] if by_person else answered(answer, domain)
        return BoundsOfOne(self._bounds_program, given, persons)

    def bounds_trace(self, answers: Sequence[Answer], persons: int) -> Mapping[int, tuple[Any, Any]]:
        """The interval of every node for one household, computed when it is looked at.

        Lists for persons, single values for the household.
        """
        return self.shown(self.bounds_values(answers, persons))

    def shown(self, values: Values) -> Mapping[int, tuple[Any, Any]]:
        """The intervals of `bounds_values`, without what they say of inputs."""
        return Trace(values, self._behind, ends)

    @cached_property
    def draw_program(self) -> DrawProgram:
        """What reads one household for many draws of its unknown answers."""
        from zero_non_recours.engine.draws import DrawProgram

        return DrawProgram(self.graph)

    @cached_property
    def months_of(self) -> dict[tuple[str, str], list[int]]:
        """The places of the slots of each input, by kind."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, slot in enumerate(self.slots):
            found.setdefault((slot.name, slot.kind), []).append(place)
        return found

    @cached_property
    def refiner(self) -> Refiner:
        """What tightens the bounds of one household."""
        from zero_non_recours.engine.refine import Refiner

        return Refiner(self)

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
            levels = [self.graph.nodes[r].level == "personne" for r in (*self.roots, *self.lacks)]
            return [lanes.column(v, p) for v, p in zip(values, levels, strict=True)]

        columns = self._chunked(answers, sizes, run)
        lacking = columns[len(self.roots) :]
        return columns[: len(self.roots)], np.logical_or.reduce(lacking).astype(np.bool_)

    def bounds_columns(
        self, answers: Sequence[np.ndarray | float], sizes: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Lowest and highest result for many households, whatever the unknown answers are."""

        def run(lanes: Lanes, part: list[Any]) -> list[np.ndarray]:
            values = self._bounds(lanes, self._answers(part))
            flat: list[np.ndarray] = []
            for root, (low, high) in zip(self.roots, values, strict=True):
                persons = self.graph.nodes[root].level == "personne"
                flat += [lanes.column(low, persons), lanes.column(high, persons)]
            return flat

        flat = self._chunked(answers, sizes, run)
        return list(zip(flat[::2], flat[1::2], strict=True))

    def bounds_detail(self, lanes: Lanes, answers: Sequence[Any]) -> dict[int, tuple[Any, Any]]:
        """The interval of every node behind the results, for the households of some lanes.

        `answers` are columns, or `bounds.Answer` objects.
        """
        import numpy as np

        with np.errstate(all="ignore"):
            values = self._bounds_trace(lanes, self._answers(answers))
        nodes = self.graph.nodes
        return {
            node: value.ends if nodes[node].op == "input" else value
            for node, value in zip(self.detail, values, strict=True)
        }

    def _answers(self, columns: Sequence[Any]) -> list[Any]:
        from zero_non_recours.engine.bounds import Answer

        pairs = zip(columns, self.domains, strict=True)
        return [column if isinstance(column, Answer) else Answer(column, domain) for column, domain in pairs]

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


def compile_plan(
    rulebook: Rulebook,
    month: Month,
    names: Iterable[str],
    given: Iterable[str] = (),
    unasked: Iterable[str] = (),
    *,
    drawn: bool = False,
) -> Plan:
    """The plan of some variables for a month of right, compiled once per rulebook.

    `given` names rules whose value is an answer instead of being computed; `unasked` names inputs whose question never
    applies: they are worth their « sinon », and nothing that depends on them is computed in vain. `drawn` compiles what
    draws the unknown answers too.

    Raises:
        PlanError: a parameter has no value that month, a name is unknown, or the rules are too large.
    """
    key = (month, tuple(names), frozenset(given), frozenset(unasked), drawn)
    return rulebook.once(key, lambda: _compile(rulebook, *key))


@collection_paused()
def _compile(
    rulebook: Rulebook,
    month: Month,
    names: tuple[str, ...],
    given: frozenset[str],
    unasked: frozenset[str],
    drawn: bool,
) -> Plan:
    for name in (*names, *given):
        if name not in rulebook.variables:
            raise PlanError(f"aucune règle ne s'appelle « {name} »")
        if rulebook.variables[name].type == TEXT:
            raise PlanError(f"« {name} » est un texte, qui ne se calcule pas")
    lowering = Lowering(rulebook, month, given)
    lowering.unasked = unasked
    graph = lowering.graph
    try:
        roots = tuple(lowering.variable(name, NOW) for name in names)
    except RecursionError as error:
        raise PlanError("les règles s'enchaînent trop profondément ; en couper la chaîne") from error
    lacks = incomplete(graph, roots)
    fallbacks = lowering.all_fallbacks(graph.reachable(roots))
    asked = (f.asked for f in fallbacks.values() if f.asked is not None)
    reachable = graph.reachable((*roots, *lacks, *asked))
    laws = _law_conditions(lowering, reachable) if drawn else {}
    if laws:
        conditions = (node for nodes in laws.values() for node in nodes if node is not None)
        reachable = graph.reachable((*reachable, *conditions))
    inputs = tuple(n for n in reachable if graph.nodes[n].op == "input")
    slots = tuple(graph.nodes[n].value for n in inputs)
    return Plan(
        rulebook,
        month,
        names,
        graph,
        roots,
        lacks,
        inputs,
        slots,  # type: ignore[arg-type]
        tuple(lowering.domains[s] for s in slots),  # type: ignore[index]
        lowering.named,
        fallbacks,
        lowering.expressions,
        laws,
    )


def _law_conditions(lowering: Lowering, nodes: Iterable[int]) -> dict[str, tuple[int | None, ...]]:
    """The conditions of the laws of the inputs behind some nodes, and of those behind these conditions."""
    graph, priors = lowering.graph, lowering.rulebook.priors
    found: dict[str, tuple[int | None, ...]] = {}
    waiting = list(nodes)
    while waiting:
        node = graph.nodes[waiting.pop()]
        if node.op != "input" or (name := node.value.name) in found or name not in priors:  # type: ignore[attr-defined]
            continue
        conditions = [law.condition for law in priors[name].laws]
        found[name] = tuple(None if c is None else lowering.expression(c, NOW) for c in conditions)
        waiting += graph.reachable(c for c in found[name] if c is not None)
    return found


def _settled(low: Any, high: Any) -> Any:
    if isinstance(low, list):
        return [a if a == b else None for a, b in zip(low, high, strict=True)]
    return low if low == high else None
