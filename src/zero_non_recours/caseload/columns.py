"""Understands the first row of a table: what each column answers, and for which month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zero_non_recours.caseload.cells import Converter, boolean, converter, kind_of_cell
from zero_non_recours.caseload.errors import CaseloadError, Refusal
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.periods import MONTH_PATTERN, Month, show_month
from zero_non_recours.profile.ranges import is_range
from zero_non_recours.profile.unsaid import is_unsaid
from zero_non_recours.rulebook.diagnostics import nearest

HOUSEHOLD_KEY = "menage_id"
PERSON_KEY = "personne_id"
COMPLETE = "revenus_complets"
ROLE = "role"
FREE_PREFIX = "x_"
MAX_COLUMNS = 5_000
_RELATIVE = re.compile(r"m(?:([+-])([0-9]{1,2}))?")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_CACHE = 4_096
_ABSENT: Any = object()


@dataclass(slots=True)
class Column:
    """A column that answers a question; cells already seen for a field are not converted twice.

    Attributes:
        name: as the file writes it.
        person: whether each person has an answer of their own, or the household one.
        parents: keys to follow, then `key`, then `period` (a month or year of a changing answer, or empty).
    """

    name: str
    index: int
    person: bool
    parents: tuple[str, ...]
    key: str
    period: str
    convert: Converter
    cache: dict[str, Any] = field(default_factory=dict)
    """Shared by the months of a field."""
    direct: bool = False
    """Whether nothing else can write there: a person's single answer that is not nested."""

    def __post_init__(self) -> None:
        self.direct = self.person and not self.parents and not self.period

    def read(self, cell: str) -> Any:
        """The answer of a cell: a value, `None` (unknown) or a `Refusal`."""
        found = self.cache.get(cell, _ABSENT)
        return self.convert_new(cell) if found is _ABSENT else found

    def convert_new(self, cell: str) -> Any:
        """`read` for a cell that is not in `cache`."""
        text = cell.strip()
        found = self.convert(text) if text else None
        if len(self.cache) >= _CACHE:
            self.cache.clear()
        self.cache[cell] = found
        return found

    def place(self, node: dict[str, Any], value: Any) -> str:
        """Write a value where it belongs; why it cannot be written, or an empty text."""
        for parent in self.parents:
            inner = node.get(parent)
            if inner is None:
                inner = node[parent] = {}
            node = inner
        key, period = self.key, self.period
        known = node.get(key)
        if known is None:
            node[key] = {period: value} if period else value
            return ""
        if (type(known) is dict and not is_range(known)) is not bool(period):
            return _MIXED
        if period:
            node, key = known, period
            known = node.get(key)
        if known is None or is_unsaid(known):  # an answer wins over « ne sait pas » on another row
            node[key] = value
            return ""
        return "" if known == value or is_unsaid(value) else _CONFLICT


