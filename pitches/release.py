"""What a release would change: who gets which invitation, before anything is sent."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import localtime

from pitches import queries
from pitches.models import JurorDay, Pitch

NEW, CHANGED, CANCELLED = "new", "changed", "cancelled"


@dataclass(frozen=True)
class PitchNews:
    """An organisation to be told: a new, changed or cancelled place. `before` is what it knows."""

    pitch: Pitch
    kind: str
    to: tuple
    before: object = None


@dataclass(frozen=True)
class JurorNews:
    """A juror to be told about one of their days; `during` and `agenda` are the new ones."""

    day: JurorDay
    kind: str
    during: object = None
    agenda: list = field(default_factory=list)


@dataclass(frozen=True)
class News:
    pitches: tuple[PitchNews, ...]
    jurors: tuple[JurorNews, ...]

    def __bool__(self) -> bool:
        return bool(self.pitches or self.jurors)


def news_of(call) -> News:
    """The difference between the draft of `call` and what everybody was last told."""
    pitches = list(queries.pitches_with_people(call))
    return News(tuple(_pitch_news(pitches)), tuple(_juror_news(call, pitches)))


def _pitch_news(pitches):
    for pitch in pitches:
        building = pitch.call.timetable.place
        place = (pitch.room.name, pitch.during, building) if pitch.during else ("", None, "")
        if place == (pitch.told_room, pitch.told_during, pitch.told_place):
            continue
        to = tuple(queries.addressees_of(pitch.proposal))
        yield PitchNews(pitch, _kind(pitch.told_during, pitch.during), to, pitch.told_during)


def _juror_news(call, pitches):
    known = {(day.juror, day.date): day for day in queries.all_juror_days(call)}
    wanted = _days(call, pitches)
    for juror, date in sorted({*known, *wanted}, key=lambda key: (key[1], key[0].email)):
        day = known.get((juror, date)) or JurorDay(call=call, juror=juror, date=date)
        during, agenda = wanted.get((juror, date), (None, []))
        place = call.timetable.place if during else ""
        if (during, agenda, place) != (day.told_during, day.agenda, day.told_place):
            yield JurorNews(day, _kind(day.told_during, during), during, agenda)


def _days(call, pitches) -> dict:
    """(juror, date) -> hours from first to last pitch, and the agenda between."""
    sat = defaultdict(list)
    for pitch in pitches:
        for seat in pitch.seats.all():
            sat[seat.juror, localtime(pitch.during.lower, call.zone).date()].append(pitch)
    return {key: _day(call, pitches) for key, pitches in sat.items()}


def _day(call, pitches):
    pitches = sorted(pitches, key=lambda pitch: pitch.during.lower)
    hours = DateTimeTZRange(pitches[0].during.lower, pitches[-1].during.upper)
    return hours, [_agenda_entry(call, pitch) for pitch in pitches]


def _agenda_entry(call, pitch) -> dict:
    return {
        "reference": pitch.proposal.reference,
        "title": pitch.proposal.title,
        "start": f"{localtime(pitch.during.lower, call.zone):%H:%M}",
        "end": f"{localtime(pitch.during.upper, call.zone):%H:%M}",
        "room": pitch.room.name,
    }


def _kind(before, after) -> str:
    if after is None:
        return CANCELLED
    return CHANGED if before else NEW
