"""Ranges and unsaid answers, from the profile to the rights: how they are read, and what is concluded."""

from __future__ import annotations

import copy
import math
import random
from typing import Any

import numpy as np
import pytest

from tests.oracle.population import random_profile
from tests.screening.households import MONTH, RIGHTS, adult, child, complete_profile, home, without
from tests.screening.uncertain import blurred
from zero_non_recours import evaluate, screen
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.profile.periods import date_code
from zero_non_recours.profile.series import Span
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.batch.layout import AnswerLayout
from zero_non_recours.screening.batch.screen import screen_batch
from zero_non_recours.screening.result import RightResult
from zero_non_recours.screening.screen import Screener, screener_of

INFINITE = math.inf
BOOK = default_rulebook()


def screener() -> Screener:
    return screener_of(BOOK, MONTH)


def household(profile: dict[str, Any]) -> HouseholdBase:
    return household_model(BOOK).model_validate(profile)


def answer(profile: dict[str, Any], name: str, kind: str, offset: int = 0) -> Any:
    """What the reader of the shipped rules says of an input; the first person's if persons have one."""
    plan = screener().plan
    [place] = [p for p, s in enumerate(plan.slots) if (s.name, s.kind, s.offset) == (name, kind, offset)]
    read = screener().reader.read(household(profile))[0][place]
    found = read[0] if isinstance(read, list) else read
    return "unknown" if found != found else found


def with_wage(wage: Any, **fields: Any) -> dict[str, Any]:
    return home(adult(wage=wage, **fields))


# -- reading ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wage", "month", "year"),
    [
        (500, 500.0, 6000.0),
        ({"min": 400, "max": 600}, Span(400, 600), Span(4800, 7200)),
        ({"min": 400}, Span(400, INFINITE), Span(4800, INFINITE)),
        ("environ 500", Span(450, 550), Span(5400, 6600)),
        ({"2026-08": {"min": 1, "max": 2}, "2024": "~ 100"}, Span(1, 2), Span(90, 110)),
        ({"2026-08": "ne_sait_pas", "2024": "ne_sait_pas"}, "unknown", "unknown"),
        ("ne_veut_pas_dire", "unknown", "unknown"),
    ],
)
def test_an_income(wage, month, year):
    assert answer(with_wage(wage), "salaire_net", "m", -3) == month
    assert answer(with_wage(wage), "salaire_net", "a", -2) == year


def test_what_somebody_does_not_say_is_not_something_that_was_not_received():
    for word in ("ne_sait_pas", "ne_veut_pas_dire"):
        profile = home(adult(revenus={"salaire_net": 0, "aah": word}))
        assert profile["personnes"][0]["revenus_complets"] is True
        assert answer(profile, "aah", "m", -3) == "unknown"
        assert answer(profile, "ass", "m", -3) == 0
        columns, _, _ = AnswerLayout(screener().plan).read([household(profile), household(with_wage(0))])
        [place] = [p for p, s in enumerate(screener().plan.slots) if (s.name, s.offset) == ("aah", -3)]
        assert np.isnan(columns[place][0]) and columns[place][1] == 0


def test_dates_and_single_numbers():
    profile = with_wage(500, date_naissance=1990, anciennete_titre_sejour_ans={"min": 4, "max": 6})
    assert answer(profile, "date_naissance", "c") == Span(date_code(1990, 1, 1), date_code(1990, 12, 31))
    assert answer(profile, "anciennete_titre_sejour_ans", "c") == Span(4, 6)


def test_a_range_is_an_answer_that_no_table_replaces():
    profile = with_wage(500)
    assert answer(profile, "zone_apl", "c") == 2.0  # read from the commune
    profile["logement"]["zone_apl"] = {"min": 1, "max": 2}
    assert answer(profile, "zone_apl", "c") == Span(1, 2)
    profile["logement"]["zone_apl"] = "ne_sait_pas"
    assert answer(profile, "zone_apl", "c") == 2.0


def test_an_income_given_as_a_range_is_not_asked_as_the_other_measure_of_it():
    profile = home(adult(revenus={"salaire_net": {"min": 0, "max": 10}}))
    assert answer(profile, "salaire_imposable", "a", -2) == "unknown"  # estimated, not 0
    profile = home(adult(revenus={"salaire_imposable": {"min": 0, "max": 10}}))
    assert answer(profile, "salaire_net", "m", -3) == "unknown"
    assert answer(profile, "salaire_imposable", "a", -2) == Span(0, 120)


