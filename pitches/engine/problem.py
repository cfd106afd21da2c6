"""What the scheduler is told and what it answers: plain values, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Half-open stretch of time between two aware datetimes."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"an interval must end after it starts: {self.start} - {self.end}")

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Interval) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Day:
    """Hours in which pitches may be heard; a lunch break makes two of one date."""

    opens: datetime
    closes: datetime
    reserve: bool = False

    @property
    def hours(self) -> Interval:
        return Interval(self.opens, self.closes)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Minutes of one turn. The addendum names none: 15 + 10 + 5 is our assumption."""

    pitch: int = 15
    questions: int = 10
    pause: int = 5

    def __post_init__(self) -> None:
        if self.pitch <= 0 or self.questions < 0 or self.pause < 0:
            raise ValueError("a pitch takes at least one minute, questions and pause none or more")

    @property
    def heard(self) -> timedelta:
        return timedelta(minutes=self.pitch + self.questions)

    @property
    def rest(self) -> timedelta:
        return timedelta(minutes=self.pause)

    @property
    def turn(self) -> timedelta:
        return self.heard + self.rest


@dataclass(frozen=True, slots=True)
class Weights:
    """What each unwelcome thing costs, in whole points; placing every pitch comes before them all."""

    reserve_pitch: int = 300
    reserve_day: int = 200
    moved: int = 150
    rather_not: int = 100
    day: int = 40
    slot: int = 10
    late_start: int = 1


@dataclass(frozen=True, slots=True)
class PlacedPitch:
    """A pitch with its time, room and the jurors who hear it."""

    proposal: str
    start: datetime
    end: datetime
    room: str
    jurors: tuple[str, ...] = ()

    @property
    def during(self) -> Interval:
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal to place; `announced` is what its organisation was last told.

    `busy` was declared; `elsewhere` are pitches in other calls, with the journey there and back.
    """

    key: str
    organisation: str
    busy: tuple[Interval, ...] = ()
    rather_not: tuple[Interval, ...] = ()
    announced: PlacedPitch | None = None
    elsewhere: tuple[Interval, ...] = ()

    def is_away(self, during: Interval) -> bool:
        return any(hours.overlaps(during) for hours in (*self.busy, *self.elsewhere))


@dataclass(frozen=True, slots=True)
class Juror:
    """A member of the jury; `conflicts` are the keys of proposals they may not hear."""

    key: str
    busy: tuple[Interval, ...] = ()
    conflicts: frozenset[str] = frozenset()
    elsewhere: tuple[Interval, ...] = ()

    def is_away(self, during: Interval) -> bool:
        return any(hours.overlaps(during) for hours in (*self.busy, *self.elsewhere))


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything one call asks of its pitch days; `taken` are the hours of rooms that other calls use.

    Raises ValueError for doubled keys, overlapping days, or a fixed pitch of an unknown proposal.
    """

    days: tuple[Day, ...]
    rooms: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    jurors: tuple[Juror, ...]
    quorum: int = 3
    lengths: Lengths = field(default_factory=Lengths)
    fixed: tuple[PlacedPitch, ...] = ()
    weights: Weights = field(default_factory=Weights)
    taken: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require_unique("room", self.rooms)
        _require_unique("proposal", (proposal.key for proposal in self.proposals))
        _require_unique("juror", (juror.key for juror in self.jurors))
        _require_unique("fixed pitch", (pitch.proposal for pitch in self.fixed))
        if self.quorum < 0:
            raise ValueError("the quorum cannot be below zero")
        hours = sorted(day.hours for day in self.days)
        if any(one.overlaps(other) for one, other in pairwise(hours)):
            raise ValueError("two pitch days overlap")
        if strangers := {p.proposal for p in self.fixed} - {p.key for p in self.proposals}:
            raise ValueError(f"fixed pitch of an unknown proposal: {sorted(strangers)}")

    @property
    def free(self) -> tuple[Proposal, ...]:
        """The proposals that still need a place, in the order of their keys."""
        fixed = {pitch.proposal for pitch in self.fixed}
        return tuple(sorted((p for p in self.proposals if p.key not in fixed), key=lambda p: p.key))


class Status(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


class Reason(StrEnum):
    """Why a pitch found no place: the first of the walls it runs into."""

    NO_DAYS = "no_days"
    ORGANISATION_BUSY = "organisation_busy"
    NO_ROOM = "no_room"
    NO_QUORUM = "no_quorum"
    FULL = "full"
    FIXED_CLASH = "fixed_clash"


@dataclass(frozen=True, slots=True)
class Unplaced:
    proposal: str
    reason: Reason


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """One broken hard rule: which, the proposals it touches, and the room or person."""

    kind: str
    proposals: tuple[str, ...]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The answer. `gap` is 0.0 when proven; `clashes` explain why fixed pitches are infeasible."""

    status: Status
    gap: float
    pitches: tuple[PlacedPitch, ...]
    unplaced: tuple[Unplaced, ...]
    cost: int = 0
    clashes: tuple[Clash, ...] = ()


def _require_unique(what: str, keys: Iterable[str]) -> None:
    keys = list(keys)
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"{what} given twice: {sorted(doubled)}")
