"""One evaluation: a population, what it is due, and worlds drawn on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from tests.evaluation.population import MONTH, Profile, files
from tests.evaluation.seen import DRAWS, SeenFiles, certain, seen_of, told
from tests.evaluation.truth import Due, TakeUp, World, declared_files, due_of, validated, world_of
from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters
from zero_non_recours.outreach.study import Studies, studies_of
from zero_non_recours.rulebook.loader import default_rulebook

SEED = 20_261_122
CAPACITY = 0.05
"""Appointments, as a share of the households."""


@dataclass(frozen=True)
class Setting:
    """A population and what it is due.

    Attributes:
        profiles: its files, in which nothing is said of what is received.
    """

    studies: Studies
    profiles: list[Profile]
    due: Due
    seed: int

    @classmethod
    def of(cls, households: int, seed: int = SEED) -> Setting:
        studies = studies_with(default_outreach_parameters())
        profiles = files(households, seed)
        return cls(studies, profiles, due_of(studies, profiles, DRAWS), seed)

    @property
    def size(self) -> int:
        return len(self.profiles)

    @property
    def appointments(self) -> int:
        return round(CAPACITY * self.size)

    def first(self, count: int) -> Setting:
        """Its first households alone."""
        due = self.due.part(np.arange(count))
        return replace(self, profiles=self.profiles[:count], due=due)

    def case(self, how: TakeUp | None = None, seed: int | None = None) -> Case:
        """A world drawn on the population."""
        world = world_of(self.due, self.studies.assessor.rates, how or TakeUp(), self.seed if seed is None else seed)
        return Case(self, world)


@dataclass(frozen=True)
class Case:
    """A world, and what the ranking says of its files."""

    setting: Setting
    world: World

    @cached_property
    def files(self) -> list[Profile]:
        return declared_files(self.setting.profiles, self.world, self.setting.studies.names)

    @cached_property
    def seen(self) -> SeenFiles:
        """With the figures of the ranking."""
        return self.seen_with(self.setting.studies)

    def seen_with(self, studies: Studies) -> SeenFiles:
        """With other figures."""
        return seen_of(studies, self.files, self.world.declared)

    @cached_property
    def informed(self) -> np.ndarray:
        """What each household would be expected to gain if all its missing answers had been asked, in € a month."""
        setting = self.setting
        rows = np.arange(setting.size)
        said = self.world.declared.T.tolist()
        households = validated(self.files)
        assessor = setting.studies.assessor
        found = certain(setting.due, rows, assessor.yearly)
        all_told = [told(setting.studies, household, said[row]) for row, household in enumerate(households)]
        return assessor.assess(found, all_told).share.sum(axis=0)


@lru_cache(maxsize=2)
def case_of(households: int) -> Case:
    """A world whose figures are those of the ranking, drawn once for all the tests of a process."""
    return Setting.of(households).case()


def studies_with(figures: OutreachParameters) -> Studies:
    """The studies of the month with some figures."""
    return studies_of(default_rulebook(), MONTH, None, figures)
