"""When a mail reached us: by the line of a server that we trust, never by what its sender says.

Each server on the way puts its own `Received` line on top. The topmost was written by the server of
our own mailbox; whatever stands below may have been made up by who sent it, the `Date` line too. Mail
may pass several servers of our own house, and wait there: a sender must not pay for that. So the
lines are read from the top, as long as the server that wrote them is ours (`INTAKE_TRUSTED_HOSTS`);
the last of those is where the mail entered the house, and that moment counts. Without that setting
only the topmost line is believed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WRITER = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Arrival:
    """The moment (aware) at which a mail entered the house, and the server that noted it."""

    at: datetime
    host: str


def arrival_of(received: list[str], *, trusted: list[str]) -> Arrival | None:
    """The arrival by the last trusted line of `received` (topmost first); None when none can be read.

    `trusted` holds names of hosts or domains, such as `mail.vdab.example` or `vdab.example`.
    """
    found = None
    for line in received:
        arrival = _read(line)
        if arrival is None or (found and not _is_ours(arrival.host, trusted)):
            break
        found = arrival
        if not _is_ours(arrival.host, trusted):
            break
    return found


def _is_ours(host: str, trusted: list[str]) -> bool:
    host = host.lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in (each.lower() for each in trusted))


def _read(line: str) -> Arrival | None:
    writer = WRITER.search(line)
    try:
        at = parsedate_to_datetime(line.rpartition(";")[2].strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return Arrival(at, writer.group(1)[:200] if writer else "")
