"""The words of follow-up: what may come of telling a household about a right, and how it is counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

INFORMED, RECEIVED, CLAIMED, AWARDED, REFUSED = "informed", "already_received", "claimed", "awarded", "refused"
ABANDONED, DECLINED, OBJECTED = "abandoned", "declined", "objected"
NOT_ELIGIBLE, LOST = "not_eligible_after_check", "lost_contact"

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    INFORMED: ("informe", "informee"),
    RECEIVED: ("deja_recu", "deja_percu"),
    CLAIMED: ("demande", "demande_deposee"),
    AWARDED: ("accorde", "ouvert"),
    REFUSED: ("refuse", "rejete"),
    ABANDONED: ("abandonne", "abandon"),
    DECLINED: ("decline", "ne_souhaite_pas"),
    OBJECTED: ("oppose", "opposition"),
    NOT_ELIGIBLE: ("pas_eligible_apres_verification", "non_eligible_apres_verification"),
    LOST: ("perdu_de_vue",),
}
"""Each outcome and the French words that are read as it; accents, case and spaces do not matter."""

REASONS: Mapping[str, str] = {
    "ressources": "ressources",
    "situation": "situation du foyer ou de la personne",
    "logement": "logement",
    "residence": "conditions de résidence",
    "pieces_manquantes": "pièces manquantes",
    "hors_delai": "demande hors délai",
    "autre": "autre motif",
}
"""Why a claim was refused: a closed list, because a free text may say who somebody is."""
UNTOLD = "non_precise"
"""The reason of a refusal that says none."""
INCOMPLETE = frozenset(["pieces_manquantes", "hors_delai"])
"""Refusals that do not say whether the right was due."""

STAGES: Mapping[str, str] = {
    "informed": "informés",
    "claimed": "demandes déposées",
    "awarded": "droits ouverts",
    "refused": "refus",
    "abandoned": "abandons",
    "pending": "en attente",
    "other_end": "demandes finies autrement",
    "not_claimed": "sans demande",
    "no_news": "sans nouvelles",
    "already_received": "déjà reçu",
    "not_eligible": "pas éligible après vérification",
    "declined": "ne souhaite pas",
    "lost_contact": "perdus de vue",
}
"""What is counted: `informed` is every case, even of a household lost before it could be told."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "informed": ("claimed", "not_claimed"),
    "claimed": ("awarded", "refused", "abandoned", "pending", "other_end"),
    "not_claimed": ("no_news", "already_received", "not_eligible", "declined", "lost_contact"),
}
"""The counts that are sums, and of what."""

_AFTER_CLAIM = {AWARDED: "awarded", REFUSED: "refused", ABANDONED: "abandoned", CLAIMED: "pending"}
_WITHOUT_CLAIM = {
    INFORMED: "no_news",
    RECEIVED: "already_received",
    NOT_ELIGIBLE: "not_eligible",
    DECLINED: "declined",
    LOST: "lost_contact",
}


def leaf_of(last: str, reached: frozenset[str]) -> str:
    """Where a case is counted, from its last outcome and all those it reached: one leaf of `PARTS`.

    >>> leaf_of("lost_contact", frozenset(["informed", "claimed", "lost_contact"]))
    'other_end'
    """
    if last in _AFTER_CLAIM:
        return _AFTER_CLAIM[last]
    if reached & _AFTER_CLAIM.keys():
        return "other_end"
    return _WITHOUT_CLAIM[last]


def stages_of(leaf: str) -> tuple[str, ...]:
    """A leaf and all that counts it, the leaf first."""
    above = next((stage for stage, parts in PARTS.items() if leaf in parts), None)
    return (leaf,) if above is None else (leaf, *stages_of(above))


def stands(earlier: str, later: str) -> bool:
    """Whether an earlier outcome remains the last one known after a later row: word of a contact undoes no decision.

    >>> stands("awarded", "lost_contact"), stands("refused", "awarded"), stands("claimed", "lost_contact")
    (True, False, False)
    """
    if later == INFORMED:
        return earlier not in (INFORMED, LOST)
    if later == LOST:
        return earlier not in (INFORMED, CLAIMED, LOST)
    return later == RECEIVED and earlier == AWARDED


def folded(text: str) -> str:
    """A word as it is compared: no accents, no capitals, one underscore between words.

    >>> folded(" Perdu de VUE ")
    'perdu_de_vue'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return "_".join(kept.split())


OUTCOME_OF: Mapping[str, str] = {word: code for code, words in OUTCOMES.items() for word in (code, *words)}