_CONFLICT = "deux valeurs différentes pour le même ménage ou le même mois"
_MIXED = "montant unique et montants par mois à la fois"


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a table answer."""

    names: tuple[str, ...]
    key: int
    person_key: int | None
    role: Column | None
    columns: tuple[Column, ...]
    known: frozenset[int]
    """Places of the columns that are read; the others are ignored."""
    nameless: tuple[int, ...]
    """Places of the columns without a name: they must stay empty."""


def layout_of(
    names: list[str], fields: Iterable[ProfileField], month: Month, mapping: ColumnMapping, shown: str
) -> Layout:
    """The columns of a table, from its first row.

    Raises:
        CaseloadError: no household key, unknown columns, or two columns for the same answer; all problems at once.
    """
    by_path = {".".join(f.parts).lower(): f for f in fields}
    targets = [mapping.columns.get(name.strip(), name.strip()) for name in names]
    lowered = [_plain(target) for target in targets]
    if HOUSEHOLD_KEY not in lowered:
        raise CaseloadError(
            f"{shown} : la colonne « {HOUSEHOLD_KEY} » manque. La première ligne doit porter les noms des colonnes, "
            "séparés par des points-virgules, des virgules ou des tabulations ; un autre nom se déclare avec --mapping."
        )
    problems: list[str] = []
    if len(names) > MAX_COLUMNS:
        raise CaseloadError(f"{shown} : plus de {MAX_COLUMNS} colonnes. Garder celles du format.")
    values = _values(mapping, by_path, problems)
    columns: list[Column] = []
    taken: dict[tuple[str, ...], str] = {}
    nameless: list[int] = []
    special: dict[str, int] = {}
    for index, (name, target) in enumerate(zip(names, lowered, strict=True)):
        name = name.strip()
        if name in mapping.ignored or (target.startswith(FREE_PREFIX) and name not in mapping.columns):
            continue
        if not target:
            nameless.append(index)
            continue
        found: Column | None = None
        if target not in (HOUSEHOLD_KEY, PERSON_KEY):
            found = _column(name, index, target, by_path, month, values, columns)
            if found is None:
                if name in mapping.columns:
                    problems.append(_mapped_to_nothing(name, target, by_path, mapping))
                else:
                    problems.append(_unknown(name, target, by_path, shown))
                continue
            place = ("p" if found.person else "m", *found.parents, found.key, found.period)
        else:
            place = (target,)
            special.setdefault(target, index)
        if place in taken:
            problems.append(
                f"{shown} : les colonnes « {taken[place]} » et « {name} » disent la même chose. En garder une."
            )
            continue
        taken[place] = name
        if found is not None:
            columns.append(found)
    for name in mapping.columns:
        if name not in {n.strip() for n in names}:
            problems.append(f"{mapping.shown} : la colonne « {name[:60]} » est absente du fichier {shown}.")
    if problems:
        raise CaseloadError("\n".join(problems))
    role = next((c for c in columns if c.person and c.key == ROLE and not c.parents), None)
    return Layout(
        tuple(name.strip() for name in names),
        special[HOUSEHOLD_KEY],
        special.get(PERSON_KEY),
        role,
        tuple(columns),
        frozenset([*special.values(), *(c.index for c in columns)]),
        tuple(nameless),
    )


def recognised(names: Iterable[str], fields: Mapping[str, ProfileField], mapping: ColumnMapping) -> int:
    """How many names of a possible first row mean something: the right separator gives the most."""
    count = 0
    for name in names:
        target = _plain(mapping.columns.get(name.strip(), name.strip()))
        path, _ = _split(target, fields)
        count += path is not None or target in (HOUSEHOLD_KEY, PERSON_KEY) or name.strip() in mapping.ignored
    return count


def paths_of(fields: Iterable[ProfileField]) -> dict[str, ProfileField]:
    """Fields by the path that names their column."""
    return {".".join(f.parts).lower(): f for f in fields}


def _plain(name: str) -> str:
    return name.lower().removeprefix("personnes[].")


def _split(target: str, by_path: Mapping[str, Any]) -> tuple[str | None, str]:
    """The path of a field and what follows it (a month or a year), if the name has that shape."""
    if target in by_path or target == COMPLETE:
        return target, ""
    path, _, suffix = target.rpartition(".")
    field_ = by_path.get(path)
    shape = _RELATIVE.fullmatch(suffix) or MONTH_PATTERN.match(suffix) or _YEAR.fullmatch(suffix)
    return (path, suffix) if field_ is not None and field_.series and shape else (None, "")


def _column(
    name: str,
    index: int,
    target: str,
    by_path: Mapping[str, ProfileField],
    month: Month,
    values: Mapping[str, Mapping[str, Any]],
    others: list[Column],
) -> Column | None:
    path, suffix = _split(target, by_path)
    if path is None:
        return None
    if path == COMPLETE and COMPLETE not in by_path:
        return Column(name, index, True, (), COMPLETE, "", boolean)
    found = by_path[path]
    *parents, last = found.parts
    period = suffix
    if match := _RELATIVE.fullmatch(suffix):
        shift = int(match[2] or 0)
        period = show_month(month + (shift if match[1] == "+" else -shift))
    same = next((c for c in others if (c.person, c.parents, c.key) == (found.person, tuple(parents), last)), None)
    convert = converter(found, values.get(path, {})) if same is None else same.convert
    cache = {} if same is None else same.cache
    return Column(name, index, found.person, tuple(parents), last, period, convert, cache)


def _values(
    mapping: ColumnMapping, by_path: Mapping[str, ProfileField], problems: list[str]
) -> dict[str, dict[str, Any]]:
    """The words of the mapping file, each checked against what the field accepts."""
    shown = mapping.shown
    found: dict[str, dict[str, Any]] = {}
    for path, words in mapping.values.items():
        target = _plain(path)
        known = by_path.get(target)
        if known is None:
            problems.append(f"{shown} : « valeurs » cite un champ inconnu, « {path[:60]} ». {nearest(target, by_path)}")
            continue
        read = converter(known, {})
        for word, value in words.items():
            answer = value if isinstance(value, bool) and known.type == "booleen" else read(str(value))
            if isinstance(answer, Refusal):
                problems.append(f"{shown} : « valeurs », {path[:60]}, « {word[:40]} » : {answer.reason}.")
            else:
                found.setdefault(target, {})[word] = answer
    return found


def _unknown(name: str, target: str, by_path: Mapping[str, ProfileField], shown: str) -> str:
    path, _, suffix = target.rpartition(".")
    if path in by_path:
        cause = (
            f"« {suffix[:20]} » n'est ni un mois (2026-08, m-2) ni une année (2025)."
            if by_path[path].series
            else f"« {path} » ne change pas avec les mois : enlever « .{suffix[:20]} »."
        )
        return f"{shown} : colonne « {name[:60]} » : {cause}"
    hint = _nearest_column(target, by_path)
    return (
        f"{shown} : colonne inconnue « {name[:60]} ». {hint + ' ' if hint else ''}"
        f"La renommer, la déclarer avec --mapping, ou l'ignorer (préfixe « {FREE_PREFIX} » ou liste « ignorer »)."
    )


def _mapped_to_nothing(name: str, target: str, by_path: Mapping[str, ProfileField], mapping: ColumnMapping) -> str:
    written = mapping.columns[name]
    return (
        f"{mapping.shown} : la colonne « {name[:60]} » est associée à « {written[:60]} », qui n'existe pas. "
        f"{_nearest_column(target, by_path)}"
    ).rstrip()


def _nearest_column(target: str, by_path: Mapping[str, ProfileField]) -> str:
    """The name of a column that looks like an unknown one, with the same month."""
    path, _, suffix = target.rpartition(".")
    stem, tail = (path, f".{suffix}") if _RELATIVE.fullmatch(suffix) or MONTH_PATTERN.match(suffix) else (target, "")
    hint = nearest(stem, [*by_path, HOUSEHOLD_KEY, PERSON_KEY, COMPLETE])
    if not hint:
        tails = {p.rsplit(".", 1)[-1]: p for p in by_path}
        near = nearest(stem.rsplit(".", 1)[-1], tails)
        hint = next((f"Nom connu le plus proche : « {p} »." for leaf, p in tails.items() if f"« {leaf} »" in near), "")
    return hint.replace(" ».", f"{tail} ».") if hint and tail else hint


def nameless_refusal(cell: str) -> tuple[str, str, str]:
    """The problem of a value in a column without a name."""
    return "(sans nom)", kind_of_cell(cell.strip()), "valeur dans une colonne sans nom"
