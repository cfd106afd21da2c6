from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from journal.models import Entry
from notifications.models import BouncedAddress, Message
from submissions import cockpit, reminding
from submissions.models import LateAttempt, Proposal
from submissions.refusals import NotAllowed
from tests.factories import (
    CallFactory,
    MembershipFactory,
    brussels,
    complete_proposal,
    filed_proposal,
    person_with_role,
)

pytestmark = pytest.mark.django_db

NOW = brussels(2023, 8, 31, 10)
DEADLINE = brussels(2023, 9, 2)


@pytest.fixture(autouse=True)
def two_days_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory()


@pytest.fixture
def coordinator(call):
    return person_with_role("coordinator", call)


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


def page_of(name, call, **query):
    return reverse(f"admin:submissions_{name}", args=[call.slug], query=query or None)


def written(call, *, at=NOW - timedelta(hours=1), **answers):
    proposal = complete_proposal(call=call, organisation=MembershipFactory().organisation, answers=answers)
    Proposal.objects.filter(pk=proposal.pk).update(updated_at=at)
    return proposal


def groups_of(call, *, at=NOW):
    return {row.proposal.pk: row.group for row in cockpit.rows_of(call, at=at)}


LITTLE = {"approach": "", "title": "", "challenges": [], "municipalities": []}


def test_each_draft_stands_in_the_group_of_how_far_it_is(call):
    complete = written(call)
    near = written(call, approach="", title="")
    busy = written(call, **LITTLE)
    silent = written(call, at=NOW - timedelta(days=7), **LITTLE)
    filed = filed_proposal(call=call)
    filed_proposal(call=call, status="withdrawn")
    filed_proposal()

    assert groups_of(call) == {
        complete.pk: cockpit.COMPLETE,
        near.pk: cockpit.NEAR,
        busy.pk: cockpit.BUSY,
        silent.pk: cockpit.QUIET,
        filed.pk: cockpit.FILED,
    }


@pytest.mark.parametrize(
    ("pause", "group"), [(timedelta(0), cockpit.QUIET), (timedelta(seconds=1), cockpit.BUSY)]
)
def test_silence_begins_after_exactly_a_week(call, pause, group):
    draft = written(call, at=NOW - timedelta(days=7) + pause, **LITTLE)

    assert groups_of(call)[draft.pk] == group


@pytest.mark.parametrize("number", [1, 3])
def test_cockpit_costs_the_same_for_any_number(desk, call, number, django_assert_num_queries):
    for _ in range(number):
        written(call)
        filed_proposal(call=call)

    with django_assert_num_queries(22):
        page = desk.get(page_of("cockpit", call))

    assert page.context["total"] == 2 * number


@pytest.mark.parametrize("number", [1, 3])
def test_preview_costs_the_same_for_any_number(desk, call, number, django_assert_num_queries):
    for _ in range(number):
        written(call)

    with django_assert_num_queries(22):
        page = desk.get(page_of("remind", call, groep="volledig"))

    assert page.context["plan"].count == number


def test_cockpit_shows_no_word_of_what_was_written(desk, call):
    written(call, title="Ons geheime plan", summary="Ons geheime plan")

    assert "geheime" not in desk.get(page_of("cockpit", call)).content.decode()


def test_cockpit_tells_of_attempts_that_came_late(desk, call):
    draft = written(call)
    LateAttempt.objects.create(
        proposal=draft, by=person_with_role("jury", call), received_at=DEADLINE, deadline=DEADLINE
    )

    assert "1 poging na de deadline" in desk.get(page_of("cockpit", call)).content.decode()


def test_cockpit_is_for_who_runs_the_call(client, call):
    client.force_login(person_with_role("reviewer", call))

    assert client.get(page_of("cockpit", call)).status_code == 404
    assert client.post(page_of("remind", call), {"groep": "volledig"}).status_code == 404


