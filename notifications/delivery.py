"""Sending what waits: claim a row, send it, record the result. Killed anywhere, nothing is lost.

A claim is a lease by the database's clock, renewed for each mail right before it is sent: what a dead
worker left behind is claimed again, and what a slow one had not begun is never sent by two.
"""

import base64
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from journal import clock
from notifications import bounces, registry, rules, smtp
from notifications.models import Message

logger = logging.getLogger(__name__)

Status = Message.Status
BATCH = 50
OUTDATED = "~"
# A mail that takes longer is cut off, well before somebody else may think that its worker is dead.
SHARE_OF_LEASE = 0.8


@dataclass
class Delivered:
    sent: int = 0
    failed: int = 0
    dropped: int = 0


def deliver_waiting() -> Delivered:
    """Send everything that waits, batch by batch, until nothing waits or the mail server is away."""
    done = Delivered(dropped=drop_stale(), failed=give_up_on_deadly())
    while batch := claim(BATCH, done):
        if not _deliver(batch, done):
            break
    return done


def drop_stale() -> int:
    """Give up, visibly, on what is no longer useful at the portal's time."""
    stale = Message.objects.filter(_ready(), useful_until__lte=clock.now())
    outdated = _drop_outdated(list(stale.filter(status=Status.WAITING)))
    return len(outdated) + stale.update(status=Status.DROPPED, claimed_at=None)


def _drop_outdated(waiting: list[Message]) -> set:
    """Drop, visibly, those of `waiting` whose words no longer hold: a date moved since they were written.

    Each gives its occurrence free, so that the same reminder can be written anew. Returns their keys.
    """
    at, keys = clock.now(), set()
    for kind, judge in registry.judges().items():
        of_kind = [message for message in waiting if message.kind == kind]
        keys |= {message.pk for message in judge(of_kind, at)} if of_kind else set()
    for message in waiting:
        if message.pk in keys:
            Message.objects.filter(pk=message.pk, status=Status.WAITING).update(
                status=Status.DROPPED,
                occurrence=f"{message.occurrence} {OUTDATED}{message.pk.hex[:8]}",
                last_error=_("What it says no longer holds: a date moved, or it was done already."),
            )
    return keys


def give_up_on_deadly() -> int:
    """Stop with a mail whose worker died at each of its attempts: it may be what kills them."""
    deadly = Message.objects.filter(_left_behind(), attempts__gte=rules.ATTEMPTS)
    return deadly.update(
        status=Status.FAILED,
        claimed_at=None,
        last_error=_("The process that sent this mail was killed at each attempt."),
    )


@transaction.atomic
def claim(count: int, done: Delivered | None = None) -> list[Message]:
    """Take up to `count` messages that nobody else is sending, oldest first; what `done` dropped of them
    because it no longer holds is counted there."""
    ready = Message.objects.filter(_ready()).order_by("created_at", "pk").defer("text", "html", "attachments")
    while found := list(ready.select_for_update(skip_locked=True)[:count]):
        outdated = _drop_outdated([message for message in found if message.status == Status.WAITING])
        if done:
            done.dropped += len(outdated)
        if keys := [message.pk for message in found if message.pk not in outdated]:
            return _claimed(keys)
    return []


def _claimed(keys) -> list[Message]:
    claimed = Message.objects.filter(pk__in=keys)
    claimed.update(status=Status.CLAIMED, claimed_at=Now())
    return list(claimed.order_by("created_at", "pk"))


def _ready() -> Q:
    waiting = Q(status=Status.WAITING) & (Q(retry_at__isnull=True) | Q(retry_at__lte=Now()))
    return waiting | _left_behind()


def _left_behind() -> Q:
    lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    return Q(status=Status.CLAIMED, claimed_at__lt=Now() - lease)


def _deliver(batch: list[Message], done: Delivered) -> bool:
    """Send a batch over one connection; False when the mail server is away or hangs.

    Then the rest of the batch goes back untouched: a server that is away uses up nobody's attempts.
    """
    connection = get_connection()
    left = list(batch)
    try:
        while left:
            connection.open()
            _send(left.pop(0), connection, done)
    except OSError as error:
        _give_back(left, error)
        return False
    finally:
        _close(connection)
    return True


def _send(message: Message, connection, done: Delivered):
    """Send one message. Raises TimeoutError, once the result is recorded, when the server hangs."""
    if not _begin(message, done):
        return
    try:
        with smtp.cut_off_after(settings.OUTBOX_LEASE_SECONDS * SHARE_OF_LEASE, connection):
            as_mail(message, connection).send()
    except Exception as error:
        _record_failure(message, error, done)
        _close(connection)
        if smtp.did_not_answer(error):
            raise TimeoutError from error
    else:
        _record_sent(message)
        done.sent += 1


def _begin(message: Message, done: Delivered) -> bool:
    """Renew the lease and count the attempt; False when somebody else took over or it went stale."""
    ours = Message.objects.filter(pk=message.pk, status=Status.CLAIMED, claimed_at=message.claimed_at)
    if message.useful_until and message.useful_until <= clock.now():
        done.dropped += ours.update(status=Status.DROPPED, claimed_at=None)
        return False
    message.attempts += 1
    return bool(ours.update(claimed_at=Now(), attempts=message.attempts))


def _close(connection):
    with suppress(OSError):
        connection.close()


def as_mail(message: Message, connection=None) -> EmailMultiAlternatives:
    """The mail itself. Its Message-ID is the row's own: a second copy is recognised as the same."""
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        from_email=bounces.envelope_sender(message),
        to=[message.recipient],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": bounces.message_id(message),
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for part in message.attachments:
        mail.attach(part["name"], base64.b64decode(part["base64"]), part["type"])
    return mail


def _record_sent(message: Message):
    changes = {"status": Status.SENT, "sent_at": clock.now(), "claimed_at": None, "last_error": ""}
    if message.secret and not settings.PORTAL_DEMO:
        changes |= {"text": "", "html": ""}
    Message.objects.filter(pk=message.pk, status=Status.CLAIMED).update(**changes)


def _record_failure(message: Message, error: Exception, done: Delivered):
    logger.warning("Message %s was not sent: %s", message.pk, error)
    reason = smtp.reason_of(error)
    again = rules.is_worth_another_attempt(message, permanent=smtp.is_permanent(error))
    Message.objects.filter(pk=message.pk, status=Status.CLAIMED).update(
        status=Status.WAITING if again else Status.FAILED,
        retry_at=Now() + rules.pause_after(message) if again else None,
        claimed_at=None,
        last_error=reason[:1000],
    )
    if smtp.refuses_recipient(error):
        bounces.note_address(message.recipient, reason=reason, message=message)
    done.failed += not again


def _give_back(messages: list[Message], error: Exception):
    logger.warning("%d messages wait for the mail server: %s", len(messages), error)
    for message in messages:
        Message.objects.filter(pk=message.pk, status=Status.CLAIMED, claimed_at=message.claimed_at).update(
            status=Status.WAITING, claimed_at=None, last_error=smtp.reason_of(error)[:1000]
        )
