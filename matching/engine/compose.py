"""The partnership that covers most, then best, then cheapest: exact, with proof.

Three levels, each held while the next is improved (lexicographic): units of coverage, units of
quality, euro. Every level is a whole number and every answer is recounted by `coverage.py`, which
knows nothing of the solver.
"""

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .conflict import Wish, Wishes, can_hold, cheapest, conflict
from .coverage import FULL, Gaps, Problem, cost, coverage, gaps, quality
from .solver import Model

ALTERNATIVES = 5
APART = 2
SECONDS = 30.0


@dataclass(frozen=True)
class Objective:
    """`coverage` and `quality` in units of the problem, `cost` in euro."""

    coverage: int
    quality: int
    cost: int


@dataclass(frozen=True)
class Composed:
    selected: tuple[str, ...]
    objective: Objective


@dataclass(frozen=True)
class Composition:
    """The answer. `bound` is what coverage can at most be; `gap` is 0 when that is reached."""

    status: str
    selected: tuple[str, ...]
    objective: Objective
    bound: int
    gap: float
    alternatives: tuple[Composed, ...]
    gaps: Gaps
    conflict: tuple[Wish, ...]


class UnknownProposal(LookupError):
    """A wish names a proposal that is not among the offers."""


def compose(
    problem: Problem, wishes: Wishes, *, alternatives: int = ALTERNATIVES, seconds: float = SECONDS
) -> Composition:
    """Choose the set of proposals that covers most under the wishes, and the next best ones.

    Raises UnknownProposal when a wish names one that isn't there. `seconds` limits the whole
    search; when it runs out the best found is given with status `feasible` and its gap.
    """
    _check_names(problem, wishes)
    if clash := conflict(problem, wishes.listed()):
        return _infeasible(problem, clash)
    deadline = time.monotonic() + seconds
    start = cheapest(problem, wishes)
    answer = _solve(problem, wishes, apart=(), deadline=deadline, start=start)
    best, bound, proven = answer or (_composed(problem, start), problem.full_coverage, False)
    others = _others(problem, wishes, best, alternatives, deadline)
    bound = max(bound, best.objective.coverage)
    return Composition(
        status="optimal" if proven else "feasible",
        selected=best.selected,
        objective=best.objective,
        bound=bound,
        gap=(bound - best.objective.coverage) / bound if bound else 0.0,
        alternatives=others,
        gaps=gaps(problem, best.selected),
        conflict=(),
    )


def objective(problem: Problem, selected: Sequence[str]) -> Objective:
    """The three levels of a set, counted without a solver."""
    return Objective(coverage(problem, selected), quality(problem, selected), cost(problem, selected))


def _check_names(problem: Problem, wishes: Wishes) -> None:
    known = set(problem.by_id)
    for ref in (*wishes.include, *wishes.exclude):
        if ref not in known:
            raise UnknownProposal(ref)


def _infeasible(problem: Problem, clash: tuple[Wish, ...]) -> Composition:
    nothing = Objective(0, 0, 0)
    return Composition("infeasible", (), nothing, 0, 0.0, (), gaps(problem, ()), clash)


def _others(problem, wishes, best: Composed, wanted: int, deadline: float):
    found = [best]
    wishes = _without_idle(problem, wishes)
    while len(found) <= wanted and time.monotonic() < deadline:
        apart = tuple(set(composed.selected) for composed in found)
        answer = _solve(problem, wishes, apart=apart, deadline=deadline)
        if answer is None:
            break
        found.append(answer[0])
    return tuple(found[1:])


def _without_idle(problem: Problem, wishes: Wishes) -> Wishes:
    """Leave out who meets no need at all, so that an alternative does not differ by dead weight;
    unless the wishes can only hold with them."""
    idle = {o.external_id for o in problem.offers if not any(map(o.meets, problem.needs))}
    tighter = replace(wishes, exclude=tuple(sorted({*wishes.exclude, *idle} - {*wishes.include})))
    return tighter if can_hold(problem, tighter.listed()) else wishes


def _composed(problem: Problem, selected: tuple[str, ...]) -> Composed:
    return Composed(selected, objective(problem, selected))


