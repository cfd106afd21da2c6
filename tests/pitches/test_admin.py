from datetime import date, time, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import Role
from challenges.models import Milestone
from pitches import actions, queries
from pitches.models import Room, Timetable, Unavailability
from tests.factories import CallFactory, brussels, person_with_role
from tests.pitches.factories import (
    MORNING,
    ShortlistedFactory,
    TimetableFactory,
    conflict,
    coordinator_of,
    juror_of,
    pitching_call,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    call = pitching_call(proposals=2, jurors=2)
    actions.schedule_pitches(call=call, by=None)
    return call


@pytest.fixture
def coordinator(call, client):
    coordinator = coordinator_of(call)
    client.force_login(coordinator)
    return coordinator


def address(name, thing):
    return reverse(f"admin:pitches_{name}", args=[thing.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# Who


@pytest.mark.parametrize("name", ["draft", "release"])
def test_timetable_of_another_region_does_not_exist(client, call, name):
    client.force_login(coordinator_of(CallFactory()))

    assert client.get(address(name, call.timetable)).status_code == 404
    assert client.post(address("schedule", call.timetable)).status_code == 404
    assert client.get(address("move", queries.draft_of(call).first())).status_code == 404
    assert client.post(address("free", queries.draft_of(call).first())).status_code == 404


def test_timetables_are_not_for_reviewers(client, call):
    client.force_login(person_with_role(Role.Kind.REVIEWER, call))

    assert client.get(reverse("admin:pitches_timetable_changelist")).status_code == 403
    assert client.get(address("draft", call.timetable)).status_code == 404


def test_timetables_are_not_for_jurors(client, call):
    client.force_login(queries.jurors_of(call).first())

    assert client.get(address("draft", call.timetable)).status_code == 302


@pytest.mark.parametrize("name", ["schedule", "free"])
def test_get_changes_nothing(client, call, coordinator, name):
    thing = call.timetable if name == "schedule" else queries.draft_of(call).first()

    assert client.get(address(name, thing)).status_code == 405


# The list and the settings


@pytest.mark.parametrize("count", [1, 3])
def test_changelist_costs_the_same_whatever_the_number(client, count, django_assert_num_queries):
    region = CallFactory().region
    coordinator = person_with_role(Role.Kind.COORDINATOR, CallFactory(region=region, edition=2030))
    for number in range(count):
        call = CallFactory(region=region, edition=2024 + number)
        actions.prepare_timetable(call=call, by=None)
        ShortlistedFactory.create_batch(2, call=call)
    client.force_login(coordinator)
    url = reverse("admin:pitches_timetable_changelist")
    client.get(url)

    with django_assert_num_queries(9):
        response = client.get(url)

    assert response.context["cl"].result_count == count


def test_changelist_counts_what_is_placed_and_what_waits(client, call, coordinator):
    ShortlistedFactory(call=call)

    response = client.get(reverse("admin:pitches_timetable_changelist"))

    [timetable] = response.context["cl"].result_list
    assert (timetable.placed, timetable.waiting) == (2, 1)


def test_add_timetable_takes_the_days_of_the_milestone(client):
    call = CallFactory()
    Milestone.objects.create(
        call=call, kind=Milestone.Kind.PITCHES, starts=brussels(2023, 9, 13), until=brussels(2023, 9, 14)
    )
    client.force_login(coordinator_of(call))

    client.post(reverse("admin:pitches_timetable_add"), {"call": call.pk})

    assert call.timetable.days.count() == 2


def settings_of(call, **more) -> dict:
    """What the form of a timetable posts: a changed day, a new one, and a room with a new name."""
    day, room = call.timetable.days.get(), call.timetable.rooms.get()
    return {
        "place": "Dorpsplein 2",
        "pitch_minutes": 20,
        "question_minutes": 10,
        "pause_minutes": 0,
        "quorum": 2,
        "travel_minutes": 30,
        "days-TOTAL_FORMS": 2,
        "days-INITIAL_FORMS": 1,
        "days-0-id": day.pk,
        "days-0-timetable": call.timetable.pk,
        "days-0-date": "2023-09-13",
        "days-0-opens": "09:00",
        "days-0-closes": "12:00",
        "days-1-timetable": call.timetable.pk,
        "days-1-date": "2023-09-14",
        "days-1-opens": "09:00",
        "days-1-closes": "12:00",
        "days-1-reserve": "on",
        "rooms-TOTAL_FORMS": 1,
        "rooms-INITIAL_FORMS": 1,
        "rooms-0-id": room.pk,
        "rooms-0-timetable": call.timetable.pk,
        "rooms-0-name": "Raadzaal",
        "rooms-0-position": 0,
    } | more


def test_change_timetable_keeps_days_and_rooms(client, call, coordinator):
    url = address("timetable_change", call.timetable)

    assert client.post(url, settings_of(call)).status_code == 302

    timetable = Timetable.objects.get(call=call)
    assert (timetable.place, timetable.pitch_minutes, timetable.quorum) == ("Dorpsplein 2", 20, 2)
    assert list(timetable.days.values_list("date", "closes", "reserve")) == [
        (date(2023, 9, 13), time(12), False),
        (date(2023, 9, 14), time(12), True),
    ]
    assert timetable.rooms.get().name == "Raadzaal"


def test_change_timetable_shows_who_shares_the_building(client, call, coordinator):
    beside = TimetableFactory(place=call.timetable.place.upper())
    Room.objects.create(timetable=beside, name="Zaal 1")

    page = client.get(address("timetable_change", call.timetable)).content.decode()

    assert f"{beside.call} (Zaal 1)" in page
    assert f'<option value="{call.timetable.place}">' in page


def test_change_timetable_refuses_a_room_that_another_call_uses(client, call, coordinator):
    other = pitching_call(proposals=1, place="Dorpsplein 2")
    Room.objects.filter(timetable__call=other).update(name="raadzaal")
    actions.schedule_pitches(call=other, by=None)

    response = client.post(address("timetable_change", call.timetable), settings_of(call), follow=True)

    assert "Een zaal, een jurylid" in response.content.decode()
    assert Timetable.objects.get(call=call).place == call.timetable.place


def test_change_timetable_takes_each_room_once(client, call, coordinator):
    second = {"rooms-TOTAL_FORMS": 2, "rooms-1-name": "RAADZAAL ", "rooms-1-position": 1}

    response = client.post(address("timetable_change", call.timetable), settings_of(call, **second))

    assert "Twee van deze zalen hebben dezelfde naam" in response.content.decode()


# The draft


def test_draft_shows_each_day_with_its_pitches(client, call, coordinator):
    response = client.get(address("draft", call.timetable))

    [day] = response.context["days"]
    assert [block.hours for block in day.drawing.blocks] == ["09:00–09:25", "09:30–09:55"]
    assert list(day.pitches) == list(queries.draft_of(call))
    assert response.context["clashes"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_draft_costs_the_same_whatever_the_number(client, count, django_assert_num_queries):
    call = pitching_call(proposals=count, jurors=1)
    actions.schedule_pitches(call=call, by=None)
    client.force_login(coordinator_of(call))
    url = address("draft", call.timetable)
    client.get(url)

    with django_assert_num_queries(28):
        client.get(url)


def test_draft_lists_who_has_no_place_and_why(client, coordinator, call):
    ShortlistedFactory.create_batch(3, call=call)
    late = ShortlistedFactory(call=call)
    actions.schedule_pitches(call=call, by=None)
    later = ShortlistedFactory(call=call)

    unplaced = client.get(address("draft", call.timetable)).context["unplaced"]

    assert len(unplaced) == 3
    assert [bool(pitch) for proposal, pitch, _ in unplaced if proposal == later] == [False]
    assert all(reason for proposal, _, reason in unplaced if proposal != later)
    assert late.reference


def test_draft_warns_of_a_conflict_declared_since(client, call, coordinator):
    juror = queries.jurors_of(call).first()
    conflict(juror, queries.draft_of(call).first().proposal)

    [clash] = client.get(address("draft", call.timetable)).context["clashes"]

    assert juror.email in clash


def test_schedule_button_says_how_good_it_is(client, call, coordinator):
    response = client.post(address("schedule", call.timetable))

    assert response.url == address("draft", call.timetable)
    assert said(response) == [
        "2 pitches zijn geplaatst. Er bestaat geen beter rooster onder deze voorwaarden."
    ]


def test_schedule_button_with_a_clash_by_hand_says_which(client, call, coordinator):
    pitch = queries.draft_of(call).first()
    actions.move_pitch(pitch=pitch, room=pitch.room, start=MORNING, by=coordinator)
    juror = queries.jurors_of(call).first()
    conflict(juror, pitch.proposal)

    [message] = said(client.post(address("schedule", call.timetable)))

    assert juror.email in message


# Moving


def move_data(call, start="10:00", **more):
    return {
        "room": call.timetable.rooms.get().pk,
        "date": "2023-09-13",
        "start": start,
        "everyone": "on",
    } | more


def test_move_places_the_pitch(client, call, coordinator):
    pitch = queries.draft_of(call).first()

    response = client.post(address("move", pitch), move_data(call))

    pitch.refresh_from_db()
    assert response.url == address("draft", call.timetable)
    assert (pitch.during.lower, pitch.by_hand) == (MORNING + timedelta(hours=1), True)


def test_move_onto_another_says_why_not_and_keeps_what_was_chosen(client, call, coordinator):
    pitch = queries.draft_of(call).last()

    response = client.post(address("move", pitch), move_data(call, "09:10"))

    form = response.context["form"]
    assert len(form.non_field_errors()) == 2
    assert form["start"].value() == "09:10"


def test_move_offers_no_juror_with_a_conflict(client, call, coordinator):
    pitch = queries.draft_of(call).first()
    conflicted, other = queries.jurors_of(call)
    conflict(conflicted, pitch.proposal)

    form = client.get(address("move", pitch)).context["form"]

    assert list(form.fields["jurors"].queryset) == [other]
    assert form["start"].value() == time(9)


def test_move_seats_who_is_chosen(client, call, coordinator):
    pitch, juror = queries.draft_of(call).first(), queries.jurors_of(call).last()

    client.post(address("move", pitch), move_data(call, everyone="", jurors=[juror.pk]))

    assert [seat.juror for seat in queries.draft_of(call).get(pk=pitch.pk).seats.all()] == [juror]


def test_move_of_a_pitch_without_a_place_starts_from_everyone(client, coordinator, call):
    ShortlistedFactory.create_batch(3, call=call)
    actions.schedule_pitches(call=call, by=None)
    pitch = call.pitches.get(during__isnull=True)

    form = client.get(address("move", pitch)).context["form"]

    assert form["everyone"].value() is True


def test_free_lets_the_scheduler_decide(client, call, coordinator):
    pitch = queries.draft_of(call).first()
    actions.move_pitch(pitch=pitch, room=pitch.room, start=MORNING, by=coordinator)

    client.post(address("free", pitch))

    assert queries.draft_of(call).get(pk=pitch.pk).by_hand is False


# The release


def test_release_shows_who_would_get_what(client, call, coordinator):
    response = client.get(address("release", call.timetable))

    assert [item.kind for item in response.context["news"].pitches] == ["new", "new"]
    assert response.context["mails"] == 4
    assert call.timetable.releases == 0


def test_release_sends(client, call, coordinator):
    response = client.post(address("release", call.timetable))

    assert response.url == address("draft", call.timetable)
    assert said(response) == ["Bekendgemaakt. 4 uitnodigingen zijn onderweg."]
    assert client.get(address("release", call.timetable)).context["mails"] == 0


def test_release_of_a_draft_that_clashes_is_refused(client, call, coordinator):
    conflict(queries.jurors_of(call).first(), queries.draft_of(call).first().proposal)

    response = client.post(address("release", call.timetable))

    assert response.url == address("release", call.timetable)
    assert len(said(response)) == 1
    assert Timetable.objects.get(call=call).releases == 0


# Hours


def unavailability_data(call, **more):
    return {
        "call": call.pk,
        "start_0": "13-09-2023",
        "start_1": "09:00",
        "end_0": "13-09-2023",
        "end_1": "10:00",
        "reason": "Telefonisch",
    } | more


def test_coordinator_declares_hours_for_a_juror_and_takes_them_back(client, call, coordinator):
    juror = queries.jurors_of(call).first()

    client.post(reverse("admin:pitches_unavailability_add"), unavailability_data(call, juror=juror.pk))
    declared = queries.unavailabilities_of(call, juror=juror).get()
    client.post(address("unavailability_delete", declared), {"post": "yes"})

    assert (declared.during.lower, declared.declared_by) == (MORNING, coordinator)
    assert Unavailability.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, "juror"),
        ({"rather_not": "on"}, "rather_not"),
        ({"end_1": "09:00"}, "end"),
    ],
)
def test_coordinator_declares_hours_that_cannot_be(client, call, coordinator, more, field):
    juror = {"juror": queries.jurors_of(call).first().pk} if field != "juror" else {}

    response = client.post(
        reverse("admin:pitches_unavailability_add"), unavailability_data(call, **juror, **more)
    )

    assert list(response.context["adminform"].form.errors) == [field]


def test_coordinator_takes_several_hours_back_at_once(client, call, coordinator):
    for juror in queries.jurors_of(call):
        actions.declare_unavailability(
            call=call, by=juror, juror=juror, start=MORNING, end=MORNING + timedelta(hours=1)
        )
    keys = list(Unavailability.objects.values_list("pk", flat=True))

    client.post(
        reverse("admin:pitches_unavailability_changelist"),
        {"action": "delete_selected", "_selected_action": keys, "post": "yes"},
    )

    assert Unavailability.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_hours_costs_the_same_whatever_the_number(
    client, call, coordinator, count, django_assert_num_queries
):
    for _ in range(count):
        juror = juror_of(call)
        actions.declare_unavailability(
            call=call, by=juror, juror=juror, start=MORNING, end=MORNING + timedelta(hours=1)
        )
    url = reverse("admin:pitches_unavailability_changelist")
    client.get(url)

    with django_assert_num_queries(10):
        client.get(url)
