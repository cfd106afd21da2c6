"""Writing the journal, and moving the practice clock."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from journal import clock
from journal.broker import hand_over
from journal.chain import around_its_place
from journal.models import Entry, PracticeClock
from journal.statements import Command

APPEND = Command(
    """
    SELECT number, previous_hash, hash, recorded_at FROM journal_append(
        %(before_number)s, %(before_hash)s, %(after_hash)s,
        %(at)s, %(actor)s, %(verb)s, %(object)s, %(call)s, %(payload)s
    )
    """
)
# A commit of its own, by the server's own setting: all that was committed before it is on disk with it.
FLUSH = Command("SELECT pg_logical_emit_message(true, 'journal', '')")


def record(verb: str, *, about, by=None, call=None, at: datetime | None = None, **payload) -> Entry:
    """Append an entry to the chain, inside the caller's transaction.

    `about` is a saved model or a ready key, `by` a user or None for the system, `call` a Call or its
    slug. The payload must be JSON. The chain is locked until the transaction ends: record late. The
    database gives the entry its place and its hash in one statement (`journal_append`), and frees the chain
    before the disk has written the commit, which the writer then waits for: in a rush nobody waits for
    another one's disk, or turn on the processor.
    """
    entry = Entry(
        at=(at or clock.now()).astimezone(UTC),
        actor=key_of(by) if by is not None else "system",
        verb=verb,
        object=key_of(about),
        call=getattr(call, "slug", call) or "",
        payload=payload,
    )
    known = {name: getattr(entry, name) for name in ("at", "actor", "verb", "object", "call")}
    pieces = dict(zip(("before_number", "before_hash", "after_hash"), around_its_place(entry), strict=True))
    place = APPEND.run(**known, **pieces, payload=json.dumps(payload))
    _have_it_on_disk()
    entry.number, entry.previous_hash, entry.hash, entry.recorded_at = place
    entry._state.adding = False
    return entry


def _have_it_on_disk():
    """After the commit, which let the next writer go before the disk had it, and before anyone is told."""
    if not any(function == FLUSH.run for _, function, _ in connection.run_on_commit):
        transaction.on_commit(FLUSH.run)


def key_of(thing: models.Model | str) -> str:
    """The journal's name for a saved model: `app.model:pk`."""
    return thing if isinstance(thing, str) else f"{thing._meta.label_lower}:{thing.pk}"


@transaction.atomic
def set_clock(*, to: datetime, by=None) -> None:
    """Set the portal clock to `to` (aware) and have done what is due by then.

    Raises PermissionDenied outside practice mode.
    """
    if not settings.PORTAL_DEMO:
        raise PermissionDenied("The portal clock can only be moved in practice mode.")
    offset = clock.offset() + (to - clock.now())
    PracticeClock.objects.update_or_create(id=1, defaults={"offset": offset})
    clock.forget()
    record("clock.set", about="journal.practiceclock:1", by=by, at=to)
    transaction.on_commit(lambda: hand_over("notifications.tasks.tick"))
