"""The portal clock: the only source of "now" for the rules of a call.

In production it is the real time. In practice mode (PORTAL_DEMO) it can be set and moved.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

_offset: ContextVar[timedelta | None] = ContextVar("portal_clock_offset", default=None)


def now() -> datetime:
    """The portal's present moment: aware, in UTC."""
    return timezone.now() + offset()


def offset() -> timedelta:
    """How far the portal clock runs ahead of the real one; zero outside practice mode."""
    if not settings.PORTAL_DEMO:
        return timedelta(0)
    if (known := _offset.get()) is not None:
        return known
    from journal.models import PracticeClock

    return PracticeClock.current_offset()


@contextmanager
def read_once():
    """Read the stored offset once for the length of one request or task."""
    token = _offset.set(offset())
    try:
        yield
    finally:
        _offset.reset(token)


def forget():
    """Let the next `now()` read the stored offset again, after it was changed."""
    if _offset.get() is not None:
        _offset.set(None)
