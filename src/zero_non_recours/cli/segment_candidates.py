"""The candidates of a plan, from segments of a caseload file: done in several processes."""

from __future__ import annotations

from typing import Any

from zero_non_recours.caseload.segments import Job, SegmentWork
from zero_non_recours.caseload.summary import Counts
from zero_non_recours.outreach.candidates import candidates_of
from zero_non_recours.outreach.study import studies_of
from zero_non_recours.profile.model import HouseholdBase


class SegmentCandidates(SegmentWork):
    """Studies the households of segments as candidates of a plan."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.studies = studies_of(job.rulebook, job.month, job.rights, job.options["figures"])

    def results(self, households: list[HouseholdBase], counts: Counts) -> list[Any]:
        """A candidate for each household."""
        answers = bool(self.job.options.get("answers"))
        return list(candidates_of(self.studies, households, self.job.draws, answers=answers))
