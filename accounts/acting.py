"""For which organisation a person acts: chosen once per session, shown on every page."""

from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import queries
from accounts.models import Membership, Organisation

SESSION_KEY = "acting_organisation"


@dataclass(frozen=True)
class Acting:
    """Every membership of a person, and the one they act by: the only one, or the one they chose."""

    memberships: tuple[Membership, ...] = ()
    membership: Membership | None = None

    @property
    def organisations(self) -> list[Organisation]:
        return [membership.organisation for membership in self.memberships]

    @property
    def organisation(self) -> Organisation | None:
        return self.membership and self.membership.organisation

    @property
    def is_owner(self) -> bool:
        return bool(self.membership) and self.membership.role == Membership.Role.OWNER

    @property
    def must_choose(self) -> bool:
        return bool(self.memberships) and self.membership is None


def acting_for(request) -> Acting:
    """Who the person of this request acts for: one query per request, none for who is not logged in."""
    if not hasattr(request, "_acting"):
        request._acting = _read(request)
    return request._acting


def _read(request) -> Acting:
    if not request.user.is_authenticated:
        return Acting()
    memberships = tuple(queries.memberships_of(request.user))
    chosen = request.session.get(SESSION_KEY)
    of_choice = [membership for membership in memberships if membership.organisation_id == chosen]
    if not of_choice and len(memberships) == 1:
        of_choice = memberships
    return Acting(memberships, of_choice[0] if of_choice else None)


def act_for(request, organisation: Organisation) -> None:
    """From now on, in this session, act for `organisation`."""
    request.session[SESSION_KEY] = organisation.pk
    request.__dict__.pop("_acting", None)


def acting_required(view):
    """Let in who acts for an organisation; others first create one, or choose between theirs."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        acting = acting_for(request)
        if acting.organisation:
            return view(request, *args, **kwargs)
        page = "accounts:choose" if acting.must_choose else "accounts:organisation_new"
        return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")

    return guarded
