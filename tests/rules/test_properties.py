"""What the law implies for any household: monotony, continuity, symmetry, scales."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.population import random_profile
from tests.screening.households import MONTH, MONTHS, RIGHTS, Profile, adult, child, home
from zero_non_recours import evaluate, screen
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import first_day, parse_month
from zero_non_recours.rulebook.fields import household_model, profile_fields
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.answers import AnswerReader

BOOK = default_rulebook()
few = settings(max_examples=25)
months = st.sampled_from([MONTHS[0], "2024-06", "2025-01", "2025-03", "2026-05", MONTHS[-1]])
seeds = st.integers(0, 10_000_000)
wages = st.integers(0, 280_000).map(lambda cents: cents / 100)


def amounts(profile: Profile, month: str = MONTH) -> tuple[float, float]:
    rights = screen(profile, month).rights
    rsa, ppa = rights["rsa"].amount.expected, rights["ppa"].variables["ppa"]
    assert rsa is not None and ppa is not None
    return rsa, ppa


RESOURCES = [
    "salaire_net",
    "stage_formation_pro",
    "chomage_partiel",
    "chomage_net",
    "ijss_maladie",
    "ijss_at_mp",
    "ijss_maternite",
    "retraite_nette",
    "pension_invalidite",
    "aah",
    "ass",
    "asi",
    "pension_alimentaire_recue",
    "prestation_compensatoire",
    "gains_exceptionnels",
    "revenus_locatifs",
    "revenus_capital",
    "micro_vente_ca",
    "micro_service_ca",
    "micro_liberal_ca",
]


@pytest.mark.parametrize("resource", RESOURCES)
def test_rsa_never_grows_with_a_resource(resource):
    last = 1e9
    for amount in (0, 10, 60, 200, 500, 640, 652, 700, 1500, 20_000):
        household = home(adult(revenus={"salaire_net": 0, resource: amount}))
        rsa, _ = amounts(household)
        assert rsa <= last
        last = rsa
    assert last == 0


@given(seed=seeds, month=months, more=st.integers(1, 900), resource=st.sampled_from(RESOURCES))
@few
def test_more_income_of_the_claimant_never_gives_more_rsa(seed, month, more, resource):
    profile = random_profile(random.Random(seed), month)
    person = profile["personnes"][0]
    if person.get("activite_interrompue") or person["activite"] == "chomeur" or person["nationalite"] in ("EEE", "CH"):
        return  # neutralisation stops, or a European becomes a worker: the law gives with one hand
    raw = person["revenus"].get(resource, 0)
    if isinstance(raw, dict):
        return
    richer = copy.deepcopy(profile)
    richer["personnes"][0]["revenus"][resource] = raw + more
    assert amounts(richer, month)[0] <= amounts(profile, month)[0] + 1e-9


@given(
    low=wages, step=st.integers(1, 40_000).map(lambda c: c / 100), month=months, housing=st.sampled_from([0, 50, 300])
)
@few
def test_a_worker_who_earns_more_never_ends_with_less(low, step, month, housing):
    """Declared constant wages: wage + RSA + prime never falls, floors of payment aside (15 € of prime, 6 € of RSA)."""
    before = sum((low, *amounts(home(adult(wage=low), aide_logement=housing), month)))
    after = sum((low + step, *amounts(home(adult(wage=low + step), aide_logement=housing), month)))
    assert after >= before - 15 - 6 - 0.02
    if step > 40:
        assert after >= before - 0.02


def test_each_cent_counts_at_most_once_in_the_total_income():
    last = 0.0
    for euros in range(0, 2600, 7):
        total = sum((euros, *amounts(home(adult(wage=euros)))))
        assert total >= last - 15
        last = total


@given(wage=wages, month=months, people=st.sampled_from(["single", "couple", "parent"]))
@few
def test_the_prime_is_continuous_in_the_wage(wage, month, people):
    others: dict[str, list[Profile]] = {
        "single": [],
        "couple": [adult("conjoint", 700)],
        "parent": [child(), child("2012-05-05")],
    }
    one = evaluate_ppa(home(adult(wage=wage), *others[people]), month)
    two = evaluate_ppa(home(adult(wage=wage + 0.01), *others[people]), month)
    assert abs(one - two) <= 0.02


RECEIVED = {"aide_logement": "aide_logement_recue", "af": "af_recues", "cf": "cf_recu", "asf": "asf_recue"}


def evaluate_ppa(profile: Profile, month: str) -> float:
    """The prime before its floor of 15 €."""
    people = [{k: v for k, v in p.items() if k != "revenus"} | p.get("revenus", {}) for p in profile["personnes"]]
    received = {RECEIVED.get(k, f"{k}_recue"): v for k, v in profile["prestations_recues"].items()}
    foyer = {"isolement_recent": False, **profile["logement"], **received}
    found = evaluate(["ppa_avant_seuil"], {"foyer": foyer, "personnes": people}, month)["ppa_avant_seuil"]
    assert found is not None
    return found


def test_the_floor_the_aah_switch_and_the_student_floor_are_the_only_jumps():
    assert amounts(home(adult(wage=2151)))[1] >= 15
    assert amounts(home(adult(wage=2153)))[1] == 0
    assert amounts(home(adult(revenus={"salaire_net": 356.98, "aah": 700})))[1] == 0
    assert amounts(home(adult(revenus={"salaire_net": 356.99, "aah": 700})))[1] > 200
    student = {"activite": "etudiant"}
    assert amounts(home(adult(wage=1144.20, **student)))[1] == 0
    assert amounts(home(adult(wage=1144.22, **student)))[1] > 250


@given(seed=seeds, month=months, born=st.sampled_from(["2015-06-15", "2022-02-02", "2009-11-30"]))
@few
def test_one_more_child_never_lowers_the_scales(seed, month, born):
    profile = random_profile(random.Random(seed), month)
    if any(p["role"] == "enfant" and p["revenus"] for p in profile["personnes"]):
        return  # an only child who opens the supplement has a higher limit of own income
    larger = copy.deepcopy(profile)
    larger["personnes"].append(child(born))
    for scale in ("rsa_montant_forfaitaire", "ppa_montant_forfaitaire", "rsa_coefficient_familial"):
        assert scale_of(larger, month, scale) > scale_of(profile, month, scale)


def scale_of(profile: Profile, month: str, name: str) -> float:
    """The value of a household's rule, settled."""
    plan = compile_plan(BOOK, parse_month(month), (name,))
    answers, persons = AnswerReader(plan).read(household_model(BOOK).model_validate(profile))
    low, high = plan.bounds_trace(answers, persons)[plan.roots[0]]
    assert low == high
    return low


