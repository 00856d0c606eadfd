"""The model applied to households: the vectors of its description, one by one as in blocks, and what a file may say."""

from __future__ import annotations

import copy
import math
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml

from tests.engine.households import fictional
from tests.screening import fictional as islands
from tests.screening.households import MONTH, adult, home
from tests.screening.removal import POPULATIONS, household_of, incomplete, shorter_and_shorter
from zero_non_recours.outreach.assess import Assessment, Assessor, Told
from zero_non_recours.outreach.blocks import Blocks
from zero_non_recours.outreach.parameters import (
    OutreachParameters,
    default_outreach_parameters,
    load_outreach_parameters,
)
from zero_non_recours.outreach.receipt import non_receipt_after
from zero_non_recours.outreach.study import Studies, Study, studies_of
from zero_non_recours.outreach.waiting import cost_of_waiting
from zero_non_recours.outreach.worth import answer_values
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook, shipped_rules
from zero_non_recours.screening.batch.joint import JointColumns

DRAWS = 32
FIGURES = default_outreach_parameters()
VOUCHER = "cheque_energie"
BOTH = home(adult(id="p1", wage=500), rsa=0, ppa=0)
OWNED = home(adult(wage=300), rsa=0) | {"fiscal": {"rfr": 3000}}


def validated(profile: dict[str, Any]) -> HouseholdBase:
    return household_model(default_rulebook()).model_validate(profile)


def studies(rights: Sequence[str] | None = None, month: str = MONTH, today: date | None = None) -> Studies:
    return studies_of(default_rulebook(), month, rights, FIGURES, today)


def study(profile: dict[str, Any], rights: Sequence[str] | None = None, **options: Any) -> Study:
    return studies(rights, **options).study(validated(profile), DRAWS)


def received(profile: dict[str, Any], **amounts: Any) -> dict[str, Any]:
    told = copy.deepcopy(profile)
    told["prestations_recues"] = told.get("prestations_recues", {}) | amounts
    return told


# -- the vectors R4 to R8: two rights, the second lowers the first -------------------------------------------


