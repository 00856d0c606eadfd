"""RSA and prime d'activité: one household for each named difference."""

from __future__ import annotations

from ..builders import child, home, person, single
from .difference import Difference

M = "2026-11"
STARTED = {"2026-07": 0, "2026-08": 0, "2026-09": 0, "2026-10": 250, M: 250}
"""A housing benefit paid since October, written for each month."""
PREGNANT_22 = person(birth="2004-03-03", enceinte=True)
NINE = "2017-03-03"
THREE_IN_SEPTEMBER = "2023-09-15"

DIFFERENCES = [
    Difference(
        "composition_changes",
        "rsa",
        M,
        home(person(), person("conjoint"), child("2026-10-10")),
        1173.04,
        977.54,
    ),
    Difference("age_rounded", "rsa", M, home(person(), child("2023-11-02")), 977.54, 1115.80),
    Difference("alternating_residence", "rsa", M, home(person(), child(NINE, garde_alternee=True)), 977.54, 814.61),
    Difference(
        "child_income_undecided",
        "ppa",
        M,
        home(person(revenus={"salaire_net": 900}), child("2006-03-03", revenus={"salaire_net": 258})),
        535.47,
        None,
    ),
    Difference(
        "child_with_own_benefit",
        "rsa",
        M,
        home(person(), child("2005-03-03", revenus={"aah": 900})),
        77.54,
        651.69,
    ),
    Difference(
        "child_outside_with_income",
        "ppa",
        "2025-10",
        home(person(revenus={"salaire_net": 400}), child("2005-03-03", revenus={"salaire_net": 900})),
        161.88,
        239.40,
    ),
    Difference("isolation_supplement_changes", "rsa", M, home(person(), child(THREE_IN_SEPTEMBER)), 977.54, 1115.80),
    Difference(
        "isolation_opens_ppa_then_stops",
        "ppa",
        M,
        home(
            person(nationalite="AUTRE", anciennete_titre_sejour_ans=2, revenus={"salaire_net": 900}),
            child(THREE_IN_SEPTEMBER),
        ),
        581.63,
        0.0,
    ),
    Difference(
        "isolation_clock",
        "rsa",
        M,
        home(person(), child(NINE), isolement_recent=True, date_isolement="2026-08-10"),
        1115.80,
        None,
    ),
    Difference("turns_25_in_month", "rsa", M, single("2001-11-20"), 0.0, 651.69),
    Difference(
        "young_worker_of_18",
        "rsa",
        M,
        home(person(birth="2008-05-05", rsa_jeune_condition_travail=True)),
        0.0,
        651.69,
    ),
    Difference("expected_child", "rsa", M, home(PREGNANT_22, person("conjoint", "2004-05-05")), 0.0, 977.54),
    Difference("intern", "rsa", M, home(person(activite="stagiaire")), 651.69, 0.0),
    Difference(
        "partner_without_permit",
        "rsa",
        M,
        home(
            person(),
            person("conjoint", nationalite="AUTRE", anciennete_titre_sejour_ans=1, revenus={"salaire_net": 400}),
        ),
        577.53,
        251.69,
    ),
    Difference(
        "european_newcomer_at_work",
        "rsa",
        M,
        home(person(nationalite="EEE", anciennete_titre_sejour_ans=0.1, revenus={"salaire_net": 300})),
        0.0,
        351.69,
    ),
    Difference(
        "european_newcomer_isolated",
        "rsa",
        M,
        home(person(nationalite="EEE", anciennete_titre_sejour_ans=0.1), child("2025-05-05")),
        1115.80,
        0.0,
    ),
    Difference(
        "european_newcomer",
        "ppa",
        M,
        home(person(nationalite="EEE", anciennete_titre_sejour_ans=0.1, revenus={"salaire_net": 1000})),
        0.0,
        304.51,
    ),
    Difference("leave_prison_hospital", "rsa", M, home(person(conge_sans_solde=True)), 651.69, 0.0),
    Difference(
        "posted_worker",
        "ppa",
        M,
        home(person(travailleur_detache=True, revenus={"salaire_net": 1000})),
        304.51,
        0.0,
    ),
    Difference("civic_service", "rsa", M, single(service_civique=504.98), 146.71, 0.0),
    Difference(
        "mayotte",
        "rsa",
        M,
        home(person(), logement={"statut": "locataire_vide", "code_insee": "97611"}),
        651.69,
        325.85,
    ),
    Difference("work_tested_elsewhere", "ppa", M, single(salaire_net={"2026-07": 900}), 0.0, 106.64),
    Difference(
        "only_a_child_works",
        "ppa",
        M,
        home(person(), child("2006-03-03", revenus={"salaire_net": 200}), isolement_recent=True),
        119.70,
        0.0,
    ),
    Difference("turned_18_since", "ppa", M, single("2008-10-15", salaire_net=1300), 0.0, 258.29),
    Difference(
        "minor_in_couple",
        "ppa",
        M,
        home(person(birth="2009-03-03", revenus={"salaire_net": 1000}), person("conjoint", "2007-03-03")),
        623.65,
        None,
    ),
    Difference("quarter_before_april", "ppa", "2026-05", single(salaire_net=1600), 175.08, 221.62),
    Difference(
        "work_interrupted",
        "rsa",
        M,
        home(
            person(
                activite="chomeur",
                activite_interrompue=True,
                droit_chomage=False,
                revenus={"salaire_net": {"2026-07": 1500, "2026-08": 1500, "2026-09": 1500, "2026-10": 0, M: 0}},
            )
        ),
        0.0,
        651.69,
    ),
    Difference(
        "unemployment_benefit_ended",
        "rsa",
        M,
        home(
            person(
                activite="chomeur",
                activite_interrompue=True,
                droit_chomage=False,
                revenus={"chomage_net": {"2026-07": 900, "2026-08": 900, "2026-09": 900, "2026-10": 0, M: 0}},
            )
        ),
        0.0,
        651.69,
    ),
    Difference(
        "other_income_interrupted",
        "rsa",
        M,
        single(
            chomage_net=200,
            pension_alimentaire_recue={"2026-07": 300, "2026-08": 300, "2026-09": 300, "2026-10": 300, M: 0},
        ),
        451.69,
        151.69,
    ),
    Difference("profits_of_two_years", "rsa", M, single(benefice_reel={"2024": 4800, "2025": 6000}), 151.69, None),
    Difference(
        "micro_turnover_varies",
        "ppa",
        M,
        single(micro_service_ca={"2026-07": 0, "2026-08": 0, "2026-09": 3600}),
        52.07,
        359.10,
    ),
    Difference(
        "unlet_property",
        "rsa",
        M,
        home(person(), patrimoine={"valeur_locative_immobilier_non_loue": 1200}),
        51.69,
        601.69,
    ),
    Difference(
        "benefits_vary",
        "rsa",
        M,
        home(person(), prestations_recues={"aide_logement": STARTED}),
        573.49,
        651.69,
    ),
    Difference(
        "age_increase_as_a_child_turns_20",
        "rsa",
        M,
        home(
            person(),
            person("conjoint"),
            child("2006-08-07"),
            child("2010-03-03"),
            child("2012-03-03"),
            prestations_recues={"af": 229.52},
        ),
        1476.21,
        None,
    ),
    Difference(
        "paje_of_first_months",
        "rsa",
        M,
        home(person(), person("conjoint"), child("2026-07-10"), prestations_recues={"paje_base": 199.15}),
        973.89,
        1040.27,
    ),
    Difference(
        "orphan_of_both_parents",
        "rsa",
        M,
        home(person(), child(NINE, orphelin_deux_parents=True), prestations_recues={"asf": 268.97}),
        869.95,
        834.09,
    ),
    Difference(
        "asf_of_some_children",
        "rsa",
        M,
        home(person(), child(NINE), child("2014-03-03"), prestations_recues={"asf": 201.78, "af": 153.01}),
        818.25,
        912.45,
    ),
]