@pytest.mark.parametrize("seed", range(8))
def test_columns_and_one_household_are_read_alike(seed):
    rng = random.Random(seed)
    profiles = [blurred(random_profile(rng, MONTH), rng, share=0.3, words=0.1) for _ in range(25)]
    households = [household(profile) for profile in profiles]
    plan = screener().plan
    columns, sizes, spans = AnswerLayout(plan).read(households)
    assert spans and list(sizes) == [len(h.personnes) for h in households]
    starts = np.cumsum(sizes) - sizes
    for rank, one in enumerate(households):
        answers, _ = screener().reader.read(one)
        for place, (read, by_person) in enumerate(zip(answers, plan.levels, strict=True)):
            for shift, value in enumerate(read if by_person else [read]):
                row = int(starts[rank]) + shift if by_person else rank
                found = spans.get(place, {}).get(row)
                assert found == (value if isinstance(value, Span) else None)
                expected = math.nan if isinstance(value, Span) else value
                assert np.array_equal(columns[place][row], expected, equal_nan=True), plan.slots[place]


def test_values_given_to_evaluate():
    names = ["salaire_net"]
    ranges = {"personnes": [{"salaire_net": {"min": 400, "max": 600}}, {"salaire_net": "ne_sait_pas"}]}
    assert evaluate(names, ranges, MONTH) == {"salaire_net": [None, None]}
    assert evaluate(names, {"personnes": [{"salaire_net": {"min": 4, "max": 4}}]}, MONTH) == {"salaire_net": [4.0]}
    place = {"logement": {"zone_apl": "ne_sait_pas", "code_insee": "38185"}}
    assert evaluate(["zone_apl"], place, MONTH) == {"zone_apl": 2.0}
    with pytest.raises(PlanError, match=r"salaire_net : « min » est après « max »"):
        evaluate(names, {"personnes": [{"salaire_net": {"min": 5, "max": 4}}]}, MONTH)


# -- what is concluded --------------------------------------------------------------------------------------


def bounds(result: RightResult) -> tuple[float, float]:
    amount = result.amount
    return (
        -INFINITE if amount.low is None else amount.low,
        INFINITE if amount.high is None else amount.high,
    )


def assert_within(wide: RightResult, exact: RightResult) -> None:
    """What is said of ranges allows what is said of the exact answers."""
    assert exact.amount.expected is not None
    low, high = bounds(wide)
    assert low - 1e-9 <= exact.amount.expected <= high + 1e-9
    assert {wide.status, exact.status} != {"eligible", "not_eligible"}
    for one, other in zip(wide.conditions, exact.conditions, strict=True):
        assert one.value is None or one.value == other.value


@pytest.mark.parametrize("wage", [{"min": 400, "max": 600}, "environ 500", {"min": 0, "max": 2000}])
def test_the_bounds_of_a_range_hold_every_amount_inside(wage):
    wide = screen(with_wage(wage), MONTH).rights
    ends = household(with_wage(wage)).personnes[0].revenus.salaire_net
    for exact in np.linspace(ends["min"], ends["max"], 9):
        for name, result in screen(with_wage(float(exact)), MONTH).rights.items():
            if name in RIGHTS:
                assert_within(wide[name], result)


def test_a_short_range_gives_the_amounts_at_both_ends():
    right = screen(with_wage({"min": 400, "max": 600}), MONTH).rights["rsa"]
    assert (right.status, right.amount.low, right.amount.high) == ("eligible", 51.69, 251.69)
    assert right.amount.expected is None


def test_a_range_that_changes_nothing_gives_the_exact_answer():
    right = screen(with_wage(500, date_naissance=1990), MONTH).rights["rsa"]
    assert right.amount.expected == 151.69 and right.missing == ()
    poor = screen(with_wage({"min": 3000}), MONTH).rights["rsa"]
    assert (poor.status, poor.missing) == ("not_eligible", ())


def test_a_year_of_birth_that_decides_gives_both_amounts():
    """A child of 2023 is under three in the reference quarter or not: what is known is between the two."""
    profile = home(adult(), child(born="2023"))  # type: ignore[arg-type]
    wide = screen(profile, MONTH).rights
    for born in ("2023-01-01", "2023-08-15", "2023-12-31"):
        profile["personnes"][1]["date_naissance"] = born
        for name, result in screen(profile, MONTH).rights.items():
            if name in RIGHTS:
                assert_within(wide[name], result)


