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
                (1988, {"min": "1988-01-01", "max": "1988-12-31"}),
                ("1988", {"min": "1988-01-01", "max": "1988-12-31"}),
                ({"min": "1988", "max": "1990-02"}, {"min": "1988-01-01", "max": "1990-02-28"}),
                ({"max": "1990-06-30", "min": None}, {"max": "1990-06-30"}),
                ({"min": "1988-05-14", "max": "1988-05-14"}, "1988-05-14"),
            ]
        case "code":
            return [("38185", "38185"), ("06088", "06088"), ("2A004", "2A004"), ("2a004", "2A004"), ("97611", "97611")]
        case "texte":
            return [("Saint-Denis (93)", "Saint-Denis (93)"), (" 38185 ", "38185"), ("É", "É"), ("x" * 120, "x" * 120)]
        case "enumeration":
            if field.path.endswith("role"):
                return [("demandeur", "demandeur")]
            return [(value, value) for value in field.values]
        case "liste":
            first, second, *_ = field.values
            return [([], ()), ([first], (first,)), ([second, first, second], (first, second))]
    low = 0 if field.minimum is None else field.minimum
    numbers: list[tuple[Any, Any]] = [(low, low), (low + 1, low + 1), *ranges(field, low)]
    if not field.whole:
        numbers.append((low + 0.5, low + 0.5))
    if field.maximum is not None:
        numbers.append((field.maximum, field.maximum))
    if field.minimum is None:
        numbers.append((-12.5, -12.5))
    if not field.series:
        return numbers
    series = {"2026-05": low + 900, "2026-06": low, "2025": low + 9600.5}
    unsure = {"2026-05": "environ 900", "2026-06": {"min": low}, "2026-07": "ne_sait_pas", "2025": {"environ": 100}}
    kept = {
        "2026-05": {"min": 810.0, "max": 990.0},
        "2026-06": {"min": low} if field.maximum is None else {"min": low, "max": field.maximum},
        "2026-07": "ne_sait_pas",
        "2025": {"min": 90.0, "max": 110.0},
    }
    return [*numbers, (series, series), ({}, {}), ({2024: low, "2026-01": None}, {"2024": low}), (unsure, kept)]


def ranges(field: ProfileField, low: float) -> list[tuple[Any, Any]]:
    """Numbers known within two ends, each with what the model keeps."""
    open_ends = {"min": field.minimum, "max": field.maximum}
    known = {end: limit for end, limit in open_ends.items() if limit is not None}
    return [
        ({"min": low, "max": low + 1}, {"min": low, "max": low + 1}),
        ({"min": low, "max": low}, low),
        ({"min": low}, {"min": low} | ({"max": known["max"]} if "max" in known else {})),
        ({"max": low + 1}, ({"min": known["min"]} if "min" in known else {}) | {"max": low + 1}),
    ]
