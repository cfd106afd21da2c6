"""Before filing closes, to those who have not filed: what is missing, or that the last click is.

And the virus scanner's second chance: files that came while it was away.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.utils.translation import gettext_lazy as _

from challenges.planned import Planned, due_now, planner, still_to_go
from challenges.rules import filing
from journal.actions import key_of
from notifications.actions import notify
from notifications.models import Message
from notifications.queries import told_in
from notifications.registry import due, outdated
from submissions import mails, queries, rules
from submissions.answers import read
from submissions.attaching import scan_waiting
from submissions.models import Proposal

KIND = "submissions_reminder"
AHEAD = {
    timedelta(days=14): _("To who has not filed, 14 days before the end"),
    timedelta(days=7): _("To who has not filed, 7 days before the end"),
    timedelta(days=2): _("To who has not filed, 2 days before the end"),
    timedelta(hours=24): _("To who has not filed, 24 hours before the end"),
    timedelta(hours=3): _("To who has not filed, 3 hours before the end"),
}
BY_HAND = "hand:"
HOUR = timedelta(hours=1)
SCANS_PER_TICK = 5
AT_ONCE = 50


@due
def remind_drafts(at: datetime) -> Iterator[None]:
    """Once per draft and moment ahead of the deadline that holds for it; never after that deadline."""
    waiting = {proposal.pk: found for proposal in _drafts(at) if (found := _occurrence(proposal, at))}
    left = iter(_not_yet_told(waiting))
    while keys := list(islice(left, AT_ONCE)):
        for proposal in queries.with_answers(_still_drafts(keys)):
            occurrence, deadline = waiting[proposal.pk]
            remind(proposal, deadline=deadline, occurrence=occurrence)
        yield


def _still_drafts(keys):
    """Others file while the parts before this one go out."""
    return Proposal.objects.filter(pk__in=keys, status=Proposal.Status.DRAFT).order_by("pk")


def remind(proposal, *, deadline: datetime, occurrence: str) -> int:
    """Queue the reminder for each reader of `proposal`, once per `occurrence`; returns how many are new."""
    queued = notify(
        KIND,
        to=mails.readers_of(proposal),
        about=proposal,
        occurrence=occurrence,
        call=proposal.call,
        organisation=proposal.organisation,
        useful_until=deadline,
        context=context_of(proposal, deadline),
    )
    return len(queued)


def context_of(proposal, deadline: datetime) -> dict:
    """What the words of a reminder depend on."""
    missing = rules.missing_in(read(proposal), call=proposal.call)
    return {"proposal": proposal, "call": proposal.call, "deadline": deadline, "missing": missing}


def by_hand(proposal, deadline: datetime, *, at: datetime) -> str:
    """The occurrence of a reminder that a coordinator sends: at most one a day for each deadline."""
    return f"{BY_HAND}{at.astimezone(proposal.call.zone):%Y-%m-%d}:{deadline.isoformat()}"


def _drafts(at):
    """What came by mail is left out: its sender did file, and staff finish it."""
    drafts = Proposal.objects.filter(
        status=Proposal.Status.DRAFT, call__in=queries.calls_not_closed(at), intakes__isnull=True
    )
    return queries.with_calendar(drafts.defer("title", "summary", "approach", "experience"))


def _occurrence(proposal, at) -> tuple[str, datetime] | None:
    """The reminder that is due. Moments before the draft existed are left out: who starts late is not
    reminded at once."""
    deadline = rules.deadline_for(proposal)
    if deadline is None:
        return None
    occurrence = due_now(_moments(proposal, deadline), ends=deadline, at=at)
    return occurrence and (occurrence, deadline)


def _moments(proposal, deadline: datetime) -> dict[str, datetime]:
    """By occurrence. It does not name the call's own deadline, so a reminder that went before that moved
    does not go again; an extension, which was announced to all it holds for, begins anew."""
    own = filing(proposal.call)
    extended = f":{deadline.isoformat()}" if deadline > own.until or own.extended else ""
    return {
        f"{ahead // HOUR}h{extended}": deadline - ahead
        for ahead in AHEAD
        if proposal.created_at <= deadline - ahead
    }


@planner
def plan_for_drafts(call, at: datetime) -> Iterator[Planned]:
    """What `remind_drafts` will send to the drafts there are."""
    drafts = Proposal.objects.filter(call=call, status=Proposal.Status.DRAFT).select_related("call")
    drafts = list(queries.with_calendar(drafts.order_by("pk")))
    readers, told = mails.readers_of_each(drafts), told_in(call, kind=KIND)
    for proposal in drafts:
        deadline = rules.deadline_for(proposal)
        moments = _moments(proposal, deadline) if deadline else {}
        gone = {occurrence for occurrence in moments if (key_of(proposal), occurrence) in told}
        going = still_to_go(moments, ends=deadline, at=at, sent=gone) if deadline else {}
        for occurrence, moment in moments.items():
            sent = occurrence in gone
            if sent or occurrence in going:
                yield Planned(
                    key=(KIND, str(proposal.pk), occurrence),
                    label=AHEAD[deadline - moment],
                    at=moment if sent else going[occurrence],
                    mails=len(readers[proposal.pk]),
                    sent=sent,
                )


@outdated(KIND)
def reminders_that_no_longer_hold(messages: list[Message], at: datetime) -> Iterator[Message]:
    """Those whose draft was filed, or whose deadline moved since they were written."""
    written = queries.with_calendar(
        Proposal.objects.filter(
            pk__in={message.about.partition(":")[2] for message in messages}, status=Proposal.Status.DRAFT
        ).select_related("call")
    )
    drafts = {_about(proposal.pk): proposal for proposal in written}
    for message in messages:
        if message.about not in drafts or not _still_holds(message, drafts[message.about], at):
            yield message


def _still_holds(message: Message, proposal, at: datetime) -> bool:
    deadline = rules.deadline_for(proposal)
    if deadline is None or message.useful_until != deadline:
        return False
    moment = _moments(proposal, deadline).get(message.occurrence)
    return message.occurrence.startswith(BY_HAND) or (moment is not None and moment <= at)


def _not_yet_told(waiting) -> list:
    """Who has not had this reminder, nor one of a later hour before the deadline moved."""
    told = set(
        Message.objects.filter(
            kind=KIND, occurrence__in={occurrence for occurrence, _deadline in waiting.values()}
        ).values_list("about", "occurrence")
    )
    left = {pk: found[0] for pk, found in waiting.items() if (_about(pk), found[0]) not in told}
    return (
        [pk for pk in left if not _later_than(left[pk]) & told_of[pk]] if (told_of := _told_of(left)) else []
    )


def _about(pk) -> str:
    return f"{Proposal._meta.label_lower}:{pk}"


def _told_of(left) -> dict[object, set[str]]:
    """Every reminder that went about each of these drafts; no query when there are none."""
    if not left:
        return {}
    keys = {_about(pk): pk for pk in left}
    went = {pk: set() for pk in left}
    for about, occurrence in Message.objects.filter(kind=KIND, about__in=keys).values_list(
        "about", "occurrence"
    ):
        went[keys[about]].add(occurrence)
    return went


def _later_than(occurrence: str) -> set[str]:
    """The occurrences of the same series that lie closer to the deadline."""
    hours, _h, series = occurrence.partition("h")
    return {f"{ahead // HOUR}h{series}" for ahead in AHEAD if ahead < int(hours) * HOUR}


@due
def scan_what_waits(at: datetime) -> Iterator[None]:
    """A few files per tick, so that the mail behind it never waits long; each in a part of its own."""
    for _turn in range(SCANS_PER_TICK):
        if not scan_waiting(at=at, most=1):
            return
        yield
