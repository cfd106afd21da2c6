"""The coordinator's pages: the draft as a timetable, moving a pitch, and the release."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from pitches import actions, agenda, planning, queries, wording
from pitches.engine import Status
from pitches.errors import Refused
from pitches.forms import MoveForm
from pitches.release import news_of

SECONDS_ONE_WAITS = 10


@require_GET
def draft(request, pk, *, context):
    timetable = _timetable(request, pk)
    page = {
        "timetable": timetable,
        "days": agenda.draft_days(timetable),
        "unplaced": agenda.unplaced_of(timetable),
        "relief": agenda.relief_of(timetable),
        "clashes": [wording.clash_in_words(clash) for clash in planning.clashes_of_draft(timetable)],
        "title": _("Timetable") if timetable.released_at else _("Draft timetable"),
    }
    return TemplateResponse(request, "admin/pitches/draft.html", context | page)


@require_POST
def schedule(request, pk):
    timetable = _timetable(request, pk)
    try:
        found = actions.schedule_pitches(call=timetable.call, by=request.user, seconds=SECONDS_ONE_WAITS)
    except Refused as refusal:
        _say_why(request, refusal)
    else:
        _say_outcome(request, found)
    return redirect("admin:pitches_draft", pk)


def release(request, pk, *, context):
    """First who would get what; then, by POST, the release itself."""
    timetable = _timetable(request, pk)
    if request.method == "POST":
        return _release(request, timetable)
    news = news_of(timetable.call)
    page = {
        "timetable": timetable,
        "news": news,
        "mails": sum(len(item.to) for item in news.pitches) + len(news.jurors),
        "clashes": [wording.clash_in_words(clash) for clash in planning.clashes_of_draft(timetable)],
        "unplaced": agenda.unplaced_of(timetable),
        "title": _("Release the timetable"),
    }
    return TemplateResponse(request, "admin/pitches/release.html", context | page)


def _release(request, timetable):
    try:
        news = actions.release_schedule(call=timetable.call, by=request.user)
    except Refused as refusal:
        _say_why(request, refusal)
        return redirect("admin:pitches_release", timetable.pk)
    count = sum(len(item.to) for item in news.pitches) + len(news.jurors)
    said = ngettext(
        "Released. %(count)d invitation is on its way.",
        "Released. %(count)d invitations are on their way.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect("admin:pitches_draft", timetable.pk)


def move(request, pk, *, context):
    """By form; or by dragging, where a script asks for JSON."""
    pitch = get_object_or_404(queries.pitches_arranged_by(request.user), pk=pk)
    timetable = pitch.call.timetable
    form = _move_form(pitch, request.POST or None)
    moved = request.method == "POST" and form.is_valid() and _moved(request, pitch, form)
    if moved:
        messages.success(
            request, _("%(pitch)s is moved. Nobody is told before the release.") % {"pitch": pitch}
        )
    if not request.accepts("text/html"):
        return JsonResponse({"moved": moved, "reasons": _reasons(form)})
    if moved:
        return redirect("admin:pitches_draft", timetable.pk)
    page = {"pitch": pitch, "timetable": timetable, "form": form, "title": _("Move a pitch")}
    return TemplateResponse(request, "admin/pitches/move.html", context | page)


@require_GET
def try_move(request, pk):
    """What a place would break, or what speaks against it, while one still chooses."""
    pitch = get_object_or_404(queries.pitches_arranged_by(request.user), pk=pk)
    form = _move_form(pitch, request.GET)
    broken, warnings = [], []
    if form.is_valid():
        problem = planning.problem_of(pitch.call.timetable)
        wanted = planning.wanted(problem, pitch, **form.place())
        broken = [wording.clash_in_words(one) for one in planning.clashes_of_move(problem, pitch, wanted)]
        warnings = _warnings(problem, pitch, wanted)
    page = {"broken": broken, "warnings": warnings, "known": form.is_valid()}
    return TemplateResponse(request, "admin/pitches/outlook.html", page)


def _warnings(problem, pitch, wanted) -> list[str]:
    return [wording.warning_in_words(one) for one in planning.warnings_of_move(problem, pitch, wanted)]


def _move_form(pitch, given) -> MoveForm:
    return MoveForm(
        given,
        pitch=pitch,
        rooms=pitch.call.timetable.rooms.all(),
        dates=queries.pitch_dates(pitch.call),
        jurors=queries.unconflicted_jurors(pitch),
    )


def _reasons(form) -> list[str]:
    return [str(reason) for errors in form.errors.values() for reason in errors]


def _moved(request, pitch, form) -> bool:
    """Move it, and say at once what speaks against the new place."""
    problem = planning.problem_of(pitch.call.timetable)
    wanted = planning.wanted(problem, pitch, **form.place())
    warnings = _warnings(problem, pitch, wanted)
    try:
        actions.move_pitch(pitch=pitch, by=request.user, **form.place())
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return False
    for warning in warnings:
        messages.warning(request, warning)
    return True


@require_POST
def take_out(request, pk):
    pitch = get_object_or_404(queries.pitches_arranged_by(request.user), pk=pk)
    try:
        actions.take_out_pitch(pitch=pitch, by=request.user)
    except Refused as refusal:
        _say_why(request, refusal)
    else:
        messages.success(request, _("%(pitch)s is taken out of the timetable.") % {"pitch": pitch})
    return redirect("admin:pitches_draft", pitch.call.timetable.pk)


@require_POST
def free(request, pk):
    pitch = get_object_or_404(queries.pitches_arranged_by(request.user), pk=pk)
    actions.free_pitch(pitch=pitch, by=request.user)
    messages.success(request, _("The scheduler may move %(pitch)s again.") % {"pitch": pitch})
    return redirect("admin:pitches_draft", pitch.call.timetable.pk)


def _timetable(request, pk):
    return get_object_or_404(queries.timetables_for(request.user), pk=pk)


def _say_why(request, refusal: Refused):
    for reason in refusal.reasons:
        messages.error(request, reason)


def _say_outcome(request, found):
    if found.status == Status.INFEASIBLE:
        for clash in found.clashes:
            messages.error(request, wording.clash_in_words(clash))
        return
    placed = ngettext("%(count)d pitch is placed.", "%(count)d pitches are placed.", len(found.pitches)) % {
        "count": len(found.pitches)
    }
    messages.success(request, f"{placed} {wording.proof_in_words(found.status, found.gap)}")
