"""What is wrong in a rule pack, where, and how to mend it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple


class Position(NamedTuple):
    """A place in a rule file; lines and columns are counted from 1."""

    path: str
    line: int = 1
    column: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem of a rule pack: a code, a place, the cause and the remedy (in French)."""

    code: str
    position: Position
    cause: str
    remedy: str
    source_line: str = ""

    def render(self) -> str:
        """The diagnostic as a person reads it: place, cause, the line with a caret, remedy."""
        where = self.position
        parts = [f"{where.path}:{where.line}:{where.column}: [{self.code}] {self.cause}"]
        if self.source_line.strip():
            line = self.source_line.rstrip("\n").replace("\t", " ")
            start = max(0, where.column - 1)
            width = max(1, min(where.length, len(line) - start))
            cut = 0
            if len(line) > 160:
                cut = max(0, min(start - 60, len(line) - 160))
                line = line[cut : cut + 160]
                width = min(width, 160 - (start - cut))
            parts += [f"    {line}", "    " + " " * (start - cut) + "^" * max(1, width)]
        if self.remedy:
            parts.append(f"  → {self.remedy}")
        return "\n".join(parts)


class RulebookError(Exception):
    """A rule pack does not load; `diagnostics` holds every problem found, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(
            sorted(diagnostics, key=lambda d: (d.position, d.code, d.cause))
        )
        super().__init__("\n\n".join(d.render() for d in self.diagnostics))


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of one load; at the limit the load ends, so that a hostile pack is not read for ever."""

    limit: int = 500
    items: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, list[str]] = field(default_factory=dict)

    def add(self, code: str, position: Position, cause: str, remedy: str = "") -> None:
        """Record one problem, with the source line it points at when the file was read."""
        lines = self.sources.get(position.path, [])
        line = lines[position.line - 1] if 0 < position.line <= len(lines) else ""
        self.items.append(Diagnostic(code, position, cause, remedy, line))
        if len(self.items) >= self.limit:
            raise RulebookError(self.items)

    def raise_if_any(self) -> None:
        """Raise `RulebookError` with everything recorded, or return when nothing was."""
        if self.items:
            raise RulebookError(self.items)


def nearest(name: str, known: Iterable[str]) -> str:
    """« Nom le plus proche : … » for a name that is mistyped or not whole, or an empty string."""
    known = list(known)
    whole = next((candidate for candidate in known if candidate.endswith(f".{name}")), None)
    if whole is not None:
        return f"Nom connu le plus proche : « {whole} »."
    wanted = _letters(name[:80])

    def likeness(candidate: str) -> float:
        letters = _letters(candidate)
        return len(wanted & letters) / (len(wanted) + len(letters) + 1)

    likely = heapq.nlargest(8, dict.fromkeys(known), key=likeness)
    matches = get_close_matches(name[:80], likely, n=1, cutoff=0.6)
    return f"Nom connu le plus proche : « {matches[0]} »." if matches else ""


@lru_cache(maxsize=16_384)
def _letters(name: str) -> frozenset[str]:
    """The letters and pairs of letters of a name: cheap to compare, unlike whole names."""
    return frozenset(name).union(name[i : i + 2] for i in range(len(name) - 1))


def quoted(text: str, limit: int = 60) -> str:
    """A name from a rule file, shortened and without line breaks, between French quotes."""
    flat = " ".join(text.split())
    return f"« {flat if len(flat) <= limit else flat[: limit - 1] + '…'} »"
