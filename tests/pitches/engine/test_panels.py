from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pitches.engine import Juror
from pitches.engine.panels import can_sit, seat, shortages
from pitches.engine.slots import grid
from tests.pitches.engine.factory import pitch, problem, proposal

KNOWN = st.lists(st.frozensets(st.sampled_from("abcde")), min_size=1, max_size=3)


def seating_exists(known, quorum):
    """Every juror tries every pitch, or stays away."""
    jurors = sorted(frozenset.union(*known))
    for seats in product(range(-1, len(known)), repeat=len(jurors)):
        panels = [
            sum(seat == number and juror in known[number] for juror, seat in zip(jurors, seats, strict=True))
            for number in range(len(known))
        ]
        if all(size >= quorum for size in panels):
            return True
    return False


@given(known=KNOWN, quorum=st.integers(0, 3))
def test_can_sit_agrees_with_trying_everything(known, quorum):
    assert can_sit(known, quorum) == seating_exists(known, quorum)


@given(known=KNOWN, quorum=st.integers(0, 3))
def test_shortages_forbid_exactly_what_cannot_sit(known, quorum):
    rooms = len(known)

    caps = shortages(known, quorum, rooms)

    kept = all(sum(own <= short for own in known) <= most for short, most in caps.items())
    assert kept == can_sit(known, quorum)


def test_shortages_with_jurors_enough():
    assert shortages([frozenset("abcdef")], 3, 2) == {}


def two_at_once(**more):
    told = problem(
        rooms=("A", "B"),
        proposals=(
            proposal("p1", **more.pop("p1", {})),
            proposal("p2"),
            proposal("p3"),
        ),
        jurors=more.pop("jurors", tuple(Juror(f"j{n}") for n in range(1, 5))),
        quorum=1,
    )
    first, second, *_ = grid(told)
    return told, {"p1": first, "p2": first, "p3": second}


def test_seat_gives_every_free_juror_a_seat_in_equal_panels():
    told, times = two_at_once()

    pitches = {p.proposal: p for p in seat(told, times)}

    assert len(pitches["p1"].jurors) == len(pitches["p2"].jurors) == 2
    assert sorted(pitches["p1"].jurors + pitches["p2"].jurors) == [
        "j1",
        "j2",
        "j3",
        "j4",
    ]
    assert pitches["p3"].jurors == ("j1", "j2", "j3", "j4")
    assert (pitches["p1"].room, pitches["p2"].room, pitches["p3"].room) == (
        "A",
        "B",
        "A",
    )


def test_seat_keeps_a_conflicted_juror_out():
    told, times = two_at_once(
        jurors=(
            Juror("j1", conflicts=frozenset({"p1", "p3"})),
            Juror("j2"),
            Juror("j3"),
        )
    )

    pitches = {p.proposal: p for p in seat(told, times)}

    assert "j1" in pitches["p2"].jurors
    assert pitches["p3"].jurors == ("j2", "j3")


def test_seat_lets_jurors_stay_in_their_room():
    told = problem(
        rooms=("A", "B"),
        proposals=tuple(proposal(f"p{n}") for n in range(1, 9)),
        jurors=tuple(Juror(f"j{n}") for n in range(1, 7)),
        quorum=3,
    )
    slots = grid(told)
    times = {f"p{n}": slots[(n - 1) // 2] for n in range(1, 9)}

    pitches = seat(told, times)

    panels = {(p.room, p.jurors) for p in pitches}
    assert len(panels) == 2


def test_seat_keeps_the_announced_room_and_jurors():
    told, times = two_at_once(p1={"announced": pitch("p1", "09:00", "B", ["j3", "j4"])})

    pitches = {p.proposal: p for p in seat(told, times)}

    assert (pitches["p1"].room, pitches["p1"].jurors) == ("B", ("j3", "j4"))
    assert (pitches["p2"].room, pitches["p2"].jurors) == ("A", ("j1", "j2"))
