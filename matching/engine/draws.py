"""Which set would cover most if every weight moved by up to a fifth: one seeded draw after another.

Every draw is exact. The best set of it is sought near the sets that earlier draws chose; the relaxed
programme then tells which proposals can be in no better set, and the solver decides among the few
that are left.
"""

import random
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from .coverage import Problem, coverage
from .greedy import greedy
from .nearby import Surroundings
from .points import POSSIBLE
from .programme import Programme
from .wishes import Wish, Wishes, all_wishes, holds

DRAWS = 200
MOVE = 0.2
SEED = 2023
FINE = 100


@dataclass(frozen=True)
class Values:
    """What a draw of the weights needs: signal values (0..1) per proposal and challenge that was
    ticked, and the seeded sets of signal weights (each summing to 100)."""

    signals: Mapping[str, Mapping[int, Sequence[float]]] = field(default_factory=dict)
    weights: Sequence[Sequence[float]] = ()


@dataclass(frozen=True)
class Draw:
    """One draw: the problem with its weights moved, and a set of most coverage without dead weight."""

    problem: Problem
    members: tuple[str, ...]


def drawn(
    problem: Problem,
    wishes: Wishes,
    selected: Collection[str],
    *,
    values: Values,
    number: int = DRAWS,
    deadline: float,
) -> Iterator[Draw]:
    """`number` draws, or as many as are proven before `deadline` (`time.monotonic`); the same ones in the
    same order each time. `selected` is the set to begin from."""
    source = random.Random(SEED)
    known = [tuple(selected)]
    for turn in range(number):
        moved = _moved(problem, source, values, turn)
        hard = all_wishes(moved, wishes)
        found = _covering(moved, hard, known, deadline)
        if found is None or time.monotonic() >= deadline:
            return
        if found not in known:
            known.append(found)
        yield Draw(moved, _without_dead_weight(moved, hard, found))


def _covering(
    problem: Problem, hard: Sequence[Wish], known: Sequence[tuple[str, ...]], deadline: float
) -> tuple[str, ...] | None:
    """A set of most coverage, () when no set holds to the wishes; None when there was no time to prove it."""
    best = _best_known(problem, hard, known, deadline)
    left = problem if best is None else _could_be_better(problem, hard, best, deadline)
    if best is not None and left.by_id.keys() == set(best):
        return best
    programme = _programme(left, hard, deadline)
    answer = programme.improve(programme.coverage, start=best)
    if answer is None:
        return () if programme.model.impossible else None
    solution, members = answer
    if not solution.proven:
        return None
    better = best is None or coverage(problem, members) > coverage(problem, best)
    return members if better else best


def _best_known(problem: Problem, hard, known, deadline: float) -> tuple[str, ...] | None:
    """The best set near those that are known, or near a greedy one when none of them holds."""
    fitting = [refs for refs in known if all(holds(problem, wish, refs) for wish in hard)]
    if not fitting:
        fitting = [refs for refs in [greedy(problem, hard)] if refs is not None]
    best = max(fitting, key=lambda refs: coverage(problem, refs), default=None)
    return best and Surroundings(problem, hard).climb(best, deadline=deadline)


def _could_be_better(problem: Problem, hard, best: Collection[str], deadline: float) -> Problem:
    """The problem without the proposals that are in no set that covers more than `best`."""
    programme = _programme(problem, hard, deadline)
    most = programme.at_most_with(programme.coverage)
    reached, stay = coverage(problem, best), set(best)
    left = (o for o in problem.offers if o.external_id in stay or most[o.external_id] > reached)
    return replace(problem, offers=tuple(left))


def _programme(problem: Problem, hard: Sequence[Wish], deadline: float) -> Programme:
    programme = Programme(problem, deadline=deadline, presolve=False).with_coverage()
    programme.require(w for w in hard if w.kind != "exclude" or w.value in problem.by_id)
    return programme


def _without_dead_weight(problem: Problem, hard, members: Collection[str]) -> tuple[str, ...]:
    """Without who adds nothing: the moved weights leave hardly another tie to break."""
    members = list(members)
    reached = coverage(problem, members)
    for ref in sorted(members, key=lambda ref: -problem.by_id[ref].cost):
        fewer = [other for other in members if other != ref]
        if coverage(problem, fewer) == reached and all(holds(problem, wish, fewer) for wish in hard):
            members = fewer
    return tuple(members)


def _moved(problem: Problem, source: random.Random, values: Values, number: int) -> Problem:
    """The problem with the weight of every need, and of every signal of a score, moved by at most
    a fifth; whole numbers again, a hundredfold."""
    needs = {
        need: round(FINE * weight * source.uniform(1 - MOVE, 1 + MOVE))
        for need, weight in problem.needs.items()
    }
    cells = {
        cell: weight // problem.needs[cell[:2]] * needs[cell[:2]] for cell, weight in problem.cells.items()
    }
    weights = values.weights[number % len(values.weights)] if values.weights else ()
    offers = (_rescored(offer, values.signals.get(offer.external_id), weights) for offer in problem.offers)
    return Problem(needs, cells, tuple(offers))


def _rescored(offer, signals: Mapping[int, Sequence[float]] | None, weights: Sequence[float]):
    if not signals or not weights:
        return offer
    points = {
        number: int(sum(map(float.__mul__, weights, map(float, row))) + 0.5)
        for number, row in signals.items()
    }
    return replace(offer, points={n: p for n, p in points.items() if p >= POSSIBLE})
