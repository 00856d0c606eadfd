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


WAGES = {"2026-07": 1200, "2026-08": 1200, "2026-09": 1200, "2026-10": 0}


def test_interruption_is_deduced_told_or_asked() -> None:
    revenus = {"salaire_net": WAGES, "chomage_net": 0}
    unsaid = person(activite="chomeur", revenus=revenus, revenus_complets=False)
    written = person(activite="chomeur", revenus=revenus | {"salaire_net": WAGES | {"2026-11": 0}})
    assert amounts(unsaid)[0] is None
    assert amounts(written)[0] == 651.69
    assert amounts(unsaid | {"activite_interrompue": True, "droit_chomage": False})[0] == 651.69
    deduced = person(activite="chomeur", revenus=revenus)
    assert amounts(deduced)[0] == 651.69
    profile = {
        "personnes": [deduced],
        "logement": {"statut": "locataire_vide"},
        "prestations_recues": {"aide_logement": 0},
    }
    told = {a.field: a.value for a in screen(profile, month=MONTH).rights["rsa"].assumptions}
    assert told["personnes[0].activite_interrompue"] is True
    assert amounts(person(activite="salarie", revenus={"salaire_net": WAGES}))[0] == 0


def test_ass_blocks_the_neutralisation() -> None:
    stopped = person(activite="chomeur", activite_interrompue=True, revenus={"salaire_net": WAGES})
    with_ass = stopped | {"revenus": {"salaire_net": WAGES, "ass": {MONTH: 500}}}
    assert amounts(stopped)[0] == 651.69
    assert amounts(with_ass)[0] == 0


def test_european_citizens_in_france_for_less_than_three_months() -> None:
    new = person(nationalite="EEE", anciennete_titre_sejour_ans=0.1)
    assert amounts(new)[0] == 0
    assert amounts(new | {"activite": "chomeur", "revenus": {"chomage_net": 300}})[0] == 351.69
    assert amounts(new | {"revenus": {"ijss_maladie": 300}})[0] == 351.69
    child = {"role": "enfant", "date_naissance": "2022-01-15"}
    assert amounts(new, child, isolement_recent=True)[0] == 0
    assert amounts(person(), child, isolement_recent=True)[0] == 1115.80


def test_isolated_parent_with_only_alternating_children() -> None:
    child = {"role": "enfant", "date_naissance": "2022-01-15"}
    alternating = child | {"garde_alternee": True}
    assert amounts(person(), alternating, isolement_recent=True)[0] == 883.74
    assert amounts(person(), alternating, child, isolement_recent=True)[0] == 1255.27


def test_partial_asf_counts_up_to_the_amount_received() -> None:
    child = {"role": "enfant", "date_naissance": "2022-01-15"}

    def rsa(asf: float) -> float | None:
        received = {"aide_logement": 0, "af": 0, "cf": 0, "paje_base": 0, "asf": asf}
        return amounts(person(), child, isolement_recent=True, prestations_recues=received)[0]

    assert [rsa(0), rsa(50), rsa(201.78)] == [1115.80, 1065.80, 1008.21]


def test_a_year_s_total_is_never_a_zero() -> None:
    profile = {
        "personnes": [person(activite="salarie", revenus={"salaire_net": {"2026": 12000}})],
        "logement": {"statut": "locataire_vide"},
        "prestations_recues": {"aide_logement": 0},
    }
    ppa = screen(profile, month=MONTH).rights["ppa"]
    assert ppa.status == "undetermined"
    assert [m.field for m in ppa.missing] == ["personnes[0].revenus.salaire_net"]


def test_savings_gains_and_sick_pay() -> None:
    assert amounts(person(), patrimoine={"livret_a": 10000})[0] == 638.08  # 1.5 % in July, then 1.7 %
    assert amounts(person(), patrimoine={"epargne_imposable": 10000})[0] == 651.69
    work = {"activite": "salarie"}
    assert amounts(person(**work, revenus={"salaire_net": 1000, "gains_exceptionnels": 200}))[1] == 302.98
    months = dict.fromkeys(("2026-07", "2026-08", "2026-09"), 1000)
    earlier = dict.fromkeys(("2026-04", "2026-05", "2026-06"), 1000)

    def ppa(**fields: Any) -> float | None:
        return amounts(person(**work, **fields))[1]

    assert ppa(revenus={"ijss_maladie": 1000}) == 0
    assert ppa(revenus={"ijss_maladie": months | earlier}) == 0
    assert ppa(revenus={"ijss_maladie": months}) == 302.98
    assert ppa(revenus={"ijss_maladie": months | earlier | {"2026-06": 0}}) == 302.98
    unknown = {"ijss_maladie": months, "salaire_net": 0, "chomage_net": 0}
    assert ppa(revenus=unknown, revenus_complets=False) == 302.98


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
