"""How firm a suggested partnership is: what falls open without a member, who could be exchanged,
what other weights would choose, and what a little more or less money would cover."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .compose import Composed, best_start, solve
from .conflict import ways_out
from .coverage import Gap, Problem, coverage, without
from .draws import DRAWS, Values, drawn
from .nearby import Surroundings
from .programme import Programme
from .wishes import Wish, Wishes, all_wishes, holds

NEAR_COVERAGE = 0.99
NEAR_COST = 1.05
STEPS = (-20, -10, 0, 10, 20)


@dataclass(frozen=True)
class Without:
    """A member that leaves: needs that fall open, coverage that the others keep, and the best set
    without it. When there is none, `blocked` has the fewest wishes and duties to give up for one;
    empty when there was no time to find out."""

    member: str
    opened: tuple[Gap, ...]
    kept: int
    best: Composed | None
    blocked: tuple[Wish, ...] = ()


@dataclass(frozen=True)
class Point:
    """The best coverage (in units) at a budget that differs `step` percent from the wished one;
    None when the wishes can't hold at that budget."""

    step: int
    budget: int
    coverage: int | None
    cost: int | None


@dataclass(frozen=True)
class Studies:
    """`roles` maps each useful proposal to core, swap or never; `chosen` to the number of `draws`
    that take it. What there was no time for is left out of `roles`, and `draws` is lower."""

    without: tuple[Without, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    curve: tuple[Point, ...] = ()
    draws: int = 0
    chosen: Mapping[str, int] = field(default_factory=dict)


def studies(
    problem: Problem, wishes: Wishes, best: Composed, *, values: Values, seconds: float, draws: int = DRAWS
) -> Iterator[Studies]:
    """Everything about a suggestion, ever more complete, for as long as `seconds` last."""
    deadline = time.monotonic() + seconds
    hard = all_wishes(problem, wishes)
    found = Studies()
    for part in (_without, _curve, _roles, _draws):
        for more in part(problem, wishes, hard, best, found, deadline, values, draws):
            found = more
            yield found
            if time.monotonic() >= deadline:
                return


def _without(problem, wishes, hard, best, found: Studies, deadline, values, draws):
    for ref in best.selected:
        left = [other for other in best.selected if other != ref]
        leaves, answer, blocked = Wish("exclude", ref), None, ()
        if Wish("include", ref) not in hard:
            answer = _solve(problem, [*hard, leaves], left, deadline)
        if answer is None:
            blocked = _blocked(problem, hard, leaves, deadline)
        row = Without(ref, without(problem, best.selected, ref), coverage(problem, left), answer, blocked)
        found = replace(found, without=(*found.without, row))
        yield found


def _blocked(problem: Problem, hard: Sequence[Wish], leaves: Wish, deadline: float) -> tuple[Wish, ...]:
    ways = ways_out(problem, hard, kept=[leaves], ways=1, seconds=deadline - time.monotonic())
    return ways[0].wishes if ways else ()


def _solve(problem: Problem, hard: Sequence[Wish], known: Collection[str], deadline: float):
    start = best_start(problem, hard, [known], deadline=deadline)
    return solve(problem, hard, deadline=deadline, start=start)


def _curve(problem, wishes, hard, best, found: Studies, deadline, values, draws):
    base = best.objective.cost if wishes.budget is None else wishes.budget
    rest = [wish for wish in hard if wish.kind != "budget"]
    for step in STEPS:
        budget = base + base * step // 100
        wished = [*rest, Wish("budget", budget)]
        answer = best if step == 0 else _solve(problem, wished, best.selected, deadline)
        reached = answer and answer.objective
        point = Point(step, budget, reached and reached.coverage, reached and reached.cost)
        found = replace(found, curve=(*found.curve, point))
        yield found


def _roles(problem, wishes, hard, best, found: Studies, deadline, values, draws):
    """A near-best set covers at least 99 % of the best, for at most 5 % more money. Core: in every
    such set; never: in none; swap: in some."""
    near = _Near(problem, hard, best, deadline)
    near.saw(row.best.selected for row in found.without if row.best)
    for roles in near.roles():
        found = replace(found, roles=roles)
        yield found


class _Near:
    def __init__(self, problem: Problem, hard: Sequence[Wish], best: Composed, deadline: float):
        self.problem, self.deadline = problem, deadline
        self.best = best.selected
        self.coverage = -int(-NEAR_COVERAGE * best.objective.coverage // 1)
        self.hard = [*hard, Wish("budget", int(NEAR_COST * best.objective.cost))]
        useful = {o.external_id for who in problem.meeting.values() for o in who} | set(best.selected)
        self.useful = [ref for ref in problem.by_id if ref in useful]
        self.seen, self.missing = set(best.selected), set()
        self._look_around()

    def _look_around(self) -> None:
        surroundings = Surroundings(self.problem, self.hard)
        sets = surroundings.around(self.best)
        near = sets.members[sets.coverage >= self.coverage]
        self.seen.update(surroundings.named(near.any(axis=0)))
        self.missing.update(surroundings.named(~near.all(axis=0)))

    def saw(self, sets: Iterable[Collection[str]]) -> None:
        """Remember who is in, and who is missing from, sets that turn out to be near-best."""
        for refs in sets:
            if self._is_near(refs):
                self.seen.update(refs)
                self.missing.update(self.problem.by_id.keys() - set(refs))

    def _is_near(self, refs: Collection[str]) -> bool:
        enough = coverage(self.problem, refs) >= self.coverage
        return enough and all(holds(self.problem, wish, refs) for wish in self.hard)

    def roles(self) -> Iterator[dict[str, str]]:
        """Ever more roles: as long as there is a near-best set with somebody in it who was in none yet,
        its members can be exchanged; when there is none, all the others are never in one."""
        outside = [ref for ref in self.useful if ref not in self.best]
        told: dict[str, str] = {}
        for among, exchanged, others in ((outside, self.seen, "never"), (self.best, self.missing, "core")):
            more = True
            while more:
                told |= {ref: "swap" for ref in among if ref in exchanged}
                yield dict(told)
                left = [ref for ref in among if ref not in exchanged]
                more = bool(left) and self._finds_another(left, joining=among is outside)
                if more is None:
                    return
            told |= dict.fromkeys(left, others)
        yield {ref: told[ref] for ref in self.useful}

    def _finds_another(self, refs: Sequence[str], *, joining: bool) -> bool | None:
        """Whether there is a near-best set with one of `refs` in it (or missing from it); None when
        there was no time to be certain."""
        programme = Programme(self.problem, deadline=self.deadline).with_coverage()
        programme.require(self.hard)
        programme.hold(programme.coverage, self.coverage)
        programme.change_one(refs, joining=joining)
        answer = programme.improve({})
        if answer is not None:
            self.saw([answer[1]])
            return True
        return False if programme.model.impossible else None


def _draws(problem, wishes, hard, best, found: Studies, deadline, values, draws):
    chosen = dict.fromkeys(best.selected, 0)
    done = drawn(problem, wishes, best.selected, values=values, number=draws, deadline=deadline)
    for number, draw in enumerate(done, start=1):
        for ref in draw.members:
            chosen[ref] = chosen.get(ref, 0) + 1
        found = replace(found, draws=number, chosen=dict(chosen))
        yield found
