"""`lu_dans`: what the loader accepts, what it refuses and where, and that a table counts in the digest."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.engine.packs import write
from tests.fictional_country import ARCHIPELAGO
from tests.rulebook.marked import BASE, pointed, problems, rule, unmark
from zero_non_recours.cli.app import app
from zero_non_recours.rulebook import tables
from zero_non_recours.rulebook.catalogue import list_names
from zero_non_recours.rulebook.describe import describe
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.graphs import graph_text
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Lookup
from zero_non_recours.rulebook.tables import Table
from zero_non_recours.screening.lookups import table_problems

CSV = "code,nom,zone\n11001,Un,1\n11002,Deux,2\n"
HEAD = "  libelle: Z\n  entite: maison\n  periode: constante\n  question: Q\n  si_inconnu: encadrer\n"
ZONE = f"z:\n{HEAD}  unite: '1'\n  lu_dans: "
READ = "{fichier: lieux.csv, cle: code, colonne: zone, selon: village}"
NAME = "nom: {libelle: N, entite: maison, type: texte, question: Q}\n"
FOUND = f"trouve:\n{HEAD}  type: code\n  lu_dans: {{fichier: lieux.csv, cle: nom, colonne: code, selon: nom}}\n"

ERRORS: list[tuple[str, str]] = [
    ("structure", ZONE + "⟦lieux.csv⟧\n"),
    ("manque", ZONE.replace("lu_dans", "⟦lu_dans⟧") + "{fichier: lieux.csv, cle: code, colonne: zone}\n"),
    ("cle-inconnue", ZONE + READ.replace("}", ", ⟦defaut⟧: 1}") + "\n"),
    ("fichier-illisible", ZONE + READ.replace("lieux.csv", "⟦lieus.csv⟧") + "\n"),
    ("fichier-illisible", ZONE + READ.replace("lieux.csv", "⟦base/lieux.csv⟧") + "\n"),
    ("nom", ZONE + READ.replace("lieux.csv", "⟦../entites.csv⟧") + "\n"),
    ("nom", ZONE + READ.replace("lieux.csv", "⟦/etc/lieux.csv⟧") + "\n"),
    ("nom", ZONE + READ.replace("lieux.csv", "⟦absent/lieux.csv⟧") + "\n"),
    ("nom", ZONE + READ.replace("lieux.csv", "⟦local/p/lieux.csv⟧") + "\n"),
    ("nom", ZONE + READ.replace("lieux.csv", "⟦lieux.txt⟧") + "\n"),
    ("nom", ZONE + READ.replace("lieux.csv", "⟦.lieux.csv⟧") + "\n"),
    ("nom-inconnu", ZONE + READ.replace("cle: code", "cle: ⟦cod⟧") + "\n"),
    ("nom-inconnu", ZONE + READ.replace("colonne: zone", "colonne: ⟦zones⟧") + "\n"),
    ("nom-inconnu", ZONE + READ.replace("village", "⟦vilage⟧") + "\n"),
    ("nom-inconnu", ZONE + READ.replace("village", "⟦r⟧") + "\n" + rule("1")),
    ("type", ZONE + READ.replace("village", "⟦rang⟧") + "\n"),
    ("type", ZONE + READ.replace("village", "⟦jour⟧") + "\n"),
    ("type", ZONE + READ.replace("village", "⟦nom⟧").replace("cle: code", "cle: nom") + "\n" + NAME + FOUND),
    ("agregation", ZONE.replace("entite: maison", "entite: personne") + READ.replace("village", "⟦village⟧") + "\n"),
    ("periode", ZONE.replace("constante", "mois").replace("lu_dans", "⟦lu_dans⟧") + READ + "\n"),
    (
        "cycle",
        f"a:\n{HEAD}  type: code\n  ⟦lu_dans⟧: {READ.replace('village', 'b')}\n"
        f"b:\n{HEAD}  type: code\n  lu_dans: {READ.replace('village', 'a')}\n",
    ),
    ("cycle", f"a:\n{HEAD}  type: code\n  ⟦lu_dans⟧: {READ.replace('village', 'a')}\n"),
    ("type", NAME.replace("nom:", "⟦nom⟧:")),
    ("type", NAME + FOUND + rule("1 if ⟦nom⟧ == 'Un' else 2")),
    ("type", NAME + FOUND + rule("1 if connu(⟦nom⟧) else 2")),
    ("type", NAME + FOUND + rule("1 if commence_par(⟦nom⟧, '11') else 2")),
    ("type", f"z:\n{HEAD}  type: ⟦text⟧\n"),
    ("type", "r: {libelle: R, entite: maison, type: ⟦texte⟧, references: [S], formule: 1}\n"),
    ("periode", NAME.replace("type: texte", "type: texte, periode: ⟦mois⟧") + FOUND),
    ("cle-inconnue", NAME.replace("question: Q", "question: Q, ⟦si_inconnu⟧: encadrer") + FOUND),
    ("cle-inconnue", NAME.replace("question: Q", "question: Q, ⟦lu_dans⟧: {}") + FOUND),
    ("cle-inconnue", NAME.replace("question: Q", "question: Q, ⟦minimum⟧: 1") + FOUND),
    ("manque", NAME.replace("nom:", "⟦nom⟧:").replace(", question: Q", ", profil: logement.nom") + FOUND),
]


@pytest.mark.parametrize(("code", "text"), ERRORS, ids=[f"{c} {i}" for i, (c, _) in enumerate(ERRORS)])
def test_errors_have_their_place(tmp_path, code, text):
    marked = unmark({"q/regles.yaml": text})
    found = problems(tmp_path, {**marked.files, "q/lieux.csv": CSV})
    assert [d.code for d in found] == [code], "\n".join(d.render() for d in found)
    path, line, column, written = marked.places[0]
    place = found[0].position
    assert (place.path, place.line, place.column) == (path, line, column), found[0].render()
    assert pointed(found[0]) == written
    assert found[0].remedy


def test_a_text_is_not_shown_by_a_right(tmp_path):
    right = "don: {libelle: D, entite: maison, montant: rang, unite_montant: '1', conditions: rang, variables: [nom]}\n"
    files: dict[str, str | bytes] = {"q/regles.yaml": NAME + FOUND, "q/lieux.csv": CSV, "q/droit.yaml": right}
    (found,) = problems(tmp_path, files)
    assert (found.code, pointed(found)) == ("type", "nom")


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("code,nom,zone\n11001,Un,1\n11002,Deux\n", 3),
        ("code,nom,zone\n11001,Un\n11002,Deux,2,3\n", 2),
        ("code,nom,zone\n\n11001,Un,1\n", 2),
        ('code,nom,zone\n11001,"Un",1\n', 2),
        ("code,code,zone\n11001,Un,1\n", 1),
        ("code,,zone\n11001,Un,1\n", 1),
        ("\ncode,nom,zone\n", 1),
        ("", 1),
    ],
)
def test_a_table_that_is_not_one_is_told_at_its_line(tmp_path, table, line):
    found = problems(tmp_path, {"q/regles.yaml": ZONE + READ + "\n", "q/lieux.csv": table})
    assert [(d.code, d.position.path, d.position.line) for d in found] == [("structure", "q/lieux.csv", line)]


def test_a_table_that_cannot_be_read_is_told_once(tmp_path):
    twice = f"{ZONE}{READ}\n{ZONE.replace('z:', 'y:')}{READ}\n"
    found = problems(tmp_path, {"q/regles.yaml": twice, "q/lieux.csv": b"code,nom,zone\n11001,\xff,1\n"})
    assert [(d.code, d.position.path) for d in found] == [("encodage", "q/lieux.csv")]
    found = problems(tmp_path / "b", {"q/regles.yaml": ZONE + READ, "q/lieux.csv": b"x" * 1_000_001})
    assert [(d.code, d.position.path) for d in found] == [("fichier-trop-gros", "q/lieux.csv")]


def test_a_link_is_not_followed(tmp_path):
    outside = tmp_path / "ailleurs.csv"
    outside.write_text(CSV, encoding="utf-8")
    root = tmp_path / "rules"
    (root / "q").mkdir(parents=True)
    (root / "q" / "lieux.csv").symlink_to(outside)
    found = problems(root, {"q/regles.yaml": ZONE + READ})
    assert [(d.code, d.position.path) for d in found] == [("fichier-special", "q/lieux.csv")]
    folder = tmp_path / "dossier"
    (folder / "x").mkdir(parents=True)
    (folder / "x" / "lieux.csv").write_text(CSV, encoding="utf-8")
    other = tmp_path / "autre"
    other.mkdir()
    (other / "x").symlink_to(folder / "x")
    found = problems(other, {"q/regles.yaml": ZONE + READ.replace("lieux.csv", "x/lieux.csv")})
    assert [d.code for d in found] == ["nom"]


def test_a_local_pack_reads_its_own_tables_only(tmp_path):
    national = {**BASE, "q/regles.yaml": rule("1"), "q/lieux.csv": CSV}
    root = write(tmp_path / "rules", national)
    pack = tmp_path / "ville"
    pack.mkdir()
    (pack / "regles.yaml").write_text(ZONE + READ.replace("lieux.csv", "q/lieux.csv"), encoding="utf-8")
    with pytest.raises(RulebookError) as error:
        load_rulebook(root, packs=[pack])
    (found,) = error.value.diagnostics
    assert (found.code, found.position.path) == ("nom", "ville/regles.yaml")
    assert "dossier national" not in found.remedy
    (pack / "regles.yaml").write_text(ZONE + READ, encoding="utf-8")
    (pack / "lieux.csv").write_text(CSV, encoding="utf-8")
    book = load_rulebook(root, packs=[pack])
    assert book.variables["ville.z"].lookup == Lookup("ville/lieux.csv", "code", "zone", "village", "lieux.csv")
    write(root, {**national, "local/bourg/regles.yaml": ZONE + READ, "local/bourg/lieux.csv": CSV})
    assert load_rulebook(root).variables["bourg.z"].lookup == Lookup(
        "local/bourg/lieux.csv", "code", "zone", "village", "lieux.csv"
    )


def test_what_is_read_where_is_part_of_the_rulebook():
    book = load_rulebook(ARCHIPELAGO)
    file = "lieux/communes.csv"
    assert book.variables["zone"].lookup == Lookup(file, "code", "zone", "code", "archipel de 2020")
    assert book.variables["code_naissance"].lookup == Lookup(file, "nom", "code", "lieu_naissance", "communes.csv")
    assert book.variables["commune"].lookup is None
    assert list(book.tables) == [file]
    assert book.tables[file].columns == ("code", "nom", "zone", "vent")
    assert table_problems(book) == []


def test_the_digest_holds_the_bytes_of_a_table(tmp_path):
    copy = tmp_path / "archipel"
    shutil.copytree(ARCHIPELAGO, copy)
    before = load_rulebook(copy).digest
    assert before == load_rulebook(ARCHIPELAGO).digest
    table = copy / "lieux" / "communes.csv"
    table.write_text(table.read_text("utf-8").replace("Ajac,2", "Ajac,3"), encoding="utf-8")
    assert load_rulebook(copy).digest != before
    (copy / "lieux" / "autre.csv").write_text("a,b\n", encoding="utf-8")
    assert load_rulebook(copy).digest == load_rulebook(copy).digest


def test_a_cell_that_an_input_cannot_take_has_its_place(tmp_path):
    copy = tmp_path / "archipel"
    shutil.copytree(ARCHIPELAGO, copy)
    table = copy / "lieux" / "communes.csv"
    table.write_text(table.read_text("utf-8").replace("Ajac,2,fort", "Ajac,4,tempete"), encoding="utf-8")
    found = table_problems(load_rulebook(copy))
    assert [re.match(r"(.*?): \[valeur\]", line)[1] for line in found] == ["lieux/communes.csv:19"] * 2  # type: ignore[index]
    result = CliRunner().invoke(app, ["rules", "check", str(copy)])
    assert result.exit_code == 1
    assert "lieux/communes.csv:19: [valeur]" in result.output and "2 problèmes" in result.output


def test_line_ends_and_marks_of_a_spreadsheet_do_not_count(tmp_path):
    book = load_rulebook(
        write(
            tmp_path,
            {
                **BASE,
                "q/regles.yaml": ZONE + READ,
                "q/lieux.csv": b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode() + b"\r\n\r\n",
            },
        )
    )
    table = book.tables["q/lieux.csv"]
    assert table.columns == ("code", "nom", "zone")
    assert table.rows("zone", "2") == [("11002", "Deux", "2")]


def test_rows_are_the_same_searched_in_the_text_or_indexed(monkeypatch):
    body = "\n" + "".join(f"{place:05d},N{place % 7},{place % 3}\n" for place in range(200)) + "00003,Encore,9\n"

    def rows(searches: int) -> list[list[tables.Row]]:
        monkeypatch.setattr(tables, "SEARCHES", searches)
        table = Table("t.csv", ("code", "nom", "zone"), body.encode())
        return [table.rows("code", key) for key in ("00000", "00003", "00199", "00200", "", "0000", ",", "3,N3", "\n")]

    assert rows(0) == rows(100)
    assert rows(0)[1] == [("00003", "N3", "0"), ("00003", "Encore", "9")]
    assert rows(0)[3:] == [[], [], [], [], [], []]


def test_an_empty_table_has_no_row():
    table = Table("t.csv", ("code", "nom"), b"\n")
    assert table.misshapen() is None
    assert table.rows("code", "1") == table.rows("nom", "Un") == []


def test_names_are_described_with_what_they_are_read_in():
    book = load_rulebook(ARCHIPELAGO)
    assert "Sinon, lue dans : lieux/communes.csv, colonne zone" in describe(book, "zone")
    commune = describe(book, "commune")
    assert "Type : texte" in commune and "Employé par : code" in commune and "Sans réponse" not in commune
    tree = graph_text(book, "zone").splitlines()
    assert [line.split(" (")[0] for line in tree] == ["zone", "  code", "    commune"]
    assert "commune" in list_names(book)


def test_the_loader_reads_a_table_without_indexing_it(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Table, "rows", refuse)
    monkeypatch.setattr(Table, "communes", refuse)
    assert load_rulebook(ARCHIPELAGO).tables


def test_the_folder_of_the_archipelago_is_whole():
    assert Path(ARCHIPELAGO / "entites.yaml").is_file()
