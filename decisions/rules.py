"""Who decides, signs, replies and assesses; and until when."""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts import rules as people
from challenges.models import Milestone
from decisions.models import Decision, Partnership, Release, Remedy
from pitches.models import Pitch
from reviews import rules as reading
from reviews.models import Admissibility, Assignment, Opening, Review, Shortlisting
from submissions.models import Proposal

Outcome = Decision.Outcome
TO_DECIDE = (Proposal.Status.SHORTLISTED, Proposal.Status.NOT_SHORTLISTED)
UNFINISHED = (Proposal.Status.FILED, Proposal.Status.ADMISSIBLE)


def may_decide(user, proposal) -> bool:
    """A coordinator who may read the proposal, while it waits for its decision."""
    return proposal.status in TO_DECIDE and reading.may_judge(user, proposal)


def outcome_fits(outcome, proposal) -> bool:
    """Who was not invited to pitch can only be rejected."""
    return outcome == Outcome.REJECTED or proposal.status == Proposal.Status.SHORTLISTED


def is_being_released(call) -> bool:
    return call.releases.filter(status__in=[Release.Status.REQUESTED, Release.Status.APPROVED]).exists()


def may_sign(user, *, call) -> bool:
    """A coordinator without a conflict of interest with anybody a letter goes to."""
    return people.is_coordinator(user, call=call) and not conflicts_in_letters(user, call=call)


def conflicts_in_letters(user, *, call) -> bool:
    return (
        Proposal.objects.filter(call=call, status__in=TO_DECIDE)
        .filter(reading.conflict_with_proposal(user))
        .exists()
    )


def may_approve(user, release) -> bool:
    """Four eyes: another coordinator than the one who asked."""
    return user.pk != release.requested_by_id and may_sign(user, call=release.call)


def words_in_a_reply(call) -> int:
    """How many words a reply may count: a setting of the call, beside its remedy clause."""
    return _remedy_of(call).reply_words


def _remedy_of(call) -> Remedy:
    """The clause of `call`, else its defaults; no query when it was joined."""
    return getattr(call, "remedy", None) or Remedy()


def assessments_end(call) -> datetime | None:
    """When every reply must have its answer (not included): the end of the right of reply in the calendar."""
    reply = _right_of_reply(call)
    return reply and reply.until


def replies_end(call) -> datetime | None:
    """When replies close (not included): as the calendar says, or some days before that end.

    The calendar of the addendum has one date for both, "wederwoord ontvangen en beoordelen"; how many
    days are kept for assessing is then a setting of the call. Days of the call's own wall clock.
    """
    reply = _right_of_reply(call)
    if reply is None or reply.until is None:
        return None
    days = timedelta(days=_remedy_of(call).assessing_days)
    return reply.closes or reply.until.astimezone(call.zone) - days


def _right_of_reply(call) -> Milestone | None:
    return next((each for each in call.milestones.all() if each.kind == Milestone.Kind.REPLY), None)


def reply_ends(decision) -> datetime:
    """The end of the right of reply (not included): as the letter says, or later when the call moved it."""
    return max(decision.reply_until, replies_end(decision.call) or decision.reply_until)


def assessment_ends(decision) -> datetime:
    """When the organisation must have its answer (not included); never before its own term ended."""
    return max(reply_ends(decision), assessments_end(decision.call) or reply_ends(decision))


def reply_is_open(decision, *, at: datetime) -> bool:
    """Whether a reply that reaches the portal at `at` is in time: from the release, half-open."""
    released = decision.status == Decision.Status.RELEASED and decision.released_at <= at
    return released and at < reply_ends(decision)


def may_reply(user, decision) -> bool:
    """A member of the organisation that the letter is addressed to."""
    return decision.status == Decision.Status.RELEASED and people.is_member(
        user, organisation=decision.proposal.organisation
    )


def took_part(user, decision) -> bool:
    """Whether `user` read, scored, judged, heard, wrote, confirmed or signed anything towards this decision.

    Reading is having opened the candidacy before its decision was made known; to assess one reads it after.

    The database asks the same in a trigger of its own (`assessor_had_no_part`).
    """
    proposal, release = decision.proposal, decision.release
    signed = user.pk in (decision.drafted_by_id, release.requested_by_id, release.approved_by_id)
    return (
        signed
        or people.is_jury_of(user, call=decision.call)
        or decision.reasons.filter(written_by=user).exists()
        or Review.objects.filter(proposal=proposal, reviewer=user).exists()
        or Assignment.objects.filter(proposal=proposal, reviewer=user).exists()
        or Opening.objects.filter(proposal=proposal, person=user, at__lt=decision.released_at).exists()
        or Admissibility.objects.filter(proposal=proposal, by=user).exists()
        or Shortlisting.objects.filter(proposal=proposal, by=user).exists()
        or Pitch.objects.filter(
            Q(seats__juror=user) | Q(sheets__juror=user) | Q(told_jurors=user), proposal=proposal
        ).exists()
        or Partnership.objects.filter(Q(recorded_by=user) | Q(confirmed_by=user), call=decision.call).exists()
    )


def may_assess(user, reply) -> bool:
    """Staff of the call who may read the proposal and had no part in the decision on it."""
    decision = reply.decision
    return (
        people.is_staff_of(user, call=decision.call)
        and reading.may_read(user, decision.proposal)
        and not took_part(user, decision)
    )
