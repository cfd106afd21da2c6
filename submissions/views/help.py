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


def help_with(proposal, part, *, values: dict) -> dict:
    """The context of `parts/help.html`, where `values` are the answers of this part."""
    gaps = [
        Gap(gap.what, anchor_of(gap.field, values))
        for gap in rules.missing_in(values, call=proposal.call, section=part)
    ]
    contact = answers.read(proposal, ["contact"])
    return {
        "gaps": gaps,
        "suspicions": suspicions_in(contact | values, year=proposal.call.edition, section=part),
    }


def company_of(names: list[str]) -> dict:
    """The context of `parts/company.html`, from the names of who has the same section open."""
    return {"company": presence.sentence(names) if names else ""}


def fragments(request, proposal, part, *, values: dict) -> dict:
    """Both as HTML, for a page that saved by itself."""
    return {
        "help": render_to_string("submissions/parts/help.html", help_with(proposal, part, values=values)),
        "company": _company(request, proposal, part),
    }


def _company(request, proposal, part) -> str:
    """That the person of this request is here, and the answer who else is."""
    names = presence.arrive(proposal=proposal, section=part, user=request.user)
    return render_to_string("submissions/parts/company.html", company_of(names)).strip()


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
    return JsonResponse({"company": _company(request, proposal, part)})
