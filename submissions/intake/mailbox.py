"""Fetching candidacies from a mailbox by IMAP.

What stands in the folder was not taken in yet; what was, moves to another folder, after it was stored.
So a poll that is killed anywhere loses nothing: the next one finds the mail again, knows it by its
Message-ID, and only moves it. Nothing is ever deleted.
"""

import io
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.db import connection
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from challenges.models import Call
from journal import clock
from submissions.intake.actions import refuse_mail, take_mail
from submissions.intake.opening import MAX_MESSAGE
from submissions.intake.refusals import MailKnown, MailRefused

logger = logging.getLogger(__name__)

TAKEN, REFUSED = "Verwerkt", "Geweigerd"
SECONDS = 30
AT_ONCE = 20
LOCK = 0x494D4150


@dataclass
class Polled:
    """How many mails were taken in, known already, or refused; `failed` mailboxes could not be read."""

    taken: int = 0
    known: int = 0
    refused: int = 0
    failed: int = 0


def poll_mailboxes() -> Polled:
    """Take in what waits in every mailbox of IMAP_URL, at most 20 mails of each; one poll at a time."""
    polled = Polled()
    with _alone() as is_alone:
        for address in settings.IMAP_URL if is_alone else []:
            try:
                _poll(address, polled)
            except (OSError, IMAPClientError) as error:
                polled.failed += 1
                logger.warning("The mailbox at %s was not read: %s", urlsplit(address).hostname, error)
    return polled


@contextmanager
def _alone():
    """Whether this process holds the lock of polling, for the length of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (is_alone,) = cursor.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _poll(address: str, polled: Polled) -> None:
    parts = urlsplit(address)
    call = Call.objects.get(slug=parse_qs(parts.query)["call"][0])
    secure = parts.scheme == "imaps"
    with IMAPClient(parts.hostname, port=parts.port, ssl=secure, timeout=SECONDS) as server:
        server.login(unquote(parts.username), unquote(parts.password))
        for folder in (TAKEN, REFUSED):
            if not server.folder_exists(folder):
                server.create_folder(folder)
        server.select_folder(unquote(parts.path.strip("/")) or "INBOX")
        for key in server.search("ALL")[:AT_ONCE]:
            _move(server, key, to=_take(server, key, call=call, polled=polled))


def _take(server, key: int, *, call, polled: Polled) -> str:
    """Take one mail in; the name of the folder in which it belongs then."""
    message = io.BytesIO(_content(server, key))
    now = clock.now()
    try:
        take_mail(call=call, message=message, by=None, received_at=now)
    except MailKnown:
        polled.known += 1
    except MailRefused as refusal:
        refuse_mail(call=call, message=message, refusal=refusal, at=now)
        polled.refused += 1
        return REFUSED
    else:
        polled.taken += 1
    return TAKEN


def _content(server, key: int) -> bytes:
    """The whole mail; of one that is too large only enough to see that it is."""
    (size,) = (found[b"RFC822.SIZE"] for found in server.fetch([key], ["RFC822.SIZE"]).values())
    part = "BODY.PEEK[]" if size <= MAX_MESSAGE else f"BODY.PEEK[]<0.{MAX_MESSAGE + 1}>"
    (fields,) = server.fetch([key], [part]).values()
    return next(value for name, value in fields.items() if name.startswith(b"BODY["))


def _move(server, key: int, *, to: str) -> None:
    if server.has_capability("MOVE"):
        server.move([key], to)
        return
    server.copy([key], to)
    server.delete_messages([key])
    server.uid_expunge([key]) if server.has_capability("UIDPLUS") else server.expunge()
