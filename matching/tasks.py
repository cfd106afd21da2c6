"""Celery's door to composing."""

from celery import shared_task

from matching import composing


@shared_task
def solve(pk: int):
    """Solve one composition, and study how firm it is."""
    composing.solve(pk)
