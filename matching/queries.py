"""Reading matching: staff of the region their own calls, everyone else nothing."""

from django.db.models import Count, Prefetch

from accounts.queries import calls_of_staff
from challenges.models import Call
from matching.models import Composition, Match, Run, ScoredProposal, ServiceSupport
from submissions.models import IN_THE_RUNNING, Proposal
from submissions.queries import current_versions


def versions_in_the_running(call: Call):
    """The last frozen version of every filed proposal that was not withdrawn or found inadmissible."""
    return current_versions(Proposal.objects.filter(call=call, status__in=IN_THE_RUNNING))


def runs_of(user):
    """Runs of the calls of staff, with `proposals` counted, newest first."""
    return (
        Run.objects.filter(call__in=calls_of_staff(user))
        .select_related("call__region", "by")
        .annotate(proposals=Count("scored"))
    )


def scored_of(run: Run):
    """Everything scored in a run, by reference: five queries whatever the number."""
    return (
        ScoredProposal.objects.filter(run=run)
        .select_related("version__proposal__organisation")
        .prefetch_related(
            Prefetch("matches", Match.objects.select_related("challenge")),
            Prefetch("supports", ServiceSupport.objects.select_related("service_type")),
        )
    )


def scored_in_brief(run: Run):
    """What the matrix of a run shows: scores without the words behind them. Two queries."""
    matches = Match.objects.select_related("challenge").defer("parts")
    return (
        ScoredProposal.objects.filter(run=run)
        .select_related("version__proposal__organisation")
        .defer("version__document")
        .prefetch_related(Prefetch("matches", matches))
    )


def match_for(user, *, run_id: int, scored_id: int, number: int):
    """One score with its proposal and challenge, when `user` is staff of its call."""
    supports = ServiceSupport.objects.select_related("service_type").defer("evidence")
    others = Match.objects.select_related("challenge").defer("parts")
    return (
        Match.objects.filter(
            scored__run__call__in=calls_of_staff(user),
            scored__run_id=run_id,
            scored_id=scored_id,
            challenge__number=number,
        )
        .select_related("challenge", "scored__run__call", "scored__version__proposal__organisation")
        .prefetch_related(Prefetch("scored__supports", supports), Prefetch("scored__matches", others))
    )


def compositions_of(user):
    """Compositions of the calls of staff, newest first, with `size` counted."""
    return (
        Composition.objects.filter(run__call__in=calls_of_staff(user))
        .select_related("run__call__region", "by", "instead_of")
        .annotate(size=Count("members"))
    )


def latest_composition(call: Call) -> Composition | None:
    """The newest composition of a call that names members: what staff chose, else what was suggested."""
    made = Composition.objects.filter(run__call=call, members__isnull=False).distinct()
    return made.filter(kind=Composition.Kind.CHOSEN).first() or made.first()
