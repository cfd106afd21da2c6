"""Celery's door to the scheduler, for a call with more pitches than one cares to wait for."""

from celery import shared_task

from accounts.models import User
from challenges.models import Call
from pitches import actions


@shared_task
def schedule_pitches(call: str, by: int | None, seconds: float = 60.0) -> None:
    """Schedule the call with slug `call`, on behalf of the user with key `by`."""
    actions.schedule_pitches(
        call=Call.objects.get(slug=call),
        by=User.objects.filter(pk=by).first() if by else None,
        seconds=seconds,
    )
