"""Who sits where: which pitches can be heard at once, and the seats once times are known.

A panel needs `quorum` jurors who are free and not conflicted, and nobody sits twice at once. By
Hall's theorem (P. Hall, 1935) panels for the pitches P of one slot exist exactly when every part
of P together knows at least quorum x |part| jurors. So the model of times needs no variable per
juror, only a cap for each set of jurors that can run short.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations

from pitches.engine.problem import PlacedPitch, Problem, Proposal
from pitches.engine.program import Program
from pitches.engine.slots import Slot, allowed_jurors

SEATED, BEYOND_QUORUM, FULLER, ANNOUNCED, STAYS = 10_000, 1_000, 10, 2, 1


def can_sit(known: Collection[frozenset[str]], quorum: int) -> bool:
    """Whether pitches that know these jurors can all be heard at once."""
    return all(
        len(frozenset.union(*part)) >= quorum * size
        for size in range(1, len(known) + 1)
        for part in combinations(known, size)
    )


def shortages(known: Iterable[frozenset[str]], quorum: int, rooms: int) -> dict[frozenset[str], int]:
    """Sets of jurors that cannot fill every room, with the number of panels they can fill."""
    different = sorted(set(known), key=sorted)
    unions = {
        frozenset.union(*part)
        for size in range(1, min(rooms, len(different)) + 1)
        for part in combinations(different, size)
    }
    return {union: len(union) // quorum for union in unions if len(union) < quorum * rooms}


def seat(problem: Problem, times: Mapping[str, Slot]) -> tuple[PlacedPitch, ...]:
    """Give every timed proposal a room and jurors, slot by slot, in time order.

    Every free juror who may hear one of the pitches of a slot gets a seat; panels of one slot are
    as equal as conflicts allow, and a juror stays in the same room where that costs no seat.
    """
    proposals = {proposal.key: proposal for proposal in problem.proposals}
    last_room: dict[tuple[int, str], str] = {}
    placed: list[PlacedPitch] = []
    for slot in sorted(set(times.values()), key=lambda slot: slot.index):
        here = [proposals[key] for key in sorted(times) if times[key] == slot]
        for pitch in _seat_slot(problem, slot, here, last_room):
            placed.append(pitch)
            last_room.update({(slot.day, juror): pitch.room for juror in pitch.jurors})
    return tuple(placed)


def _seat_slot(
    problem: Problem,
    slot: Slot,
    proposals: list[Proposal],
    last_room: Mapping[tuple[int, str], str],
) -> Iterator[PlacedPitch]:
    rooms = _rooms(slot, proposals)
    program = Program()
    seats: dict[tuple[str, str], int] = {}
    for proposal in proposals:
        for juror in sorted(allowed_jurors(problem, proposal, slot)):
            stays = last_room.get((slot.day, juror)) == rooms[proposal.key]
            told = proposal.announced is not None and juror in proposal.announced.jurors
            seats[proposal.key, juror] = program.add(-(STAYS * stays + ANNOUNCED * told))
        _value_of_panel(problem, program, [v for (p, _), v in seats.items() if p == proposal.key])
    for juror in slot.jurors:
        program.limit([v for (_, j), v in seats.items() if j == juror], upper=1)
    taken = program.solve().values
    for proposal in proposals:
        panel = tuple(j for (p, j), v in seats.items() if p == proposal.key and taken[v])
        yield PlacedPitch(proposal.key, slot.during.start, slot.during.end, rooms[proposal.key], panel)


def _value_of_panel(problem: Problem, program: Program, seats: list[int]) -> None:
    """Each further seat is worth less, so that panels of one slot come out equal."""
    worth = []
    for number in range(len(seats)):
        full = BEYOND_QUORUM - FULLER * number
        worth.append(program.add(-(SEATED if number < problem.quorum else full)))
    program.equal(seats, worth)


def _rooms(slot: Slot, proposals: Iterable[Proposal]) -> dict[str, str]:
    """The announced room where it is free, otherwise the next one in the call's order."""
    free = list(slot.rooms)
    given: dict[str, str] = {}
    proposals = list(proposals)
    for proposal in proposals:
        if proposal.announced and proposal.announced.room in free:
            given[proposal.key] = proposal.announced.room
            free.remove(proposal.announced.room)
    for proposal in proposals:
        if proposal.key not in given:
            given[proposal.key] = free.pop(0)
    return given
