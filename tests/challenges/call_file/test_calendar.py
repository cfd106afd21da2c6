from datetime import UTC, datetime

import pytest

from challenges.call_file.calendar import instants, to_edition
from challenges.call_file.checking import checked
from challenges.call_file.problems import CallRefused
from tests.challenges.call_file.samples import bent, small


def first(tree, edition=None):
    document = checked(tree)
    return instants(to_edition(document, edition) if edition else document)[0]


def test_wall_time_becomes_an_instant_of_the_zone():
    filing = first(small())

    assert filing.starts == datetime(2024, 2, 29, 23, tzinfo=UTC)
    assert filing.until == datetime(2024, 4, 30, 22, tzinfo=UTC)


def test_written_offset_holds():
    filing = first(bent("milestones.0.until", "2024-05-01T00:00+00:00"))

    assert filing.until == datetime(2024, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("wall", ["2024-03-31T02:30", "2024-10-27T02:30"])
def test_hour_at_which_the_clock_changes_is_refused(wall):
    with pytest.raises(CallRefused) as refusal:
        first(bent("milestones.0", {"kind": "filing", "until": wall}))

    assert [problem.place for problem in refusal.value.problems] == ["milestones[0].until"]


def test_hour_that_exists_twice_is_clear_with_its_offset():
    filing = first(bent("milestones.0", {"kind": "filing", "until": "2024-10-27T02:30+01:00"}))

    assert filing.until == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)


def test_replies_close_where_the_file_says():
    reply = {"kind": "reply", "closes": "2024-10-14T00:00", "until": "2024-10-20T00:00"}

    document = checked(bent("milestones", [*small()["milestones"], reply]))

    closes = [instants(to_edition(document, edition))[-1].closes for edition in (2024, 2026)]

    assert closes == [datetime(2024, 10, 13, 22, tzinfo=UTC), datetime(2026, 10, 13, 22, tzinfo=UTC)]


@pytest.mark.parametrize(
    "milestone",
    [
        {"kind": "reply", "closes": "2024-10-20T00:00", "until": "2024-10-20T00:00"},
        {"kind": "reply", "closes": "2024-10-14T00:00", "from": "2024-10-01T00:00"},
        {"kind": "filing", "closes": "2024-10-14T00:00", "until": "2024-10-20T00:00"},
    ],
)
def test_only_replies_close_and_before_their_end(milestone):
    with pytest.raises(CallRefused) as refusal:
        first(bent("milestones.0", milestone))

    assert any("closes" in problem.message for problem in refusal.value.problems)


def test_other_edition_keeps_wall_time_across_summer_time():
    # 30 March 00:00 is winter time in 2024; 31 March 2025 begins after the change.
    filing = first(bent("milestones.0.until", "2024-03-31T04:00"), edition=2025)

    assert filing.until == datetime(2025, 3, 31, 2, tzinfo=UTC)


def test_other_edition_moves_slug_and_text():
    document = to_edition(checked(small()), 2026)

    assert document.call.slug == "oefenregio-2026"
    assert document.call.edition == 2026
    assert document.milestones[1].says == "13 mei 2026"


def test_other_edition_is_added_to_a_slug_without_year():
    assert to_edition(checked(bent("call.slug", "oefenregio")), 2026).call.slug == "oefenregio-2026"


def test_same_edition_changes_nothing():
    document = checked(small())

    assert to_edition(document, 2024) is document


def test_offset_of_one_year_does_not_move_to_another():
    filing = first(bent("milestones.0.until", "2024-04-30T22:00+00:00"), edition=2025)

    assert filing.until == datetime(2025, 4, 30, 22, tzinfo=UTC)


def test_leap_day_widens_the_interval_in_a_year_without_it():
    day = {
        "kind": "filing",
        "from": "2024-02-29T00:00",
        "until": "2024-03-01T00:00",
        "says": "29 februari 2024",
    }
    until = {
        "kind": "pitches",
        "from": "2024-02-28T00:00",
        "until": "2024-02-29T00:00",
        "reserve": ["2024-02-29"],
    }
    tree = bent("milestones", [day, until])

    filing, pitches = instants(to_edition(checked(tree), 2025))

    assert (filing.starts, filing.until) == (
        datetime(2025, 2, 27, 23, tzinfo=UTC),
        datetime(2025, 2, 28, 23, tzinfo=UTC),
    )
    assert filing.says == ""
    assert pitches.until == datetime(2025, 2, 28, 23, tzinfo=UTC)
    assert [day.isoformat() for day in pitches.reserve] == ["2025-03-01"]


@pytest.mark.parametrize("edition", [1999, 2101])
def test_edition_outside_this_century_is_refused(edition):
    with pytest.raises(CallRefused) as refusal:
        to_edition(checked(small()), edition)

    assert [problem.place for problem in refusal.value.problems] == ["call.edition"]
