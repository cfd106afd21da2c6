from itertools import product
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pitches.engine import (
    Clash,
    Juror,
    Lengths,
    PlacedPitch,
    Problem,
    Reason,
    Status,
    Unplaced,
    find_clashes,
    schedule,
)
from pitches.engine.cost import timetable_cost
from pitches.engine.slots import grid
from tests.pitches.engine.factory import day, large, pitch, problem, proposal, span

HALF_HOURS = ("09:00", "09:30", "10:00", "10:30", "11:00")


@st.composite
def intervals(draw):
    first = draw(st.integers(0, 3))
    last = draw(st.integers(first + 1, 4))
    on = draw(st.sampled_from((13, 14)))
    return span(HALF_HOURS[first], HALF_HOURS[last], on)


@st.composite
def small_problems(draw):
    """Up to three proposals, two rooms, four jurors, on a morning and a reserve hour."""
    some = st.lists(intervals(), max_size=1).map(tuple)
    keys = [f"p{n}" for n in range(1, draw(st.integers(1, 3)) + 1)]
    proposals = tuple(
        proposal(
            key,
            organisation=draw(st.sampled_from("xyz")),
            busy=draw(some),
            rather_not=draw(some),
            announced=draw(st.sampled_from((None, pitch(key, "09:30")))),
        )
        for key in keys
    )
    jurors = tuple(
        Juror(f"j{n}", draw(some), draw(st.frozensets(st.sampled_from(keys), max_size=2)))
        for n in range(1, draw(st.integers(1, 4)) + 1)
    )
    return Problem(
        days=(day("09:00", "10:30"), day("09:00", "10:00", 14, reserve=True)),
        rooms=("A", "B")[: draw(st.integers(1, 2))],
        proposals=proposals,
        jurors=jurors,
        quorum=draw(st.integers(0, 2)),
        fixed=draw(st.sampled_from(((), (pitch("p1", "09:10"),)))),
        taken=draw(st.sampled_from(({}, {"A": (span("09:30", "10:00"),)}))),
    )


def panels(told, keys):
    """Every way to spread the jurors over the pitches of one slot."""
    names = [juror.key for juror in told.jurors]
    for seats in product((None, *keys), repeat=len(names)):
        yield {key: tuple(n for n, seat in zip(names, seats, strict=True) if seat == key) for key in keys}


def fits(told, slot, keys):
    """Whether some panels make the pitches `keys` in `slot` free of clashes, by the checker."""
    for panel in panels(told, keys):
        pitches = [
            PlacedPitch(key, slot.during.start, slot.during.end, room, panel[key])
            for key, room in zip(keys, slot.rooms, strict=False)
        ]
        if len(pitches) == len(keys) and not find_clashes(told, [*told.fixed, *pitches]):
            return True
    return False


def best_by_brute_force(told):
    """(unplaced, cost) of the best of all timetables."""
    free, slots = [p.key for p in told.free], grid(told)
    scores = []
    known = {}
    for choice in product((None, *slots), repeat=len(free)):
        placed = [
            PlacedPitch(key, slot.during.start, slot.during.end, "A")
            for key, slot in zip(free, choice, strict=True)
            if slot
        ]
        parts = {slot: tuple(k for k, s in zip(free, choice, strict=True) if s == slot) for slot in choice}
        parts.pop(None, None)
        for slot, keys in parts.items():
            if (slot, keys) not in known:
                known[slot, keys] = fits(told, slot, keys)
        if all(known[part] for part in parts.items()):
            score = (
                len(free) - len(placed),
                timetable_cost(told, [*told.fixed, *placed]),
            )
            scores.append(score)
    return min(scores)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=small_problems())
def test_schedule_is_as_good_as_trying_everything(told):
    found = schedule(told)

    if found.status == Status.INFEASIBLE:
        assert find_clashes(told, told.fixed) == found.clashes != ()
    else:
        assert (len(found.unplaced), found.cost) == best_by_brute_force(told)
        assert (found.status, found.gap) == (Status.OPTIMAL, 0.0)


@settings(max_examples=60, deadline=None)
@given(told=small_problems())
def test_schedule_has_no_clash_and_forgets_nobody(told):
    found = schedule(told)

    assert find_clashes(told, found.pitches) == ()
    spoken_of = [p.proposal for p in found.pitches] + [u.proposal for u in found.unplaced]
    assert sorted(spoken_of) == sorted(p.key for p in told.proposals)


@pytest.mark.parametrize("seed", range(3))
def test_schedule_proves_twelve_pitches_within_five_seconds_of_one_core(seed):
    told = large(pitches=12, days=1, rooms=2, jurors=8, seed=seed)

    began = process_time()
    found = schedule(told)

    assert process_time() - began < 5
    assert (found.status, len(found.pitches), found.unplaced) == (
        Status.OPTIMAL,
        12,
        (),
    )
    assert find_clashes(told, found.pitches) == ()


