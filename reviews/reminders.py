"""What is due around the reading: readers with open reviews, staff when a milestone has passed."""

from datetime import datetime, timedelta

from accounts.queries import people_with_role
from accounts.rules import STAFF_KINDS
from challenges.models import Milestone
from challenges.queries import milestones_passed_between
from notifications.actions import notify
from notifications.registry import due
from reviews import queries

BEFORE_THE_END = {"2 days": timedelta(days=2), "1 day": timedelta(days=1)}
STILL_NEWS = timedelta(days=2)


@due
def remind_reviewers(at: datetime) -> None:
    """At the start of the reading week, and two days and one day before it ends."""
    running = Milestone.objects.filter(
        kind=Milestone.Kind.WRITTEN_REVIEW, starts__lte=at, until__gt=at
    ).select_related("call__region")
    for milestone in running:
        _remind(milestone, occasion=_occasion(milestone, at))


def _occasion(milestone: Milestone, at: datetime) -> str:
    """The last moment of reminding that has come: earlier ones that were missed are not made up for."""
    passed = [name for name, before in BEFORE_THE_END.items() if milestone.until - before <= at]
    return passed[-1] if passed else "start"


def _remind(milestone: Milestone, *, occasion: str) -> None:
    for reviewer, count in queries.reviewers_with_open_reviews(milestone.call):
        notify(
            "reviews_open",
            to=[reviewer],
            about=milestone,
            occurrence=f"{occasion} {milestone.until:%Y-%m-%dT%H:%M}",
            context={"milestone": milestone, "call": milestone.call, "count": count},
            call=milestone.call,
            useful_until=milestone.until,
        )


@due
def tell_staff_of_passed_milestones(at: datetime) -> None:
    """Once for each milestone that passed in the last days, to all staff of its call."""
    for milestone in milestones_passed_between(at - STILL_NEWS, at):
        moment = milestone.until or milestone.starts
        notify(
            "reviews_milestone_passed",
            to=people_with_role(call=milestone.call, kinds=STAFF_KINDS),
            about=milestone,
            occurrence=f"{moment:%Y-%m-%dT%H:%M}",
            context={"milestone": milestone, "call": milestone.call, "ended": milestone.until is not None},
            call=milestone.call,
            useful_until=moment + STILL_NEWS,
        )
