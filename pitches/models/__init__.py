"""What is stored about pitches: the timetable with its people, and what the jury made of it."""

from pitches.models.deliberation import Ballot, Deliberation, Voter
from pitches.models.sheets import ScoreSheet, SheetScore
from pitches.models.timetable import (
    JurorDay,
    Pitch,
    PitchDay,
    Room,
    Seat,
    Timetable,
    Unavailability,
)

__all__ = [
    "Ballot",
    "Deliberation",
    "JurorDay",
    "Pitch",
    "PitchDay",
    "Room",
    "ScoreSheet",
    "Seat",
    "SheetScore",
    "Timetable",
    "Unavailability",
    "Voter",
]
