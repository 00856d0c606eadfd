"""Each persona of scenarios/foyers gets what its story says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from zero_non_recours import screen

FOYERS = sorted((Path(__file__).resolve().parents[2] / "scenarios" / "foyers").glob("*.yaml"))
RIGHTS = {"rsa", "ppa", "aide_logement", "cheque_energie"}
KEYS = {"statut", "montant", "bas", "haut", "manque", "suite", "variables"}


def same(found: float | None, expected: float | None) -> bool:
    return found == expected if found is None or expected is None else abs(found - expected) < 0.005


@pytest.mark.parametrize("path", FOYERS, ids=lambda path: path.stem)
def test_persona_gets_what_its_story_says(path: Path) -> None:
    story: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    assert set(story) == {"histoire", "mois", "profil", "attendu"}
    assert set(story["attendu"]) == RIGHTS
    screening = screen(story["profil"], month=story["mois"])
    for name, expected in story["attendu"].items():
        assert set(expected) <= KEYS
        result = screening.rights[name]
        assert result.status == expected["statut"], name
        assert same(result.amount.expected, expected["montant"]), name
        assert same(result.amount.low, expected.get("bas", expected["montant"])), name
        assert same(result.amount.high, expected.get("haut", expected["montant"])), name
        assert [missing.field for missing in result.missing] == expected.get("manque", []), name
        if "suite" in expected:
            assert result.next_steps["outcome"] == expected["suite"], name
        for variable, amount in expected.get("variables", {}).items():
            assert same(result.variables[variable], amount), variable


def test_there_are_enough_stories() -> None:
    assert 6 <= len(FOYERS) <= 12
