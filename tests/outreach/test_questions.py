"""The next questions: which, in which order, what is said of each, and when to stop; on draws that are told."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.screening.households import MONTH, adult, answers_of, child, complete_profile, home, without
from zero_non_recours import Household, next_questions, rank_rights, screen
from zero_non_recours.cli.profile_file import ProfileFile
from zero_non_recours.outreach.missing import NextQuestion
from zero_non_recours.outreach.parameters import default_outreach_parameters
from zero_non_recours.outreach.questions import (
    NOBODY_KNOWS,
    NOT_ENOUGH,
    NOTHING_DECIDES,
    NOTHING_MISSING,
    TOO_DEAR,
    USELESS,
    Questions,
)
from zero_non_recours.outreach.receipt import value_of_receipt
from zero_non_recours.outreach.study import studies_of
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.joint import ClaimStates, JointAmounts

Place = tuple[str, int | None]
DRAWS = 240
HALVES = np.arange(DRAWS) % 2.0
THIRDS = np.arange(DRAWS) % 3.0
FIGURES = default_outreach_parameters()
YOUNG = {
    **home(adult(date_naissance="2002-04-09", activite="inactif"), rsa=0, ppa=0),
    "logement": {"statut": "heberge_gratuit", "participation_frais": False, "code_insee": "38185"},
}
"""Nobody knows whether this person worked two years: RSA is open, everything else is settled."""
PARENT = {
    "personnes": [
        {"id": "p1", "role": "demandeur", "date_naissance": "1990-05-03"},
        {"role": "enfant", "date_naissance": "2019-01-01"},
    ]
}
"""Everything is missing."""


def enough(right: str = "rsa", not_receiving: float = 0.34) -> float:
    """A monthly amount worth about 90 €: less than the cost of a claim once out of two, more when it is sure."""
    return 90 / (FIGURES.euros_of(right, yearly=False) * not_receiving)


def said_not_received(amount: float, due: float) -> tuple[float, float]:
    """For YOUNG, who receives neither RSA nor housing benefit: how likely it is due, and missing if it is, by hand."""
    rate, said = FIGURES.base_rates.of("rsa"), FIGURES.channels.of("parole")
    without = next(one.shift for one in rate.covariates if one.received == "aide_logement" and not one.values[0])
    odds = math.log(rate.mean / (1 - rate.mean)) + rate.slope * (amount - rate.mean_amount) / 100 + without
    missing = 1 / (1 + math.exp(-odds)) * said.specificity
    received = 1 / (1 + math.exp(odds)) * (1 - said.sensitivity)
    told = due * (missing + received)
    return told / (told + (1 - due) * said.specificity), missing / (missing + received)


@pytest.fixture
def told(monkeypatch) -> Callable[..., None]:
    """Draws with these answers and amounts, whatever the household and the rights in payment."""

    def tell(answers: dict[Place, Any], amounts: dict[str, Any], method: Any = "drawn", **more: Any) -> None:
        size = len(next(iter(amounts.values()), (0,)))
        given = {place: np.array(values, dtype=float) for place, values in answers.items()}
        weights = np.array(more.get("weights", np.full(size, 1 / size)))

        def amounts_in(states: ClaimStates, *_: Any) -> JointAmounts:
            paid = {right: np.array([values] * states.number, dtype=float) for right, values in amounts.items()}
            continuous = frozenset(more.get("continuous", ()))
            return JointAmounts(states.linked, paid, weights, method, given, continuous, ("statut",))

        monkeypatch.setattr(ClaimStates, "amounts", amounts_in)

    return tell


def ask(household: Any, **options: Any) -> Questions:
    return next_questions(household, MONTH, **options)


def fields(questions: tuple[NextQuestion, ...]) -> list[str]:
    return [question.field for question in questions]


def is_receipt(question: NextQuestion) -> bool:
    return question.field.startswith("prestations_recues.")


# -- what is asked, in which order ------------------------------------------------------------------------


def test_a_question_that_decides_is_asked_with_all_that_is_to_know_of_it(told):
    told({("rsa_jeune_condition_travail", 0): [1, 0]}, {"rsa": [573.49, 0]}, "exact", weights=[0.02, 0.98])
    (question,) = ask(YOUNG, rights="rsa").items
    missing = screen(YOUNG, MONTH).rights["rsa"].missing[0]
    assert (question.field, question.question, question.why) == (missing.field, missing.question, missing.why)
    assert (question.kind, question.choices, question.unit, question.months) == ("yes_no", {}, "", ())
    assert (question.rights, question.who, question.sensitivity) == (("rsa",), "personne 1", "neutral")
    due, missing_then = said_not_received(573.49, 0.02)
    worth = FIGURES.euros_of("rsa", yearly=False) * 573.49 * missing_then
    assert question.value == pytest.approx(due * (worth - 60) - max(0, due * worth - 60))
    assert question.cost == pytest.approx(0.6)
    assert question.net == pytest.approx((question.value or 0) - 0.6)


def test_draws_that_are_all_the_cases_are_not_taken_for_a_sample(told):
    """Two questions, three cases: the first alone decides, by exact sums; half of the draws would tell nothing."""
    answers = {("rsa_jeune_condition_travail", 0): [1, 0, 0], ("activite", 0): [0, 0, 1]}
    told(answers, {"rsa": [573.49, 0, 0]}, "exact", weights=[0.02, 0.9, 0.08])
    (question,) = ask(YOUNG, rights="rsa").items
    due, missing_then = said_not_received(573.49, 0.02)
    worth = FIGURES.euros_of("rsa", yearly=False) * 573.49 * missing_then
    assert question.value == pytest.approx(due * (worth - 60) - max(0, due * worth - 60))


def test_the_largest_net_value_comes_first(told):
    """Two answers decide as much; the sensitive one costs more to ask, the private one less."""
    answers = {("statut", None): HALVES, ("salaire_net", 0): HALVES, ("date_isolement", None): HALVES}
    told(answers, {"rsa": HALVES * enough()})
    found = ask(PARENT)
    first, second = (q for q in found.items if q.value is not None and not is_receipt(q))
    assert (first.field, second.field) == ("logement.statut", "personnes[0].revenus.salaire_net")
    assert first.value == second.value and first.cost < second.cost
    sensitive = next(q for q in (*found.items, *found.others) if q.field == "date_isolement")
    assert sensitive.sensitivity == "sensitive" and sensitive.reference == "CASF L262-9, CASF R262-2"
    assert {q.reference for q in found.items if q.sensitivity != "sensitive"} == {""}


def test_an_answer_that_is_drawn_for_several_months_is_one_question(told):
    told({("salaire_net", 0): HALVES}, {"rsa": HALVES * 500})
    wage = next(q for q in ask(PARENT).items if q.field.endswith("salaire_net"))
    assert (wage.kind, wage.unit, wage.label) == ("amount", "€/mois", "Salaire net social")
    assert wage.months[0] == "2025-10" and wage.months[-1] == "2026-09" and len(wage.months) == 12
    assert wage.who == "p1 : d'octobre 2025 à septembre 2026"
    assert wage.rights == ("rsa", "ppa", "aide_logement")


def test_the_total_of_a_year_is_asked_by_its_year(told):
    told({("rfr", None): HALVES}, {"cheque_energie": HALVES * 200})
    income = next(q for q in (*ask(PARENT).items, *ask(PARENT).others) if q.field == "fiscal.rfr")
    assert (income.months, income.who) == (("2024",), "année 2024")


def test_a_choice_gives_its_words(told):
    told({("statut", None): HALVES}, {"rsa": HALVES * 500})
    status = next(q for q in ask(PARENT).items if q.field == "logement.statut")
    assert status.kind == "choice"
    assert status.choices["locataire_vide"] == "locataire d'un logement vide"


def test_a_place_that_is_read_in_a_table_is_asked_by_its_name(told):
    """The zone is drawn; the commune is asked."""
    told({("zone_apl", None): THIRDS, ("statut", None): HALVES}, {"aide_logement": (THIRDS > 1) * 400})
    found = {q.field: q for q in ask(PARENT).items}
    assert found["logement.commune"].kind == "text" and (found["logement.commune"].value or 0) > 0


def test_a_document_is_asked_for_when_it_may_change_what_a_word_decided(told):
    """Where a word leaves a doubt; not for a right too small to claim, nor once a document was seen."""
    household = home(adult(wage=500), rsa=0, ppa=0)
    seen = household | {"suivi": {"ppa": {"preuve": "document"}}}
    for amount, household_, worth in ((300, household, True), (1, household, False), (300, seen, False)):
        told({}, {"ppa": [amount]}, "none")
        asked = rank_rights(household_, MONTH, rights="ppa").questions
        assert [question.field for question in asked] == (["suivi.ppa.preuve"] if worth else [])
    told({}, {"rsa": [500]}, "none")
    assert rank_rights(household, MONTH, rights="rsa").questions == (), "almost surely missing, as it was said"


def test_what_no_draw_needs_is_worth_nothing(told):
    told({("statut", None): HALVES}, {"rsa": HALVES * enough()})
    found = ask(PARENT, rights="rsa")
    assert fields(found.items) == ["logement.statut"]
    assert {q.not_asked for q in found.others if not is_receipt(q)} == {USELESS}
    unknown = [q.value is None for q in ask(PARENT).items]
    assert not unknown[0] and unknown[-1] and unknown == sorted(unknown), "last, what only undrawn rights need"


def test_whether_a_right_is_received_is_asked_for_what_it_is_worth(told):
    """The RSA may be due and received: « no » would make it worth a claim, « yes » would spare one."""
    household = {**YOUNG, "prestations_recues": {**YOUNG["prestations_recues"], "rsa": None}}
    told({}, {"rsa": [enough()]}, "none")
    (question,) = ask(household, rights="rsa").items
    one = studies_of(default_rulebook(), MONTH, ("rsa",), FIGURES).study(Household.model_validate(household), 1)
    standing, said = one.weighed[0].standing, FIGURES.channels.of("parole")
    value = value_of_receipt(
        standing.value,
        standing.not_receiving,
        standing.eligible,
        FIGURES.claim_cost,
        sensitivity=said.sensitivity,
        specificity=said.specificity,
    )
    assert question.field == "prestations_recues.rsa" and question.rights == ("rsa",)
    assert question.value == value and value > question.cost > 0


@pytest.mark.parametrize("said", [0, 573, "ne_sait_pas", "ne_veut_pas_dire"])
def test_a_receipt_that_is_known_or_not_told_is_not_asked(told, said):
    household = {**YOUNG, "prestations_recues": {**YOUNG["prestations_recues"], "rsa": said}}
    told({}, {"rsa": [enough()]}, "none")
    found = ask(household, rights="rsa")
    assert found.items == ()
    assert fields(found.unsaid) == (["prestations_recues.rsa"] if isinstance(said, str) else [])


def test_the_receipt_of_a_right_that_is_not_due_or_is_refused_is_not_asked(told):
    household = {**YOUNG, "prestations_recues": {**YOUNG["prestations_recues"], "rsa": None}}
    told({}, {"rsa": [0.0]}, "none")
    assert "prestations_recues.rsa" not in fields(ask(household, rights="rsa").items)
    told({}, {"rsa": [enough()]}, "none")
    assert "prestations_recues.rsa" in fields(ask(household, rights="rsa").items)
    refused = {**household, "suivi": {"rsa": {"refus": True}}}
    assert "prestations_recues.rsa" not in fields(ask(refused, rights="rsa").items)
    told({("rsa_jeune_condition_travail", 0): [1, 0]}, {"rsa": [573.49, 0]}, "exact", weights=[0.02, 0.98])
    assert "personnes[0].rsa_jeune_condition_travail" in fields(ask(household, rights="rsa").items)
    assert ask(refused, rights="rsa").stop == NOTHING_DECIDES


def test_without_any_draw_the_order_is_that_of_the_screening(told):
    told({}, {}, "none")
    missing = [m.field for r in screen(PARENT, MONTH).rights.values() for m in r.missing]
    assert fields(ask(PARENT).items) == list(dict.fromkeys(missing))


# -- what is not asked ------------------------------------------------------------------------------------


def test_nothing_is_missing():
    found = ask(home(adult(wage=1600), rsa=0, ppa=0), rights=["rsa", "ppa"])
    assert (found.items, found.others, found.stop, found.method) == ((), (), NOTHING_MISSING, "none")


def test_an_answer_that_changes_only_the_amount_is_not_worth_asking(told):
    told({("rsa_jeune_condition_travail", 0): HALVES}, {"rsa": 400 + HALVES * 100})
    found = ask(YOUNG, rights="rsa")
    assert (found.items, found.stop) == ((), NOTHING_DECIDES)
    (other,) = found.others
    assert (other.value, other.not_asked) == (0, USELESS)


def test_an_answer_that_changes_too_little_is_not_worth_asking(told):
    told({("rsa_jeune_condition_travail", 0): [1, 0]}, {"rsa": [500, 0]}, "exact", weights=[0.998, 0.002])
    found = ask(YOUNG, rights="rsa")
    assert (found.items, found.stop) == ((), NOT_ENOUGH)
    assert found.others[0].not_asked == TOO_DEAR


def test_a_right_that_is_received_is_worth_nothing_more(told):
    told({("rsa_jeune_condition_travail", 0): HALVES}, {"rsa": HALVES * enough("rsa", 0.84)})
    assert ask(YOUNG, rights="rsa").items
    received = {**YOUNG, "prestations_recues": {**YOUNG["prestations_recues"], "rsa": 573}}
    assert ask(received, rights="rsa").stop == NOTHING_DECIDES


@pytest.mark.parametrize(("word", "text"), [("ne_sait_pas", "ne sait pas"), ("ne_veut_pas_dire", "n'a pas voulu")])
def test_what_somebody_did_not_say_is_not_asked_again(told, word, text):
    told({("rsa_jeune_condition_travail", 0): HALVES}, {"rsa": HALVES * enough("rsa", 0.84)})
    person = {**YOUNG["personnes"][0], "rsa_jeune_condition_travail": word}
    found = ask({**YOUNG, "personnes": [person]}, rights="rsa")
    assert (found.items, found.others, found.stop) == ((), (), NOBODY_KNOWS)
    assert fields(found.unsaid) == ["personnes[0].rsa_jeune_condition_travail"]
    assert text in found.unsaid[0].not_asked


def test_months_that_nobody_knows_are_not_asked_again(told):
    told({}, {}, "none")
    months = {"2026-07": "ne_sait_pas", "2026-08": "ne_sait_pas", "2026-09": "ne_sait_pas"}
    household = home(adult(wage=months, revenus_complets=None))
    found = ask(household, rights=["rsa"])
    assert "personnes[0].revenus.salaire_net" in fields(found.unsaid)
    household = home(adult(wage={**months, "2026-08": 900}, revenus_complets=None))
    assert "personnes[0].revenus.salaire_net" in fields(ask(household, rights=["rsa"]).unsaid)


# -- several answers together -----------------------------------------------------------------------------


def test_answers_that_decide_only_together_are_asked():
    """Alone, neither of two incomes changes what to do; together they do, so each has a part of it."""
    found = ask(PARENT)
    assert found.items and found.items[0].value is not None
    assert (found.items[0].net or 0) > 0


@pytest.mark.parametrize("seed", range(6))
def test_every_missing_answer_is_somewhere_once(seed):
    rng = random.Random(seed)
    profile = complete_profile(seed, MONTH)
    for path in list(answers_of(profile)):
        if path[-1] != "role" and rng.random() < 0.4:
            profile = without(profile, path)
    results = screen(profile, MONTH).rights
    missing = {m.field for right in results.values() for m in right.missing}
    found = ask(profile)
    asked = fields((*found.items, *found.others, *found.unsaid))
    assert len(asked) == len(set(asked))
    unsaid = {f"prestations_recues.{name}": right for name, right in results.items() if right.received is None}
    due = {field for field, right in unsaid.items() if right.status == "eligible"}
    assert missing | due <= set(asked) <= missing | set(unsaid)
    nets = [question.net for question in found.items if question.net is not None]
    assert nets == sorted(nets, reverse=True) and all(net > 0 for net in nets)
    assert all((question.net or 0) <= 0 and question.not_asked for question in found.others)
    assert bool(found.items) == (found.stop is None)
    assert ask(profile).model_dump() == found.model_dump()


def test_answering_what_is_asked_comes_to_an_end():
    """From the dates of birth alone, with the answers of a household that is known entirely."""
    whole = complete_profile(4, MONTH)
    known = {"personnes": [{key: p[key] for key in ("role", "date_naissance")} for p in whole["personnes"]]}
    file, asked = ProfileFile("", known, ".json"), set()
    while question := next((q for q in ask(file.data).items if (q.field, q.months) not in asked), None):
        asked.add((question.field, question.months))
        answer = ProfileFile("", whole, ".json").answered(question.field)
        file = file.with_answer(question.field, "ne_sait_pas" if answer is None else answer)
        assert len(asked) < 34
    assert asked


# -- shapes -----------------------------------------------------------------------------------------------


def test_the_answer_as_data(told):
    told({("rsa_jeune_condition_travail", 0): [1, 0]}, {"rsa": [573.49, 0]}, "exact", weights=[0.02, 0.98])
    found = ask({"id": "h1", **YOUNG}, rights="rsa")
    data = json.loads(found.model_dump_json())
    assert data == found.model_dump(mode="json")
    assert (data["id"], data["month"], data["method"], data["weak"]) == ("h1", MONTH, "exact", ["statut"])
    assert data["parameters"] == default_outreach_parameters().digest
    (item,) = data["items"]
    assert item["field"] == "personnes[0].rsa_jeune_condition_travail" and item["rights"] == ["rsa"]
    assert item["net"] == pytest.approx(item["value"] - item["cost"], abs=0.011)


def test_a_household_is_the_same_as_its_mapping_and_stays_as_it_is():
    household = Household.model_validate(PARENT)
    before = household.model_dump_json()
    assert ask(household).model_dump() == ask(PARENT).model_dump()
    assert household.model_dump_json() == before


def test_rights_can_be_chosen(told):
    told({}, {}, "none")
    found = ask(home(adult(), child(), status="locataire_vide"), rights="aide_logement")
    assert {q.rights for q in found.items} == {("aide_logement",)}
