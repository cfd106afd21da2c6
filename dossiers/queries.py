"""Reading renderings, and what goes into them."""

from datetime import datetime, time, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now

from accounts.models import Role
from accounts.queries import people_with_role
from accounts.rules import is_coordinator
from decisions.models import Decision
from dossiers.models import Rendering
from journal.queries import history_of, with_actors
from matching.models import Run
from matching.queries import scored_of
from pitches.models import Pitch
from reviews.conflicts import conflict_between
from reviews.models import ConflictOfInterest
from reviews.queries import counted_reviews, proposals_for, readable
from reviews.rules import FOR_THE_JURY
from submissions.models import IN_THE_RUNNING, Extension, Proposal
from submissions.queries import current_versions

Status = Rendering.Status
OWN_VERBS = [f"{kind}.requested" for kind in Rendering.Kind.values]
WHO_JUDGE = [Role.Kind.REVIEWER, Role.Kind.COORDINATOR, Role.Kind.JURY]
KEPT = timedelta(days=30)
LEASE = timedelta(minutes=5)


def renderings_of(user):
    """What this person asked for, newest first."""
    return Rendering.objects.filter(requested_by=user).select_related("call", "proposal__organisation")


def running(call):
    """Every proposal of `call` that was filed and is not withdrawn or inadmissible."""
    return Proposal.objects.filter(call=call, status__in=IN_THE_RUNNING)


def in_the_bundle(call, *, day=None):
    """The proposals of the jury's bundle: the shortlist, or all that run while there is none yet.

    With `day`: those whose announced pitch is on that day, by the clock of the call.
    """
    shortlist = running(call).filter(status__in=FOR_THE_JURY)
    if day:
        opens = datetime.combine(day, time(), tzinfo=call.zone)
        hours = DateTimeTZRange(opens, opens + timedelta(days=1))
        return running(call).filter(pitch__told_during__contained_by=hours)
    return shortlist if shortlist.exists() else running(call)


def in_the_bundle_of(user, *, call, day=None):
    """The same, without what `user` may not read."""
    return in_the_bundle(call, day=day).filter(pk__in=proposals_for(user, call).values("pk"))


def versions_on_paper(proposals):
    """The last version of each, by reference, with its files: 2 queries, and 4 for the names of the call."""
    names = ("challenges", "service_types", "working_principles", "priority_expertise")
    of_the_call = [f"proposal__call__{name}" for name in names]
    return current_versions(proposals).prefetch_related("attachments", *of_the_call)


def approved_extensions(call):
    """Who had a later deadline in `call`, and why: approved ones only."""
    return Extension.objects.filter(call=call, approved_at__isnull=False).select_related("organisation")


def conflicts_around(call, proposals) -> list[dict]:
    """Who stays away from which of `proposals`: readers and jury, declared or found. Two queries."""
    conflict = conflict_between(
        user=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"), call=call.pk
    )
    references = Proposal.objects.filter(conflict, pk__in=proposals.values("pk")).order_by("reference")
    people = people_with_role(call=call, kinds=WHO_JUDGE)
    people = people.annotate(away=ArraySubquery(references.values("pk"))).filter(away__len__gt=0)
    named = {p.pk: p for p in proposals.select_related("organisation")}
    return sorted(
        ({"proposal": named[pk], "person": person} for person in people for pk in person.away),
        key=lambda row: (row["proposal"].organisation.name, row["person"].email),
    )


def declarations_about(call, proposals):
    """Readers and jury, each with `declared`: about how many of the organisations of `proposals`."""
    rows = ConflictOfInterest.objects.filter(
        user=OuterRef("pk"), call=call, organisation__in=proposals.values("organisation")
    )
    counted = rows.order_by().values("user").annotate(count=Count("pk")).values("count")
    people = people_with_role(call=call, kinds=WHO_JUDGE)
    return people.annotate(declared=Coalesce(Subquery(counted), 0)).order_by("name", "email")


def only(proposal):
    return Proposal.objects.filter(pk=proposal.pk)


def seen_by(user, proposals) -> set:
    """The keys of `proposals` whose scores `user` may see."""

    seen = readable(user).filter(pk__in=proposals.values("pk"), sees_scores=True)
    return set(seen.values_list("pk", flat=True))


def heard_by(user, proposals, *, call) -> set:
    """The keys of `proposals` whose whole deliberation `user` may read: of pitches they heard; a
    coordinator of all that they may read."""
    found = readable(user).filter(pk__in=proposals.values("pk"))
    if not is_coordinator(user, call=call):
        found = found.filter(pitch__told_jurors=user)
    return set(found.values_list("pk", flat=True))


def announced_pitches(proposals) -> dict:
    """{reference: announced pitch} of `proposals`."""
    found = Pitch.objects.filter(proposal__in=proposals.values("pk"), told_during__isnull=False)
    return {pitch.proposal.reference: pitch for pitch in found.select_related("proposal")}


def days_of(user, *, call) -> list:
    """The days of announced pitches that `user` may know of."""
    pitches = Pitch.objects.filter(
        proposal__in=in_the_bundle_of(user, call=call).values("pk"), told_during__isnull=False
    )
    return sorted({pitch.told_during.lower.astimezone(call.zone).date() for pitch in pitches})


def released_decisions(proposals) -> dict:
    """{proposal: released decision}, with reasons, reply and assessment."""
    found = (
        Decision.objects.filter(proposal__in=proposals, status=Decision.Status.RELEASED)
        .select_related("reply__assessment")
        .prefetch_related("reasons__criterion")
    )
    return {decision.proposal_id: decision for decision in found}


def matches_of(call, versions) -> dict:
    """{version: scores per challenge} in the newest run of matching; nothing of versions it did not score."""
    run = Run.objects.filter(call=call).first()
    if run is None:
        return {}
    scored = scored_of(run).filter(version__in=versions)
    return {each.version_id: list(each.matches.all()) for each in scored}


def reviews_of(proposals) -> dict:
    """{proposal: reviews that count}, the highest first, with scores."""
    found = (
        counted_reviews()
        .filter(proposal__in=proposals)
        .select_related("reviewer")
        .prefetch_related("scores__criterion")
        .order_by("-total", "pk")
    )
    grouped: dict = {}
    for review in found:
        grouped.setdefault(review.proposal_id, []).append(review)
    return grouped


def histories_of(versions) -> dict:
    """{proposal: its journal, oldest first} with who did it; without what only tells of this file itself."""
    return {
        version.proposal_id: with_actors(
            history_of(version.proposal).exclude(verb__in=OWN_VERBS).order_by("number")
        )
        for version in versions
    }


def outlived(at: datetime):
    """Renderings whose time has come: they are copies, and can be made again by who may still read them."""
    over = Q(status__in=[Status.DONE, Status.FAILED])
    return Rendering.objects.filter(over, requested_at__lt=at - KEPT)


def left_behind():
    """Renderings that nobody works on: never begun, or given up by a worker that died."""
    running = Q(status__in=[Status.WAITING, Status.RENDERING])
    return Rendering.objects.filter(running, touched_at__lt=Now() - LEASE)
