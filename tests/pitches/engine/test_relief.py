"""The smallest set of conditions to give up, against trying every set of them."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings

from pitches.engine import Juror, find_clashes, schedule
from pitches.engine.problem import Interval
from pitches.engine.relief import Concession, Kind, give_up, smallest_relief
from tests.pitches.engine.factory import at, day, pitch, problem, proposal, span
from tests.pitches.engine.test_solve import small_problems

HOUR = (day("09:00", "10:00"),)


def works(told):
    found = schedule(told)
    return found.status == "optimal" and not found.unplaced


def every_concession(told):
    """All that the model may give up, one by one, each as far as it goes."""
    for placed in told.fixed:
        yield Concession(Kind.BY_HAND, placed.proposal)
    for one in told.jurors:
        yield from (Concession(Kind.JUROR_HOURS, one.key, busy) for busy in one.busy)
    for one in told.proposals:
        yield from (Concession(Kind.ORGANISATION_HOURS, one.organisation, busy) for busy in one.busy)
    yield Concession(Kind.MORE_ROOMS, number=2)
    if told.quorum > 1:
        yield Concession(Kind.QUORUM, number=1)
    for one in told.days:
        turns = (one.closes - one.opens + told.lengths.rest) // told.lengths.turn + 4
        ends = one.opens + turns * told.lengths.turn - told.lengths.rest
        yield Concession(Kind.LONGER_DAY, during=Interval(one.opens, ends))


def some_set_works(told, *, smaller_than):
    concessions = sorted(set(every_concession(told)), key=repr)
    sizes = range(smaller_than)
    return any(works(give_up(told, chosen)) for size in sizes for chosen in combinations(concessions, size))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=small_problems())
def test_smallest_relief_is_as_small_as_trying_everything(told):
    found = smallest_relief(told)

    if found is None:
        assert not some_set_works(told, smaller_than=3)
        return
    assert found.proven
    mended = give_up(told, found.concessions)
    assert works(mended)
    assert find_clashes(mended, schedule(mended).pitches) == ()
    assert not some_set_works(told, smaller_than=min(3, len(found.concessions)))


def relief_of(**more):
    return smallest_relief(problem(**more)).concessions


def test_smallest_relief_of_what_fits_is_nothing():
    assert relief_of() == ()


def test_smallest_relief_of_a_full_day_is_a_longer_day():
    proposals = tuple(proposal(f"p{n}") for n in range(4))

    [one] = relief_of(days=HOUR, proposals=proposals)

    assert one == Concession(Kind.LONGER_DAY, during=Interval(at("09:00"), at("10:55")))


def test_smallest_relief_goes_on_no_longer_than_the_next_hours():
    proposals = tuple(proposal(f"p{n}") for n in range(3))
    days = (day("09:00", "09:25"), day("09:30", "09:55"), day("18:00", "18:25", 14))

    [one] = relief_of(days=days[:2], proposals=proposals)

    assert one == Concession(Kind.LONGER_DAY, during=Interval(at("09:30"), at("10:25")))


def test_smallest_relief_asks_who_is_away_all_day():
    away = span("08:00", "12:00")

    [one] = relief_of(proposals=(proposal("p1", busy=(away,)),), days=(day("09:00", "09:30"),))

    assert one == Concession(Kind.ORGANISATION_HOURS, "org-p1", away)


def test_smallest_relief_lowers_the_quorum_when_nobody_else_can_come():
    jurors = (Juror("j1"), Juror("j2", conflicts=frozenset({"p1"})))

    assert relief_of(jurors=jurors, quorum=2) == (Concession(Kind.QUORUM, number=1),)


def test_smallest_relief_lets_go_of_one_of_two_pitches_placed_by_hand():
    fixed = (pitch("p1", "09:00", jurors=["j1"]), pitch("p2", "09:10", jurors=["j2"]))

    [one] = relief_of(proposals=(proposal("p1"), proposal("p2")), fixed=fixed)

    assert (one.kind, one.who in ("p1", "p2")) == (Kind.BY_HAND, True)


def test_smallest_relief_adds_rooms_when_the_day_cannot_be_longer():
    days = (day("09:00", "09:25"), day("09:30", "09:55"))
    proposals = tuple(proposal(f"p{n}", elsewhere=(span("09:26", "23:00"),)) for n in range(3))

    [one] = relief_of(days=days, proposals=proposals, jurors=tuple(Juror(f"j{n}") for n in range(3)))

    assert one == Concession(Kind.MORE_ROOMS, number=2)


def test_smallest_relief_never_takes_an_organisation_from_another_region():
    told = problem(proposals=(proposal("p1", elsewhere=(span("08:00", "18:00"),)),))

    assert smallest_relief(told) is None


def test_smallest_relief_never_gives_up_a_conflict_of_interest():
    told = problem(jurors=(Juror("j1", conflicts=frozenset({"p1"})),))

    assert smallest_relief(told) is None


@pytest.mark.parametrize("seed", range(2))
def test_smallest_relief_of_a_real_call_is_found(seed):
    from dataclasses import replace

    from tests.pitches.engine.factory import large

    told = large(pitches=12, days=1, rooms=1, jurors=8, seed=seed)
    told = replace(told, days=(day("09:00", "12:30"), day("13:30", "15:00")))

    found = smallest_relief(told, seconds=20)

    assert works(give_up(told, found.concessions))
