"""What helps a writer beside the fields: who is here too, what lacks, what looks like a client's data."""

from dataclasses import dataclass

from django.http import Http404, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from submissions import answers, presence, rules, sections
from submissions.client_data import suspicions_in
from submissions.forms import FORM_OF, anchor_of
from submissions.views.own import member_view


@dataclass(frozen=True)
class Gap:
    what: str
    anchor: str


def help_with(proposal, part, *, values: dict | None = None) -> dict:
    """The context of `parts/help.html`, for the draft with `values` written over it; no query."""
    now = answers.read(proposal) | (values or {})
    gaps = [
        Gap(gap.what, anchor_of(gap.field, now))
        for gap in rules.missing_in(now, call=proposal.call)
        if gap.section == part.slug
    ]
    found = suspicions_in(now, year=proposal.call.edition)
    return {"gaps": gaps, "suspicions": [each for each in found if each.section == part]}


def company_in(proposal, part, *, user) -> dict:
    """The context of `parts/company.html`."""
    names = presence.others(proposal=proposal, user=user).get(part.slug)
    return {"company": presence.sentence(names) if names else ""}


def fragments(request, proposal, part, *, values: dict) -> dict:
    """Both as HTML, for a page that saved by itself."""
    presence.arrive(proposal=proposal, section=part, user=request.user)
    return {
        "help": render_to_string("submissions/parts/help.html", help_with(proposal, part, values=values)),
        "company": _company(request, proposal, part),
    }


def _company(request, proposal, part) -> str:
    return render_to_string(
        "submissions/parts/company.html", company_in(proposal, part, user=request.user)
    ).strip()


@require_POST
@member_view
def present(request, proposal, slug):
    """An open page tells that somebody has it before them, or that they left; the answer is who else has."""
    part = sections.BY_SLUG.get(slug)
    if part not in FORM_OF:
        raise Http404
    if "leave" in request.POST:
        presence.leave(proposal=proposal, section=part, user=request.user)
        return JsonResponse({})
    presence.arrive(proposal=proposal, section=part, user=request.user)
    return JsonResponse({"company": _company(request, proposal, part)})