@pytest.fixture(scope="module")
def figures(tmp_path_factory) -> OutreachParameters:
    """The shipped figures, but a base rate of 0.18 for R and 0.05 for A, whatever the amount; both kept as long."""
    folder = Path(shutil.copytree(shipped_rules() / "non_recours", tmp_path_factory.mktemp("figures") / "non_recours"))
    rates, kept = (yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in ("taux_de_base", "durees"))
    for name, mean in (("rsa", 0.18), ("aide_logement", 0.05)):
        one = rates["taux_de_base"][name]
        one["taux"] |= {"valeur": mean, "intervalle": [0.01, 0.5]}
        one["pente"]["valeur"] = 0
        one.pop("covariables", None)
        kept["perte"][name]["valeur"] = -math.log(0.75) / 12
    for name, data in (("taux_de_base", rates), ("durees", kept)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return load_outreach_parameters(folder)


def assessed(figures: OutreachParameters, said_r: bool | None, said_a: bool | None) -> Assessment:
    """R pays 600, and 523 once A is in payment; A pays 270."""
    rights: Any = [SimpleNamespace(name=name, amount_unit="€/mois") for name in ("rsa", "aide_logement")]
    amounts = {"rsa": [600, 600, 523, 523], "aide_logement": [270, 270, 270, 270]}
    columns = JointColumns(
        [0], {name: np.array(a, dtype=float).reshape(4, 1, 1) for name, a in amounts.items()}, np.ones((1, 1))
    )
    names = ("rsa", "aide_logement")
    told = [Told(declared, "parole", (), 0.9) for declared in (said_r, said_a)]
    return Assessor(rights, names, names, figures).assess(columns, [told])


def test_r4_and_r5_what_each_right_brings_in_the_bundle(figures):
    both = assessed(figures, None, None)
    assert both.net[:, 0].tolist() == [561.5, 231.5] and both.gross[:, 0].tolist() == [600, 270]
    held = assessed(figures, True, None)
    assert held.net[:, 0].tolist() == [0, 193] and held.gross[1, 0] == 270


def test_r6_to_r8_what_is_expected_of_each_and_what_waiting_costs(figures):
    found = assessed(figures, False, None)
    assert found.not_receiving[:, 0] == pytest.approx([0.68266, 0.05], abs=5e-6)
    assert found.missing[:, 0] == pytest.approx([0.68266, 0.05], abs=5e-6)
    assert found.share[:, 0] == pytest.approx([358.35, 10.96], abs=0.005)
    assert found.share.sum() == pytest.approx(369.31, abs=0.005)
    assert found.value[:, 0] == pytest.approx([3403.7, 104.1], abs=0.05)
    assert cost_of_waiting(float(found.share[0, 0]), 0.9, month_ends=1) == pytest.approx(322.5, abs=0.05)


# -- the gain of the bundle ----------------------------------------------------------------------------------


@pytest.mark.parametrize("population", ["families", "families_housed"])
def test_what_rights_bring_together_is_what_the_household_receives_more(population):
    """Computed again with everything claimed; only what is said to be received is paid before."""
    names = ("rsa", "aide_logement", "ppa", VOUCHER)
    paid = 0
    for seed in range(10):
        rng = random.Random(seed)
        receipts = {name: rng.choice([0, 100]) for name in names}
        profile = received(household_of(population, seed), **receipts)
        found = study(profile, names)
        reading, linked = studies(names).states.reading, studies(names).states.linked
        held = {name for name in names if receipts[name]}
        written = {name: receipts[name] if name in held else 0 for name in linked}
        amounts = {
            claimed: reading.amounts(validated(received(profile, **written)), [n for n in claimed if n not in held])
            for claimed in ((), linked)
        }
        yearly = {right.name: 12 if right.amount_unit == "€/an" else 1 for right in found.assessor.rights}
        before = sum(amounts[()][name][0] / yearly[name] for name in held)
        after = sum(amounts[linked][name][0] / yearly[name] for name in names)
        assert found.assessment.net.sum() == pytest.approx(after - before, abs=1e-6)
        paid += after > before
    assert paid >= 5


def test_shares_are_never_more_than_the_bundle_and_follow_what_is_said():
    shares = {}
    for said in (None, 0):
        found = study(received(BOTH, rsa=said, ppa=said), ("rsa", "ppa")).assessment
        assert 0 < found.share.sum() < found.net.sum()
        shares[said] = found.share[:, 0]
    assert (shares[None] < shares[0]).all()


# -- what a file says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "channel"), [(0, "parole"), (0, "document"), (90, "parole"), (90, "document")])
def test_what_is_said_of_a_receipt_moves_non_receipt_as_far_as_its_channel_is_to_be_believed(said, channel):
    unknown = study(received(BOTH, ppa=None), ("ppa",)).assessment
    told = received(BOTH, ppa=said) | {"suivi": {"ppa": {"preuve": channel}}}
    one, of = study(told, ("ppa",)).assessment, FIGURES.channels.of(channel)
    shown = {"sensitivity": of.sensitivity, "specificity": of.specificity}
    before = float(unknown.not_receiving[0, 0])
    assert one.not_receiving[0, 0] == pytest.approx(non_receipt_after(before, said > 0, **shown))
    assert (one.missing[0, 0] > unknown.missing[0, 0]) == (said == 0)
    assert one.missing[0, 0] == one.not_receiving[0, 0] and one.eligible[0, 0] == 1


def test_the_base_rate_depends_on_the_receipt_of_other_rights_and_on_tenure_only():
    def missing(status: str = "heberge_gratuit", **said: Any) -> float:
        household = received(home(adult(), status=status), rsa=None, **said)
        found = study(household)
        return float(found.assessment.not_receiving[found.assessor.names.index("rsa"), 0])

    without, unknown, with_it = (missing(aide_logement=said) for said in (0, None, 150))
    assert with_it < unknown and with_it < without
    assert missing("proprietaire") > missing("locataire_vide") > missing("locataire_hlm")


def test_a_refused_right_is_declined_and_nothing_else_moves():
    plain, refused = study(BOTH), study(BOTH | {"suivi": {"rsa": {"refus": True}}})
    for name, one, other in zip(plain.assessor.names, plain.weighed, refused.weighed, strict=True):
        assert (one == other) == (name != "rsa")
        assert other.status == ("declined" if name == "rsa" else one.status)


def test_a_right_that_was_claimed_is_followed():
    found = study(BOTH | {"suivi": {"rsa": {"demande_le": "2026-09-02"}}}, ("rsa", "ppa"))
    rsa, ppa = found.weighed
    assert rsa.action.action == "suivi_demande" and rsa.causes["non_reception"] >= 0.9
    assert ppa.action.action != "suivi_demande" and ppa.causes["non_reception"] == 0


def test_a_claim_may_be_refused_and_a_month_that_ends_is_lost():
    found = study(OWNED, ("rsa", "ppa", VOUCHER), today=date(2026, 11, 20))
    rsa, ppa, cheque = found.weighed
    assert rsa.refusal == pytest.approx(1 - FIGURES.awards.of("rsa").value)
    assert cheque.refusal == pytest.approx(1 - FIGURES.awards.unobserved_condition.value), "its contract is to confirm"
    for place, one in enumerate((rsa, ppa)):
        share = float(found.assessment.share[place, 0])
        assert one.waiting == pytest.approx(share * (1 - one.refusal)) and share > 0
        assert one.standing.value == pytest.approx(share * (1 - one.refusal) * FIGURES.months_kept(one.standing.code))


# -- a right paid once a year --------------------------------------------------------------------------------


def voucher(profile: dict[str, Any], month: str = MONTH, today: date | None = None) -> Any:
    return study(profile, (VOUCHER,), month=month, today=today).weighed[0]


def test_a_campaign_that_is_not_open_is_worth_nothing():
    closed, open_ = voucher(OWNED, "2025-09"), voucher(OWNED, "2025-10")
    assert (closed.status, closed.standing.value, closed.waiting) == ("not_open", 0, 0)
    assert open_.standing.value > 0 and open_.status in ("act_first", "probably_missing", "possibly_missing")


def test_waiting_costs_the_whole_year_once_the_closing_date_comes_before_the_next_contact():
    early, late = (voucher(OWNED, "2026-10", today) for today in (date(2026, 10, 3), date(2026, 12, 3)))
    assert early.waiting == 0 and early.status != "act_first"
    assert late.waiting == late.standing.value > 0 and late.status == "act_first"


@pytest.mark.parametrize(("used", "unused"), [(None, 0.18), (False, 1.0), (True, None)])
def test_a_voucher_that_is_received_may_be_unused(used, unused):
    steps = {} if used is None else {"suivi": {VOUCHER: {"utilise": used}}}
    found = voucher(received(OWNED, **{VOUCHER: {"2026": 194}}) | steps)
    assert found.unused == unused
    if unused is None:
        assert found.status == "already_received"
    else:
        assert found.standing.value == pytest.approx(unused * 194) and found.refusal == 0
        assert found.standing.missing == unused and found.standing.declared is None
        assert found.status == ("possibly_missing" if used is None else "probably_missing")


# -- many at once --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def population() -> list[HouseholdBase]:
    """Households of every population with what may be said of them; some have no identifier."""
    profiles = incomplete(28, 9) + [household_of("families_housed", seed) for seed in range(6)]
    rng, found = random.Random(3), []
    for rank, profile in enumerate(profiles):
        said = {name: rng.choice([None, None, 0, 130]) for name in ("rsa", "ppa", "aide_logement")}
        told = received(profile, **said)
        name = rng.choice(["rsa", "ppa", "aide_logement", VOUCHER])
        steps = rng.choice(
            [{}, {"refus": True}, {"preuve": "document"}, {"demande_le": "2026-08"}, {"signes": ["indu_passe"]}]
        )
        told |= {"suivi": {name: steps}} if steps else {}
        found.append(validated(told if rank % 7 else {key: value for key, value in told.items() if key != "id"}))
    return [*found, validated(lacking(102, 33)), validated(lacking(103, 89))]


def lacking(seed: int, rank: int) -> dict[str, Any]:
    """One of `incomplete`: these two have a right that only the tightest bounds exclude."""
    whole = household_of(POPULATIONS[rank % 4], seed * 10_000 + rank)
    *_, (_, last) = shorter_and_shorter(whole, random.Random(f"{seed}/{rank}"))
    return last


@pytest.mark.parametrize(("order", "block"), [(0, 512), (1, 4), (2, 11)])
def test_blocks_say_what_is_said_one_by_one_in_any_order_and_split(order, block):
    places = list(range(len(population())))
    random.Random(order).shuffle(places)
    blocks, seen = Blocks(studies(), DRAWS, answers=block == 4), []
    for start in range(0, len(places), block):
        part = places[start : start + block]
        for weighing in blocks.read([population()[place] for place in part]):
            alone = one_by_one()[part[weighing.row]]
            assert weighing.rights == alone.weighed, alone.household.id
            assert weighing.steps == alone.steps
            assert weighing.answer == (best_answer(alone) if block == 4 else 0)
            seen.append(part[weighing.row])
    assert sorted(seen) == sorted(places)


def test_an_answer_that_no_right_waits_for_is_worth_nothing_although_it_is_drawn():
    young = home(adult(date_naissance="2003-03-03", wage=60), rsa=0, ppa=0)
    found = study(young, ("rsa", "ppa"))
    waited, drawn = found.weighed_columns, ("rsa_jeune_condition_travail", 0)
    assert list(waited.answers) == [drawn] and [list(row) for row in waited.questions] == [[drawn]]
    for questions, fields in (([[drawn]], {"personnes[0].rsa_jeune_condition_travail"}), ([[]], set())):
        columns = replace(waited, questions=questions)
        values = answer_values(
            studies(("rsa", "ppa")).screener,
            studies().figures,
            found.household,
            columns,
            found.worth,
            found.told,
            found.weighed,
        )
        assert set(values) == fields


def best_answer(alone: Study) -> float:
    found = answer_values(
        studies().screener,
        studies().figures,
        alone.household,
        alone.weighed_columns,
        alone.worth,
        alone.told,
        alone.weighed,
    )
    return max([0.0, *(value.net for value in found.values())])


@lru_cache(maxsize=1)
def one_by_one() -> list[Study]:
    return [studies().study(household, DRAWS) for household in population()]


def test_the_population_tells_the_ways_apart():
    methods = {found.joint.method for found in one_by_one()}
    statuses = {weighed.status for found in one_by_one() for weighed in found.weighed}
    assert {"none", "stratified", "drawn"} <= methods
    assert {"probably_missing", "possibly_missing", "already_received", "declined", "not_simulated_due"} <= statuses


def test_figures_redrawn_do_not_depend_on_the_other_households():
    """Alone, or beside others that have as many draws, in an array of many rows."""
    alone = [found for found in one_by_one() if found.columns.weights.shape[1] == DRAWS][:6]
    rows = list(range(len(alone)))
    together = JointColumns(
        rows,
        {n: np.concatenate([one.columns.amounts[n] for one in alone], axis=1) for n in alone[0].columns.amounts},
        np.concatenate([one.columns.weights for one in alone]),
    )
    found = studies().assessor.redrawn(together, [one.told for one in alone])
    for row, one in enumerate(alone):
        assert found.value[..., row].tobytes() == one.redrawn.value[..., 0].tobytes()
        assert found.missing[..., row].tobytes() == one.redrawn.missing[..., 0].tobytes()
    assert len(alone) == 6


def test_a_right_that_cannot_be_drawn_is_the_same_in_a_block():
    book = studies_of(fictional(), islands.MONTH, islands.RIGHTS, FIGURES)
    households, undrawn = islands.population(60, 5), 0
    for weighing in Blocks(book, DRAWS).read(households):
        alone = book.study(households[weighing.row], DRAWS)
        assert weighing.rights == alone.weighed
        undrawn += bool(alone.undrawn)
    assert undrawn > 5
