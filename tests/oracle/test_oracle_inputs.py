"""The oracle's households and exclusions, checked without OpenFisca-France."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .comparison import RIGHTS, compare
from .differences import DIFFERENCES, Difference
from .exclusions import EXCLUSIONS, excluded
from .months import between, reference_months, shift
from .population import random_profile, random_profiles
from .reading import Profile, adults, born, children, income, is_shifted, quarter, received

MONTHS = ["2024-02", "2024-12", "2025-02", "2025-10", "2026-02", "2026-11"]
CASES = random_profiles(7, 1200, MONTHS)
DOCUMENT = Path(__file__).parents[2] / "docs" / "differences.md"


def test_same_seed_same_households() -> None:
    assert random_profiles(3, 40, MONTHS) == random_profiles(3, 40, MONTHS)
    assert random_profiles(3, 40, MONTHS) != random_profiles(4, 40, MONTHS)


def test_households_are_plain_json() -> None:
    profile = random_profile(random.Random(1), "2026-11")
    assert json.loads(json.dumps(profile)) == profile


def test_every_month_is_written_when_an_income_varies() -> None:
    for month, profile in CASES:
        for person in [*adults(profile), *children(profile)]:
            assert person["revenus_complets"] is True
            for value in person["revenus"].values():
                if isinstance(value, dict) and any(len(key) == 7 for key in value):
                    assert set(between(shift(month, -6), month)) <= set(value)


@pytest.mark.parametrize(
    ("month", "body", "department", "expected"),
    [
        ("2025-02", "caf", "38", ["2024-11", "2024-12", "2025-01"]),
        ("2025-02", "caf", "34", ["2024-10", "2024-11", "2024-12"]),
        ("2024-09", "caf", "34", ["2024-06", "2024-07", "2024-08"]),
        ("2025-03", "caf", "38", ["2024-11", "2024-12", "2025-01"]),
        ("2025-06", "msa", "38", ["2025-03", "2025-04", "2025-05"]),
        ("2025-07", "msa", "38", ["2025-03", "2025-04", "2025-05"]),
    ],
)
def test_reference_quarter(month: str, body: str, department: str, expected: list[str]) -> None:
    assert reference_months(month, body, department) == expected


SITUATIONS: dict[str, Callable[[Profile, str], bool]] = {
    "couple": lambda profile, month: len(adults(profile)) == 2,
    "four children or more": lambda profile, month: len(children(profile)) >= 4,
    "expecting": lambda profile, month: any(one["enceinte"] for one in adults(profile)),
    "isolated recently": lambda profile, month: bool(profile.get("isolement_recent")),
    "lone parent of a child under 3": lambda profile, month: (
        len(adults(profile)) == 1 and any(born(one).year >= int(month[:4]) - 2 for one in children(profile))
    ),
    "msa": lambda profile, month: profile["organisme"] == "msa",
    "pilot department": lambda profile, month: month < "2025-03" and is_shifted(profile, month),
    "young worker": lambda profile, month: any(one.get("rsa_jeune_condition_travail") for one in adults(profile)),
    "refugee": lambda profile, month: any(one.get("refugie") for one in adults(profile)),
    "five years of permit or more": lambda profile, month: any(
        one["nationalite"] == "AUTRE" and one["anciennete_titre_sejour_ans"] >= 5 for one in adults(profile)
    ),
    "student at work": lambda profile, month: any(
        one["activite"] == "etudiant" and income(one, "salaire_net", quarter(profile, month)[0]) > 0
        for one in adults(profile)
    ),
    "apprentice": lambda profile, month: any(one["activite"] == "apprenti" for one in adults(profile)),
    "self-employed": lambda profile, month: any(one["activite"] == "independant" for one in adults(profile)),
    "disability allowance and a wage": lambda profile, month: any(
        one["revenus"].get("aah") and one["revenus"].get("salaire_net") for one in adults(profile)
    ),
    "unemployment benefit": lambda profile, month: any(one["revenus"].get("chomage_net") for one in adults(profile)),
    "lost job, neutralised": lambda profile, month: any(
        one["activite_interrompue"] and not one["droit_chomage"] for one in adults(profile)
    ),
    "irregular wage": lambda profile, month: any(
        isinstance(one["revenus"].get("salaire_net"), dict) for one in adults(profile)
    ),
    "sick pay": lambda profile, month: any(one["revenus"].get("ijss_maladie") for one in adults(profile)),
    "rents or dividends": lambda profile, month: any(
        one["revenus"].get("revenus_locatifs") or one["revenus"].get("revenus_capital") for one in adults(profile)
    ),
    "maintenance": lambda profile, month: any(
        one["revenus"].get("pension_alimentaire_recue") for one in adults(profile)
    ),
    "idle savings": lambda profile, month: profile["patrimoine"]["epargne_non_imposable"] > 0,
    "owner": lambda profile, month: profile["logement"]["statut"] == "proprietaire",
    "hosted free of charge": lambda profile, month: (
        profile["logement"]["statut"] == "heberge_gratuit" and not profile["logement"]["participation_frais"]
    ),
    "small housing benefit": lambda profile, month: 0 < received(profile, "aide_logement", month) < 75,
    "family allowance": lambda profile, month: profile["prestations_recues"]["af"] > 0,
    "family supplement": lambda profile, month: profile["prestations_recues"]["cf"] > 0,
    "family support allowance": lambda profile, month: profile["prestations_recues"]["asf"] > 0,
    "young child allowance": lambda profile, month: profile["prestations_recues"]["paje_base"] > 0,
    "working child kept in the foyer": lambda profile, month: any(
        0 < income(one, "salaire_net", month) < 250 for one in children(profile)
    ),
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("right", RIGHTS)
def test_every_situation_is_compared(situation: str, right: str) -> None:
    found = sum(
        SITUATIONS[situation](profile, month) and not excluded(profile, month)[right] for month, profile in CASES
    )
    assert found >= 3


@pytest.mark.parametrize("right", RIGHTS)
def test_most_households_are_compared(right: str) -> None:
    compared = sum(not excluded(profile, month)[right] for month, profile in CASES)
    assert compared / len(CASES) >= 0.7


def test_every_exclusion_is_documented_once() -> None:
    names = Counter(one.name for one in EXCLUSIONS)
    assert set(names.values()) == {1}
    assert {one.name for one in DIFFERENCES} == set(names)
    text = DOCUMENT.read_text(encoding="utf-8")
    for one in EXCLUSIONS:
        assert (one.applies.__doc__ or "").strip()
        assert one.article
        assert text.count(f"`{one.name}`") == 1


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.name)
def test_a_difference_is_excluded_by_its_own_predicate_only(difference: Difference) -> None:
    assert excluded(difference.profile, difference.month)[difference.right] == [difference.name]


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.name)
def test_the_document_states_the_amounts(difference: Difference) -> None:
    row = next(line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if f"`{difference.name}`" in line)
    law = "—" if difference.law is None else f"{difference.law:.2f}"
    assert f"{difference.right} {difference.month}: {difference.peer:.2f} / {law}" in row


def test_comparison_counts_and_disagreements() -> None:
    cases = [(month, profile) for month, profile in CASES[:60]]
    theirs = [{"rsa": 100.0, "ppa": 0.0} for _ in cases]
    kept = next(row for row, (month, profile) in enumerate(cases) if not excluded(profile, month)["rsa"])
    ours: list[dict[str, float | None]] = [{"rsa": 100.04, "ppa": 0.0} for _ in cases]
    assert compare(cases, ours, theirs).disagreements == []
    ours[kept] = {"rsa": None, "ppa": 0.0}
    report = compare(cases, ours, theirs)
    assert [(one.month, one.right, one.ours) for one in report.disagreements] == [(cases[kept][0], "rsa", None)]
    total = report.total("rsa")
    assert total.cases == len(cases) == total.compared + total.excluded
    assert total.equal == total.compared - 1
