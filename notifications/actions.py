"""The outbox: writing a mail with the change it tells about, releasing it, sending it, the tick."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction

from journal import clock
from journal.actions import key_of, record
from journal.broker import hand_over
from journal.statements import Slot, Statement
from notifications import delivery, registry, rules
from notifications.models import BouncedAddress, Message
from notifications.render import render_mail

Status = Message.Status
TICK_LOCK = 0x5449434B
WOKEN = "outbox:woken"
WOKEN_SECONDS = 5
# In a rush the worker takes what a moment brought together, over one connection to the mail server.
GATHER_SECONDS = 0.5
TOLD = Statement(
    lambda: (
        Message.objects.filter(kind=Slot("kind"), about=Slot("about"), occurrence=Slot("occurrence"))
        .only("recipient")
        .order_by()
    )
)
_DONE = object()


def notify(
    kind: str,
    *,
    to,
    about,
    occurrence: str = "",
    context: dict | None = None,
    call=None,
    organisation=None,
    attachments: list[dict] | None = None,
    hold: bool = False,
    secret: bool = False,
    useful_until: datetime | None = None,
) -> list[Message]:
    """Put the mail `kind` in the outbox, once for each recipient, and return the new rows.

    `to` holds users or plain addresses; `about` is a saved model or a ready key. The mail is
    rendered now, in the reader's language, from `notifications/<kind>.{subject.txt,txt,html}`.
    `attachments` are `{"name", "type", "base64"}`. (kind, recipient, about, occurrence) is unique:
    what was queued before is not queued again. `hold` keeps it back until `release_messages`; after
    `useful_until` it is dropped; the body of a `secret` mail is wiped once it is sent.
    """
    key = key_of(about)
    readers = _not_yet_told(to, kind=kind, about=key, occurrence=occurrence)
    rows = [
        Message(
            kind=kind,
            about=key,
            occurrence=occurrence,
            call=call,
            organisation=organisation,
            attachments=attachments or [],
            secret=secret,
            useful_until=useful_until,
            status=Status.HELD if hold else Status.WAITING,
            created_at=clock.now(),
            **render_mail(kind, reader=reader, context=context or {}),
        )
        for reader in readers
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and not hold:
        transaction.on_commit(_wake_the_worker)
    return rows


def _not_yet_told(to, *, kind: str, about: str, occurrence: str) -> list:
    told = {message.recipient for message in TOLD.all(kind=kind, about=about, occurrence=occurrence)}
    readers = {(reader if isinstance(reader, str) else reader.email).lower(): reader for reader in to}
    return [reader for address, reader in readers.items() if address not in told]


def _wake_the_worker():
    """Once is enough until it wakes: it then takes everything that waits."""
    if cache.add(WOKEN, True, WOKEN_SECONDS):
        hand_over("notifications.tasks.deliver", after=GATHER_SECONDS)


@transaction.atomic
def release_messages(messages, *, by) -> int:
    """Let held messages go; returns how many. Raises nothing for those that already went."""
    released = Message.objects.filter(pk__in=[message.pk for message in messages], status=Status.HELD)
    count = released.update(status=Status.WAITING)
    if count:
        record("messages.released", about="notifications.message", by=by, count=count)
        transaction.on_commit(_wake_the_worker)
    return count


@transaction.atomic
def drop_held(messages, *, by) -> int:
    """Drop held messages whose occasion was taken back; returns how many. What went is left alone."""
    held = Message.objects.filter(pk__in=[message.pk for message in messages], status=Status.HELD)
    count = held.update(status=Status.DROPPED)
    if count:
        record("messages.dropped", about="notifications.message", by=by, count=count)
    return count


@transaction.atomic
def resend_message(message: Message, *, by) -> Message:
    """Try a message that failed or came back again, from the first attempt. Raises NotAllowed otherwise.

    Its address is given the benefit of the doubt: whoever sends again has asked or corrected something.
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    rules.require_failed(message)
    message.status, message.attempts, message.retry_at, message.last_error = Status.WAITING, 0, None, ""
    message.sent_at = None
    message.save()
    BouncedAddress.objects.filter(address=message.recipient).delete()
    record("message.resent", about=message, by=by, call=message.call)
    transaction.on_commit(_wake_the_worker)
    return message


def deliver() -> delivery.Delivered:
    """Send what waits in the outbox; who queues a mail from now on wakes the worker again."""
    cache.delete(WOKEN)
    return delivery.deliver_waiting()


@dataclass(frozen=True)
class Tick:
    """What one tick did: messages queued, sent, failed for good, dropped as no longer useful."""

    at: datetime
    queued: int
    sent: int
    failed: int
    dropped: int

    def document(self) -> dict:
        return asdict(self) | {"at": self.at.isoformat()}


def tick() -> Tick:
    """Do everything that is due at the portal's time; safe to run twice or in parallel.

    One room's failure holds up nobody else's work: all failures are raised together at the end,
    as an ExceptionGroup.
    """
    with clock.read_once():
        at = clock.now()
        before = Message.objects.count()
        failures = [error for function in registry.everything_due() if (error := _attempt(function, at))]
        queued = Message.objects.count() - before
        delivered = delivery.deliver_waiting()
    if failures:
        raise ExceptionGroup("Work that was due failed", failures)
    return Tick(at, queued, delivered.sent, delivered.failed, delivered.dropped)


def _attempt(function: registry.Due, at: datetime) -> Exception | None:
    """Run what is due, each step in a transaction of its own: a kill undoes one step at most."""
    try:
        with _alone():
            steps = function(at)
        while isinstance(steps, Iterator) and _step(steps):
            pass
    except Exception as error:
        return error
    return None


def _step(steps) -> bool:
    with _alone():
        return next(steps, _DONE) is not _DONE


@contextmanager
def _alone():
    """A transaction that waits for the same of other ticks, so that two never do one thing together."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TICK_LOCK])
        yield
