"""The right of reply as a case: received in time or recorded as late, assessed by somebody else."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.queries import people_with_role
from decisions import letters, rules
from decisions.effect import effect_of
from decisions.errors import NotAllowed, Refused, ReplyClosed
from decisions.models import (
    REPLY_FILES,
    REPLY_LENGTH,
    Assessment,
    Decision,
    LateReply,
    Reply,
    ReplyAttachment,
)
from journal import actions as journal
from journal import clock
from journal.chain import canonical_json, sha256
from notifications.actions import notify
from reviews.queries import criteria_of
from reviews.rules import has_conflict
from submissions.files import examine, kept_on_success, store
from submissions.models import Proposal


def reply_to_decision(
    *, decision: Decision, text: str, by, received_at: datetime, disputes=(), files=()
) -> Reply:
    """Take the organisation's reply, which reached the portal at `received_at`, with its open `files`.

    Raises NotAllowed for who is not a member, ReplyClosed when it came at or after the end (it is
    recorded all the same), Refused when empty, too long, tied to no reason, or given before, and
    FileRefused for a document that cannot be kept.
    """
    late = _late(decision=decision, text=text, by=by, received_at=received_at)
    if late is not None:
        raise ReplyClosed(_("The right of reply had ended when your reply came in."), deadline=late.deadline)
    examined = [(file, examine(file, name=file.name)) for file in files]
    with kept_on_success():
        return _take_reply(
            decision=decision, text=text, by=by, received_at=received_at, disputes=disputes, files=examined
        )


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
def _take_reply(*, decision, text, by, received_at, disputes, files) -> Reply:
    decision = _locked(decision)
    disputed = list(criteria_of(decision.call).filter(slug__in=disputes))
    _require_sound(decision, text=text, disputed=disputed, files=files)
    reply = Reply.objects.create(decision=decision, text=text.strip(), by=by, received_at=received_at)
    reply.disputes.set(disputed)
    for file, found in files:
        kept = {name: getattr(found, name) for name in ("name", "media_type", "size", "sha256")}
        store(ReplyAttachment(reply=reply, **kept), file)
    _tell_received(reply)
    journal.record(
        "reply.received", about=decision, by=by, call=decision.call, at=received_at,
        digest=digest_of_reply(reply), files=[found.sha256 for _file, found in files],
    )  # fmt: skip
    return reply


def _require_sound(decision, *, text: str, disputed, files) -> None:
    if not text.strip():
        raise Refused(_("Write what you disagree with and why."), field="text")
    limit, words = rules.words_in_a_reply(decision.call), len(text.split())
    if words > limit or len(text) > REPLY_LENGTH:
        raise Refused(
            _("Your reply counts %(words)s words and %(marks)s characters. Shorten it to %(limit)s words.")
            % {"words": words, "marks": len(text), "limit": limit},
            field="text",
        )
    if not disputed:
        raise Refused(_("Tick at least one reason of the letter that you dispute."), field="disputes")
    if len(files) > REPLY_FILES:
        raise Refused(_("Add at most %(limit)s documents.") % {"limit": REPLY_FILES}, field="files")
    if Reply.objects.filter(decision=decision).exists():
        raise Refused(_("Your organisation replied already. You can read the reply below."))


def digest_of_reply(reply: Reply) -> str:
    """SHA-256 over what was received: text, reasons disputed, documents and the moment, as on the receipt."""
    return sha256(
        canonical_json(
            {
                "reference": reply.decision.proposal.reference,
                "received_at": reply.received_at.astimezone(UTC).isoformat(),
                "text": reply.text,
                "disputes": sorted(criterion.slug for criterion in reply.disputes.all()),
                "files": sorted(file.sha256 for file in reply.attachments.all()),
            }
        )
    )


def _tell_received(reply: Reply) -> None:
    decision = reply.decision
    context = {"reply": reply, "decision": decision, "proposal": decision.proposal, "call": decision.call}
    context["ends"] = rules.assessment_ends(decision)
    mail = {"about": reply, "context": context, "call": decision.call}
    organisation = decision.proposal.organisation
    notify("decisions_reply_received", to=organisation.members.all(), organisation=organisation, **mail)
    notify("decisions_reply_to_assess", to=who_sees_to(reply), **mail)


def who_sees_to(reply) -> list:
    """The coordinators who may assess `reply`; while there is none, all without a conflict of interest,
    who have to find somebody."""
    call, proposal = reply.decision.call, reply.decision.proposal
    coordinators = people_with_role(call=call, kinds=[Role.Kind.COORDINATOR])
    free = [person for person in coordinators if not has_conflict(person, proposal)]
    return [person for person in free if rules.may_assess(person, reply)] or free


@transaction.atomic
def assess_reply(
    *, reply: Reply, outcome: str, reasons: str, by, revised_to: str = "", seen: str = ""
) -> Assessment:
    """Judge the reply, tell the organisation, and set the proposal's status when the decision changes.

    A revision is confirmed after its effect on the partnership was shown: `seen` is that effect's
    digest. Raises NotAllowed for who had a part in the decision or may not read the proposal,
    Refused (with its field) without reasons, without a new outcome for a revision, when assessed
    before, or when the effect is no longer what was shown.
    """
    decision = _locked(reply.decision)
    reply = Reply.objects.select_related("decision__proposal", "decision__release", "decision__call").get(
        pk=reply.pk
    )
    if not rules.may_assess(by, reply):
        raise NotAllowed(_("Somebody who did not read, score or decide on it assesses the reply."))
    require_assessable(reply, outcome=outcome, reasons=reasons, revised_to=revised_to)
    effect = effect_of(decision, revised_to=revised_to) if revised_to else None
    if effect and effect.digest != seen:
        raise Refused(_("Look at the effect on the partnership first, then confirm the revision."))
    assessment = Assessment(
        reply=reply, outcome=outcome, revised_to=revised_to, reasons=reasons.strip(), by=by, at=clock.now(),
        effect=effect and effect.document,
    )  # fmt: skip
    assessment.letter = letters.compose_assessment(assessment)
    assessment.save()
    if revised_to:
        Proposal.objects.filter(pk=decision.proposal_id).update(status=revised_to)
    _tell_assessed(assessment)
    journal.record(
        f"reply.{outcome}", about=decision, by=by, call=decision.call, revised_to=revised_to or None,
        effect=effect and effect.digest,
    )  # fmt: skip
    return assessment


def require_assessable(reply, *, outcome, reasons, revised_to) -> None:
    """Raises Refused, with its field, for an assessment that could not be kept."""
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
