"""The pages of the staff desk: write a decision, release the letters, assess a reply."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from decisions import actions, jury, queries, replies, rules
from decisions.checks import dry_run
from decisions.effect import effect_of
from decisions.errors import Refused
from decisions.forms import AssessmentForm, DecisionForm, PartnershipForm, ScheduleForm
from decisions.partnership import candidates_of, partnership_of, record_partnership
from journal import clock
from journal.templatetags.moments import moment
from pitches.findings import findings_on
from reviews.openings import note_opening
from reviews.queries import criteria_of, hidden_from, others_reviews


def decide(request, key, *, context: dict):
    """One proposal's decision with a reason per criterion, beside what the readers gave."""
    proposal = queries.to_decide(request.user).filter(pk=key).first()
    if proposal is None:
        raise Http404
    note_opening(proposal, by=request.user)
    decision = queries.decision_on(proposal)
    finding = findings_on([proposal], call=proposal.call).get(proposal.pk)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        criteria=criteria_of(proposal.call),
        initial=queries.decision_as_written(proposal, decision, finding=finding),
    )
    if request.method == "POST" and form.is_valid() and _saved(request, proposal, form):
        return redirect(request.path)
    page = {
        "title": proposal.filed_title,
        "proposal": proposal,
        "decision": decision,
        "form": form,
        "finding": finding,
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
        "mails": queries.letters_by_addressee(call) if may_sign else [],
        "schedule_form": ScheduleForm(),
        "done": queries.releases_done(call),
        "replies_end": rules.replies_end(call),
        "assessments_end": rules.assessments_end(call),
        "now": clock.now(),
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
    elif button == "schedule":
        _schedule(request, running)
    elif button == "unschedule":
        actions.schedule_release(release=running, goes_at=None, by=request.user)
        messages.success(request, _("The letters wait again until somebody lets them go."))
    elif button == "cancel":
        actions.cancel_release(release=running, by=request.user)
        messages.success(request, _("Cancelled. The decisions can be changed again."))


def _schedule(request, running):
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Fill in a day and an hour."))
        return
    goes_at = form.cleaned_data["goes_at"]
    actions.schedule_release(release=running, goes_at=goes_at, by=request.user)
    messages.success(request, _("The letters go out on %(at)s.") % {"at": moment(goes_at)})


def partnership(request, call, *, context: dict):
    """What the jury found, recorded beside the suggestion and its advice; the jury confirms it."""
    found = partnership_of(call)
    composition = queries.latest_suggestion(call)
    suggested = set(composition.members.values_list("pk", flat=True)) if composition else set()
    hidden = hidden_from(request.user, call).exists()
    candidates = [] if hidden else list(candidates_of(call))
    findings = findings_on(candidates, call=call)
    form = PartnershipForm(
        request.POST if request.method == "POST" else None,
        candidates=candidates,
        suggested=suggested,
        findings=findings,
        places={place.proposal_id: place for place in found.places.all()} if found else {},
        initial={"account": found.account if found else ""},
    )
    if request.method == "POST" and composition and form.is_valid() and _recorded(request, composition, form):
        return redirect(request.path)
    places = found.places.all() if found and not hidden else []
    page = {
        "title": _("The partnership"),
        "places": [(place, findings.get(place.proposal_id)) for place in places],
        "call": call,
        "composition": composition,
        "partnership": None if hidden else found,
        "standing": jury.standing_of(found) if found and not hidden else None,
        "form": form,
        "hidden": hidden,
        "stands": rules.is_being_released(call) or queries.releases_done(call).exists(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/decisions/partnership.html", context | page, status=status)


def _recorded(request, composition, form) -> bool:
    try:
        record_partnership(
            composition=composition,
            places=form.places(),
            account=form.cleaned_data["account"],
            by=request.user,
        )
    except Refused as refused:
        form.point_out(refused.field, refused.message)
        return False
    messages.success(request, _("Recorded. The jury is asked whether it agrees; its chair confirms."))
    return True


def assess(request, key, *, context: dict):
    """The reply beside the reasons it disputes, and the form for whoever may assess it."""
    reply = queries.replies_of(request.user).filter(pk=key).first()
    if reply is None:
        raise Http404
    form = AssessmentForm(request.POST if request.method == "POST" else None)
    effect = None
    if request.method == "POST" and form.is_valid():
        effect = _effect_to_show(request, reply, form)
        if effect is None and not form.errors and _assessed(request, reply, form):
            return redirect(request.path)
    page = {
        "title": _("Reply on %(reference)s") % {"reference": reply.decision.proposal.reference},
        "reply": reply,
        "decision": reply.decision,
        "reasons": reply.decision.reasons.select_related("criterion"),
        "assessment": queries.assessment_of(reply),
        "form": form,
        "may_assess": rules.may_assess(request.user, reply),
        "effect": effect,
        "reply_ends": rules.reply_ends(reply.decision),
        "ends": rules.assessment_ends(reply.decision),
        "now": clock.now(),
    }
    status = 422 if form.errors else 200
    return render(request, "admin/decisions/assess.html", context | page, status=status)


def _effect_to_show(request, reply, form):
    """The effect of a revision that was not shown yet, or changed since; None when it can be kept."""
    given = form.cleaned_data
    try:
        replies.require_assessable(reply, **{k: given[k] for k in ("outcome", "reasons", "revised_to")})
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return None
    if not given["revised_to"] or not rules.may_assess(request.user, reply):
        return None
    effect = effect_of(reply.decision, revised_to=given["revised_to"])
    return None if request.POST.get("seen") == effect.digest else effect


def _assessed(request, reply, form) -> bool:
    try:
        replies.assess_reply(
            reply=reply, by=request.user, seen=request.POST.get("seen", ""), **form.cleaned_data
        )
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return False
    messages.success(request, _("The organisation is told what you found."))
    return True
