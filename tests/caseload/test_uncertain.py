"""Cells that are not sure: approximate amounts, two ends, a year alone, « ne sait pas » and « refus »."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.caseload.conftest import MONTH
from zero_non_recours import Household, screen
from zero_non_recours.caseload import read_caseload
from zero_non_recours.caseload.cells import converter
from zero_non_recours.caseload.errors import Refusal
from zero_non_recours.rulebook.fields import profile_fields
from zero_non_recours.rulebook.loader import default_rulebook

FIELDS = {field.path.removeprefix("personnes[]."): field for field in profile_fields(default_rulebook())}
WAGE = "revenus.salaire_net"
HEAD = "menage_id;personne_id;role;date_naissance;activite;revenus_complets"


def read(path: str, text: str, **words: Any) -> Any:
    return converter(FIELDS[path], words)(text)


@pytest.fixture
def households(tmp_path: Path) -> Any:
    """The households of a CSV text, and how many rows are set aside."""

    def of(text: str, **options: Any) -> tuple[list[Any], int]:
        path = tmp_path / "liste.csv"
        path.write_text(text, encoding="utf-8")
        return read_caseload(path, month=MONTH, **options)

    return of


# -- cells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["environ 900", "Environ 900 €", "~900", "~ 900,00", "≈ 900 €/mois", "env. 900"])
def test_about(text: str) -> None:
    assert read(WAGE, text) == {"min": 810.0, "max": 990.0}


@pytest.mark.parametrize(
    "text",
    [
        "800-1000",
        "800 - 1 000 €",
        "800–1000",
        "800 à 1000",
        "800 € à 1 000 €",
        "800 a 1000",
        "entre 800 et 1000",
        "Entre 800 € et 1000 €",
        "de 800 à 1.000,00",
    ],
)
def test_between(text: str) -> None:
    assert read("logement.loyer", text) == {"min": 800, "max": 1000}


def test_between_for_other_numbers() -> None:
    assert read("taux_incapacite", "entre 50 % et 80 %") == {"min": 0.5, "max": 0.8}
    assert read("taux_incapacite", "environ 50 %") == {"min": 0.45, "max": 0.55}
    assert read("logement.zone_apl", "1-2") == {"min": 1, "max": 2}
    assert read("logement.loyer", "800-800") == 800
    assert read("prestations_recues.rsa", "100-200") == {"min": 100, "max": 200}


@pytest.mark.parametrize(
    "text",
    ["1000-800", "08-2026", "2026-08", "12 – 2024", "environ", "environ beaucoup", "environ 800-1000", "~1.234",
     "1.234-1.500", "800/1000", "800-", "800--900", "800-900-1000", "entre 800", "entre 800 et", "de 800 €",
     "entre oui et non", "environ -410", "-410-900", "plus de 800", "900 ou 1000"],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_refused(text: str) -> None:
    found = read("logement.loyer", text)
    assert isinstance(found, Refusal) and text not in found.reason


def test_a_year_alone() -> None:
    assert read("date_naissance", "1988") == {"min": "1988-01-01", "max": "1988-12-31"}
    assert read("date_naissance", "2026") == {"min": "2026-01-01", "max": "2026-12-31"}


@pytest.mark.parametrize("text", ["800-1000", "1988-1990", "environ 1988", "1850", "2150", "entre 1988 et 1990", "88"])
def test_doubtful_dates(text: str) -> None:
    assert isinstance(read("date_naissance", text), Refusal)


@pytest.mark.parametrize("path", ["enceinte", "activite", "logement.code_insee"])
def test_no_range_where_there_is_no_number(path: str) -> None:
    for text in ("800-1000", "environ 900", "~900"):
        assert isinstance(read(path, text), Refusal)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((text, "ne_sait_pas") for text in ("NSP", "nsp", "ne sait pas", "Inconnu", "inconnue", "?", "ne_sait_pas")),
        *((text, "ne_veut_pas_dire") for text in ("Refus", "refusé", "ne veut pas dire", "NE_VEUT_PAS_DIRE")),
        *((text, None) for text in ("NC", "n/c", "N/A", "NaN", "null", "non renseigné")),
    ],
)
def test_words_for_no_answer_in_every_column(text: str, word: str | None) -> None:
    for path, field in FIELDS.items():
        if field.variable or "ref" not in text.lower():  # of the steps already taken, a refusal may be an answer
            assert read(path, text) == word


def test_own_words_for_no_answer() -> None:
    assert read("activite", "SO", SO="ne_sait_pas") == "ne_sait_pas"


# -- households ---------------------------------------------------------------------------------------------


def test_households_are_those_that_a_profile_says(households: Any) -> None:
    found, refused = households(
        f"{HEAD};enceinte;{WAGE}.2026-07;{WAGE}.2026-08;revenus.aah;logement.loyer;union\n"
        "a;1;demandeur;1988;salarié;oui;refus;environ 900;NSP;?;400-450;NSP\n"
        "a;2;enfant;01/02/2019;;oui;;;;;;\n"
    )
    assert refused == 0
    [household] = found
    assert household == Household.model_validate(
        {
            "id": "a",
            "union": "ne_sait_pas",
            "personnes": [
                {
                    "id": "1",
                    "role": "demandeur",
                    "date_naissance": 1988,
                    "activite": "salarie",
                    "revenus_complets": True,
                    "enceinte": "ne_veut_pas_dire",
                    "revenus": {
                        "salaire_net": {"2026-07": "environ 900", "2026-08": "ne_sait_pas"},
                        "aah": "ne_sait_pas",
                    },
                },
                {"id": "2", "role": "enfant", "date_naissance": "2019-02-01", "revenus_complets": True},
            ],
            "logement": {"loyer": {"min": 400, "max": 450}},
        }
    )
    assert household.unsaid() == {
        "personnes[0].revenus.aah": "ne_sait_pas",
        "personnes[0].enceinte": "ne_veut_pas_dire",
        "union": "ne_sait_pas",
    }
    assert Household.model_validate(household.model_dump()) == household


def test_a_household_of_an_unusual_kind_is_built_the_same(households: Any) -> None:
    """Two `autre` without identifiers go through the whole validation."""
    found, refused = households(f"{HEAD};{WAGE}\na;;demandeur;1988;NSP;NSP;~500\na;;autre;1950;;;refus\n")
    [household] = found
    assert refused == 0 and household.personnes[0].revenus.salaire_net == {"min": 450.0, "max": 550.0}
    assert household.unsaid() == {
        "personnes[0].activite": "ne_sait_pas",
        "personnes[0].revenus_complets": "ne_sait_pas",
        "personnes[1].revenus.salaire_net": "ne_veut_pas_dire",
    }


def test_what_is_not_known_is_never_zero(run: Any) -> None:
    """With complete incomes, an empty cell was not received; « NSP » and « ? » stay unknown."""
    cells = {"vide": "", "nc": "NC", "nsp": "NSP", "quoi": "?", "refus": "refus", "zero": "0"}
    rows = "".join(f"{key};1;demandeur;15/01/1990;salarié;oui;{cell}\n" for key, cell in cells.items())
    done = run(f"{HEAD};{WAGE}.m-3\n{rows}")
    missing = {row["menage_id"]: row["missing"] for row in done.results if row["right"] == "rsa"}
    asked = {key for key, fields in missing.items() if f"personnes[0].{WAGE}" in fields}
    assert asked == {"nsp", "quoi", "refus"} and set(missing) == set(cells)


def test_an_answer_wins_over_a_word_on_another_row(households: Any) -> None:
    for first, second in (("NSP", "410"), ("410", "refus"), ("410", "410")):
        found, refused = households(
            f"{HEAD};logement.loyer\na;1;demandeur;1988;;;{first}\na;2;enfant;2019;;;{second}\n"
        )
        assert refused == 0 and found[0].logement.loyer == 410 and found[0].unsaid() == {}
    found, refused = households(f"{HEAD};logement.loyer\na;1;demandeur;1988;;;410\na;2;enfant;2019;;;400-420\n")
    assert (found, refused) == ([], 2)
    found, refused = households(f"{HEAD};logement.loyer\na;1;demandeur;1988;;;~410\na;2;enfant;2019;;;environ 410\n")
    assert refused == 0 and found[0].logement.loyer == {"min": 369.0, "max": 451.0}


@pytest.mark.parametrize("lone", ["~900", "NSP", "900"])
def test_one_amount_and_amounts_by_month_are_not_mixed(run: Any, lone: str) -> None:
    done = run(f"{HEAD};{WAGE};{WAGE}.2026-08\na;1;demandeur;1988;;oui;{lone};650\nb;1;demandeur;1988;;oui;;650\n")
    assert done.households == ["b"] and "à la fois" in done.refused[2]


def test_a_doubtful_range_goes_to_quarantine_with_its_reason(run: Any) -> None:
    done = run(
        f"{HEAD};{WAGE}\na;1;demandeur;800-1000;;;900\nb;1;demandeur;1988;;;1000-800\nc;1;demandeur;1988;;;900\n"
    )
    assert done.households == ["c"]
    assert "date attendue" in done.refused[2] and "après" in done.refused[3]
    assert not any("800" in row["value_kind"] for row in done.quarantine)


def test_someone_surely_born_after_the_month_is_refused(run: Any) -> None:
    done = run(f"{HEAD}\na;1;demandeur;2026;;\nb;1;demandeur;2027;;\n")
    assert done.households == ["a"] and "après le mois du droit" in done.refused[3]


def test_ranges_are_screened(run: Any) -> None:
    home = "logement.statut;prestations_recues.aide_logement"
    done = run(f"{HEAD};{WAGE};{home}\na;1;demandeur;15/01/1990;salarié;oui;environ 500;locataire_vide;0\n")
    [row] = [row for row in done.results if row["right"] == "rsa"]
    profile = {
        "personnes": [
            {
                "role": "demandeur",
                "date_naissance": "1990-01-15",
                "activite": "salarie",
                "revenus_complets": True,
                "revenus": {"salaire_net": "environ 500"},
            }
        ],
        "logement": {"statut": "locataire_vide"},
        "prestations_recues": {"aide_logement": 0},
    }
    right = screen(profile, MONTH).rights["rsa"]
    assert row["status"] == right.status == "eligible"
    assert (float(row["amount_low"]), float(row["amount_high"])) == (right.amount.low, right.amount.high)
