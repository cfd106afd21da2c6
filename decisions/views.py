"""The partner's side of a decision: the letter, and the right of reply."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from decisions import queries, replies, rules
from decisions.errors import Refused, ReplyClosed
from decisions.forms import ReplyForm
from decisions.letters import letter_paper
from decisions.models import REPLY_LENGTH, Decision


def _decision_or_404(request, proposal):
    try:
        return queries.decision_for_member(user=request.user, proposal_id=proposal)
    except Decision.DoesNotExist as absent:
        raise Http404 from absent


@login_required
@require_GET
def decision(request, proposal):
    """The letter, and what stands of the right of reply."""
    decision = _decision_or_404(request, proposal)
    reply = queries.reply_to(decision)
    return render(
        request,
        "decisions/decision.html",
        {
            "decision": decision,
            "reply": reply,
            "assessment": queries.assessment_of(reply),
            "reply_ends": rules.reply_ends(decision),
            "reply_is_open": reply is None and rules.reply_is_open(decision, at=request.received_at),
        },
    )


@login_required
@require_GET
def letter(request, proposal):
    """The frozen letter as PDF/UA-1."""
    decision = _decision_or_404(request, proposal)
    response = HttpResponse(letter_paper(decision).pdf(), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{decision.proposal.reference}-beslissing.pdf"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def reply(request, proposal):
    """Write the reply; a reply that comes too late is refused, recorded, and stays on the screen."""
    decision = _decision_or_404(request, proposal)
    if queries.reply_to(decision) is not None:
        return redirect("decisions:decision", proposal)
    form = ReplyForm(request.POST if request.method == "POST" else None, decision=decision)
    closed = None
    if request.method == "POST" and form.is_valid():
        try:
            replies.reply_to_decision(
                decision=decision, by=request.user, received_at=request.received_at, **form.cleaned_data
            )
        except ReplyClosed as late:
            closed = late
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("We received your reply. You get a confirmation by mail."))
            return redirect("decisions:decision", proposal)
    return render(
        request,
        "decisions/reply.html",
        {
            "decision": decision,
            "form": form,
            "closed": closed,
            "reply_ends": rules.reply_ends(decision),
            "is_open": rules.reply_is_open(decision, at=request.received_at),
            "limit": REPLY_LENGTH,
        },
        status=422 if request.method == "POST" else 200,
    )
