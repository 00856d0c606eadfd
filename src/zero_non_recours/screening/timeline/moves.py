"""Says what moved in a calculation between two months of right: the resources, the scale, the children…"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zero_non_recours.engine.lower import Named, When
from zero_non_recours.engine.plan import NOW
from zero_non_recours.engine.reading import Reading
from zero_non_recours.rulebook.expressions import NUMBER, WINDOWS, Expr
from zero_non_recours.rulebook.model import Variable
from zero_non_recours.screening.answers import decoded
from zero_non_recours.screening.wording import shown_value

Ends = tuple[Any, Any]
Parts = Mapping[str, Sequence[When]]
"""Rules and inputs, each with the months at which it is read."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step of a calculation whose value is another one month later; values are French text."""

    name: str
    label: str
    before: str
    after: str

    def model_dump(self) -> dict[str, str]:
        """The move as plain data."""
        return {"name": self.name, "label": self.label, "before": self.before, "after": self.after}


class Calculation:
    """What a plan computed for a household: the value of each rule at each month, and what its formula read."""

    def __init__(self, reading: Reading) -> None:
        self.plan = reading.plan
        self.rulebook = reading.plan.rulebook
        self.values = reading.trace

    def ends(self, node: int | None) -> Ends | None:
        """The lowest and highest value of a node; `None` when it was not computed."""
        constant = None if node is None else self.plan.graph.value(node)
        if constant is not None:
            return constant, constant
        return None if node is None else self.values.get(node)

    def states(self, name: str, months: Iterable[When]) -> list[Ends]:
        """The values of a rule or an input, in the order of months."""
        found = (self.ends(self.plan.named.get(Named(name, when))) for when in sorted(set(months)))
        return [pair for pair in found if pair is not None]

    def parts(self, variable: Variable, months: Iterable[When]) -> Parts:
        """What the formula of a rule reads at some months, along the branches that the values take."""
        found: dict[str, list[When]] = {}
        for when in dict.fromkeys(months):
            month = self.plan.month + when.shift
            for version in variable.versions:
                if (version.since or 0) <= month and (version.until is None or month <= version.until):
                    self._follow(version.formula, when, found)
        return found

    def _follow(self, expr: Expr, when: When, found: dict[str, list[When]]) -> None:
        match expr.op:
            case "var":
                found.setdefault(str(expr.value), []).append(when)
            case "if":
                condition, yes, no = expr.args
                self._follow(condition, when, found)
                taken = self.truth(condition, when)
                for branch in (yes, no) if taken is None else (yes,) if taken else (no,):
                    self._follow(branch, when, found)
            case "droit":
                self._follow(expr.args[0], When(when.right, when.right), found)
            case "mois":
                shift = int(expr.value)  # type: ignore[call-overload]
                self._follow(expr.args[0], When(when.shift + shift, when.right + shift), found)
            case _ if expr.op in WINDOWS:
                for condition, first, last in self.rulebook.windows[str(expr.value)].options:
                    holds = True if condition is None else self.truth(condition, when)
                    for shift in range(first, last + 1) if holds is not False else ():
                        self._follow(expr.args[0], When(when.shift + shift, when.right), found)
                    if holds:
                        break
            case _:  # what stands under a supposition has no value of its own
                for part in expr.args[1:] if expr.op == "en_supposant" else expr.args:
                    self._follow(part, when, found)

    def truth(self, condition: Expr, when: When) -> bool | None:
        """Whether a condition of the household holds at a month; `None`: unknown, or not computed."""
        pair = self.ends(self.plan.node_of(condition, when))
        if pair is None or isinstance(pair[0], list) or bool(pair[0]) != bool(pair[1]):
            return None
        return bool(pair[0])


