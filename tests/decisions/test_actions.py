from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import Membership
from decisions import actions, queries
from decisions.errors import NotAllowed, NotReady, Refused
from decisions.models import Decision, DecisionReason, Release, Remedy
from journal.models import Entry
from notifications.models import Message
from tests.decisions.factories import (
    DECIDING,
    REPLY_ENDS,
    call_to_decide,
    confirmed,
    coordinator,
    decided,
    reasons,
    released,
)
from tests.factories import MembershipFactory, UserFactory
from tests.reviews.factories import filed_proposal, reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_decision():
    with time_machine.travel(DECIDING, tick=False):
        yield


@pytest.fixture
def call():
    return call_to_decide()


@pytest.fixture
def proposal(call):
    proposal = filed_proposal(call, status="shortlisted")
    MembershipFactory(organisation=proposal.organisation)
    return proposal


@pytest.fixture
def one(proposal):
    return coordinator(proposal)


@pytest.fixture
def two(proposal):
    return coordinator(proposal)


# the remedy clause


def test_ensure_remedy_gives_the_marked_default_once(call):
    actions.ensure_remedy(call=call)
    actions.ensure_remedy(call=call)

    remedy = Remedy.objects.get()
    assert (remedy.days, remedy.assumed) == (60, True)
    assert "Raad van State" in remedy.where


def test_set_remedy_by_a_coordinator_confirms_it(call, one):
    remedy = actions.set_remedy(call=call, where=" Bij de rechtbank. ", days=30, by=one)

    assert (remedy.where, remedy.days, remedy.assumed) == ("Bij de rechtbank.", 30, False)


@pytest.mark.parametrize(("where", "days"), [("  ", 60), ("Bij de rechtbank.", 0)])
def test_set_remedy_refuses_half_a_clause(call, one, where, days):
    with pytest.raises(Refused):
        actions.set_remedy(call=call, where=where, days=days, by=one)


def test_set_remedy_refuses_a_reviewer_and_a_running_release(call, proposal, one):
    with pytest.raises(NotAllowed):
        actions.set_remedy(call=call, where="Hier", days=1, by=reader(proposal))
    decided(proposal, by=one)
    actions.request_release(call=call, by=one)
    with pytest.raises(Refused):
        actions.set_remedy(call=call, where="Hier", days=1, by=one)


# the decision


def test_save_decision_keeps_outcome_and_reasons(proposal, one):
    decision = decided(proposal, by=one, outcome="selected")

    assert (decision.outcome, decision.status, decision.drafted_by) == ("selected", "draft", one)
    assert {r.criterion.slug: r.text for r in decision.reasons.all()} == reasons()
    assert Entry.objects.first().verb == "decision.written"


def test_save_decision_again_rewrites_it(proposal, one, two):
    decided(proposal, by=one, outcome="reserve", rank=1)

    decision = decided(proposal, by=two, outcome="rejected")

    assert (decision.outcome, decision.rank, decision.drafted_by) == ("rejected", None, two)
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("outcome", "rank"), [("reserve", None), ("selected", 1)])
def test_save_decision_gives_reserves_and_nobody_else_a_place(proposal, one, outcome, rank):
    with pytest.raises(Refused) as refused:
        decided(proposal, by=one, outcome=outcome, rank=rank)

    assert refused.value.field == "rank"


def test_save_decision_refuses_a_taken_place(call, proposal):
    other = filed_proposal(call, status="shortlisted")
    one = coordinator(proposal, other)
    decided(proposal, by=one, outcome="reserve", rank=1)

    with pytest.raises(Refused) as refused:
        decided(other, by=one, outcome="reserve", rank=1)

    assert refused.value.field == "rank"


def test_save_decision_refuses_to_select_who_was_not_shortlisted(call):
    proposal = filed_proposal(call, status="not_shortlisted")

    with pytest.raises(Refused) as refused:
        decided(proposal, by=coordinator(proposal), outcome="selected")

    assert refused.value.field == "outcome"


def test_save_decision_refuses_reviewers_conflicts_and_other_statuses(call, proposal, one):
    Membership.objects.create(user=one, organisation=proposal.organisation)
    early = filed_proposal(call)

    for person, subject in ((reader(proposal), proposal), (one, proposal), (coordinator(early), early)):
        with pytest.raises(NotAllowed):
            decided(subject, by=person)


def test_save_decision_waits_for_a_running_release(call, proposal, one):
    decided(proposal, by=one)
    actions.request_release(call=call, by=one)

    with pytest.raises(Refused):
        decided(proposal, by=one, outcome="selected")


# the release


