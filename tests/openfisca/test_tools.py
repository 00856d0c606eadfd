"""openfisca-core's own tools work on the rulebook: YAML tests, Web API, reforms, axes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openfisca_core.errors import ParameterNotFoundError
from openfisca_core.periods import instant
from openfisca_core.reforms import Reform
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.tools.test_runner import run_tests
from openfisca_core.variables import Variable

import zero_non_recours
from zero_non_recours.openfisca import tax_benefit_system
from zero_non_recours.openfisca.reading import MissingAnswerError
from zero_non_recours.rulebook.loader import load_rulebook

HERE = Path(__file__).parent
QUARTER = ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11")


def single(wage: float = 500.0, **home: Any) -> dict[str, Any]:
    """R7: a person alone, paid 500 € a month."""
    person = {
        "date_naissance": {"ETERNITY": "1990-01-15"},
        "activite": {"ETERNITY": "salarie"},
        "salaire_net": dict.fromkeys(QUARTER, wage),
    }
    return {
        "personnes": {"p1": person},
        "foyers": {"f": {"demandeur": ["p1"], "statut": {"ETERNITY": "locataire_vide"}} | home},
    }


def build(system: Any, situation: dict[str, Any]) -> Any:
    return SimulationBuilder().build_from_entities(system, situation)


# -- YAML tests -------------------------------------------------------------------------------------


def run_yaml(system: Any, name: str) -> int:
    # The project's own pytest options are not for core's runner, which is pytest too.
    options: Any = ["-c", os.devnull, "-p", "no:cacheprovider", str(HERE / name)]
    return int(run_tests(system, options, {"verbose": False}))


def test_yaml_tests_pass(system: Any) -> None:
    assert run_yaml(system, "exemples.yaml") == 0


def test_a_wrong_yaml_test_fails(system: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_yaml(system, "echec.yaml") == 1
    assert "152.69" in capsys.readouterr().out


def test_command_line_runs_yaml_tests() -> None:
    done = openfisca("test", "--country-package", "zero_non_recours.openfisca.country", "--", "exemples.yaml")
    output, _ = done.communicate(timeout=60)
    assert done.returncode == 0, output


# -- Web API ----------------------------------------------------------------------------------------


def openfisca(*arguments: str) -> subprocess.Popen[str]:
    source = str(Path(zero_non_recours.__file__).parent.parent)
    return subprocess.Popen(
        [sys.executable, "-m", "openfisca_core.scripts.openfisca_command", *arguments],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": source, "PYTEST_ADDOPTS": f"-c {os.devnull} -p no:cacheprovider"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    country = "zero_non_recours.openfisca.country"
    server = openfisca("serve", "--country-package", country, "--bind", address[7:], "--workers", "1")
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{address}/spec", timeout=5).close()
                break
            except OSError:  # not listening yet
                assert server.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        output, _ = server.communicate(timeout=15)
    assert server.returncode == 0, output


def ask(url: str, payload: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    body = None if payload is None else json.dumps(payload).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})

    def strict(text: str) -> float:
        raise AssertionError(f"{text} is not JSON")

    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response, parse_constant=strict)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_calculate(served: str) -> None:
    status, answer = ask(f"{served}/calculate", single(rsa={"2026-11": None}, ppa={"2026-11": None}))
    assert status == 200
    assert answer["foyers"]["f"]["rsa"]["2026-11"] == 151.69
    assert answer["foyers"]["f"]["ppa"]["2026-11"] == 299.25


def test_calculate_names_the_answer_it_needs(served: str) -> None:
    situation = single(rsa={"2026-11": None})
    del situation["foyers"]["f"]["statut"]
    status, answer = ask(f"{served}/calculate", situation)
    assert status == 400
    assert "Statut d'occupation du logement" in answer["foyers"]["statut"]
    status, answer = ask(f"{served}/calculate", single(loyer={"ETERNITY": 500}, aide_logement={"2026-11": None}))
    assert status == 400
    assert "réponse à donner" in answer["foyers"]["zone_apl"]


def test_variables_and_parameters_are_described(served: str) -> None:
    _, rsa = ask(f"{served}/variable/rsa")
    assert rsa["description"] == "Revenu de solidarité active"
    assert rsa["entity"] == "foyer" and rsa["definitionPeriod"] == "MONTH" and rsa["valueType"] == "Float"
    assert "CASF L262-2" in rsa["references"]
    assert [f["documentation"] for f in rsa["formulas"].values()] == ["round(rsa_avant_seuil, 2)"]
    _, base = ask(f"{served}/parameter/rsa/montant_base")
    assert base["values"]["2026-04-01"] == 651.69 and base["metadata"]["unit"] == "€/mois"
    _, entities = ask(f"{served}/entities")
    assert set(entities["foyer"]["roles"]) == {"demandeur", "conjoint", "enfant", "autre"}


def test_every_variable_has_a_page(system: Any) -> None:
    from openfisca_web_api.app import create_app

    client = create_app(system).test_client()
    for name, variable in system.variables.items():
        page = client.get(f"/variable/{name}")
        assert page.status_code == 200 and "NaN" not in page.get_data(as_text=True).split('"documentation"')[0]
        assert variable.label and variable.entity.key in ("personne", "foyer")


# -- reforms, axes ----------------------------------------------------------------------------------


class Raised(Reform):
    name = "RSA à 700 €"

    def apply(self) -> None:
        def modify(parameters: Any) -> Any:
            parameters.rsa.montant_base.update(start=instant("2026-01-01"), value=700.0)
            return parameters

        self.modify_parameters(modify)


def test_a_reform_of_a_parameter_changes_the_amount(system: Any) -> None:
    assert build(system, single()).calculate("rsa", "2026-11")[0] == 151.69
    reformed = build(Raised(system), single())
    assert reformed.calculate("rsa", "2026-11")[0] == 200.0
    assert reformed.calculate("rsa", "2026-11").dtype == np.float64
    assert build(system, single()).calculate("rsa", "2026-11")[0] == 151.69


class Feedback(Reform):
    name = "L'aide au logement dépend du RSA d'il y a trois mois"

    def apply(self) -> None:
        def formula(population: Any, period: Any) -> Any:
            before = population("rsa", period.offset(-3, "month")) if str(period) > "2026-06" else 100.0
            return before * 0.1

        changed: Any = type("aide_logement_recue", (Variable,), {"formula": formula})
        self.update_variable(changed)


def test_a_reform_may_make_a_rule_need_itself_at_another_month(system: Any) -> None:
    step_by_step = build(Feedback(system), single())
    for month in ("2026-04", "2026-05", "2026-06"):
        assert step_by_step.calculate("rsa", month)[0] > 600
    expected = step_by_step.calculate("rsa", "2026-11")[0]
    assert 80 < expected < 100
    assert build(Feedback(system), single()).calculate("rsa", "2026-11")[0] == expected


def test_axes(system: Any) -> None:
    situation = single()
    del situation["personnes"]["p1"]["salaire_net"]
    axis = {"name": "salaire_net", "count": 5, "min": 0, "max": 800}
    situation["axes"] = [[axis | {"period": month} for month in QUARTER]]
    amounts = build(system, situation).calculate("rsa", "2026-11")
    np.testing.assert_allclose(amounts, [651.69, 451.69, 251.69, 51.69, 0.0], atol=1e-9)


def test_numbers_are_float64(system: Any) -> None:
    for variables in (system.variables, system.clone().variables, Raised(system).variables):
        assert {v.dtype for v in variables.values() if v.value_type is float} == {np.dtype(np.float64)}


# -- answers and periods ----------------------------------------------------------------------------


def test_a_needed_answer_is_never_made_up(system: Any) -> None:
    situation = single()
    del situation["personnes"]["p1"]["date_naissance"]
    with pytest.raises(MissingAnswerError, match="Date de naissance"):
        build(system, situation).calculate("rsa", "2026-11")


def test_the_zone_of_a_rented_home_is_to_be_given(system: Any) -> None:
    home: dict[str, Any] = {"loyer": {"ETERNITY": 500}}
    with pytest.raises(MissingAnswerError) as raised:
        build(system, single(**home)).calculate("aide_logement", "2026-11")
    told = raised.value.error["foyers"]["zone_apl"]
    zone = system.rulebook.variables["zone_apl"]
    assert told.startswith(f"« {zone.label} » : réponse à donner")
    assert told.endswith(f"OpenFisca ne cherche pas cette réponse dans une table ({zone.lookup.title}).")
    assert "ne cherche pas cette réponse" in system.variables["zone_apl"].documentation
    owner = single(statut={"ETERNITY": "proprietaire"}, **home)
    assert build(system, owner).calculate("aide_logement", "2026-11").tolist() == [0.0]


def test_a_rent_or_a_tax_income_is_never_made_up(system: Any) -> None:
    with pytest.raises(MissingAnswerError, match="Loyer"):
        build(system, single(zone_apl={"ETERNITY": 2})).calculate("aide_logement", "2026-11")
    with pytest.raises(MissingAnswerError, match="Revenu fiscal de référence"):
        build(system, single()).calculate("cheque_energie", "2026-11")


def test_what_no_household_needs_is_not_asked(system: Any) -> None:
    assert build(system, single(rfr={"2023": 7200})).calculate("cheque_energie", "2026-02").tolist() == [98.0]


def test_an_answer_read_by_two_inputs_is_given_once(system: Any) -> None:
    same = [v.name for v in system.rulebook.inputs.values() if v.path == "fiscal.rfr"]
    assert same == ["rfr", "rfr_prestations_familiales"]
    assert "rfr" in system.variables and "rfr_prestations_familiales" not in system.variables
    family = single()
    family["personnes"] |= {p: {"date_naissance": {"ETERNITY": "2020-01-15"}} for p in ("p2", "p3")}
    family["foyers"]["f"]["enfants"] = ["p2", "p3"]
    amounts = []
    for income in ({}, {"rfr": {"2024": 200000}}):
        family["foyers"]["f"] |= income
        amounts.append(build(system, family).calculate("af", "2026-11")[0])
    assert 0 < amounts[1] < amounts[0]


def test_rights_do_not_depend_on_rights_that_are_not_claimed(system: Any) -> None:
    assert system.rulebook.hypotheses and not system.rulebook.hypotheses & system.variables.keys()
    tenant: dict[str, Any] = {"loyer": {"ETERNITY": 500}, "zone_apl": {"ETERNITY": 2}}
    assert build(system, single(**tenant)).calculate("aide_logement", "2026-11")[0] > 0
    assert build(system, single(**tenant)).calculate("rsa", "2026-11")[0] == 151.69
    received = build(system, single(**tenant, aide_logement_recue=dict.fromkeys(QUARTER, 280.0)))
    assert received.calculate("rsa", "2026-11")[0] < 151.69


def test_an_intermediate_value_may_be_given(system: Any) -> None:
    situation = single(rsa_ressources_moyennes={"2026-11": 100.0})
    assert build(system, situation).calculate("rsa", "2026-11")[0] == pytest.approx(551.69, abs=1e-9)


def test_a_year_of_income_spreads_over_its_months(system: Any) -> None:
    situation = single()
    situation["personnes"]["p1"]["salaire_net"] = {"2026": 6000}
    assert build(system, situation).calculate("rsa", "2026-11")[0] == 151.69


def test_an_ended_parameter_is_an_error(fictional: Any) -> None:
    simulation: Any = SimulationBuilder().build_default_simulation(fictional, 1)
    assert simulation.calculate("taxe", "2024-02").tolist() == [3.0]
    with pytest.raises(ParameterNotFoundError):
        simulation.calculate("taxe", "2024-03")


def test_the_groups_of_the_rules_are_one_group(fictional: Any) -> None:
    (group,) = fictional.group_entities
    assert group.key == "maison" and group.doc.startswith("Tribu (toutes les personnes) : les mêmes personnes")
    owners = {v.entity for v in fictional.rulebook.variables.values()}
    assert owners == {"personne", "maison", "tribu"}
    homes = {"m": {"anciens": ["a"], "adultes": ["b"]}, "n": {"anciens": ["c"], "voisins": ["d"]}}
    situation: dict[str, Any] = {"personnes": {p: {} for p in "abcd"}, "maisons": homes}
    assert "Groupe : Tribu (toutes les personnes)." in fictional.variables["habitants"].documentation
    simulation = build(fictional, situation)
    assert simulation.calculate("habitants", "2025-04").tolist() == [2.0, 2.0]
    assert simulation.calculate("don_serment", "2025-04").tolist() == [True, True]


def test_openfisca_core_is_loaded_only_when_used() -> None:
    code = (
        "import sys, zero_non_recours.openfisca, zero_non_recours.engine.plan;"
        "sys.exit(any(name.startswith(('openfisca_core', 'numpy')) for name in sys.modules))"
    )
    source = str(Path(zero_non_recours.__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": source}, check=False)
    assert done.returncode == 0


# -- suppositions -----------------------------------------------------------------------------------


def supposing(folder: Path) -> Any:
    """A small country whose `ecart` supposes another number of children."""
    (folder / "p").mkdir()
    (folder / "entites.yaml").write_text(
        "couverture: {de: 2024-01, a: 2026-12}\nentites: {personne: {libelle: P}, foyer: {libelle: F}}\n"
    )
    (folder / "p" / "regles.yaml").write_text(
        "periodes: {avant: {libelle: A, references: [R], de: -2, a: -1}}\n"
        "enfants: {libelle: Enfants, entite: foyer, periode: mois, unite: '1', question: Q, si_inconnu: bloquer}\n"
        "autre: {libelle: Autre, entite: foyer, periode: mois, unite: '1', question: Q, si_inconnu: bloquer}\n"
        "neutre: {libelle: N, entite: foyer, unite: '1', references: [R], formule: autre * 2}\n"
        "aide: {libelle: Aide, entite: foyer, unite: '1', references: [R], formule: 10 * enfants + neutre}\n"
        "ecart: {libelle: E, entite: foyer, unite: '1', references: [R],\n"
        "  formule: 'aide - en_supposant(moyenne(aide, avant), enfants=enfants - 1)'}\n"
    )
    return tax_benefit_system(load_rulebook(folder))


def test_a_rule_under_a_supposition_is_a_variable_that_says_what_is_supposed(tmp_path: Path) -> None:
    system = supposing(tmp_path)
    variants = {name: v for name, v in system.variables.items() if "__si_" in name}
    assert list(variants) == ["aide__m1__si_1", "aide__m2__si_1"]
    for variable in variants.values():
        assert variable.label.endswith(", en supposant Enfants = Enfants − 1")
        assert "supposition n° 1 : en supposant Enfants = Enfants − 1." in variable.documentation
    months = {"2026-09": 2.0, "2026-10": 4.0, "2026-11": 3.0}
    home = {"enfants": months, "autre": dict.fromkeys(months, 1.0)}
    simulation = build(system, {"personnes": {"a": {}}, "foyers": {"f": {"membres": ["a"]} | home}})
    assert simulation.calculate("ecart", "2026-11").tolist() == [32.0 - (12 + 32) / 2]


def test_inputs_on_ordinary_names_are_read_under_a_supposition(tmp_path: Path) -> None:
    system = supposing(tmp_path)
    months = {"2026-09": 2.0, "2026-10": 4.0, "2026-11": 3.0}
    home = {"enfants": months, "neutre": dict.fromkeys(months, 5.0), "aide": {"2026-11": 100.0}}
    simulation = build(system, {"personnes": {"a": {}}, "foyers": {"f": {"membres": ["a"]} | home}})
    assert simulation.calculate("ecart", "2026-11").tolist() == [100.0 - (15 + 35) / 2]
