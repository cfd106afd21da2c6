from datetime import timedelta

import pytest

from notifications.models import Message
from submissions import reminders
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

    with django_assert_num_queries(4):
        remind_drafts(DEADLINE - timedelta(hours=2))

    assert Message.objects.count() == rows
