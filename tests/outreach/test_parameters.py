"""The parameters of outreach: each figure is sourced, a file that is wrong says where, and they are no law."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from zero_non_recours import RulebookError, load_rulebook
from zero_non_recours.outreach.parameters import (
    FOLDER,
    Figure,
    default_outreach_parameters,
    load_outreach_parameters,
)
from zero_non_recours.rulebook.loader import default_rulebook, shipped_rules

FILES = sorted((shipped_rules() / FOLDER).glob("*"))


def figures(node: object) -> list[dict]:
    """Every figure written in a file."""
    if not isinstance(node, dict):
        return []
    return [node] if "valeur" in node else [figure for value in node.values() for figure in figures(value)]


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the shipped parameters."""
    return Path(shutil.copytree(shipped_rules() / FOLDER, tmp_path / FOLDER))


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_figure_says_what_it_is_and_where_it_comes_from(path):
    data = yaml.safe_load(path.read_text("utf-8"))
    found = figures(data)
    assert found and data["version"]
    for figure in found:
        assert Figure.model_validate(figure).source
        assert set(figure) >= {"libelle", "valeur", "unite", "definition", "periode", "champ", "source", "surete"}
        if figure["surete"] == "hypothese":
            assert (
                "ypothèse" in figure["source"]
                or "onvention" in figure["source"]
                or "faute de mesure" in figure["source"]
            )


def test_what_the_figures_say_of_a_right_and_of_a_question():
    found = default_outreach_parameters()
    assert found.euros_of("rsa", yearly=False) == pytest.approx(0.9 * 10.55, abs=5e-3)
    assert found.euros_of("ppa", yearly=False) == pytest.approx(0.9 * 10.23, abs=5e-3)
    assert found.euros_of("aide_logement", yearly=False) == pytest.approx(0.9 * 10.78, abs=1e-2)
    assert found.euros_of("montreuil.aide", yearly=False) == found.euros_of("ppa", yearly=False)
    assert found.euros_of("cheque_energie", yearly=True) == 0.9
    assert found.claim_cost == pytest.approx(0.6 * 40 + 36)
    assert found.question_cost("oui_non", "neutral") == pytest.approx(0.6)
    assert found.question_cost("montant", "private") == pytest.approx(11.2)
    assert found.question_cost("date", "sensitive") == found.question_cost("autre", "sensitive") == pytest.approx(40.6)


def test_they_are_no_law(tmp_path):
    """The rules leave them alone, and their digest is another one."""
    root = Path(shutil.copytree(shipped_rules(), tmp_path / "rules"))
    change(root / FOLDER, "couts", "valeur: 40", "valeur: 45")
    assert load_rulebook(root).digest == default_rulebook().digest
    changed = load_outreach_parameters(root / FOLDER)
    assert changed.digest != default_outreach_parameters().digest
    assert changed.claim_cost == pytest.approx(0.6 * 45 + 36)
    assert load_outreach_parameters().digest == default_outreach_parameters().digest


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "words"),
    [
        ("durees", "    source: DREES", "    sources: DREES", "reference", "un chiffre cite sa source"),
        ("durees", "    source: DREES", "    sources: DREES", "cle-inconnue", "« sources »"),
        ("durees", "valeur: 0.0240", "valeur: beaucoup", "structure", "un nombre est attendu pour « valeur »"),
        ("durees", "valeur: 0.0240", "valeur: -1", "structure", "un nombre positif ou nul"),
        ("durees", "  autre:", "  autres:", "structure", "il manque « autre »"),
        ("couts", "unite: €/minute", "unite: 3", "structure", "un texte est attendu pour « unite »"),
        ("couts", "surete: hypothese", "surete: certain", "structure", "« surete » est un de ces mots : verifie"),
        ("couts", "minutes_demande:", "minutes_demandes:", "manque", "il manque « minutes_demande »"),
        ("couts", "minute_accompagnement:\n", "minute_accompagnement: 3\nx:\n", "structure", "est une suite de"),
        ("obtention", "valeur: 0.90", "valeur: 0.70", "structure", "n'est pas dans « intervalle »"),
        ("obtention", "[0.80, 1.00]", "[0.80]", "structure", "liste de deux nombres"),
        ("obtention", "[0.80, 1.00]", "[un peu, 1]", "structure", "« intervalle » est une liste de deux nombres"),
        ("sensibilites", 'version: "2026-11-22"', "- liste", "yaml-invalide", "YAML mal formé"),
    ],
)
def test_a_file_that_is_wrong_says_what_and_where(folder, name, old, new, code, words):
    change(folder, name, old, new)
    with pytest.raises(RulebookError) as caught:
        load_outreach_parameters(folder)
    found = [item for item in caught.value.diagnostics if item.code == code and words in item.cause]
    assert found, str(caught.value)
    assert found[0].position.path == f"{FOLDER}/{name}.yaml" and found[0].position.line > 1


def test_a_probability_is_one(folder):
    change(folder, "obtention", "    intervalle: [0.80, 1.00]\n", "")
    change(folder, "obtention", "valeur: 0.90", "valeur: 1.90")
    with pytest.raises(RulebookError, match="une probabilité ne dépasse pas 1"):
        load_outreach_parameters(folder)


def test_all_problems_are_said_at_once(folder):
    change(folder, "durees", "valeur: 12", "valeur: douze")
    change(folder, "couts", "valeur: 40", "valeur: quarante")
    (folder / "obtention.yaml").unlink()
    with pytest.raises(RulebookError) as caught:
        load_outreach_parameters(folder)
    assert {item.position.path.rpartition("/")[2] for item in caught.value.diagnostics} == {
        "durees.yaml", "couts.yaml", "obtention.yaml",
    }  # fmt: skip
