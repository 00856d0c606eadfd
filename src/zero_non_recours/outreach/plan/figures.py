"""The figures that a plan reads, as plain numbers; where they come from stands in `rules/non_recours`."""

from __future__ import annotations

from dataclasses import dataclass

from zero_non_recours.outreach.parameters import OutreachParameters, default_outreach_parameters


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The figures of a plan.

    Attributes:
        random_share: share of the capacity that is drawn at random.
        call_share: what a telephone call costs, as a share of an appointment.
        appointment_minutes: minutes of an appointment.
        minute_euros: what a minute of work costs, euros.
        horizon: months over which gains are counted.
        min_cell: households under which nothing is shown of a group.
        min_verdict: households under which nothing is concluded of a group.
        reach_ratio: the reach of a group over that of the others under which there is an alert.
        calibration_gap: gap of calibration with the others over which there is an alert.
        digest: what distinguishes the files these figures come from.
    """

    random_share: float
    call_share: float
    appointment_minutes: float
    minute_euros: float
    horizon: int
    min_cell: int
    min_verdict: int
    reach_ratio: float
    calibration_gap: float
    digest: str = ""

    @classmethod
    def of(cls, parameters: OutreachParameters | None = None) -> PlanFigures:
        """Those of outreach parameters (default: the shipped ones)."""
        parameters = parameters or default_outreach_parameters()
        limits = parameters.thresholds
        return cls(
            random_share=limits.random_share.value,
            call_share=limits.call_share.value,
            appointment_minutes=limits.appointment_minutes.value,
            minute_euros=parameters.costs.minute.value,
            horizon=round(parameters.durations.horizon.value),
            min_cell=round(limits.min_cell.value),
            min_verdict=round(limits.min_verdict.value),
            reach_ratio=limits.reach_ratio.value,
            calibration_gap=limits.calibration_gap.value,
            digest=parameters.digest,
        )
