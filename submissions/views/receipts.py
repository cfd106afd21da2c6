"""The receipt of a version: on screen, as PDF, as the frozen document; and the public check."""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from submissions import queries
from submissions.forms import ReceiptForm
from submissions.paper import render_pdf
from submissions.reading import readable

CHECKS_PER_MINUTE = 10


@require_safe
@login_required
def receipt(request, pk, number):
    """What was filed and when, for members and staff of the call."""
    versions = list(queries.versions_for(request.user, proposal_id=pk).prefetch_related("attachments"))
    version = _numbered(versions, number)
    context = {**_context(version), "newest": versions[0], "is_newest": version == versions[0]}
    context["is_member"] = queries.proposals_of(request.user).filter(pk=pk).exists()
    return render(request, "submissions/receipt.html", context)


def _numbered(versions, number):
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise Http404
    return found


def _context(version) -> dict:
    proposal = version.proposal
    return {
        "version": version,
        "proposal": proposal,
        "call": proposal.call,
        "filing": version.content["filing"],
        "content": readable(version.content, call=proposal.call),
    }


@require_safe
@login_required
def receipt_pdf(request, pk, number):
    """The receipt as accessible PDF."""
    version = get_object_or_404(queries.versions_for(request.user, proposal_id=pk), number=number)
    pdf = render_pdf("submissions/receipt_paper.html", _context(version))
    return _download(pdf, _("receipt-%(version)s.pdf") % {"version": _named(version)}, "application/pdf")


@require_safe
@login_required
def document(request, pk, number):
    """The frozen document, byte for byte what its digest was taken of."""
    version = get_object_or_404(queries.versions_for(request.user, proposal_id=pk), number=number)
    return _download(version.document.encode(), f"{_named(version)}.json", "application/json")


def _named(version) -> str:
    return f"{version.proposal.reference}-v{version.number}"


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def check_receipt(request):
    """Whether a receipt is genuine, and whether a later version took its place; nothing else is told."""
    form = ReceiptForm(request.POST or None)
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        if _asks_too_often(request, form.cleaned_data["reference"]):
            context["too_often"] = True
            return render(request, "submissions/check_receipt.html", context, status=429)
        context["verdict"] = queries.verdict_on(**form.cleaned_data)
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "submissions/check_receipt.html", context, status=status)


def _asks_too_often(request, reference: str) -> bool:
    key = f"receipt-check:{request.META['REMOTE_ADDR']}:{reference}"
    times = cache.get(key, 0) + 1
    cache.set(key, times, timeout=60)
    return times > CHECKS_PER_MINUTE
