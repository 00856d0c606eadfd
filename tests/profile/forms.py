"""The valid forms of every field of the shipped profile."""

from __future__ import annotations

import datetime
from typing import Any

from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.rulebook.fields import profile_fields
from zero_non_recours.rulebook.loader import default_rulebook

FIELDS = profile_fields(default_rulebook())

EXAMPLE: dict[str, Any] = {
    "id": "h1",
    "union": "marie",
    "personnes": [
        {
            "id": "p1",
            "role": "demandeur",
            "date_naissance": "1988-05-14",
            "nationalite": "FR",
            "activite": "salarie",
            "revenus": {
                "salaire_net": {
                    "2026-05": 900,
                    "2026-06": 900,
                    "2026-07": 0,
                    "2026-08": 650,
                    "2025": 9600,
                    "2024": 11000,
                }
            },
        },
        {
            "id": "p2",
            "role": "conjoint",
            "date_naissance": "1990-01-30",
            "nationalite": "AUTRE",
            "anciennete_titre_sejour_ans": 6,
            "activite": "inactif",
            "revenus": {},
        },
        {"id": "e1", "role": "enfant", "date_naissance": "2019-09-02", "revenus": {}},
    ],
    "logement": {"statut": "locataire_hlm", "code_insee": "38185", "zone_apl": 2, "loyer": 410, "charges": 60},
    "patrimoine": {"livret_a": 1200},
    "fiscal": {"rfr": {"2024": 10100}},
    "prestations_recues": {"aide_logement": 210, "rsa": 0},
}


def place(field: ProfileField, value: Any) -> dict[str, Any]:
    """A small profile with this answer."""
    person: dict[str, Any] = {"role": "demandeur"}
    profile: dict[str, Any] = {"personnes": [person]}
    node = person if field.person else profile
    *parents, last = field.parts
    for parent in parents:
        node = node.setdefault(parent, {})
    node[last] = value
    return profile


def written(household: Any, field: ProfileField) -> Any:
    """The answer that a validated household holds."""
    node = household.personnes[0] if field.person else household
    for part in field.parts:
        node = None if node is None else getattr(node, part)
    return node


def location(field: ProfileField) -> tuple[str | int, ...]:
    """Where the errors of `place(field, …)` are."""
    return ("personnes", 0, *field.parts) if field.person else field.parts


def forms(field: ProfileField) -> list[tuple[Any, Any]]:
    """Valid values, each with what the model keeps."""
    match field.type:
        case "booleen":
            return [(True, True), (False, False)]
        case "date":
            day = datetime.date(1988, 5, 14)
            return [
                ("1988-05-14", "1988-05-14"),
                ("1988-05", "1988-05"),
                (day, "1988-05-14"),
                (" 2000-02-29 ", "2000-02-29"),
            ]
        case "code":
            return [("38185", "38185"), ("06088", "06088"), ("2A004", "2A004"), ("2a004", "2A004"), ("97611", "97611")]
        case "texte":
            return [("Saint-Denis (93)", "Saint-Denis (93)"), (" 38185 ", "38185"), ("É", "É"), ("x" * 120, "x" * 120)]
        case "enumeration":
            if field.path.endswith("role"):
                return [("demandeur", "demandeur")]
            return [(value, value) for value in field.values]
    low = 0 if field.minimum is None else field.minimum
    numbers: list[tuple[Any, Any]] = [(low, low), (low + 0.5, low + 0.5), (low + 1, low + 1)]
    if field.maximum is not None:
        numbers.append((field.maximum, field.maximum))
    if field.minimum is None:
        numbers.append((-12.5, -12.5))
    if not field.series:
        return numbers
    series = {"2026-05": low + 900, "2026-06": low, "2025": low + 9600.5}
    return [*numbers, (series, series), ({}, {}), ({2024: low, "2026-01": None}, {"2024": low})]
