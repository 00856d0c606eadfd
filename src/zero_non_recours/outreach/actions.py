"""Why a right may not be received, as a hypothesis, and what to do about it: the action that recovers the most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zero_non_recours.outreach.parameters import OutreachParameters
from zero_non_recours.outreach.parameters.effects import Effects
from zero_non_recours.profile.follow_up import RightSteps

CLAIMED_WITHOUT_PAYMENT = "demande_sans_paiement"
FOLLOW_UP = "suivi_demande"
ASSISTED = "demande_accompagnee"
CLAIMING = frozenset({ASSISTED, FOLLOW_UP})
"""The actions that make or follow a claim."""
REFUSAL = "refus_note"
MEETINGS = frozenset({"invitation", ASSISTED})
"""The actions that need an appointment."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Hypotheses on why a right is not received: of the right, never of the person, for the worker to correct.

    Attributes:
        hypotheses: the probability of each cause.
        likeliest: the French sentence of the likeliest one.
        signs: the French sentences of what raised it; empty when only the general opinion speaks.
    """

    hypotheses: Mapping[str, float]
    likeliest: str
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do for a right.

    Attributes:
        action: its code (`rules/non_recours/effets.yaml`).
        label: what to do, in French.
        minutes: the worker's time.
        gain: U, the euros that it is expected to recover over the horizon, before its cost.
        cost: the euros of the worker's time.
    """

    action: str
    label: str
    minutes: float
    gain: float
    cost: float

    @property
    def net(self) -> float:
        """What it recovers once its cost is taken off."""
        return self.gain - self.cost


def signs_of(steps: RightSteps, declared: bool | None) -> tuple[str, ...]:
    """The signs of a cause that a file holds about a right."""
    waiting = steps.claimed and declared is not True
    return (*((CLAIMED_WITHOUT_PAYMENT,) if waiting else ()), *steps.signs)


def cause_weights(effects: Effects, signs: Iterable[str] = ()) -> dict[str, float]:
    """The probability of each cause of non-receipt: the opinion of the general public, moved by the signs of the file.

    Args:
        effects: priors and signs (DREES, opinion barometer 2021; multipliers of the model).
        signs: codes of signs; a sign multiplies the weight of its cause, or brings it to a floor.

    Returns:
        Probabilities that add up to 1.

    Raises:
        KeyError: an unknown sign.
    """
    weights = effects.priors
    known = [effects.signs[name] for name in dict.fromkeys(signs)]
    for sign in known:
        weights[sign.cause] *= sign.multiplier or 1.0
    total = math.fsum(weights.values())
    found = {name: weight / total for name, weight in weights.items()}
    floors: dict[str, float] = {}
    for sign in known:
        if sign.floor is not None:
            floors[sign.cause] = max(floors.get(sign.cause, 0.0), sign.floor, found[sign.cause])
    if floors:
        held = math.fsum(floors.values())
        if held > 1:
            floors = {name: floor / held for name, floor in floors.items()}
            held = 1.0
        rest = math.fsum(weight for name, weight in found.items() if name not in floors)
        scale = (1 - held) / rest if rest > 0 else 0.0
        found = {name: floors.get(name, weight * scale) for name, weight in found.items()}
    return found


def cause_of(effects: Effects, signs: Iterable[str] = ()) -> Cause:
    """The hypotheses on why a right is not received, with the signs that raised the likeliest one."""
    signs = tuple(dict.fromkeys(signs))
    found = cause_weights(effects, signs)
    first = max(found, key=lambda name: found[name])
    raised = tuple(effects.signs[name].sentence for name in signs if effects.signs[name].cause == first)
    return Cause(found, effects.causes[first].sentence, raised)


def actions_for(figures: OutreachParameters, value: float, causes: Mapping[str, float], claimed: bool) -> list[Action]:
    """What can be done for a right, in the order of the file, with what each is expected to recover.

    U = V Σ over causes of κ Δ. How likely the person is to answer plays no part.

    Args:
        figures: the effects Δ and the cost of a minute.
        value: V, in euros over the horizon.
        causes: κ, the probability of each cause.
        claimed: whether the right was claimed already: then what remains is to follow the claim, else there is none.
    """
    effects = figures.effects
    found: list[Action] = []
    for name, action in effects.actions.items():
        if name == REFUSAL or (name == FOLLOW_UP) != claimed:
            continue
        effect = math.fsum(share * effects.effect_of(name, cause) for cause, share in causes.items())
        cost = figures.costs.minute.value * action.minutes
        found.append(Action(name, action.label, action.minutes, value * effect, cost))
    return found


def best_action(actions: Iterable[Action]) -> Action:
    """The action that recovers the most once its cost is taken off; the shorter one when two are equal."""
    return max(actions, key=lambda action: (action.net, -action.minutes))
