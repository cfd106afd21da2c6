import subprocess
import sys
import time
from dataclasses import replace

import pytest

from matching.engine.check import check
from matching.engine.compose import Objective, UnknownProposal, compose, objective, solve
from matching.engine.conflict import can_hold
from matching.engine.coverage import alone, coverage, gaps, matrix, met, without
from matching.engine.greedy import greedy
from matching.engine.wishes import Wish, Wishes, all_wishes

from .brute import Sets
from .builders import ROOT, random_problem
from .instances import regional_problem

BATCHES = 10


def _wishes(seed, problem):
    needs = [f"{c}:{slug}" for c, slug in problem.needs]
    return Wishes(
        budget=(None, 0, 60_000, 150_000, 400_000)[seed % 5],
        minimum=(None, None, 2, 3)[seed % 4],
        maximum=(None, 3, 5, 1)[(seed // 3) % 4],
        include=("o000",) if seed % 7 == 0 else (),
        exclude=("o001",) if seed % 9 == 0 else (),
        twice=(needs[0],) if seed % 6 == 0 else (f"{needs[0]}:m1",) if seed % 11 == 0 else (),
    )


def _key(found):
    return found.coverage, found.quality, -found.cost


@pytest.mark.parametrize("batch", range(BATCHES))
def test_compose_equals_brute_force_on_every_level_of_thirty_problems(batch):
    for seed in range(batch * 30, batch * 30 + 30):
        problem = random_problem(seed, offers=2 + seed % 11)
        wishes = _wishes(seed, problem)
        sets = Sets(problem)

        answer = compose(problem, wishes, alternatives=0)

        best = sets.best(sets.allowed(sets.hard(wishes)))
        assert check(problem, wishes, answer) == []
        if best is None:
            assert answer.status == "infeasible"
            assert len(answer.conflict) == sets.fewest_to_give_up(sets.hard(wishes))
        else:
            assert answer.status == "optimal"
            assert _key(answer.objective) == best
            assert [level.value for level in answer.levels] == [level.bound for level in answer.levels]
            assert answer.gap == 0


@pytest.mark.parametrize("seed", range(12))
def test_compose_alternatives_are_next_best_and_two_members_apart(seed):
    problem = random_problem(seed, offers=6)
    sets = Sets(problem)
    wishes = Wishes(maximum=3)

    answer = compose(problem, wishes, alternatives=3)

    idle = [o.external_id for o in problem.offers if not any(map(o.meets, problem.needs))]
    tighter = replace(wishes, exclude=tuple(idle))
    if not sets.allowed(sets.hard(tighter)).any():
        tighter = wishes
    left = sets.allowed(sets.hard(tighter)) & (sets.distance(answer.selected) >= 2)
    for other in answer.alternatives:
        assert other.proven
        assert _key(other.objective) == sets.best(left)
        left &= sets.distance(other.selected) >= 2
    assert len(answer.alternatives) == 3 or not left.any()
    assert check(problem, wishes, answer) == []


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
        "from matching.engine.wishes import Wishes\n"
        "from tests.matching.builders import random_problem\n"
        "compose(random_problem(7, offers=6), Wishes(budget=90_000), tell=lambda found: None)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert (done.stdout, done.stderr) == ("", "")


def test_compose_refuses_an_unknown_proposal():
    with pytest.raises(UnknownProposal, match="nobody"):
        compose(random_problem(1, offers=2), Wishes(include=("nobody",)))


def test_compose_out_of_time_gives_the_best_found_with_its_gap(region):
    problem = regional_problem(region, offers=200)
    wishes = Wishes(budget=400_000, maximum=11)

    answer = compose(problem, wishes, seconds=0.01)

    assert check(problem, wishes, answer) == []
    known = greedy(problem, all_wishes(problem, wishes))
    assert _key(answer.objective) >= _key(objective(problem, known))


def test_compose_never_falls_below_a_set_known_from_before(region):
    problem = regional_problem(region, offers=30)
    wishes = Wishes(budget=300_000)
    best = compose(problem, wishes, alternatives=0)

    again = compose(problem, wishes, alternatives=0, seconds=0.01, starts=[best.selected, ["gone"]])

    assert again.objective == best.objective


def test_compose_tells_ever_better_sets(region):
    problem = regional_problem(region, offers=30)
    heard = []

    answer = compose(problem, Wishes(budget=300_000), alternatives=0, tell=heard.append)

    keys = [_key(found.objective) for found in heard]
    assert keys == sorted(keys)
    assert keys[-1] == _key(answer.objective)


def test_solve_without_a_start_tells_every_better_set_with_what_can_at_best_be(region):
    problem = regional_problem(region, offers=40)
    hard = all_wishes(problem, Wishes(budget=400_000, maximum=11))
    heard = []

    found = solve(problem, hard, deadline=time.monotonic() + 60, tell=heard.append)

    keys = [_key(each.objective) for each in heard]
    assert keys == sorted(keys)
    assert all(level.bound >= found.objective.coverage for each in heard for level in each.levels[:1])
    assert keys[-1] <= _key(found.objective)


def test_solve_finds_nothing_where_nothing_is_allowed(region):
    problem = regional_problem(region, offers=4)

    found = solve(problem, Wishes(minimum=5).listed(), deadline=time.monotonic() + 60)

    assert found is None


def test_ten_clients_do_not_cover_a_need_of_forty():
    problem = random_problem(2, offers=1)
    [offer] = problem.offers
    need = next(iter(problem.needs))
    quarter = replace(
        offer, quarters={need[1]: 1}, points={need[0]: 60}, municipalities=frozenset(problem.places[need])
    )

    [row] = [r for r in matrix(replace(problem, offers=(quarter,))) if (r.challenge, r.service_type) == need]

    assert row.units * 4 == row.of


@pytest.mark.parametrize("kind", ["challenge", "expertise", "group"])
def test_a_duty_that_staff_waive_binds_no_longer(kind):
    seen = 0
    for seed in range(1, 40, 2):
        problem = random_problem(seed, offers=6)
        for duty in all_wishes(problem, Wishes()):
            if duty.kind == kind:
                assert duty not in all_wishes(problem, Wishes().given_up([duty]))
                seen += 1
    assert seen


def test_giving_up_the_fewest_wishes_makes_the_rest_possible():
    problem = random_problem(4, offers=5)
    wishes = Wishes(budget=1, minimum=1, maximum=4, exclude=("o004",))

    answer = compose(problem, wishes)

    assert answer.conflict == (Wish("budget", 1),)
    assert can_hold(problem, all_wishes(problem, wishes.given_up(answer.conflict)))


def test_gaps_split_needs_into_nobody_missed_and_single():
    problem = random_problem(2, offers=6)
    selected = ("o000", "o003")

    found = gaps(problem, selected)

    for row in matrix(problem):
        need = (row.challenge, row.service_type)
        inside = [ref for ref in row.by if ref in selected]
        assert (not row.by) == (need in {(g.challenge, g.service_type) for g in found.nobody})
        missed = {(g.challenge, g.service_type): g for g in found.missed}
        assert (missed[need].by if need in missed else ()) == (row.by if row.by and not inside else ())
        if need in missed:
            assert missed[need].cheapest == min(row.by, key=lambda ref: problem.offer(ref).cost)
        single = {(g.challenge, g.service_type): g.by for g in found.single}
        assert single.get(need, ()) == (tuple(inside) if len(inside) == 1 else ())


@pytest.mark.parametrize("seed", range(10))
def test_alone_is_what_leaving_costs_and_met_is_what_somebody_covers(seed):
    problem = random_problem(seed, offers=10)
    members = list(problem.by_id)[::2]

    total = coverage(problem, members)

    for ref, units in alone(problem, members).items():
        assert units == total - coverage(problem, [other for other in members if other != ref])
    assert met(problem, members) == {
        (row.challenge, row.service_type) for row in matrix(problem, members) if row.by
    }


def test_without_lists_what_falls_open_and_who_could_take_it():
    problem = random_problem(2, offers=6)
    selected = tuple(o.external_id for o in problem.offers[:4])

    for leaver in selected:
        opened = {(g.challenge, g.service_type) for g in without(problem, selected, leaver)}
        singles = {(g.challenge, g.service_type) for g in gaps(problem, selected).single if g.by == (leaver,)}
        assert opened == singles


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_never_more_than_everybody_together_covers(seed):
    problem = random_problem(seed, offers=8)
    everybody = objective(problem, list(problem.by_id))

    hurried = compose(problem, Wishes(budget=150_000), seconds=0, alternatives=0)

    assert (problem.ceiling, problem.best_quality) == (everybody.coverage, everybody.quality)
    assert hurried.bound <= problem.ceiling < problem.full_coverage
