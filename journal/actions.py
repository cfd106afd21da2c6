"""Writing the journal, and moving the practice clock."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from journal import clock
from journal.broker import hand_over
from journal.chain import GENESIS, HASHED_FIELDS, entry_hash
from journal.models import Entry, PracticeClock
from journal.statements import Command, Statement

CHAIN_LOCK = 0x4A4F5552
LOCK_CHAIN = Command("SELECT pg_advisory_xact_lock(%(key)s)")
# After the lock, and by a statement of its own: only that one sees what the writer before committed.
LAST = Statement(lambda: Entry.objects.only("hash").order_by("-number")[:1])
APPEND = Command(
    """
    INSERT INTO journal_entry
        (number, at, actor, verb, object, call, payload, previous_hash, hash)
    VALUES (
        %(number)s, %(at)s, %(actor)s, %(verb)s, %(object)s, %(call)s,
        %(payload)s, %(previous_hash)s, %(hash)s
    )
    RETURNING recorded_at
    """
)


def record(verb: str, *, about, by=None, call=None, at: datetime | None = None, **payload) -> Entry:
    """Append an entry to the chain, inside the caller's transaction.

    `about` is a saved model or a ready key, `by` a user or None for the system, `call` a Call or its
    slug. The payload must be JSON. The chain is locked until the transaction ends: record late.
    """
    LOCK_CHAIN.run(key=CHAIN_LOCK)
    last = LAST.first()
    entry = Entry(
        number=last.number + 1 if last else 1,
        at=(at or clock.now()).astimezone(UTC),
        actor=key_of(by) if by is not None else "system",
        verb=verb,
        object=key_of(about),
        call=getattr(call, "slug", call) or "",
        payload=payload,
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = entry_hash(entry)
    written = {name: getattr(entry, name) for name in (*HASHED_FIELDS, "hash")}
    entry.recorded_at = APPEND.run(**{**written, "payload": json.dumps(payload)})[0]
    entry._state.adding = False
    return entry


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
