"""How the reading is shared out: by hand, or evenly over everybody at once."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import rules as people
from accounts.models import User
from journal import actions as journal
from journal import clock
from reviews import assignments, balance, queries, rules
from reviews.errors import NotAllowed, Refused
from reviews.models import Assignment, Review
from submissions.models import Proposal

PER_PROPOSAL = 2


@transaction.atomic
def assign_reviewer(*, proposal: Proposal, reviewer: User, by) -> Assignment:
    """Ask `reviewer` to score `proposal`. Raises NotAllowed, or Refused when it cannot be this person."""
    if not people.is_coordinator(by, call=proposal.call):
        raise NotAllowed(_("Only a coordinator assigns readers."))
    if not rules.is_reviewer(reviewer, call=proposal.call):
        raise Refused(_("%(person)s is no reviewer of this call.") % {"person": reviewer}, field="reviewer")
    if rules.has_conflict(reviewer, proposal):
        raise Refused(
            _("%(person)s has a conflict of interest with this organisation.") % {"person": reviewer},
            field="reviewer",
        )
    if proposal.status not in rules.BEFORE_THE_SHORTLIST:
        raise Refused(_("This proposal is not in the written round any more."))
    assignment, new = Assignment.objects.get_or_create(
        proposal=proposal, reviewer=reviewer, defaults={"assigned_at": clock.now()}
    )
    if new:
        journal.record(
            "reviewer.assigned", about=proposal, by=by, call=proposal.call, reviewer=reviewer.email
        )
    return assignment


@transaction.atomic
def unassign_reviewer(*, assignment: Assignment, by) -> None:
    """Take an assignment back. Raises NotAllowed, or Refused once the reader has begun."""
    proposal, reviewer = assignment.proposal, assignment.reviewer
    if not people.is_coordinator(by, call=proposal.call):
        raise NotAllowed(_("Only a coordinator assigns readers."))
    if Review.objects.filter(proposal=proposal, reviewer=reviewer).exists():
        raise Refused(_("%(person)s has begun to review this candidacy already.") % {"person": reviewer})
    assignment.delete()
    journal.record("reviewer.unassigned", about=proposal, by=by, call=proposal.call, reviewer=reviewer.email)


@transaction.atomic
def assign_reviewers(*, call, per_proposal: int = PER_PROPOSAL, by=None) -> list[Assignment]:
    """Share the proposals of the written round evenly among the reviewers of `call`.

    Keeps what is assigned where it can, and always where a review was begun. Raises NotAllowed,
    or Refused when a proposal has too few readers without a conflict (the message names it).
    """
    if by is not None and not people.is_coordinator(by, call=call):
        raise NotAllowed(_("Only a coordinator assigns readers."))
    type(call).objects.select_for_update(no_key=True).get(pk=call.pk)
    proposals = {p.pk: p for p in assignments.proposals_to_assign(call)}
    readers = {r.pk: r for r in assignments.reviewers_of(call)}
    plan = _plan(call=call, proposals=proposals, readers=readers, per_proposal=per_proposal)
    wanted = {(reader, proposal) for proposal, given in plan.items() for reader in given}
    current = Assignment.objects.filter(proposal__in=proposals)
    known = {(a.reviewer_id, a.proposal_id): a for a in current}
    current.filter(pk__in=[a.pk for pair, a in known.items() if pair not in wanted]).delete()
    Assignment.objects.bulk_create(
        Assignment(proposal_id=p, reviewer_id=r, assigned_at=clock.now())
        for r, p in sorted(wanted - known.keys(), key=str)
    )
    journal.record(
        "reviewers.assigned",
        about=call,
        by=by,
        call=call,
        assignments={proposals[p].reference: [readers[r].email for r in given] for p, given in plan.items()},
    )
    return list(Assignment.objects.filter(proposal__in=proposals).select_related("proposal", "reviewer"))


def _plan(*, call, proposals: dict, readers: dict, per_proposal: int) -> dict:
    conflicts = {
        (reader.pk, proposal)
        for reader in readers.values()
        for proposal in queries.conflicted_proposals(user=reader, call=call)
    }
    pairs = {"proposal__in": proposals, "reviewer__in": readers}
    try:
        return balance.balanced(
            proposals=list(proposals),
            readers=list(readers),
            per_proposal=per_proposal,
            conflicts=conflicts,
            current=set(Assignment.objects.filter(**pairs).values_list("reviewer", "proposal")),
            fixed=set(Assignment.objects.filter(_begun(), **pairs).values_list("reviewer", "proposal")),
        )
    except balance.Impossible as lack:
        raise Refused(
            _(
                "%(reference)s needs %(wanted)s readers: of the %(readers)s reviewers, %(conflicts)s have a "
                "conflict of interest, so %(available)s are left. Give somebody the role of reviewer, or "
                "ask for fewer readers per proposal."
            )
            % {
                "reference": proposals[lack.proposal].reference,
                "wanted": lack.wanted,
                "readers": len(readers),
                "conflicts": len(readers) - lack.available,
                "available": lack.available,
            }
        ) from lack


def _begun() -> Q:
    return Q(Exists(Review.objects.filter(proposal=OuterRef("proposal"), reviewer=OuterRef("reviewer"))))
