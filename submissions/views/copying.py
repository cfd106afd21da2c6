"""Taking over sections of an earlier proposal, after seeing what would change."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from submissions import answers, copying, queries, rules, sections
from submissions.compare import Pair
from submissions.forms import beside
from submissions.refusals import Stale
from submissions.views.own import frame, member_view
from submissions.views.typed import keeps_typed_text


@require_http_methods(["GET", "POST"])
@keeps_typed_text
@member_view
def copy(request, proposal, source):
    """Each section that would change, now and then side by side; only what is ticked is taken over."""
    sources = queries.with_answers(copying.sources_for(proposal, user=request.user))
    source = get_object_or_404(sources, pk=source)
    if request.method == "POST":
        return _copy(request, proposal, source)
    rules.require_open(proposal, at=request.received_at)
    return _page(request, proposal, source)


def _copy(request, proposal, source):
    revision = request.POST.get("revision", "")
    chosen = [part for part in sections.WRITTEN if part.slug in request.POST.getlist("deel")]
    if not chosen:
        messages.warning(request, _("Tick at least one section, or go back: nothing was taken over."))
        return _page(request, proposal, source, status=422)
    try:
        copying.copy_sections(
            proposal=proposal,
            source=source,
            chosen=chosen,
            revision=int(revision) if revision.isdecimal() else 0,
            by=request.user,
            received_at=request.received_at,
        )
    except Stale:
        messages.warning(
            request, _("A colleague saved meanwhile: look at the differences again. Nothing was taken over.")
        )
        return redirect("submissions:copy", pk=proposal.pk, source=source.pk)
    messages.success(request, _("Taken over. Read it through: what the region asks may differ."))
    return redirect("submissions:proposal", pk=proposal.pk)


@dataclass(frozen=True)
class Change:
    """What copying one section would change, as it stands now and as it would stand."""

    section: sections.Section
    pairs: list[Pair]
    is_empty_now: bool


def changes_of(proposal, source) -> list[Change]:
    """What would change in `proposal`, by section; those that would stay, or be emptied, are left out."""
    now = answers.read(proposal)
    then = copying.carried_over(answers.read(source), source=source.call, target=proposal.call)
    return [
        Change(part, pairs, is_empty_now=not any(now[key] for key in part.keys))
        for part in sections.WRITTEN
        if (pairs := beside(part, proposal=proposal, before=now, after=then)) and _gives(pairs)
    ]


def _gives(pairs) -> bool:
    """What the earlier candidacy left empty is nothing to take over."""
    return any(pair.after for pair in pairs)


def _page(request, proposal, source, *, status=200):
    context = {**frame(request, proposal), "source": source, "changes": changes_of(proposal, source)}
    return render(request, "submissions/copy.html", context, status=status)
