"""What will be mailed because of a call's dates, and what changes about that when a date moves.

The rooms above send those mails; they register here what each has planned.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from challenges.models import Call


@dataclass(frozen=True)
class Planned:
    """One reminder: `key` stays the same when its moment `at` moves, `mails` is how many people get it.

    A sent one stays in the plan, so that it can be shown that it does not go again.
    """

    key: tuple[str, ...]
    label: str
    at: datetime
    mails: int
    sent: bool = False


Planner = Callable[[Call, datetime], Iterable[Planned]]

_planners: list[Planner] = []


def planner(function: Planner) -> Planner:
    """Register `function(call, at)`: what it has planned for `call` as seen at `at` (aware)."""
    _planners.append(function)
    return function


def plan_of(call: Call, *, at: datetime) -> list[Planned]:
    """Everything that will be mailed because of the dates of `call`, as they now stand in the database."""
    return [each for function in _planners for each in function(call, at)]


def still_to_go(
    moments: Mapping[str, datetime], *, ends: datetime, at: datetime, sent: Container[str] = ()
) -> dict[str, datetime]:
    """When each occasion's mail goes, seen at `at`; the rule of every reminder before an end.

    The last one whose moment has come goes at once, those before it never, and none that comes before
    one that was `sent`; nothing goes from `ends` on.
    """
    if at >= ends:
        return {}
    gone = max((when for name, when in moments.items() if name in sent), default=None)
    moments = {name: when for name, when in moments.items() if gone is None or when > gone}
    last = max((name for name in moments if moments[name] <= at), key=moments.get, default=None)
    return {name: max(when, at) for name, when in moments.items() if when > at or name == last}


def due_now(moments: Mapping[str, datetime], *, ends: datetime, at: datetime) -> str | None:
    """The occasion that `still_to_go` would send at once."""
    going = still_to_go(moments, ends=ends, at=at)
    return next((name for name, when in going.items() if when <= at), None)


class What(TextChoices):
    ADDED = "added", _("Added")
    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")
    UNCHANGED = "unchanged", _("Unchanged")
    SENT = "sent", _("Already sent: does not go again")


@dataclass(frozen=True)
class Change:
    """What happens to `mails` equal reminders: they went, or go, from the moment `was` to `becomes`."""

    what: What
    label: str
    was: datetime | None
    becomes: datetime | None
    mails: int


def compare(before: Iterable[Planned], after: Iterable[Planned]) -> list[Change]:
    """Every reminder of two plans with what changes; equal ones counted together, by their moment."""
    old, new = ({each.key: each for each in plan} for plan in (before, after))
    counted = Counter()
    for key in {**old, **new}:
        one = new.get(key) or old[key]
        change = _change(old.get(key), new.get(key))
        counted[(*change, str(one.label))] += one.mails
    changes = [
        Change(what, label, was, becomes, mails) for (what, was, becomes, label), mails in counted.items()
    ]
    return sorted(changes, key=lambda each: (What.values.index(each.what), each.becomes or each.was))


def _change(old: Planned | None, new: Planned | None) -> tuple:
    was, becomes = old and old.at, new and new.at
    if (old and old.sent) or (new and new.sent):
        return What.SENT, was or becomes, None
    if old is None:
        return What.ADDED, None, becomes
    if new is None:
        return What.CANCELLED, was, None
    return (What.UNCHANGED if was == becomes else What.MOVED), was, becomes
