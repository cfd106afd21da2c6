from dataclasses import replace

import pytest

from matching.engine.check import broken, check
from matching.engine.compose import compose
from matching.engine.wishes import Wish, Wishes

from .builders import random_problem

WISHES = Wishes(budget=150_000)


@pytest.fixture(scope="module")
def asked():
    problem = random_problem(6, offers=8)
    return problem, compose(problem, WISHES, alternatives=2)


def test_check_finds_nothing_in_a_good_answer(asked):
    problem, answer = asked

    assert check(problem, WISHES, answer) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: replace(a, objective=replace(a.objective, coverage=a.objective.coverage + 1)),
        lambda a: replace(a, selected=(*a.selected, a.selected[0])),
        lambda a: replace(a, selected=("nobody",)),
        lambda a: replace(a, selected=a.selected[1:]),
        lambda a: replace(a, status="feasible"),
        lambda a: replace(a, levels=(replace(a.levels[0], bound=a.levels[0].value - 1), *a.levels[1:])),
        lambda a: replace(a, alternatives=(replace(a.alternatives[0], selected=a.selected),)),
    ],
)
def test_check_finds_what_does_not_hold(asked, spoil):
    problem, answer = asked

    assert check(problem, WISHES, spoil(answer))


def test_check_finds_a_broken_wish(asked):
    problem, answer = asked

    assert check(problem, Wishes(budget=answer.objective.cost - 1), answer)


def test_check_finds_a_bound_above_what_everybody_together_covers(asked):
    problem, answer = asked
    first = replace(answer.levels[0], bound=problem.ceiling + 1, proven=False)
    boast = replace(answer, status="feasible", bound=problem.ceiling + 1, levels=(first, *answer.levels[1:]))

    assert any("everybody" in line for line in check(problem, WISHES, boast))


def test_broken_tells_what_another_set_does_not_hold_to(asked):
    problem, answer = asked

    assert broken(problem, WISHES, answer.selected) == []
    assert Wish("budget", 1) in broken(problem, Wishes(budget=1), answer.selected)
    assert Wish("challenge", 1) in broken(problem, Wishes(), ())


def test_check_finds_a_set_that_one_exchange_would_better(asked):
    problem, _answer = asked
    worse = compose(problem, Wishes(budget=150_000, maximum=2), alternatives=0)

    assert any("better" in line for line in check(problem, WISHES, worse))


def test_check_finds_a_way_out_that_does_not_help():
    problem = random_problem(3, offers=5)
    wishes = Wishes(budget=1, minimum=1)
    answer = compose(problem, wishes)
    [way, *rest] = answer.ways_out

    assert check(problem, wishes, answer) == []
    assert check(problem, wishes, replace(answer, ways_out=(replace(way, witness=()), *rest)))
    assert check(problem, wishes, replace(answer, ways_out=(replace(way, needed=1), *rest)))
    assert check(problem, wishes, replace(answer, ways_out=()))
