"""What stops a plan: a code, the cause and the remedy, in French, without anything of a household."""

from __future__ import annotations


class PlanningError(Exception):
    """A plan cannot be made as asked.

    Attributes:
        code: short name of the problem, for programs.
        cause: what is wrong, in French.
        remedy: how to mend it, in French; empty when the cause says it.
    """

    def __init__(self, code: str, cause: str, remedy: str = "") -> None:
        self.code = code
        self.cause = cause
        self.remedy = remedy
        super().__init__(f"{cause} {remedy}".rstrip())