def test_reminder_is_seen_before_it_goes_and_goes_to_exactly_those(desk, call, coordinator):
    complete, near = written(call), written(call, approach="")
    filed_proposal(call=call)
    Message.objects.all().delete()

    preview = desk.get(page_of("remind", call, groep="volledig"))
    before = Message.objects.count()
    sent = desk.post(
        page_of("remind", call), {"groep": "volledig", "seal": preview.context["plan"].seal}, follow=True
    )

    mail = Message.objects.get()
    member = complete.organisation.memberships.get().user
    assert before == 0
    assert member.email in preview.content.decode()
    assert (mail.recipient, mail.subject) == (member.email, preview.context["plan"].letters[0].subject)
    assert mail.text.strip() == preview.context["plan"].letters[0].text.strip()
    assert "Er vertrekt 1 herinnering." in sent.content.decode()
    entry = Entry.objects.get(verb="reminders.sent")
    assert entry.payload == {"groups": ["volledig"], "count": 1}
    assert near.pk not in {letter.row.proposal.pk for letter in preview.context["plan"].letters}


def test_preview_names_the_addresses_that_returned_mail(desk, call):
    draft = written(call)
    address = draft.organisation.memberships.get().user.email
    BouncedAddress.objects.create(address=address.lower(), reason="550 user unknown", at=NOW)

    page = desk.get(page_of("remind", call, groep="volledig"))

    assert page.context["refusing"] == {address.lower(): "550 user unknown"}
    assert "550 user unknown" in page.content.decode()


def test_reminder_does_not_go_when_the_list_changed_after_it_was_seen(desk, call):
    written(call)
    seen = desk.get(page_of("remind", call, groep="volledig")).context["plan"].seal
    written(call)

    page = desk.post(page_of("remind", call), {"groep": "volledig", "seal": seen})

    assert not Message.objects.exists()
    assert page.context["plan"].count == 2
    assert "Er is iets veranderd" in page.content.decode()


def test_reminder_by_hand_goes_once_a_day(call, coordinator):
    written(call)
    again = {"call": call, "groups": [cockpit.COMPLETE], "by": coordinator}

    counts = [reminding.remind_now(at=at, **again) for at in (NOW, NOW, NOW + timedelta(days=1))]

    assert counts == [1, 0, 1]
    assert (
        cockpit.plan(call, groups=[cockpit.COMPLETE], at=NOW).left_out[0][1]
        == "werd vandaag al met de hand herinnerd"
    )


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda draft: draft.call.milestones.update(until=NOW), "de deadline is voorbij"),
        (lambda draft: draft.call.milestones.all().delete(), "de deadline is voorbij"),
        (lambda draft: _forget_people(draft), "er is geen adres bekend"),
    ],
)
def test_reminder_leaves_out_who_cannot_file_or_be_reached(call, prepare, reason):
    prepare(written(call))

    plan = cockpit.plan(call, groups=[cockpit.COMPLETE, cockpit.NEAR], at=NOW)

    assert plan.letters == []
    assert [why for _row, why in plan.left_out] == [reason]


def _forget_people(draft):
    draft.organisation.memberships.all().delete()
    Proposal.objects.filter(pk=draft.pk).update(contact_email="")


def test_reminder_is_sent_by_who_runs_the_call(call):
    with pytest.raises(NotAllowed):
        reminding.remind_now(
            call=call, groups=[cockpit.COMPLETE], by=person_with_role("reviewer", call), at=NOW
        )


def test_nobody_who_filed_is_reminded(call, coordinator):
    filed_proposal(call=call)

    assert reminding.remind_now(call=call, groups=list(cockpit.GROUPS), by=coordinator, at=NOW) == 0


def test_filing_counts_as_activity(call):
    proposal = filed_proposal(call=call)
    filed_at = proposal.versions.get().received_at

    (row,) = cockpit.rows_of(call, at=NOW)

    assert row.active_at == max(filed_at, proposal.updated_at)


def test_after_the_close_nobody_is_reminded_any_more(client, call, coordinator):
    written(call)

    with time_machine.travel(DEADLINE, tick=False):
        client.force_login(coordinator)
        text = client.get(page_of("cockpit", call)).content.decode()

    assert "indienen kon tot en met" in text
    assert "Een herinnering sturen" not in text
