"""Reads the lines of a file of any size in bounded memory: encoding, digest, lines too long or unreadable."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from zero_non_recours.caseload.errors import CaseloadError

BLOCK = 1 << 18
MAX_LINE = 1_000_000
KEPT = 4_000
"""Of a line that is too long, what is kept to recognise its household."""

UNREADABLE = "octets illisibles dans l'encodage du fichier"
NULL = "octet nul dans la ligne"
TOO_LONG = f"ligne de plus de {MAX_LINE // 1000} ko"

_UNREAD = "{} : lecture impossible. Vérifier les droits d'accès au fichier."

Line = tuple[int, str, str]
"""Number from 1, text without its end of line, and why it is refused (empty: it is not)."""


class Mark(NamedTuple):
    """A place where a line begins: bytes and lines before it."""

    position: int
    number: int


START = Mark(0, 0)

_SIGNATURES = {
    b"PK\x03\x04": "un classeur ou une archive : l'enregistrer en CSV UTF-8",
    b"PAR1": "un fichier Parquet : l'enregistrer en CSV",
    b"\xff\xfe": "en UTF-16 : l'enregistrer en « CSV UTF-8 »",
    b"\xfe\xff": "en UTF-16 : l'enregistrer en « CSV UTF-8 »",
    b"%PDF": "un PDF : demander l'export en CSV",
    b"\x1f\x8b": "un fichier compressé : le décompresser",
    b"\xd0\xcf\x11\xe0": "un ancien classeur Excel : l'enregistrer en CSV UTF-8",
}


@dataclass(slots=True)
class SourceFile:
    """An input file: where it is, what it holds (digest), how it is written; `mark` follows the reading."""

    path: Path
    name: str
    size: int
    digest: str
    encoding: str
    terminator: bytes
    mark: Mark = START
    """A place at or before the line read last, from which it can be read again."""

    @classmethod
    def open(cls, path: Path) -> SourceFile:
        """Look at a whole file once.

        Raises:
            CaseloadError: it does not exist, does not read, or is not a text file.
        """
        if not path.is_file():
            cause = "c'est un dossier" if path.is_dir() else "ce fichier n'existe pas"
            raise CaseloadError(f"{path.name or path} : {cause}. Donner un fichier .csv ou .jsonl.")
        try:
            return cls._inspect(path)
        except OSError:
            raise CaseloadError(_UNREAD.format(path.name)) from None

    @classmethod
    def _inspect(cls, path: Path) -> SourceFile:
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder("utf-8")()
        valid, size, first = True, 0, b""
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                first = first or block
                size += len(block)
                digest.update(block)
                if valid:
                    valid = _decodes(decoder, block, final=False)
        valid = valid and _decodes(decoder, b"", final=True)
        for signature, advice in _SIGNATURES.items():
            if first.startswith(signature):
                raise CaseloadError(f"{path.name} : ce n'est pas un texte CSV ou JSON Lines mais {advice}.")
        if not first.strip():
            raise CaseloadError(f"{path.name} : le fichier est vide.")
        terminator = b"\r" if b"\n" not in first and b"\r" in first else b"\n"
        encoding = "utf-8" if valid or _mostly_utf8(path, terminator) else "cp1252"
        return cls(path, path.name, size, f"sha256:{digest.hexdigest()}", encoding, terminator)

    def lines(self, start: Mark = START) -> Iterator[Line]:
        """The lines in order from a mark; a line that is too long is cut and refused, its rest is skipped.

        Raises:
            CaseloadError: the file does not read any more.
        """
        position, number, rest, skipping = start.position, start.number, b"", False
        end = self.terminator
        for block in self._blocks(position):
            if skipping:
                skipped, found, block = block.partition(end)
                position += len(skipped) + len(found)
                if not found:
                    continue
                skipping = False
            elif not position and not rest and block.startswith(codecs.BOM_UTF8):
                position, block = len(codecs.BOM_UTF8), block[len(codecs.BOM_UTF8) :]
            whole, found, rest = (rest + block).rpartition(end)
            if found:
                self.mark = Mark(position, number)
                for text, problem in self._texts(whole):
                    number += 1
                    yield number, text, problem
                position += len(whole) + len(found)
            if len(rest) > MAX_LINE:
                number += 1
                yield number, *_decoded(rest, self.encoding)
                position += len(rest)
                rest, skipping = b"", True
        if rest:
            self.mark = Mark(position, number)
            for text, problem in self._texts(rest):
                number += 1
                yield number, text, problem

    def _blocks(self, position: int) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                file.seek(position)
                while block := file.read(BLOCK):
                    yield block
        except OSError:
            raise CaseloadError(_UNREAD.format(self.name)) from None

    def _texts(self, raw: bytes) -> Iterator[tuple[str, str]]:
        """Some whole lines, decoded together when that is possible."""
        texts: list[str] | None = None
        if len(raw) <= MAX_LINE and b"\0" not in raw and b"\r" not in raw:
            with contextlib.suppress(UnicodeDecodeError):
                texts = raw.decode(self.encoding).split(self.terminator.decode())
        if texts is None:
            yield from (_decoded(line, self.encoding) for line in raw.split(self.terminator))
        else:
            yield from ((text, "") for text in texts)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, encoding: str) -> tuple[str, str]:
    """The text of a line without the end left by Windows, and why it is refused."""
    if len(line) > MAX_LINE:
        return line[:KEPT].decode(encoding, "replace"), TOO_LONG
    try:
        text, problem = line.decode(encoding), ""
    except UnicodeDecodeError:
        text, problem = line.decode(encoding, "replace"), UNREADABLE
    return text.removesuffix("\r"), problem or (NULL if "\0" in text else "")


def _is_utf8(line: bytes) -> bool:
    return _decodes(codecs.getincrementaldecoder("utf-8")(), line, final=True)


def _mostly_utf8(path: Path, terminator: bytes) -> bool:
    """Whether more lines with accents read as UTF-8 than not: then the few others are damaged, not in cp1252."""
    good = bad = 0
    rest = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            whole, _, rest = (rest + block).rpartition(terminator)
            if len(rest) > MAX_LINE:
                rest = b""
            if whole.isascii():
                continue
            for line in whole.split(terminator):
                if not line.isascii():
                    fine = _is_utf8(line)
                    good, bad = good + fine, bad + (not fine)
    if rest and not rest.isascii():
        fine = _is_utf8(rest)
        good, bad = good + fine, bad + (not fine)
    return good > bad
