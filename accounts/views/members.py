"""The people of one organisation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import actions, queries, rules
from accounts.models import Membership
from journal import clock


@login_required
def members(request, pk: int):
    organisation = get_object_or_404(queries.organisations_of(request.user), pk=pk)
    is_owner = rules.is_owner(request.user, organisation=organisation)
    context = {
        "organisation": organisation,
        "members": queries.members_of(organisation),
        "invitations": queries.open_invitations_of(organisation) if is_owner else (),
        "is_owner": is_owner,
        "now": clock.now(),
    }
    return render(request, "accounts/members.html", context)


@require_POST
@login_required
def member_role(request, pk: int, member: int):
    membership = _membership(request, pk, member)
    role = request.POST.get("role")
    if role not in Membership.Role.values:
        role = membership.role
    try:
        changed = actions.change_member_role(membership=membership, role=role, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        facts = {"person": changed.user, "role": changed.get_role_display().lower()}
        messages.success(request, _("%(person)s is now %(role)s.") % facts)
    return redirect("accounts:members", pk)


@login_required
def member_remove(request, pk: int, member: int):
    """Ask first, then remove a colleague or leave."""
    membership = _membership(request, pk, member)
    leaves = membership.user_id == request.user.pk
    if request.method == "POST":
        return _remove(request, membership, leaves=leaves)
    return render(request, "accounts/member_remove.html", {"membership": membership, "leaves": leaves})


def _remove(request, membership: Membership, *, leaves: bool):
    facts = {"person": membership.user, "organisation": membership.organisation}
    try:
        actions.remove_member(membership=membership, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("accounts:members", membership.organisation_id)
    if leaves:
        messages.success(request, _("You left %(organisation)s.") % facts)
        return redirect("accounts:organisations")
    messages.success(request, _("%(person)s is no longer a member of %(organisation)s.") % facts)
    return redirect("accounts:members", membership.organisation_id)


def _membership(request, pk: int, member: int) -> Membership:
    organisation = get_object_or_404(queries.organisations_of(request.user), pk=pk)
    membership = get_object_or_404(queries.members_of(organisation), pk=member)
    membership.organisation = organisation
    return membership
