"""Explanations: for any household, the real numbers and articles, and only the branches that were taken."""

from __future__ import annotations

import random
import re

import pytest

from tests.oracle.population import random_profile
from tests.screening.households import MONTH, MONTHS, adult, answers_of, child, home, without
from zero_non_recours import PlanError, explain
from zero_non_recours.screening.screen import euros

ARTICLE = re.compile(r"\[[^\]]*(CASF|CSS|Code|Ordonnance|Décret|Conseil d'État)[^\]]*\]")
ODD = re.compile(r"\b(nan|inf|None|True|False)\b|\de[-+]\d|-0 €")


@pytest.mark.parametrize("month", MONTHS)
def test_any_household_in_any_month(month):
    rng = random.Random(month)
    for _ in range(4 if month == MONTH else 2):
        profile = random_profile(rng, month)
        for right in ("rsa", "ppa"):
            explanation = explain(profile, right, month)
            text = str(explanation)
            amount = explanation.result.amount.expected
            assert amount is not None
            assert euros(amount) in text if amount else "pas de droit" in text
            assert ARTICLE.search(text)
            assert not ODD.search(text), ODD.search(text)
            for step in explanation.steps:
                assert step.references and step.label and step.value


@pytest.mark.parametrize("seed", range(20))
def test_an_incomplete_household_is_explained_with_ranges(seed):
    rng = random.Random(seed)
    profile = random_profile(rng, MONTH)
    for path in rng.sample(list(answers_of(profile)), 3):
        profile = without(profile, path)
    for right in ("rsa", "ppa"):
        for detailed in (False, True):
            explanation = explain(profile, right, MONTH, detailed=detailed)
            text = str(explanation)
            assert not ODD.search(text), ODD.search(text)
            if explanation.result.status == "undetermined":
                assert re.search(r"entre .* et |au moins|inconnu", text)
                for missing in explanation.result.missing:
                    assert missing.question in text


def test_an_empty_household_is_explained():
    for right in ("rsa", "ppa"):
        text = str(explain({"personnes": [{}]}, right, MONTH))
        assert "à préciser" in text and "Ce qui n'est pas connu" in text


def test_the_steps_of_a_worked_example():
    """The dossier's prime P12: isolated parent, child of 2, 900 €."""
    household = home(adult(id="maman", wage=900), child("2024-05-05"), asf=201.78, paje_base=199.15, aide_logement=200)
    text = str(explain(household, "ppa", "2026-10"))
    for number in ("1 092,84 €", "240,63 €", "42,98 €", "153,19 €", "314,55 €", "312,97 €", "107,59 €"):
        assert number in text.replace("\u202f", " "), number
    for words in ("CSS L842-3", "D843-2", "juin, juillet, août 2026", "maman"):
        assert words in text
    values = {s.name: s.value.replace("\u202f", " ") for s in explain(household, "ppa", "2026-10").steps}
    assert values["ppa"] == "314,55 €" and values["ppa_nette_crds"] == "312,97 €"
    assert values["ppa_ressources_mois"] == "1 359,92 €"


def test_the_last_step_is_the_amount_and_steps_come_in_computation_order():
    steps = [s.name for s in explain(home(adult(wage=300)), "rsa", MONTH).steps]
    assert steps[-1] == "rsa"
    assert steps.index("rsa_montant_base") < steps.index("rsa_montant_forfaitaire") < steps.index("rsa_avant_seuil")


@pytest.mark.parametrize(
    ("household", "never", "always"),
    [
        (home(adult(wage=300)), "rsa_coefficient_majore", "rsa_coefficient_familial"),
        (home(adult(), child("2025-05-05")), "rsa_coefficient_familial", "rsa_coefficient_majore"),
    ],
)
def test_a_branch_that_was_not_taken_is_not_told(household, never, always):
    names = {s.name for s in explain(household, "rsa", MONTH).steps}
    assert never not in names and always in names


def test_detailed_says_more():
    short, long = (explain(home(adult(wage=300)), "rsa", MONTH, detailed=d) for d in (False, True))
    assert {s.name for s in short.steps} < {s.name for s in long.steps}


def test_a_near_miss_and_a_failed_condition_are_in_the_text():
    text = str(explain(home(adult(wage=677.69)), "rsa", MONTH))
    assert "32 € de ressources de trop" in text and "[NON]" in text
    assert "pas de droit" in str(explain(home(adult(activite="etudiant")), "rsa", MONTH))


def test_the_text_never_promises():
    text = str(explain(home(adult(wage=300)), "rsa", MONTH))
    assert "pourrait avoir droit" in text and "seul l'organisme qui verse décide" in text
    assert "vous avez droit" not in text.lower()


def test_an_unknown_right_or_month():
    with pytest.raises(PlanError, match="rsaa"):
        explain(home(adult()), "rsaa", MONTH)
    with pytest.raises(PlanError, match="2024-01"):
        explain(home(adult()), "rsa", "2023-12")
    with pytest.raises(ValueError, match="AAAA-MM"):
        explain(home(adult()), "rsa", "2026")
