"""The letter: written once, in Dutch, and frozen when the decision is approved."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from decisions import rules
from decisions.models import Assessment, Decision, Release, Remedy, Reply
from submissions.paper import Paper


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
                "answer_until": max(until, rules.assessments_end(decision.call) or until),
                "remedy": Remedy.objects.get(call=decision.call),
                "signatories": [release.requested_by, release.approved_by],
            },
        )


def letter_paper(decision: Decision) -> Paper:
    """The frozen letter as it is printed (PDF/UA-1)."""
    with translation.override("nl"):
        return Paper("decisions/letter_pdf.html", {"decision": decision, "call": decision.call})


def compose_assessment(assessment: Assessment) -> str:
    """The body of the letter that answers a reply: what was found, why, and where one can still appeal."""
    decision = assessment.reply.decision
    with translation.override("nl"):
        return render_to_string(
            "decisions/assessment_body.html",
            {
                "assessment": assessment,
                "reply": assessment.reply,
                "decision": decision,
                "proposal": decision.proposal,
                "organisation": decision.proposal.organisation,
                "call": decision.call,
                "remedy": Remedy.objects.filter(call=decision.call).first(),
            },
        )


def assessment_paper(assessment: Assessment) -> Paper:
    """The frozen letter on the reply as it is printed (PDF/UA-1)."""
    decision = assessment.reply.decision
    context = {"assessment": assessment, "decision": decision, "call": decision.call}
    with translation.override("nl"):
        return Paper("decisions/assessment_pdf.html", context)


def reply_receipt(reply: Reply, *, digest: str) -> Paper:
    """The receipt of a reply: what was received and when, with its digest (PDF/UA-1)."""
    context = {"reply": reply, "decision": reply.decision, "call": reply.decision.call, "digest": digest}
    with translation.override("nl"):
        return Paper("decisions/reply_receipt.html", context)
