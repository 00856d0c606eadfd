"""Rights that count together: as received, and as if those of which nothing is said were claimed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.households import fictional
from tests.screening.fictional import MONTH, RIGHTS, household, population, screener
from zero_non_recours import evaluate
from zero_non_recours.rulebook.fields import household_model, profile_fields
from zero_non_recours.screening.batch.screen import screen_batch
from zero_non_recours.screening.examples import run_examples
from zero_non_recours.screening.explain import explain
from zero_non_recours.screening.result import Amount, RightResult
from zero_non_recours.screening.sentences import status_sentence, supposed_amounts


def both(**changes: object) -> tuple[RightResult, RightResult]:
    found = screener().screen(household(**changes)).rights
    return found["gite"], found["chant"]


def ends(result: RightResult) -> tuple[float | None, float | None, float | None]:
    return result.amount.low, result.amount.expected, result.amount.high


def test_the_examples_of_the_country_hold():
    assert [(r.name, r.message) for r in run_examples(fictional()) if not r.ok] == []


def test_what_supposes_a_claim_is_no_answer():
    book = fictional()
    assert book.hypotheses == {"gite_demande", "chant_demande"}
    assert not {f.variable for f in profile_fields(book)} & book.hypotheses
    schema = str(household_model(book).model_json_schema())
    assert "gite_demande" not in schema and "chant_demande" not in schema
    for place in population(60, seed=1):
        for result in screener().screen(place).rights.values():
            assert not any("demande" in m.field for m in result.missing)
            assert not any("demande" in a.field for a in result.assumptions)


def test_answers_are_read_as_received():
    gite, chant = both()
    assert (gite.amount.expected, chant.amount.expected) == (100, 120)
    gite, chant = both(aides_recues__gite=90, aides_recues__chant=60)
    assert (gite.amount.expected, chant.amount.expected) == (160, 75)
    assert screener().plan.slots and not any(s.name in fictional().hypotheses for s in screener().plan.slots)


def test_an_amount_open_only_by_what_is_received_is_given_as_claimed():
    gite, chant = both(aides_recues__gite=None, aides_recues__chant=None)
    assert ends(gite) == (100, 160, 160) and gite.status == "eligible"
    assert ends(chant) == (0, 40, 120) and chant.status == "undetermined"
    [told] = chant.assumptions
    assert (told.field, told.value, told.label, told.shown) == (
        "aides_recues.gite",
        160,
        "Aide au gîte reçue",
        "160 € par mois",
    )
    assert told.text == "Comme si ce droit était demandé : aide au gîte."
    [told] = gite.assumptions
    assert (told.field, told.value) == ("aides_recues.chant", 40)
    assert [m.field for m in chant.missing] == ["aides_recues.gite"]
    assert gite.variables == {"gite": None}
    assert status_sentence(gite).replace("\u202f", " ") == (
        "pourrait avoir droit à 160 € par mois (entre 100 € et 160 €, selon les autres droits perçus)"
    )
    assert "le montant serait 40 € par mois (entre 0 € et 120 €" in status_sentence(chant)
    assert "« Aide au gîte reçue » : 160 € par mois" in next(iter(supposed_amounts(chant)))


def test_a_right_declared_as_not_received_is_not_supposed_claimed():
    gite, chant = both(aides_recues__chant=None)
    assert ends(gite) == (100, 160, 160)
    assert ends(chant) == (120, 120, 120) and chant.assumptions == ()
    assert gite.assumptions[0].value == 120  # the singing, with no lodge received


@pytest.mark.parametrize("unknown", ["gite__loyer", "voix"])
def test_another_answer_that_is_missing_leaves_the_amount_open(unknown):
    for result in both(aides_recues__gite=None, aides_recues__chant=None, **{unknown: None}):
        if result.amount.expected is None:
            assert result.assumptions == ()
    gite, chant = both(aides_recues__gite=None, aides_recues__chant=None, gite__loyer=None)
    assert gite.amount.expected is None and chant.amount.expected is None


def test_a_claim_may_settle_what_an_answer_would():
    """Without a voice nothing is paid for singing, whatever is received: the lodge is open by the receipt alone."""
    gite, chant = both(aides_recues__gite=None, aides_recues__chant=None, voix=0)
    assert chant.status == "not_eligible" and chant.missing == ()
    assert ends(gite) == (100, 100, 160)
    assert gite.assumptions[0].value == 0


def test_no_answer_at_all_supposes_nothing():
    found = screener().screen({"personnes": [{"role": "adulte"}]}).rights
    assert all(r.amount.expected is None and r.assumptions == () for r in found.values())


@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_alone_is_the_right_among_the_others(right):
    alone = screener(rights=(right,))
    for place in population(80, seed=4):
        assert alone.screen(place).rights[right] == screener().screen(place).rights[right]


@pytest.mark.parametrize("month", ["2024-03", "2025-06", "2026-11", "2026-12"])
def test_one_by_one_and_in_columns(month):
    screener_ = screener(month)
    places = population(400, seed=7)
    columns = screen_batch(screener_, places)
    expected = 0
    for row, place in enumerate(places):
        for found in columns:
            one = screener_.screen(place).rights[found.right.name]
            expected += one.amount.expected is not None and one.amount.low != one.amount.high
            assert (found.low[row], found.expected[row], found.high[row]) == ends(one)
            assert (found.status[row], found.label[row]) == (one.status, one.label)
            assert (found.outcome[row], found.deadline[row]) == (one.next_steps["outcome"], one.next_steps["deadline"])
            assert found.assumptions[row] == len(one.assumptions)
            assert found.missing[row] == tuple(m.field for m in one.missing)
    assert expected > 20


def test_the_expected_amount_is_what_evaluate_gives_with_the_flags():
    for place in population(200, seed=9):
        found = screener().screen(place).rights
        data = place.model_dump()
        received = data["aides_recues"]
        for name, result in found.items():
            if result.amount.expected is None or result.amount.low == result.amount.high:
                continue
            maison = {
                "loyer_du_gite": data["gite"]["loyer"],
                "gite_de_pierre": data["gite"]["de_pierre"],
                "scribe": data["gite"]["scribe"],
                "voix": data["voix"],
                "gite_recu": received["gite"],
                "chant_recu": received["chant"],
                "gite_demande": received["gite"] is None,
                "chant_demande": received["chant"] is None,
            }
            known = {k: v for k, v in maison.items() if v is not None}
            assert evaluate([name], {"maison": known}, MONTH, rulebook=fictional())[name] == result.amount.expected
            assert result.assumptions and result.amount.low is not None and result.amount.high is not None
            assert result.amount.low <= result.amount.expected <= result.amount.high


def test_the_explanation_reads_answers_as_received():
    explanation = explain(household(aides_recues__chant=60), "gite", MONTH, rulebook=fictional())
    assert explanation.result.amount.expected == 160
    assert {s.name for s in explanation.steps} <= {"gite", "chant_paye"}
    open_ = explain(household(aides_recues__gite=None, aides_recues__chant=None), "chant", MONTH, rulebook=fictional())
    assert ends(open_.result) == (0, 40, 120)
    assert "Comme si ce droit était demandé : aide au gîte." in str(open_)


# -- in outreach ----------------------------------------------------------------------------------------


def test_an_amount_between_two_bounds_reads_well():
    result = both()[0]
    open_ = replace(result, amount=Amount(0.0, 12.5, None, "€/mois"))
    assert status_sentence(open_) == "pourrait avoir droit à 12,50 € par mois"
