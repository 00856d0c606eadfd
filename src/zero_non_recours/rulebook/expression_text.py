"""The text of an expression as it stands in its file, so that every error points at its character."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from zero_non_recours.rulebook.diagnostics import Position
from zero_non_recours.rulebook.reader import Scalar


@dataclass(slots=True)
class Text:
    """The text of one expression and how its lines map back to the file."""

    source: str
    position: Position
    columns: tuple[int, ...]
    """How far each line stands from the left margin of the file."""
    _lines: list[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = [line.encode() for line in self.source.split("\n")]

    def locate(self, node: ast.AST) -> Position:
        """The place in the file of a node of the expression parsed one line below « ( »."""
        line = getattr(node, "lineno", 2) - 2
        if not 0 <= line < len(self._lines):
            return self.position
        raw = self._lines[line]
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
        if getattr(node, "end_lineno", 0) != getattr(node, "lineno", 0) or not end:
            end = start
        if not raw.isascii():  # the parser counts bytes
            start, end = (len(raw[:offset].decode(errors="ignore")) for offset in (start, end))
        return self.place(line, start, max(1, end - start))

    def place(self, line: int, column: int, length: int = 1) -> Position:
        """The place in the file of a line and a column of the expression, both from 0."""
        return Position(self.position.path, self.position.line + line, self.columns[line] + column + 1, length)


def text_in_file(node: Scalar, lines: list[str]) -> Text:
    """The expression that a node holds, from the lines of its file."""
    start = node.position
    if node.block:
        body = lines[start.line : max(node.end_line, start.line + 1)]
        while body and not body[-1].strip():
            body.pop()
        if body:
            indent = min(len(line) - len(line.lstrip()) for line in body if line.strip())
            where = Position(start.path, start.line + 1, indent + 1, len(body[0]) - indent)
            return Text("\n".join(line[indent:] for line in body), where, (indent,) * len(body))
    if node.plain and start.line - 1 < len(lines):
        body = lines[start.line - 1 : node.end_line + 1]
        if len(body) == node.end_line - start.line + 2:
            body[-1] = body[-1][: node.end_column]
            body[0] = body[0][start.column - 1 :]
            if " ".join("\n".join(body).split()) == " ".join(node.text.split()):
                return Text("\n".join(body), start, (start.column - 1,) + (0,) * (len(body) - 1))
    source = node.text.strip() or "0"
    return Text(source, start, (start.column,) * (source.count("\n") + 1))
