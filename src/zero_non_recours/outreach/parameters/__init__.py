"""The parameters of outreach, read from data: figures with their definition and source, one file per family.

A family that is made of figures only holds them: `figures.thresholds.redraws.value`. What has a shape (a base rate, a
channel, an action, a sign) gives plain numbers, and the figure behind a number `x`, with its source, is `x_figure`.
"""

from zero_non_recours.outreach.parameters.base_rates import BaseRate, BaseRates, Covariate, Rate
from zero_non_recours.outreach.parameters.effects import Action, Cause, Effects, Sign
from zero_non_recours.outreach.parameters.families import (
    Awards,
    Channel,
    Channels,
    Costs,
    Durations,
    Sensitivities,
    Thresholds,
)
from zero_non_recours.outreach.parameters.figure import OTHER, Data, Figure, Probability, SignedFigure, Text
from zero_non_recours.outreach.parameters.load import (
    FOLDER,
    OutreachParameters,
    default_outreach_parameters,
    load_outreach_parameters,
    read_family,
)

__all__ = [
    "FOLDER",
    "OTHER",
    "Action",
    "Awards",
    "BaseRate",
    "BaseRates",
    "Cause",
    "Channel",
    "Channels",
    "Costs",
    "Covariate",
    "Data",
    "Durations",
    "Effects",
    "Figure",
    "OutreachParameters",
    "Probability",
    "Rate",
    "Sensitivities",
    "Sign",
    "SignedFigure",
    "Text",
    "Thresholds",
    "default_outreach_parameters",
    "load_outreach_parameters",
    "read_family",
]
