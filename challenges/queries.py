"""Reading a call: every query brings what its page shows, so that no page asks row by row."""

from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from challenges import rules
from challenges.models import (
    Call,
    Challenge,
    ChallengePersona,
    Contact,
    Milestone,
    Municipality,
    Need,
    Question,
    ServiceType,
)
from personas.models import Persona


def calls() -> QuerySet[Call]:
    """Every call with its region and calendar, the newest edition first."""
    return Call.objects.select_related("region").prefetch_related("milestones")


def call_home() -> QuerySet[Call]:
    """Calls with all that their home page shows."""
    return with_principles(with_challenges(calls())).prefetch_related("service_types")


def with_challenges(calls: QuerySet[Call]) -> QuerySet[Call]:
    """`calls`, each with its challenges and their personas."""
    return calls.prefetch_related(Prefetch("challenges", queryset=challenges()))


def with_principles(calls: QuerySet[Call]) -> QuerySet[Call]:
    """`calls`, each with how the partnership works and what it looks for most."""
    return calls.prefetch_related("working_principles", "priority_expertise")


def challenges() -> QuerySet[Challenge]:
    """Challenges with their personas, in the order of the addendum."""
    return Challenge.objects.select_related("call__region").prefetch_related(_persona_links())


def challenge_page() -> QuerySet[Challenge]:
    """Challenges with their personas and needs, the heaviest need first."""
    needs = Need.objects.select_related("service_type").order_by("-weight", "position")
    return challenges().prefetch_related(Prefetch("needs", queryset=needs))


def _persona_links() -> Prefetch:
    return Prefetch("persona_links", queryset=ChallengePersona.objects.select_related("persona"))


def service_types_of(call: Call) -> QuerySet[ServiceType]:
    """The call's service types, each with the challenges it helps, the heaviest need first."""
    needs = Need.objects.select_related("challenge").order_by("-weight", "challenge__number")
    return call.service_types.prefetch_related(Prefetch("needs", queryset=needs))


def municipalities_of(call: Call) -> QuerySet[Municipality]:
    """The municipalities of the call's region that exist on the day it opens, in the region's order."""
    return municipalities_on(call.region.municipalities.all(), day=rules.opening_day(call)).order_by(
        "regionmunicipality__position", "name"
    )


def municipalities_on(municipalities: QuerySet[Municipality], *, day: date | None) -> QuerySet[Municipality]:
    """Those of `municipalities` that exist on `day`; all of them without a day."""
    if day is None:
        return municipalities
    return municipalities.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_until__isnull=True) | Q(valid_until__gt=day),
    )


def personas_of(call: Call) -> QuerySet[Persona]:
    """The personas that the call's challenges are about, each once."""
    return Persona.objects.filter(challenges__call=call).distinct()


def published_questions(call: Call) -> QuerySet[Question]:
    """What organisations asked and staff answered in public, newest first."""
    return call.questions.filter(published_at__isnull=False)


def milestones_passed_between(after: datetime, until: datetime) -> QuerySet[Milestone]:
    """Milestones whose end, or else whose beginning, lies in the half-open interval (after, until].

    `after` and `until` are aware; used to tell staff once that a milestone has passed.
    """
    ended = Q(until__gt=after, until__lte=until)
    begun = Q(until__isnull=True, starts__gt=after, starts__lte=until)
    return Milestone.objects.filter(ended | begun).select_related("call__region").order_by("until", "starts")


def calls_with_counts() -> QuerySet[Call]:
    """Calls with `challenge_count`, for lists of calls."""
    return calls().annotate(challenge_count=Count("challenges", distinct=True))


def contacts_of_every_region() -> QuerySet[Contact]:
    """Who answers questions in each region, each person once: from the newest call that names them."""
    people = Contact.objects.filter(role=Contact.Role.CONTENT).select_related("call__region")
    return people.order_by("call__region__name", "email", "-call__edition").distinct(
        "call__region__name", "email"
    )