@given(seed=seeds, month=months, order=st.randoms(use_true_random=False))
@few
def test_the_order_and_the_names_of_persons_change_nothing(seed, month, order):
    profile = random_profile(random.Random(seed), month)
    shuffled = copy.deepcopy(profile)
    order.shuffle(shuffled["personnes"])
    for rank, person in enumerate(shuffled["personnes"]):
        person["id"] = f"autre nom {rank}"
    one, two = screen(profile, month), screen(shuffled, month)
    for name, right in one.rights.items():
        other = two.rights[name]
        assert other.amount == right.amount and other.status == right.status and other.variables == right.variables


@given(seed=seeds, month=months)
@few
def test_what_is_already_received_changes_no_entitlement(seed, month):
    profile = random_profile(random.Random(seed), month)
    told = copy.deepcopy(profile)
    told["prestations_recues"] |= {"rsa": 300, "ppa": {month: 12}, "cheque_energie": 200}
    for name, right in screen(profile, month, rights=RIGHTS).rights.items():
        other = screen(told, month, rights=RIGHTS).rights[name]
        assert (other.amount, other.conditions) == (right.amount, right.conditions)
        assert right.received is None and other.received is True


@given(seed=seeds, month=months)
@few
def test_amounts_are_never_negative_and_never_under_their_floor(seed, month):
    rsa, ppa = amounts(random_profile(random.Random(seed), month), month)
    assert rsa == 0 or rsa >= 6
    assert ppa == 0 or ppa >= 15
    assert rsa == round(rsa, 2) and ppa == round(ppa, 2)


