"""How the state of a proposal reads to the organisation that wrote it."""

from django import template
from django.utils.translation import gettext as _

from submissions.models import Proposal

register = template.Library()

Status = Proposal.Status


@register.inclusion_tag("components/status.html")
def proposal_status(proposal, is_open):
    """Plain words: a draft after the deadline was not filed, and outcomes stand in the decision itself."""
    return dict(zip(("label", "tone"), _words(proposal.status, is_open), strict=True))


def _words(status, is_open) -> tuple[str, str]:
    if status == Status.DRAFT:
        return (_("Draft, not filed yet"), "busy") if is_open else (_("Not filed"), "bad")
    return {
        Status.FILED: (_("Filed and received"), "good"),
        Status.WITHDRAWN: (_("Withdrawn"), ""),
        Status.ADMISSIBLE: (_("Admissible: it is being read"), "good"),
        Status.INADMISSIBLE: (_("Not admissible"), "bad"),
        Status.SHORTLISTED: (_("Invited to pitch"), "good"),
        Status.NOT_SHORTLISTED: (_("Not invited to pitch"), ""),
    }.get(status, (_("Decided: see the decision"), "good"))
