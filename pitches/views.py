"""The jury room, and an organisation's own pitch."""

import json
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import sessions
from accounts.queries import calls_of_jury
from journal import clock
from journal.templatetags.moments import hour
from pitches import actions, agenda, calendar, queries, rules
from pitches.errors import Refused
from pitches.forms import HoursForm, OrganisationHoursForm, RecusalForm, SheetForm
from reviews.actions import declare_conflicts
from reviews.openings import note_opening
from reviews.queries import criteria_of
from submissions.reading import readable


@login_required
@require_GET
def jury(request):
    """The calls in whose jury one sits; straight on when there is only one."""
    calls = list(calls_of_jury(request.user).select_related("region"))
    if len(calls) == 1:
        return redirect("pitches:room", calls[0].slug)
    return render(request, "pitches/jury.html", {"calls": calls})


@require_GET
def worker(request):
    """The script that opens what a juror kept on the device; from here it may serve the jury room only."""
    script = Path(finders.find("js/jury_worker.js")).read_text()
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@login_required
@require_GET
def room(request, slug):
    call = _call(request, slug)
    if queries.undeclared_by(call, request.user).exists():
        return redirect("reviews:conflicts", slug)
    found = agenda.agenda_of(call, request.user, at=clock.now())
    ends = sessions.ends_at(request) if found.has_pitches_today else None
    return render(request, "pitches/room.html", {"call": call, "agenda": found, "session_ends": ends})


@login_required
def hours(request, slug):
    """When a juror cannot come."""
    call = _call(request, slug)
    form = HoursForm(request.POST or None, call=call, dates=queries.pitch_dates(call))
    if request.method == "POST" and form.is_valid():
        actions.declare_unavailability(
            call=call,
            by=request.user,
            juror=request.user,
            reason=form.cleaned_data["reason"],
            **form.hours(),
        )
        messages.success(request, _("These hours are noted. The planning takes them into account."))
        return redirect("pitches:hours", slug)
    declared = queries.unavailabilities_of(call, juror=request.user)
    return render(request, "pitches/hours.html", {"call": call, "form": form, "declared": declared})


@login_required
@require_POST
def withdraw_hours(request, pk):
    unavailability = get_object_or_404(queries.unavailabilities_for(request.user), pk=pk)
    actions.withdraw_unavailability(unavailability=unavailability, by=request.user)
    messages.success(request, _("These hours are free again."))
    if unavailability.juror_id:
        return redirect("pitches:hours", unavailability.call.slug)
    proposal = queries.proposal_of(unavailability.organisation, unavailability.call)
    return redirect("pitches:slot", proposal.pk)


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request, slug, pk):
    """A juror's notes and scores of one pitch; a script that saves meanwhile gets JSON."""
    pitch = get_object_or_404(queries.announced_to_juror(_call(request, slug), request.user), pk=pk)
    kept = queries.sheet_of(pitch, request.user)
    locked = not rules.scores_are_open(pitch)
    form = SheetForm(request.POST or None, criteria=criteria_of(pitch.call), sheet=kept, locked=locked)
    status = 200
    if request.method == "POST":
        kept, status = _save(request, pitch, form, kept)
        if request.accepts("text/html") and status == 200:
            messages.success(request, _("Your score sheet is saved."))
            return redirect("pitches:sheet", slug, pk)
    if not request.accepts("text/html"):
        return JsonResponse(_saved(form, kept), status=status)
    context = {
        "call": pitch.call,
        "pitch": pitch,
        "form": form,
        "sheet": kept,
        "may_write": rules.may_keep_sheet(request.user, pitch=pitch),
        "scores_open": not locked,
        "may_deliberate": rules.may_deliberate(request.user, pitch=pitch),
    }
    return render(request, "pitches/sheet.html", context, status=status)


def _save(request, pitch, form, kept):
    """The sheet as it is kept now, and the status that says how the saving went."""
    if not form.is_valid():
        return kept, 422
    try:
        return _keep(request, pitch, form), 200
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return kept, 409


