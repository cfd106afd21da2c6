import math
import random
import time

import pytest

from matching.engine.coverage import coverage
from matching.engine.draws import Values, drawn
from matching.engine.programme import Programme
from matching.engine.wishes import Wishes, all_wishes

from .brute import Sets
from .builders import random_problem
from .instances import regional_problem

WISHES = (Wishes(budget=150_000), Wishes(maximum=3), Wishes(include=("o001",), exclude=("o002", "o003")))


def _soon() -> float:
    return time.monotonic() + 60


def _values(problem) -> Values:
    """Signals near what a challenge takes to count, so that draws add and take away who shows it."""
    source = random.Random(4)
    signals = {o.external_id: {n: [source.uniform(0, 0.5)] * 6 for n in o.points} for o in problem.offers}
    return Values(signals, [[source.uniform(5, 30) for _signal in range(6)] for _row in range(3)])


@pytest.mark.parametrize("seed", range(12))
def test_every_draw_covers_as_much_as_any_set_can(seed):
    problem, wishes = random_problem(seed, offers=8), WISHES[seed % 3]

    for draw in drawn(problem, wishes, (), values=_values(problem), number=4, deadline=_soon()):
        sets = Sets(draw.problem)
        among = sets.allowed(sets.hard(wishes))
        row = sets.distance(draw.members) == 0
        if among.any():
            assert sets.coverage[row] == sets.coverage[among].max()
            assert among[row].all()
        else:
            assert draw.members == ()


@pytest.mark.parametrize("seed", range(6))
def test_no_set_reaches_more_than_the_bound_for_each_proposal_in_it(seed):
    problem = random_problem(seed, offers=8)
    wishes = Wishes(budget=150_000)
    programme = Programme(problem, deadline=_soon()).with_coverage()
    programme.require(all_wishes(problem, wishes))

    most = programme.at_most_with(programme.coverage)

    sets = Sets(problem)
    among = sets.allowed(sets.hard(wishes))
    for place, ref in enumerate(sets.refs):
        here = sets.coverage[among & (sets.bits[:, place] == 1)]
        assert here.max(initial=0) <= most[ref]
    assert any(math.isfinite(bound) for bound in most.values()) == bool(among.any())


def test_draws_of_a_region_are_the_same_twice_and_leave_out_who_adds_nothing(region):
    problem, wishes = regional_problem(region, offers=20), Wishes(budget=300_000)

    first, second = (
        list(drawn(problem, wishes, (), values=Values(), number=3, deadline=_soon())) for _time in range(2)
    )

    assert [draw.members for draw in first] == [draw.members for draw in second]
    for draw in first:
        reached = coverage(draw.problem, draw.members)
        for ref in draw.members:
            assert coverage(draw.problem, {*draw.members} - {ref}) < reached


def test_a_draw_that_is_not_proven_in_time_is_not_told(region):
    problem = regional_problem(region, offers=60)

    told = list(drawn(problem, Wishes(budget=400_000), (), values=Values(), deadline=time.monotonic()))

    assert told == []
