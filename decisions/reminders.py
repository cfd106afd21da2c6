"""What is due around the right of reply: a word to who can still reply, before it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from challenges.planned import Planned, due_now, planner, still_to_go
from decisions import actions, queries, rules
from decisions.models import Decision
from decisions.replies import who_sees_to
from journal.actions import key_of
from notifications.actions import notify
from notifications.models import Message
from notifications.queries import told_in
from notifications.registry import due, outdated

KIND = "decisions_reply_reminder"
BEFORE_THE_END = {"3 days": timedelta(days=3), "1 day": timedelta(days=1)}
LABELS = {
    "3 days": _("To who can still reply, 3 days before the end"),
    "1 day": _("To who can still reply, 1 day before the end"),
}


@due
def release_scheduled_letters(at: datetime) -> None:
    """What two coordinators signed goes out at the moment they chose."""
    actions.release_what_is_due(at)


@due
def remind_of_replies_to_assess(at: datetime) -> None:
    """Three days and one day before the answer is due, to the coordinators who see to a reply that waits."""
    for reply in queries.unassessed_replies():
        ends = rules.assessment_ends(reply.decision)
        passed = [name for name, before in BEFORE_THE_END.items() if ends - before <= at]
        if passed and at < ends:
            decision = reply.decision
            notify(
                "decisions_reply_to_assess",
                to=who_sees_to(reply),
                about=reply,
                occurrence=f"{passed[-1]} {ends:%Y-%m-%dT%H:%M}",
                context={
                    "reply": reply,
                    "decision": decision,
                    "proposal": decision.proposal,
                    "call": decision.call,
                    "ends": ends,
                },
                call=decision.call,
                useful_until=ends,
            )


@due
def remind_of_the_right_of_reply(at: datetime) -> None:
    """Three days and one day before the right of reply ends, to organisations that did not reply; each of
    them once, also when the end moves."""
    for decision in queries.released_without_reply():
        ends = rules.reply_ends(decision)
        if occasion := due_now(_moments(ends), ends=ends, at=at):
            _remind(decision, ends=ends, occasion=occasion)


def _moments(ends: datetime) -> dict[str, datetime]:
    return {name: ends - before for name, before in BEFORE_THE_END.items()}


@planner
def plan_for_replies(call, at: datetime) -> Iterator[Planned]:
    """What `remind_of_the_right_of_reply` will send about the decisions that are out."""
    told = told_in(call, kind=KIND)
    waiting = queries.released_without_reply().filter(call=call)
    for decision in waiting.annotate(readers=Count("proposal__organisation__members")):
        ends = rules.reply_ends(decision)
        going = still_to_go(_moments(ends), ends=ends, at=at)
        for occasion, moment in _moments(ends).items():
            sent = (key_of(decision), occasion) in told
            if sent or occasion in going:
                when = moment if sent else going[occasion]
                key = (KIND, str(decision.pk), occasion)
                yield Planned(key, LABELS[occasion], when, decision.readers, sent)


@outdated(KIND)
def reminders_that_no_longer_hold(messages: list[Message], at: datetime) -> Iterator[Message]:
    """Those whose decision was replied to, or whose end moved since they were written."""
    waiting = queries.released_without_reply().filter(
        pk__in={message.about.partition(":")[2] for message in messages}
    )
    ends = {key_of(decision): rules.reply_ends(decision) for decision in waiting}
    for message in messages:
        end = ends.get(message.about)
        moment = end and _moments(end).get(message.occurrence)
        if moment is None or moment > at or message.useful_until != end:
            yield message


def _remind(decision: Decision, *, ends: datetime, occasion: str) -> None:
    organisation = decision.proposal.organisation
    notify(
        KIND,
        to=organisation.members.all(),
        about=decision,
        occurrence=occasion,
        context={"decision": decision, "proposal": decision.proposal, "call": decision.call, "ends": ends},
        call=decision.call,
        organisation=organisation,
        useful_until=ends,
    )
