"""Loads rule packs: reads the files, declares names, checks every expression, and returns a `Rulebook`."""

from __future__ import annotations

import dataclasses
import hashlib
import keyword
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from zero_non_recours.profile.periods import Month, parse_month
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.diagnostics import Position, Report, RulebookError, nearest, quoted
from zero_non_recours.rulebook.model import (
    Coverage,
    Entity,
    Parameter,
    Right,
    Rulebook,
    Variable,
    Version,
    Window,
)
from zero_non_recours.rulebook.parameters import ParameterReader
from zero_non_recours.rulebook.references import read_references
from zero_non_recours.rulebook.reader import Mapping, Node, Scalar, plain_data, read_text, read_yaml
from zero_non_recours.rulebook.reader import Sequence as Items
from zero_non_recours.rulebook.units import NONE, Unit, UnitError, parse_unit, show_unit

MAX_FILES = 300
MAX_TOTAL = 6_000_000
MAX_VARIABLES = 5_000

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_PATH = re.compile(r"(personnes\[\]\.)?[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})?\Z")
_PACK = re.compile(r"[a-z0-9][a-z0-9_]{0,39}\Z")
_RESERVED = {*ex.FUNCTIONS, *ex.BUILTIN_DATES, ex.MONTHS_PER_YEAR, *keyword.kwlist, "true", "false", "periodes"}
_SCALAR_TYPES = {ex.BOOLEAN, ex.DATE, ex.CODE}

_RULE_KEYS = {
    "libelle", "entite", "periode", "unite", "type", "references", "avec", "formule", "versions",
    "conditions", "note",
}  # fmt: skip
_INPUT_KEYS = {
    "libelle", "entite", "periode", "unite", "type", "valeurs", "references", "profil", "question", "pourquoi",
    "si_inconnu", "raison", "demande_si", "sinon", "dire_si", "minimum", "maximum", "sensible", "ordre", "note", "a_priori",
}  # fmt: skip
_CONDITION_KEYS = {"phrase", "references", "formule", "versions", "avec", "manque", "phrase_manque", "note"}
_VERSION_KEYS = {"depuis", "jusqu_a", "formule", "avec", "references"}
_RIGHT_KEYS = {
    "libelle", "entite", "montant", "unite_montant", "conditions", "variables", "demandeurs", "recu", "demarche", "ordre",
}  # fmt: skip


def shipped_rules() -> Path:
    """The folder of the shipped rules, from a checkout or from an installed package."""
    return shipped_data("rules")


def shipped_data(name: str) -> Path:
    """A folder that ships with the package (`rules`, `scenarios`), installed or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data" / name
    return installed if installed.is_dir() else package.parent.parent / name


@lru_cache(maxsize=1)
def default_rulebook() -> Rulebook:
    """The shipped rulebook, loaded once."""
    return load_rulebook()


def load_rulebook(rules: str | os.PathLike[str] | None = None, *, packs: Iterable[str | os.PathLike[str]] = ()) -> Rulebook:
    """Load a rules folder (default: the shipped one) and local packs on top of it.

    A pack is untrusted data: loading runs nothing, reads only regular files of the given folders, and ends within
    fixed limits of size and depth. A local pack's names live in a namespace, the name of its folder:
    `montreuil.aide_transport`.

    Raises:
        RulebookError: with every problem of every file, each with its place, cause and remedy.
    """
    root = Path(rules) if rules is not None else shipped_rules()
    report = Report()
    loader = _Loader(report)
    loader.read_tree(root)
    for pack in packs:
        loader.read_local(Path(pack))
    return loader.finish()


@dataclass(slots=True)
class _File:
    namespace: str
    pack: str
    shown: str
    kind: str
    root: Mapping


@dataclass(slots=True)
class _Draft:
    """A variable whose header is read and whose expressions are not checked yet."""

    variable: dict[str, Any]
    node: Mapping
    namespace: str
    position: Position
    name: str
    type: str
    unit: Unit | None
    level: ex.Level
    entity: str
    is_input: bool
    values: dict[str, str] = field(default_factory=dict)
    condition_of: str = ""


class _Names:
    """The names seen from one namespace: its own first, then the national ones."""

    def __init__(self, loader: _Loader, namespace: str) -> None:
        self.loader = loader
        self.namespace = namespace
        self.windows = loader.window_nodes

    def variable(self, name: str) -> _Draft | None:
        drafts = self.loader.drafts
        if self.namespace and (own := drafts.get(f"{self.namespace}.{name}")) is not None:
            return own
        return drafts.get(name)

    def broken(self, name: str) -> bool:
        """Whether the name's own declaration has an error, or stands in a file that could not be read."""
        own, broken = f"{self.namespace}.{name}", self.loader.broken
        if self.namespace and (own in self.loader.drafts or own in broken):
            return own in broken
        return name in broken or (self.loader.unread and self.variable(name) is None and self.parameter(name) is None)

    def parameter(self, name: str) -> tuple[str, Parameter] | None:
        parameters = self.loader.parameters
        for full in (f"{self.namespace}.{name}", name) if self.namespace else (name,):
            if full in parameters:
                return full, parameters[full]
        return None

    def known(self) -> list[str]:
        prefix = f"{self.namespace}." if self.namespace else ""
        own = [n.removeprefix(prefix) for n in (*self.loader.drafts, *self.loader.parameters) if n.startswith(prefix)]
        return [*own, *self.loader.drafts, *self.loader.parameters, *ex.BUILTIN_DATES, ex.MONTHS_PER_YEAR]


