"""Celery's doors to the outbox."""

from celery import shared_task


@shared_task
def tick():
    """Do everything that is due at the portal's time; safe to run twice or in parallel."""
