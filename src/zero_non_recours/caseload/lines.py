"""Reads the lines of a file of any size in bounded memory: encoding, digest, lines too long or unreadable."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zero_non_recours.caseload.errors import CaseloadError

BLOCK = 1 << 18
MAX_LINE = 1_000_000
KEPT = 4_000
"""Of a line that is too long, what is kept to recognise its household."""

UNREADABLE = "octets illisibles dans l'encodage du fichier"
NULL = "octet nul dans la ligne"
TOO_LONG = f"ligne de plus de {MAX_LINE // 1000} ko"

Line = tuple[int, str, str]
"""Number from 1, text without its end of line, and why it is refused (empty: it is not)."""

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
    """An input file: where it is, what it holds (digest), how it is written; `position` follows the reading."""

    path: Path
    name: str
    size: int
    digest: str
    encoding: str
    terminator: bytes
    position: int = 0

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
            raise CaseloadError(f"{path.name} : lecture impossible. Vérifier les droits d'accès au fichier.") from None

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

    def lines(self) -> Iterator[Line]:
        """The lines in order; a line that is too long is cut and refused, its rest is skipped."""
        self.position = 0
        number, rest, skipping = 0, b"", False
        end = self.terminator
        with self.path.open("rb") as file:
            rest = file.read(3)
            rest = b"" if rest == codecs.BOM_UTF8 else rest
            while block := file.read(BLOCK):
                self.position += len(block)
                if skipping:
                    _, found, block = block.partition(end)
                    if not found:
                        continue
                    skipping = False
                whole, found, last = (rest + block).rpartition(end)
                rest = last
                if found:
                    for text, problem in self._texts(whole):
                        number += 1
                        yield number, text, problem
                if len(rest) > MAX_LINE:
                    number += 1
                    yield number, rest[:KEPT].decode(self.encoding, "replace"), TOO_LONG
                    rest, skipping = b"", True
        if rest:
            for text, problem in self._texts(rest):
                number += 1
                yield number, text, problem

    def _texts(self, raw: bytes) -> Iterator[tuple[str, str]]:
        """Some whole lines, decoded together when that is possible."""
        end = self.terminator.decode()
        try:
            texts = raw.decode(self.encoding).split(end)
            problems = None
        except UnicodeDecodeError:
            pairs = [_decoded(line, self.encoding) for line in raw.split(self.terminator)]
            texts, problems = [text for text, _ in pairs], [problem for _, problem in pairs]
        if problems is None and len(raw) <= MAX_LINE and b"\0" not in raw and b"\r" not in raw:
            for text in texts:
                yield text, ""
            return
        for place, text in enumerate(texts):
            problem = problems[place] if problems else ""
            if text.endswith("\r"):
                text = text[:-1]
            if "\0" in text:
                problem = problem or NULL
            if len(text) > MAX_LINE:
                text, problem = text[:KEPT], TOO_LONG
            yield text, problem


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes, encoding: str) -> tuple[str, str]:
    try:
        return line.decode(encoding), ""
    except UnicodeDecodeError:
        return line.decode(encoding, "replace"), UNREADABLE


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
                    fine = not _decoded(line, "utf-8")[1]
                    good, bad = good + fine, bad + (not fine)
    if rest and not rest.isascii():
        fine = not _decoded(rest, "utf-8")[1]
        good, bad = good + fine, bad + (not fine)
    return good > bad
