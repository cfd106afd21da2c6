from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Membership
from challenges.models import Milestone
from decisions import rules
from decisions.errors import NotAllowed, Refused, ReplyClosed
from decisions.models import Assessment, LateReply, Reply
from decisions.replies import assess_reply, reply_to_decision
from journal.models import Entry
from notifications.models import Message
from reviews.actions import shortlist_proposal
from tests.decisions.factories import (
    DECIDING,
    REPLY_ENDS,
    REPLYING,
    call_to_decide,
    coordinator,
    released,
    replied,
)
from tests.factories import MembershipFactory, RoleFactory, brussels
from tests.reviews.factories import assigned_reader, filed_proposal, reader, scored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_decision():
    with time_machine.travel(DECIDING, tick=False):
        yield


@pytest.fixture
def proposal():
    return filed_proposal(call_to_decide(), status="shortlisted")


@pytest.fixture
def member(proposal):
    return MembershipFactory(organisation=proposal.organisation).user


@pytest.fixture
def decision(proposal, member):
    return released(proposal)[0]


def test_reply_is_received_and_confirmed(decision, member):
    reply = reply_to_decision(
        decision=decision, text=" Niet akkoord. ", by=member, received_at=REPLYING, disputes=["aanpak"]
    )

    assert (reply.text, reply.received_at, reply.by) == ("Niet akkoord.", REPLYING, member)
    assert [c.slug for c in reply.disputes.all()] == ["aanpak"]
    mails = set(Message.objects.filter(kind__startswith="decisions_reply").values_list("kind", "user"))
    assert ("decisions_reply_received", member.pk) in mails
    assert {kind for kind, _user in mails} == {"decisions_reply_received", "decisions_reply_to_assess"}
    assert Entry.objects.first().verb == "reply.received"


@pytest.mark.parametrize("before", [timedelta(microseconds=1), timedelta(milliseconds=1)])
def test_reply_counts_until_the_last_instant(decision, member, before):
    assert replied(decision, by=member, at=REPLY_ENDS - before).received_at == REPLY_ENDS - before


@pytest.mark.parametrize("after", [timedelta(0), timedelta(microseconds=1), timedelta(days=2)])
def test_reply_at_or_after_the_end_is_refused_and_recorded(decision, member, after):
    with pytest.raises(ReplyClosed) as refused:
        replied(decision, by=member, at=REPLY_ENDS + after)

    late = LateReply.objects.get()
    assert refused.value.deadline == REPLY_ENDS
    assert (late.received_at, late.deadline, late.text) == (
        REPLY_ENDS + after,
        REPLY_ENDS,
        "Wij zijn het niet eens.",
    )
    assert Reply.objects.count() == 0
    assert Entry.objects.first().verb == "reply.late"


def test_reply_counts_by_its_arrival_and_not_by_the_clock_of_the_machine(decision, member):
    with time_machine.travel(REPLY_ENDS + timedelta(seconds=30), tick=False):
        assert replied(decision, by=member, at=REPLY_ENDS - timedelta(seconds=1)).pk


def test_right_of_reply_moves_later_with_the_call_but_never_earlier(decision):
    milestone = Milestone.objects.get(kind="reply")
    for until, ends in ((brussels(2023, 10, 25), brussels(2023, 10, 25)), (DECIDING, REPLY_ENDS)):
        milestone.until = until
        milestone.save()
        assert rules.reply_ends(decision) == ends
    milestone.delete()
    assert rules.reply_ends(decision) == REPLY_ENDS


def test_reply_is_open_from_the_release(decision):
    opens = [DECIDING - timedelta(seconds=1), DECIDING, REPLY_ENDS]

    assert [rules.reply_is_open(decision, at=at) for at in opens] == [False, True, False]


