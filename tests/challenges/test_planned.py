from datetime import timedelta

import pytest

from challenges.planned import Change, Planned, What, compare, due_now, still_to_go
from tests.factories import brussels

ENDS = brussels(2023, 9, 2)
HOUR = timedelta(hours=1)
MOMENTS = {"week": ENDS - 168 * HOUR, "day": ENDS - 24 * HOUR, "hours": ENDS - 3 * HOUR}


@pytest.mark.parametrize(
    ("at", "due", "left"),
    [
        (ENDS - 200 * HOUR, None, ["week", "day", "hours"]),
        (ENDS - 168 * HOUR, "week", ["week", "day", "hours"]),
        (ENDS - 20 * HOUR, "day", ["day", "hours"]),
        (ENDS - HOUR, "hours", ["hours"]),
        (ENDS, None, []),
    ],
)
def test_still_to_go_is_the_last_that_has_come_and_those_ahead(at, due, left):
    assert list(still_to_go(MOMENTS, ends=ENDS, at=at)) == left
    assert due_now(MOMENTS, ends=ENDS, at=at) == due


def one(name, at, *, sent=False):
    return Planned(("kind", name), "Herinnering", at, mails=2, sent=sent)


def test_compare_tells_added_moved_cancelled_unchanged_and_sent():
    later = ENDS + HOUR
    before = [one("a", ENDS), one("b", ENDS), one("c", ENDS), one("s", ENDS, sent=True)]
    after = [one("a", later), one("c", ENDS), one("d", later), one("s", later, sent=True)]

    assert compare(before, after) == [
        Change(What.ADDED, "Herinnering", None, later, 2),
        Change(What.MOVED, "Herinnering", ENDS, later, 2),
        Change(What.CANCELLED, "Herinnering", ENDS, None, 2),
        Change(What.UNCHANGED, "Herinnering", ENDS, ENDS, 2),
        Change(What.SENT, "Herinnering", ENDS, None, 2),
    ]


def test_a_sent_reminder_that_only_the_later_plan_holds_is_told_too():
    later = one("a", ENDS + HOUR, sent=True)

    assert compare([one("b", ENDS)], [one("b", ENDS), later]) == [
        Change(What.UNCHANGED, "Herinnering", ENDS, ENDS, 2),
        Change(What.SENT, "Herinnering", ENDS + HOUR, None, 2),
    ]


def test_compare_counts_equal_reminders_together():
    before = [one("a", ENDS), one("b", ENDS)]

    assert [change.mails for change in compare(before, before)] == [4]


def test_nothing_goes_that_comes_before_what_was_sent():
    assert list(still_to_go(MOMENTS, ends=ENDS, at=ENDS - 200 * HOUR, sent={"day"})) == ["hours"]
