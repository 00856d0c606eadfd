"""A caseload whose rows name a commune: the zone is read, and a row says why it is not."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.fictional_country import ARCHIPELAGO
from zero_non_recours.rulebook.loader import load_rulebook

from .conftest import Run

BOOK = load_rulebook(ARCHIPELAGO)
Screen = Callable[..., Run]
ROWS = [
    ("a", "Abécourt", ""),
    ("b", "SAINT DENIS (974)", ""),
    ("c", "Saint-Denis", ""),
    ("d", "nulle part", ""),
    ("e", "", "11010"),
    ("f", "NC", ""),
    ("g", "St Œdipe", ""),
    ("h", "Saint-Denis", "22001"),
    ("i", "portville 3e arrondissement", ""),
]


def csv_text(encoding: str = "utf-8") -> bytes:
    lines = ["menage_id;role;logement.commune;logement.code"]
    lines += [f"{key};demandeur;{name};{code}" for key, name, code in ROWS]
    return "\n".join(lines).encode(encoding)


def test_names_and_codes_are_read(run: Screen) -> None:
    done = run(csv_text(), rulebook=BOOK)
    assert done.quarantine == []
    found = {row["menage_id"]: (row["status"], row["amount_expected"], row["missing"]) for row in done.results}
    assert found == {
        "a": ("eligible", "30.0", ""),
        "b": ("eligible", "21.0", ""),
        "c": ("undetermined", "", "logement.code"),
        "d": ("undetermined", "", "logement.code"),
        "e": ("eligible", "21.0", ""),
        "f": ("undetermined", "", "logement.commune"),
        "g": ("eligible", "10.0", ""),
        "h": ("eligible", "30.0", ""),
        "i": ("eligible", "30.0", ""),
    }


def test_a_row_says_why_its_commune_is_not_found(run: Screen) -> None:
    notes = {row["menage_id"]: row["notes"] for row in run(csv_text(), rulebook=BOOK).results}
    assert notes["c"].startswith("Plusieurs communes portent ce nom : 22001 (22), 97411 (974)")
    assert notes["d"].startswith("Cette commune n'est pas dans la liste (archipel de 2020).")
    assert {key for key, note in notes.items() if note} == {"c", "d"}
    assert all("nulle part" not in note for note in notes.values())


def test_profiles_give_the_same_results(run: Screen) -> None:
    lines = [
        {"id": key, "personnes": [{"role": "demandeur"}]}
        | ({"logement": {k: v for k, v in (("commune", name), ("code", code)) if v and v != "NC"}})
        for key, name, code in ROWS
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    assert run(text, name="liste.jsonl", rulebook=BOOK).results == run(csv_text(), rulebook=BOOK).results


def test_chunks_change_nothing(run: Screen) -> None:
    whole = run(csv_text(), rulebook=BOOK)
    assert run(csv_text(), rulebook=BOOK, chunk=1).results == whole.results


def test_a_cell_that_is_no_name_is_refused(run: Screen) -> None:
    long = "x" * 121
    done = run(f"menage_id;role;logement.commune\na;demandeur;{long}\nb;demandeur;#REF!\n", rulebook=BOOK)
    assert done.refused == {
        2: "texte d'une ligne attendu, de 120 caractères au plus (reçu : texte)",
        3: "erreur de calcul du tableur dans la cellule",
    }
    assert long not in json.dumps(done.quarantine)
