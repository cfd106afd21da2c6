"""The day before a pitch: a mail to its organisation and to the jurors of that day."""

from datetime import datetime, timedelta

from notifications.actions import notify
from notifications.registry import due
from pitches import calendar, queries

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


def _told(about, **context) -> dict:
    return {"call": about.call, "link": calendar.link_to(about), **context}
