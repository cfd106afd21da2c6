"""Wishes that cannot hold together: the fewest to give up so that the rest can."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from .coverage import Problem
from .programme import Programme
from .wishes import Wish, holds

WAYS = 5
SECONDS = 10.0


@dataclass(frozen=True)
class WayOut:
    """Wishes to give up, and a cheapest set of proposals that satisfies all others; `needed` is
    what that set costs."""

    wishes: tuple[Wish, ...]
    witness: tuple[str, ...]
    needed: int


def can_hold(problem: Problem, wishes: Sequence[Wish], *, seconds: float = SECONDS) -> bool:
    """Whether any set of proposals satisfies all wishes; exact."""
    programme = Programme(problem, deadline=time.monotonic() + seconds)
    programme.require(wishes)
    return programme.improve({}) is not None


def ways_out(
    problem: Problem,
    wishes: Sequence[Wish],
    *,
    kept: Sequence[Wish] = (),
    ways: int = WAYS,
    seconds: float = SECONDS,
) -> tuple[WayOut, ...]:
    """Every smallest set of wishes to give up (at most `ways` of them, those of staff first), or
    () when all can hold. Those `kept` hold in any case. Smallest is by number: a
    minimum-cardinality correction set (M. Liffiton and K. Sakallah, J. Automated Reasoning 40, 2008).
    """
    deadline = time.monotonic() + seconds
    found: list[WayOut] = []
    while len(found) < ways and (way := _next_way(problem, wishes, kept, found, deadline)) is not None:
        if not way.wishes or (found and len(way.wishes) > len(found[0].wishes)):
            break
        found.append(way)
    return tuple(found)


def _next_way(problem: Problem, wishes, kept, known: Sequence[WayOut], deadline: float):
    programme = Programme(problem, deadline=deadline)
    programme.require(kept)
    outs = programme.require_unless(wishes)
    for way in known:
        programme.model.row({outs[wish]: 1 for wish in way.wishes}, high=len(way.wishes) - 1)
    scale = len(wishes) + 1
    fewest = {out: -scale * scale + len(wishes) - place for place, out in enumerate(outs.values())}
    if (answer := programme.improve(fewest)) is None:
        return None
    gone = tuple(wish for wish, out in outs.items() if answer[0].values[out] > 0.5)
    rest = [*kept, *(wish for wish in wishes if wish not in gone)]
    witness = _cheapest(problem, rest, deadline, start=answer[1])
    return WayOut(gone, witness, sum(problem.by_id[ref].cost for ref in witness))


def _cheapest(problem: Problem, wishes: Sequence[Wish], deadline: float, *, start) -> tuple[str, ...]:
    programme = Programme(problem, deadline=deadline)
    programme.require(wishes)
    answer = programme.improve(programme.saving, start=start)
    members = answer[1] if answer else start
    return members if all(holds(problem, wish, members) for wish in wishes) else start
