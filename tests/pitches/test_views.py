from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Role
from journal.actions import set_clock
from pitches import actions, queries
from pitches.models import ScoreSheet
from tests.factories import CallFactory, MembershipFactory, UserFactory, filed_proposal, person_with_role
from tests.pitches.factories import (
    MORNING,
    conflict,
    coordinator_of,
    criterion,
    declare_nothing,
    juror_of,
    pitching_call,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def released():
    """A released timetable of three pitches in one room."""
    call = pitching_call(proposals=3, jurors=2)
    actions.schedule_pitches(call=call, by=None)
    actions.release_schedule(call=call, by=coordinator_of(call))
    return call


@pytest.fixture
def juror(released, client):
    """A juror of it who declared to have no conflict, logged in."""
    juror = queries.jurors_of(released).first()
    declare_nothing(juror, released)
    client.force_login(juror)
    return juror


def titles(response) -> list[str]:
    return [p.proposal.title for _, pitches in response.context["agenda"].days for p in pitches]


# The jury room


def test_jury_goes_straight_to_the_only_call(client, released, juror):
    assert client.get(reverse("pitches:jury")).url == reverse("pitches:room", args=[released.slug])


def test_jury_lists_several_calls(client, released, juror):
    other = CallFactory()
    juror.roles.create(kind=Role.Kind.JURY, region=other.region, call=other)

    response = client.get(reverse("pitches:jury"))

    assert set(response.context["calls"]) == {released, other}


def test_jury_of_somebody_without_a_role(client):
    client.force_login(UserFactory())

    assert list(client.get(reverse("pitches:jury")).context["calls"]) == []


def test_room_asks_for_conflicts_first(client, released):
    client.force_login(queries.jurors_of(released).first())

    response = client.get(reverse("pitches:room", args=[released.slug]))

    assert response.url == reverse("reviews:conflicts", args=[released.slug])


def test_room_of_another_call_does_not_exist(client, released):
    client.force_login(person_with_role(Role.Kind.JURY, CallFactory()))

    for name in ("room", "hours", "jury_calendar"):
        assert client.get(reverse(f"pitches:{name}", args=[released.slug])).status_code == 404


def test_room_shows_now_and_next(client, released, juror):
    first, second, _third = queries.announced_to_juror(released, juror)

    set_clock(to=MORNING + timedelta(minutes=10))
    agenda = client.get(reverse("pitches:room", args=[released.slug])).context["agenda"]

    assert (agenda.now, agenda.coming) == ((first,), (second,))
    assert agenda.has_pitches_today


def test_room_after_the_last_pitch(client, released, juror):
    set_clock(to=MORNING + timedelta(days=1))
    agenda = client.get(reverse("pitches:room", args=[released.slug])).context["agenda"]

    assert (agenda.now, agenda.coming, agenda.has_pitches_today) == ((), (), False)


def test_room_leaves_out_what_the_juror_is_recused_from(client, released, juror):
    hidden, *shown = queries.announced_to_juror(released, juror)
    conflict(juror, hidden.proposal)

    response = client.get(reverse("pitches:room", args=[released.slug]))

    assert titles(response) == [pitch.proposal.title for pitch in shown]
    assert hidden.proposal.title not in response.content.decode()
    for name in ("sheet", "dossier"):
        url = reverse(f"pitches:{name}", args=[released.slug, hidden.pk])
        assert client.get(url).status_code == 404
        assert hidden.organisation.name not in client.get(url).content.decode()
    file = client.get(reverse("pitches:jury_calendar", args=[released.slug])).content.decode()
    assert hidden.proposal.title not in file.replace("\r\n ", "")


def test_room_does_not_show_a_draft(client, juror, released):
    pitch = queries.draft_of(released).last()

    actions.move_pitch(
        pitch=pitch, room=pitch.room, start=MORNING + timedelta(minutes=90), by=coordinator_of(released)
    )

    agenda = client.get(reverse("pitches:room", args=[released.slug])).context["agenda"]
    [(_day, pitches)] = agenda.days
    assert pitches[-1].told_during.lower == MORNING + timedelta(minutes=60)


@pytest.mark.parametrize("count", [1, 3])
def test_room_costs_the_same_whatever_the_number_of_pitches(client, count, django_assert_num_queries):
    call = pitching_call(proposals=count, jurors=1)
    actions.schedule_pitches(call=call, by=None)
    actions.release_schedule(call=call, by=coordinator_of(call))
    juror = queries.jurors_of(call).get()
    declare_nothing(juror, call)
    client.force_login(juror)
    url = reverse("pitches:room", args=[call.slug])
    client.get(url)

    with django_assert_num_queries(11):
        client.get(url)


# Hours


def hours(**more):
    return {"date": "2023-09-13", "start": "09:00", "end": "10:00", "reason": "Trein"} | more


def test_hours_of_a_juror(client, released, juror):
    url = reverse("pitches:hours", args=[released.slug])

    assert client.post(url, hours()).status_code == 302

    declared = queries.unavailabilities_of(released, juror=juror).get()
    assert (declared.during.lower, declared.reason) == (MORNING, "Trein")
    assert client.get(url).context["declared"].get() == declared


@pytest.mark.parametrize(("wrong", "field"), [({"end": "09:00"}, "end"), ({"date": "2023-09-20"}, "date")])
def test_hours_that_cannot_be(client, released, juror, wrong, field):
    response = client.post(reverse("pitches:hours", args=[released.slug]), hours(**wrong))

    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["reason"].value() == "Trein"


def test_hours_are_taken_back(client, released, juror):
    client.post(reverse("pitches:hours", args=[released.slug]), hours())
    declared = queries.unavailabilities_of(released, juror=juror).get()
    url = reverse("pitches:withdraw_hours", args=[declared.pk])

    assert client.get(url).status_code == 405
    assert client.post(url).url == reverse("pitches:hours", args=[released.slug])
    assert queries.unavailabilities_of(released, juror=juror).count() == 0


def test_hours_of_somebody_else_cannot_be_taken_back(client, released, juror):
    client.post(reverse("pitches:hours", args=[released.slug]), hours())
    declared = queries.unavailabilities_of(released, juror=juror).get()
    client.force_login(juror_of(released))

    assert client.post(reverse("pitches:withdraw_hours", args=[declared.pk])).status_code == 404


# Score sheets and dossiers


def sheet_url(call, juror):
    return reverse("pitches:sheet", args=[call.slug, queries.announced_to_juror(call, juror).first().pk])


def test_sheet_keeps_scores_and_notes(client, released, juror):
    aim = criterion(released)
    url = sheet_url(released, juror)

    client.post(url, {"notes": "Sterk.", "revision": 0, f"score_{aim.pk}": 4})

    form = client.get(url).context["form"]
    assert (form["notes"].value(), form["revision"].value(), form[f"score_{aim.pk}"].value()) == (
        "Sterk.",
        1,
        4,
    )


def test_sheet_may_leave_a_score_open(client, released, juror):
    criterion(released)

    client.post(sheet_url(released, juror), {"notes": "Nog even wachten.", "revision": 0})

    assert ScoreSheet.objects.get().scores.count() == 0


def test_sheet_of_an_older_revision_keeps_what_was_typed(client, released, juror):
    url = sheet_url(released, juror)
    client.post(url, {"notes": "Nieuw.", "revision": 0})

    response = client.post(url, {"notes": "Oud.", "revision": 0})

    assert response.status_code == 409
    assert response.context["form"]["notes"].value() == "Oud."
    assert ScoreSheet.objects.get().notes == "Nieuw."


def test_sheet_with_a_score_that_does_not_exist(client, released, juror):
    aim = criterion(released)

    response = client.post(sheet_url(released, juror), {"notes": "", "revision": 0, f"score_{aim.pk}": 6})

    assert list(response.context["form"].errors) == [f"score_{aim.pk}"]


def test_dossier_shows_the_filed_version(client):
    proposal = filed_proposal(call=pitching_call(proposals=0, jurors=0))
    proposal.status = "shortlisted"
    proposal.save()
    juror = juror_of(proposal.call)
    declare_nothing(juror, proposal.call)
    actions.schedule_pitches(call=proposal.call, by=None)
    actions.release_schedule(call=proposal.call, by=coordinator_of(proposal.call))
    client.force_login(juror)
    pitch = queries.announced_to_juror(proposal.call, juror).get()

    response = client.get(reverse("pitches:dossier", args=[proposal.call.slug, pitch.pk]))

    assert response.context["content"]["title"] == proposal.title


# An organisation's own pitch


@pytest.fixture
def partner(released, client):
    proposal = queries.draft_of(released).first().proposal
    client.force_login(proposal.organisation.members.get())
    return proposal


def test_slot_shows_the_announced_moment(client, partner):
    response = client.get(reverse("pitches:slot", args=[partner.pk]))

    assert response.context["pitch"].told_during.lower == MORNING
    assert "woensdag 13 september 2023, 09u00 (Brusselse tijd)" in response.content.decode()


def test_slot_before_the_release(client):
    call = pitching_call(proposals=1)
    actions.schedule_pitches(call=call, by=None)
    proposal = call.proposals.get()
    client.force_login(proposal.organisation.members.get())

    assert client.get(reverse("pitches:slot", args=[proposal.pk])).context["pitch"] is None
    assert client.get(reverse("pitches:slot_calendar", args=[proposal.pk])).status_code == 404


def test_slot_of_another_organisation_does_not_exist(client, partner):
    client.force_login(MembershipFactory().user)

    for name in ("slot", "slot_calendar"):
        assert client.get(reverse(f"pitches:{name}", args=[partner.pk])).status_code == 404


def test_slot_takes_hours_and_wishes(client, partner):
    url = reverse("pitches:slot", args=[partner.pk])

    client.post(url, hours(rather_not="on"))

    declared = queries.unavailabilities_of(partner.call, organisation=partner.organisation).get()
    assert declared.rather_not
    assert client.post(reverse("pitches:withdraw_hours", args=[declared.pk])).url == url


def test_slot_calendar_is_read_by_a_calendar(client, partner):
    response = client.get(reverse("pitches:slot_calendar", args=[partner.pk]))

    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert event["uid"] == f"pitch-{partner.pk}@pajotarl-portal"
    assert event.decoded("dtstart") == MORNING
    assert event["location"] == f"Zaal 1, {partner.call.timetable.place}"


def test_pages_ask_to_log_in(client, released, partner):
    client.logout()

    for url in (
        reverse("pitches:jury"),
        reverse("pitches:room", args=[released.slug]),
        reverse("pitches:slot", args=[partner.pk]),
        reverse("pitches:slot_calendar", args=[partner.pk]),
    ):
        assert client.get(url).url.startswith(reverse("account_login"))
