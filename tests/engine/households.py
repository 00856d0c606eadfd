"""Random households: answers for the slots of a plan, in the ranges their declarations allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from zero_non_recours.engine.graph import Domain, PlanError, Slot
from zero_non_recours.engine.lower import Lowering
from zero_non_recours.engine.plan import NOW, Plan, compile_plan
from zero_non_recours.profile.periods import Month, date_code, parse_month
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Rulebook, Variable
from zero_non_recours.rulebook.units import NONE

FICTIONAL_RULES = Path(__file__).resolve().parent.parent / "fictional_country" / "rules"
CORE = ("rsa", "ppa")
"""The rights that every covered month must compute, whatever is added beside them."""
CODES = ("00000", "0000Z", "70123", "38185", "97608", "06088", "34172", "2A004")
NAN = math.nan

Answers = list[Any]
"""For each slot, a float or the list of one float per person."""


@lru_cache(maxsize=1)
def fictional() -> Rulebook:
    """The fictional country."""
    return load_rulebook(FICTIONAL_RULES)


@lru_cache(maxsize=1)
def shipped() -> Rulebook:
    """The real rules."""
    return load_rulebook()


def rules_of(rulebook: Rulebook) -> list[str]:
    """Every rule, whatever the month."""
    return [name for name, variable in rulebook.variables.items() if not variable.is_input]


def compiles(rulebook: Rulebook, month: Month, name: str) -> bool:
    """Whether a rule has a value that month: a parameter may begin later, or have ended."""
    try:
        compile_plan(rulebook, month, [name])
    except PlanError:
        return False
    return True


def lowers(lowering: Lowering, name: str) -> bool:
    """The same, in a compilation that is shared by many rules."""
    try:
        lowering.variable(name, NOW)
    except PlanError:
        return False
    return True


def rules_of_month(rulebook: Rulebook, month: Month, unasked: frozenset[str] = frozenset()) -> list[str]:
    """Every rule that has a value that month; whatever stands behind RSA and the prime is among them."""
    lowering = Lowering(rulebook, month, frozenset())
    lowering.unasked = unasked
    names = [name for name in rules_of(rulebook) if lowers(lowering, name)]
    core = [rulebook.rights[name] for name in CORE if name in rulebook.rights] or list(rulebook.rights.values())
    results = {n for right in core for n in (right.amount, *right.variables, *right.conditions, right.claimants) if n}
    results |= {excess for name in results if (excess := rulebook.variables[name].excess)}
    behind = {named.name for named in compile_plan(rulebook, month, tuple(results)).named}
    assert behind & {*rules_of(rulebook)} <= {*names}, "a rule behind a right has no value that month"
    return names


@lru_cache(maxsize=64)
def full_plan(rulebook_name: str, month: str) -> Plan:
    """Every rule that has a value that month, in one plan."""
    rulebook = fictional() if rulebook_name == "fictional" else shipped()
    return compile_plan(rulebook, parse_month(month), rules_of_month(rulebook, parse_month(month)))


def value(rng: Random, variable: Variable, slot: Slot, domain: Domain) -> float:
    """One known answer: a value that a person could give."""
    if variable.type == "booleen":
        return float(rng.random() < 0.5)
    if variable.values:
        return float(rng.randrange(len(variable.values)))
    if variable.type == "date":
        year = rng.choice((rng.randint(1935, 2026), rng.randint(2005, 2026)))
        return min(date_code(year, rng.randint(1, 12), rng.choice((1, 15, 28, 29, 31))), domain.high)
    if variable.type == "code":
        return float(int(rng.choice(CODES), 36))
    low, high = max(domain.low, -500.0), min(domain.high, 4000.0)
    if variable.unit == NONE or variable.unit == (("an", 1),):
        return float(rng.randint(max(0, math.ceil(low)), math.floor(min(high, 15.0))))
    eighths = rng.randint(-99, 4000) / 8
    amount = rng.choice(
        (0.0, 0.0, rng.randint(0, 30) * 50.0, eighths, round(rng.uniform(0, 2500), 2), rng.uniform(-300, 4000))
    )
    return min(max(amount * (12.0 if slot.kind == "a" else 1.0), low), high if slot.kind != "a" else domain.high)


def household(plan: Plan, rng: Random, persons: int, unknown: float) -> Answers:
    """Answers for every slot, each unknown with that probability."""
    answers: Answers = []
    for slot, domain, by_person in zip(plan.slots, plan.domains, plan.levels, strict=True):
        variable = plan.rulebook.variables[slot.name]
        values = [
            NAN if rng.random() < unknown else value(rng, variable, slot, domain)
            for _ in range(persons if by_person else 1)
        ]
        answers.append(values if by_person else values[0])
    return answers


def columns_of(plan: Plan, households: Sequence[Answers]) -> list[np.ndarray]:
    """The same households as columns."""
    return [
        np.array([v for h in households for v in h[i]] if by_person else [h[i] for h in households], dtype=np.float64)
        for i, by_person in enumerate(plan.levels)
    ]


def persons_in(plan: Plan, root: int) -> bool:
    """Whether a result has one value per person."""
    return plan.graph.nodes[root].level == "personne"


def split(plan: Plan, results: Sequence[np.ndarray], sizes: np.ndarray) -> list[list[list[float]]]:
    """Columns of results as, for each household, for each variable, the list of its values."""
    ends = np.cumsum(sizes)
    rows: list[list[list[float]]] = []
    for h, end in enumerate(ends):
        start = end - sizes[h]
        rows.append(
            [
                column[start:end].astype(float).tolist() if persons_in(plan, root) else [float(column[h])]
                for column, root in zip(results, plan.roots, strict=True)
            ]
        )
    return rows


def as_lists(plan: Plan, exact: Sequence[Any], persons: int) -> list[list[float]]:
    """A scalar reading in the shape of `split`."""
    return [
        [float(v) for v in found] if persons_in(plan, root) else [float(found)]
        for found, root in zip(exact, plan.roots, strict=True)
    ]


def bits(values: Any) -> list[str]:
    """Numbers bit for bit; the sign of a zero carries no meaning, nor does the payload of a NaN."""
    return [(float(v) + 0.0).hex() for v in np.asarray(values, dtype=np.float64).ravel()]


def removable(plan: Plan, answers: Answers, persons: int) -> list[list[bool]]:
    """For each slot and person, whether taking the answer away leaves the household's situation possible.

    Rules may ask whether an answer is known (`connu`, `si_connu`) and an input may suppose a value: there, taking an
    answer away changes the question. The same holds for an answer to a question that does not apply.
    """
    nodes = plan.graph.nodes
    trace = plan.trace(answers, persons)
    aliases = {node: i for i, node in enumerate(plan.inputs)}
    free = [[True] * (persons if by_person else 1) for by_person in plan.levels]
    for node in plan.detail:
        found = nodes[node]
        if found.op == "project" and found.args[0] in aliases:
            aliases[node] = aliases[found.args[0]]
    for node in plan.detail:
        found = nodes[node]
        if found.op not in ("missing", "orelse") or found.args[0] not in aliases:
            continue
        slot = aliases[found.args[0]]
        asked = trace[found.args[2]] if len(found.args) == 3 else False
        flags = asked if isinstance(asked, list) else [asked] * len(free[slot])
        if len(free[slot]) == 1:
            flags = [all(flags)]
        free[slot] = [a and bool(b) for a, b in zip(free[slot], flags, strict=True)]
    return free


def forget(answers: Answers, free: list[list[bool]], rng: Random, share: float) -> Answers:
    """The same household without some of the answers that may be taken away."""
    left: Answers = []
    for answer, flags in zip(answers, free, strict=True):
        values = answer if isinstance(answer, list) else [answer]
        kept = [NAN if flag and rng.random() < share else v for v, flag in zip(values, flags, strict=True)]
        left.append(kept if isinstance(answer, list) else kept[0])
    return left


def give_back(left: Answers, answers: Answers, rng: Random, share: float) -> Answers:
    """Some of the answers that were taken away, given back."""
    found: Answers = []
    for now, before in zip(left, answers, strict=True):
        if isinstance(now, list):
            found.append([b if rng.random() < share else n for n, b in zip(now, before, strict=True)])
        else:
            found.append(before if rng.random() < share else now)
    return found
