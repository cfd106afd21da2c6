"""The coordinator's pages of this room: sharing out the reading, and the criteria."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews import actions, assigning, assignments, queries
from reviews import shortlist as acts
from reviews.errors import Refused
from reviews.forms import CriteriaFormSet, ReadingRulesForm, ReasonForm, ShareForm, ShortlistForm
from reviews.registry import is_released


def share_out(request, call, *, context: dict):
    """Who reads what, and one button that divides the reading evenly."""
    wanted = {"per_proposal": queries.rules_of(call).readers}
    form = ShareForm(request.POST if request.method == "POST" else None, initial=wanted)
    if request.method == "POST" and form.is_valid():
        try:
            assigning.assign_reviewers(call=call, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("per_proposal", refused.message)
        else:
            messages.success(request, _("Shared out. What readers had begun stayed with them."))
            return redirect(request.path)
    readers = list(assignments.reviewers_with_load(call))
    page = {
        "title": _("Share out the reading"),
        "call": call,
        "form": form,
        "readers": readers,
        "uneven": _uneven(readers),
        "proposals": assignments.shared_out(request.user, call),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "admin/reviews/share_out.html", context | page, status=status)


def _uneven(readers) -> tuple | None:
    """Who reads least and who reads most, when that is more than one apart."""
    ranked = sorted(readers, key=lambda reader: reader.assigned)
    return (ranked[0], ranked[-1]) if ranked and ranked[-1].assigned - ranked[0].assigned > 1 else None


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


def shortlist(request, call, *, context: dict):
    """Who pitches: what the rules say, what people choose with reasons, as one act; or take it back."""
    reading = queries.rules_of(call)
    button = request.POST.get("act") if request.method == "POST" else None
    rules_form = ReadingRulesForm(
        request.POST if button == "rules" else None, instance=reading, prefix="rules"
    )
    undo_form = ReasonForm(request.POST if button == "undo" else None, prefix="undo")
    advice = acts.advice(queries.to_shortlist(request.user, call), reading)
    form = ShortlistForm(request.POST if button == "make" else None, advice=advice)
    if button and _acted(request, call, button, rules_form=rules_form, undo_form=undo_form, form=form):
        return redirect(request.path)
    page = {
        "title": _("The shortlist"),
        "call": call,
        "reading": queries.rules_of(call),
        "rules_form": rules_form,
        "form": form,
        "undo_form": undo_form,
        "made": any(hasattr(each.proposal, "shortlisting") for each in advice),
        "hidden": queries.hidden_from(request.user, call).count(),
        "released": is_released(call),
        "unread": assignments.open_assignments(call=call).count(),
    }
    return render(request, "admin/reviews/shortlist.html", context | page, status=422 if button else 200)


def _acted(request, call, button: str, *, rules_form, undo_form, form) -> bool:
    pressed = {"rules": rules_form, "undo": undo_form, "make": form}.get(button)
    if pressed is None or not pressed.is_valid():
        return False
    try:
        if button == "rules":
            acts.set_reading_rules(call=call, by=request.user, **rules_form.cleaned_data)
            messages.success(request, _("The rules are kept and confirmed."))
        elif button == "undo":
            acts.undo_shortlist(call=call, by=request.user, reason=undo_form.cleaned_data["reason"])
            messages.success(request, _("The shortlist is taken back. Scores can be given again."))
        else:
            given = form.cleaned_data["reason"]
            count = acts.make_shortlist(call=call, choices=form.choices(), reason=given, by=request.user)
            said = ngettext(
                "The shortlist is made: %(count)s candidacy is invited to pitch.",
                "The shortlist is made: %(count)s candidacies are invited to pitch.",
                count,
            )
            messages.success(request, said % {"count": count})
    except Refused as refused:
        if button == "make":
            form.point_out(refused.field, refused.message)
        else:
            pressed.add_error(None, refused.message)
        return False
    return True
