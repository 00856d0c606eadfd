"""The parameters of outreach, read from data: figures with their definition and source, one file per family."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from zero_non_recours.outreach.information import horizon
from zero_non_recours.rulebook.diagnostics import Position, Report, quoted
from zero_non_recours.rulebook.loader import shipped_rules
from zero_non_recours.rulebook.model import Sensitivity
from zero_non_recours.rulebook.reader import Mapping, Node, Sequence, plain_data, read_text, read_yaml

FOLDER = "non_recours"
OTHER = "autre"
"""The key of the figure for what a family does not name."""
_OWN = "figure"
"""The type of the errors that this module writes."""
Sureness = Literal["verifie", "derive", "hypothese", "connaissance_generale"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True)


Text = Annotated[str, Field(min_length=1)]


class Figure(_Data):
    """A number that is not law, with all that is needed to judge it or to replace it."""

    label: Text = Field(alias="libelle")
    value: float = Field(alias="valeur", ge=0)
    interval: tuple[float, float] | None = Field(None, alias="intervalle")
    unit: Text = Field(alias="unite")
    definition: Text
    period: Text = Field(alias="periode")
    population: Text = Field(alias="champ")
    source: Text
    sureness: Sureness = Field(alias="surete")

    @model_validator(mode="after")
    def _inside(self) -> Figure:
        if self.interval is not None and not self.interval[0] <= self.value <= self.interval[1]:
            raise PydanticCustomError(_OWN, "« valeur » n'est pas dans « intervalle ».")
        return self


def _with_other(figures: dict[str, Figure]) -> dict[str, Figure]:
    if OTHER not in figures:
        raise PydanticCustomError(_OWN, "il manque « autre », pour ce qui n'est pas nommé.")
    return figures


def _probability(figure: Figure) -> Figure:
    if figure.value > 1:
        raise PydanticCustomError(_OWN, "une probabilité ne dépasse pas 1.")
    return figure


ByName = Annotated[dict[str, Figure], AfterValidator(_with_other)]


class Durations(_Data):
    """`durees.yaml`: how long a right is kept."""

    version: Text
    horizon: Figure
    losses: ByName = Field(alias="perte")


class Costs(_Data):
    """`couts.yaml`: what a claim and a question cost."""

    version: Text
    minute: Figure = Field(alias="minute_accompagnement")
    claim_minutes: Figure = Field(alias="minutes_demande")
    claim_effort: Figure = Field(alias="effort_demande")
    question_minutes: ByName = Field(alias="minutes_question")


class Sensitivities(_Data):
    """`sensibilites.yaml`: what being asked costs a person."""

    version: Text
    neutral: Figure = Field(alias="neutre")
    private: Figure = Field(alias="privee")
    sensitive: Figure = Field(alias="sensible")


class Awards(_Data):
    """`obtention.yaml`: how often a claim succeeds."""

    version: Text
    probability: Annotated[dict[str, Annotated[Figure, AfterValidator(_probability)]], AfterValidator(_with_other)] = (
        Field(alias="obtention")
    )


@dataclass(frozen=True)
class OutreachParameters:
    """The figures that outreach reads; what they say of one right or question, in euros."""

    durations: Durations
    costs: Costs
    sensitivities: Sensitivities
    awards: Awards
    digest: str
    """What distinguishes these files from any others; the digest of the rules does not cover them."""

    def euros_of(self, right: str, *, yearly: bool) -> float:
        """What one euro a month (a year) of a right is worth once claimed: α T, or α for a right paid once a year."""
        award = _named(self.awards.probability, right).value
        if yearly:
            return award
        return award * horizon(_named(self.durations.losses, right).value, round(self.durations.horizon.value))

    @property
    def claim_cost(self) -> float:
        """What claiming a right costs: the time of who helps and the effort of the person."""
        return self.costs.minute.value * self.costs.claim_minutes.value + self.costs.claim_effort.value

    def question_cost(self, form: str, sensitivity: Sensitivity) -> float:
        """What a question costs: the time to ask it and how much it touches the person's life."""
        minutes = _named(self.costs.question_minutes, form).value
        touched: Figure = getattr(self.sensitivities, sensitivity)
        return self.costs.minute.value * minutes + touched.value


_FAMILIES: dict[str, type[_Data]] = {
    "durees": Durations,
    "couts": Costs,
    "sensibilites": Sensitivities,
    "obtention": Awards,
}
_MESSAGES = (
    ("missing", "manque", "il manque {}."),
    ("extra_forbidden", "cle-inconnue", "la clé {} n'existe pas ici."),
    ("string", "structure", "un texte est attendu pour {}."),
    ("float", "structure", "un nombre est attendu pour {}."),
    ("greater", "structure", "un nombre positif ou nul est attendu pour {}."),
    ("literal", "structure", f"{{}} est un de ces mots : {', '.join(Sureness.__args__)}."),
    ("t", "structure", "{} est une liste de deux nombres."),  # tuple_type, too_short, too_long
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
        shown = f"{root.name}/{name}.yaml"
        text = read_text(root / f"{name}.yaml", shown, report)
        node = None if text is None else read_yaml(text, shown, report)
        if text is None or node is None:
            continue
        digest.update(f"{name}\0{len(text)}\0{text}".encode())
        try:
            families.append(model.model_validate(plain_data(node)))
        except ValidationError as error:
            for item in error.errors(include_url=False, include_input=False):
                code, cause = _problem(item["type"], item["loc"], item["msg"])
                remedy = f"Voir docs/outreach.md et les autres fichiers de {FOLDER}."
                report.add(code, _place(node, item["loc"]), cause, remedy)
    report.raise_if_any()
    return OutreachParameters(*families, digest=f"sha256:{digest.hexdigest()}")


@lru_cache(maxsize=1)
def default_outreach_parameters() -> OutreachParameters:
    """The shipped parameters, read once."""
    return load_outreach_parameters()


def _named(figures: dict[str, Figure], name: str) -> Figure:
    """The figure of a name, else that of what is not named."""
    return figures.get(name, figures[OTHER])


def _problem(kind: str, loc: tuple[int | str, ...], message: str) -> tuple[str, str]:
    """A problem of a model as the code and the cause of a diagnostic."""
    if kind == _OWN:
        return "structure", message
    if loc and isinstance(loc[-1], int):  # an end of an interval
        kind, loc = "tuple", loc[:-1]
    if kind == "missing" and loc[-1] == "source":
        return "reference", "un chiffre cite sa source."
    name = quoted(str(loc[-1])) if loc else "le fichier"
    code, sentence = next((code, sentence) for start, code, sentence in _MESSAGES if kind.startswith(start))
    return code, sentence.format(name)


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
