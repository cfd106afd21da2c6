from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from challenges.calendar import feed
from challenges.models import Milestone
from tests.factories import brussels

pytestmark = pytest.mark.django_db
AT = brussels(2023, 8, 1)


def events(call) -> dict[str, object]:
    calendar = Calendar.from_ical(feed(call, at=AT, address="https://portaal.example/oproep/"))
    return {str(event["uid"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def test_every_milestone_has_its_event(pajotarl):
    assert list(events(pajotarl)) == [
        "pajotarl-2023-launch",
        "pajotarl-2023-filing",
        "pajotarl-2023-written_review",
        "pajotarl-2023-pitches",
        "pajotarl-2023-pitches-20230914",
        "pajotarl-2023-pitches-20230915",
        "pajotarl-2023-decision",
        "pajotarl-2023-reply",
    ]


def test_filing_ends_at_the_deadline_to_the_second(pajotarl):
    filing = events(pajotarl)["pajotarl-2023-filing"]

    assert filing["dtend"].dt == datetime(2023, 9, 1, 22, tzinfo=UTC)
    assert filing["dtstart"].dt == datetime(2023, 9, 1, 21, tzinfo=UTC)
    assert [alarm["trigger"].dt for alarm in filing.walk("VALARM")] == [
        -timedelta(days=7),
        -timedelta(days=1),
    ]


@pytest.mark.parametrize(
    ("key", "first", "after"),
    [
        ("launch", date(2023, 6, 23), date(2023, 6, 24)),
        ("written_review", date(2023, 9, 4), date(2023, 9, 9)),
        ("pitches", date(2023, 9, 13), date(2023, 9, 14)),
        ("pitches-20230915", date(2023, 9, 15), date(2023, 9, 16)),
        ("decision", date(2023, 10, 5), date(2023, 10, 6)),
        ("reply", date(2023, 10, 19), date(2023, 10, 20)),
    ],
)
def test_days_are_half_open(pajotarl, key, first, after):
    event = events(pajotarl)[f"pajotarl-2023-{key}"]

    assert (event["dtstart"].dt, event["dtend"].dt) == (first, after)


def test_reserve_day_is_tentative(pajotarl):
    assert events(pajotarl)["pajotarl-2023-pitches-20230914"]["status"] == "TENTATIVE"


def test_moved_milestone_keeps_its_uid(pajotarl):
    before = events(pajotarl)["pajotarl-2023-decision"]
    Milestone.objects.filter(kind="decision").update(until=brussels(2023, 10, 10))

    after = events(pajotarl.__class__.objects.get(pk=pajotarl.pk))["pajotarl-2023-decision"]

    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt == date(2023, 10, 9)


def test_milestone_that_only_starts_lasts_that_day(pajotarl):
    Milestone.objects.filter(kind="written_review").update(until=None)

    reading = events(pajotarl)["pajotarl-2023-written_review"]

    assert (reading["dtstart"].dt, reading["dtend"].dt) == (date(2023, 9, 4), date(2023, 9, 5))
