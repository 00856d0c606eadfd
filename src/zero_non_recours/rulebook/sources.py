"""Finds and reads the files of a tree or of a local pack, within fixed limits, following no link."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from zero_non_recours.rulebook.diagnostics import Position, Report, quoted
from zero_non_recours.rulebook.reader import Mapping, Node, read_text, read_yaml
from zero_non_recours.rulebook.tables import Table

MAX_FILES = 300
MAX_TOTAL = 6_000_000
RESERVED = frozenset({"local", "non_recours"})
"""Folders of a tree that are no national pack: the local packs, and the parameters of outreach, which are not law."""

_PACK = re.compile(r"[a-z0-9][a-z0-9_]{0,39}\Z")
_KINDS = ("parametres", "droit", "a_priori")
_TABLE = re.compile(r"(?:(?P<pack>[a-z0-9][a-z0-9_]{0,39})/)?(?P<file>[a-z0-9][a-z0-9_]{0,39}\.csv)\Z")


@dataclass(slots=True)
class File:
    """One file of a pack; its kind is how its name begins: `parametres`, `droit`, `a_priori`, else `regles`."""

    namespace: str
    pack: str
    kind: str
    root: Mapping


class Sources:
    """The files read for one rulebook, and a digest of their texts."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.header = Mapping(Position("entites.yaml"))
        """What `entites.yaml` says."""
        self.files: list[File] = []
        self.roots: list[tuple[str, Path]] = []
        self.unread = False
        """Whether a file could not be read."""
        self.tables: dict[str, Table | None] = {}
        """The table files by name; `None` for one that could not be read."""
        self._packs: dict[str, tuple[Path, str]] = {}
        """The folder of each pack and how it is shown, by name."""
        self._national: set[str] = set()
        self._count = 0
        self._total = 0
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """What distinguishes these texts from any others."""
        return f"sha256:{self._hash.hexdigest()}"

    def of_kind(self, kind: str) -> list[File]:
        """The files of one kind, in the order they were read."""
        return [file for file in self.files if file.kind == kind]

    def read_tree(self, root: Path) -> None:
        """Read a rules folder: `entites.yaml`, national packs, local packs under `local/`."""
        if not self._is_folder(root, root.name):
            self.report.raise_if_any()
        self.roots.append(("", root))
        header = self._read_file(root / "entites.yaml", "entites.yaml")
        if isinstance(header, Mapping):
            self.header = header
        elif header is not None:
            self.report.add("structure", header.position, "une liste de champs est attendue.")
        for folder in _folders(root):
            if folder.name not in RESERVED:
                self._read_pack(folder, folder.name, "")
        if (root / "local").is_dir() and not (root / "local").is_symlink():
            for local in _folders(root / "local"):
                self._read_pack(local, f"local/{local.name}", local.name)

    def read_local(self, folder: Path) -> None:
        """Read a local pack, whose namespace is the name of its folder."""
        folder = folder.resolve()
        name = folder.name
        if self._is_folder(folder, name):
            self.roots.append((name, folder))
            self._read_pack(folder, name, name)

    def _is_folder(self, folder: Path, shown: str) -> bool:
        if folder.is_dir():
            return True
        if folder.exists():
            cause, remedy = "c'est un fichier, pas un dossier.", "Donner le dossier qui le contient."
        else:
            cause, remedy = "ce dossier n'existe pas.", "Vérifier le chemin."
        self.report.add("dossier", Position(shown or str(folder)), cause, remedy)
        return False

    def _read_pack(self, folder: Path, shown: str, namespace: str) -> None:
        place = Position(shown)
        if not _PACK.match(folder.name):
            cause = "ce nom de dossier ne peut pas nommer des règles."
            self.report.add("nom", place, cause, _renamed(folder.name))
            return
        if folder.name in self._packs:
            self.report.add("nom-double", place, "un autre dossier de règles a ce nom.", "Le renommer.")
            return
        self._packs[folder.name] = folder, shown
        if not namespace:
            self._national.add(folder.name)
        for entry in _entries(folder):
            if entry.name.startswith("."):
                continue
            if not entry.name.endswith(".yaml"):
                if entry.name.lower().endswith((".yml", ".yaml")):
                    place = Position(f"{shown}/{quoted(entry.name)}")
                    cause = f"{' '.join(entry.name.split())} est ignoré : le renommer en .yaml."
                    self.report.add("nom", place, cause)
                    self.unread = True
                continue
            stem = entry.name.removesuffix(".yaml")
            if not _PACK.match(stem):
                place = Position(f"{shown}/{quoted(entry.name)}")
                self.report.add("nom", place, "nom de fichier inattendu.", _renamed(stem))
                self.unread = True
                continue
            root = self._read_file(Path(entry.path), f"{shown}/{entry.name}")
            if isinstance(root, Mapping):
                kind = next((kind for kind in _KINDS if f"{stem}_".startswith(f"{kind}_")), "regles")
                self.files.append(File(namespace, folder.name, kind, root))
            elif root is not None:
                cause = "le fichier doit être une suite de « nom: … »."
                self.report.add("structure", root.position, cause, "Voir docs/language.md.")

    def _read_file(self, path: Path, shown: str) -> Node | None:
        before = len(self.report.items)
        text = self._read_text(path, shown)
        root = read_yaml(text, shown, self.report) if text is not None else None
        self.unread = self.unread or len(self.report.items) > before
        return root

    def _read_text(self, path: Path, shown: str) -> str | None:
        """The text of a file, counted and added to the digest."""
        self._count += 1
        if self._count > MAX_FILES or self._total > MAX_TOTAL:
            self.report.add("fichier-trop-gros", Position(shown), "trop de fichiers ou de texte.")
            self.report.raise_if_any()
        text = read_text(path, shown, self.report)
        if text is not None:
            self._total += len(text)
            self._hash.update(f"{shown}\0{len(text)}\0".encode())
            self._hash.update(text.encode())
        return text

    def read_table(self, written: str, pack: str, position: Position) -> Table | None:
        """The table file that a pack names: its own, or another national pack's; what is wrong is reported."""
        match = _TABLE.match(written)
        owner = match["pack"] or pack if match else pack
        if match is None or not (owner == pack or {owner, pack} <= self._national):
            cause = f"{quoted(written)} n'est pas un fichier de table de ces règles."
            remedy = "Un fichier du même dossier, zones.csv"
            remedy += ", ou d'un autre dossier national, aides/zones.csv." if pack in self._national else "."
            self.report.add("nom", position, cause, remedy)
            return None
        folder, shown_folder = self._packs[owner]
        path, shown = folder / match["file"], f"{shown_folder}/{match['file']}"
        if shown not in self.tables:
            if not os.path.lexists(path):
                cause = f"le fichier {quoted(shown)} n'existe pas."
                self.report.add("fichier-illisible", position, cause, "Vérifier son nom et son dossier.")
                return None
            text = self._read_text(path, shown)
            self.tables[shown] = None if text is None else self._table(text, shown)
        return self.tables[shown]

    def _table(self, text: str, shown: str) -> Table | None:
        """A table whose rows all have as many cells as its first line."""
        header, _, body = text.encode().replace(b"\r\n", b"\n").rstrip(b"\n").partition(b"\n")
        found = Table(shown, tuple(header.decode().split(",")), b"\n%b\n" % body if body else b"\n")
        wrong = found.misshapen()
        if wrong is None:
            return found
        self.report.sources[shown] = text.splitlines()
        number, cause = wrong
        remedy = "Des cases séparées par des virgules, sans guillemets, autant sur chaque ligne que sur la première."
        self.report.add("structure", Position(shown, number), cause, remedy)
        return None


def _renamed(name: str) -> str:
    """How a folder or a file may be named, with a name that would do."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    proposed = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]
    return "Lettres minuscules, chiffres et _" + (f" : {proposed}." if proposed else ".")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    return sorted(os.scandir(folder), key=lambda entry: entry.name)


def _folders(root: Path) -> list[Path]:
    return [
        Path(entry.path)
        for entry in _entries(root)
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith((".", "_"))
    ]