def test_release_goes_by_two_people_and_sends_each_letter_once(call, proposal, one, two):
    decided(proposal, by=one)

    release = actions.request_release(call=call, by=one)
    release = actions.approve_release(release=release, by=two)

    decision = Decision.objects.get()
    assert (decision.status, decision.reply_until) == ("approved", REPLY_ENDS)
    assert "Reden voor aanpak." in decision.letter
    assert [m.status for m in Message.objects.filter(kind="decisions_letter")] == ["held"]
    proposal.refresh_from_db()
    assert proposal.status == "shortlisted"

    assert actions.release_decisions(release=release, by=one) == 1

    decision.refresh_from_db()
    proposal.refresh_from_db()
    assert (decision.status, decision.released_at, proposal.status) == ("released", DECIDING, "rejected")
    assert [m.status for m in Message.objects.filter(kind="decisions_letter")] == ["waiting"]
    verbs = list(Entry.objects.order_by("number").values_list("verb", flat=True))
    assert verbs[-5:] == [
        "release.requested",
        "release.approved",
        "proposal.rejected",
        "messages.released",
        "release.done",
    ]


def test_letter_carries_reasons_reply_and_remedy(call, proposal, one, two):
    confirmed(call, {proposal: ("reserve", 1)}, by=one)
    decided(proposal, by=one, outcome="reserve", rank=1)
    release = actions.request_release(call=call, by=one)
    actions.approve_release(release=release, by=two)

    letter, mail = Decision.objects.get().letter, Message.objects.get(kind="decisions_letter")

    for part in (proposal.reference, "Reden voor bereik.", "14 oktober 2023, 23u59", "Raad van State", "60"):
        assert part in letter
        assert part in mail.text
        assert part in mail.html
    assert f"{one}, {two}" in letter


def test_letter_goes_to_the_organisation_when_it_has_no_members(call, one, proposal):
    lonely = filed_proposal(call, status="shortlisted")
    one, two = coordinator(proposal, lonely), coordinator(proposal, lonely)
    for subject in (proposal, lonely):
        decided(subject, by=one)

    actions.approve_release(release=actions.request_release(call=call, by=one), by=two)

    recipients = set(Message.objects.filter(kind="decisions_letter").values_list("recipient", flat=True))
    assert recipients == {proposal.organisation.members.get().email, lonely.organisation.email}


def test_request_release_names_what_is_missing(call, proposal, one):
    with pytest.raises(NotReady) as refused:
        actions.request_release(call=call, by=one)

    failed = [check.says for check in refused.value.checks if not check.ok]
    assert len(failed) == 3
    assert [c.problems for c in refused.value.checks if proposal.reference in c.problems] == [
        [proposal.reference]
    ]


def test_request_release_refuses_reviewers_conflicts_and_doubles(call, proposal, one, two):
    decided(proposal, by=one)
    Membership.objects.create(user=two, organisation=proposal.organisation)

    for person in (two, reader(proposal)):
        with pytest.raises(NotAllowed):
            actions.request_release(call=call, by=person)
    actions.request_release(call=call, by=one)
    with pytest.raises(Refused):
        actions.request_release(call=call, by=one)


def test_release_is_not_ready_when_its_writer_got_a_conflict(call, proposal, one, two):
    decided(proposal, by=one)
    Membership.objects.create(user=one, organisation=proposal.organisation)

    with pytest.raises(NotReady) as refused:
        actions.request_release(call=call, by=two)

    assert [c.problems for c in refused.value.checks if not c.ok] == [[str(one)]]


def test_one_person_cannot_be_both(call, proposal, one):
    decided(proposal, by=one)
    release = actions.request_release(call=call, by=one)

    with pytest.raises(NotAllowed):
        actions.approve_release(release=release, by=one)
    with pytest.raises(Refused):
        actions.release_decisions(release=release, by=one)
    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(approved_by=one, approved_at=DECIDING)
    with pytest.raises(IntegrityError, match="goes_out_approved"), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(status="released", released_at=DECIDING)


def test_approve_release_once_and_by_who_may_sign(call, proposal, one, two):
    decided(proposal, by=one)
    release = actions.request_release(call=call, by=one)
    with pytest.raises(NotAllowed):
        actions.approve_release(release=release, by=reader(proposal))
    actions.approve_release(release=release, by=two)

    with pytest.raises(Refused):
        actions.approve_release(release=release, by=two)


def test_release_decisions_refuses_who_may_not_sign_and_an_ended_right_of_reply(call, proposal, one, two):
    decided(proposal, by=one)
    release = actions.approve_release(release=actions.request_release(call=call, by=one), by=two)

    with pytest.raises(NotAllowed):
        actions.release_decisions(release=release, by=reader(proposal))
    with time_machine.travel(REPLY_ENDS, tick=False), pytest.raises(Refused):
        actions.release_decisions(release=release, by=one)


