from datetime import timedelta

import pytest
import time_machine
from pytest_django.asserts import assertContains, assertNotContains

from challenges.models import Milestone
from decisions import actions as deciding
from pajotarl_portal.desk import desks_of
from pitches.actions import release_schedule, schedule_pitches
from tests.decisions.factories import DECIDING, call_to_decide, coordinator, decided, released, replied
from tests.factories import (
    CallFactory,
    MembershipFactory,
    ProposalFactory,
    UserFactory,
    brussels,
    person_with_role,
)
from tests.pitches.factories import coordinator_of, pitching_call
from tests.reviews.factories import READING, assigned_reader, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_reading_week():
    with time_machine.travel(READING, tick=False):
        yield


@pytest.fixture
def call():
    return CallFactory()


def counts(user, *, at=READING):
    (desk,) = desks_of(user, at=at)
    return [need.count for need in desk.needs]


def test_reader_sees_what_waits_for_them(call):
    todo, done, unknown = (filed_proposal(call) for _ in range(3))
    ProposalFactory(call=call)
    user = assigned_reader(todo, done)
    scored(done, by=user)

    # declare, score; drafts, complete, filed, mails waiting, mails failed
    assert counts(user) == [1, 1, 1, 0, 3, 0, 0]
    assert unknown.pk


def test_coordinator_sees_what_waits_for_the_call(call):
    proposals = [filed_proposal(call), filed_proposal(call), filed_proposal(call, status="shortlisted")]
    scored(proposals[0], by=assigned_reader(proposals[0]))

    # declare, score, without a score, to decide, mailed to handle, replies to assess; then the call
    assert counts(reader(*proposals, kind="coordinator"))[:6] == [0, 0, 1, 1, 0, 0]


def test_reading_asks_for_nobodys_hand_while_filing_is_open(call):
    proposals = [filed_proposal(call) for _ in range(2)]
    user = person_with_role("coordinator", call)

    while_filing, after = (desks_of(user, at=at)[0] for at in (brussels(2023, 8, 21), READING))

    assert [need.count for need in while_filing.asking] == []
    assert [need.count for need in after.asking] == [len(proposals)] * 2
    assert len(after.standing) + 2 == len(after.needs) == len(while_filing.standing)


def test_coordinator_sees_a_release_and_replies():
    proposal = filed_proposal(call_to_decide(), status="shortlisted")
    member = MembershipFactory(organisation=proposal.organisation).user
    other = filed_proposal(call_to_decide(), status="shortlisted")
    one = coordinator(other)
    decided(other, by=one)
    deciding.request_release(call=other.call, by=one)
    with time_machine.travel(DECIDING, tick=False):
        replied(released(proposal)[0], by=member, at=DECIDING)

    assert counts(coordinator(proposal))[5] == 1
    assert counts(one)[6] == 1


def test_desk_says_the_phase_and_what_lies_ahead(call):
    Milestone.objects.create(
        call=call,
        kind=Milestone.Kind.WRITTEN_REVIEW,
        starts=brussels(2023, 9, 4),
        until=brussels(2023, 9, 9),
        position=2,
    )
    user = person_with_role("reviewer", call)

    before, during, after = (
        desks_of(user, at=at)[0]
        for at in (brussels(2023, 6, 1), READING, brussels(2023, 9, 9) + timedelta(days=1))
    )

    assert [str(d.phase) for d in (before, during, after)] == ["announced", "written_review", "ended"]
    assert [len(d.ahead) for d in (before, during, after)] == [4, 1, 0]
    assert during.ahead[0][1:] == (brussels(2023, 9, 9), True)
    assert {bool(d.phase_name) for d in (before, during, after)} == {True}


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_takes_as_many_queries_whatever_the_rows(call, rows, django_assert_num_queries):
    proposals = [filed_proposal(call) for _ in range(rows)]
    for _ in range(rows):
        ProposalFactory(call=call)
    user = reader(*proposals, kind="coordinator")

    with django_assert_num_queries(27):
        desks_of(user, at=READING)


def test_start_page_shows_own_calls_only(client, call):
    other = CallFactory()
    client.force_login(person_with_role("coordinator", call))

    response = client.get("/beheer/")

    assertContains(response, call.title)
    assertNotContains(response, other.title)


def test_start_page_of_a_maintainer_without_calls(client):
    client.force_login(UserFactory(is_staff=True))

    assertContains(client.get("/beheer/"), 'class="empty"')


def test_coordinator_sees_pitches_that_nobody_was_told_of():
    call = pitching_call(proposals=2)
    leader = coordinator_of(call)
    said = []

    for step in (None, schedule_pitches, release_schedule):
        if step:
            step(call=call, by=leader)
        (desk,) = desks_of(leader, at=READING)
        said.append([need.count for need in desk.needs if "pitch" in need.label])

    assert said == [[2], [2], []]
