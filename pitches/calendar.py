"""Pitches as calendar objects (RFC 5545) and as invitations (RFC 5546)."""

from base64 import b64encode
from collections.abc import Collection, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from journal import clock
from pitches.models import JurorDay, Pitch

PRODUCT = "-//PajoTARL portal//pitches//NL"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


def pitch_event(pitch: Pitch) -> Event:
    """The announced pitch. The UID never changes, so a calendar replaces what it had."""
    event = _event(
        uid=f"pitch-{pitch.proposal_id}@pajotarl-portal",
        sequence=pitch.sequence,
        during=pitch.told_during,
        summary=_("Pitch of %(title)s") % {"title": pitch.proposal.title},
    )
    event.add("location", place_of(pitch))
    return event


def juror_day_event(day: JurorDay, *, known: Collection[str] | None = None) -> Event:
    """A juror's pitch day from first to last pitch; names only the pitches `known`, where given."""
    event = _event(
        uid=f"jury-{day.call_id}-{day.juror_id}-{day.date:%Y%m%d}@pajotarl-portal",
        sequence=day.sequence,
        during=day.told_during,
        summary=_("Pitches: jury of %(call)s") % {"call": day.call.title},
    )
    event.add("location", day.told_place)
    named = [e for e in day.agenda if known is None or e["reference"] in known]
    event.add("description", "\n".join(f"{e['start']} {e['title']} ({e['room']})" for e in named))
    return event


def calendar(events: Iterable[Event], *, method: str, to: str = "") -> str:
    """An iCalendar text; `to` is the address that is invited, for REQUEST and CANCEL."""
    book = Calendar()
    book.add("prodid", PRODUCT)
    book.add("version", "2.0")
    book.add("method", method)
    for event in events:
        if to:
            event.add("organizer", _address(settings.DEFAULT_FROM_EMAIL, _("Pitches")))
            event.add("attendee", _address(to, to))
        event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
        book.add_component(event)
    return book.to_ical().decode()


def invitation(about: Pitch | JurorDay, *, reader, cancelled: bool) -> dict:
    """The invitation or its cancellation, in the reader's language, as the outbox takes it."""
    method = CANCEL if cancelled else REQUEST
    event = pitch_event if isinstance(about, Pitch) else juror_day_event
    with translation.override(getattr(reader, "language", settings.LANGUAGE_CODE)):
        text = calendar([event(about)], method=method, to=getattr(reader, "email", reader))
    return {
        "name": "pitch.ics",
        "type": f"text/calendar; method={method}",
        "base64": b64encode(text.encode()).decode(),
    }


def link_to(about: Pitch | JurorDay) -> str:
    """Where the reader of an invitation finds it in the portal."""
    if isinstance(about, Pitch):
        return settings.PORTAL_URL + reverse("pitches:slot", args=[about.proposal_id])
    return settings.PORTAL_URL + reverse("pitches:room", args=[about.call.slug])


def place_of(pitch: Pitch) -> str:
    """Room and address, as far as known."""
    return ", ".join(filter(None, (pitch.told_room, pitch.told_place)))


def _event(*, uid: str, sequence: int, during, summary: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", during.lower)
    event.add("dtend", during.upper)
    event.add("summary", summary)
    return event


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address
