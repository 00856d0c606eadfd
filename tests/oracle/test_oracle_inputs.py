"""The oracle's households and exclusions, checked without OpenFisca-France."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from . import energy, housing
from .comparison import Expected, compare
from .differences import DIFFERENCES, EVENED, Difference
from .exclusions import EXCLUSIONS, excluded
from .families import ENERGY, FAMILIES, HOUSING, RSA_PPA, Family, family_of
from .months import between, reference_months, shift
from .reading import Profile, adults, born, children, income, is_shifted, quarter, received

Reasons = list[tuple[str, Profile, dict[str, list[str]]]]
CASES = {family.name: family.cases(7, 1200, family.months) for family in FAMILIES}


@cache
def reasons(family: Family) -> Reasons:
    """Every case with the differences that touch it."""
    return [(month, profile, excluded(profile, month, family.rights)) for month, profile in CASES[family.name]]


DOCUMENT = Path(__file__).parents[2] / "docs" / "differences.md"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.name)
def test_same_seed_same_households(family: Family) -> None:
    assert family.cases(3, 40, family.months) == family.cases(3, 40, family.months)
    assert family.cases(3, 40, family.months) != family.cases(4, 40, family.months)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.name)
def test_households_are_plain_json(family: Family) -> None:
    for month in family.months:
        profile = family.generator(random.Random(1), month)
        assert json.loads(json.dumps(profile)) == profile


def test_every_month_is_written_when_an_income_varies() -> None:
    for name, back in (("rsa_ppa", 6), ("housing", 13)):
        for month, profile in CASES[name]:
            for person in [*adults(profile), *children(profile)]:
                assert person["revenus_complets"] is True
                for value in person["revenus"].values():
                    if isinstance(value, dict) and any(len(key) == 7 for key in value):
                        assert set(between(shift(month, -back), month)) <= set(value)


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


Situations = dict[str, Callable[[Profile, str], bool]]

OF_RSA_PPA: Situations = {
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


def lives(**wanted: object) -> Callable[[Profile, str], bool]:
    """The dwelling has these answers."""
    return lambda profile, month: all(housing.home(profile).get(key) == value for key, value in wanted.items())


def kept(*shares: float) -> Callable[[Profile, str], bool]:
    """An adult's former income counts for these shares."""
    return lambda profile, month: any(
        housing.kept(adult, profile, month) == shares and housing.has_former_income(adult, month)
        for adult in adults(profile)
    )


def zone(*codes: str) -> Callable[[Profile, str], bool]:
    return lambda profile, month: housing.is_tenant(profile) and housing.home(profile)["code_insee"].startswith(codes)


OF_HOUSING: Situations = {
    "zone 1": zone("75", "77", "78", "93", "94"),
    "zone 2": zone("38", "69", "31", "59", "44", "13", "87", "2A"),
    "zone 3": zone("12", "15", "23", "48", "19"),
    "overseas": zone(*housing.OVERSEAS),
    "social landlord": lives(statut="locataire_hlm"),
    "furnished": lives(statut="locataire_meuble"),
    "private landlord under convention": lives(statut="locataire_vide", conventionne=True),
    "flat-share": lives(colocation=True),
    "room": lives(chambre=True),
    "students' residence": lives(type_residence="residence_universitaire"),
    "landlord of the family": lives(proprietaire_proche_famille=True),
    "recent loan": lives(statut="accedant"),
    "couple": lambda profile, month: housing.is_couple(profile),
    "two earners": housing.two_earners,
    "five dependants or more": lambda profile, month: housing.dependants(profile, month) >= 5,
    "expecting alone": housing.expecting_alone,
    "student with a grant": lambda profile, month: (
        housing.student_by_law(profile, month) and bool(adults(profile)[0]["boursier"])
    ),
    "student without a grant": lambda profile, month: (
        housing.student_by_law(profile, month) and not adults(profile)[0]["boursier"]
    ),
    "RSA the month before": lambda profile, month: housing.on_rsa(profile, month),
    "unemployed with benefit": kept(housing.ABATED, 1.0),
    "unemployed without benefit": lambda profile, month: (
        not housing.on_rsa(profile, month) and kept(0.0, 0.0)(profile, month)
    ),
    "retired lately": kept(housing.ABATED, housing.ABATED),
    "profits": lambda profile, month: any(housing.profits(one, month) > 0 for one in adults(profile)),
    "real expenses": lambda profile, month: any(one["revenus"].get("frais_reels") for one in adults(profile)),
    "maintenance received": lambda profile, month: any(
        one["revenus"].get("pension_alimentaire_recue") for one in adults(profile)
    ),
    "maintenance paid": lambda profile, month: any(
        one["revenus"].get("pension_alimentaire_versee") for one in adults(profile)
    ),
    "rents or dividends": lambda profile, month: any(
        one["revenus"].get("revenus_locatifs") or one["revenus"].get("revenus_capital") for one in adults(profile)
    ),
    "more than 30 000 of savings": lambda profile, month: (
        profile["patrimoine"]["livret_a"] + profile["patrimoine"]["epargne_non_imposable"] > 30000
    ),
    "AAH": lambda profile, month: any(income(one, "aah", month) > 0 for one in adults(profile)),
    "AEEH": lambda profile, month: received(profile, "aeeh", month) > 0,
    "grown child at work": lambda profile, month: any(
        income(one, "salaire_imposable", month) > 1200 for one in children(profile)
    ),
}
OF_ENERGY: Situations = {
    "one person": lambda profile, month: energy.units(profile, month) == 1,
    "between one and two units": lambda profile, month: 1 < energy.units(profile, month) < 2,
    "two units or more": lambda profile, month: energy.units(profile, month) >= 2,
    "child in alternating residence": lambda profile, month: bool(energy.shared(profile["personnes"])),
    "unmarried couple": lambda profile, month: profile.get("union") == "union_libre",
    "other occupants": lambda profile, month: any(one["role"] == "autre" for one in profile["personnes"]),
    "on a limit": lambda profile, month: energy.distance_to_a_limit(profile, month) == 0,
    "no income": lambda profile, month: energy.income(profile, month) == 0,
    "in a home": lambda profile, month: profile["logement"]["statut"] == "locataire_foyer",
    "since 2025": lambda profile, month: energy.by_contract(month),
}
SITUATIONS = [
    (family, right, name, test)
    for family, situations in ((RSA_PPA, OF_RSA_PPA), (HOUSING, OF_HOUSING), (ENERGY, OF_ENERGY))
    for right in family.rights
    for name, test in situations.items()
]


