"""The worked examples of housing benefits, with what OpenFisca-France gives when nothing is mended."""

from __future__ import annotations

from typing import Any

from ..builders import child, person, rented
from ..housing import window
from ..months import between, shift
from .example import Example

M = "2026-11"
PARIS, MELUN, VERSAILLES = "75056", "77288", "78646"
LYON, TOULOUSE, LILLE, MARSEILLE, ROUEN = "69123", "31555", "59350", "13203", "76540"
NANTES, STRASBOURG, RENNES, REUNION = "44109", "67482", "35238", "97411"
AURILLAC = "15014"


def adult(role: str = "demandeur", *, birth: str = "1990-03-03", activite: str = "", **fields: Any) -> dict[str, Any]:
    """Born in 1990; at work with `salaire` a month, of taxable pay."""
    revenus = fields.pop("revenus", {})
    if "salaire" in fields:
        revenus = {**revenus, "salaire_imposable": fields.pop("salaire")}
    at_work = "salarie" if revenus.get("salaire_imposable") else "inactif"
    return person(role, birth, activite=activite or at_work, revenus=revenus, **fields)


def pupil(born: int) -> dict[str, Any]:
    return child(f"{born}-05-05", activite="etudiant" if born < 2010 else "inactif")


def lost_job(began: str, benefit: float, wage: float = 1500, **fields: Any) -> dict[str, Any]:
    """Paid until the month before `began`, unemployed since."""
    twelve = [*window(M), shift(M, -1), M]
    revenus = {
        "salaire_imposable": {at: wage if at < began else 0 for at in twelve},
        "chomage_imposable": {at: 0 if at < began else benefit for at in twelve},
    }
    return adult(activite="chomeur", date_debut_chomage=f"{began}-01", revenus=revenus, **fields)


STUDENT = {"activite": "etudiant", "birth": "2004-05-05"}
ON_RSA = dict.fromkeys(between("2024-01", "2024-04"), 534)

