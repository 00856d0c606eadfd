"""`znr rules`, and the pages and graphs behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from zero_non_recours.cli.files import InputError, read_households
from zero_non_recours.cli.options import check_rights, resolve_right
from zero_non_recours.cli.rules import app
from zero_non_recours.rulebook.catalogue import UnknownNameError, known_names
from zero_non_recours.rulebook.dependencies import children, used_by
from zero_non_recours.rulebook.describe import describe
from zero_non_recours.rulebook.expressions import Expr
from zero_non_recours.rulebook.graphs import graph_edges, graph_text
from zero_non_recours.rulebook.loader import default_rulebook, load_rulebook
from zero_non_recours.rulebook.model import Rulebook
from zero_non_recours.rulebook.words import formula_in_words, formula_with_values

RULE = "{name}:\n  libelle: Essai\n  entite: foyer\n  unite: €/mois\n  references: [Loi]\n  formule: {formula}\n"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def pack(folder: Path, formula: str, examples: str = "") -> Path:
    folder.mkdir()
    (folder / "regles.yaml").write_text(RULE.format(name="essai", formula=formula), encoding="utf-8")
    if examples:
        (folder / "exemples").mkdir()
        (folder / "exemples" / "a.yaml").write_text(examples, encoding="utf-8")
    return folder


# -- check ------------------------------------------------------------------------------------------


def test_the_shipped_rules_are_right() -> None:
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert out.startswith("rules : ")
    assert out.endswith("0 problème\n")
    assert len(out.splitlines()) == 1


def test_a_local_pack_is_counted_alone(tmp_path: Path) -> None:
    example = "- {nom: a, source: s, mois: 2026-05, donnees: {personnes: [{}]}, attendu: {ici.essai: 638.28}}\n"
    folder = pack(tmp_path / "ici", "prime_activite.montant_base", example)
    counted = "ici : 0 droit, 1 règle, 0 donnée, 0 paramètre, 1 exemple, 0 problème\n"
    assert run("check", str(folder)) == (0, counted, "")


def test_a_wrong_example_is_a_problem(tmp_path: Path) -> None:
    example = "- {nom: b, source: s, mois: 2026-05, donnees: {personnes: [{}]}, attendu: {ici.essai: 1}}\n"
    code, out, err = run("check", str(pack(tmp_path / "ici", "prime_activite.montant_base", example)))
    assert code == 1
    assert out.endswith("1 exemple, 1 problème\n")
    assert "[exemple] b : ici.essai = 638.28, attendu 1" in err


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ("nom: b, source: s, attendus: {}", "la clé « attendus » n'existe pas ici. Nom connu le plus proche"),
        ("nom: b, attendu: {essai: 1}", "il manque « source »"),
        ("nom: b, source: s, attendu: {essay: 1}", "aucune règle ne s'appelle « essay »"),
        ("nom: b, source: s, attendu: 3", "« attendu » est une suite"),
        ("nom: b, source: s, attendu: {essai: 1}, tolerance: peu", "« tolerance » est un nombre"),
    ],
)
def test_a_mistake_in_an_example_is_located(tmp_path: Path, example: str, said: str) -> None:
    code, _, err = run("check", str(pack(tmp_path / "ici", "commun.bmaf", f"- {{{example}}}\n")))
    assert code == 1
    assert err.startswith(f"ici/exemples/a.yaml: [exemple] b : {said}")


def test_a_file_of_examples_that_would_be_ignored_is_told(tmp_path: Path) -> None:
    folder = pack(tmp_path / "ici", "commun.bmaf", "[]")
    (folder / "exemples" / "a.yaml").rename(folder / "exemples" / "a.yml")
    code, _, err = run("check", str(folder))
    assert code == 1
    assert "ici/exemples/a.yml: [exemple] a.yml : ce fichier est ignoré : le renommer en .yaml" in err


def test_an_example_key_gets_its_nearest_one(tmp_path: Path) -> None:
    _, _, err = run("check", str(pack(tmp_path / "ici", "commun.bmaf", "- {nom: b, attendus: {}}\n")))
    assert "Nom connu le plus proche : « attendu »." in err


def test_a_folder_given_for_a_file_is_named_as_typed() -> None:
    with pytest.raises(InputError, match=r"^\. : c'est un dossier, pas un fichier"):
        list(read_households(Path(), default_rulebook()))


def test_rights_by_the_names_that_people_use() -> None:
    book = default_rulebook()
    called = ["RSA", "Revenu de solidarité active", "prime_activite", "Prime d’activité", "PRIME D'ACTIVITE", "Ppa"]
    assert [resolve_right(book, name) for name in called] == ["rsa", "rsa", "ppa", "ppa", "ppa", "ppa"]
    assert check_rights(book, called) == ["rsa", "ppa"]
    assert check_rights(book, None) is None
    with pytest.raises(InputError, match="« rsa »"):
        resolve_right(book, "RSAA")


def test_every_problem_of_every_folder_is_said(tmp_path: Path) -> None:
    first = pack(tmp_path / "un", "somme(salaire_nett) + arrondir(1)")
    (first / "autres.yaml").write_text(RULE.format(name="autre", formula="1 +"), encoding="utf-8")
    second = pack(tmp_path / "deux", "10 + commun.bmaf")
    code, out, err = run("check", str(first), str(second))
    assert code == 1
    assert out == "un : 2 problèmes\ndeux : 1 problème\n"
    assert "un/regles.yaml:6:18: [nom-inconnu]" in err
    assert "Nom connu le plus proche : « salaire_net »." in err
    assert "un/autres.yaml" in err
    assert "[unite]" in err
    assert "^^^^^^^^^^^^" in err


def test_a_missing_or_empty_folder_is_wrong(tmp_path: Path) -> None:
    code, _, err = run("check", str(tmp_path / "absent"))
    assert code == 1
    assert "[dossier]" in err
    (tmp_path / "vide").mkdir()
    code, _, err = run("check", str(tmp_path / "vide"))
    assert code == 1
    assert "aucun fichier de règles" in err


def test_terminal_orders_in_a_pack_are_not_obeyed(tmp_path: Path) -> None:
    folder = pack(tmp_path / "ici", '"\x1b[31mrouge')
    code, out, err = run("check", str(folder))
    assert code == 1
    assert "\x1b" not in out + err


# -- show -------------------------------------------------------------------------------------------


def test_show_without_a_name_lists_everything() -> None:
    code, out, _ = run("show")
    assert code == 0
    for part in ("Droits", "Règles de rsa", "Données de commun", "Périodes", "Paramètres", "commun.smic_horaire"):
        assert part in out
    assert "__manque" not in out


def test_show_says_formula_conditions_articles_and_place() -> None:
    code, out, _ = run("show", "ppa")
    assert code == 0
    for part in (
        "Nature : droit",
        "Montant versé : ppa_nette_crds, en €/mois",
        "- ppa_age : Avoir 18 ans [CSS L842-2 1°]",
        "Formule : round(ppa_avant_seuil, 2)",
        "soit : arrondi au centime de (Moyenne des trois primes)",
        "Références : CSS L842-3 ; CSS D846-2",
        "Écrit dans : prime_activite/regles.yaml, ligne ",
    ):
        assert part in out


def test_show_a_parameter_with_dates_and_references() -> None:
    _, out, _ = run("show", "prime_activite.montant_base")
    assert "Unité : €/mois" in out
    assert "- depuis le 2026-04-01 : 638,28 [Décret n° 2026-222 du 30 mars 2026, article 2" in out
    assert "Employé par : ppa_montant_base" in out


def test_show_an_input_with_question_and_policy() -> None:
    _, out, _ = run("show", "isolement_recent")
    for part in ("Question : Vivez-vous seul", "Pourquoi : ", "Sans réponse : supposer", "Raison : ", "Champ du"):
        assert part in out


@pytest.mark.parametrize("command", ["show", "graph"])
def test_an_unknown_name_gives_the_nearest(command: str) -> None:
    code, out, err = run(command, "ppa_avant_seuile")
    assert (code, out) == (1, "")
    assert err == "rien ne s'appelle « ppa_avant_seuile ». Nom connu le plus proche : « ppa_avant_seuil ».\n"


def test_the_short_name_of_a_local_rule_is_recognised(tmp_path: Path) -> None:
    folder = pack(tmp_path / "commune_lointaine", "commun.bmaf")
    code, _, err = run("show", "essai", "--rules", str(folder))
    assert code == 1
    assert "« commune_lointaine.essai »" in err
    assert run("show", "commune_lointaine.essai", "--rules", str(folder))[0] == 0


def test_broken_rules_are_said_by_show_and_graph(tmp_path: Path) -> None:
    folder = pack(tmp_path / "ici", "commun.bmaf +")
    for command in ("show", "graph"):
        code, out, err = run(command, "rsa", "--rules", str(folder))
        assert (code, out) == (1, "")
        assert "[syntaxe]" in err


def test_every_name_has_a_page() -> None:
    book = default_rulebook()
    for name in known_names(book):
        assert describe(book, name).startswith(f"{name} — ")
    with pytest.raises(UnknownNameError):
        describe(book, "rien")


# -- graph ------------------------------------------------------------------------------------------


def test_graph_in_text_marks_what_is_shown_already() -> None:
    lines = graph_text(default_rulebook(), "ppa").splitlines()
    assert lines[0] == "ppa (droit) — Prime d'activité" or lines[0].startswith("ppa (")
    assert any(line.endswith("(déjà montré)") for line in lines)
    again = [line.split(" (")[0].strip() for line in lines if "(déjà montré)" not in line and "paramètre" not in line]
    parents = [name for name in again if children(default_rulebook(), name)]
    assert len(parents) == len(set(parents))


def test_graph_depth_and_formats() -> None:
    code, out, _ = run("graph", "ppa_bonification", "--depth", "1")
    assert code == 0
    assert out.startswith("ppa_bonification (règle) — Bonification de la personne\n")
    assert max(len(line) - len(line.lstrip()) for line in out.splitlines()) == 2
    _, mermaid, _ = run("graph", "ppa_bonification", "--depth", "1", "--format", "mermaid")
    assert mermaid.startswith("flowchart LR\n")
    assert mermaid.count("-->") == len(out.splitlines()) - 1
    _, dot, _ = run("graph", "ppa_bonification", "--depth", "1", "--format", "dot")
    assert dot.startswith("digraph")
    assert dot.count("->") == mermaid.count("-->")
    assert run("graph", "ppa", "--format", "autre")[0] == 2


def test_edges_go_both_ways() -> None:
    book = default_rulebook()
    names, edges = graph_edges(book, "rsa")
    assert len(names) == len(set(names))
    implied = {"role", "trimestre_decale"}  # named by the members of the foyer and by the reference period
    for user, used in edges[::10]:
        if user not in book.rights and used not in implied:
            assert user in used_by(book, used)
    assert used_by(book, "trimestre_decale") == ["trimestre_reference"]


# -- words ------------------------------------------------------------------------------------------


def words(tmp_path: Path, formula: str) -> tuple[Expr, Rulebook]:
    book = load_rulebook(packs=[pack(tmp_path / "ici", f">\n    {formula}")])
    return book.variables["ici.essai"].versions[0].formula, book


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (
            "rsa_montant_forfaitaire - rsa_forfait_logement - max(0, rsa_prestations)",
            "Montant forfaitaire du foyer − Forfait logement − le plus grand de (0 ; Prestations comptées du mois)",
        ),
        ("rsa - (ppa + rsa)", "“Revenu X” − (Prime d'activité + “Revenu X”)"),
        ("(rsa - ppa) / 2 * 3", "(“Revenu X” − Prime d'activité) / 2 × 3"),
        ("rsa / (2 * 3)", "“Revenu X” / (2 × 3)"),
        ("-(rsa + ppa)", "−(“Revenu X” + Prime d'activité)"),
        ("2 * (rsa if en_couple else ppa)", "2 × (si Vit en couple alors “Revenu X” sinon Prime d'activité)"),
        (
            "rsa if organisme == 'msa' and not (rsa >= ppa or en_couple) else 0",
            "si Organisme payeur est « MSA » et non (“Revenu X” ≥ Prime d'activité ou Vit en couple) "
            "alors “Revenu X” sinon 0",
        ),
        ("mois(ppa, -1)", "Prime d'activité du mois précédent"),
        ("droit(ppa * 2)", "(Prime d'activité × 2) au mois du droit"),
        ("moyenne(ppa, trimestre_reference)", "moyenne sur le trimestre de référence de (Prime d'activité)"),
        ("min(ppa, rsa, 0)", "le plus petit de (Prime d'activité ; “Revenu X” ; 0)"),
        ("floor(ppa, 2)", "arrondi au centime inférieur de (Prime d'activité)"),
    ],
)
def test_formulas_in_words(tmp_path: Path, formula: str, expected: str) -> None:
    expr, book = words(tmp_path, formula)
    label = book.variables["rsa"].label
    shown = f"“{label}”" if "(" in label else label
    assert formula_in_words(expr, book) == expected.replace("“Revenu X”", shown)


def test_values_take_the_place_of_names(tmp_path: Path) -> None:
    expr, book = words(tmp_path, "rsa * 2 - max(0, ppa) + moyenne(ppa, trimestre_reference)")
    values = {"rsa": "100 €", "ppa": "−30 €"}
    asked: list[str] = []

    def value_of(sub: Expr) -> str | None:
        asked.append(sub.op)
        return values.get(str(sub.value))

    assert formula_with_values(expr, book, value_of) == (
        "100 € × 2 − le plus grand de (0 ; −30 €) + moyenne sur le trimestre de référence de (Prime d'activité)"
    )
    assert asked == ["var", "var", "moyenne"]


def test_a_negative_value_stands_between_parentheses(tmp_path: Path) -> None:
    expr, book = words(tmp_path, "ppa * 2")
    assert formula_with_values(expr, book, lambda sub: "−3 €") == "(−3 €) × 2"
    expr, book = words(tmp_path.joinpath("b").mkdir() or tmp_path / "b", "rsa - ppa")
    assert formula_with_values(expr, book, lambda sub: "−3 €") == "−3 € − (−3 €)"
