"""What came of telling households about their rights: outcomes read, counted, and what they change."""

from zero_non_recours.outreach.followup.cells import Problem
from zero_non_recours.outreach.followup.models import FollowUpReport
from zero_non_recours.outreach.followup.outcomes import Case, Outcomes, read_outcomes
from zero_non_recours.outreach.followup.output import write_followup
from zero_non_recours.outreach.followup.rates import LocalRate, base_rates_yaml, local_base_rate, local_base_rates
from zero_non_recours.outreach.followup.report import followup_report
from zero_non_recours.outreach.followup.retention import Retention, last_lawful_day, retention
from zero_non_recours.outreach.followup.tables import FollowUpError

__all__ = [
    "Case",
    "FollowUpError",
    "FollowUpReport",
    "LocalRate",
    "Outcomes",
    "Problem",
    "Retention",
    "base_rates_yaml",
    "followup_report",
    "last_lawful_day",
    "local_base_rate",
    "local_base_rates",
    "read_outcomes",
    "retention",
    "write_followup",
]
