from datetime import timedelta

import pytest
import time_machine

from decisions.reminders import remind_of_the_right_of_reply
from notifications import delivery
from notifications.models import Message
from tests.decisions.factories import DECIDING, REPLY_ENDS, call_to_decide, released, replied
from tests.factories import MembershipFactory
from tests.reviews.factories import filed_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    return filed_proposal(call_to_decide(), status="shortlisted")


@pytest.fixture
def member(proposal):
    return MembershipFactory(organisation=proposal.organisation).user


@pytest.fixture
def decision(proposal, member):
    with time_machine.travel(DECIDING, tick=False):
        return released(proposal)[0]


def reminders():
    return Message.objects.filter(kind="decisions_reply_reminder")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (timedelta(days=3, seconds=1), 0),
        (timedelta(days=3), 1),
        (timedelta(days=1), 1),
        (timedelta(0), 0),
    ],
)
def test_reminder_before_the_right_of_reply_ends(decision, before, expected):
    remind_of_the_right_of_reply(REPLY_ENDS - before)

    assert reminders().count() == expected


def test_reminder_comes_once_for_each_occasion(decision, member):
    for before in (timedelta(days=3), timedelta(days=2), timedelta(days=1), timedelta(hours=1)):
        remind_of_the_right_of_reply(REPLY_ENDS - before)

    assert [mail.user for mail in reminders()] == [member, member]
    assert "14 oktober 2023, 23u59" in reminders().first().text


def test_reminder_leaves_alone_who_replied(decision, member):
    with time_machine.travel(DECIDING, tick=False):
        replied(decision, by=member)

    remind_of_the_right_of_reply(REPLY_ENDS - timedelta(days=1))

    assert reminders().count() == 0


@pytest.mark.parametrize("moved", [timedelta(0), timedelta(days=7)])
def test_reminder_that_waits_is_dropped_when_the_end_moves(decision, moved):
    at = REPLY_ENDS - timedelta(days=1)
    remind_of_the_right_of_reply(at)
    decision.call.milestones.filter(kind="reply").update(until=REPLY_ENDS + moved)

    with time_machine.travel(at, tick=False):
        done = delivery.deliver_waiting()

    assert done.dropped == (1 if moved else 0)
    assert reminders().get().status == ("dropped" if moved else "sent")
