from datetime import timedelta

import pytest
import time_machine

from challenges.models import Milestone
from notifications import delivery
from notifications.models import Message
from reviews.reminders import remind_reviewers, tell_staff_of_passed_milestones
from tests.factories import CallFactory, brussels, person_with_role
from tests.reviews.factories import READING, assigned_reader, filed_proposal, scored

pytestmark = pytest.mark.django_db

STARTS, ENDS = brussels(2023, 9, 4), brussels(2023, 9, 9)


@pytest.fixture
def call():
    call = CallFactory()
    Milestone.objects.create(
        call=call, kind=Milestone.Kind.WRITTEN_REVIEW, starts=STARTS, until=ENDS, position=2
    )
    return call


def occasions():
    return list(
        Message.objects.filter(kind="reviews_open")
        .order_by("created_at", "pk")
        .values_list("occurrence", flat=True)
    )


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (STARTS - timedelta(seconds=1), []),
        (STARTS, ["start"]),
        (ENDS - timedelta(days=2), ["2 days"]),
        (ENDS - timedelta(days=1), ["1 day"]),
        (ENDS, []),
    ],
)
def test_reviewers_are_reminded_around_the_reading(call, at, expected):
    assigned_reader(filed_proposal(call))

    remind_reviewers(at)

    assert [o.split(" 2023")[0] for o in occasions()] == expected


def test_reviewers_are_reminded_once_for_each_occasion(call):
    assigned_reader(filed_proposal(call), filed_proposal(call))

    for at in (STARTS, STARTS + timedelta(hours=5), ENDS - timedelta(days=2), ENDS - timedelta(hours=30)):
        remind_reviewers(at)

    assert len(occasions()) == 2
    mail = Message.objects.first()
    assert ("2 kandidaturen wachten" in mail.subject, mail.useful_until) == (True, ENDS)


def test_reviewers_who_are_done_are_left_alone(call):
    proposal = filed_proposal(call)
    with time_machine.travel(READING, tick=False):
        scored(proposal, by=assigned_reader(proposal))

    remind_reviewers(READING)

    assert occasions() == []


def test_staff_hear_once_that_a_milestone_passed(call):
    staff = {person_with_role(kind, call) for kind in ("coordinator", "reviewer")}
    person_with_role("jury", call)
    person_with_role("coordinator", CallFactory(filing=brussels(2023, 12, 1)))

    for at in (ENDS - timedelta(microseconds=1), ENDS, ENDS + timedelta(hours=1)):
        tell_staff_of_passed_milestones(at)

    mails = Message.objects.filter(kind="reviews_milestone_passed")
    assert {mail.user for mail in mails} == staff
    assert mails.count() == 2
    assert "8 september 2023, 23u59" in mails.first().text


def test_staff_hear_that_a_milestone_without_end_began(call):
    person_with_role("coordinator", call)
    Milestone.objects.create(call=call, kind=Milestone.Kind.LAUNCH, starts=brussels(2023, 6, 23))

    tell_staff_of_passed_milestones(brussels(2023, 6, 23))

    assert "23 juni 2023" in Message.objects.get().text


def test_reminders_that_wait_are_dropped_when_their_milestone_moves(call):
    assigned_reader(filed_proposal(call))
    remind_reviewers(ENDS - timedelta(days=1))
    with time_machine.travel(ENDS, tick=False):
        tell_staff_of_passed_milestones(ENDS)
    waited = Message.objects.filter(kind__in=["reviews_open", "reviews_milestone_passed"])
    kinds = set(waited.values_list("kind", flat=True))
    call.milestones.filter(kind=Milestone.Kind.WRITTEN_REVIEW).update(until=ENDS + timedelta(days=2))

    with time_machine.travel(ENDS, tick=False):
        delivery.deliver_waiting()
    dropped = set(waited.values_list("status", flat=True))
    with time_machine.travel(ENDS + timedelta(days=1), tick=False):
        remind_reviewers(ENDS + timedelta(days=1))
        delivery.deliver_waiting()

    assert (kinds, dropped) == ({"reviews_open", "reviews_milestone_passed"}, {"dropped"})
    assert waited.get(status="sent").useful_until == ENDS + timedelta(days=2)
