"""The moments of a call that people want to live through in practice mode."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from challenges import rules
from challenges.models import Call, Milestone
from journal.practice import Moment
from journal.statements import Statement, keep_known

MINUTE, MORNING = timedelta(minutes=1), timedelta(hours=10)
Kind = Milestone.Kind
CALLS = Statement(lambda: Call.objects.select_related("region"))
MILESTONES = Statement(Milestone.objects.all)


def moments() -> Iterator[Moment]:
    """For every call: its milestones, and one minute before and after the close of filing."""
    calls = _calls()
    for call in calls:
        for label, at in _moments_of(call):
            yield Moment(f"{call.region} {call.edition}: {label}" if len(calls) > 1 else label, at)


def _calls() -> list[Call]:
    """As `challenges.queries.calls`: the bar stands on every page."""
    calls = CALLS.all()
    known = MILESTONES.all() if calls else ()
    for call in calls:
        keep_known(call, milestones=[milestone for milestone in known if milestone.call_id == call.pk])
    return calls


def _moments_of(call: Call):
    for milestone in call.milestones.all():
        if milestone.kind == Kind.FILING and milestone.until:
            yield from _around_the_deadline(rules.filing(call).until)
        elif milestone.kind != Kind.LAUNCH and milestone.until:
            yield from _in_the_milestone(milestone)
    if opening := _opening(call):
        yield _("filing opens"), opening


def _opening(call: Call):
    own = rules.filing(call)
    return own and own.starts and own.starts + MORNING


def _around_the_deadline(until):
    yield _("a week before the deadline"), until - timedelta(days=7)
    yield _("a minute before the deadline"), until - MINUTE
    yield _("a minute after the deadline"), until + MINUTE


def _in_the_milestone(milestone: Milestone):
    """Ten in the morning of its first day; for one that only ends, the last morning before."""
    if milestone.starts:
        yield milestone.get_kind_display(), milestone.starts + MORNING
    else:
        name = milestone.get_kind_display()
        yield _("%s: the last day") % name, milestone.until - timedelta(days=1) + MORNING
        yield _("%s: has passed") % name, milestone.until + MORNING
