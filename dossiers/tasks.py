"""Celery's door to the dossiers."""

from celery import shared_task

from dossiers import actions


@shared_task
def render(pk: str):
    """Make the PDF of one rendering."""
    actions.render(pk)
