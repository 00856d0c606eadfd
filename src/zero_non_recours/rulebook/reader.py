"""Reads one YAML file of a rule pack into positioned nodes, within fixed limits, running nothing."""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from zero_non_recours.rulebook.diagnostics import Position, Report, quoted

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 60_000

_INTEGER = re.compile(r"[-+]?[0-9]{1,15}\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")
_NULLS = {"", "~", "null", "Null", "NULL"}
_TRUES = {"true", "True", "TRUE"}
_FALSES = {"false", "False", "FALSE"}

_UNREADABLE: dict[type[OSError], str] = {
    FileNotFoundError: "ce fichier n'existe pas.",
    PermissionError: "lecture refusée.",
}
_YAML_PROBLEMS = (
    ("expected key", "une clé « nom: » est attendue, alignée sur les autres"),
    ("block end", "une clé « nom: » est attendue, alignée sur les autres"),
    ("expected ':'", "un « : » est attendu"),
    ("expected '-'", "un « - » est attendu, aligné sur les autres"),
    ("',' or ']'", "une virgule ou « ] » est attendue"),
    ("',' or '}'", "une virgule ou « } » est attendue"),
    ("mapping values", "un « : » de trop, ou un texte à mettre entre guillemets"),
    ("end of stream", "un guillemet n'est pas fermé"),
    ("cannot start any token", "un texte qui commence par ce caractère se met entre guillemets"),
)
"""What a YAML parser says, by a part of it, and what that means."""

_BLOCKS = ("|", ">")
"""Styles of a text written below its key."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """A value as written; `plain` is false between quotes or in a block."""

    text: str
    plain: bool
    block: bool
    position: Position
    end_line: int
    end_column: int

    @property
    def value(self) -> str | float | int | bool | None:
        """The value in YAML's core reading: null, true/false, number, else the text itself."""
        if not self.plain:
            return self.text
        if self.text in _NULLS:
            return None
        if self.text in _TRUES:
            return True
        if self.text in _FALSES:
            return False
        if _INTEGER.match(self.text):
            return int(self.text)
        if len(self.text) <= 40 and _FLOAT.match(self.text):
            number = float(self.text)
            return number if math.isfinite(number) else self.text
        return self.text


@dataclass(slots=True)
class Mapping:
    """A mapping in file order; keys are scalars and unique."""

    position: Position
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)


@dataclass(slots=True)
class Sequence:
    """A list in file order."""

    position: Position
    items: list[Node] = field(default_factory=list)


Node = Scalar | Mapping | Sequence


_MADE: dict[type, type] = {
    yaml.ScalarEvent: Scalar,
    yaml.MappingStartEvent: Mapping,
    yaml.SequenceStartEvent: Sequence,
}
"""The node that an event of the parser begins."""
_CLOSING = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})


def plain_data(node: Node) -> Any:
    """The node as dicts, lists and values, without positions."""
    if isinstance(node, Mapping):
        return {key: plain_data(value) for key, value in node.items.items()}
    if isinstance(node, Sequence):
        return [plain_data(value) for value in node.items]
    return node.value


def read_text(path: Path, shown: str, report: Report) -> str | None:
    """The text of a regular file within the size limit, or `None` with a diagnostic."""
    position = Position(shown)
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            report.add(
                "fichier-special",
                position,
                "ce n'est pas un fichier ordinaire (lien, tube ou périphérique).",
                "Copier le contenu dans un fichier ordinaire du dossier.",
            )
            return None
        if status.st_size > MAX_BYTES:
            report.add(
                "fichier-trop-gros",
                position,
                f"le fichier dépasse {MAX_BYTES // 1000} ko.",
                "Le partager en plusieurs fichiers.",
            )
            return None
        raw = path.read_bytes()
    except OSError as error:
        cause = _UNREADABLE.get(type(error), "lecture impossible.")
        report.add("fichier-illisible", position, cause, "Vérifier le chemin et les droits d'accès.")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        report.add(
            "encodage",
            Position(shown, line),
            "le fichier n'est pas en UTF-8.",
            "L'enregistrer en UTF-8 dans l'éditeur.",
        )
        return None


def read_yaml(text: str, shown: str, report: Report) -> Node | None:
    """Parse one YAML document into nodes; problems go to `report`.

    Anchors, aliases, tags, merge keys and several documents are refused: a rule pack is untrusted data.
    """
    report.sources[shown] = text.splitlines()
    before = len(report.items)
    builder = _Builder(shown, report)
    try:
        if not builder.build(yaml.parse(text, Loader=_LOADER)):
            return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = Position(shown, mark.line + 1, mark.column + 1) if mark else Position(shown)
        lines = text.split("\n")
        letter = lines[mark.line][mark.column : mark.column + 1] if mark and mark.line < len(lines) else ""
        report.add(
            "yaml-invalide",
            position,
            f"YAML mal formé{_in_french(error.problem or error.context or '', letter)}.",
            "Vérifier l'indentation, les deux-points suivis d'une espace et les guillemets.",
        )
        return None
    except yaml.YAMLError:
        report.add(
            "yaml-invalide",
            Position(shown),
            "YAML mal formé (caractère interdit).",
            "Enlever les caractères de contrôle.",
        )
        return None
    except (ValueError, OverflowError):
        report.add("yaml-invalide", Position(shown), "YAML mal formé (nombre ou caractère interdit).", "")
        return None
    if len(report.items) > before:
        return None
    return builder.root


