import time
from dataclasses import replace

import numpy
import pytest

from matching.engine.check import check
from matching.engine.compose import compose, objective
from matching.engine.frontier import NOTHING, Frontier
from matching.engine.nearby import FARTHEST, Surroundings
from matching.engine.wishes import Wishes, all_wishes

from .brute import Sets
from .builders import random_problem
from .instances import regional_problem

WISHES = Wishes(budget=250_000, maximum=5)


def _alike(number):
    """Proposals that all offer the same: every set of a size is as good as any other."""
    problem = random_problem(3, offers=1)
    [model] = problem.offers
    need = next(iter(problem.needs))
    offer = replace(model, cost=10_000, quarters={need[1]: 1}, points={need[0]: 50}, group="")
    offers = tuple(replace(offer, external_id=f"o{i:03}") for i in range(number))
    return replace(problem, offers=offers)


@pytest.mark.parametrize("seed", [1, 4, 8])
def test_around_counts_every_allowed_set_within_reach(seed):
    problem = random_problem(seed, offers=8)
    sets = Sets(problem)
    hard = sets.hard(WISHES)
    centre = [o.external_id for o in problem.offers[:3]]

    found = Surroundings(problem, hard).around(centre)

    near = sets.allowed(hard) & (sets.distance(centre) <= FARTHEST)
    expected = zip(
        map(tuple, sets.bits[near].tolist()),
        sets.coverage[near].tolist(),
        sets.quality[near].tolist(),
        sets.cost[near].tolist(),
        strict=True,
    )
    members = map(tuple, found.members.astype(int).tolist())
    assert sorted(zip(members, found.coverage, found.quality, found.cost, strict=True)) == sorted(expected)


def test_around_keeps_two_members_from_others():
    problem = random_problem(4, offers=8)
    other = ("o000", "o001")

    surroundings = Surroundings(problem, [], apart=[other])

    assert surroundings.apart(surroundings.around(other), other, by=2).all()


def test_around_tries_every_exchange_where_sets_are_too_many(region):
    problem = regional_problem(region, offers=300)
    surroundings = Surroundings(problem, [])
    chosen = surroundings.refs[:4]

    found = surroundings.around(chosen)

    assert surroundings.reach == 1
    assert len(found.cost) == 1 + 300 + 4 * 296


def test_climb_ends_where_no_neighbour_is_better(region):
    problem = regional_problem(region, offers=30)
    hard = all_wishes(problem, Wishes(maximum=4).given_up(all_wishes(problem, Wishes())))
    surroundings = Surroundings(problem, hard)

    top = surroundings.climb([problem.offers[0].external_id], deadline=time.monotonic() + 60)

    sets = surroundings.around(top)
    assert sets.key(next(sets.best_first())) == objective(problem, top).key


def test_climb_stays_where_no_set_nearby_is_allowed():
    problem = random_problem(4, offers=8)

    surroundings = Surroundings(problem, Wishes(minimum=8).listed())

    assert surroundings.climb(["o000"], deadline=time.monotonic() + 60) == ("o000",)


def test_alternatives_are_proven_where_many_sets_cover_the_same():
    problem = _alike(11)
    sets = Sets(problem)
    wishes = Wishes(maximum=3)

    answer = compose(problem, wishes, alternatives=6)

    left = sets.allowed(sets.hard(wishes)) & (sets.distance(answer.selected) >= 2)
    for other in answer.alternatives:
        assert other.proven
        assert other.objective.key == sets.best(left)
        left &= sets.distance(other.selected) >= 2
    assert len(answer.alternatives) == 6
    assert check(problem, wishes, answer) == []


def test_alternatives_end_when_no_other_set_is_far_enough():
    problem = _alike(2)

    answer = compose(problem, Wishes(maximum=1), alternatives=5)

    assert [len(other.selected) for other in answer.alternatives] == [1]


def test_frontier_names_the_best_known_set_when_time_is_over(region):
    problem = regional_problem(region, offers=30)
    hard = all_wishes(problem, Wishes(budget=300_000))
    best = compose(problem, Wishes(budget=300_000), alternatives=0)
    frontier = Frontier(problem, hard, deadline=time.monotonic())
    frontier.look_around(best.selected)

    members, proven = frontier.next([best.selected])

    assert not proven
    assert frontier.outside == problem.ceiling
    assert len({*members} ^ {*best.selected}) >= 2


def test_frontier_knows_when_nothing_is_left_outside():
    problem = random_problem(4, offers=3)
    frontier = Frontier(problem, [], deadline=time.monotonic() + 60)
    frontier.look_around(())

    frontier.look_further()

    assert frontier.outside == NOTHING
    assert len(numpy.unique(frontier.known.members, axis=0)) == 8
