"""The reminder that a coordinator sends from the deadline cockpit."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from challenges.models import Call
from journal.actions import record
from submissions import cockpit, rules
from submissions.reminders import by_hand, remind


@transaction.atomic
def remind_now(*, call: Call, groups: list[cockpit.Group], by: User, at: datetime) -> int:
    """Mail a reminder to every draft of `groups` that may still be filed; returns how many mails.

    At most one a day for each draft, whoever sends it. Raises NotAllowed for who does not run `call`.
    """
    rules.require_coordinator(by, call=call)
    letters = cockpit.plan(call, groups=groups, at=at).letters
    count = 0
    for proposal, deadline in ((letter.row.proposal, letter.row.deadline) for letter in letters):
        count += remind(proposal, deadline=deadline, occurrence=by_hand(proposal, deadline, at=at))
    if count:
        slugs = [group.slug for group in groups]
        record("reminders.sent", about=call, by=by, call=call, at=at, groups=slugs, count=count)
    return count
