"""Reads parameters written in OpenFisca's YAML shape: dated values, units, a reference for each date."""

from __future__ import annotations

import re
from datetime import date

from zero_non_recours.profile.periods import DATE_PATTERN, date_code
from zero_non_recours.rulebook import expressions as ex
from zero_non_recours.rulebook.diagnostics import Position, Report, quoted
from zero_non_recours.rulebook.model import DatedValue, Parameter, Series
from zero_non_recours.rulebook.nodes import NodeReader
from zero_non_recours.rulebook.reader import Mapping, Node, Scalar, Sequence
from zero_non_recours.rulebook.references import read_references
from zero_non_recours.rulebook.units import NONE, Unit
from zero_non_recours.rulebook.written import Written, WrittenFile

_KEY = re.compile(r"[a-z0-9][a-z0-9_]{0,63}\Z")
_META = {"unit", "reference", "type", "threshold_unit", "rate_unit", "amount_unit", "label", "last_review", "note"}
_NODE_META = {"description", "metadata", "documentation"}
Meta = dict[str, Node]


class ParameterReader:
    """Adds the parameters of one file to `found`, and those whose type or unit cannot be told to `broken`."""

    def __init__(self, report: Report, found: dict[str, Parameter], broken: set[str]) -> None:
        self.report = report
        self.nodes = NodeReader(report)
        self.found = found
        self.broken = broken
        self._file = WrittenFile([])
        self._above = 0

    def read(self, root: Mapping, prefix: str) -> None:
        """Read a file's root as the node called `prefix`."""
        self._file = WrittenFile(self.report.sources[root.position.path])
        self._above = len(prefix) + 1
        self._children(root, prefix, "", _shared(root.items.get("metadata"), {}))

    def _written(self, name: str) -> Written:
        return Written(self._file, tuple(name[self._above :].split(".")))

    def _children(self, node: Mapping, prefix: str, label: str, shared: Meta) -> list[Parameter]:
        made: list[Parameter] = []
        for key, child in node.items.items():
            if key in _NODE_META:
                continue
            position = node.keys[key].position
            if not isinstance(child, Mapping) or not _KEY.match(key):
                self.broken |= {prefix, f"{prefix}.{key}"}
            if not isinstance(child, Mapping):
                self.report.add("structure", child.position, f"{quoted(key)} doit être un paramètre ou un groupe.")
            elif not _KEY.match(key):
                self.report.add("nom", position, f"{quoted(key)} ne peut pas nommer un paramètre.")
            else:
                named = f"{label} : {key}" if label else ""
                parameter = self._node(child, f"{prefix}.{key}", position, named, shared)
                if parameter is not None:
                    made.append(parameter)
        return made

    def _node(self, node: Mapping, name: str, position: Position, named: str, shared: Meta) -> Parameter | None:
        """A parameter or a table; `named` and `shared` are what the groups around say for those that do not."""
        label = _text(node.items.get("description")) or named
        meta = node.items.get("metadata")
        if meta is not None and not isinstance(meta, Mapping):
            self.report.add(
                "structure", meta.position, "« metadata » est une suite de « nom: … ».", "metadata: {unit: 1}"
            )
            self._break(name)
        meta = meta if isinstance(meta, Mapping) else Mapping(node.position)
        self.nodes.check_keys(meta, _META)
        shared = _shared(meta, shared)
        if "values" in node.items or "brackets" in node.items:
            if "values" in node.items and "brackets" in node.items:
                self.report.add("structure", position, "« values » ou « brackets », pas les deux.")
            if not label:
                self.report.add("manque", position, f"{quoted(name)} n'a pas de « description ».")
            self.nodes.check_keys(node, {"values", "brackets", *_NODE_META})
        if "values" in node.items:
            return self._keep(self._value(node, name, label, shared, position))
        if "brackets" in node.items:
            return self._keep(self._scale(node, name, label, {**meta.items, **shared}, position))
        children = self._children(node, name, label, shared)
        leaves = [c for c in children if c.kind == "valeur" and c.type == ex.NUMBER]
        if leaves and len(leaves) == len(children) and len({c.unit for c in leaves}) == 1:
            keys = tuple(c.name.rsplit(".", 1)[1] for c in leaves)
            unit = leaves[0].unit
            table = Parameter(name, label, "table", ex.NUMBER, unit, NONE, keys, Series(()), (), position)
            return self._keep(table)
        return None

    def _keep(self, parameter: Parameter) -> Parameter:
        if parameter.name in self.found:
            self.report.add(
                "nom-double", parameter.position, f"{quoted(parameter.name)} est défini deux fois.", "En enlever un."
            )
        self.found[parameter.name] = parameter
        return parameter

    def _unit(self, meta: Meta, key: str, position: Position, name: str) -> tuple[str, Unit]:
        node = meta.get(key)
        text = _text(node)
        if not text:
            if name not in self.broken:
                self.report.add("unite", position, f"il manque « metadata: {key} ».", "Par exemple unit: €/mois.")
            self._break(name)
            return ex.NUMBER, NONE
        if text in (ex.DATE, ex.BOOLEAN):
            return text, NONE
        assert node is not None
        unit = self.nodes.unit(text, node)
        if unit is None:
            self._break(name)
        return ex.NUMBER, NONE if unit is None else unit

    def _break(self, name: str) -> None:
        """A broken parameter breaks the table it may be a cell of."""
        self.broken |= {name, name.rpartition(".")[0]}

    def _value(self, node: Mapping, name: str, label: str, meta: Meta, position: Position) -> Parameter:
        kind, unit = self._unit(meta, "unit", position, name)
        series = self._series(node.items["values"], meta, kind)
        return Parameter(name, label, "valeur", kind, unit, NONE, (), series, (), position, self._written(name))

    def _scale(self, node: Mapping, name: str, label: str, meta: Meta, position: Position) -> Parameter:
        _, input_unit = self._unit(meta, "threshold_unit", position, name)
        listed = node.items["brackets"]
        brackets: list[tuple[Series, Series]] = []
        given = ""
        for item in listed.items if isinstance(listed, Sequence) else []:
            fields = item.items if isinstance(item, Mapping) else {}
            own = "amount" if "amount" in fields else "rate"
            threshold, value = fields.get("threshold"), fields.get(own)
            if not isinstance(threshold, Mapping) or not isinstance(value, Mapping):
                self.report.add("bareme", item.position, "une tranche a « threshold » et « rate » ou « amount ».")
                continue
            given = given or own
            if given != own or {"amount", "rate"} <= fields.keys():
                cause = "les tranches d'un barème ont toutes « rate », ou toutes « amount »."
                self.report.add("bareme", item.position, cause)
                self._break(name)
            pair = [self._series(part.items.get("values", part), meta, ex.NUMBER) for part in (threshold, value)]
            brackets.append((pair[0], pair[1]))
        if not isinstance(listed, Sequence) or not listed.items:
            self.report.add("bareme", listed.position, "un barème a au moins une tranche.")
        amounts = given == "amount"
        _, unit = self._unit(meta, "amount_unit" if amounts else "rate_unit", position, name)
        return Parameter(
            name,
            label,
            "bareme",
            ex.NUMBER,
            unit,
            input_unit,
            (),
            Series(()),
            tuple(brackets),
            position,
            self._written(name),
            amounts,
        )

    def _series(self, node: Node, meta: Meta, kind: str) -> Series:
        if not isinstance(node, Mapping) or not node.items:
            self.report.add("structure", node.position, "des valeurs datées sont attendues.", "2025-04-01: {value: 1}")
            return Series(())
        common = meta.get("reference")
        values: list[DatedValue] = []
        for key, item in node.items.items():
            position = node.keys[key].position
            match = DATE_PATTERN.match(key)
            if not match or not _is_civil(key):
                self.report.add("date", position, "une date est attendue, sous la forme AAAA-MM-JJ.")
                continue
            references: Node | None = None
            written: Node | None = item
            if isinstance(item, Mapping):
                written = item.items.get("value")
                own = item.items.get("metadata")
                references = own.items.get("reference") if isinstance(own, Mapping) else item.items.get("reference")
            if references is None and common is not None:
                references = common.items.get(key) if isinstance(common, Mapping) and key in common.items else common
                if isinstance(common, Mapping) and key not in common.items and "title" not in common.items:
                    references = None
            from_text = read_references(references)
            if not from_text:
                self.report.add(
                    "reference",
                    position,
                    f"la valeur du {key} ne cite pas sa source.",
                    "Ajouter « metadata: {reference: texte et article} » sous la valeur.",
                )
            value = written.value if isinstance(written, Scalar) else "?"
            number: float | None
            if value is None:
                number = None
            elif kind == ex.BOOLEAN and isinstance(value, bool):
                number = float(value)
            elif kind == ex.DATE and isinstance(value, str) and DATE_PATTERN.match(value) and _is_civil(value):
                year, month, day = (int(part) for part in value.split("-"))
                number = date_code(year, month, day)
            elif kind == ex.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
                number = float(value)
            else:
                self.report.add("type", (written or item).position, f"une valeur de type {kind} est attendue.")
                continue
            year, month, day = (int(part) for part in key.split("-"))
            values.append(DatedValue(date_code(year, month, day), key, number, from_text))
        return Series(tuple(sorted(values, key=lambda v: v.since)))


def _shared(meta: Node | None, above: Meta) -> Meta:
    """The unit and the references that hold in a node: its own, else those of the groups around it."""
    own = meta.items if isinstance(meta, Mapping) else {}
    return {**above, **{key: own[key] for key in ("unit", "reference") if key in own}}


def _is_civil(text: str) -> bool:
    """Whether the day exists: not 30 February."""
    try:
        date(*(int(part) for part in text.split("-")))
    except ValueError:
        return False
    return True


def _text(node: Node | None) -> str:
    return " ".join(node.text.split()) if isinstance(node, Scalar) else ""
