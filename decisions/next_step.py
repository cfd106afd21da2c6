"""What an organisation reads about the decision on the page of its proposal."""

from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import queries
from journal.templatetags.moments import last_minute
from submissions.next_steps import NextStep, provider


@provider
def decision_made_known(proposal) -> NextStep | None:
    decision = queries.released_decision_on(proposal)
    if decision is None:
        return None
    until = {"until": last_minute(decision.reply_until)}
    return NextStep(
        title=_("The decision is known: %(outcome)s") % {"outcome": decision.get_outcome_display().lower()},
        text=_("Read the reasons. You can reply up to and including %(until)s.") % until,
        url=reverse("decisions:decision", args=[proposal.pk]),
        label=_("The decision with its reasons"),
    )
