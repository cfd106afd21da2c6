"""Until when data must be kept: the rooms above know which rights still run, and register that here."""

from collections.abc import Callable
from datetime import date, datetime

_sources: list[Callable] = []


def rights_told_by(source: Callable) -> Callable:
    """Register `source(call) -> datetime | None`: when the last right that it knows of ends."""
    if source not in _sources:
        _sources.append(source)
    return source


def rights_end(call) -> datetime | None:
    """When the last open right in `call` ends, as far as anybody can say now; None when nobody can."""
    ends = [moment for source in _sources if (moment := source(call))]
    return max(ends, default=None)


def earliest_keep_until(call) -> date | None:
    """The first day on which data of `call` may go."""
    ends = rights_end(call)
    return ends and ends.astimezone(call.zone).date()