class _Loader:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.files: list[_File] = []
        self.roots: list[tuple[str, Path]] = []
        self.packs: set[str] = set()
        self.total = 0
        self.count = 0
        self.hash = hashlib.sha256()
        self.entity_nodes: dict[str, tuple[Mapping, Position]] = {}
        self.parameters: dict[str, Parameter] = {}
        self.drafts: dict[str, _Draft] = {}
        self.broken: set[str] = set()
        """Names whose declaration has an error that is reported: naming them reports nothing more."""
        self.unread = False
        """Whether a file could not be read: a name nobody declares may stand there."""
        self.window_nodes: dict[str, tuple[Mapping, str]] = {}
        self.version = "0"
        self.coverage: Coverage | None = None
        self.names: dict[str, _Names] = {}

    # -- reading files ------------------------------------------------------------------------------

    def read_tree(self, root: Path) -> None:
        if not root.is_dir():
            self.report.add("dossier", Position(root.name), "ce dossier n'existe pas.", "Vérifier le chemin.")
            self.report.raise_if_any()
        self.roots.append(("", root))
        entities = self.read_file(root / "entites.yaml", "entites.yaml")
        if isinstance(entities, Mapping):
            self.read_header(entities)
        elif entities is not None:
            self.report.add("structure", entities.position, "une liste de champs est attendue.", "")
        for folder in self.folders(root):
            if folder.name != "local":
                self.read_pack(folder, folder.name, "")
        if (root / "local").is_dir() and not (root / "local").is_symlink():
            for local in self.folders(root / "local"):
                self.read_pack(local, f"local/{local.name}", local.name)

    def read_local(self, folder: Path) -> None:
        name = folder.resolve().name
        if not folder.is_dir():
            self.report.add("dossier", Position(name), "ce dossier n'existe pas.", "Vérifier le chemin.")
            return
        self.roots.append((name, folder))
        self.read_pack(folder, name, name)

    def folders(self, root: Path) -> list[Path]:
        found: list[Path] = []
        for entry in sorted(os.scandir(root), key=lambda e: e.name):
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith((".", "_")):
                found.append(Path(entry.path))
        return found

    def read_pack(self, folder: Path, shown: str, namespace: str) -> None:
        if not _PACK.match(folder.name):
            self.report.add(
                "nom", Position(shown), "le nom du dossier doit être en minuscules sans accent.", "Le renommer."
            )
            return
        if folder.name in self.packs:
            self.report.add("nom-double", Position(shown), "un autre dossier de règles a ce nom.", "Le renommer.")
            return
        self.packs.add(folder.name)
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            stem, suffix = os.path.splitext(entry.name)
            if suffix != ".yaml" or entry.name.startswith("."):
                continue
            if not _PACK.match(stem):
                self.report.add(
                    "nom", Position(f"{shown}/{quoted(entry.name)}"), "nom de fichier inattendu.", "Minuscules sans accent."
                )
                continue
            root = self.read_file(Path(entry.path), f"{shown}/{entry.name}")
            if isinstance(root, Mapping):
                kind = stem.split("_")[0] if stem.split("_")[0] in ("parametres", "droit") else "regles"
                self.files.append(_File(namespace, folder.name, f"{shown}/{entry.name}", kind, root))
            elif root is not None:
                self.report.add(
                    "structure", root.position, "le fichier doit être une suite de « nom: … ».", "Voir docs/language.md."
                )

    def read_file(self, path: Path, shown: str) -> Node | None:
        self.count += 1
        if self.count > MAX_FILES or self.total > MAX_TOTAL:
            self.report.add("fichier-trop-gros", Position(shown), "trop de fichiers ou de texte.", "")
            self.report.raise_if_any()
        before = len(self.report.items)
        text = read_text(path, shown, self.report)
        root: Node | None = None
        if text is not None:
            self.total += len(text)
            self.hash.update(f"{shown}\0{len(text)}\0".encode())
            self.hash.update(text.encode())
            root = read_yaml(text, shown, self.report)
        self.unread = self.unread or len(self.report.items) > before
        return root

    def read_header(self, root: Mapping) -> None:
        for name, node in root.items.items():
            if name == "version" and isinstance(node, Scalar):
                self.version = node.text
            elif name == "couverture" and isinstance(node, Mapping):
                first, last = self.month(node, "de"), self.month(node, "a")
                if first is not None and last is not None:
                    self.coverage = Coverage(first, last)
            elif name == "entites" and isinstance(node, Mapping):
                for key, value in node.items.items():
                    if isinstance(value, Mapping) and _NAME.match(key):
                        self.entity_nodes[key] = (value, node.keys[key].position)
                    else:
                        self.report.add("structure", node.keys[key].position, "entité mal décrite.", f"{key}: {{libelle: …}}")
            elif name in ("version", "couverture", "entites"):
                self.report.add("structure", node.position, f"{quoted(name)} est mal écrit.", "Voir docs/language.md.")
            else:
                self.unknown_key(root, name, {"version", "couverture", "entites"})

    # -- small readers ------------------------------------------------------------------------------

    def unknown_key(self, mapping: Mapping, key: str, known: Iterable[str]) -> None:
        self.report.add(
            "cle-inconnue",
            mapping.keys[key].position,
            f"la clé {quoted(key)} n'existe pas ici.",
            nearest(key, known) or f"Clés : {', '.join(sorted(known))}.",
        )

    def check_keys(self, mapping: Mapping, known: set[str]) -> None:
        for key in mapping.items:
            if key not in known:
                self.unknown_key(mapping, key, known)

    def text(self, mapping: Mapping, key: str, *, required: Position | None = None) -> str:
        node = mapping.items.get(key)
        if isinstance(node, Scalar) and node.text.strip():
            return " ".join(node.text.split())
        if node is not None and not (isinstance(node, Scalar) and not node.text.strip()):
            self.report.add("structure", node.position, f"un texte est attendu pour {quoted(key)}.", "")
        elif required is not None:
            self.report.add("manque", required, f"il manque {quoted(key)}.", f"Ajouter « {key}: … ».")
        return ""

    def fields(self, mapping: Mapping, key: str) -> Mapping:
        """The fields under a key, none when it is absent; anything else is reported."""
        node = mapping.items.get(key)
        if isinstance(node, Mapping):
            return node
        if node is not None:
            self.report.add("structure", node.position, f"{quoted(key)} est une suite de « nom: … ».", "")
        return Mapping(mapping.position)

    def number(self, mapping: Mapping, key: str) -> float | None:
        node = mapping.items.get(key)
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.report.add("structure", node.position, f"un nombre est attendu pour {quoted(key)}.", "")
            return None
        return float(value)

    def month(self, mapping: Mapping, key: str) -> Month | None:
        node = mapping.items.get(key)
        if node is None:
            return None
        try:
            return parse_month(node.text if isinstance(node, Scalar) else "")
        except ValueError:
            self.report.add("date", node.position, "un mois est attendu, sous la forme AAAA-MM.", "Par exemple 2025-03.")
            return None

    def references(self, mapping: Mapping, position: Position, *, required: bool) -> tuple[str, ...]:
        node = mapping.items.get("references")
        found = read_references(node)
        if required and not found:
            self.report.add(
                "reference",
                node.position if node is not None else position,
                "une règle de droit cite sa source.",
                "Ajouter « references: [code et article] ».",
            )
        return found

    def scope(self, namespace: str, level: ex.Level, entity: str | None, locals: dict[str, ex.Expr] | None = None) -> ex.Scope:
        names = self.names.setdefault(namespace, _Names(self, namespace))
        levels: dict[str, ex.Level] = dict.fromkeys(self.entity_nodes, "menage")
        return ex.Scope(names, level, entity, levels, {} if locals is None else locals, self.report)

    def expression(self, node: Node, scope: ex.Scope) -> tuple[ex.Expr | None, str]:
        if not isinstance(node, Scalar) or not node.text.strip():
            self.report.add("structure", node.position, "une expression est attendue.", "")
            return None, ""
        if scope.entity is not None and scope.entity not in self.entity_nodes:
            return None, ""  # that is reported: an expression is only checked for a known entity
        text = expression_text(node, self.report.sources.get(node.position.path, []))
        return ex.parse(text, scope), " ".join(text.source.split())

    # -- declaring ----------------------------------------------------------------------------------

    def finish(self) -> Rulebook:
        if self.coverage is None and not self.unread:
            self.report.add(
                "manque", Position("entites.yaml"), "il manque « couverture ».", "couverture: {de: 2024-01, a: 2026-11}"
            )
        if "personne" not in self.entity_nodes and not self.unread:
            self.report.add("manque", Position("entites.yaml"), "il manque l'entité « personne ».", "")
        for file in self.files:
            if file.kind == "parametres":
                prefix = file.namespace or file.pack
                ParameterReader(self.report, self.parameters, self.broken).read(file.root, prefix)
        for space in {file.namespace for file in self.files} - {""}:
            for name, parameter in self.parameters.items():
                if name.startswith(f"{space}.") and name.removeprefix(f"{space}.") in self.parameters:
                    self.report.add(
                        "nom-double",
                        parameter.position,
                        f"{quoted(name)} cacherait un paramètre national à ce dossier local.",
                        "Choisir un autre nom.",
                    )
        for file in self.files:
            if file.kind == "regles":
                self.declare_file(file)
        if len(self.drafts) > MAX_VARIABLES:
            self.report.add("fichier-trop-gros", Position("."), f"plus de {MAX_VARIABLES} règles.", "")
            self.report.raise_if_any()
        entities = self.build_entities()
        windows = self.build_windows()
        variables = {name: self.build_variable(draft) for name, draft in self.drafts.items()}
        variables |= self.build_excesses(variables)
        rights = self.build_rights(variables)
        if not self.report.items:
            self.check_cycles(variables, windows, entities)
        self.report.raise_if_any()
        assert self.coverage is not None
        return Rulebook(
            self.version,
            f"sha256:{self.hash.hexdigest()}",
            entities,
            dict(self.parameters),
            windows,
            variables,
            rights,
            self.coverage,
            tuple(self.roots),
        )

    def declare_file(self, file: _File) -> None:
        for name, node in file.root.items.items():
            position = file.root.keys[name].position
            if not isinstance(node, Mapping):
                self.report.add("structure", node.position, f"{quoted(name)} doit être décrit par des champs.", "")
                self.broken.add(f"{file.namespace}.{name}" if file.namespace else name)
            elif name == "periodes":
                for key, value in node.items.items():
                    if not isinstance(value, Mapping) or not _NAME.match(key) or key in self.window_nodes:
                        self.report.add("periode", node.keys[key].position, "période mal décrite ou déjà prise.", "")
                        self.broken.add(key)
                    else:
                        self.window_nodes[key] = (value, file.namespace)
            else:
                self.declare(name, node, position, file)

    def declare(self, name: str, node: Mapping, position: Position, file: _File) -> None:
        is_rule = "formule" in node.items or "versions" in node.items
        full = f"{file.namespace}.{name}" if file.namespace else name
        before = len(self.report.items)
        if not is_rule and not ({"question", "si_inconnu", "profil"} & node.items.keys()):
            self.broken.add(full)
            self.check_keys(node, _RULE_KEYS | _INPUT_KEYS)
            if len(self.report.items) > before:
                return
            self.report.add(
                "manque",
                position,
                f"{quoted(name)} n'a ni formule, ni question.",
                "Une règle a « formule » (ou « versions ») ; une donnée a « question » et « si_inconnu ».",
            )
            return
        self.check_keys(node, _RULE_KEYS if is_rule else _INPUT_KEYS)
        before = len(self.report.items)
        entity = self.text(node, "entite", required=position)
        if entity and entity not in self.entity_nodes and not (self.unread and not self.entity_nodes):
            self.report.add(
                "nom-inconnu",
                node.items["entite"].position,
                f"l'entité {quoted(entity)} n'est pas déclarée.",
                nearest(entity, self.entity_nodes) or f"Entités : {', '.join(self.entity_nodes)}.",
            )
        kind, unit = self.read_type(name, node, position, file.namespace)
        choices = self.fields(node, "valeurs")
        values = {key: self.text(choices, key) for key in choices.items}
        if values and kind != full:
            self.report.add("type", node.items["valeurs"].position, "seule une énumération a des « valeurs ».", "")
            values = {}
        if node.items.get("type") is not None and self.text(node, "type") == "enumeration" and not values:
            self.report.add("manque", position, "une énumération a des « valeurs ».", "valeurs: {a: Libellé de a}")
        if len(self.report.items) > before:
            self.broken.add(full)
        level: ex.Level = "personne" if entity == "personne" else "menage"
        draft = self.add_draft(name, node, position, file, kind, unit, level, entity, not is_rule)
        if draft is None:
            return
        draft.values = values
        conditions = self.fields(node, "conditions")
        for key, value in conditions.items.items():
            if not isinstance(value, Mapping):
                self.report.add("structure", value.position, "une condition a une phrase et une formule.", "")
                self.broken.add(f"{file.namespace}.{key}" if file.namespace else key)
                continue
            self.check_keys(value, _CONDITION_KEYS)
            where = conditions.keys[key].position
            child = self.add_draft(key, value, where, file, ex.BOOLEAN, None, level, entity, False)
            if child is not None:
                child.condition_of = draft.name

    def add_draft(
        self,
        name: str,
        node: Mapping,
        position: Position,
        file: _File,
        kind: str,
        unit: Unit | None,
        level: ex.Level,
        entity: str,
        is_input: bool,
    ) -> _Draft | None:
        if not _NAME.match(name) or name in _RESERVED or "__" in name:
            self.broken.add(f"{file.namespace}.{name}" if file.namespace else name)
            self.report.add(
                "nom",
                position,
                f"{quoted(name)} ne peut pas être un nom.",
                "Minuscules sans accent, chiffres et « _ », et pas un mot du langage.",
            )
            return None
        full = f"{file.namespace}.{name}" if file.namespace else name
        if full in self.drafts or full in self.parameters:
            first = self.drafts[full].position if full in self.drafts else self.parameters[full].position
            self.report.add(
                "nom-double",
                position,
                f"{quoted(name)} est déjà défini ({first.path}, ligne {first.line}).",
                "Choisir un autre nom.",
            )
            return None
        if file.namespace and name in self.drafts:
            self.report.add(
                "nom-double",
                position,
                f"{quoted(name)} existe dans les règles nationales ; un dossier local ne le redéfinit pas.",
                "Choisir un autre nom.",
            )
            return None
        draft = _Draft({"pack": file.pack}, node, file.namespace, position, full, kind, unit, level, entity, is_input)
        self.drafts[full] = draft
        return draft

    def read_type(self, name: str, node: Mapping, position: Position, namespace: str) -> tuple[str, Unit | None]:
        kind = self.text(node, "type")
        if "unite" in node.items:
            if kind and kind != ex.NUMBER:
                self.report.add("type", node.items["unite"].position, "seul un nombre a une unité.", "")
            written = self.text(node, "unite", required=position)
            try:
                return ex.NUMBER, parse_unit(written)
            except UnitError as error:
                self.report.add(
                    "unite",
                    node.items["unite"].position,
                    f"l'unité {quoted(str(error))} n'est pas connue.",
                    "Unités : €, mois, an, jour, h, m2, kWh, point, 1.",
                )
                return ex.NUMBER, NONE
        if kind == "enumeration":
            return (f"{namespace}.{name}" if namespace else name), None
        if kind in _SCALAR_TYPES:
            return kind, None
        if kind:
            known = [*_SCALAR_TYPES, "enumeration"]
            self.report.add(
                "type",
                node.items["type"].position,
                f"le type {quoted(kind)} n'existe pas.",
                nearest(kind, known) or f"Types : {', '.join(sorted(known))} ; un nombre a une « unite ».",
            )
        else:
            self.report.add("manque", position, "il manque « unite » ou « type ».", "unite: €/mois, ou type: booleen")
        return ex.NUMBER, NONE

    # -- checking -----------------------------------------------------------------------------------

    def build_entities(self) -> dict[str, Entity]:
        entities: dict[str, Entity] = {}
        for name, (node, position) in self.entity_nodes.items():
            self.check_keys(node, {"libelle", "membres"})
            members: ex.Expr | None = None
            if "membres" in node.items:
                members, _ = self.expression(node.items["membres"], self.scope("", "personne", "personne"))
                if members is not None and members.type != ex.BOOLEAN:
                    self.report.add("type", members.position, "« membres » est une condition sur la personne.", "")
            level: ex.Level = "personne" if name == "personne" else "menage"
            entities[name] = Entity(name, self.text(node, "libelle", required=position), level, members, position)
        return entities

    def build_windows(self) -> dict[str, Window]:
        windows: dict[str, Window] = {}
        for name, (node, namespace) in self.window_nodes.items():
            self.check_keys(node, {"libelle", "references", "choix", "de", "a"})
            options: list[tuple[ex.Expr | None, int, int]] = []
            choices = node.items.get("choix")
            listed: Sequence[Node] = choices.items if isinstance(choices, Items) else [node]
            for choice in listed:
                if not isinstance(choice, Mapping):
                    self.report.add("structure", choice.position, "un choix a « de », « a » et peut-être « si ».", "")
                    continue
                if choice is not node:
                    self.check_keys(choice, {"libelle", "si", "de", "a"})
                first, last = self.number(choice, "de"), self.number(choice, "a")
                if first is None or last is None or not -ex.MAX_SHIFT <= first <= last <= 12 or first % 1 or last % 1:
                    self.report.add(
                        "periode",
                        choice.position,
                        "une période va d'un mois « de » à un mois « a », comptés depuis le mois du droit.",
                        "Par exemple de: -4, a: -2.",
                    )
                    continue
                condition: ex.Expr | None = None
                if "si" in choice.items:
                    condition, _ = self.expression(choice.items["si"], self.scope(namespace, "menage", None))
                    if condition is not None and condition.type != ex.BOOLEAN:
                        self.report.add("type", condition.position, "« si » est une condition.", "")
                options.append((condition, int(first), int(last)))
            if not options or options[-1][0] is not None:
                self.report.add(
                    "periode", node.position, "le dernier choix d'une période n'a pas de « si ».", "Ajouter le cas restant."
                )
            lengths = {last - first for _, first, last in options}
            if len(lengths) > 1:
                self.report.add("periode", node.position, "les choix d'une période ont la même durée.", "")
            references = self.references(node, node.position, required=True)
            windows[name] = Window(name, self.text(node, "libelle"), tuple(options), references, node.position)
        return windows

    def build_variable(self, draft: _Draft) -> Variable:
        node = draft.node
        common: dict[str, Any] = {
            "name": draft.name,
            "pack": draft.variable["pack"],
            "entity": draft.entity,
            "level": draft.level,
            "type": draft.type,
            "unit": draft.unit,
            "position": draft.position,
            "note": self.text(node, "note"),
            "values": draft.values,
        }
        if draft.is_input:
            return self.build_input(draft, common)
        period = self.text(node, "periode") or "mois"
        if period != "mois":
            self.report.add("periode", node.items["periode"].position, "une règle se calcule par mois.", "periode: mois")
        references = self.references(node, draft.position, required=True)
        conditions: tuple[str, ...] = ()
        if isinstance(listed := node.items.get("conditions"), Mapping):  # else reported when declared
            prefix = f"{draft.namespace}." if draft.namespace else ""
            conditions = tuple(prefix + key for key in listed.items)
        is_condition = bool(draft.condition_of)
        phrase = self.text(node, "phrase", required=draft.position if is_condition else None)
        label = phrase if is_condition else self.text(node, "libelle", required=draft.position)
        versions = self.build_versions(draft, references)
        return Variable(
            **common,
            kind="condition" if is_condition else "regle",
            label=label,
            period="mois",
            references=references,
            versions=versions,
            conditions=conditions,
            phrase=phrase,
            excess=f"{draft.name}__manque" if "manque" in node.items else None,
            excess_phrase=self.text(node, "phrase_manque") or "{}",
        )

    def build_excesses(self, variables: dict[str, Variable]) -> dict[str, Variable]:
        """By how much each condition with « manque » fails, as a rule of its own."""
        found: dict[str, Variable] = {}
        for variable in variables.values():
            if variable.excess is None:
                continue
            draft = self.drafts[variable.name]
            scope = self.scope(draft.namespace, draft.level, draft.entity)
            expr, written = self.expression(draft.node.items["manque"], scope)
            if expr is None:
                continue
            if expr.type != ex.NUMBER:
                self.report.add("type", expr.position, "« manque » est un nombre.", "")
            found[variable.excess] = dataclasses.replace(
                variable,
                name=variable.excess,
                kind="regle",
                label=f"Ce qui manque : {variable.label}",
                type=ex.NUMBER,
                unit=expr.unit or NONE,
                versions=(Version(None, None, expr, written, variable.references),),
                phrase="",
                excess=None,
            )
        return found

    def build_versions(self, draft: _Draft, references: tuple[str, ...]) -> tuple[Version, ...]:
        node = draft.node
        if "formule" in node.items and "versions" in node.items:
            self.report.add("structure", draft.position, "« formule » ou « versions », pas les deux.", "")
        listed = node.items.get("versions")
        if listed is None:
            return self.build_version(draft, node, None, None, references)
        if "avec" in node.items:
            self.report.add("structure", node.items["avec"].position, "« avec » s'écrit dans chaque version.", "")
        found: list[Version] = []
        if not isinstance(listed, Items) or not listed.items:
            self.report.add("structure", listed.position, "« versions » est une liste.", "- depuis: 2025-03")
            return ()
        for item in listed.items:
            if not isinstance(item, Mapping):
                self.report.add("structure", item.position, "une version a « depuis » et « formule ».", "")
                continue
            self.check_keys(item, _VERSION_KEYS)
            since, until = self.month(item, "depuis"), self.month(item, "jusqu_a")
            if since is not None and until is not None and until < since:
                self.report.add("date", item.position, "« jusqu_a » précède « depuis ».", "")
            for other in found:
                low = max(since or 0, other.since or 0)
                high = min(until or 10**6, other.until or 10**6)
                if low <= high:
                    self.report.add(
                        "versions", item.position, "deux versions sont en vigueur le même mois.", "Ajouter « jusqu_a »."
                    )
                    break
            own = read_references(item.items.get("references")) or references
            found += self.build_version(draft, item, since, until, own)
        return tuple(found)

    def build_version(
        self, draft: _Draft, node: Mapping, since: Month | None, until: Month | None, references: tuple[str, ...]
    ) -> tuple[Version, ...]:
        scope = self.scope(draft.namespace, draft.level, draft.entity)
        if steps := self.fields(node, "avec"):
            for key, value in steps.items.items():
                position = steps.keys[key].position
                label = key.replace("_", " ")
                source = value
                if isinstance(value, Mapping):
                    self.check_keys(value, {"libelle", "formule"})
                    label = self.text(value, "libelle") or label
                    source = value.items.get("formule", value)
                if not _NAME.match(key) or key in _RESERVED or scope.names.variable(key) is not None:
                    self.report.add("nom", position, f"{quoted(key)} ne peut pas nommer une étape.", "En choisir un autre.")
                    scope.broken.add(key)
                    continue
                inner, written = self.expression(source, scope)
                if inner is None:
                    scope.broken.add(key)
                else:
                    identity = (f"{draft.name}/{key}", label, written)
                    scope.locals[key] = ex.Expr(
                        "step", (inner,), inner.type, inner.unit, inner.level, identity, position
                    )
        if "formule" not in node.items:
            self.report.add("manque", node.position, "il manque « formule ».", "")
            return ()
        formula, written = self.expression(node.items["formule"], scope)
        if formula is None:
            return ()
        if draft.name in self.broken:
            pass
        elif formula.type != draft.type:
            self.report.add(
                "type",
                formula.position,
                f"la formule donne un {ex._type_name(formula.type)}, la règle annonce un {ex._type_name(draft.type)}.",
                "Corriger la formule, ou le type de la règle.",
            )
        elif formula.type == ex.NUMBER and formula.unit is not None and formula.unit != draft.unit:
            self.report.add(
                "unite",
                formula.position,
                f"la formule est en {show_unit(formula.unit)}, la règle annonce {show_unit(draft.unit or NONE)}.",
                ex._unit_remedy(formula.unit, draft.unit or NONE),
            )
        return (Version(since, until, formula, written, references),)

    def build_input(self, draft: _Draft, common: dict[str, Any]) -> Variable:
        node = draft.node
        period = self.text(node, "periode", required=draft.position)
        if period and period not in ("mois", "annee", "constante"):
            self.report.add(
                "periode", node.items["periode"].position, "période inconnue.", "Périodes : mois, annee, constante."
            )
        scope = self.scope(draft.namespace, draft.level, draft.entity)
        path = self.text(node, "profil")
        match = _PATH.match(path)
        if path and (match is None or "__" in path or bool(match[1]) != (draft.level == "personne")):
            self.report.add(
                "nom",
                node.items["profil"].position,
                f"{quoted(path)} n'est pas une place du profil.",
                "Par exemple logement.statut, ou personnes[].role pour une donnée de personne.",
            )
        policy = "encadrer"
        default: ex.Expr | None = None
        unknown = node.items.get("si_inconnu")
        if isinstance(unknown, Scalar) and unknown.text in ("bloquer", "encadrer"):
            policy = unknown.text
        elif isinstance(unknown, Mapping) and list(unknown.items) == ["supposer"]:
            policy = "supposer"
            default = self.fallback(draft, unknown.items["supposer"], scope)
            self.text(node, "raison", required=draft.position)
        else:
            self.report.add(
                "manque" if unknown is None else "structure",
                draft.position if unknown is None else unknown.position,
                "« si_inconnu » dit que faire sans réponse.",
                "si_inconnu: bloquer, encadrer, ou {supposer: valeur} avec une « raison ».",
            )
        asked: ex.Expr | None = None
        otherwise: ex.Expr | None = None
        if "demande_si" in node.items:
            asked, _ = self.expression(node.items["demande_si"], scope)
            if asked is not None and asked.type != ex.BOOLEAN:
                self.report.add("type", asked.position, "« demande_si » est une condition.", "")
            if default is not None:
                if "sinon" in node.items:
                    position = node.items["sinon"].position
                    self.report.add("structure", position, "« supposer » tient lieu de « sinon ».", "Enlever « sinon ».")
            elif "sinon" in node.items:
                otherwise = self.fallback(draft, node.items["sinon"], scope)
            else:
                self.report.add("manque", draft.position, "« demande_si » va avec « sinon ».", "sinon: 0")
        elif "sinon" in node.items:
            self.report.add("manque", node.keys["sinon"].position, "« sinon » va avec « demande_si ».", "")
        told: ex.Expr | None = None
        if "dire_si" in node.items:
            told, _ = self.expression(node.items["dire_si"], scope)
            if told is not None and told.type != ex.BOOLEAN:
                self.report.add("type", told.position, "« dire_si » est une condition.", "")
            if "sinon" not in node.items or not self.text(node, "raison"):
                position = node.keys["dire_si"].position
                self.report.add("structure", position, "« dire_si » va avec « sinon » et « raison ».", "Les ajouter.")
        order = self.number(node, "ordre")
        sensitive = node.items.get("sensible")
        if sensitive is not None and not (isinstance(sensitive, Scalar) and isinstance(sensitive.value, bool)):
            self.report.add("structure", sensitive.position, "« sensible » est true ou false.", "")
        minimum, maximum = self.number(node, "minimum"), self.number(node, "maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            self.report.add("structure", node.items["maximum"].position, "« maximum » est sous « minimum ».", "")
        return Variable(
            **common,
            kind="donnee",
            label=self.text(node, "libelle", required=draft.position),
            period=period or "mois",  # type: ignore[arg-type]
            references=self.references(node, draft.position, required=False),
            path=path,
            question=self.text(node, "question", required=draft.position),
            why=self.text(node, "pourquoi"),
            sensitive=isinstance(sensitive, Scalar) and sensitive.value is True,
            order=int(order) if order is not None else 1000,
            policy=policy,  # type: ignore[arg-type]
            default=default,
            default_reason=self.text(node, "raison"),
            asked=asked,
            otherwise=otherwise,
            told=told,
            minimum=minimum,
            maximum=maximum,
        )

    def fallback(self, draft: _Draft, node: Node, scope: ex.Scope) -> ex.Expr | None:
        """An expression, or the bare name of one of the input's own values."""
        if isinstance(node, Scalar) and node.text in draft.values:
            code = float(list(draft.values).index(node.text))
            return ex.Expr("const", (), draft.type, None, "menage", code, node.position)
        if isinstance(node, Scalar) and draft.type == ex.CODE and ex.CODE_PATTERN.match(node.text):
            return ex.Expr("const", (), ex.CODE, None, "menage", float(int(node.text, 36)), node.position)
        if isinstance(node, Scalar) and isinstance(node.value, bool) and draft.type == ex.BOOLEAN:
            return ex.Expr("const", (), ex.BOOLEAN, None, "menage", node.value, node.position)
        found, _ = self.expression(node, scope)
        if draft.name in self.broken:
            return found
        if found is not None and found.type != draft.type:
            self.report.add(
                "type", found.position, f"une valeur de type {ex._type_name(draft.type)} est attendue.", ""
            )
        elif found is not None and found.type == ex.NUMBER and found.unit not in (None, draft.unit, NONE):
            self.report.add("unite", found.position, f"l'unité attendue est {show_unit(draft.unit or NONE)}.", "")
        return found

    def build_rights(self, variables: dict[str, Variable]) -> dict[str, Right]:
        rights: dict[str, Right] = {}
        for file in self.files:
            if file.kind != "droit":
                continue
            for key, node in file.root.items.items():
                position = file.root.keys[key].position
                if not isinstance(node, Mapping):
                    self.report.add("structure", node.position, "un droit est décrit par des champs.", "")
                    continue
                self.check_keys(node, _RIGHT_KEYS)
                name = f"{file.namespace}.{key}" if file.namespace else key
                if name in rights or not _NAME.match(key):
                    code = "nom-double" if name in rights else "nom"
                    self.report.add(code, position, f"{quoted(key)} ne peut pas nommer un droit.", "En choisir un autre.")
                rights[name] = self.build_right(name, node, position, file, variables)
        return dict(sorted(rights.items(), key=lambda item: (item[1].order, item[0])))

    def build_right(
        self, name: str, node: Mapping, position: Position, file: _File, variables: dict[str, Variable]
    ) -> Right:
        def resolve(written: str, at: Position) -> str:
            for candidate in (f"{file.namespace}.{written}", written) if file.namespace else (written,):
                if candidate in variables:
                    return candidate
            if self.unread or written in self.broken or f"{file.namespace}.{written}" in self.broken:
                return written
            self.report.add(
                "nom-inconnu", at, f"aucune règle ne s'appelle {quoted(written)}.", nearest(written, variables)
            )
            return written

        def one(field_name: str, *, required: bool) -> str | None:
            written = self.text(node, field_name, required=position if required else None)
            return resolve(written, node.items[field_name].position) if written else None

        shown: list[str] = []
        listed = node.items.get("variables")
        if isinstance(listed, Items) and all(isinstance(item, Scalar) for item in listed.items):
            shown = [resolve(i.text, i.position) for i in listed.items if isinstance(i, Scalar)]
        elif listed is not None:
            self.report.add("structure", listed.position, "« variables » est une liste de noms de règles.", "")
        amount = one("montant", required=True) or ""
        carrier = one("conditions", required=True) or ""
        conditions = variables[carrier].conditions if carrier in variables else ()
        for where, variable in (("montant", amount), ("conditions", carrier)):
            if variable in variables and variable not in self.broken and variables[variable].level != "menage":
                self.report.add("agregation", node.items[where].position, "un droit se lit au niveau d'un groupe.", "")
        steps = self.fields(node, "demarche")
        entity = self.text(node, "entite", required=position)
        if entity and entity not in self.entity_nodes and not self.unread:
            self.report.add("nom-inconnu", node.items["entite"].position, f"l'entité {quoted(entity)} n'est pas déclarée.")
        return Right(
            name,
            file.pack,
            self.text(node, "libelle", required=position),
            entity,
            amount,
            self.text(node, "unite_montant", required=position),
            conditions,
            tuple(shown),
            one("demandeurs", required=False),
            one("recu", required=False),
            plain_data(steps),
            position,
            int(self.number(node, "ordre") or 1000),
        )

    # -- cycles -------------------------------------------------------------------------------------

    def check_cycles(
        self, variables: dict[str, Variable], windows: dict[str, Window], entities: dict[str, Entity]
    ) -> None:
        state: dict[str, int] = {}
        for start in variables:
            if state.get(start):
                continue
            path: list[str] = []
            stack: list[tuple[str, list[str]]] = [(start, dependencies(variables[start], windows, entities))]
            state[start] = 1
            path.append(start)
            while stack:
                name, waiting = stack[-1]
                if not waiting:
                    state[name] = 2
                    stack.pop()
                    path.pop()
                    continue
                nxt = waiting.pop()
                if state.get(nxt) == 1:
                    loop = [*path[path.index(nxt) :], nxt]
                    self.report.add(
                        "cycle",
                        variables[nxt].position,
                        f"ces règles se définissent en rond : {' → '.join(loop[:12])}.",
                        "Couper le cercle : une règle ne dépend pas d'elle-même, même à un autre mois.",
                    )
                elif not state.get(nxt) and nxt in variables:
                    state[nxt] = 1
                    path.append(nxt)
                    stack.append((nxt, dependencies(variables[nxt], windows, entities)))


def dependencies(variable: Variable, windows: dict[str, Window], entities: dict[str, Entity]) -> list[str]:
    """The variables named by a variable's expressions, each once, in order of first use.

    The year total of an input is a different answer from its months, so it is no dependency of itself.
    """
    found: dict[str, None] = dict.fromkeys(variable.conditions)
    pending: list[ex.Expr] = [v.formula for v in variable.versions]
    pending += [e for e in (variable.default, variable.asked, variable.otherwise, variable.told) if e is not None]
    seen: set[int] = set()
    while pending:
        expr = pending.pop()
        if id(expr) in seen:
            continue
        seen.add(id(expr))
        if expr.op == "var":
            found.setdefault(str(expr.value))
        elif expr.op == "annee":
            name = expr.value[0]  # type: ignore[index]
            if name != variable.name:
                found.setdefault(name)
        elif expr.op in ex.WINDOWS:
            pending += [c for c, _, _ in windows[str(expr.value)].options if c is not None]
        elif expr.op in ex.AGGREGATES:
            members = entities[str(expr.value)].members
            if members is not None:
                pending.append(members)
        pending.extend(expr.args)
    return list(found)


def expression_text(node: Scalar, lines: list[str]) -> ex.Text:
    """The text of an expression as it stands in the file, so that every error points at its character."""
    start = node.position
    if node.block:
        body = lines[start.line : max(node.end_line, start.line + 1)]
        while body and not body[-1].strip():
            body.pop()
        if body:
            indent = min(len(line) - len(line.lstrip()) for line in body if line.strip())
            where = Position(start.path, start.line + 1, indent + 1, len(body[0]) - indent)
            return ex.Text("\n".join(line[indent:] for line in body), where, (indent,) * len(body))
    if node.plain and start.line - 1 < len(lines):
        body = lines[start.line - 1 : node.end_line + 1]
        if len(body) == node.end_line - start.line + 2:
            body[-1] = body[-1][: node.end_column]
            body[0] = body[0][start.column - 1 :]
            if " ".join("\n".join(body).split()) == " ".join(node.text.split()):
                return ex.Text("\n".join(body), start, (start.column - 1,) + (0,) * (len(body) - 1))
    source = node.text.strip() or "0"
    return ex.Text(source, start, (start.column,) * (source.count("\n") + 1))


__all__ = ["RulebookError", "default_rulebook", "dependencies", "load_rulebook", "shipped_data", "shipped_rules"]
