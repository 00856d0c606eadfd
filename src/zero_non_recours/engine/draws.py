"""Draws the unknown answers of households from the rules' priors, each when the calculation first needs it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

import numpy as np

from zero_non_recours.engine.graph import Domain, Graph, Slot
from zero_non_recours.engine.interpret import Program, Step, Values
from zero_non_recours.engine.many import EXACT_OF_MANY, Value
from zero_non_recours.profile.periods import first_day
from zero_non_recours.rulebook.model import Law, Prior, Rulebook, Variable

if TYPE_CHECKING:
    from zero_non_recours.engine.plan import Plan

ENUMERATED = 256
"""Combinations of discrete answers that are all computed instead of being drawn, at most."""
MONTHS_PER_YEAR = 12
Question = tuple[str, int | None]
"""An input and whose answer it is (the rank of a person): the months of an income are one question."""
Method = Literal["exact", "stratified", "drawn"]
Listed = Mapping[Question, tuple[float, ...]]
"""The values of each open question, when all combinations are computed."""


class NoPriorError(Exception):
    """An unknown answer that the rules say nothing of: nothing can be drawn."""


class Households(Protocol):
    """Households of the same number of persons, as a plan's bounds know them.

    Values are plain numbers, the same for all, or arrays with one row per household; lists of them for persons. An
    answer may be a pair (a range) when there is one household. Leading axes are other ways to read an answer: results
    that depend on it have them too.
    """

    plan: Plan
    persons: int

    @property
    def keys(self) -> Sequence[str]:
        """What makes the draws of each household its own."""
        ...

    def exact(self, node: int) -> Any:
        """The value of a node that no open answer changes, `None` for another."""

    def answer(self, node: int) -> Any:
        """The answers of an input node, NaN where unknown."""


class DrawProgram(Program):
    """Reads a graph for many draws; an unknown answer that nothing replaces is drawn where it is asked for."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph, EXACT_OF_MANY)

    def _step(self, index: int) -> Step:
        node = self.graph.nodes[index]
        if node.op not in ("get", "orelse"):
            return super()._step(index)
        raw, *others = node.args

        def answered(values: Any, answer: Any, rank: int | None) -> Value:
            if isinstance(answer, tuple):
                return values.drawn(raw, rank)
            unknown = answer != answer
            if unknown is False or not np.any(unknown):
                return answer
            if not others:
                return _choose(unknown, values.drawn(raw, rank), answer)
            other = _at(values[others[0]], rank)
            if len(others) == 2 and np.any(asked := np.logical_and(_at(values[others[1]], rank), unknown)):
                other = _choose(asked, values.drawn(raw, rank), other)
            return _choose(unknown, other, answer)

        def read(values: Any, answer: Any, rank: int | None) -> Value:
            found = answered(values, answer, rank)
            return found != 0.0 if node.boolean else found

        if node.level != "personne":
            return lambda values: read(values, values[raw], None)
        return lambda values: [read(values, answer, rank) for rank, answer in enumerate(values[raw])]


