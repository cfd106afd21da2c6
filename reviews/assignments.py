"""Reading who reads what: the readers of a call, their assignments, and how far each is."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.queries import people_with_role
from reviews import rules
from reviews.conflicts import conflict_between
from reviews.models import Assignment, Review
from reviews.queries import counted_reviews, proposals_for, rules_of
from submissions.models import Proposal


def reviewers_of(call):
    """Active people with the role of reviewer for `call`."""
    return people_with_role(call=call, kinds=[Role.Kind.REVIEWER]).order_by("email")


def proposals_to_assign(call):
    """Proposals in the written round: filed or admissible, not yet shortlisted."""
    return Proposal.objects.filter(call=call, status__in=rules.BEFORE_THE_SHORTLIST).order_by("reference")


def open_assignments(*, call, reviewer: User | None = None):
    """Assignments whose review is not in while scoring can still be given."""
    finished = Review.objects.filter(
        proposal=OuterRef("proposal"),
        reviewer=OuterRef("reviewer"),
        status__in=[Review.Status.SUBMITTED, Review.Status.ABSTAINED],
    )
    found = Assignment.objects.filter(
        ~Exists(finished), proposal__call=call, proposal__status__in=rules.BEFORE_THE_SHORTLIST
    )
    return found.filter(reviewer=reviewer) if reviewer else found


def without_review(call):
    """Proposals in the written round for which no review is in."""
    return proposals_to_assign(call).exclude(Exists(counted_reviews().filter(proposal=OuterRef("pk"))))


def assignment_document(call) -> dict:
    """`{"assignments": [{"reference", "reviewers": [email]}], "load": {email: n}}` of the written round."""
    proposals = proposals_to_assign(call).prefetch_related("assignments__reviewer")
    rows = [
        {"reference": p.reference, "reviewers": [a.reviewer.email for a in p.assignments.all()]}
        for p in proposals
    ]
    load = dict.fromkeys(reviewers_of(call).values_list("email", flat=True), 0)
    for row in rows:
        for email in row["reviewers"]:
            load[email] = load.get(email, 0) + 1
    return {"assignments": rows, "load": load}


def reviewers_with_open_reviews(call) -> list[tuple[User, int]]:
    """Who still has reviews to give in `call`, with how many. Two queries."""
    counts = dict(open_assignments(call=call).order_by().values_list("reviewer").annotate(count=Count("pk")))
    return [(user, counts[user.pk]) for user in reviewers_of(call).filter(pk__in=counts)]


def assignments_of(proposal):
    rows = Assignment.objects.filter(proposal=proposal).select_related("reviewer", "proposal__call")
    return with_state(rows)


def assignable_reviewers(proposal):
    """Reviewers of the call without a conflict who do not read this proposal yet."""
    conflict = conflict_between(
        user=OuterRef("pk"), organisation=proposal.organisation_id, call=proposal.call_id
    )
    return reviewers_of(proposal.call).exclude(conflict).exclude(assignments__proposal=proposal)


def reviewers_with_load(call):
    """The reviewers of `call` with `assigned` and `finished` (counts) in its written round."""
    mine = Assignment.objects.filter(reviewer=OuterRef("pk"), proposal__in=proposals_to_assign(call))
    finished = Review.objects.filter(reviewer=OuterRef("pk"), proposal__in=proposals_to_assign(call)).exclude(
        status=Review.Status.DRAFT
    )
    return reviewers_of(call).annotate(assigned=_count_of(mine), finished=_count_of(finished))


def _count_of(rows):
    counted = rows.order_by().values("reviewer").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def shared_out(user, call):
    """Proposals of the written round that `user` may read, with their readers."""
    return (
        proposals_for(user, call)
        .filter(status__in=rules.BEFORE_THE_SHORTLIST)
        .prefetch_related(Prefetch("assignments", with_state(Assignment.objects.select_related("reviewer"))))
        .order_by("reference")
    )


def with_state(assignments):
    """Adds `state`: todo, draft, submitted or abstained."""
    given = Review.objects.filter(proposal=OuterRef("proposal"), reviewer=OuterRef("reviewer"))
    return assignments.annotate(
        state=Coalesce(Subquery(given.values("status")[:1]), Value("todo"), output_field=TextField())
    )


def warnings_about(proposal, reviewer) -> list[str]:
    """What a coordinator should know before `reviewer` reads `proposal` as well; nothing forbids it."""
    loads = dict(reviewers_with_load(proposal.call).values_list("pk", "assigned"))
    wanted, present = rules_of(proposal.call).readers, Assignment.objects.filter(proposal=proposal).count()
    person = {"person": reviewer}
    warnings = [
        (present >= wanted, _("This candidacy has its %(wanted)s readers already.") % {"wanted": wanted}),
        (
            loads.get(reviewer.pk, 0) > min(loads.values(), default=0),
            _("%(person)s reads more than the least busy reader already.") % person,
        ),
        (
            not rules.has_declared(reviewer, proposal),
            _("%(person)s has not declared about this organisation yet, and reads nothing before that.")
            % person,
        ),
    ]
    return [str(text) for holds, text in warnings if holds]
