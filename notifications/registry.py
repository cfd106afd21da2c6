"""What the rooms above have due: each registers functions that a tick calls with the portal's time.

A room writes them in its `reminders.py` and imports that module in `AppConfig.ready`. Such a
function may run twice or in parallel: it queues mail with `notify` (unique by occurrence) or
calls an action that is harmless when repeated.
"""

from collections.abc import Callable
from datetime import datetime

Due = Callable[[datetime], None]

_due: list[Due] = []


def due(function: Due) -> Due:
    """Register `function(at)` to be called on every tick."""
    _due.append(function)
    return function


def everything_due() -> tuple[Due, ...]:
    return tuple(_due)