@pytest.mark.parametrize("month", MONTHS)
def test_every_month_runs_and_a_single_person_without_income_has_the_base_amount(month):
    base = BOOK.parameters["rsa.montant_base"].series.at(first_day(parse_month(month)))
    assert base is not None and amounts(home(adult()), month) == (base.value, 0)
    rights = screen(home(adult(wage=900), child(), asf=196.84), month, rights=RIGHTS).rights
    assert rights["ppa"].status == "eligible" and all(r.missing == () for r in rights.values())


@pytest.mark.parametrize("month", ["2024-01", "2024-05", "2025-10", "2026-11"])
@pytest.mark.parametrize("people", [[adult()], [adult(), adult("conjoint")], [adult(), child(), child("2020-02-02")]])
def test_mayotte_has_exactly_half_the_base(month, people):
    mainland, mayotte = home(*people), home(*people)
    mayotte["logement"]["code_insee"] = "97611"
    for scale in ("rsa_montant_forfaitaire", "ppa_montant_forfaitaire"):
        assert scale_of(mayotte, month, scale) == scale_of(mainland, month, scale) / 2
    assert amounts(mayotte, month)[0] == pytest.approx(amounts(mainland, month)[0] / 2, abs=0.0051)


def test_mayotte_asks_fifteen_years_of_permit():
    for years, there, here in ((4.9, 0, 0), (5, 0, 651.69), (14.9, 0, 651.69), (15, 325.85, 651.69)):
        foreigner = adult(nationalite="AUTRE", anciennete_titre_sejour_ans=years, refugie=False, carte_resident=False)
        mayotte = home(foreigner)
        mayotte["logement"]["code_insee"] = "97611"
        assert (amounts(mayotte)[0], amounts(home(foreigner))[0]) == (there, here)


@pytest.mark.parametrize(
    ("month", "rsa", "ppa"),
    [
        ("2024-03", 607.75, 173.22),
        ("2024-04", 635.71, 181.19),
        ("2025-03", 635.71, 181.19),
        ("2025-04", 646.52, 184.27),
        ("2026-03", 646.52, 184.27),
        ("2026-04", 651.69, 240.63),
    ],
)
def test_the_revaluations_of_april_apply_at_once_whatever_the_reference_months(month, rsa, ppa):
    assert amounts(home(adult()), month)[0] == rsa
    assert scale_of(home(adult()), month, "ppa_bonification_max") == pytest.approx(ppa)


@pytest.mark.parametrize(
    ("month", "organisme", "code", "shift"),
    [
        ("2024-09", "caf", "06088", 3),
        ("2024-10", "caf", "06088", 4),
        ("2024-10", "caf", "38185", 3),
        ("2025-02", "caf", "38185", 3),
        ("2025-02", "caf", "64445", 4),
        ("2025-03", "caf", "38185", 4),
        ("2025-03", "msa", "38185", 3),
        ("2025-06", "msa", "38185", 3),
        ("2025-07", "msa", "38185", 4),
        ("2026-11", "msa", "38185", 4),
    ],
)
def test_the_reference_quarter_moves_on_its_dates(month, organisme, code, shift):
    """A wage written in one month only is counted when that month is the first of the quarter, not the one before."""

    def rsa_with_wage(back: int) -> float:
        year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - back, 12)
        household: dict[str, Any] = home(adult(wage={f"{year}-{number + 1:02d}": 300, month: 0}))
        household["organisme"] = organisme
        household["logement"]["code_insee"] = code
        return amounts(household, month)[0]

    untouched = rsa_with_wage(9)
    assert rsa_with_wage(shift + 1) == untouched
    assert rsa_with_wage(shift) == pytest.approx(untouched - 100, abs=0.011)
    assert rsa_with_wage(shift - 2) == pytest.approx(untouched - 100, abs=0.011)
    assert rsa_with_wage(shift - 3) == untouched
    assert rsa_with_wage(shift - 3 if shift == 4 else 0) == untouched


def test_no_field_speaks_of_sex_or_names():
    written = {part for field in profile_fields(BOOK) for part in field.path.split(".")}
    assert not written & {
        "sexe",
        "genre",
        "civilite",
        "nom",
        "prenom",
        "nir",
        "numero_securite_sociale",
        "email",
        "telephone",
    }
