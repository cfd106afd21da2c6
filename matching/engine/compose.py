"""The partnership that covers most, then best, then cheapest: exact, with proof.

Three levels, each held while the next is improved (lexicographic): units of coverage, units of
quality, euro. Every level is a whole number and every answer is recounted by `check.py`, which
knows nothing of the solver.
"""

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from .conflict import WayOut, can_hold, ways_out
from .coverage import Gaps, Problem, cost, coverage, gaps, quality
from .frontier import NOTHING, Frontier
from .greedy import greedy
from .nearby import Surroundings
from .programme import Programme
from .wishes import Wish, Wishes, all_wishes, holds

ALTERNATIVES = 5
SECONDS = 30.0
SHARES = (0.85, 0.95, 1.0)
LEVELS = ("coverage", "quality", "cost")


@dataclass(frozen=True)
class Objective:
    """`coverage` and `quality` in units of the problem, `cost` in euro."""

    coverage: int
    quality: int
    cost: int

    @property
    def key(self) -> tuple[int, int, int]:
        """Greater is better."""
        return self.coverage, self.quality, -self.cost


@dataclass(frozen=True)
class Level:
    """One level of the objective: what is reached, what it can at most (cost: at least) be while
    the levels before it are held, and whether that is proven to be the same."""

    name: str
    value: int
    bound: int
    proven: bool

    @property
    def gap(self) -> float:
        """Share of what could still be won; 0 when proven."""
        return 0.0 if self.proven else share_open(self.value, self.bound)


def share_open(value: int, bound: int) -> float:
    """Share of the bound that a value leaves open; the other way round where less is better."""
    widest = max(abs(bound), abs(value))
    return abs(bound - value) / widest if widest else 0.0


@dataclass(frozen=True)
class Composed:
    """A set of proposals with its three levels; `proven` when no other set can beat it."""

    selected: tuple[str, ...]
    objective: Objective
    levels: tuple[Level, ...] = ()

    @property
    def proven(self) -> bool:
        return bool(self.levels) and all(level.proven for level in self.levels)


@dataclass(frozen=True)
class Composition:
    """The answer. `bound` is what coverage can at most be; `gap` is 0 when that is reached.
    `ways_out` says what to give up when no set satisfies every wish."""

    status: str
    selected: tuple[str, ...]
    objective: Objective
    bound: int
    gap: float
    levels: tuple[Level, ...]
    alternatives: tuple[Composed, ...]
    gaps: Gaps
    ways_out: tuple[WayOut, ...]

    @property
    def conflict(self) -> tuple[Wish, ...]:
        """The fewest wishes to give up."""
        return self.ways_out[0].wishes if self.ways_out else ()


Tell = Callable[[Composed], None]


class UnknownProposal(LookupError):
    """A wish names a proposal that is not among the offers."""


def compose(
    problem: Problem,
    wishes: Wishes,
    *,
    alternatives: int = ALTERNATIVES,
    seconds: float = SECONDS,
    starts: Iterable[Collection[str]] = (),
    tell: Tell | None = None,
) -> Composition:
    """Choose the set of proposals that covers most under the wishes, and the next best ones.

    Raises UnknownProposal when a wish names one that isn't there. `seconds` limits the whole
    search; when it runs out the best found is given with status `feasible` and its gap: never
    below `starts` (sets known from before) nor below the greedy set. `tell` hears every better
    set on the way.
    """
    _check_names(problem, wishes)
    deadline = time.monotonic() + seconds
    hard = all_wishes(problem, wishes)
    start = best_start(problem, hard, starts, deadline=deadline)
    if start is None and (ways := ways_out(problem, hard, seconds=seconds)):
        return _infeasible(problem, ways)
    best = solve(problem, hard, deadline=deadline, start=start, tell=tell)
    if best is None:
        return _nothing_found(problem)
    others = _others(problem, wishes, best, alternatives, deadline)
    first = best.levels[0]
    return Composition(
        status="optimal" if best.proven else "feasible",
        selected=best.selected,
        objective=best.objective,
        bound=first.bound,
        gap=first.gap,
        levels=best.levels,
        alternatives=others,
        gaps=gaps(problem, best.selected),
        ways_out=(),
    )


