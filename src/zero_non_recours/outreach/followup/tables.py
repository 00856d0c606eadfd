"""Reads a table of outcomes as rows of text: CSV, Excel, Parquet, or a table in memory."""

from __future__ import annotations

import csv
import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

MAX_CELL = 200
_TEXTS = (".csv", ".tsv", ".txt")
_BOOKS = (".xlsx", ".xls", ".xlsb", ".ods")
_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "ce fichier n'existe pas",
    IsADirectoryError: "c'est un dossier, pas un fichier",
    PermissionError: "lecture refusée",
}


class FollowUpError(Exception):
    """The outcomes cannot be used at all; the message says what, where and how to mend, in French."""


class Row(NamedTuple):
    """One row: its number (the row of names is 1), its cells by position, and why it does not read (empty: it does)."""

    number: int
    cells: list[str]
    defect: str = ""


class TextTable(NamedTuple):
    """The names of the columns and the rows, blank rows left out."""

    names: list[str]
    rows: Iterator[Row]


def text_table(source: str | os.PathLike[str] | Any) -> TextTable:
    """The rows of a file, of a polars data frame, or of an iterable of mappings.

    Raises:
        FollowUpError: it does not read, or is of another kind.
    """
    if isinstance(source, str | os.PathLike):
        return _file(Path(source))
    if hasattr(source, "columns") and hasattr(source, "iter_rows"):
        return _typed(list(source.columns), source.iter_rows())
    if isinstance(source, Iterable):
        rows = list(source)
        if all(isinstance(row, Mapping) for row in rows):
            names = list(dict.fromkeys(str(name) for row in rows for name in row))
            return _typed(names, ([row.get(name) for name in names] for row in rows))
    raise FollowUpError("Les issues : donner un fichier, un tableau polars ou une liste de lignes par nom de colonne.")


def _file(path: Path) -> TextTable:
    suffix = path.suffix.lower()
    try:
        if suffix in _TEXTS:
            return _csv(path)
        if suffix == ".parquet":
            return _frame(path, "read_parquet")
        if suffix in _BOOKS:
            return _frame(path, "read_excel")
    except OSError as error:
        raise FollowUpError(f"{path.name} : {_REASONS.get(type(error), 'lecture impossible')}. {_CHECK}") from None
    raise FollowUpError(f"{path.name} : donner un fichier .csv, .xlsx ou .parquet.")


_CHECK = "Vérifier le chemin et le fichier."


def _frame(path: Path, reader: str) -> TextTable:
    import polars as pl

    with path.open("rb"):  # a missing file is told as such
        pass
    try:
        frame = getattr(pl, reader)(path)
    except ModuleNotFoundError:
        raise FollowUpError(
            f"{path.name} : le lecteur de classeurs n'est pas installé (module fastexcel). "
            "L'installer, ou enregistrer la feuille en « CSV UTF-8 »."
        ) from None
    except Exception as error:  # noqa: BLE001 - the readers of polars raise their own kinds, whose text may hold cells
        raise FollowUpError(
            f"{path.name} : ce fichier ne se lit pas ({type(error).__name__}). L'enregistrer en « CSV UTF-8 »."
        ) from None
    return _typed(frame.columns, frame.iter_rows())


def _typed(names: list[str], rows: Iterable[Iterable[Any]]) -> TextTable:
    texts = ([_text(value) for value in row] for row in rows)
    return TextTable(
        [name.strip() for name in names], (Row(number, row) for number, row in enumerate(texts, 2) if any(row))
    )


def _text(value: Any) -> str:
    """A typed cell as it would be written in a CSV file."""
    if value is None or value != value:  # not a number
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _csv(path: Path) -> TextTable:
    """A line of the file is a row: a quote that is never closed costs one line, not the rest of the file."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((rank for rank, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise FollowUpError(f"{path.name} : le fichier est vide.")
    separator = max(";,\t", key=lines[first].count)
    names = _split(Row(first + 1, [lines[first]]), separator)
    if names.defect:
        raise FollowUpError(f"{path.name} : la ligne des noms de colonnes ne se lit pas. {_CHECK}")

    def rows() -> Iterator[Row]:
        for number, line in enumerate(lines[first + 1 :], first + 2):
            row = _split(Row(number, [line]), separator)
            if not row.defect and not any(row.cells):
                continue
            if len(row.cells) > len(names.cells) and any(row.cells[len(names.cells) :]):
                row = row._replace(defect="plus de cellules que de colonnes")
            yield row

    return TextTable(names.cells, rows())


def _split(row: Row, separator: str) -> Row:
    """A row whose only cell is a whole line, cut at the separators."""
    line = row.cells[0]
    if "\0" in line or "\ufffd" in line:
        return row._replace(cells=[], defect="caractères illisibles")
    try:
        cells = next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return row._replace(cells=[], defect="guillemets mal fermés")
    return row._replace(cells=[cell.strip() for cell in cells])
