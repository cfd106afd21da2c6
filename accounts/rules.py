"""Who a person is: for an organisation, for a region, for a call."""

from accounts.models import Role

STAFF_KINDS = (Role.Kind.COORDINATOR, Role.Kind.REVIEWER)


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
        user._known_roles = list(user.roles.all())
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
    return user.is_authenticated and organisation.memberships.filter(user=user).exists()


def may_enter_staff_desk(user) -> bool:
    """The Django admin is for coordinators, reviewers and maintainers of the portal."""
    return user.is_active and (user.is_staff or has_role(user, *STAFF_KINDS))