class DrawValues(Values):
    """The values of some households for many draws: numbers, or arrays of a row per household, a column per draw."""

    __slots__ = ("answers", "columns", "households", "plan", "ranks", "seed", "size", "used", "weak", "weights")

    def __init__(self, households: Households, size: int, seed: int, columns: Mapping[Question, np.ndarray]) -> None:
        """`columns`: the answers to read instead of drawing, whose probabilities are collected in `weights`."""
        super().__init__(households.plan.draw_program, {}, households.persons)
        self.plan = households.plan
        self.households = households
        self.size = size
        self.seed = seed
        self.columns = columns
        self.weights = np.ones((len(households.keys), size))
        self.ranks: dict[Question, tuple[np.ndarray, np.ndarray]] = {}
        self.answers: dict[Question, dict[Slot, Value]] = {}
        self.used: dict[Question, list[Law]] = {}
        """The laws that each question was drawn from."""
        self.weak: dict[Question, np.ndarray] = {}
        """The households for which one of them is only a guess."""

    def __missing__(self, node: int) -> Any:
        if self.program.graph.nodes[node].op == "input":
            value = self.households.answer(node)
        else:
            value = self.households.exact(node)
            if value is None:
                value = self.program[node](self)
        self[node] = value
        return value

    def drawn(self, node: int, rank: int | None) -> Value:
        """The answers of a slot, in each draw."""
        slot = self.program.graph.nodes[node].value
        assert isinstance(slot, Slot)
        question = (slot.name, rank)
        slots = self.answers.setdefault(question, {})
        found = slots.get(slot)
        if found is None:
            found = slots[slot] = self._draw(slot, _at(self[node], rank), question)
        return found

    def _draw(self, slot: Slot, answer: Any, question: Question) -> Value:
        domain = self.plan.domains[self.plan.places[slot]]
        rows = self._unknown(answer)
        if isinstance(answer, tuple):
            domain = Domain(max(domain.low, answer[0]), min(domain.high, answer[1]))
            if math.isfinite(domain.high - domain.low):
                return self._between(domain, self._uniform(question, rows), slot.name)
        prior = prior_of(self.plan.rulebook, slot)
        listed = self.columns.get(question)
        if listed is not None:
            if question not in self.used:
                shares = self._by_law(prior, question, rows, lambda law: _probabilities(law, listed))
                self.weights = self.weights * shares
            return listed
        uniform = self._uniform(question, rows)
        near = self._nearest(slot, prior, question[1])
        fresh = uniform
        if near is not None:
            rest = (uniform - prior.memory) / (1.0 - prior.memory)
            fresh = np.where(np.isnan(near), uniform, np.clip(rest, 0.0, np.nextafter(1.0, 0.0)))
        variable = self.plan.rulebook.variables[slot.name]
        found = self._by_law(prior, question, rows, lambda law: self._inverse(law, variable, slot, fresh))
        if near is not None:
            found = np.where((uniform < prior.memory) & ~np.isnan(near), near, found)
        return np.clip(found, domain.low, domain.high)

    def _unknown(self, answer: Any) -> np.ndarray:
        """The rows of the households without an answer, or with a range."""
        unknown = True if isinstance(answer, tuple) else answer != answer
        return np.broadcast_to(np.asarray(unknown).reshape(-1), (len(self.households.keys),))

    def _between(self, domain: Domain, uniform: np.ndarray, name: str) -> np.ndarray:
        """Evenly between two ends."""
        variable = self.plan.rulebook.variables[name]
        if variable.whole or variable.type == "date":
            return np.floor(domain.low + uniform * (domain.high + 1.0 - domain.low))
        return domain.low + uniform * (domain.high - domain.low)

    def _by_law(self, prior: Prior, question: Question, rows: np.ndarray, read: Any) -> Value:
        """What the law that holds in each draw gives; only some rows are needed."""
        open_: Value = True
        parts: list[tuple[Value, Value]] = []
        used = self.used.setdefault(question, [])
        for law, node in zip(prior.laws, self.plan.law_conditions[prior.name], strict=True):
            holds = True if node is None else _at(self[node], question[1])
            chosen = np.logical_and(open_, holds)
            if np.any(chosen):
                used.append(law)
                parts.append((holds, read(law)))
                if law.sureness == "faible":
                    guessed = rows & np.broadcast_to(chosen, self.weights.shape).any(axis=1)
                    self.weak[question] = np.logical_or(self.weak.get(question, False), guessed)
            open_ = np.logical_and(open_, np.logical_not(holds))
            if not np.any(open_):
                break
        found = parts[-1][1]
        for holds, value in reversed(parts[:-1]):
            found = _choose(holds, value, found)
        return found

    def _inverse(self, law: Law, variable: Variable, slot: Slot, uniform: np.ndarray) -> np.ndarray:
        """The answers whose rank in a law is `uniform`."""
        if law.shares:
            values, shares = np.array(law.shares).T
            return values[np.minimum(np.searchsorted(np.cumsum(shares), uniform, side="right"), len(values) - 1)]
        ranks, values = np.array(law.quantiles).T
        within = np.interp((uniform - law.zero) / (1.0 - law.zero), ranks, values)
        if variable.type == "date":
            return np.floor(first_day(self.plan.month) - 31.0 * within)
        found = np.where(uniform < law.zero, 0.0, within)
        return found * MONTHS_PER_YEAR if slot.kind == "a" and variable.period == "mois" else found

    def _nearest(self, slot: Slot, prior: Prior, rank: int | None) -> Value | None:
        """The answer of the nearest month (or year) that has one, the later of two; NaN without any."""
        if not prior.memory:
            return None
        places = self.plan.months_of[slot.name, slot.kind]
        order = sorted(places, key=lambda p: (abs(self.plan.slots[p].offset - slot.offset), -self.plan.slots[p].offset))
        near: Value = math.nan
        for place in order:
            answer = _at(self[self.plan.inputs[place]], rank)
            if not isinstance(answer, tuple):
                near = _choose(np.isnan(near), answer, near)
        return None if np.all(np.isnan(near)) else near

    def _uniform(self, question: Question, rows: np.ndarray) -> np.ndarray:
        """The rank of each draw for a question: one in each of `size` equal parts, in an order of its own.

        Only some rows are needed; the others may hold anything.
        """
        ranks, known = self.ranks.setdefault(
            question, (np.full((len(rows), self.size), 0.5), np.zeros(len(rows), np.bool_))
        )
        wanted = np.flatnonzero(rows & ~known)
        if len(wanted):
            texts = [f"{self.households.keys[row]}\x1f{question[0]}\x1f{question[1]}" for row in wanted.tolist()]
            ranks[wanted] = (orders_of(texts, self.size, self.seed) + 0.5) / self.size
            known[wanted] = True
        return ranks


