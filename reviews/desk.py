"""The coordinator's pages of this room: sharing out the reading, and the criteria."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reviews import actions, queries
from reviews.errors import Refused
from reviews.forms import CriteriaFormSet, ShareForm


def share_out(request, call, *, context: dict):
    """Who reads what, and one button that divides the reading evenly."""
    form = ShareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign_reviewers(call=call, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("per_proposal", refused.message)
        else:
            messages.success(request, _("Shared out. What readers had begun stayed with them."))
            return redirect(request.path)
    page = {
        "title": _("Share out the reading"),
        "call": call,
        "form": form,
        "readers": queries.reviewers_with_load(call),
        "proposals": queries.shared_out(request.user, call),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/reviews/share_out.html", context | page, status=status)


def criteria(request, call, *, context: dict):
    """All criteria of a call on one page: their weights are 100 together, or nothing is kept."""
    known = [
        {"slug": c.slug, "name": c.name, "question": c.question, "weight": c.weight, "anchors": c.anchors}
        for c in queries.criteria_of(call)
    ]
    forms = CriteriaFormSet(
        request.POST if request.method == "POST" else None, initial=known or actions.default_criteria()
    )
    if request.method == "POST" and forms.is_valid() and _kept(request, call, forms):
        return redirect(request.path)
    page = {
        "title": _("Criteria"),
        "call": call,
        "forms": forms,
        "assumed": any(c.assumed for c in queries.criteria_of(call)) or not known,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/reviews/criteria.html", context | page, status=status)


def _kept(request, call, forms) -> bool:
    wanted = [f.criterion() for f in forms if f.has_changed() or f.initial]
    gone = {f.cleaned_data["slug"] for f in forms.deleted_forms}
    try:
        actions.set_criteria(
            call=call, by=request.user, criteria=[c for c in wanted if c["slug"] not in gone]
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return False
    messages.success(request, _("The criteria are kept and confirmed."))
    return True
