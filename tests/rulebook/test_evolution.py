"""What an input says of later months: a « yes » that does not last, and what stops an income."""

from __future__ import annotations

import pytest

from tests.engine.packs import write
from tests.rulebook.marked import BASE, pointed, problems, unmark
from zero_non_recours.rulebook.loader import load_rulebook

INPUT = (
    "{name}: {{libelle: L, entite: {entity}, periode: {period}, {kind}, question: Q, si_inconnu: encadrer, {more}}}\n"
)
FLAG = "type: booleen"
EUROS = "unite: €/mois"


def text(more: str, kind: str = EUROS, period: str = "mois", entity: str = "maison", name: str = "revenu") -> str:
    return INPUT.format(name=name, entity=entity, period=period, kind=kind, more=more)


def test_what_is_declared_is_kept(tmp_path):
    files = {
        "q/regles.yaml": text("provisoire: true", FLAG, "constante", name="passe")
        + text("provisoire: false", FLAG, "constante", name="reste")
        + text("interrompu_par: seul")
        + text("interrompu_par: seul", entity="personne", name="paie")
        + "arret:\n  libelle: A\n  entite: maison\n  type: booleen\n  references: [S]\n  formule: not seul\n"
        + text("interrompu_par: arret", name="autre")
    }
    variables = load_rulebook(write(tmp_path / "r", {**BASE, **files})).variables
    assert variables["passe"].temporary and not variables["reste"].temporary and not variables["seul"].temporary
    assert [variables[name].stopped_by for name in ("revenu", "paie", "autre", "gain")] == ["seul", "seul", "arret", ""]


@pytest.mark.parametrize(
    ("code", "rules"),
    [
        ("structure", text("provisoire: ⟦oui⟧", FLAG, "constante")),
        ("structure", text("provisoire: ⟦true⟧", EUROS, "constante")),
        ("structure", text("provisoire: ⟦true⟧", FLAG)),
        ("nom-inconnu", text("interrompu_par: ⟦seule⟧")),
        ("structure", text("interrompu_par: ⟦rang⟧")),
        ("structure", text("interrompu_par: ⟦seul⟧", period="constante")),
        (
            "structure",
            text("", FLAG, "constante", "personne", "arret").replace(", }", "}") + text("interrompu_par: ⟦arret⟧"),
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_written(tmp_path, code, rules):
    marked = unmark({"q/regles.yaml": rules})
    found = problems(tmp_path / "r", marked.files)
    assert [problem.code for problem in found] == [code]
    path, line, column, written = marked.places[0]
    place = found[0].position
    assert (place.path, place.line, place.column, pointed(found[0])) == (path, line, column, written)
    assert found[0].cause


def test_the_nearest_name_is_proposed(tmp_path):
    (found,) = problems(tmp_path / "r", {"q/regles.yaml": text("interrompu_par: seule")})
    assert "seul" in found.remedy
