"""Celery's doors to the outbox."""

from celery import shared_task

from notifications import actions, delivery


@shared_task
def tick():
    """Everything that is due at the portal's time."""
    actions.tick()


@shared_task
def deliver():
    """What waits in the outbox."""
    delivery.deliver_waiting()
