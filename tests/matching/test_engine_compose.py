import subprocess
import sys
from itertools import combinations

import pytest

from matching.engine.compose import Objective, UnknownProposal, compose, objective
from matching.engine.conflict import Wish, Wishes, can_hold, conflict
from matching.engine.coverage import gaps, matrix, without

from .builders import ROOT, random_problem


def _sets(problem):
    refs = [offer.external_id for offer in problem.offers]
    for size in range(len(refs) + 1):
        yield from combinations(refs, size)


def _allowed(problem, wishes, refs):
    spent = sum(problem.offer(ref).cost for ref in refs)
    return (
        (wishes.budget is None or spent <= wishes.budget)
        and (wishes.minimum is None or len(refs) >= wishes.minimum)
        and (wishes.maximum is None or len(refs) <= wishes.maximum)
        and set(wishes.include) <= set(refs)
        and not set(wishes.exclude) & set(refs)
    )


def _best(problem, wishes):
    allowed = [refs for refs in _sets(problem) if _allowed(problem, wishes, refs)]
    levels = [objective(problem, refs) for refs in allowed]
    return max(((o.coverage, o.quality, -o.cost) for o in levels), default=None)


def _wishes(seed):
    budget = (None, 0, 60_000, 150_000)[seed % 4]
    return Wishes(
        budget=budget,
        minimum=(None, 2, 3)[seed % 3],
        maximum=(None, 3, 5, 1)[(seed // 3) % 4],
        include=("o000",) if seed % 5 == 0 else (),
        exclude=("o001",) if seed % 7 == 0 else (),
    )


@pytest.mark.parametrize("seed", range(60))
def test_compose_equals_brute_force_on_every_level(seed):
    problem = random_problem(seed, offers=4 + seed % 5)
    wishes = _wishes(seed)

    answer = compose(problem, wishes, alternatives=0)

    best = _best(problem, wishes)
    if best is None:
        assert answer.status == "infeasible"
        assert answer.conflict
    else:
        found = answer.objective
        assert answer.status == "optimal"
        assert (found.coverage, found.quality, -found.cost) == best
        assert answer.bound == found.coverage
        assert answer.gap == 0


@pytest.mark.parametrize("seed", range(12))
def test_compose_alternatives_are_next_best_and_two_members_apart(seed):
    problem = random_problem(seed, offers=6)

    answer = compose(problem, Wishes(maximum=3), alternatives=3)

    useful = {o.external_id for o in problem.offers if any(map(o.meets, problem.needs))}
    seen = [set(answer.selected)]
    for other in answer.alternatives:
        apart = [
            refs
            for refs in _sets(problem)
            if len(refs) <= 3 and useful >= set(refs) and all(len(set(refs) ^ known) >= 2 for known in seen)
        ]
        best = max((o.coverage, o.quality, -o.cost) for o in (objective(problem, r) for r in apart))
        assert (
            other.objective.coverage,
            other.objective.quality,
            -other.objective.cost,
        ) == best
        seen.append(set(other.selected))


def test_compose_alternatives_keep_idle_members_only_when_the_wishes_need_them():
    problem = random_problem(4, offers=6)
    idle = [o.external_id for o in problem.offers if not any(map(o.meets, problem.needs))]
    assert idle

    forced = compose(problem, Wishes(minimum=6 - len(idle) + 1), alternatives=3)
    asked = compose(problem, Wishes(include=(idle[0],)), alternatives=3)

    assert all(set(idle) & set(other.selected) for other in forced.alternatives)
    assert all(idle[0] in other.selected for other in asked.alternatives)


def test_compose_without_offers_is_empty_and_optimal():
    answer = compose(random_problem(1, offers=0), Wishes())

    assert answer.status == "optimal"
    assert answer.selected == ()
    assert answer.objective == Objective(0, 0, 0)


def test_compose_is_the_same_twice():
    problem = random_problem(5, offers=14)

    assert compose(problem, Wishes(budget=200_000)) == compose(problem, Wishes(budget=200_000))


def test_compose_prints_nothing_where_json_goes():
    program = (
        "from matching.engine.compose import compose\n"
        "from matching.engine.conflict import Wishes\n"
        "from tests.matching.builders import random_problem\n"
        "compose(random_problem(7, offers=6), Wishes(budget=90_000))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("", "")


def test_compose_refuses_an_unknown_proposal():
    with pytest.raises(UnknownProposal, match="nobody"):
        compose(random_problem(1, offers=2), Wishes(include=("nobody",)))


def test_compose_out_of_time_says_feasible_or_proves():
    problem = random_problem(9, offers=60, needs=40, places=10)

    answer = compose(problem, Wishes(budget=600_000), alternatives=0, seconds=0.05)

    assert answer.bound >= answer.objective.coverage
    assert answer.objective == objective(problem, answer.selected)
    assert sum(problem.offer(ref).cost for ref in answer.selected) <= 600_000


def test_conflict_names_only_the_wishes_that_clash():
    problem = random_problem(3, offers=5)
    wishes = Wishes(budget=1, minimum=1, maximum=4, exclude=("o004",)).listed()

    assert conflict(problem, wishes) == (Wish("budget", 1), Wish("min", 1))


@pytest.mark.parametrize("seed", range(40))
def test_conflict_is_irreducible(seed):
    problem = random_problem(seed, offers=4)
    wishes = _wishes(seed).listed()

    clash = conflict(problem, wishes)

    assert bool(clash) != can_hold(problem, wishes)
    for wish in clash:
        assert can_hold(problem, [other for other in clash if other != wish])


def test_gaps_split_needs_into_nobody_missed_and_single():
    problem = random_problem(2, offers=6)
    selected = ("o000", "o003")

    found = gaps(problem, selected)

    for row in matrix(problem):
        need = (row.challenge, row.service_type)
        inside = [ref for ref in row.by if ref in selected]
        assert (not row.by) == (need in {(g.challenge, g.service_type) for g in found.nobody})
        missed = {(g.challenge, g.service_type): g.by for g in found.missed}
        assert missed.get(need, ()) == (row.by if row.by and not inside else ())
        single = {(g.challenge, g.service_type): g.by for g in found.single}
        assert single.get(need, ()) == (tuple(inside) if len(inside) == 1 else ())


def test_without_lists_what_falls_open_and_who_could_take_it():
    problem = random_problem(2, offers=6)
    selected = tuple(o.external_id for o in problem.offers[:4])

    for leaver in selected:
        opened = {(g.challenge, g.service_type) for g in without(problem, selected, leaver)}
        singles = {(g.challenge, g.service_type) for g in gaps(problem, selected).single if g.by == (leaver,)}
        assert opened == singles
