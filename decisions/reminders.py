"""What is due around the right of reply: a word to who can still reply, before it ends."""

from datetime import datetime, timedelta

from decisions import queries, rules
from decisions.models import Decision
from notifications.actions import notify
from notifications.registry import due

BEFORE_THE_END = {"3 days": timedelta(days=3), "1 day": timedelta(days=1)}


@due
def remind_of_the_right_of_reply(at: datetime) -> None:
    """Three days and one day before the right of reply ends, to organisations that did not reply."""
    for decision in queries.released_without_reply():
        ends = rules.reply_ends(decision)
        passed = [name for name, before in BEFORE_THE_END.items() if ends - before <= at]
        if passed and at < ends:
            _remind(decision, ends=ends, occasion=passed[-1])


def _remind(decision: Decision, *, ends: datetime, occasion: str) -> None:
    organisation = decision.proposal.organisation
    notify(
        "decisions_reply_reminder",
        to=organisation.members.all(),
        about=decision,
        occurrence=f"{occasion} {ends:%Y-%m-%dT%H:%M}",
        context={"decision": decision, "proposal": decision.proposal, "call": decision.call, "ends": ends},
        call=decision.call,
        organisation=organisation,
        useful_until=ends,
    )
