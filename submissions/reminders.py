"""Before filing closes, to those who have not filed: what is missing, or that the last click is.

And the virus scanner's second chance: files that came while it was away.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from notifications.actions import notify
from notifications.models import Message
from notifications.registry import due
from submissions import mails, queries, rules
from submissions.actions import scan_waiting
from submissions.answers import read
from submissions.models import Proposal

KIND = "submissions_reminder"
AHEAD = (
    timedelta(days=14),
    timedelta(days=7),
    timedelta(days=2),
    timedelta(hours=24),
    timedelta(hours=3),
)
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
    return f"hand:{at.astimezone(proposal.call.zone):%Y-%m-%d}:{deadline.isoformat()}"


def _drafts(at):
    drafts = Proposal.objects.filter(status=Proposal.Status.DRAFT, call__in=queries.calls_not_closed(at))
    return queries.with_calendar(drafts.select_related("call"))


def _occurrence(proposal, at) -> tuple[str, datetime] | None:
    """The last reminder that is due, by its hours and deadline, so that an extension gives new ones.

    Moments before the draft existed are left out: who starts late is not reminded at once.
    """
    deadline = rules.deadline_for(proposal)
    if deadline is None or at >= deadline:
        return None
    passed = [ahead for ahead in AHEAD if proposal.created_at <= deadline - ahead <= at]
    if not passed:
        return None
    return f"{min(passed) // timedelta(hours=1)}h:{deadline.isoformat()}", deadline


def _not_yet_told(waiting) -> list:
    told = set(
        Message.objects.filter(
            kind=KIND, occurrence__in={occurrence for occurrence, _deadline in waiting.values()}
        ).values_list("about", "occurrence")
    )
    about = Proposal._meta.label_lower
    return [pk for pk, (occurrence, _) in waiting.items() if (f"{about}:{pk}", occurrence) not in told]


@due
def scan_what_waits(at: datetime) -> None:
    """A few files per tick, so that the mail behind it never waits long."""
    scan_waiting(at=at, most=SCANS_PER_TICK)