EXAMPLES = [
    Example("W01", M, rented(adult(salaire=1000)), aide_logement=134),
    Example(
        "W02",
        M,
        rented(adult(salaire=1100), loyer=900, statut="locataire_meuble", code_insee=PARIS),
        aide_logement=136,
    ),
    Example(
        "W03",
        M,
        rented(adult(salaire=1100), pupil(2015), pupil(2018), loyer=520, code_insee=AURILLAC),
        aide_logement=393,
    ),
    Example(
        "W04",
        "2025-11",
        rented(adult(salaire=1200), adult("conjoint"), loyer=600, code_insee=TOULOUSE),
        aide_logement=180,
    ),
    Example(
        "W05",
        "2024-11",
        rented(
            adult(salaire=1500),
            adult("conjoint", salaire=700),
            pupil(2012),
            pupil(2015),
            pupil(2018),
            loyer=950,
            code_insee=MELUN,
        ),
        aide_logement=270,
    ),
    Example(
        "W06",
        "2026-01",
        rented(adult(**STUDENT, boursier=False), loyer=480, statut="locataire_meuble", code_insee=LILLE),
        aide_logement=199,
    ),
    Example(
        "W07",
        M,
        rented(
            adult(**STUDENT, boursier=True), loyer=660, statut="locataire_meuble", code_insee=PARIS, colocation=True
        ),
        aide_logement=186,
    ),
    Example(
        "W08",
        M,
        rented(
            adult(**STUDENT, boursier=True),
            loyer=250,
            statut="locataire_foyer",
            code_insee=LILLE,
            crous=True,
            chambre=True,
            chambre_rehabilitee=False,
        ),
        aide_logement=56,
    ),
    Example("W09", "2024-04", rented(adult(), loyer=430, code_insee=MARSEILLE, rsa=ON_RSA), aide_logement=291),
    Example("W10", M, rented(lost_job("2026-06", 1000), loyer=480, code_insee=ROUEN), aide_logement=119),
    Example("W11", M, rented(lost_job("2026-07", 0), loyer=480, code_insee=ROUEN), aide_logement=308),
    Example(
        "W12",
        M,
        rented(
            adult(birth="1955-05-05", activite="retraite", revenus={"retraite_imposable": 950}),
            loyer=380,
            statut="locataire_hlm",
            code_insee=AURILLAC,
        ),
        aide_logement=105,
    ),
    Example(
        "W13", M, rented(adult(revenus={"aah": 1041}, handicap=True), loyer=850, code_insee=NANTES), aide_logement=308
    ),
    Example("W14", M, rented(adult(salaire=700), loyer=820, code_insee=NANTES), aide_logement=117),
    Example("W15", M, rented(adult(salaire=700), loyer=900, code_insee=AURILLAC), aide_logement=0),
    Example("W16", M, rented(adult(salaire=1365), code_insee=NANTES), aide_logement=10),
    Example("W17", M, rented(adult(salaire=700), code_insee=NANTES, patrimoine={"livret_a": 60000}), aide_logement=178),
    Example(
        "W18",
        "2025-06",
        rented(adult(salaire=900), adult("conjoint"), loyer=420, code_insee=PARIS, chambre=True),
        aide_logement=234,
    ),
    Example(
        "W19",
        "2026-04",
        rented(
            adult(salaire=1900),
            adult("conjoint"),
            *(pupil(born) for born in range(2010, 2024, 2)),
            loyer=900,
            code_insee=STRASBOURG,
        ),
        aide_logement=629,
    ),
    Example(
        "W20",
        M,
        rented(adult(salaire=1000), adult("conjoint"), pupil(2018), loyer=650, code_insee=REUNION),
        aide_logement=339,
    ),
    Example(
        "W21",
        M,
        rented(
            adult(activite="independant", revenus={"benefice_reel": {"2024": 9000}}),
            adult("conjoint", salaire=600),
            loyer=540,
            code_insee=RENNES,
        ),
        aide_logement=98,
    ),
    Example(
        "W22",
        "2026-07",
        rented(
            adult(salaire=1300),
            adult("conjoint"),
            pupil(2015),
            pupil(2018),
            loyer=480,
            statut="locataire_hlm",
            code_insee="13206",
        ),
        aide_logement=311,
    ),
    Example(
        "W23",
        M,
        rented(
            adult(salaire=800),
            child("2004-03-03", activite="salarie", revenus={"salaire_imposable": 1600, "salaire_net": 1543}),
            loyer=600,
            code_insee=NANTES,
        ),
        aide_logement=134,
    ),
    Example(
        "W24",
        M,
        rented(
            adult(salaire=1100, revenus={"pension_alimentaire_recue": {"2025": 2400}}),
            pupil(2018),
            loyer=800,
            code_insee=VERSAILLES,
        ),
        aide_logement=329,
    ),
    Example(
        "W25",
        M,
        rented(
            adult(salaire=1500),
            {**lost_job("2026-05", 0), "id": "conjoint", "role": "conjoint"},
            loyer=600,
        ),
        aide_logement=373,
    ),
    Example(
        "W26",
        M,
        rented(
            adult(salaire=680),
            loyer=350,
            statut="locataire_foyer",
            code_insee="75113",
            conventionne=True,
            type_residence="residence_sociale",
        ),
        aide_logement=157,
    ),
    Example(
        "W27",
        M,
        rented(
            adult(birth="1945-05-05", activite="retraite", revenus={"retraite_imposable": 950}),
            loyer=1900,
            statut="locataire_foyer",
            conventionne=True,
            type_residence="ehpad",
        ),
        aide_logement=126,
    ),
    Example(
        "W28",
        M,
        rented(
            adult(birth="1945-05-05", activite="retraite", revenus={"retraite_imposable": 700}),
            loyer=700,
            statut="locataire_foyer",
            type_residence="residence_autonomie",
        ),
        aide_logement=95,
    ),
]
