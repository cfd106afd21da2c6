"""Who moves a date of a call sees beforehand which reminders follow it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from challenges.models import Milestone
from challenges.planned import What, plan_of
from journal import clock
from journal.models import Entry
from notifications.actions import tick
from notifications.models import Message
from submissions.models import Extension
from tests.challenges.test_admin import posted
from tests.factories import (
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    brussels,
    person_with_role,
)

pytestmark = pytest.mark.django_db

DEADLINE = brussels(2023, 9, 2)
WEEK_BEFORE = DEADLINE - timedelta(days=7)


@pytest.fixture
def call(client):
    call = CallFactory()
    client.force_login(person_with_role("coordinator", call))
    return call


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(WEEK_BEFORE + timedelta(hours=1), tick=False):
        yield


def draft(call):
    member = MembershipFactory()
    ProposalFactory(call=call, organisation=member.organisation)
    return member.user


def have_been_reminded():
    """Fourteen and seven days before the end of filing."""
    with time_machine.travel(DEADLINE - timedelta(days=14), tick=False):
        tick()
    tick()


def move(client, call, *, days, **more):
    url = reverse("admin:challenges_call_change", args=[call.pk])
    data = posted(client.get(url))
    filing = next(name for name in data if name.endswith("-until_0"))
    data[filing] = (DEADLINE + timedelta(days=days)).strftime("%d/%m/%Y")
    return client.post(url, {**data, "_save": "1", **more})


def told(response) -> dict:
    """(what, was, becomes) in days from the deadline, with the number of mails, for reminders of drafts."""
    return {
        (
            change.what,
            change.was and (change.was - DEADLINE) / timedelta(days=1),
            change.becomes and (change.becomes - DEADLINE) / timedelta(days=1),
        ): change.mails
        for change in response.context["changes"]
        if change.label.startswith("Aan wie nog niet indiende")
    }


def until(call):
    return Milestone.objects.get(call=call, kind="filing").until


def test_moving_a_date_shows_what_follows_and_saves_nothing_yet(client, call):
    draft(call)
    draft(call)
    have_been_reminded()
    entries = Entry.objects.count()

    page = move(client, call, days=3)

    assert (page.status_code, until(call), Entry.objects.count()) == (200, DEADLINE, entries)
    assert told(page) == {
        (What.MOVED, -2, 1): 2,
        (What.MOVED, -1, 2): 2,
        (What.MOVED, -0.125, 2.875): 2,
        (What.SENT, -14, None): 2,
        (What.SENT, -7, None): 2,
    }
    assertContains(page, "Er is nog niets bewaard.")
    assertNotContains(page, "gewijzigd")
    assertContains(page, "vrijdag 1 september 2023, 23u59 (Brusselse tijd)")
    assertContains(page, "maandag 4 september 2023, 23u59 (Brusselse tijd)")


def test_moving_a_date_earlier_cancels_what_can_no_longer_go(client, call):
    draft(call)
    have_been_reminded()

    page = move(client, call, days=-6)

    assert told(page) == {
        (What.MOVED, -1, -7 + 1 / 24): 1,
        (What.MOVED, -0.125, -6.125): 1,
        (What.CANCELLED, -2, None): 1,
        (What.SENT, -14, None): 1,
        (What.SENT, -7, None): 1,
    }


def test_confirming_saves_and_what_was_sent_never_goes_again(client, call):
    reader = draft(call)
    have_been_reminded()
    page = move(client, call, days=3)

    fields = dict(page.context["fields"])
    done = client.post(page.wsgi_request.path, {**fields, page.context["confirmed"]: "1"})
    for days in (-4, 1, 1.5, 2, 2.9):
        with time_machine.travel(DEADLINE + timedelta(days=days), tick=False):
            tick()

    assert (done.status_code, until(call)) == (302, DEADLINE + timedelta(days=3))
    mails = Message.objects.filter(recipient=reader.email, kind="submissions_reminder")
    assert list(mails.order_by("created_at").values_list("occurrence", flat=True)) == [
        "336h",
        "168h",
        "48h",
        "24h",
        "3h",
    ]
    assert "4 september 2023, 23u59" in mails.order_by("created_at").last().text
    assert Entry.objects.filter(verb="call.changed").count() == 1


def test_moving_a_date_asks_nobody_anew_what_comes_before_the_last_they_heard(client, call):
    reader = draft(call)
    tick()

    page = move(client, call, days=3)
    fields = dict(page.context["fields"])
    client.post(page.wsgi_request.path, {**fields, page.context["confirmed"]: "1"})
    tick()

    assert What.ADDED not in {what for what, _was, _becomes in told(page)}
    assert list(Message.objects.filter(recipient=reader.email).values_list("occurrence", flat=True)) == [
        "168h"
    ]


def test_draft_with_a_later_deadline_of_its_own_does_not_move(client, call):
    reader = draft(call)
    Extension.objects.create(
        call=call,
        organisation=reader.memberships.get().organisation,
        until=DEADLINE + timedelta(days=10),
        reason="Brand",
        requested_by=person_with_role("coordinator", call),
        requested_at=WEEK_BEFORE,
        approved_by=person_with_role("coordinator", call),
        approved_at=WEEK_BEFORE,
    )

    page = move(client, call, days=3)

    changes = told(page)
    assert (changes, page.context["unchanged"]) == ({}, 5)


def test_saving_without_moving_a_date_asks_nothing(client, call):
    url = reverse("admin:challenges_call_change", args=[call.pk])

    response = client.post(url, {**posted(client.get(url)), "headline": "Samen sterk"})

    assert response.status_code == 302


def test_move_with_an_error_shows_the_error(client, call):
    page = move(client, call, days=3, title="")

    assert (page.status_code, "changes" in page.context, until(call)) == (200, False, DEADLINE)


def test_readers_of_what_was_written_and_staff_are_in_the_plan(client, call):
    Milestone.objects.create(
        call=call, kind="written_review", starts=brussels(2023, 9, 4), until=brussels(2023, 9, 9)
    )

    page = move(client, call, days=1)

    labels = [change.label for change in page.context["changes"]]
    assert (labels, page.context["unchanged"]) == (["Aan medewerkers: “Kandidaturen” is voorbij"], 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_ahead_costs_the_same_for_any_number_of_drafts(client, call, rows, django_assert_num_queries):
    for _ in range(rows):
        draft(call)

    with django_assert_num_queries(QUERIES):
        page = plan_of(call, at=clock.now())

    assert len([each for each in page if each.key[0] == "submissions_reminder"]) == rows * 4


QUERIES = 12
