"""The first questions on a household that has no file yet: who lives in the home."""

from __future__ import annotations

from typing import Any

from zero_non_recours.cli.dialogue import Dialogue, GoBack
from zero_non_recours.cli.replies import expected, read_reply, shown_reply
from zero_non_recours.profile.fields import ProfileField
from zero_non_recours.profile.model import MAX_PERSONS
from zero_non_recours.rulebook.fields import profile_fields
from zero_non_recours.rulebook.model import Rulebook

COUPLE = ProfileField("couple", "couple", "booleen", "1", "Couple", "Vivez-vous en couple ?")
CHILDREN = ProfileField(
    "enfants", "enfants", "nombre", "1", "Enfants", "Combien d'enfants à charge vivent avec vous ?",
    minimum=0, maximum=MAX_PERSONS - 2, whole=True,
)  # fmt: skip
BIRTH = "personnes[].date_naissance"


def new_household(dialogue: Dialogue, rulebook: Rulebook) -> dict[str, Any]:
    """A household of the claimant, a partner and children, with their dates of birth.

    Raises:
        Stop: the person stopped before the end.
    """
    dialogue.say("Ce fichier n'existe pas encore : qui vit dans ce foyer ?")
    born = next((field for field in profile_fields(rulebook) if field.path == BIRTH), None)
    answers: list[Any] = []
    while True:
        people = _people(answers)
        step = len(answers)
        if step >= 2 and (born is None or step - 2 == len(people)):
            dates = answers[2:] or [None] * len(people)
            return {"personnes": [p | ({"date_naissance": d} if d else {}) for p, d in zip(people, dates, strict=True)]}
        try:
            if step < 2:
                answers.append(_ask(dialogue, COUPLE if step == 0 else CHILDREN, "", needed=True))
            elif born is not None:
                answers.append(_ask(dialogue, born, people[step - 2]["id"], needed=False))
        except GoBack:
            if answers:
                answers.pop()
            else:
                dialogue.say("C'est la première question.")


def _people(answers: list[Any]) -> list[dict[str, Any]]:
    """The persons that the first two answers tell, the claimant first."""
    couple, children = answers[:2] if len(answers) > 1 else (False, 0)
    found = [{"id": "demandeur", "role": "demandeur"}]
    if couple:
        found.append({"id": "conjoint", "role": "conjoint"})
    return found + [{"id": f"enfant {rank}", "role": "enfant"} for rank in range(1, children + 1)]


def _ask(dialogue: Dialogue, field: ProfileField, who: str, *, needed: bool) -> Any:
    """A valid answer, or the word that says that it is not known where it is not needed."""
    dialogue.say("")
    dialogue.title(field.question, who)
    while True:
        try:
            answer = read_reply(dialogue.reply(expected(field)), field)
        except ValueError as error:
            dialogue.wrong(f"{error}.")
            continue
        if needed and not isinstance(answer, int):
            dialogue.wrong("cette réponse, exacte, est nécessaire pour commencer.")
            continue
        dialogue.dim(f"Noté : {shown_reply(answer, field)}")
        return answer
