from pitches.engine.cost import timetable_cost
from tests.pitches.engine.factory import day, pitch, problem, proposal, span

SLOT, DAY, RESERVE_DAY, RESERVE_PITCH, RATHER_NOT, MOVED = 10, 40, 200, 300, 100, 150


def test_timetable_cost_without_pitches():
    assert timetable_cost(problem(), []) == 0


def test_timetable_cost_counts_the_day_and_its_span():
    told = problem(proposals=(proposal("p1"), proposal("p2")))

    pitches = [pitch("p1", "09:00"), pitch("p2", "10:00")]

    assert timetable_cost(told, pitches) == DAY + 3 * SLOT


def test_timetable_cost_of_a_late_start():
    assert timetable_cost(problem(), [pitch("p1", "10:00")]) == DAY + SLOT + 2


def test_timetable_cost_of_a_reserve_day():
    told = problem(days=(day("09:00", "11:00", reserve=True),))

    assert timetable_cost(told, [pitch("p1", "09:00")]) == (DAY + SLOT + RESERVE_DAY + RESERVE_PITCH)


def test_timetable_cost_of_a_wish_and_of_a_move():
    told = problem(
        proposals=(
            proposal(
                "p1",
                rather_not=(span("09:20", "09:40"),),
                announced=pitch("p1", "09:30"),
            ),
        )
    )

    assert timetable_cost(told, [pitch("p1", "09:00")]) == DAY + SLOT + RATHER_NOT + MOVED
    assert timetable_cost(told, [pitch("p1", "10:00")]) == DAY + SLOT + 2 + MOVED


def test_timetable_cost_of_fixed_pitches_is_their_span_only():
    fixed = (pitch("p1", "09:10"),)
    told = problem(proposals=(proposal("p1", rather_not=(span("09:00", "12:00"),)),), fixed=fixed)

    assert timetable_cost(told, fixed) == DAY + 2 * SLOT
