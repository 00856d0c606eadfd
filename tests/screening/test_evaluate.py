"""`evaluate`: the rulebook alone, by variable names."""

from __future__ import annotations

import pytest

from zero_non_recours import PlanError, evaluate

MONTH = "2026-11"
FOYER = {"statut": "locataire_vide", "aide_logement_recue": 0}
PERSON = {
    "role": "demandeur",
    "date_naissance": "1990-01-15",
    "activite": "salarie",
    "salaire_net": 500,
    "chomage_net": 0,
}


def test_inputs_by_entity():
    found = evaluate(["rsa", "ppa"], inputs={"foyer": FOYER, "personnes": [PERSON]}, month=MONTH)
    assert found == {"rsa": 151.69, "ppa": 299.25}


def test_an_intermediate_rule_may_be_given_instead_of_computed():
    person = {k: v for k, v in PERSON.items() if k != "salaire_net"}
    found = evaluate(["rsa"], {"foyer": {**FOYER, "rsa_ressources_moyennes": 500}, "personnes": [person]}, MONTH)
    assert found == {"rsa": 151.69}
    given = {"rsa_coefficient_familial": 1.5, "majoration_isolement": False}
    assert evaluate(["rsa_montant_forfaitaire"], {"foyer": given}, MONTH)["rsa_montant_forfaitaire"] == pytest.approx(
        977.535
    )


def test_a_given_person_rule_has_one_value_per_person():
    people = [{"role": "demandeur", "ppa_bonification": 100}, {"role": "conjoint", "ppa_bonification": 50.5}]
    for person in people:
        person["compte_au_foyer"] = True
    found = evaluate(["ppa_bonification", "ppa_bonification_foyer"], {"personnes": people}, MONTH)
    assert found == {"ppa_bonification": [100.0, 50.5], "ppa_bonification_foyer": 150.5}


def test_values_come_back_as_callers_write_them():
    person = {**PERSON, "enceinte": True, "date_naissance": "1990-05"}
    foyer = {"code_insee": "97611", "statut": "accedant", "date_isolement": "2026-02-28"}
    names = [
        "role",
        "date_naissance",
        "enceinte",
        "age_fin_mois",
        "code_insee",
        "reside_mayotte",
        "statut",
        "organisme",
    ]
    found = evaluate(names, {"foyer": foyer, "personnes": [person]}, MONTH)
    assert found == {
        "role": ["demandeur"],
        "date_naissance": ["1990-05-15"],
        "enceinte": [True],
        "age_fin_mois": [36.0],
        "code_insee": "97611",
        "reside_mayotte": True,
        "statut": "accedant",
        "organisme": "caf",
    }
    assert found["reside_mayotte"] is True and found["enceinte"][0] is True


def test_unknown_is_none():
    assert evaluate(["rsa"], {}, MONTH) == {"rsa": None}
    assert evaluate(
        ["rsa", "statut", "salaire_net"], {"foyer": {"statut": None}, "personnes": [{"role": "demandeur"}, {}]}, MONTH
    ) == {"rsa": None, "statut": None, "salaire_net": [None, None]}
    found = evaluate(["rsa", "ppa"], {"foyer": {}, "personnes": [PERSON]}, MONTH)
    assert found["rsa"] is None and found["ppa"] == 299.25  # the wage leaves room for any housing aid
    people = [PERSON, {"role": "conjoint"}]
    assert evaluate(["peut_demander_rsa"], {"personnes": people}, MONTH) == {"peut_demander_rsa": [True, None]}


def test_months_and_years():
    wages = {"2026-07": 900, "2026-08": 300, "2026-09": 0}
    found = evaluate(["rsa", "ppa"], {"foyer": FOYER, "personnes": [{**PERSON, "salaire_net": wages}]}, MONTH)
    assert found == {"rsa": 251.69, "ppa": 166.49}
    partial = {"foyer": FOYER, "personnes": [{**PERSON, "salaire_net": {"2026-07": 900}}]}
    assert evaluate(["rsa"], partial, MONTH) == {"rsa": None}
    partial["personnes"][0]["revenus_complets"] = True
    assert evaluate(["rsa"], partial, MONTH) == {"rsa": 351.69}


def test_one_name_alone():
    assert evaluate("rsa", {"foyer": FOYER, "personnes": [PERSON]}, MONTH) == {"rsa": 151.69}
    assert evaluate([], {}, MONTH) == {}


@pytest.mark.parametrize(
    ("names", "inputs", "words"),
    [
        (["rsaa"], {}, "rsaa"),
        (["rsa"], {"foyer": {"statutt": "x"}}, "statutt"),
        (["rsa"], {"personnes": [{"salaire": 3}]}, "salaire"),
        (["rsa"], {"foyer": {"salaire_net": 3}}, r"salaire_net.*personnes"),
        (["rsa"], {"personnes": [{"statut": "accedant"}]}, r"personnes\[0\].*statut.*foyer"),
        (["rsa"], {"foyr": {"statut": "accedant"}}, "foyr.*personnes"),
        (["rsa"], {"personne": [{}]}, "personnes"),
        (["rsa"], {"personnes": {"role": "demandeur"}}, "liste"),
        (["rsa"], {"personnes": ["demandeur"]}, r"personnes\[0\]"),
        (["rsa"], {"foyer": ["accedant"]}, "foyer"),
        (["rsa"], {"foyer": {"statut": "sous_les_ponts"}}, "foyer.statut.*locataire_hlm"),
        (
            ["rsa"],
            {"personnes": [PERSON, {"date_naissance": "1990-13-01"}]},
            r"personnes\[1\].date_naissance.*AAAA-MM-JJ",
        ),
        (["rsa"], {"personnes": [{"salaire_net": "500"}]}, r"personnes\[0\].salaire_net.*nombre"),
        (["rsa"], {"personnes": [{"salaire_net": {"aout": 500}}]}, "AAAA-MM"),
        (["rsa"], {"personnes": [{"enceinte": "oui"}]}, "true"),
        (["rsa"], {"foyer": {"livret_a": -5}}, "minimum"),
        (["rsa"], {"foyer": {"code_insee": 38185}}, "INSEE"),
        (["rsa"], {"foyer": {"rsa_ressources_moyennes": "500"}}, "nombre"),
        (["rsa"], {"personnes": [{"salaire_net": float("nan")}]}, "montant possible"),
    ],
)
def test_what_cannot_be_is_a_plan_error_that_says_where(names, inputs, words):
    with pytest.raises(PlanError, match=words) as error:
        evaluate(names, inputs, MONTH)
    assert "sous_les_ponts" not in str(error.value) and "1990-13" not in str(error.value)


@pytest.mark.parametrize("month", ["2026-1", "", None, 202611])
def test_a_wrong_month(month):
    with pytest.raises(ValueError, match="AAAA-MM"):
        evaluate(["rsa"], {}, month)


def test_the_same_as_screen():
    from tests.screening.households import adult, home
    from zero_non_recours import screen

    screened = screen(home(adult(wage=500)), MONTH).rights
    found = evaluate(["rsa", "ppa_nette_crds"], {"foyer": FOYER, "personnes": [PERSON]}, MONTH)
    assert (screened["rsa"].amount.expected, screened["ppa"].amount.expected) == tuple(found.values())
