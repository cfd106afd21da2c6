"""The practice clock: only in practice mode, only by POST."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journal import actions
from journal.forms import ClockForm
from journal.templatetags.moments import moment as in_words


@require_POST
def set_clock(request):
    """Move the portal clock, then go back to where the visitor was."""
    if not settings.PORTAL_DEMO:
        raise Http404
    form = ClockForm(request.POST)
    if not form.is_valid():
        return render(request, "journal/clock.html", {"form": form, "next": came_from(request)}, status=422)
    actions.set_clock(
        to=form.cleaned_data["moment"], by=request.user if request.user.is_authenticated else None
    )
    messages.success(
        request,
        _("The portal clock now reads %(moment)s.") % {"moment": in_words(form.cleaned_data["moment"])},
    )
    return redirect(came_from(request))


def came_from(request) -> str:
    """The page the bar was used on, when it is one of ours."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else "/"
