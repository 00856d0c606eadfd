"""A household's file edited answer by answer: the rest of it stays as it was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from zero_non_recours.cli.profile_file import ProfileFile


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    def put(text: str, name: str = "menage.json") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return put


STORY = """\
# Une histoire, que l'entretien ne touche pas.
id: dossier-12   # la clé
personnes:
  - {role: demandeur, date_naissance: 1990-01-15, revenus: {salaire_net: 500}}  # la mère
  - role: enfant
    date_naissance: 2017-01-15 # né à Lyon

logement:
  # on sait peu de chose
  statut: locataire_vide
fiscal:
# fin
"""


def test_a_yaml_file_keeps_its_comments_and_its_layout(write):
    path = write(STORY, "menage.yaml")
    file = ProfileFile.read(path)
    for field, value in (
        ("personnes[0].revenus.chomage_net", {"2026-07": 0, "2026-08": {"min": 1, "max": 2}}),
        ("personnes[1].revenus.aah", 12.5),
        ("logement.loyer", 500),
        ("logement.loyer", 612.5),
        ("logement.commune", "L'Haÿ-les-Roses : # « ici »"),
        ("fiscal.rfr", {"2024": 9000}),
        ("date_isolement", "2026-01-02"),
    ):
        file = file.with_answer(field, value)
    assert file.text == STORY.replace(
        "{salaire_net: 500}", "{salaire_net: 500, chomage_net: {2026-07: 0, 2026-08: {min: 1, max: 2}}}"
    ).replace("# né à Lyon\n", "# né à Lyon\n    revenus: {aah: 12.5}\n").replace(
        "locataire_vide\n",
        "locataire_vide\n  loyer: 612.5\n  commune: 'L''Haÿ-les-Roses : # « ici »'\n",
    ).replace("fiscal:\n", "fiscal: {rfr: {'2024': 9000}}\ndate_isolement: '2026-01-02'\n")
    file.save(path)
    assert ProfileFile.read(path).data == file.data
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "text",
    ["personnes:\n- role: demandeur", "{personnes: [{role: demandeur}]}", "personnes: [{role: demandeur}]\r\nid: a\r\n",
     "personnes:\n- role: demandeur\n  note: |\n    deux\n    lignes\n", "---\npersonnes: [{role: demandeur, }]\n",
     "logement: {}\npersonnes:\n  -\n    role: demandeur # a\n", "logement: ~\npersonnes: [{role: demandeur}]"],
)  # fmt: skip
def test_whatever_the_layout_the_answer_is_written(write, text):
    path = write(text, "menage.yaml")
    file = ProfileFile.read(path)
    shared = {"min": 1}
    found = file.with_answer("personnes[0].revenus.aah", {"2026-07": shared, "2026-08": shared})
    found = found.with_answer("logement.loyer", 500)
    found.save(path)
    again = ProfileFile.read(path).data
    assert again == found.data
    assert again["personnes"][0]["revenus"]["aah"] == {"2026-07": shared, "2026-08": shared}
    assert again["logement"]["loyer"] == 500 and again["personnes"][0]["role"] == "demandeur"
    assert file.data != again, "the first file is not changed"


def test_a_json_file_keeps_its_indentation_and_its_rights(write):
    path = write('{\n    "personnes": [{"role": "demandeur"}]}')
    path.chmod(0o640)
    file = ProfileFile.read(path).with_answer("logement.loyer", 500)
    file.save(path)
    assert '\n    "logement": {\n        "loyer": 500' in path.read_text("utf-8")
    assert path.stat().st_mode & 0o777 == 0o640
    assert ProfileFile('{"a": 1}', {"a": 1}, ".json").with_answer("b", 2).text == '{"a": 1, "b": 2}\n'
