"""Why a right may not be received, from the signs of its file only, and the action that recovers the most."""

from __future__ import annotations

import itertools

import pytest

from zero_non_recours.outreach.actions import (
    CLAIMED_WITHOUT_PAYMENT,
    FOLLOW_UP,
    MEETINGS,
    REFUSAL,
    actions_for,
    best_action,
    cause_of,
    cause_weights,
    signs_of,
)
from zero_non_recours.outreach.parameters import default_outreach_parameters
from zero_non_recours.profile.follow_up import SIGNS, RightSteps

FIGURES = default_outreach_parameters()
EFFECTS = FIGURES.effects


# -- causes --------------------------------------------------------------------------------------------------


def test_without_any_sign_the_opinion_of_the_general_public_is_all_there_is():
    found = cause_of(EFFECTS)
    assert found.hypotheses == pytest.approx(EFFECTS.priors) and found.signs == ()
    assert found.hypotheses["non_connaissance"] == max(found.hypotheses.values())
    assert found.likeliest == EFFECTS.causes["non_connaissance"].sentence


@pytest.mark.parametrize(
    ("sign", "cause", "expected"),
    [
        ("jamais_entendu_parler", "non_connaissance", 3 * 0.41 / (3 * 0.41 + 0.24 + 0.19 + 0.16)),
        ("commence_puis_arrete", "complexite", 3 * 0.24 / (0.41 + 3 * 0.24 + 0.19 + 0.16)),
        ("indu_passe", "crainte", 3 * 0.19 / (0.41 + 0.24 + 3 * 0.19 + 0.16)),
        ("demande_sans_paiement", "non_reception", 0.9),
        ("rendez_vous_sans_proposition", "non_proposition", 0.9),
    ],
)
def test_a_sign_raises_its_cause(sign, cause, expected):
    found = cause_of(EFFECTS, [sign])
    assert found.hypotheses[cause] == pytest.approx(expected)
    assert sum(found.hypotheses.values()) == pytest.approx(1)
    if cause == max(found.hypotheses, key=lambda name: found.hypotheses[name]):
        assert found.signs == (EFFECTS.signs[sign].sentence,)
        assert found.likeliest == EFFECTS.causes[cause].sentence


def test_signs_add_up_to_one_whatever_they_are_and_in_any_order():
    names = [*SIGNS, CLAIMED_WITHOUT_PAYMENT]
    for size in range(len(names) + 1):
        for signs in itertools.combinations(names, size):
            found = cause_weights(EFFECTS, signs)
            assert sum(found.values()) == pytest.approx(1) and min(found.values()) >= 0
            assert found == pytest.approx(cause_weights(EFFECTS, reversed(signs)))
            assert found == cause_weights(EFFECTS, (*signs, *signs)), "a sign told twice is one sign"
    both = cause_weights(EFFECTS, ["demande_sans_paiement", "rendez_vous_sans_proposition"])
    assert both["non_reception"] == both["non_proposition"] == pytest.approx(0.5)


def test_only_steps_that_were_taken_are_signs():
    assert signs_of(RightSteps(), None) == ()
    assert signs_of(RightSteps(claimed=True), None) == (CLAIMED_WITHOUT_PAYMENT,)
    assert signs_of(RightSteps(claimed=True), False) == (CLAIMED_WITHOUT_PAYMENT,)
    assert signs_of(RightSteps(claimed=True), True) == ()
    assert signs_of(RightSteps(signs=("indu_passe",), claimed=True), None) == (CLAIMED_WITHOUT_PAYMENT, "indu_passe")
    with pytest.raises(KeyError):
        cause_weights(EFFECTS, ["age"])


# -- actions -------------------------------------------------------------------------------------------------


def best(value: float, *signs: str, claimed: bool = False) -> str:
    return best_action(actions_for(FIGURES, value, cause_weights(EFFECTS, signs), claimed)).action


def test_what_an_action_recovers_is_what_the_right_is_worth_times_its_effect():
    causes = cause_weights(EFFECTS, ["indu_passe"])
    for action in actions_for(FIGURES, 1000.0, causes, claimed=False):
        mean, meets = EFFECTS.actions[action.action].effect, 0.0
        for cause, share in causes.items():
            times = 1.5 if cause in EFFECTS.actions[action.action].meets else 0.5
            meets += share * min(mean * times, 0.95)
        assert action.gain == pytest.approx(1000 * meets)
        assert action.cost == pytest.approx(0.6 * action.minutes)
        assert action.net == action.gain - action.cost


def test_a_small_value_gets_a_small_action_and_a_large_one_an_appointment():
    assert (best(0), best(10), best(60)) == ("message", "message", "courrier")
    assert best(500) in MEETINGS and best(5000) == "demande_accompagnee"


def test_a_claim_already_made_is_followed_and_nothing_else():
    assert best(500, CLAIMED_WITHOUT_PAYMENT, claimed=True) == FOLLOW_UP
    assert [a.action for a in actions_for(FIGURES, 500.0, EFFECTS.priors, claimed=True)] == [FOLLOW_UP]
    open_ = [a.action for a in actions_for(FIGURES, 500.0, EFFECTS.priors, claimed=False)]
    assert FOLLOW_UP not in open_ and REFUSAL not in open_ and len(open_) == len(EFFECTS.actions) - 2


def test_the_cause_decides_between_a_letter_and_an_appointment():
    """The same right, not worth much: told to somebody who never heard of it, claimed with somebody who gave up."""
    values = range(40, 400)
    letters = {value for value in values if best(value, "jamais_entendu_parler") == "courrier"}
    met = {value for value in values if best(value, "commence_puis_arrete") == "courrier"}
    assert met < letters


def test_of_two_equal_actions_the_shorter_one():
    actions = actions_for(FIGURES, 0.0, EFFECTS.priors, claimed=False)
    assert best_action(actions).minutes == min(action.minutes for action in actions)
