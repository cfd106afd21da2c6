"""The files of a proposal: added one by one, opened by who may see them, removed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from submissions import attaching, files, queries, registry, sections
from submissions.forms import AttachmentForm
from submissions.models import Attachment
from submissions.refusals import FileRefused
from submissions.uploads import LimitedUpload
from submissions.views.own import frame, member_view
from submissions.views.steps import steps_of
from submissions.views.typed import keeps_typed_text, wants_json


@csrf_exempt
def attachments(request, pk):
    """The upload handler must stand before anything reads the form, the CSRF check too."""
    if request.method == "POST":
        request.upload_too_large = False
        request.upload_handlers = [LimitedUpload(request)]
    return _attachments(request, pk=pk)


@csrf_protect
@require_http_methods(["GET", "POST"])
@keeps_typed_text
@member_view
def _attachments(request, proposal):
    if request.method == "GET":
        return _page(request, proposal, AttachmentForm())
    form = AttachmentForm(request.POST, request.FILES)
    if request.upload_too_large:
        form.add_error("file", files.too_large())
    elif form.is_valid() and (attachment := _attach(request, proposal, form)):
        return _attached(request, proposal, attachment)
    if wants_json(request):
        return JsonResponse({"refused": " ".join(form.errors.get("file", form.errors.values()))}, status=422)
    return _page(request, proposal, form, status=422)


def _attach(request, proposal, form) -> Attachment | None:
    upload = form.cleaned_data["file"]
    try:
        return attaching.attach_file(
            proposal=proposal,
            file=upload,
            name=upload.name,
            kind=form.cleaned_data["kind"],
            by=request.user,
            received_at=request.received_at,
        )
    except FileRefused as refusal:
        form.add_error("file", str(refusal))


def _attached(request, proposal, attachment):
    is_new = attachment.uploaded_at == request.received_at
    said = _("“%(name)s” was added.") if is_new else _("This file is here already, as “%(name)s”.")
    said %= {"name": attachment.name}
    if wants_json(request):
        return _row(request, proposal, attachment, said=said)
    if not attachment.is_quarantined:
        messages.success(request, said)
    return redirect("submissions:attachments", pk=proposal.pk)


def _row(request, proposal, attachment, *, said):
    room = files.MAX_FILES - proposal.attachments.filter(removed_at__isnull=True).count()
    context = {"proposal": proposal, "file": attachment, "is_open": True, "room": room}
    answer = {
        "id": str(attachment.pk),
        "row": render_to_string("submissions/parts/attachment.html", context, request),
        "room": render_to_string("submissions/parts/room.html", context).strip(),
        "left": room,
        "said": said,
    }
    return JsonResponse(answer, status=201)


def _page(request, proposal, form, *, status=200):
    present = [file for file in proposal.attachments.all() if not file.removed_at]
    context = {
        **frame(request, proposal),
        "section": sections.ATTACHMENTS,
        "form": form,
        "files": present,
        "room": files.MAX_FILES - len(present),
        "max_bytes": files.MAX_BYTES,
        "steps": steps_of(proposal).with_current(sections.ATTACHMENTS.slug),
    }
    return render(request, "submissions/attachments.html", context, status=status)


@require_POST
@keeps_typed_text
@member_view
def remove(request, proposal, attachment):
    """Take a file out of the draft."""
    file = get_object_or_404(proposal.attachments.filter(removed_at__isnull=True), pk=attachment)
    attaching.remove_attachment(attachment=file, by=request.user, received_at=request.received_at)
    messages.success(request, _("“%(name)s” was removed.") % {"name": file.name})
    return redirect("submissions:attachments", pk=proposal.pk)


@require_safe
@login_required
def download(request, pk, attachment):
    """For members, and for staff of the call once it stands in a filed version; never shown in the page."""
    file = get_object_or_404(queries.attachments_for(request.user).filter(proposal=pk), pk=attachment)
    registry.opened(request.user, file.proposal)
    return served(file)


def served(file) -> FileResponse:
    response = FileResponse(
        file.file.open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
