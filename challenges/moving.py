"""Moving a call's dates: what it changes, looked at before it is done or told after it was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from challenges.models import Call, Milestone
from challenges.planned import Change, Planned, What, compare, plan_of
from journal import clock


@dataclass(frozen=True)
class Move:
    """One date of a milestone as it was and as it becomes; None where there is none."""

    milestone: str
    is_end: bool
    was: datetime | None
    becomes: datetime | None


@dataclass(frozen=True)
class Standing:
    """The dates of a call and what will be mailed because of them, as seen at one moment."""

    dates: dict
    plan: list[Planned]


@dataclass(frozen=True)
class Consequences:
    """The dates that move, and the reminders that are added, moved, cancelled or went already."""

    moves: list[Move]
    changes: list[Change]
    unchanged: int

    def document(self) -> dict:
        """The same as plain data, moments in ISO form."""
        return {
            "moved": [
                {
                    "milestone": move.milestone,
                    "side": "end" if move.is_end else "start",
                    **_span(move),
                }
                for move in self.moves
            ],
            "reminders": [
                {"what": change.what.value, "label": change.label, "mails": change.mails, **_span(change)}
                for change in self.changes
            ],
        }


def _span(each: Move | Change) -> dict:
    return {
        "was": each.was and each.was.isoformat(),
        "becomes": each.becomes and each.becomes.isoformat(),
    }


def standing_of(call: Call, *, at: datetime) -> Standing:
    """How a call stands in the database now."""
    return Standing(_dates(call), plan_of(Call.objects.get(pk=call.pk), at=at))


def consequences_since(before: Standing, call: Call, *, at: datetime) -> Consequences:
    """What happened since `before` to the dates of `call`, and to its reminders."""
    if _dates(call) == before.dates:
        return Consequences([], [], 0)
    after = standing_of(call, at=at)
    changes = compare(before.plan, after.plan)
    return Consequences(
        moves=_moves(before.dates, after.dates),
        changes=[each for each in changes if each.what != What.UNCHANGED],
        unchanged=sum(each.mails for each in changes if each.what == What.UNCHANGED),
    )


def look_ahead(call: Call, do: Callable[[], object]) -> Consequences:
    """What `do` would change about the dates of `call`: it is done, looked at, and undone."""
    at = clock.now()
    before = standing_of(call, at=at)
    with transaction.atomic():
        do()
        found = consequences_since(before, call, at=at)
        transaction.set_rollback(True)
    return found


def _dates(call: Call) -> dict[tuple[int, str, bool], datetime | None]:
    dates = {}
    for milestone in Milestone.objects.filter(call=call):
        for is_end, moment in ((False, milestone.starts), (True, milestone.until)):
            dates[milestone.pk, str(milestone), is_end] = moment
    return dates


def _moves(before: dict, after: dict) -> list[Move]:
    keys = {**before, **after}
    return [
        Move(name, is_end, before.get((pk, name, is_end)), after.get((pk, name, is_end)))
        for pk, name, is_end in keys
        if before.get((pk, name, is_end)) != after.get((pk, name, is_end))
    ]
