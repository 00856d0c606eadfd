"""The shipped list of communes: whole, readable, and found by the names that people write."""

from __future__ import annotations

import csv
import re

import pytest

from zero_non_recours.rulebook.communes import Communes, department
from zero_non_recours.rulebook.loader import default_rulebook, shipped_rules
from zero_non_recours.screening.lookups import table_problems

with (shipped_rules() / "aides_logement" / "zones_apl.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
ZONES = {row["code_insee"]: row["zone"] for row in ROWS}
COMMUNES = Communes([row["commune"] for row in ROWS], [row["code_insee"] for row in ROWS])


def test_every_cell_of_every_table_can_be_an_answer() -> None:
    assert table_problems(default_rulebook()) == []


def test_codes_are_unique_in_order_and_zones_known() -> None:
    codes = [row["code_insee"] for row in ROWS]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code) for code in codes)
    assert set(ZONES.values()) == {"1", "2", "3"}


def test_every_row_is_found_by_its_name_and_its_code() -> None:
    wrong = [
        row for row in ROWS if COMMUNES.find(f"{row['commune']} ({row['code_insee']})").codes != (row["code_insee"],)
    ]
    assert wrong == []


def test_a_name_and_its_department_always_give_one_zone() -> None:
    """Rows of one name in one department are one commune; its zone does not depend on which is taken."""
    zones: dict[tuple[str, str], set[str]] = {}
    for row in ROWS:
        zones.setdefault((row["commune"], department(row["code_insee"])), set()).add(row["zone"])
    assert [key for key, found in zones.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Grenoble", "38185"),
        ("GRENOBLE (38)", "38185"),
        ("38100 Grenoble", "38185"),
        ("paris", "75056"),
        ("Paris 13e", "75113"),
        ("PARIS 1ER ARRONDISSEMENT", "75101"),
        ("Lyon 3", "69383"),
        ("Marseille 16ème", "13216"),
        ("St Denis (93)", "93066"),
        ("Saint-Denis (974)", "97411"),
        ("le havre", "76351"),
        ("HAVRE (LE)", "76351"),
        ("L'Haÿ les Roses", "94038"),
        ("ste sigolene", "43224"),
        ("Ajaccio (2A)", "2A004"),
        ("20090 Ajaccio", "2A004"),
        ("Château-Chinon (Ville)", "58062"),
        ("Mamoudzou", "97611"),
        ("Lille", "59350"),
        ("Saint-Étienne", "42218"),
        ("Dunkerque", "59183"),
        ("Saumur", "49328"),
        ("mâcon", "71270"),
        ("97302", "97302"),
    ],
)
def test_usual_names(text: str, code: str) -> None:
    assert COMMUNES.find(text).codes == (code,)


def test_homonyms_are_not_chosen_among() -> None:
    assert COMMUNES.find("Saint-Denis").codes == ("11339", "30247", "93066", "97411")
    assert COMMUNES.find("La Rochelle").codes == ("17300", "70450")
    assert COMMUNES.find("Rochelle").codes == ("17300", "70450")
    assert COMMUNES.find("Saint-Denis (69)").codes == ()


def test_mistyped_names_are_told_the_nearest() -> None:
    for text, near in (
        ("Vileurbane", "Villeurbanne (69)"),
        ("Genoble", "Grenoble (38)"),
        ("Sant-Denis", "Saint-Denis"),
    ):
        assert COMMUNES.find(text).codes == ()
        assert COMMUNES.near(text)[0].startswith(near)
