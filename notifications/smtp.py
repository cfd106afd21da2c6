"""Speaking SMTP so that nothing is doubled by impatience, and nobody is held up by a server that hangs."""

import smtplib
import socket
import threading
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.mail.backends import smtp
from django.utils.translation import gettext as _


class PatientSMTP(smtplib.SMTP):
    """Waits longer for the answer to a whole mail: who hangs up then may have it delivered twice."""

    def data(self, msg):
        self.sock.settimeout(max(settings.EMAIL_ANSWER_SECONDS, self.timeout or 0))
        try:
            return super().data(msg)
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)


class PatientSMTPSSL(PatientSMTP, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return PatientSMTPSSL if self.use_ssl else PatientSMTP


@contextmanager
def cut_off_after(seconds: float, connection):
    """Break the connection of a mail backend when the block takes longer, however busy the server looks."""
    timer = threading.Timer(seconds, _hang_up, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection):
    line = getattr(getattr(connection, "connection", None), "sock", None)
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def is_permanent(error: Exception) -> bool:
    """Whether the server refused for good (5xx)."""
    return any(code >= 500 for code, _said in answers_of(error))


def refuses_recipient(error: Exception) -> bool:
    """Whether the server says that this address takes no mail, now or ever."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and is_permanent(error)


def answers_of(error: Exception) -> list[tuple[int, bytes | str]]:
    """What the server said (code and text); nothing when it said nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return [(error.smtp_code, error.smtp_error)]
    return []


def did_not_answer(error: Exception) -> bool:
    """smtplib tells of a time-out as of a closed connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def reason_of(error: Exception) -> str:
    """The trouble in words for staff, with what the server said."""
    if answers := answers_of(error):
        return "; ".join(f"{code} {_readable(said)}" for code, said in answers)
    if did_not_answer(error):
        return _("The mail server did not answer in time.")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("The mail server closed the connection.")
    if isinstance(error, OSError):
        return _("The mail server cannot be reached: %(problem)s") % {"problem": error.strerror or error}
    return f"{type(error).__name__}: {error}"


def _readable(said: bytes | str) -> str:
    return " ".join((said.decode(errors="replace") if isinstance(said, bytes) else said).split())
