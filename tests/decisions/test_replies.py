import hashlib
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.models import Membership
from challenges.models import Milestone
from decisions import rules
from decisions.actions import set_remedy
from decisions.effect import effect_of
from decisions.errors import NotAllowed, Refused, ReplyClosed
from decisions.models import Assessment, Decision, LateReply, Reply
from decisions.replies import assess_reply, digest_of_reply, reply_to_decision
from journal.models import Entry
from notifications.models import Message
from pitches.models import Pitch, ScoreSheet
from reviews.actions import shortlist_proposal
from reviews.models import Admissibility, Assignment, Opening, Shortlisting
from submissions.refusals import FileRefused
from tests.decisions.factories import (
    ALL_ENDS,
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
DOCUMENT = settings.BASE_DIR / "data" / "demo" / "jaarverslag.pdf"


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
    for until, ends in ((brussels(2023, 11, 2), brussels(2023, 10, 28)), (DECIDING, REPLY_ENDS)):
        milestone.until = until
        milestone.save()
        found = Decision.objects.get(pk=decision.pk)
        assert (rules.reply_ends(found), rules.assessment_ends(found)) == (ends, max(until, ends))
    milestone.delete()
    assert rules.reply_ends(Decision.objects.get(pk=decision.pk)) == REPLY_ENDS


def test_replies_close_before_everything_ends_so_that_there_is_time_to_assess(decision):
    assert (rules.reply_ends(decision), rules.assessment_ends(decision)) == (REPLY_ENDS, ALL_ENDS)
    assert "zaterdag 14 oktober 2023, 23u59" in decision.letter
    assert "donderdag 19 oktober 2023, 23u59" in decision.letter


def test_the_days_kept_for_assessing_are_a_setting_until_the_letters_name_the_end(proposal):
    call, clause = proposal.call, {"where": "Raad van State.", "days": 60}
    set_remedy(call=call, assessing_days=8, **clause)

    [decision] = released(proposal)

    assert decision.reply_until == brussels(2023, 10, 12)
    with pytest.raises(Refused) as refused:
        set_remedy(call=call, assessing_days=2, **clause)
    assert refused.value.field == "assessing_days"
    assert set_remedy(call=call, assessing_days=8, **clause).assessing_days == 8


def test_the_calendar_of_the_call_may_say_when_replies_close(proposal):
    call = proposal.call
    milestone = call.milestones.get(kind="reply")
    for early in (milestone.until, milestone.until + timedelta(days=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            call.milestones.filter(kind="reply").update(closes=early)
    call.milestones.filter(kind="reply").update(closes=brussels(2023, 10, 17))

    [decision] = released(proposal)

    assert decision.reply_until == brussels(2023, 10, 17)
    assert rules.assessment_ends(decision) == ALL_ENDS


def test_reply_is_open_from_the_release(decision):
    opens = [DECIDING - timedelta(seconds=1), DECIDING, REPLY_ENDS]

    assert [rules.reply_is_open(decision, at=at) for at in opens] == [False, True, False]


@pytest.mark.parametrize("text", ["  ", "x " * 901, "x" * 9001])
def test_reply_refuses_nothing_and_too_much(decision, member, text):
    with pytest.raises(Refused) as refused:
        reply_to_decision(decision=decision, text=text, by=member, received_at=REPLYING, disputes=["aanpak"])

    assert refused.value.field == "text"


def test_reply_is_tied_to_a_reason(decision, member):
    with pytest.raises(Refused) as refused:
        reply_to_decision(decision=decision, text="Neen.", by=member, received_at=REPLYING, disputes=["iets"])

    assert refused.value.field == "disputes"


def test_reply_keeps_its_documents_with_their_digest(decision, member):
    paper = ContentFile(DOCUMENT.read_bytes(), name="aanpak.pdf")

    reply = reply_to_decision(
        decision=decision,
        text="Zie bijlage.",
        by=member,
        received_at=REPLYING,
        disputes=["aanpak"],
        files=[paper],
    )

    kept = reply.attachments.get()
    assert (kept.name, kept.sha256) == ("aanpak.pdf", hashlib.sha256(DOCUMENT.read_bytes()).hexdigest())
    assert Entry.objects.filter(verb="reply.received").get().payload["digest"] == digest_of_reply(reply)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()


@pytest.mark.parametrize(("count", "name"), [(4, "aanpak.pdf"), (1, "aanpak.exe")])
def test_reply_refuses_too_many_documents_and_wrong_ones(decision, member, count, name):
    papers = [ContentFile(DOCUMENT.read_bytes(), name=name) for _ in range(count)]

    with pytest.raises((Refused, FileRefused)):
        reply_to_decision(
            decision=decision, text="Zie.", by=member, received_at=REPLYING, disputes=["aanpak"], files=papers
        )
    assert not Reply.objects.exists()


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
    seen = effect_of(reply.decision, revised_to=revised_to).digest if revised_to else ""
    return assess_reply(
        reply=reply, outcome=outcome, revised_to=revised_to, reasons=reasons, by=by, seen=seen
    )


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


def test_revision_shows_its_effect_before_it_is_confirmed(proposal, decision, member):
    reply, by = replied(decision, by=member), assessor(proposal)
    values = {"outcome": "revised", "revised_to": "selected", "reasons": "U hebt gelijk."}

    with pytest.raises(Refused):
        assess_reply(reply=reply, by=by, **values)
    effect = effect_of(reply.decision, revised_to="selected")
    assessment = assess_reply(reply=reply, by=by, seen=effect.digest, **values)

    house = str(proposal.organisation)
    assert (effect.before["members"], effect.after["members"]) == ([], [house])
    assert assessment.effect == effect.document
    assert "herzien" in assessment.letter and "Raad van State" in assessment.letter


def test_revision_without_its_effect_is_refused_by_the_database(proposal, decision, member):
    reply = replied(decision, by=member)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            reply=reply,
            outcome="revised",
            revised_to="selected",
            reasons="Ja.",
            by=assessor(proposal),
            at=REPLYING,
        )


def part_of(proposal, kind):
    """Somebody who had this part in what was decided on `proposal`."""
    user = reader(proposal, kind="jury" if kind in ("jury", "seat") else "reviewer")
    if kind == "opened":
        Opening.objects.create(proposal=proposal, person=user, at=DECIDING - timedelta(days=1))
    if kind == "assigned":
        Assignment.objects.create(proposal=proposal, reviewer=user, assigned_at=REPLYING)
    if kind == "admissibility":
        Admissibility.objects.create(proposal=proposal, admissible=True, by=user, at=REPLYING)
    if kind == "shortlist":
        Shortlisting.objects.create(proposal=proposal, shortlisted=True, by=user, at=REPLYING)
    if kind == "sheet":
        pitch = Pitch.objects.create(
            call=proposal.call, proposal=proposal, organisation=proposal.organisation
        )
        ScoreSheet.objects.create(pitch=pitch, juror=user, saved_at=REPLYING)
    if kind == "signed":
        return proposal.decision.release.approved_by
    return user


@pytest.mark.parametrize(
    "kind", ["opened", "assigned", "admissibility", "shortlist", "sheet", "jury", "signed"]
)
def test_who_had_a_part_cannot_assess_by_rule_or_in_the_database(proposal, decision, member, kind):
    reply, user = replied(decision, by=member), part_of(proposal, kind)

    with pytest.raises(NotAllowed):
        assess(reply, by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(reply=reply, outcome="upheld", reasons="Ja.", by=user, at=REPLYING)
    assert not Assessment.objects.exists()


def test_who_opened_it_only_after_the_decision_assesses(proposal, decision, member):
    reply, user = replied(decision, by=member), reader(proposal)
    Opening.objects.create(proposal=proposal, person=user, at=REPLYING)

    assert assess(reply, by=user).by == user


def test_a_reply_is_not_mailed_to_a_coordinator_with_a_conflict(proposal, decision, member):
    tied, free = reader(proposal, kind="coordinator"), reader(proposal, kind="coordinator")
    Membership.objects.create(user=tied, organisation=proposal.organisation)

    replied(decision, by=member)

    told = set(Message.objects.filter(kind="decisions_reply_to_assess").values_list("user", flat=True))
    assert free.pk in told and tied.pk not in told
