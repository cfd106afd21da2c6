"""The grid: every turn of every day, with the rooms and jurors that are free for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pitches.engine.problem import Day, Interval, PlacedPitch, Problem, Proposal


@dataclass(frozen=True, slots=True)
class Slot:
    """One turn. `position` counts turns since the day opened; `held` when a fixed pitch spans it."""

    index: int
    day: int
    position: int
    during: Interval
    rooms: tuple[str, ...]
    jurors: frozenset[str]
    held: bool


def grid(problem: Problem) -> tuple[Slot, ...]:
    """All slots of `problem`, in time order; the last pause may fall after closing time."""
    slots: list[Slot] = []
    days = sorted(enumerate(problem.days), key=lambda numbered: numbered[1].opens)
    for number, day in days:
        for position, during in enumerate(_turns(problem, day)):
            slots.append(_slot(problem, len(slots), number, position, during))
    return tuple(slots)


def organisation_free(problem: Problem, proposal: Proposal, during: Interval) -> bool:
    """Whether the organisation can come: not busy, and not pitching another proposal then."""
    if proposal.is_away(during):
        return False
    siblings = {p.key for p in problem.proposals if p.organisation == proposal.organisation}
    return not any(p.proposal in siblings and p.during.overlaps(during) for p in problem.fixed)


def allowed_jurors(problem: Problem, proposal: Proposal, slot: Slot) -> frozenset[str]:
    """The jurors who are free in `slot` and may hear `proposal`."""
    conflicted = {j.key for j in problem.jurors if proposal.key in j.conflicts}
    return slot.jurors - conflicted


def _turns(problem: Problem, day: Day) -> Iterator[Interval]:
    start = day.opens
    while start + problem.lengths.heard <= day.closes:
        yield Interval(start, start + problem.lengths.heard)
        start += problem.lengths.turn


def _slot(problem: Problem, index: int, day: int, position: int, during: Interval) -> Slot:
    turn = Interval(during.start, during.start + problem.lengths.turn)
    taken = {pitch.room for pitch in problem.fixed if _too_close(problem, pitch, during)}
    taken |= {r for r, hours in problem.taken.items() if any(_too_close(problem, h, during) for h in hours)}
    sitting = {j for p in problem.fixed if p.during.overlaps(during) for j in p.jurors}
    free = (j.key for j in problem.jurors if not j.is_away(during))
    return Slot(
        index=index,
        day=day,
        position=position,
        during=during,
        rooms=tuple(room for room in problem.rooms if room not in taken),
        jurors=frozenset(free) - sitting,
        held=any(pitch.during.overlaps(turn) for pitch in problem.fixed),
    )


def _too_close(problem: Problem, pitch: PlacedPitch | Interval, during: Interval) -> bool:
    rest = problem.lengths.rest
    return pitch.start < during.end + rest and during.start < pitch.end + rest
