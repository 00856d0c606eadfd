"""A caseload: a file of households in; their rights, the rows set aside and a summary out."""

from zero_non_recours.caseload.errors import CaseloadError
from zero_non_recours.caseload.run import read_caseload, screen_caseload
from zero_non_recours.caseload.summary import Summary

__all__ = ["CaseloadError", "Summary", "read_caseload", "screen_caseload"]
