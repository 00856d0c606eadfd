"""A part of a rule file as it is written, read again when somebody wants it whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.reader import plain_data, read_yaml


class WrittenFile:
    """The lines of a file that was read without error."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    @cached_property
    def data(self) -> Any:
        """The file as dicts, lists and values."""
        root = read_yaml("\n".join(self._lines), "", Report())
        return {} if root is None else plain_data(root)


@dataclass(frozen=True, slots=True)
class Written:
    """The value found in a file by following some keys."""

    file: WrittenFile
    keys: tuple[str, ...]

    @property
    def data(self) -> Any:
        """The value as dicts, lists and values."""
        found = self.file.data
        for key in self.keys:
            found = found[key]
        return found
