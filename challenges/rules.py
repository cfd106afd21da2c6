"""The calendar of a call: in which phase it is, when it takes candidacies, on which day it counts."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from challenges.models import Call, Milestone

Kind = Milestone.Kind


class Phase(TextChoices):
    """What a call waits for: the phase lasts until its milestone has passed."""

    ANNOUNCED = "announced", _("Announced")
    FILING = Kind.FILING.value, _("Open for candidacies")
    WRITTEN_REVIEW = Kind.WRITTEN_REVIEW.value, _("Reading")
    PITCHES = Kind.PITCHES.value, _("Pitches")
    DECISION = Kind.DECISION.value, _("Decision")
    REPLY = Kind.REPLY.value, _("Right of reply")
    ENDED = "ended", _("Ended")


AFTER_FILING = (Kind.WRITTEN_REVIEW, Kind.PITCHES, Kind.DECISION, Kind.REPLY)


@dataclass(frozen=True)
class Filing:
    """The half-open interval in which a call takes candidacies, extensions for everyone included."""

    starts: datetime | None
    until: datetime
    extended: bool
    first_until: datetime
    reason: str

    def contains(self, moment: datetime) -> bool:
        return (self.starts is None or self.starts <= moment) and moment < self.until


def milestone(call: Call, kind: str) -> Milestone | None:
    """The call's milestone of `kind`; no query when the milestones were prefetched."""
    return next((each for each in call.milestones.all() if each.kind == kind), None)


def filing(call: Call) -> Filing | None:
    """When `call` takes candidacies from everyone, or None while that is not set."""
    own = milestone(call, Kind.FILING)
    if own is None:
        return None
    until = max(own.until, own.extended_until or own.until)
    return Filing(own.starts, until, until > own.until, own.until, own.extension_reason)


def takes_candidacies(call: Call, *, at: datetime) -> bool:
    """Whether everyone may file at `at` (aware). An extension for one organisation is not counted."""
    interval = filing(call)
    return interval is not None and interval.contains(at)


def phase(call: Call, *, at: datetime) -> Phase:
    """The phase of `call` at `at` (aware).

    From the close of filing on, a call is in the phase of the first milestone that has not passed,
    also in the days before that milestone begins.
    """
    interval = filing(call)
    if interval is None or (interval.starts and at < interval.starts):
        return Phase.ANNOUNCED
    if at < interval.until:
        return Phase.FILING
    ahead = [each for each in call.milestones.all() if each.kind in AFTER_FILING and _is_ahead(each, at)]
    return Phase(min(ahead, key=lambda each: AFTER_FILING.index(each.kind)).kind) if ahead else Phase.ENDED


def _is_ahead(each: Milestone, at: datetime) -> bool:
    return at < (each.until or each.starts)


def opening_day(call: Call) -> date | None:
    """The day on which `call` opens, in its own zone: it decides which municipalities exist for it."""
    moments = [each.starts or each.until for each in call.milestones.all()]
    return min(moments).astimezone(call.zone).date() if moments else None
