"""Profiles made less sure, with the true ones still possible."""

from __future__ import annotations

import copy
import random
from typing import Any

from zero_non_recours.rulebook.fields import profile_fields
from zero_non_recours.rulebook.loader import default_rulebook

FIELDS = list({f.path: f for f in profile_fields(default_rulebook()) if f.type in ("nombre", "date")}.values())
WORDS = ("ne_sait_pas", "ne_veut_pas_dire")


def blurred(profile: dict[str, Any], rng: random.Random, share: float = 0.5, words: float = 0.0) -> dict[str, Any]:
    """The profile with some numbers and dates given as ranges that hold them, or as a word that says nothing."""
    copied = copy.deepcopy(profile)
    for field in FIELDS:
        for node in copied["personnes"] if field.person else [copied]:
            *parents, last = field.parts
            for key in parents:
                node = node.get(key) or {}
            answer = node.get(last)
            if isinstance(answer, dict):
                node[last] = {key: _blur(value, field, rng, share, words) for key, value in answer.items()}
            elif answer is not None:
                node[last] = _blur(answer, field, rng, share, words)
    return copied


def _blur(answer: Any, field: Any, rng: random.Random, share: float, words: float) -> Any:
    if rng.random() < words:
        return rng.choice(WORDS)
    if rng.random() >= share:
        return answer
    if field.type == "date":
        year = int(answer[:4])
        return rng.choice([year, {"min": f"{year}-01-01", "max": f"{year + 1}-06-30"}, {"max": answer}])
    if not answer and rng.random() < 0.5:
        return answer
    low = max(answer - rng.choice([0, 1, 50, 400]), -1e9 if field.minimum is None else field.minimum)
    high = min(answer + rng.choice([0, 1, 50, 400]), 1e9 if field.maximum is None else field.maximum)
    if field.whole:
        low, high = int(low), int(high)
    return rng.choice([{"min": low, "max": high}, {"min": low, "max": high}, {"min": low}])
