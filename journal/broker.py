"""Handing work to the Celery worker, without ever waiting for a broker that is down."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def hand_over(task: str, *arguments, after: float = 0) -> None:
    """Ask the worker for `task` (by name: the caller may stand in a room below it), `after` so many seconds.

    With the broker gone nothing is lost: what is to be done stands in the database, and the next
    tick does it.
    """
    try:
        current_app.send_task(task, arguments, countdown=after, ignore_result=True, retry=False)
    except OperationalError as error:
        logger.warning("the broker does not answer; the next tick does %s: %s", task, error)
