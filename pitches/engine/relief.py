"""When not every pitch finds a place: the fewest conditions to give up so that all of them do.

An exact model beside that of the times: every condition that people can give up has a switch, and as
few switches as possible are turned. Conflicts of interest, pitches elsewhere and the room for one
pitch at a time are never given up. Seats need no whole numbers: for given times they are a flow
between jurors and pitches, whose corners are whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from pitches.engine.check import find_clashes
from pitches.engine.problem import Clash, Interval, PlacedPitch, Problem, Proposal
from pitches.engine.program import Program
from pitches.engine.slots import Slot, grid

ONE_MORE = 1_000
MORE_TURNS, MORE_ROOMS = 4, 2


class Kind(StrEnum):
    """What can be given up, the lightest first."""

    BY_HAND = "by_hand"
    LONGER_DAY = "longer_day"
    JUROR_HOURS = "juror_hours"
    ORGANISATION_HOURS = "organisation_hours"
    MORE_ROOMS = "more_rooms"
    QUORUM = "quorum"


WEIGHTS = {kind: number + 1 for number, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Concession:
    """One condition given up.

    `who`: the proposal placed by hand, the organisation or the juror. `during`: the declared hours
    that are given up, or the hours of the day with its new end. `number`: how many rooms more, or
    the quorum that is left.
    """

    kind: Kind
    who: str = ""
    during: Interval | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Relief:
    """The smallest set found; `proven` when no smaller one exists."""

    concessions: tuple[Concession, ...]
    proven: bool


def smallest_relief(problem: Problem, *, seconds: float = 10.0, seed: int = 0) -> Relief | None:
    """The fewest concessions after which every pitch has a place; None when none are enough."""
    model = _Model(problem, seed=seed)
    solution = model.program.solve(seconds=seconds)
    if not solution.found:
        return None
    return Relief(tuple(model.turned(solution.values)), solution.proven)


def give_up(problem: Problem, concessions: Iterable[Concession]) -> Problem:
    """`problem` without the conditions in `concessions`."""
    for one in concessions:
        problem = _WITHOUT[one.kind](problem, one)
    return problem


def _without_hand(problem: Problem, one: Concession) -> Problem:
    return replace(problem, fixed=tuple(p for p in problem.fixed if p.proposal != one.who))


def _longer(problem: Problem, one: Concession) -> Problem:
    days = (
        replace(day, closes=one.during.end) if day.opens == one.during.start else day for day in problem.days
    )
    return replace(problem, days=tuple(days))


def _without_juror_hours(problem: Problem, one: Concession) -> Problem:
    jurors = (_free(juror, one.during) if juror.key == one.who else juror for juror in problem.jurors)
    return replace(problem, jurors=tuple(jurors))


def _without_organisation_hours(problem: Problem, one: Concession) -> Problem:
    proposals = (_free(p, one.during) if p.organisation == one.who else p for p in problem.proposals)
    return replace(problem, proposals=tuple(proposals))


def _free(who, hours: Interval):
    return replace(who, busy=tuple(busy for busy in who.busy if busy != hours))


def _more_rooms(problem: Problem, one: Concession) -> Problem:
    first = len(problem.rooms) + 1
    return replace(problem, rooms=(*problem.rooms, *(f"+{first + n}" for n in range(one.number))))


def _lower_quorum(problem: Problem, one: Concession) -> Problem:
    return replace(problem, quorum=one.number)


_WITHOUT = {
    Kind.BY_HAND: _without_hand,
    Kind.LONGER_DAY: _longer,
    Kind.JUROR_HOURS: _without_juror_hours,
    Kind.ORGANISATION_HOURS: _without_organisation_hours,
    Kind.MORE_ROOMS: _more_rooms,
    Kind.QUORUM: _lower_quorum,
}


class _Model:
    """x (proposal, slot), `kept` per pitch placed by hand, and a switch per concession."""

    def __init__(self, problem: Problem, *, seed: int) -> None:
        self.problem = problem
        self.program = Program(seed=seed)
        self.switches: dict[Concession, int] = {}
        self.stretched, self.last = _stretched(problem)
        self.slots = grid(self.stretched)
        self.kept = {pitch: self.program.add() for pitch in problem.fixed}
        self.quorum = self._steps(Kind.QUORUM, [problem.quorum - n - 1 for n in range(problem.quorum - 1)])
        self.rooms = self._steps(Kind.MORE_ROOMS, range(1, MORE_ROOMS + 1))
        self.ends = {day: self._ends(day) for day in range(len(problem.days))}
        self.x: dict[tuple[Proposal, Slot], int] = {}
        self._place_everyone()
        for slot in self.slots:
            self._share_slot(slot)
        for clash in find_clashes(problem, problem.fixed):
            self._settle(clash)

    def turned(self, values) -> Iterator[Concession]:
        """The concessions that are made; of steps that build on each other only the last."""
        on = [one for one, v in self.switches.items() if values[v]]
        last = {(one.kind, one.who, one.during and one.during.start): one for one in on}
        hours = (Kind.JUROR_HOURS, Kind.ORGANISATION_HOURS)
        return (one for one in on if one.kind in hours or one in last.values())

    def _switch(self, one: Concession, *, more: bool = False) -> int:
        """The variable of a concession; a further step of the same one costs little."""
        if one not in self.switches:
            weight = WEIGHTS[one.kind]
            self.switches[one] = self.program.add(weight if more else ONE_MORE + weight)
        return self.switches[one]

    def _steps(self, kind: Kind, numbers: Iterable[int]) -> list[int]:
        steps = [self._switch(Concession(kind, number=n), more=bool(i)) for i, n in enumerate(numbers)]
        self._in_turn(steps)
        return steps

    def _ends(self, day: int) -> list[int]:
        """One step per turn that the day lasts longer."""
        opens = self.problem.days[day].opens
        extra = [slot for slot in self.slots if slot.day == day and slot.position > self.last[day]]
        steps = [
            self._switch(Concession(Kind.LONGER_DAY, during=Interval(opens, slot.during.end)), more=bool(i))
            for i, slot in enumerate(extra)
        ]
        self._in_turn(steps)
        return steps

    def _in_turn(self, steps: list[int]) -> None:
        for first, then in pairwise(steps):
            self.program.row({first: 1, then: -1}, lower=0)

    def _place_everyone(self) -> None:
        for proposal in sorted(self.problem.proposals, key=lambda p: p.key):
            own = [v for pitch, v in self.kept.items() if pitch.proposal == proposal.key]
            for pitch in self.problem.fixed:
                if pitch.proposal == proposal.key:
                    hand = self._switch(Concession(Kind.BY_HAND, who=proposal.key))
                    self.program.row({self.kept[pitch]: 1, hand: 1}, lower=1, upper=1)
            for slot in self.slots:
                if not any(away.overlaps(slot.during) for away in proposal.elsewhere):
                    own.append(self._place(proposal, slot))
            self.program.limit(own, lower=1, upper=1)

    def _place(self, proposal: Proposal, slot: Slot) -> int:
        x = self.x[proposal, slot] = self.program.add()
        needed = [
            self._switch(Concession(Kind.ORGANISATION_HOURS, proposal.organisation, busy))
            for busy in proposal.busy
            if busy.overlaps(slot.during)
        ]
        if slot.position > self.last[slot.day]:
            needed.append(self.ends[slot.day][slot.position - self.last[slot.day] - 1])
        for switch in needed:
            self.program.row({x: 1, switch: -1}, upper=0)
        return x

    def _share_slot(self, slot: Slot) -> None:
        here = {proposal: v for (proposal, at), v in self.x.items() if at == slot}
        beside = [pitch for pitch in self.problem.fixed if pitch.during.overlaps(slot.during)]
        self._share_rooms(slot, here.values())
        self._share_organisations(here, beside)
        self._share_jurors(slot, here, beside)

    def _share_rooms(self, slot: Slot, here: Iterable[int]) -> None:
        rest = self.problem.lengths.rest
        near = Interval(slot.during.start - rest, slot.during.end + rest) if rest else slot.during
        terms = dict.fromkeys(here, 1) | dict.fromkeys(self.rooms, -1)
        for room in slot.rooms:
            held = [v for p, v in self.kept.items() if p.room == room and p.during.overlaps(near)]
            if held:
                terms[self._any_of(held)] = 1
        self.program.row(terms, upper=len(slot.rooms))

    def _share_organisations(self, here: dict, beside: list[PlacedPitch]) -> None:
        organisation = {p.key: p.organisation for p in self.problem.proposals}
        own: dict[str, list[int]] = defaultdict(list)
        for proposal, v in here.items():
            own[proposal.organisation].append(v)
        for pitch in beside:
            for v in own[organisation[pitch.proposal]]:
                self.program.limit([v, self.kept[pitch]], upper=1)
        for several in own.values():
            if len(several) > 1:
                self.program.limit(several, upper=1)

    def _share_jurors(self, slot: Slot, here: dict, beside: list[PlacedPitch]) -> None:
        panels: dict[Proposal, list[int]] = defaultdict(list)
        for juror in self.problem.jurors:
            if any(away.overlaps(slot.during) for away in juror.elsewhere):
                continue
            seats = []
            for proposal, x in here.items():
                if proposal.key not in juror.conflicts:
                    seat = self.program.add(whole=False)
                    self.program.row({seat: 1, x: -1}, upper=0)
                    panels[proposal].append(seat)
                    seats.append(seat)
            sitting = [self.kept[pitch] for pitch in beside if juror.key in pitch.jurors]
            self.program.limit([*seats, *([self._any_of(sitting)] if sitting else [])], upper=1)
            for busy in juror.busy:
                if busy.overlaps(slot.during) and seats:
                    switch = self._switch(Concession(Kind.JUROR_HOURS, juror.key, busy))
                    self.program.row({**dict.fromkeys(seats, 1), switch: -1}, upper=0)
        for proposal, x in here.items():
            terms = dict.fromkeys([*panels[proposal], *self.quorum], 1)
            self.program.row({**terms, x: -self.problem.quorum}, lower=0)

    def _any_of(self, variables: list[int]) -> int:
        """A variable that is one as soon as one of `variables` is."""
        if len(variables) == 1:
            return variables[0]
        some = self.program.add(whole=False)
        for v in variables:
            self.program.row({some: 1, v: -1}, lower=0)
        return some

    def _settle(self, clash: Clash) -> None:
        """Pitches placed by hand that clash: move one of them, or give up what it runs into."""
        pitches = [pitch for pitch in self.problem.fixed if pitch.proposal in clash.proposals]
        if clash.kind == "no_quorum":
            [pitch] = pitches
            short = self.problem.quorum - len(set(pitch.jurors))
            self.program.row({**dict.fromkeys(self.quorum, 1), self.kept[pitch]: -short}, lower=0)
        elif switches := list(self._hours(clash, pitches[0])):
            for switch in switches:
                self.program.row({self.kept[pitches[0]]: 1, switch: -1}, upper=0)
        else:
            self.program.limit([self.kept[pitch] for pitch in pitches], upper=len(pitches) - 1)

    def _hours(self, clash: Clash, pitch: PlacedPitch) -> Iterator[int]:
        whose = {"juror_busy": Kind.JUROR_HOURS, "organisation_busy": Kind.ORGANISATION_HOURS}
        kind = whose.get(clash.kind)
        people = {juror.key: juror for juror in self.problem.jurors}
        houses = {p.organisation: p for p in self.problem.proposals if p.key == pitch.proposal}
        known = people if kind == Kind.JUROR_HOURS else houses
        if kind:
            for busy in known[clash.who].busy:
                if busy.overlaps(pitch.during):
                    yield self._switch(Concession(kind, clash.who, busy))


def _stretched(problem: Problem) -> tuple[Problem, dict[int, int]]:
    """The problem with longer days and nothing placed by hand; per day its last turn as it stands."""
    now = replace(problem, fixed=())
    last = dict.fromkeys(range(len(problem.days)), -1)
    for slot in grid(now):
        last[slot.day] = max(last[slot.day], slot.position)
    days = []
    for number, day in enumerate(problem.days):
        later = (other.opens for other in problem.days if other.opens >= day.closes)
        turns = last[number] + 1 + MORE_TURNS
        closes = day.opens + turns * problem.lengths.turn - problem.lengths.rest
        same_day = [opens for opens in later if opens.date() == day.opens.date()]
        days.append(replace(day, closes=max(day.closes, min([closes, *same_day]))))
    return replace(now, days=tuple(days)), last
