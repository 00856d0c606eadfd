"""Draws of the unknown answers: their laws, their order, and that each household is drawn by itself."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import packs
from zero_non_recours.engine.draws import DrawnRights, NoPriorError, draw, listed_of, orders_of
from zero_non_recours.engine.plan import Plan, compile_plan
from zero_non_recours.profile.periods import date_code, first_day, parse_month
from zero_non_recours.rulebook.loader import load_rulebook
from zero_non_recours.rulebook.model import Rulebook

MONTH = parse_month("2026-11")
NAN = math.nan
YES_NO = "type: booleen"
WHOLE = 'unite: "1"\n  minimum: 0\n  maximum: 2\n  entier: true'
MONEY = "unite: €/mois\n  minimum: 0"
SOURCE = "source: S, surete: hypothese"
GUESS = "source: S, surete: faible"
RULES = "\n".join(
    [
        *(packs.given(name, kind=YES_NO, period="constante") for name in "abc"),
        packs.given("rang", kind=WHOLE, period="constante"),
        packs.given("gain", kind=MONEY),
        packs.given("prime", kind=MONEY, entity="personne"),
        packs.given("absent", kind=YES_NO),
        packs.given("jour", kind="type: date", period="constante"),
        packs.given("jamais", kind=YES_NO, period="constante"),
        packs.rule("choix", "(100 if a else 0) + (10 if b else 0) * (1 + rang) + (1 if c else 0)"),
        packs.rule("du_mois", "gain", kind="unite: €/mois"),
        packs.rule("mois_avant", "mois(gain, -1)", kind="unite: €/mois"),
        packs.rule("trois_mois", "gain + mois(gain, -1) + mois(gain, -2)", kind="unite: €/mois"),
        packs.rule("an_passe", "annee(gain, -1)", kind="unite: €/an"),
        packs.rule("primes", "somme(prime)", kind="unite: €/mois"),
        packs.rule("naissance", "jour", kind="type: date"),
        packs.rule("absences", "(1 if absent else 0) + (1 if mois(absent, -1) else 0)"),
        packs.rule("gain_si_a", "gain if a else 0", kind="unite: €/mois"),
        packs.rule("inconnu", "1 if jamais else 0"),
    ]
)
PRIORS = f"""\
a: {{lois: [{{oui: 0.3, {SOURCE}}}]}}
b:
  lois:
    - {{si: a, oui: 0.9, {SOURCE}}}
    - {{oui: 0.2, {GUESS}}}
c:
  lois:
    - {{si: a and rang >= 1, oui: 0.5, {SOURCE}}}
    - {{si: b, oui: 0.25, {SOURCE}}}
    - {{oui: 0.75, {SOURCE}}}
rang: {{lois: [{{parts: {{0: 0.2, 1: 0.5, 2: 0.3}}, {SOURCE}}}]}}
gain:
  memoire: 0.75
  lois:
    - {{si: a, nul: 0, quantiles: {{0: 1000, 1: 2000}}, {SOURCE}}}
    - {{nul: 0.25, quantiles: {{0: 100, 0.5: 400, 1: 800}}, {SOURCE}}}
