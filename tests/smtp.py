"""A real SMTP server on loopback that keeps what it receives and can be told to refuse."""

import asyncio
import socket
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from django.test import override_settings

HANG, CLOSE = "hang", "close"


class Inbox:
    """Keeps mails; `answers` to a mail and `to_address` to a recipient say otherwise, first one first.

    Such an answer is an SMTP reply, HANG (say nothing) or CLOSE (break the connection).
    """

    def __init__(self):
        self.mails = []
        self.answers = []
        self.to_address = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self._said(server, self.to_address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = await self._said(server, self.answers)
        if answer.startswith("2"):
            self.mails.append(envelope)
        return answer

    async def _said(self, server, answers: list[str]) -> str:
        answer = answers.pop(0) if answers else "250 OK"
        if answer == CLOSE:
            server.transport.abort()
        if answer in (HANG, CLOSE):
            await asyncio.Event().wait()
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def smtp_server():
    """Yield the Inbox behind Django's mail settings for the length of the block."""
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    backend = "notifications.smtp.EmailBackend"
    try:
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            yield inbox
    finally:
        controller.stop(no_assert=True)
