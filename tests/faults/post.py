"""A mail server with a bad temper: it refuses, hangs and breaks off, but never after it said 250."""

import random
import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller

from tests.smtp import CLOSE, HANG, Inbox, free_port

MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE | re.IGNORECASE)
# Of every hundred mails: so many are put off, refused for good, left hanging, broken off.
TEMPER = (("451 try again later", 4), ("550 no such person", 2), (HANG, 1), (CLOSE, 3))


@dataclass
class Temper(Inbox):
    """`arrived` holds (Message-ID, when) of each mail that was answered with 250.

    `trap` is called once, when the next mail is taken in but its sender does not know that yet.
    """

    seed: int
    arrived: list = field(default_factory=list)
    refusals: dict = field(default_factory=dict)
    calm: bool = False
    trap: Callable[[], None] | None = None

    def __post_init__(self):
        super().__init__()
        self.chance = random.Random(self.seed)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self._lose_temper(self.to_address, share=0.5)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):
        self._lose_temper(self.answers, share=0.5)
        answer = await self._said(server, self.answers)
        if answer.startswith("2"):
            found = MESSAGE_ID.search(envelope.content)
            self.arrived.append((found[1].decode(), time.monotonic()))
            if trap := self.trap:
                self.trap = None
                trap()
        return answer

    def _lose_temper(self, answers: list, *, share: float):
        drawn = self.chance.random() * 100
        for answer, weight in TEMPER:
            drawn -= weight * share
            if drawn < 0 and not self.calm:
                answers.append(answer)
                self.refusals[answer] = self.refusals.get(answer, 0) + 1
                return


@contextmanager
def mail_server(*, seed: int):
    """Yield the Temper and its port for the length of the block."""
    temper, port = Temper(seed=seed), free_port()
    controller = Controller(temper, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield temper, port
    finally:
        controller.stop(no_assert=True)
