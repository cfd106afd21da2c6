"""Writing the journal, and moving the practice clock."""

from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction

from journal import clock
from journal.broker import hand_over
from journal.chain import GENESIS, entry_hash
from journal.models import Entry, PracticeClock

CHAIN_LOCK = 0x4A4F5552


def record(verb: str, *, about, by=None, call=None, at: datetime | None = None, **payload) -> Entry:
    """Append an entry to the chain, inside the caller's transaction.

    `about` is a saved model or a ready key, `by` a user or None for the system, `call` a Call or its
    slug. The payload must be JSON. The chain is locked until the transaction ends: record late.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Entry.objects.values("number", "hash").first()
    entry = Entry(
        number=last["number"] + 1 if last else 1,
        at=(at or clock.now()).astimezone(UTC),
        actor=key_of(by) if by is not None else "system",
        verb=verb,
        object=key_of(about),
        call=getattr(call, "slug", call) or "",
        payload=payload,
        previous_hash=last["hash"] if last else GENESIS,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
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
