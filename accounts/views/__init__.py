"""A person's own pages: who they are, in which language, for which organisation they act."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts import actions, queries, rules
from accounts import second_factor as factor
from accounts.acting import act_for, acting_for
from accounts.forms import LanguageForm, OrganisationForm, ProfileForm


def next_page(request, fallback: str) -> HttpResponseRedirect:
    """Back to where the person was going, on this portal only."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)
    return redirect(fallback)


def refused(form, error: ValidationError) -> None:
    """Show an action's refusal at the field it is about, or above the form."""
    field = {"organisation_exists": "kbo_number", "member": "email", "invited": "email"}.get(error.code)
    form.add_error(field if field in form.fields else None, error)


@login_required
def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_POST
def language(request):
    """Change the language of the pages; for who is logged in, of the mails too."""
    form = LanguageForm(request.POST)
    if request.user.is_authenticated and form.is_valid():
        actions.change_profile(
            user=request.user, name=request.user.name, language=form.cleaned_data["language"]
        )
    return set_language(request)


@login_required
def second_factor(request):
    """Why staff and jury need a second factor, and how to set it up or give it."""
    if not rules.needs_second_factor(request.user) or factor.has_passed(request):
        return next_page(request, "desk")
    return render(
        request,
        "accounts/second_factor.html",
        {"is_set_up": factor.is_set_up(request.user), "next": request.GET.get("next", "")},
    )


@login_required
def organisations(request):
    return render(request, "accounts/organisations.html")


@login_required
def choose(request):
    """Choose for which organisation to act in this session."""
    if request.method == "POST":
        chosen = get_object_or_404(
            queries.organisations_of(request.user), pk=_number(request.POST.get("organisation"))
        )
        act_for(request, chosen)
        messages.success(request, _("You now act for %(organisation)s.") % {"organisation": chosen})
        return next_page(request, "desk")
    return render(request, "accounts/choose.html", {"next": request.GET.get("next", "")})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


@login_required
def organisation_new(request):
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = actions.create_organisation(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
        else:
            act_for(request, created)
            messages.success(
                request, _("%(organisation)s is added. You now act for it.") % {"organisation": created}
            )
            return next_page(request, "desk")
    context = {"form": form, "next": request.GET.get("next", ""), "acting_now": acting_for(request)}
    return render(request, "accounts/organisation_new.html", context)


@login_required
def organisation(request, pk: int):
    """What is known of an organisation: owners correct it, editors read it."""
    found = get_object_or_404(queries.organisations_of(request.user), pk=pk)
    form = OrganisationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(organisation=found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("The details of the organisation are saved."))
            return redirect(resolve_url("accounts:organisation", found.pk))
    may_change = rules.is_owner(request.user, organisation=found)
    context = {"organisation": found, "form": form, "may_change": may_change}
    return render(request, "accounts/organisation.html", context)
