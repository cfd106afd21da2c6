"""The partner's side of a decision: the letter, and the right of reply."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from accounts.queries import calls_of_jury
from decisions import jury, queries, replies, rules
from decisions.errors import Refused, ReplyClosed
from decisions.forms import ObjectionForm, ReplyForm
from decisions.letters import assessment_paper, letter_paper, reply_receipt
from decisions.models import REPLY_FILES, Decision
from decisions.partnership import partnership_of
from pitches.findings import findings_on
from submissions.files import too_large
from submissions.refusals import FileRefused
from submissions.uploads import LimitedUpload


class ReplyUpload(LimitedUpload):
    at_most = REPLY_FILES


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
            "answer_ends": rules.assessment_ends(decision),
            "reply_is_open": reply is None and rules.reply_is_open(decision, at=request.received_at),
        },
    )


@login_required
@require_GET
def letter(request, proposal):
    """The frozen letter as PDF/UA-1."""
    decision = _decision_or_404(request, proposal)
    return _paper(letter_paper(decision), f"{decision.proposal.reference}-beslissing")


def _reply_or_404(request, proposal):
    reply = queries.reply_to(_decision_or_404(request, proposal))
    if reply is None:
        raise Http404
    return reply


def _paper(paper, name: str) -> HttpResponse:
    response = HttpResponse(paper.pdf(), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@login_required
@require_GET
def receipt(request, proposal):
    """The receipt of the reply, with its digest."""
    reply = _reply_or_404(request, proposal)
    paper = reply_receipt(reply, digest=replies.digest_of_reply(reply))
    return _paper(paper, f"{reply.decision.proposal.reference}-ontvangstbewijs-wederwoord")


@login_required
@require_GET
def answer(request, proposal):
    """The frozen letter on the reply."""
    assessment = queries.assessment_of(_reply_or_404(request, proposal))
    if assessment is None or not assessment.letter:
        raise Http404
    return _paper(assessment_paper(assessment), f"{assessment.reply.decision.proposal.reference}-antwoord")


@login_required
@require_GET
def reply_file(request, key):
    """A document of a reply, for its organisation and for who may read it as staff."""
    file = get_object_or_404(queries.reply_files_for(request.user), pk=key)
    return FileResponse(
        file.file.open(), as_attachment=True, filename=file.name, content_type=file.media_type
    )


@login_required
@require_http_methods(["GET", "POST"])
def partnership(request, call):
    """What was recorded of the deliberation: each juror says whether they agree, the chair confirms."""
    call = get_object_or_404(calls_of_jury(request.user), slug=call)
    found = partnership_of(call)
    form = ObjectionForm(request.POST if request.POST.get("do") == "object" else None)
    if request.method == "POST" and found is not None and _spoken(request, found, form):
        return redirect(request.path)
    page = {"call": call, "partnership": found, "form": form}
    standing = jury.standing_of(found) if found else None
    if standing and request.user in standing.body:
        places = found.places.all()
        findings = findings_on([place.proposal for place in places], call=call)
        page |= {
            "standing": standing,
            "own": standing.said.get(request.user.pk),
            "places": [(place, findings.get(place.proposal_id)) for place in places],
        }
    status = 422 if request.method == "POST" else 200
    return render(request, "decisions/partnership.html", page, status=status)


def _spoken(request, found, form) -> bool:
    """Do what the pressed button says; False when the form must show what to mend."""
    try:
        if request.POST.get("do") == "confirm":
            jury.confirm_partnership(partnership=found, by=request.user)
            messages.success(request, _("Confirmed in the jury's name. The decisions can now be written."))
        elif request.POST.get("do") == "agree":
            jury.speak_on_partnership(partnership=found, agrees=True, by=request.user)
            messages.success(request, _("You agree. The chair sees it."))
        elif form.is_valid():
            why = form.cleaned_data["why"]
            jury.speak_on_partnership(partnership=found, agrees=False, why=why, by=request.user)
            messages.success(request, _("Your objection is noted. The chair and the coordinator see it."))
    except Refused as refused:
        if refused.field:
            form.add_error(refused.field, refused.message)
            return False
        messages.error(request, refused.message)
    return not form.errors


@csrf_exempt
def reply(request, proposal):
    """The upload handler must stand before anything reads the form, the CSRF check too."""
    if request.method == "POST":
        request.upload_too_large = False
        request.upload_handlers = [ReplyUpload(request)]
    return _reply(request, proposal)


@csrf_protect
@login_required
@require_http_methods(["GET", "POST"])
def _reply(request, proposal):
    """Write the reply; a reply that comes too late is refused, recorded, and stays on the screen."""
    decision = _decision_or_404(request, proposal)
    if queries.reply_to(decision) is not None:
        return redirect("decisions:decision", proposal)
    form = ReplyForm(*((request.POST, request.FILES) if request.method == "POST" else ()), decision=decision)
    closed = None
    if request.method == "POST" and request.upload_too_large:
        form.add_error("files", too_large())
    elif request.method == "POST" and form.is_valid():
        try:
            replies.reply_to_decision(
                decision=decision, by=request.user, received_at=request.received_at, **form.cleaned_data
            )
        except ReplyClosed as late:
            closed = late
        except FileRefused as refused:
            form.add_error("files", str(refused))
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
            "limit": rules.words_in_a_reply(decision.call),
        },
        status=422 if request.method == "POST" else 200,
    )