def _saved(form, kept) -> dict:
    if form.is_bound and form.errors:
        return {"refused": " ".join(form.non_field_errors()), "errors": form.errors}
    return {"revision": kept.revision if kept else 0, "saved": hour(kept.saved_at) if kept else ""}


def _keep(request, pitch, form):
    return actions.save_sheet(
        pitch=pitch,
        juror=request.user,
        notes=form.cleaned_data["notes"],
        scores=form.scores(),
        revision=form.cleaned_data["revision"],
        editor=form.cleaned_data["editor"],
    )


@login_required
@require_http_methods(["GET", "POST"])
def recuse(request, slug, pk):
    """A juror who only now sees a tie withdraws from one pitch, at the table."""
    call = _call(request, slug)
    pitch = get_object_or_404(queries.announced_to_juror(call, request.user), pk=pk)
    form = RecusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        tie = (form.cleaned_data["kind"], form.cleaned_data["explanation"])
        declare_conflicts(user=request.user, call=call, declarations={pitch.organisation_id: tie})
        messages.success(request, _("You withdrew from one pitch. You no longer see anything of it."))
        return redirect("pitches:room", slug)
    return render(request, "pitches/recuse.html", {"call": call, "pitch": pitch, "form": form})


@login_required
@require_GET
def dossier(request, slug, pk):
    """The proposal as it was filed, one tap from the timetable."""
    call = _call(request, slug)
    pitch = get_object_or_404(queries.announced_to_juror(call, request.user), pk=pk)
    note_opening(pitch.proposal, by=request.user)
    content = readable(json.loads(pitch.proposal.versions.first().document), call=call)
    return render(request, "pitches/dossier.html", {"call": call, "pitch": pitch, "content": content})


@login_required
@require_GET
def jury_calendar(request, slug):
    """A juror's own days as a calendar file, without what they are recused from."""
    call = _call(request, slug)
    known = {pitch.proposal.reference for pitch in queries.announced_to_juror(call, request.user)}
    days = queries.days_of_juror(call, request.user)
    return _calendar_file([calendar.juror_day_event(day, known=known) for day in days], name="jury.ics")


@login_required
def slot(request, proposal):
    """An organisation's own pitch, and the hours at which it cannot come."""
    proposal = get_object_or_404(queries.pitching_proposals_of(request.user), pk=proposal)
    form = OrganisationHoursForm(
        request.POST or None, call=proposal.call, dates=queries.pitch_dates(proposal.call)
    )
    if request.method == "POST" and form.is_valid():
        actions.declare_unavailability(
            call=proposal.call,
            by=request.user,
            organisation=proposal.organisation,
            reason=form.cleaned_data["reason"],
            rather_not=form.cleaned_data["rather_not"],
            **form.hours(),
        )
        messages.success(request, _("These hours are noted. The planning takes them into account."))
        return redirect("pitches:slot", proposal.pk)
    context = {
        "proposal": proposal,
        "call": proposal.call,
        "pitch": queries.announced_pitch_of(proposal),
        "form": form,
        "declared": queries.unavailabilities_of(proposal.call, organisation=proposal.organisation),
    }
    return render(request, "pitches/slot.html", context)


@login_required
@require_GET
def slot_calendar(request, proposal):
    proposal = get_object_or_404(queries.pitching_proposals_of(request.user), pk=proposal)
    pitch = queries.announced_pitch_of(proposal)
    if pitch is None:
        raise Http404
    return _calendar_file([calendar.pitch_event(pitch)], name="pitch.ics")


def _call(request, slug):
    return get_object_or_404(calls_of_jury(request.user).select_related("region", "timetable"), slug=slug)


def _calendar_file(events, *, name: str) -> HttpResponse:
    text = calendar.calendar(events, method=calendar.PUBLISH)
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
