"""The pages of the staff desk: write a decision, release the letters, assess a reply."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from decisions import actions, queries, replies, rules
from decisions.checks import dry_run
from decisions.errors import Refused
from decisions.forms import AssessmentForm, DecisionForm
from journal import clock
from reviews.queries import criteria_of, others_reviews


def decide(request, key, *, context: dict):
    """One proposal's decision with a reason per criterion, beside what the readers gave."""
    proposal = queries.to_decide(request.user).filter(pk=key).first()
    if proposal is None:
        raise Http404
    decision = queries.decision_on(proposal)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        criteria=criteria_of(proposal.call),
        initial=queries.decision_as_written(proposal, decision),
    )
    if request.method == "POST" and form.is_valid() and _saved(request, proposal, form):
        return redirect(request.path)
    page = {
        "title": proposal.filed_title,
        "proposal": proposal,
        "decision": decision,
        "form": form,
        "reviews": others_reviews(user=request.user, proposal=proposal),
        "may_decide": rules.may_decide(request.user, proposal),
        "is_being_released": rules.is_being_released(proposal.call),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/decisions/decide.html", context | page, status=status)


def _saved(request, proposal, form) -> bool:
    given = form.cleaned_data
    try:
        actions.save_decision(
            proposal=proposal,
            outcome=given["outcome"],
            rank=given["rank"],
            motivation=given["motivation"],
            reasons=form.reasons(),
            by=request.user,
        )
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return False
    messages.success(request, _("The decision is kept. It goes out with the release of the call."))
    return True


def choose_call(request, *, context: dict):
    return render(request, "admin/decisions/choose_call.html", context)


def release(request, call, *, context: dict):
    """The dry run of a call and the one button that is due: ask, approve, let go, or cancel."""
    if request.method == "POST":
        _press(request, call)
        return redirect(request.path)
    running = queries.running_release(call)
    may_sign = rules.may_sign(request.user, call=call)
    page = {
        "title": _("Releasing the decisions"),
        "call": call,
        "running": running,
        "may_sign": may_sign,
        "may_approve": running is not None and rules.may_approve(request.user, running),
        "run": dry_run(call, at=clock.now(), signatories=_signatories(request.user, running))
        if may_sign
        else None,
        "held": queries.held_letters(running) if running and may_sign else [],
        "done": queries.releases_done(call),
    }
    return render(request, "admin/decisions/release.html", context | page)


def _signatories(user, running):
    return [user] if running is None else [running.requested_by, running.approved_by or user]


def _press(request, call) -> None:
    running = queries.running_release(call)
    button = request.POST.get("act", "")
    try:
        if button == "request":
            actions.request_release(call=call, by=request.user)
            messages.success(request, _("Asked. Another coordinator can now approve the letters."))
        elif running is not None:
            _press_running(request, button, running)
    except Refused as refused:
        messages.error(request, refused.message)


def _press_running(request, button, running):
    if button == "approve":
        actions.approve_release(release=running, by=request.user)
        messages.success(request, _("Approved. The letters wait in the outbox until they are let go."))
    elif button == "release":
        count = actions.release_decisions(release=running, by=request.user)
        messages.success(request, _("Released: %(count)s mails are on their way.") % {"count": count})
    elif button == "cancel":
        actions.cancel_release(release=running, by=request.user)
        messages.success(request, _("Cancelled. The decisions can be changed again."))


def assess(request, key, *, context: dict):
    """The reply beside the reasons it disputes, and the form for whoever may assess it."""
    reply = queries.replies_of(request.user).filter(pk=key).first()
    if reply is None:
        raise Http404
    form = AssessmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            replies.assess_reply(reply=reply, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The organisation is told what you found."))
            return redirect(request.path)
    page = {
        "title": _("Reply on %(reference)s") % {"reference": reply.decision.proposal.reference},
        "reply": reply,
        "decision": reply.decision,
        "reasons": reply.decision.reasons.select_related("criterion"),
        "assessment": queries.assessment_of(reply),
        "form": form,
        "may_assess": rules.may_assess(request.user, reply),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/decisions/assess.html", context | page, status=status)
