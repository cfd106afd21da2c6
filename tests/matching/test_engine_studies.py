import time

import pytest

from matching.engine.compose import Composed, compose
from matching.engine.studies import NEAR_COST, NEAR_COVERAGE, Values, studies
from matching.engine.wishes import Wishes

from .brute import Sets
from .builders import random_problem

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
    rest = [wish for wish in hard if wish.kind != "budget"]
    for point in found.curve:
        reached = sets.best(sets.allowed(rest) & (sets.cost <= point.budget))
        assert point.coverage == (reached[0] if reached else None)


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
