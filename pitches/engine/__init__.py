"""The scheduler of pitches: values in, values out. Knows nothing of Django, the clock or mail."""

from pitches.engine.check import find_clashes
from pitches.engine.problem import (
    Clash,
    Day,
    Interval,
    Juror,
    Lengths,
    PlacedPitch,
    Problem,
    Proposal,
    Reason,
    Schedule,
    Status,
    Unplaced,
    Weights,
)
from pitches.engine.relief import Concession, Relief, smallest_relief
from pitches.engine.relief import Kind as ConcessionKind
from pitches.engine.solve import schedule

__all__ = [
    "Clash",
    "Concession",
    "ConcessionKind",
    "Day",
    "Interval",
    "Juror",
    "Lengths",
    "PlacedPitch",
    "Problem",
    "Proposal",
    "Reason",
    "Relief",
    "Schedule",
    "Status",
    "Unplaced",
    "Weights",
    "find_clashes",
    "schedule",
    "smallest_relief",
]
