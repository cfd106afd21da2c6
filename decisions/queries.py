"""Reading decisions and replies, each scoped to what this person may see."""

from django.db.models import Q

from accounts.queries import calls_of_coordinator, calls_of_staff
from decisions import rules
from decisions.models import (
    Assessment,
    Decision,
    LateReply,
    ProposalToDecide,
    Release,
    Reply,
    ReplyAttachment,
)
from journal.actions import key_of
from matching.models import Composition
from matching.queries import latest_composition
from notifications.models import Message
from reviews.models import Score
from reviews.queries import counted_reviews, criteria_of, readable
from submissions.models import Proposal


def decision_for_member(*, user, proposal_id):
    """The released decision on a proposal of an organisation of `user`; DoesNotExist for anybody else."""
    return (
        Decision.objects.filter(
            status=Decision.Status.RELEASED, proposal__organisation__memberships__user=user
        )
        .select_related("call", "proposal__organisation")
        .get(proposal=proposal_id)
    )


def released_decision_on(proposal) -> Decision | None:
    """The decision that was made known on `proposal`, or None while there is none."""
    return Decision.objects.filter(proposal=proposal, status=Decision.Status.RELEASED).first()


def to_decide(user):
    """Proposals that wait for or have a decision, which `user` may read; `decision` is joined."""
    waiting = Q(status__in=rules.TO_DECIDE) | Q(decision__isnull=False)
    return readable(user, model=ProposalToDecide).filter(waiting).select_related("decision")


def undecided(call):
    """Proposals of `call` that wait for a decision nobody wrote yet."""
    return Proposal.objects.filter(call=call, status__in=rules.TO_DECIDE, decision__isnull=True)


def replies_to_assess(call):
    return Reply.objects.filter(decision__call=call, assessment__isnull=True)


def decision_on(proposal) -> Decision | None:
    """The decision that stands beside `proposal`, when one was written."""
    return getattr(proposal, "decision", None)


def decision_as_written(proposal, decision, *, finding=None) -> dict:
    """Where the form starts: what was written, else what the readers gave as justification and, for the
    overall reasons, what the jury wrote in its advice (`finding`)."""
    texts = suggested_reasons(proposal)
    if decision is None:
        advised = finding.deliberation.reasons if finding else ""
        return {f"reason_{slug}": text for slug, text in texts.items()} | {"motivation": advised}
    texts |= {r.criterion.slug: r.text for r in decision.reasons.select_related("criterion")}
    written = {f"reason_{slug}": text for slug, text in texts.items()}
    return written | {name: getattr(decision, name) for name in ("outcome", "rank", "motivation")}


def drafts_to_release(call):
    return (
        Decision.objects.filter(call=call, status=Decision.Status.DRAFT)
        .select_related("call", "proposal__organisation")
        .order_by("proposal__reference")
    )


def running_release(call) -> Release | None:
    running = [Release.Status.REQUESTED, Release.Status.APPROVED]
    return (
        Release.objects.filter(call=call, status__in=running)
        .select_related("requested_by", "approved_by")
        .first()
    )


def releases_of(user):
    return Release.objects.filter(call__in=calls_of_coordinator(user)).select_related("call")


def releases_done(call):
    done = Release.objects.filter(call=call, status=Release.Status.RELEASED)
    return done.select_related("requested_by", "approved_by")


def held_letters(release):
    """The mails of `release` that wait in the outbox."""
    keys = [key_of(decision) for decision in release.decisions.all()]
    return Message.objects.filter(
        kind="decisions_letter",
        about__in=keys,
        occurrence=f"release {release.pk}",
        status=Message.Status.HELD,
    )


def suggested_reasons(proposal) -> dict[str, str]:
    """{criterion slug: the readers' justifications, one a line}: where a person starts writing from."""
    scores = (
        Score.objects.filter(review__in=counted_reviews().filter(proposal=proposal))
        .select_related("criterion")
        .order_by("criterion__position", "review__submitted_at", "pk")
    )
    found: dict[str, list[str]] = {criterion.slug: [] for criterion in criteria_of(proposal.call)}
    for score in scores:
        found[score.criterion.slug].append(score.justification)
    return {slug: "\n".join(dict.fromkeys(texts)) for slug, texts in found.items()}


def replies_of(user):
    """Replies on proposals that `user` may read, oldest first, with whether they were assessed."""
    found = Reply.objects.filter(decision__proposal__in=readable(user).values("pk"))
    return found.select_related(
        "decision__proposal__organisation", "decision__call__remedy", "decision__release", "assessment"
    ).prefetch_related("decision__call__milestones")


def late_replies_of(user):
    return LateReply.objects.filter(decision__proposal__in=readable(user).values("pk")).select_related(
        "decision__proposal__organisation"
    )


def reply_to(decision) -> Reply | None:
    found = Reply.objects.filter(decision=decision).prefetch_related("disputes", "attachments")
    return found.select_related("by").first()


def reply_files_for(user):
    """The documents of replies that `user` may open: their organisation's own, and what staff may read."""
    own = Q(reply__decision__proposal__organisation__memberships__user=user)
    read = Q(reply__in=replies_of(user).values("pk"), reply__decision__call__in=calls_of_staff(user))
    return ReplyAttachment.objects.filter(own | read).distinct()


def assessment_of(reply) -> Assessment | None:
    return Assessment.objects.filter(reply=reply).first() if reply else None


def unassessed_replies():
    """Replies that nobody assessed yet, in every call."""
    return Reply.objects.filter(assessment__isnull=True).select_related(
        "decision__call", "decision__proposal__organisation"
    )


def letters_by_addressee(call):
    """Every mail with a decision of `call`, with how far it came: who, when, or why not. 1 query."""
    return (
        Message.objects.filter(kind="decisions_letter", call=call)
        .exclude(status=Message.Status.DROPPED)
        .select_related("organisation")
        .order_by("organisation__name", "recipient")
    )


def latest_suggestion(call) -> Composition | None:
    """The newest composition of `call` that names members: what staff chose, else what was suggested."""
    return latest_composition(call)


def released_without_reply():
    """Released decisions that nobody replied to."""
    return Decision.objects.filter(status=Decision.Status.RELEASED, reply__isnull=True).select_related(
        "call", "proposal__organisation"
    )
