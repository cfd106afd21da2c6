"""What a timetable costs in points: the soft wishes, in one place that can be checked by hand."""

from collections.abc import Iterable

from pitches.engine.problem import PlacedPitch, Problem, Proposal
from pitches.engine.slots import Slot, grid


def pitch_cost(problem: Problem, proposal: Proposal, slot: Slot) -> int:
    """Points for hearing `proposal` in `slot`, whatever else stands in the timetable."""
    weights = problem.weights
    points = weights.reserve_pitch if problem.days[slot.day].reserve else 0
    if any(wish.overlaps(slot.during) for wish in proposal.rather_not):
        points += weights.rather_not
    if proposal.announced and proposal.announced.start != slot.during.start:
        points += weights.moved
    return points


def day_cost(problem: Problem, day: int) -> int:
    """Points for opening `day` at all."""
    weights = problem.weights
    return weights.day + (weights.reserve_day if problem.days[day].reserve else 0)


def span_cost(problem: Problem, first: int, last: int) -> int:
    """Points for a day that runs from its turn `first` to its turn `last`, counted from opening."""
    return problem.weights.slot * (last - first + 1) + problem.weights.late_start * first


def timetable_cost(problem: Problem, pitches: Iterable[PlacedPitch]) -> int:
    """Points of a whole timetable, without the fixed pitches' own wishes (nobody can mend those)."""
    pitches = tuple(pitches)
    slots = grid(problem)
    at = {slot.during.start: slot for slot in slots}
    free = {proposal.key: proposal for proposal in problem.free}
    used = {slot for slot in slots if slot.held}
    points = 0
    for pitch in pitches:
        if pitch.proposal in free:
            slot = at[pitch.start]
            used.add(slot)
            points += pitch_cost(problem, free[pitch.proposal], slot)
    return points + sum(_day(problem, day, used) for day in range(len(problem.days)))


def _day(problem: Problem, day: int, used: Iterable[Slot]) -> int:
    positions = [slot.position for slot in used if slot.day == day]
    if not positions:
        return 0
    return day_cost(problem, day) + span_cost(problem, min(positions), max(positions))
