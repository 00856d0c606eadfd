"""Reads the parameter files of a folder, and says everything that is wrong in them, where and why."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from zero_non_recours.outreach.information import horizon
from zero_non_recours.outreach.parameters.base_rates import BaseRates
from zero_non_recours.outreach.parameters.effects import Effects
from zero_non_recours.outreach.parameters.families import (
    Awards,
    Channels,
    Costs,
    Durations,
    Sensitivities,
    Thresholds,
)
from zero_non_recours.outreach.parameters.figure import OWN, Data, Figure, named
from zero_non_recours.rulebook.diagnostics import Position, Report, quoted
from zero_non_recours.rulebook.loader import shipped_rules
from zero_non_recours.rulebook.model import Sensitivity
from zero_non_recours.rulebook.reader import Mapping, Node, Sequence, plain_data, read_text, read_yaml

FOLDER = "non_recours"
D = TypeVar("D", bound=Data)


@dataclass(frozen=True)
class OutreachParameters:
    """The figures that outreach reads; what they say of one right or question, in euros."""

    durations: Durations
    costs: Costs
    sensitivities: Sensitivities
    awards: Awards
    base_rates: BaseRates
    channels: Channels
    effects: Effects
    thresholds: Thresholds
    digest: str
    """What distinguishes these files from any others; the digest of the rules does not cover them."""

    def months_kept(self, right: str) -> float:
        """How many months T a monthly right that is claimed today is kept within the horizon, on average."""
        return horizon(self.durations.loss_of(right).value, round(self.durations.horizon.value))

    def euros_of(self, right: str, *, yearly: bool) -> float:
        """What one euro a month (a year) of a right is worth once claimed: α T, or α for a right paid once a year."""
        award = self.awards.of(right).value
        return award if yearly else award * self.months_kept(right)

    @property
    def claim_cost(self) -> float:
        """What claiming a right costs: the time of who helps and the effort of the person."""
        return self.costs.minute.value * self.costs.claim_minutes.value + self.costs.claim_effort.value

    def question_cost(self, form: str, sensitivity: Sensitivity) -> float:
        """What a question costs: the time to ask it and how much it touches the person's life."""
        minutes = named(self.costs.question_minutes, form).value
        touched: Figure = getattr(self.sensitivities, sensitivity)
        return self.costs.minute.value * minutes + touched.value


_FAMILIES: dict[str, type[Data]] = {
    "durees": Durations,
    "couts": Costs,
    "sensibilites": Sensitivities,
    "obtention": Awards,
    "taux_de_base": BaseRates,
    "canaux": Channels,
    "effets": Effects,
    "seuils": Thresholds,
}
"""The families by the name of their file, in the order of the fields of `OutreachParameters`."""
_MISSING = {
    "source": ("reference", "un chiffre cite sa source."),
    "poids": ("manque", "un taux de base dit son poids : il manque « poids »."),
}
_MESSAGES = (
    ("missing", "manque", "il manque {}."),
    ("extra_forbidden", "cle-inconnue", "la clé {} n'existe pas ici."),
    ("string", "structure", "un texte est attendu pour {}."),
    ("float", "structure", "un nombre est attendu pour {}."),
    ("finite", "structure", "un nombre est attendu pour {}."),
    ("bool", "structure", "true ou false est attendu pour {}."),
    ("greater_than_equal", "structure", "un nombre positif ou nul est attendu pour {}."),
    ("greater_than", "structure", "un nombre plus grand que 0 est attendu pour {}."),
    ("less_than_equal", "structure", "une probabilité ne dépasse pas 1."),
    ("less_than", "structure", "un nombre plus petit que 1 est attendu pour {}."),
    ("literal", "structure", "{} est un de ces mots : {words}."),
    ("t", "structure", "{} est une liste."),
    ("", "structure", "{} est une suite de « nom: … »."),
)
"""How an error of the models is said: the start of its type, the code and the sentence of the diagnostic."""


def load_outreach_parameters(folder: str | os.PathLike[str] | None = None) -> OutreachParameters:
    """Read the parameters of outreach from a folder (default: the shipped `rules/non_recours`).

    Raises:
        RulebookError: with every problem of every file: its place, its cause, its remedy.
    """
    root = Path(folder) if folder is not None else shipped_rules() / FOLDER
    report = Report()
    digest = hashlib.sha256()
    families: list[Any] = []
    for name, model in _FAMILIES.items():
        found = read_family(root, name, model, report)
        if found is not None:
            family, text = found
            families.append(family)
            digest.update(f"{name}\0{len(text)}\0{text}".encode())
    report.raise_if_any()
    return OutreachParameters(*families, digest=f"sha256:{digest.hexdigest()}")


@lru_cache(maxsize=1)
def default_outreach_parameters() -> OutreachParameters:
    """The shipped parameters, read once."""
    return load_outreach_parameters()


def read_family(folder: Path, name: str, model: type[D], report: Report) -> tuple[D, str] | None:
    """One file of a folder as its model, and its text; `None` when `report` was told what is wrong in it."""
    shown = f"{folder.name}/{name}.yaml"
    text = read_text(folder / f"{name}.yaml", shown, report)
    node = None if text is None else read_yaml(text, shown, report)
    if text is None or node is None:
        return None
    try:
        return model.model_validate(plain_data(node)), text
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            code, cause = _problem(item["type"], item["loc"], item["msg"])
            remedy = f"Voir docs/outreach.md et les autres fichiers de {FOLDER}."
            report.add(code, _place(node, item["loc"]), cause, remedy)
    return None


def _problem(kind: str, loc: tuple[int | str, ...], message: str) -> tuple[str, str]:
    """A problem of a model as the code and the cause of a diagnostic."""
    if kind == OWN:
        return "structure", message
    in_list = bool(loc) and isinstance(loc[-1], int)
    loc = loc[:-1] if in_list else loc  # the list is named, not its item
    if loc and loc[-1] == "intervalle" and (in_list or kind != "missing"):
        return "structure", "« intervalle » est une liste de deux nombres."
    if kind == "missing" and loc[-1] in _MISSING:
        return _MISSING[str(loc[-1])]
    name = quoted(str(loc[-1])) if loc else "le fichier"
    code, sentence = next((code, sentence) for start, code, sentence in _MESSAGES if kind.startswith(start))
    return code, sentence.format(name, words=", ".join(re.findall(r"'(\w+)'", message)))


def _place(node: Node, loc: tuple[int | str, ...]) -> Position:
    """Where something stands in a file, or what it is missing from."""
    position = node.position
    for key in loc:
        if isinstance(node, Mapping) and isinstance(key, str) and key in node.items:
            position, node = node.keys[key].position, node.items[key]
        elif isinstance(node, Sequence) and isinstance(key, int) and key < len(node.items):
            node = node.items[key]
            position = node.position
    return position