def objective(problem: Problem, selected: Sequence[str]) -> Objective:
    """The three levels of a set, counted without a solver."""
    return Objective(coverage(problem, selected), quality(problem, selected), cost(problem, selected))


def composed(problem: Problem, selected: Collection[str]) -> Composed:
    """A set as it is, in the order of the offers, without proof."""
    ordered = tuple(ref for ref in problem.by_id if ref in set(selected))
    return Composed(ordered, objective(problem, ordered))


def _check_names(problem: Problem, wishes: Wishes) -> None:
    for ref in (*wishes.include, *wishes.exclude):
        if ref not in problem.by_id:
            raise UnknownProposal(ref)


def best_start(
    problem: Problem, hard: Sequence[Wish], starts: Iterable[Collection[str]], *, deadline: float
) -> Composed | None:
    """The best of a greedy set and of the known `starts` that hold to every wish, and from there the
    best that exchanging members gives; None when none of them holds."""
    sets = [greedy(problem, hard), *starts]
    allowed = [
        composed(problem, refs)
        for refs in sets
        if refs is not None
        and all(ref in problem.by_id for ref in refs)
        and all(holds(problem, wish, refs) for wish in hard)
    ]
    best = max(allowed, key=lambda found: found.objective.key, default=None)
    if best is None or not best.selected:
        return best
    return composed(problem, Surroundings(problem, hard).climb(best.selected, deadline=deadline))


def _infeasible(problem: Problem, ways: tuple[WayOut, ...]) -> Composition:
    return replace(_nothing_found(problem), status="infeasible", bound=0, gap=0.0, ways_out=ways)


def _nothing_found(problem: Problem) -> Composition:
    nothing, most = Objective(0, 0, 0), problem.ceiling
    return Composition("feasible", (), nothing, most, share_open(0, most), (), (), gaps(problem, ()), ())


def _others(problem, wishes, best: Composed, wanted: int, deadline: float) -> tuple[Composed, ...]:
    if not wanted or not problem.offers:
        return ()
    hard = all_wishes(problem, _without_idle(problem, wishes))
    frontier = Frontier(problem, hard, deadline=deadline)
    frontier.look_around(best.selected)
    found = [best]
    while len(found) <= wanted and (other := _next(problem, hard, frontier, found, deadline)) is not None:
        found.append(other)
    return tuple(found[1:])


def _next(problem, hard, frontier: Frontier, found: Sequence[Composed], deadline: float) -> Composed | None:
    """By counting; level by level where many sets cover the same."""
    picked = [each.selected for each in found]
    members, proven = frontier.next(picked) or ((), False)
    if proven:
        return _as_proven(composed(problem, members))
    if frontier.outside != NOTHING and time.monotonic() < deadline:
        start = composed(problem, members) if members else None
        return solve(problem, hard, deadline=deadline, start=start, apart=picked)
    return composed(problem, members) if members else None


def _as_proven(found: Composed) -> Composed:
    told = found.objective
    levels = (Level(name, getattr(told, name), getattr(told, name), True) for name in LEVELS)
    return replace(found, levels=tuple(levels))


def _without_idle(problem: Problem, wishes: Wishes) -> Wishes:
    """Leave out who meets no need at all, so that an alternative does not differ by dead weight;
    unless the wishes can only hold with them."""
    useful = {o.external_id for who in problem.meeting.values() for o in who}
    idle = problem.by_id.keys() - useful
    tighter = replace(wishes, exclude=tuple(sorted({*wishes.exclude, *idle} - {*wishes.include})))
    return tighter if can_hold(problem, all_wishes(problem, tighter)) else wishes


def solve(
    problem: Problem,
    hard: Sequence[Wish],
    *,
    deadline: float,
    start: Composed | None = None,
    apart: Iterable[Collection[str]] = (),
    tell: Tell | None = None,
) -> Composed | None:
    """The best set that holds to every wish and differs by two members from each in `apart`, level
    by level; None when there is none or none was found before `deadline` (`time.monotonic`)."""
    apart = list(apart)
    if not problem.offers:
        return None if apart else Composed((), Objective(0, 0, 0), _empty_levels())
    return _Search(problem, hard, deadline, start, apart, tell).through_the_levels()


