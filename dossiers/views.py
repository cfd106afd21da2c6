from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.rules import is_staff_of
from challenges.models import Call
from dossiers import actions, queries, rules
from dossiers.errors import NothingToRead
from dossiers.models import Rendering
from submissions.models import FILED_STATUSES, Proposal

REFRESH_SECONDS = 2


@login_required
@require_POST
def dossier(request, pk):
    """Ask for the dossier of one proposal."""
    proposal = get_object_or_404(Proposal, pk=pk, status__in=FILED_STATUSES)
    return _asked(lambda: actions.request_dossier(proposal=proposal, by=request.user))


@login_required
@require_POST
def archive(request, pk):
    """Ask for the archive copy of one proposal."""
    proposal = get_object_or_404(Proposal, pk=pk, status__in=FILED_STATUSES)
    return _asked(lambda: actions.request_archive(proposal=proposal, by=request.user))


@login_required
@require_POST
def bundle(request, slug):
    """Ask for the jury's bundle of a call, or with `day` of one pitch day."""
    call = get_object_or_404(Call, slug=slug)
    day = _day_in(request.POST.get("day", ""))
    try:
        return _asked(lambda: actions.request_bundle(call=call, by=request.user, day=day))
    except NothingToRead as refusal:
        messages.error(request, str(refusal))
        if is_staff_of(request.user, call=call):
            return redirect("admin:reviews_reviewedproposal_changelist")
        return redirect("pitches:room", slug)


def _day_in(text: str):
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Http404 from error


def _asked(ask):
    try:
        return redirect("dossiers:rendering", pk=ask().pk)
    except PermissionDenied as error:
        raise Http404 from error


@login_required
def rendering(request, pk):
    """How far it is; the page renews itself until the PDF is ready."""
    rendering = get_object_or_404(queries.renderings_of(request.user), pk=pk)
    running = rendering.status in (Rendering.Status.WAITING, Rendering.Status.RENDERING)
    template = "dossiers/progress.html" if request.htmx else "dossiers/rendering.html"
    response = render(request, template, {"rendering": rendering, "running": running})
    if running and not request.htmx:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@login_required
def download(request, pk):
    """The PDF itself, for who asked for it and may still have it."""
    rendering = _ready(request.user, pk)
    return FileResponse(rendering.file.open(), as_attachment=True, filename=rendering.name)


@login_required
def volume(request, pk):
    """The second volume, with the attachments, for the same person."""
    rendering = _ready(request.user, pk)
    if not rendering.volume:
        raise Http404
    return FileResponse(rendering.volume.open(), as_attachment=True, filename=rendering.volume_name)


def _ready(user, pk):
    done = queries.renderings_of(user).filter(status=Rendering.Status.DONE)
    rendering = get_object_or_404(done, pk=pk)
    if not rules.may_download(user, rendering):
        raise Http404
    return rendering
