"""Reading matching: staff of the region their own calls, everyone else nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import starmap
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, Func, JSONField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Now, NullIf

from accounts.queries import calls_of_staff
from accounts.registry import kept_from
from challenges.models import Call, Challenge, ChallengePersona, ServiceType
from journal.statements import Slot, Statement
from matching.models import Composition, Match, Run, ScoredProposal, Scoring, ServiceSupport
from submissions.models import IN_THE_RUNNING, Proposal
from submissions.queries import current_versions

LEASE = timedelta(seconds=20)
FOUND = (Composition.Status.OPTIMAL, Composition.Status.FEASIBLE)


def versions_in_the_running(call: Call):
    """The last frozen version of every filed proposal that was not withdrawn or found inadmissible."""
    return current_versions(Proposal.objects.filter(call=call, status__in=IN_THE_RUNNING))


def runs_of(user):
    """Runs of the calls of staff, with `proposals` counted, newest first."""
    return runs_in(calls_of_staff(user))


def runs_in(calls):
    """Runs of these calls, with `proposals` counted, newest first."""
    return (
        Run.objects.filter(call__in=calls)
        .select_related("call__region", "by")
        .annotate(proposals=Count("scored"))
        .order_by(*Run._meta.ordering)
    )


def locked(call: Call) -> Call:
    """The call under a lock that lets proposals be written and filed meanwhile."""
    return Call.objects.select_for_update(of=("self",), no_key=True).select_related("region").get(pk=call.pk)


def scoring_of(call: Call) -> Scoring | None:
    """The scoring version that holds: the newest that was frozen or approved."""
    return (
        Scoring.objects.filter(call=call, approved_at__isnull=False).order_by("-approved_at", "-pk").first()
    )


def scoring_before(scoring: Scoring) -> Scoring | None:
    """The version that held until this one did, or holds while this one waits for approval."""
    held = Scoring.objects.filter(call=scoring.call_id, approved_at__isnull=False).exclude(pk=scoring.pk)
    if scoring.approved_at:
        held = held.filter(approved_at__lte=scoring.approved_at)
    return held.order_by("-approved_at", "-pk").first()


def scorings_to_approve(user, call: Call):
    """Scoring versions of a call that somebody else asked and that wait for a second coordinator."""
    return Scoring.objects.filter(call=call, approved_at=None, refused=False).exclude(asked_by=user)


@dataclass(frozen=True)
class Standing:
    """What became of a run since: another scoring version holds, or other versions take part."""

    other_scoring: bool
    others_take_part: bool


def standing(run: Run) -> Standing:
    """Whether a run still tells how things stand now: one query."""
    now = NOW.first(run=run.pk, call=run.call_id)
    return Standing(now.holding not in (None, run.scoring_version), now.joined or now.left)


def _now():
    scored = ScoredProposal.objects.filter(run=Slot("run"))
    running = versions_in_the_running(Slot("call")).select_related(None).order_by().values("pk")
    holding = Scoring.objects.filter(call=OuterRef("call"), approved_at__isnull=False)
    return (
        Run.objects.filter(pk=Slot("run"))
        .only("pk")
        .annotate(
            holding=Subquery(holding.order_by("-approved_at", "-pk").values("version")[:1]),
            joined=Exists(running.exclude(pk__in=scored.values("version"))),
            left=Exists(scored.exclude(version__in=running)),
        )
        .order_by()
    )


NOW = Statement(_now)


CHALLENGES = Statement(lambda: Challenge.objects.filter(call=Slot("call")))
SERVICE_TYPES = Statement(lambda: ServiceType.objects.filter(call=Slot("call")))
PERSONAS = Statement(
    lambda: (
        ChallengePersona.objects.filter(challenge__call=Slot("call"))
        .select_related("challenge", "persona")
        .order_by("challenge__number", "position")
    )
)


def challenges_of(call: Call) -> list[Challenge]:
    """The challenges of a call, by number."""
    return CHALLENGES.all(call=call.pk)


def services_of(call: Call) -> dict[str, str]:
    """What the service types of a call are called, by slug and in their order."""
    return {service.slug: service.need for service in SERVICE_TYPES.all(call=call.pk)}


def personas_of(call: Call) -> dict[str, set[int]]:
    """The numbers of the challenges that each persona of a call meets, in the addendum's order."""
    found: dict[str, set[int]] = {}
    for link in PERSONAS.all(call=call.pk):
        found.setdefault(link.persona.name, set()).add(link.challenge.number)
    return found


class Brought(NamedTuple):
    """A proposal of a run as composing needs it; `offer` is what it brings, as stored."""

    proposal_id: UUID
    organisation_id: int
    name: str
    key: str
    reference: str
    offer: dict


class WithoutSignals(Func):
    """An offer without the values of its signals, which only draws of the weights need."""

    template = "(%(expressions)s - 'signals')"
    output_field = JSONField()


def offers_of(run: Run, *, signals: bool = False) -> list[Brought]:
    """What each proposal of a run brings, with its organisation's name, by reference: one query. Rows
    and no models: a page of hundreds of proposals would spend its time making those."""
    return list(starmap(Brought, (WITH_SIGNALS if signals else OFFERS).rows(run=run.pk)))


def _offers(offer):
    path = "version__proposal__"
    names = (f"{path}pk", f"{path}organisation_id", f"{path}organisation__name", "key", f"{path}reference")
    return _with_keys(Slot("run")).values_list(*names, offer)


