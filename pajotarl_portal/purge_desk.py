"""The staff desk's page of erasing: the dry run, and the button that is due."""

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.queries import calls_of_coordinator
from decisions.errors import Refused
from decisions.models import Purge
from journal import clock
from pajotarl_portal import purging, retention


def page(request, call):
    call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
    if request.method == "POST":
        _press(request, call)
        return redirect(request.path)
    running = purging.running_purge(call)
    may_answer = purging.may_answer(request.user, call=call)
    stages = [running.stage] if running else retention.STAGES
    context = {
        "title": _("Erasing personal data"),
        "call": call,
        "running": running,
        "may_answer": may_answer,
        "may_approve": running is not None and purging.may_approve(request.user, running),
        "plans": [_shown(call, stage) for stage in stages] if may_answer else [],
        "over": purging.purges_over(call) if may_answer else [],
    }
    desk = admin.site.each_context(request) | {"is_nav_sidebar_enabled": False}
    return render(request, "portal/purge.html", desk | context)


def _shown(call, stage: str) -> dict:
    start = retention.may_go_from(call, stage=stage)
    return {
        "plan": retention.plan(call, stage=stage),
        "of_whom": Purge.Stage(stage).label,
        "start": start,
        "is_time": start is not None and start <= clock.now(),
    }


def _press(request, call) -> None:
    running = purging.running_purge(call)
    button, seen = request.POST.get("act", ""), request.POST.get("seen", "")
    try:
        if button == "request":
            stage = request.POST.get("stage", "")
            purging.request_purge(call=call, stage=_stage(stage), seen=seen, by=request.user)
            messages.success(request, _("Asked. Another coordinator can now approve what goes."))
        elif button == "approve" and running:
            purging.approve_purge(purge=running, seen=seen, by=request.user)
            messages.success(request, _("Approved. The data are erased within a minute."))
        elif button == "cancel" and running:
            purging.cancel_purge(purge=running, by=request.user)
            messages.success(request, _("Cancelled. Nothing was erased."))
    except Refused as refused:
        messages.error(request, refused.message)


def _stage(given: str) -> str:
    return given if given in retention.STAGES else retention.REJECTED


def certificate(request, call, pk):
    """What was erased, when, and by which two people, as PDF."""
    call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
    done = get_object_or_404(purging.purges_over(call), pk=pk, status=Purge.Status.DONE)
    if not purging.may_answer(request.user, call=call):
        return redirect("purge", call.slug)
    response = HttpResponse(purging.certificate(done), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="bewijs-van-wissing-{call.slug}-{pk}.pdf"'
    return response
