"""Who a person is: for an organisation, for a region, for a call; and what that lets them do."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Membership, Role
from journal.statements import Slot, Statement

STAFF_KINDS = (Role.Kind.COORDINATOR, Role.Kind.REVIEWER)
INVITATION_VALID = timedelta(days=14)
OPEN_INVITATIONS = 25

ROLES = Statement(lambda: Role.objects.filter(user=Slot("user")).order_by())
MEMBERSHIP = Statement(
    lambda: Membership.objects.filter(user=Slot("user"), organisation=Slot("organisation")).order_by()
)


class NotAllowed(PermissionDenied):
    """The person's role does not let them do this."""


def has_role(user, *kinds, region=None, call=None) -> bool:
    """Whether `user` holds one of `kinds`, in `region` or for `call` where given.

    A role without a call holds for every call of its region. One query per user: roles are kept
    on the user object for the length of a request.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    return any(_covers(role, kinds, region=region, call=call) for role in _roles(user))


def _roles(user):
    if not hasattr(user, "_known_roles"):
        user._known_roles = ROLES.all(user=user.pk) if getattr(user, "has_a_role", True) else []
    return user._known_roles


def _covers(role, kinds, *, region, call) -> bool:
    if role.kind not in kinds:
        return False
    if call is not None:
        return role.region_id == call.region_id and role.call_id in (None, call.pk)
    return region is None or role.region_id == region.pk


def is_coordinator(user, *, call=None) -> bool:
    """Whether `user` runs `call`, or any call where none is given; a superuser runs every call."""
    return _is_superuser(user) or has_role(user, Role.Kind.COORDINATOR, call=call)


def is_staff_of(user, *, call=None) -> bool:
    """Whether `user` reads the proposals of `call` (or of any call) as coordinator or reviewer."""
    return _is_superuser(user) or has_role(user, *STAFF_KINDS, call=call)


def _is_superuser(user) -> bool:
    return user.is_active and user.is_superuser


def is_jury_of(user, *, call=None) -> bool:
    return has_role(user, Role.Kind.JURY, call=call)


def is_member(user, *, organisation) -> bool:
    return user.is_authenticated and bool(MEMBERSHIP.all(user=user.pk, organisation=organisation.pk))


def is_owner(user, *, organisation) -> bool:
    owners = organisation.memberships.filter(role=Membership.Role.OWNER)
    return user.is_authenticated and owners.filter(user=user).exists()


def require_owner(user, *, organisation) -> None:
    """Owners change the organisation and its members; editors write its proposals."""
    if not is_owner(user, organisation=organisation):
        raise NotAllowed(_("Only an owner of this organisation can do this."))


def require_another_owner(membership) -> None:
    """An organisation is never left without an owner. Call it with the organisation locked."""
    owners = Membership.objects.filter(organisation=membership.organisation_id, role=Membership.Role.OWNER)
    if membership.role == Membership.Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise ValidationError(
            _(
                "This is the only owner. An organisation always keeps one: "
                "first make a colleague owner, then try again."
            ),
            code="last_owner",
        )


def require_open_invitation(invitation, *, at) -> None:
    """An invitation holds for fourteen days, until it is accepted or withdrawn."""
    if invitation.withdrawn_at:
        raise ValidationError(
            _("This invitation was withdrawn. Ask your colleague whether a new one is needed."),
            code="withdrawn",
        )
    if invitation.accepted_at:
        raise ValidationError(_("This invitation was used already."), code="accepted")
    if not at < invitation.expires_at:
        raise ValidationError(
            _("This invitation is no longer valid. Ask your colleague to send it again."),
            code="expired",
        )


def is_invited(user, *, invitation) -> bool:
    """An invitation is for the person behind one address, and for nobody else who has the link."""
    return user.is_authenticated and user.email.lower() == invitation.email.lower()


def may_enter_staff_desk(user) -> bool:
    """The Django admin is for coordinators, reviewers and maintainers of the portal."""
    return user.is_active and (user.is_staff or has_role(user, *STAFF_KINDS))


def may_give_roles(user, *, region, call=None) -> bool:
    """Coordinators give roles for their own calls; for all of a region only who runs all of it."""
    if _is_superuser(user):
        return True
    if call is not None:
        return call.region_id == region.pk and is_coordinator(user, call=call)
    return any(
        role.kind == Role.Kind.COORDINATOR and role.region_id == region.pk and role.call_id is None
        for role in _roles(user)
    )


def kinds_given_by(user) -> list:
    """The roles that `user` may give or ask: only a maintainer appoints coordinators.

    Who could make a second coordinator would be the second person of every act that asks for two.
    """
    return [kind for kind in Role.Kind if kind != Role.Kind.COORDINATOR or _is_superuser(user)]


def require_may_give_roles(user, *, region, call=None) -> None:
    if not may_give_roles(user, region=region, call=call):
        raise NotAllowed(_("Coordinators give and take roles in their own region only."))


def require_may_give_kind(user, *, kind) -> None:
    if kind not in kinds_given_by(user):
        raise NotAllowed(_("A maintainer of the portal appoints coordinators."))


def require_may_approve_role(user, *, request) -> None:
    """Another coordinator than the one who asked.

    Who could make a juror or reader alone would be, with other addresses of their own, the jury that
    confirms what they recorded, and the outsider who assesses a reply.
    """
    require_may_give_roles(user, region=request.region, call=request.call)
    if user.pk == request.asked_by_id:
        raise NotAllowed(
            _("You asked for this role yourself: another coordinator or a maintainer must approve it.")
        )


def may_take_role(user, *, role) -> bool:
    """Who gives a role takes it too, except the own last one as coordinator."""
    if _is_superuser(user):
        return True
    return may_give_roles(user, region=role.region, call=role.call) and not _is_own_last(user, role)


def _is_own_last(user, role) -> bool:
    own = [known for known in _roles(user) if known.kind == Role.Kind.COORDINATOR]
    return own == [role]


def require_keeps_a_coordinator_role(user, *, role) -> None:
    """Nobody locks themselves out: one's own last coordinator role is taken by somebody else."""
    if not _is_superuser(user) and _is_own_last(user, role):
        raise ValidationError(
            _(
                "This is your own last role as coordinator: without it you could not undo this. "
                "Ask another coordinator to take it."
            ),
            code="own_last_role",
        )


def needs_second_factor(user) -> bool:
    """Staff and jury see other people's candidacies: a password alone is not enough for them.

    Waived in practice mode only, where all data is fictitious.
    """
    if settings.PORTAL_DEMO or not user.is_authenticated:
        return False
    return user.is_staff or user.is_superuser or has_role(user, *Role.Kind)


def require_maintainer(user) -> None:
    """Accounts as such are looked after by the maintainers of the portal, not by a region."""
    if not _is_superuser(user):
        raise NotAllowed(_("Only a maintainer of the portal can do this."))
