"""What a page says about pitches: days of a call, what is on now, and what comes next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localtime

from pitches import queries, wording
from pitches.drawing import Drawing, Entry, drawn
from pitches.models import Pitch, Timetable


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


def draft_days(timetable: Timetable) -> list[DraftDay]:
    """The draft of one call, date by date, days without pitches included."""
    zone = timetable.call.zone
    rooms = [room.name for room in timetable.rooms.all()]
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
            drawing=drawn([_entry(p, zone) for p in pitches[found]], rooms=rooms, hours=hours[found]),
            pitches=tuple(pitches[found]),
        )
        for found in sorted({*hours, *pitches})
    ]


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
