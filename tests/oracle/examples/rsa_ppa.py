"""The worked examples of RSA and prime d'activité, with what OpenFisca-France gives when every benefit is an input."""

from __future__ import annotations

from ..builders import child, home, person, single
from .example import Example

FREE = {"statut": "heberge_gratuit", "participation_frais": False}
LONE_27 = "1997-01-10"
ENDED = {f"2026-{number:02d}": (1500 if number < 10 else 0) for number in range(1, 11)}

EXAMPLES = [
    Example("R1", "2024-05", home(person(), prestations_recues={"aide_logement": 250}), rsa=559.42),
    Example(
        "R2",
        "2024-05",
        home(
            person(birth=LONE_27),
            child("2013-02-02"),
            prestations_recues={"asf": 196.84, "aide_logement": 344.42},
        ),
        rsa=696.05,
    ),
    Example(
        "R3",
        "2024-05",
        home(
            person(birth=LONE_27, revenus={"chomage_net": 265}),
            child("2013-02-02"),
            prestations_recues={"asf": 196.84, "aide_logement": 344.42},
        ),
        rsa=431.05,
    ),
    Example(
        "R4",
        "2024-05",
        home(person(birth="2002-01-10", rsa_jeune_condition_travail=True), logement=FREE),
        rsa=559.42,
    ),
    Example("R5", "2024-05", home(person(enceinte=True), logement=FREE), rsa=740.04),
    Example(
        "R6",
        "2026-11",
        home(
            person(),
            person("conjoint"),
            child("2022-03-03"),
            child("2017-03-03"),
            prestations_recues={"af": 153.01},
        ),
        rsa=1215.54,
    ),
    Example("R7", "2026-11", single(salaire_net=500), rsa=151.69, ppa=299.25),
    Example(
        "R8",
        "2026-10",
        home(
            person(revenus={"salaire_net": 700}),
            person("conjoint"),
            prestations_recues={"aide_logement": 280},
        ),
        rsa=121.13,
        ppa=418.95,
    ),
    Example(
        "R9",
        "2025-10",
        home(person(), logement={"statut": "proprietaire"}, patrimoine={"epargne_non_imposable": 10000}),
        rsa=543.94,
    ),
    Example("R10", "2026-10", single(salaire_net=ENDED), rsa=651.69, ppa=227.47),
    Example("R11", "2026-10", single(salaire_net=ENDED, chomage_net={"2026-10": 900}), rsa=0, ppa=227.47),
    Example(
        "R12",
        "2026-10",
        home(
            person(birth="1999-01-10"),
            child("2025-12-15"),
            prestations_recues={"asf": 201.78, "paje_base": 199.15},
        ),
        rsa=809.06,
    ),
    Example(
        "R13",
        "2026-09",
        home(
            person(revenus={"salaire_net": 800}),
            person("conjoint"),
            child("2020-03-03"),
            child("2015-03-03"),
            child("2012-03-03"),
            prestations_recues={"af": 349.06, "cf": 298.75, "aide_logement": 430},
        ),
        rsa=87.46,
        ppa=498.63,
    ),
    Example("R14", "2026-11", single(salaire_net={"2026-07": 900, "2026-08": 300}), rsa=251.69, ppa=166.49),
    Example("P2", "2026-11", single(salaire_net=2032), ppa=63.06),
    Example("P6", "2024-07", single(salaire_net=1398.66), ppa=258.34),
    Example("P7", "2024-07", single(salaire_net=1748.40), ppa=121.94),
    Example("P8", "2026-11", single(salaire_net=1477), ppa=231.02),
    Example("P9", "2025-10", single(salaire_net=1426.30), ppa=244.82),
    Example(
        "P10",
        "2026-10",
        home(
            person(revenus={"salaire_net": 1500}),
            person("conjoint", revenus={"salaire_net": 1500}),
            child("2022-03-03"),
            child("2017-03-03"),
            prestations_recues={"af": 153.01},
        ),
        ppa=365.77,
    ),
    Example(
        "P11",
        "2026-11",
        home(
            person(revenus={"salaire_net": 1300}),
            child("2017-03-03"),
            prestations_recues={"asf": 201.78, "aide_logement": 150},
        ),
        ppa=319.84,
    ),
    Example(
        "P12",
        "2026-10",
        home(
            person(revenus={"salaire_net": 900}),
            child("2024-03-03"),
            prestations_recues={"asf": 201.78, "paje_base": 199.15, "aide_logement": 200},
        ),
        rsa=0,
        ppa=314.55,
    ),
    Example("P13", "2026-11", single(salaire_net=400, aah=700), ppa=289.10),
    Example("P14", "2026-11", single(salaire_net=300, aah=700), ppa=0),
    Example(
        "P15a",
        "2026-11",
        home(person(birth="2004-01-10", activite="etudiant", revenus={"salaire_net": 1150})),
        ppa=281.40,
    ),
    Example(
        "P15b",
        "2026-11",
        home(person(birth="2004-01-10", activite="etudiant", revenus={"salaire_net": 1140})),
        ppa=0,
    ),
    Example("P16", "2026-11", single(salaire_net={"2026-07": 0, "2026-08": 1200, "2026-09": 1800}), ppa=143.30),
    Example(
        "P17",
        "2026-11",
        home(person(birth="2006-01-10", revenus={"salaire_net": 1350}), logement=FREE),
        ppa=173.99,
    ),
    Example("P18", "2026-11", single(salaire_net=700, chomage_net=200), ppa=157.23),
    Example("P19", "2026-11", single(salaire_net=1200, revenus_locatifs={"2024": 1800}), ppa=123.69),
    Example(
        "P20",
        "2026-11",
        home(
            person(revenus={"salaire_net": 1600}),
            person("conjoint"),
            child("2022-03-03"),
            child("2017-03-03"),
            prestations_recues={"af": 153.01, "aide_logement": 180},
        ),
        ppa=581.17,
    ),
    Example("P21a", "2025-12", single(salaire_net=1990), ppa=18.50),
    Example("P21b", "2025-12", single(salaire_net=2001), ppa=0),
    Example("P22", "2024-02", single(salaire_net=1000), ppa=283.29),
]