def orders_of(texts: Sequence[str], size: int, seed: int = 0) -> np.ndarray:
    """For each text, the numbers from 0 to `size - 1` in an order that only depends on it and on a seed."""
    key = str(seed).encode()
    digests = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest() for text in texts]
    starts = np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64)
    state = starts[:, None] + np.arange(1, size + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(state ^ (state >> np.uint64(31)), axis=1, kind="stable")


class DrawnRights(NamedTuple):
    """What some results are worth in each draw, for some households: arrays of a row for each, a column per draw.

    Attributes:
        weights: the probability of each draw; those of a household sum to 1.
        answers: the answers drawn; for an income of several months, their mean.
        continuous: those of them that are not a short list of values.
        results: for each result, its value in each draw, after the leading axes of the answers it depends on.
        weak: for some questions, the households for which they are drawn from a law that is only a guess.
    """

    weights: np.ndarray
    answers: Mapping[Question, np.ndarray]
    continuous: frozenset[Question]
    results: list[np.ndarray]
    weak: Mapping[Question, np.ndarray]

    def guessed(self, row: int) -> tuple[str, ...]:
        """The inputs that are drawn from a law that is only a guess, for one household."""
        return tuple(sorted({name for (name, _), rows in self.weak.items() if rows[row]}))


def draw(households: Households, size: int, listed: Listed | None = None, seed: int = 0) -> DrawnRights:
    """The results of a plan in draws of the unknown answers of some households.

    Args:
        households: read by a plan compiled with `drawn`.
        size: how many draws, unless all combinations are `listed`.
        listed: the values of each open question (see `listed_of`).
        seed: other draws.

    Raises:
        NoPriorError: an unknown answer has no prior.
    """
    columns = _combinations(listed) if listed else {}
    size = math.prod(map(len, listed.values())) if listed else size
    with np.errstate(all="ignore"):
        values = DrawValues(households, size, seed, columns)
        results = [values.read(root) for root in households.plan.roots]
    shape = (len(households.keys), size)
    return DrawnRights(
        values.weights / values.weights.sum(axis=1, keepdims=True),
        {question: _mean(list(slots.values()), shape) for question, slots in values.answers.items()},
        frozenset(q for q in values.answers if not (values.used.get(q) and all(law.shares for law in values.used[q]))),
        [np.broadcast_to(np.asarray(r), np.broadcast_shapes(np.shape(r), shape)) for r in results],
        values.weak,
    )


def listed_of(rulebook: Rulebook, questions: Iterable[Question]) -> Listed | None:
    """The values of each open question, when all are short lists that make few enough combinations.

    What a known month may foretell is drawn: its probability is not that of its law alone.
    """
    found: dict[Question, tuple[float, ...]] = {}
    for question in questions:
        prior = rulebook.priors.get(question[0])
        if prior is None or prior.memory or not all(law.shares for law in prior.laws):
            return None
        found[question] = tuple(sorted({value for law in prior.laws for value, _ in law.shares}))
        if math.prod(map(len, found.values())) > ENUMERATED:
            return None
    return found or None


def prior_of(rulebook: Rulebook, slot: Slot) -> Prior:
    """The prior of a slot's input; `NoPriorError` without any."""
    prior = rulebook.priors.get(slot.name)
    if prior is None:
        raise NoPriorError(slot.name)
    return prior


def _combinations(listed: Listed) -> dict[Question, np.ndarray]:
    columns = np.array(list(product(*listed.values()))).T
    return {question: column[None, :] for question, column in zip(listed, columns, strict=True)}


def _probabilities(law: Law, answers: np.ndarray) -> np.ndarray:
    values, shares = np.array(law.shares).T
    return np.where(answers[..., None] == values, shares, 0.0).sum(axis=-1)


def _mean(columns: Sequence[Value], shape: tuple[int, int]) -> np.ndarray:
    return np.broadcast_to(np.mean([np.broadcast_to(column, shape) for column in columns], axis=0), shape)


def _choose(condition: Any, held: Value, failed: Value) -> Value:
    """`held` where a condition holds, without making an array of it when it is the same for all."""
    if condition is True or np.all(condition):
        return held
    return np.where(condition, held, failed) if np.any(condition) else failed


def _at(value: Any, rank: int | None) -> Any:
    return value[rank] if rank is not None and isinstance(value, list) else value
