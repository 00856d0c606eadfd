"""Candidates for the tests: drawn by hypothesis, or many at once from a seed."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from zero_non_recours.outreach.plan import Candidate, Option, PlanFigures

FIGURES = PlanFigures(
    random_share=0.0,
    call_share=0.125,
    appointment_minutes=60.0,
    minute_euros=0.6,
    horizon=12,
    min_cell=11,
    min_verdict=30,
    reach_ratio=0.8,
    calibration_gap=0.05,
    digest="sha256:test",
)
STATUSES = ("act_first", "probably_missing", "possibly_missing", "to_check", "already_received", "not_simulated_due")
SHOWN = STATUSES[:3]
_euros = st.integers(0, 2_000).map(float)


@st.composite
def options(draw):
    """A message and a letter, or not; then help of some kinds."""
    found = []
    if draw(st.booleans()):
        found.append(Option("message", ("a",), 0.5, draw(_euros) / 100, appointment=False))
    if draw(st.booleans()):
        found.append(Option("courrier", ("a",), 3.0, draw(_euros) / 10, appointment=False))
    for action in draw(st.lists(st.sampled_from(["invitation", "demande_accompagnee", "suivi_demande"]), max_size=3)):
        minutes = float(draw(st.integers(5, 60)))
        found.append(Option(action, ("a",), minutes, draw(_euros), appointment=draw(st.booleans())))
    return tuple(found)


@st.composite
def candidate(draw, key="h"):
    """A household; half of them with a right that is shown for sure."""
    statuses = {"a": draw(st.sampled_from(STATUSES)), "b": draw(st.sampled_from(STATUSES))}
    value = draw(_euros)
    return Candidate(
        key=key,
        options=draw(options()),
        value=value,
        waiting=value * draw(st.sampled_from([0.0, 0.1, 0.5, 1.0])),
        reach=draw(st.floats(0, 2)),
        statuses=statuses,
        complete=draw(st.booleans()),
        resources=draw(st.none() | st.integers(0, 3_000).map(float)),
        call_gain=draw(st.sampled_from([0.0, 5.0, 40.0])),
        objected=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def candidates(draw, least=0, most=12):
    """Some households with different keys."""
    size = draw(st.integers(least, most))
    return [draw(candidate(key=f"h{place}")) for place in range(size)]


def many(size, seed=0, *, incomplete_gain=1.0):
    """Many households, half of which miss a right; `incomplete_gain`: how much less is expected of incomplete files."""
    rng = np.random.default_rng(seed)
    values = rng.gamma(1.0, 1_500.0, size) * (rng.random(size) < 0.5)
    complete = rng.random(size) < 0.6
    resources = rng.gamma(2.0, 500.0, size)
    found = []
    for place in range(size):
        value = float(values[place]) * (1.0 if complete[place] else incomplete_gain)
        status = "probably_missing" if value > 1_500 else "possibly_missing" if value > 0 else "already_received"
        help_ = (
            Option("message", ("rsa",), 0.5, 0.01 * value, appointment=False),
            Option("courrier", ("rsa",), 3.0, 0.1 * value, appointment=False),
            Option("demande_accompagnee", ("rsa",), 40.0, 0.3 * value, appointment=True),
        )
        found.append(
            Candidate(
                key=f"m{place}",
                options=help_ if value else (),
                value=value,
                waiting=value / 11,
                reach=float(min(1.0, values[place] / 3_000)),
                statuses={"rsa": status, "ppa": "not_simulated_due" if complete[place] else "to_check"},
                complete=bool(complete[place]),
                resources=float(resources[place]),
                call_gain=0.0 if complete[place] else 20.0,
            )
        )
    return found
