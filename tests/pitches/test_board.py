"""The draft as a board: dragging, the outlook of a place, and what to give up."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pitches import actions, queries
from tests.pitches.factories import MORNING, conflict, coordinator_of, pitching_call, place_of

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


# Moving by dragging, and the outlook of a place


def place(pitch, start: str, **more) -> dict:
    return {"room": pitch.room_id, "date": "2023-09-13", "start": start, "everyone": "on"} | more


def test_move_answers_a_script(client, call, coordinator):
    first, second = queries.draft_of(call)[:2]
    url = reverse("admin:pitches_move", args=[first.pk])
    script = {"headers": {"Accept": "application/json"}}

    taken = client.post(url, place(first, "09:35"), **script)
    free = client.post(url, place(first, "10:30"), **script)

    assert not taken.json()["moved"]
    assert any("is bezet" in reason for reason in taken.json()["reasons"])
    assert free.json() == {"moved": True, "reasons": []}
    assert place_of(queries.draft_of(call).get(pk=first.pk)) == ("10:30", "Zaal 1")
    assert queries.draft_of(call).get(pk=second.pk).during == second.during


def test_try_move_says_what_a_place_would_break_and_changes_nothing(client, call, coordinator):
    pitch = queries.draft_of(call).first()
    url = reverse("admin:pitches_try", args=[pitch.pk])

    taken = client.get(url, place(pitch, "09:35"))
    close = client.get(url, place(pitch, "09:00"))
    unknown = client.get(url, place(pitch, ""))

    assert any("is bezet" in reason for reason in taken.context["broken"])
    assert (close.context["broken"], close.context["known"]) == ([], True)
    assert not unknown.context["known"]
    assert queries.draft_of(call).get(pk=pitch.pk).during == pitch.during


def test_try_move_warns_of_a_wish_a_missing_pause_and_a_changed_invitation(client, call, coordinator):
    _first, second = queries.draft_of(call)[:2]
    actions.release_schedule(call=call, by=coordinator)
    actions.declare_unavailability(
        call=call,
        by=coordinator,
        organisation=second.organisation,
        start=MORNING,
        end=MORNING + timedelta(hours=2),
        rather_not=True,
    )

    outlook = client.get(reverse("admin:pitches_try", args=[second.pk]), place(second, "09:25"))

    assert outlook.context["broken"] == []
    assert len(outlook.context["warnings"]) == 3


def test_take_out_leaves_the_pitch_without_a_place(client, call, coordinator):
    pitch = queries.draft_of(call).first()

    client.post(reverse("admin:pitches_take_out", args=[pitch.pk]))

    pitch.refresh_from_db()
    assert (pitch.room, pitch.during, pitch.seats.count()) == (None, None, 0)


def test_draft_says_what_to_give_up(client):
    call = pitching_call(proposals=5, jurors=1)
    client.force_login(coordinator_of(call))
    actions.schedule_pitches(call=call, by=None)

    relief = client.get(reverse("admin:pitches_draft", args=[call.timetable.pk])).context["relief"]

    assert relief == {"proven": True, "concessions": ["Ga op woensdag 13 september 2023 door tot 11u25."]}


def test_draft_says_when_nothing_helps(client):
    call = pitching_call(proposals=1, jurors=1)
    conflict(queries.jurors_of(call).get(), call.proposals.get())
    client.force_login(coordinator_of(call))
    actions.schedule_pitches(call=call, by=None)

    relief = client.get(reverse("admin:pitches_draft", args=[call.timetable.pk])).context["relief"]

    assert relief["concessions"] is None
