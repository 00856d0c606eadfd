"""Rights that count one another, in a country of fiction: what they bring together, and what each does to the other."""

from __future__ import annotations

import pytest

from tests.engine.households import fictional
from tests.screening.fictional import MONTH, RIGHTS, household
from zero_non_recours import Ranking, rank_rights


def ranked(**changes: object) -> Ranking:
    return rank_rights(household(**changes), MONTH, rulebook=fictional(), rights=RIGHTS)


@pytest.mark.parametrize(
    ("changes", "nets"),
    [
        ({}, {"gite": 90, "chant": 110}),  # 100 or 120 alone, 160 and 40 together
        ({"aides_recues__chant": None}, {"gite": 90, "chant": 110}),
        ({"aides_recues__chant": 60}, {"gite": 80}),  # 160, less what the other one loses
        ({"aides_recues__gite": 90}, {"chant": 135}),  # 75, and what the other one gains
        ({"voix": 0}, {"gite": 100}),
        ({"gite__loyer": 400}, {"gite": 200, "chant": 120}),  # together the other one closes: 320
    ],
)
def test_gains_come_from_claiming_all_missing_rights_together(changes, nets):
    found = ranked(**changes)
    assert {r.right: r.monthly.net_in_bundle for r in found.rights} == pytest.approx(nets)
    assert found.bundle.if_all_missing == pytest.approx(sum(nets.values()))


def test_a_right_tells_what_claiming_it_does_to_the_other():
    effects = {right.right: right.effects for right in ranked(gite__loyer=400).rights}
    assert effects["gite"] == (
        "Demander « Gîte de bois » fermerait « Prime de chant » (120 € par mois) : comparer avant de choisir.",
    )
    assert "« Gîte de bois » passerait de 200 € à 320 € par mois" in effects["chant"][0]


def test_a_closing_date_that_is_near_comes_first():
    found = ranked(gite__loyer=10, voix=5)
    assert [(r.right, r.status) for r in found.rights] == [("gite", "act_first"), ("chant", "probably_missing")]
    assert found.rights[0].deadline == "2026-12-31"
    assert any("31 décembre 2026" in reason for reason in found.rights[0].reasons)
    assert not any("date limite" in reason for reason in found.rights[1].reasons)


def test_the_others_say_why():
    assert ranked(gite__loyer=0).others["gite"].reasons[0].endswith("Sans loyer, pas d'aide au gîte.")
    paid = ranked(aides_recues__gite=5).others["gite"]
    assert paid.status == "already_received"
    assert paid.reasons == ("Déjà perçu, d'après le dossier. L'aide au gîte est déjà payée.",)
