"""Thresholds: what is announced of an answer's values is what a screening finds there, in the household's own terms."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.population import random_profile
from tests.oracle.population.energy import random_dwelling
from tests.oracle.population.housing import random_tenant
from tests.screening.households import MONTH, MONTHS, Profile, adult, answers_of, child, home, without
from tests.screening.test_missing import with_given_incomes
from tests.screening.uncertain import blurred
from zero_non_recours import Household, PlanError, Threshold, explain, screen, thresholds
from zero_non_recours.cli.text import screening_lines
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.result import Amount, RightResult, Status
from zero_non_recours.screening.screen import screener_of, status_of
from zero_non_recours.screening.thresholds.find import AT_MOST, first_changes
from zero_non_recours.screening.thresholds.result import (
    Choice,
    Piece,
    amount_sentence,
    choice_sentence,
    subject_of,
    times_text,
)
from zero_non_recours.screening.thresholds.sweep import STATUSES, Sweep, line_of, statuses
from zero_non_recours.screening.thresholds.varied import Varied, declared_amounts

BOOK = default_rulebook()
GENERATORS = {"rsa": random_profile, "ppa": random_profile, "aide_logement": random_tenant}
WHOLE = tuple(variable.path.rpartition(".")[2] for variable in BOOK.inputs.values() if variable.whole)
PROMISES = ("aura droit", "aurez droit", "avez droit", "recevrez")


def said(found: Threshold) -> str:
    """The sentence, with plain spaces."""
    return found.text.replace("\u202f", " ").replace("\xa0", " ")


def answered(profile: Profile, found: Threshold, value: Any) -> Profile:
    """The profile with another value for the answer of a threshold."""
    changed = copy.deepcopy(profile)
    node: Any = changed
    *path, last = found.field.replace("]", "").replace("[", ".").split(".")
    for key in path:
        if isinstance(node, list):
            node = node[int(key)]
        else:
            node[key] = {} if node.get(key) is None else node[key]
            node = node[key]
    (node.get("sans_reponse") or {}).pop(last, None)
    raw = None if isinstance(node.get(last), str) else node.get(last)
    if found.months and (raw is None or (isinstance(raw, dict) and not {"min", "max"} & raw.keys())):
        value = {**(raw or {}), **dict.fromkeys(found.months, value)}
    node[last] = value
    return changed


def status_at(profile: Profile, month: str, right: str, found: Threshold, value: Any) -> Status:
    return result_of(answered(profile, found, value), month, right).status


def result_of(profile: Profile, month: str, right: str) -> RightResult:
    return screen(profile, month, rights=[right]).rights[right]


def only(profile: Profile, right: str, field: str) -> Threshold:
    [found] = [one for one in thresholds(profile, MONTH, right) if one.field.endswith(field)]
    return found


# -- what is announced is what the screening finds ------------------------------------------------------------


def random_case(seed: int, right: str) -> tuple[str, Profile]:
    """A month and a household: complete, with answers taken away, or known within ranges."""
    rng = random.Random(seed)
    month = rng.choice(MONTHS)
    profile = GENERATORS.get(right, random_dwelling)(rng, month)
    kind = rng.choice(["complete", "missing", "missing", "ranges"])
    if kind == "missing":
        for path in rng.sample([p for p in answers_of(profile) if p[-1] != "role"], rng.randint(1, 3)):
            profile = without(profile, path)
        for person in profile["personnes"]:
            if rng.random() < 0.3:
                person.pop("revenus_complets", None)
    return month, blurred(profile, rng, 0.3, 0.1) if kind == "ranges" else profile


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), right=st.sampled_from(list(BOOK.rights)))
def test_the_status_announced_for_a_value_is_that_of_the_screening(seed, right):
    month, profile = random_case(seed, right)
    before = copy.deepcopy(profile)
    result = result_of(profile, month, right)
    found = thresholds(profile, month, right)
    assert profile == before and len(found) <= AT_MOST
    for one in found:
        about = (seed, right, one.field)
        missing = {missing.field for missing in result.missing}
        assert one.field in missing if result.status == "undetermined" else one.kind == "amount", about
        assert not any(promise in one.text for promise in PROMISES)
        assert len({status for _, _, status in one.pieces} | {choice.status for choice in one.choices}) > 1
        for value, status in checked_values(one):
            there = status_at(profile, month, right, one, value)
            assert there == status or status == "undetermined", (*about, value, status, there)
        for choice in one.choices:
            inside(result_of(answered(profile, one, choice.value), month, right).amount, choice.amount)
        if one.present is not None and result.status != "undetermined":
            assert result.status in {s for low, high, s in one.pieces if low - 0.01 <= one.present <= (high or 1e12)}
            assert status_at(profile, month, right, one, one.present) == result.status


def checked_values(found: Threshold) -> list[tuple[Any, Any]]:
    """Values of each piece, its ends and between them, and those of a choice, with the status announced."""
    values: list[tuple[Any, Any]] = [(choice.value, choice.status) for choice in found.choices]
    for low, high, status in found.pieces:
        far = 3 * low + 1000 if high is None else high
        middle = min(max(round((low + far) / 2), low), far)
        values += [(low, status), (middle, status), (far, status)]
    return values


def inside(amount: Amount, bounds: Amount) -> None:
    if bounds.low is not None and amount.low is not None:
        assert bounds.low <= amount.low + 1e-6
    if bounds.high is not None:
        assert amount.high is not None and amount.high <= bounds.high + 1e-6


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), right=st.sampled_from(list(BOOK.rights)))
def test_pieces_follow_each_other_from_the_lowest_value(seed, right):
    month, profile = random_case(seed, right)
    for one in thresholds(profile, month, right):
        for before, after in zip(one.pieces, one.pieces[1:], strict=False):
            step = 1.0 if one.field.endswith(WHOLE) else 0.01
            assert before.status != after.status
            assert before.high is not None and after.low == pytest.approx(before.high + step)
        assert all(piece.high is None or piece.low <= piece.high for piece in one.pieces)


TRUTH = st.sampled_from([True, False, None])
ENDS = st.tuples(st.sampled_from([-1.0, 0.0, 0.5]), st.sampled_from([0.0, 0.5, 9.0])).map(sorted)


@settings(max_examples=60)
@given(st.lists(st.tuples(TRUTH, TRUTH, ENDS), min_size=1, max_size=8))
def test_the_status_of_many_values_is_the_status_of_each(values):
    columns = list(zip(*values, strict=True))
    conditions = [(np.array([v is True for v in c]), np.array([v is not False for v in c])) for c in columns[:2]]
    low, high = (np.array(end) for end in zip(*columns[2], strict=True))
    found = [STATUSES[rank] for rank in statuses(conditions, low, high)]
    assert found == [status_of([first, second], *ends) for first, second, ends in values]


# -- worked examples --------------------------------------------------------------------------------------------


def test_a_wage_too_high_for_the_rsa():
    """The RSA of a person alone, 651.69 €, is not paid under 6 € (CASF R262-39): wages up to 645.69 €."""
    household = home(adult(id="p1", wage=700))
    found = only(household, "rsa", "salaire_net")
    assert found.pieces == ((0.0, 645.69, "eligible"), (645.7, None, "not_eligible"))
    assert (found.present, found.unit, found.who, found.kind) == (700.0, "€/mois", "p1", "amount")
    assert found.months == ("2026-07", "2026-08", "2026-09")
    assert said(found) == (
        "Salaire net social, p1, en moyenne de juillet à septembre 2026, par mois (pour l'instant : 700 €) : "
        "le droit pourrait s'ouvrir jusqu'à 645 €."
    )
    for value, status in ((645.69, "eligible"), (645.7, "not_eligible")):
        assert status_at(household, MONTH, "rsa", found, value) == status


def test_the_wage_of_who_has_none_opens_the_prime():
    found = only(home(adult(id="p1", wage=0)), "ppa", "salaire_net")
    assert [piece.status for piece in found.pieces] == ["not_eligible", "eligible", "not_eligible"]
    assert found.present == 0.0
    assert said(found).endswith("(pour l'instant : 0 €) : le droit pourrait s'ouvrir entre 26 € et 2 151 €.")


def test_an_open_right_waits_for_one_wage():
    found = only(with_given_incomes(home(adult(id="p1")), chomage_net=0), "rsa", "salaire_net")
    assert found.present is None
    assert said(found).endswith("le droit pourrait être ouvert jusqu'à 645 € ; pas de droit au-dessus de 646 €.")


def test_other_missing_answers_leave_values_undetermined():
    both = with_given_incomes(home(adult(id="p1")))
    fields = [one.field for one in thresholds(both, MONTH, "rsa")]
    assert fields == ["personnes[0].revenus.salaire_net", "personnes[0].revenus.chomage_net"], "in order of questions"
    found = only(both, "rsa", "salaire_net")
    assert [piece.status for piece in found.pieces] == ["undetermined", "not_eligible"]
    assert said(found).endswith("pas de droit au-dessus de 646 € ; sinon, cela dépend des autres réponses.")


def test_a_missing_month_is_varied_alone_and_the_others_keep_their_amount():
    written = {"2026-07": 900, "2026-08": 650}
    for wages in (written, written | {"2026-09": "ne_sait_pas"}):
        household = with_given_incomes(home(adult(id="p1")), salaire_net=wages, chomage_net=0)
        found = only(household, "rsa", "salaire_net")
        assert found.months == ("2026-09",) and "p1, en septembre 2026, par mois : " in found.text
        assert found.pieces[0] == (0.0, 387.07, "eligible"), "1937.07 € in three months"


def test_an_amount_known_within_a_range_is_varied():
    found = only(home(adult(wage={"min": 600, "max": 700})), "rsa", "salaire_net")
    assert found.present is None and found.pieces[0] == (0.0, 645.69, "eligible")


def test_months_that_differ_are_told_by_their_mean():
    wages = {"2026-07": 900, "2026-08": 600, "2026-09": 900}
    found = only(home(adult(wage=wages)), "rsa", "salaire_net")
    assert found.present == pytest.approx(800.0) and "(pour l'instant : 800 €)" in said(found)


def test_the_declared_measure_of_an_income_is_varied():
    person = adult()
    person["revenus"] = {"salaire_imposable": 1000}
    dwelling = {"statut": "locataire_vide", "code_insee": "38185", "loyer": 500, "conventionne": False}
    fields = [one.field for one in thresholds(home(person) | {"logement": dwelling}, MONTH, "aide_logement")]
    assert "personnes[0].revenus.salaire_imposable" in fields
    assert "personnes[0].revenus.salaire_net" not in fields


def test_a_choice_says_what_each_value_makes_of_the_right():
    household = without(home(adult(id="p1", date_naissance="1999-01-15")), ("personnes", 0, "activite"))
    household["personnes"][0] |= {"revenus_complets": None, "revenus": {"salaire_net": 300, "chomage_net": 0}}
    found = only(household, "rsa", "activite")
    statuses = {choice.value: choice.status for choice in found.choices}
    assert statuses["etudiant"] == "not_eligible" and statuses["salarie"] == "eligible"
    assert (found.kind, found.pieces, found.unit, found.months) == ("choice", (), "", ())
    assert "pas de droit" in found.text and "le droit pourrait être ouvert, " in found.text


def test_a_length_of_time_is_told_in_its_unit():
    person = adult(id="p1", nationalite="AUTRE", refugie=False, carte_resident=False, wage=300)
    found = only(home(person), "rsa", "anciennete_titre_sejour_ans")
    assert found.pieces == ((0.0, 4.99, "not_eligible"), (5.0, 100.0, "eligible"))
    assert said(found).endswith(
        "p1 : le droit pourrait être ouvert à partir de 5 ans ; pas de droit au-dessous de 5 ans."
    )


def test_the_nearest_amount_comes_first():
    savings = home(adult(wage=500)) | {"patrimoine": {"livret_a": 20_000}}
    assert [one.label for one in thresholds(savings, MONTH, "rsa")] == ["Salaire net social", "Livret A"]
    rich = home(adult(wage=200)) | {"patrimoine": {"livret_a": 190_000}}
    assert thresholds(rich, MONTH, "rsa")[0].label == "Livret A"


@pytest.mark.parametrize(
    ("household", "right"),
    [
        (home(adult(wage=300, activite="etudiant")), "rsa"),
        (home(adult(wage=300, nationalite="AUTRE", residence_stable=False)), "rsa"),
        (home(adult(wage=300)) | {"logement": {"statut": "heberge_gratuit"}}, "aide_logement"),
    ],
)
def test_no_amount_opens_a_right_refused_for_another_reason(household, right):
    assert result_of(household, MONTH, right).status == "not_eligible"
    assert thresholds(household, MONTH, right) == ()


def test_the_commune_and_dates_are_not_varied():
    household = home(adult(wage=600), child(date_naissance=None))
    household["logement"] = {"statut": "locataire_vide"}
    for right in BOOK.rights:
        for one in thresholds(household, MONTH, right):
            assert not any(word in one.field for word in ("date", "commune", "code_insee", "zone"))


def test_the_role_of_a_person_is_not_varied():
    household = home(adult(wage=600), {"date_naissance": "1991-01-01"})
    assert "personnes[1].role" in {m.field for m in result_of(household, MONTH, "rsa").missing}
    assert not any(one.field.endswith(".role") for one in thresholds(household, MONTH, "rsa"))


def test_a_household_or_a_mapping_and_errors():
    household = home(adult(wage=700))
    assert thresholds(Household.model_validate(household), MONTH, "rsa") == thresholds(household, MONTH, "rsa")
    with pytest.raises(PlanError, match="rsaa"):
        thresholds(household, MONTH, "rsaa")
    with pytest.raises(ValueError, match="AAAA-MM"):
        thresholds(household, "2026", "rsa")


def test_known_answers_stay_known_while_another_varies():
    """The wage of who has none is read apart: the rent that is varied beside it is not unknown then."""
    profile = home(adult(revenus={})) | {"logement": {"statut": "locataire_vide", "code_insee": "38185", "loyer": 400}}
    household = Household.model_validate(profile)
    screener = screener_of(BOOK, MONTH, ["aide_logement"])
    answers, persons = screener.reader.read(household)
    varied, ways = declared_amounts(screener, screener.plans[0], household, answers)
    lines = [line_of(screener, household, answers, one) for one in varied]
    rent = BOOK.variables["loyer"].path
    [wage] = [line for line in lines if line.varied.variable.path != rent]
    assert not wage.alone and any(screener.plan.slots[place].name == "loyer" for place, _ in ways)
    sweep = Sweep(screener.plan, screener.plans[0].roots, wage.answers, persons, [wage], ways)
    assert sweep.opened and "loyer" not in {screener.plan.slots[one.place].name for one in sweep.opened}


# -- the household with another answer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rank", "times", "value", "expected"),
    [
        ("salaire_net", 0, ("2026-08", "2026-09"), 900.0, {"2026-07": 500, "2026-08": 900.0, "2026-09": 900.0}),
        ("chomage_net", 0, ("2026-09",), 10.0, {"2026-09": 10.0}),
        ("retraite_nette", 0, ("2026-09",), 10.0, 10.0),
        ("livret_a", None, (), 10.0, 10.0),
        ("aide_logement_recue", None, ("2026-09",), 10.0, 10.0),
    ],
)
def test_an_answer_is_written_where_it_was(name, rank, times, value, expected):
    person = adult(wage={"2026-07": 500}, revenus_complets=None)
    person["revenus"]["retraite_nette"] = 7
    household = Household.model_validate(home(person))
    varied = Varied(BOOK.variables[name], rank, times)
    changed = varied.among(household, value)
    assert varied.written(changed) == expected and varied.written(household) != expected
    assert Household.model_validate(changed.model_dump(exclude_unset=True)) == changed


def test_a_total_of_a_year_is_told_as_such():
    household = Household.model_validate(home(adult(wage={"2025": 6000})))
    varied = Varied(BOOK.variables["salaire_net"], 0, ("2025",))
    assert varied.unit(household) == "€/an"
    assert Varied(BOOK.variables["salaire_net"], 0, ("2026-08",)).unit(household) == "€/mois"
    assert varied.unit(Household.model_validate(home(adult(wage=500)))) == "€/mois", "one number for every month"


# -- sentences ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ((), ""),
        (("2024",), "en 2024"),
        (("2023", "2024"), "en moyenne sur 2023 et 2024"),
        (("2026-08",), "en août 2026"),
        (("2026-08", "2026-09"), "en moyenne en août et septembre 2026"),
        (("2026-04", "2026-05", "2026-06"), "en moyenne d'avril à juin 2026"),
        (("2025-12", "2026-01", "2026-02"), "en moyenne de décembre 2025 à février 2026"),
        (("2026-05", "2026-08", "2026-09"), "en moyenne en mai, août et septembre 2026"),
    ],
)
def test_months_are_named(times, expected):
    assert times_text(times) == expected
    assert subject_of("Loyer", "", times) == ", ".join(filter(None, ("Loyer", expected)))


def sentence(*pieces: tuple[float, float | None, Any], now: Status = "undetermined", unit: str = "€/mois") -> str:
    text = amount_sentence("Loyer", unit, [Piece(*piece) for piece in pieces], now, None)
    return text.replace("\u202f", " ").replace("\xa0", " ").partition(" : ")[2]


def test_euros_are_rounded_so_that_the_sentence_stays_true():
    edges = ((0.0, 25.06, "not_eligible"), (25.07, 2151.7, "eligible"), (2151.71, None, "not_eligible"))
    assert sentence(*edges, now="not_eligible") == "le droit pourrait s'ouvrir entre 26 € et 2 151 €."
    assert sentence(*edges, now="eligible") == "le droit pourrait rester ouvert entre 26 € et 2 151 €."
    assert sentence(*edges) == (
        "le droit pourrait être ouvert entre 26 € et 2 151 € ; pas de droit jusqu'à 25 € ni au-dessus de 2 152 €."
    )


def test_a_piece_without_a_whole_euro_keeps_its_cents():
    assert "jusqu'à 0,40 €" in sentence((0.0, 0.4, "eligible"), (0.41, None, "not_eligible"))
    assert "à 0 €" in sentence((0.0, 0.0, "eligible"), (0.01, None, "not_eligible"))
    narrow = ((0.0, 10.1, "not_eligible"), (10.11, 10.6, "eligible"), (10.61, None, "not_eligible"))
    assert "entre 10,11 € et 10,60 €" in sentence(*narrow)


def test_what_depends_on_other_answers_is_said_last():
    known = ((0.0, 850.2, "eligible"), (850.21, 1309.4, "undetermined"), (1309.41, None, "not_eligible"))
    assert sentence(*known) == (
        "le droit pourrait être ouvert jusqu'à 850 € ; pas de droit au-dessus de 1 310 € ; "
        "entre les deux, cela dépend des autres réponses."
    )
    assert sentence((0.0, 9.0, "undetermined"), (9.01, None, "eligible")) == (
        "le droit pourrait être ouvert à partir de 10 € ; sinon, cela dépend des autres réponses."
    )


def test_choices_with_the_same_outcome_are_told_together():
    nothing, paid = Amount(0.0, 0.0, 0.0, "€/mois"), Amount(213.0, None, 508.21, "€/mois")
    choices = [
        Choice("a", "seul", "eligible", paid),
        Choice("b", "marié", "eligible", Amount(600.0, 600.0, 600.0, "€/mois")),
        Choice("c", "veuf", "not_eligible", nothing),
        Choice("d", "autre", "undetermined", Amount(0.0, None, None, "€/mois")),
    ]
    assert choice_sentence("Vie", choices, "undetermined") == (
        "Vie : « seul » ou « marié », le droit pourrait être ouvert, entre 213 € et 600 € par mois ; "
        "« veuf », pas de droit ; « autre », cela dépend des autres réponses."
    )


# -- where they are shown -------------------------------------------------------------------------------------


def test_an_explanation_says_what_is_unknown_what_was_supposed_and_what_would_change_the_answer():
    household = with_given_incomes(home(adult(id="p1")), chomage_net=0)
    explanation = explain(household, "rsa", MONTH)
    text = str(explanation)
    parts = ("Ce qui n'est pas connu", "Ce qui a été supposé", "Ce qui changerait la réponse")
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)
    assert explanation.thresholds == thresholds(household, MONTH, "rsa") != ()
    for one in explanation.thresholds or ():
        assert f"  - {one.text}" in text
    for missing in explanation.result.missing:
        assert missing.question in text and missing.why in text
    for assumption in explanation.result.assumptions:
        assert assumption.label in text and assumption.text in text
    dumped = json.loads(json.dumps(explanation.model_dump(mode="json")))["thresholds"][0]
    assert dumped["pieces"][0] == {"low": 0.0, "high": 645.69, "status": "eligible"}
    assert dumped.keys() >= {"field", "label", "who", "months", "unit", "kind", "choices", "present", "text"}


def test_an_explanation_may_leave_them_out_and_says_when_nothing_changes_the_answer():
    student = home(adult(wage=300, activite="etudiant"))
    assert "Rien de ce qui a été essayé ne changerait la réponse." in str(explain(student, "rsa", MONTH))
    without_changes = explain(student, "rsa", MONTH, changes=False)
    assert without_changes.thresholds is None and "changerait" not in str(without_changes)
    assert without_changes.model_dump()["thresholds"] is None


def test_a_screening_says_what_would_change_open_rights_and_near_misses_first():
    screener = screener_of(BOOK, MONTH, ("rsa", "ppa"))
    household = Household.model_validate(home(adult(id="p1", wage=700)))
    screening = screener.screen(household)
    changes = first_changes(screener, household, screening)
    assert list(changes) == ["rsa"], "the prime is open"
    text = "\n".join(screening_lines(screening, changes))
    assert text.count("      ce qui changerait la réponse : Salaire net social, p1") == 1
    assert "changerait" not in "\n".join(screening_lines(screening))
