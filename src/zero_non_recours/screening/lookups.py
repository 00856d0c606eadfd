"""Finds, in the tables of the rules, the answers that a household leaves out: its zone from its commune."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from zero_non_recours.profile.ranges import is_range
from zero_non_recours.profile.values import Check, checker
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.fields import profile_field
from zero_non_recours.rulebook.model import Lookup, Rulebook, Variable
from zero_non_recours.rulebook.tables import Table

Node = Mapping[str, Any]
"""The answers of a household, or of a person."""
Getter = Callable[[Node], Any]
"""Reads one answer as the profile accepts it, `None` when it is unknown."""
_KEPT = 4_096
_SHOWN = 6
_TRUTHS = {"oui": True, "true": True, "non": False, "false": False}


class Outcome(NamedTuple):
    """What a search in the tables gave.

    Attributes:
        value: as the engine reads it, NaN when it is not found, or not one.
        note: why it is not found, or what to check, in French; it never repeats the answer.
        source: the row that was read, in French.
    """

    value: float
    note: str = ""
    source: str = ""


class TableReading:
    """How an input is read when it is not answered: from the nearest of the inputs behind it that is."""

    def __init__(
        self,
        rulebook: Rulebook,
        variable: Variable,
        getter: Callable[[Variable], Getter],
        encode: Callable[[Any], Any],
    ) -> None:
        self.variable = variable
        self.links: list[_Link] = []
        self.chain = [variable]
        while (lookup := self.chain[-1].lookup) is not None:
            by = rulebook.variables[lookup.by]
            self.links.append(_Link(self.chain[-1], lookup, rulebook.tables[lookup.table], by))
            self.chain.append(by)
        self.getters = [getter(v) for v in self.chain]
        self._encode = encode
        self._check = checker(profile_field(variable))
        self._known: dict[tuple[int, str], Outcome] = {}

    @property
    def file(self) -> str:
        """The name of the file that is read."""
        return self.links[0].table.name.rsplit("/", 1)[-1]

    def outcome(self, node: Node) -> Outcome | None:
        """What the tables give, `None` when the input is answered or when nothing behind it is."""
        depth, raw = self._answered(node)
        if not depth:
            return None
        found = self._known.get((depth, raw))
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[depth, raw] = self._search(depth, raw)
        return found

    def value(self, node: Node) -> float:
        """The value that the tables give, NaN when there is none."""
        found = self.outcome(node)
        return math.nan if found is None else found.value

    def to_ask(self, node: Node) -> Variable:
        """The question that tells the input: the farthest behind it, but before an answer that gave nothing."""
        depth, raw = self._answered(node)
        askable = self.chain if raw is None else self.chain[: max(depth, 1)]
        return next((v for v in reversed(askable) if v.path), self.variable)

    def _answered(self, node: Node) -> tuple[int, Any]:
        """How far behind the input the first answer stands, and this answer; 0 and `None` when there is none."""
        for depth, get in enumerate(self.getters):
            raw = get(node)
            if raw is not None:
                return depth, raw
        return 0, None

    def _search(self, depth: int, raw: str) -> Outcome:
        """Follow the links from the answer at a depth, keeping every row that may be meant."""
        keys: Sequence[str] = (raw,)
        note = several = source = ""
        for link in reversed(self.links[:depth]):
            step = link.find(keys)
            if not step.cells:
                return Outcome(math.nan, step.note)
            keys, note, source = step.cells, note or step.note, step.source
            if len(keys) > 1:
                several = several or link.several(keys)
        if len(keys) > 1:
            return Outcome(math.nan, several)
        try:
            value = self._encode(_answer_in(self.variable, keys[0], self._check))
        except (PydanticCustomError, ValueError, KeyError):
            link = self.links[0]
            return Outcome(math.nan, f"La liste ({link.lookup.title}) n'est pas lisible ici : {link.advice}.")
        return Outcome(value, note, source)


class _Step(NamedTuple):
    """The cells that a search found, none when it failed; what to say of it; the first row that was read."""

    cells: Sequence[str]
    note: str = ""
    source: str = ""


class _Link:
    """An input read in a table, and the other input whose answer is looked for."""

    def __init__(self, variable: Variable, lookup: Lookup, table: Table, by: Variable) -> None:
        self.lookup, self.table, self.by = lookup, table, by
        self.advice = f"donner « {variable.label} »"

    def find(self, keys: Sequence[str]) -> _Step:
        """The different cells in the rows of some keys, each of which must have one."""
        if self.by.type == ex.TEXT:
            return self._by_name(keys[0])
        column = self.table.columns.index(self.lookup.column)
        found = [self.table.rows(self.lookup.key, key) for key in keys]
        if not all(found):
            return _Step((), self._absent())
        cells = dict.fromkeys(row[column] for rows in found for row in rows)
        return _Step(tuple(cells), source=", ".join(found[0][0]))

    def _by_name(self, name: str) -> _Step:
        communes = self.table.communes(self.lookup.key, self.lookup.column)
        found = communes.find(name)
        if not found.codes:
            if found.number:
                return _Step((), self._absent())
            near = communes.near(name)
            alike = f" Noms proches : {', '.join(near)}." if near else ""
            title = self.lookup.title
            return _Step((), f"Cette commune n'est pas dans la liste ({title}).{alike} Sinon, {self.advice}.")
        note = ""
        if found.number:
            note = (
                "Le nombre écrit à la place du nom de la commune est lu comme un code INSEE : "
                f"{communes.name(found.codes[0])}. Un code postal n'en est pas un."
            )
        return _Step(found.codes, note, ", ".join(self.table.rows(self.lookup.column, found.codes[0])[0]))

    def _absent(self) -> str:
        what = "Cette réponse" if self.by.values else "Ce code de commune"
        return f"{what} n'est pas dans la liste ({self.lookup.title}) : vérifier, ou {self.advice}."

    def several(self, cells: Sequence[str]) -> str:
        """Why one answer has several, and what to do."""
        if self.by.type != ex.TEXT:
            return f"La liste ({self.lookup.title}) donne plusieurs valeurs pour cette réponse : {self.advice}."
        from zero_non_recours.rulebook.communes import department

        more = "…" if len(cells) > _SHOWN else ""
        if len({department(code) for code in cells}) == 1:
            shown = ", ".join(cells[:_SHOWN])
            return f"Plusieurs codes de commune portent ce nom ({shown}{more}) : écrire le code INSEE."
        shown = ", ".join(f"{code} ({department(code)})" for code in cells[:_SHOWN])
        return (
            f"Plusieurs communes portent ce nom : {shown}{more} : écrire le code INSEE "
            "ou ajouter le département entre parenthèses."
        )


def table_problems(rulebook: Rulebook) -> list[str]:
    """The cells that an input cannot take, one line each with its place: what a search would not find."""
    problems: list[str] = []
    for variable in rulebook.inputs.values():
        if (lookup := variable.lookup) is None:
            continue
        check, seen = checker(profile_field(variable)), dict[str, int]()
        for line, text in enumerate(rulebook.tables[lookup.table].cells[lookup.column], 2):
            seen.setdefault(text, line)
        for text, line in seen.items():
            try:
                _answer_in(variable, text, check)
            except (PydanticCustomError, ValueError, KeyError):
                cause = f"la colonne {lookup.column} ne donne pas « {variable.label} »"
                problems.append(f"{lookup.table}:{line}: [valeur] {cause}.")
    return problems


def _answer_in(variable: Variable, text: str, check: Check) -> Any:
    """The answer that a cell gives.

    Raises:
        PydanticCustomError, ValueError, KeyError: it is not one answer of the input.
    """
    answer = check(_cell(variable, text))
    if is_range(answer):
        raise ValueError("a range")
    return answer


def _cell(variable: Variable, text: str) -> Any:
    """A cell as the profile takes an answer."""
    match variable.type:
        case ex.NUMBER:
            return float(text)
        case ex.BOOLEAN:
            return _TRUTHS[text]
        case _:
            return text