OFFERS = Statement(lambda: _offers(WithoutSignals("offer")))
WITH_SIGNALS = Statement(lambda: _offers(F("offer")))


class Called(NamedTuple):
    """A proposal of a run by its name."""

    proposal_id: UUID
    name: str
    key: str


def called_in(run: Run) -> list[Called]:
    """The proposals of a run by name, by reference: one query, without what they bring."""
    rows = _with_keys(run).values_list(
        "version__proposal__pk", "version__proposal__organisation__name", "key"
    )
    return list(starmap(Called, rows))


def _with_keys(run):
    path = "version__proposal__"
    return ScoredProposal.objects.filter(run=run).annotate(
        key=Coalesce(NullIf(f"{path}external_id", Value("")), f"{path}reference")
    )


def scored_of(run: Run):
    """Everything scored in a run, by reference: five queries whatever the number."""
    return run.scored.select_related("version__proposal__organisation").prefetch_related(
        Prefetch("matches", Match.objects.select_related("challenge")),
        Prefetch("supports", ServiceSupport.objects.select_related("service_type")),
    )


class Shown(NamedTuple):
    """A scored proposal as a list of scores shows it; `ticked` are the numbers of its challenges."""

    pk: int
    organisation: str
    reference: str
    flags: list[str]
    ticked: list[int]


class Ticked(Func):
    """The numbers of the challenges that a frozen document ticks."""

    template = "jsonb_path_query_array(%(expressions)s, '$.challenges[*].number')"
    output_field = JSONField()


def shown_of(run: Run, scored) -> list[Shown]:
    """These scored proposals (ids) of a run, by reference, without texts: one query."""
    path = "version__proposal__"
    rows = ScoredProposal.objects.filter(run=run, pk__in=scored).values_list(
        "pk",
        f"{path}organisation__name",
        f"{path}reference",
        "flags",
        Ticked(Cast("version__document", JSONField())),
    )
    return list(starmap(Shown, rows))


class Scored(NamedTuple):
    """The score of a proposal for a challenge without the words behind it; `number` is the challenge's."""

    scored_id: int
    challenge_id: int
    number: int
    points: int
    low: int
    high: int
    label: str


def scores_of(scored) -> list[Scored]:
    """Every score of these scored proposals (ids), by challenge: one query."""
    found = Match.objects.filter(scored__in=scored)
    return list(
        starmap(
            Scored,
            found.values_list(
                "scored_id", "challenge_id", "challenge__number", "points", "low", "high", "label"
            ),
        )
    )


def bands_of(run: Run) -> Iterable[tuple]:
    """Every score of a run without what is behind it: (id of the scored proposal, id of the challenge,
    points, lowest, highest), in no order."""
    return BANDS.rows(run=run.pk)


BANDS = Statement(
    lambda: (
        Match.objects.filter(scored__run=Slot("run"))
        .order_by()
        .values_list("scored_id", "challenge_id", "points", "low", "high")
    )
)


def names_in(run: Run):
    """What the organisations of a run are called: (id of the scored proposal, name)."""
    found = ScoredProposal.objects.filter(run=run)
    return found.values_list("pk", "version__proposal__organisation__name")


def match_in(calls, *, run_id: int, scored_id: int, number: int):
    """One score with its proposal and challenge, when it is of one of these calls."""
    supports = ServiceSupport.objects.select_related("service_type").defer("evidence")
    others = Match.objects.select_related("challenge")
    return (
        Match.objects.filter(
            scored__run__call__in=calls,
            scored__run_id=run_id,
            scored_id=scored_id,
            challenge__number=number,
        )
        .select_related("challenge", "scored__run__call", "scored__version__proposal__organisation")
        .prefetch_related(Prefetch("scored__supports", supports), Prefetch("scored__matches", others))
    )


def kept_in_run(user):
    """What a conflict of interest keeps from `user` in the run of a composition, which speaks of them all."""
    organisation, call = "version__proposal__organisation", "version__proposal__call"
    return ScoredProposal.objects.filter(
        kept_from(user, organisation=organisation, call=call), run=OuterRef("run")
    )


def compositions_of(user):
    """Compositions of the calls of staff, newest first, with `size` counted; none that a conflict hides."""
    return compositions_in(calls_of_staff(user)).exclude(Exists(kept_in_run(user)))


def compositions_in(calls):
    """Compositions of these calls, newest first, with `size` counted and the one that each replaces."""
    return (
        Composition.objects.filter(run__call__in=calls)
        .select_related("run__call__region", "by", "instead_of")
        .defer("instead_of__studies", "instead_of__basis")
        .annotate(size=Count("members"))
        .order_by(*Composition._meta.ordering)
    )


def compositions_left_behind():
    """Compositions that a worker began, or that were never studied, and that nobody touches now."""
    silent = Composition.objects.filter(touched_at__lt=Now() - LEASE)
    unfinished = Q(status__in=Composition.RUNNING) | Q(status__in=FOUND, studied=False)
    return silent.filter(unfinished, kind=Composition.Kind.SUGGESTED)


def latest_composition(call: Call) -> Composition | None:
    """The newest composition of a call that names members: what staff chose, else what was suggested."""
    made = Composition.objects.filter(run__call=call, members__isnull=False).distinct()
    made = made.exclude(status__in=Composition.RUNNING)
    return made.filter(kind=Composition.Kind.CHOSEN).first() or made.first()
