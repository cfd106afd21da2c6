"""The mails of registering and logging in go through the outbox like all others."""

from copy import copy
from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.password_reset import get_reset_password_url
from django.conf import settings

from accounts.models import User
from journal import clock
from notifications.actions import notify

KINDS = {
    "account/email/email_confirmation": "accounts_confirm_address",
    "account/email/email_confirmation_signup": "accounts_confirm_address",
    "account/email/password_reset_key": "accounts_reset_password",
    "account/email/unknown_account": "accounts_unknown_account",
    "account/email/account_already_exists": "accounts_existing_account",
    "account/email/login_code": "accounts_login_code",
}
NOTICES = {
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_set",
    "account/email/email_changed",
    "account/email/email_deleted",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
    "mfa/email/recovery_codes_generated",
}


class OutboxAccountAdapter(DefaultAccountAdapter):
    """Queues what allauth wants to mail, as a secret message: its body is wiped once it is sent."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        if template_prefix in NOTICES:
            self._notice(template_prefix, email, context)
        else:
            self._queue(KINDS[template_prefix], email, context)

    def _notice(self, template_prefix: str, email: str, context: dict) -> None:
        event = template_prefix.rpartition("/")[2]
        facts = {
            "event": event,
            "at": clock.now(),
            "password_reset_url": get_reset_password_url(self.request),
        }
        self._queue("accounts_security_notice", email, {**context, **facts})

    def _queue(self, kind: str, email: str, context: dict) -> None:
        reader = _reader(email, context.get("user") or getattr(self.request, "user", None))
        notify(
            kind,
            to=[reader],
            about="accounts.address" if isinstance(reader, str) else reader,
            occurrence=str(uuid4()),
            context=context,
            secret=True,
            useful_until=_useful_until(kind),
        )


def _reader(email: str, user) -> User | str:
    """The person at this address; a new address of somebody known is spoken to in their language."""
    if known := User.objects.filter(email__iexact=email).first():
        return known
    if user is None or not user.is_authenticated:
        return email
    reader = copy(user)
    reader.email = email
    return reader


def _useful_until(kind: str) -> datetime | None:
    """When what the mail holds stops working; None for mails that only tell something."""
    lifetimes = {
        "accounts_confirm_address": timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS),
        "accounts_reset_password": timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
        "accounts_login_code": timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT),
    }
    return clock.now() + lifetimes[kind] if kind in lifetimes else None
