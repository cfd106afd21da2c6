"""What a release tells whom, and the calendar files it sends."""

import base64
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import PermissionDenied
from icalendar import Calendar

from journal.models import Entry
from notifications import delivery
from notifications.models import Message
from pitches import actions, queries, release
from pitches.errors import Refused
from pitches.models import Room
from submissions.models import Proposal
from tests.factories import CallFactory
from tests.pitches.factories import MORNING, ShortlistedFactory, conflict, coordinator_of, pitching_call
from tests.smtp import smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    call = pitching_call(proposals=2, jurors=2)
    actions.schedule_pitches(call=call, by=None)
    return call


@pytest.fixture
def coordinator(call):
    return coordinator_of(call)


def told(news):
    return sorted((item.pitch.proposal.reference, item.kind) for item in news.pitches)


def event_of(message) -> tuple[str, dict]:
    """(METHOD, event) of the calendar file in a mail, read by a calendar library."""
    [part] = message.attachments
    book = Calendar.from_ical(base64.b64decode(part["base64"]))
    [event] = book.walk("VEVENT")
    return book["method"], event


def mails(kind, **about):
    return Message.objects.filter(kind=kind, **about).order_by("occurrence", "recipient")


def test_release_schedule_invites_organisations_and_jurors(call, coordinator):
    news = actions.release_schedule(call=call, by=coordinator)

    assert [kind for _, kind in told(news)] == ["new", "new"]
    assert mails("pitch_invitation").count() == 2
    assert sorted(mails("jury_invitation").values_list("recipient", flat=True)) == [
        juror.email for juror in queries.jurors_of(call)
    ]
    assert (call.timetable.releases, call.timetable.released_by) == (0, None)
    call.timetable.refresh_from_db()
    assert (call.timetable.releases, call.timetable.released_by) == (1, coordinator)
    assert Entry.objects.first().verb == "pitches.released"


def test_release_schedule_sends_a_request_that_a_calendar_reads(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)

    pitch = queries.draft_of(call).first()
    [message] = mails("pitch_invitation", recipient=pitch.organisation.members.get().email)
    method, event = event_of(message)
    assert method == "REQUEST"
    assert event["uid"] == f"pitch-{pitch.proposal_id}@pajotarl-portal"
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        MORNING,
        MORNING + timedelta(minutes=25),
    )
    assert event["attendee"] == f"mailto:{message.recipient}"
    assert event["location"] == f"Zaal 1, {call.timetable.place}"


def test_release_schedule_gives_a_juror_one_event_for_the_day(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)

    _method, event = event_of(mails("jury_invitation").first())
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        MORNING,
        MORNING + timedelta(minutes=55),
    )
    for pitch in queries.draft_of(call):
        assert pitch.proposal.title in event["description"]


def test_release_schedule_again_tells_only_what_changed(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)
    stays, moves = queries.draft_of(call)
    actions.move_pitch(pitch=moves, room=moves.room, start=MORNING + timedelta(minutes=60), by=coordinator)

    news = actions.release_schedule(call=call, by=coordinator)

    assert told(news) == [(moves.proposal.reference, "changed")]
    first, second = mails("pitch_invitation", organisation=moves.organisation)
    before, after = event_of(first)[1], event_of(second)[1]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert "09u30" in second.text
    assert "10u00" in second.text
    assert mails("pitch_invitation", organisation=stays.organisation).count() == 1
    assert mails("jury_invitation").count() == 4


def test_release_schedule_of_another_room_is_a_change(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)
    room = Room.objects.create(timetable=call.timetable, name="Zaal 2", position=2)
    pitch = queries.draft_of(call).first()
    actions.move_pitch(pitch=pitch, room=room, start=MORNING, by=coordinator)

    assert told(release.news_of(call)) == [(pitch.proposal.reference, "changed")]


