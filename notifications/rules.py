"""What may happen to a message, and who may read it."""

from django.utils.translation import gettext as _

from accounts.rules import is_coordinator
from notifications.models import Message

ATTEMPTS = 6


class NotAllowed(Exception):
    """The message is not in a state in which this can happen."""


def require_failed(message: Message) -> None:
    if message.status != Message.Status.FAILED:
        raise NotAllowed(_("Only a message that failed can be sent again."))


def may_resend(user, message: Message) -> bool:
    return user.is_superuser or (message.call is not None and is_coordinator(user, call=message.call))


def is_worth_another_attempt(message: Message, *, permanent: bool) -> bool:
    """A refusal for good (SMTP 5xx) ends it; anything else is tried six times, over about an hour."""
    return not permanent and message.attempts < ATTEMPTS
