"""The milestones of a call as an iCalendar feed."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from challenges import rules
from challenges.models import Call, Milestone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Kind = Milestone.Kind


def feed(call: Call, *, at: datetime, address: str) -> bytes:
    """The calendar of `call` as iCalendar (RFC 5545); `at` is the portal's present moment.

    A milestone keeps its UID when it moves, so that a subscribed calendar moves it too.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//PajoTARL//Portal//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", str(call))
    calendar.add("x-wr-timezone", call.timezone)
    calendar.add("refresh-interval", DAY, parameters={"VALUE": "DURATION"})
    for event in _events(call):
        event.add("dtstamp", at)
        event.add("url", address)
        calendar.add_component(event)
    return calendar.to_ical()


def _events(call: Call):
    for milestone in call.milestones.all():
        if milestone.kind == Kind.FILING:
            yield _deadline(call, milestone)
        elif milestone.starts is None:
            yield _latest_day(call, milestone)
        else:
            yield _days(call, milestone)
        yield from _reserve_days(call, milestone)


def _event(call: Call, key: str, summary: str, description: str = "") -> Event:
    event = Event()
    event.add("uid", f"{call.slug}-{key}@{urlsplit(settings.PORTAL_URL).hostname}")
    event.add("summary", f"{call.region}: {summary}")
    event.add("transp", "TRANSPARENT")
    if description:
        event.add("description", description)
    return event


def _deadline(call: Call, milestone: Milestone) -> Event:
    """The last hour in which filing counts, with a reminder a week and a day before."""
    until = rules.filing(call).until
    event = _event(call, milestone.kind, _("last hour to file a candidacy"), milestone.says)
    event.add("dtstart", until - HOUR)
    event.add("dtend", until)
    for before in (7 * DAY, DAY):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _("last hour to file a candidacy"))
        alarm.add("trigger", -before)
        event.add_component(alarm)
    return event


def _latest_day(call: Call, milestone: Milestone) -> Event:
    last = _last_day(call, milestone)
    event = _event(
        call, milestone.kind, _("%s, at the latest") % milestone.get_kind_display(), milestone.says
    )
    event.add("dtstart", last)
    event.add("dtend", last + DAY)
    return event


def _days(call: Call, milestone: Milestone) -> Event:
    first = milestone.starts.astimezone(call.zone).date()
    last = _last_day(call, milestone) if milestone.until else first
    event = _event(call, milestone.kind, milestone.get_kind_display(), milestone.says)
    event.add("dtstart", first)
    event.add("dtend", last + DAY)
    return event


def _last_day(call: Call, milestone: Milestone):
    return (milestone.until - timedelta.resolution).astimezone(call.zone).date()


def _reserve_days(call: Call, milestone: Milestone):
    for day in milestone.reserve:
        summary = _("%s, reserve day") % milestone.get_kind_display()
        event = _event(call, f"{milestone.kind}-{day:%Y%m%d}", summary, milestone.says)
        event.add("status", "TENTATIVE")
        event.add("dtstart", day)
        event.add("dtend", day + DAY)
        yield event
