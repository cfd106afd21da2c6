"""Celery's doors to the outbox.

Acknowledged before they run: what is to be done stands in the database, so nothing is lost with a task.
Acknowledged afterwards, a broker that goes away would have them cancelled between sending and recording.
"""

from celery import shared_task

from notifications import actions


@shared_task(acks_late=False)
def tick():
    """Everything that is due at the portal's time."""
    actions.tick()


@shared_task(acks_late=False)
def deliver():
    """What waits in the outbox."""
    actions.deliver()
