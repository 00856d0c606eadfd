"""The truth behind made-up files: what each household is due, what it receives, what its file says of it.

Amounts come from the rules, in every state of claims; an answer that a file lacks is drawn from the rules' own priors,
with a seed that the ranking never uses. Who receives what is drawn with the model of take-up, whose figures may be
those of the ranking or others (`TakeUp`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tests.evaluation.population import NOTHING, YEAR, Profile
from zero_non_recours.outreach.bundle import expected_attribution, subsets
from zero_non_recours.outreach.parameters import BaseRate
from zero_non_recours.outreach.study import Studies
from zero_non_recours.outreach.take_up import non_take_up
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.rulebook.fields import household_model
from zero_non_recours.rulebook.loader import default_rulebook
from zero_non_recours.screening.batch.joint import BatchJoint

BLOCK = 2048
TRUTH_SEED = 20_261_122
"""Seed of the draws of missing answers that are true; the ranking draws with seed 0."""


def validated(profiles: Sequence[Profile]) -> list[HouseholdBase]:
    model = household_model(default_rulebook())
    return [model.model_validate(profile) for profile in profiles]


@dataclass(frozen=True)
class Due:
    """What households are due in truth.

    Attributes:
        amounts: (states of claims, rights, households), in € a month.
        tenures: of each household.
        complete: whether its file lacks no answer that counts.
    """

    names: tuple[str, ...]
    linked: tuple[str, ...]
    amounts: np.ndarray
    tenures: np.ndarray
    complete: np.ndarray

    @property
    def size(self) -> int:
        return self.amounts.shape[2]

    def part(self, rows: np.ndarray) -> Due:
        """Some of the households."""
        return replace(self, amounts=self.amounts[:, :, rows], tenures=self.tenures[rows], complete=self.complete[rows])

    def bit(self, name: str) -> int:
        """The bit of a right in a state of claims, 0 for one that no other counts."""
        return 1 << self.linked.index(name) if name in self.linked else 0

    def state(self, held: np.ndarray) -> np.ndarray:
        """The state in which exactly some rights are in payment, from truths (rights, households)."""
        found = np.zeros(held.shape[1], np.int64)
        for place, name in enumerate(self.names):
            found |= self.bit(name) * held[place].astype(np.int64)
        return found

    def paid(self, states: np.ndarray) -> np.ndarray:
        """What each right pays in the state of each household, (rights, households)."""
        return self.amounts[states, :, np.arange(self.size)].T

    def possible(self, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether each right is due in some state in which those held are, and what it pays once all are claimed."""
        all_states, states = np.arange(len(self.amounts)), self.state(held)
        kept = (all_states[:, None] & states) == states
        highest = np.where(kept[:, None], self.amounts, 0.0).max(axis=0)
        return highest > 0, np.where(self.amounts[-1] > 0, self.amounts[-1], highest)

    def worth(self) -> np.ndarray:
        """Y, what every set of rights pays in all: (households, sets)."""
        columns = []
        for held in subsets(self.names):
            state = sum(self.bit(name) for name in held)
            columns.append(sum(self.amounts[state, self.names.index(name)] for name in held) + np.zeros(self.size))
        return np.stack(columns, axis=1)


def due_of(studies: Studies, files: Sequence[Profile], draws: int, seed: int = TRUTH_SEED) -> Due:
    """What households are due when one of the draws of their missing answers is true."""
    households = validated([file | {"prestations_recues": file["prestations_recues"] | NOTHING} for file in files])
    rng = np.random.default_rng(seed)
    reader = BatchJoint(studies.states, draws, seed)
    amounts = np.zeros((studies.states.number, len(studies.names), len(files)))
    complete = np.zeros(len(files), np.bool_)
    for first in range(0, len(files), BLOCK):
        for piece in reader.read(households[first : first + BLOCK]):
            rows = first + np.asarray(piece.rows)
            chosen = (piece.weights.cumsum(axis=1) > rng.random((len(rows), 1))).argmax(axis=1)
            complete[rows] = piece.weights.shape[1] == 1
            for place, name in enumerate(studies.names):
                drawn = piece.amounts[name][:, np.arange(len(rows)), chosen]
                amounts[:, place, rows] = drawn / 12 if studies.assessor.yearly[place] else drawn
    tenures = np.array([file["logement"]["statut"] for file in files])
    return Due(studies.names, studies.states.linked, amounts, tenures, complete)


