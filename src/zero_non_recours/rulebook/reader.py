"""Reads one YAML file of a rule pack into positioned nodes, within fixed limits, running nothing."""

from __future__ import annotations

import math
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Scalar:
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
        for event in yaml.parse(text, Loader=_LOADER):
            builder.feed(event)
            if builder.stopped:
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
        self.stopped = False
        self.documents = 0
        self.count = 0
        self.stack: list[Mapping | Sequence] = []
        self.pending: list[Scalar | None] = []

    def feed(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._open(event, Mapping(self._position(event)))
        elif kind is yaml.SequenceStartEvent:
            self._open(event, Sequence(self._position(event)))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
            self.pending.pop()
        elif kind is yaml.AliasEvent:
            self._refuse(event, "alias-interdit", "les alias YAML (*nom) ne sont pas admis.", "Recopier la valeur.")
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "documents", "un seul document par fichier.", "Enlever la ligne « --- ».")

    def _position(self, event: Any) -> Position:
        mark = event.start_mark
        end = event.end_mark
        length = end.column - mark.column if end.line == mark.line else 1
        return Position(self.shown, mark.line + 1, mark.column + 1, max(1, length))

    def _refuse(self, event: Any, code: str, cause: str, remedy: str) -> None:
        self.report.add(code, self._position(event), cause, remedy)
        self.stopped = True

    def _admit(self, event: Any) -> bool:
        self.count += 1
        if self.count > MAX_NODES:
            self._refuse(event, "fichier-trop-gros", f"plus de {MAX_NODES} valeurs.", "Partager le fichier.")
        elif event.anchor is not None:
            self._refuse(event, "ancre-interdite", "les ancres YAML (&nom) ne sont pas admises.", "L'enlever.")
        elif event.tag is not None and event.tag != "!":
            self._refuse(event, "etiquette-interdite", f"étiquette YAML {quoted(event.tag)} non admise.", "L'enlever.")
        return not self.stopped

    def _scalar(self, event: Any) -> None:
        if not self._admit(event):
            return
        plain = event.style in (None, "")
        node = Scalar(
            event.value,
            plain,
            event.style in ("|", ">"),
            self._position(event),
            event.end_mark.line,
            event.end_mark.column,
        )
        if self.stack and isinstance(self.stack[-1], Mapping) and self.pending[-1] is None:
            mapping = self.stack[-1]
            if node.text in mapping.items or node.text in mapping.keys:
                first = mapping.keys[node.text].position
                self.report.add(
                    "cle-double",
                    node.position,
                    f"la clé {quoted(node.text)} est écrite deux fois (déjà ligne {first.line}).",
                    "Garder une seule des deux.",
                )
            mapping.keys.setdefault(node.text, node)
            self.pending[-1] = node
            return
        self._place(node)

    def _open(self, event: Any, node: Mapping | Sequence) -> None:
        if not self._admit(event):
            return
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(event, "trop-profond", f"plus de {MAX_DEPTH} niveaux imbriqués.", "Aplatir le fichier.")
            return
        if self.stack and isinstance(self.stack[-1], Mapping) and self.pending[-1] is None:
            self._refuse(event, "cle-composee", "une clé doit être un nom simple.", "")
            return
        self._place(node)
        self.stack.append(node)
        self.pending.append(None)

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
        elif isinstance(parent := self.stack[-1], Sequence):
            parent.items.append(node)
        else:
            key = self.pending[-1]
            assert key is not None
            parent.items.setdefault(key.text, node)
            self.pending[-1] = None
