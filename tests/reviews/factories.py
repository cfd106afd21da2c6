"""Filed proposals, their readers and their reviews."""

from datetime import UTC, datetime

from accounts.models import Role
from reviews import actions
from reviews.models import Assignment, ConflictOfInterest
from submissions.document import compose, digest_of
from submissions.models import Version
from tests.factories import ProposalFactory, RoleFactory, brussels, person_with_role

READING = brussels(2023, 9, 5, 10)
CRITERIA = ["uitdagingen", "aanpak", "expertise", "samenwerking", "bereik"]


def filed_proposal(call, *, status="admissible", existing=None, **kwargs):
    """A proposal (`existing`, or of a new organisation) with one frozen version, and its call's criteria."""
    if status != "filed":
        actions.ensure_criteria(call=call)
    proposal = existing or ProposalFactory(call=call, **kwargs)
    proposal.status, proposal.reference = status, f"REF-{proposal.pk.hex[:12]}"
    proposal.save()
    received_at = datetime(2023, 8, 28, tzinfo=UTC)
    document = compose(proposal, number=1, received_at=received_at, by=None)
    Version.objects.create(
        proposal=proposal,
        number=1,
        received_at=received_at,
        document=document,
        digest=digest_of(document),
    )
    return proposal


def declared_nothing(user, proposal):
    ConflictOfInterest.objects.get_or_create(
        user=user,
        organisation=proposal.organisation,
        call=proposal.call,
        defaults={"kind": "none", "at": READING},
    )


def reader(*proposals, kind=Role.Kind.REVIEWER, also=None):
    """Somebody with a role in the call who declared no conflict with any of `proposals`."""
    call = proposals[0].call
    user = person_with_role(kind, call)
    if also:
        RoleFactory(user=user, kind=also, region=call.region)
    for proposal in proposals:
        declared_nothing(user, proposal)
    return user


def assigned_reader(*proposals):
    user = reader(*proposals)
    for proposal in proposals:
        Assignment.objects.create(proposal=proposal, reviewer=user, assigned_at=READING)
    return user


def scores(value=4):
    return {slug: (value, f"Omdat {slug} {value} verdient.") for slug in CRITERIA}


def scored(proposal, *, by, value=4):
    """The submitted review of an assigned reader with `value` on every criterion."""
    actions.save_review(proposal=proposal, scores=scores(value), by=by)
    return actions.submit_review(proposal=proposal, by=by)
