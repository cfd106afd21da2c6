"""Who may read, score, see the scores of others, and judge; and when."""

from datetime import datetime

from django.db.models import OuterRef, Q

from accounts import rules as people
from accounts.models import Role
from reviews.conflicts import conflict_between
from reviews.models import Assignment, ConflictOfInterest, Review
from submissions.models import FILED_STATUSES, Proposal
from submissions.rules import deadline_for

Status = Proposal.Status
BEFORE_THE_SHORTLIST = (Status.FILED, Status.ADMISSIBLE)
FOR_THE_JURY = (Status.SHORTLISTED, Status.SELECTED, Status.RESERVE, Status.REJECTED)
CAN_BE_JUDGED_ADMISSIBLE = (Status.FILED, Status.ADMISSIBLE, Status.INADMISSIBLE)
CAN_BE_SHORTLISTED = (Status.ADMISSIBLE, Status.SHORTLISTED, Status.NOT_SHORTLISTED)


def has_conflict(user, proposal) -> bool:
    """Whether `user` has a conflict of interest, declared or found, with who filed `proposal`."""
    return Proposal.objects.filter(conflict_with_proposal(user), pk=proposal.pk).exists()


def conflict_with_proposal(user) -> Q:
    """The same, as a condition on proposals."""
    return conflict_between(user=user.pk, organisation=OuterRef("organisation"), call=OuterRef("call"))


def has_declared(user, proposal) -> bool:
    """Whether `user` said what they have to do with the organisation, be it nothing."""
    return ConflictOfInterest.objects.filter(
        user=user, organisation=proposal.organisation_id, call=proposal.call_id
    ).exists()


def may_declare(user, *, call) -> bool:
    return people.is_staff_of(user, call=call) or people.is_jury_of(user, call=call)


def may_read(user, proposal) -> bool:
    """Staff what was filed, the jury what was shortlisted; declared first, and without a conflict."""
    return (
        _is_on_the_table(user, proposal) and has_declared(user, proposal) and not has_conflict(user, proposal)
    )


def _is_on_the_table(user, proposal) -> bool:
    if people.is_staff_of(user, call=proposal.call):
        return proposal.status in FILED_STATUSES
    return people.is_jury_of(user, call=proposal.call) and proposal.status in FOR_THE_JURY


def is_assigned(user, proposal) -> bool:
    return Assignment.objects.filter(proposal=proposal, reviewer=user).exists()


def scoring_is_open(proposal) -> bool:
    """Scores are given between admissibility and the shortlist."""
    return proposal.status == Status.ADMISSIBLE


def may_score(user, proposal) -> bool:
    """An assigned reader without a conflict, while scoring is open and their review is not in."""
    return (
        scoring_is_open(proposal)
        and is_assigned(user, proposal)
        and may_read(user, proposal)
        and not has_submitted(user, proposal)
    )


def has_submitted(user, proposal) -> bool:
    return Review.objects.filter(proposal=proposal, reviewer=user, status=Review.Status.SUBMITTED).exists()


def may_see_others_scores(user, proposal) -> bool:
    """Never in conflict; a reader once their own score is in, or once scoring is over.

    A coordinator who does not review gives no score that could be swayed, so sees them at once.
    """
    if not may_read(user, proposal):
        return False
    return (
        not scoring_is_open(proposal)
        or sees_scores_while_open(user, call=proposal.call)
        or has_submitted(user, proposal)
    )


def sees_scores_while_open(user, *, call) -> bool:
    """Who leads the reading without taking part in it; also what keeps them from being assigned."""
    return not is_reviewer(user, call=call) and people.is_coordinator(user, call=call)


def is_reviewer(user, *, call) -> bool:
    return people.has_role(user, Role.Kind.REVIEWER, call=call)


def may_judge(user, proposal) -> bool:
    """Admissibility and shortlist are acts of a coordinator without a conflict."""
    return people.is_coordinator(user, call=proposal.call) and may_read(user, proposal)


def filing_has_closed(proposal, *, at: datetime) -> bool:
    """Whether the deadline that holds for this organisation lies behind `at` (half-open)."""
    deadline = deadline_for(proposal)
    return deadline is not None and deadline <= at
