"""The priors of the shipped rules: every answer that decides can be drawn, from a source, from nothing forbidden."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from tests.screening.households import adult, home
from zero_non_recours import Household
from zero_non_recours.engine.lower import Lowering, When
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook.dependencies import drawn_from
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.rulebook.model import Law, Variable

BOOK = default_rulebook()
LAWS = [(prior.name, law) for prior in BOOK.priors.values() for law in prior.laws]
OF_THE_PERSON = ("nationalite", "refugie", "carte_resident", "titre_sejour", "anciennete_titre_sejour_ans", "enceinte")
"""Answers that tell a nationality or a sex."""


def never_asked(variable: Variable) -> bool:
    return variable.asked is not None and variable.asked.op == "const" and variable.asked.value is False


def mean(law: Law) -> float:
    """The mean of the answers that are not zero."""
    steps = zip(law.quantiles, law.quantiles[1:], strict=False)
    return sum((after - before) * (low + high) / 2 for (before, low), (after, high) in steps)


def only(name: str, sureness: str = "derive") -> list[Law]:
    return [law for found, law in LAWS if found == name and law.sureness == sureness]


def test_every_answer_that_leaves_a_right_open_can_be_drawn() -> None:
    asked = {v.name for v in BOOK.inputs.values() if v.policy in ("bloquer", "encadrer") and not never_asked(v)}
    assert asked - BOOK.priors.keys() == set()
    assert BOOK.priors.keys() - asked == set(), "an answer that is supposed, or never asked, is not drawn"


def test_no_prior_depends_on_a_sensitive_answer() -> None:
    read = {name for prior in BOOK.priors.values() for name in drawn_from(prior)}
    assert read
    assert {BOOK.variables[name].sensitivity for name in read} <= {"neutral", "private"}
    assert {BOOK.variables[name].sensitivity for name in OF_THE_PERSON} == {"sensitive"}


def test_a_source_says_what_its_sureness_means() -> None:
    for name, law in LAWS:
        if law.sureness == "hypothese":
            assert law.source.startswith("Hypothèse ; "), name
        elif law.sureness == "faible":
            assert law.source.startswith(("Hypothèse ; ", "Aucune donnée ; ")), name
        else:
            assert re.search(r"\b20[012]\d\b", law.source), name


def test_money_and_health_are_not_asked_like_the_rest() -> None:
    of = {name: variable.sensitivity for name, variable in BOOK.inputs.items()}
    money = [v.name for v in BOOK.inputs.values() if v.path.startswith(("personnes[].revenus.", "prestations_recues."))]
    assert len(money) > 30
    assert {of[name] for name in [*money, "loyer", "charges", "rfr"]} == {"private", "sensitive"}
    sensitive = ("enceinte", "detenu", "handicap", "aah", "ijss_maladie", "hospitalise", "date_isolement", "livret_a")
    assert {of[name] for name in sensitive} == {"sensitive"}
    assert {of[name] for name in ("statut", "activite", "date_naissance", "commune")} == {"neutral"}


@pytest.mark.parametrize("month", ["2024-01", "2026-11"])
def test_every_condition_is_computed_from_the_answers(month: str) -> None:
    lowering = Lowering(BOOK, parse_month(month), frozenset())
    for _, law in LAWS:
        if law.condition is not None:
            lowering.expression(law.condition, When(0, 0))
    read = {slot.name for slot in lowering.domains}
    assert {"activite", "statut", "date_naissance"} <= read


def test_the_means_are_those_that_the_sources_say() -> None:
    assert [mean(law) for law in only("rsa_recu")] == pytest.approx([536 * 1.07], rel=0.03)
    assert [mean(law) for law in only("ppa_recue")] == pytest.approx([184 * 1.07], rel=0.05)
    assert [mean(law) for law in only("aide_logement_recue")] == pytest.approx([319, 205], rel=0.05)
    assert [mean(law) for law in only("cheque_energie_recu")] == pytest.approx([149], rel=0.05)
    unemployed, working = only("chomage_net")
    assert (mean(unemployed), mean(working)) == pytest.approx((930 * 1.1, 540 * 1.12), rel=0.05)
    assert dict(unemployed.quantiles)[0.25] == pytest.approx(545 * 1.1, rel=0.01)


def test_whole_numbers_and_answers_that_grow() -> None:
    assert {v.name for v in BOOK.inputs.values() if v.whole} == {"zone_apl", "mois_grossesse"}
    growing = {v.name: v.monthly_change for v in BOOK.inputs.values() if v.monthly_change}
    assert growing == {"anciennete_titre_sejour_ans": pytest.approx(1 / 12), "mois_grossesse": 1.0}


def test_a_whole_number_is_asked_of_the_profile() -> None:
    profile = home(adult())
    profile["logement"]["zone_apl"] = 2
    Household.model_validate(profile)
    profile["logement"]["zone_apl"] = 1.5
    with pytest.raises(ValidationError, match="nombre entier attendu"):
        Household.model_validate(profile)
