"""The receipt of a version: on screen, as PDF, as the frozen document; and the public check."""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from submissions import queries, registry
from submissions.digests import answer_digests
from submissions.forms import ReceiptForm
from submissions.paper import render_pdf
from submissions.reading import readable
from submissions.seal import opened, sealed
from submissions.uploads import LimitedUpload

CHECKS_PER_MINUTE = 10
LARGEST_RECEIPT = 5_000_000


@require_safe
@login_required
def receipt(request, pk, number):
    """What was filed and when, for members and staff of the call."""
    versions = list(queries.versions_for(request.user, proposal_id=pk).prefetch_related("attachments"))
    version = _numbered(versions, number)
    registry.opened(request.user, version.proposal)
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
    content = readable(version.content, call=proposal.call)
    return {
        "version": version,
        "proposal": proposal,
        "call": proposal.call,
        "filing": version.content["filing"],
        "content": content,
        # What was erased since would give other digests.
        "digests": [] if version.purged_at else answer_digests(version.content, shown=content),
    }


@require_safe
@login_required
def receipt_pdf(request, pk, number):
    """The receipt as accessible PDF."""
    version = get_object_or_404(queries.versions_for(request.user, proposal_id=pk), number=number)
    registry.opened(request.user, version.proposal)
    pdf = sealed(
        render_pdf("submissions/receipt_paper.html", _context(version)),
        reference=version.proposal.reference,
        digest=version.digest,
    )
    return _download(pdf, _("receipt-%(version)s.pdf") % {"version": _named(version)}, "application/pdf")


@require_safe
@login_required
def document(request, pk, number):
    """The frozen document, byte for byte what its digest was taken of."""
    version = get_object_or_404(queries.versions_for(request.user, proposal_id=pk), number=number)
    registry.opened(request.user, version.proposal)
    return _download(version.document.encode(), f"{_named(version)}.json", "application/json")


def _named(version) -> str:
    return f"{version.proposal.reference}-v{version.number}"


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@csrf_exempt
def check_receipt(request):
    """The upload handler must stand before anything reads the form, the CSRF check too."""
    if request.method == "POST":
        request.upload_too_large = False
        request.upload_handlers = [LimitedUpload(request, most=LARGEST_RECEIPT)]
    return _check_receipt(request)


@csrf_protect
@require_http_methods(["GET", "POST"])
def _check_receipt(request):
    """Whether a receipt is genuine, and whether a later version took its place; nothing else is told."""
    if request.method == "GET":
        return _checked(request, ReceiptForm())
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid() or request.upload_too_large:
        if request.upload_too_large:
            form.add_error("file", _("A receipt is never larger than 5 MB: this is another file."))
        return _checked(request, form, status=422)
    asked = _asked(form.cleaned_data)
    if _asks_too_often(request, asked and asked["reference"]):
        return _checked(request, form, status=429, too_often=True)
    if asked is None:
        return _checked(request, form, is_foreign=True)
    return _checked(request, form, verdict=queries.verdict_on(**asked))


def _checked(request, form, *, status=200, **context):
    return render(request, "submissions/check_receipt.html", {"form": form, **context}, status=status)


def _asked(data) -> dict | None:
    """The reference and digest to judge: of the unchanged PDF, or as typed; None for another PDF."""
    if data["file"] is None:
        return {"reference": data["reference"], "digest": data["digest"]}
    found = opened(data["file"].read())
    return found and {"reference": found[0], "digest": found[1]}


def _asks_too_often(request, reference: str | None) -> bool:
    key = f"receipt-check:{request.META['REMOTE_ADDR']}:{reference}"
    times = cache.get(key, 0) + 1
    cache.set(key, times, timeout=60)
    return times > CHECKS_PER_MINUTE
