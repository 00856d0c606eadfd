"""What a plan may be made for: a closed list, because an order across households is never made without a reason."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from zero_non_recours.outreach.plan.errors import PlanningError
from zero_non_recours.rulebook.diagnostics import nearest


class Purpose(StrEnum):
    """The purposes that exist (requirement L3 of the legal frame); there is none of control, by construction."""

    INFORM = "informer_des_droits"
    """Tell households that they could be entitled to something."""
    PREPARE = "preparer_un_rendez_vous"
    """Choose whom to offer an appointment to, and what to prepare for it."""
    EVALUATE = "evaluer_l_action"
    """Measure what outreach brings, for instance by comparing with the households drawn at random."""

    @property
    def text(self) -> str:
        """The purpose as it is read."""
        return _TEXTS[self]


_TEXTS = {
    Purpose.INFORM: "informer des droits",
    Purpose.PREPARE: "préparer un rendez-vous",
    Purpose.EVALUATE: "évaluer l'action",
}
_ENGLISH = {
    "inform_of_rights": Purpose.INFORM,
    "prepare_an_appointment": Purpose.PREPARE,
    "evaluate_outreach": Purpose.EVALUATE,
}
_CONTROL = ("control", "fraud", "verif", "sanction", "indu", "trop_percu", "surveill", "soupcon")
"""Beginnings of words that ask for what does not exist."""


def parse_purpose(text: str) -> Purpose:
    """The purpose that a text names, in French or in English, whatever its accents, case or spaces.

    >>> parse_purpose("Préparer un rendez-vous").value
    'preparer_un_rendez_vous'

    Raises:
        PlanningError: there is no such purpose; one of control is refused by name.
    """
    name = _plain(text)
    if name in list(Purpose):
        return Purpose(name)
    if name in _ENGLISH:
        return _ENGLISH[name]
    known = f"Finalités : {', '.join(Purpose)}."
    if any(word in name for word in _CONTROL):
        raise PlanningError(
            "finalite-refusee",
            "Aucune finalité de contrôle n'existe ici : l'ordre des ménages ne sert qu'à leur faire connaître leurs "
            "droits, jamais à vérifier, à suspecter ou à sanctionner.",
            known,
        )
    if not name:
        raise PlanningError("finalite-absente", "Un plan se fait pour une finalité déclarée.", known)
    raise PlanningError(
        "finalite-inconnue", "Cette finalité n'existe pas.", f"{nearest(name, list(Purpose))} {known}".lstrip()
    )


def _plain(text: str) -> str:
    """A text without accents, in small letters, words joined by underscores."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return "_".join(kept.split())
