"""Reading renderings, and what goes into them."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from dossiers.models import Rendering
from reviews.models import ConflictOfInterest
from reviews.queries import proposals_for
from reviews.rules import FOR_THE_JURY
from submissions.models import IN_THE_RUNNING, Extension, Proposal
from submissions.queries import current_versions

Status = Rendering.Status
LEASE = timedelta(minutes=5)


def renderings_of(user):
    """What this person asked for, newest first."""
    return Rendering.objects.filter(requested_by=user).select_related("call", "proposal__organisation")


def running(call):
    """Every proposal of `call` that was filed and is not withdrawn or inadmissible."""
    return Proposal.objects.filter(call=call, status__in=IN_THE_RUNNING)


def in_the_bundle(call):
    """The proposals of the jury's bundle: the shortlist, or all that run while there is none yet."""
    shortlist = running(call).filter(status__in=FOR_THE_JURY)
    return shortlist if shortlist.exists() else running(call)


def in_the_bundle_of(user, *, call):
    """The same, without what `user` may not read."""
    return in_the_bundle(call).filter(pk__in=proposals_for(user, call).values("pk"))


def versions_on_paper(proposals):
    """The last version of each, by reference, with all that a chapter prints: 2 queries."""
    return current_versions(proposals).prefetch_related("proposal__organisation__extensions")


def approved_extensions(call):
    """Who had a later deadline in `call`, and why: approved ones only."""
    return Extension.objects.filter(call=call, approved_at__isnull=False).select_related("organisation")


def conflicts_around(proposals):
    """Who stays away from which of these organisations: standing conflicts of readers and jury."""
    return (
        ConflictOfInterest.objects.filter(
            call__in=proposals.values("call"),
            organisation__in=proposals.values("organisation"),
            lifted_at__isnull=True,
        )
        .exclude(kind=ConflictOfInterest.Kind.NONE)
        .select_related("user", "organisation")
        .order_by("organisation__name", "user__email")
    )


def left_behind():
    """Renderings that nobody works on: never begun, or given up by a worker that died."""
    running = Q(status__in=[Status.WAITING, Status.RENDERING])
    return Rendering.objects.filter(running, touched_at__lt=Now() - LEASE)
