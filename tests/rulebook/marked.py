"""Rule files in which the place of the expected error is marked: `formule: ⟦age⟧ + 1`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.packs import write
from zero_non_recours.rulebook.diagnostics import Diagnostic, RulebookError
from zero_non_recours.rulebook.loader import load_rulebook

BASE: dict[str, str | bytes] = {
    "entites.yaml": """\
couverture: {de: 2024-01, a: 2026-12}
entites:
  personne: {libelle: Personne}
  maison: {libelle: Maison}
""",
    "base/parametres.yaml": """\
montant: {description: Montant, metadata: {unit: €/mois, reference: S}, values: {2020-01-01: {value: 5}}}
annuel: {description: Annuel, metadata: {unit: €/an, reference: S}, values: {2020-01-01: {value: 5}}}
echelle:
  description: Échelle
  metadata: {threshold_unit: €/mois, rate_unit: 1, reference: S}
  brackets: [{threshold: {2020-01-01: {value: 0}}, rate: {2020-01-01: {value: 0.1}}}]
paliers:
  description: Paliers
  metadata: {threshold_unit: €/mois, amount_unit: "1", reference: S}
  brackets: [{threshold: {2020-01-01: {value: 0}}, amount: {2020-01-01: {value: 3}}}]
par_rang:
  "0": {description: Zéro, metadata: {unit: 1, reference: S}, values: {2020-01-01: {value: 1}}}
  "1": {description: Un, metadata: {unit: 1, reference: S}, values: {2020-01-01: {value: 2}}}
par_abri:
  grotte: {description: Grotte, metadata: {unit: 1, reference: S}, values: {2020-01-01: {value: 1}}}
""",
    "base/regles.yaml": """\
periodes: {trimestre: {libelle: Trimestre, references: [S], de: -3, a: -1}}
age: {libelle: Âge, entite: personne, periode: constante, unite: an, question: Q, si_inconnu: encadrer}
seul: {libelle: Seul, entite: maison, periode: constante, type: booleen, question: Q, si_inconnu: encadrer}
gain: {libelle: Gain, entite: maison, periode: mois, unite: €/mois, question: Q, si_inconnu: encadrer}
rang: {libelle: Rang, entite: maison, periode: constante, unite: "1", question: Q, si_inconnu: encadrer}
jour: {libelle: Jour, entite: maison, periode: constante, type: date, question: Q, si_inconnu: encadrer}
village: {libelle: Village, entite: maison, periode: constante, type: code, question: Q, si_inconnu: encadrer}
abri:
  libelle: Abri
  entite: maison
  periode: constante
  type: enumeration
  valeurs: {grotte: Grotte, tour: Tour}
  question: Q
  si_inconnu: encadrer
""",
}


@dataclass(frozen=True)
class Marked:
    """Files without their marks, and where the marks stood."""

    files: dict[str, str | bytes]
    places: list[tuple[str, int, int, str]]


def unmark(files: dict[str, str | bytes]) -> Marked:
    """Take the marks away; each place is a file, a line, a column, and the text between the marks."""
    clean: dict[str, str | bytes] = {}
    places: list[tuple[str, int, int, str]] = []
    for name, content in files.items():
        if isinstance(content, bytes):
            clean[name] = content
            continue
        lines = content.split("\n")
        for number, line in enumerate(lines, 1):
            while "⟦" in line:
                start, end = line.index("⟦"), line.index("⟧")
                places.append((name, number, start + 1, line[start + 1 : end]))
                line = line[:start] + line[start + 1 : end] + line[end + 1 :]
            lines[number - 1] = line
        clean[name] = "\n".join(lines)
    return Marked(clean, places)


def problems(root: Path, files: dict[str, str | bytes], packs: tuple[Path, ...] = ()) -> tuple[Diagnostic, ...]:
    """What the loader says of a tree of files that must not load."""
    write(root, {**BASE, **files})
    with pytest.raises(RulebookError) as error:
        load_rulebook(root, packs=packs)
    return error.value.diagnostics


def pointed(diagnostic: Diagnostic) -> str:
    """The text above the carets of a rendered diagnostic."""
    _, line, carets = diagnostic.render().split("\n")[:3]
    return line[carets.index("^") : carets.rindex("^") + 1]


def rule(formula: str, *, kind: str = 'unite: "1"', entity: str = "maison", name: str = "r") -> str:
    """A rule with its formula at the end of a line."""
    return f"{name}:\n  libelle: R\n  entite: {entity}\n  {kind}\n  references: [S]\n  formule: {formula}\n"
