"""What the rooms above have due: each registers functions that a tick calls with the portal's time.

A room writes them in its `reminders.py` and imports that module in `AppConfig.ready`. Such a
function may run twice or in parallel: it queues mail with `notify` (unique by occurrence) or
calls an action that is harmless when repeated. With much to do it is a generator that yields after each
part: every part is then a transaction of its own, so that a killed worker loses one part and not all.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

Due = Callable[[datetime], Iterator[None] | None]
Judge = Callable[[list, datetime], Iterable]

_due: list[Due] = []
_judges: dict[str, Judge] = {}


def due(function: Due) -> Due:
    """Register `function(at)` to be called on every tick."""
    _due.append(function)
    return function


def outdated(kind: str) -> Callable[[Judge], Judge]:
    """Register `function(messages, at)`: which waiting messages of `kind` say what no longer holds.

    Asked right before they are sent. Those are dropped, and may be written anew for the same occurrence.
    """

    def register(function: Judge) -> Judge:
        _judges[kind] = function
        return function

    return register


def judges() -> dict[str, Judge]:
    return dict(_judges)


def everything_due() -> tuple[Due, ...]:
    return tuple(_due)
