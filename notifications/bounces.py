"""Mail that comes back: which message it was, which address refuses, and why."""

import email
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from uuid import UUID

from django.conf import settings
from django.db import transaction

from journal import clock
from journal.actions import record
from notifications.models import BouncedAddress, Message

_KEY = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def message_id(message: Message) -> str:
    """Always the same for one message, so that a second copy is recognised as the first."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{message.pk}@{domain}>"


def envelope_sender(message: Message) -> str:
    """Where a server returns what it can't deliver; with BOUNCE_ADDRESS set it names the message."""
    if not settings.BOUNCE_ADDRESS:
        return settings.DEFAULT_FROM_EMAIL
    name, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{name}+{message.pk.hex}@{domain}"


@dataclass(frozen=True)
class Bounce:
    """A report that `message` did not reach `address`; `reason` is what the other server said."""

    message: Message
    address: str
    reason: str


def read_bounce(raw: bytes) -> Bounce | None:
    """What a returned mail (RFC 3464) reports for good; None for a delay, an absence, or another's mail."""
    mail = email.message_from_bytes(raw, policy=policy.default)
    failed = next((fields for fields in _reports_in(mail) if fields["Action"] == "failed"), None)
    message = failed and _message_of(mail)
    if not message:
        return None
    address = (failed["Final-Recipient"] or failed["Original-Recipient"] or message.recipient).strip()
    reason = failed["Diagnostic-Code"] or failed["Status"] or ""
    return Bounce(message, address.rpartition(";")[2].strip().lower(), " ".join(reason.split())[:1000])


def _reports_in(mail: EmailMessage):
    """The fields per recipient of every delivery report in `mail`."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (each for each in part.get_payload() if each["Action"])


def _message_of(mail: EmailMessage) -> Message | None:
    """By the address it came back to, or by the Message-ID of the mail that it returns."""
    places = [*mail.get_all("To", []), *mail.get_all("Delivered-To", [])]
    for part in mail.walk():
        if part is not mail and part["Message-ID"]:
            places.append(part["Message-ID"])
        elif part.get_content_type() == "text/rfc822-headers":
            places.append(part.get_payload())
    keys = {UUID(found) for place in places for found in _KEY.findall(str(place))}
    return Message.objects.filter(pk__in=keys).first()


@transaction.atomic
def take_bounce(bounce: Bounce) -> None:
    """Show staff that a message that left came back, and note its address; harmless when repeated."""
    came_back = Message.objects.filter(pk=bounce.message.pk, status=Message.Status.SENT)
    if not came_back.update(status=Message.Status.BOUNCED, last_error=bounce.reason):
        return
    note_address(bounce.address, reason=bounce.reason, message=bounce.message)
    record(
        "message.bounced",
        about=bounce.message,
        call=bounce.message.call,
        at=clock.now(),
        reason=bounce.reason,
    )


def note_address(address: str, *, reason: str, message: Message) -> None:
    """Keep which address refuses mail, since when it last did so, and why."""
    BouncedAddress.objects.update_or_create(
        address=address.lower(), defaults={"reason": reason, "at": clock.now(), "message": message}
    )