def test_release_schedule_of_another_address_is_a_change_for_everybody(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)
    call.timetable.refresh_from_db()
    call.timetable.place = "Raadzaal, Kerkplein 2"
    actions.settle_timetable(timetable=call.timetable, by=coordinator, changed=["place"])

    news = actions.release_schedule(call=queries.draft_of(call).first().call, by=coordinator)

    assert {item.kind for item in (*news.pitches, *news.jurors)} == {"changed"}
    _method, pitch = event_of(mails("pitch_invitation").last())
    _method, day = event_of(mails("jury_invitation").last())
    assert pitch["location"].endswith("Raadzaal, Kerkplein 2")
    assert (day["location"], day["sequence"]) == ("Raadzaal, Kerkplein 2", 1)


def test_release_schedule_cancels_what_is_gone(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)
    gone = queries.draft_of(call).first()
    Proposal.objects.filter(pk=gone.proposal_id).update(status=Proposal.Status.WITHDRAWN)
    actions.schedule_pitches(call=call, by=coordinator)

    news = actions.release_schedule(call=call, by=coordinator)

    assert (gone.proposal.reference, "cancelled") in told(news)
    method, event = event_of(mails("pitch_invitation", organisation=gone.organisation).last())
    assert (method, event["sequence"], event["status"]) == ("CANCEL", 1, "CANCELLED")
    assert event.decoded("dtstart") == MORNING
    assert queries.announced_pitch_of(gone.proposal) is None


def test_release_schedule_cancels_the_day_of_a_juror_who_left_and_comes_back(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)
    juror = queries.jurors_of(call).first()
    role = juror.roles.get()
    role.delete()
    actions.schedule_pitches(call=call, by=coordinator)
    actions.release_schedule(call=call, by=coordinator)
    juror.roles.create(kind="jury", region=call.region, call=call)
    actions.schedule_pitches(call=call, by=coordinator)
    actions.release_schedule(call=call, by=coordinator)

    events = [event_of(message) for message in mails("jury_invitation", recipient=juror.email)]

    assert [(method, event["sequence"]) for method, event in events] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
    ]
    assert len({event["uid"] for _, event in events}) == 1


def test_release_schedule_without_news_is_refused(call, coordinator):
    actions.release_schedule(call=call, by=coordinator)

    with pytest.raises(Refused):
        actions.release_schedule(call=call, by=coordinator)

    call.timetable.refresh_from_db()
    assert call.timetable.releases == 1


def test_release_schedule_with_a_conflict_declared_since_is_refused(call, coordinator):
    juror = queries.jurors_of(call).first()
    conflict(juror, queries.draft_of(call).first().proposal)

    with pytest.raises(Refused, match=juror.email):
        actions.release_schedule(call=call, by=coordinator)

    assert Message.objects.count() == 0


def test_release_schedule_by_somebody_of_another_region(call):
    with pytest.raises(PermissionDenied):
        actions.release_schedule(call=call, by=coordinator_of(CallFactory()))


def test_release_schedule_writes_to_the_address_filed_with_when_nobody_is_a_member(coordinator, call):
    proposal = ShortlistedFactory(call=call, contact_email="contact@buurthulp.example")
    proposal.organisation.memberships.all().delete()
    actions.schedule_pitches(call=call, by=coordinator)

    actions.release_schedule(call=call, by=coordinator)

    assert mails("pitch_invitation", recipient="contact@buurthulp.example").count() == 1


def test_invitation_arrives_as_an_invitation(call, coordinator):
    with smtp_server() as inbox:
        actions.release_schedule(call=call, by=coordinator)
        delivery.deliver_waiting()

    mail = message_from_bytes(inbox.mails[0].content, policy=policy.default)
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert part["content-type"].params["method"] == "REQUEST"
    assert part["content-type"].params["charset"] == "utf-8"
    assert Calendar.from_ical(part.get_content())["method"] == "REQUEST"


def test_invitation_speaks_the_readers_language(call, coordinator):
    member = queries.draft_of(call).first().organisation.members.get()
    member.language = "en"
    member.save()

    actions.release_schedule(call=call, by=coordinator)

    [message] = mails("pitch_invitation", recipient=member.email)
    assert message.subject.startswith("Invitation to your pitch")
    assert event_of(message)[1]["summary"].startswith("Pitch of ")