def _empty_levels() -> tuple[Level, ...]:
    return tuple(Level(name, 0, 0, True) for name in LEVELS)


class _Search:
    def __init__(self, problem: Problem, hard, deadline: float, start, apart, tell):
        self.problem, self.best, self.tell = problem, start, tell
        self.begun, self.deadline = time.monotonic(), deadline
        self.level, self.bounds = "coverage", {}
        self.surroundings = Surroundings(problem, hard, apart=apart)
        self.programme = Programme(problem, deadline=deadline, tell=self._heard if tell else None)
        self.programme.with_levels().require(hard)
        for other in apart:
            self.programme.differ_from(other)
        if start and tell:
            tell(start)

    def through_the_levels(self) -> Composed | None:
        programme = self.programme
        terms = {"coverage": programme.coverage, "quality": programme.quality, "cost": programme.saving}
        for share, (name, wanted) in zip(SHARES, terms.items(), strict=True):
            self.level = name
            programme.model.deadline = self.begun + share * (self.deadline - self.begun)
            if not self._improve(name, wanted):
                return None
            programme.hold(wanted, self._reached(name))
            if name == "coverage" and self._is_settled_nearby():
                break
        return replace(self.best, levels=self._levels())

    def _improve(self, name: str, wanted) -> bool:
        """One level; False when no set was found at all."""
        answer = self.programme.improve(wanted, start=self.best.selected if self.best else None)
        solution = answer[0] if answer else None
        if answer:
            self._keep(answer[1])
        if self.best is None:
            return False
        if solution is None or not solution.proven:
            self._keep(self.surroundings.climb(self.best.selected, deadline=self.deadline))
        self.bounds[name] = self._bound(name, solution)
        return True

    def _is_settled_nearby(self) -> bool:
        """Whether only sets near the best reach its proven coverage: counting those settles quality
        and cost."""
        if not self._levels()[0].proven:
            return False
        centre, far = self.best.selected, self.surroundings.reach + 1
        near = self.surroundings.around(centre)
        self._keep(self.surroundings.named(near.members[next(near.best_first())]))
        settled = self.programme.only_near(self.programme.coverage, centre, by=far)
        if settled:
            self.bounds |= {name: (self._reached(name), True) for name in LEVELS[1:]}
        return settled

    def _keep(self, members: Collection[str]) -> None:
        found = composed(self.problem, members)
        if self.best is None or found.objective.key > self.best.objective.key:
            self.best = found

    def _reached(self, name: str) -> int:
        value = getattr(self.best.objective, name)
        return -value if name == "cost" else value

    def _bound(self, name: str, solution) -> tuple[int, bool]:
        """What a level can at best be, and whether the solver is sure that it can't be more."""
        most = {"coverage": self.problem.ceiling, "quality": self.problem.best_quality, "cost": 0}
        if solution is None:
            return most[name], False
        return solution.at_most(most[name]), solution.proven

    def _levels(self) -> tuple[Level, ...]:
        levels, before = [], True
        for name, (known, sure) in self.bounds.items():
            reached = self._reached(name)
            bound = max(known, reached)
            before = before and sure and bound == reached
            sign = -1 if name == "cost" else 1
            levels.append(Level(name, sign * reached, sign * bound, before))
        return tuple(levels)

    def _heard(self, values, bound: float) -> None:
        if values is not None:
            self._keep([ref for ref, x in self.programme.x.items() if values[x] > 0.5])
        if self.best is None:
            return
        levels = self._levels()
        if self.level == "coverage" and math.isfinite(bound):
            reached = self.best.objective.coverage
            most = min(self.problem.ceiling, math.floor(bound + 1e-6))
            levels = (Level("coverage", reached, max(reached, most), False),)
        self.tell(replace(self.best, levels=levels))
