from pitches.engine import Clash, Juror, PlacedPitch, find_clashes
from tests.pitches.engine.factory import at, pitch, problem, proposal, span

TWO = (proposal("p1"), proposal("p2"))


def test_find_clashes_of_a_sound_timetable():
    told = problem(proposals=TWO)

    assert find_clashes(told, [pitch("p1", "09:00"), pitch("p2", "09:30")]) == ()


def test_find_clashes_room_double():
    told = problem(proposals=TWO)
    pitches = [pitch("p1", "09:00", jurors=["j1"]), pitch("p2", "09:20", jurors=["j2"])]

    assert find_clashes(told, pitches) == (Clash("room_double", ("p1", "p2"), "A"),)


def test_find_clashes_of_a_room_that_another_call_uses():
    told = problem(proposals=TWO, taken={"A": (span("09:25", "09:55"),)})
    pitches = [pitch("p1", "09:00"), pitch("p2", "09:30", jurors=["j2"])]

    assert find_clashes(told, pitches) == (Clash("room_elsewhere", ("p2",), "A"),)


def test_find_clashes_juror_double():
    told = problem(proposals=TWO, rooms=("A", "B"))
    pitches = [pitch("p2", "09:00", "B"), pitch("p1", "09:00", "A")]

    assert find_clashes(told, pitches) == (Clash("juror_double", ("p1", "p2"), "j1"),)


def test_find_clashes_organisation_double():
    told = problem(
        proposals=(proposal("p1", organisation="o"), proposal("p2", organisation="o")),
        rooms=("A", "B"),
    )
    pitches = [pitch("p1", "09:00", "A", ["j1"]), pitch("p2", "09:00", "B", ["j2"])]

    assert find_clashes(told, pitches) == (Clash("organisation_double", ("p1", "p2"), "o"),)


def test_find_clashes_no_pause_between_placed_pitches():
    told = problem(proposals=TWO)
    pitches = [pitch("p2", "09:25"), pitch("p1", "09:00")]

    assert find_clashes(told, pitches) == (Clash("no_pause", ("p1", "p2"), "A"),)


def test_find_clashes_pause_is_not_asked_of_two_fixed_pitches():
    fixed = (pitch("p1", "09:00"), pitch("p2", "09:25"))

    assert find_clashes(problem(proposals=TWO, fixed=fixed), fixed) == ()


def test_find_clashes_pause_is_not_asked_between_rooms():
    told = problem(proposals=TWO, rooms=("A", "B"))

    assert find_clashes(told, [pitch("p1", "09:00"), pitch("p2", "09:25", "B")]) == ()


def test_find_clashes_busy_people():
    told = problem(
        proposals=(proposal("p1", busy=(span("09:10", "09:40"),)),),
        jurors=(Juror("j1", (span("08:00", "09:01"),)),),
    )

    assert find_clashes(told, [pitch("p1", "09:00")]) == (
        Clash("juror_busy", ("p1",), "j1"),
        Clash("organisation_busy", ("p1",), "org-p1"),
    )


def test_find_clashes_busy_until_the_start_is_free():
    told = problem(jurors=(Juror("j1", (span("08:00", "09:00"), span("09:25", "12:00"))),))

    assert find_clashes(told, [pitch("p1", "09:00")]) == ()


def test_find_clashes_conflicted_juror():
    told = problem(jurors=(Juror("j1", conflicts=frozenset({"p1"})), Juror("j2")))

    assert find_clashes(told, [pitch("p1", "09:00", jurors=["j1", "j2"])]) == (
        Clash("juror_conflicted", ("p1",), "j1"),
    )


def test_find_clashes_quorum_counts_each_juror_once():
    told = problem(quorum=2)

    assert find_clashes(told, [pitch("p1", "09:00", jurors=["j1", "j1"])]) == (Clash("no_quorum", ("p1",)),)


def test_find_clashes_outside_hours():
    assert find_clashes(problem(), [pitch("p1", "10:40")]) == (Clash("outside_hours", ("p1",)),)
    assert find_clashes(problem(), [pitch("p1", "08:59")]) == (Clash("outside_hours", ("p1",)),)
    assert find_clashes(problem(), [pitch("p1", "10:35")]) == ()


def test_find_clashes_strangers():
    pitches = [
        PlacedPitch("p1", at("09:00"), at("09:25"), "Z", ("j1", "j9")),
        pitch("p9", "10:00"),
    ]

    assert find_clashes(problem(), pitches) == (
        Clash("unknown_juror", ("p1",), "j9"),
        Clash("unknown_proposal", ("p9",)),
        Clash("unknown_room", ("p1",), "Z"),
    )


def test_find_clashes_proposal_twice():
    pitches = [pitch("p1", "09:00"), pitch("p1", "10:00")]

    assert find_clashes(problem(), pitches) == (Clash("proposal_twice", ("p1",)),)
