"""The sets that come after the best one, each proven to be the next.

Sets near a known one are counted (`nearby.py`); the solver then says how much a set further away can at
most cover, and finds it. Whatever covers more than that is known, so its place is proven. Most
alternatives lie near the best set or near one another, so one or two searches place five of them.
"""

import time
from collections.abc import Collection, Sequence

import numpy

from .coverage import Problem
from .nearby import Surroundings, joined
from .programme import Programme
from .wishes import APART, Wish

PATIENCE = 3
NOTHING = -1


class Frontier:
    """Sets that hold to the wishes, as far as they are known; all others cover at most `outside`
    (NOTHING when there are no others)."""

    def __init__(self, problem: Problem, wishes: Sequence[Wish], *, deadline: float):
        self.deadline, self.outside = deadline, problem.ceiling
        self.tied = 0
        self.surroundings = Surroundings(problem, wishes)
        self.programme = Programme(problem, deadline=deadline).with_coverage()
        self.programme.require(wishes)
        self.known = None

    def look_around(self, selected: Collection[str]) -> None:
        """Count everything near a set."""
        found = self.surroundings.around(selected)
        self.known = found if self.known is None else joined([self.known, found])
        self.programme.differ_from(selected, by=self.surroundings.reach + 1)

    def look_further(self) -> None:
        """Find the set of most coverage that was not counted yet, and count what is near it."""
        before = self.outside
        answer = self.programme.improve(self.programme.coverage)
        if answer is None:
            self.outside = NOTHING if self.programme.model.impossible else before
            self.tied = PATIENCE
            return
        solution, members = answer
        self.outside = solution.at_most(before)
        self.tied = self.tied + 1 if self.outside == before else 0
        self.look_around(members)

    def next(self, picked: Sequence[Collection[str]]) -> tuple[tuple[str, ...], bool] | None:
        """The best known set two members apart from all `picked`, and whether no other can be better;
        None when there is none, or none that was found."""
        while True:
            row = self._best_apart(picked)
            if row is not None and int(self.known.coverage[row]) > self.outside:
                return self._members(row), True
            if self.tied >= PATIENCE or time.monotonic() >= self.deadline:
                return None if row is None else (self._members(row), False)
            self.look_further()

    def _members(self, row: int) -> tuple[str, ...]:
        return self.surroundings.named(self.known.members[row])

    def _best_apart(self, picked: Sequence[Collection[str]]) -> int | None:
        fits = numpy.ones(len(self.known.cost), dtype=bool)
        for members in picked:
            fits &= self.surroundings.apart(self.known, members, by=APART)
        return next((row for row in self.known.best_first() if fits[row]), None)