prime: {{lois: [{{quantiles: {{0: 0, 1: 10}}, {SOURCE}}}]}}
absent: {{memoire: 0.9, lois: [{{oui: 0.4, {SOURCE}}}]}}
jour: {{lois: [{{mois_avant: {{0: 12, 1: 36}}, {SOURCE}}}]}}
"""
CHOICES = {"a": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.0, 1.0), "rang": (0.0, 1.0, 2.0)}
Known = Mapping[str, Any]
"""The answers of a household: `gain` for the month of right, `gain_m1` a month before, `gain_a1` a year before."""


@lru_cache(maxsize=1)
def rules() -> Rulebook:
    with TemporaryDirectory() as folder:
        return load_rulebook(packs.write(Path(folder), {"p/regles.yaml": RULES, "p/a_priori.yaml": PRIORS}))


@lru_cache(maxsize=32)
def plan_of(*names: str) -> Plan:
    return compile_plan(rules(), MONTH, names, drawn=True)


class Homes:
    """Households of which the draws know the answers only: nothing is computed before."""

    def __init__(self, plan: Plan, known: Sequence[Known], keys: Sequence[str] = ("h",), persons: int = 1) -> None:
        self.plan, self.known, self.keys, self.persons = plan, known, keys, persons

    def exact(self, node: int) -> Any:
        return None

    def answer(self, node: int) -> Any:
        slot: Any = self.plan.graph.nodes[node].value
        suffix = "" if slot.kind == "c" or slot.offset == 0 else f"_{slot.kind}{-slot.offset}"
        values = [home.get(slot.name + suffix, NAN) for home in self.known]
        if self.plan.graph.nodes[node].level == "personne":
            return [
                self._column([v[rank] if isinstance(v, list) else v for v in values]) for rank in range(self.persons)
            ]
        return self._column(values)

    def _column(self, values: Sequence[Any]) -> Any:
        return values[0] if len(values) == 1 else np.array(values)[:, None]


def drawn(*names: str, size: int = 64, key: str = "h", seed: int = 0, persons: int = 1, **known: Any) -> DrawnRights:
    return draw(Homes(plan_of(*names), [known], [key], persons), size, None, seed)


def one(*names: str, **how: Any) -> np.ndarray:
    """The draws of the first result."""
    return drawn(*names, **how).results[0][0]


# -- the order of the draws -------------------------------------------------------------------------------------


@given(texts=st.lists(st.text(max_size=8), min_size=1, max_size=6), size=st.integers(1, 300), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_an_order_holds_every_rank_once_and_depends_on_its_text_and_seed_only(texts, size, seed):
    orders = orders_of(texts, size, seed)
    for text, order in zip(texts, orders, strict=True):
        assert sorted(order.tolist()) == list(range(size))
        assert order.tolist() == orders_of([text], size, seed)[0].tolist()


def test_orders_of_two_texts_or_seeds_are_not_alike():
    orders = orders_of([f"h{n}" for n in range(40)], 64)
    correlations = np.corrcoef(orders)[~np.eye(40, dtype=bool)]
    assert np.abs(correlations).max() < 0.6 and abs(correlations.mean()) < 0.02
    assert (orders_of(["h1"], 64, 1) != orders_of(["h1"], 64, 2)).any()


def test_draws_are_the_same_again_and_others_for_another_key_or_seed():
    wanted = "choix", "trois_mois"
    first = drawn(*wanted)
    again, other_key, other_seed = drawn(*wanted), drawn(*wanted, key="g"), drawn(*wanted, seed=1)
    for rank in range(2):
        assert np.array_equal(first.results[rank], again.results[rank])
        assert not np.array_equal(first.results[rank], other_key.results[rank])
        assert not np.array_equal(first.results[rank], other_seed.results[rank])


@given(seed=st.integers(0, 2**32), count=st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_a_household_is_drawn_alone_as_among_others(seed, count):
    rng = np.random.default_rng(seed)
    known: list[dict[str, float]] = []
    for _ in range(count):
        home = {name: float(rng.choice(values)) for name, values in CHOICES.items() if rng.random() < 0.5}
        months = {name: float(rng.integers(0, 900)) for name in ("gain", "gain_m1", "gain_m2") if rng.random() < 0.5}
        known.append(home | months)
    keys = [f"h{rank}" for rank in range(count)]
    plan = plan_of("choix", "trois_mois", "an_passe")
    together = draw(Homes(plan, known, keys), 32)
    for rank, home in enumerate(known):
        alone = draw(Homes(plan, [home], [keys[rank]]), 32)
        for result, expected in zip(together.results, alone.results, strict=True):
            assert np.array_equal(result[rank], expected[0])
        assert np.array_equal(together.weights[rank], alone.weights[0])


# -- every combination --------------------------------------------------------------------------------------------


def probability(a: float, b: float, c: float, rang: float, open_: set[str]) -> float:
    """The probability of the open answers, written again from the priors."""
    yes = {"a": 0.3, "b": 0.9 if a else 0.2, "c": 0.5 if a and rang >= 1 else 0.25 if b else 0.75}
    found = (0.2, 0.5, 0.3)[int(rang)] if "rang" in open_ else 1.0
    for name, value in (("a", a), ("b", b), ("c", c)):
        if name in open_:
            found *= yes[name] if value else 1 - yes[name]
    return found


@pytest.mark.parametrize("open_", [{*names} for size in (1, 2, 3, 4) for names in combinations(CHOICES, size)])
def test_every_combination_has_its_probability(open_):
    known = {name: value for name, value in {"a": 1.0, "b": 0.0, "c": 1.0, "rang": 2.0}.items() if name not in open_}
    plan = plan_of("choix")
    listed = listed_of(plan.rulebook, [(name, None) for name in sorted(open_)])
    assert listed == {(name, None): CHOICES[name] for name in open_}
    found = draw(Homes(plan, [known]), 7, listed)
    expected: defaultdict[float, float] = defaultdict(float)
    for values in product(*CHOICES.values()):
        home = dict(zip(CHOICES, values, strict=True))
        if all(home[name] == value for name, value in known.items()):
            amount = 100 * home["a"] + 10 * home["b"] * (1 + home["rang"]) + home["c"]
            expected[amount] += probability(**home, open_=open_)
    computed: defaultdict[float, float] = defaultdict(float)
    for amount, weight in zip(found.results[0][0].tolist(), found.weights[0].tolist(), strict=True):
        computed[amount] += weight
    assert len(found.weights[0]) == math.prod(len(CHOICES[name]) for name in open_)
    assert {a: p for a, p in computed.items() if p} == pytest.approx({a: p for a, p in expected.items() if p})
    assert sum(expected.values()) == pytest.approx(1)


def test_only_short_lists_of_few_combinations_are_all_computed():
    book = rules()
    assert listed_of(book, [("a", None), ("gain", None)]) is None
    assert listed_of(book, [("jamais", None)]) is None
    assert listed_of(book, []) is None
    assert listed_of(book, [("a", rank) for rank in range(8)]) is not None
    assert listed_of(book, [("a", rank) for rank in range(9)]) is None


def test_an_answer_that_a_near_month_foretells_is_drawn_not_listed():
    """Its probability is not that of its law alone."""
    assert listed_of(rules(), [("absent", None)]) is None
    same = one("absences", size=100, absent_m1=1.0) == 2
    assert same.mean() == pytest.approx(0.9 + 0.1 * 0.4, abs=0.011)


# -- the laws -------------------------------------------------------------------------------------------------------


def quantile(rank: float) -> float:
    """The gain of a rank when `a` does not hold, written again from the priors."""
    return 0.0 if rank < 0.25 else float(np.interp((rank - 0.25) / 0.75, [0, 0.5, 1], [100, 400, 800]))


@pytest.mark.parametrize("size", [1, 2, 64, 256])
def test_one_number_is_drawn_at_the_middle_of_equal_parts_of_its_law(size):
    found = np.sort(one("du_mois", size=size, a=0.0))
    assert found.tolist() == pytest.approx([quantile((rank + 0.5) / size) for rank in range(size)])
    richer = np.sort(one("du_mois", size=size, a=1.0))
    assert richer.tolist() == pytest.approx([1000 + 1000 * (rank + 0.5) / size for rank in range(size)])


def test_a_law_is_chosen_in_each_draw_by_what_is_drawn():
    found = drawn("gain_si_a", "du_mois", size=1000)
    claimed, gain = found.results[0][0], found.results[1][0]
    assert ((claimed > 0) == (gain >= 1000)).all() and (claimed > 0).mean() == pytest.approx(0.3, abs=0.001)
    assert found.answers["a", None][0].tolist() == (claimed > 0).tolist()
    assert gain[claimed == 0].max() <= 800


def test_a_date_is_a_day_before_the_month_of_right_and_a_year_is_twelve_months():
    days = one("naissance", size=500)
    assert (days == np.floor(days)).all()
    assert first_day(MONTH - 36) <= days.min() < first_day(MONTH - 35)
    assert first_day(MONTH - 13) < days.max() <= first_day(MONTH - 12)
    assert np.sort(one("an_passe", a=0.0)).tolist() == pytest.approx((np.sort(one("du_mois", a=0.0)) * 12).tolist())


def test_each_person_has_draws_of_its_own():
    found = drawn("primes", persons=2, prime=[NAN, 3.0])
    assert found.results[0][0] == pytest.approx(found.answers["prime", 0][0] + 3.0)
    both = drawn("primes", persons=2)
    first, second = both.answers["prime", 0][0], both.answers["prime", 1][0]
    assert sorted(first) == sorted(second) and list(first) != list(second)
    assert first.tolist() == found.answers["prime", 0][0].tolist()


def test_an_answer_that_nobody_looks_at_is_not_drawn():
    found = drawn("gain_si_a", a=0.0)
    assert (found.answers, found.results[0].tolist()) == ({}, [[0.0] * 64])
    assert found.continuous == frozenset() and found.weights[0].tolist() == [1 / 64] * 64


def test_which_answers_are_not_short_lists_and_which_laws_are_guesses():
    found = drawn("choix", "du_mois")
    assert found.continuous == {("gain", None)}
    assert found.guessed(0) == ("b",)
    assert drawn("choix", a=1.0).guessed(0) == ()
    together = draw(Homes(plan_of("choix"), [{}, {"a": 1.0}, {"a": 0.0, "b": 1.0}], ["g", "h", "i"]), 16)
    assert [together.guessed(row) for row in range(3)] == [("b",), (), ()]


def test_an_answer_without_a_law_cannot_be_drawn():
    assert one("inconnu", jamais=1.0).tolist() == [1.0] * 64
    with pytest.raises(NoPriorError, match="jamais"):
        one("inconnu")


# -- what is known of it ----------------------------------------------------------------------------------------------


def test_months_without_any_answer_are_one_question():
    found = drawn("trois_mois", a=0.0)
    assert found.results[0][0] == pytest.approx(3 * found.answers["gain", None][0])


def test_a_month_is_like_the_nearest_known_one_as_often_as_the_prior_says():
    months = one("du_mois", "trois_mois", size=400, a=0.0, gain_m1=321.0)
    assert (months == 321.0).sum() == 300
    others = np.sort(months[months != 321.0])
    assert others.tolist() == pytest.approx([quantile((rank + 0.5) / 100) for rank in range(100)])


@pytest.mark.parametrize(
    ("known", "near"),
    [
        ({"gain": 7.0, "gain_m2": 9.0}, 7.0),
        ({"gain_m2": 9.0}, 9.0),
        ({"gain": (6.0, 8.0), "gain_m2": 9.0}, 9.0),
        ({"gain_a1": 5.0}, None),
        ({"gain": (6.0, 8.0)}, None),
    ],
)
def test_the_nearest_month_is_the_later_of_two_and_neither_a_year_nor_a_range(known, near):
    months = one("mois_avant", "trois_mois", "an_passe", size=400, a=0.0, **known)
    assert (months == near).sum() == (0 if near is None else 300)
    if near is None:
        assert np.sort(months).tolist() == pytest.approx([quantile((rank + 0.5) / 400) for rank in range(400)])


def test_a_range_is_drawn_evenly_inside():
    found = np.sort(one("du_mois", size=10, gain=(200.0, 300.0), a=0.0))
    assert found.tolist() == pytest.approx([205 + 10 * rank for rank in range(10)])
    days = one("naissance", size=365, jour=(date_code(2001, 1, 1), date_code(2001, 12, 31)))
    assert date_code(2001, 1, 1) <= days.min() and days.max() <= date_code(2001, 12, 31)
    assert (days == np.floor(days)).all() and len({*days.tolist()}) == 365
    assert Counter(one("choix", size=90, a=0.0, b=1.0, c=0.0, rang=(1.0, 2.0)).tolist()) == {20.0: 45, 30.0: 45}


def test_a_range_without_an_end_is_drawn_from_the_law_within_it():
    found = one("du_mois", size=200, gain=(500.0, math.inf), a=0.0)
    expected = [max(500.0, quantile((rank + 0.5) / 200)) for rank in range(200)]
    assert np.sort(found).tolist() == pytest.approx(expected)