def test_schedule_twice_gives_the_same_answer():
    told = large(pitches=12, days=1, rooms=2, jurors=8, seed=7)

    assert schedule(told, seed=3) == schedule(told, seed=3)


def test_schedule_cut_short_is_feasible_and_names_its_gap():
    told = large(pitches=40, days=2, rooms=3, jurors=12, seed=2)

    found = schedule(told, seconds=0.01)

    assert found.status == Status.FEASIBLE
    assert found.gap > 0
    assert find_clashes(told, found.pitches) == ()


def test_schedule_reserve_day_only_when_needed():
    days = (day("09:00", "10:00"), day("09:00", "10:00", 14, reserve=True))
    keys = ("p1", "p2", "p3")

    two = schedule(problem(days=days, proposals=tuple(proposal(k) for k in keys[:2])))
    three = schedule(problem(days=days, proposals=tuple(proposal(k) for k in keys)))

    assert [p.start.day for p in two.pitches] == [13, 13]
    assert [p.start.day for p in three.pitches] == [13, 13, 14]


def test_schedule_keeps_days_short_and_early():
    found = schedule(problem(proposals=(proposal("p1"), proposal("p2"))))

    assert [f"{p.start:%H:%M}" for p in found.pitches] == ["09:00", "09:30"]


def test_schedule_follows_a_wish():
    wish = proposal("p1", rather_not=(span("09:00", "10:00"),))

    found = schedule(problem(proposals=(wish,)))

    assert [f"{p.start:%H:%M}" for p in found.pitches] == ["10:00"]


def test_schedule_leaves_an_announced_pitch_where_it_was():
    told = proposal("p1", announced=pitch("p1", "10:00", "B"))

    found = schedule(problem(proposals=(told,), rooms=("A", "B")))

    assert [(f"{p.start:%H:%M}", p.room) for p in found.pitches] == [("10:00", "B")]


def test_schedule_around_a_fixed_pitch():
    fixed = pitch("p1", "09:10")

    found = schedule(problem(proposals=(proposal("p1"), proposal("p2")), fixed=(fixed,)))

    assert found.pitches[0] == fixed
    assert f"{found.pitches[1].start:%H:%M}" == "10:00"


def test_schedule_with_everything_fixed():
    fixed = (pitch("p1", "09:00"),)

    found = schedule(problem(fixed=fixed))

    assert (found.status, found.pitches, found.cost) == (Status.OPTIMAL, fixed, 50)


def test_schedule_of_fixed_pitches_that_clash_is_infeasible():
    proposals = (proposal("p1"), proposal("p2"), proposal("p3"))
    fixed = (pitch("p1", "09:00", jurors=["j1"]), pitch("p2", "09:10", jurors=["j2"]))

    found = schedule(problem(proposals=proposals, fixed=fixed))

    assert (found.status, found.pitches) == (Status.INFEASIBLE, ())
    assert found.clashes == (Clash("room_double", ("p1", "p2"), "A"),)
    assert found.unplaced == tuple(Unplaced(p.key, Reason.FIXED_CLASH) for p in proposals)


def test_schedule_places_as_many_as_there_is_room_for():
    keys = ("p1", "p2", "p3")
    told = problem(days=(day("09:00", "10:00"),), proposals=tuple(proposal(k) for k in keys))

    found = schedule(told)

    assert (found.status, len(found.pitches)) == (Status.OPTIMAL, 2)
    assert [u.reason for u in found.unplaced] == [Reason.FULL]


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        ({"days": ()}, Reason.NO_DAYS),
        ({"days": (day("09:00", "09:20"),)}, Reason.NO_DAYS),
        ({"rooms": ()}, Reason.NO_ROOM),
        ({"quorum": 3}, Reason.NO_QUORUM),
        (
            {"proposals": (proposal("p1", busy=(span("08:00", "12:00"),)),)},
            Reason.ORGANISATION_BUSY,
        ),
        (
            {"jurors": (Juror("j1", conflicts=frozenset({"p1"})),)},
            Reason.NO_QUORUM,
        ),
    ],
)
def test_schedule_says_why_a_pitch_has_no_place(given_, reason):
    found = schedule(problem(**given_))

    assert (found.status, found.pitches) == (Status.OPTIMAL, ())
    assert found.unplaced == (Unplaced("p1", reason),)


def test_schedule_an_organisation_never_pitches_twice_at_once():
    proposals = (proposal("p1", organisation="o"), proposal("p2", organisation="o"))

    found = schedule(problem(proposals=proposals, rooms=("A", "B"), quorum=1))

    assert found.pitches[0].start < found.pitches[1].start


def test_schedule_with_other_lengths():
    told = problem(
        proposals=(proposal("p1"), proposal("p2")),
        lengths=Lengths(pitch=30, questions=15, pause=15),
    )

    found = schedule(told)

    assert [(f"{p.start:%H:%M}", f"{p.end:%H:%M}") for p in found.pitches] == [
        ("09:00", "09:45"),
        ("10:00", "10:45"),
    ]
