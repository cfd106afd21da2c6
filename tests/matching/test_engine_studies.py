import math
import time

import pytest

from matching.engine.compose import Composed, compose
from matching.engine.draws import Values
from matching.engine.programme import Programme
from matching.engine.studies import NEAR_COST, NEAR_COVERAGE, _Near, studies
from matching.engine.wishes import Wish, Wishes, all_wishes

from .brute import Sets
from .builders import random_problem
from .instances import regional_problem

WISHES = Wishes(budget=150_000)


def _studied(problem, wishes=WISHES, *, seconds=60, draws=5, values=None):
    answer = compose(problem, wishes, alternatives=0)
    best = Composed(answer.selected, answer.objective, answer.levels)
    found = None
    for found in studies(problem, wishes, best, values=values or Values(), seconds=seconds, draws=draws):  # noqa: B007
        pass
    return best, found


@pytest.mark.parametrize("seed", [2, 5, 9, 11])
def test_studies_equal_brute_force(seed):
    problem = random_problem(seed, offers=8)
    sets = Sets(problem)

    best, found = _studied(problem)

    hard = sets.hard(WISHES)
    near = sets.allowed(hard)
    near &= sets.coverage >= NEAR_COVERAGE * best.objective.coverage
    near &= sets.cost <= int(NEAR_COST * best.objective.cost)
    for ref, role in found.roles.items():
        there = sets.bits[near][:, sets.refs.index(ref)]
        assert role == ("core" if there.all() else "swap" if there.any() else "never")
    for row in found.without:
        among = sets.allowed(hard) & (sets.bits[:, sets.refs.index(row.member)] == 0)
        assert (row.best.objective.key if row.best else None) == sets.best(among)
        assert bool(row.blocked) == (row.best is None)
    rest = [wish for wish in hard if wish.kind != "budget"]
    for point in found.curve:
        reached = sets.best(sets.allowed(rest) & (sets.cost <= point.budget))
        assert point.coverage == (reached[0] if reached else None)


def test_a_member_that_cannot_leave_is_told_by_what_keeps_it():
    problem = random_problem(2, offers=8)
    answer = compose(problem, Wishes(), alternatives=0)
    member = answer.selected[0]

    _best, found = _studied(problem, Wishes(include=(member,)))

    [row] = [row for row in found.without if row.member == member]
    assert (row.best, row.blocked) == (None, (Wish("include", member),))


def test_roles_hold_for_near_best_sets_that_lie_far_from_the_best(region):
    problem = regional_problem(region, offers=20, seed=6)
    wishes = Wishes(budget=400_000)

    answer = compose(problem, wishes, alternatives=0)
    best = Composed(answer.selected, answer.objective, answer.levels)

    *_, roles = _Near(problem, all_wishes(problem, wishes), best, time.monotonic() + 60).roles()

    limits = [*all_wishes(problem, wishes), Wish("budget", int(NEAR_COST * best.objective.cost))]
    for ref, role in roles.items():
        into = _is_possible(problem, [*limits, Wish("include", ref)], best)
        out = _is_possible(problem, [*limits, Wish("exclude", ref)], best)
        assert role == ("swap" if into and out else "core" if into else "never")


def _is_possible(problem, hard, best):
    programme = Programme(problem, deadline=time.monotonic() + 60).with_coverage()
    programme.require(hard)
    programme.hold(programme.coverage, math.ceil(NEAR_COVERAGE * best.objective.coverage))
    return programme.improve({}) is not None


def test_roles_tell_only_what_is_certain_when_their_time_is_over(region):
    problem = regional_problem(region, offers=40)
    wishes = Wishes(budget=400_000, maximum=11)
    answer = compose(problem, wishes, alternatives=0)
    best = Composed(answer.selected, answer.objective, answer.levels)
    near = _Near(problem, all_wishes(problem, wishes), best, time.monotonic())

    told = list(near.roles())

    assert set(told[-1].values()) == {"swap"}
    assert len(told[-1]) < len(near.useful)


def test_studies_draw_the_weights_the_same_way_twice():
    problem = random_problem(5, offers=8)

    first, second = _studied(problem)[1], _studied(problem)[1]

    assert first.draws == 5
    assert first.chosen == second.chosen
    assert all(times <= 5 for times in first.chosen.values())


def test_studies_rescore_with_the_signals_of_a_draw():
    problem = random_problem(5, offers=8)
    signals = {o.external_id: dict.fromkeys(o.points, [0.0] * 6) for o in problem.offers}

    _best, found = _studied(problem, Wishes(), values=Values(signals, [[100 / 6] * 6]), draws=2)

    assert found.draws == 2
    assert set(found.chosen.values()) == {0}


def test_studies_stop_when_their_time_is_over():
    begun = time.monotonic()

    _best, found = _studied(random_problem(5, offers=10), seconds=0)

    assert len(found.without) <= 1
    assert time.monotonic() - begun < 30
