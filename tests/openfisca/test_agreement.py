"""The OpenFisca reading gives the numbers of the columnar reading, for every rule, whatever the household."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openfisca_core.simulations import SimulationBuilder

from tests.engine.households import rules_of
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.openfisca import tax_benefit_system
from zero_non_recours.openfisca.reading import decode
from zero_non_recours.openfisca.system import RulebookSystem
from zero_non_recours.profile.periods import parse_month, show_month
from zero_non_recours.rulebook.loader import load_rulebook

from .households import Twin, draw, plan_of_all_rules

MONTHS = ["2024-02", "2025-04", "2026-01", "2026-11"]
COVERED = st.integers(parse_month("2024-01"), parse_month("2026-11")).map(show_month)
# A smaller seed is not a simpler household: shrinking would only take time.
SETTINGS = settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.generate))


def compare(system: RulebookSystem, month: str, seed: int, unknown: float, count: int = 60) -> dict[str, np.ndarray]:
    plan = plan_of_all_rules(system.rulebook, parse_month(month))
    households = draw(plan, seed, count, unknown)
    columns, incomplete = plan.columns(households.answers, households.sizes)
    assert not incomplete.any()
    twin = Twin(system, households)
    found: dict[str, np.ndarray] = {}
    for name, column in zip(plan.names, columns, strict=True):
        values = twin.simulation.calculate(name, month)
        found[name] = decode(values, system.variables[name])
        np.testing.assert_array_equal(found[name], twin.expected(name, column), err_msg=f"{name} {month}")
    return found


@SETTINGS
@given(month=COVERED, seed=st.integers(0, 2**32 - 1), unknown=st.sampled_from([0.0, 0.3, 0.8]))
def test_french_rules_agree(system: RulebookSystem, month: str, seed: int, unknown: float) -> None:
    compare(system, month, seed, unknown)


@SETTINGS
@given(month=COVERED, seed=st.integers(0, 2**32 - 1), unknown=st.sampled_from([0.0, 0.3, 0.8]))
def test_fictional_rules_agree(fictional: RulebookSystem, month: str, seed: int, unknown: float) -> None:
    compare(fictional, month, seed, unknown)


@pytest.mark.parametrize("month", MONTHS)
def test_the_households_compared_have_rights(system: RulebookSystem, month: str) -> None:
    found = compare(system, month, seed=0, unknown=0.0, count=400)
    for right in ("rsa", "ppa", "aide_logement", "cheque_energie"):
        assert (found[right] > 0).sum() >= 3, right


def test_every_rule_is_compared(system: RulebookSystem, fictional: RulebookSystem) -> None:
    for book in (system.rulebook, fictional.rulebook):
        plans = [plan_of_all_rules(book, parse_month(month)) for month in MONTHS]
        assert {name for plan in plans for name in plan.names} == {*rules_of(book)}


def test_a_version_is_chosen_by_the_month_of_evaluation(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "entites.yaml").write_text(
        "version: '1.0'\ncouverture: {de: 2024-01, a: 2026-12}\n"
        "entites: {personne: {libelle: P}, foyer: {libelle: F}}\n"
    )
    (tmp_path / "p" / "parametres.yaml").write_text(
        "base:\n  description: B\n  metadata: {unit: €/mois, reference: R}\n"
        "  values: {2020-01-01: {value: 10}, 2025-03-01: {value: 11}, 2025-06-01: {value: 13}}\n"
    )
    (tmp_path / "p" / "regles.yaml").write_text(
        "periodes:\n  avant: {libelle: A, references: [R], de: -2, a: -1}\n"
        "montant:\n  libelle: M\n  entite: foyer\n  unite: €/mois\n  references: [R]\n  versions:\n"
        "    - {jusqu_a: 2025-01, formule: droit(p.base)}\n"
        "    - {depuis: 2025-02, jusqu_a: 2025-03, formule: 2 * droit(p.base)}\n"
        "    - {depuis: 2025-05, formule: 3 * droit(p.base) + p.base}\n"
        "moyen:\n  libelle: M\n  entite: foyer\n  unite: €/mois\n  references: [R]\n"
        "  formule: moyenne(montant, avant)\n"
    )
    system: Any = tax_benefit_system(load_rulebook(tmp_path))
    simulation: Any = SimulationBuilder().build_default_simulation(system, 1)
    found: list[float] = []
    for month in range(parse_month("2024-12"), parse_month("2025-10")):
        (column,), _ = compile_plan(system.rulebook, month, ["moyen"]).columns([], np.array([1]))
        found.append(column[0])
        assert simulation.calculate("moyen", show_month(month)).tolist() == column.tolist()
    assert len(set(found)) > 5
