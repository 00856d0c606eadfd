"""docs/limits.md: its edge cases are examples that exist, and what it says of a few limits is what the rules do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from zero_non_recours import screen
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.examples import run_examples

PAGE = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
CASES = 36
MONTH = "2026-11"


def edge_cases() -> dict[int, str]:
    """The last column of each row of the table of edge cases."""
    text = PAGE.read_text("utf-8").split("## The 36 edge cases")[1]
    return {int(m[1]): m[2] for m in re.finditer(r"^\| (\d+) \|.*\| ([^|]+) \|$", text, re.MULTILINE)}


def test_every_edge_case_names_an_example_or_its_effect() -> None:
    cases = edge_cases()
    assert sorted(cases) == list(range(1, CASES + 1))
    known = {f"{e.pack}/{e.name}" for e in run_examples(default_rulebook())}
    for number, text in cases.items():
        names = re.findall(r"`([^`]+)`", text)
        assert names or re.match(r"not covered: effect .+", text), f"case {number}"
        assert [name for name in names if name not in known] == [], f"case {number}"


def person(**fields: Any) -> dict[str, Any]:
    base = {"role": "demandeur", "date_naissance": "1990-01-15", "activite": "inactif", "revenus_complets": True}
    return base | fields


def amounts(*people: dict[str, Any], **fields: Any) -> tuple[float | None, float | None]:
    """RSA and prime (net of CRDS) of a household; a tenant who receives no benefit unless said."""
    profile: dict[str, Any] = {
        "personnes": list(people),
        "logement": {"statut": "locataire_vide"},
        "prestations_recues": {"aide_logement": 0, "af": 0, "cf": 0, "asf": 0, "paje_base": 0},
    }
    rights = screen(profile | fields, month=MONTH).rights
    return rights["rsa"].amount.expected, rights["ppa"].amount.expected


PARTNER = {"role": "conjoint"}


def test_prison_hospital_and_service_civique() -> None:
    assert amounts(person(hospitalise=True))[0] == amounts(person())[0] == 651.69
    assert amounts(person(), person(**PARTNER, detenu=True))[0] == 651.69
    assert amounts(person(detenu=True), person(**PARTNER))[0] == 651.69
    assert amounts(person(revenus={"service_civique": 600}), person(**PARTNER))[0] == 977.54


def test_interruption_is_deduced_from_a_written_zero_only() -> None:
    wages = {"2026-07": 1200, "2026-08": 1200, "2026-09": 1200, "2026-10": 0}
    unsaid = person(activite="chomeur", revenus={"salaire_net": wages})
    written = person(activite="chomeur", revenus={"salaire_net": wages | {"2026-11": 0}})
    assert amounts(unsaid)[0] is None
    assert amounts(written)[0] == 651.69
    assert amounts(unsaid | {"activite_interrompue": True})[0] == 651.69


def test_savings_gains_and_sick_pay() -> None:
    assert amounts(person(), patrimoine={"livret_a": 10000})[0] == 638.08  # 1.5 % in July, then 1.7 %
    assert amounts(person(), patrimoine={"epargne_imposable": 10000})[0] == 651.69
    work = {"activite": "salarie"}
    assert amounts(person(**work, revenus={"salaire_net": 1000, "gains_exceptionnels": 200}))[1] == 302.98
    one_number = amounts(person(**work, revenus={"ijss_maladie": 1000}))[1]
    months = amounts(person(**work, revenus={"ijss_maladie": {"2026-07": 1000, "2026-08": 1000, "2026-09": 1000}}))[1]
    assert one_number == 0
    assert months == 302.98


def test_benefits_not_declared_are_estimated_and_deducted() -> None:
    child = {"role": "enfant", "date_naissance": "2017-01-15"}
    declared = amounts(person(), child, isolement_recent=False)[0]
    estimated = amounts(person(), child, isolement_recent=False, prestations_recues={"aide_logement": 0})[0]
    assert declared is not None
    assert estimated is not None
    assert abs(declared - estimated - 107.59) < 0.01


def test_the_month_of_the_third_birthday_still_counts() -> None:
    def child(birth: str) -> dict[str, Any]:
        return {"role": "enfant", "date_naissance": birth}

    for birth, expected in (("2023-09-01", 1069.71), ("2023-09-02", 1115.80), ("2023-10-02", 1115.80)):
        assert amounts(person(), child(birth), isolement_recent=False)[0] == expected
