"""Reading proposals, reviews and conflicts, each scoped to what this person may see."""

from django.db.models import (
    Aggregate,
    Avg,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    JSONField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import MD5, Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role
from accounts.queries import calls_of_coordinator, calls_of_jury, calls_of_staff
from reviews import rules
from reviews.conflicts import conflict_between, is_member, shares_mail_domain
from reviews.models import Assignment, ConflictOfInterest, Criterion, ReadingRules, Review, ReviewedProposal
from submissions.models import FILED_STATUSES, Proposal, Version

DISAGREEMENT = ReadingRules._meta.get_field("disagreement").default

OWN_STATES = {
    "todo": _("To do"),
    "draft": _("Begun"),
    "submitted": _("Scored"),
    "abstained": _("Abstained"),
    "over": _("No longer to score"),
    "none": _("Not assigned to me"),
}
STATE_TONES = {"todo": "busy", "draft": "busy", "submitted": "good", "abstained": "", "over": "", "none": ""}


class Median(Aggregate):
    """The middle value, or the mean of the two in the middle."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def in_own_order(proposals, user):
    """The order in which `user` meets them: another one for every reader, the same one every time.

    Who comes first is judged otherwise than who comes last, so no candidacy may be first for everybody.
    """
    return annotate_own_order(proposals, user).order_by("own_order")


def annotate_own_order(proposals, user):
    seed = Value(f"{user.pk}:", output_field=TextField())
    return proposals.annotate(own_order=MD5(Concat(seed, Cast("pk", TextField()))))


def proposals_for(user, call):
    """What `user` may open in `call`, as `readable` annotates it: without undeclared or conflicted ones."""
    return readable(user).filter(call=call)


def open_to(user, *, model=Proposal):
    """The filed proposals that `user` may open, in every call they read or judge.

    Staff see what was filed, jury members what was shortlisted, nobody an organisation they have a
    conflict with or have not declared about.
    """
    table = Q(call__in=calls_of_staff(user), status__in=FILED_STATUSES) | Q(
        call__in=calls_of_jury(user), status__in=rules.FOR_THE_JURY
    )
    declared = ConflictOfInterest.objects.filter(
        user=user, organisation=OuterRef("organisation"), call=OuterRef("call")
    )
    return model.objects.filter(table, Exists(declared)).exclude(rules.conflict_with_proposal(user))


def readable(user, *, model=ReviewedProposal):
    """The proposals that are `open_to` somebody, annotated with `own_state` (todo, draft, submitted,
    abstained, over once it is out of the written round, or none when not assigned), `sees_scores`, and
    where that is true `average`, `median`, `lowest`, `highest` and `spread` (points of 100) and always
    `reviews_in` (count).
    """
    found = annotate_filed_title(annotate_own_state(open_to(user, model=model), user))
    return annotate_results(found, user).select_related("organisation", "call")


def annotate_filed_title(proposals):
    """The title of the frozen version: the draft may have moved on since."""
    versions = Version.objects.filter(proposal=OuterRef("pk")).order_by("-number")
    title = KeyTextTransform("title", Cast("document", JSONField()))
    return proposals.annotate(
        filed_title=Subquery(versions.annotate(title=title).values("title")[:1], output_field=TextField())
    )


def annotate_own_state(proposals, user):
    own = Review.objects.filter(proposal=OuterRef("pk"), reviewer=user)
    assigned = Assignment.objects.filter(proposal=OuterRef("pk"), reviewer=user)
    return proposals.annotate(
        own_review=Subquery(own.values("status")[:1]),
        is_mine=Exists(assigned),
    ).annotate(
        own_state=Case(
            When(own_review__isnull=False, then=F("own_review")),
            When(is_mine=True, status__in=rules.BEFORE_THE_SHORTLIST, then=Value("todo")),
            When(is_mine=True, then=Value("over")),
            default=Value("none"),
        )
    )


def annotate_results(proposals, user):
    """Average and spread of the reviews that count, where `user` may see them (needs `own_state`)."""
    counted = counted_reviews().filter(proposal=OuterRef("pk")).order_by().values("proposal")
    seen = proposals.annotate(
        sees_scores=Case(
            When(_sees_scores(user), then=Value(True)), default=Value(False), output_field=BooleanField()
        ),
        reviews_in=Subquery(counted.annotate(n=Count("pk")).values("n")),
    )
    results = {
        "average": Avg("total"),
        "median": Median("total"),
        "lowest": Min("total"),
        "highest": Max("total"),
    }
    return seen.annotate(
        **{
            name: Case(When(sees_scores=True, then=Subquery(counted.annotate(x=what).values("x"))))
            for name, what in results.items()
        }
    ).annotate(
        spread=F("highest") - F("lowest"),
        disagrees_from=Coalesce(F("call__reading_rules__disagreement"), DISAGREEMENT),
    )


def _sees_scores(user) -> Q:
    """The condition of `rules.may_see_others_scores` for proposals that are readable already."""
    leads = [call.pk for call in calls_of_staff(user) if rules.sees_scores_while_open(user, call=call)]
    return ~Q(status=Proposal.Status.ADMISSIBLE) | Q(own_review=Review.Status.SUBMITTED) | Q(call__in=leads)


def counted_reviews():
    """Submitted reviews whose reader has no conflict: only these weigh in an average."""
    conflict = conflict_between(
        user=OuterRef("reviewer"),
        organisation=OuterRef("proposal__organisation"),
        call=OuterRef("proposal__call"),
    )
    return Review.objects.filter(status=Review.Status.SUBMITTED).exclude(conflict)


def released_averages(call) -> dict:
    """Average points of 100 by proposal id, once the shortlist is made: until then a reader's own
    score could be swayed. Reviews of readers with a conflict do not count."""
    done = (
        counted_reviews().filter(proposal__call=call).exclude(proposal__status__in=rules.BEFORE_THE_SHORTLIST)
    )
    return dict(done.order_by().values_list("proposal").annotate(Avg("total")))


def others_reviews(*, user, proposal):
    """The reviews of others that count, with their scores; none while `user` may not see them."""
    if not rules.may_see_others_scores(user, proposal):
        return Review.objects.none()
    return (
        counted_reviews()
        .filter(proposal=proposal)
        .exclude(reviewer=user)
        .select_related("reviewer")
        .prefetch_related("scores__criterion")
    )


def own_review(*, user, proposal) -> Review | None:
    return (
        Review.objects.filter(proposal=proposal, reviewer=user)
        .select_related("version")
        .prefetch_related("scores")
        .first()
    )


def criteria_of(call):
    return Criterion.objects.filter(call=call)


def organisations_to_declare(*, user, call):
    """Who filed in `call`, with `declared` (kind or None) and `found` (kind found from data, or '')."""
    rows = ConflictOfInterest.objects.filter(user=user, call=call, organisation=OuterRef("pk"))
    filed = Proposal.objects.filter(call=call, status__in=FILED_STATUSES)
    return (
        Organisation.objects.filter(pk__in=filed.values("organisation"))
        .annotate(
            declared=Subquery(rows.values("kind")[:1]),
            explanation=Subquery(rows.values("explanation")[:1]),
            source=Subquery(rows.values("source")[:1]),
            lifted_at=Subquery(rows.values("lifted_at")[:1]),
        )
        .annotate(found=_found_kind(user))
        .order_by("name")
    )


def _found_kind(user):
    both = {"user": user.pk, "organisation": OuterRef("pk")}
    return Case(
        When(is_member(**both), then=Value(ConflictOfInterest.Kind.MEMBER.value)),
        When(shares_mail_domain(**both), then=Value(ConflictOfInterest.Kind.MAIL_DOMAIN.value)),
        default=Value(""),
    )


def undeclared(*, user, call):
    """Organisations that filed and about which `user` has not declared yet."""
    return organisations_to_declare(user=user, call=call).filter(declared__isnull=True)


def conflicted_proposals(*, user, call):
    """Keys only, for whoever plans the work: proposals of `call` that `user` must stay away from."""
    return Proposal.objects.filter(rules.conflict_with_proposal(user), call=call).values_list("pk", flat=True)


def calls_of_journal(user):
    """Slugs of the calls whose journal `user` reads: those they coordinate without judging or conflict.

    The journal tells scores and outcomes of every candidacy, so it stays closed to who scores
    themselves and to who has a conflict of interest with anybody who filed.
    """
    conflicted = Proposal.objects.filter(
        rules.conflict_with_proposal(user), call=OuterRef("pk"), status__in=FILED_STATUSES
    )
    own = user.roles.filter(kind__in=[Role.Kind.REVIEWER, Role.Kind.JURY])
    calls = calls_of_coordinator(user).exclude(Exists(conflicted))
    judging = Q(region__in=own.filter(call=None).values("region")) | Q(
        pk__in=own.exclude(call=None).values("call")
    )
    return calls.exclude(judging).values_list("slug", flat=True)


def conflicts_for(user):
    """What people declared, or the portal found, in the calls that `user` coordinates."""
    rows = ConflictOfInterest.objects.filter(call__in=calls_of_coordinator(user))
    return rows.select_related("user", "organisation", "call", "lifted_by")


def rules_of(call) -> ReadingRules:
    """The rules by which the scores of `call` are read; the portal's assumption while none were set."""
    return ReadingRules.objects.filter(call=call).first() or ReadingRules(call=call)


def todo_of(user, call):
    """What `user` still has to score in `call`, in their own order."""
    return in_own_order(proposals_for(user, call).filter(own_state__in=["todo", "draft"]), user)


def progress_of(user, call) -> dict[str, int]:
    """How many of the assigned candidacies of `call` are `done`, of how many (`of`), abstentions included."""
    assigned = Assignment.objects.filter(reviewer=user, proposal__call=call)
    own = Review.objects.filter(proposal=OuterRef("proposal"), reviewer=user).exclude(
        status=Review.Status.DRAFT
    )
    return {"done": assigned.filter(Exists(own)).count(), "of": assigned.count()}


def scored_for(user, call):
    """What of `call` has scores that `user` may see, best average first; ties by reference."""
    seen = proposals_for(user, call).filter(sees_scores=True, average__isnull=False)
    return seen.order_by("-average", "reference")


def reviews_of(proposals):
    """The reviews of `proposals` that count, with their reader and scores: 2 queries."""
    found = counted_reviews().filter(proposal__in=[proposal.pk for proposal in proposals])
    return found.select_related("reviewer").prefetch_related("scores").order_by("proposal", "reviewer")


def hidden_from(user, call):
    """What was filed in `call` and `user` may not read: a conflict of interest, or not declared yet."""
    seen = proposals_for(user, call).values("pk")
    return Proposal.objects.filter(call=call, status__in=FILED_STATUSES).exclude(pk__in=seen)


def to_shortlist(user, call):
    """The admissible proposals of `call` that `user` may read, those with a shortlisting too, best first."""
    found = proposals_for(user, call).filter(status__in=rules.CAN_BE_SHORTLISTED)
    return found.select_related("shortlisting").order_by(F("average").desc(nulls_last=True), "reference")