def _solve(problem: Problem, wishes: Wishes, *, apart, deadline: float, start=()):
    """Best set at least APART members away from each set in `apart`, the coverage bound and
    whether all three levels are proven; None when no such set exists or was found in time."""
    if not problem.offers:
        return None if apart else (_composed(problem, ()), 0, True)
    sheet = _Sheet(problem, wishes, apart, deadline)
    if start:
        sheet.start_from(start)
    first = sheet.improve(sheet.coverage)
    if first is None:
        return None
    bound = math.floor(first.bound + 1e-6)
    sheet.hold(sheet.coverage, coverage(problem, sheet.selected))
    second = sheet.improve(sheet.quality)
    sheet.hold(sheet.quality, quality(problem, sheet.selected))
    third = sheet.improve(sheet.saving)
    proven = all(step is not None and step.proven for step in (first, second, third))
    selected = sheet.selected
    return _composed(problem, selected), bound, proven


class _Sheet:
    """The programme: x per offer, y per group of cells covered alike, z per need and offer."""

    def __init__(self, problem: Problem, wishes: Wishes, apart, deadline: float):
        self.problem = problem
        self.model = Model(deadline=deadline)
        self.x = {o.external_id: self.model.variable(whole=True) for o in problem.offers}
        self.saving = {self.x[o.external_id]: -o.cost for o in problem.offers}
        self.coverage = self._cells()
        self.quality = self._needs()
        self._wishes(wishes)
        for other in apart:
            self._differ_from(other)
        self.selected: tuple[str, ...] = ()
        self._values = None

    def improve(self, terms):
        """Maximise one level; keep the set when one was found."""
        answer = self.model.maximise(terms, start=self._values)
        if answer is not None:
            self._values = answer.values
            self.selected = tuple(ref for ref, x in self.x.items() if answer.values[x] > 0.5)
        return answer

    def start_from(self, selected) -> None:
        """Hand the solver a set that satisfies every wish, so that it always has an answer."""
        chosen = {self.x[ref] for ref in selected}
        self._values = [float(column in chosen) for column in range(self.model.columns)]

    def hold(self, terms, reached: int) -> None:
        """Never go below what a level reached; levels are whole, so half a unit is slack."""
        if terms:
            self.model.row(terms, low=reached - 0.5)

    def _cells(self) -> dict[int, float]:
        alike: dict[tuple, int] = defaultdict(int)
        for cell, weight in self.problem.cells.items():
            covers = tuple((o.external_id, n) for o in self.problem.offers if (n := o.covers(cell)))
            if covers:
                alike[covers] += weight
        terms = {}
        for covers, weight in alike.items():
            y = self.model.variable(upper=FULL)
            self.model.row({y: 1, **{self.x[ref]: -n for ref, n in covers}}, high=0)
            terms[y] = weight
        return terms

    def _needs(self) -> dict[int, float]:
        terms = {}
        for need, weight in self.problem.needs.items():
            met = {}
            for offer in (o for o in self.problem.offers if o.meets(need)):
                z = self.model.variable()
                self.model.row({z: 1, self.x[offer.external_id]: -1}, high=0)
                met[z] = 1
                terms[z] = weight * offer.points[need[0]]
            if met:
                self.model.row(met, high=1)
        return terms

    def _wishes(self, wishes: Wishes) -> None:
        everyone = dict.fromkeys(self.x.values(), 1)
        if wishes.budget is not None:
            spent = {x: -saved for x, saved in self.saving.items()}
            self.model.row(spent, high=wishes.budget)
        self.model.row(
            everyone,
            low=wishes.minimum or 0,
            high=len(self.x) if wishes.maximum is None else wishes.maximum,
        )
        for ref in wishes.include:
            self.model.row({self.x[ref]: 1}, low=1)
        for ref in wishes.exclude:
            self.model.row({self.x[ref]: 1}, high=0)

    def _differ_from(self, other: set[str]) -> None:
        signs = {x: -1 if ref in other else 1 for ref, x in self.x.items()}
        self.model.row(signs, low=APART - len(other))
