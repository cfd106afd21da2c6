"""Checking, filing and withdrawing."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from submissions import actions, answers, queries, registry, rules
from submissions.client_data import suspicions_in
from submissions.document import content_of
from submissions.forms import anchor_of
from submissions.progress import progress_of
from submissions.reading import readable
from submissions.refusals import Incomplete, NotWithdrawable
from submissions.sections import BY_SLUG
from submissions.views.own import frame, member_view
from submissions.views.steps import CHECK, steps_of
from submissions.views.typed import keeps_typed_text


@require_http_methods(["GET", "POST"])
@keeps_typed_text
@member_view
def check(request, proposal):
    """The whole proposal as it will be read, what is missing, and the one button that files it."""
    if request.method == "POST":
        return _file(request, proposal)
    return _page(request, proposal)


def _file(request, proposal):
    try:
        version = actions.file_proposal(proposal=proposal, by=request.user, received_at=request.received_at)
    except Incomplete:
        messages.error(request, _("Your candidacy was not filed: the answers below are still missing."))
        return _page(request, proposal, status=422)
    if str(version.number) == request.POST.get("last_version"):
        messages.info(
            request,
            _("Nothing changed since version %(number)s: it stays filed as it was.")
            % {"number": version.number},
        )
    return redirect("submissions:receipt", pk=proposal.pk, number=version.number)


def _page(request, proposal, *, status=200):
    steps, written = steps_of(proposal), answers.read(proposal)
    suspicions = suspicions_in(written, year=proposal.call.edition)
    shown = frame(request, proposal)
    hints = registry.hints_on(proposal) if shown["is_open"] else []
    context = {
        **shown,
        "hints": [(hint.text, steps.url_of(BY_SLUG[hint.section])) for hint in hints],
        "content": readable(content_of(proposal), call=proposal.call),
        "missing": [
            (gap, f"{steps.url_of(BY_SLUG[gap.section])}#{anchor_of(gap.field, written)}")
            for gap in progress_of(proposal).missing
        ],
        "suspicions": [(each, steps.url_of(each.section)) for each in suspicions],
        "quarantined": [file for file in proposal.attachments.all() if _is_locked_away(file)],
        "steps": steps.with_current(CHECK),
        "last": proposal.versions.first(),
        "has_changes": queries.has_unfiled_changes(proposal),
    }
    return render(request, "submissions/check.html", context, status=status)


def _is_locked_away(file) -> bool:
    return file.is_quarantined and not file.removed_at


@require_http_methods(["GET", "POST"])
@keeps_typed_text
@member_view
def withdraw(request, proposal):
    """Ask once more, then withdraw."""
    if request.method == "POST":
        try:
            actions.withdraw_proposal(proposal=proposal, by=request.user, received_at=request.received_at)
        except NotWithdrawable as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your candidacy was withdrawn. What you wrote is still here."))
        return redirect("submissions:proposal", pk=proposal.pk)
    can_withdraw = proposal.status in rules.WITHDRAWABLE
    return render(
        request, "submissions/withdraw.html", {**frame(request, proposal), "can_withdraw": can_withdraw}
    )
