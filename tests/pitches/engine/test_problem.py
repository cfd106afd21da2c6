import pytest

from pitches.engine import Interval, Juror, Lengths
from tests.pitches.engine.factory import at, day, pitch, problem, proposal, span


def test_interval_that_ends_before_it_starts():
    with pytest.raises(ValueError, match="must end after it starts"):
        Interval(at("10:00"), at("10:00"))


def test_interval_touching_does_not_overlap():
    assert span("09:00", "10:00").overlaps(span("10:00", "11:00")) is False
    assert span("09:00", "10:00").overlaps(span("09:59", "11:00")) is True


def test_interval_holds_its_own_edges():
    assert span("09:00", "10:00").holds(span("09:00", "10:00")) is True
    assert span("09:00", "10:00").holds(span("09:30", "10:01")) is False


def test_lengths_of_one_turn():
    lengths = Lengths()

    assert (lengths.heard.seconds, lengths.rest.seconds, lengths.turn.seconds) == (
        1500,
        300,
        1800,
    )


@pytest.mark.parametrize("minutes", [(0, 10, 5), (15, -1, 5), (15, 10, -5)])
def test_lengths_that_make_no_sense(minutes):
    with pytest.raises(ValueError, match="at least one minute"):
        Lengths(*minutes)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"rooms": ("A", "A")}, "room given twice"),
        ({"proposals": (proposal("p1"), proposal("p1"))}, "proposal given twice"),
        ({"jurors": (Juror("j1"), Juror("j1"))}, "juror given twice"),
        (
            {"fixed": (pitch("p1", "09:00"), pitch("p1", "10:00"))},
            "fixed pitch given twice",
        ),
        ({"fixed": (pitch("p9", "09:00"),)}, "fixed pitch of an unknown proposal"),
        ({"quorum": -1}, "quorum"),
        (
            {"days": (day("09:00", "11:00"), day("10:00", "12:00"))},
            "two pitch days overlap",
        ),
    ],
)
def test_problem_that_contradicts_itself(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        problem(**given)


def test_problem_free_proposals_are_sorted_and_not_fixed():
    told = problem(
        proposals=(proposal("p3"), proposal("p1"), proposal("p2")),
        fixed=(pitch("p2", "09:00"),),
    )

    assert [p.key for p in told.free] == ["p1", "p3"]
