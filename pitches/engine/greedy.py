"""A quick first timetable: the hardest proposals first, each in its cheapest slot."""

from collections import defaultdict
from collections.abc import Mapping
from random import Random

from pitches.engine.cost import day_cost, pitch_cost, span_cost
from pitches.engine.panels import can_sit
from pitches.engine.problem import Problem, Proposal
from pitches.engine.slots import Slot, allowed_jurors, grid

TRIES = 8


def greedy(problem: Problem, possible: Mapping[str, tuple[Slot, ...]], *, seed: int) -> dict[str, Slot]:
    """The best of a few timetables: most pitches, then fewest points. Never a clash."""
    random = Random(seed)
    proposals = {proposal.key: proposal for proposal in problem.free}
    best: tuple[int, int, dict[str, Slot]] | None = None
    for _ in range(TRIES):
        order = sorted(proposals, key=lambda key: (len(possible[key]), random.random()))
        draft = Draft(problem)
        for key in order:
            draft.place(proposals[key], possible[key])
        score = (len(proposals) - len(draft.times), draft.cost)
        if best is None or score < best[:2]:
            best = (*score, draft.times)
    return best[2] if best else {}


class Draft:
    """A timetable in the making, with its running cost."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.times: dict[str, Slot] = {}
        self.here: dict[Slot, list[Proposal]] = defaultdict(list)
        self.spans: dict[int, tuple[int, int]] = {}
        self.cost = 0
        for slot in grid(problem):
            if slot.held:
                self._open(slot)

    def place(self, proposal: Proposal, possible: tuple[Slot, ...]) -> None:
        """Put `proposal` in the cheapest of its `possible` slots that still has room, if any."""
        fits = [slot for slot in possible if self._fits(proposal, slot)]
        if not fits:
            return
        slot = min(fits, key=lambda slot: (self._added(proposal, slot), slot.index))
        self.cost += pitch_cost(self.problem, proposal, slot)
        self._open(slot)
        self.times[proposal.key] = slot
        self.here[slot].append(proposal)

    def _fits(self, proposal: Proposal, slot: Slot) -> bool:
        company = [*self.here[slot], proposal]
        if len(company) > len(slot.rooms):
            return False
        if any(other.organisation == proposal.organisation for other in self.here[slot]):
            return False
        known = [allowed_jurors(self.problem, other, slot) for other in company]
        return can_sit(known, self.problem.quorum)

    def _added(self, proposal: Proposal, slot: Slot) -> int:
        return pitch_cost(self.problem, proposal, slot) + self._opening(slot)

    def _opening(self, slot: Slot) -> int:
        first, last = self._widened(slot)
        points = span_cost(self.problem, first, last)
        if slot.day in self.spans:
            return points - span_cost(self.problem, *self.spans[slot.day])
        return points + day_cost(self.problem, slot.day)

    def _widened(self, slot: Slot) -> tuple[int, int]:
        first, last = self.spans.get(slot.day, (slot.position, slot.position))
        return min(first, slot.position), max(last, slot.position)

    def _open(self, slot: Slot) -> None:
        self.cost += self._opening(slot)
        self.spans[slot.day] = self._widened(slot)