@dataclass(frozen=True)
class TakeUp:
    """What who receives what is drawn with; by default the figures of the ranking.

    Attributes:
        base: base rates of some rights, instead of those of the ranking.
        times: what the other base rates are multiplied by.
        slope: what the slopes of some rights are multiplied by.
        kept: κ, what is kept of the shifts when several hold.
        factor: the standard deviation of something of the household that nobody sees, in logits.
        sensitivity: how often what is received is said to be, when something is said.
        specificity: how often what is not received is said not to be.
        only_receipts: whether shifts are those of the receipt of a right only, not of the tenure.
    """

    base: Mapping[str, float] = field(default_factory=dict)
    times: float = 1.0
    slope: Mapping[str, float] = field(default_factory=dict)
    kept: float = 0.5
    factor: float = 0.0
    sensitivity: float = 0.90
    specificity: float = 0.98
    only_receipts: bool = False


KNOWN = 0.55
"""The probability that a file says whether a right is received."""


@dataclass(frozen=True)
class World:
    """Who receives what, and what the files say; arrays (rights, households)."""

    due: np.ndarray
    received: np.ndarray
    missing: np.ndarray
    declared: np.ndarray
    """1: said to be received; 0: said not to be; -1: nothing is said."""
    written: np.ndarray
    """The amount that goes with it, in € a month."""
    shares: np.ndarray
    """What each missing right brings in truth when all of them are claimed, in € a month."""

    @property
    def gains(self) -> np.ndarray:
        """What each household gains when all its missing rights are claimed, in € a month."""
        return self.shares.sum(axis=0)


def world_of(due: Due, rates: Sequence[BaseRate], how: TakeUp, seed: int) -> World:
    """Draw who receives what, housing benefit first, then what the files say of it."""
    rng = np.random.default_rng(seed)
    shape = (len(due.names), due.size)
    unseen = how.factor * rng.standard_normal(due.size)
    chance, received = rng.random(shape), np.zeros(shape, np.bool_)
    for place in sorted(range(len(due.names)), key=lambda p: any(c.received for c in rates[p].covariates)):
        rate, yearly = rates[place], due.names[place] == "cheque_energie"
        possible, full = due.possible(received)
        base = how.base.get(due.names[place], rate.mean * how.times)
        q = non_take_up(
            np.full(due.size, min(base, 0.99)),
            shifts=(_shifts(due, rate, received, how) + unseen,),
            weight=1.0,
            slope=rate.slope * how.slope.get(due.names[place], 1.0),
            amount=full[place],
            mean_amount=rate.mean_amount / (12 if yearly else 1),
        )
        received[place] = possible[place] & (chance[place] >= q)
    for _ in range(2):  # what is received pays something beside the others
        received &= due.paid(due.state(received)) > 0
    possible, full = due.possible(received)
    missing = possible & ~received
    said = rng.random(shape) < np.where(received, how.sensitivity, 1 - how.specificity)
    declared = np.where(rng.random(shape) < KNOWN, said.astype(np.int64), -1)
    usual = np.array([rate.mean_amount for rate in rates])[:, None] / np.where(_yearly(due), 12, 1)[:, None]
    paid = due.paid(due.state(received))
    written = np.where(received, paid, np.where(full > 0, full, usual)) * (declared == 1)
    shares = expected_attribution(due.worth(), missing.T.astype(np.float64)).T
    return World(possible, received, missing, declared, written, shares)


def _yearly(due: Due) -> np.ndarray:
    return np.array([name == "cheque_energie" for name in due.names])


def _shifts(due: Due, rate: BaseRate, received: np.ndarray, how: TakeUp) -> np.ndarray:
    """What the shifts that hold in truth for each household add to its logit, recentred when several do."""
    total, number = np.zeros(due.size), np.zeros(due.size)
    for covariate in rate.covariates:
        if covariate.received:
            holds = received[due.names.index(covariate.received)] == covariate.holds(True)
        elif how.only_receipts:
            continue
        else:
            holds = np.isin(due.tenures, [str(value) for value in covariate.values])
        total += covariate.shift * holds
        number += holds
    several = number > 1
    return total * np.where(several, how.kept, 1.0) - np.where(several, rate.recentring, 0.0)


def declared_files(files: Sequence[Profile], world: World, names: Sequence[str]) -> list[Profile]:
    """The files with what is said of each right."""
    found: list[Profile] = []
    for row, file in enumerate(files):
        said: dict[str, Any] = dict(file["prestations_recues"])
        for place, name in enumerate(names):
            if world.declared[place, row] >= 0:
                amount = round(float(world.written[place, row]), 2)
                said[name] = {YEAR: round(12 * amount)} if name == "cheque_energie" else amount
        found.append(file | {"prestations_recues": said})
    return found
