"""Table files beside the rules: searched as text for a few keys, indexed when there are many, never read at load."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zero_non_recours.rulebook.communes import Communes

SEARCHES = 16
"""Keys searched in the text, a millisecond each, before an index is built."""

Row = tuple[str, ...]
_BUT_COMMAS = bytes(c for c in range(256) if chr(c) not in ",\n")


class Table:
    """A CSV file: its first line names the columns, the others are rows; cells hold neither comma nor quote."""

    def __init__(self, name: str, columns: Row, body: bytes) -> None:
        """A table of `columns` whose rows are the lines of `body`, each ended by a newline.

        Args:
            name: where the file stands, from the folder of the rules.
            columns: the names in the first line.
            body: UTF-8 text of the rows, with a newline before the first.
        """
        self.name = name
        self.columns = columns
        self.body = body
        self._searches = 0
        self._indexes: dict[str, dict[str, list[int]]] = {}
        self._communes: dict[tuple[str, str], Communes] = {}

    def __reduce__(self) -> tuple[type[Table], tuple[str, Row, bytes]]:
        return Table, (self.name, self.columns, self.body)

    def misshapen(self) -> tuple[int, str] | None:
        """The line that is not as the others, counted from 1, and why; `None` when all are."""
        if not all(self.columns) or len(set(self.columns)) < len(self.columns):
            return 1, "chaque colonne a un nom, différent des autres."
        shape, rows = b"," * (len(self.columns) - 1) + b"\n", self.body.count(b"\n") - 1
        if b'"' not in self.body and self.body.translate(None, _BUT_COMMAS) == b"\n" + shape * rows:
            return None
        for number, line in enumerate(self.body.split(b"\n")[1:-1], 2):
            if b'"' in line or line.count(b",") != len(self.columns) - 1:
                return number, "cette ligne n'a pas la forme des autres."
        return None

    def rows(self, column: str, key: str) -> list[Row]:
        """The rows whose cell in a column is a key, in the order of the file."""
        if column not in self._indexes and self._searches < SEARCHES and column == self.columns[0]:
            self._searches += 1
            return self._search(key)
        index = self._indexes.get(column)
        if index is None:
            index = self._indexes[column] = {}
            for place, cell in enumerate(self.cells[column]):
                index.setdefault(cell, []).append(place)
        return [tuple(cells[place] for cells in self.cells.values()) for place in index.get(key, ())]

    def communes(self, names: str, codes: str) -> Communes:
        """The communes that two columns name and number, ready to be searched by name."""
        found = self._communes.get((names, codes))
        if found is None:
            from zero_non_recours.rulebook.communes import Communes

            found = self._communes[names, codes] = Communes(self.cells[names], self.cells[codes])
        return found

    @cached_property
    def cells(self) -> Mapping[str, list[str]]:
        """The cells of each column."""
        text = self.body.decode()[1:-1]
        flat = text.replace("\n", ",").split(",") if text else []
        return {name: flat[rank :: len(self.columns)] for rank, name in enumerate(self.columns)}

    def _search(self, key: str) -> list[Row]:
        """The rows whose first cell is a key, found in the text."""
        body, start = self.body, f"\n{key},".encode()
        if "," in key or "\n" in key:
            return []
        found: list[Row] = []
        place = body.find(start)
        while place >= 0:
            end = body.index(b"\n", place + 1)
            found.append(tuple(body[place + 1 : end].decode().split(",")))
            place = body.find(start, end)
        return found
