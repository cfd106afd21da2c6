"""The exact model of times: which proposal in which slot; rooms and jurors follow afterwards.

Rooms of one slot are alike and jurors are summed up by Hall's condition (see `panels`), so nothing
in the model can be exchanged for its twin, and HiGHS proves its answer quickly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from pitches.engine.cost import day_cost, pitch_cost
from pitches.engine.panels import shortages
from pitches.engine.problem import Problem
from pitches.engine.program import Program, Solution
from pitches.engine.slots import Slot, allowed_jurors, grid


class TimesModel:
    """Variables: x (proposal, slot); per slot `begun` and `over`, so that begun - over spans a day."""

    def __init__(
        self,
        problem: Problem,
        possible: Mapping[str, tuple[Slot, ...]],
        *,
        seed: int,
    ) -> None:
        self.problem = problem
        self.program = Program(seed=seed)
        self.slots = grid(problem)
        self.begun: dict[Slot, int] = {}
        self.over: dict[Slot, int] = {}
        self.costs: list[int] = []
        self.x: dict[tuple[str, Slot], int] = {}
        self._add_days()
        self._add_choices(possible)
        for slot in self.slots:
            self._limit_slot(slot)

    def most(self, start: Mapping[str, Slot], *, seconds: float) -> Solution:
        """As many pitches as possible; cost and bound are minus their number."""
        choices = set(self.x.values())
        self.program.price([-(v in choices) for v in range(self.program.size)])
        return self.program.solve(self._values(start), seconds=seconds)

    def cheapest(self, start: Mapping[str, Slot], *, seconds: float) -> Solution:
        """As many pitches as in `start`, at the lowest cost."""
        self.program.price(self.costs)
        self.program.limit(list(self.x.values()), lower=len(start))
        return self.program.solve(self._values(start), seconds=seconds)

    def times(self, solution: Solution) -> dict[str, Slot]:
        return {key: slot for (key, slot), v in self.x.items() if solution.values[v]}

    def _add(self, cost: int) -> int:
        self.costs.append(cost)
        return self.program.add(cost)

    def _add_days(self) -> None:
        weights = self.problem.weights
        for slot in self.slots:
            self.begun[slot] = self._add(weights.slot - weights.late_start)
            self.over[slot] = self._add(-weights.slot)
        for day in _by_day(self.slots):
            self._order_day(day)

    def _order_day(self, day: list[Slot]) -> None:
        """Once begun stays begun, once over stays over, and nothing is over before it began."""
        begun, over = self.begun, self.over
        for slot in day:
            self.program.row({over[slot]: 1, begun[slot]: -1}, upper=0)
        for earlier, later in pairwise(day):
            self.program.row({begun[earlier]: 1, begun[later]: -1}, upper=0)
            self.program.row({over[earlier]: 1, over[later]: -1}, upper=0)
        # A day that is used has begun by its last slot: that variable carries the price of the
        # day, and gives back the waiting that `late_start` would count on a day without pitches.
        late = self.problem.weights.late_start
        self.costs[begun[day[-1]]] += day_cost(self.problem, day[0].day) + late * len(day)

    def _add_choices(self, possible: Mapping[str, tuple[Slot, ...]]) -> None:
        for proposal in self.problem.free:
            for slot in possible[proposal.key]:
                self.x[proposal.key, slot] = self._add(pitch_cost(self.problem, proposal, slot))
            own = [v for (key, _), v in self.x.items() if key == proposal.key]
            self.program.limit(own, upper=1)

    def _limit_slot(self, slot: Slot) -> None:
        here = {p: self.x[p.key, slot] for p in self.problem.free if (p.key, slot) in self.x}
        self._limit(slot, here.values(), len(slot.rooms))
        if slot.held:
            self.program.row({self.begun[slot]: 1, self.over[slot]: -1}, lower=1)
        known = {p: allowed_jurors(self.problem, p, slot) for p in here}
        for short, panels in shortages(known.values(), self.problem.quorum, len(slot.rooms)).items():
            self._limit(slot, [v for p, v in here.items() if known[p] <= short], panels)
        for siblings in _siblings(here):
            self._limit(slot, siblings, 1)

    def _limit(self, slot: Slot, choices: Iterable[int], most: int) -> None:
        """At most `most` of `choices`, and none unless the day is under way."""
        terms = dict.fromkeys(choices, 1)
        self.program.row({**terms, self.begun[slot]: -most, self.over[slot]: most}, upper=0)

    def _values(self, times: Mapping[str, Slot]) -> list[int]:
        """The whole vector of variables that `times` stands for."""
        values = [0] * self.program.size
        for key, slot in times.items():
            values[self.x[key, slot]] = 1
        used = {slot for slot in self.slots if slot.held} | set(times.values())
        for day in _by_day(self.slots):
            positions = [slot.position for slot in day if slot in used]
            for slot in day if positions else ():
                values[self.begun[slot]] = int(slot.position >= min(positions))
                values[self.over[slot]] = int(slot.position > max(positions))
        return values


def _by_day(slots: Iterable[Slot]) -> list[list[Slot]]:
    days: dict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        days[slot.day].append(slot)
    return list(days.values())


def _siblings(here: Mapping) -> list[list[int]]:
    by_organisation: dict[str, list[int]] = defaultdict(list)
    for proposal, variable in here.items():
        by_organisation[proposal.organisation].append(variable)
    return [variables for variables in by_organisation.values() if len(variables) > 1]
