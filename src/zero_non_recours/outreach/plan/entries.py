"""Turns what each household gets into lines that a caseworker reads, in the order to contact them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from zero_non_recours.outreach.plan.allocate import Allocation
from zero_non_recours.outreach.plan.candidate import LETTER, MESSAGE, Candidate, Option
from zero_non_recours.outreach.plan.result import Entry, Step
from zero_non_recours.outreach.plan.table import at_choice
from zero_non_recours.screening.wording import euros, uncapitalised

_GROUPS: Mapping[Step, int] = {"appointment": 0, "follow_up": 2, "call": 3, "letter": 4, "message": 5, "none": 6}
"""Order of the steps; help drawn at random comes after the appointments chosen by the order."""
_DRAWN = 1
_TENS = -1


def ordered_rows(work: Allocation, weights: np.ndarray, steps: list[Step]) -> np.ndarray:
    """The rows of a table in the order to contact them: by step, then by what it brings per unit of capacity."""
    table = work.table
    gains, minutes = work.gains, at_choice(work.counted, work.chosen)
    more = (gains - at_choice(table.gains, work.base)) / np.where(minutes > 0, minutes, 1.0)
    rates = np.where(work.helped, more, gains) * weights
    groups = np.array([_GROUPS[step] for step in steps], np.int64)
    groups = np.where(work.drawn, _DRAWN, groups)
    return np.lexsort((-table.values * weights, -table.waiting, -rates, groups))


def steps_of(work: Allocation, called: Collection[int]) -> list[Step]:
    """The step of each row."""
    table = work.table
    helped, met = work.helped.tolist(), work.met.tolist()
    found: list[Step] = []
    for row, candidate in enumerate(table.candidates):
        if helped[row]:
            found.append("appointment" if met[row] else "follow_up")
        elif row in called:
            found.append("call")
        elif not (table.shown[row] or table.to_check[row]):
            found.append("none")
        else:
            option = _option(candidate, int(work.chosen[row]))
            found.append("letter" if option is not None and option.action == LETTER else "message")
    return found


def entries_of(
    work: Allocation,
    order: np.ndarray,
    steps: list[Step],
    called: Collection[int],
    labels: Mapping[str, str],
    horizon: int,
) -> tuple[Entry, ...]:
    """The lines of a plan, one per row of its table.

    Args:
        work: what each household gets.
        order: rows in the order to contact them.
        steps: the step of each row.
        called: rows to telephone first.
        labels: of the rights; a right without one is named by its code.
        horizon: months over which gains are counted.
    """
    drawn, chosen = work.drawn.tolist(), work.chosen.tolist()
    found: list[Entry] = []
    for place, row in enumerate(order.tolist(), 1):
        candidate, step = work.table.candidates[row], steps[row]
        option = None if step in ("call", "none") else _option(candidate, chosen[row])
        rights = option.rights if option is not None else candidate.shown or candidate.to_check
        action = None if step in ("call", "none") else MESSAGE if option is None else option.action
        gain = 0.0 if option is None else round(option.gain, _TENS) + 0.0
        why = _why(candidate, step, rights, gain, row in called, drawn[row], labels, horizon)
        found.append(
            Entry(
                key=candidate.key,
                rank=None if step == "none" else place,
                step=step,
                action=action,
                rights=() if step == "none" else rights,
                minutes=0.0 if option is None else option.minutes,
                gain=gain,
                call_first=row in called,
                drawn_at_random=drawn[row],
                why=why,
            )
        )
    return tuple(found)


def _why(
    candidate: Candidate,
    step: Step,
    rights: tuple[str, ...],
    gain: float,
    call: bool,
    drawn: bool,
    labels: Mapping[str, str],
    horizon: int,
) -> str:
    """Why a household gets its step, in French."""
    if step == "none":
        return "Aucun droit à signaler d'après les réponses connues."
    names = ", ".join(uncapitalised(labels.get(right, right)) for right in rights)
    if not candidate.shown:
        means = "par téléphone" if call else "par un message"
        return f"Une réponse manque pour savoir si le ménage pourrait avoir droit à : {names}. La demander {means}."
    sentences = [f"Pourrait avoir droit à : {names}."]
    if call:
        sentences.append("Téléphoner d'abord : une réponse manque, et elle peut changer ce qu'il faut faire.")
    if drawn:
        sentences.append(
            "Tiré au sort : une part de la capacité ne dépend d'aucun calcul, pour n'exclure personne et pour mesurer "
            "ce que l'aide apporte."
        )
    elif step in ("appointment", "follow_up"):
        what = "Ce rendez-vous" if step == "appointment" else "Cette aide"
        sentences.append(f"{what} pourrait faire retrouver en moyenne {_about(gain)} sur {horizon} mois.")
        if candidate.waiting >= 10:
            sentences.append(f"Attendre le prochain contact coûterait {_about(round(candidate.waiting, _TENS))}.")
    elif step != "call":
        means = "un courrier personnel" if step == "letter" else "un message"
        sentences.append(f"Pas de rendez-vous dans ce plan : l'en informer par {means}.")
    return " ".join(sentences)


def _about(amount: float) -> str:
    return f"environ {euros(amount)}" if amount >= 10 else "moins de 10 €"


def _option(candidate: Candidate, place: int) -> Option | None:
    return candidate.options[place] if place >= 0 else None
