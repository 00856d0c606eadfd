"""What a declaration says of the receipt of a right: Bayes' rule, and what must hold whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zero_non_recours.outreach.receipt import non_receipt_after

chances = st.floats(0, 1)
declared = st.sampled_from([True, False])
SLACK = 1e-12

WORD = {"sensitivity": 0.90, "specificity": 0.98}
DOCUMENT = {"sensitivity": 0.99, "specificity": 0.999}


@pytest.mark.parametrize(
    ("before", "no_word", "yes_word", "no_document", "yes_document"),
    [
        (0.05, 0.340, 0.0012, 0.840, 0.0001),
        (0.18, 0.683, 0.005, 0.956, 0.0002),
        (0.34, 0.835, 0.011, 0.981, 0.0005),
        (0.57, 0.929, 0.029, 0.993, 0.001),
    ],
)
def test_the_table_of_the_model(before, no_word, yes_word, no_document, yes_document):
    assert non_receipt_after(before, False, **WORD) == pytest.approx(no_word, abs=5e-4)
    assert non_receipt_after(before, True, **WORD) == pytest.approx(yes_word, abs=5e-4)
    assert non_receipt_after(before, False, **DOCUMENT) == pytest.approx(no_document, abs=5e-4)
    assert non_receipt_after(before, True, **DOCUMENT) == pytest.approx(yes_document, abs=5e-4)


def test_nothing_said_changes_nothing():
    assert non_receipt_after(0.18, None, **WORD) == 0.18


@given(chances, st.sampled_from([True, False, None]), chances, chances)
def test_a_probability_stays_one(before, said, se, sp):
    assert 0 <= non_receipt_after(before, said, sensitivity=se, specificity=sp) <= 1


@given(chances, declared, chances, chances, chances)
def test_the_better_the_channel_the_more_its_answer_moves(before, said, first, second, other):
    low, high = sorted((first, second))
    sign = -1 if said else 1
    for name, fixed in (("sensitivity", "specificity"), ("specificity", "sensitivity")):
        worse = non_receipt_after(before, said, **{name: low, fixed: other})
        better = non_receipt_after(before, said, **{name: high, fixed: other})
        assert sign * (better - worse) >= -SLACK


@given(chances, st.floats(0.5, 1), st.floats(0.5, 1))
def test_a_yes_lowers_and_a_no_raises(before, se, sp):
    channel = {"sensitivity": se, "specificity": sp}
    assert non_receipt_after(before, True, **channel) <= before + SLACK
    assert non_receipt_after(before, False, **channel) >= before - SLACK


@given(chances, declared)
def test_a_channel_that_says_nothing_changes_nothing(before, said):
    assert non_receipt_after(before, said, sensitivity=0.5, specificity=0.5) == pytest.approx(before)


def test_a_channel_that_never_errs_decides():
    assert non_receipt_after(0.34, True, sensitivity=1.0, specificity=1.0) == 0.0
    assert non_receipt_after(0.34, False, sensitivity=1.0, specificity=1.0) == 1.0


def test_a_declaration_that_cannot_be_made_changes_nothing():
    assert non_receipt_after(0.34, False, sensitivity=1.0, specificity=0.0) == 0.34
    assert non_receipt_after(0.0, False, sensitivity=1.0, specificity=1.0) == 0.0
    assert non_receipt_after(1.0, True, sensitivity=1.0, specificity=1.0) == 1.0


@given(st.lists(chances, max_size=8), st.sampled_from([True, False, None]))
def test_an_array_is_as_many_floats(before, said):
    found = non_receipt_after(np.array(before), said, **WORD)
    assert found.tolist() == [non_receipt_after(q, said, **WORD) for q in before]


def test_channels_redrawn_broadcast():
    found = non_receipt_after(np.array([[0.1], [0.2]]), False, sensitivity=np.array([0.8, 0.9, 1.0]), specificity=0.98)
    assert found.shape == (2, 3) and (np.diff(found, axis=1) > 0).all()


def test_a_float_gives_a_float():
    assert type(non_receipt_after(0.18, False, **WORD)) is float
    assert type(non_receipt_after(0.18, None, **WORD)) is float


@pytest.mark.parametrize(
    ("before", "channel", "said"),
    [
        (1.5, WORD, "probabilité de non-recours"),
        (float("nan"), WORD, "probabilité de non-recours"),
        (0.5, {"sensitivity": -0.1, "specificity": 0.98}, "sensibilité"),
        (0.5, {"sensitivity": 0.9, "specificity": 98}, "spécificité"),
    ],
)
def test_what_is_no_probability_is_refused(before, channel, said):
    for declaration in (True, None):
        with pytest.raises(ValueError, match=said):
            non_receipt_after(before, declaration, **channel)