@pytest.mark.parametrize("text", ["  ", "x" * 6001])
def test_reply_refuses_nothing_and_too_much(decision, member, text):
    with pytest.raises(Refused) as refused:
        reply_to_decision(decision=decision, text=text, by=member, received_at=REPLYING)

    assert refused.value.field == "text"


def test_reply_once_and_by_members_only(decision, member):
    replied(decision, by=member)

    with pytest.raises(Refused):
        replied(decision, by=member)
    with pytest.raises(NotAllowed):
        replied(decision, by=MembershipFactory().user)


def test_reply_never_changes(decision, member):
    reply = replied(decision, by=member)

    with pytest.raises(IntegrityError), transaction.atomic():
        Reply.objects.filter(pk=reply.pk).update(text="Toch akkoord.")


# assessment


def assessor(proposal):
    return reader(proposal)


def assess(reply, *, by, outcome="upheld", revised_to="", reasons="De reden blijft staan."):
    return assess_reply(reply=reply, outcome=outcome, revised_to=revised_to, reasons=reasons, by=by)


def test_assess_reply_upheld_tells_the_organisation(proposal, decision, member):
    assess(replied(decision, by=member), by=assessor(proposal))

    proposal.refresh_from_db()
    assert proposal.status == "rejected"
    mail = Message.objects.get(kind="decisions_assessed")
    assert (mail.user, "De reden blijft staan." in mail.text) == (member, True)
    assert Entry.objects.first().verb == "reply.upheld"


def test_assess_reply_revised_changes_the_outcome(proposal, decision, member):
    assess(replied(decision, by=member), by=assessor(proposal), outcome="revised", revised_to="selected")

    proposal.refresh_from_db()
    decision.refresh_from_db()
    assert (proposal.status, decision.outcome) == ("selected", "rejected")
    assert "Geselecteerd" in Message.objects.get(kind="decisions_assessed").text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reasons": " "}, "reasons"),
        ({"outcome": "revised"}, "revised_to"),
        ({"outcome": "revised", "revised_to": "rejected"}, "revised_to"),
        ({"revised_to": "selected"}, "revised_to"),
    ],
)
def test_assess_reply_refuses_half_a_judgement(proposal, decision, member, values, field):
    with pytest.raises(Refused) as refused:
        assess(replied(decision, by=member), by=assessor(proposal), **values)

    assert refused.value.field == field


def test_assess_reply_once(proposal, decision, member):
    reply = replied(decision, by=member)
    assess(reply, by=assessor(proposal))

    with pytest.raises(Refused):
        assess(reply, by=assessor(proposal))


def test_assess_reply_refuses_everybody_who_had_a_part():
    proposal = filed_proposal(call_to_decide())
    member = MembershipFactory(organisation=proposal.organisation).user
    scorer, assigned = assigned_reader(proposal), assigned_reader(proposal)
    scored(proposal, by=scorer)
    shortlister = coordinator(proposal)
    shortlist_proposal(proposal=proposal, shortlisted=True, reason="", by=shortlister)
    proposal.refresh_from_db()
    decision = released(proposal)[0]
    reply = replied(decision, by=member)
    juror = reader(proposal)
    RoleFactory(user=juror, kind="jury", region=proposal.call.region, call=proposal.call)
    conflicted = reader(proposal)
    Membership.objects.create(user=conflicted, organisation=proposal.organisation)
    release = decision.release
    insiders = [scorer, assigned, shortlister, release.requested_by, release.approved_by]

    for person in [*insiders, juror, conflicted, member]:
        with pytest.raises(NotAllowed):
            assess(reply, by=person)
    assert assess(reply, by=reader(proposal)).pk


def test_assessor_with_a_part_is_refused_by_the_database(decision, member):
    reply = replied(decision, by=member)

    with pytest.raises(IntegrityError, match="no part"), transaction.atomic():
        Assessment.objects.create(
            reply=reply, outcome="upheld", reasons="Ik beslis opnieuw.", by=decision.drafted_by, at=REPLYING
        )