@pytest.mark.parametrize(
    ("family", "right", "test"),
    [(family, right, test) for family, right, _, test in SITUATIONS],
    ids=[f"{right}: {name}" for _, right, name, _ in SITUATIONS],
)
def test_every_situation_is_compared(family: Family, right: str, test: Callable[[Profile, str], bool]) -> None:
    found = sum(not touched[right] and test(profile, month) for month, profile, touched in reasons(family))
    assert found >= 3


@pytest.mark.parametrize("right", [right for family in FAMILIES for right in family.rights])
def test_most_households_are_compared(right: str) -> None:
    cases = reasons(family_of(right))
    assert sum(not touched[right] for _, _, touched in cases) / len(cases) >= 0.7


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
    right = difference.right
    assert excluded(difference.profile, difference.month, [right])[right] == [difference.name]


@pytest.mark.parametrize("difference", EVENED, ids=lambda one: one.name)
def test_what_is_evened_out_is_compared(difference: Difference) -> None:
    assert excluded(difference.profile, difference.month, [difference.right])[difference.right] == []


def amounts(difference: Difference) -> str:
    law = "—" if difference.law is None else f"{difference.law:.2f}"
    return f"{difference.right} {difference.month}: {difference.peer:.2f} / {law}"


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.name)
def test_the_document_states_the_amounts(difference: Difference) -> None:
    row = next(line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if f"`{difference.name}`" in line)
    assert amounts(difference) in row


def test_the_document_states_what_is_evened_out() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    stated = [line.split("|")[4].strip() for line in lines if line.count("|") == 5 and re.search(r"\d / ", line)]
    assert stated == [amounts(one) for one in EVENED]


def test_comparison_counts_and_disagreements() -> None:
    cases = CASES["rsa_ppa"][:60]
    theirs = [{"rsa": Expected(100.0), "ppa": Expected(0.0, tolerance=1.0)} for _ in cases]
    kept = next(row for row, (month, profile) in enumerate(cases) if not excluded(profile, month)["rsa"])
    near = next(row for row, (month, profile) in enumerate(cases) if not excluded(profile, month)["ppa"])
    ours: list[dict[str, float | None]] = [{"rsa": 100.04, "ppa": 0.0} for _ in cases]
    assert compare(cases, ours, theirs, RSA_PPA.rights).disagreements == []
    ours[near] = {"rsa": 100.0, "ppa": 0.9}
    assert compare(cases, ours, theirs, RSA_PPA.rights).total("ppa").near == 1
    ours[kept] = {"rsa": None, "ppa": 0.0}
    report = compare(cases, ours, theirs, RSA_PPA.rights)
    assert [(one.month, one.right, one.ours) for one in report.disagreements] == [(cases[kept][0], "rsa", None)]
    total = report.total("rsa")
    assert total.cases == len(cases) == total.compared + total.excluded
    assert total.equal == total.compared - 1