def moves(before: Calculation, after: Calculation, name: str) -> tuple[Move, ...]:
    """The household's steps behind a result that explain why it is another one month later.

    From the result, each step that moved is replaced by those of its own parts that moved, as far as they are the
    household's: a step that persons make up, a parameter or a date is told as the step that reads it. Where that
    leaves the result alone, the household's steps behind those of its persons are told.
    """
    comparison = _Comparison(before, after)
    found = comparison.causes(name, (NOW,), (NOW,))
    if list(found) == [name]:
        found = comparison.causes(name, (NOW,), (NOW,), through_persons=True)
    variables = before.rulebook.variables
    return tuple(
        Move(cause, variables[cause].label, _text(variables[cause], old), _text(variables[cause], new))
        for cause, (old, new) in found.items()
        if cause != name and not _personal(variables[cause])
    )


Causes = dict[str, tuple[list[Ends], list[Ends]]]
"""Steps, each with its values on both sides."""


class _Comparison:
    def __init__(self, before: Calculation, after: Calculation) -> None:
        self.before, self.after = before, after
        self.variables = before.rulebook.variables
        self.known: dict[Any, Causes] = {}

    def causes(self, name: str, old: Sequence[When], new: Sequence[When], *, through_persons: bool = False) -> Causes:
        """The steps that explain the move of one; `through_persons`: also behind the first steps of persons met."""
        key = name, tuple(old), tuple(new), through_persons
        if key not in self.known:
            self.known[key] = self._causes(name, old, new, through_persons)
        return self.known[key]

    def _causes(self, name: str, old: Sequence[When], new: Sequence[When], through_persons: bool) -> Causes:
        variable = self.variables[name]
        alone = {name: (self.before.states(name, old), self.after.states(name, new))}
        was, now = self.before.parts(variable, old), self.after.parts(variable, new)
        both = [part for part in was if part in now]
        moved = [part for part in both if self._moved(part, was[part], now[part])]
        personal = _personal(variable)
        crossing = not personal and any(_personal(self.variables[part]) for part in moved)
        if not moved or (crossing and not through_persons):
            return alone
        found: Causes = {}
        for part in moved:
            again = through_persons and not (personal and not _personal(self.variables[part]))
            found |= self.causes(part, was[part], now[part], through_persons=again)
        return alone if list(found) == both and not personal and not crossing else found

    def _moved(self, name: str, old: Sequence[When], new: Sequence[When]) -> bool:
        variable = self.variables[name]
        return _summary(variable, self.before.states(name, old)) != _summary(variable, self.after.states(name, new))


def _personal(variable: Variable) -> bool:
    return variable.level == "personne"


def _summary(variable: Variable, states: Sequence[Ends]) -> Any:
    """What two months compare of a step: a mean for an amount, how many months for a yes or no."""
    if not states:
        return None
    if _personal(variable):
        return [_plain(end) for pair in states for end in pair]
    if variable.type == NUMBER:
        return tuple(_plain(round(_mean(ends), 6)) for ends in zip(*states, strict=True))
    if variable.type == "booleen":
        return tuple(sum(map(bool, ends)) / len(states) for ends in zip(*states, strict=True))
    return [_plain(end) for pair in states for end in pair]


def _text(variable: Variable, states: Sequence[Ends]) -> str:
    """The value of a step over the months that a result reads, as French text."""
    lows, highs = [low for low, _ in states], [high for _, high in states]
    if not states or (variable.type != NUMBER and any(_plain(a) != _plain(b) for a, b in states)):
        return "inconnu"
    if variable.type == "booleen" and len(set(map(bool, lows))) > 1:
        return f"oui {sum(map(bool, lows))} mois sur {len(lows)}"
    if variable.type != NUMBER:
        return ", ".join(dict.fromkeys(shown_value(variable, decoded(variable, low)) for low in lows))
    low, high = _mean(lows), _mean(highs)
    if not math.isfinite(low):
        return "inconnu"
    mean = " en moyenne" if len({round(value, 6) for value in lows}) > 1 else ""
    if abs(high - low) < 1e-6:
        return shown_value(variable, low) + mean
    if not math.isfinite(high):
        return f"au moins {shown_value(variable, low)}{mean}"
    return f"entre {shown_value(variable, low)} et {shown_value(variable, high)}{mean}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) + 0.0


def _plain(value: Any) -> Any:
    """A value that equals itself even where there is none."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if value != value else value
