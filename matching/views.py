"""Matching outside the staff desk: the published scoring, the jury's pages, and candidates who
compare before the deadline."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.queries import calls_of_jury
from challenges.queries import calls
from journal import clock
from matching import offers, pages, queries, rules, scoring
from matching.desks import JURY
from matching.errors import Refused
from matching.forms import VisibilityForm
from matching.scoring_pages import changed_late, described
from submissions.models import Proposal
from submissions.queries import proposals_of


@require_GET
def published_scoring(request, slug):
    """How candidacies of a call are scored: weights, needs, and the frozen version."""
    call = get_object_or_404(calls(), slug=slug)
    holding = queries.scoring_of(call) or scoring.scoring_as_it_stands(call)
    context = {"call": call, "holding": holding, **described(holding, call), **changed_late(holding)}
    return render(request, "matching/published_scoring.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare_offers(request, pk):
    """What few other candidates offer, for a candidate who lets itself be counted too."""
    proposal = get_object_or_404(proposals_of(request.user), pk=pk)
    open_now = rules.may_compare(request.user, proposal=proposal, at=clock.now())
    if request.method == "POST":
        return _change_visibility(request, proposal)
    shown = getattr(proposal, "visibility", None) if open_now else None
    context = {
        "proposal": proposal,
        "call": proposal.call,
        "open_now": open_now,
        "shown": shown,
        "form": VisibilityForm(initial={"with_name": bool(shown and shown.with_name)}),
        **(offers.offers_beside(proposal) if shown else {}),
    }
    return render(request, "matching/compare_offers.html", context)


def _change_visibility(request, proposal: Proposal):
    form = VisibilityForm(request.POST)
    form.is_valid()
    try:
        if "verbergen" in request.POST:
            offers.hide_candidacy(proposal=proposal, by=request.user)
            messages.success(request, _("Other candidates no longer count you."))
        else:
            offers.show_candidacy(
                proposal=proposal, with_name=form.cleaned_data["with_name"], by=request.user
            )
            messages.success(request, _("Other candidates who do the same now count you."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("matching:compare_offers", proposal.pk)


@login_required
@require_GET
def jury_start(request, slug):
    """The newest coverage of a call for its jury."""
    call = get_object_or_404(calls_of_jury(request.user), slug=slug)
    if (run := queries.runs_in([call]).first()) is None:
        return render(request, "matching/jury_empty.html", {"call": call})
    return redirect(JURY.coverage, run.pk)


def _for_jury(view):
    @login_required
    @require_GET
    def shown(request, **kwargs):
        if not calls_of_jury(request.user).exists():
            raise Http404
        return view(request, JURY, **kwargs)

    return shown


jury_run = _for_jury(pages.show_run)
jury_explain = _for_jury(pages.explain)
jury_coverage = _for_jury(pages.show_coverage)
jury_composition = _for_jury(pages.show_composition)
jury_compare = _for_jury(pages.compare)
jury_compositions = _for_jury(pages.list_compositions)
