"""Inviting a colleague, and what the colleague finds behind the link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import actions, queries, rules
from accounts.acting import act_for
from accounts.forms import InvitationForm
from accounts.models import Invitation
from accounts.views import refused
from journal import clock


@login_required
def invite(request, pk: int):
    organisation = get_object_or_404(queries.organisations_of(request.user), pk=pk)
    rules.require_owner(request.user, organisation=organisation)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.invite_colleague(organisation=organisation, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": sent.email})
            return redirect("accounts:members", pk)
    return render(request, "accounts/invite.html", {"organisation": organisation, "form": form})


@require_POST
@login_required
def resend(request, pk: int, invitation: int):
    found = _own_invitation(request, pk, invitation)
    try:
        actions.resend_invitation(invitation=found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": found.email})
    return redirect("accounts:members", pk)


@require_POST
@login_required
def withdraw(request, pk: int, invitation: int):
    found = _own_invitation(request, pk, invitation)
    try:
        actions.withdraw_invitation(invitation=found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request,
            _("The invitation of %(email)s is withdrawn: the link no longer works.") % {"email": found.email},
        )
    return redirect("accounts:members", pk)


def _own_invitation(request, pk: int, invitation: int) -> Invitation:
    organisation = get_object_or_404(queries.organisations_of(request.user), pk=pk)
    return get_object_or_404(organisation.invitations, pk=invitation)


@never_cache
def invitation(request, token: str):
    """What the link in the mail opens: who invites, and joining; logging in comes first."""
    found = get_object_or_404(queries.invitations_for_link(), token=token)
    is_for_you = rules.is_invited(request.user, invitation=found)
    if request.method == "POST" and is_for_you:
        return _join(request, found)
    context = {"invitation": found, "is_for_you": is_for_you, "closed": _why_closed(found)}
    return render(request, "accounts/invitation.html", context)


def _why_closed(found: Invitation) -> str:
    try:
        rules.require_open_invitation(found, at=clock.now())
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _join(request, found: Invitation):
    try:
        membership = actions.accept_invitation(invitation=found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("accounts:organisations")
    act_for(request, membership.organisation)
    messages.success(
        request, _("You are now a member of %(organisation)s.") % {"organisation": membership.organisation}
    )
    return redirect("desk")
