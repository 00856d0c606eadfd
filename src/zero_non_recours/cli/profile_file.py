"""One household in a file that is edited answer by answer: what an answer does not touch stays as it was written."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from zero_non_recours.cli.files import InputError, read_data, read_text

Key = str | int
_YAML, _JSON = (".yaml", ".yml"), (".json",)
_KEYS = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_INDENT = re.compile(r"\n([ \t]+)")


@dataclass(frozen=True)
class ProfileFile:
    """The text of a household's file and what it says; immutable: each answer makes another one.

    Attributes:
        text: the file as written; empty when the household has none yet.
        data: the household as written, not validated.
        suffix: the suffix of the file, which says its format: YAML, or else JSON.
    """

    text: str
    data: dict[str, Any]
    suffix: str

    @classmethod
    def read(cls, path: Path) -> ProfileFile:
        """The household of a JSON or YAML file.

        Raises:
            InputError: the file does not read, or does not hold one household.
        """
        check_suffix(path)
        text = read_text(path)
        data = read_data(text, path)
        if not isinstance(data, dict):
            raise InputError(f"{path.name} : un seul ménage est attendu, en JSON ou en YAML.")
        return cls(text, data, path.suffix.lower())

    @classmethod
    def new(cls, path: Path, data: dict[str, Any]) -> ProfileFile:
        """A household that has no file yet, in the format that the name of its file says."""
        check_suffix(path)
        return cls("", data, path.suffix.lower()).written_for(path)

    def written_for(self, path: Path) -> ProfileFile:
        """The same household in the format of another file."""
        suffix = path.suffix.lower()
        if self.text and (suffix in _YAML) == (self.suffix in _YAML):
            return ProfileFile(self.text, self.data, suffix)
        return ProfileFile(_rewritten("", self.data, suffix), self.data, suffix)

    def answered(self, field: str) -> Any:
        """What is written at a place of the profile, `None` when nothing is."""
        node: Any = self.data
        for key in keys_of(field):
            inside = isinstance(node, list) if isinstance(key, int) else isinstance(node, dict) and key in node
            node = node[key] if inside else None
        return node

    def with_answer(self, field: str, value: Any) -> ProfileFile:
        """The file with an answer written at a place of the profile (`personnes[0].revenus.aah`)."""
        keys = keys_of(field)
        data = copy.deepcopy(self.data)
        node: Any = data
        for key, following in pairwise(keys):
            if not isinstance(following, int) and isinstance(node, dict) and not isinstance(node.get(key), dict):
                node[key] = {}
            node = node[key]
        node[keys[-1]] = value
        text = _edited(self.text, keys, value) if self.suffix in _YAML else ""
        if not text or _reads_otherwise(text, self.suffix, data):
            text = _rewritten(self.text, data, self.suffix)
        return ProfileFile(text, data, self.suffix)

    def save(self, path: Path) -> None:
        """Write the file in one go: it is never left half written, even if the machine stops.

        Raises:
            InputError: it cannot be written there.
        """
        target = path.resolve()
        draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            try:
                draft.write_bytes(self.text.encode())
                if target.exists():
                    shutil.copymode(target, draft)
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
        except OSError:
            remedy = "Vérifier le dossier et ses droits, ou choisir un autre fichier avec --out."
            raise InputError(f"{path.name} : enregistrement impossible. {remedy}") from None


def check_suffix(path: Path) -> None:
    """Raise `InputError` for a file that is not named as JSON or YAML."""
    if path.suffix.lower() not in (*_YAML, *_JSON):
        raise InputError(f"{path.name} : un fichier .yaml ou .json est attendu, pour un seul ménage.")


def keys_of(field: str) -> list[Key]:
    """A place of a profile as the keys to follow: `personnes[0].role` → `personnes`, 0, `role`."""
    return [int(match[2]) if match[2] else match[1] for match in _KEYS.finditer(field)]


def _rewritten(text: str, data: dict[str, Any], suffix: str) -> str:
    """The whole file, indented as it was."""
    if suffix in _YAML:
        return _dumped(data, default_flow_style=None, width=120)
    indent = _INDENT.search(text)
    flat = bool(text.strip()) and indent is None
    return json.dumps(data, ensure_ascii=False, indent=None if flat else indent[1] if indent else 2) + "\n"


def _reads_otherwise(text: str, suffix: str, data: dict[str, Any]) -> bool:
    """Whether a text does not say what it should."""
    try:
        return read_data(text, Path(f"menage{suffix}")) != data
    except InputError:
        return True


# -- YAML, one place at a time ----------------------------------------------------------------------------


def _edited(text: str, keys: Sequence[Key], value: Any) -> str:
    """A YAML text with one value written at its place, its comments and layout kept; the caller checks what it says."""
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for depth, key in enumerate(keys):
        child = _child(node, key)
        if child is None:
            rest = value
            for following in reversed(keys[depth + 1 :]):
                rest = {following: rest}
            if isinstance(node, yaml.MappingNode):
                return _inserted(text, node, f"{key}: {_flow(rest)}")
            return _replaced(text, node, {key: rest})
        node = child
    return _replaced(text, node, value)


def _replaced(text: str, node: yaml.Node, value: Any) -> str:
    """A YAML text with another value in the place of a node."""
    before, after = text[: node.start_mark.index], text[node.end_mark.index :]
    return f"{before}{' ' if before.endswith(':') else ''}{_flow(value)}{after}"


def _child(node: Any, key: Key) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return node.value[key]
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((child for name, child in pairs if name.value == key), None)


def _inserted(text: str, node: yaml.MappingNode, line: str) -> str:
    """A YAML text with « key: value » added at the end of a mapping."""
    if node.flow_style:
        end = node.value[-1][1].end_mark.index if node.value else node.start_mark.index + 1
        return f"{text[:end]}{', ' if node.value else ''}{line}{text[end:]}"
    last: Any = node
    while isinstance(last, yaml.CollectionNode) and last.value and not last.flow_style:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    end = text.find("\n", last.end_mark.index)
    before, after = (f"{text}\n", "") if end < 0 else (text[: end + 1], text[end + 1 :])
    newline = "\r\n" if before.endswith("\r\n") else "\n"
    return f"{before}{' ' * node.start_mark.column}{line}{newline}{after}"


def _flow(value: Any) -> str:
    """A value on one line."""
    return _dumped(value, default_flow_style=True, width=10**6).removesuffix("...\n").strip()


class _Dumper(yaml.SafeDumper):
    """Writes each value in full, even when several places have the same."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dumped(value: Any, **layout: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, **layout)
