"""What a tick does for matching: freeze scorings, and hand out again what a worker left behind."""

from collections.abc import Iterator
from datetime import datetime

from challenges.models import Call, Milestone
from matching import facts, queries
from matching.composing import wake_the_worker
from matching.scoring import publish_scoring, scoring_is_stale
from notifications.registry import due


@due
def freeze_scorings(at: datetime) -> Iterator[None]:
    """Each published call, with every change until its deadline: what the deadline finds holds.

    One call at a time: who files in the next one never waits for the journal of this one.
    """
    published = Milestone.objects.filter(kind=Milestone.Kind.LAUNCH, starts__lte=at)
    calls = Call.objects.filter(pk__in=published.values("call")).select_related("region", "weights")
    for call in calls.prefetch_related("milestones", *facts.PARTS):
        if scoring_is_stale(call, at=at):
            publish_scoring(call=call)
            yield


@due
def hand_out_again(at: datetime):
    for composition in queries.compositions_left_behind():
        wake_the_worker(composition)
