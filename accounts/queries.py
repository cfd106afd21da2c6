"""Reading people, organisations and roles."""

from functools import partial

from django.db.models import Exists, OuterRef, Q

from accounts.models import Invitation, Organisation, Role, RoleRequest, User
from accounts.rules import STAFF_KINDS
from challenges.models import Call, Region
from journal.statements import Condition, Slot


def organisations_of(user):
    """The organisations for which `user` may act."""
    return Organisation.objects.filter(memberships__user=user)


def memberships_of(user):
    """The memberships of `user` with their organisation, by its name."""
    return user.memberships.select_related("organisation").order_by("organisation__name", "pk")


def members_of(organisation):
    """The memberships of `organisation` with their person: owners first, then by name."""
    return organisation.memberships.select_related("user").order_by("-role", "user__name", "user__email")


def open_invitations_of(organisation):
    """Invitations that wait for an answer, those that ran out included, newest first."""
    waiting = organisation.invitations.filter(accepted_at=None, withdrawn_at=None)
    return waiting.select_related("invited_by").order_by("-pk")


def invitations_for_link():
    """Invitations as the page behind their link shows them."""
    return Invitation.objects.select_related("organisation", "invited_by")


def people_with_role(*, call, kinds):
    """Active users who hold one of `kinds` for `call`, each once."""
    return User.objects.filter(
        pk__in=Role.objects.filter(_for_call(call), kind__in=kinds).values("user"), is_active=True
    )


def calls_of_staff(user):
    """The calls that `user` reads as coordinator or reviewer; all of them for a superuser."""
    if user.is_superuser:
        return Call.objects.all()
    return _calls_with_role(user, STAFF_KINDS)


def organisations_before(user):
    """Who takes part in the calls that `user` reads as staff: a candidacy was filed, not just begun."""
    if user.is_superuser:
        return Organisation.objects.all()
    taking_part = calls_of_staff(user).values("pk")
    return Organisation.objects.filter(
        proposals__call__in=taking_part, proposals__reference__isnull=False
    ).distinct()


def calls_of_coordinator(user):
    """The calls that `user` runs as coordinator; all of them for a superuser."""
    if user.is_superuser:
        return Call.objects.all()
    return _calls_with_role(user, [Role.Kind.COORDINATOR])


def roles_given_by(user):
    """The roles that `user` gives and takes: of the regions and calls run as coordinator."""
    return _run_by(user, Role.objects.select_related("user", "region", "call__region"))


def roles_asked(user):
    """The roles that wait for a second coordinator, of the regions and calls that `user` runs."""
    return _run_by(user, RoleRequest.objects.select_related("region", "call__region", "asked_by"))


def roles_to_approve(call, *, user) -> int:
    """How many roles for `call` that somebody else asked for wait for a second coordinator."""
    return RoleRequest.objects.filter(_for_call(call)).exclude(asked_by=user).count()


def _run_by(user, rows):
    if user.is_superuser:
        return rows
    own = user.roles.filter(kind=Role.Kind.COORDINATOR)
    return rows.filter(
        Q(region__in=own.filter(call=None).values("region"))
        | Q(call__in=own.exclude(call=None).values("call"))
    )


def regions_of_coordinator(user):
    """The regions in which `user` runs a call; all of them for a superuser."""
    if user.is_superuser:
        return Region.objects.all()
    return Region.objects.filter(pk__in=user.roles.filter(kind=Role.Kind.COORDINATOR).values("region"))


def calls_of_jury(user):
    """The calls in whose jury `user` sits."""
    return _calls_with_role(user, [Role.Kind.JURY])


def _calls_with_role(user, kinds):
    return Call.objects.filter(
        HOLDS[tuple(kinds)].on(user=user.pk, region=OuterRef("region"), call=OuterRef("pk"))
    )


def _holds(kinds) -> Q:
    of_all_or_this = Q(call=None, region=Slot("region")) | Q(call=Slot("call"))
    return Q(Exists(Role.objects.filter(of_all_or_this, user=Slot("user"), kind__in=kinds)))


HOLDS = {
    kinds: Condition(partial(_holds, kinds))
    for kinds in (STAFF_KINDS, (Role.Kind.COORDINATOR,), (Role.Kind.JURY,))
}


def _for_call(call):
    return Q(call=call) | Q(call__isnull=True, region=call.region_id)
