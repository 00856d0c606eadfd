"""Which rows are kept, which are set aside, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from zero_non_recours.caseload import CaseloadError
from zero_non_recours.caseload.errors import NEIGHBOUR, NO_KEY, OTHER_ROW, REPEATED
from zero_non_recours.caseload.lines import MAX_LINE, NULL, TOO_LONG, UNREADABLE
from zero_non_recours.caseload.profiles import BROKEN, NOT_OBJECT
from zero_non_recours.caseload.records import MORE_CELLS, OPEN_QUOTE, TOO_FEW

from .conftest import Run

HEAD = "menage_id;personne_id;role;date_naissance;revenus.salaire_net;logement.loyer;x_note\n"
A = "a;1;demandeur;1990-01-31;900;400;\na;2;enfant;2015-03-02;;;\n"
C = "c;1;demandeur;1980-01-31;1100;500;\n"
Screen = Callable[..., Run]


def middle(run: Screen, rows: str) -> Run:
    """The rows stand between two good households, which must come out."""
    found = run(HEAD + A + rows + C)
    assert found.summary.rows_in == found.summary.rows_out + found.summary.rows_quarantined
    return found


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("b;1;demandeur;1990-01-31;900", TOO_FEW),
        ("b;1;demandeur;1990-01-31;900;1;2;3", MORE_CELLS),
        ('b;1;demandeur;1990-01-31;900;1;"note', OPEN_QUOTE),
        ('b;1;"demandeur"x;1990-01-31;900;1;', OPEN_QUOTE),
        ("b;1;demandeur;1990-01-31;9\x0000;1;", NULL),
        ("b;1;demandeur;1990-01-31;900;1;" + "x" * MAX_LINE, TOO_LONG),
        ("b;1;demandeur;1990-01-31;" + "9" * 5000 + ";1;", "cellule de plus de 200 caractères"),
        ("b;1;demandeur;12/13/1990;900;1;", "date impossible : vérifier le jour, le mois et l'année"),
        ("b;1;demandeur;2062-01-31;900;1;", "date de naissance après le mois du droit"),
        (
            "b;1;demandeur;1990-01-31;1.234;1;",
            "un point suivi de trois chiffres : décimale ou milliers ? Écrire 1234 ou 1,23",
        ),
        ("b;1;demandeur;1990-01-31;900;-1;", "nombre sous le minimum (0). Vérifier le signe et la saisie"),
        ("b;1;chef;1990-01-31;900;1;", "valeur non prévue ; valeurs : demandeur, conjoint, enfant, autre"),
        (f"b;{'1' * 201};demandeur;1990-01-31;900;1;", "identifiant illisible ou trop long"),
    ],
)
def test_a_faulty_row(run: Screen, row: str, reason: str) -> None:
    found = middle(run, row + "\n")
    assert found.households == ["a", "c"]
    assert found.refused == {4: reason}
    assert found.quarantine[0]["menage_id"] == "b"


def test_complete_incomes_may_be_unknown(run: Screen) -> None:
    found = run("menage_id;role;date_naissance;revenus_complets\na;demandeur;1990-01-31;NC\nb;demandeur;1990-01-31;x\n")
    assert found.households == ["a", "b"]
    assert found.refused == {}


def test_a_faulty_row_takes_its_household_along(run: Screen) -> None:
    found = middle(run, "b;1;demandeur;1990-01-31;900;1;\nb;2;enfant;31/02/2012;;;\nb;3;enfant;2014-01-01;;;\n")
    assert found.households == ["a", "c"]
    assert [found.refused[row] for row in (4, 6)] == [OTHER_ROW, OTHER_ROW]
    assert found.quarantine[1]["column"] == "date_naissance"
    assert found.quarantine[1]["value_kind"] == "date"


def test_household_answers_must_agree(run: Screen) -> None:
    found = middle(run, "b;1;demandeur;1990-01-31;900;400;\nb;2;enfant;2012-01-01;;401;\n")
    assert found.refused[5] == "deux valeurs différentes pour le même ménage ou le même mois"
    agreed = middle(run, "b;1;demandeur;1990-01-31;900;400;\nb;2;enfant;2012-01-01;;400,00;\n")
    assert agreed.households == ["a", "b", "c"]


def test_one_amount_and_monthly_amounts(run: Screen) -> None:
    found = run("menage_id,personne_id,revenus.salaire_net,revenus.salaire_net.m-2\nb,1,900,800\nc,1,,800\n")
    assert found.refused == {2: "montant unique et montants par mois à la fois"}


def test_rows_of_a_household_must_follow_each_other(run: Screen) -> None:
    found = run(HEAD + A + C + "a;3;conjoint;1990-02-01;0;;\n")
    assert found.households == ["c"]
    assert set(found.refused.values()) == {REPEATED}
    assert list(found.refused) == [2, 3, 5]


def test_a_row_without_key_between_two_claimants(run: Screen) -> None:
    found = middle(run, ";1;demandeur;1990-01-31;900;1;\n")
    assert found.households == ["a", "c"]
    assert found.refused == {4: NO_KEY}


def test_a_row_without_key_that_may_belong_to_a_neighbour(run: Screen) -> None:
    found = middle(run, ";3;conjoint;1990-01-31;900;1;\n")
    assert found.households == ["c"]
    assert found.refused == {2: OTHER_ROW, 3: NEIGHBOUR, 4: NO_KEY}
    inside = run(HEAD + "a;1;demandeur;1990-01-31;1;1;\n;9;demandeur;;;;\na;2;enfant;2015-01-01;;;\n" + C)
    assert inside.households == ["c"]
    assert inside.refused[3] == NO_KEY


def test_a_first_row_without_key(run: Screen) -> None:
    found = run(HEAD + ";1;conjoint;1990-01-31;900;1;\n" + A + C)
    assert found.households == ["a", "c"]
    assert list(found.refused) == [2]


def test_roles_and_identifiers_between_persons(run: Screen) -> None:
    found = middle(run, "b;1;demandeur;1990-01-31;900;;\nb;2;demandeur;1991-01-31;900;;\n")
    assert found.refused[5] == "le ménage a déjà une personne « demandeur »"
    found = middle(run, "b;1;demandeur;1990-01-31;900;;\nb;1;enfant;2011-01-31;900;;\n")
    assert found.refused[5] == "deux personnes du ménage ont le même identifiant"
    found = middle(run, "b;1;enfant;1990-01-31;900;;\nb;2;enfant;1991-01-31;900;;\n")
    assert found.refused[4] == "aucune personne n'a le rôle « demandeur »"


@pytest.mark.parametrize("size", [31, 1000, 2500])
def test_too_many_persons(run: Screen, size: int) -> None:
    found = middle(run, "".join(f"b;{n};enfant;2015-01-31;;;\n" for n in range(size)))
    assert found.households == ["a", "c"]
    assert found.summary.rows_quarantined == size
    assert found.summary.households_quarantined == 1
    assert "plus de 30 personnes pour un même ménage" in found.refused.values()


def test_many_rows_without_key(run: Screen) -> None:
    rows = ";;demandeur;;;;\n" * 2500
    for content in (HEAD + rows + A, HEAD + A + rows + C):
        found = run(content)
        assert found.summary.rows_in == found.summary.rows_out + found.summary.rows_quarantined
        assert found.summary.rows_quarantined >= 2500
        assert list(found.refused) == sorted(found.refused)


def test_quoted_cells(run: Screen) -> None:
    note = '"ligne 1; avec ""guillemets""\nligne 2"'
    found = run(HEAD + f'"b";"1";demandeur;"1990-01-31";"1 234,50 €";;{note}\n' + C.replace("1980-01-31", "31/13/1980"))
    assert found.households == ["b"]
    assert list(found.refused) == [4]


def test_an_open_quote_does_not_swallow_the_rest(run: Screen) -> None:
    found = middle(run, 'b;1;demandeur;1990-01-31;900;1;"oubli\n' + 'd;1;demandeur;1990-01-31;900;1;"fermé"\n')
    assert found.households == ["a", "d", "c"]
    assert found.refused == {4: OPEN_QUOTE}
    found = middle(run, 'b;1;demandeur;1990-01-31;900;1;"oubli\n' + "d;1;demandeur;1990-01-31;900;1;\n" * 1)
    assert found.households == ["a", "d", "c"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_same_file_written_differently(run: Screen, separator: str, end: str, encoding: str) -> None:
    text = (HEAD + A + "é-1;1;demandeur;1980-01-31;900;500;Zoé\n" + C).replace(";", separator).replace("\n", end)
    found = run(text.encode(encoding))
    assert found.households == ["a", "é-1", "c"]
    assert not found.quarantine


def test_sep_line_blank_lines_and_trailing_columns(run: Screen) -> None:
    found = run("sep=;\n\n" + HEAD.replace("\n", ";;\n") + A.replace("\n", ";;\n") + "\n   \n" + C)
    assert found.households == ["a", "c"]
    assert not found.quarantine
    assert found.summary.blank_lines == 2


def test_a_value_without_column_name(run: Screen) -> None:
    found = run("menage_id;;personne_id;role\na;;1;demandeur\nb;42;1;demandeur\n")
    assert found.refused == {3: "valeur dans une colonne sans nom"}


def test_damaged_bytes_in_a_utf8_file(run: Screen) -> None:
    found = run(
        (HEAD + A + "é;1;demandeur;;;;é\n").encode()
        + b"b;1;demandeur;;;;\xe9\n"
        + C.encode()
        + "ü;1;demandeur;;;;\n".encode()
    )
    assert found.households == ["a", "é", "c", "ü"]
    assert found.refused == {5: UNREADABLE}


def test_months_and_years(run: Screen) -> None:
    head = "menage_id,personne_id,role,date_naissance,nationalite,revenus_complets,logement.statut,"
    head += "prestations_recues.aide_logement"
    base = "demandeur,1990-01-31,FR,oui,locataire_hlm,200"
    months = ["m-4", "M-3", "2026-09"]
    wide = run(f"{head},{','.join(f'revenus.salaire_net.{m}' for m in months)}\na,1,{base},900,900,900\n")
    same = run(f"{head},revenus.salaire_net\na,1,{base},900\n")
    assert wide.results[1]["amount_expected"] == same.results[1]["amount_expected"] != "0.0"
    empty = run(f"{head.replace('revenus_complets,', '')},revenus.salaire_net\na,1,{base.replace('oui,', '')},\n")
    assert empty.results[1]["status"] == "undetermined"
    assert "personnes[0].revenus.salaire_net" in empty.results[1]["missing"].split(";")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("nom,age", "« menage_id » manque"),
        ("menage_id,personne_id,logement.loier", "« logement.loyer »"),
        ("menage_id,salaire_net", "« revenus.salaire_net »"),
        ("menage_id,revenus.salaire_net.m2", "ni un mois"),
        ("menage_id,revenus.salaire_net.2026-13", "ni un mois"),
        ("menage_id,logement.loyer.2026-01", "ne change pas avec les mois"),
        ("menage_id,role,ROLE", "disent la même chose"),
        ("menage_id,revenus.salaire_net.m-3,revenus.salaire_net.2026-08", "disent la même chose"),
        ("menage_id,menage_id", "disent la même chose"),
    ],
)
def test_headers_that_cannot_be_used(run: Screen, header: str, part: str) -> None:
    with pytest.raises(CaseloadError) as error:
        run(f"{header}\nDupont,SENTINELLE\n")
    assert part in str(error.value)
    assert "SENTINELLE" not in str(error.value)


def test_without_header_no_value_is_repeated(run: Screen) -> None:
    with pytest.raises(CaseloadError) as error:
        run("SENTINELLE,1990-01-31\n")
    assert "SENTINELLE" not in str(error.value)


def test_mapping(run: Screen) -> None:
    text = "Dossier;Personne;Place;Loyer CC;Statut;Commentaire\na;1;P;450;L;zut\n"
    mapping = {
        "colonnes": {
            "Dossier": "menage_id",
            "Personne": "personne_id",
            "Place": "role",
            "Loyer CC": "logement.loyer",
            "Statut": "logement.statut",
        },
        "ignorer": ["Commentaire"],
        "valeurs": {"role": {"P": "demandeur"}, "logement.statut": {"L": "locataire_vide"}},
    }
    found = run(text, mapping=mapping)
    assert found.households == ["a"]
    assert not found.quarantine


@pytest.mark.parametrize(
    ("mapping", "part"),
    [
        ({"colones": {}}, "« colonnes »"),
        ({"colonnes": {"x": 1}}, "« colonnes » associe"),
        ({"ignorer": "x"}, "« ignorer » est une liste"),
        ({"valeurs": {"role": "x"}}, "« valeurs » associe"),
        ({"valeurs": {"rol": {"P": "demandeur"}}}, "« role »"),
        ({"valeurs": {"role": {"P": "chef"}}}, "valeur non prévue"),
        ({"colonnes": {"Absente": "role"}}, "absente du fichier"),
    ],
)
def test_mappings_that_cannot_be_used(run: Screen, mapping: dict[str, object], part: str) -> None:
    with pytest.raises(CaseloadError, match=part):
        run(HEAD + A, mapping=mapping)


def test_a_wrong_mapping_file_is_named(run: Screen, tmp_path: Path) -> None:
    path = tmp_path / "m3.yaml"
    path.write_text("colonnes: {role: rolle, Absente: logement.loyer}\nvaleurs: {role: {d: chef}}\n", encoding="utf-8")
    with pytest.raises(CaseloadError) as error:
        run("menage_id,role\na,demandeur\n", mapping=path)
    lines = str(error.value).splitlines()
    assert (
        "m3.yaml : la colonne « role » est associée à « rolle », qui n'existe pas. Nom connu le plus proche : « role »."
    ) in lines
    assert "m3.yaml : la colonne « Absente » est absente du fichier liste.csv." in lines
    assert len(lines) == 3
    assert all(line.startswith("m3.yaml : ") for line in lines)


def test_json_lines(run: Screen) -> None:
    good = {
        "id": "h1",
        "personnes": [{"role": "demandeur", "date_naissance": "1990-01-31", "revenus": {"salaire_net": 900}}],
    }
    lines = [
        json.dumps(good),
        "",
        '{"id": "h2", "personnes": [',
        "[]",
        json.dumps({**good, "id": None}),
        json.dumps({**good, "id": "h3", "loyer": 3}),
        json.dumps({**good, "id": "h4", "logement": {"loyer": -3}}),
        '{"id": "h5", "id": "h5", "personnes": [{}]}',
        '{"id": "h6", "personnes": [{}], "logement": {"loyer": NaN}}',
        '{"id": "h7", "personnes": [{}], "logement": {"loyer": 1' + "0" * 400 + "}}",
        '{"id": "h8", "personnes": [{}], "logement": {"loyer": 1e999}}',
        "[" * 100_000,
        json.dumps({**good, "id": "h9", "personnes": [{"role": "demandeur", "date_naissance": "2062-01-31"}]}),
        json.dumps({**good, "id": "double"}),
        json.dumps({**good, "id": "double"}),
        '{"id": "\\ud800", "personnes": [{}]}',
        json.dumps({**good, "id": 12}),
    ]
    found = run("\n".join(lines), name="profils.jsonl")
    assert found.households == ["h1", "12"]
    assert found.refused[3] == BROKEN
    assert found.refused[4] == NOT_OBJECT
    assert found.refused[5] == NO_KEY
    assert found.refused[6].startswith("ce champ n'existe pas")
    assert found.refused[7].startswith("nombre sous le minimum")
    assert found.refused[8] == found.refused[9] == found.refused[10] == BROKEN
    assert found.refused[11].startswith("ce nombre n'est pas un montant")
    assert found.refused[13] == "date de naissance après le mois du droit"
    assert found.refused[14] == found.refused[15] == REPEATED
    assert found.summary.rows_in == 16


def test_csv_and_json_lines_agree(run: Screen) -> None:
    profile = {
        "id": "a",
        "personnes": [
            {"id": "1", "role": "demandeur", "date_naissance": "1990-01-31", "revenus": {"salaire_net": 900}},
            {"id": "2", "role": "enfant", "date_naissance": "2015-03-02"},
        ],
        "logement": {"loyer": 400},
    }
    assert run(HEAD + A).results == run(json.dumps(profile), name="a.jsonl").results


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.csv", b"", "vide"),
        ("a.csv", b" \n\n", "vide"),
        ("a.xlsx", b"PK\x03\x04abc", "classeur"),
        ("a.parquet", b"PAR1abc", "Parquet"),
        ("a.csv", "menage_id;role\n".encode("utf-16"), "UTF-16"),
        ("a.json", b'[{"id": 1}]', "JSON Lines"),
        ("a.csv", b'"menage_id;role\n', "guillemet non fermé"),
        ("a.csv", b"menage_id;role\x00\n", "octet nul"),
    ],
)
def test_files_that_cannot_be_used(run: Screen, name: str, content: bytes, part: str) -> None:
    with pytest.raises(CaseloadError, match=part):
        run(content, name=name)
