"""What may happen to a message, and who may read it."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.rules import is_coordinator
from notifications.models import Message

ATTEMPTS = 10
LONGEST_PAUSE = timedelta(hours=2)
RESENDABLE = (Message.Status.FAILED, Message.Status.BOUNCED)


class NotAllowed(Exception):
    """The message is not in a state in which this can happen."""


def require_failed(message: Message) -> None:
    if message.status not in RESENDABLE:
        raise NotAllowed(_("Only a message that failed or came back can be sent again."))


def may_resend(user, message: Message) -> bool:
    return user.is_superuser or (message.call is not None and is_coordinator(user, call=message.call))


def is_worth_another_attempt(message: Message, *, permanent: bool) -> bool:
    """A refusal for good (SMTP 5xx) ends it; anything else is tried ten times, over six hours."""
    return not permanent and message.attempts < ATTEMPTS


def pause_after(message: Message) -> timedelta:
    """How long to wait after the attempt that just failed: each time twice as long, two hours at most."""
    return min(timedelta(seconds=settings.OUTBOX_RETRY_SECONDS) * 2 ** (message.attempts - 1), LONGEST_PAUSE)
