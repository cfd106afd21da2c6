"""An independent eye: finds every clash in a timetable, pair by pair, sharing no code with the solver."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations

from pitches.engine.problem import Clash, PlacedPitch, Problem


def find_clashes(problem: Problem, pitches: Iterable[PlacedPitch]) -> tuple[Clash, ...]:
    """Every hard rule that `pitches` break, sorted; an empty tuple means the timetable can be held.

    The pause between two pitches is asked of pitches that the solver placed; by hand one may go
    without. Two pitches that touch (one ends as the other starts) do not clash.
    """
    pitches = tuple(pitches)
    clashes = set(_doubled(pitches))
    for pitch in pitches:
        clashes.update(_alone(problem, pitch))
    for one, other in combinations(sorted(pitches, key=lambda p: p.proposal), 2):
        clashes.update(_together(problem, one, other))
    return tuple(sorted(clashes))


def _doubled(pitches: tuple[PlacedPitch, ...]) -> Iterator[Clash]:
    for proposal, times in Counter(pitch.proposal for pitch in pitches).items():
        if times > 1:
            yield Clash("proposal_twice", (proposal,))


def _alone(problem: Problem, pitch: PlacedPitch) -> Iterator[Clash]:
    about = (pitch.proposal,)
    proposals = {proposal.key: proposal for proposal in problem.proposals}
    if pitch.proposal not in proposals:
        yield Clash("unknown_proposal", about)
        return
    if pitch.room not in problem.rooms:
        yield Clash("unknown_room", about, pitch.room)
    if any(used.start < pitch.end and pitch.start < used.end for used in problem.taken.get(pitch.room, ())):
        yield Clash("room_elsewhere", about, pitch.room)
    if not any(day.opens <= pitch.start and pitch.end <= day.closes for day in problem.days):
        yield Clash("outside_hours", about)
    proposal = proposals[pitch.proposal]
    if any(busy.start < pitch.end and pitch.start < busy.end for busy in proposal.busy):
        yield Clash("organisation_busy", about, proposal.organisation)
    if any(away.start < pitch.end and pitch.start < away.end for away in proposal.elsewhere):
        yield Clash("organisation_elsewhere", about, proposal.organisation)
    if len(set(pitch.jurors)) < problem.quorum:
        yield Clash("no_quorum", about)
    yield from _panel(problem, pitch)


def _panel(problem: Problem, pitch: PlacedPitch) -> Iterator[Clash]:
    about = (pitch.proposal,)
    jurors = {juror.key: juror for juror in problem.jurors}
    for key in pitch.jurors:
        if key not in jurors:
            yield Clash("unknown_juror", about, key)
            continue
        juror = jurors[key]
        if any(busy.start < pitch.end and pitch.start < busy.end for busy in juror.busy):
            yield Clash("juror_busy", about, key)
        if any(away.start < pitch.end and pitch.start < away.end for away in juror.elsewhere):
            yield Clash("juror_elsewhere", about, key)
        if pitch.proposal in juror.conflicts:
            yield Clash("juror_conflicted", about, key)


def _together(problem: Problem, one: PlacedPitch, other: PlacedPitch) -> Iterator[Clash]:
    about = (one.proposal, other.proposal)
    if one.start >= other.end or other.start >= one.end:
        yield from _pause(problem, one, other)
        return
    if one.room == other.room:
        yield Clash("room_double", about, one.room)
    for juror in sorted(set(one.jurors) & set(other.jurors)):
        yield Clash("juror_double", about, juror)
    organisation = {proposal.key: proposal.organisation for proposal in problem.proposals}
    if one.proposal != other.proposal and organisation.get(one.proposal) == organisation.get(
        other.proposal, ""
    ):
        yield Clash("organisation_double", about, organisation[one.proposal])


def _pause(problem: Problem, one: PlacedPitch, other: PlacedPitch) -> Iterator[Clash]:
    if {one, other} <= set(problem.fixed) or one.room != other.room:
        return
    first, second = sorted((one, other), key=lambda pitch: pitch.start)
    if second.start - first.end < problem.lengths.rest:
        yield Clash("no_pause", (first.proposal, second.proposal), one.room)
