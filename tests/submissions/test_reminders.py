from datetime import timedelta

import pytest
import time_machine

from notifications.delivery import deliver_waiting
from notifications.models import Message
from submissions import reminders
from submissions.actions import file_proposal
from submissions.models import Extension
from tests.factories import (
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    brussels,
    complete_proposal,
    filed_proposal,
    person_with_role,
)

pytestmark = pytest.mark.django_db

DEADLINE = brussels(2023, 9, 2)
SECOND = timedelta(seconds=1)


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def draft(member):
    return ProposalFactory(organisation=member.organisation)


def remind_drafts(at):
    """All parts of what a tick does at `at`."""
    for _part in reminders.remind_drafts(at):
        pass


def sent():
    return list(Message.objects.order_by("occurrence").values_list("occurrence", flat=True))


@pytest.mark.parametrize("ahead", [336, 168, 48, 24, 3])
def test_reminder_goes_from_its_moment_on_and_once(draft, ahead):
    moment = DEADLINE - timedelta(hours=ahead)
    remind_drafts(moment - SECOND)
    before = len(sent())

    for late in (0, 1, 60):
        remind_drafts(moment + timedelta(seconds=late))

    assert len(sent()) == before + 1
    assert any(occurrence == f"{ahead}h" for occurrence in sent())


def test_reminder_names_what_is_missing_and_is_useful_until_the_deadline(draft, member):
    remind_drafts(DEADLINE - timedelta(days=2))

    mail = Message.objects.get()
    assert (mail.recipient, mail.useful_until) == (member.user.email, DEADLINE)
    assert "uw aanpak" in mail.text
    assert "uw aanpak" in mail.html


def test_reminder_to_who_is_complete_says_that_the_last_click_is_missing(member):
    complete_proposal(organisation=member.organisation)

    remind_drafts(DEADLINE - timedelta(hours=3))

    assert "volledig, maar" in Message.objects.get().text


@pytest.mark.parametrize("moment", [DEADLINE, DEADLINE + SECOND, DEADLINE - timedelta(days=14) - SECOND])
def test_no_reminder_after_the_deadline_or_too_early(draft, moment):
    remind_drafts(moment)

    assert sent() == []


def test_only_the_last_of_several_missed_reminders_goes(draft):
    remind_drafts(DEADLINE - timedelta(hours=20))

    assert [occurrence.partition(":")[0] for occurrence in sent()] == ["24h"]


def test_who_starts_late_is_not_reminded_of_moments_before(member):
    ProposalFactory(organisation=member.organisation, created_at=DEADLINE - timedelta(days=5))

    remind_drafts(DEADLINE - timedelta(days=4))
    remind_drafts(DEADLINE - timedelta(days=2))

    assert [occurrence.partition(":")[0] for occurrence in sent()] == ["48h"]


def test_who_filed_is_not_reminded():
    filed_proposal()
    Message.objects.all().delete()

    remind_drafts(DEADLINE - timedelta(hours=3))

    assert sent() == []


def test_draft_in_a_call_without_a_deadline_is_not_reminded():
    ProposalFactory().call.milestones.all().delete()

    remind_drafts(DEADLINE - timedelta(hours=3))

    assert sent() == []


def test_extension_moves_the_reminders_with_the_deadline(draft):
    remind_drafts(DEADLINE - timedelta(hours=3))
    Extension.objects.create(
        call=draft.call,
        until=DEADLINE + timedelta(days=1),
        reason="Storing",
        requested_by=person_with_role("coordinator", draft.call),
        requested_at=DEADLINE,
        approved_by=person_with_role("coordinator", draft.call),
        approved_at=DEADLINE,
    )

    remind_drafts(DEADLINE + SECOND)

    mails = Message.objects.order_by("useful_until")
    assert [mail.useful_until - DEADLINE for mail in mails] == [timedelta(0), timedelta(days=1)]


@pytest.mark.parametrize("rows", [1, 3])
def test_nothing_new_to_tell_costs_the_same_for_any_number(rows, django_assert_num_queries):
    call = CallFactory()
    for _ in range(rows):
        ProposalFactory(call=call, organisation=MembershipFactory().organisation)
    remind_drafts(DEADLINE - timedelta(hours=3))

    with django_assert_num_queries(5):
        remind_drafts(DEADLINE - timedelta(hours=2))

    assert Message.objects.count() == rows


