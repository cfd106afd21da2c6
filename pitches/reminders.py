"""The day before a pitch: a mail to its organisation and to the jurors of that day."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from journal.actions import key_of
from notifications.actions import notify
from notifications.models import Message
from notifications.registry import due, outdated
from pitches import calendar, queries
from pitches.models import JurorDay, Pitch

AHEAD = timedelta(hours=24)


@due
def remind_organisations(at: datetime) -> None:
    """Once per announced place: a pitch that was moved is reminded of again."""
    for pitch in queries.pitches_that_start(after=at, until=at + AHEAD):
        notify(
            "pitch_reminder",
            to=queries.addressees_of(pitch.proposal),
            about=pitch,
            occurrence=str(pitch.sequence),
            call=pitch.call,
            organisation=pitch.organisation,
            useful_until=pitch.told_during.lower,
            context=_told(pitch, pitch=pitch, place=calendar.place_of(pitch)),
        )


@due
def remind_jurors(at: datetime) -> None:
    """Once per announced day; without titles, which a juror may have been recused from since."""
    for day in queries.juror_days_that_start(after=at, until=at + AHEAD):
        notify(
            "jury_reminder",
            to=[day.juror],
            about=day,
            occurrence=str(day.sequence),
            call=day.call,
            useful_until=day.told_during.lower,
            context=_told(day, day=day, place=day.call.timetable.place),
        )


@outdated("pitch_reminder")
def pitches_that_moved(messages: list[Message], at: datetime) -> Iterator[Message]:
    """Reminders of a place that is no longer the announced one."""
    return _moved(messages, Pitch.objects.all())


@outdated("jury_reminder")
def days_that_moved(messages: list[Message], at: datetime) -> Iterator[Message]:
    """Reminders of a day whose announced hours are others now."""
    return _moved(messages, JurorDay.objects.all())


def _moved(messages, rows) -> Iterator[Message]:
    keys = {message.about.partition(":")[2] for message in messages}
    announced = {key_of(row): row for row in rows.filter(pk__in=keys, told_during__isnull=False)}
    for message in messages:
        row = announced.get(message.about)
        if row is None or (str(row.sequence), row.told_during.lower) != (
            message.occurrence,
            message.useful_until,
        ):
            yield message


def _told(about, **context) -> dict:
    return {"call": about.call, "link": calendar.link_to(about), **context}
