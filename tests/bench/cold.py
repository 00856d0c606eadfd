"""One cold process: import, rules, one answer. Prints the seconds since the process started."""

from __future__ import annotations

import time

STARTED = time.perf_counter()

HOUSEHOLD = {
    "personnes": [
        {
            "role": "demandeur",
            "date_naissance": "1990-01-15",
            "activite": "salarie",
            "revenus": {"salaire_net": 500},
            "revenus_complets": True,
        }
    ],
    "logement": {"statut": "locataire_vide"},
    "prestations_recues": {"aide_logement": 0},
}


def main() -> None:
    """Screen one household and print how long it took since this file began to run."""
    from zero_non_recours import screen

    screening = screen(HOUSEHOLD, month="2026-11")
    assert screening.rights["rsa"].amount.expected == 151.69
    print(time.perf_counter() - STARTED)


if __name__ == "__main__":
    main()