@pytest.mark.parametrize("approved", [False, True])
def test_cancel_release_opens_the_drafts_again(call, proposal, one, two, approved):
    decided(proposal, by=one)
    release = actions.request_release(call=call, by=one)
    if approved:
        actions.approve_release(release=release, by=two)

    actions.cancel_release(release=release, by=two)

    confirmed(call, {proposal: ("selected", None)}, by=one)
    decision = decided(proposal, by=one, outcome="selected")
    assert (decision.status, decision.letter, decision.release) == ("draft", "", None)
    assert set(Message.objects.values_list("status", flat=True)) == ({"dropped"} if approved else set())
    again = actions.request_release(call=call, by=two)
    actions.approve_release(release=again, by=one)
    assert Message.objects.filter(status="held").count() == 1


def test_cancel_release_refuses_what_went_out_and_who_may_not_sign(call, proposal, one):
    decision = released(proposal)[0]

    with pytest.raises(Refused):
        actions.cancel_release(release=decision.release, by=one)
    with pytest.raises(NotAllowed):
        actions.cancel_release(release=decision.release, by=UserFactory())


def test_released_decision_never_changes(proposal):
    decision = released(proposal)[0]

    for change in (
        lambda: Decision.objects.filter(pk=decision.pk).update(outcome="selected"),
        lambda: Decision.objects.filter(pk=decision.pk).delete(),
        lambda: DecisionReason.objects.filter(decision=decision).update(text="Anders."),
        lambda: DecisionReason.objects.filter(decision=decision).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_held_letters_are_of_this_release_only(call, proposal, one, two):
    decided(proposal, by=one)
    release = actions.approve_release(release=actions.request_release(call=call, by=one), by=two)

    assert [m.recipient for m in queries.held_letters(release)] == [proposal.organisation.members.get().email]


# letting go at a set moment


@pytest.fixture
def approved(call, proposal, one, two):
    decided(proposal, by=one)
    return actions.approve_release(release=actions.request_release(call=call, by=one), by=two)


def test_scheduled_release_goes_by_itself_at_its_moment(approved, proposal, one):
    actions.schedule_release(release=approved, goes_at=DECIDING + timedelta(days=1), by=one)

    assert actions.release_what_is_due(DECIDING + timedelta(hours=23)) == 0
    with time_machine.travel(DECIDING + timedelta(days=1), tick=False):
        assert actions.release_what_is_due(DECIDING + timedelta(days=1)) == 1
        assert actions.release_what_is_due(DECIDING + timedelta(days=1)) == 0

    proposal.refresh_from_db()
    assert proposal.status == "rejected"
    assert Message.objects.get(kind="decisions_letter").status == "waiting"


@pytest.mark.parametrize("goes_at", [DECIDING, REPLY_ENDS])
def test_schedule_refuses_a_moment_that_has_passed_or_comes_too_late(approved, one, goes_at):
    with pytest.raises(Refused) as refused:
        actions.schedule_release(release=approved, goes_at=goes_at, by=one)

    assert refused.value.field == "goes_at"


def test_schedule_refuses_what_was_not_approved(call, proposal, one):
    decided(proposal, by=one)
    release = actions.request_release(call=call, by=one)

    with pytest.raises(Refused):
        actions.schedule_release(release=release, goes_at=DECIDING + timedelta(days=1), by=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.update(goes_at=DECIDING, scheduled_by=one)


def test_scheduled_release_stays_when_its_signatory_got_a_conflict(approved, proposal, one):
    actions.schedule_release(release=approved, goes_at=DECIDING + timedelta(days=1), by=one)
    Membership.objects.create(user=one, organisation=proposal.organisation)

    assert actions.release_what_is_due(DECIDING + timedelta(days=1)) == 0

    approved.refresh_from_db()
    assert (approved.status, approved.goes_at) == ("approved", None)
    assert Entry.objects.first().verb == "release.stayed"


# one person alone


def test_one_person_cannot_release_alone_in_any_way(call, proposal, one):
    decided(proposal, by=one)
    release = actions.request_release(call=call, by=one)
    ways = [
        lambda: actions.approve_release(release=release, by=one),
        lambda: actions.release_decisions(release=release, by=one),
        lambda: actions.schedule_release(release=release, goes_at=DECIDING + timedelta(days=1), by=one),
        lambda: Release.objects.update(status="approved", approved_by=one, approved_at=DECIDING),
        lambda: Release.objects.update(status="approved"),
        lambda: Release.objects.update(status="released", released_at=DECIDING),
        lambda: Decision.objects.update(status="approved", letter="x", reply_until=REPLY_ENDS),
    ]

    for way in ways:
        with pytest.raises((NotAllowed, Refused, IntegrityError)), transaction.atomic():
            way()
    release.refresh_from_db()
    assert release.status == "requested"
