"""What a page says about pitches: days of a call, what is on now, and what comes next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localtime

from pitches import queries, wording
from pitches.drawing import Drawing, Entry, drawn
from pitches.engine import Lengths
from pitches.models import Pitch, Room, Timetable


@dataclass(frozen=True)
class Agenda:
    """A juror's announced pitches: per day, the ones under way, and the first one still to come."""

    days: tuple[tuple[date, tuple[Pitch, ...]], ...]
    now: tuple[Pitch, ...]
    coming: tuple[Pitch, ...]
    today: date

    @property
    def has_pitches_today(self) -> bool:
        return any(day == self.today for day, _ in self.days)


def agenda_of(call, juror, *, at: datetime) -> Agenda:
    """What `juror` may know of the announced pitches of `call`, seen at the moment `at`: 1 query."""
    pitches = list(queries.announced_to_juror(call, juror))
    later = [pitch for pitch in pitches if pitch.told_during.lower > at]
    return Agenda(
        days=tuple(_by_date(pitches, call)),
        now=tuple(p for p in pitches if p.told_during.lower <= at < p.told_during.upper),
        coming=tuple(p for p in later if p.told_during.lower == later[0].told_during.lower),
        today=localtime(at, call.zone).date(),
    )


def _by_date(pitches, call):
    days = defaultdict(list)
    for pitch in pitches:
        days[localtime(pitch.told_during.lower, call.zone).date()].append(pitch)
    return ((day, tuple(found)) for day, found in sorted(days.items()))


@dataclass(frozen=True)
class DraftDay:
    """One date of the draft: its picture, and the pitches behind it."""

    date: date
    reserve: bool
    drawing: Drawing
    pitches: tuple[Pitch, ...]
    board: tuple[tuple[datetime, tuple[tuple[Room, tuple[Pitch, ...]], ...]], ...]


def draft_days(timetable: Timetable) -> list[DraftDay]:
    """The draft of one call, date by date, days without pitches included."""
    zone = timetable.call.zone
    rooms = list(timetable.rooms.all())
    names = [room.name for room in rooms]
    hours, reserve = defaultdict(list), {}
    for day in timetable.days.all():
        hours[day.date].append(day.moments(zone))
        reserve[day.date] = day.reserve
    pitches = defaultdict(list)
    for pitch in queries.draft_of(timetable.call):
        pitches[localtime(pitch.during.lower, zone).date()].append(pitch)
    return [
        DraftDay(
            date=found,
            reserve=reserve.get(found, False),
            drawing=drawn([_entry(p, zone) for p in pitches[found]], rooms=names, hours=hours[found]),
            pitches=tuple(pitches[found]),
            board=tuple(_board(timetable, hours[found], pitches[found], rooms)),
        )
        for found in sorted({*hours, *pitches})
    ]


def _board(timetable: Timetable, hours, pitches: list[Pitch], rooms: list[Room]):
    """(start, ((room, its pitches then), …)) of every turn of a date, and of pitches in between."""
    at = defaultdict(list)
    for pitch in pitches:
        at[pitch.during.lower, pitch.room_id].append(pitch)
    starts = {start for opens, closes in hours for start in _turns(timetable, opens, closes)}
    for start in sorted(starts | {pitch.during.lower for pitch in pitches}):
        yield start, tuple((room, tuple(at[start, room.pk])) for room in rooms)


def _turns(timetable: Timetable, opens: datetime, closes: datetime):
    lengths = Lengths(timetable.pitch_minutes, timetable.question_minutes, timetable.pause_minutes)
    start = opens
    while start + lengths.heard <= closes:
        yield start
        start += lengths.turn


def _entry(pitch: Pitch, zone) -> Entry:
    return Entry(
        start=localtime(pitch.during.lower, zone),
        end=localtime(pitch.during.upper, zone),
        room=pitch.room.name,
        title=str(pitch.organisation),
        reference=pitch.proposal.reference,
        tone=state_of(pitch),
        url=reverse("admin:pitches_move", args=[pitch.pk]),
    )


def state_of(pitch: Pitch) -> str:
    """`new`, `changed` or `told`: how the draft stands to what the organisation knows."""
    if not pitch.is_announced:
        return "new"
    same = (pitch.told_room, pitch.told_during) == (pitch.room.name, pitch.during)
    return "told" if same else "changed"


def relief_of(timetable: Timetable) -> dict | None:
    """What to give up so that every pitch finds a place, in words; `reasons` is None when nothing helps."""
    found = timetable.relief
    if found is None:
        return None
    names = {
        str(proposal.organisation_id): str(proposal.organisation)
        for proposal in queries.shortlisted_proposals(timetable.call)
    }
    concessions = found["concessions"]
    return {
        "proven": found["proven"],
        "concessions": concessions and [wording.concession_in_words(one, names=names) for one in concessions],
    }


def unplaced_of(timetable: Timetable) -> list[tuple]:
    """(proposal, its pitch or None, reason in words) of what is shortlisted but not in the draft."""
    reasons = {one["reference"]: one["reason"] for one in timetable.unplaced}
    placed = queries.draft_of(timetable.call).values("proposal")
    waiting = queries.shortlisted_proposals(timetable.call).exclude(pk__in=placed).select_related("pitch")
    return [
        (
            proposal,
            getattr(proposal, "pitch", None),
            wording.reason_in_words(reasons[proposal.reference]) if proposal.reference in reasons else "",
        )
        for proposal in waiting
    ]