def _in_french(problem: str, letter: str) -> str:
    """What a YAML parser says at a letter, as people read it, between parentheses; nothing when it is said rarely."""
    if letter == "\t" or "tab character" in problem:
        return " (une tabulation : indenter avec des espaces)"
    meaning = next((said for part, said in _YAML_PROBLEMS if part in problem), "")
    return f" ({meaning})" if meaning else ""


class _Builder:
    """Builds nodes from parser events without recursion."""

    def __init__(self, shown: str, report: Report) -> None:
        self.shown = shown
        self.report = report
        self.root: Node | None = None

    def build(self, events: Iterable[Any]) -> bool:
        """Build the nodes of a document, and whether all of it is admitted."""
        count = documents = 0
        around: Mapping | Sequence | None = None
        key: Scalar | None = None
        outside: list[Mapping | Sequence | None] = []
        node: Node
        for event in events:
            made = _MADE.get(type(event))
            if made is None:
                if type(event) in _CLOSING:
                    around, key = outside.pop(), None
                    continue
                documents += type(event) is yaml.DocumentStartEvent
                if documents > 1 or type(event) is yaml.AliasEvent:
                    return self._refuse_event(event)
                continue
            count += 1
            if (event.anchor is not None or event.tag is not None or count > MAX_NODES) and self._refused(event, count):
                return False
            start, end = event.start_mark, event.end_mark
            column = start.column
            length = end.column - column if end.line == start.line else 1
            position = Position(self.shown, start.line + 1, column + 1, length if length > 1 else 1)
            if made is Scalar:
                style = event.style
                node = Scalar(event.value, not style, style in _BLOCKS, position, end.line, end.column)
                if key is None and type(around) is Mapping:
                    key = node
                    first = around.keys.setdefault(node.text, node)
                    if first is not node:
                        self._repeated(node, first)
                    continue
            elif len(outside) >= MAX_DEPTH:
                cause = f"plus de {MAX_DEPTH} niveaux imbriqués."
                return self._refuse(position, "trop-profond", cause, "Aplatir le fichier.")
            elif key is None and type(around) is Mapping:
                return self._refuse(position, "cle-composee", "une clé doit être un nom simple.", "")
            else:
                node = Mapping(position) if made is Mapping else Sequence(position)
            if around is None:
                self.root = node
            elif key is None:
                around.items.append(node)  # type: ignore[union-attr]
            else:
                around.items.setdefault(key.text, node)  # type: ignore[union-attr]
                key = None
            if made is not Scalar:
                outside.append(around)
                around = node  # type: ignore[assignment]
        return True

    def _refused(self, event: Any, count: int) -> bool:
        """Refuse what has an anchor or a tag, or is too much."""
        position = self._position(event)
        if count > MAX_NODES:
            self._refuse(position, "fichier-trop-gros", f"plus de {MAX_NODES} valeurs.", "Partager le fichier.")
        elif event.anchor is not None:
            self._refuse(position, "ancre-interdite", "les ancres YAML (&nom) ne sont pas admises.", "L'enlever.")
        elif event.tag != "!":
            cause = f"étiquette YAML {quoted(event.tag)} non admise."
            self._refuse(position, "etiquette-interdite", cause, "L'enlever.")
        else:
            return False
        return True

    def _refuse_event(self, event: Any) -> bool:
        position = self._position(event)
        if type(event) is yaml.AliasEvent:
            cause = "les alias YAML (*nom) ne sont pas admis."
            return self._refuse(position, "alias-interdit", cause, "Recopier la valeur.")
        return self._refuse(position, "documents", "un seul document par fichier.", "Enlever la ligne « --- ».")

    def _refuse(self, position: Position, code: str, cause: str, remedy: str) -> bool:
        self.report.add(code, position, cause, remedy)
        return False

    def _position(self, event: Any) -> Position:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Position(self.shown, start.line + 1, start.column + 1, max(1, length))

    def _repeated(self, key: Scalar, first: Scalar) -> None:
        self.report.add(
            "cle-double",
            key.position,
            f"la clé {quoted(key.text)} est écrite deux fois (déjà ligne {first.position.line}).",
            "Garder une seule des deux.",
        )
