"""Sending what waits: claim a row, send it, record the result. Killed anywhere, nothing is lost.

A claim is a lease by the database's clock: what a dead worker left behind is claimed again.
"""

import base64
import logging
import smtplib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from journal import clock
from notifications import rules
from notifications.models import Message

logger = logging.getLogger(__name__)

Status = Message.Status
LEASE = timedelta(minutes=5)
BATCH = 50


@dataclass
class Delivered:
    sent: int = 0
    failed: int = 0
    dropped: int = 0


def deliver_waiting() -> Delivered:
    """Send everything that waits, batch by batch, until nothing waits or the mail server is away."""
    done = Delivered(dropped=drop_stale())
    while batch := claim(BATCH):
        if not _deliver(batch, done):
            break
    return done


def drop_stale() -> int:
    """Give up, visibly, on what is no longer useful at the portal's time."""
    stale = Message.objects.filter(_ready(), useful_until__lte=clock.now())
    return stale.update(status=Status.DROPPED, claimed_at=None)


@transaction.atomic
def claim(count: int) -> list[Message]:
    """Take up to `count` messages that nobody else is sending, oldest first."""
    ready = Message.objects.filter(_ready()).order_by("created_at", "pk")
    keys = list(ready.select_for_update(skip_locked=True).values_list("pk", flat=True)[:count])
    claimed = Message.objects.filter(pk__in=keys)
    claimed.update(status=Status.CLAIMED, claimed_at=Now(), attempts=F("attempts") + 1)
    return list(claimed.order_by("created_at", "pk"))


def _ready() -> Q:
    waiting = Q(status=Status.WAITING) & (Q(retry_at__isnull=True) | Q(retry_at__lte=Now()))
    return waiting | Q(status=Status.CLAIMED, claimed_at__lt=Now() - LEASE)


def _deliver(batch: list[Message], done: Delivered) -> bool:
    """Send a batch over one connection; False when the mail server can't be reached at all."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        for message in batch:
            _record_failure(message, error, done)
        return False
    for message in batch:
        _send(message, connection, done)
    connection.close()
    return True


def _send(message: Message, connection, done: Delivered):
    try:
        as_mail(message, connection).send()
    except Exception as error:
        _record_failure(message, error, done)
        connection.close()
    else:
        _record_sent(message)
        done.sent += 1


def as_mail(message: Message, connection=None) -> EmailMultiAlternatives:
    """The mail itself. Its Message-ID is the row's own: a second copy is recognised as the same."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.recipient],
        headers={"Message-ID": f"<{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
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
    again = rules.is_worth_another_attempt(message, permanent=_is_permanent(error))
    pause = timedelta(minutes=2 ** (message.attempts - 1))
    Message.objects.filter(pk=message.pk, status=Status.CLAIMED).update(
        status=Status.WAITING if again else Status.FAILED,
        retry_at=Now() + pause if again else None,
        claimed_at=None,
        last_error=f"{type(error).__name__}: {error}"[:1000],
    )
    done.failed += not again


def _is_permanent(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
