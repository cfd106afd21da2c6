"""What is due around the reading: readers with open reviews, staff when a milestone has passed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.queries import people_with_role
from accounts.rules import STAFF_KINDS
from challenges.models import Milestone
from challenges.planned import Planned, due_now, planner, still_to_go
from challenges.queries import milestones_passed_between
from journal.actions import key_of
from notifications.actions import notify
from notifications.models import Message
from notifications.queries import told_in
from notifications.registry import due, outdated
from reviews import assignments

KIND, PASSED = "reviews_open", "reviews_milestone_passed"
BEFORE_THE_END = {"2 days": timedelta(days=2), "1 day": timedelta(days=1)}
LABELS = {
    "start": _("To readers with open scores, at the start of the reading"),
    "2 days": _("To readers with open scores, 2 days before the end"),
    "1 day": _("To readers with open scores, 1 day before the end"),
}
STILL_NEWS = timedelta(days=2)


@due
def remind_reviewers(at: datetime) -> None:
    """At the start of the reading week, and two days and one day before it ends; each of them once,
    also when the week moves."""
    running = Milestone.objects.filter(
        kind=Milestone.Kind.WRITTEN_REVIEW, starts__lte=at, until__gt=at
    ).select_related("call__region")
    for milestone in running:
        if occasion := due_now(_moments(milestone), ends=milestone.until, at=at):
            _remind(milestone, occasion=occasion)


def _moments(milestone: Milestone) -> dict[str, datetime]:
    before_the_end = {name: milestone.until - before for name, before in BEFORE_THE_END.items()}
    return {name: max(moment, milestone.starts) for name, moment in before_the_end.items()} | {
        "start": milestone.starts
    }


@planner
def plan_for_readers(call, at: datetime) -> Iterator[Planned]:
    """What `remind_reviewers` will send to those who have scores to give now."""
    milestone = call.milestones.filter(
        kind=Milestone.Kind.WRITTEN_REVIEW, starts__isnull=False, until__isnull=False
    ).first()
    if milestone is None:
        return
    readers, told = len(assignments.reviewers_with_open_reviews(call)), told_in(call, kind=KIND)
    going = still_to_go(_moments(milestone), ends=milestone.until, at=at)
    for occasion, moment in _moments(milestone).items():
        sent = (key_of(milestone), occasion) in told
        if sent or (readers and occasion in going):
            when = moment if sent else going[occasion]
            yield Planned((KIND, str(milestone.pk), occasion), LABELS[occasion], when, readers, sent)


@planner
def plan_for_staff(call, at: datetime) -> Iterator[Planned]:
    """What `tell_staff_of_passed_milestones` will send."""
    staff, told = people_with_role(call=call, kinds=STAFF_KINDS).count(), told_in(call, kind=PASSED)
    for milestone in call.milestones.all():
        moment = milestone.until or milestone.starts
        sent = (key_of(milestone), _passed_at(moment)) in told
        if sent or (staff and moment > at - STILL_NEWS):
            label = _("To staff: “%(milestone)s” has passed") % {"milestone": milestone}
            key = (PASSED, str(milestone.pk), _passed_at(moment) if sent else "")
            yield Planned(key, label, max(moment, at) if not sent else moment, staff, sent)


@outdated(KIND)
def reminders_that_no_longer_hold(messages: list[Message], at: datetime) -> Iterator[Message]:
    """Those whose reading moved since they were written."""
    milestones = _milestones_of(messages)
    for message in messages:
        milestone = milestones.get(message.about)
        moment = milestone and milestone.starts and _moments(milestone).get(message.occurrence)
        if moment is None or moment > at or message.useful_until != milestone.until:
            yield message


@outdated(PASSED)
def news_that_no_longer_holds(messages: list[Message], at: datetime) -> Iterator[Message]:
    """Those about a milestone that ends at another moment now."""
    milestones = _milestones_of(messages)
    for message in messages:
        milestone = milestones.get(message.about)
        if milestone is None or _passed_at(milestone.until or milestone.starts) != message.occurrence:
            yield message


def _milestones_of(messages) -> dict[str, Milestone]:
    keys = {message.about.partition(":")[2] for message in messages}
    return {key_of(milestone): milestone for milestone in Milestone.objects.filter(pk__in=keys)}


def _passed_at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _remind(milestone: Milestone, *, occasion: str) -> None:
    for reviewer, count in assignments.reviewers_with_open_reviews(milestone.call):
        notify(
            KIND,
            to=[reviewer],
            about=milestone,
            occurrence=occasion,
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
            PASSED,
            to=people_with_role(call=milestone.call, kinds=STAFF_KINDS),
            about=milestone,
            occurrence=_passed_at(moment),
            context={"milestone": milestone, "call": milestone.call, "ended": milestone.until is not None},
            call=milestone.call,
            useful_until=moment + STILL_NEWS,
        )