def test_a_range_is_an_answer_so_nothing_is_supposed_instead():
    for savings, told in ((None, True), ({"min": 0, "max": 9000}, False), ("ne_sait_pas", True)):
        profile = with_wage(500) | {"patrimoine": {"livret_a": savings}}
        right = screen(profile, MONTH).rights["rsa"]
        assert ("patrimoine.livret_a" in {a.field for a in right.assumptions}) is told
        if not told:
            assert bounds(right)[0] < bounds(right)[1] == 151.69
        else:
            assert right.amount.expected == 151.69


def test_a_range_is_known():
    """`connu` and `si_connu` of the rules see an answer: benefits declared within a range are not estimated."""
    profile = home(adult(), adult("conjoint"), child("2017-01-01"), child("2022-06-06"))
    profile["prestations_recues"]["af"] = {"min": 0, "max": 10}
    right = screen(profile, MONTH).rights["rsa"]
    assert "prestations_recues.af" not in {a.field for a in right.assumptions}
    high = screen(profile | {"prestations_recues": profile["prestations_recues"] | {"af": 0}}, MONTH).rights["rsa"]
    assert right.amount.high == high.amount.expected
    assert bounds(right)[0] == pytest.approx(bounds(right)[1] - 10)


@pytest.mark.parametrize(
    ("written", "received"),
    [
        ({"min": 0, "max": 90}, None),
        ({"min": 1, "max": 90}, True),
        ({"min": 1}, True),
        ({"max": 0}, False),
        ({"2026-09": 90, "2026-10": {"min": 0, "max": 1}}, None),
        ({"2026-09": 90, "2026-10": "ne_sait_pas"}, None),
        ({"2026-09": "ne_sait_pas", "2026-10": 0}, False),
        ("ne_veut_pas_dire", None),
    ],
)
def test_a_right_received_within_a_range(written, received):
    profile = home(adult(), rsa=written)
    assert screen(profile, MONTH).rights["rsa"].received is received
    [columns] = [c for c in screen_batch(screener(), [household(profile)]) if c.right.name == "rsa"]
    assert columns.received == [received]


@pytest.mark.parametrize("seed", range(12))
def test_ranges_hold_what_the_true_answers_give(seed):
    profile = complete_profile(seed, MONTH)
    exact = screen(profile, MONTH, rights=RIGHTS).rights
    rng = random.Random(seed)
    for share in (0.1, 0.4, 1.0):
        wide = screen(blurred(profile, rng, share), MONTH, rights=RIGHTS).rights
        for name, result in wide.items():
            assert_within(result, exact[name])


@pytest.mark.parametrize("seed", range(15))
def test_a_narrower_range_never_gives_wider_bounds(seed):
    low, middle, high = sorted(random.Random(seed).sample(range(2500), 3))
    wide = screen(with_wage({"min": low, "max": high}), MONTH, rights=RIGHTS).rights
    for part in ({"min": low, "max": middle}, {"min": middle, "max": high}, middle):
        for name, result in screen(with_wage(part), MONTH, rights=RIGHTS).rights.items():
            (least, most), (below, above) = bounds(wide[name]), bounds(result)
            assert least - 0.01 <= below <= above <= most + 0.01


def test_a_word_says_what_an_absent_answer_says():
    """The same rights, for an answer that completeness does not make 0."""
    profile = home(adult(wage=500), child())
    for path in (("personnes", 0, "date_naissance"), ("logement", "statut"), ("personnes", 1, "date_naissance")):
        word = copy.deepcopy(profile)
        node: Any = word
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = "ne_veut_pas_dire"
        assert screen(word, MONTH) == screen(without(profile, path), MONTH)


def test_batches_of_ranges_are_screened_as_one_by_one():
    rng = random.Random(3)
    profiles = [blurred(complete_profile(seed, MONTH), rng, 0.2) for seed in range(20)]
    households = [household(profile) for profile in profiles]
    for columns in screen_batch(screener(), households):
        for rank, one in enumerate(households):
            result = screener().screen(one).rights[columns.right.name]
            assert columns.status[rank] == result.status
            assert columns.low[rank] == pytest.approx(result.amount.low)
            assert columns.high[rank] == pytest.approx(result.amount.high)
