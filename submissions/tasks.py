"""Celery's door to the mailboxes."""

from celery import shared_task

from submissions.intake import mailbox


@shared_task
def poll_mailboxes():
    """What waits in the mailboxes of IMAP_URL."""
    mailbox.poll_mailboxes()