def move_filing(draft, until):
    draft.call.milestones.filter(kind="filing").update(until=until)


def deliver(at):
    with time_machine.travel(at, tick=False):
        return deliver_waiting()


@pytest.mark.parametrize("seen", ["before the old deadline", "after it"])
def test_waiting_reminder_whose_deadline_moved_is_dropped_and_written_anew(draft, member, seen):
    """The mail server was away when the deadline moved."""
    remind_drafts(DEADLINE - timedelta(hours=24))
    [old] = Message.objects.all()
    move_filing(draft, DEADLINE + timedelta(days=3))

    done = deliver(DEADLINE + (SECOND if seen == "after it" else -timedelta(hours=20)))
    remind_drafts(DEADLINE + timedelta(days=2))
    later = deliver(DEADLINE + timedelta(days=2))

    old.refresh_from_db()
    new = Message.objects.get(occurrence="24h")
    assert (done.sent, done.dropped, later.sent) == (0, 1, 1)
    assert (old.status, new.status, new.recipient) == ("dropped", "sent", member.user.email)
    assert "een datum is verschoven" in old.last_error
    assert "1 september 2023, 23u59" in old.text
    assert "4 september 2023, 23u59" in new.text
    assert new.useful_until == DEADLINE + timedelta(days=3)


def test_waiting_reminder_says_the_new_date_at_once_when_that_comes_earlier(draft):
    remind_drafts(DEADLINE - timedelta(days=7))
    move_filing(draft, DEADLINE - timedelta(days=5))

    dropped = deliver(DEADLINE - timedelta(days=7)).dropped
    remind_drafts(DEADLINE - timedelta(days=7))
    sent_now = deliver(DEADLINE - timedelta(days=7)).sent

    assert (dropped, sent_now) == (1, 1)
    assert "27 augustus 2023, 23u59" in Message.objects.get(status="sent").text


def test_reminder_that_went_never_goes_again_when_the_deadline_moves(draft):
    remind_drafts(DEADLINE - timedelta(hours=24))
    deliver(DEADLINE - timedelta(hours=24))
    move_filing(draft, DEADLINE + timedelta(days=3))

    remind_drafts(DEADLINE + timedelta(days=2))

    assert Message.objects.get().status == "sent"


def test_waiting_reminder_of_who_filed_meanwhile_is_dropped(member):
    draft = complete_proposal(organisation=member.organisation)
    remind_drafts(DEADLINE - timedelta(hours=24))
    file_proposal(proposal=draft, by=member.user, received_at=DEADLINE - timedelta(hours=23))

    deliver(DEADLINE - timedelta(hours=22))

    assert dict(Message.objects.values_list("kind", "status")) == {
        "submissions_reminder": "dropped",
        "submissions_receipt": "sent",
    }


def test_waiting_reminder_by_hand_follows_its_deadline(draft, member):
    def waits(at):
        occurrence = reminders.by_hand(draft, DEADLINE, at=at)
        return reminders.remind(draft, deadline=DEADLINE, occurrence=occurrence)

    waits(DEADLINE - timedelta(days=3))
    sent_first = deliver(DEADLINE - timedelta(days=3)).sent
    waits(DEADLINE - timedelta(days=1))
    move_filing(draft, DEADLINE + timedelta(days=3))

    assert (sent_first, deliver(DEADLINE - timedelta(days=1)).dropped) == (1, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_judging_what_waits_costs_the_same_for_any_number(rows, django_assert_num_queries):
    for _ in range(rows):
        MembershipFactory(organisation=ProposalFactory(call=CallFactory()).organisation)
    remind_drafts(DEADLINE - timedelta(hours=24))

    waiting = list(Message.objects.all())

    with django_assert_num_queries(3):
        left = list(reminders.reminders_that_no_longer_hold(waiting, DEADLINE - timedelta(hours=24)))

    assert (len(waiting), left) == (rows, [])
