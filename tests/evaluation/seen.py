"""What the ranking says of files, as arrays of a row per right and a column per household."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tests.evaluation.population import Profile
from tests.evaluation.truth import BLOCK, Due, validated
from zero_non_recours.outreach.assess import Assessment, Told
from zero_non_recours.outreach.study import Studies
from zero_non_recours.outreach.told import told_of
from zero_non_recours.profile.follow_up import steps_of
from zero_non_recours.profile.model import HouseholdBase
from zero_non_recours.screening.batch.joint import BatchJoint, JointColumns

DRAWS = 64
SAID = {-1: None, 0: False, 1: True}
"""What `World.declared` says, as the ranking reads it."""
KEPT = ("eligible", "not_receiving", "missing", "gross", "low", "high", "share")


class Piece(NamedTuple):
    """Some files together: their places, their joint amounts and what they say."""

    rows: np.ndarray
    found: JointColumns
    told: list[list[Told]]


@dataclass(frozen=True)
class SeenFiles:
    """What is expected of each file; (rights, households), see `Assessment`."""

    eligible: np.ndarray
    not_receiving: np.ndarray
    missing: np.ndarray
    gross: np.ndarray
    low: np.ndarray
    high: np.ndarray
    share: np.ndarray

    @classmethod
    def empty(cls, rights: int, households: int) -> SeenFiles:
        return cls(*(np.zeros((rights, households)) for _ in KEPT))

    def write(self, rows: np.ndarray, found: Assessment) -> None:
        for name in KEPT:
            getattr(self, name)[:, rows] = getattr(found, name)


def told(studies: Studies, household: HouseholdBase, declared: Sequence[int]) -> list[Told]:
    """What a file says of each right, besides the answers that the rules read.

    The outcomes of the rules are left out: they move the probability of an award, which no order here counts.
    """
    said = {name: SAID[one] for name, one in zip(studies.names, declared, strict=True)}
    return told_of(
        household, steps_of(household), declared=said, others={}, outcomes={}, open_=(), figures=studies.figures
    )


def pieces(studies: Studies, files: Sequence[Profile], declared: np.ndarray) -> Iterator[Piece]:
    """The files in groups that have as many draws.

    Args:
        declared: what is said of each right, as in `World`.
    """
    reader = BatchJoint(studies.states, DRAWS)
    said = declared.T.tolist()
    for first in range(0, len(files), BLOCK):
        households = validated(files[first : first + BLOCK])
        for found in reader.read(households):
            rows = first + np.asarray(found.rows)
            yield Piece(rows, found, [told(studies, households[row - first], said[row]) for row in rows.tolist()])


def seen_of(studies: Studies, files: Sequence[Profile], declared: np.ndarray) -> SeenFiles:
    """What is expected of every file."""
    found = SeenFiles.empty(len(studies.names), len(files))
    for piece in pieces(studies, files, declared):
        found.write(piece.rows, studies.assessor.assess(piece.found, piece.told))
    return found


def certain(due: Due, rows: np.ndarray, yearly: np.ndarray) -> JointColumns:
    """The joint amounts of households whose answers are all known, as they are in truth."""
    times = np.where(yearly, 12, 1)
    amounts = {name: (due.amounts[:, place, rows] * times[place])[:, :, None] for place, name in enumerate(due.names)}
    return JointColumns(rows.tolist(), amounts, np.ones((len(rows), 1)))
