"""The letter: written once, in Dutch, and frozen when the decision is approved."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from challenges.models import Milestone
from decisions.models import Decision, Release, Remedy
from submissions.paper import Paper


def reply_until(call) -> datetime:
    """The end of the right of reply that the call's letters name (not included)."""
    return call.milestones.get(kind=Milestone.Kind.REPLY).until


def compose_letter(decision: Decision, *, release: Release, until: datetime) -> str:
    """The body of the letter as HTML, complete in itself: outcome, reasons, reply, appeal, signatures."""
    with translation.override("nl"):
        return render_to_string(
            "decisions/letter_body.html",
            {
                "decision": decision,
                "proposal": decision.proposal,
                "organisation": decision.proposal.organisation,
                "call": decision.call,
                "reasons": decision.reasons.select_related("criterion"),
                "reply_until": until,
                "remedy": Remedy.objects.get(call=decision.call),
                "signatories": [release.requested_by, release.approved_by],
            },
        )


def letter_paper(decision: Decision) -> Paper:
    """The frozen letter as it is printed (PDF/UA-1)."""
    with translation.override("nl"):
        return Paper("decisions/letter_pdf.html", {"decision": decision, "call": decision.call})
