"""The right of reply as a case: received in time or recorded as late, assessed by somebody else."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.queries import people_with_role
from decisions import rules
from decisions.errors import NotAllowed, Refused, ReplyClosed
from decisions.models import REPLY_LENGTH, Assessment, Decision, LateReply, Reply
from journal import actions as journal
from journal import clock
from notifications.actions import notify
from reviews.queries import criteria_of
from submissions.models import Proposal


def reply_to_decision(*, decision: Decision, text: str, by, received_at: datetime, disputes=()) -> Reply:
    """Take the organisation's reply, which reached the portal at `received_at`.

    Raises NotAllowed for who is not a member, ReplyClosed when it came at or after the end (it is
    recorded all the same), Refused when empty, too long, or given before.
    """
    late = _late(decision=decision, text=text, by=by, received_at=received_at)
    if late is not None:
        raise ReplyClosed(_("The right of reply had ended when your reply came in."), deadline=late.deadline)
    return _take_reply(decision=decision, text=text, by=by, received_at=received_at, disputes=disputes)


@transaction.atomic
def _late(*, decision, text, by, received_at) -> LateReply | None:
    """Committed by itself, so that the refusal that follows cannot undo the record of it."""
    if not rules.may_reply(by, decision):
        raise NotAllowed(_("Only the organisation that the letter is addressed to replies."))
    deadline = rules.reply_ends(decision)
    if received_at < deadline:
        return None
    late = LateReply.objects.create(
        decision=decision, text=text.strip()[:REPLY_LENGTH], by=by, received_at=received_at, deadline=deadline
    )
    journal.record(
        "reply.late", about=decision, by=by, call=decision.call, at=received_at, deadline=deadline.isoformat()
    )
    return late


@transaction.atomic
def _take_reply(*, decision, text, by, received_at, disputes) -> Reply:
    decision = _locked(decision)
    if not text.strip():
        raise Refused(_("Write what you disagree with and why."), field="text")
    if len(text) > REPLY_LENGTH:
        raise Refused(
            _("Your reply is %(over)s characters too long. Shorten it to %(limit)s characters.")
            % {"over": len(text) - REPLY_LENGTH, "limit": REPLY_LENGTH},
            field="text",
        )
    if Reply.objects.filter(decision=decision).exists():
        raise Refused(_("Your organisation replied already. You can read the reply below."))
    reply = Reply.objects.create(decision=decision, text=text.strip(), by=by, received_at=received_at)
    reply.disputes.set(criteria_of(decision.call).filter(slug__in=disputes))
    _tell_received(reply)
    journal.record("reply.received", about=decision, by=by, call=decision.call, at=received_at)
    return reply


def _tell_received(reply: Reply) -> None:
    decision = reply.decision
    context = {"reply": reply, "decision": decision, "proposal": decision.proposal, "call": decision.call}
    mail = {"about": reply, "context": context, "call": decision.call}
    organisation = decision.proposal.organisation
    notify("decisions_reply_received", to=organisation.members.all(), organisation=organisation, **mail)
    coordinators = people_with_role(call=decision.call, kinds=[Role.Kind.COORDINATOR])
    notify("decisions_reply_to_assess", to=coordinators, **mail)


@transaction.atomic
def assess_reply(*, reply: Reply, outcome: str, reasons: str, by, revised_to: str = "") -> Assessment:
    """Judge the reply, tell the organisation, and set the proposal's status when the decision changes.

    Raises NotAllowed for who had a part in the decision or may not read the proposal, Refused (with
    its field) without reasons, without a new outcome for a revision, or when assessed before.
    """
    decision = _locked(reply.decision)
    reply = Reply.objects.select_related("decision__proposal", "decision__release", "decision__call").get(
        pk=reply.pk
    )
    if not rules.may_assess(by, reply):
        raise NotAllowed(_("Somebody who did not read, score or decide on it assesses the reply."))
    _require_assessable(reply, outcome=outcome, reasons=reasons, revised_to=revised_to)
    assessment = Assessment.objects.create(
        reply=reply, outcome=outcome, revised_to=revised_to, reasons=reasons.strip(), by=by, at=clock.now()
    )
    if revised_to:
        Proposal.objects.filter(pk=decision.proposal_id).update(status=revised_to)
    _tell_assessed(assessment)
    journal.record(
        f"reply.{outcome}", about=decision, by=by, call=decision.call, revised_to=revised_to or None
    )
    return assessment


def _require_assessable(reply, *, outcome, reasons, revised_to) -> None:
    if Assessment.objects.filter(reply=reply).exists():
        raise Refused(_("This reply was assessed already."))
    if not reasons.strip():
        raise Refused(_("Write down your reasons: the organisation reads them."), field="reasons")
    revised = outcome == Assessment.Outcome.REVISED
    if revised and revised_to in ("", reply.decision.outcome):
        raise Refused(_("Choose the new outcome, other than the present one."), field="revised_to")
    if not revised and revised_to:
        raise Refused(_("A decision that is upheld keeps its outcome."), field="revised_to")


def _tell_assessed(assessment: Assessment) -> None:
    decision = assessment.reply.decision
    organisation = decision.proposal.organisation
    notify(
        "decisions_assessed",
        to=organisation.members.all(),
        about=assessment,
        context={"assessment": assessment, "decision": decision, "proposal": decision.proposal,
                 "call": decision.call},
        call=decision.call,
        organisation=organisation,
    )  # fmt: skip


def _locked(decision: Decision) -> Decision:
    rows = Decision.objects.select_for_update(of=("self",)).select_related("call", "proposal__organisation")
    return rows.get(pk=decision.pk)
