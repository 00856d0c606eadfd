"""Chooses the reader of a file: a table of persons, or one profile per line."""

from __future__ import annotations

from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.caseload.lines import SourceFile
from zero_non_recours.caseload.mapping import ColumnMapping
from zero_non_recours.caseload.profiles import ProfileReader
from zero_non_recours.caseload.tables import TableReader
from zero_non_recours.profile.periods import Month
from zero_non_recours.rulebook.model import Rulebook

_JSON_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv", ".txt")


def reader_of(file: SourceFile, book: Rulebook, month: Month, mapping: ColumnMapping) -> TableReader | ProfileReader:
    """The reader of a file: by its name, else by its first character.

    Raises:
        CaseloadError: it is neither a table nor JSON Lines, or its columns cannot be used.
    """
    suffix = file.path.suffix.lower()
    first = next((text.strip() for _, text, _ in file.lines() if text.strip()), "")
    if suffix in _JSON_LINES or (suffix not in _TABLES and first.startswith("{")):
        return ProfileReader(file, book, month)
    if suffix not in _TABLES and first.startswith("["):
        raise CaseloadError(
            f"{file.name} : un tableau JSON. L'écrire en JSON Lines, un ménage par ligne, sans crochets."
        )
    return TableReader(file, book, month, mapping)
